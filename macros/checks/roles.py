"""Roles and who holds them."""

from __future__ import annotations

from collections.abc import Iterator

from macros import office
from macros.finding import Finding, place_of
from macros.graph import Aims
from macros.schema.fields import missing_of
from macros.schema.people import Role


def role_held(aims: Aims) -> Iterator[Finding]:
    """Every role is held by somebody today."""
    for role in aims.all(Role):
        if not role.held_by_all and not office.in_office(role.holders, aims.today) and not (role.undone and missing_of(role)):
            yield place_of(aims, role.id, "holders"), f"nobody holds the role '{role.id}' on {aims.today}; add a holder with a staff code and since", (role.id,)


def holding_days_in_order(aims: Aims) -> Iterator[Finding]:
    """Nobody stops holding a role before beginning."""
    for role in aims.all(Role):
        for name in ("holders", "deputies"):
            for number, held in enumerate(getattr(role, name)):
                if held.until and held.until < held.since:
                    message = f"'{held.who}' holds the role until {held.until}, but only since {held.since}; mend one of the days"
                    yield place_of(aims, role.id, name, number, "until"), message, (role.id,)


def reports_upwards(aims: Aims) -> Iterator[Finding]:
    """Reporting lines lead upwards: no role reports to itself, directly or over others."""
    for role in aims.all(Role):
        seen, above = [role.id], role.reports_to
        while above and above not in seen:
            seen.append(above)
            upper = aims.find(above, Role)
            above = upper.reports_to if upper else None
        if above == role.id:
            line = " → ".join([*seen, role.id])
            yield place_of(aims, role.id, "reports_to"), f"reports to itself ({line}); mend the reporting line", (role.id,)
