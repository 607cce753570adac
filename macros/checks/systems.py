"""AI systems: what has to be known before anybody uses one."""

from __future__ import annotations

from collections.abc import Iterator

from macros import based_on, decisions, facts
from macros.finding import Finding, place_of
from macros.graph import Aims
from macros.schema.documents import DatedRecord
from macros.schema.fields import missing_of
from macros.schema.risks import Risk
from macros.schema.systems import ActClass, Supplier, System, Use


def _in_use(aims: Aims) -> Iterator[System]:
    return (system for system in aims.all(System) if system.in_use)


def used_system_watched(aims: Aims) -> Iterator[Finding]:
    """A system in use has human oversight: who watches it and how to stop it."""
    for system in _in_use(aims):
        if not system.oversight:
            yield place_of(aims, system.id, "stage"), f"{system.id} {system.title} is in use without human oversight; add oversight", (system.id,)


def used_system_decided(aims: Aims) -> Iterator[Finding]:
    """A system in use has a use decision that allows its use and has not run out."""
    for system in _in_use(aims):
        decision = decisions.use_decision(aims, system)
        if decision is None:
            message = f"{system.id} {system.title} is in use, but nobody decided that it may be; decide with `aims decide use {system.id}`"
            yield place_of(aims, system.id, "stage"), message, (system.id,)
        elif decision.valid_until and decision.valid_until < aims.today:
            message = f"the decision that {system.id} {system.title} may be used ended on {decision.valid_until}; decide again"
            yield place_of(aims, system.id, "use_decisions", system.use_decisions.index(decision), "valid_until"), message, (system.id,)


def used_system_risks(aims: Aims) -> Iterator[Finding]:
    """A system in use is named in at least one risk."""
    named = {id for risk in aims.all(Risk) for id in risk.systems}
    for system in _in_use(aims):
        if system.id not in named:
            yield place_of(aims, system.id, "id"), f"{system.id} {system.title} is in use, but no risk names it; assess its risks", (system.id,)


def used_system_assessed(aims: Aims) -> Iterator[Finding]:
    """A system in use has an impact assessment, not older than 12 months or its review interval."""
    for system in _in_use(aims):
        record = facts.impact_assessment(aims, system)
        if record is None:
            message = f"{system.id} {system.title} is in use without an impact assessment; add a record of kind impact_assessment that names it"
            yield place_of(aims, system.id, "stage"), message, (system.id,)
        elif (day := facts.add_months(record.on, max(12, system.review.months if system.review else 0))) < aims.today:
            message = f"the impact assessment of {system.id} {system.title} ({record.id}) is out of date since {day}; assess it again"
            yield place_of(aims, system.id, "stage"), message, (system.id, record.id)


def assessment_still_fits(aims: Aims) -> Iterator[Finding]:
    """What the newest impact assessment of a system rested on is as it was when it was assessed or last confirmed: what the system is for and not for, the
    people affected, its models and its class."""
    for record in aims.all(DatedRecord):
        rests = based_on.rests(aims, record)
        for found in rests.changed if rests else ():
            fields = based_on.in_words(found.fields)
            message = (
                f"{record.id} rests on {found.system.id}, whose {fields} changed since; it was {'confirmed' if found.confirmed else 'closed'} "
                f"({found.since}); assess {found.system.id} again, or confirm that it still holds (`aims confirm {record.id} --because …`)"
            )
            yield place_of(aims, record.id, "systems", record.systems.index(found.system.id)), message, (record.id, found.system.id)


def prohibited_not_used(aims: Aims) -> Iterator[Finding]:
    """A system that falls under a prohibited practice is not in use, and nobody may use it."""
    for system in aims.all(System):
        decision = decisions.use_decision(aims, system)
        allowed = decision and decision.use is not Use.do_not
        if system.act_class is ActClass.prohibited and (system.in_use or allowed):
            message = f"{system.id} {system.title} is a prohibited practice and may not be used; set stage: refused or retired, and use: do_not"
            yield place_of(aims, system.id, "act_class"), message, (system.id,)


def gone_not_usable(aims: Aims) -> Iterator[Finding]:
    """A refused or retired system says that it must not be used."""
    for system in aims.all(System):
        decision = decisions.use_decision(aims, system)
        if system.stage and system.stage.gone and decision and decision.use is not Use.do_not:
            message = (
                f"{system.id} {system.title} is {system.stage.label.lower()}, but its use decision allows use; "
                f"decide anew with `aims decide use {system.id} --use do_not`"
            )
            yield place_of(aims, system.id, "use_decisions", system.use_decisions.index(decision), "use"), message, (system.id,)


def history_ends_in_stage(aims: Aims) -> Iterator[Finding]:
    """The history of a system ends in the stage the system is in."""
    for system in aims.all(System):
        if system.stage and system.history and system.history[-1].stage is not system.stage:
            message = f"the stage is '{system.stage.value}', but the history ends in '{system.history[-1].stage.value}'; add what happened or mend the stage"
            yield place_of(aims, system.id, "stage"), message, (system.id,)


def supplier_assessed(aims: Aims) -> Iterator[Finding]:
    """A supplier of AI has been assessed."""
    for supplier in aims.all(Supplier):
        if supplier.undone and not missing_of(supplier):
            message = f"{supplier.id} {supplier.title} was never assessed; add assessments with on and result"
            yield place_of(aims, supplier.id, "id"), message, (supplier.id,)
