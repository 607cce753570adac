"""The master list, the calendar, one document, and the block on every page that shows a controlled document."""

from __future__ import annotations

from macros import facts
from macros.facts import Timeliness, Validity
from macros.graph import Aims
from macros.schema.documents import Document, DocumentKind
from macros.schema.organisation import Classification
from macros.schema.people import Role
from macros.views.common import View, referred_to_by, tally, the_record


def _document(aims: Aims, document: Document) -> View:
    day = facts.next_review(aims, document)
    version = facts.version_in_force(aims, document)
    return {
        "it": document,
        "validity": facts.validity(aims, document),
        "version": version,
        "effective": facts.effective(version) if version else None,
        "next_review": day,
        "timeliness": facts.timeliness(aims, day),
        "superseded_by": facts.superseded_by(aims, document),
        "classification": aims.find(document.classification, Classification),
        "page": first_page(aims, document),
        "draft_above": facts.draft_above(aims, document) if version else None,
    }


def first_page(aims: Aims, document: Document) -> str | None:
    """The page on which a document is read: its first Markdown source that is a page of its own, below `docs/`."""
    for source in document.sources:
        if source in aims.pages:
            return source.removeprefix("docs/")
    return None


def documents(aims: Aims) -> View:
    """Every document with its state; external and retired ones apart."""
    rows = [_document(aims, document) for document in aims.all(Document)]
    gone = {Validity.withdrawn, Validity.superseded}
    return {
        "rows": [row for row in rows if row["validity"] not in gone and row["it"].kind is not DocumentKind.external],
        "external": [row for row in rows if row["it"].master and row["validity"] not in gone],
        "retired": [row for row in rows if row["validity"] in gone],
        "states": tally(Validity, [row["validity"] for row in rows]),
        "terms": Validity,
        "review_terms": Timeliness,
    }


def calendar(aims: Aims) -> View:
    """Documents by the day of their next review."""
    rows = [row for row in documents(aims)["rows"] + documents(aims)["external"] if row["next_review"]]
    unique = {row["it"].id: row for row in rows}
    return {"rows": sorted(unique.values(), key=lambda row: (row["next_review"], row["it"].id)), "terms": Timeliness}


def document(aims: Aims, id: str) -> View:
    """One document: everything 7.5 asks for, and its revision table."""
    it = the_record(aims, id, Document)
    return {
        **_document(aims, it),
        "history": list(reversed([(version, facts.approved(it, version)) for version in it.versions])),
        "sources": [source for source in it.sources if source not in aims.pages],
        "pages": [source.removeprefix("docs/") for source in it.sources if source in aims.pages],
        "back": referred_to_by(aims, id),
    }


def document_block(aims: Aims, file: str) -> View | None:
    """What stands on every page of a controlled document; None where the page belongs to none."""
    owner = aims.document_of(file)
    if owner is None:
        return None

    def titles(ids: tuple[str, ...]) -> str:
        return ", ".join(role.title for role in (aims.find(id, Role) for id in ids) if role)

    view = _document(aims, owner)
    version = view["version"]
    return {
        **view,
        "owner": titles((owner.owner,)),
        "approvers": titles(owner.approvers),
        "approved_on": max((approval.on for approval in version.approvals), default=None) if version else None,
        "evidenced": all(approval.evidence for approval in version.approvals) if version and version.approvals else None,
        "address": aims.address(owner.id),
        "owner_address": aims.address(owner.owner),
        "rely": view["validity"] not in {Validity.draft, Validity.submitted, Validity.changed, Validity.withdrawn, Validity.superseded, Validity.approved},
    }
