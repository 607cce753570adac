"""What was recorded in data files is only added to: the marks `AppendOnly` and `Immutable` of the schema, judged between two states of the files.

Compares plain values as they are written in YAML, so that a state which today's rules would not let in can be compared too. Pure functions; the caller reads.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from macros.control.approvals.append_only import PROOF, Broken, Path, entries, said, same
from macros.schema.base import AppendOnly, Immutable, Part
from macros.schema.fields import FieldPlan, fields_of, keeps

Values = Mapping[str, Any]
Found = tuple[int, int | None, Path, str]
"""The number of an entry as it was and as it is now (None: gone), a field below it, and one sentence that says what was broken and how to be right."""


@dataclass(frozen=True)
class Judged:
    """What a state is judged by: the schema in which it was written, and the day of the commit that it builds on."""

    schema: int
    day: dt.date


def broken(model: type[Part], before: Sequence[Values], now: Sequence[Values], state: Judged) -> Iterator[Found]:
    """What was altered or removed of what stays, in all entries of a model. Those that are the same in both states may be left out of both."""
    if model.kept:
        yield from _kept(model.kept, re.sub(r"(?<=[a-z])(?=[A-Z])", " ", model.__name__).lower(), before, now)
        return
    places = _places(now)
    for number, entry in enumerate(before):
        id = entry.get("id")
        place = places.get(str(id)) if id is not None else (0 if now else None)
        if place is not None:
            yield from ((number, place, path, sentence) for path, sentence in _part(model, entry, now[place], state))
        elif lost := list(dict.fromkeys(_recorded(model, entry))):
            yield number, None, (), f"{'it' if id is None else id} is gone, with its {' and '.join(lost)}; bring it back: what is recorded stays"


def _part(model: type[Part], old: Values, new: Values, state: Judged) -> Iterator[Broken]:
    for plan in fields_of(model):
        was, is_now = old.get(plan.name), new.get(plan.name)
        if isinstance(plan.kept, AppendOnly) and plan.kept.since > state.schema:
            was_one, one = (next(iter(entries(values, plan.name)), None) for values in (old, new))
            if plan.kept.before and was_one:
                found = _value(plan.kept.before, plan.called.removesuffix("s"), was_one, one, state.day)
                yield from (((plan.name, 0, *path), sentence) for path, sentence in found)
            continue
        if plan.kept and plan.many:
            yield from _below(plan, _kept(plan.kept, plan.called, entries(old, plan.name), entries(new, plan.name)))
        elif plan.kept and was is not None:
            yield from (((plan.name, *path), sentence) for path, sentence in _value(plan.kept, plan.called, was, is_now, state.day))
        elif plan.part and keeps(plan.part) and plan.many:
            yield from _below(plan, broken(plan.part, entries(old, plan.name), entries(new, plan.name), state))
        elif plan.part and keeps(plan.part) and isinstance(was, dict):
            inner = _part(plan.part, was, is_now if isinstance(is_now, dict) else {}, state)
            yield from (((plan.name, *path), sentence) for path, sentence in inner)


def _below(plan: FieldPlan, found: Iterator[Found]) -> Iterator[Broken]:
    return (((plan.name, *(() if number is None else (number,)), *path), sentence) for _, number, path, sentence in found)


def _value(mark: AppendOnly | Immutable, what: str, was: Any, is_now: Any, today: dt.date) -> Iterator[Broken]:
    """A single value: it stays, or one of a later day takes its place, where it may be said ahead only while its day has not come."""
    if not mark.day or not isinstance(was, dict):
        if not same(was, is_now):
            yield (), f"the {what} {said(was, is_now)}; put it back: what is recorded stays"
        return
    day, ahead = was.get(mark.day), isinstance(mark, Immutable) and mark.ahead
    way = "put it back: it had come" if ahead else "put it back, and enter what was decided later with its own day"
    if not isinstance(is_now, dict):
        yield (), f"the {what} of {day} was removed; bring it back" + ("" if ahead else ": only one of a later day takes its place")
    elif str(is_now.get(mark.day)) <= str(day) or (ahead and str(day) <= str(today)):
        for name, sentence in _altered(was, is_now, ()):
            yield (name,), f"the {what} of {day} was altered: {sentence}; {way}"


def _kept(mark: AppendOnly | Immutable, what: str, old: Sequence[Values], new: Sequence[Values]) -> Iterator[Found]:
    """A list: every entry of before is there again, in its order. One that is not is paired with the new one of its id or day, to say what was altered."""
    left, missing, last = dict(enumerate(new)), [], -1
    for count, entry in enumerate(old):
        number = next((number for number, other in left.items() if not any(_altered(entry, other, PROOF))), None)
        if number is None:
            missing.append((count, entry))
            continue
        del left[number]
        if isinstance(mark, AppendOnly) and mark.oldest_first and number < last:
            yield count, number, (), f"the entry of {_called(entry, mark)} under {what} was moved; the order stays, oldest first"
        last = max(last, number)
    for count, entry in missing:
        called = _called(entry, mark)
        number = next((number for number, other in left.items() if _called(other, mark) == called), None)
        if number is None:
            yield count, None, (), f"the entry of {called} under {what} was removed; bring it back, entries are only added"
            continue
        for name, sentence in _altered(entry, left.pop(number), PROOF):
            yield count, number, (name,), f"the entry of {called} under {what} was altered: {sentence}; put it back and add a new entry instead"


def _altered(old: Values, new: Values, may_be_filled: Collection[str]) -> Iterator[tuple[str, str]]:
    for name in dict.fromkeys((*old, *new)):
        filled = name in may_be_filled and old.get(name) is None
        if not filled and not same(old.get(name), new.get(name)):
            yield name, f"{name} {said(old.get(name), new.get(name))}"


def _called(entry: Values, mark: AppendOnly | Immutable) -> str:
    """What an entry is known by: its id, else its day, or, where there may be many of a day, what it is about, which stands first."""
    by_day = mark.day and not (isinstance(mark, AppendOnly) and not mark.oldest_first)
    known_by = entry.get("id") or (by_day and entry.get(mark.day))
    return str(known_by) if known_by else ", ".join(f"{name} {value}" for name, value in list(entry.items())[:2])


def _recorded(model: type[Part], values: Values) -> Iterator[str]:
    """What of an entry has to stay, in words."""
    for plan in fields_of(model):
        value = values.get(plan.name)
        if value and plan.kept:
            yield plan.called
        elif plan.part and keeps(plan.part):
            inner = entries(values, plan.name) if plan.many else [value] if isinstance(value, dict) else []
            yield from (lost for part in inner for lost in _recorded(plan.part, part))


def _places(found: Sequence[Values]) -> dict[str, int]:
    """Where each record stands, by its id."""
    return {str(entry.get("id")): number for number, entry in enumerate(found)}
