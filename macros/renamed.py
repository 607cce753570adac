"""What was renamed: the ids of today in place of former ones (`formerly`), so that everything else knows only those of today.

Pure functions over the plain values of data files, in the shape of today's schema.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from macros.prose import REFERENCE
from macros.schema.base import Part, Record
from macros.schema.fields import FieldPlan, fields_of

Names = Mapping[str, str]
"""Today's id of a record by each id that it had formerly."""


def names_in(values: Any) -> Iterator[tuple[str, str]]:
    """The former ids that the records in a data file name, each with today's."""
    if isinstance(values, dict):
        former = values.get("formerly")
        if isinstance(values.get("id"), str) and isinstance(former, list):
            yield from ((old, values["id"]) for old in former if isinstance(old, str))
    if isinstance(values, dict | list):
        for inner in values.values() if isinstance(values, dict) else values:
            yield from names_in(inner)


def with_todays_ids(model: type[Part], values: Any, names: Names, ids: bool = False) -> Any:
    """The values of a part with today's ids in every reference and in every `[[id]]` of a formatted text; with `ids` the records themselves have
    today's id too, as in a state from before they were renamed. What is not as the schema wants it stays as it is."""
    if not names or not isinstance(values, dict):
        return values
    new = {}
    for plan in fields_of(model):
        if plan.name in values and (plan.ref or plan.formatted or plan.part or (ids and plan.name == "id" and issubclass(model, Record))):
            value = values[plan.name]
            new[plan.name] = [_one(plan, item, names, ids) for item in value] if isinstance(value, list) else _one(plan, value, names, ids)
    return values | new


def _one(plan: FieldPlan, value: Any, names: Names, ids: bool) -> Any:
    if plan.part:
        return with_todays_ids(plan.part, value, names, ids)
    if not isinstance(value, str):
        return value
    return in_text(value, names) if plan.formatted else names.get(value, value)


def in_text(text: str, names: Names) -> str:
    """A text with today's ids in its `[[id]]` references."""

    def renamed(found: re.Match[str]) -> str:
        id = found["id"]
        return found.group().replace(id, names.get(id, id), 1)

    return REFERENCE.sub(renamed, text)
