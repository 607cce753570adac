"""The home page: the AIMS at a glance, the doors for auditors, words explained."""

from __future__ import annotations

from dataclasses import dataclass

from macros import facts
from macros.build import Build
from macros.due import all_due
from macros.facts import Accepted, Timeliness
from macros.problems import Grade
from macros.schema.base import Term
from macros.schema.controls import ControlState
from macros.schema.people import Level
from macros.schema.risks import Risk
from macros.schema.standard import AuditStage, GlossaryTerm
from macros.schema.systems import Stage, System
from macros.views.common import Rows, Tally, tally
from macros.views.documents import documents


@dataclass(frozen=True)
class Holds:
    """Whether a page is there."""

    there: bool


def holds(build: Build, page: str) -> Holds:
    """Whether this edition has a page of `docs/`, for words on the home page that lead there."""
    return Holds(f"docs/{page}" in build.aims.pages)


@dataclass(frozen=True)
class Figure:
    """A total with its parts and the list behind it."""

    title: str
    page: str
    parts: Tally[Term]
    total: int
    unit: str


@dataclass(frozen=True)
class Glance:
    """The AIMS in figures."""

    figures: tuple[Figure, ...]
    shows_gaps: bool
    gaps: int
    overdue: int
    soon: int
    not_accepted: int


def glance(build: Build) -> Glance:
    """The AIMS in figures, each with the list behind it."""
    aims, risks = build.aims, build.aims.all(Risk)
    states = [status.state for id, status in aims.status.items() if id in aims.entries]
    dues = [facts.timeliness(aims, due.day) for due in all_due(aims)]
    figures = (
        _figure("Controls", "soa.md", tally(ControlState, states), "controls with a status"),
        _figure("Risks by current level", "risks.md", tally(Level, [facts.current_level(aims, risk) for risk in risks]), "risks"),
        _figure("Documents", "documents.md", documents(build).states, "documents"),
        _figure("AI systems by stage", "systems.md", tally(Stage, [system.stage for system in aims.all(System)]), "systems"),
    )
    return Glance(
        figures=tuple(figure for figure in figures if figure.total or not aims.whole),
        shows_gaps=not aims.whole or "docs/gaps.md" in aims.pages,
        gaps=sum(problem.grade is Grade.gap for problem in build.problems),
        overdue=dues.count(Timeliness.overdue),
        soon=dues.count(Timeliness.due),
        not_accepted=sum(facts.acceptance_state(aims, risk) not in {Accepted.accepted, Accepted.not_needed} for risk in risks),
    )


def _figure(title: str, page: str, parts: Tally[Term], unit: str) -> Figure:
    return Figure(title, page, parts, sum(count for _, count in parts), unit)


STAGE_ONE = {
    "scope": "scope.md",
    "AI policy": "policy.md",
    "context and roles": "context.md",
    "risk method": "risk-method.md",
    "SoA": "soa.md",
    "impact assessments": "impact-assessment.md",
    "document register": "documents.md",
    "audit and review plans": "internal-audit.md",
}
"""The page that answers each thing that auditors ask for in stage 1 (`audit_cycle` in `standard/reference.yaml`)."""


@dataclass(frozen=True)
class StageOne:
    """What auditors ask for in each stage, and the page that answers it, by what is asked for."""

    stages: tuple[AuditStage, ...]
    pages: dict[str, str]


def stage_one(build: Build) -> StageOne:
    """What auditors ask for in each stage, in their order, with the page that answers it."""
    return StageOne(build.aims.reference.audit_cycle, {asked: page for asked, page in STAGE_ONE.items() if f"docs/{page}" in build.aims.pages})


def glossary(build: Build) -> Rows[GlossaryTerm]:
    """Words explained, in alphabetical order."""
    return Rows(tuple(sorted(build.aims.glossary, key=lambda entry: entry.term.lower())))
