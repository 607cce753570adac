"""What is approved stays in force until those say otherwise who may: nobody else withdraws it, replaces it or takes its files away."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from macros import facts
from macros.control.approvals.append_only import NEEDS_APPROVAL, entries
from macros.control.approvals.compared import Change
from macros.finding import Finding
from macros.schema.documents import Document, Version


def stays_in_force(change: Change) -> Iterator[Finding]:
    """An approved document is withdrawn by its owner or an approver of the base, replaced only with the approval of all its approvers, stays approved
    when the approvers change, and its files pass to another document only when it is approved without them."""
    touched, moved = list(change.touched()), False
    for document in touched:
        yield from _withdrawn(change, document)
        yield from _replacing(change, document)
        yield from _under_other_approvers(change, document)
        moved = moved or change.written(document.id).get("sources", []) != list(document.sources) or _newly_approved(change, document)
    if moved:
        yield from _files_taken(change)


def _withdrawn(change: Change, document: Document) -> Iterator[Finding]:
    raw = change.written(document.id)
    roles = [raw.get("owner"), *_listed(raw, "approvers")]
    if raw and document.withdrawn and not raw.get("withdrawn") and document.withdrawn.by not in roles:
        who = " or ".join(f"'{role}'" for role in dict.fromkeys(roles))
        message = f"the withdrawal of {document.id} does not count: by {change.base} the role '{document.withdrawn.by}' may not withdraw it; {who} may"
        yield change.place(document.id, "withdrawn", "by"), message, (document.id,)


def _under_other_approvers(change: Change, document: Document) -> Iterator[Finding]:
    """Other approvers for what comes do not turn what was approved into a draft: the newest approved version says who had to approve it."""
    before = change.old(document)[0]
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


def _replacing(change: Change, document: Document) -> Iterator[Finding]:
    """What a document supersedes by this change: it is named there only now, or the version that does it is approved only now."""
    version, new = _newest_approved(document), _newly_approved(change, document)
    named = _listed(change.written(document.id), "supersedes")
    for count, id in enumerate(document.supersedes):
        raw, gone = change.written(id), change.now.aims.find(id, Document)
        if raw.get("kind") not in NEEDS_APPROVAL or gone is None or gone.withdrawn or (id in named and not new):
            continue
        if document.kind.needs_approval and (version is None or (new and _all_of(raw, version))):
            continue  # a draft replaces nothing yet
        approvers = " and ".join(_listed(raw, "approvers")) or "its approvers"
        instead = f", or let {approvers} approve the version of {document.id} with which that begins" if document.kind.needs_approval else ""
        message = f"{document.id} would replace {id}, which {approvers} did not agree to; withdraw {id} in the same change (`aims withdraw {id}`){instead}"
        yield change.place(document.id, "supersedes", count), message, (document.id, id)


def _newest_approved(document: Document) -> Version | None:
    return next((version for version in reversed(document.versions) if facts.approved(document, version)), None)


def _newly_approved(change: Change, document: Document) -> bool:
    """Whether the newest approved version got an approval by this change."""
    version = _newest_approved(document)
    return version is not None and len(entries(change.written_version(document.id, version), "approvals")) < len(version.approvals)


def _all_of(raw: dict[str, Any], version: Version) -> bool:
    return set(_listed(raw, "approvers")) <= {approval.by for approval in version.approvals}


def _files_taken(change: Change) -> Iterator[Finding]:
    """Files of a document in force that belong to another one now, where they are shown as its text or need no approval at all.

    They are the files that were approved, as the history has them: a draft that gave one away in an earlier change took nothing out of what was
    approved, and one that only a draft holds was never part of it."""
    then, now = change.before.aims, change.now.aims
    for before in then.all(Document):
        document, version = now.find(before.id, Document), _newest_approved(before)
        if not before.kind.needs_approval or document is None or document.withdrawn or version is None or facts.version_in_force(then, before) is None:
            continue
        newest = document.versions[-1] if document.versions else None
        if newest and facts.approved(document, newest) and facts.text_matches(now, document, newest):
            continue
        for file in change.history.files_of(document, version) or then.sources_of(before):
            taker = now.document_of(file)
            if taker and document.id not in now.documents_of[file] and _counts(taker):
                message = (
                    f"{file} was text of {before.id}, which is in force, and belongs to {taker.id} now; give it back, "
                    f"or let {' and '.join(before.approvers)} approve {before.id} without it in the same change"
                )
                yield change.place(taker.id, "sources"), message, (taker.id, before.id)


def _counts(document: Document) -> bool:
    """Whether a reader relies on what a document holds: nobody has to approve it, or its newest version is approved."""
    return not document.kind.needs_approval or bool(document.versions and facts.approved(document, document.versions[-1]))


def _listed(raw: dict[str, Any], name: str) -> list[str]:
    found = raw.get(name)
    return [str(item) for item in found] if isinstance(found, list) else []
