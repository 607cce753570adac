"""Sites that snapshots are made of, each built once in a run."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from once import once
from repository import git

from macros.control.git import Commit

Build = Callable[[Path, Commit, str, str, bytes | None], Path]
NOT_READ = ("PYTEST_", "TMPDIR=", "COLUMNS=", "PWD=", "OLDPWD=")
"""Beginnings of what in the environment tells one run or test from another, and no site reads."""


def once_built(build_site: Build) -> Build:
    """`build_site`, which really runs for each distinct input once in a run of the tests; who asks again gets a copy of what it gave.

    Nothing is loosened by that: the input is everything that the build is given. It is a clean clone, so the id of its commit says all its files, its code
    and its whole history; besides there are the references that it holds, the version, the audience, the `aims.json` before, and the environment. The branches
    and tags of snapshots are left out, whose commits carry the second of the test: what a site says of them comes from that `aims.json`. That this is so, and
    that a build gives the same anywhere and at any time, is tested with builds that are all real: those of `aims verify --rebuild` and `real_builds`.
    """

    def build(project: Path, commit: Commit, version: str, audience: str, previous: bytes | None) -> Path:
        refs = [line for line in git(project, "for-each-ref").splitlines() if "/snapshot" not in line]
        environment = sorted(f"{name}={value}" for name, value in os.environ.items())
        given = (git(project, "rev-parse", "HEAD"), refs, commit, version, audience, previous, [line for line in environment if not line.startswith(NOT_READ)])
        key = hashlib.sha256(repr(given).encode()).hexdigest()
        made = once(f"built-{key[:16]}", lambda folder: shutil.move(build_site(project, commit, version, audience, previous), folder / "site"))
        return Path(shutil.copytree(made / "site", project / "site"))

    return build
