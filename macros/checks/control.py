"""Seals and approvals: the text is the approved one, approvals bind, whoever acted was in office, closed records stay as they are.

What only the history can tell, like a removed entry, is checked against a base commit in `macros/control/approvals/change_rules.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from macros import facts, signature
from macros.finding import Finding, not_in_office, place_of, read
from macros.graph import Aims
from macros.office import Acting
from macros.schema.documents import Approval, Closing, Confirmation, DatedRecord, Document, Reseal, Review, Signer, Submission, Version
from macros.seal import digest, record_seal, text_now
from macros.two_people import confirms_own

SHORT = 12
"""So many characters of a seal tell two apart for a reader; the whole one stands in the data."""


def text_as_approved(aims: Aims) -> Iterator[Finding]:
    """The files of a document are those that its newest version was approved with, unless a draft version stands above it."""
    for document in aims.all(Document):
        newest = document.versions[-1] if document.versions else None
        if document.withdrawn or newest is None or not document.kind.needs_approval or not facts.approved(document, newest):
            continue
        if facts.text_matches(aims, document, newest) is False:
            first, *others = document.approvers or ("…",)
            and_others = f", and by {' and '.join(others)}" if others else ""
            message = (
                f"{document.id} {document.title} was changed since version {newest.number} was approved; approve it anew "
                f"(`aims approve {document.id} --as {first} --change …`{and_others}), enter a draft version, or undo the change"
            )
            yield place_of(aims, document.id, "versions", len(document.versions) - 1, "approvals"), message, (document.id,)


def approvals_on_one_seal(aims: Aims) -> Iterator[Finding]:
    """All approvals of a version are of the same content: they name the same seal, or none of them names one."""
    for document in aims.all(Document):
        for number, version in enumerate(document.versions):
            if len({approval.seal for approval in version.approvals}) > 1:
                given = ", ".join(f"{approval.by} {approval.seal[:SHORT] + '…' if approval.seal else 'no seal'}" for approval in version.approvals)
                message = f"the approvals of version {version.number} are not of the same content ({given}); let all approve the same text, in a new version"
                yield place_of(aims, document.id, "versions", number, "approvals"), message, (document.id,)


def approval_sealed(aims: Aims) -> Iterator[Finding]:
    """The approvals of the version in force carry a seal, which binds them to its text."""
    for document in aims.all(Document):
        here = document.kind.needs_approval and document.sources and not document.withdrawn
        version = facts.version_in_force(aims, document) if here else None
        if version and any(approval.seal is None for approval in version.approvals):
            place = place_of(aims, document.id, "versions", document.versions.index(version), "approvals")
            message = (
                f"version {version.number} of {document.id} was approved without a seal: nothing binds it to this text; "
                "approve the next version with `aims approve`, which writes the seal"
            )
            yield place, message, (document.id,)


def signature_holds(aims: Aims) -> Iterator[Finding]:
    """A signed approval was signed by the one who approved, with a key that counted on that day, over the text of its seal.

    The text of a seal is known here while the files are what was sealed; signatures of older versions are judged when they come in (`--base`)
    and over the whole history (`--history`)."""
    signers = [signer for _, signer in read(aims, Signer)]
    for document in aims.all(Document):
        for number, version in enumerate(document.versions):
            for count, fault in signature_faults(aims, document, version, signers):
                place = place_of(aims, document.id, "versions", number, "approvals", count, "signature")
                yield place, f"the signature under version {version.number} of {document.id} does not hold: {fault}", (document.id,)


def signature_faults(aims: Aims, document: Document, version: Version, signers: Sequence[Signer]) -> Iterator[tuple[int, str]]:
    """The approvals of a version, by their place in the list, whose signature does not hold, with the reason; those over another text are left out."""
    if not any(approval.signature for approval in version.approvals):
        return
    text = text_now(aims, document, version)
    for count, approval in enumerate(version.approvals):
        if approval.signature and approval.seal is None:
            yield count, "the approval has no seal, so nobody can tell what was signed; add the seal that was signed"
        elif approval.signature and approval.seal == digest(text):
            fault = signature.problem(approval.signature, text, signers, approval.holder, approval.on)
            if fault:
                yield count, fault


def provisional_confirmed(aims: Aims) -> Iterator[Finding]:
    """A provisional approval by a deputy is confirmed before it lapses."""
    for document in aims.all(Document):
        number, version = next(
            ((number, version) for number, version in reversed(list(enumerate(document.versions))) if facts.approved(document, version)), (0, None)
        )
        last = facts.lapses(version) if version else None
        if version is None or last is None:
            continue
        waiting = next((count, approval) for count, approval in enumerate(version.approvals) if approval.provisional_until == last)
        what, how = f"version {version.number} of {document.id}", f"`aims approve {document.id} --as {waiting[1].by}`"
        if last < aims.today:
            message = f"{what} was approved provisionally until {last} and does not apply any more; confirm it ({how}) or undo it"
        else:
            message = f"{what} is approved provisionally until {last}; let a holder of '{waiting[1].by}' confirm it ({how})"
        yield place_of(aims, document.id, "versions", number, "approvals", waiting[0], "provisional_until"), message, (document.id,)


def confirmed_by_another(aims: Aims) -> Iterator[Finding]:
    """Whoever approved provisionally as a deputy does not confirm it; somebody else who holds the role does."""
    for document in aims.all(Document):
        for number, version in enumerate(document.versions):
            for count, approval in enumerate(version.approvals):
                if approval.provisional_until is None and (fault := confirms_own(version, approval.by, approval.holder)):
                    yield place_of(aims, document.id, "versions", number, "approvals", count, "holder"), fault, (document.id,)


def acted_in_office(aims: Aims) -> Iterator[Finding]:
    """Whoever submits, reviews, approves, confirms, reseals or closes held or deputised the role on that day."""
    for document in aims.all(Document):
        for activity in activities(document):
            if sentence := not_in_office(aims, activity.by.role, activity.by.holder, activity.by.on):
                yield place_of(aims, document.id, *activity.path, "holder"), sentence, (document.id,)


@dataclass(frozen=True)
class Activity:
    """What somebody did to a document in a role: what it is called, the field that says so, and by whom."""

    name: Literal["submit", "review", "approve", "reseal", "close", "confirm"]
    path: tuple[str | int, ...]
    by: Acting


def activities(document: Document) -> Iterator[Activity]:
    """Everything that somebody did to a document in a role, as it is entered."""
    for number, version in enumerate(document.versions):
        at = ("versions", number)
        if version.submitted:
            yield Activity("submit", (*at, "submitted"), _acting(version.submitted))
        if version.reviewed:
            yield Activity("review", (*at, "reviewed"), _acting(version.reviewed))
        yield from (Activity("approve", (*at, "approvals", count), _acting(entry)) for count, entry in enumerate(version.approvals))
        yield from (Activity("review", (*at, "confirmed", count), _acting(entry)) for count, entry in enumerate(version.confirmed))
        yield from (Activity("reseal", (*at, "resealed", count), _acting(entry)) for count, entry in enumerate(version.resealed))
    yield from (Activity("close", ("closed", count), _acting(closing)) for count, closing in enumerate(document.closed))
    yield from (Activity("confirm", ("confirmed", count), _acting(entry)) for count, entry in enumerate(document.confirmed))


def _acting(entry: Submission | Review | Approval | Reseal | Closing | Confirmation) -> Acting:
    return Acting(entry.by, entry.holder, entry.on)


def confirmed_record_closed(aims: Aims) -> Iterator[Finding]:
    """What is confirmed is a closed record, in the document in which it was closed."""
    for document in aims.all(Document):
        closed = {closing.record for closing in document.closed}
        for count, entry in enumerate(document.confirmed):
            if entry.record not in closed:
                message = f"{entry.record} is not closed in {document.id}, so nothing there is to be confirmed; close it first (`aims close {entry.record}`)"
                yield place_of(aims, document.id, "confirmed", count, "record"), message, (entry.record, document.id)


def closed_record_unchanged(aims: Aims) -> Iterator[Finding]:
    """A closed record is as it was when it was closed, once, in the document that collects it. A correction is a new record."""
    first: dict[str, str] = {}
    for document in aims.all(Document):
        for count, closing in enumerate(document.closed):
            place, record = place_of(aims, document.id, "closed", count, "record"), closing.record
            about = (record, document.id)
            if record in first:
                yield place, f"{record} is closed already, in {first[record]}; keep the first entry only", about
                continue
            first[record] = document.id
            found = aims.find(record, DatedRecord)
            if found is None:
                if not aims.loaded.problems:  # else it may be there and be what cannot be read
                    yield place, f"{record} was closed on {closing.on} and is gone; bring its file back from the history, a closed record is kept", about
                continue
            file = aims.entries[record].file
            if file not in aims.sources_of(document):
                yield place, f"{record} does not belong to {document.id}: {file} is not among its sources; close it where it is collected", about
            if record_seal(aims, record) != closing.seal:
                message = (
                    f"{record} was closed on {closing.on} by {closing.by} and {file} was changed since; undo the change, "
                    f"and correct the record by a new one with `corrects: {record}` (`aims new record`)"
                )
                yield place_of(aims, document.id, "closed", count, "seal"), message, about
