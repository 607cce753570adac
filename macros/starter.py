"""A commented template for a new record, made from the schema, so that nobody needs to know it by heart."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Collection, Iterator

from macros.graph import Aims
from macros.schema import KIND
from macros.schema.base import PLACEHOLDER, Living, Part
from macros.schema.fields import FieldPlan, fields_of, plan_at


def numbered(kind: str) -> bool:
    """Whether the ids of a kind end in a number, and are no words."""
    return bool(re.search(r"\d$", _example_id(kind)))


def _example_id(kind: str) -> str:
    written = plan_at(KIND[kind].model, "id").written
    return written.example if written else ""


def before_number(kind: str) -> str:
    """What stands before the number in the ids of a kind; nothing where they are words."""
    return next((prefix for prefix, _ in _numbers([_example_id(kind)])), "")


def next_id(aims: Aims, kind: str, given: Collection[str] = ()) -> str:
    """The next free id of a kind: one above the highest number ever in use, of documents those of the commonest sort; the first one where there is none;
    a placeholder for kinds whose ids are words. `given`: what the history knows beside the ids of now and those that these had."""
    records = aims.every(KIND[kind].model)
    known = [*(record.id for record in records), *(former for record in records for former in record.formerly), *given]
    numbers = _numbers(known)
    if not numbers:
        return _example_id(kind) if numbered(kind) and not known else f"new-{kind}"
    in_use = _numbers([record.id for record in records]) or numbers
    prefix = Counter(prefix for prefix, _ in in_use).most_common(1)[0][0]
    digits = max((digits for other, digits in numbers if other == prefix), key=int)
    return f"{prefix}{int(digits) + 1:0{len(digits)}d}"


def _numbers(ids: Collection[str]) -> list[tuple[str, str]]:
    """Of ids that end in a number what stands before that, and its digits."""
    return [(found.group(1), found.group(2)) for id in ids if (found := re.fullmatch(r"(.*?)(\d+)", id))]


def starter(aims: Aims, kind: str, id: str, as_list: bool = False) -> str:
    """YAML with every required or expected field to be filled in and every other one as a comment."""
    lines = list(_fields(KIND[kind].model, id, aims.today))
    if as_list:
        lines = [("- " if number == 0 else "  ") + line if line else line for number, line in enumerate(lines)]
    return "\n".join(lines) + "\n"


def _fields(model: type[Part], id: str, today: dt.date) -> Iterator[str]:
    for plan in fields_of(model):
        if plan.name == "id":
            yield f"id: {id}"
            continue
        if plan.name in Living.model_fields or plan.own_file:  # what begins does not end yet; what is done to it lies in files of its own
            continue
        says_itself = plan.many or not (plan.term or plan.ref)  # of words and ids the line says which there are
        about = plan.description or (plan.expected.why if plan.expected and says_itself else "")
        note = f"  # {about}" if about else ""
        mark = "" if plan.required or plan.expected else "# "
        if plan.part:
            yield f"{mark}{plan.name}:{note}"
            inner = list(_fields(plan.part, "new", today))
            for number, line in enumerate(inner):
                dash = ("- " if number == 0 else "  ") if plan.many else ""
                yield f"{mark}  {dash}{line}"
        elif plan.many:
            yield f"{mark}{plan.name}:{note}"
            yield f"{mark}  - {_example(plan, today)}"
        else:
            yield f"{mark}{plan.name}: {_example(plan, today)}{note}"


def _example(plan: FieldPlan, today: dt.date) -> str:
    if plan.term:
        words = [str(term.value) for term in plan.term]
        return f"{words[0]}  # {', '.join(words)}" if not plan.description else words[0]
    if plan.ref:
        return "id  # the id of " + (" or ".join(KIND[kind].title.lower() for kind in plan.ref.kinds) or "any record")
    if plan.plain is dt.date:
        return today.isoformat()
    if plan.plain is bool:
        return "false"
    if plan.plain in (int, float):
        return "1"
    return PLACEHOLDER
