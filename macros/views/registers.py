"""Records of operation, gaps, what falls due, the rules, and how to begin a new record."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from macros import checks, facts
from macros.audience import Audience
from macros.based_on import Rests, rests
from macros.build import Build
from macros.checks import Rule
from macros.control.approvals import change_rules
from macros.control.approvals.change_rules import ChangeRule
from macros.control.git import GitError
from macros.control.given_ids import given_ids
from macros.due import Due, all_due
from macros.facts import Timeliness
from macros.finding import read
from macros.graph import Aims
from macros.problems import Grade, Problem
from macros.schema import KIND
from macros.schema.base import Term
from macros.schema.documents import DatedRecord, RecordKind, Rewrite
from macros.schema.kind import Kind
from macros.starter import next_id, starter
from macros.views.common import Rows, Tally, tally


@dataclass(frozen=True)
class DatedRecords:
    """All dated records, newest first, each with the number of its open follow-ups and whether what it rested on is still so."""

    rows: tuple[tuple[DatedRecord, int, Rests | None], ...]
    kinds: type[RecordKind] = RecordKind


def records(build: Build) -> DatedRecords:
    """All dated records, newest first."""
    newest_first = sorted(build.aims.all(DatedRecord), key=lambda record: (record.on, record.id), reverse=True)
    return DatedRecords(tuple((record, len(facts.open_follow_ups(build.aims, record)), rests(build.aims, record)) for record in newest_first))


@dataclass(frozen=True)
class Gaps:
    """Every gap, by rule."""

    groups: tuple[tuple[Rule, tuple[Problem, ...]], ...]
    count: int


def gaps(build: Build) -> Gaps:
    """Every gap, by rule."""
    found: dict[str, list[Problem]] = defaultdict(list)
    for problem in build.problems:
        if problem.grade is Grade.gap:
            found[problem.rule].append(problem)
    groups = tuple((rule, tuple(found[name])) for name, rule in checks.RULE.items() if name in found)
    return Gaps(groups, sum(map(len, found.values())))


@dataclass(frozen=True)
class DueList:
    """What falls due, earliest first, and how that lies to today."""

    rows: tuple[tuple[Due, Timeliness], ...]
    counts: Tally[Timeliness]


def due(build: Build) -> DueList:
    """What falls due, earliest first: overdue, soon, later."""
    rows = tuple((item, facts.timeliness(build.aims, item.day)) for item in all_due(build.aims))
    return DueList(rows, tally(Timeliness, [lies for _, lies in rows]))


def rules(build: Build) -> Rows[Rule | ChangeRule]:
    """Every rule of `aims check` in one sentence; the last ones are checked on a change."""
    return Rows((*checks.RULES, *change_rules.RULE.values()))


def rewrites(build: Build) -> Rows[Rewrite]:
    """What a commit rewrote of what was recorded, and why it stands."""
    return Rows(tuple(rewrite for _, rewrite in read(build.aims, Rewrite)))


def vocabularies(build: Build) -> Rows[type[Term]]:
    """Every word of a state or kind, with its sentence."""
    return Rows(tuple(term for term in sorted(Term.__subclasses__(), key=lambda term: term.__name__) if len(term)))


@dataclass(frozen=True)
class NewRecord:
    """How to begin a new record: a commented template, and where it goes."""

    kind: Kind
    file: str
    single: bool
    """Whether it is a file of its own, and no entry of a list."""
    folder: str
    name: str
    text: str
    offered: bool


def new_record(build: Build, kind: str) -> NewRecord:
    """How to begin a new record of a kind: a commented template, and where it goes. Not offered to the public, and not where an edition lacks
    some of the kind, as it cannot know the next free id."""
    aims = build.aims
    offered = aims.audience != Audience.public and aims.complete(KIND[kind].model)
    pattern, id = KIND[kind].file, next_id(aims, kind, _given(aims, kind) if offered else ())
    single = "*" in pattern
    file = f"aims_data/{pattern.replace('*', id)}"
    folder, _, name = file.rpartition("/")
    return NewRecord(
        kind=KIND[kind],
        file=file,
        single=single,
        folder=folder,
        name=name,
        text=starter(aims, kind, id, as_list=not single),
        offered=offered,
    )


def _given(aims: Aims, kind: str) -> tuple[str, ...]:
    """The ids that the history knows; none where it cannot be told, as the check of a change finds one that was given before."""
    try:
        return given_ids(aims, kind)
    except GitError:
        return ()
