"""What is approved stays in force until those say otherwise who may: nobody else withdraws it, replaces it or takes its files away."""

from __future__ import annotations

from collections.abc import Iterator

from macros import facts
from macros.control.approvals.compared import Change
from macros.finding import Finding
from macros.graph import Aims
from macros.schema.documents import Document, Version


def stays_in_force(change: Change) -> Iterator[Finding]:
    """An approved document is withdrawn by its owner or an approver of the base, replaced only with the approval of all its approvers, stays approved
    when the approvers change, and its files pass to another document only when it is approved without them."""
    files_moved = False
    for document in list(change.touched()):
        yield from _withdrawn(change, document)
        yield from _replacing(change, document)
        yield from _under_other_approvers(change, document)
        files_moved = files_moved or change.written(document.id).sources != document.sources or _newly_approved(change, document)
    if files_moved:
        yield from _files_taken(change)


def _withdrawn(change: Change, document: Document) -> Iterator[Finding]:
    """A withdrawal that comes in, by a role that may not withdraw the document by the base."""
    before = change.written(document.id)
    roles = dict.fromkeys((before.owner, *before.approvers))
    if before.readable and document.withdrawn and not before.withdrawn and document.withdrawn.by not in roles:
        who = " or ".join(f"'{role}'" for role in roles)
        message = f"the withdrawal of {document.id} does not count: by {change.base} the role '{document.withdrawn.by}' may not withdraw it; {who} may"
        yield change.place(document.id, "withdrawn", "by"), message, (document.id,)


def _replacing(change: Change, document: Document) -> Iterator[Finding]:
    """What a document supersedes by this change without those who approve it: it is named there only now, or the version that does it is approved
    only now."""
    for count, id in enumerate(document.supersedes):
        if _in_force_before(change, id) and _replaced_by_this_change(change, document, id):
            approvers = " and ".join(change.written(id).approvers) or "its approvers"
            instead = f", or let {approvers} approve the version of {document.id} with which that begins" if document.kind.needs_approval else ""
            message = f"{document.id} would replace {id}, which {approvers} did not agree to; withdraw {id} in the same change (`aims withdraw {id}`){instead}"
            yield change.place(document.id, "supersedes", count), message, (document.id, id)


def _in_force_before(change: Change, id: str) -> bool:
    """Whether a document needed approval before the change and is not withdrawn by it."""
    now = change.now.aims.find(id, Document)
    return change.written(id).needs_approval and now is not None and not now.withdrawn


def _replaced_by_this_change(change: Change, document: Document, id: str) -> bool:
    """Whether a document supersedes another one since this change, and not all who approve that one approved it."""
    new = _newly_approved(change, document)
    if id in change.written(document.id).supersedes and not new:
        return False
    if not document.kind.needs_approval:
        return True
    version = _newest_approved(document)
    if version is None:
        return False  # a draft replaces nothing yet
    agreed = set(change.written(id).approvers) <= {approval.by for approval in version.approvals}
    return not (new and agreed)


def _under_other_approvers(change: Change, document: Document) -> Iterator[Finding]:
    """Other approvers for what comes do not turn what was approved into a draft: the newest approved version says who had to approve it."""
    before = change.document_before(document)
    old = _newest_approved(before) if before else None
    number = next((number for number, version in enumerate(document.versions) if old and version.number == old.number), None)
    if before is None or old is None or number is None or facts.approved(document, document.versions[number]):
        return
    needed, now = ", ".join(facts.approvers(before, old)), ", ".join(facts.approvers(document, document.versions[number])) or "nobody"
    if needed != now:
        message = (
            f"version {old.number} of {document.id} was approved by those who had to ({needed}) and would become a draft, as {now} would have to now; "
            f"write `approvers: [{needed}]` into version {old.number}, so that it stays approved"
        )
        yield change.place(document.id, "versions", number, "number"), message, (document.id,)


def _files_taken(change: Change) -> Iterator[Finding]:
    """Files of a document in force that belong to another one now, where they are shown as its text or need no approval at all.

    They are the files that were approved, as the history has them: a draft that gave one away in an earlier change took nothing out of what was
    approved, and one that only a draft holds was never part of it."""
    then, now = change.before.aims, change.now.aims
    for before in then.all(Document):
        document, version = now.find(before.id, Document), _newest_approved(before)
        was_in_force = before.kind.needs_approval and facts.version_in_force(then, before)
        if document is None or document.withdrawn or version is None or not was_in_force or _as_approved(now, document):
            continue
        for file in change.history.files_of(document, version) or then.sources_of(before):
            taker = now.document_of(file)
            if taker and document.id not in now.documents_of[file] and _relied_on(taker):
                message = (
                    f"{file} was text of {before.id}, which is in force, and belongs to {taker.id} now; give it back, "
                    f"or let {' and '.join(before.approvers)} approve {before.id} without it in the same change"
                )
                yield change.place(taker.id, "sources"), message, (taker.id, before.id)


def _as_approved(aims: Aims, document: Document) -> bool:
    """Whether the newest version of a document is approved and its files are what was sealed."""
    newest = document.versions[-1] if document.versions else None
    return newest is not None and facts.approved(document, newest) and facts.text_matches(aims, document, newest) is True


def _relied_on(document: Document) -> bool:
    """Whether a reader relies on what a document holds: nobody has to approve it, or its newest version is approved."""
    return not document.kind.needs_approval or bool(document.versions and facts.approved(document, document.versions[-1]))


def _newest_approved(document: Document) -> Version | None:
    return next((version for version in reversed(document.versions) if facts.approved(document, version)), None)


def _newly_approved(change: Change, document: Document) -> bool:
    """Whether the newest approved version got an approval by this change."""
    version = _newest_approved(document)
    if version is None:
        return False
    at = ("versions", document.versions.index(version), "approvals")
    return any(change.entered_before(document.id, *at, count) is None for count in range(len(version.approvals)))
