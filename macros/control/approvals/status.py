"""How every document stands: what a person asks before doing something with it. Plain rows; the command prints them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from macros import decisions, facts, seal, signature
from macros.control.approvals.register import changed_since_review, records_changed
from macros.control.git import GitError
from macros.control.history import history_of
from macros.facts import Timeliness
from macros.finding import read
from macros.graph import Aims
from macros.schema.documents import Approval, Document, DocumentKind, Signer, Version

MOST = 20
"""So many changed records are named."""


@dataclass(frozen=True)
class Row:
    """One document: whether to rely on it, the version that counts, whether its text is the sealed one, how it was approved, its review."""

    document: Document
    validity: str
    version: str
    seal: str
    approval: str
    review: str


def rows(aims: Aims) -> list[Row]:
    """Every document, by id."""
    return [row(aims, document) for document in aims.all(Document)]


def row(aims: Aims, document: Document) -> Row:
    """How one document stands."""
    version = version_shown(aims, document)
    due = facts.next_review(aims, document)
    lies = facts.timeliness(aims, due)
    return Row(
        document,
        facts.validity(aims, document).label,
        version.number if version else "–",
        seal_state(aims, document, version),
        proof(aims, document, version) if version and document.kind.needs_approval else "–",
        "–" if lies is Timeliness.none else f"{lies.label}, {due}",
    )


def decided(aims: Aims) -> str:
    """How the decisions on facts that count stand, in one sentence; nothing where there is none."""
    found = [one.it for one in decisions.every_counting(aims)]
    before = sum(one.given_before is not None for one in found)
    counts = {
        "sealed": sum(one.seal is not None for one in found),
        "not evidenced": sum(not one.evidenced for one in found),
        "entered before decisions were sealed": sum(one.seal is None for one in found) - before,
        "given before the portal": before,
    }
    return f"Decisions that count: {len(found)}; {', '.join(f'{count} {words}' for words, count in counts.items() if count)}" if found else ""


def version_shown(aims: Aims, document: Document) -> Version | None:
    """The version that counts for a reader: the one in force, else the newest entry."""
    return facts.version_in_force(aims, document) or (document.versions[-1] if document.versions else None)


def seal_state(aims: Aims, document: Document, version: Version | None) -> str:
    """Whether the files are what was sealed. A register may change after its review, and files may hold the next version already."""
    if version is None or document.master or document.kind is DocumentKind.portal:
        return "–"
    match facts.text_matches(aims, document, version):
        case None:
            return "none"
        case True:
            return "ok"
    if document.kind is DocumentKind.register:
        return "files differ, no record changed" if records_changed(aims, document) == () else changed_since_review(aims, document) or "changed since review"
    above = facts.shown_ahead(aims, document)
    if above and (not facts.approved(document, above) or facts.text_matches(aims, document, above)):
        return f"the files hold version {above.number}"
    return "changed"


def proof(aims: Aims, document: Document, version: Version) -> str:
    """What shows that the approvals of a version were given; of several the weakest."""
    if not version.approvals:
        return "not approved"
    found = [_proof(aims, document, version, approval) for approval in version.approvals]
    return next(weakest for weakest in PROOFS if weakest in found)


PROOFS = ("signature wrong", "signature not checked", "approval not evidenced", "recorded, not signed", "signed")
"""What shows that an approval was given, the weakest first."""


def _proof(aims: Aims, document: Document, version: Version, approval: Approval) -> str:
    if approval.signature is None:
        return "recorded, not signed" if approval.evidence else "approval not evidenced"
    try:
        text = text_of(aims, document, version.model_copy(update={"resealed": ()}))  # what was signed is the text before technical changes
    except GitError:
        return "signature not checked"
    signers = [signer for _, signer in read(aims, Signer)]
    wrong = text is None or signature.problem(approval.signature, text, signers, approval.holder, approval.on)
    return "signature wrong" if wrong else "signed"


def text_of(aims: Aims, document: Document, version: Version) -> str | None:
    """The seal text of a version: with the files as they are now for the newest one or where they match, else with those of the commit that the
    history finds for its seal. None where there is none. Raises `GitError` where the history cannot be read."""
    if facts.text_matches(aims, document, version):
        return seal.text_now(aims, document, version)
    history = history_of(aims)
    commit = history.commit_of(document, version) if history else None
    if history is None or commit is None:
        return None
    then = history.at(commit)
    before = then.find(document.id, Document)
    return seal.text_now(then, before, version) if before else None


def details(aims: Aims, document: Document) -> Iterator[tuple[str, str]]:
    """What there is to know about one document: the word for it and the text."""
    here, version, above = row(aims, document), version_shown(aims, document), facts.draft_above(aims, document)
    yield "Document", f"{document.id} {document.title} ({document.kind.label})"
    yield "Validity", f"{here.validity}: {facts.validity(aims, document).meaning}"
    yield "Owner, author", f"{document.owner}, {document.author}"
    if document.kind.needs_approval:
        yield "Approvers", ", ".join(document.approvers) or "none named"
    if version:
        yield "Version", f"{version.number}, written {version.written_on}: {' '.join(version.change.split())}"
        yield "Seal", f"{here.seal}{f', {facts.sealed(version)}' if facts.sealed(version) else ''}"
        if set(needed := facts.approvers(document, version)) != set(document.approvers):
            yield "Needed then", f"{', '.join(needed)}; the approvers were changed since"
    for approval in version.approvals if version else ():
        shown = f"; {approval.evidence}" if approval.evidence else ""
        ends = f", provisional until {approval.provisional_until}" if approval.provisional_until else ""
        proved = _proof(aims, document, version, approval) if version else ""
        yield "Approved", f"by {approval.by} ({approval.holder}) on {approval.on}{ends}; {proved}{shown}"
    if above and above != version:
        missing = [role for role in facts.approvers(document, above) if role not in {approval.by for approval in above.approvals}]
        waits = f"{f'submitted on {above.submitted.on}' if above.submitted else 'a draft'}; to be approved by {', '.join(missing)}"
        yield "Next version", f"{above.number}, {waits if missing else f'approved, applies from {facts.effective(above)}'}"
    yield "Review", here.review
    if document.kind is DocumentKind.register:
        yield from _changes(aims, document)
    for file in aims.sources_of(document):
        yield "File", file


def _changes(aims: Aims, document: Document) -> Iterator[tuple[str, str]]:
    changed = records_changed(aims, document)
    if changed is None:
        yield "Changed since", "not known: the last confirmed review has no seal, or the history here does not hold its state"
    elif not changed:
        yield "Changed since", "nothing since the last confirmed review"
    for difference in changed[:MOST] if changed else ():
        yield "Changed since", str(difference)
    if changed and len(changed) > MOST:
        yield "Changed since", f"and {len(changed) - MOST} more"
