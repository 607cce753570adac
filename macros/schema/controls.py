"""The Statement of Applicability and how far each control is (clauses 6.1.3 and 8.1).

`soa.yaml` is approved and changes seldom; `control_status.yaml` runs. They never share a file.
"""

from __future__ import annotations

from typing import Annotated

from macros.schema.base import AreaId, ControlId, Day, DocumentId, DriverId, Formatted, Line, Living, Part, RecordId, RoleId, SystemId, Term, Yes, id_pattern
from macros.schema.kind import Kind


class OwnControl(Living):
    """A control of the organisation's own, beside the 38 of Annex A."""

    id: Annotated[Line, id_pattern(r"OC-\d{2,}", "OC-01")]
    title: Line
    purpose: Line
    area: AreaId
    """The area of Annex A that it is closest to."""


class SystemException(Part):
    """A system for which the decision does not hold, and why."""

    system: SystemId
    reason: Formatted
    instead: tuple[ControlId, ...] = ()
    """Controls that take its place there."""


class Decision(Part):
    """Whether a control is necessary, and why. Holds for every system in scope, also one added tomorrow."""

    control: ControlId
    applicable: Yes
    reason: Formatted | None = None
    """Why it is included or excluded, in a sentence or two."""
    drivers: tuple[DriverId, ...] = ()
    """Risks, obligations, objectives, commitments, parties or issues that call for it. Needed when applicable."""
    exceptions: tuple[SystemException, ...] = ()


class ControlState(Term):
    """How far a control is put into practice."""

    implemented = "implemented", "Implemented", "good", "Works as described, and evidence can be shown."
    partial = "partial", "Partly implemented", "warn", "Works in part; the rest has a date."
    planned = "planned", "Planned", "info", "Decided, with a date; nothing works yet."
    not_started = "not_started", "Not started", "bad", "Necessary, but nobody has begun."


class Frequency(Term):
    """How often evidence arises."""

    continuous = "continuous", "Continuously", "info", "Arises all the time, for instance a log."
    per_event = "per_event", "At each event", "info", "Arises whenever the thing happens."
    monthly = "monthly", "Every month", "info", "Arises every month."
    quarterly = "quarterly", "Every 3 months", "info", "Arises every 3 months."
    half_yearly = "half_yearly", "Every 6 months", "info", "Arises every 6 months."
    yearly = "yearly", "Every 12 months", "info", "Arises every 12 months."
    once = "once", "Once", "info", "Arises once."


class Evidence(Part):
    """Something an auditor can be shown."""

    what: Line
    where: Line
    frequency: Frequency
    latest: Day | None = None
    """The day of the newest piece."""
    record: RecordId | None = None


class HowDone(Part):
    """The section of a document that says how a control is done."""

    document: DocumentId
    section: Annotated[Line, id_pattern(r"[a-z0-9][a-z0-9-]*", "release-gate, the anchor of a heading")] | None = None
    """The anchor of a heading in that document: small letters, hyphens for spaces."""


class ControlStatus(Part):
    """How far a control is, who owns it, and what shows it."""

    control: ControlId
    state: ControlState
    owner: RoleId
    summary: Formatted
    """What is done now, and what is missing."""
    how: tuple[HowDone, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    target_date: Day | None = None
    """When it will be implemented; needed unless it is."""
    last_reviewed: Day | None = None


KINDS = (
    Kind(
        "own_control",
        OwnControl,
        "Own control",
        "Own controls",
        file="own_controls.yaml",
        page="controls/{id}.md",
        register="soa.md",
        group="controls",
        page_calls="control",
    ),
)
