"""The AI policy, the objectives it leads to, and what was measured (clauses 5.2, 6.2 and 9.1)."""

from __future__ import annotations

from typing import Annotated, Literal

from macros.schema.base import AppendOnly, ControlId, Day, Expected, Line, Living, Number, ObjectiveId, Part, Record, Ref, RoleId, SystemId, Text, id_pattern
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
    promise: Annotated[Text | None, Expected("it is kept word by word")] = None
    objectives: tuple[ObjectiveId, ...] = ()
    controls: tuple[ControlId, ...] = ()
    roles: Annotated[tuple[RoleId, ...], Expected("somebody keeps it")] = ()


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
    why: Annotated[Text | None, Expected("others have to understand it", "reason")] = None
    annex_c: tuple[Annotated[Line, Ref("annex_c")], ...] = ()
    systems: tuple[SystemId, ...] = ()
    """Systems it concerns; empty means all in scope."""
    measure: Annotated[Line | None, Expected("it has to be measurable")] = None
    unit: Annotated[Line | None, Expected("values are compared in it")] = None
    baseline: Annotated[Number | None, Expected("progress is counted from it")] = None
    baseline_on: Annotated[Day | None, Expected("progress is counted from it", "day of the baseline")] = None
    target: Annotated[Number | None, Expected("whether it is reached has to be clear")] = None
    better: Annotated[Literal["higher", "lower"] | None, Expected("whether it is reached has to be clear", "whether higher or lower is better")] = None
    due: Annotated[Day | None, Expected("what has no day is not reached", "day of the target")] = None
    owner: Annotated[RoleId | None, Expected("somebody answers for it")] = None
    resources: Annotated[Line | None, Expected("without them nothing is done")] = None
    evaluated_how: Annotated[Line | None, Expected("whether it is reached is seen", "how it is evaluated")] = None
    measured: Annotated[ReviewCycle | None, Expected("values come at an interval", "how often it is measured")] = None
    actions: Annotated[tuple[Line, ...], Expected("it is reached by them")] = ()


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
