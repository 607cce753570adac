"""A register lives: which of its records changed since it was last confirmed."""

from __future__ import annotations

import datetime as dt
from functools import cache

from macros import facts
from macros.audience import earlier
from macros.control.approvals.contents import Difference, differences
from macros.control.git import GitError
from macros.control.history import history_of
from macros.graph import Aims
from macros.schema.documents import Document, DocumentKind


@cache
def records_changed(aims: Aims, document: Document) -> tuple[Difference, ...] | None:
    """The records (and pages) of a register that were added, changed or removed since its last confirmed review. None where that cannot be said:
    without git history, without a seal, or where the history does not hold the confirmed state or cannot be read."""
    if not document.versions:
        return None
    version = document.versions[-1]
    if facts.text_matches(aims, document, version):
        return ()
    try:
        history = history_of(aims)
        commit = history.commit_of(document, version) if history else None
        if history is None or commit is None:
            return None
        then = earlier(aims, history.at(commit))
    except GitError:
        return None
    return differences(then, aims, document) if document.id in then.entries else None


def confirmed_on(register: Document) -> dt.date | None:
    """The day on which somebody last confirmed a register; of the content that is sealed, where it is."""
    looked_at = [review for version in register.versions for review in (version.reviewed, *version.confirmed) if review]
    seal = facts.sealed(register.versions[-1]) if register.versions else None
    of_seal = [review.on for review in looked_at if seal and review.seal == seal]
    return max(of_seal or [review.on for review in looked_at], default=None)


def changed_since_review(aims: Aims, document: Document) -> str | None:
    """`3 records changed since the review of 2026-11-16`. None for what is no living register, where nothing changed and where that is not known."""
    day = confirmed_on(document) if document.kind is DocumentKind.register and not document.withdrawn else None
    changed = records_changed(aims, document) if day else None
    if not changed:
        return None
    pages = sum("/" in difference.id for difference in changed)
    counts = ((len(changed) - pages, "record"), (pages, "page"))
    counted = " and ".join(f"{number} {word}{'s' * (number > 1)}" for number, word in counts if number)
    return f"{counted} changed since the review of {day}"
