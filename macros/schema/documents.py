"""Documents under document control, and the dated records that show the AIMS at work (clause 7.5)."""

from __future__ import annotations

from typing import Annotated

from macros.schema.base import (
    AppendOnly,
    ClauseId,
    ControlId,
    Day,
    DocumentId,
    Formatted,
    Line,
    OwnFile,
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
from macros.schema.kind import Kind
from macros.schema.people import ReviewCycle

FOLDER = "approvals"
"""Where what was done to a document lies, below `aims_data/`: `approvals/AIMS-POL-01/1.2.yaml`, and beside it who approved that version."""
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


SealId = Annotated[Line, id_pattern(r"[0-9a-f]{64}", "the 64 letters and digits that `aims seal` prints")]


class Submission(Part):
    """When the author handed a version in for review and approval."""

    on: Day
    by: RoleId
    holder: Line


class Review(Part):
    """Who reviewed a version for suitability, and when."""

    by: RoleId
    holder: Line
    on: Day
    seal: SealId | None = None
    """The seal of what was reviewed. A register, which nobody approves, is bound to its confirmed content by it."""
    evidence: Line | None = None
    """Where the review can be seen."""


class Approval(Part):
    """One approval of a version."""

    by: RoleId
    holder: Line
    """The staff code of who approved."""
    on: Day
    seal: SealId | None = None
    """The seal of what was approved; binds the approval to the words and data of that day."""
    evidence: Line | None = None
    """Where the approval can be seen: minutes, a pull request, a signature."""
    recorded_by: Line | None = None
    """The staff code of who entered this approval."""
    provisional_until: Day | None = None
    """Set for an approval by a deputy in an emergency: it holds until this day and is to be confirmed before."""
    signature: Text | None = None
    """The SSH signature of the seal text, as `ssh-keygen -Y sign` writes it."""


class Reseal(Part):
    """A technical change under the same version: a file renamed, the schema upgraded. Values and words are equal; both seals stay."""

    on: Day
    by: RoleId
    holder: Line
    reason: Text
    seal: SealId


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
    submitted: Annotated[Submission | None, OwnFile("submitted-{by}-{on}")] = None
    """Handed in for review and approval; until it is approved the text is not to be relied on."""
    reviewed: Annotated[Review | None, OwnFile("reviewed-{by}-{on}")] = None
    approvals: Annotated[tuple[Approval, ...], OwnFile("approved-{by}-{on}")] = ()
    approvers: tuple[RoleId, ...] = ()
    """The roles that had to approve this version and those before it, where the document's approvers were changed since."""
    effective_from: Day | None = None
    """In force from this day; until then the version before stays in force."""
    change: Text
    same_person: Annotated[SamePerson | None, OwnFile("same-person-{by}-{on}")] = None
    confirmed: Annotated[tuple[Review, ...], OwnFile("confirmed-{by}-{on}")] = ()
    """Later reviews that found nothing to change, oldest first."""
    resealed: Annotated[tuple[Reseal, ...], OwnFile("resealed-{by}-{on}")] = ()
    """Technical changes after the approval, oldest first."""


FieldDigest = Annotated[Line, id_pattern(r"[a-z_]+ [0-9a-f]{16}", "'intended_use 0123456789abcdef', as `aims close` writes it")]


class Basis(Part):
    """What a decision rested on: a system, and of each of its fields that counts the digest of what it said then."""

    record: SystemId
    digests: tuple[FieldDigest, ...]


class Closing(Part):
    """A record that is finished: from this day its file may not change. A correction is a new record that names it in `corrects`."""

    record: RecordId
    on: Day
    by: RoleId
    holder: Line
    seal: SealId
    """The SHA-256 of the record's file, as `sha256sum` prints it."""
    based_on: tuple[Basis, ...] = ()
    """What the record rested on, where it is one that becomes suspect when that changes; one that was closed before this was recorded has none."""


class Confirmation(Part):
    """That somebody looked at a closed record again after what it rested on had changed, and why it still holds."""

    record: RecordId
    on: Day
    by: RoleId
    holder: Line
    because: Text
    based_on: tuple[Basis, ...]


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
    withdrawn: Annotated[Withdrawal | None, OwnFile("withdrawn", FOLDER)] = None
    closed: Annotated[tuple[Closing, ...], OwnFile("{record}-closed", FOLDER)] = ()
    """Which of the records that this document collects are closed, oldest first."""
    confirmed: Annotated[tuple[Confirmation, ...], OwnFile("{record}-confirmed-{by}-{on}", FOLDER)] = ()
    """Which of them were looked at again, because what they rested on had changed, and still hold; oldest first."""
    versions: Annotated[tuple[Version, ...], OwnFile("{number}", FOLDER, day="written_on")] = ()
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

    @property
    def rests_on_systems(self) -> bool:
        """Whether it is about systems as they are on its day, and suspect when they become others."""
        return self is RecordKind.impact_assessment


class Finding(Part):
    """One result inside a record."""

    what: Line
    follow_up: Line | None = None
    owner: RoleId | None = None
    due: Day | None = None
    """Until when the follow-up is to be done. That it was done is entered in `follow_ups.yaml`, because a closed record stays as it is."""


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


class FollowUp(Part):
    """A follow-up of a record that was done."""

    kept = AppendOnly("done_on", oldest_first=False)
    record: RecordId
    finding: Whole
    """Which of the record's findings it is, counted from 1."""
    done_on: Day
    evidence: Line | None = None


class Rewrite(Part):
    """Something recorded that a commit rewrote, which `aims check --history` finds: who looked at it, and why it stands."""

    commit: Annotated[Line, id_pattern(r"[0-9a-f]{10,64}", "'7943694156', the first ten digits of the commit or more, in quotes")]
    path: Line
    """The file that the finding names, like `aims_data/measurements.yaml`."""
    by: RoleId
    on: Day
    why: Text


class Signer(Part):
    """A key with which somebody may sign approvals; the same key that the person uses for git."""

    who: Line
    """The staff code."""
    key: Annotated[
        Line, id_pattern(r"(ssh-ed25519|sk-ssh-ed25519@openssh\.com|ecdsa-sha2-nistp\d+|ssh-rsa) [A-Za-z0-9+/]+=*", "ssh-ed25519 AAAA…, without a comment")
    ]
    valid_after: Day
    valid_before: Day | None = None
    """The first day on which the key no longer counts."""


class Hold(Part):
    """A legal hold: nothing may be disposed of while it stands."""

    on: Day
    by: RoleId
    reason: Line


class SnapshotRetention(Part):
    """How long a snapshot of the portal is kept."""

    version: Annotated[Line, id_pattern(r"[0-9]{4}\.(?:0|[1-9][0-9]{0,5})", "'2026.1' in quotes")]
    keep_until: Day
    hold: Hold | None = None


KINDS = (
    Kind("document", Document, "Document", "Documents", file="documents/*.yaml", page="documents/{id}.md", register="documents.md", group="documents"),
    Kind("record", DatedRecord, "Record", "Records", file="records/*.yaml", page="records/{id}.md", register="records.md", group="records"),
)
