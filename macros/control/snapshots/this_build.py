"""What a build knows of itself: which snapshot it makes, of which commit, and the state before it."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from macros.control.changes.state import STATE_FILE, NotAState, State, read_state
from macros.control.git import Git, GitError
from macros.control.snapshots.branch import Branch
from macros.control.snapshots.root import LATEST
from macros.graph import Aims


def building() -> str | None:
    """The name of the snapshot that is being built, from AIMS_VERSION; None in any other build."""
    return os.environ.get("AIMS_VERSION") or None


def built_commit(project: Path) -> str | None:
    """The id of the commit whose files are built. None without a git history, and where a file differs from the commit or git does not know it.

    A snapshot is built in a clean checkout of the commit that AIMS_COMMIT names. There git is not asked for what differs: of a file whose line
    ends .gitattributes would change it says now one thing and now another, and a snapshot that is built again has to give the same bytes."""
    git = Git(project)
    try:
        head = git.head() if git.exists else ""
        clean = head == os.environ.get("AIMS_COMMIT") or not git.dirty()
    except GitError:  # what git cannot read, it cannot compare
        return None
    return head if head and clean else None


@cache
def previous_state(aims: Aims) -> State | None:
    """The state before: in a snapshot's build the one named by AIMS_PREVIOUS, in any other the newest published for this audience. None where there
    is none.

    Raises `NotAState` in a snapshot's build; any other build does without a state that cannot be read."""
    if building():
        given = os.environ.get("AIMS_PREVIOUS")
        try:
            found = read_state(Path(given).read_bytes(), given) if given else None
        except OSError:
            raise NotAState(f"{given}, which AIMS_PREVIOUS names, cannot be read") from None
        if found and found.audience not in {None, aims.audience}:  # what was removed since would be told to the wrong readers
            raise NotAState(f"{given}, which AIMS_PREVIOUS names, is the state for the audience {found.audience}; this build is for {aims.audience}")
        return found
    git = Git(aims.project)
    if not git.exists:
        return None
    content = Branch(git, aims.audience).read(f"{LATEST}/{STATE_FILE}")
    try:
        return read_state(content, "the newest snapshot") if content else None
    except NotAState:
        return None
