"""What the fields of a model are, read once from its annotations: references, nested parts, formatted text.

Everything that walks records (links, nested records, formatted texts, templates for new records) uses this and nothing else.
"""

from __future__ import annotations

import datetime as dt
import types
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import AfterValidator

from macros.schema.base import AppendOnly, BasedOn, Empty, Expected, FormattedText, IdPattern, Immutable, Living, OwnFile, Part, Ref, Renewed, Term


@dataclass(frozen=True)
class FieldPlan:
    """One field: its name, whether it is a list, and what each value is."""

    name: str
    many: bool
    required: bool
    ref: Ref | None = None
    part: type[Part] | None = None
    term: type[Term] | None = None
    formatted: bool = False
    plain: Any = None
    """The bare type of a leaf, like str or date."""
    description: str = ""
    kept: AppendOnly | Immutable | None = None
    """How what was recorded in it is kept."""
    renewed: Renewed | None = None
    """What falls due where it is a review cycle."""
    expected: Expected | None = None
    """Why it is needed, where it may be left out all the same."""
    empty: str = ""
    """What it says as an empty list, where that says something."""
    own_file: OwnFile | None = None
    """How the files are called in which it lies, where it has files of its own."""
    written: IdPattern | None = None
    """How an id is written."""
    based_on: BasedOn | None = None
    """What of it counts, where decisions rest on it."""

    @property
    def called(self) -> str:
        """What readers call it in a sentence: `checked_on` → `checked on`."""
        own = (mark.called for mark in (self.expected, self.kept) if isinstance(mark, Expected | Immutable) and mark.called)
        return next(own, self.name.replace("_", " "))


@cache
def fields_of(model: type[Part]) -> tuple[FieldPlan, ...]:
    """The plan of every field of a model, in the order in which they are written: what every kind may have comes last."""
    plans = tuple(_plan(name, field) for name, field in model.model_fields.items())
    first = {name: number for number, name in enumerate(model.written_first)}
    return tuple(sorted(plans, key=lambda plan: (plan.name in Living.model_fields and plan.name != "id", first.get(plan.name, len(first)))))


@cache
def plan_at(model: type[Part], path: str) -> FieldPlan:
    """The plan of the field at a path with dots, like `checks.outcome`. Raises `KeyError` where there is none."""
    name, _, rest = path.partition(".")
    plan = next((plan for plan in fields_of(model) if plan.name == name), None)
    if plan is None or (rest and plan.part is None):
        raise KeyError(path)
    return plan_at(plan.part, rest) if rest and plan.part else plan


def _plan(name: str, field: Any) -> FieldPlan:
    annotation, metadata, many = field.annotation, list(field.metadata), False
    while True:
        origin = get_origin(annotation)
        if origin is Annotated:
            annotation, *more = get_args(annotation)
            metadata += more
        elif origin in (Union, types.UnionType):
            annotation = next(choice for choice in get_args(annotation) if choice is not type(None))
        elif origin is tuple:
            annotation, many = get_args(annotation)[0], True
        else:
            break
    is_class = isinstance(annotation, type)
    expected = next((item for item in metadata if isinstance(item, Expected)), None)
    return FieldPlan(
        name=name,
        many=many,
        required=field.is_required(),
        ref=next((item for item in metadata if isinstance(item, Ref)), None),
        part=annotation if is_class and issubclass(annotation, Part) else None,
        term=annotation if is_class and issubclass(annotation, Term) else None,
        formatted=any(isinstance(item, FormattedText) for item in metadata),
        plain=annotation,
        description=field.description or "",
        kept=next((item for item in metadata if isinstance(item, AppendOnly | Immutable)), None),
        renewed=next((item for item in metadata if isinstance(item, Renewed)), None),
        expected=expected,
        empty=next((item.says for item in metadata if isinstance(item, Empty)), "none" if many and expected else ""),
        own_file=next((item for item in metadata if isinstance(item, OwnFile)), None),
        written=next((item.func for item in reversed(metadata) if isinstance(item, AfterValidator) and isinstance(item.func, IdPattern)), None),
        based_on=next((item for item in metadata if isinstance(item, BasedOn)), None),
    )


@cache
def renewals_of(model: type[Part]) -> tuple[FieldPlan, ...]:
    """The review cycles of a model that say what falls due."""
    return tuple(plan for plan in fields_of(model) if plan.renewed)


@cache
def _with_parts(model: type[Part]) -> tuple[FieldPlan, ...]:
    return tuple(plan for plan in fields_of(model) if plan.part)


@cache
def _with_links(model: type[Part]) -> tuple[FieldPlan, ...]:
    return tuple(plan for plan in fields_of(model) if plan.ref or plan.formatted)


@cache
def _expected(model: type[Part]) -> tuple[FieldPlan, ...]:
    return tuple(plan for plan in fields_of(model) if plan.expected)


def recorded(part: Part, name: str) -> bool:
    """Whether somebody said what a field holds. An empty list is said; a field that was left out is not, unless it is optional and the part lacks
    nothing that is expected, so that leaving it out means something. Raises `KeyError` where there is no such field."""
    if name in part.model_fields_set and getattr(part, name) is not None:
        return True
    return plan_at(type(part), name).expected is None and not missing_of(part)


def missing_of(part: Part) -> tuple[FieldPlan, ...]:
    """The expected fields of a part of which nobody said what they hold."""
    return tuple(plan for plan in _expected(type(part)) if not recorded(part, plan.name))


@cache
def keeps(model: type[Part]) -> bool:
    """Whether anything in a model is marked as recorded, which stays."""
    return model.kept is not None or any(plan.kept or (plan.part and keeps(plan.part)) for plan in fields_of(model))


def words(name: str) -> str:
    """A field name as readers see it: `checked_on` → `Checked on`."""
    return name.replace("_", " ").capitalize()


Path = tuple[str | int, ...]


def values_at(part: Part, path: str) -> tuple[Any, ...]:
    """What stands at a path with dots; of a list that is kept by day only what the newest entry says."""
    name, _, rest = path.partition(".")
    value = newest_of(part, name)
    values: tuple[Any, ...] = value if isinstance(value, tuple) else () if value is None else (value,)
    return tuple(inner for item in values for inner in values_at(item, rest)) if rest else values


def newest_of(part: Part, field: str) -> Any:
    """The value of a field; of a list that is kept by day the newest entry. None where there is none."""
    value, mark = getattr(part, field), plan_at(type(part), field).kept
    return max(value, key=lambda entry: getattr(entry, mark.day), default=None) if isinstance(mark, AppendOnly) else value


def newest_day(part: Part, field: str) -> tuple[Path, dt.date] | None:
    """The day that a field says, and where it stands: itself one, or the day of the newest entry of a list that is kept by day. None where it says none."""
    value, mark = newest_of(part, field), plan_at(type(part), field).kept
    if value is None:
        return None
    return ((field, getattr(part, field).index(value), mark.day), getattr(value, mark.day)) if isinstance(mark, AppendOnly) else ((field,), value)


def parts_of(part: Part) -> Iterator[tuple[Path, Part]]:
    """The parts directly inside a part, with their paths."""
    for plan in _with_parts(type(part)):
        value = getattr(part, plan.name)
        if plan.many:
            for number, item in enumerate(value):
                yield (plan.name, number), item
        elif value is not None:
            yield (plan.name,), value


def marked_of(part: Part) -> Iterator[tuple[Path, FieldPlan, str]]:
    """Every reference and formatted text directly in a part: path, plan, value."""
    for plan in _with_links(type(part)):
        value = getattr(part, plan.name)
        if plan.many:
            for number, item in enumerate(value):
                yield (plan.name, number), plan, item
        elif value is not None:
            yield (plan.name,), plan, value
