"""Decisions on facts: whether a system may be used, that a risk is accepted or no longer is. Like `requests.py`; nothing is written here."""

from __future__ import annotations

import datetime as dt
from typing import Any, TypeVar

from macros import decisions, facts
from macros.based_on import basis
from macros.control.approvals import authority
from macros.control.approvals.requests import NewEntry, Refused, Request, day_of, holder_of, need, part, refuse
from macros.graph import Aims
from macros.schema.base import Record
from macros.schema.decisions import DecisionOnFacts, GivenBefore
from macros.schema.people import Level
from macros.schema.risks import Acceptance, AcceptanceWithdrawal, Risk
from macros.schema.systems import System, Use, UseDecision
from macros.seal import digest

D = TypeVar("D", bound=DecisionOnFacts)


def decide_use(aims: Aims, base: Aims, system: System, request: Request) -> NewEntry:
    """Whether a system may be used, from that day on."""
    use = _use(request.use or need("use", "--use", f"may {system.id} be used ({', '.join(use.value for use in Use)})?"))
    if use is Use.only_if and not request.conditions:
        need("conditions", "--condition", "on what condition may it be used?")
    short = request.short or need("short", "--short", "the answer in one sentence, as one would say it to a colleague?")
    values = {
        "use": use,
        "short": short,
        "conditions": request.conditions,
        "valid_until": request.until,
        "based_on": () if request.kept_at else basis(aims, [system.id]),
    }
    made = _decided(aims, base, system, "use_decisions", UseDecision, values, request)
    ends = f", until {request.until}" if request.until else ""
    return _entry(aims, system, "use_decisions", made, f"{system.id} {system.title}: {use.label.lower()}{ends}; decided")


def accept(aims: Aims, base: Aims, risk: Risk, request: Request) -> NewEntry:
    """The acceptance of a risk at the level that it has today."""
    level = facts.current_level(aims, risk)
    if level is None:
        raise Refused(f"{risk.id} was never assessed, so nobody knows which level would be accepted; assess it first")
    if request.until is None:
        need("until", "--until", f"until which day is it accepted ({_longest(aims, level, day_of(aims, request))})?")
    made = _decided(aims, base, risk, "acceptances", Acceptance, {"level": level, "valid_until": request.until}, request)
    if any(one.on == made.on for one in risk.withdrawals):
        raise Refused(f"an acceptance of {risk.id} was withdrawn on {made.on}; accept it anew on another day, so that nobody doubts which came last")
    return _entry(aims, risk, "acceptances", made, f"{risk.id} {risk.title}: the level {level.label.lower()} is accepted until {request.until}")


def withdraw_acceptance(aims: Aims, base: Aims, risk: Risk, request: Request) -> NewEntry:
    """That the newest acceptance of a risk no longer holds, from that day on."""
    accepted = decisions.acceptance(aims, risk)
    if accepted is None:
        raise Refused(f"nobody accepted {risk.id}, so there is nothing to withdraw")
    if withdrawn := decisions.withdrawal(aims, risk, accepted):
        raise Refused(f"the acceptance of {risk.id} of {accepted.on} was withdrawn on {withdrawn.on} by {withdrawn.by} already")
    made = _decided(aims, base, risk, "withdrawals", AcceptanceWithdrawal, {}, request)
    if made.on < accepted.on:
        raise Refused(f"{risk.id} was accepted on {accepted.on}; that cannot be withdrawn before, on {made.on}; give the right day with --on")
    return _entry(aims, risk, "withdrawals", made, f"{risk.id} {risk.title}: the acceptance of {accepted.on} is withdrawn")


def _decided(aims: Aims, base: Aims, record: Record, field: str, model: type[D], values: dict[str, Any], request: Request) -> D:
    """The decision, sealed, or given before the portal. Raises `Needed` for what is left out, and `Refused` where it may not be."""
    on = day_of(aims, request)
    if request.kept_at and request.on is None:
        need("on", "--on", "on which day was it decided?")
    roles = decisions.entitled(base, model.model_construct(**values))
    role = request.role or need("role", "--as", f"as which role do you decide ({', '.join(roles) or 'no role may'})?")
    reason = request.reason or need("reason", "--reason", "why is it decided so?")
    holder = request.holder or holder_of(base, role, on)
    shown = {"record": request.record, "evidence": request.evidence, "recorded_by": request.recorded_by}
    before = GivenBefore(kept_at=request.kept_at) if request.kept_at else None
    made = part(model, by=role, holder=holder, on=on, reason=reason, given_before=before, **values, **shown)
    _in_its_place(record, field, made)
    if before:
        refuse(decisions.not_given_before(record, (one.on for one in getattr(base.get(record.id), field, ())), made))
        return made
    refuse(authority.may_decide(base, made))
    return made.model_copy(update={"seal": digest(decisions.seal_text(record.id, field, made))})


def _in_its_place(record: Record, field: str, made: DecisionOnFacts) -> None:
    """Raises `Refused` where a decision of that day, or a later one, is there already."""
    later = max((one.on for one in getattr(record, field)), default=dt.date.min)
    if any(one.on == made.on for one in getattr(record, field)):
        raise Refused(f"{record.id} has a decision of {made.on} already, which stays; one that takes its place is of another day")
    if made.on < later and not made.given_before:
        raise Refused(f"{record.id} has a decision of {later}, which is later than {made.on}; a new one is not dated back")


def _entry(aims: Aims, record: Record, field: str, made: DecisionOnFacts, said: str) -> NewEntry:
    """What is entered, and what the person reads."""
    sentences = [f"{said} by {made.by} ({made.holder}) on {made.on}"]
    if made.given_before:
        sentences.append("It was given before the portal, so nobody checked who might decide, and it has no seal")
    elif not made.evidenced:
        sentences.append("It is not evidenced; say with --evidence or --record where it can be seen")
    text = decisions.seal_text(record.id, field, made) if made.seal else ""
    return NewEntry(record, (((field,), made),), tuple(sentences), text, made.seal or "")


def _use(word: str) -> Use:
    found = next((use for use in Use if use.value == word), None)
    if found is None:
        raise Refused(f"--use is '{word}'; write one of {', '.join(use.value for use in Use)}")
    return found


def _longest(aims: Aims, level: Level, on: dt.date) -> str:
    months = next((rule.months for rule in aims.criteria.acceptance if rule.level is level), 0)
    return f"at the latest {facts.add_months(on, months)}" if months else f"the level {level.label.lower()} is never accepted"
