"""What changed in documents between two states: new versions with who approved them, the document's own facts, closed records, pages and files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from macros.control.changes.fields import FieldChange, Names, compared
from macros.control.changes.in_words import say
from macros.control.changes.redline import Mark
from macros.control.changes.state import DocumentState, Fields, RecordState, State
from macros.control.changes.texts import FileChange, TextChange, content_changed, file_moves, files_changed, texts_changed
from macros.schema.base import natural

MOST_TITLES = 4
"""So many closed records are named with their titles; more only by their ids."""


class Evidence(StrEnum):
    """What shows the approvals of a version; by these names the words for it are found. Nothing where the approvals name theirs."""

    not_yet = "evidence_not_yet"
    not_needed = "evidence_not_needed"
    signed = "evidence_signed"
    none = "evidence_none"


@dataclass(frozen=True)
class Approver:
    """Who approved a version, as which role, on which day."""

    role: str
    holder: str
    on: str


@dataclass(frozen=True)
class VersionNews:
    """A new version of a document: who wrote it, who approved it and when, what shows the approval, and why the document changed."""

    number: str
    author: str
    author_holder: str
    written_on: str
    approvals: tuple[Approver, ...]
    approved: bool
    """Whether it may be relied on: all approvers approved it, or nobody has to."""
    evidence: Evidence | None
    evidence_named: tuple[str, ...]
    effective_from: str | None
    reason: str

    @property
    def sentence(self) -> str:
        """Who wrote and approved it, in a sentence."""
        author = say("holder", name=self.author, holder=self.author_holder) if self.author_holder else self.author
        names = say("and").join(say("approval", name=one.role, holder=one.holder, day=one.on) for one in self.approvals)
        evidence = say(self.evidence) if self.evidence else "; ".join(self.evidence_named)
        parts = [say("written", number=self.number, author=author)]
        parts += [say("approved" if self.approved else "approved_so_far", names=names, evidence=evidence)] if names else [evidence]
        parts += [say("in_force", day=self.effective_from)] if self.effective_from else []
        return ", ".join(parts)


@dataclass(frozen=True)
class Closing:
    """Records that were closed on one day by one person, with the seal of each."""

    on: str
    role: str
    holder: str
    records: tuple[str, ...]
    """Ids and titles."""
    seals: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """Which records were closed, when and by whom, in a sentence. Their seals stand in the register's own record."""
        number, by = len(self.records), say("holder", name=self.role, holder=self.holder)
        named = self.records if number <= MOST_TITLES else [record.partition(" ")[0] for record in self.records]
        return say("record_closed" if number == 1 else "records_closed", count=number, day=self.on, by=by, records=", ".join(named))


@dataclass(frozen=True)
class DocumentChange:
    """A document that changed: its new versions, its facts, its pages."""

    mark: Mark
    id: str
    """Empty, like the title, for pages that belong to no document."""
    title: str
    address: str | None
    versions: tuple[VersionNews, ...]
    validity: tuple[str, str] | None
    """The words for it before and now, if they differ."""
    fields: tuple[FieldChange, ...]
    closed: tuple[Closing, ...]
    texts: tuple[TextChange, ...]
    files: tuple[FileChange, ...]
    """What happened to files without a change of words."""
    unapproved: bool
    """The content changed, and no new version says why."""

    @property
    def name(self) -> str:
        """What readers call it."""
        return self.title or say("of_no_document")

    @property
    def nothing(self) -> bool:
        """Whether it is as it was."""
        seen = self.versions or self.validity or self.fields or self.closed or self.texts or self.files
        return self.mark is Mark.changed and not seen


@dataclass(frozen=True)
class _Document:
    """A document in one of the states: what is said about it, and its own record with its versions. Each is None where it is not there."""

    facts: DocumentState | None = None
    record: RecordState | None = None


@dataclass(frozen=True)
class _Files:
    """What happened to the files of all documents."""

    moves: dict[str, str]
    """From the old path to the new."""
    texts: dict[str, list[TextChange]]
    """The pages that changed, by their document; an empty id for those that belong to none."""
    touched: set[str]
    """The files in which a record changed."""


def document_changes(old: State, new: State, names: Names) -> Iterator[DocumentChange]:
    """Every document that is not as it was, in the order of the ids. First, under an empty id, the pages that belong to no document."""
    files = _files(old, new)
    before, after = _documents(old), _documents(new)
    for id in sorted({*before, *after, *files.texts}, key=natural):
        change = _change(id, before.get(id, _Document()), after.get(id, _Document()), files, names)
        if not change.nothing:
            yield change


def _files(old: State, new: State) -> _Files:
    moves = file_moves(old, new)
    texts: dict[str, list[TextChange]] = defaultdict(list)
    for document, text in texts_changed(old, new, moves):
        texts[document or ""].append(text)
    before, after = ({(record.file, record.id, record.digest) for record in state.records} for state in (old, new))
    return _Files(moves, texts, touched={file for file, _, _ in before ^ after})


def _documents(state: State) -> dict[str, _Document]:
    facts = {document.id: document for document in state.documents}
    records = {record.id: record for record in state.records if record.kind == "document"}
    return {id: _Document(facts.get(id), records.get(id)) for id in {**facts, **records}}


def _change(id: str, was: _Document, now: _Document, files: _Files, names: Names) -> DocumentChange:
    """All that is said of one document."""
    shown = now.record or was.record
    texts = tuple(files.texts.get(id, ()))
    shown_files = {text.path for text in texts} | files.touched
    versions = tuple(_new_versions(was, now, names))
    return DocumentChange(
        mark=_mark(was, now),
        id=id,
        title=names.label(shown) if shown else "",
        address=shown.address if shown else None,
        versions=versions,
        validity=_validity(was, now),
        fields=tuple(_own_fields(was, now, files.moves, names)),
        closed=tuple(_closings(was, now, names)),
        texts=texts,
        files=tuple(files_changed(was.facts, now.facts, files.moves, shown_files)) if was.facts and now.facts else (),
        unapproved=not versions and _changed_without_approval(was.facts, now.facts, files.moves),
    )


def _mark(was: _Document, now: _Document) -> Mark:
    if bool(was.facts) == bool(now.facts):  # it is in both states; or in none, and these are the pages of no document
        return Mark.changed
    return Mark.added if now.facts else Mark.removed


def _validity(was: _Document, now: _Document) -> tuple[str, str] | None:
    if was.facts and now.facts and was.facts.validity != now.facts.validity:
        return was.facts.validity, now.facts.validity
    return None


def _changed_without_approval(was: DocumentState | None, now: DocumentState | None, moves: dict[str, str]) -> bool:
    return bool(was and now and now.needs_approval and content_changed(was, now, moves))


# -- its own record: versions, closings, facts --------------------------------------------------------------------------------


def _own_fields(was: _Document, now: _Document, moves: dict[str, str], names: Names) -> Iterator[FieldChange]:
    """The changes in a document's own record but for new versions and newly closed records, which are said apart. That a source is called
    otherwise now is no change."""
    if not (was.record and now.record and now.facts):
        return
    known, closed = _numbers(was), _newly_closed(was, now)

    def rest(record: RecordState, moves: dict[str, str]) -> Fields:
        return record.fields | {
            "versions": [version for version in _versions(record) if version.get("number") in known],
            "closed": [closing for closing in _closed(record) if closing not in closed],
            "sources": sorted(moves.get(source, source) for source in record.fields.get("sources", [])),
        }

    yield from compared(rest(was.record, moves), rest(now.record, {}), names, names.refs("document"))


def _versions(record: RecordState | None) -> list[Fields]:
    return list(record.fields.get("versions", [])) if record else []


def _closed(record: RecordState | None) -> list[Fields]:
    return list(record.fields.get("closed", [])) if record else []


def _numbers(document: _Document) -> set[str | None]:
    return {version.get("number") for version in _versions(document.record)}


def _newly_closed(was: _Document, now: _Document) -> list[Fields]:
    """The closings of records that were not closed before; of a new document none."""
    if not (was.record and now.record and now.facts):
        return []
    known = {closing.get("record") for closing in _closed(was.record)}
    return [closing for closing in _closed(now.record) if "record" in closing and closing["record"] not in known]


def _closings(was: _Document, now: _Document, names: Names) -> Iterator[Closing]:
    """The newly closed records, together what one person closed on one day."""
    together: dict[tuple[str, str, str], list[Fields]] = defaultdict(list)
    for closing in _newly_closed(was, now):
        together[closing.get("on", ""), names.name(closing.get("by", "")), closing.get("holder", "")].append(closing)
    for (on, role, holder), found in together.items():
        yield Closing(on, role, holder, tuple(names.name(closing["record"]) for closing in found), tuple(closing.get("seal", "") for closing in found))


def _new_versions(was: _Document, now: _Document, names: Names) -> Iterator[VersionNews]:
    if not now.facts:
        return
    known, versions = _numbers(was), _versions(now.record)
    for at, version in enumerate(versions):
        if version.get("number") not in known:
            yield _version(version, _approvers(versions[at:], now.facts), now.facts, names)


def _approvers(upwards: Sequence[Fields], document: DocumentState) -> Sequence[str]:
    """The roles that had to approve the first of these versions: who they were is kept with the last version before they changed."""
    return next((version["approvers"] for version in upwards if version.get("approvers")), document.approvers)


def _version(version: Fields, approvers: Sequence[str], document: DocumentState, names: Names) -> VersionNews:
    approvals = version.get("approvals", [])
    approved = bool(approvers) and set(approvers) <= {approval["by"] for approval in approvals}
    evidence = _evidence(approvals, document.needs_approval)
    return VersionNews(
        number=version["number"],
        author=names.name(document.author),
        author_holder=version.get("author_holder") or "",
        written_on=version.get("written_on", ""),
        approvals=tuple(Approver(names.name(approval["by"]), approval["holder"], approval["on"]) for approval in approvals),
        approved=approved or not document.needs_approval,
        evidence=evidence,
        evidence_named=() if evidence else tuple(dict.fromkeys(approval["evidence"] for approval in approvals)),
        effective_from=version.get("effective_from"),
        reason=version.get("change", ""),
    )


def _evidence(approvals: Sequence[Fields], needed: bool) -> Evidence | None:
    """What shows the approvals of a version; None where each names its evidence."""
    if not approvals:
        return Evidence.not_yet if needed else Evidence.not_needed
    if all(approval.get("signature") for approval in approvals):
        return Evidence.signed
    return None if all(approval.get("evidence") for approval in approvals) else Evidence.none
