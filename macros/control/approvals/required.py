"""What `aims check --require-approved` asks of content that is to be merged: it is the approved one, or says that it is a draft."""

from __future__ import annotations

from collections.abc import Iterator

from macros import facts
from macros.finding import Finding
from macros.graph import Aims
from macros.schema.documents import Document, Version
from macros.schema.organisation import Classification
from macros.seal import sums_now


def approved_or_draft(aims: Aims, before: Aims | None, base: str) -> Iterator[Finding]:
    """With `--require-approved`: a document that needs approval has the content that was approved, or a draft version stands above it."""
    for document in aims.all(Document):
        old = before.find(document.id, Document) if before else None
        if document.withdrawn or not (document.kind.needs_approval or (old and old.kind.needs_approval)):
            continue
        if not document.kind.needs_approval and old:
            was, is_now = old.kind.label.lower(), document.kind.label.lower()
            message = f"{document.id} needed approval as a {was} and as a {is_now} does not; withdraw it and begin a new one"
            yield aims.entries[document.id].place("kind"), message, (document.id,)
            continue
        if document.master and old and not old.master:
            message = f"the text of {document.id} was approved here, and a master kept elsewhere is not; withdraw {document.id} and begin a new document for it"
            yield aims.entries[document.id].place("master"), message, (document.id,)
            continue
        newest = document.versions[-1] if document.versions else None
        if newest is None or not facts.approved(document, newest):
            if before and old and _level(aims, document) < _level(before, old):
                message = (
                    f"{document.id} would be {document.classification} instead of {old.classification} at once, for more people to read, and no approved "
                    "version says so; approve it in the same change, or leave the classification as it is in a draft"
                )
                yield aims.entries[document.id].place("classification"), message, (document.id,)
            continue
        if before and document.sources and any(approval.seal is None for approval in newest.approvals) and not _approved_before(old, newest):
            message = (
                f"version {newest.number} of {document.id} comes in as approved, but without a seal, so nothing binds the approval to this text; "
                "approve it with `aims approve`, which writes the seal"
            )
            yield aims.entries[document.id].place("versions", len(document.versions) - 1, "approvals"), message, (document.id,)
            continue
        matches = facts.text_matches(aims, document, newest)
        unsealed = matches is None and before and old and _approved_before(old, newest) and sums_now(aims, document) != sums_now(before, old)
        if matches is False or unsealed:
            since = f"since version {newest.number} was approved" if matches is False else f"since {base}, under an approval that has no seal"
            message = f"{document.id} {document.title} was changed {since}; approve it in the same change, or enter a draft version in `versions`"
            yield aims.entries[document.id].place("versions", len(document.versions) - 1, "number"), message, (document.id,)


def _level(aims: Aims, document: Document) -> int:
    """How confidential a document is; 0 where its classification is not known, which is another finding."""
    known = aims.find(document.classification, Classification)
    return known.level if known else 0


def _approved_before(old: Document | None, version: Version) -> bool:
    return old is not None and any(before.number == version.number and facts.approved(old, before) for before in old.versions)
