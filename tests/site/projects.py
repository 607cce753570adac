"""Copies of the project and strict builds of them. The project itself is never built into or changed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from once import once

ROOT = Path(__file__).resolve().parents[2]
TODAY = "2026-11-22"
EPOCH = "1795305600"  # the same day, 00:00 UTC
NOT_COPIED = shutil.ignore_patterns(".venv", ".site.*", ".git", ".github", "__pycache__", ".*_cache", ".hypothesis", "*.egg-info", "node_modules")
BUILD = (sys.executable, "-m", "mkdocs", "build", "--strict")
"""A strict build; never with -q, under which MkDocs forgets to fail for warnings."""


@dataclass(frozen=True)
class Built:
    """A copy of the project and the site built from it: the project's folder, the site's, and what the build printed."""

    project: Path
    folder: Path
    log: str


def files_of(folder: Path) -> list[str]:
    """The path of every file of a folder, with /, sorted."""
    return sorted(file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file())


def copy_project(target: Path) -> Path:
    """A copy of the project without environment, built site, history and caches."""

    def not_copied(folder: str, names: list[str]) -> set[str]:
        return NOT_COPIED(folder, names) | ({"site"} if Path(folder) == ROOT else set())  # tests/site is no built site

    shutil.copytree(ROOT, target, ignore=not_copied)
    return target


def environment(seed: int = 0) -> dict[str, str]:
    """The environment of a build: a fixed day and hash seed; no compiled Python, so that a file changed twice in a second is read anew."""
    fixed = {"AIMS_TODAY": TODAY, "SOURCE_DATE_EPOCH": EPOCH, "NO_MKDOCS_2_WARNING": "1", "PYTHONHASHSEED": str(seed), "PYTHONDONTWRITEBYTECODE": "1"}
    return os.environ | fixed


def run_build(project: Path, seed: int = 0, *options: str) -> subprocess.CompletedProcess[str]:
    """One strict build of a project, to its end, whatever that is."""
    return subprocess.run([*BUILD, *options], cwd=project, env=environment(seed), capture_output=True, text=True, timeout=300)


def build(project: Path, seed: int = 0, *options: str) -> Built:
    """A strict build that has to succeed."""
    done = run_build(project, seed, *options)
    if done.returncode:
        pytest.fail(f"mkdocs build --strict ended with exit code {done.returncode}:\n{done.stderr[-2500:]}", pytrace=False)
    return Built(project, project / "site", done.stdout + done.stderr)


def built_once(key: str, make: Callable[[Path], Built]) -> Built:
    """What `make` builds, given an empty folder, built by the first who asks in a run of the tests; see `once`."""

    def kept(folder: Path) -> None:
        built = make(folder)
        (folder / "built.json").write_text(json.dumps([str(built.project), str(built.folder), built.log]), encoding="utf-8")

    project, site, log = json.loads((once(f"site of {key}", kept) / "built.json").read_text(encoding="utf-8"))
    return Built(Path(project), Path(site), log)
