"""The master list, the calendar, and the page of one document."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache

from macros import facts
from macros.build import Build
from macros.control.approvals.approved_text import Approved
from macros.control.approvals.contents import Difference
from macros.control.approvals.register import changed_since_review, confirmed_on, records_changed
from macros.facts import Timeliness, Validity
from macros.graph import Aims
from macros.schema.documents import Approval, Document, DocumentKind, Version
from macros.schema.organisation import Classification
from macros.seal import seal_of
from macros.views.common import Group, Tally, referred_to_by, tally, the_record

MOST = 30
"""So many changed records of a register are listed."""
GONE = {Validity.withdrawn, Validity.superseded}


@dataclass(frozen=True)
class DocumentRow:
    """A document with its state today."""

    it: Document
    validity: Validity
    validity_words: str
    """Whether to rely on it, with the day or the version that this is about."""
    version: Version | None
    """The one in force."""
    effective: dt.date | None
    newest: Version | None
    draft_above: Version | None
    """The newest version, where another one is in force."""
    next_review: dt.date | None
    timeliness: Timeliness
    superseded_by: Document | None
    classification: Classification | None
    page: str | None
    """The page on which it is read, below `docs/`."""
    changed: str | None
    """What changed in a register since its last review, in words."""


def row(aims: Aims, document: Document) -> DocumentRow:
    """A document with what follows from its versions today."""
    version, day = facts.version_in_force(aims, document), facts.next_review(aims, document)
    return DocumentRow(
        it=document,
        validity=facts.validity(aims, document),
        validity_words=validity_words(aims, document),
        version=version,
        effective=facts.effective(version) if version else None,
        newest=document.versions[-1] if document.versions else None,
        draft_above=facts.draft_above(aims, document) if version else None,
        next_review=day,
        timeliness=facts.timeliness(aims, day),
        superseded_by=facts.superseded_by(aims, document),
        classification=aims.find(document.classification, Classification),
        page=first_page(aims, document),
        changed=changed_since_review(aims, document),
    )


def first_page(aims: Aims, document: Document) -> str | None:
    """The page on which a document is read: its first Markdown source that is a page of its own, below `docs/`."""
    return next((source.removeprefix("docs/") for source in document.sources if source in aims.pages), None)


def validity_words(aims: Aims, document: Document) -> str:
    """Whether to rely on a document, as a reader sees it: with the day or the version that it is about."""
    version, newest = facts.version_in_force(aims, document), document.versions[-1] if document.versions else None
    validity = facts.validity(aims, document)
    if validity is Validity.in_force and version:
        return f"Approved, in force from {facts.effective(version)}"
    if validity is Validity.provisional and version:
        return f"Approved provisionally until {facts.lapses(version)}"
    if validity is Validity.changed and version:
        return f"Changed since version {version.number}"
    if validity is Validity.approved and newest:
        return f"Approved, in force from {facts.effective(newest)}"
    if validity is Validity.submitted and newest and newest.submitted:
        return f"Submitted on {newest.submitted.on}, not approved"
    if validity in GONE and document.withdrawn:
        return f"{validity.label} on {document.withdrawn.on}"
    return validity.label


@dataclass(frozen=True)
class Documents:
    """Every document that applies; external and retired ones apart. An external one that was filled in as our own is in both."""

    rows: tuple[DocumentRow, ...]
    external: tuple[DocumentRow, ...]
    retired: tuple[DocumentRow, ...]
    states: Tally[Validity]
    terms: type[Validity] = Validity


@cache
def documents(build: Build) -> Documents:
    """Every document with its state; external and retired ones apart."""
    rows = tuple(row(build.aims, document) for document in build.aims.all(Document))
    return Documents(
        rows=tuple(row for row in rows if row.validity not in GONE and row.it.kind is not DocumentKind.external),
        external=tuple(row for row in rows if row.it.master and row.validity not in GONE),
        retired=tuple(row for row in rows if row.validity in GONE),
        states=tally(Validity, [row.validity for row in rows]),
    )


@dataclass(frozen=True)
class Calendar:
    """Documents by the day of their next review."""

    rows: tuple[DocumentRow, ...]
    terms: type[Timeliness] = Timeliness


def calendar(build: Build) -> Calendar:
    """Documents by the day of their next review."""
    listed = {row.it.id: row for row in (*documents(build).rows, *documents(build).external)}
    dated = [(row.next_review, id, row) for id, row in listed.items() if row.next_review]
    return Calendar(tuple(row for _, _, row in sorted(dated, key=lambda item: item[:2])))


# -- one document ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Proof:
    """One approval of a version with what shows that it was given."""

    it: Approval
    signed: str
    """`no`, `holds` (checked with this build, as its text is the one here), or `earlier` (of an older text, checked when it came in)."""


@cache
def proofs(aims: Aims, document: Document, version: Version) -> tuple[Proof, ...]:
    """A signature over the text that is here was checked before anything was built."""
    here = seal_of(aims, document, version) if any(approval.signature for approval in version.approvals) else None

    def signed(approval: Approval) -> str:
        return "no" if approval.signature is None else "holds" if approval.seal == here else "earlier"

    return tuple(Proof(approval, signed(approval)) for approval in version.approvals)


@dataclass(frozen=True)
class VersionRow:
    """A version in the revision table."""

    it: Version
    approved: bool
    proofs: tuple[Proof, ...]
    other_approvers: tuple[str, ...]
    """Who had to approve it, where those are not the approvers of today."""


@dataclass(frozen=True)
class RegisterChanges:
    """What changed in a register since its content was last confirmed."""

    since: dt.date | None
    changed: tuple[Difference, ...] | None
    """The first of them; None where that cannot be said."""
    more: int


@dataclass(frozen=True)
class DocumentPage:
    """A document: everything 7.5 asks for, and its revision table, newest first."""

    it: Document
    row: DocumentRow
    applies_from: dt.date | None
    seal: str | None
    matches: bool | None
    lapses: dt.date | None
    approved_text: Approved | None
    pages: tuple[tuple[str, str], ...]
    """Its sources that are pages: below `docs/`, with their titles."""
    sources: tuple[str, ...]
    """The others."""
    register: RegisterChanges | None
    history: tuple[VersionRow, ...]
    any_seal: bool
    back: tuple[Group, ...]


def document(build: Build, id: str) -> DocumentPage:
    """One document: everything 7.5 asks for, and its revision table."""
    aims = build.aims
    it = the_record(aims, id, Document)
    state = row(aims, it)
    version = state.version
    return DocumentPage(
        it=it,
        row=state,
        applies_from=applies_from(aims, it, state.draft_above),
        seal=facts.sealed(version) if version else None,
        matches=facts.text_matches(aims, it, version) if version else None,
        lapses=facts.lapses(version) if version else None,
        approved_text=build.approved_text(id),
        pages=tuple((source.removeprefix("docs/"), aims.pages[source].title) for source in it.sources if source in aims.pages),
        sources=tuple(source for source in it.sources if source not in aims.pages),
        register=_register(aims, it) if it.kind is DocumentKind.register and version and not it.withdrawn else None,
        history=tuple(_version(aims, it, version) for version in reversed(it.versions)),
        any_seal=any(facts.sealed(version) for version in it.versions),
        back=referred_to_by(aims, id),
    )


def applies_from(aims: Aims, document: Document, version: Version | None) -> dt.date | None:
    """The day from which a version applies that is approved for later."""
    day = facts.effective(version) if version and facts.approved(document, version) else None
    return day if day and day > aims.today else None


def _version(aims: Aims, document: Document, version: Version) -> VersionRow:
    needed = facts.approvers(document, version)
    other = needed if set(needed) != set(document.approvers) else ()
    return VersionRow(version, facts.approved(document, version), proofs(aims, document, version), other)


def _register(aims: Aims, register: Document) -> RegisterChanges:
    changed = records_changed(aims, register)
    return RegisterChanges(confirmed_on(register), changed[:MOST] if changed is not None else None, len(changed[MOST:]) if changed else 0)
