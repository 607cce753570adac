"""What several views share: links back, problems of a record, the field-by-field view of any record."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import Any, TypeVar

from macros.build import Build
from macros.graph import Aims, Withheld, natural
from macros.prose import REFERENCE
from macros.schema import KIND
from macros.schema.base import Part, Record, Term
from macros.schema.documents import Closing, Document
from macros.schema.fields import FieldPlan, fields_of, words

View = dict[str, Any]
R = TypeVar("R", bound=Record)


def the_record(aims: Aims, id: str, model: type[R]) -> R:
    """The record of this id and model. Raises `Withheld` where there is none: a block is asked only for what the whole has, so an edition leaves it out."""
    record = aims.find(id, model)
    if record is None:
        raise Withheld(id)
    return record


@dataclass(frozen=True)
class Backlink:
    """A record that refers to another, and in which of its fields."""

    id: str
    labels: tuple[str, ...]


@dataclass(frozen=True)
class Group:
    """Records of one kind."""

    title: str
    links: tuple[Backlink, ...]


def referred_to_by(aims: Aims, id: str) -> tuple[Group, ...]:
    """What refers to a record, grouped by kind in the order of the schema."""
    by_kind: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for link in aims.links_to.get(id, ()):
        entry = aims.entries.get(link.source)
        if entry and entry.kind and entry.kind.id != "source":
            by_kind[entry.kind.id][link.source].append(link.label)
    groups = []
    for kind in KIND.values():
        found = by_kind.get(kind.id, {})
        backlinks = tuple(Backlink(id, tuple(dict.fromkeys(found[id]))) for id in sorted(found, key=natural))
        if backlinks:
            groups.append(Group(kind.plural if len(backlinks) > 1 else kind.title, backlinks))
    return tuple(groups)


@dataclass(frozen=True)
class Shown:
    """One field as a page shows it: its name, what its values are (link, term, prose, text, parts), the values."""

    label: str
    what: str
    values: tuple[Any, ...]
    description: str


def shown(part: Part, leave_out: tuple[str, ...] = ("id", "title")) -> tuple[Shown, ...]:
    """Every field of a part that has a value, in the order of the schema."""
    rows = []
    for plan in fields_of(type(part)):
        value = getattr(part, plan.name)
        values = value if plan.many else (value,)
        if plan.name in leave_out or value is None or not values:
            continue
        what = _what(plan)
        rows.append(Shown(words(plan.name), what, tuple(shown(item) for item in values) if what == "parts" else values, plan.description))
    return tuple(rows)


def _what(plan: FieldPlan) -> str:
    if plan.ref:
        return "link"
    if plan.term:
        return "term"
    if plan.part:
        return "parts"
    return "prose" if plan.formatted else "text"


def any_record(build: Build, id: str) -> View:
    """Any record, field by field, with what refers to it."""
    aims = build.aims
    entry, record = aims.entries[id], aims.get(id)
    assert record and entry.kind
    return {"it": record, "kind": entry.kind, "fields": shown(record), "closing": closing_of(aims, id), "back": referred_to_by(aims, id)}


def closing_of(aims: Aims, record: str) -> Closing | None:
    """When and by whom a record was closed, if it was."""
    found = (closing for document in aims.all(Document) for closing in document.closed if closing.record == record)
    return next(found, None) if record.startswith("REC-") else None


def description(record: Record) -> str:
    """One sentence about a record for previews and search engines, without markup."""
    for name in ("summary", "description", "purpose", "what", "promise", "title"):
        value = getattr(record, name, None)
        if isinstance(value, str):
            plain = REFERENCE.sub(lambda found: found.group("words") or found.group("id"), value)
            return re.sub(r"[*`]", "", plain).split("\n")[0][:200]
    return record.id


def tally(terms: type[Term], found: list[Any]) -> tuple[tuple[Term, int], ...]:
    """How many of each term, in the order of the vocabulary, without those that do not occur."""
    return tuple((term, found.count(term)) for term in terms if term in found)
