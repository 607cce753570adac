"""The organisation, its context, scope, policy and objectives."""

from __future__ import annotations

from macros import facts
from macros.facts import Met
from macros.graph import Aims
from macros.schema.organisation import Obligation, Party
from macros.schema.policy import Commitment, Measurement, Objective
from macros.schema.systems import System
from macros.views.common import View, referred_to_by, the_record


def organisation(aims: Aims) -> View:
    """Who we are."""
    return {"it": aims.organisation}


def context(aims: Aims) -> View:
    """Issues and the climate decision."""
    return {"context": aims.context}


def parties(aims: Aims) -> View:
    """Interested parties and what they need."""
    return {"rows": aims.all(Party)}


def obligations(aims: Aims) -> View:
    """Legal, contractual and chosen duties."""
    return {"rows": aims.all(Obligation)}


def scope(aims: Aims) -> View:
    """What is inside and outside, with the systems as the register has them."""
    return {
        "scope": aims.scope,
        "systems": [system for system in aims.all(System) if system.in_scope],
        "left_out": [system for system in aims.all(System) if not system.in_scope],
    }


def policy(aims: Aims) -> View:
    """The policy and what carries each commitment."""
    return {"policy": aims.policy, "commitments": aims.all(Commitment)}


def _objective(aims: Aims, objective: Objective) -> View:
    values = facts.measurements_of(aims, objective)
    commitments = [commitment for commitment in aims.all(Commitment) if objective.id in commitment.objectives]
    return {"it": objective, "values": values, "newest": values[-1] if values else None, "state": facts.objective_state(aims, objective), "commitments": commitments}


def objectives(aims: Aims) -> View:
    """All objectives with where they stand."""
    return {"rows": [_objective(aims, objective) for objective in aims.all(Objective)], "terms": Met}


def objective(aims: Aims, id: str) -> View:
    """One objective with every measured value, and the points of its chart between 0 and 100."""
    view = _objective(aims, the_record(aims, id, Objective))
    it: Objective = view["it"]
    days = [it.baseline_on, *(value.date for value in view["values"]), it.due]
    numbers = [it.baseline, *(value.value for value in view["values"]), it.target]
    first, span = min(days), max((max(days) - min(days)).days, 1)
    low, height = min(numbers), (max(numbers) - min(numbers)) or 1.0

    def across(day: object) -> float:
        return round((day - first).days / span * 100, 1)  # type: ignore[operator]

    def up(number: float) -> float:
        return round(100 - (number - low) / height * 100, 1)

    points = [(across(it.baseline_on), up(it.baseline)), *((across(value.date), up(value.value)) for value in view["values"])]
    return {**view, "points": points, "target_y": up(it.target), "back": referred_to_by(aims, id)}


def measurements(aims: Aims) -> View:
    """All measured values, newest first."""
    rows = sorted(aims.all(Measurement), key=lambda value: (value.date, value.id), reverse=True)
    return {"rows": [(value, aims.find(value.objective, Objective)) for value in rows]}
