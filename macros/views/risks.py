"""Risk criteria, the register with its heat map, one risk, the treatment plan and its results."""

from __future__ import annotations

from dataclasses import dataclass

from macros import decisions, facts
from macros.build import Build
from macros.facts import Accepted, Timeliness
from macros.graph import Aims
from macros.schema.controls import OwnControl
from macros.schema.documents import Document
from macros.schema.people import Level
from macros.schema.risks import (
    Acceptance,
    AcceptanceRule,
    AcceptanceWithdrawal,
    Action,
    Assessment,
    Effect,
    Rating,
    Risk,
    RiskCriteria,
    TreatmentPlan,
    TreatmentResult,
)
from macros.schema.standard import Control
from macros.schema.systems import System
from macros.views.common import Group, Tally, referred_to_by, tally, the_record
from macros.views.controls import ControlRow
from macros.views.controls import row as control_row


@dataclass(frozen=True)
class RiskRow:
    """A risk with its derived levels."""

    risk: Risk
    assessment: Assessment | None
    inherent: Level | None
    current: Level | None
    target: Level | None
    accepted: Accepted | None
    """None where it was never assessed, and where an edition leaves the risk criteria out."""


def row(aims: Aims, risk: Risk) -> RiskRow:
    """A risk with the levels of its newest assessment."""
    newest = facts.newest(risk)
    inherent, current, target = _levels(aims, newest) if newest else (None, None, None)
    accepted = facts.acceptance_state(aims, risk) if newest and aims.complete(RiskCriteria) else None
    return RiskRow(risk, newest, inherent, current, target, accepted)


def _levels(aims: Aims, assessment: Assessment) -> tuple[Level | None, ...]:
    """The levels of its inherent, current and target rating."""
    return tuple(facts.rated(aims, rating) for rating in (assessment.inherent, assessment.current, assessment.target))


@dataclass(frozen=True)
class Criteria:
    """Scales, matrix and acceptance rules, those by level."""

    criteria: RiskCriteria
    rules: dict[Level, AcceptanceRule]
    levels: type[Level] = Level


def criteria(build: Build) -> Criteria:
    """Scales, matrix and acceptance rules."""
    found = build.aims.criteria
    return Criteria(found, {rule.level: rule for rule in found.acceptance})


@dataclass(frozen=True)
class Cell:
    """One field of the heat map: its level and the risks in it."""

    level: Level
    risks: tuple[str, ...]


HeatMap = tuple[tuple[Cell, ...], ...]


def heat_map(aims: Aims, rows: tuple[RiskRow, ...], stage: str) -> HeatMap:
    """The matrix with the risks in it, the highest likelihood first."""
    table = []
    for likelihood in range(len(aims.criteria.matrix), 0, -1):
        cells = []
        for consequence, level in enumerate(aims.criteria.matrix[likelihood - 1], 1):
            here = Rating(likelihood=likelihood, consequence=consequence)
            cells.append(Cell(level, tuple(item.risk.id for item in rows if item.assessment and getattr(item.assessment, stage) == here)))
        table.append(tuple(cells))
    return tuple(table)


@dataclass(frozen=True)
class RiskRegister:
    """All risks with their levels, and where they lie on the matrix."""

    rows: tuple[RiskRow, ...]
    current: Tally[Level]
    maps: tuple[tuple[str, HeatMap], ...]
    criteria: RiskCriteria
    levels: type[Level] = Level
    accepted_terms: type[Accepted] = Accepted


def risks(build: Build) -> RiskRegister:
    """The register, with heat maps for the inherent, current and target levels."""
    aims = build.aims
    rows = tuple(row(aims, risk) for risk in aims.all(Risk))
    maps = tuple((stage.capitalize(), heat_map(aims, rows, stage)) for stage in ("current", "inherent", "target"))
    return RiskRegister(rows, tally(Level, [item.current for item in rows]), maps, aims.criteria)


@dataclass(frozen=True)
class ChainStep:
    """A control that treats a risk, and the documents that say how."""

    row: ControlRow
    documents: tuple[str, ...]


@dataclass(frozen=True)
class RiskPage:
    """A risk with the chain from it over controls and documents to the evidence."""

    it: Risk
    row: RiskRow
    systems: tuple[System, ...]
    chain: tuple[ChainStep, ...]
    actions: tuple[Action, ...]
    history: tuple[tuple[Assessment, tuple[Level | None, ...]], ...]
    """Its assessments, newest first, each with the levels of its three ratings."""
    acceptance: Acceptance | None
    """The newest one."""
    withdrawal: AcceptanceWithdrawal | None
    """Where that one was withdrawn."""
    others: tuple[tuple[Acceptance, AcceptanceWithdrawal | None], ...]
    """The other ones, newest first, each with its withdrawal."""
    back: tuple[Group, ...]


def risk(build: Build, id: str) -> RiskPage:
    """One risk with the chain from it over controls and documents to the evidence."""
    aims = build.aims
    it = the_record(aims, id, Risk)
    accepted = decisions.acceptance(aims, it)
    return RiskPage(
        it=it,
        acceptance=accepted,
        withdrawal=decisions.withdrawal(aims, it, accepted),
        others=tuple((other, decisions.withdrawal(aims, it, other)) for other in reversed(it.acceptances) if other is not accepted),
        row=row(aims, it),
        systems=facts.systems_of(aims, it),
        chain=tuple(_step(aims, found) for control in it.controls if isinstance(found := aims.get(control), Control | OwnControl)),
        actions=tuple(action for action in aims.all(Action) if id in action.risks),
        history=tuple((seen, _levels(aims, seen)) for seen in reversed(it.assessments)),
        back=referred_to_by(aims, id),
    )


def _step(aims: Aims, control: Control | OwnControl) -> ChainStep:
    item = control_row(aims, control)
    how = tuple(step.document for step in item.status.how) if item.status else ()
    return ChainStep(item, how or tuple(document.id for document in aims.all(Document) if control.id in document.controls))


@dataclass(frozen=True)
class ActionRow:
    """An action with its results, oldest first."""

    it: Action
    results: tuple[TreatmentResult, ...]
    newest: TreatmentResult | None
    lies: Timeliness
    """How its day lies to today: nowhere once it worked, and where an edition cannot know whether it did."""


def _action(aims: Aims, action: Action) -> ActionRow:
    results = facts.results_of(aims, action)
    newest = results[-1] if results else None
    open = aims.complete(TreatmentResult) and not (newest and newest.effect is Effect.worked)
    return ActionRow(action, results, newest, facts.timeliness(aims, action.due) if open else Timeliness.none)


@dataclass(frozen=True)
class Plan:
    """The treatment plan with the newest result of each action."""

    plan: TreatmentPlan
    rows: tuple[ActionRow, ...]


def plan(build: Build) -> Plan:
    """The treatment plan with the newest result of each action."""
    return Plan(build.aims.plan, tuple(_action(build.aims, action) for action in build.aims.all(Action)))


@dataclass(frozen=True)
class ActionPage:
    """An action with its results."""

    it: Action
    row: ActionRow
    back: tuple[Group, ...]


def action(build: Build, id: str) -> ActionPage:
    """One action with its results."""
    it = the_record(build.aims, id, Action)
    return ActionPage(it, _action(build.aims, it), referred_to_by(build.aims, id))


@dataclass(frozen=True)
class TreatmentResults:
    """Results of the plan, newest first, and the actions that have none so far."""

    rows: tuple[TreatmentResult, ...]
    waiting: tuple[Action, ...]
    effects: type[Effect] = Effect


def results(build: Build) -> TreatmentResults:
    """Results of the plan, newest first."""
    aims = build.aims
    found = tuple(sorted(aims.all(TreatmentResult), key=lambda result: result.on, reverse=True))
    return TreatmentResults(found, tuple(action for action in aims.all(Action) if not facts.results_of(aims, action)))
