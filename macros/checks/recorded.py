"""What is recorded by day stands in the order of its days; that it stays is judged against a base (macros/control/approvals/recorded.py)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from macros.finding import Finding
from macros.graph import Aims
from macros.problems import Place
from macros.schema.base import AppendOnly, Part, Record
from macros.schema.fields import Path, fields_of, keeps, parts_of


def recorded_in_order(aims: Aims) -> Iterator[Finding]:
    """What is recorded by day (assessments, life events, measured values, results) stands oldest first, and nothing recorded lies in the future."""
    for model, entries in aims.parts.items():
        if isinstance(model.kept, AppendOnly):
            listed = [(entry.place(model.kept.day), entry.part) for entry in entries]
            yield from _in_order(aims, model.kept, listed, "")
        elif keeps(model):
            for entry in entries:
                for mark, path, values in _lists(entry.part, ()):
                    listed = [(entry.place(*path, number, mark.day), value) for number, value in enumerate(values)]
                    yield from _in_order(aims, mark, listed, str(getattr(entry.part, "id", "")))


def _lists(part: Part, at: Path) -> Iterator[tuple[AppendOnly, Path, Sequence[Part]]]:
    """The lists of a part that are kept by day, with the paths to them."""
    for plan in fields_of(type(part)):
        if isinstance(plan.kept, AppendOnly) and plan.many:
            yield plan.kept, (*at, plan.name), getattr(part, plan.name)
    for path, inner in parts_of(part):
        if keeps(type(inner)) and not isinstance(inner, Record):  # that one is an entry of its own
            yield from _lists(inner, (*at, *path))


def _in_order(aims: Aims, mark: AppendOnly, listed: Sequence[tuple[Place, Part]], id: str) -> Iterator[Finding]:
    before: dt.date | None = None
    for place, part in listed:
        day: dt.date = getattr(part, mark.day)
        about = (id or str(getattr(part, "id", "")),)
        if day > aims.today:
            yield place, f"the entry of {day} lies in the future (today is {aims.today}); enter what happened once it did", about
        elif before and mark.oldest_first and (day < before or (mark.one_a_day and day == before)):
            yield place, f"the entry of {day} stands after that of {before}; put the newest last", about
        before = max(day, before or day)
