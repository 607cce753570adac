"""Decisions on facts that come in: sealed, by somebody who had the authority by the base, and not dated back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from macros import decisions
from macros.control.approvals import authority
from macros.control.approvals.append_only import entries
from macros.control.approvals.compared import Change
from macros.control.approvals.data_files import WrittenRow
from macros.control.approvals.new_bases import never_so
from macros.finding import Finding
from macros.office import Acting
from macros.problems import Place
from macros.schema.base import Record
from macros.schema.decisions import SINCE, DecisionOnFacts
from macros.schema.fields import FieldPlan
from macros.schema.systems import UseDecision


@dataclass(frozen=True)
class _Entered:
    """A decision as it stands in a changed record: where, its plain values, and those that the base has in the same field."""

    row: WrittenRow
    field: FieldPlan
    number: int
    values: Mapping[str, Any]
    known: tuple[Mapping[str, Any], ...]

    @property
    def before(self) -> Mapping[str, Any] | None:
        """What the base has of it."""
        return next((one for one in self.known if one.get("on") == self.values.get("on")), None)

    @property
    def id(self) -> str:
        """The id of the record."""
        return str(self.row.values.get("id"))

    def place(self, *path: str) -> Place:
        """Where one of its fields stands."""
        return self.row.place(self.field.name, self.number, *path)


def decision_authorised(change: Change) -> Iterator[Finding]:
    """A decision on a fact that comes in carries its seal, and what it rests on was so; its role may decide so by the base, where its holder or deputy is in
    office; it is not older than one that the base has. A decision that the base has without a seal gets none, and what is *given before* comes in only where
    the base has no other."""
    for entered in _entered(change):
        if entered.before:
            if entered.values.get("seal") and not entered.before.get("seal"):
                day = entered.values.get("on")
                message = f"the decision on {entered.id} of {day} has no seal in {change.base}, so nobody checked who might decide; take the seal out"
                yield entered.place("seal"), message, (entered.id,)
        elif (found := _as_read(change, entered)) and (sentence := _fault(change, entered, *found)):
            message = f"the decision on {entered.id} of {found[1].on} does not count: {sentence}"
            yield entered.place(), message, (entered.id,)


def given_before(change: Change) -> Iterator[Finding]:
    """A decision that was given before the portal comes in, of which nobody checked who might decide; whoever reviews the change looks where it is kept."""
    for entered in _entered(change):
        found = _as_read(change, entered)
        if not entered.before and found and (kept := found[1].given_before):
            message = f"a decision on {entered.id} of {found[1].on} comes in as given before the portal; look at it where it is kept: {kept.kept_at}"
            yield entered.place(), message, (entered.id,)


def _entered(change: Change) -> Iterator[_Entered]:
    """The decisions in records that differ. Of an older schema, which kept them in the record's file, without a seal, only those in files of their own."""
    before, now = change.recorded_rows
    known = {(row.model, row.values.get("id")): row for listed in before.values() for row in listed}
    for row in (row for listed in now.values() for row in listed):
        old = known.get((row.model, row.values.get("id")))
        for field in decisions.decided_in(row.model):
            there = tuple(entries(old.values, field.name)) if old else ()
            for number, values in enumerate(entries(row.values, field.name)):
                if change.now.data.schema >= SINCE or (field.name, number) in row.files:
                    yield _Entered(row, field, number, values, there)


def _as_read(change: Change, entered: _Entered) -> tuple[Record, DecisionOnFacts] | None:
    """The record and the decision; None where they cannot be read, which is another finding."""
    record = change.now.aims.get(entered.id)
    listed: tuple[DecisionOnFacts, ...] = getattr(record, entered.field.name, ())
    decision = next((one for one in listed if one.on == entered.values.get("on")), None)
    return (record, decision) if record and decision else None


def _fault(change: Change, entered: _Entered, record: Record, decision: DecisionOnFacts) -> str | None:
    """Why a decision that comes in does not count, in one sentence."""
    base = change.before.aims
    days = sorted(str(one.get("on")) for one in entered.known)
    if decision.given_before:
        return decisions.not_given_before(record, days, decision)
    if days and str(decision.on) < days[-1]:
        return f"it is dated back, before the one of {days[-1]} that {change.base} has; enter what is decided with its own day (`aims decide`)"
    if decision.seal is None:
        return "it has no seal, so nobody checked who might decide; enter it with `aims decide`, which does"
    if fault := next((problem for problem in base.loaded.problems if problem.place.file == "aims_data/roles.yaml"), None):
        return f"{change.base} cannot be read ({fault}), so it does not tell who may decide; mend that first, in a change of its own"
    by = Acting(decision.by, decision.holder, decision.on)
    if sentence := authority.may_decide(base, decision) or authority.left_before(base, by, change.day):
        return sentence
    return never_so(change, "it", [record.id], decision.based_on) if isinstance(decision, UseDecision) else None
