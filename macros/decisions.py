"""Decisions on facts: which one counts on a day, who may decide so, and the text of their seal. Pure functions."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from macros.graph import Aims
from macros.load import DATA
from macros.schema import KINDS
from macros.schema.base import Part, Record, Term
from macros.schema.decisions import FOLDER, DecisionOnFacts
from macros.schema.fields import FieldPlan, fields_of
from macros.schema.people import Role
from macros.schema.risks import Acceptance, AcceptanceWithdrawal, Risk
from macros.schema.systems import System, UseDecision
from macros.seal import digest

D = TypeVar("D", bound=DecisionOnFacts)
FIRST_LINE = "AIMS Portal decision 1"
NOT_SEALED = {"seal", "evidence", "given_before"}
"""Fields that the seal does not cover: what shows the decision may be added later."""


def counting(decisions: Iterable[D], today: dt.date) -> D | None:
    """The newest decision that is not later than the day; one that lies ahead is announced and does not count yet."""
    return max((decision for decision in decisions if decision.on <= today), key=lambda decision: decision.on, default=None)


def use_decision(aims: Aims, system: System) -> UseDecision | None:
    """The decision that says whether a system may be used."""
    return counting(system.use_decisions, aims.today)


def acceptance(aims: Aims, risk: Risk) -> Acceptance | None:
    """The newest acceptance of a risk, also where it has run out or was withdrawn."""
    return counting(risk.acceptances, aims.today)


def withdrawal(aims: Aims, risk: Risk, accepted: Acceptance | None) -> AcceptanceWithdrawal | None:
    """The withdrawal of one acceptance of a risk, where it was withdrawn: that same day or later, and before the next acceptance."""
    if accepted is None:
        return None
    following = min((other.on for other in risk.acceptances if other.on > accepted.on), default=aims.today + dt.timedelta(days=1))
    return counting((one for one in risk.withdrawals if accepted.on <= one.on < following), aims.today)


# -- all of them ----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Decided:
    """A decision where it stands: on which record, in which of its fields, as which of those there."""

    record: Record
    field: FieldPlan
    number: int
    it: DecisionOnFacts

    @property
    def path(self) -> tuple[str, int]:
        """The path to it in the record."""
        return self.field.name, self.number


@cache
def decided_in(model: type[Part]) -> tuple[FieldPlan, ...]:
    """The fields of a model that hold decisions."""
    return tuple(plan for plan in fields_of(model) if plan.part and issubclass(plan.part, DecisionOnFacts))


def on_record(record: Record) -> Iterator[Decided]:
    """Every decision on a record, by field, oldest first."""
    for plan in decided_in(type(record)):
        yield from (Decided(record, plan, number, decision) for number, decision in enumerate(getattr(record, plan.name)))


def every(aims: Aims) -> Iterator[Decided]:
    """Every decision on a fact."""
    for kind in KINDS:
        if decided_in(kind.model):
            for record in aims.all(kind.model):
                yield from on_record(record)


def every_counting(aims: Aims) -> Iterator[Decided]:
    """Of each field of each record the decision that counts."""
    for one in every(aims):
        if one.it is counting(getattr(one.record, one.field.name), aims.today):
            yield one


# -- authority and seal ---------------------------------------------------------------------------------------------------------


def entitled(aims: Aims, decision: DecisionOnFacts) -> tuple[str, ...]:
    """The roles that may decide so: one of their authorities reaches so far."""
    return tuple(role.id for role in aims.all(Role) if _may(role, decision))


def not_entitled(aims: Aims, role: Role, decision: DecisionOnFacts) -> str | None:
    """Why a role may not decide so, in one sentence; None where it may, or might until it ended."""
    if _may(role, decision):
        return None
    return f"the role '{role.id}' may not {decision.activity}; these may: {', '.join(entitled(aims, decision)) or 'no role'}"


def _may(role: Role, decision: DecisionOnFacts) -> bool:
    return any(decision.within(authority) for authority in role.authorities)


def not_given_before(record: Record, known: Iterable[Any], decision: DecisionOnFacts) -> str | None:
    """Why a decision on a record cannot be one of before the portal, in one sentence; None where it can: the base has none in its field, and none on the
    record that is sealed is as old. `known`: the days of those that the base has."""
    sealed = (other.it.on for other in on_record(record) if other.it.seal and other.it.on <= decision.on)
    if (day := next(iter((*known, *sealed)), None)) is None:
        return None
    return f"{record.id} has a decision of {day} in the portal, so none of {decision.on} comes in as given before; decide anew with `aims decide`"


def seal_text(id: str, field: str, decision: DecisionOnFacts) -> str:
    """The text whose SHA-256 is the seal of a decision: on which record, in which field, then each value on a line, those of a list on one each."""
    lines = [FIRST_LINE, f"about: {id}", f"field: {field}"]
    for plan in fields_of(type(decision)):
        value = getattr(decision, plan.name)
        if plan.name not in NOT_SEALED and value is not None:
            lines += [f"{plan.name}: {_words(item)}" for item in (value if plan.many else (value,))]
    return "\n".join(lines) + "\n"


def _words(value: Any) -> str:
    if isinstance(value, Part):
        return "; ".join(f"{name} {_words(item)}" for name, item in value if item is not None)
    if isinstance(value, tuple):
        return ", ".join(map(_words, value))
    return " ".join(str(value.value if isinstance(value, Term) else value).split())


def text_of(aims: Aims, one: Decided) -> str:
    """The seal text of a decision. It names records by the ids of today, or by the former ones with which it was sealed."""
    named = [(plan.name, value) for plan in fields_of(type(one.it)) if plan.ref and (value := getattr(one.it, plan.name))]
    ever = itertools.product(*(aims.ids_ever(id) for id in (one.record.id, *(id for _, id in named))))
    texts = [seal_text(id, one.field.name, one.it.model_copy(update=dict(zip((name for name, _ in named), others, strict=True)))) for id, *others in ever]
    return next((text for text in texts if digest(text) == one.it.seal), texts[0])


def as_sealed(aims: Aims, one: Decided) -> bool:
    """Whether a decision is what its seal was made of."""
    return digest(text_of(aims, one)) == one.it.seal


def in_file(aims: Aims, called: str) -> Decided | None:
    """The decision in the file that is called so, like `SYS-02/use-2026-01-31`."""
    return next((one for one in every(aims) if aims.entries[one.record.id].place(*one.path).file == f"{DATA}/{FOLDER}/{called}.yaml"), None)
