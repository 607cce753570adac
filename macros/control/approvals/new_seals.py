"""Seals that come in with a change: each is computed from the content it stands for, and a reseal is of the same values and words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from macros import facts
from macros.checks.control import SHORT
from macros.control.approvals import contents
from macros.control.approvals.compared import Change
from macros.finding import Finding
from macros.graph import Aims
from macros.schema.documents import Document, Version
from macros.seal import seal_of

MOST = 3
"""So many differences are named."""


@dataclass(frozen=True)
class NewSeal:
    """A seal that was not there before: the number of its version from 0, its field in the document, itself, and whether the entry it is in was there
    without it."""

    version: int
    path: tuple[str | int, ...]
    seal: str
    added_later: bool


def seal_not_pasted(change: Change) -> Iterator[Finding]:
    """A seal that comes in is that of the content as it is, not one that was copied from elsewhere."""
    for document in change.touched():
        for new in _new_seals(change, document):
            version = document.versions[new.version]
            if not _is_of_content(change, document, version, new):
                message = (
                    f"the seal {new.seal[:SHORT]}… is not that of version {version.number} of {document.id} as its files are; "
                    f"seals are computed, not copied: see `aims seal {document.id}`"
                )
                yield change.place(document.id, *new.path), message, (document.id,)


def _new_seals(change: Change, document: Document) -> Iterator[NewSeal]:
    before = change.written(document.id).parts
    for called, part in change.now.documents[document.id].parts.items():
        seal, there = part.values.get("seal"), before.get(called)
        if seal and part.path[0] == "versions" and (there is None or there.values.get("seal") != seal):
            yield NewSeal(int(part.path[1]), (*part.path, "seal"), str(seal), there is not None)


def _is_of_content(change: Change, document: Document, version: Version, new: NewSeal) -> bool:
    """Whether a seal is that of the files; one that is added to an older approval, that of the files before this change too. The files of an older
    version are not here any more: its seal has to be one that the history holds."""
    if seal_of(change.now.aims, document, version) == new.seal:
        return not new.added_later or _sealed_before(change, document, version) == new.seal
    newest = version is document.versions[-1]
    return not newest and facts.sealed(version) == new.seal and change.history.commit_of(document, version) is not None


def _sealed_before(change: Change, document: Document, version: Version) -> str | None:
    """The seal of a version with the files as they were before the change; None where it was not there."""
    before, old = change.document_before(document), change.version_before(document, version)
    return seal_of(change.before.aims, before, old) if before and old else None


def reseal_technical(change: Change) -> Iterator[Finding]:
    """A reseal changes no value and no word: the content is what it was under the seal before."""
    for document in change.touched():
        for number, version in enumerate(document.versions):
            paths = [("versions", number, "resealed", count) for count in range(len(version.resealed))]
            new = next((path for path in paths if not change.entered_before(document.id, *path)), None)
            if new is None:
                continue
            place = change.place(document.id, *new)
            then = _as_sealed(change, document, version)
            if then is None:
                message = f"what version {version.number} of {document.id} was before the reseal is not in the history; approve a new version instead"
                yield place, message, (document.id,)
            elif found := _differences(then, change.now.aims, document):
                more = f" and {len(found) - MOST} more" if len(found) > MOST else ""
                message = f"{document.id} was not only resealed: {', '.join(found[:MOST])}{more}; approve a new version instead"
                yield place, message, (document.id,)


def _as_sealed(change: Change, document: Document, version: Version) -> Aims | None:
    """The state in which a version had the seal that counted before."""
    before, old = change.document_before(document), change.version_before(document, version)
    if before is None or old is None:
        return None
    if seal_of(change.before.aims, before, old) == facts.sealed(old):
        return change.before.aims
    commit = change.history.commit_of(before, old)
    return change.history.at(commit) if commit else None


def _differences(then: Aims, now: Aims, document: Document) -> list[str]:
    """What differs in values and words: in what the seal names of the document itself, and in its content."""
    old = then.find(document.id, Document) or document
    named = [f"{name} was changed" for name in ("title", "classification", "author") if getattr(old, name) != getattr(document, name)]
    return named + [str(difference) for difference in contents.differences(then, now, document)]
