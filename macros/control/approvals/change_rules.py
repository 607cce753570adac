"""RULES on a change: nothing entered was removed, whoever approved had the authority in the state it builds on, seals are of this content.

They are checked where a base is known (`aims check --base origin/main`, or AIMS_BASE), and for every commit of main (`aims check --history`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from macros import facts
from macros.checks.control import SHORT, activities, signature_faults
from macros.control.approvals import append_only, contents, in_force
from macros.control.approvals.append_only import entries
from macros.control.approvals.authority import authorised, in_role, left_before, may_act, may_approve
from macros.control.approvals.compared import Change
from macros.control.approvals.required import approved_or_draft
from macros.finding import Finding, read
from macros.graph import Aims
from macros.problems import Grade, Place
from macros.schema.documents import Approval, Document, Reseal, Review, Signer, Version
from macros.seal import digest, record_seal, seal_of, seal_text, sums_now


def history_kept(change: Change) -> Iterator[Finding]:
    """The revision tables only grow: no version, approval, closing or withdrawal of the base is removed, moved or altered, and no document vanishes."""
    for id, before in change.before.documents.items():
        now = change.now.documents.get(id)
        if now is None:
            message = f"{id} is gone, which {change.base} has; bring {before.file} back and withdraw the document instead (`aims withdraw {id}`)"
            yield Place(before.file), message, (id,)
        elif before.values is not None and now.values is not None:
            for path, sentence in append_only.broken(before.values, now.values):
                yield change.place(id, *path), f"{sentence} ({change.base} has it)", (id,)


def closed_record_kept(change: Change) -> Iterator[Finding]:
    """A record that is closed in the base has the content of that closing, whatever seal its entry names now."""
    for id, raw in change.before.documents.items():
        for closing in entries(raw.values or {}, "closed"):
            record, seal = str(closing.get("record")), record_seal(change.now.aims, str(closing.get("record")))
            if seal != closing.get("seal") and id in change.now.documents:
                what = "was changed" if seal else "is gone"
                message = f"{record} is closed in {change.base} and {what}; undo that, and correct the record by a new one with `corrects: {record}`"
                yield change.place(id, "closed"), message, (record, id)


def approval_authorised(change: Change) -> Iterator[Finding]:
    """Whoever approves may do so by the base: the role approves there, the holder or deputy is in office there and within limits, the key is known
    there; and whoever writes, submits, reviews, confirms, reseals or closes holds the role there, and the role may do that.

    So nobody appoints himself approver, or takes other approvers away, in the change that he approves."""
    for document in change.touched():
        for number, version in enumerate(document.versions):
            old = entries(change.written_version(document.id, version), "approvals")
            known = len(old)
            for count in range(known, len(version.approvals)):
                approval, place = version.approvals[count], change.place(document.id, "versions", number, "approvals", count)
                sentence = _unreadable(change, document) or may_approve(
                    change.before.aims, document, version, approval.by, approval.holder, approval.on, approval.provisional_until is not None
                )
                if not sentence and version is document.versions[-1]:  # older ones of a document that moves in were approved by who held the role then
                    sentence = left_before(change.before.aims, approval.by, approval.holder, approval.on, change.day)
                if sentence:
                    yield place, f"the approval of {document.id} {version.number} does not count: {sentence}", (document.id,)
            signed = {count for count, approval in enumerate(version.approvals) if approval.signature and not (count < known and old[count].get("signature"))}
            for count, fault in _signatures(change, document, version) if signed else ():
                if count in signed:
                    message = f"the signature under {document.id} {version.number} does not hold by the keys of {change.base}: {fault}"
                    yield change.place(document.id, "versions", number, "approvals", count, "signature"), message, (document.id,)
        yield from _approvers_gone(change, document)
        yield from _approvers_said(change, document)
        yield from _others(change, document)
        yield from _writers(change, document)


def _signatures(change: Change, document: Document, version: Version) -> Iterator[tuple[int, str]]:
    """The approvals of a version whose signature does not hold by the keys of the base, or of which nobody can say, with the reason."""
    yield from signature_faults(change.now.aims, document, version, [signer for _, signer in read(change.before.aims, Signer)])
    sealed = digest(seal_text(document, version, sums_now(change.now.aims, document)))
    for count, approval in enumerate(version.approvals):
        if approval.seal and approval.seal != sealed:
            yield count, "the files are not what was sealed, so it cannot be checked any more; a signature comes in together with the text that was signed"


ACTIVITIES = {"submitted": "submit", "reviewed": "review", "confirmed": "review", "resealed": "reseal", "closed": "close"}
"""The activity that an entry under a field is of."""


def _others(change: Change, document: Document) -> Iterator[Finding]:
    """Whoever submitted, reviewed, confirmed, resealed or closed held the role by the base too, and the role may do that."""
    raw = change.written(document.id)
    for path, role, holder, day in activities(document):
        if "approvals" in path or _there(raw, path):
            continue
        sentence = _unreadable(change, document)
        if not sentence:
            activity = next(ACTIVITIES[step] for step in path if step in ACTIVITIES)
            roles, named = authorised(change.old(document)[0] or document, activity), "close a record of" if activity == "close" else activity
            sentence = may_act(change.before.aims, document, roles, role, holder, day, named)
        if sentence:
            yield change.place(document.id, *path, "holder"), f"this entry of {document.id} does not count: {sentence}", (document.id,)


def _writers(change: Change, document: Document) -> Iterator[Finding]:
    """Who is named as the writer of a version that is approved held the author's role by the base: else the approver could name somebody else there."""
    for number, version in enumerate(document.versions):
        old = change.written_version(document.id, version)
        if not version.author_holder or not version.approvals or entries(old, "approvals"):
            continue
        if not _unreadable(change, document) and (sentence := in_role(change.before.aims, document.author, version.author_holder, version.written_on)):
            message = f"the writer of version {version.number} of {document.id} does not count: {sentence}"
            yield change.place(document.id, "versions", number, "author_holder"), message, (document.id,)


def _there(values: Any, path: tuple[str | int, ...]) -> bool:
    """Whether plain values have something at a path."""
    for step in path:
        try:
            values = values[step]
        except (LookupError, TypeError):
            return False
    return values is not None


def _approvers_gone(change: Change, document: Document) -> Iterator[Finding]:
    """When a version above the one in force counts as approved by this change, all who had to approve it by the base did."""
    raw = change.written(document.id)
    before = change.old(document)[0] if raw and raw.get("approvers") != list(document.approvers) else None
    if before is None or not before.kind.needs_approval:
        return
    in_force = facts.version_in_force(change.before.aims, before)
    for number, version in reversed(list(enumerate(document.versions))):
        old = change.old(document, version)[1]
        if old and old == in_force:
            return
        needed = facts.approvers(before, version)
        missing = [role for role in needed if role not in {approval.by for approval in version.approvals}]
        if missing and facts.approved(document, version) and not (old and facts.approved(before, old)):
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
    before = change.old(document)[0]
    for number, version in enumerate(document.versions):
        old = change.old(document, version)[1]
        moved_in = not change.written(document.id) and version is not document.versions[-1]
        if not version.approvers or moved_in or change.written_version(document.id, version).get("approvers"):
            continue
        if unreadable := _unreadable(change, document):
            message = unreadable
        elif before is None or old is None or not old.approvals:
            message = (
                f"version {version.number} of {document.id} was not approved by anybody in {change.base}, so it is for the approvers of the document "
                "to approve it; take `approvers` out of the version"
            )
        elif set(version.approvers) != set(needed := facts.approvers(before, old)):
            message = (
                f"version {version.number} of {document.id} did not have to be approved by {', '.join(version.approvers)}: by {change.base} it was "
                f"{', '.join(needed)}; write `approvers: [{', '.join(needed)}]`, or take it out of the version"
            )
        else:
            continue
        yield change.place(document.id, "versions", number, "approvers"), message, (document.id,)


def _unreadable(change: Change, document: Document) -> str | None:
    """A sentence when the base does not tell who may approve, because today's schema cannot read it."""
    files = {"aims_data/roles.yaml", change.before.documents[document.id].file if document.id in change.before.documents else ""}
    fault = next((problem for problem in change.before.aims.loaded.problems if problem.place.file in files), None)
    if fault is None:
        return None
    return (
        f"{change.base} cannot be read by today's schema ({fault}), so it does not tell who may approve; "
        "bring the schema change to main first, in a change without approvals"
    )


def seal_not_pasted(change: Change) -> Iterator[Finding]:
    """A seal that comes in is that of the content as it is, not one that was copied from elsewhere."""
    for document in change.touched():
        for number, version in enumerate(document.versions):
            for path, seal, filled in _new_seals(version, change.written_version(document.id, version)):
                if not _is_of_content(change, document, version, seal, filled):
                    message = (
                        f"the seal {seal[:SHORT]}… is not that of version {version.number} of {document.id} as its files are; "
                        f"seals are computed, not copied: see `aims seal {document.id}`"
                    )
                    yield change.place(document.id, "versions", number, *path), message, (document.id,)


def _new_seals(version: Version, old: dict[str, Any]) -> Iterator[tuple[tuple[str | int, ...], str, bool]]:
    """Every seal that was not there before: its field, itself, and whether the entry it is in was there without it."""
    lists: dict[str, tuple[Approval | Review | Reseal, ...]] = {"approvals": version.approvals, "confirmed": version.confirmed, "resealed": version.resealed}
    for name, new in lists.items():
        before = entries(old, name)
        for count, entry in enumerate(new):
            there = before[count] if count < len(before) else None
            if entry.seal and (there is None or there.get("seal") != entry.seal):
                yield (name, count, "seal"), entry.seal, there is not None
    reviewed = old.get("reviewed")
    if version.reviewed and version.reviewed.seal and (not isinstance(reviewed, dict) or reviewed.get("seal") != version.reviewed.seal):
        yield ("reviewed", "seal"), version.reviewed.seal, isinstance(reviewed, dict)


def _is_of_content(change: Change, document: Document, version: Version, seal: str, filled: bool) -> bool:
    """Whether a seal is that of the files; one that is added to an older approval, that of the files before this change too."""
    if seal_of(change.now.aims, document, version) == seal:
        before, old = change.old(document, version)
        return not filled or bool(before and old and seal_of(change.before.aims, before, old) == seal)
    newest = version is document.versions[-1]
    return not newest and facts.sealed(version) == seal and change.history.commit_of(document, version) is not None


def reseal_technical(change: Change) -> Iterator[Finding]:
    """A reseal changes no value and no word: the content is what it was under the seal before."""
    for document in change.touched():
        for number, version in enumerate(document.versions):
            known = len(entries(change.written_version(document.id, version), "resealed"))
            if len(version.resealed) == known:
                continue
            place = change.place(document.id, "versions", number, "resealed", known)
            then = _as_sealed(change, document, version)
            if then is None:
                message = f"what version {version.number} of {document.id} was before the reseal is not in the history; approve a new version instead"
                yield place, message, (document.id,)
            elif found := _differences(then, change.now.aims, document):
                more = f" and {len(found) - 3} more" if len(found) > 3 else ""
                message = f"{document.id} was not only resealed: {', '.join(found[:3])}{more}; approve a new version instead"
                yield place, message, (document.id,)


def _differences(then: Aims, now: Aims, document: Document) -> list[str]:
    """What differs in values and words: in what the seal names of the document itself, and in its content."""
    old = then.find(document.id, Document) or document
    named = [f"{name} was changed" for name in ("title", "classification", "author") if getattr(old, name) != getattr(document, name)]
    return named + [str(difference) for difference in contents.differences(then, now, document)]


def _as_sealed(change: Change, document: Document, version: Version) -> Aims | None:
    """The state in which a version had the seal that counted before."""
    before, old = change.old(document, version)
    if before is None or old is None:
        return None
    if seal_of(change.before.aims, before, old) == facts.sealed(old):
        return change.before.aims
    commit = change.history.commit_of(before, old)
    return change.history.at(commit) if commit else None


@dataclass(frozen=True)
class ChangeRule:
    """A rule on a change: its name and its function."""

    name: str
    find: Callable[..., Iterator[Finding]]
    grade: Grade = Grade.error

    @property
    def sentence(self) -> str:
        """The rule in one sentence."""
        return " ".join((self.find.__doc__ or "").split())


RULES: tuple[ChangeRule, ...] = (
    ChangeRule("history-kept", history_kept),
    ChangeRule("closed-record-kept", closed_record_kept),
    ChangeRule("approval-authorised", approval_authorised),
    ChangeRule("stays-in-force", in_force.stays_in_force),
    ChangeRule("seal-not-pasted", seal_not_pasted),
    ChangeRule("reseal-technical", reseal_technical),
)
REQUIRED = ChangeRule("approved-or-draft", approved_or_draft)
RULE = {rule.name: rule for rule in (*RULES, REQUIRED)}
