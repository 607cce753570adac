"""What falls due: reviews, assessments, decisions that end, actions, evidence, follow-ups. Reads `facts` and adds the days together."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from macros import decisions
from macros.facts import (
    Accepted,
    Met,
    acceptance_state,
    add_months,
    next_review,
    objective_state,
    open_follow_ups,
    results_of,
)
from macros.graph import Aims
from macros.load import Entry
from macros.schema import KINDS
from macros.schema.base import Part, Renewed
from macros.schema.controls import ControlState, ControlStatus, Frequency
from macros.schema.documents import DatedRecord, Document, FollowUp
from macros.schema.fields import newest_day, renewals_of
from macros.schema.policy import Measurement, Objective
from macros.schema.risks import Action, Effect, Risk, TreatmentResult
from macros.schema.systems import System


@dataclass(frozen=True)
class Due:
    """Something that falls due on a day: what, for which record, by which role if that is known, and the field that says so."""

    day: dt.date
    what: str
    record: str
    role: str | None
    entry: Entry
    path: tuple[str | int, ...]


FREQUENCY_MONTHS = {Frequency.monthly: 1, Frequency.quarterly: 3, Frequency.half_yearly: 6, Frequency.yearly: 12}


@cache
def all_due(aims: Aims) -> tuple[Due, ...]:
    """Everything with a day in the whole management system, earliest first, past days included while nothing was done. An edition has what
    stands in its files and follows from them alone."""
    if aims.whole:
        return tuple(due for due in all_due(aims.whole) if due.record in aims.entries and due.entry.file in aims.files and _known(aims, due))
    return tuple(sorted(_due(aims), key=lambda due: (due.day, due.record, due.what)))


@cache
def _by_record(aims: Aims) -> dict[str, tuple[Due, ...]]:
    found: dict[str, list[Due]] = defaultdict(list)
    for due in all_due(aims):
        found[due.record].append(due)
    return {id: tuple(dues) for id, dues in found.items()}


def due_of(aims: Aims, id: str) -> tuple[Due, ...]:
    """What falls due for one record, earliest first."""
    return _by_record(aims).get(id, ())


SETTLED_BY: dict[type[Part], type[Part]] = {Action: TreatmentResult, Objective: Measurement, DatedRecord: FollowUp}
"""For what falls due, the records that show that it was done."""


def _known(aims: Aims, due: Due) -> bool:
    settled_by = SETTLED_BY.get(type(due.entry.part))
    return settled_by is None or aims.complete(settled_by)


def _due(aims: Aims) -> Iterator[Due]:
    def due(day: dt.date, what: str, id: str, role: str | None, *path: str | int) -> Due:
        return Due(day, what, id, role, aims.entries[id], path)

    for document in aims.all(Document):
        if day := next_review(aims, document):
            what = "check of the edition" if document.master else "review of the document"
            yield due(day, what, document.id, document.owner, "review")
    for risk in aims.all(Risk):
        if (accepted := decisions.acceptance(aims, risk)) and acceptance_state(aims, risk) in {Accepted.accepted, Accepted.expired}:
            number = risk.acceptances.index(accepted)
            yield due(accepted.valid_until, "end of the acceptance", risk.id, accepted.by, "acceptances", number, "valid_until")
    for system in aims.all(System):
        if system.looked_after and (decision := decisions.use_decision(aims, system)) and decision.valid_until:
            number = system.use_decisions.index(decision)
            yield due(decision.valid_until, "end of the use decision", system.id, decision.by, "use_decisions", number, "valid_until")
    for action in aims.all(Action):
        if action.due and not any(result.effect is Effect.worked for result in results_of(aims, action)):
            yield due(action.due, "treatment action", action.id, action.owner, "due")
    for objective in aims.all(Objective):
        if objective.due and objective_state(aims, objective) is not Met.met:
            yield due(objective.due, "target of the objective", objective.id, objective.owner, "due")
    for record in aims.all(DatedRecord):
        for number in open_follow_ups(aims, record):
            finding = record.findings[number - 1]
            if finding.due:
                what = f"follow-up ({finding.follow_up or finding.what})"
                yield due(finding.due, what, record.id, finding.owner or record.by, "findings", number - 1, "due")
    yield from _due_controls(aims)
    yield from _renewals(aims)


def _renewals(aims: Aims) -> Iterator[Due]:
    """What the schema marks as renewed, of every kind; what is no longer looked after is not."""
    for model, plan in ((kind.model, plan) for kind in KINDS for plan in renewals_of(kind.model)):
        mark = cast(Renewed, plan.renewed)
        records: tuple[Any, ...] = aims.all(model)
        for record in records:
            looked, cycle = newest_day(record, mark.field), getattr(record, plan.name)
            if looked and cycle and record.looked_after:
                yield Due(add_months(looked[1], cycle.months), mark.what, record.id, record.owner, aims.entries[record.id], looked[0])


def _due_controls(aims: Aims) -> Iterator[Due]:
    for entry in aims.parts.get(ControlStatus, []):
        status = cast(ControlStatus, entry.part)
        if status.control not in aims.entries:
            continue
        if status.target_date and status.state is not ControlState.implemented:
            yield Due(status.target_date, "implementation of the control", status.control, status.owner, entry, ("target_date",))
        for number, evidence in enumerate(status.evidence):
            months = FREQUENCY_MONTHS.get(evidence.frequency)
            if months and evidence.latest:
                # one more month of grace, as evidence of a period is gathered after its end
                day = add_months(evidence.latest, months + 1)
                if months <= 3 and day >= aims.today:
                    continue  # of evidence that renews itself within weeks only what is late is worth a line
                yield Due(day, f"evidence ({evidence.what})", status.control, status.owner, entry, ("evidence", number, "latest"))
