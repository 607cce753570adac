"""The organisation, its context, scope, policy and objectives."""

from __future__ import annotations

from dataclasses import dataclass

from macros import facts
from macros.build import Build
from macros.facts import Met
from macros.graph import Aims
from macros.schema.organisation import Context, Organisation, Party, Scope
from macros.schema.policy import Commitment, Measurement, Objective, Policy
from macros.schema.systems import System
from macros.views.common import Group, Rows, referred_to_by, the_record


@dataclass(frozen=True)
class OrganisationPage:
    """Who we are, and whom to reach when it matters."""

    it: Organisation


def organisation(build: Build) -> OrganisationPage:
    """Who we are, and whom to reach when it matters."""
    return OrganisationPage(build.aims.organisation)


@dataclass(frozen=True)
class ContextPage:
    """Issues and the climate decision."""

    context: Context


def context(build: Build) -> ContextPage:
    """Issues and the climate decision."""
    return ContextPage(build.aims.context)


def parties(build: Build) -> Rows[Party]:
    """Interested parties and what they need."""
    return Rows(build.aims.all(Party))


@dataclass(frozen=True)
class ScopePage:
    """What is inside and outside, with the systems as the register has them."""

    scope: Scope
    systems: tuple[System, ...]
    left_out: tuple[System, ...]


def scope(build: Build) -> ScopePage:
    """What is inside and outside, with the systems as the register has them."""
    systems = build.aims.all(System)
    inside, outside = (tuple(system for system in systems if system.in_scope is wanted) for wanted in (True, False))
    return ScopePage(build.aims.scope, inside, outside)


@dataclass(frozen=True)
class PolicyPage:
    """The policy and what carries each commitment."""

    policy: Policy
    commitments: tuple[Commitment, ...]


def policy(build: Build) -> PolicyPage:
    """The policy and what carries each commitment."""
    return PolicyPage(build.aims.policy, build.aims.all(Commitment))


@dataclass(frozen=True)
class ObjectiveRow:
    """An objective with where it stands."""

    it: Objective
    values: tuple[Measurement, ...]
    """Oldest first."""
    newest: Measurement | None
    state: Met | None
    """None where an edition cannot know."""


def _objective(aims: Aims, it: Objective) -> ObjectiveRow:
    values = facts.measurements_of(aims, it)
    return ObjectiveRow(it, values, values[-1] if values else None, facts.objective_state(aims, it) if aims.complete(Measurement) else None)


@dataclass(frozen=True)
class Objectives:
    """All objectives with where they stand."""

    rows: tuple[ObjectiveRow, ...]
    terms: type[Met] = Met


def objectives(build: Build) -> Objectives:
    """All objectives with where they stand."""
    return Objectives(tuple(_objective(build.aims, objective) for objective in build.aims.all(Objective)))


@dataclass(frozen=True)
class ObjectivePage:
    """An objective with every measured value and what it serves."""

    it: Objective
    row: ObjectiveRow
    commitments: tuple[Commitment, ...]
    points: tuple[tuple[float, float], ...]
    """The line of its chart, where baseline, target and both days are known."""
    target_y: float
    back: tuple[Group, ...]


def objective(build: Build, id: str) -> ObjectivePage:
    """One objective with every measured value, and the line of its chart."""
    aims = build.aims
    row = _objective(aims, the_record(aims, id, Objective))
    points, target = _line(row.it, row.values)
    commitments = tuple(commitment for commitment in aims.all(Commitment) if id in commitment.objectives)
    return ObjectivePage(row.it, row, commitments, points, target, referred_to_by(aims, id))


def _line(it: Objective, values: tuple[Measurement, ...]) -> tuple[tuple[tuple[float, float], ...], float]:
    """The points of the baseline and the measured values, and the height of the target, from 0 to 100 with 0 at the top left;
    no points where one of them is not known."""
    if it.baseline_on is None or it.baseline is None or it.target is None or it.due is None:
        return (), 0
    measured = [(it.baseline_on, it.baseline), *((value.date, value.value) for value in values)]
    days = [day for day, _ in measured] + [it.due]
    numbers = [number for _, number in measured] + [it.target]
    first, low = min(days), min(numbers)
    span, height = max((max(days) - first).days, 1), (max(numbers) - low) or 1.0

    def up(number: float) -> float:
        return round(100 - (number - low) / height * 100, 1)

    return tuple((round((day - first).days / span * 100, 1), up(number)) for day, number in measured), up(it.target)


def measurements(build: Build) -> Rows[tuple[Measurement, Objective | None]]:
    """All measured values, newest first, with their objective where it is here."""
    aims = build.aims
    values = sorted(aims.all(Measurement), key=lambda value: (value.date, value.id), reverse=True)
    return Rows(tuple((value, aims.find(value.objective, Objective)) for value in values))
