"""What differs between two states (`aims.json`): records field by field, documents with their new versions and a redline of their pages.

Pure functions from two states to frozen values without prose; documents are in `documents.py`. Only what a state holds is read, so snapshots of any age
can be compared. The properties say it in words, for `report.py` and `views/changes.py`; the page "compare" has the values (`as_data`) and the same words.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from macros.control.changes.documents import DocumentChange, document_changes
from macros.control.changes.fields import FieldChange, Names, compared
from macros.control.changes.former_ids import new_ids, with_new_ids
from macros.control.changes.in_words import say
from macros.control.changes.redline import Edit, Mark, shortened
from macros.control.changes.state import RecordState, State


@dataclass(frozen=True)
class RecordChange:
    """A record that was added, removed, changed or moved, and what changed in it."""

    mark: Mark
    id: str
    title: str
    """Id and title, as a link would say it."""
    kind: str
    """The name of its kind, for readers."""
    group: str
    address: str | None
    """Its page in the newer state (for a removed one, in the older)."""
    document: str
    """Id and title of the document whose content it is; empty where there is none."""
    version: str
    """The version of that document; empty where it has none."""
    fields: tuple[FieldChange, ...] = ()
    was: str = ""
    """The id before, if it is another one now."""
    renamed: bool = False
    """Whether the record itself says that it had that id."""
    file: str = ""
    """The file in which it stands, if it stood in another one; that is `was_in`."""
    was_in: str = ""

    @property
    def where(self) -> str:
        """In which document and version."""
        return say("version_of", document=self.document, version=self.version) if self.version else self.document

    @property
    def moved(self) -> str:
        """From which id and file to which; empty where both stayed."""
        number = [say("renamed" if self.renamed else "renumbered", was=self.was, id=self.id)] if self.was else []
        return ", ".join(number + ([say("file_moved", was=self.was_in, file=self.file)] if self.was_in else []))


@dataclass(frozen=True)
class Group:
    """The changed records of one part of the AIMS."""

    title: str
    records: tuple[RecordChange, ...]


@dataclass(frozen=True)
class Changes:
    """Everything that changed from the state called `old` to the one called `new`."""

    old: str
    new: str
    documents: tuple[DocumentChange, ...]
    groups: tuple[Group, ...]
    gaps_closed: tuple[str, ...]
    gaps_opened: tuple[str, ...]

    @property
    def nothing(self) -> bool:
        """Whether no record and no document changed. Gaps alone may come with the day."""
        return not (self.documents or self.groups)

    @property
    def counts(self) -> dict[str, int]:
        """How many documents changed, and how many records were added, changed, moved and removed; without zeros."""
        marks = [record.mark for group in self.groups for record in group.records]
        found = {"documents": len(self.documents)} | {mark.value: marks.count(mark) for mark in (Mark.added, Mark.changed, Mark.moved, Mark.removed)}
        return {name: count for name, count in found.items() if count}

    @property
    def summary(self) -> str:
        """`2 documents changed; records: 1 added, 3 changed.`"""
        records = self.counts
        documents = records.pop("documents", 0)
        parts = [say("document_changed" if documents == 1 else "documents_changed", count=documents)] if documents else []
        parts += [say("records_changed", counts=", ".join(say("count", count=count, mark=mark) for mark, count in records.items()))] if records else []
        return "; ".join(parts) + "." if parts else say("nothing")


def as_data(value: Any) -> Any:
    """For `json.dumps`: what differs as plain values, with those words only that a reader is shown."""
    if isinstance(value, Edit):
        return {"mark": value.mark, "pieces": shortened(value.pieces)}
    if isinstance(value, RecordChange) and value.mark is Mark.added:
        return vars(value) | {"fields": ()}  # its page says them all
    return vars(value)


def compare(old: State, new: State, old_name: str = "", new_name: str = "") -> Changes:
    """What changed from one state to the other. The names say which they are, like `2026.1`."""
    ids = new_ids(old, new)
    old = with_new_ids(old, new, ids)
    names = Names(old, new)
    return Changes(
        old_name or old.version or "before",
        new_name or new.version or "now",
        tuple(document_changes(old, new, names)),
        tuple(_groups(old, new, names, ids)),
        gaps_closed=_gaps_only_in(old, new),
        gaps_opened=_gaps_only_in(new, old),
    )


def _gaps_only_in(state: State, other: State) -> tuple[str, ...]:
    """The messages of the gaps that one state has and the other has not. One of the same rule on the same records is the same, whatever it says of them."""
    here, there = ({(gap.rule, gap.message): (gap.rule, gap.about or gap.message) for gap in side.gaps} for side in (state, other))
    same = Counter(gap for said, gap in there.items() if said not in here)
    found = []
    for said, gap in here.items():
        if said not in there and not same[gap]:
            found.append(said[1])
        elif said not in there:
            same[gap] -= 1
    return tuple(found)


# -- records --------------------------------------------------------------------------------------------------------------------


def _groups(old: State, new: State, names: Names, ids: Mapping[str, str]) -> Iterator[Group]:
    by_group: dict[str, list[RecordChange]] = defaultdict(list)
    for change in _records(old, new, names, ids):
        by_group[change.group].append(change)
    order = [*new.groups, *old.groups]
    for title in sorted(by_group, key=lambda title: order.index(title) if title in order else len(order)):
        yield Group(title, tuple(by_group[title]))


def _records(old: State, new: State, names: Names, ids: Mapping[str, str]) -> Iterator[RecordChange]:
    before, after = ({record.id: record for record in state.records if record.kind != "document"} for state in (old, new))
    renamed = {now: was for was, now in ids.items() if was in before and now not in before and now in after}
    renamed |= _renumbered({id: record for id, record in before.items() if id not in renamed.values()}, after, renamed)
    for id, record in after.items():
        was = before.get(renamed.get(id, id))
        if was is None:
            yield _record(Mark.added, record, names, fields=compared({}, record.fields, names, names.refs(record.kind)))
        elif was.digest != record.digest:
            yield _record(Mark.changed, record, names, compared(was.fields, record.fields, names, names.refs(record.kind)), **_moved(was, record, ids))
        elif moved := _moved(was, record, ids):
            yield _record(Mark.moved, record, names, **moved)
    for id, record in before.items():
        if id not in after and id not in renamed.values():
            yield _record(Mark.removed, record, names)


def _record(mark: Mark, record: RecordState, names: Names, fields: Iterable[FieldChange] = (), **moved: Any) -> RecordChange:
    return RecordChange(
        mark=mark,
        id=record.id,
        title=names.label(record),
        kind=names.kind(record.kind),
        group=record.group,
        address=record.address,
        document=names.name(record.document) if record.document else "",
        version=names.version(record.document),
        fields=tuple(fields),
        **moved,
    )


def _moved(was: RecordState, now: RecordState, ids: Mapping[str, str]) -> dict[str, Any]:
    """From which id and file to which; empty where both stayed."""
    number = {"was": was.id, "renamed": ids.get(was.id) == now.id} if was.id != now.id else {}
    return number | ({"was_in": was.file, "file": now.file} if was.file != now.file else {})


def _renumbered(before: dict[str, RecordState], after: dict[str, RecordState], known: Collection[str]) -> dict[str, str]:
    """For each new id that is not known the old one under which the very same content stood, where that is gone."""
    gone = defaultdict(list)
    for id, record in before.items():
        if id not in after:
            gone[record.kind, record.digest].append(id)
    found = {}
    for id, record in after.items():
        if id not in before and id not in known and (same := gone.get((record.kind, record.digest))):
            found[id] = same.pop(0)
    return found
