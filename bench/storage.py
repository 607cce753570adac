"""How much the branch of the snapshots grows: snapshots of a portal in which a few records change between them, packed by git.

Every size is that of the branch alone, in a fresh clone, after `git repack -ad`. (A repository that is packed again after each snapshot grows
faster: git keeps the deltas that it has and finds none between a new page and one that is already a delta. `git repack -adf` sets that right.)
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from shared import PROJECT, progress, verdict
from synthetic import make

SNAPSHOTS, PAGES, CHANGED = 20, 500, 0.02
AIM = 0.04
"""A snapshot may add this share of what the first one takes."""
NOBODY = {"GIT_AUTHOR_NAME": "Bench", "GIT_AUTHOR_EMAIL": "", "GIT_COMMITTER_NAME": "Bench", "GIT_COMMITTER_EMAIL": ""}
BEGINNING = re.compile(r"^(description: >-?\n  )(?:Looked at in round \d+\. )?", re.M)
DAY = 24 * 60 * 60
START = int(time.time()) // DAY * DAY
"""When the first commit is made; later ones follow a day apart."""


@dataclass(frozen=True)
class Packed:
    """The branch after a snapshot: bytes of the packed branch, files in the snapshot, how many of them differ from the one before."""

    size: int
    files: int
    differ: int


def storage_of(work: Path, source: Path, snapshots: int, pages: int) -> list[Packed]:
    """Sizes of the packed branch after each of some snapshots of a portal of about so many pages, made from the project `source`."""
    project, packed = work / "storage", work / "packed.git"
    make(project, pages, source)
    git(project, "init", "--quiet", "--initial-branch=main")
    found = []
    for number in range(1, snapshots + 1):
        if number > 1:
            change(project, number, round(pages * CHANGED))
        git(project, "add", "--all")
        git(project, "commit", "--quiet", "-m", f"Round {number}", when=START + number * DAY)
        progress(f"snapshot {number} of {snapshots}, {pages} pages")
        aims = [sys.executable, "-m", "macros.cli", "snapshot", f"2026.{number}", "--for", "Bench", "--by", "Bench", "--with-drafts"]
        done = subprocess.run(aims, cwd=project, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(f"bench: a snapshot failed:\n{done.stderr[-3000:]}")
        shutil.rmtree(packed, ignore_errors=True)
        git(work, "clone", "--quiet", "--bare", "--single-branch", "--branch=snapshots", "--no-tags", project.as_uri(), packed.name)
        git(packed, "repack", "-a", "-d", "-q")
        size = sum(path.stat().st_size for path in (packed / "objects/pack").glob("*.pack"))
        files = git(packed, "ls-tree", "-r", "--name-only", f"snapshots:2026.{number}").splitlines()
        differ = git(packed, "diff", "--name-only", f"snapshots:2026.{number - 1}", f"snapshots:2026.{number}").splitlines() if number > 1 else files
        found.append(Packed(size, len(files), len(differ)))
    return found


def change(project: Path, number: int, many: int) -> None:
    """Change the descriptions of so many risks, others in each round."""
    risks = [path for path in sorted((project / "aims_data/risks").glob("*.yaml")) if BEGINNING.search(path.read_text(encoding="utf-8"))]
    for step in range(many):
        path = risks[(number * many + step) % len(risks)]
        path.write_text(BEGINNING.sub(rf"\1Looked at in round {number}. ", path.read_text(encoding="utf-8"), count=1), encoding="utf-8")


def git(folder: Path, *arguments: str, when: int = START) -> str:
    """What a git command prints. Ends the bench if it fails."""
    days = {"GIT_AUTHOR_DATE": f"{when} +0000", "GIT_COMMITTER_DATE": f"{when} +0000"}
    done = subprocess.run(["git", *arguments], cwd=folder, env={**os.environ, **NOBODY, **days}, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"bench: git {arguments[0]} failed: {done.stderr}")
    return done.stdout


def storage_table(found: list[Packed]) -> list[str]:
    """Sizes, growth, and the aim."""
    first = found[0].size
    growth = (found[-1].size - first) / (len(found) - 1) / first
    lines = ["STORAGE  the packed branch after each snapshot", "", f"{'snapshot':10}{'files':>8}{'differ':>8}{'kB':>10}{'added':>9}"]
    for number, one in enumerate(found):
        added = f"{(one.size - found[number - 1].size) / first:9.1%}" if number else ""
        lines.append(f"{number + 1:<10}{one.files:8}{one.differ:8}{one.size / 1000:10.0f}{added}")
    return [*lines, "", verdict(f"a snapshot adds at most {AIM:.0%} of the first: {growth:.1%} on average", growth <= AIM)]


if __name__ == "__main__":
    snapshots, pages = (int(number) for number in sys.argv[1:3]) if len(sys.argv) > 2 else (SNAPSHOTS, PAGES)
    with tempfile.TemporaryDirectory(prefix="aims-bench-") as folder:
        print("\n".join(storage_table(storage_of(Path(folder), PROJECT, snapshots, pages))))
