"""Document control around a page: the block on every page of a document, and what stands on and above its approved text."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from macros import facts
from macros.audience import plain
from macros.build import Build
from macros.control.approvals.approved_text import FOLDER, Approved
from macros.facts import Validity
from macros.graph import Aims
from macros.schema.documents import Document, Review
from macros.schema.people import Role
from macros.views.documents import DocumentRow, Proof, applies_from, first_page, proofs, row

RELIED_ON = {Validity.in_force, Validity.provisional, Validity.living, Validity.record, Validity.kept, Validity.portal}
"""Where a reader may rely on what the page says."""


@dataclass(frozen=True)
class DocumentControl:
    """What stands on a page of a document: which it is, whether a reader may rely on it, who answers for it."""

    it: Document
    row: DocumentRow
    rely: bool
    holds_draft: bool
    """Whether the page holds another version than the one in force."""
    applies_from: dt.date | None
    approved_text: str | None
    """The address of the approved text, where the page holds another one."""
    matches: bool | None
    seal: str | None
    lapses: dt.date | None
    confirmed: Review | None
    owner: str
    owner_address: str | None
    approvers: str
    proofs: tuple[tuple[Proof, str], ...]
    """The approvals, each with the title of the role."""


def document_block(build: Build, file: str) -> DocumentControl | None:
    """What stands on every page of a controlled document; None where the page belongs to none."""
    aims = build.aims
    owner = aims.document_of(file)
    if owner is None:
        return None
    state, text = row(aims, owner), build.approved_text(owner.id)
    return _block(
        aims,
        state,
        rely=state.validity in RELIED_ON,
        holds_draft=facts.shown_ahead(aims, owner) is not None,
        applies=applies_from(aims, owner, state.draft_above),
        approved_text=text.address if text else None,
        matches=facts.text_matches(aims.whole or aims, owner, state.version) if state.version else None,
    )


def approved_block(build: Build, uri: str) -> DocumentControl | None:
    """What stands on the page that shows a document's approved text while its own page holds something else; None for any other page."""
    owner = build.aims.find(uri.removeprefix(FOLDER).removesuffix(".md"), Document) if uri.startswith(FOLDER) else None
    text = build.approved_text(owner.id) if owner else None
    if owner is None or text is None:
        return None
    validity = Validity.provisional if facts.lapses(text.version) else Validity.in_force
    words = f"Approved, in force from {facts.effective(text.version)}"
    state = replace(row(build.aims, owner), validity=validity, validity_words=words, version=text.version, draft_above=None)
    return _block(build.aims, state, rely=True, holds_draft=False, applies=None, approved_text=None, matches=True)


def _block(
    aims: Aims, state: DocumentRow, *, rely: bool, holds_draft: bool, applies: dt.date | None, approved_text: str | None, matches: bool | None
) -> DocumentControl:
    document, version = state.it, state.version

    def titles(*ids: str) -> str:
        return ", ".join(role.title if (role := aims.find(id, Role)) else plain(id) for id in ids)

    return DocumentControl(
        it=document,
        row=state,
        rely=rely,
        holds_draft=holds_draft,
        applies_from=applies,
        approved_text=approved_text,
        matches=matches,
        seal=facts.sealed(version) if version else None,
        lapses=facts.lapses(version) if version else None,
        confirmed=version.confirmed[-1] if version and version.confirmed else None,
        owner=titles(document.owner),
        owner_address=aims.shown_at(document.owner),
        approvers=titles(*(facts.approvers(document, version) if version else document.approvers)),
        proofs=tuple((proof, titles(proof.it.by)) for proof in proofs(aims, document, version)) if version else (),
    )


@dataclass(frozen=True)
class ApprovedHead:
    """What stands above an approved text."""

    it: Document
    text: Approved
    page: str | None
    """The document's own page, which holds another text."""
    approved_on: dt.date
    effective: dt.date
    seal: str | None


def approved_head(build: Build, document: Document, text: Approved) -> ApprovedHead:
    """What stands above the approved text."""
    on = max(approval.on for approval in text.version.approvals)
    return ApprovedHead(document, text, first_page(build.aims, document), on, facts.effective(text.version), facts.sealed(text.version))
