"""A register lives: which of its records changed since it was last confirmed."""

from __future__ import annotations

from functools import cache

from macros import facts
from macros.audience import earlier
from macros.control.approvals.contents import Difference, differences
from macros.control.history import history_of
from macros.graph import Aims
from macros.schema.documents import Document


@cache
def records_changed(aims: Aims, document: Document) -> tuple[Difference, ...] | None:
    """The records (and pages) of a register that were added, changed or removed since its last confirmed review. None where that cannot be said:
    without git history, without a seal, or where the history does not hold the confirmed state."""
    if not document.versions:
        return None
    version = document.versions[-1]
    if facts.text_matches(aims, document, version):
        return ()
    history = history_of(aims)
    commit = history.commit_of(document, version) if history else None
    if history is None or commit is None:
        return None
    then = earlier(aims, history.at(commit))
    return differences(then, aims, document) if document.id in then.entries else None
