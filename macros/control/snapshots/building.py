"""The site of a commit, built so that everybody who builds it again gets the same bytes. `project` is always a clone that nobody else uses."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from macros.control.git import Commit

SITE = "site"
LAST_LINES = 40
"""So much of what a failed build printed is shown."""
OURS = ("AIMS_", "SOURCE_DATE_EPOCH", "PYTHONWARNINGS", "PYTHONHASHSEED", "TZ", "LC_", "LANG")
"""Beginnings of the names in the environment that could change a site."""


class BuildFailed(Exception):
    """The commit cannot be built; the text is what the build said."""


def build_site(project: Path, commit: Commit, version: str, audience: str, previous: bytes | None) -> Path:
    """Build the site of a clean checkout of `commit` and give its folder. `previous`: the content of the `aims.json` of the snapshot before.

    The commit's own time is the day of everything; nothing of this machine goes in. Raises `BuildFailed`."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(OURS)}
    before = project.with_name("previous-aims.json")
    if previous is not None:
        before.write_bytes(previous)
    environment |= {
        "SOURCE_DATE_EPOCH": str(int(commit.time.timestamp())),
        "AIMS_VERSION": version,
        "AIMS_COMMIT": commit.id,
        "AIMS_PREVIOUS": str(before) if previous is not None else "",
        "AIMS_AUDIENCE": audience,
        "TZ": "UTC",
        "LC_ALL": "C.UTF-8",
        "PYTHONHASHSEED": "0",
        "TMPDIR": str(project.parent),  # so that a build that is ended leaves nothing anywhere else
        "PYTHONDONTWRITEBYTECODE": "1",
        "NO_MKDOCS_2_WARNING": "1",
    }
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", SITE]
    done = subprocess.run(command, cwd=project, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", check=False)
    site = project / SITE
    if done.returncode or not (site / "index.html").is_file():
        printed = [line for line in done.stdout.strip().splitlines() if not line.startswith("INFO ")][-LAST_LINES:]
        raise BuildFailed("\n".join(printed) or f"the build ended with exit code {done.returncode} and said nothing")
    return site
