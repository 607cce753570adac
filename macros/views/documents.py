"""The master list, the calendar, one document, and the block on every page that shows a controlled document."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache

from macros import facts
from macros.audience import plain
from macros.build import Build
from macros.control.approvals.approved_text import FOLDER, Approved
from macros.control.approvals.register import changed_since_review, confirmed_on, records_changed
from macros.facts import Timeliness, Validity
from macros.graph import Aims
from macros.schema.documents import Approval, Document, DocumentKind, Version
from macros.schema.organisation import Classification
from macros.schema.people import Role
from macros.seal import seal_of
from macros.views.common import View, referred_to_by, tally, the_record

RELIED_ON = {Validity.in_force, Validity.provisional, Validity.living, Validity.record, Validity.kept, Validity.portal}
"""Where a reader may rely on what the page says."""
MOST = 30
"""So many changed records of a register are listed."""


def standing(aims: Aims, document: Document) -> str:
    """Whether to rely on a document, as a reader is told it: with the day or the version that it is about."""
    version, newest = facts.version_in_force(aims, document), document.versions[-1] if document.versions else None
    validity = facts.validity(aims, document)
    if validity is Validity.in_force and version:
        return f"Approved, in force from {facts.effective(version)}"
    if validity is Validity.provisional and version:
        return f"Approved provisionally until {facts.lapses(version)}"
    if validity is Validity.changed and version:
        return f"Changed since version {version.number}"
    if validity is Validity.approved and newest:
        return f"Approved, in force from {facts.effective(newest)}"
    if validity is Validity.submitted and newest and newest.submitted:
        return f"Submitted on {newest.submitted.on}, not approved"
    if validity in {Validity.withdrawn, Validity.superseded} and document.withdrawn:
        return f"{validity.label} on {document.withdrawn.on}"
    return validity.label


def _document(aims: Aims, document: Document) -> View:
    day = facts.next_review(aims, document)
    version = facts.version_in_force(aims, document)
    return {
        "it": document,
        "validity": facts.validity(aims, document),
        "standing": standing(aims, document),
        "version": version,
        "effective": facts.effective(version) if version else None,
        "next_review": day,
        "timeliness": facts.timeliness(aims, day),
        "superseded_by": facts.superseded_by(aims, document),
        "classification": aims.find(document.classification, Classification),
        "page": first_page(aims, document),
        "draft_above": facts.draft_above(aims, document) if version else None,
        "newest": document.versions[-1] if document.versions else None,
    }


def first_page(aims: Aims, document: Document) -> str | None:
    """The page on which a document is read: its first Markdown source that is a page of its own, below `docs/`."""
    for source in document.sources:
        if source in aims.pages:
            return source.removeprefix("docs/")
    return None


def documents(build: Build) -> View:
    """Every document with its state; external and retired ones apart."""
    aims = build.aims
    rows = [_document(aims, document) | {"changed": changed_since_review(aims, document)} for document in aims.all(Document)]
    gone = {Validity.withdrawn, Validity.superseded}
    return {
        "rows": [row for row in rows if row["validity"] not in gone and row["it"].kind is not DocumentKind.external],
        "external": [row for row in rows if row["it"].master and row["validity"] not in gone],
        "retired": [row for row in rows if row["validity"] in gone],
        "states": tally(Validity, [row["validity"] for row in rows]),
        "terms": Validity,
        "review_terms": Timeliness,
    }


def calendar(build: Build) -> View:
    """Documents by the day of their next review."""
    rows = [row for row in documents(build)["rows"] + documents(build)["external"] if row["next_review"]]
    unique = {row["it"].id: row for row in rows}
    return {"rows": sorted(unique.values(), key=lambda row: (row["next_review"], row["it"].id)), "terms": Timeliness}


@dataclass(frozen=True)
class Proof:
    """One approval of a version with what shows that it was given."""

    it: Approval
    signed: str
    """`no`, `holds` (checked with this build, as its text is the one here), or `earlier` (of an older text, checked when it came in)."""


def _history(aims: Aims, document: Document) -> list[tuple[Version, bool, tuple[Proof, ...], tuple[str, ...]]]:
    """Every version, newest first, whether it is approved, its approvals, and who had to approve it where those are not the approvers of today."""
    return [
        (version, facts.approved(document, version), _proofs(aims, document, version), _other_approvers(document, version))
        for version in reversed(document.versions)
    ]


def _other_approvers(document: Document, version: Version) -> tuple[str, ...]:
    needed = facts.approvers(document, version)
    return needed if set(needed) != set(document.approvers) else ()


@cache
def _proofs(aims: Aims, document: Document, version: Version) -> tuple[Proof, ...]:
    """A signature over the text that is here was checked before anything was built."""
    here = seal_of(aims, document, version) if any(approval.signature for approval in version.approvals) else None
    return tuple(
        Proof(approval, "no" if approval.signature is None else "holds" if approval.seal == here else "earlier") for approval in version.approvals
    )  # fmt: skip


def document(build: Build, id: str) -> View:
    """One document: everything 7.5 asks for, and its revision table."""
    aims = build.aims
    it = the_record(aims, id, Document)
    version = facts.version_in_force(aims, it)
    view = _document(aims, it)
    return {
        **view,
        "applies_from": _applies_from(aims, it, view["draft_above"]),
        "history": _history(aims, it),
        "any_seal": any(facts.sealed(version) for version in it.versions),
        "seal": facts.sealed(version) if version else None,
        "matches": facts.text_matches(aims, it, version) if version else None,
        "lapses": facts.lapses(version) if version else None,
        "approved_text": build.approved_text(it.id),
        "register": _register(aims, it) if it.kind is DocumentKind.register and version and not it.withdrawn else None,
        "sources": [source for source in it.sources if source not in aims.pages],
        "pages": [source.removeprefix("docs/") for source in it.sources if source in aims.pages],
        "page_titles": {source.removeprefix("docs/"): aims.pages[source].title for source in it.sources if source in aims.pages},
        "back": referred_to_by(aims, id),
    }


def _register(aims: Aims, register: Document) -> View:
    """What changed in a register since its content was last confirmed: None where that cannot be said."""
    changed = records_changed(aims, register)
    return {
        "since": confirmed_on(register),
        "changed": changed[:MOST] if changed is not None else None,
        "more": len(changed[MOST:]) if changed else 0,
    }


def document_block(build: Build, file: str) -> View | None:
    """What stands on every page of a controlled document; None where the page belongs to none."""
    aims = build.aims
    owner = aims.document_of(file)
    if owner is None:
        return None
    view = _document(aims, owner)
    text = build.approved_text(owner.id)
    matches = facts.text_matches(aims.whole or aims, owner, view["version"]) if view["version"] else None
    return {
        **view,
        **_signs(aims, owner, view["version"]),
        "rely": view["validity"] in RELIED_ON,
        "holds_draft": facts.shown_ahead(aims, owner) is not None,
        "applies_from": _applies_from(aims, owner, view["draft_above"]),
        "matches": matches,
        "approved_text": text.address if text else None,
        "is_approved_text": False,
    }


def _applies_from(aims: Aims, document: Document, version: Version | None) -> dt.date | None:
    """The day from which a version applies that is approved for later."""
    day = facts.effective(version) if version and facts.approved(document, version) else None
    return day if day and day > aims.today else None


def approved_block(build: Build, uri: str) -> View | None:
    """What stands on the page that shows a document's approved text while its own page holds something else; None for any other page."""
    aims = build.aims
    owner = aims.find(uri.removeprefix(FOLDER).removesuffix(".md"), Document) if uri.startswith(FOLDER) else None
    text = build.approved_text(owner.id) if owner else None
    if owner is None or text is None:
        return None
    term = Validity.provisional if facts.lapses(text.version) else Validity.in_force
    view = {**_document(aims, owner), "validity": term, "standing": f"Approved, in force from {facts.effective(text.version)}", "draft_above": None}
    signs = _signs(aims, owner, text.version)
    return {**view, **signs, "rely": True, "holds_draft": False, "applies_from": None, "matches": True, "approved_text": None, "is_approved_text": True}


def approved_head(build: Build, document: Document, text: Approved) -> View:
    """What stands above the approved text."""
    on = max(approval.on for approval in text.version.approvals)
    return {
        "it": document, "text": text, "page": first_page(build.aims, document), "approved_on": on,
        "effective": facts.effective(text.version), "seal": facts.sealed(text.version),
    }  # fmt: skip


def _signs(aims: Aims, document: Document, version: Version | None) -> View:
    """Who answers for a document, and how the version that counts was approved."""

    def titles(ids: tuple[str, ...]) -> str:
        return ", ".join(role.title if (role := aims.find(id, Role)) else plain(id) for id in ids)

    return {
        "owner": titles((document.owner,)),
        "approvers": titles(facts.approvers(document, version) if version else document.approvers),
        "approved_on": max((approval.on for approval in version.approvals), default=None) if version else None,
        "proofs": [(proof, titles((proof.it.by,))) for proof in _proofs(aims, document, version)] if version else [],
        "seal": facts.sealed(version) if version else None,
        "lapses": facts.lapses(version) if version else None,
        "confirmed": version.confirmed[-1] if version and version.confirmed else None,
        "address": aims.address(document.id),
        "owner_address": aims.shown_at(document.owner),
    }
