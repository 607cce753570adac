"""What changed between two states (`aims.json`), in words: records field by field, documents with their new versions and a redline of their pages.

Pure functions from two states to frozen values; documents are in `documents.py`. Only what a state holds is read, so snapshots of any age can be
compared; what the formats and pages do with it is in `report.py` and `views/changes.py`. The page "compare" does the same in the reader's browser
(`overrides/assets/difference.js`); a test holds the two together.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from macros.control.changes.documents import DocumentChange, document_changes
from macros.control.changes.fields import FieldChange, Names, compared
from macros.control.changes.former_ids import new_ids, with_new_ids
from macros.control.changes.redline import Mark
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
    """The document whose content it is, with its version; empty where there is none."""
    fields: tuple[FieldChange, ...] = ()
    moved: str = ""
    """From where to where, in words."""


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
        parts = [f"{documents} document{'s' * (documents != 1)} changed"] if documents else []
        parts += ["records: " + ", ".join(f"{count} {mark}" for mark, count in records.items())] if records else []
        return "; ".join(parts) + "." if parts else "Nothing changed."


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
            yield _record(Mark.changed, record, names, compared(was.fields, record.fields, names, names.refs(record.kind)), _moved(was, record, ids))
        elif moved := _moved(was, record, ids):
            yield _record(Mark.moved, record, names, moved=moved)
    for id, record in before.items():
        if id not in after and id not in renamed.values():
            yield _record(Mark.removed, record, names)


def _record(mark: Mark, record: RecordState, names: Names, fields: Iterable[FieldChange] = (), moved: str = "") -> RecordChange:
    return RecordChange(
        mark=mark,
        id=record.id,
        title=names.label(record),
        kind=names.kind(record.kind),
        group=record.group,
        address=record.address,
        document=names.document(record.document),
        fields=tuple(fields),
        moved=moved,
    )


def _moved(was: RecordState, now: RecordState, ids: Mapping[str, str]) -> str:
    """From which id and file to which, in words; empty where both stayed."""
    said = f"renamed from {was.id} to {now.id}" if ids.get(was.id) == now.id else f"was {was.id}"
    number = [said] if was.id != now.id else []
    file = [f"moved from {was.file} to {now.file}"] if was.file != now.file else []
    return ", ".join(number + file)


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
