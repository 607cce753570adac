"""Approving a version of a document and submitting it for approval. Nothing is written here; see `requests.py`."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from macros import facts, seal, signature
from macros.control.approvals import authority
from macros.control.approvals.entries import Addition
from macros.control.approvals.requests import NewEntry, Refused, Request, about_a_new_version, day_of, holder_of, need, new_version, part, refuse
from macros.finding import read
from macros.graph import Aims
from macros.office import Acting
from macros.schema.documents import Approval, Document, DocumentKind, SamePerson, Signer, Submission, Version
from macros.two_people import confirms_own, not_compensated, writers


def approve(aims: Aims, base: Aims, document: Document, request: Request) -> NewEntry:
    """The approval of what the document's files say now: of the newest entry while that waits for approval, else of a new version."""
    _approvable(document)
    on = day_of(aims, request)
    number, version = _version_to_approve(aims, base, document, request, on)
    by = _approver(base, document, version, request, on)
    text = seal.text_now(aims, document, version)
    refuse(_of_other_content(document, version, seal.digest(text)))
    _not_twice(document, version, by, request.emergency)
    _days_in_order(version, on)
    same = _same_person(base, document, version, by, request)
    approval = part(
        Approval,
        by=by.role,
        holder=by.holder,
        on=on,
        seal=seal.digest(text),
        evidence=request.evidence,
        recorded_by=request.recorded_by,
        provisional_until=_until(aims, on, request),
        signature=_signature(base, text, by, request.key),
    )
    after = version.model_copy(update={"approvals": (*version.approvals, approval), "same_person": same})
    sentences = tuple(_approval_sentences(aims, document, after, approval))
    return NewEntry(document, _additions(document, number, after), sentences, text, seal.digest(text))


def _approver(base: Aims, document: Document, version: Version, request: Request, on: dt.date) -> Acting:
    """Who approves, in which role. Raises `Needed` where that was not said, and `Refused` where he or she may not."""
    missing = ", ".join(_missing(document, version)) or "no approver is missing"
    role = request.role or need("role", "--as", f"as which role do you approve ({missing})?")
    if role not in (needed := facts.approvers(document, version)):
        raise Refused(f"the role '{role}' is not among the approvers of {document.id} ({', '.join(needed)})")
    by = Acting(role, request.holder or holder_of(base, role, on, deputies=request.emergency), on)
    refuse(authority.may_approve(base, document, version, by, request.emergency))
    return by


def _additions(document: Document, number: int, version: Version) -> tuple[Addition, ...]:
    """What makes the entry of the revision table with a number from 0 read like the version: all of it where it is new, else what it has more."""
    if number == len(document.versions):
        return ((("versions",), version),)
    old, at = document.versions[number], ("versions", number)
    added: list[Addition] = [((*at, "approvals"), approval) for approval in version.approvals[len(old.approvals) :]]
    for name in ("submitted", "same_person", "effective_from"):
        if getattr(version, name) and not getattr(old, name):
            added.append(((*at, name), getattr(version, name)))
    return tuple(added)


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
            "leave out --effective, which belongs to `aims submit`, or take the review out, set effective_from in the version, and have it reviewed again"
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


def _not_twice(document: Document, version: Version, by: Acting, emergency: bool) -> None:
    refuse(confirms_own(version, by.role, by.holder))
    for approval in version.approvals:
        if approval.by == by.role and (approval.provisional_until is None or emergency):
            waiting = [role for role in _missing(document, version) if role != by.role]
            more = f"; still missing is {', '.join(waiting)}" if waiting else ""
            raise Refused(f"{by.role} approved version {version.number} of {document.id} on {approval.on} already{more}")


def _days_in_order(version: Version, on: dt.date) -> None:
    reviewed = version.reviewed.on if version.reviewed else version.written_on
    submitted = version.submitted.on if version.submitted else version.written_on
    for day, what in ((version.written_on, "written"), (submitted, "submitted"), (reviewed, "reviewed")):
        if on < day:
            raise Refused(f"version {version.number} cannot be approved on {on}, before it was {what} ({day}); give the right day with --on")


def _same_person(base: Aims, document: Document, version: Version, by: Acting, request: Request) -> SamePerson | None:
    """The recorded reason where the author approves. Raises `Refused` where there is none."""
    wrote, same = writers(base, document, version), version.same_person
    explained = {
        "--reason": request.reason,
        "--compensating-review": request.compensating_review,
        "--compensated-by": request.compensated_by,
    }
    options = [option for option, value in explained.items() if value]
    if options and (same or by.holder not in wrote):
        why = "says already why its author approves" if same else f"was not written by '{by.holder}'"
        raise Refused(f"version {version.number} {why}, so nothing has to be explained; leave out {', '.join(options)}")
    if by.holder not in wrote:
        return same
    if not same and len(options) < len(explained):
        raise Refused(
            f"'{by.holder}' wrote version {version.number} and may not approve it too; let somebody else approve, or give --reason, "
            "--compensating-review (who looked at it instead, and where that can be seen) and --compensated-by with that role"
        )
    same = same or part(SamePerson, reason=request.reason, compensating_review=request.compensating_review, by=request.compensated_by, on=by.on)
    approved_as = [by.role, *(approval.by for approval in version.approvals if approval.holder in wrote)]
    refuse(not_compensated(base, same, approved_as, wrote))
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


def _signature(base: Aims, text: str, by: Acting, key: Path | None) -> str | None:
    if key is None:
        return None
    try:
        signed = signature.sign(text, key)
    except signature.SignatureError as error:
        raise Refused(str(error)) from None
    refuse(signature.problem(signed, text, [signer for _, signer in read(base, Signer)], by.holder, by.on))
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
    on = day_of(aims, request)
    number, version = _version_to_submit(aims, base, document, request, on)
    if on < version.written_on:
        raise Refused(f"version {version.number} cannot be submitted on {on}, before it was written ({version.written_on}); give the right day with --on")
    by = _submitter(base, document, version, request, on)
    after = version.model_copy(update={"submitted": part(Submission, on=on, by=by.role, holder=by.holder)})
    text = seal.text_now(aims, document, after)
    said = [f"Submitted by {by.role} ({by.holder}) on {on}; to be approved by {', '.join(_missing(document, after))}"]
    if document.reviewer and not after.reviewed:
        said.append(f"To be reviewed before by {document.reviewer}: aims review {document.id} --as {document.reviewer}")
    said.append(f"Nothing is sealed yet. Approved as it is now, it gets the seal {seal.digest(text)}")
    return NewEntry(document, _additions(document, number, after), tuple(said), text)


def _version_to_submit(aims: Aims, base: Aims, document: Document, request: Request, on: dt.date) -> tuple[int, Version]:
    """Which entry is submitted, by its number from 0, and how it reads: the newest where it is a draft, else a new one."""
    newest = document.versions[-1] if document.versions else None
    if newest is None or facts.approved(document, newest):
        if newest and facts.text_matches(aims, document, newest):
            raise Refused(f"there is nothing to submit: {document.id} is what was approved as version {newest.number}")
        return len(document.versions), new_version(base, document, request, on)
    if newest.submitted or newest.approvals:
        what = f"submitted on {newest.submitted.on}" if newest.submitted else "approved in part"
        raise Refused(f"version {newest.number} of {document.id} was {what} already; it waits for {', '.join(_missing(document, newest))}")
    _entered_already(document, newest, request)
    return len(document.versions) - 1, _with_effective(newest, request)


def _submitter(base: Aims, document: Document, version: Version, request: Request, on: dt.date) -> Acting:
    """Who hands in a version, in which role; where nothing was said, who wrote it. Raises `Needed` and `Refused`."""
    author = (base.find(document.id, Document) or document).author
    role = request.role or author
    writer = version.author_holder if role == author else None
    by = Acting(role, request.holder or writer or holder_of(base, role, on), on)
    refuse(authority.may_act(base, document, "submit", by))
    return by
