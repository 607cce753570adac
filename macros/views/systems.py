"""AI systems: what staff may do with them, the register, suppliers."""

from __future__ import annotations

from dataclasses import dataclass

from macros import facts
from macros.build import Build
from macros.graph import Aims
from macros.schema.documents import DatedRecord
from macros.schema.risks import Risk
from macros.schema.systems import Stage, Supplier, System, Use
from macros.views.common import View, referred_to_by, tally, the_record


@dataclass(frozen=True)
class Row:
    """A system as a register shows it."""

    system: System
    use: Use
    answer: str
    risks: tuple[Risk, ...]
    assessment: DatedRecord | None


def use_of(aims: Aims, system: System) -> tuple[Use, str]:
    """What staff may do with a system today, and the answer in one sentence. Without a running decision the answer is no."""
    decision = system.use_decision
    if decision is None:
        return Use.do_not, "Nobody has decided yet whether it may be used. Until then, do not use it."
    if decision.use is not Use.do_not and decision.valid_until and decision.valid_until < aims.today:
        return Use.do_not, f"The permission ended on {decision.valid_until}. Ask the owner before you use it."
    return decision.use, decision.short


def row(aims: Aims, system: System) -> Row:
    """A system with what is derived for it."""
    use, answer = use_of(aims, system)
    return Row(system, use, answer, facts.risks_of(aims, system), facts.impact_assessment(aims, system))


def finder(build: Build) -> View:
    """Every system by its everyday names, those in use first, with the answer for staff."""
    aims = build.aims
    rows = [row(aims, system) for system in aims.all(System)]
    order = {True: 0, False: 1}
    rows.sort(key=lambda item: (order[item.system.stage.in_use], item.system.stage is Stage.retired, item.system.title.lower()))
    return {"rows": rows, "uses": Use, "question": aims.organisation.question_contact}


def systems(build: Build) -> View:
    """The register of AI systems."""
    aims = build.aims
    rows = [row(aims, system) for system in aims.all(System)]
    return {"rows": rows, "stages": tally(Stage, [item.system.stage for item in rows]), "uses": Use, "stage_terms": Stage}


def system(build: Build, id: str) -> View:
    """One system: may I use it, for what, what not, who answers; then risks, controls and everything else."""
    aims = build.aims
    it = the_record(aims, id, System)
    item = row(aims, it)
    controls = sorted({control for risk in item.risks for control in risk.controls if control in aims.entries})
    excepted = {
        decision.control: exception
        for decision in aims.decisions.values()
        for exception in decision.exceptions
        if exception.system == id and decision.control in aims.entries
    }
    levels = {risk.id: facts.current_level(aims, risk) for risk in item.risks}
    return {
        "it": it, "row": item, "controls": controls, "excepted": excepted, "levels": levels, "back": referred_to_by(aims, id),
        "contacts": aims.organisation,
    }  # fmt: skip


def suppliers(build: Build) -> View:
    """The register of suppliers, with the systems they supply and how their review lies."""
    aims = build.aims
    rows = []
    for supplier in aims.all(Supplier):
        supplied = [system for system in aims.all(System) if supplier.id in system.suppliers]
        due = facts.add_months(supplier.assessed_on, supplier.review.months) if supplier.assessed_on else None
        rows.append({"it": supplier, "systems": supplied, "due": due, "review": facts.timeliness(aims, due)})
    return {"rows": rows}
