"""The AI policy, the objectives it leads to, and what was measured (clauses 5.2, 6.2 and 9.1)."""

from __future__ import annotations

from typing import Annotated, Literal

from macros.schema.base import AppendOnly, ControlId, Day, Line, Living, Number, ObjectiveId, Part, Record, Ref, RoleId, SystemId, Text, id_pattern
from macros.schema.kind import Kind
from macros.schema.people import ReviewCycle


class Principle(Part):
    """A principle of the policy, in one or two sentences."""

    title: Line
    meaning: Text


class Commitment(Living):
    """A promise of the policy; objectives or controls carry it out."""

    id: Annotated[Line, id_pattern(r"C-\d{2,}", "C-01")]
    title: Line
    promise: Text
    objectives: tuple[ObjectiveId, ...] = ()
    controls: tuple[ControlId, ...] = ()
    roles: tuple[RoleId, ...]


class Policy(Part):
    """The AI policy (clause 5.2)."""

    title: Line
    purpose: Text
    applies_to: Text
    principles: tuple[Principle, ...]
    commitments: tuple[Commitment, ...]
    related_policies: tuple[Line, ...] = ()
    """Other policies of the organisation that it agrees with (control A.2.3)."""
    consequences: Text
    """What follows when the policy is not kept."""


class Objective(Living):
    """An AI objective: measurable, with a target and a day (clause 6.2). Results are in `measurements.yaml`."""

    id: Annotated[Line, id_pattern(r"OBJ-\d{2,}", "OBJ-01")]
    title: Line
    why: Text
    annex_c: tuple[Annotated[Line, Ref("annex_c")], ...] = ()
    systems: tuple[SystemId, ...] = ()
    """Systems it concerns; empty means all in scope."""
    measure: Line
    unit: Line
    baseline: Number
    baseline_on: Day
    target: Number
    better: Literal["higher", "lower"]
    due: Day
    owner: RoleId
    resources: Line
    evaluated_how: Line
    measured: ReviewCycle
    actions: tuple[Line, ...]


class Measurement(Record):
    """One measured value. Dated, so that it can answer clause 9.1."""

    kept = AppendOnly("date")
    id: Annotated[Line, id_pattern(r"M-\d{3,}", "M-001")]
    objective: ObjectiveId
    date: Day
    value: Number
    by: RoleId
    evidence: Line
    comment: Text | None = None

    @property
    def name(self) -> str:
        """What was measured and when, as it has no title of its own."""
        return f"{self.objective} on {self.date}"


KINDS = (
    Kind("commitment", Commitment, "Commitment", "Commitments", file="policy.yaml", page="commitments/{id}.md", register="policy.md", group="policy"),
    Kind("objective", Objective, "Objective", "Objectives", file="objectives.yaml", page="objectives/{id}.md", register="objectives.md", group="policy"),
    Kind(
        "measurement",
        Measurement,
        "Measurement",
        "Measurements",
        file="measurements.yaml",
        page="objectives/{objective}.md#{anchor}",
        register="measurements.md",
        group="policy",
    ),
)
