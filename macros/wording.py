"""The words for what is wrong with the shape of a record: what stands there and how to be right, for a person who edits YAML."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from macros.problems import did_you_mean, nearest
from macros.schema.base import OR_NOT, Part
from macros.schema.fields import fields_of

DECIDED_BY = {"use_decision": "aims decide use", "acceptance": "aims decide accept"}
"""What enters a decision that stood under a key of its own once."""


def field_path(path: tuple[str | int, ...]) -> str:
    """`controls (entry 2): ` for the message."""
    words = ""
    for step in path:
        if isinstance(step, int):
            words += f" (entry {step + 1})"
        else:
            words += f", {step}" if words else step
    return f"{words}: " if words else ""


def called(value: Any, written: str = "") -> str:
    """What stands there, for a sentence; `written`: a number as the file has it, which YAML may read otherwise."""
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a mapping (key: value)"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool):
        return f"the truth value {str(value).lower()}"
    if isinstance(value, int | float):
        return f"the number {written or value}"
    shown = str(value)
    return f"'{shown[:60]}…'" if len(shown) > 60 else f"'{shown}'"


def explained(model: type[Part], error: dict[str, Any], written: str = "") -> str:
    """One sentence for a pydantic error: what stands there and how to be right. `written`: a value without spaces as the file has it, if that is known."""
    kind, value, context = error["type"], error.get("input"), error.get("ctx", {})
    stands = called(value, written)
    match kind:
        case "extra_forbidden":
            if command := DECIDED_BY.get(str(error["loc"][-1])):
                return f"this key is not known: decisions have files of their own below aims_data/decisions/; enter one with `{command}`"
            near = meant(model, error["loc"])
            hint = f"did you mean '{near}'?" if near else f"known are {', '.join(_keys_at(model, error['loc'][:-1]))}"
            return f"this key is not known; {hint}"
        case "missing":
            return "this field is missing; add it"
        case "enum" | "literal_error":
            words = [str(word) for word in re.findall(r"'([^']*)'", context.get("expected", ""))]
            near = did_you_mean(str(value), words) if isinstance(value, str) else ""
            return f"{stands} is not one of {', '.join(words)}{near}"
        case "string_type":
            if value is None:
                return _removable(model, error["loc"], f"is empty; write the text{OR_NOT}")
            if isinstance(value, bool | int | float):
                return f"{stands} is not a text; put quotes around it just as it is written, like '{written or str(value).lower()}'"
            if hasattr(value, "isoformat"):
                return f"the day {value.isoformat()} is not a text; put it in quotes"
            return f"{stands} stands where a text is expected"
        case "date_type":
            if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
                return f"{stands} is a text; remove the quotes" if _is_day(value) else f"{stands} is not a day of the calendar"
            return f"{stands} is not a day; write it like 2026-01-31, without quotes"
        case "int_type" | "int_parsing" | "int_from_float":
            return f"{stands} is not a whole number; write it like 3, without quotes"
        case "float_type" | "float_parsing" | "finite_number":
            return f"{stands} is not a number; write it like 0.85, without quotes or unit"
        case "bool_type":
            return f"{stands} is not true or false; write true or false, without quotes"
        case "tuple_type" | "list_type":
            return f"{stands} stands where a list is expected; begin each entry with a hyphen on a line of its own"
        case "model_type" | "model_attributes_type" | "dict_type":
            return f"{stands} stands where keys are expected: {', '.join(_keys_at(model, error['loc']))}"
        case "value_error":
            return _removable(model, error["loc"], str(context.get("error", error["msg"])))
    return str(error["msg"])


def _removable(model: type[Part], path: tuple[str | int, ...], sentence: str) -> str:
    """The sentence without the advice to remove a key that has to be there."""
    part = _part_at(model, path[:-1])
    plan = next((plan for plan in fields_of(part) if plan.name == path[-1]), None) if part and path else None
    return sentence.removesuffix(OR_NOT) if plan and plan.required else sentence


def _is_day(text: str) -> bool:
    try:
        return bool(dt.date.fromisoformat(text))
    except ValueError:
        return False


def meant(model: type[Part], path: tuple[str | int, ...]) -> str | None:
    """The key that somebody meant who wrote an unknown one at `path`, or None where none is near."""
    return nearest(str(path[-1]), _keys_at(model, path[:-1]))


def _keys_at(model: type[Part], path: tuple[str | int, ...]) -> list[str]:
    """The keys that may be written at `path` inside `model`."""
    current = _part_at(model, path)
    return [plan.name for plan in fields_of(current) if not plan.own_file] if current else []


def _part_at(model: type[Part], path: tuple[str | int, ...]) -> type[Part] | None:
    """The model of what stands at `path` inside `model`; None where that has no keys."""
    current: type[Part] | None = model
    for step in path:
        if isinstance(step, int) or current is None:
            continue
        current = next((plan.part for plan in fields_of(current) if plan.name == step), None)
    return current
