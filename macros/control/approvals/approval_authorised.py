"""Who entered something had the authority by the base: the state that a change builds on, never the change itself."""

from __future__ import annotations

from collections.abc import Iterator

from macros import facts
from macros.checks.control import activities, signature_faults
from macros.control.approvals import authority
from macros.control.approvals.compared import Change
from macros.finding import Finding, read
from macros.load import DATA
from macros.office import Acting
from macros.own_files import folders_of
from macros.schema.documents import Approval, Document, Signer, Version
from macros.seal import seal_of


def approval_authorised(change: Change) -> Iterator[Finding]:
    """Whoever approves may do so by the base: the role approves there, the holder or deputy is in office there and within limits, the key is known
    there; and whoever writes, submits, reviews, confirms, reseals or closes holds the role there, and the role may do that.

    So nobody appoints himself approver, or takes other approvers away, in the change that he approves."""
    for document in change.touched():
        for number in range(len(document.versions)):
            yield from _approvals(change, document, number)
            yield from _signatures(change, document, number)
        yield from _approvers_gone(change, document)
        yield from _approvers_said(change, document)
        yield from _other_activities(change, document)
        yield from _writers(change, document)


def _approvals(change: Change, document: Document, number: int) -> Iterator[Finding]:
    """Approvals that come in and do not count."""
    version = document.versions[number]
    for count, approval in enumerate(version.approvals):
        known = change.entered_before(document.id, "versions", number, "approvals", count)
        sentence = None if known else _unreadable(change, document) or _not_by_right(change, document, version, approval)
        if sentence:
            message = f"the approval of {document.id} {version.number} does not count: {sentence}"
            yield change.place(document.id, "versions", number, "approvals", count), message, (document.id,)


def _not_by_right(change: Change, document: Document, version: Version, approval: Approval) -> str | None:
    """Why an approval is not by somebody who may give it, in one sentence."""
    by = Acting(approval.by, approval.holder, approval.on)
    sentence = authority.may_approve(change.before.aims, document, version, by, approval.provisional_until is not None)
    if sentence or version is not document.versions[-1]:
        return sentence  # older versions of a document that moves in were approved by who held the role then
    return authority.left_before(change.before.aims, by, change.day)


def _signatures(change: Change, document: Document, number: int) -> Iterator[Finding]:
    """Signatures that come in and do not hold by the keys of the base."""
    version = document.versions[number]
    new = {count for count, approval in enumerate(version.approvals) if approval.signature and not _signed_before(change, document, number, count)}
    for count, fault in _signature_faults(change, document, version) if new else ():
        if count in new:
            message = f"the signature under {document.id} {version.number} does not hold by the keys of {change.base}: {fault}"
            yield change.place(document.id, "versions", number, "approvals", count, "signature"), message, (document.id,)


def _signed_before(change: Change, document: Document, number: int, count: int) -> bool:
    before = change.entered_before(document.id, "versions", number, "approvals", count)
    return before is not None and bool(before.values.get("signature"))


def _signature_faults(change: Change, document: Document, version: Version) -> Iterator[tuple[int, str]]:
    """The approvals of a version whose signature does not hold by the keys of the base, or of which nobody can say, with the reason."""
    yield from signature_faults(change.now.aims, document, version, [signer for _, signer in read(change.before.aims, Signer)])
    sealed = seal_of(change.now.aims, document, version)
    for count, approval in enumerate(version.approvals):
        if approval.seal and approval.seal != sealed:
            yield count, "the files are not what was sealed, so it cannot be checked any more; a signature comes in together with the text that was signed"


def _approvers_gone(change: Change, document: Document) -> Iterator[Finding]:
    """When a version above the one in force counts as approved by this change, all who had to approve it by the base did."""
    if change.written(document.id).approvers == document.approvers:
        return
    before = change.document_before(document)
    if before is None or not before.kind.needs_approval:
        return
    in_force = facts.version_in_force(change.before.aims, before)
    for number, version in reversed(list(enumerate(document.versions))):
        old = change.version_before(document, version)
        if old and old == in_force:
            return
        needed, given = facts.approvers(before, version), {approval.by for approval in version.approvals}
        missing = [role for role in needed if role not in given]
        newly_approved = facts.approved(document, version) and not (old and facts.approved(before, old))
        if missing and newly_approved:
            first = "take them out of approvers first, in a change of its own, before anybody approves the version"
            instead = f"write `approvers: [{', '.join(needed)}]` into the version, which needs them still" if old and old.approvals else first
            message = (
                f"version {version.number} of {document.id} is not approved by {', '.join(missing)}, who had to by {change.base}; "
                f"let them approve too, or {instead}"
            )
            yield change.place(document.id, "versions", number, "approvals"), message, (document.id,)
            return


def _approvers_said(change: Change, document: Document) -> Iterator[Finding]:
    """A version says who had to approve it only where somebody approved it before this change, and then those who had to by the base. So it is
    written in the change of the document's approvers, and no version that comes in chooses its approvers."""
    for number, version in enumerate(document.versions):
        moved_in = not change.written(document.id).readable and version is not document.versions[-1]
        before = change.entered_before(document.id, "versions", number)
        if not version.approvers or moved_in or (before and before.values.get("approvers")):
            continue
        if sentence := _unreadable(change, document) or _not_those_of_the_base(change, document, version):
            yield change.place(document.id, "versions", number, "approvers"), sentence, (document.id,)


def _not_those_of_the_base(change: Change, document: Document, version: Version) -> str | None:
    """Why the approvers that a version names are not those who had to approve it by the base, in one sentence."""
    before, old = change.document_before(document), change.version_before(document, version)
    if before is None or old is None or not old.approvals:
        return (
            f"version {version.number} of {document.id} was not approved by anybody in {change.base}, so it is for the approvers of the document "
            "to approve it; take `approvers` out of the version"
        )
    needed = facts.approvers(before, old)
    if set(version.approvers) == set(needed):
        return None
    return (
        f"version {version.number} of {document.id} did not have to be approved by {', '.join(version.approvers)}: by {change.base} it was "
        f"{', '.join(needed)}; write `approvers: [{', '.join(needed)}]`, or take it out of the version"
    )


def _other_activities(change: Change, document: Document) -> Iterator[Finding]:
    """Whoever submitted, reviewed, confirmed, resealed or closed held the role by the base too, and the role may do that."""
    for activity in activities(document):
        if activity.name == "approve" or change.entered_before(document.id, *activity.path):
            continue
        named = f"{activity.name} a record of" if activity.name in {"close", "confirm"} else None
        sentence = _unreadable(change, document) or authority.may_act(change.before.aims, document, activity.name, activity.by, named)
        if sentence:
            yield change.place(document.id, *activity.path, "holder"), f"this entry of {document.id} does not count: {sentence}", (document.id,)


def _writers(change: Change, document: Document) -> Iterator[Finding]:
    """Who is named as the writer of a version that is approved held the author's role by the base: else the approver could name somebody else there."""
    for number, version in enumerate(document.versions):
        before = change.entered_before(document.id, "versions", number)
        if not version.author_holder or not version.approvals or (before and before.values.get("approvals")) or _unreadable(change, document):
            continue
        if sentence := authority.in_role(change.before.aims, Acting(document.author, version.author_holder, version.written_on)):
            message = f"the writer of version {version.number} of {document.id} does not count: {sentence}"
            yield change.place(document.id, "versions", number, "author_holder"), message, (document.id,)


def _unreadable(change: Change, document: Document) -> str | None:
    """A sentence when the base does not tell who may approve, because today's schema cannot read it."""
    files = ("aims_data/roles.yaml", change.written(document.id).file or "aims_data/roles.yaml", *(f"{DATA}/{folder}/" for folder in folders_of(document)))
    fault = next((problem for problem in change.before.aims.loaded.problems if problem.place.file.startswith(files)), None)
    if fault is None:
        return None
    return (
        f"{change.base} cannot be read by today's schema ({fault}), so it does not tell who may approve; "
        "bring the schema change to main first, in a change without approvals"
    )
