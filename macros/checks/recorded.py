"""What is recorded by day stands in the order of its days; that it stays is judged against a base (macros/control/approvals/recorded.py)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from macros.finding import Finding
from macros.graph import Aims
from macros.problems import Place
from macros.schema.base import AppendOnly, Immutable, Part, Record
from macros.schema.fields import Path, fields_of, keeps, parts_of


def recorded_in_order(aims: Aims) -> Iterator[Finding]:
    """What is recorded by day (assessments, life events, measured values, results) stands oldest first, and nothing recorded lies in the future."""
    for model, entries in aims.parts.items():
        if isinstance(model.kept, AppendOnly):
            listed = [(entry.place(model.kept.day), entry.part) for entry in entries]
            yield from _in_order(aims, model.kept, listed, "")
        elif keeps(model):
            for entry in entries:
                for mark, values in _kept(entry.part, ()):
                    listed = [(entry.place(*path, mark.day), value) for path, value in values]
                    yield from _in_order(aims, mark, listed, str(getattr(entry.part, "id", "")))


def _kept(part: Part, at: Path) -> Iterator[tuple[AppendOnly | Immutable, list[tuple[Path, Part]]]]:
    """What of a part is kept by day, with the paths to it: the entries of each list, and each single value but one that may be said ahead."""
    for plan in fields_of(type(part)):
        value = getattr(part, plan.name)
        if plan.kept and plan.many:
            yield plan.kept, [((*at, plan.name, number), item) for number, item in enumerate(value)]
        elif isinstance(plan.kept, Immutable) and plan.kept.day and not plan.kept.ahead and value is not None:
            yield plan.kept, [((*at, plan.name), value)]
    for path, inner in parts_of(part):
        if keeps(type(inner)) and not isinstance(inner, Record):  # that one is an entry of its own
            yield from _kept(inner, (*at, *path))


def _in_order(aims: Aims, mark: AppendOnly | Immutable, listed: Sequence[tuple[Place, Part]], id: str) -> Iterator[Finding]:
    before: dt.date | None = None
    for place, part in listed:
        day: dt.date = getattr(part, mark.day)
        about = (id or str(getattr(part, "id", "")),)
        if day > aims.today:
            yield place, f"the entry of {day} lies in the future (today is {aims.today}); enter what happened once it did", about
        elif before and isinstance(mark, AppendOnly) and mark.oldest_first and (day < before or (mark.one_a_day and day == before)):
            yield place, f"the entry of {day} stands after that of {before}; put the newest last", about
        before = max(day, before or day)
