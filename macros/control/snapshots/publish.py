"""What readers are served: the snapshots as they stand on their branch, and `next/`, the site of the newest commit.

Written aside and swapped in. The branch is only read; what is written here is no snapshot and carries no seal of its own.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from macros.control.changes.state import NotAState, read_state
from macros.control.git import Commit, Git, GitError
from macros.control.progress import Step
from macros.control.snapshots.branch import Branch
from macros.control.snapshots.comparisons import comparison, path_of
from macros.control.snapshots.manifest import STATE, TIME, VERSION, order, to_bytes
from macros.control.snapshots.root import LATEST, NEXT, Serving, served_root
from macros.swap import Swap

MARK = ".aims-published"
"""The file by which a folder is known as one that `aims publish` made."""
FORMAT = 1


class NotPublished(Exception):
    """Why nothing was written; the text is a sentence for a person."""


@dataclass(frozen=True)
class Published:
    """What a folder now holds: the edition, the versions, and the commit of `next/` (None without git)."""

    audience: str
    versions: tuple[str, ...]
    commit: str | None


def publish(project: Path, folder: Path, audience: str, step: Step) -> Published:
    """Assemble what is served in `folder`. Raises `NotPublished`, `GitError` or `NotAManifest`; the folder is then as it was."""
    folder = folder.resolve()
    git = Git(project)
    _refuse(git, folder, audience)
    branch = Branch(git, audience) if git.exists else None
    _need_all(git, branch, folder)
    head = git.commit("HEAD") if branch else None
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        swap, done = Swap(folder), False
        try:
            swap.aside.mkdir()
            if branch and branch.tip:
                _write_branch(branch, swap.aside, step)
            step(f"building {NEXT}/")
            _build_next(project, swap.aside / NEXT, audience)
            _write_root(swap.aside, project, audience, branch, head)
            if branch:
                step(f"comparing {NEXT}/ with the snapshots")
                _compare_next(swap.aside, branch)
            done = True
        finally:
            swap.finish(good=done)
    except OSError as error:
        raise NotPublished(f"{folder} cannot be written, nor a folder beside it: {error.strerror}; nothing else was done") from None
    return Published(audience, tuple(one.version for one in branch.published) if branch else (), head.id if head else None)


def _refuse(git: Git, folder: Path, audience: str) -> None:
    """Raise `NotPublished` for a folder that holds something else, or a work tree that is not what the newest commit says."""
    if folder.exists() and not folder.is_dir():
        raise NotPublished(f"{folder} is a file; name a folder")
    if folder.is_dir() and any(folder.iterdir()):
        mark = _mark(folder)
        if mark is None:
            raise NotPublished(f"{folder} holds something that `aims publish` did not write; name a new or an empty folder")
        if mark.get("audience") != audience:
            raise NotPublished(f"{folder} holds the edition '{mark.get('audience')}', not '{audience}'; give each edition a folder of its own")
    if not git.exists:
        return
    inside = folder.is_relative_to(git.project.resolve())
    if inside and (folder == git.project.resolve() or not _ignored(git, folder)):
        raise NotPublished(f"{folder} is a part of the project; name a folder outside of it, or public/, which git ignores")
    if dirty := git.dirty():
        named = ", ".join(dirty[:5]) + (" and more" if len(dirty) > 5 else "")
        raise NotPublished(f"there are changes that are not committed ({named}); {NEXT}/ shows the newest commit, so commit or remove them first")


def _need_all(git: Git, branch: Branch | None, folder: Path) -> None:
    """Raise `NotPublished` where history or snapshots are lacking: what is served must not lose them because they were not fetched or git is not there."""
    served = {path.name for path in folder.iterdir() if VERSION.fullmatch(path.name)} if folder.is_dir() else set()
    if branch is None and served:
        raise NotPublished(
            f"{folder} holds {', '.join(sorted(served, key=order))}, which would go: {git.lacking}. Publish from a whole clone of the repository"
        )
    if branch is None:
        return
    if git.shallow:
        raise NotPublished(f"this clone holds only a part of the history, from which {NEXT}/ knows what was approved; run: git fetch --unshallow")
    missing = sorted({*branch.lacking(), *(served - {one.version for one in branch.published})}, key=order)
    if missing:
        raise NotPublished(
            f"the branch {branch.name} here has no {', '.join(missing)}, of which there is a tag or which {folder} holds; get the branch from "
            f"where it is kept: git fetch origin {branch.name}:{branch.name}"
        )


def _mark(folder: Path) -> dict[str, Any] | None:
    try:
        mark = json.loads((folder / MARK).read_bytes())
    except (OSError, ValueError):
        return None
    return mark if isinstance(mark, dict) and mark.get("format") == FORMAT else None


def _ignored(git: Git, folder: Path) -> bool:
    try:
        git.run("check-ignore", "--quiet", "--no-index", "--", f"{folder.relative_to(git.project.resolve()).as_posix()}/index.html")
    except GitError:
        return False
    return True


def _write_branch(branch: Branch, to: Path, step: Step) -> None:
    """Every folder of the branch, byte for byte. What lies beside them is written anew."""
    for name in (name for name, head in branch.entries().items() if head.startswith("040000 ")):
        step(f"writing {name}/")
        files = branch.files(name)
        contents = branch.git.blobs(files.values())
        for path, blob in files.items():
            target = to / name / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(contents[blob])


def _build_next(project: Path, to: Path, audience: str) -> None:
    """Build the site of the project as it lies there, strictly, for an audience, as what comes after the newest snapshot."""
    environment = {key: value for key, value in os.environ.items() if key not in {"AIMS_TODAY", "SOURCE_DATE_EPOCH"}}
    before = to.parent / LATEST / STATE
    environment |= {"AIMS_AUDIENCE": audience, "AIMS_VERSION": NEXT, "AIMS_PREVIOUS": str(before) if before.is_file() else "", "NO_MKDOCS_2_WARNING": "1"}
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(to)]
    with tempfile.TemporaryDirectory(prefix="aims-") as aside:  # so that a build that is ended leaves nothing
        environment["TMPDIR"] = aside
        done = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, errors="replace", check=False)
    if done.returncode or not to.is_dir():
        words = [line for line in done.stderr.splitlines() if line.startswith(("ERROR", "WARNING", "Aborted"))] or done.stderr.splitlines()[-5:]
        raise NotPublished("the site could not be built:\n" + "\n".join(words))


def _compare_next(to: Path, branch: Branch) -> None:
    """What differs from each snapshot to the working state, beside the comparisons of the snapshots."""
    now = read_state((to / NEXT / STATE).read_bytes(), f"{NEXT}/{STATE}")
    for version, state in branch.states(branch.published, {}).items():
        target = to / path_of(version, NEXT)
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            target.write_bytes(comparison(state, now, version, NEXT))
        except NotAState as error:
            raise NotPublished(f"{error}; run `aims verify --all`") from None


def _root(project: Path) -> str:
    """The path of the portal on its host, from `site_url`."""
    found = re.search(r"^site_url:\s*[\"']?([^\s\"'#]+)", (project / "mkdocs.yml").read_text(encoding="utf-8"), re.M)
    return urlsplit(found.group(1)).path.rstrip("/") if found else ""


def _write_root(to: Path, project: Path, audience: str, branch: Branch | None, head: Commit | None) -> None:
    """The files beside the versions, with `next` among these, and the mark."""
    drafts = any(document["draft"] for document in json.loads((to / NEXT / STATE).read_bytes())["documents"])
    serving = Serving(head.time.strftime(TIME) if head else None, drafts, _root(project))
    tip = branch.tip if branch else None
    mark = {"format": FORMAT, "audience": audience, "commit": head.id if head else None, "snapshots": tip.id if tip else None}
    for name, content in (served_root(branch.published if branch else (), serving) | {MARK: to_bytes(mark)}).items():
        (to / name).write_bytes(content)
