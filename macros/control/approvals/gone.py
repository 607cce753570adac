"""The way out where a change renamed a record and does not say so: every finding that names the id that is gone tells what to write."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping

from macros.control.approvals.compared import Change
from macros.control.approvals.data_files import ids_in, written_rows
from macros.problems import Grade, Problem
from macros.schema import KIND_OF


def with_way_out(problems: Iterable[Problem], change: Change) -> list[Problem]:
    """The problems of a change; errors that name an id that is gone say what to write if it was renamed."""
    found = list(problems)
    lost = perhaps_renamed(change) if any(problem.grade is Grade.error for problem in found) else {}
    return [_told(problem, lost) if problem.grade is Grade.error else problem for problem in found]


def _told(problem: Problem, lost: Mapping[str, str]) -> Problem:
    named = [id for id in lost if re.search(rf"(?<![\w.-]){re.escape(id)}(?![\w-])", problem.message)]
    hints = [f"if it was renamed, write `formerly: [{id}]` at the {lost[id]}" for id in named]
    return dataclasses.replace(problem, message="; ".join([problem.message, *hints]))


def perhaps_renamed(change: Change) -> dict[str, str]:
    """The ids that are gone while another one of their kind is new, and what readers call the kind."""
    before, now = change.before.data, change.now.data
    touched = sorted(name for name in {*before.ids, *now.ids} if before.ids.get(name) != now.ids.get(name))
    old, new = (ids_in(written_rows(side.read(touched))) for side in (before, now))
    begun = {model for id, model in new.items() if id not in old}
    gone = {id: model for id, model in old.items() if id not in new and id not in change.renamed and model in begun}
    return {id: KIND_OF[model].title.lower() for id, model in gone.items() if model in KIND_OF}
