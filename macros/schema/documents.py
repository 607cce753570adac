"""Documents under document control, and the dated records that show the AIMS at work (clause 7.5)."""

from __future__ import annotations

from typing import Annotated

from macros.schema.base import (
    ClauseId,
    ControlId,
    Day,
    DocumentId,
    Formatted,
    Line,
    Part,
    Record,
    RecordId,
    Ref,
    RiskId,
    RoleId,
    SystemId,
    Term,
    Text,
    Whole,
    id_pattern,
)
from macros.schema.people import ReviewCycle

ClassificationId = Annotated[Line, Ref("classification")]


class DocumentKind(Term):
    """What sort of document it is; decides how it is approved and reviewed."""

    policy = "policy", "Policy", "info", "Says what we want and promise. Approved."
    procedure = "procedure", "Procedure", "info", "Says how something is done. Approved."
    plan = "plan", "Plan", "info", "Says what will be done, by whom and when. Approved."
    statement = "statement", "Statement", "info", "States what is so, like the scope or the Statement of Applicability. Approved."
    register = "register", "Register", "info", "A list that lives; its records change between confirmed reviews."
    record = "record", "Record", "info", "Shows that something was done; not changed afterwards."
    external = "external", "External document", "quiet", "Comes from outside; we watch for new editions."
    portal = "portal", "Portal pages", "quiet", "Pages that only lead to others; need no approval."

    @property
    def needs_approval(self) -> bool:
        """True for kinds whose versions are approved before they are in force."""
        return self in {DocumentKind.policy, DocumentKind.procedure, DocumentKind.plan, DocumentKind.statement}


class Disposition(Term):
    """What happens when the retention period ends."""

    delete = "delete", "Delete", "quiet", "Deleted, and the deletion is recorded."
    archive = "archive", "Archive", "quiet", "Moved to the archive."
    anonymise = "anonymise", "Anonymise", "quiet", "Kept without personal data."
    review = "review", "Decide then", "quiet", "Somebody decides when the period ends."


class Retention(Part):
    """How long it is kept, from when, on what basis, and what happens then."""

    years: Whole
    starts: Line
    """The event from which the years count."""
    basis: Line
    disposition: Disposition


class Distribution(Part):
    """Who may read it and who may change it: two different rights."""

    read: Line
    change: Line


class Master(Part):
    """Where the master copy is kept when it is not in this repository."""

    location: Line
    access: Line
    edition: Line
    checked_on: Day
    """The day somebody last looked whether this is still the current edition."""
    watched_by: RoleId
    licence: Line | None = None


class Review(Part):
    """Who reviewed a version for suitability, and when."""

    by: RoleId
    holder: Line
    on: Day


class Approval(Part):
    """One approval of a version."""

    by: RoleId
    holder: Line
    """The staff code of who approved."""
    on: Day
    evidence: Line | None = None
    """Where the approval can be seen: minutes, a pull request, a signature."""


class SamePerson(Part):
    """Why author and approver are the same person, and who looked at it instead."""

    reason: Text
    compensating_review: Line
    by: RoleId
    on: Day


class Version(Part):
    """One version in the revision table, oldest first."""

    number: Annotated[Line, id_pattern(r"\d+\.\d+", "'1.2' in quotes")]
    written_on: Day
    author_holder: Line | None = None
    """The staff code of who wrote it; else whoever held the author's role on that day."""
    reviewed: Review | None = None
    approvals: tuple[Approval, ...] = ()
    effective_from: Day | None = None
    """In force from this day; until then the version before stays in force."""
    change: Text
    same_person: SamePerson | None = None


class Withdrawal(Part):
    """When a document was withdrawn, by whom and why."""

    on: Day
    by: RoleId
    reason: Text


class Document(Record):
    """A controlled document: what it is, who answers for it, which files are its content."""

    id: Annotated[Line, id_pattern(r"AIMS-[A-Z]{3}-\d{2,}", "AIMS-POL-01")]
    title: Line
    kind: DocumentKind
    description: Line
    owner: RoleId
    author: RoleId
    reviewer: RoleId | None = None
    approvers: tuple[RoleId, ...] = ()
    """All of them approve a version before it is approved."""
    classification: ClassificationId
    language: Line
    format: Line = "Markdown and YAML, published as HTML"
    review: ReviewCycle | None = None
    retention: Retention
    distribution: Distribution
    clauses: tuple[ClauseId, ...] = ()
    """Clauses that it answers."""
    controls: tuple[ControlId, ...] = ()
    """Controls that it describes or carries."""
    sources: tuple[Line, ...] = ()
    """The files under docs/ and aims_data/ that are its content; a name ending in / means all files below it."""
    master: Master | None = None
    supersedes: tuple[DocumentId, ...] = ()
    withdrawn: Withdrawal | None = None
    versions: tuple[Version, ...] = ()
    """The revision table, oldest first."""


class RecordKind(Term):
    """What a dated record shows. `answers` lists the clauses whose results it can be."""

    impact_assessment = "impact_assessment", "Impact assessment", "info", "What a system means for people, groups and society."
    competence = "competence", "Competence", "info", "Who was trained in what, and whether it helped."
    awareness = "awareness", "Awareness", "info", "Who was made aware, and how we know."
    operation = "operation", "Operation", "info", "A process was carried out as planned: a release, a change, a test."
    monitoring = "monitoring", "Monitoring", "info", "What was measured and what it means."
    audit = "audit", "Internal audit", "info", "What an internal audit looked at and found."
    management_review = "management_review", "Management review", "info", "What top management reviewed and decided."
    nonconformity = "nonconformity", "Nonconformity", "warn", "What went wrong, why, and what was done about it."
    incident = "incident", "Incident", "warn", "An AI incident or reported concern and how it was handled."
    decision = "decision", "Decision", "info", "A decision of the steering group or of a role."

    @property
    def answers(self) -> tuple[str, ...]:
        """Clauses whose results a record of this kind can be."""
        return {
            "impact_assessment": ("6.1.4", "8.4"),
            "competence": ("7.2",),
            "awareness": ("7.3",),
            "operation": ("8.1",),
            "monitoring": ("9.1",),
            "audit": ("9.2.1", "9.2.2"),
            "management_review": ("9.3.1", "9.3.3"),
            "nonconformity": ("10.2",),
        }.get(self.value, ())


class Finding(Part):
    """One result inside a record."""

    what: Line
    follow_up: Line | None = None
    owner: RoleId | None = None
    due: Day | None = None
    done_on: Day | None = None


class DatedRecord(Record):
    """Evidence that something was done on a day. A correction is a new record that refers to this one."""

    id: Annotated[Line, id_pattern(r"REC-\d{3,}", "REC-001")]
    title: Line
    kind: RecordKind
    on: Day
    by: RoleId
    summary: Formatted
    findings: tuple[Finding, ...] = ()
    systems: tuple[SystemId, ...] = ()
    risks: tuple[RiskId, ...] = ()
    controls: tuple[ControlId, ...] = ()
    documents: tuple[DocumentId, ...] = ()
    corrects: RecordId | None = None
    location: Line
    """Where the full record is kept."""
