"""Clauses 4 to 10 and what answers them; crosswalks; Annex C; sources."""

from __future__ import annotations

from dataclasses import dataclass

from macros import facts
from macros.build import Build
from macros.facts import Answer, Answered
from macros.graph import Aims
from macros.schema.base import Record, natural
from macros.schema.crosswalks import Crosswalk, CrosswalkRow, CrosswalkTarget
from macros.schema.documents import DatedRecord, Document
from macros.schema.people import Process, Role
from macros.schema.policy import Measurement
from macros.schema.risks import Risk, TreatmentResult
from macros.schema.standard import AnnexC, Clause, Confidence, LegalCalendar, Reference, RiskSource, Source
from macros.views.common import Group, Rows, Tally, referred_to_by, tally, the_record

MOST = 5
"""So many of the newest results of a clause are listed."""


@dataclass(frozen=True)
class ClauseRow:
    """A clause with what answers it."""

    it: Clause
    answer: Answer
    state: Answered | None
    """None where an edition cannot know."""
    leaf: bool
    depth: int
    roles: tuple[Role, ...]
    """Those accountable for a process that answers it."""
    processes: tuple[Process, ...]
    results: tuple[Record, ...]
    """The newest."""
    more: int
    crosswalks: tuple[tuple[Crosswalk, CrosswalkRow], ...]
    back: tuple[Group, ...]


def _clause(aims: Aims, clause: Clause) -> ClauseRow:
    answer = facts.answer(aims, clause)
    known = answer.state is Answered.answered or aims.complete(Document, DatedRecord, Risk, TreatmentResult, Measurement)
    processes = tuple(process for process in aims.all(Process) if clause.id in process.clauses)
    accountable = dict.fromkeys(process.accountable for process in processes if process.accountable)
    return ClauseRow(
        it=clause,
        answer=answer,
        state=answer.state if known else None,
        leaf=clause in facts.leaf_clauses(aims),
        depth=clause.id.count(".") + 1,
        roles=tuple(role for role in (aims.find(id, Role) for id in accountable) if role),
        processes=processes,
        results=answer.results[:MOST],
        more=len(answer.results[MOST:]),
        crosswalks=tuple((crosswalk, row) for crosswalk in aims.all(Crosswalk) for row in crosswalk.rows if row.ours == clause.id),
        back=referred_to_by(aims, clause.id),
    )


@dataclass(frozen=True)
class Chapter:
    """A clause 4 to 10 with every subclause."""

    rows: tuple[ClauseRow, ...]
    terms: type[Answered] = Answered


def chapter(build: Build, id: str) -> Chapter:
    """One clause 4 to 10 with every subclause."""
    aims = build.aims
    the_record(aims, id, Clause)
    return Chapter(tuple(_clause(aims, clause) for clause in aims.all(Clause) if clause.id.split(".")[0] == id))


@dataclass(frozen=True)
class Matrix:
    """All leaf clauses."""

    rows: tuple[ClauseRow, ...]
    states: Tally[Answered]
    terms: type[Answered] = Answered


def matrix(build: Build) -> Matrix:
    """All leaf clauses in one table."""
    rows = tuple(_clause(build.aims, clause) for clause in facts.leaf_clauses(build.aims))
    return Matrix(rows, tally(Answered, [row.state for row in rows]))


@dataclass(frozen=True)
class CrosswalkPage:
    """A crosswalk: by the entries of the other text, and by ours."""

    it: Crosswalk
    theirs: tuple[tuple[CrosswalkTarget, tuple[CrosswalkRow, ...]], ...]
    ours: tuple[tuple[str, tuple[CrosswalkRow, ...]], ...]


def crosswalk(build: Build, id: str) -> CrosswalkPage:
    """One crosswalk, both ways."""
    it = the_record(build.aims, id, Crosswalk)
    rows = sorted(it.rows, key=lambda row: natural(row.ours))
    ours = dict.fromkeys(row.ours for row in rows)
    return CrosswalkPage(
        it,
        tuple((target, tuple(row for row in rows if row.theirs == target.id)) for target in it.targets),
        tuple((id, tuple(row for row in rows if row.ours == id)) for id in ours),
    )


def crosswalks(build: Build) -> Rows[Crosswalk]:
    """All crosswalks."""
    return Rows(build.aims.all(Crosswalk))


@dataclass(frozen=True)
class LegalDates:
    """When parts of the EU AI Act begin to apply."""

    calendar: LegalCalendar


def legal_dates(build: Build) -> LegalDates:
    """When parts of the EU AI Act begin to apply."""
    return LegalDates(build.aims.legal_dates)


@dataclass(frozen=True)
class AnnexCPage:
    """Objectives and risk sources of Annex C and, by their ids, what uses them."""

    objectives: tuple[AnnexC, ...]
    risk_sources: tuple[RiskSource, ...]
    used: dict[str, tuple[Group, ...]]


def annex_c(build: Build) -> AnnexCPage:
    """Objectives and risk sources of Annex C and what uses them."""
    objectives, risk_sources = build.aims.all(AnnexC), build.aims.all(RiskSource)
    return AnnexCPage(objectives, risk_sources, {entry.id: referred_to_by(build.aims, entry.id) for entry in (*objectives, *risk_sources)})


@dataclass(frozen=True)
class Sources:
    """Where the facts about the standard come from, and what is said around it."""

    rows: tuple[Source, ...]
    reference: Reference
    confidence: type[Confidence] = Confidence


def sources(build: Build) -> Sources:
    """Where the facts about the standard come from."""
    return Sources(build.aims.all(Source), build.aims.reference)
