"""The organisation, its context, scope, policy and objectives."""

from __future__ import annotations

from macros import facts
from macros.build import Build
from macros.facts import Met
from macros.graph import Aims
from macros.schema.organisation import Obligation, Party
from macros.schema.policy import Commitment, Measurement, Objective
from macros.schema.systems import System
from macros.views.common import View, referred_to_by, the_record


def organisation(build: Build) -> View:
    """Who we are."""
    return {"it": build.aims.organisation}


def context(build: Build) -> View:
    """Issues and the climate decision."""
    return {"context": build.aims.context}


def parties(build: Build) -> View:
    """Interested parties and what they need."""
    return {"rows": build.aims.all(Party)}


def obligations(build: Build) -> View:
    """Legal, contractual and chosen duties."""
    return {"rows": build.aims.all(Obligation)}


def scope(build: Build) -> View:
    """What is inside and outside, with the systems as the register has them."""
    aims = build.aims
    return {
        "scope": aims.scope,
        "systems": [system for system in aims.all(System) if system.in_scope],
        "left_out": [system for system in aims.all(System) if not system.in_scope],
    }


def policy(build: Build) -> View:
    """The policy and what carries each commitment."""
    aims = build.aims
    return {"policy": aims.policy, "commitments": aims.all(Commitment)}


def _objective(aims: Aims, objective: Objective) -> View:
    values = facts.measurements_of(aims, objective)
    return {
        "it": objective,
        "values": values,
        "newest": values[-1] if values else None,
        "state": facts.objective_state(aims, objective) if aims.complete(Measurement) else None,
        "commitments": [commitment for commitment in aims.all(Commitment) if objective.id in commitment.objectives],
    }


def objectives(build: Build) -> View:
    """All objectives with where they stand."""
    aims = build.aims
    return {"rows": [_objective(aims, objective) for objective in aims.all(Objective)], "terms": Met}


def objective(build: Build, id: str) -> View:
    """One objective with every measured value, and the line of its chart."""
    aims = build.aims
    view = _objective(aims, the_record(aims, id, Objective))
    points, target = _line(view["it"], view["values"])
    return {**view, "points": points, "target_y": target, "back": referred_to_by(aims, id)}


def _line(it: Objective, values: tuple[Measurement, ...]) -> tuple[list[tuple[float, float]], float]:
    """The points of the baseline and the measured values, and the height of the target, from 0 to 100 with 0 at the top left."""
    measured = [(it.baseline_on, it.baseline), *((value.date, value.value) for value in values)]
    days = [day for day, _ in measured] + [it.due]
    numbers = [number for _, number in measured] + [it.target]
    first, low = min(days), min(numbers)
    span, height = max((max(days) - first).days, 1), (max(numbers) - low) or 1.0

    def up(number: float) -> float:
        return round(100 - (number - low) / height * 100, 1)

    return [(round((day - first).days / span * 100, 1), up(number)) for day, number in measured], up(it.target)


def measurements(build: Build) -> View:
    """All measured values, newest first."""
    aims = build.aims
    rows = sorted(aims.all(Measurement), key=lambda value: (value.date, value.id), reverse=True)
    return {"rows": [(value, aims.find(value.objective, Objective)) for value in rows]}
