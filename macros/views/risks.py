"""Risk criteria, the register with its heat map, one risk, the treatment plan and its results."""

from __future__ import annotations

from dataclasses import dataclass

from macros import facts
from macros.build import Build
from macros.facts import Accepted
from macros.graph import Aims
from macros.schema.controls import OwnControl
from macros.schema.documents import Document
from macros.schema.people import Level
from macros.schema.risks import Action, Assessment, Effect, Opportunity, Rating, Risk, RiskCriteria, TreatmentResult
from macros.schema.standard import Control
from macros.views.common import View, referred_to_by, tally, the_record
from macros.views.controls import row as control_row


@dataclass(frozen=True)
class Row:
    """A risk with its derived levels."""

    risk: Risk
    assessment: Assessment | None
    inherent: Level | None
    current: Level | None
    target: Level | None
    accepted: Accepted | None
    """None where an edition leaves the risk criteria out."""


def row(aims: Aims, risk: Risk) -> Row:
    """A risk with the levels of its newest assessment."""
    newest = facts.newest(risk)
    levels = [facts.rated(aims, rating) for rating in ((newest.inherent, newest.current, newest.target) if newest else ())] or [None] * 3
    return Row(risk, newest, levels[0], levels[1], levels[2], facts.acceptance_state(aims, risk) if aims.complete(RiskCriteria) else None)


def criteria(build: Build) -> View:
    """Scales, matrix and acceptance rules."""
    aims = build.aims
    return {"criteria": aims.criteria, "levels": Level, "rules": {rule.level: rule for rule in aims.criteria.acceptance}}


@dataclass(frozen=True)
class Cell:
    """One field of the heat map: its level and the risks in it."""

    level: Level
    risks: tuple[str, ...]


def heat_map(aims: Aims, rows: list[Row], stage: str) -> tuple[tuple[Cell, ...], ...]:
    """The matrix with the risks in it, the highest likelihood first."""
    table = []
    for likelihood in range(len(aims.criteria.matrix), 0, -1):
        cells = []
        for consequence, level in enumerate(aims.criteria.matrix[likelihood - 1], 1):
            here = Rating(likelihood=likelihood, consequence=consequence)
            cells.append(Cell(level, tuple(item.risk.id for item in rows if item.assessment and getattr(item.assessment, stage) == here)))
        table.append(tuple(cells))
    return tuple(table)


def risks(build: Build) -> View:
    """The register, with heat maps for the inherent, current and target levels."""
    aims = build.aims
    rows = [row(aims, risk) for risk in aims.all(Risk)]
    maps = [(name, heat_map(aims, rows, stage)) for name, stage in (("Current", "current"), ("Inherent", "inherent"), ("Target", "target"))]
    return {
        "rows": rows, "maps": maps, "criteria": aims.criteria, "levels": Level, "current": tally(Level, [item.current for item in rows]),
        "accepted_terms": Accepted,
    }  # fmt: skip


def risk(build: Build, id: str) -> View:
    """One risk with the chain from it over controls and documents to the evidence."""
    aims = build.aims
    it = the_record(aims, id, Risk)
    chain = []
    for control in it.controls:
        found = aims.get(control)
        if isinstance(found, Control | OwnControl):
            item = control_row(aims, found)
            how = [step.document for step in item.status.how] if item.status else []
            chain.append({"row": item, "documents": how or [document.id for document in aims.all(Document) if control in document.controls]})
    history = [(seen, [facts.rated(aims, rating) for rating in (seen.inherent, seen.current, seen.target)]) for seen in it.assessments]
    return {
        "it": it, "row": row(aims, it), "chain": chain, "history": list(reversed(history)),
        "systems": facts.systems_of(aims, it.systems), "all_systems": not it.systems,
        "actions": [action for action in aims.all(Action) if id in action.risks], "back": referred_to_by(aims, id),
    }  # fmt: skip


def _action(aims: Aims, action: Action) -> View:
    results = facts.results_of(aims, action)
    done = bool(results) and results[-1].effect is Effect.worked
    known = aims.complete(TreatmentResult)
    lies = facts.Timeliness.none if done or not known else facts.timeliness(aims, action.due)
    return {"it": action, "results": results, "newest": results[-1] if results else None, "done": done, "lies": lies}


def plan(build: Build) -> View:
    """The treatment plan with the newest result of each action, and the opportunities."""
    aims = build.aims
    return {"plan": aims.plan, "rows": [_action(aims, action) for action in aims.all(Action)], "opportunities": aims.all(Opportunity)}


def action(build: Build, id: str) -> View:
    """One action with its results."""
    aims = build.aims
    return {**_action(aims, the_record(aims, id, Action)), "back": referred_to_by(aims, id)}


def results(build: Build) -> View:
    """Results of the plan, newest first."""
    aims = build.aims
    found = sorted(aims.all(TreatmentResult), key=lambda result: result.on, reverse=True)
    return {"rows": found, "effects": Effect, "waiting": [action for action in aims.all(Action) if not facts.results_of(aims, action)]}
