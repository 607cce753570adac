"""Approving a version of a document and submitting it for approval. Nothing is written here; see `requests.py`."""

from __future__ import annotations

import datetime as dt
from typing import cast

from macros import facts, seal, signature
from macros.control.approvals import authority
from macros.control.approvals.layout import At
from macros.control.approvals.requests import NewEntry, Refused, Request, about_a_new_version, day_of, holder_of, need, new_version, part, refuse
from macros.graph import Aims
from macros.schema.base import Part
from macros.schema.documents import Approval, Document, DocumentKind, SamePerson, Signer, Submission, Version
from macros.two_people import confirms_own, not_compensated, writers


def approve(aims: Aims, base: Aims, document: Document, request: Request) -> NewEntry:
    """The approval of what the document's files say now: of the newest entry while that waits for approval, else of a new version."""
    _approvable(document)
    on = day_of(aims, request)
    number, version = _version_to_approve(aims, base, document, request, on)
    role = request.role or need("role", "--as", f"as which role do you approve ({', '.join(_missing(document, version)) or 'no approver is missing'})?")
    if role not in (needed := facts.approvers(document, version)):
        raise Refused(f"the role '{role}' is not among the approvers of {document.id} ({', '.join(needed)})")
    holder = request.holder or holder_of(base, role, on, "--holder", "holder", deputies=request.emergency)
    refuse(authority.may_approve(base, document, version, role, holder, on, request.emergency))
    text = seal.seal_text(document, version, seal.sums_now(aims, document))
    refuse(_of_other_content(document, version, seal.digest(text)))
    _not_twice(document, version, role, holder, request)
    _days_in_order(version, on)
    same = _same_person(base, document, version, holder, role, on, request)
    approval = part(
        Approval,
        by=role,
        holder=holder,
        on=on,
        seal=seal.digest(text),
        evidence=request.evidence,
        recorded_by=request.recorded_by,
        provisional_until=_until(aims, on, request),
        signature=_signature(base, text, holder, on, request),
    )
    after = version.model_copy(update={"approvals": (*version.approvals, approval), "same_person": same})
    additions: list[tuple[At, Part | dt.date]] = []
    if number == len(document.versions):
        additions.append((("versions",), after))
    else:
        additions.append((("versions", number, "approvals"), approval))
        if same and not version.same_person:
            additions.append((("versions", number, "same_person"), same))
        if after.effective_from and not document.versions[number].effective_from:
            additions.append((("versions", number, "effective_from"), after.effective_from))
    return NewEntry(document, tuple(additions), tuple(_approval_sentences(aims, document, after, approval)), text, seal.digest(text))


def _approvable(document: Document) -> None:
    instead = {
        DocumentKind.register: f"is a register, which nobody approves; confirm it with `aims review {document.id}`",
        DocumentKind.record: "holds records, which nobody approves; close a finished one with `aims close`",
        DocumentKind.external: "comes from outside; enter the day of your check in master.checked_on",
        DocumentKind.portal: "holds portal pages, which need no approval",
    }
    if document.kind in instead:
        raise Refused(f"{document.id} {instead[document.kind]}")
    if document.withdrawn:
        raise Refused(f"{document.id} was withdrawn on {document.withdrawn.on}; begin a new document with `aims new document`")
    if document.master:
        raise Refused(f"the master copy of {document.id} is kept elsewhere ({document.master.location}), so there is no text here to approve")
    if not document.approvers:
        raise Refused(f"{document.id} names no approvers, so nobody can approve it; add approvers, in a change of its own")


def _version_to_approve(aims: Aims, base: Aims, document: Document, request: Request, on: dt.date) -> tuple[int, Version]:
    """Which entry is approved, by its number from 0, and how it reads: the newest while it waits for approval, else a new one."""
    newest = document.versions[-1] if document.versions else None
    if newest and _waits(aims, document, newest):
        if request.change and _of_other_content(document, newest, seal.seal_of(aims, document, newest)):
            return len(document.versions), new_version(base, document, request, on)
        _entered_already(document, newest, request)
        return len(document.versions) - 1, _with_effective(newest, request)
    if newest and facts.text_matches(aims, document, newest):
        raise Refused(
            f"there is nothing to approve: {document.id} is what was approved as version {newest.number}; "
            f"to confirm it without a change, use `aims review {document.id}`"
        )
    return len(document.versions), new_version(base, document, request, on)


def _entered_already(document: Document, version: Version, request: Request) -> None:
    """Raises `Refused` for what is said about a new version where one is entered; nothing that a person says is dropped."""
    if options := about_a_new_version(request):
        raise Refused(
            f"version {version.number} of {document.id} is entered already and waits for approval; leave out {', '.join(options)}, "
            "or change the entry in the file before anybody approves it"
        )


def _waits(aims: Aims, document: Document, version: Version) -> bool:
    """Whether a version waits for an approval, be it to confirm a deputy's."""
    if not facts.approved(document, version):
        return True
    return facts.lapses(version) is not None and facts.text_matches(aims, document, version) is True


def _with_effective(version: Version, request: Request) -> Version:
    if request.effective is None or request.effective == version.effective_from:
        return version
    if version.reviewed and version.reviewed.seal:
        raise Refused(
            f"version {version.number} was reviewed as in force from {version.effective_from or 'its approval'}, and that day is sealed with the text; "
            "leave out --effective, which belongs to `aims submit`, or take `reviewed` out of the entry, set effective_from there, and have it reviewed again"
        )
    if version.effective_from or version.approvals:
        raise Refused(
            f"version {version.number} is entered as in force from {version.effective_from or 'its approval'}, which its approvers see in the seal; "
            "leave out --effective, or change the entry in the file before anybody approves it"
        )
    return version.model_copy(update={"effective_from": request.effective})


def _missing(document: Document, version: Version) -> list[str]:
    done = {approval.by for approval in version.approvals if approval.provisional_until is None}
    return [role for role in facts.approvers(document, version) if role not in done]


def _of_other_content(document: Document, version: Version, sealed: str) -> str | None:
    """Why a version cannot be approved any more with this seal: all approvers approve the same content, and it is what was reviewed."""
    for approval in version.approvals:
        if approval.seal is None:
            return (
                f"version {version.number} of {document.id} was approved by {approval.by} without a seal, so nobody can say of which content; "
                "begin a new version with --change"
            )
        if approval.seal != sealed:
            return (
                f"{approval.by} approved another content as version {version.number} of {document.id}: text, data or entry were changed since. "
                "All approvers approve the same: undo the change, or begin a new version with --change"
            )
    if version.reviewed and version.reviewed.seal not in {None, sealed}:
        return (
            f"{version.reviewed.by} reviewed another content of version {version.number} on {version.reviewed.on}: it was changed since; "
            "undo the change, or begin a new version with --change"
        )
    return None


def _not_twice(document: Document, version: Version, role: str, holder: str, request: Request) -> None:
    refuse(confirms_own(version, role, holder))
    for approval in version.approvals:
        if approval.by == role and (approval.provisional_until is None or request.emergency):
            waiting = [name for name in _missing(document, version) if name != role]
            more = f"; still missing is {', '.join(waiting)}" if waiting else ""
            raise Refused(f"{role} approved version {version.number} of {document.id} on {approval.on} already{more}")


def _days_in_order(version: Version, on: dt.date) -> None:
    reviewed = version.reviewed.on if version.reviewed else version.written_on
    submitted = version.submitted.on if version.submitted else version.written_on
    for day, what in ((version.written_on, "written"), (submitted, "submitted"), (reviewed, "reviewed")):
        if on < day:
            raise Refused(f"version {version.number} cannot be approved on {on}, before it was {what} ({day}); give the right day with --on")


def _same_person(base: Aims, document: Document, version: Version, holder: str, role: str, on: dt.date, request: Request) -> SamePerson | None:
    """The recorded reason where the author approves. Raises `Refused` where there is none."""
    wrote, same = writers(base, document, version), version.same_person
    explained = {"--reason": request.reason, "--compensating-review": request.compensating_review, "--compensated-by": request.compensated_by}
    options = [option for option, value in explained.items() if value]
    if options and (same or holder not in wrote):
        why = "says already why its author approves" if same else f"was not written by '{holder}'"
        raise Refused(f"version {version.number} {why}, so nothing has to be explained; leave out {', '.join(options)}")
    if holder not in wrote:
        return same
    if not same and len(options) < len(explained):
        raise Refused(
            f"'{holder}' wrote version {version.number} and may not approve it too; let somebody else approve, or give --reason, "
            "--compensating-review (who looked at it instead, and where that can be seen) and --compensated-by with that role"
        )
    same = same or part(SamePerson, reason=request.reason, compensating_review=request.compensating_review, by=request.compensated_by, on=on)
    refuse(not_compensated(base, same, [role, *(approval.by for approval in version.approvals if approval.holder in wrote)], wrote))
    return same


def _until(aims: Aims, on: dt.date, request: Request) -> dt.date | None:
    if not request.emergency:
        if request.until:
            raise Refused("--until is the last day of a provisional approval; give it together with --emergency")
        return None
    until = request.until or need("until", "--until", "until which day does the provisional approval hold (like 2026-01-31)?")
    if until < max(on, aims.today):
        raise Refused(f"the provisional approval would hold until {until}, which has passed; give a later day with --until")
    return until


def _signature(base: Aims, text: str, holder: str, on: dt.date, request: Request) -> str | None:
    if request.key is None:
        return None
    try:
        signed = signature.sign(text, request.key)
    except signature.SignatureError as error:
        raise Refused(str(error)) from None
    refuse(signature.problem(signed, text, [cast(Signer, entry.part) for entry in base.parts.get(Signer, [])], holder, on))
    return signed


def _approval_sentences(aims: Aims, document: Document, version: Version, approval: Approval) -> list[str]:
    """The sentences a person reads about an approval."""
    proof = "signed" if approval.signature else "recorded, not signed"
    if approval.evidence is None and approval.signature is None:
        proof = "approval not evidenced: give --evidence, or write into the entry where it can be seen, like `evidence: Minutes 2026-03-02, item 4`"
    said = [f"Approved by {approval.by} ({approval.holder}) on {approval.on}; {proof}"]
    if approval.provisional_until:
        said.append(f"Provisional until {approval.provisional_until}; a holder of {approval.by} confirms it before with `aims approve`")
    if document.reviewer and not version.reviewed:
        said.append(f"No review by {document.reviewer} is entered for this version")
    waiting = [role for role in _missing(document, version) if role != approval.by]
    if waiting:
        said.append(f"Not in force yet: still to be approved by {', '.join(waiting)}")
    elif version.effective_from and version.effective_from > aims.today:
        said.append(f"In force from {version.effective_from}")
    return said


# -- submit ---------------------------------------------------------------------------------------------------------------------


def submit(aims: Aims, base: Aims, document: Document, request: Request) -> NewEntry:
    """The submission of the newest draft, or of a new version where the text was changed and no draft is entered yet."""
    _approvable(document)
    on, newest = day_of(aims, request), document.versions[-1] if document.versions else None
    waits = newest is not None and not facts.approved(document, newest)
    if newest and waits and (newest.submitted or newest.approvals):
        what = f"submitted on {newest.submitted.on}" if newest.submitted else "approved in part"
        raise Refused(f"version {newest.number} of {document.id} was {what} already; it waits for {', '.join(_missing(document, newest))}")
    if newest and not waits and facts.text_matches(aims, document, newest):
        raise Refused(f"there is nothing to submit: {document.id} is what was approved as version {newest.number}")
    if newest and waits:
        _entered_already(document, newest, request)
    version = _with_effective(newest, request) if newest and waits else new_version(base, document, request, on)
    if on < version.written_on:
        raise Refused(f"version {version.number} cannot be submitted on {on}, before it was written ({version.written_on}); give the right day with --on")
    before = base.find(document.id, Document) or document
    role = request.role or before.author
    writer = version.author_holder if role == before.author else None
    holder = request.holder or writer or holder_of(base, role, on, "--holder", "holder")
    refuse(authority.may_act(base, document, authority.authorised(before, "submit"), role, holder, on, "submit"))
    handed_in = part(Submission, on=on, by=role, holder=holder)
    after = version.model_copy(update={"submitted": handed_in})
    additions: list[tuple[At, Part | dt.date]] = [(("versions", len(document.versions) - 1, "submitted"), handed_in) if waits else (("versions",), after)]
    if newest and waits and after.effective_from and not newest.effective_from:
        additions.append((("versions", len(document.versions) - 1, "effective_from"), after.effective_from))
    said = [f"Submitted by {role} ({holder}) on {on}; to be approved by {', '.join(_missing(document, after))}"]
    if document.reviewer and not after.reviewed:
        said.append(f"To be reviewed before by {document.reviewer}: aims review {document.id} --as {document.reviewer}")
    text = seal.seal_text(document, after, seal.sums_now(aims, document))
    said.append(f"Nothing is sealed yet. Approved as it is now, it gets the seal {seal.digest(text)}")
    return NewEntry(document, tuple(additions), tuple(said), text)
