"""The algorithms inside our systems, each checked by day."""

from __future__ import annotations

from typing import Annotated

from macros.schema.base import AppendOnly, Day, Line, Living, Part, Renewed, RoleId, SystemId, Term, id_pattern
from macros.schema.kind import Kind
from macros.schema.people import ReviewCycle


class Outcome(Term):
    """What a check of an algorithm found."""

    sound = "sound", "Sound", "good", "It does what it is meant for."
    limited = "limited", "Limited", "warn", "It does what it is meant for within limits."
    faulty = "faulty", "Faulty", "bad", "It does not do what it is meant for."


class Check(Part):
    """A check of an algorithm, and what it found."""

    on: Day
    by: RoleId
    outcome: Outcome
    found: Line


class Algorithm(Living):
    """A way of computing that systems of ours rely on."""

    id: Annotated[Line, id_pattern(r"ALG-\d{2,}", "ALG-01")]
    title: Line
    owner: RoleId
    systems: tuple[SystemId, ...]
    checks: Annotated[tuple[Check, ...], AppendOnly()] = ()
    """Oldest first; none is changed."""
    review: Annotated[ReviewCycle, Renewed("checks", "check of the algorithm")]


KINDS = (
    Kind(
        "algorithm",
        Algorithm,
        "Algorithm",
        "Algorithms",
        file="algorithms/*.yaml",
        page="algorithms/{id}.md",
        register="algorithms.md",
        group="systems",
        columns=("systems", "checks.outcome", "due", "owner"),
        filters=("systems", "checks.outcome", "owner"),
    ),
)
