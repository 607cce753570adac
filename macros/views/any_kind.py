"""What every kind of record has without code of its own: its register, and the page of one record."""

from __future__ import annotations

from dataclasses import dataclass

from macros import facts
from macros.based_on import Rests, rests
from macros.build import Build
from macros.due import Due, due_of
from macros.facts import Timeliness
from macros.graph import Aims
from macros.schema import KIND
from macros.schema.base import Record, Term, natural
from macros.schema.documents import Closing, DatedRecord
from macros.schema.fields import missing_of, plan_at, recorded, renewals_of, values_at, words
from macros.schema.kind import Kind
from macros.views.common import Group, Shown, referred_to_by, shown, what_it_is

LATE = {Timeliness.due, Timeliness.overdue}


@dataclass(frozen=True)
class Column:
    """A column of a register."""

    name: str
    title: str
    term: type[Term] | None = None
    of: str = ""
    """The kind whose records it shows or counts, where it shows no field."""
    renewed: bool = False
    """Whether it says when something was done that has to be done again and again."""


@dataclass(frozen=True)
class Cell:
    """What a register shows of a record in a column; whether that is late, or where there is nothing, what is missing."""

    shown: Shown
    column: Column
    lies: Timeliness | None = None
    unrecorded: bool = False
    """Whether it is expected and nobody said it yet."""


@dataclass(frozen=True)
class Register:
    """All records of a kind."""

    kind: Kind
    columns: tuple[Column, ...]
    filters: tuple[str, ...]
    """The titles of the columns by which it can be narrowed."""
    download: bool
    """Whether it lies beside the pages as files, too."""
    terms: tuple[type[Term], ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]


def register(build: Build, kind: str) -> Register:
    """The register of a kind, with the columns that it names."""
    aims, it = build.aims, KIND[kind]
    columns = columns_of(it)
    return Register(
        kind=it,
        columns=columns,
        filters=tuple(column.title for column in columns if column.name in it.filters),
        download=kind in build.downloads,
        terms=tuple(dict.fromkeys(column.term for column in columns if column.term)),
        rows=tuple((record.id, tuple(_cell(aims, record, column) for column in columns)) for record in aims.all(it.model)),
    )


def columns_of(kind: Kind) -> tuple[Column, ...]:
    """The columns of a register of this kind. Raises `KeyError` where it names a field or kind that does not exist."""
    return tuple(_column(kind, name) for name in kind.columns)


def _column(kind: Kind, text: str) -> Column:
    title, _, name = text.rpartition(": ")
    word, _, of = name.partition(" ")
    if of:
        return Column(name, title or KIND[of].plural, of=of)
    if word == "due":
        return Column(name, title or "Due")
    first, _, last = name.rpartition(".")
    renewed = any(plan.renewed and plan.renewed.field == (first or last) for plan in renewals_of(kind.model))
    return Column(name, title or words(last), term=plan_at(kind.model, name).term, renewed=renewed)


def _cell(aims: Aims, record: Record, column: Column) -> Cell:
    if column.of:
        found = _referring(aims, record.id, column.of)
        if column.name.startswith("by "):
            return Cell(Shown(column.title, "link", found), column)
        return Cell(Shown(column.title, "text", (len(found),) if aims.complete(KIND[column.of].model) else ()), column)
    if column.name == "due":
        next_due = due_of(aims, record.id)[:1]
        lies = facts.timeliness(aims, next_due[0].day) if next_due else None
        return Cell(Shown(column.title, "text", tuple(due.day for due in next_due)), column, lies if lies in LATE else None)
    plan, field = plan_at(type(record), column.name), plan_at(type(record), column.name.partition(".")[0])
    values, said = values_at(record, column.name), recorded(record, field.name)
    if said and field.empty and not values:
        return Cell(Shown(column.title, "text", (field.empty,)), column)
    return Cell(Shown(column.title, what_it_is(plan), values), column, unrecorded=not said and bool(field.expected or field.empty))


def _referring(aims: Aims, id: str, kind: str) -> tuple[str, ...]:
    """The records of a kind that name another in one of their fields, without those that have ended or only speak of it."""
    sources = dict.fromkeys(link.source for link in aims.links_to.get(id, ()) if link.kinds)
    found = [record for record in (aims.find(source, KIND[kind].model) for source in sources) if record and not aims.over(record)]
    return tuple(sorted((record.id for record in found), key=natural))


@dataclass(frozen=True)
class AnyRecord:
    """A record field by field."""

    it: Record
    kind: Kind
    state: Term | None
    """The first of the columns of its register that is a word of a vocabulary."""
    due: tuple[tuple[Due, Timeliness], ...]
    fields: tuple[Shown, ...]
    missing: tuple[str, ...]
    """What it is expected to say and does not yet."""
    closing: Closing | None
    rests: Rests | None
    """Whether what it rested on when it was closed is still so."""
    back: tuple[Group, ...]


def any_record(build: Build, id: str) -> AnyRecord:
    """Any record, field by field, with its state, what falls due, and what refers to it."""
    aims = build.aims
    entry, record = aims.entries[id], aims.get(id)
    assert record and entry.kind
    states = [term for column in columns_of(entry.kind) if column.term for term in values_at(record, column.name)[:1]]
    return AnyRecord(
        it=record,
        kind=entry.kind,
        state=states[0] if states else None,
        due=tuple((due, facts.timeliness(aims, due.day)) for due in due_of(aims, id)),
        fields=shown(record),
        missing=tuple(plan.called for plan in missing_of(record)),
        closing=facts.closing_of(aims, id),
        rests=rests(aims, record) if isinstance(record, DatedRecord) else None,
        back=referred_to_by(aims, id),
    )
