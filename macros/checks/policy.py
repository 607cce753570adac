"""Policy and objectives, and everything that has a day."""

from __future__ import annotations

from collections.abc import Iterator

from macros import facts
from macros.due import all_due
from macros.facts import Timeliness
from macros.finding import Finding, place_of
from macros.graph import Aims
from macros.schema.policy import Commitment, Objective


def commitment_carried(aims: Aims) -> Iterator[Finding]:
    """Every commitment of the policy is carried by an objective or a control that is applicable."""
    for commitment in aims.all(Commitment):
        controls = [id for id in commitment.controls if id not in aims.decisions or aims.decisions[id].applicable]
        if not commitment.objectives and not controls:
            message = f"the commitment {commitment.id} {commitment.title} is carried by nothing; add objectives, or controls that are applicable"
            yield place_of(aims, commitment.id, "id"), message, (commitment.id,)


def objective_measured(aims: Aims) -> Iterator[Finding]:
    """Every objective has been measured."""
    for objective in aims.all(Objective):
        if not facts.measurements_of(aims, objective):
            yield place_of(aims, objective.id, "id"), f"{objective.id} {objective.title} was never measured; add a value to measurements.yaml", (objective.id,)


def due_soon_or_overdue(aims: Aims) -> Iterator[Finding]:
    """What falls due within 60 days, and what is overdue: reviews, assessments, decisions, actions, evidence, follow-ups."""
    for due in all_due(aims):
        lies = facts.timeliness(aims, due.day)
        if lies in {Timeliness.due, Timeliness.overdue} and (record := aims.get(due.record)):
            when = f"was due on {due.day} and is overdue" if lies is Timeliness.overdue else f"is due on {due.day}"
            whose, about = (f" (role {due.role})", (due.record, due.role)) if due.role else ("", (due.record,))
            yield due.entry.place(*due.path), f"{due.record} {record.name}: {due.what} {when}{whose}", about
