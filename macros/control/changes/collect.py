"""The state of a management system (`state.py`), collected from its records: everything it holds, as plain values in words.

Nothing in it changes unless content does: no time, no path of a machine.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from macros import engine, facts
from macros.audience import plain
from macros.control.changes.parts import Item, items, kinds
from macros.control.changes.plain import PlainText
from macros.control.changes.state import DocumentState, Fields, Gap, RecordState, State, TextState, digest, newest_apart
from macros.facts import Validity
from macros.graph import Aims
from macros.problems import Grade, Problem
from macros.render import by_title, label
from macros.schema import SCHEMA
from macros.schema.base import Part, Record, Term
from macros.schema.documents import Document
from macros.schema.fields import FieldPlan, fields_of, missing_of
from macros.schema.kind import GROUPS
from macros.schema.organisation import Organisation
from macros.schema.risks import Rating, RiskCriteria
from macros.seal import sums_now
from macros.yaml_source import Unreadable, decode

NOT_APPROVED = {Validity.draft, Validity.submitted, Validity.changed}


def state(aims: Aims, problems: Sequence[Problem], previous: State | None, version: str | None) -> State:
    """The state of a management system. `previous` is the state of the snapshot before, from which it follows when a record last changed;
    `version` the name of the snapshot being built, None for any other build. Of which commit it is, the build adds."""
    words = PlainText(lambda id: _name(aims, id))
    before = {record.id: record for record in previous.records} if previous else {}
    return State(
        engine=engine.version(),
        schema=SCHEMA,
        organisation=aims.organisation.title if aims.has(Organisation) else "",
        audience=aims.audience,
        version=version,
        groups=tuple(GROUPS.values()),
        kinds=kinds(),
        records=tuple(_record(aims, item, words, before, version) for item in items(aims)),
        documents=tuple(_document(aims, document) for document in aims.all(Document)),
        texts=tuple(_texts(aims, words)),
        gaps=tuple(Gap(rule=problem.rule, message=problem.message, about=tuple(problem.about)) for problem in problems if problem.grade is Grade.gap),
    )


def html_address(page: str | None) -> str | None:
    """The address in the site of a page below `docs/`, perhaps with an anchor."""
    if page is None:
        return None
    path, mark, anchor = page.partition("#")
    return path.removesuffix(".md") + ".html" + mark + anchor


def _name(aims: Aims, id: str) -> str:
    record = aims.get(id)
    if record is None:
        return plain(id)
    return record.name if by_title(record) else id


def _record(aims: Aims, item: Item, words: PlainText, before: Mapping[str, RecordState], version: str | None) -> RecordState:
    part = item.entry.part
    document = part if isinstance(part, Document) else aims.document_of(item.entry.file)
    fields = newest_apart(fields_in(aims, part, words))
    fingerprint = digest([item.kind, fields])
    old = before.get(item.id)
    return RecordState(
        id=item.id,
        kind=item.kind,
        title=item.title,
        group=item.group,
        address=html_address(item.page),
        file=item.entry.file,
        document=document.id if document else None,
        classification=document.classification if document else None,
        digest=fingerprint,
        changed_in=old.changed_in if old and old.digest == fingerprint else version,
        fields=fields,
        missing=tuple(plan.name for plan in missing_of(part)),
    )


UNSAID = {"id", "digests"}
"""Fields that are left out: the id stands beside them, and the digests of a basis say nothing to a reader and are never altered."""


def fields_in(aims: Aims, part: Part, words: PlainText) -> Fields:
    """Every field that has a value: a text, a list, or again fields, in the order of the schema. Records inside are entries of their own."""
    found = {}
    for plan in fields_of(type(part)):
        value = getattr(part, plan.name)
        if plan.name in UNSAID or value is None or value == () or (plan.part and issubclass(plan.part, Record)):
            continue
        found[plan.name] = [_leaf(aims, plan, item, words) for item in value] if plan.many else _leaf(aims, plan, value, words)
    return found


def _leaf(aims: Aims, plan: FieldPlan, value: Any, words: PlainText) -> Any:
    match value:
        case Rating() if aims.has(RiskCriteria):
            level = facts.rated(aims, value)
            return f"{level.label if level else 'Not on the scales'} (likelihood {value.likelihood}, consequence {value.consequence})"
        case Part():
            return fields_in(aims, value, words)
        case Term():
            return value.label
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:.0f}" if value.is_integer() else repr(value)
        case dt.date():
            return value.isoformat()
        case tuple():
            return " | ".join(_leaf(aims, plan, item, words) for item in value)
        case str() if plan.formatted:
            return words.field(value)
    return str(value)


def _document(aims: Aims, document: Document) -> DocumentState:
    version = facts.version_in_force(aims, document) or (document.versions[-1] if document.versions else None)
    valid = facts.validity(aims, document)
    above = facts.shown_ahead(aims, document)
    review = facts.next_review(aims, document)
    return DocumentState(
        id=document.id,
        title=document.title,
        kind=document.kind.label,
        version=version.number if version else None,
        seal=facts.sealed(version) if version else None,
        validity=valid.label,
        next_review=review.isoformat() if review else None,  # the day, not "overdue", which changes by itself
        classification=document.classification,
        owner=document.owner,
        author=document.author,
        approvers=tuple(document.approvers),
        approved_on=max((approval.on.isoformat() for approval in version.approvals), default=None) if version else None,
        change=version.change if version else None,
        needs_approval=document.kind.needs_approval,
        draft=valid in NOT_APPROVED or bool(above and not facts.approved(document, above) and not document.withdrawn),
        sources=sums_now(aims, document),
    )


def _texts(aims: Aims, words: PlainText) -> Iterator[TextState]:
    for path in aims.pages:
        try:
            paragraphs, headings = words.page(decode((aims.project / path).read_bytes()))
        except (OSError, Unreadable):  # the check has reported it
            continue
        owner, record = aims.document_of(path), aims.get(Path(path).stem)
        of_record = record is not None and aims.address(record.id) == path.removeprefix("docs/")  # then its heading comes from the record
        yield TextState(
            path=path,
            document=owner.id if owner else None,
            title=label(record) if record and (of_record or not headings) else paragraphs[headings[0]] if headings else path,
            address=html_address(path.removeprefix("docs/")),
            digest=digest(paragraphs),
            paragraphs=tuple(paragraphs),
            headings=tuple(headings),
        )
