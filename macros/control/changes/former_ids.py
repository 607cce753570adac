"""Records that were renamed between two states: the older one by the ids of the newer one, so that a rename is told once and no reference to it as a change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from macros.control.changes.state import DocumentState, Fields, RecordState, State

FORMERLY = "formerly"


def new_ids(old: State, new: State) -> dict[str, str]:
    """The ids of a state by those that its records have in another one, where they were renamed in between; back again where the other one is newer."""
    there = {record.id for record in new.records}
    back = {record.id: former for record in old.records for former in formerly(record) if former in there and record.id not in there}
    return back | {former: record.id for record in new.records for former in formerly(record) if former not in there}


def formerly(record: RecordState) -> tuple[str, ...]:
    """The ids that a record had."""
    return tuple(record.fields.get(FORMERLY, ()))


def with_new_ids(old: State, new: State, ids: Mapping[str, str]) -> State:
    """The older state with the ids of the newer one wherever it refers to a record; the records themselves keep theirs, and those that differ in nothing
    else have the digest of now."""
    if not ids:
        return old
    after, kinds = {record.id: record for record in new.records}, old.kinds | new.kinds

    def renamed(record: RecordState) -> RecordState:
        refs = frozenset(kinds[record.kind].refs) if record.kind in kinds else frozenset()
        now, fields = after.get(ids.get(record.id, record.id)), _fields(record.fields, refs, ids)
        if now and record.id in ids:
            fields = {name: value for name, value in fields.items() if name != FORMERLY}
            fields |= {name: value for name, value in now.fields.items() if name == FORMERLY}
        same = now is not None and now.kind == record.kind and now.fields == fields
        return replace(record, fields=fields, digest=now.digest if now and same else record.digest)

    return replace(old, records=tuple(map(renamed, old.records)), documents=tuple(_document(document, ids) for document in old.documents))


def _document(document: DocumentState, ids: Mapping[str, str]) -> DocumentState:
    owner, author = (ids.get(id, id) for id in (document.owner, document.author))
    return replace(document, owner=owner, author=author, approvers=tuple(ids.get(id, id) for id in document.approvers))


def _fields(fields: Fields, refs: frozenset[str], ids: Mapping[str, str], at: str = "") -> Fields:
    return {name: _value(value, refs, ids, f"{at}{name}") for name, value in fields.items()}


def _value(value: Any, refs: frozenset[str], ids: Mapping[str, str], at: str) -> Any:
    if isinstance(value, list):
        return [_value(item, refs, ids, at) for item in value]
    if isinstance(value, dict):
        return _fields(value, refs, ids, f"{at}.")
    return ids.get(value, value) if at in refs else value
