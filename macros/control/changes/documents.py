"""What changed in documents between two states: new versions with who approved them, the document's own facts, closed records, pages and files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from macros.control.changes.fields import FieldChange, Names, compared
from macros.control.changes.redline import Mark
from macros.control.changes.state import DocumentState, Fields, RecordState, State
from macros.control.changes.texts import TextChange, content_changed, file_moves, files_changed, texts_changed
from macros.schema.base import natural

MOST_TITLES = 4
"""So many closed records are named with their titles; more only by their ids."""


@dataclass(frozen=True)
class VersionNews:
    """A new version of a document: who wrote it, who approved it and when, what shows the approval, and why the document changed."""

    number: str
    author: str
    written_on: str
    approvals: tuple[str, ...]
    approved: bool
    """Whether it may be relied on: all approvers approved it, or nobody has to."""
    evidence: str
    effective_from: str | None
    reason: str

    @property
    def sentence(self) -> str:
        """Who wrote and approved it, in a sentence."""
        words = f"Version {self.number}, written by {self.author}"
        if self.approvals:
            words += f", {'' if self.approved else 'so far '}approved by {' and '.join(self.approvals)} ({self.evidence})"
        else:
            words += f", {self.evidence}"
        return words + (f", in force from {self.effective_from}" if self.effective_from else "")


@dataclass(frozen=True)
class Closing:
    """Records that were closed on one day by one person, with the seal of each."""

    on: str
    by: str
    records: tuple[str, ...]
    """Ids and titles."""
    seals: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """Which records were closed, when and by whom, in a sentence. Their seals stand in the register's own record."""
        number = len(self.records)
        named = self.records if number <= MOST_TITLES else [record.partition(" ")[0] for record in self.records]
        return f"{number} record{'s' * (number > 1)} closed on {self.on} by {self.by}: {', '.join(named)}"


@dataclass(frozen=True)
class DocumentChange:
    """A document that changed: its new versions, its facts, its pages."""

    mark: Mark
    id: str
    """Empty for pages that belong to no document."""
    title: str
    address: str | None
    versions: tuple[VersionNews, ...]
    validity: tuple[str, str] | None
    """The words for it before and now, if they differ."""
    fields: tuple[FieldChange, ...]
    closed: tuple[Closing, ...]
    texts: tuple[TextChange, ...]
    files: tuple[str, ...]
    """What happened to files without a change of words, in words."""
    unapproved: bool
    """The content changed, and no new version says why."""

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
        title=names.label(shown) if shown else "Pages that belong to no document",
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
    together: dict[tuple[str, str], list[Fields]] = defaultdict(list)
    for closing in _newly_closed(was, now):
        by = f"{names.name(closing.get('by', ''))} ({closing.get('holder', '')})"
        together[closing.get("on", ""), by].append(closing)
    for (on, by), found in together.items():
        yield Closing(on, by, tuple(names.name(closing["record"]) for closing in found), tuple(closing.get("seal", "") for closing in found))


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
    holder = f" ({version['author_holder']})" if version.get("author_holder") else ""
    return VersionNews(
        number=version["number"],
        author=names.name(document.author) + holder,
        written_on=version.get("written_on", ""),
        approvals=tuple(f"{names.name(approval['by'])} ({approval['holder']}) on {approval['on']}" for approval in approvals),
        approved=approved or not document.needs_approval,
        evidence=_evidence(approvals, document.needs_approval),
        effective_from=version.get("effective_from"),
        reason=version.get("change", ""),
    )


def _evidence(approvals: Sequence[Fields], needed: bool) -> str:
    """What shows the approvals of a version, in words."""
    if not approvals:
        return "not approved yet" if needed else "needs no approval"
    if all(approval.get("signature") for approval in approvals):
        return "signed"
    if all(approval.get("evidence") for approval in approvals):
        return "; ".join(dict.fromkeys(approval["evidence"] for approval in approvals))
    return "approval not evidenced"
