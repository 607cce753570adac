"""Document control: sources, versions, approvals, and which clauses the documents answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from macros import facts
from macros.facts import Answered, Validity
from macros.finding import Finding, place_of
from macros.graph import Aims
from macros.problems import Place, did_you_mean
from macros.schema.documents import DatedRecord, Document, DocumentKind, Version
from macros.two_people import not_compensated, writers

DESCRIBES = "aims_data/documents/"
"""The records here describe the documents and are not described themselves."""


def file_in_one_document(aims: Aims) -> Iterator[Finding]:
    """Every file below docs/ and aims_data/ belongs to exactly one document; the records in documents/ describe the others."""
    for name, ids in aims.documents_of.items():
        if name.startswith(DESCRIBES):
            continue
        if not ids:
            yield Place(name), "belongs to no document; name it in the sources of one record below aims_data/documents/", ()
        elif len(ids) > 1:
            yield Place(name), f"belongs to {' and '.join(ids)}; name it in the sources of one of them only", ids


def source_exists(aims: Aims) -> Iterator[Finding]:
    """Every source of a document is a file or folder below docs/ or aims_data/."""
    folders = {name[: end + 1] for name in aims.files for end, letter in enumerate(name) if letter == "/"}
    files = set(aims.files)
    for document in aims.all(Document):
        for number, source in enumerate(document.sources):
            known = folders if source.endswith("/") else files
            if source not in known:
                what = "folder with files" if source.endswith("/") else "file"
                message = f"'{source}' is not a {what} below docs/ or aims_data/{did_you_mean(source, known)}"
                yield place_of(aims, document.id, "sources", number), message, (document.id,)


def master_or_sources(aims: Aims) -> Iterator[Finding]:
    """A document has either sources in this project or a master kept elsewhere."""
    for document in aims.all(Document):
        if document.master and document.sources:
            message = f"{document.id} has both sources and a master elsewhere; keep one, so that it is clear which text applies"
            yield place_of(aims, document.id, "master"), message, (document.id,)
        elif not document.master and not document.sources:
            message = f"{document.id} has neither sources nor a master; add sources, or master with location, access, edition and checked_on"
            yield place_of(aims, document.id, "id"), message, (document.id,)


def document_has_content(aims: Aims) -> Iterator[Finding]:
    """A document has real content: words of its own or records, not an empty page. Portal pages only lead to others."""
    for document in aims.all(Document):
        if document.sources and document.kind is not DocumentKind.portal and not facts.has_content(aims, document):
            message = f"{document.id} {document.title} has fewer than {facts.MIN_WORDS} words of its own and no records; it answers nothing until it is written"
            yield place_of(aims, document.id, "sources"), message, (document.id,)


def document_in_force(aims: Aims) -> Iterator[Finding]:
    """A document that needs approval has a version that all its approvers approved and that is in force."""
    for document in aims.all(Document):
        if document.kind.needs_approval and facts.validity(aims, document) in {Validity.draft, Validity.submitted, Validity.approved}:
            yield place_of(aims, document.id, "versions"), f"{document.id} {document.title} {_why_not(aims, document)}", (document.id,)


def _why_not(aims: Aims, document: Document) -> str:
    if not document.approvers:
        return "names no approvers, so nobody can approve it; add approvers"
    if not document.versions:
        return "has no version; add its first entry to versions"
    version = document.versions[-1]
    given = dict.fromkeys(approval.by for approval in version.approvals)
    missing = [role for role in facts.approvers(document, version) if role not in given]
    if missing:
        earlier = f", or, if it needed no more then, write `approvers: [{', '.join(given)}]` into the version" if given else ""
        return f"is a draft: version {version.number} is not approved by {', '.join(missing)}; add the approval when it is given{earlier}"
    if not facts.approved(document, version):
        return f"is a draft: the approvals of version {version.number} are not of the same content"
    last = facts.lapses(version)
    if last and last < aims.today:
        return f"is not in force: version {version.number} was approved provisionally until {last}, and nobody confirmed it"
    return f"is approved, but not in force before {facts.effective(version)}"


def versions_ascend(aims: Aims) -> Iterator[Finding]:
    """Versions ascend in number and in the day on which they were written."""
    for document in aims.all(Document):
        for number in range(1, len(document.versions)):
            before, version = document.versions[number - 1], document.versions[number]
            if _number(version) <= _number(before):
                message = f"version {version.number} stands after {before.number}; give it a higher number"
                yield place_of(aims, document.id, "versions", number, "number"), message, (document.id,)
            if version.written_on < before.written_on:
                message = f"version {version.number} was written on {version.written_on}, before version {before.number} ({before.written_on})"
                yield place_of(aims, document.id, "versions", number, "written_on"), message, (document.id,)


def _number(version: Version) -> tuple[int, ...]:
    return tuple(int(part) for part in version.number.split("."))


def version_days_in_order(aims: Aims) -> Iterator[Finding]:
    """A version is written, submitted, reviewed, approved, then in force, confirmed or resealed; only its effective day may lie in the future, and no
    withdrawal."""
    for document in aims.all(Document):
        for number, version in enumerate(document.versions):
            before: tuple[dt.date, str] | None = None
            for what, days in _steps(version):
                for day, path in days:
                    place = place_of(aims, document.id, "versions", number, *path)
                    if day > aims.today and what != "in force":
                        yield place, f"version {version.number} is said to be {what} on {day}, which lies in the future (today is {aims.today})", (document.id,)
                    elif before and day < before[0]:
                        message = f"version {version.number} is said to be {what} on {day}, before it was {before[1]} ({before[0]})"
                        yield place, message, (document.id,)
                if days and what not in AFTERWARDS:
                    before = (max(day for day, _ in days), what)
        if document.withdrawn and document.withdrawn.on > aims.today:
            message = f"{document.id} is said to be withdrawn on {document.withdrawn.on}, which lies in the future (today is {aims.today})"
            yield place_of(aims, document.id, "withdrawn", "on"), message, (document.id,)
        elif document.withdrawn and document.versions and document.withdrawn.on < (written := document.versions[-1].written_on):
            message = f"{document.id} is said to be withdrawn on {document.withdrawn.on}, before its newest version was written ({written})"
            yield place_of(aims, document.id, "withdrawn", "on"), message, (document.id,)
        for count, closing in enumerate(document.closed):
            record = aims.find(closing.record, DatedRecord)
            place = place_of(aims, document.id, "closed", count, "on")
            if closing.on > aims.today:
                yield place, f"{closing.record} is said to be closed on {closing.on}, which lies in the future (today is {aims.today})", (document.id,)
            elif record and closing.on < record.on:
                yield place, f"{record.id} is said to be closed on {closing.on}, before its own day ({record.on})", (document.id,)


AFTERWARDS = {"in force", "confirmed", "resealed"}
"""What happens to an approved version in any order."""


def _steps(version: Version) -> Iterator[tuple[str, list[tuple[dt.date, tuple[str | int, ...]]]]]:
    """What happens to a version one after the other: the word for it, and each day with the field that holds it."""
    yield "written", [(version.written_on, ("written_on",))]
    yield "submitted", [(version.submitted.on, ("submitted", "on"))] if version.submitted else []
    yield "reviewed", [(version.reviewed.on, ("reviewed", "on"))] if version.reviewed else []
    yield "approved", [(approval.on, ("approvals", count, "on")) for count, approval in enumerate(version.approvals)]
    yield "in force", [(version.effective_from, ("effective_from",))] if version.effective_from else []
    yield "confirmed", [(review.on, ("confirmed", count, "on")) for count, review in enumerate(version.confirmed)]
    yield "resealed", [(reseal.on, ("resealed", count, "on")) for count, reseal in enumerate(version.resealed)]


def approver_entitled(aims: Aims) -> Iterator[Finding]:
    """Whoever approves the newest version does so in a role that has to approve it; who approves may change with the versions."""
    for document in aims.all(Document):
        for number, version in list(enumerate(document.versions))[-1:]:
            needed, given = facts.approvers(document, version), ", ".join(dict.fromkeys(approval.by for approval in version.approvals))
            for count, approval in enumerate(version.approvals):
                if approval.by not in needed:
                    message = (
                        f"the role '{approval.by}' is not among the approvers of {document.id} ({', '.join(needed) or 'none'}); if it was when it approved, "
                        f"write `approvers` with the roles of then into version {version.number}, like `approvers: [{given}]`"
                    )
                    yield place_of(aims, document.id, "versions", number, "approvals", count, "by"), message, (document.id,)


def author_not_approver(aims: Aims) -> Iterator[Finding]:
    """The holder of the author's role does not approve, unless a reason and a compensating review by somebody else are recorded."""
    for document in aims.all(Document):
        for number, version in enumerate(document.versions):
            wrote, same = writers(aims, document, version), version.same_person
            approved_as = [approval.by for approval in version.approvals if approval.holder in wrote]
            if same and approved_as and (fault := not_compensated(aims, same, approved_as, wrote)):
                yield place_of(aims, document.id, "versions", number, "same_person", "by"), f"version {version.number}: {fault}", (document.id,)
            for count, approval in enumerate(version.approvals):
                if approval.holder in wrote and not same:
                    message = (
                        f"'{approval.holder}' wrote and approved version {version.number}; let somebody else approve it, "
                        "or add same_person with a reason and a compensating review"
                    )
                    yield place_of(aims, document.id, "versions", number, "approvals", count, "holder"), message, (document.id,)


def approval_evidenced(aims: Aims) -> Iterator[Finding]:
    """An approval of the version in force can be shown: minutes, a pull request or a signature."""
    for document in aims.all(Document):
        version = facts.version_in_force(aims, document)
        for count, approval in enumerate(version.approvals if version else ()):
            if version and not approval.evidence:
                number = document.versions.index(version)
                message = f"the approval of {document.id} {version.number} by {approval.by} is not evidenced; add evidence, like 'Minutes 2026-03-02, item 4'"
                yield place_of(aims, document.id, "versions", number, "approvals", count), message, (document.id,)


def clause_answered(aims: Aims) -> Iterator[Finding]:
    """Every leaf clause is answered by a document in force with real content and, where it asks for results, by dated records."""
    for clause in facts.leaf_clauses(aims):
        answer = facts.answer(aims, clause)
        place = Place(aims.entries[clause.id].file, aims.entries[clause.id].mark.line, aims.entries[clause.id].mark.column)
        asks = f" (asks for: {'; '.join(clause.documented_information)})" if clause.documented_information else ""
        if answer.state is Answered.gap:
            yield place, f"clause {clause.id} {clause.title} is answered by nothing{asks}; name it in the clauses of a document", (clause.id,)
        elif answer.state is Answered.defined:
            message = f"clause {clause.id} {clause.title} is defined, not yet operated: no dated record shows a result{asks}"
            yield place, message, (clause.id, *(document.id for document in answer.documents))
