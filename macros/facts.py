"""Facts that follow from records and are therefore never stored: levels, states, due days, which clause is answered.

Pure functions over `Aims`; the day is `aims.today`. Checks and views both read them, so a page and a message never disagree.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import cast

from macros.decisions import acceptance as acceptance_of
from macros.decisions import withdrawal
from macros.graph import Aims
from macros.schema.base import Record, Term
from macros.schema.documents import Closing, DatedRecord, Document, DocumentKind, FollowUp, RecordKind, Version
from macros.schema.people import Level
from macros.schema.policy import Measurement, Objective
from macros.schema.risks import Action, Assessment, Rating, Risk, RiskCriteria, TreatmentResult
from macros.schema.standard import Clause
from macros.schema.systems import System
from macros.seal import seal_of

SOON = dt.timedelta(days=60)
"""How long before a day something counts as due soon."""
MIN_WORDS = 60
"""A document whose pages have fewer words of their own than this, and no records, has no real content."""


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day `months` later; the last day of the month where it has no such day."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


# -- risks ----------------------------------------------------------------------------------------------------------------------


class Accepted(Term):
    """Whether the current level of a risk is accepted."""

    not_needed = "not_needed", "Not needed", "quiet", "The level is low; nobody has to accept it."
    accepted = "accepted", "Accepted", "good", "Somebody with authority accepted the current level, and the acceptance still runs."
    missing = "missing", "Not accepted", "bad", "The current level needs an acceptance and has none."
    expired = "expired", "Acceptance expired", "bad", "The acceptance has run out."
    outgrown = "outgrown", "Acceptance void: level rose", "bad", "The current level is higher than the level that was accepted."
    withdrawn = "withdrawn", "Acceptance withdrawn", "bad", "The acceptance was withdrawn before its end."
    outdated = "outdated", "Acceptance void: assessed anew", "bad", "The risk was assessed again after it was accepted."


def rated(aims: Aims, rating: Rating) -> Level | None:
    """The level of a rating by the matrix of the risk criteria; None where the rating is not on the scales, or an edition has no criteria."""
    if not aims.has(RiskCriteria):
        return None
    matrix = aims.criteria.matrix
    if 1 <= rating.likelihood <= len(matrix) and 1 <= rating.consequence <= len(matrix[rating.likelihood - 1]):
        return matrix[rating.likelihood - 1][rating.consequence - 1]
    return None


def newest(risk: Risk) -> Assessment | None:
    """The assessment that counts: the newest."""
    return max(risk.assessments, key=lambda assessment: assessment.on, default=None)


def current_level(aims: Aims, risk: Risk) -> Level | None:
    """The level of a risk with the controls that work today."""
    assessment = newest(risk)
    return rated(aims, assessment.current) if assessment else None


@cache
def acceptance_state(aims: Aims, risk: Risk) -> Accepted:
    """Whether the current level of a risk is accepted; an acceptance is void when the level rose, it expired, it was withdrawn or a newer assessment
    exists."""
    level, assessment, acceptance = current_level(aims, risk), newest(risk), acceptance_of(aims, risk)
    if level is None or level is Level.low:
        return Accepted.not_needed
    if acceptance is None:
        return Accepted.missing
    if withdrawal(aims, risk, acceptance):
        return Accepted.withdrawn
    if level.rank > acceptance.level.rank:
        return Accepted.outgrown
    if assessment and assessment.on > acceptance.on:
        return Accepted.outdated
    return Accepted.expired if acceptance.valid_until < aims.today else Accepted.accepted


def systems_of(aims: Aims, risk: Risk) -> tuple[System, ...]:
    """The systems that a risk concerns and that have not ended: those it names, or all in scope; none while nobody said which."""
    if risk.all_systems:
        return tuple(system for system in aims.all(System) if system.in_scope)
    return tuple(system for system in (aims.find(id, System) for id in risk.systems) if system and not aims.over(system))


def risks_of(aims: Aims, system: System) -> tuple[Risk, ...]:
    """Risks that name a system, and those that concern all systems in scope, as long as it has not ended."""
    return tuple(risk for risk in aims.all(Risk) if system.id in risk.systems or (risk.all_systems and system.in_scope and not aims.over(system)))


@cache
def risks_by_control(aims: Aims) -> dict[str, tuple[Risk, ...]]:
    """The risks that each control treats."""
    found: dict[str, list[Risk]] = defaultdict(list)
    for risk in aims.all(Risk):
        for control in risk.controls:
            found[control].append(risk)
    return {control: tuple(risks) for control, risks in found.items()}


# -- documents ------------------------------------------------------------------------------------------------------------------


class Validity(Term):
    """Whether a reader may rely on a document."""

    in_force = "in_force", "In force", "good", "An approved version applies."
    provisional = "provisional", "Provisionally in force", "warn", "Approved by a deputy in an emergency, for a limited time; to be confirmed."
    approved = "approved", "Approved, not yet in force", "info", "Approved; applies from its effective day."
    submitted = "submitted", "Submitted", "warn", "Handed in for approval, not approved yet; do not rely on it."
    draft = "draft", "Draft", "warn", "Not approved yet; do not rely on it."
    changed = "changed", "Changed since approval", "bad", "The text is not the one that was approved; rely on the approved version."
    record = "record", "Record", "good", "Shows what was done; not changed afterwards."
    living = "living", "Living register", "good", "Kept up to date between confirmed reviews."
    kept = "kept", "Kept elsewhere", "quiet", "The master copy is not in this portal."
    portal = "portal", "Portal pages", "quiet", "Leads to other documents; needs no approval."
    superseded = "superseded", "Superseded", "bad", "Replaced by another document."
    withdrawn = "withdrawn", "Withdrawn", "bad", "No longer applies."


class Timeliness(Term):
    """Whether a review is due."""

    current = "current", "Current", "good", "The next review lies ahead."
    due = "due", "Due soon", "warn", "The review falls due within 60 days."
    overdue = "overdue", "Overdue", "bad", "The day of the review has passed. The text still applies."
    none = "none", "No review", "quiet", "No review interval is set."


def approvers(document: Document, version: Version) -> tuple[str, ...]:
    """The roles that have to approve a version: those of its day, where the document's approvers were changed since, else the document's.

    A version is held against the rule under which it was approved; else a new approver would turn what is in force into a draft. The entry that was
    the newest approved one at the change says for itself, and for those below it, who that was."""
    numbers = [known.number for known in document.versions]
    upwards = document.versions[numbers.index(version.number) :] if version.number in numbers else ()
    return next((known.approvers for known in upwards if known.approvers), document.approvers)


def approved(document: Document, version: Version) -> bool:
    """Whether everybody who has to approve this version did, all of them the same content."""
    needed, seals = approvers(document, version), {approval.seal for approval in version.approvals}
    return bool(needed) and set(needed) <= {approval.by for approval in version.approvals} and len(seals) == 1


def lapses(version: Version) -> dt.date | None:
    """The last day of a provisional approval by a deputy, where there is one and nobody confirmed it since."""
    confirmed = {approval.by for approval in version.approvals if approval.provisional_until is None}
    return min((approval.provisional_until for approval in version.approvals if approval.provisional_until and approval.by not in confirmed), default=None)


def sealed(version: Version) -> str | None:
    """The seal that counts for a version: that of the newest technical change, else the one approved, else the one reviewed. None if it has none."""
    given = [approval.seal for approval in version.approvals] + ([version.reviewed.seal] if version.reviewed else [])
    return version.resealed[-1].seal if version.resealed else next((seal for seal in given if seal), None)


@cache
def text_matches(aims: Aims, document: Document, version: Version) -> bool | None:
    """Whether the document's files are, byte for byte, what was sealed for a version; None where the version has no seal."""
    seal = sealed(version)
    return None if seal is None else seal_of(aims, document, version) == seal


def effective(version: Version) -> dt.date:
    """The day from which an approved version applies: its effective day, else that of the last approval, else when it was written."""
    return version.effective_from or max((approval.on for approval in version.approvals), default=version.written_on)


def version_in_force(aims: Aims, document: Document) -> Version | None:
    """The newest version that applies today: approved, effective and not lapsed; for kinds without approval, the newest that is effective."""
    for version in reversed(document.versions):
        passed = approved(document, version) or not document.kind.needs_approval
        last = lapses(version)
        if passed and effective(version) <= aims.today and (last is None or aims.today <= last):
            return version
    return None


def draft_above(aims: Aims, document: Document) -> Version | None:
    """The newest version entry where it is not the one in force: a draft, submitted, or approved for a later day."""
    if not document.kind.needs_approval or not document.versions:
        return None
    newest = document.versions[-1]
    return newest if newest != version_in_force(aims, document) else None


def shown_ahead(aims: Aims, document: Document) -> Version | None:
    """The newest version entry where the document's files hold it although another version is in force; None while they hold that one."""
    version, newest = version_in_force(aims, document), draft_above(aims, document)
    held = version is not None and text_matches(aims.whole or aims, document, version) is True
    return None if held else newest


@cache
def superseded_by(aims: Aims, document: Document) -> Document | None:
    """The document that replaces this one, if any."""
    return next((other for other in aims.all(Document) if document.id in other.supersedes), None)


@cache
def validity(aims: Aims, document: Document) -> Validity:
    """Whether a reader may rely on a document today. An edition says what is so in the whole."""
    if aims.whole:
        return validity(aims.whole, document)
    follower = superseded_by(aims, document)
    if document.withdrawn and document.withdrawn.on <= aims.today:
        return Validity.superseded if follower else Validity.withdrawn
    if follower and not document.withdrawn and version_in_force(aims, follower):
        return Validity.superseded
    if document.kind is DocumentKind.portal:
        return Validity.portal
    if document.master:
        return Validity.kept
    if document.kind is DocumentKind.record:
        return Validity.record
    if document.kind is DocumentKind.register:
        return Validity.living
    version = version_in_force(aims, document)
    if version and draft_above(aims, document) is None and text_matches(aims, document, version) is False:
        return Validity.changed
    if version:
        return Validity.provisional if lapses(version) else Validity.in_force
    if any(approved(document, version) and effective(version) > aims.today for version in document.versions):
        return Validity.approved
    return Validity.submitted if document.versions and document.versions[-1].submitted else Validity.draft


def last_looked_at(aims: Aims, document: Document) -> dt.date | None:
    """The day from which the next review of a document counts: its newest review, approval or check of the master; else, where nobody has to
    approve it, the day on which its first version was written. Who looked at a draft, or approved it provisionally, did not look at the text
    that applies."""
    days = [document.master.checked_on] if document.master else []
    for version in document.versions:
        if document.kind.needs_approval and (not approved(document, version) or lapses(version)):
            continue
        days += [review.on for review in (version.reviewed, *version.confirmed) if review]
        days += [approval.on for approval in version.approvals]
    if not days and document.versions and not document.kind.needs_approval:
        days.append(document.versions[0].written_on)
    return max((day for day in days if day <= aims.today), default=None)


def next_review(aims: Aims, document: Document) -> dt.date | None:
    """The day on which a document is to be reviewed next, or None where no interval is set or it is gone."""
    looked = last_looked_at(aims, document)
    if not document.review or not looked or document.withdrawn:
        return None
    return add_months(looked, document.review.months)


def timeliness(aims: Aims, day: dt.date | None) -> Timeliness:
    """How a day lies to today."""
    if day is None:
        return Timeliness.none
    if day < aims.today:
        return Timeliness.overdue
    return Timeliness.due if day <= aims.today + SOON else Timeliness.current


@cache
def has_content(aims: Aims, document: Document) -> bool:
    """Whether there is something to read: a master elsewhere, enough words of its own, or records. An empty page does not count."""
    if document.master:
        return True
    sources = aims.sources_of(document)
    words = sum(aims.pages[name].words for name in sources if name in aims.pages)
    return words >= MIN_WORDS or any(name in aims.data_files for name in sources)


# -- clauses --------------------------------------------------------------------------------------------------------------------


class Answered(Term):
    """How a clause is answered."""

    answered = "answered", "Answered", "good", "Documents, and results where the clause asks for results, answer it."
    defined = "defined", "Defined, not yet operated", "warn", "It is written how, but no dated result shows that it was done."
    gap = "gap", "Gap", "bad", "Nothing answers it."


@dataclass(frozen=True)
class Answer:
    """What answers a clause."""

    clause: Clause
    state: Answered
    documents: tuple[Document, ...]
    results: tuple[Record, ...]
    """Dated records that show the result, newest first."""


@cache
def leaf_clauses(aims: Aims) -> tuple[Clause, ...]:
    """The clauses that have no clauses below them; these carry the requirements."""
    parents = {clause.parent for clause in aims.all(Clause)}
    return tuple(clause for clause in aims.all(Clause) if clause.id not in parents)


def results_for(aims: Aims, clause: str) -> tuple[Record, ...]:
    """Dated records that show that what a clause asks for was done, newest first. A procedure is never one."""
    found: list[tuple[dt.date, Record]] = [(record.on, record) for record in aims.all(DatedRecord) if clause in record.kind.answers and record.on <= aims.today]
    if clause == "8.2":
        found += [(assessment.on, risk) for risk in aims.every(Risk) if (assessment := newest(risk))]
    if clause == "8.3":
        found += [(result.on, result) for result in aims.all(TreatmentResult)]
    if clause == "9.1":
        found += [(value.date, value) for value in aims.all(Measurement)]
    return tuple(record for day, record in sorted(found, key=lambda pair: (pair[0], pair[1].id), reverse=True) if day <= aims.today)


@cache
def answer(aims: Aims, clause: Clause) -> Answer:
    """What answers a leaf clause today."""
    documents = tuple(document for document in aims.all(Document) if clause.id in document.clauses and relied_on(aims, document))
    results = results_for(aims, clause.id)
    if clause.answered_by_results:
        state = Answered.answered if results else Answered.defined if documents else Answered.gap
    else:
        state = Answered.answered if documents else Answered.gap
    return Answer(clause, state, documents, results)


def relied_on(aims: Aims, document: Document) -> bool:
    """Whether a document can answer a clause: of our own making or a record, valid, and with real content."""
    valid = validity(aims, document) in {Validity.in_force, Validity.provisional, Validity.living, Validity.record, Validity.kept}
    return valid and document.kind is not DocumentKind.external and has_content(aims, document)


# -- records --------------------------------------------------------------------------------------------------------------------


@cache
def follow_ups_done(aims: Aims) -> dict[tuple[str, int], FollowUp]:
    """The follow-ups that were done, by record and number of the finding (from 1)."""
    return {(done.record, done.finding): done for done in (cast(FollowUp, entry.part) for entry in aims.parts.get(FollowUp, []))}


def open_follow_ups(aims: Aims, record: DatedRecord) -> tuple[int, ...]:
    """The numbers (from 1) of a record's findings that have a due day and were not done yet; none where an edition cannot know."""
    if not aims.complete(FollowUp):
        return ()
    done = follow_ups_done(aims)
    return tuple(number for number, finding in enumerate(record.findings, 1) if finding.due and (record.id, number) not in done)


def closing_of(aims: Aims, record: str) -> Closing | None:
    """When and by whom a record was closed, if it was."""
    return _closings(aims).get(record)


@cache
def _closings(aims: Aims) -> dict[str, Closing]:
    return {closing.record: closing for document in reversed(aims.all(Document)) for closing in reversed(document.closed)}


# -- systems --------------------------------------------------------------------------------------------------------------------


def impact_assessment(aims: Aims, system: System) -> DatedRecord | None:
    """The newest impact assessment of a system, or None."""
    return _impact_assessments(aims).get(system.id)


@cache
def _impact_assessments(aims: Aims) -> dict[str, DatedRecord]:
    """The newest impact assessment by the system that it names; of two of a day the later id."""
    oldest_first = sorted((record for record in aims.all(DatedRecord) if record.on <= aims.today), key=lambda record: record.on)
    return {system: record for record in oldest_first if record.kind is RecordKind.impact_assessment for system in record.systems}


# -- objectives -----------------------------------------------------------------------------------------------------------------


class Met(Term):
    """How an objective stands, by its newest measurement."""

    met = "met", "Met", "good", "The newest measured value reaches the target."
    under_way = "under_way", "Under way", "info", "The newest measured value does not reach the target yet; the day lies ahead."
    missed = "missed", "Missed", "bad", "The day has passed and the target was not reached."
    unmeasured = "unmeasured", "Not measured", "warn", "No value was measured yet."


def measurements_of(aims: Aims, objective: Objective) -> tuple[Measurement, ...]:
    """The measured values of an objective up to today, oldest first."""
    found = (value for value in aims.all(Measurement) if value.objective == objective.id and value.date <= aims.today)
    return tuple(sorted(found, key=lambda value: value.date))


def objective_state(aims: Aims, objective: Objective) -> Met | None:
    """How an objective stands today; None where values were measured and nobody said what is to be reached."""
    values, passed = measurements_of(aims, objective), objective.due is not None and objective.due < aims.today
    if not values:
        return Met.missed if passed else Met.unmeasured
    if objective.target is None or objective.better is None:
        return None
    reached = values[-1].value >= objective.target if objective.better == "higher" else values[-1].value <= objective.target
    if reached:
        return Met.met
    return Met.missed if passed else Met.under_way


# -- the treatment plan ---------------------------------------------------------------------------------------------------------


def results_of(aims: Aims, action: Action) -> tuple[TreatmentResult, ...]:
    """The results of an action, oldest first."""
    return tuple(sorted((result for result in aims.all(TreatmentResult) if result.action == action.id), key=lambda result: result.on))
