"""Risk criteria, assessments and acceptances."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import cast

from macros import decisions, facts
from macros.facts import Accepted
from macros.finding import Finding, place_of
from macros.graph import Aims
from macros.schema.controls import ControlState
from macros.schema.fields import missing_of
from macros.schema.people import Level
from macros.schema.risks import Option, Risk, RiskCriteria


def criteria_complete(aims: Aims) -> Iterator[Finding]:
    """The scales count up from 1, the matrix has a row and a column for every step, and every level has an acceptance rule."""
    entry = aims.parts[RiskCriteria][0]
    criteria = cast(RiskCriteria, entry.part)
    for name, scale in (("likelihood", criteria.likelihood), ("consequence", criteria.consequence)):
        if [step.step for step in scale] != list(range(1, len(scale) + 1)):
            yield entry.place(name), f"the steps of {name} are {', '.join(str(step.step) for step in scale)}; count them 1, 2, 3 without holes", ()
    rows, columns = len(criteria.likelihood), len(criteria.consequence)
    if len(criteria.matrix) != rows:
        yield entry.place("matrix"), f"the matrix has {len(criteria.matrix)} rows; it needs {rows}, one for each step of likelihood", ()
    for number, row in enumerate(criteria.matrix):
        if len(row) != columns:
            message = f"row {number + 1} of the matrix has {len(row)} levels; it needs {columns}, one for each step of consequence"
            yield entry.place("matrix", number), message, ()
    missing = [level.value for level in Level if level not in {rule.level for rule in criteria.acceptance}]
    if missing:
        yield entry.place("acceptance"), f"no rule says who may accept the level {', '.join(missing)}; add one entry for each level", ()


def rating_on_scale(aims: Aims) -> Iterator[Finding]:
    """Likelihood and consequence of every assessment are steps of the scales in risk_criteria.yaml."""
    tops = {"likelihood": len(aims.criteria.likelihood), "consequence": len(aims.criteria.consequence)}
    for risk in aims.all(Risk):
        for number, assessment in enumerate(risk.assessments):
            for stage in ("inherent", "current", "target"):
                for scale, top in tops.items():
                    step = getattr(getattr(assessment, stage), scale)
                    if not 1 <= step <= top:
                        place = place_of(aims, risk.id, "assessments", number, stage, scale)
                        yield place, f"{scale} {step} is not a step of the scale; write a number from 1 to {top}", (risk.id,)


def levels_descend(aims: Aims) -> Iterator[Finding]:
    """The current level is not above the inherent one, and the target not above the current one."""
    for risk in aims.all(Risk):
        for number, assessment in enumerate(risk.assessments):
            steps = [(name, facts.rated(aims, getattr(assessment, name))) for name in ("inherent", "current", "target")]
            for (higher, upper), (lower, below) in pairwise(steps):
                if upper and below and below.rank > upper.rank:
                    message = f"the {lower} level ({below.label.lower()}) is above the {higher} level ({upper.label.lower()}); mend likelihood or consequence"
                    yield place_of(aims, risk.id, "assessments", number, lower), message, (risk.id,)


def assessed(aims: Aims) -> Iterator[Finding]:
    """Every risk has at least one dated assessment."""
    for risk in aims.all(Risk):
        if risk.undone and not missing_of(risk):
            yield place_of(aims, risk.id, "assessments"), f"{risk.id} has no assessment; add one with on, by, inherent, current, target and why", (risk.id,)


def reduced_by_controls(aims: Aims) -> Iterator[Finding]:
    """A risk that is to be reduced names the controls that reduce it."""
    for risk in aims.all(Risk):
        if risk.option is Option.reduce and not risk.controls:
            yield place_of(aims, risk.id, "option"), f"{risk.id} is to be reduced, but names no control; add controls, or choose another option", (risk.id,)


def lower_by_working_controls(aims: Aims) -> Iterator[Finding]:
    """The current level of a reduced risk is below the inherent one only where at least one of its controls is implemented or partly so."""
    works = {ControlState.implemented, ControlState.partial}
    for risk in aims.all(Risk):
        assessment = facts.newest(risk)
        if not assessment or not risk.controls:
            continue
        inherent, current = facts.rated(aims, assessment.inherent), facts.rated(aims, assessment.current)
        states = [aims.status[control].state for control in risk.controls if control in aims.status]
        if inherent and current and current.rank < inherent.rank and not works & set(states):
            number = risk.assessments.index(assessment)
            message = f"the current level is below the inherent one, but no control of {risk.id} works yet; rate it without them"
            yield place_of(aims, risk.id, "assessments", number, "current"), message, (risk.id,)


def level_accepted(aims: Aims) -> Iterator[Finding]:
    """A current level above low is accepted, and the acceptance still holds."""
    hints = {
        Accepted.missing: "is not accepted; have it accepted (`aims decide accept {risk.id}`), or treat the risk until its level is low",
        Accepted.expired: "was accepted until {acceptance.valid_until} only; have it accepted again, or treat the risk",
        Accepted.outgrown: "is higher than the accepted level ({acceptance.level.value}); have it accepted again, or treat the risk",
        Accepted.withdrawn: "was accepted on {acceptance.on}, which was withdrawn on {withdrawal.on}; have it accepted again, or treat the risk",
        Accepted.outdated: "was accepted on {acceptance.on}, before the newest assessment of {assessment.on}; have it accepted again",
    }
    for risk in aims.all(Risk):
        state, level = facts.acceptance_state(aims, risk), facts.current_level(aims, risk)
        if level and state in hints:
            accepted = decisions.acceptance(aims, risk)
            hint = hints[state].format(risk=risk, acceptance=accepted, withdrawal=decisions.withdrawal(aims, risk, accepted), assessment=facts.newest(risk))
            path = ("acceptances", risk.acceptances.index(accepted)) if accepted else ()
            yield place_of(aims, risk.id, *path), f"the current level of {risk.id} ({level.label.lower()}) {hint}", (risk.id,)


def acceptance_limited(aims: Aims) -> Iterator[Finding]:
    """An acceptance is valid no longer than the risk criteria allow for its level."""
    months = {rule.level: rule.months for rule in aims.criteria.acceptance}
    for risk in aims.all(Risk):
        acceptance = decisions.acceptance(aims, risk)
        if not acceptance or acceptance.level not in months:
            continue
        path = ("acceptances", risk.acceptances.index(acceptance))
        if not months[acceptance.level]:
            yield place_of(aims, risk.id, *path, "level"), f"the level {acceptance.level.label.lower()} is never accepted; treat the risk", (risk.id,)
        elif acceptance.valid_until > (latest := facts.add_months(acceptance.on, months[acceptance.level])):
            message = f"the level {acceptance.level.label.lower()} is accepted for {months[acceptance.level]} months at the most; write {latest} or earlier"
            yield place_of(aims, risk.id, *path, "valid_until"), message, (risk.id,)
