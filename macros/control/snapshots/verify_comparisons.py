"""The comparisons beside the snapshots: each is computed again from the `aims.json` of its two versions."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from macros.control.changes.state import NotAState, State, read_state
from macros.control.snapshots.comparisons import COMPARE, comparisons, path_of, this_engine
from macros.control.snapshots.findings import Finding, Read
from macros.control.snapshots.manifest import STATE, sum_of
from macros.control.snapshots.root import NEXT
from macros.control.snapshots.trees import FolderTree, Tree, below, difference, roots

AGAIN = "The next `aims snapshot` writes it anew"


def check_comparisons(tree: Tree, reads: Sequence[Read]) -> Iterator[Finding]:
    """Missing, surplus and changed comparisons. `reads`: all versions, oldest first. Where a state is not as it was published, which is a finding of
    its own, nobody knows what its comparisons should say."""
    kept = [read.version for read in reads if not read.disposed]
    pairs = {path_of(old, new) for at, new in enumerate(kept) for old in kept[:at]}
    try:
        should = comparisons({read.version: state for read in reads if (state := _state(tree, read))})
    except NotAState as error:
        yield _finding(f"{COMPARE}/", f"cannot be computed again: {error}")
        return
    with_next = {path_of(old, NEXT) for old in kept} if isinstance(tree, FolderTree) and roots(tree).get(NEXT) else set()  # not sealed, like `next/` itself
    there = sorted({f"{COMPARE}/{path}" for path in below(tree, COMPARE)} - with_next)
    for path in there:
        if path not in pairs:
            yield _finding(path, "compares no two snapshots whose content is here, and may tell of what was removed; it was added by hand or left over")
    if should and not there:
        sentence = f"is missing: it was removed, or the newest snapshot was made by an older version of AIMS Portal. {AGAIN}; `aims changes` compares too"
        yield _finding(f"{COMPARE}/", sentence, notice=True)
        return
    for path, expected in should.items():
        if how := difference(tree, path, expected, f"what follows from the {STATE} of its two versions"):
            content = tree.read(path) or b""
            version = _other_engine(content)
            if version is None:
                yield _finding(path, f"{how}. {AGAIN}")
            elif _differences(content) != _differences(expected):
                yield _finding(path, f"{how}, or another version of AIMS Portal ({version}) wrote it. {AGAIN}", notice=True)


def _finding(path: str, sentence: str, notice: bool = False) -> Finding:
    return Finding("comparison", path, sentence, notice=notice)


def _state(tree: Tree, read: Read) -> State | None:
    """The state of a version whose content is kept, if it is as it was published. Raises `NotAState`."""
    content = None if read.disposed or read.manifest is None else tree.read(f"{read.version}/{STATE}")
    if read.manifest is None or content is None or read.manifest["files"].get(STATE) != sum_of(content):
        return None
    return read_state(content, f"{read.version}/{STATE}")


def _other_engine(content: bytes) -> str | None:
    """The version of the engine that a comparison says wrote it, where that is another than this one and may tell it in another way."""
    try:
        by = json.loads(content)["engine"]
        return None if by == this_engine() else str(by["version"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def _differences(content: bytes) -> dict[str, Any]:
    return {**json.loads(content), "engine": None}
