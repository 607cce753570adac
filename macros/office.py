"""Who holds or deputises a role on a day. The lowest floor above the records: facts, seals and rules ask here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from macros.schema.people import Holding, Role


@dataclass(frozen=True)
class Acting:
    """Somebody who acts in a role on a day: the role, the staff code of its holder or deputy, the day."""

    role: str
    holder: str
    on: dt.date


def in_office(holdings: Iterable[Holding], day: dt.date) -> tuple[Holding, ...]:
    """Those of the holdings that run on a day."""
    return tuple(held for held in holdings if held.since <= day and (held.until is None or day <= held.until))


def holders_on(role: Role, day: dt.date) -> tuple[Holding, ...]:
    """Those who hold or deputise a role on a day; nobody once it has ended."""
    return () if _over(role, day) else in_office((*role.holders, *role.deputies), day)


def may_act(role: Role, who: str, day: dt.date) -> bool:
    """Whether `who` held or deputised the role on that day."""
    return (role.held_by_all and not _over(role, day)) or any(held.who == who for held in holders_on(role, day))


def _over(role: Role, day: dt.date) -> bool:
    return role.ended is not None and role.ended.on <= day
