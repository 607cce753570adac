"""Roles and who holds them, and the processes with their RACI (clause 5.3)."""

from __future__ import annotations

from typing import Annotated

from macros.schema.base import ClauseId, ControlId, Day, DocumentId, Expected, Line, Living, Part, RoleId, Term, Text, Yes, id_pattern
from macros.schema.kind import Kind


class Level(Term):
    """How high a risk is. Derived from likelihood and consequence by `risk_criteria.yaml`, never typed in a risk."""

    low = "low", "Low", "good", "Acceptable; kept under watch."
    moderate = "moderate", "Moderate", "info", "Acceptable when an adequate role accepts it knowingly."
    high = "high", "High", "warn", "Not acceptable for long; treated, or accepted for a limited time by top management."
    critical = "critical", "Critical", "bad", "Never acceptable; the system is stopped until the level is lower."

    @property
    def rank(self) -> int:
        """0 for low to 3 for critical."""
        return list(Level).index(self)


class Holding(Part):
    """Who holds or deputises a role, and when. A function or staff code, never a person's name."""

    who: Annotated[Line, id_pattern(r"[A-Z]{2,5}-\d{3,5}|[a-z][a-z0-9 -]+", "LHG-0012, a staff code, not a name")]
    since: Day
    until: Day | None = None
    limits: Line | None = None
    """What this holder may not do although the role may."""
    may_not_approve: tuple[DocumentId, ...] = ()
    """Documents that this holder may not approve although the role may."""


class Authority(Part):
    """What a role may decide."""

    may: Line
    accepts_risk_up_to: Level | None = None
    approves: tuple[DocumentId, ...] = ()
    decides_use: Yes = False
    """True if the role may decide whether an AI system may be used."""


class Role(Living):
    """A function in the AIMS. Not a person: persons hold it for a time."""

    id: Annotated[Line, id_pattern(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", "aims-manager")]
    title: Line
    purpose: Annotated[Line | None, Expected("everybody has to know what it is for")] = None
    in_short: Annotated[Text | None, Expected("who holds it reads it first", "summary for its holder")] = None
    """What this role must do, said to the person who holds it."""
    responsibilities: Annotated[tuple[Line, ...], Expected("who holds it has to know them")] = ()
    authorities: tuple[Authority, ...] = ()
    must_know: tuple[DocumentId, ...] = ()
    """Documents that every holder must have read."""
    reports_to: RoleId | None = None
    competence: Annotated[tuple[Line, ...], Expected("who holds it has to be able to", "competence")] = ()
    holders: tuple[Holding, ...] = ()
    deputies: tuple[Holding, ...] = ()
    held_by_all: Yes = False
    """True for a role that everybody has, like all staff; it needs no list of holders."""

    @property
    def undone(self) -> tuple[str, ...]:
        """That nobody ever held it."""
        return () if self.holders or self.held_by_all else ("holder",)


class Account(Part):
    """Under which account or team of the source host the holders of a role review changes. A role may have several."""

    role: RoleId
    handle: Annotated[Line, id_pattern(r"@[A-Za-z0-9][A-Za-z0-9-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*", "'@larkfield/aims-managers'")]


class Process(Living):
    """A process of the AIMS and its RACI: who does it, answers for it, is asked, is told (clauses 4.4 and 5.3)."""

    id: Annotated[Line, id_pattern(r"PR-\d{2,}", "PR-01")]
    title: Line
    what: Annotated[Line | None, Expected("everybody has to know what it is for", "what it does")] = None
    inputs: Annotated[tuple[Line, ...], Expected("it begins with them")] = ()
    outputs: Annotated[tuple[Line, ...], Expected("others need them")] = ()
    accountable: Annotated[RoleId | None, Expected("somebody answers for it")] = None
    responsible: Annotated[tuple[RoleId, ...], Expected("somebody does it")] = ()
    consulted: tuple[RoleId, ...] = ()
    informed: tuple[RoleId, ...] = ()
    clauses: Annotated[tuple[ClauseId, ...], Expected("the standard asks for it")] = ()
    controls: tuple[ControlId, ...] = ()
    documents: Annotated[tuple[DocumentId, ...], Expected("how it is done stands there")] = ()


class ReviewCycle(Term):
    """How often something is looked at again."""

    quarterly = "quarterly", "Every 3 months", "info", "Looked at again after 3 months."
    half_yearly = "half_yearly", "Every 6 months", "info", "Looked at again after 6 months."
    yearly = "yearly", "Every 12 months", "info", "Looked at again after 12 months."
    two_yearly = "two_yearly", "Every 24 months", "info", "Looked at again after 24 months."
    three_yearly = "three_yearly", "Every 36 months", "info", "Looked at again after 36 months."

    @property
    def months(self) -> int:
        """The length of the cycle in months."""
        return {"quarterly": 3, "half_yearly": 6, "yearly": 12, "two_yearly": 24, "three_yearly": 36}[self.value]


KINDS = (
    Kind("role", Role, "Role", "Roles", file="roles.yaml", page="roles/{id}.md", register="roles.md", group="people"),
    Kind(
        "process",
        Process,
        "Process",
        "Processes",
        file="processes.yaml",
        page="processes/{id}.md",
        register="aims.md",
        group="people",
        columns=("What it does: what", "From: inputs", "To: outputs", "documents"),
    ),
)
