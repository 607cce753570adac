"""What changed between the fields of one record then and now: names instead of ids, lists as what came and went, texts as a redline."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from macros.audience import plain
from macros.control.changes import redline
from macros.control.changes.in_words import ARROW
from macros.control.changes.redline import Edit, Mark, Piece
from macros.control.changes.state import Fields, RecordState, State
from macros.schema.fields import words


@dataclass(frozen=True)
class FieldChange:
    """One field, and what happened to its value or to the entries of its list."""

    path: tuple[str, ...]
    """The words that lead to it: a field, the entry of its list, the field in that, and so on."""
    edits: tuple[Edit, ...]

    @property
    def label(self) -> str:
        """The words that lead to it, on one line."""
        return ARROW.join(self.path)


class Names:
    """The words for ids and kinds in two states; the newer state is asked first."""

    def __init__(self, old: State, new: State) -> None:
        self._labels = {record.id: self.label(record) for state in (old, new) for record in state.records}
        self._versions = {document.id: document.version for state in (old, new) for document in state.documents}
        self._kinds = old.kinds | new.kinds
        self._refs = {id: frozenset(kind.refs) for id, kind in self._kinds.items()}

    @staticmethod
    def label(record: RecordState) -> str:
        """How a record is called: id and title; a role, site, unit or part only by its title."""
        id, title = record.id, record.title
        title_only = ":" in id or id.islower() or id.startswith(("U-", "SITE-")) or id == title
        return title if title_only else f"{id} {title}"

    def name(self, id: str) -> str:
        """The words for an id; one that neither state holds, as in an edition for an audience, by its plain words."""
        return self._labels.get(id) or plain(id)

    def version(self, id: str | None) -> str:
        """The version of a document; empty where it has none."""
        return self._versions.get(id or "") or ""

    def kind(self, id: str) -> str:
        """What readers call a kind."""
        return self._kinds[id].title if id in self._kinds else words(id)

    def refs(self, kind: str) -> frozenset[str]:
        """The fields of a kind that hold ids; with dots for fields inside."""
        return self._refs.get(kind, frozenset())


def compared(old: Fields, new: Fields, names: Names, refs: frozenset[str], label: tuple[str, ...] = (), path: str = "") -> Iterator[FieldChange]:
    """Every field that differs, in the order of the newer record. `label` and `path` lead to these fields from the record, in words and by their names."""
    for key in [*new, *(key for key in old if key not in new)]:
        before, after = old.get(key), new.get(key)
        if before == after:
            continue
        here, inside = (*label, words(key)), f"{path}.{key}" if path else key
        if isinstance(before, dict) and isinstance(after, dict):
            yield from compared(before, after, names, refs, here, inside)
        elif all(isinstance(value, list) for value in (before, after) if value is not None):
            yield from _lists(before or [], after or [], names, refs, here, inside)
        else:
            yield FieldChange(here, (_value(before, after, names, refs, inside),))


def shown(value: Any, names: Names, refs: frozenset[str], path: str) -> str:
    """Any value as words on one line."""
    if isinstance(value, dict):
        return "; ".join(f"{words(key)}: {shown(inner, names, refs, f'{path}.{key}')}" for key, inner in value.items())
    if isinstance(value, list):
        return ", ".join(shown(inner, names, refs, path) for inner in value)
    return names.name(str(value)) if path in refs else str(value)


def _value(before: Any, after: Any, names: Names, refs: frozenset[str], path: str) -> Edit:
    old, new = (shown(value, names, refs, path) if value is not None else "" for value in (before, after))
    if before is None:
        return _whole(Mark.added, new)
    if after is None:
        return _whole(Mark.removed, old)
    if path in refs and old != new:
        return Edit(Mark.changed, (Piece(Mark.removed, old), Piece(Mark.added, new)))
    pieces = redline.words(old, new)
    return Edit(Mark.changed, pieces if any(piece.mark is not Mark.same for piece in pieces) else ())


def _whole(mark: Mark, text: str) -> Edit:
    """An entry that was added or removed as a whole."""
    return Edit(mark, (Piece(mark, text),))


def _lists(before: list[Any], after: list[Any], names: Names, refs: frozenset[str], label: tuple[str, ...], path: str) -> Iterator[FieldChange]:
    changes: tuple[FieldChange, ...] = ()
    if not all(isinstance(item, str) for item in (*before, *after)):
        changes = tuple(_parts(before, after, names, refs, label, path))
    elif path in refs:
        removed, added = Counter(before) - Counter(after), Counter(after) - Counter(before)
        edits = [_whole(Mark.added, names.name(id)) for id in added] + [_whole(Mark.removed, names.name(id)) for id in removed]
        changes = (FieldChange(label, tuple(edits)),) if edits else ()
    else:
        edits = [edit for edit in redline.entries(before, after) if edit.mark is not Mark.moved]
        changes = (FieldChange(label, tuple(edits)),) if edits else ()
    yield from changes or (FieldChange(label, (Edit(Mark.moved, ()),)),)


def _parts(before: list[Any], after: list[Any], names: Names, refs: frozenset[str], label: tuple[str, ...], path: str) -> Iterator[FieldChange]:
    """Lists of fields: what has the same first value is the same entry, else what has most words in common."""
    same = Counter(map(_key, before)) & Counter(map(_key, after))
    removed, added = _without(before, same), _without(after, same)
    pairs = []
    for item in list(added):
        partner = next((other for other in removed if _first(other) == _first(item)), None)
        if partner is None:
            partner = max(removed, key=lambda other: redline.alike(_key(other), _key(item)), default=None)
        if partner is not None and (_first(partner) == _first(item) or redline.alike(_key(partner), _key(item)) >= redline.ALIKE):
            pairs.append((partner, item))
            removed.remove(partner)
            added.remove(item)
    edits = [_whole(Mark.added, shown(item, names, refs, path)) for item in added]
    edits += [_whole(Mark.removed, shown(item, names, refs, path)) for item in removed]
    if edits:
        yield FieldChange(label, tuple(edits))
    for old, new in pairs:
        if isinstance(old, dict) and isinstance(new, dict):
            name = names.name(_first(new)) if f"{path}.{next(iter(new), '')}" in refs else _first(new)
            yield from compared(old, new, names, refs, (*label, name), path)
        else:
            yield FieldChange(label, (_value(old, new, names, refs, path),))


def _key(item: Any) -> str:
    return json.dumps(item, ensure_ascii=False, separators=(",", ":"))


def _first(item: Any) -> str:
    """The value by which an entry is known: its first."""
    first = next(iter(item.values()), "") if isinstance(item, dict) else item
    return first if isinstance(first, str) else _key(first)


def _without(items: list[Any], counts: Counter[str]) -> list[Any]:
    """The items but for so many of each."""
    left, rest = Counter(counts), []
    for item in items:
        if left[_key(item)]:
            left[_key(item)] -= 1
        else:
            rest.append(item)
    return rest
