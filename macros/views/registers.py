"""Records of operation, gaps, what falls due, the rules, and how to begin a new record."""

from __future__ import annotations

from collections import defaultdict

from macros import checks, facts
from macros.audience import Audience
from macros.build import Build
from macros.control.approvals import change_rules
from macros.due import all_due
from macros.facts import Timeliness
from macros.problems import Grade
from macros.schema import KIND
from macros.schema.base import Term
from macros.schema.documents import DatedRecord, RecordKind
from macros.starter import file_of, next_id, starter
from macros.views.common import View


def records(build: Build) -> View:
    """All dated records, newest first."""
    aims = build.aims
    newest_first = sorted(aims.all(DatedRecord), key=lambda record: (record.on, record.id), reverse=True)
    return {"rows": [(record, len(facts.open_follow_ups(aims, record))) for record in newest_first], "kinds": RecordKind}


def gaps(build: Build) -> View:
    """Every gap, by rule."""
    groups = defaultdict(list)
    found = [problem for problem in build.problems if problem.grade is Grade.gap]
    for problem in found:
        groups[problem.rule].append(problem)
    return {"groups": [(checks.RULE[rule], groups[rule]) for rule in checks.RULE if rule in groups], "count": len(found)}


def due(build: Build) -> View:
    """What falls due, earliest first: overdue, soon, later."""
    aims = build.aims
    rows = [(item, facts.timeliness(aims, item.day)) for item in all_due(aims)]
    return {"rows": rows, "terms": Timeliness, "counts": [(term, sum(1 for _, lies in rows if lies is term)) for term in Timeliness]}


def rules(build: Build) -> View:
    """Every rule of `aims check` in one sentence; the last ones are judged on a change."""
    return {"rows": (*checks.RULES, *change_rules.RULE.values())}


def vocabularies(build: Build) -> View:
    """Every word of a state or kind, with its sentence."""
    return {"rows": [term for term in sorted(Term.__subclasses__(), key=lambda term: term.__name__) if len(term)]}


def new_record(build: Build, kind: str) -> View:
    """How to begin a new record of a kind: a commented template, and where it goes. Not offered to the public, and not where an edition lacks
    some of the kind, as it cannot know the next free id."""
    aims = build.aims
    pattern, id = file_of(kind), next_id(aims, kind)
    single = "*" in pattern
    file = f"aims_data/{pattern.replace('*', id)}"
    folder, _, name = file.rpartition("/")
    return {
        "kind": KIND[kind], "file": file, "single": single, "folder": folder, "name": name, "text": starter(aims, kind, id, as_list=not single),
        "offered": aims.audience != Audience.public and aims.complete(KIND[kind].model),
    }  # fmt: skip
