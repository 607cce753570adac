"""What people do to a document besides having it approved: review, withdraw, reseal, close or confirm a record. Like `requests.py`; nothing is written."""

from __future__ import annotations

import datetime as dt

from macros import based_on, facts, seal
from macros.based_on import Footing
from macros.control.approvals import authority
from macros.control.approvals.contents import differences
from macros.control.approvals.requests import NewEntry, Refused, Request, about_a_new_version, acting, day_of, holder_of, need, new_version, part, refuse
from macros.control.history import history_of
from macros.graph import Aims
from macros.office import Acting
from macros.schema.documents import Basis, Closing, Confirmation, DatedRecord, Document, DocumentKind, Reseal, Review, Version, Withdrawal

MOST = 12
"""So many differences are named."""


def review(aims: Aims, base: Aims, document: Document, request: Request) -> NewEntry:
    """A review: of a submitted draft before its approval, of an approved document that stays as it is, or of a register, which is confirmed."""
    _reviewable(document)
    newest = document.versions[-1] if document.versions else None
    if not document.kind.needs_approval:
        return _review_register(aims, base, document, request)
    if newest is None:
        raise Refused(f"{document.id} has no version yet; submit the first one with `aims submit {document.id} --change …`")
    if not facts.approved(document, newest):
        return _review_draft(aims, base, document, request, newest)
    return _review_approved(aims, base, document, request, newest)


def _review_approved(aims: Aims, base: Aims, document: Document, request: Request, newest: Version) -> NewEntry:
    """An approved version stays as it is."""
    matches = facts.text_matches(aims, document, newest)
    if matches is False:
        raise Refused(
            f"{document.id} was changed since version {newest.number} was approved, so it cannot be confirmed without a change; "
            f"submit the change (`aims submit {document.id} --change …`) or undo it"
        )
    _no_new_version(request, f"{document.id} stays as it is, version {newest.number}")
    unsealed = f"Version {newest.number} was approved without a seal, so nothing shows that the text is the one approved then"
    return _confirm(aims, base, document, request, newest, "Confirmed without a change" if matches else unsealed)


def _reviewable(document: Document) -> None:
    if document.withdrawn:
        raise Refused(f"{document.id} was withdrawn on {document.withdrawn.on}; there is nothing to review")
    if document.master:
        raise Refused(f"the master copy of {document.id} is kept elsewhere; after you looked at it, enter the day in master.checked_on")
    if document.kind is DocumentKind.portal:
        raise Refused(f"{document.id} holds portal pages, which only lead to documents; those are reviewed")


def _reviewed(aims: Aims, base: Aims, document: Document, request: Request, text: str) -> Review:
    """The entry of a review. The reviewer may review, the owner where none is named, and the approvers."""
    by = acting(aims, base, document, request, "review", "review")
    return part(Review, by=by.role, holder=by.holder, on=by.on, seal=seal.digest(text), evidence=request.evidence)


def _no_new_version(request: Request, why: str) -> None:
    """Raises `Refused` for what is said about a new version where none is entered; nothing that a person says is dropped."""
    if options := about_a_new_version(request):
        raise Refused(f"{why}, so no new version is entered; leave out {', '.join(options)}, and say where the review can be seen with --evidence")


def _review_draft(aims: Aims, base: Aims, document: Document, request: Request, version: Version) -> NewEntry:
    """A draft that was submitted is suitable."""
    if version.submitted is None:
        raise Refused(f"version {version.number} of {document.id} is a draft that was not submitted; its author does that with `aims submit {document.id}`")
    if version.reviewed:
        raise Refused(f"version {version.number} of {document.id} was reviewed by {version.reviewed.by} on {version.reviewed.on} already")
    _no_new_version(request, f"version {version.number} of {document.id} is entered already")
    text = _text(aims, document, version)
    done = _reviewed(aims, base, document, request, text)
    if done.on < version.submitted.on:
        raise Refused(f"version {version.number} cannot be reviewed on {done.on}, before it was submitted ({version.submitted.on})")
    said = f"Reviewed by {done.by} ({done.holder}) on {done.on}; to be approved by {', '.join(facts.approvers(document, version))}"
    return NewEntry(document, ((("versions", len(document.versions) - 1, "reviewed"), done),), (said,), text, seal.digest(text))


def _confirm(aims: Aims, base: Aims, document: Document, request: Request, version: Version, note: str) -> NewEntry:
    """A version is confirmed without a change; `note` says what is known of its text."""
    text = _text(aims, document, version)
    done = _reviewed(aims, base, document, request, text)
    last = facts.last_looked_at(aims, document)
    if last and done.on < last:
        raise Refused(f"{document.id} was looked at on {last} already, which is later than {done.on}; give the right day with --on")
    said = (f"Confirmed by {done.by} ({done.holder}) on {done.on}, version {version.number}", note)
    return NewEntry(document, ((("versions", len(document.versions) - 1, "confirmed"), done),), said, text, seal.digest(text))


def _review_register(aims: Aims, base: Aims, document: Document, request: Request) -> NewEntry:
    """A register is right: the version as it is where no record changed, else a new one."""
    newest = document.versions[-1] if document.versions else None
    if newest and facts.text_matches(aims, document, newest):
        _no_new_version(request, f"nothing in {document.id} changed since version {newest.number}")
        return _confirm(aims, base, document, request, newest, f"Nothing changed since version {newest.number}")
    version = new_version(base, document, request, day_of(aims, request))
    text = _text(aims, document, version)
    done = _reviewed(aims, base, document, request, text)
    after = version.model_copy(update={"reviewed": done})
    said = f"Confirmed by {done.by} ({done.holder}) on {done.on} as version {version.number}"
    return NewEntry(document, ((("versions",), after),), (said,), text, seal.digest(text))


def withdraw(aims: Aims, base: Aims, document: Document, request: Request) -> NewEntry:
    """The withdrawal of a document, by its owner or an approver."""
    if document.withdrawn:
        raise Refused(f"{document.id} was withdrawn on {document.withdrawn.on} by {document.withdrawn.by} already")
    by = acting(aims, base, document, request, "withdraw", "withdraw it")
    reason = request.reason or need("reason", "--reason", "why does it no longer apply, and what applies instead?")
    entry = part(Withdrawal, on=by.on, by=by.role, reason=reason)
    said = f"{document.id} {document.title} is withdrawn from {by.on} by {by.role} ({by.holder}); its text and history stay"
    return NewEntry(document, ((("withdrawn",), entry),), (said,))


def reseal(aims: Aims, base: Aims, document: Document, request: Request) -> NewEntry:
    """A technical change under the same version: only if values and words are those of the commit at which the version was sealed."""
    if document.master:
        raise Refused(f"the master copy of {document.id} is kept elsewhere ({document.master.location}), so nothing is sealed here")
    newest = document.versions[-1] if document.versions else None
    if newest is None or facts.sealed(newest) is None or (document.kind.needs_approval and not facts.approved(document, newest)):
        raise Refused(f"the newest version of {document.id} is not sealed yet, so there is nothing to reseal")
    if facts.text_matches(aims, document, newest):
        raise Refused(f"there is nothing to reseal: the files of {document.id} are those that were sealed as version {newest.number}")
    _only_technical(aims, document, newest)
    by = acting(aims, base, document, request, "reseal", "reseal it")
    reason = request.reason or need("reason", "--reason", "what was changed technically, like 'policy.md renamed'?")
    text = _text(aims, document, newest)
    entry = part(Reseal, on=by.on, by=by.role, holder=by.holder, reason=reason, seal=seal.digest(text))
    said = f"Resealed by {by.role} ({by.holder}) on {by.on} under version {newest.number}; the earlier seal stays in the entry"
    return NewEntry(document, ((("versions", len(document.versions) - 1, "resealed"), entry),), (said,), text, seal.digest(text))


def _only_technical(aims: Aims, document: Document, version: Version) -> None:
    """Raise `Refused` naming what differs from the sealed state, if anything does."""
    history = history_of(aims)
    commit = history.commit_of(document, version) if history else None
    if history is None or commit is None:
        raise Refused(
            f"the history does not hold the state of {document.id} that was sealed as version {version.number}, so nothing shows that only the form changed; "
            "approve a new version"
        )
    then = history.at(commit)
    before = then.find(document.id, Document)
    if before is None or then.loaded.problems:
        why = str(then.loaded.problems[0]) if then.loaded.problems else "the document is not there"
        raise Refused(f"the sealed state (commit {commit.id[:12]}) cannot be read any more, so it cannot be compared: {why}")
    sealed_facts = (
        ("title", before.title, document.title),
        ("classification", before.classification, document.classification),
        ("author", before.author, document.author),
    )
    found = [f"{name} was '{old}' and is '{new}'" for name, old, new in sealed_facts if old != new]
    found += [str(difference) for difference in differences(then, aims, document)]
    if found:
        more = f" and {len(found) - MOST} more" if len(found) > MOST else ""
        raise Refused(
            f"this is no technical change of {document.id}: since version {version.number} was sealed (commit {commit.id[:12]}) "
            f"{'; '.join(found[:MOST])}{more}. "
            "Values and words have to be the same; approve a new version instead"
        )


def close(aims: Aims, base: Aims, record: DatedRecord, request: Request) -> NewEntry:
    """The closing of a record in the document that collects it."""
    file = aims.entries[record.id].file
    document = aims.document_of(file)
    if document is None:
        raise Refused(f"{record.id} belongs to no document; name {file} in the sources of one record below aims_data/documents/")
    if closed := facts.closing_of(aims, record.id):
        raise Refused(f"{record.id} was closed on {closed.on} by {closed.by} already; correct it by a new record with `corrects: {record.id}`")
    on = day_of(aims, request)
    if on < record.on:
        raise Refused(f"{record.id} is dated {record.on} and cannot be closed before, on {on}; give the right day with --on")
    by = _with_record(base, document, record, request, "close", on)
    sealed = seal.record_seal(aims, record.id) or ""
    rested = _on_its_day(aims, record)
    entry = part(Closing, record=record.id, on=on, by=by.role, holder=by.holder, seal=sealed, based_on=rested)
    said = (f"{record.id} {record.title} is closed from {on} by {by.role} ({by.holder}); from now on {file} may not change", f"To check: sha256sum {file}")
    moved = [f"{system.id} ({based_on.in_words(fields)})" for one in rested if (system := aims.get(one.record)) and (fields := based_on.changed(system, one))]
    suspect = f"Since {record.on}, the day that it is of, {' and '.join(moved)} changed; renew the assessment, or confirm it with `aims confirm {record.id}`"
    return NewEntry(document, ((("closed",), entry),), (*said, *([suspect] if moved else ())), "", sealed)


def _on_its_day(aims: Aims, record: DatedRecord) -> tuple[Basis, ...]:
    """What a record rests on: its systems as the history has them on the day of the record, else as they are."""
    now, history = based_on.basis_of(aims, record), history_of(aims)
    if not now or history is None or record.on >= aims.today:
        return now
    files = [aims.entries[one.record].file for one in now]
    commit = next((commit for commit in history.git.commits("HEAD", *files) if aims.day_of(commit.time) <= record.on), None)
    then = {one.record: one for one in based_on.basis_of(history.at(commit), record)} if commit else {}
    return tuple(then.get(one.record, one) for one in now)


def confirm(aims: Aims, base: Aims, record: DatedRecord, request: Request) -> NewEntry:
    """That a closed record still holds although what it rested on changed, in the document in which it was closed."""
    if not record.kind.rests_on_systems:
        raise Refused(f"{record.id} is no impact assessment but a record of kind {record.kind.value}; it shows what was so on its day and is not confirmed")
    closing, document = facts.closing_of(aims, record.id), aims.document_of(aims.entries[record.id].file)
    if document is None or closing is None:
        raise Refused(f"{record.id} is not closed yet, so it can still be changed; then close it (`aims close {record.id}`)")
    rests = based_on.rests(aims, record)
    if rests is None:
        raise Refused(f"{record.id} is the newest assessment of no system that is looked after; confirm the newest one, or assess the system again")
    if rests.footing is Footing.holds:
        raise Refused(f"nothing that {record.id} rests on changed since it was closed or confirmed, so there is nothing to confirm")
    on, last = day_of(aims, request), max((entry.on for entry in rests.confirmed), default=closing.on)
    if on < last:
        raise Refused(f"{record.id} was closed or confirmed on {last}, which is later than {on}; give the right day with --on")
    by = _with_record(base, document, record, request, "confirm", on)
    because = request.reason or need("reason", "--because", "why does it still hold, although what it rested on changed?")
    entry = part(Confirmation, record=record.id, on=on, by=by.role, holder=by.holder, because=because, based_on=based_on.basis_of(aims, record))
    said = f"{record.id} {record.title} is confirmed on {on} by {by.role} ({by.holder}); it rests on what {', '.join(record.systems)} say from now on"
    return NewEntry(document, ((("confirmed",), entry),), (said,))


def _with_record(base: Aims, document: Document, record: DatedRecord, request: Request, activity: str, on: dt.date) -> Acting:
    """Who closes or confirms a record: in the role that is given, else as the owner of the document. Raises `Refused` where somebody may not do that."""
    role = request.role or (base.find(document.id, Document) or document).owner
    by = Acting(role, request.holder or holder_of(base, role, on), on)
    refuse(authority.may_act(base, document, activity, by, f"{activity} {record.id} in"))
    return by


def _text(aims: Aims, document: Document, version: Version) -> str:
    return seal.text_now(aims, document, version)
