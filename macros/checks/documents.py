"""Document control: sources, versions, approvals, and which clauses the documents answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from macros import facts
from macros.facts import Answered, Validity
from macros.finding import Finding, place_of
from macros.graph import Aims
from macros.problems import Place, did_you_mean
from macros.schema.documents import DatedRecord, Document, DocumentKind, Version
from macros.two_people import not_compensated, writers

Path = tuple[str | int, ...]
"""The field of a document."""
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
    approved_by = dict.fromkeys(approval.by for approval in version.approvals)
    missing = [role for role in facts.approvers(document, version) if role not in approved_by]
    if missing:
        earlier = f", or, if it needed no more then, write `approvers: [{', '.join(approved_by)}]` into the version" if approved_by else ""
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
        for path, sentence in (*_version_days(aims, document), *_withdrawal_day(aims, document), *_closing_days(aims, document)):
            yield place_of(aims, document.id, *path), sentence, (document.id,)


@dataclass(frozen=True)
class _Stage:
    """What happens to a version: the word for it, and each day on which it did with the field that says so."""

    word: str
    days: tuple[tuple[dt.date, Path], ...]
    ordered: bool = True
    """Whether what comes next comes after it; what happens to an approved version happens in any order."""


def _stages(version: Version) -> tuple[_Stage, ...]:
    """What happened to a version, one after the other."""
    submitted, reviewed, effective = version.submitted, version.reviewed, version.effective_from
    stages = (
        _Stage("written", ((version.written_on, ("written_on",)),)),
        _Stage("submitted", ((submitted.on, ("submitted", "on")),) if submitted else ()),
        _Stage("reviewed", ((reviewed.on, ("reviewed", "on")),) if reviewed else ()),
        _Stage("approved", tuple((approval.on, ("approvals", count, "on")) for count, approval in enumerate(version.approvals))),
        _Stage("in force", ((effective, ("effective_from",)),) if effective else (), ordered=False),
        _Stage("confirmed", tuple((review.on, ("confirmed", count, "on")) for count, review in enumerate(version.confirmed)), ordered=False),
        _Stage("resealed", tuple((reseal.on, ("resealed", count, "on")) for count, reseal in enumerate(version.resealed)), ordered=False),
    )
    return tuple(stage for stage in stages if stage.days)


def _version_days(aims: Aims, document: Document) -> Iterator[tuple[Path, str]]:
    for number, version in enumerate(document.versions):
        earliest: tuple[dt.date, str] | None = None
        for stage in _stages(version):
            latest = None if stage.word == "in force" else aims.today
            for day, path in stage.days:
                if fault := _out_of_order(day, earliest, latest):
                    yield ("versions", number, *path), f"version {version.number} is said to be {stage.word} on {fault}"
            if stage.ordered:
                earliest = max(day for day, _ in stage.days), f"it was {stage.word}"


def _withdrawal_day(aims: Aims, document: Document) -> Iterator[tuple[Path, str]]:
    if document.withdrawn:
        earliest = (document.versions[-1].written_on, "its newest version was written") if document.versions else None
        if fault := _out_of_order(document.withdrawn.on, earliest, aims.today):
            yield ("withdrawn", "on"), f"{document.id} is said to be withdrawn on {fault}"


def _closing_days(aims: Aims, document: Document) -> Iterator[tuple[Path, str]]:
    for count, closing in enumerate(document.closed):
        record = aims.find(closing.record, DatedRecord)
        if fault := _out_of_order(closing.on, (record.on, "its own day") if record else None, aims.today):
            yield ("closed", count, "on"), f"{closing.record} is said to be closed on {fault}"
    closed = {closing.record: closing.on for closing in document.closed}
    for count, entry in enumerate(document.confirmed):
        day = closed.get(entry.record)
        if fault := _out_of_order(entry.on, (day, "it was closed") if day else None, aims.today):
            yield ("confirmed", count, "on"), f"{entry.record} is said to be confirmed on {fault}"


def _out_of_order(day: dt.date, earliest: tuple[dt.date, str] | None, latest: dt.date | None) -> str | None:
    """The day with what is wrong with it: it lies after today, if that is the latest one, or before the earliest, which has words for what happened then."""
    if latest and day > latest:
        return f"{day}, which lies in the future (today is {latest})"
    if earliest and day < earliest[0]:
        return f"{day}, before {earliest[1]} ({earliest[0]})"
    return None


def approver_entitled(aims: Aims) -> Iterator[Finding]:
    """Whoever approves the newest version does so in a role that has to approve it; who approves may change with the versions."""
    for document in aims.all(Document):
        if not document.versions:
            continue
        number, version = len(document.versions) - 1, document.versions[-1]
        needed, named = facts.approvers(document, version), ", ".join(dict.fromkeys(approval.by for approval in version.approvals))
        for count, approval in enumerate(version.approvals):
            if approval.by not in needed:
                message = (
                    f"the role '{approval.by}' is not among the approvers of {document.id} ({', '.join(needed) or 'none'}); if it was when it approved, "
                    f"write `approvers` with the roles of then into version {version.number}, like `approvers: [{named}]`"
                )
                yield place_of(aims, document.id, "versions", number, "approvals", count, "by"), message, (document.id,)


def author_not_approver(aims: Aims) -> Iterator[Finding]:
    """The holder of the author's role does not approve, unless a reason and a compensating review by somebody else are recorded."""
    for document in aims.all(Document):
        for number, version in enumerate(document.versions):
            for path, sentence in _own_approvals(aims, document, version):
                yield place_of(aims, document.id, "versions", number, *path), sentence, (document.id,)


def _own_approvals(aims: Aims, document: Document, version: Version) -> Iterator[tuple[Path, str]]:
    """The approvals of a version by who wrote it that nothing makes up for."""
    wrote, same = writers(aims, document, version), version.same_person
    own = [(count, approval) for count, approval in enumerate(version.approvals) if approval.holder in wrote]
    if same:
        if own and (fault := not_compensated(aims, same, [approval.by for _, approval in own], wrote)):
            yield ("same_person", "by"), f"version {version.number}: {fault}"
        return
    for count, approval in own:
        yield (
            ("approvals", count, "holder"),
            (
                f"'{approval.holder}' wrote and approved version {version.number}; let somebody else approve it, "
                "or add same_person with a reason and a compensating review"
            ),
        )


def approval_evidenced(aims: Aims) -> Iterator[Finding]:
    """An approval of the version in force can be shown: minutes, a pull request or a signature."""
    for document in aims.all(Document):
        version = facts.version_in_force(aims, document)
        if version is None:
            continue
        number = document.versions.index(version)
        for count, approval in enumerate(version.approvals):
            if not approval.evidence:
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
