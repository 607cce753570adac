"""What several views share: links back, the fields of a record."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from macros.graph import Aims, Withheld
from macros.prose import REFERENCE
from macros.schema import KIND
from macros.schema.base import Part, Record, Term, natural
from macros.schema.fields import FieldPlan, fields_of, recorded, words

R = TypeVar("R", bound=Record)
T = TypeVar("T")
V = TypeVar("V", bound=Term)


@dataclass(frozen=True)
class Rows(Generic[T]):
    """A view that is nothing but a list."""

    rows: tuple[T, ...]


def the_record(aims: Aims, id: str, model: type[R]) -> R:
    """The record of this id and model. Raises `Withheld` where there is none: a block is asked only for what the whole has, so an edition leaves it out."""
    record = aims.find(id, model)
    if record is None:
        raise Withheld(id)
    return record


Tally = tuple[tuple[V, int], ...]
"""How many of each term."""


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
    values: tuple[str | int | float | dt.date | Term | tuple[Shown, ...], ...]


def shown(part: Part) -> tuple[Shown, ...]:
    """Every field of a part that has a value, in the order of the schema; what it is called stands above them."""
    rows = []
    for plan in fields_of(type(part)):
        value = getattr(part, plan.name)
        values = value if plan.many else (value,)
        if plan.name in {"id", "title", "formerly", "ref"} or value is None:
            continue
        if not values:
            if plan.empty and recorded(part, plan.name):
                rows.append(Shown(words(plan.name), "text", (plan.empty,)))
            continue
        what = what_it_is(plan)
        rows.append(Shown(words(plan.name), what, tuple(shown(item) for item in values) if what == "parts" else values))
    return tuple(rows)


def what_it_is(plan: FieldPlan) -> str:
    """What the values of a field are: link, term, parts, prose or text."""
    if plan.ref:
        return "link"
    if plan.term:
        return "term"
    if plan.part:
        return "parts"
    return "prose" if plan.formatted else "text"


def description(record: Record) -> str:
    """One sentence about a record for previews and search engines, without markup."""
    for name in ("summary", "description", "purpose", "what", "promise", "title"):
        value = getattr(record, name, None)
        if isinstance(value, str):
            plain = REFERENCE.sub(lambda found: found.group("words") or found.group("id"), value)
            return re.sub(r"[*`]", "", plain).split("\n")[0][:200]
    return record.id


def tally(terms: type[V], found: Sequence[V | None]) -> Tally[V]:
    """How many of each term, in the order of the vocabulary, without those that do not occur."""
    return tuple((term, found.count(term)) for term in terms if term in found)
