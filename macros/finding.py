"""What a rule yields, and the small helpers that rules share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TypeVar, cast

from macros import office
from macros.graph import Aims
from macros.load import Entry
from macros.problems import Place
from macros.schema.base import Part
from macros.schema.people import Role

P = TypeVar("P", bound=Part)

Finding = tuple[Place, str, tuple[str, ...]]
"""Where it is, one sentence that says how to be right, and the ids of the records it is about."""


def place_of(aims: Aims, id: str, *path: str | int) -> Place:
    """Where a field of a record stands."""
    entry = aims.entries[id]
    return entry.place(*path)


def not_in_office(aims: Aims, role_id: str, who: str, day: dt.date) -> str | None:
    """A sentence when `who` did not hold or deputise a role on a day, else None. An unknown role is another rule's finding."""
    role = aims.find(role_id, Role)
    if role is None or office.may_act(role, who, day):
        return None
    held = ", ".join(holding.who for holding in office.holders_on(role, day)) or "nobody"
    return f"'{who}' did not hold the role '{role_id}' on {day}; on that day it was held or deputised by {held}"


def read(aims: Aims, model: type[P]) -> Iterator[tuple[Entry, P]]:
    """Every part of a model that was read, with its entry, in file order."""
    for entry in aims.parts.get(model, []):
        yield entry, cast(P, entry.part)
