"""What `aims check --require-approved` asks of content that is to be merged: it is the approved one, or says that it is a draft."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from macros import facts
from macros.finding import Finding
from macros.graph import Aims
from macros.schema.documents import Document, Version
from macros.schema.organisation import Classification
from macros.seal import sums_now

Objection = tuple[tuple[str | int, ...], str]
"""The field of the document and one sentence."""


@dataclass(frozen=True)
class ToMerge:
    """A document that is to be merged, and, where there is a base, what it was there."""

    aims: Aims
    document: Document
    base: str = ""
    before: Aims | None = None
    old: Document | None = None

    @property
    def newest(self) -> Version | None:
        """The newest entry of the revision table."""
        return self.document.versions[-1] if self.document.versions else None

    @property
    def approved(self) -> Version | None:
        """The newest version where it is approved; else what is to be merged is a draft."""
        return self.newest if self.newest and facts.approved(self.document, self.newest) else None

    @property
    def approved_before(self) -> bool:
        """Whether the newest version was approved in the base already."""
        old, number = self.old, self.newest.number if self.newest else None
        return old is not None and any(version.number == number and facts.approved(old, version) for version in old.versions)

    def at_newest(self, field: str) -> tuple[str | int, ...]:
        """The place of a field of the newest version."""
        return ("versions", len(self.document.versions) - 1, field)


def approved_or_draft(aims: Aims, before: Aims | None, base: str) -> Iterator[Finding]:
    """With `--require-approved`: a document that needs approval has the content that was approved, or a draft version stands above it."""
    for document in aims.all(Document):
        old = before.find(document.id, Document) if before else None
        needs_approval = document.kind.needs_approval or (old and old.kind.needs_approval)
        if document.withdrawn or not needs_approval:
            continue
        merged = ToMerge(aims, document, base, before, old)
        for path, message in filter(None, (policy(merged) for policy in POLICIES)):
            yield aims.entries[document.id].place(*path), message, (document.id,)
            break  # what the others would say follows from it


def still_needs_approval(merged: ToMerge) -> Objection | None:
    """No document gets out of approval by becoming of a kind that needs none."""
    document, old = merged.document, merged.old
    if document.kind.needs_approval or old is None:
        return None
    was, is_now = old.kind.label.lower(), document.kind.label.lower()
    return ("kind",), f"{document.id} needed approval as a {was} and as a {is_now} does not; withdraw it and begin a new one"


def text_stays_here(merged: ToMerge) -> Objection | None:
    """No document gets out of approval by naming a master that is kept elsewhere."""
    document, old = merged.document, merged.old
    if not document.master or old is None or old.master:
        return None
    message = f"the text of {document.id} was approved here, and a master kept elsewhere is not; withdraw {document.id} and begin a new document for it"
    return ("master",), message


def draft_as_confidential(merged: ToMerge) -> Objection | None:
    """A draft is not for more people to read than what was there: the classification counts at once, approved or not."""
    document, old = merged.document, merged.old
    if merged.approved or merged.before is None or old is None or _level(merged.aims, document) >= _level(merged.before, old):
        return None
    return ("classification",), (
        f"{document.id} would be {document.classification} instead of {old.classification} at once, for more people to read, and no approved "
        "version says so; approve it in the same change, or leave the classification as it is in a draft"
    )


def approval_sealed(merged: ToMerge) -> Objection | None:
    """An approval that comes in is bound to the text by a seal."""
    document, version = merged.document, merged.approved
    if version is None or merged.before is None or not document.sources or merged.approved_before or all(approval.seal for approval in version.approvals):
        return None
    return merged.at_newest("approvals"), (
        f"version {version.number} of {document.id} comes in as approved, but without a seal, so nothing binds the approval to this text; "
        "approve it with `aims approve`, which writes the seal"
    )


def text_approved(merged: ToMerge) -> Objection | None:
    """The text of an approved version is the one that was sealed; where nothing was sealed, the one of the base."""
    document, version = merged.document, merged.approved
    if version is None:
        return None
    matches = facts.text_matches(merged.aims, document, version)
    if matches is False:
        since = f"since version {version.number} was approved"
    elif matches is None and merged.approved_before and _other_files(merged):
        since = f"since {merged.base}, under an approval that has no seal"
    else:
        return None
    return merged.at_newest("number"), (
        f"{document.id} {document.title} was changed {since}; approve it in the same change, or enter a draft version (`aims submit {document.id} --change …`)"
    )


POLICIES: tuple[Callable[[ToMerge], Objection | None], ...] = (
    still_needs_approval,
    text_stays_here,
    draft_as_confidential,
    approval_sealed,
    text_approved,
)
"""What is asked of each document, in this order; the first that objects is the finding."""


def _level(aims: Aims, document: Document) -> int:
    """How confidential a document is; 0 where its classification is not known, which is another finding."""
    known = aims.find(document.classification, Classification)
    return known.level if known else 0


def _other_files(merged: ToMerge) -> bool:
    """Whether the files are not those of the base."""
    before, old = merged.before, merged.old
    return before is not None and old is not None and sums_now(merged.aims, merged.document) != sums_now(before, old)
