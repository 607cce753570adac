"""AI systems: what staff may do with them, and the register."""

from __future__ import annotations

from dataclasses import dataclass

from macros import decisions, facts
from macros.based_on import Changed, Footing, decision_suspect, suspect_for
from macros.build import Build
from macros.graph import Aims
from macros.schema.controls import SystemException
from macros.schema.documents import DatedRecord
from macros.schema.organisation import Contact, Organisation
from macros.schema.people import Level
from macros.schema.risks import Risk
from macros.schema.systems import Stage, System, Use, UseDecision
from macros.views.common import Group, Tally, referred_to_by, tally, the_record


@dataclass(frozen=True)
class SystemRow:
    """A system as a register shows it."""

    system: System
    use: Use
    answer: str
    risks: tuple[Risk, ...]
    assessment: DatedRecord | None
    suspect: Changed | None
    """What changed since that was closed or confirmed."""


def use_of(aims: Aims, system: System) -> tuple[Use, str]:
    """What staff may do with a system today, and the answer in one sentence. Without a running decision, or once it has ended, the answer is no."""
    decision = decisions.use_decision(aims, system)
    if system.ended and aims.over(system):
        return Use.do_not, f"It is no longer used: it ended on {system.ended.on}."
    if decision is None:
        return Use.do_not, "Nobody has decided yet whether it may be used. Until then, do not use it."
    if decision.use is not Use.do_not and decision.valid_until and decision.valid_until < aims.today:
        return Use.do_not, f"The permission ended on {decision.valid_until}. Ask the owner before you use it."
    return decision.use, decision.short


def row(aims: Aims, system: System) -> SystemRow:
    """A system with what is derived for it."""
    use, answer = use_of(aims, system)
    return SystemRow(system, use, answer, facts.risks_of(aims, system), facts.impact_assessment(aims, system), suspect_for(aims, system))


@dataclass(frozen=True)
class Finder:
    """Every system with the answer for staff, those in use first, and whom to ask about others."""

    rows: tuple[SystemRow, ...]
    question: Contact
    uses: type[Use] = Use


def finder(build: Build) -> Finder:
    """Every system by its everyday names, those in use first, with the answer for staff."""
    systems = sorted(build.aims.all(System), key=lambda system: (not system.in_use, system.stage is Stage.retired, system.title.lower()))
    return Finder(tuple(row(build.aims, system) for system in systems), build.aims.organisation.question_contact)


@dataclass(frozen=True)
class SystemRegister:
    """All AI systems, and how many are in which stage."""

    rows: tuple[SystemRow, ...]
    stages: Tally[Stage]
    uses: type[Use] = Use
    stage_terms: type[Stage] = Stage


def systems(build: Build) -> SystemRegister:
    """The register of AI systems."""
    rows = tuple(row(build.aims, system) for system in build.aims.all(System))
    return SystemRegister(rows, tally(Stage, [item.system.stage for item in rows]))


@dataclass(frozen=True)
class SystemPage:
    """A system: may I use it, for what, what not, who answers; then risks, controls and everything else."""

    it: System
    row: SystemRow
    contacts: Organisation
    levels: dict[str, Level | None]
    """The current levels of its risks, by id."""
    controls: tuple[str, ...]
    """Those that treat its risks."""
    excepted: dict[str, SystemException]
    """Controls that do not hold for it."""
    decision: UseDecision | None
    """The one that counts."""
    suspect: tuple[str, ...]
    """What it rested on and has changed since."""
    others: tuple[UseDecision, ...]
    """The other ones, newest first."""
    back: tuple[Group, ...]
    footing: Footing = Footing.suspect
    uses: type[Use] = Use


@dataclass(frozen=True)
class UseNow:
    """What staff may do with a system today."""

    use: Use
    answer: str


def use(build: Build, id: str) -> UseNow:
    """What staff may do with one system, for the middle of a sentence."""
    return UseNow(*use_of(build.aims, the_record(build.aims, id, System)))


def system(build: Build, id: str) -> SystemPage:
    """One system: may I use it, for what, what not, who answers; then risks, controls and everything else."""
    aims = build.aims
    it = the_record(aims, id, System)
    item, decision = row(aims, it), decisions.use_decision(aims, it)
    return SystemPage(
        it=it,
        row=item,
        decision=decision,
        suspect=decision_suspect(aims, it),
        others=tuple(other for other in reversed(it.use_decisions) if other is not decision),
        contacts=aims.organisation,
        levels={risk.id: facts.current_level(aims, risk) for risk in item.risks},
        controls=tuple(sorted({control for risk in item.risks for control in risk.controls if control in aims.entries})),
        excepted={
            decision.control: exception
            for decision in aims.decisions.values()
            for exception in decision.exceptions
            if exception.system == id and decision.control in aims.entries
        },
        back=referred_to_by(aims, id),
    )
