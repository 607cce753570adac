"""What a decision rested on, and whether that is still so. The schema marks the fields that count (`BasedOn`); whoever decides keeps a digest of each.

Whatever carries a `based_on` of `Basis` uses the first three functions; the rest is about closed records, like impact assessments."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from macros import decisions, facts
from macros.graph import Aims
from macros.schema.base import Record, Term
from macros.schema.documents import Basis, Closing, Confirmation, DatedRecord, Document
from macros.schema.fields import FieldPlan, fields_of, values_at
from macros.schema.systems import System, Use

LENGTH = 16
"""So many characters of a digest tell what a field said from what else it might."""


def basis(aims: Aims, ids: Iterable[str]) -> tuple[Basis, ...]:
    """What a decision about these records rests on today; an id of no record is another finding."""
    return tuple(Basis(record=record.id, digests=digests(record)) for record in map(aims.get, ids) if record)


def digests(record: Record) -> tuple[str, ...]:
    """A line for each field that counts: its name, and the digest of what it says. Layout, white space and the order of a list do not count."""
    return tuple(f"{plan.name} {digest}" for plan, digest in _digests(record))


def changed(record: Record, basis: Basis) -> tuple[str, ...]:
    """What readers call the fields of a record that no longer say what they did. One that counts only in another version of the schema is left out."""
    then = dict(line.split(" ") for line in basis.digests)
    return tuple(plan.called for plan, digest in _digests(record) if then.get(plan.name, digest) != digest)


def in_words(fields: Sequence[str]) -> str:
    """Several fields in a sentence: `intended use, models and class`."""
    *others, last = fields
    return f"{', '.join(others)} and {last}" if others else last


def _digests(record: Record) -> Iterator[tuple[FieldPlan, str]]:
    for plan in fields_of(type(record)):
        if plan.based_on:
            said = {_plain(value) for value in values_at(record, ".".join(filter(None, (plan.name, plan.based_on.of))))}
            yield plan, hashlib.sha256("\n".join(sorted(said)).encode()).hexdigest()[:LENGTH]


def _plain(value: object) -> str:
    return " ".join(str(value.value if isinstance(value, Enum) else value).split())


# -- closed records -------------------------------------------------------------------------------------------------------------


class Footing(Term):
    """Whether an impact assessment rests on what is still so."""

    holds = "holds", "Still fits", "good", "What it rests on is as it was when it was assessed or confirmed."
    suspect = "suspect", "Suspect", "warn", "What it rested on has changed since. It is to be renewed, or confirmed with a reason."
    unrecorded = "unrecorded", "Basis not recorded", "quiet", "It was closed before it was recorded what it rests on; nothing tells whether that changed."


def basis_of(aims: Aims, record: DatedRecord) -> tuple[Basis, ...]:
    """What a record rests on today; nothing where it only shows what was so on its day."""
    return basis(aims, record.systems) if record.kind.rests_on_systems else ()


@dataclass(frozen=True)
class Changed:
    """A system that is not what a record rested on: which of its fields changed, and since when."""

    system: System
    fields: tuple[str, ...]
    since: dt.date
    confirmed: bool
    """Whether the record was confirmed on that day; else it was closed."""
    footing: Footing = Footing.suspect


@dataclass(frozen=True)
class Rests:
    """How a closed record stands to what it rested on."""

    footing: Footing
    changed: tuple[Changed, ...]
    confirmed: tuple[Confirmation, ...]


def rests(aims: Aims, record: DatedRecord) -> Rests | None:
    """How a closed record stands to what it rested on. None for what rests on no system, is not closed, or counts for none of its systems here any more."""
    systems = [system for system in map(aims.get, record.systems) if isinstance(system, System) and _counts(aims, record, system)]
    closing = facts.closing_of(aims, record.id)
    if not (record.kind.rests_on_systems and systems and closing):
        return None
    confirmed = confirmations(aims, record.id)
    known = [found for system in systems if (found := _kept(system, closing, confirmed))]
    suspect = tuple(Changed(system, fields, entry.on, isinstance(entry, Confirmation)) for system, entry, kept in known if (fields := changed(system, kept)))
    if not suspect and any(id not in aims.entries for id in record.systems):
        return None  # an edition leaves one out, so nothing may be said of all
    whole = len(known) == len(systems)
    return Rests(Footing.suspect if suspect else Footing.holds if whole else Footing.unrecorded, suspect, confirmed)


def suspect_for(aims: Aims, system: System) -> Changed | None:
    """What changed of a system since its newest impact assessment was closed or confirmed, if anything did."""
    record = facts.impact_assessment(aims, system)
    found = rests(aims, record) if record else None
    return next((change for change in found.changed if change.system.id == system.id), None) if found else None


def decision_suspect(aims: Aims, system: System) -> tuple[str, ...]:
    """What changed of a system since it was decided that it may be used, by the words for its fields; the permission stands all the same."""
    decision = decisions.use_decision(aims, system)
    if decision is None or decision.use is Use.do_not or not system.looked_after or aims.over(system):
        return ()
    return next((changed(system, kept) for kept in decision.based_on if kept.record == system.id), ())


def confirmations(aims: Aims, record: str) -> tuple[Confirmation, ...]:
    """When a closed record was looked at again, oldest first."""
    found = (entry for document in aims.all(Document) for entry in document.confirmed if entry.record == record)
    return tuple(sorted(found, key=lambda entry: entry.on))


def _counts(aims: Aims, record: DatedRecord, system: System) -> bool:
    """Whether a record is the newest assessment of a system that is still looked after, in the whole, whatever an edition leaves out."""
    newest = facts.impact_assessment(aims.whole or aims, system)
    return newest is not None and newest.id == record.id and system.looked_after and not aims.over(system)


def _kept(system: System, closing: Closing, confirmed: tuple[Confirmation, ...]) -> tuple[System, Closing | Confirmation, Basis] | None:
    """What the newest entry that says it keeps of a system, with that entry."""
    entries: tuple[Closing | Confirmation, ...] = (*reversed(confirmed), closing)
    return next(((system, entry, kept) for entry in entries for kept in entry.based_on if kept.record == system.id), None)
