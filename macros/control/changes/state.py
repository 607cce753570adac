"""`aims.json`: everything a state of the management system holds, as plain values in words, to be compared with another state years later.

A snapshot keeps its `aims.json`, so two snapshots can be compared without building either, in the reader's browser too. Nothing in it changes
unless content does: no time, no path of a machine.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from macros import facts
from macros.audience import plain
from macros.control.changes.parts import GROUPS, Item, items, kinds
from macros.control.changes.plain import PlainText
from macros.control.git import Git
from macros.control.snapshots.branch import LATEST, Branch
from macros.facts import Validity
from macros.graph import Aims
from macros.problems import Grade, Problem
from macros.render import label
from macros.schema.base import Part, Record, Term
from macros.schema.documents import Document
from macros.schema.fields import FieldPlan, fields_of
from macros.schema.organisation import Organisation
from macros.schema.risks import Rating, RiskCriteria
from macros.seal import sums_now
from macros.yaml_source import Unreadable, decode

State = dict[str, Any]
FORMAT = 1
STATE_FILE = "aims.json"
DIGITS = 16
"""So much of a SHA-256 tells two contents apart here; integrity is the manifest's and the seals' matter."""
NOT_APPROVED = {Validity.draft, Validity.submitted, Validity.changed}


def state(aims: Aims, problems: Sequence[Problem], previous: State | None, version: str | None) -> State:
    """The state of a management system. `previous` is the state of the snapshot before, from which it follows when a record last changed;
    `version` the name of the snapshot being built, None for any other build."""
    words = PlainText(lambda id: _name(aims, id))
    found = items(aims)
    before = {record["id"]: record for record in previous["records"]} if previous else {}
    return {
        "format": FORMAT,
        "organisation": aims.organisation.title if aims.has(Organisation) else "",
        "audience": aims.audience,
        "version": version,
        "groups": list(GROUPS.values()),
        "kinds": kinds(),
        "records": [_record(aims, item, words, before, version) for item in found],
        "documents": [_document(aims, document) for document in aims.all(Document)],
        "texts": _texts(aims, words),
        "gaps": [{"rule": problem.rule, "message": problem.message, "about": list(problem.about)} for problem in problems if problem.grade is Grade.gap],
    }


def as_json(value: State) -> str:
    """The text of `aims.json`: one value on a line, so that git stores of the next one only what differs."""
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def digest(value: Any) -> str:
    """A short fingerprint of plain values."""
    return hashlib.sha256(json.dumps(value, ensure_ascii=False).encode(errors="surrogateescape")).hexdigest()[:DIGITS]


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
    return record.name if id.islower() or id.startswith(("U-", "SITE-")) else id


def _record(aims: Aims, item: Item, words: PlainText, before: dict[str, Any], version: str | None) -> dict[str, Any]:
    part = item.entry.part
    document = part if isinstance(part, Document) else aims.document_of(item.entry.file)
    fields = fields_in(aims, part, words)
    print = digest([item.kind, fields])
    old = before.get(item.id)
    return {
        "id": item.id,
        "kind": item.kind,
        "title": item.title,
        "group": item.group,
        "address": html_address(item.page),
        "file": item.entry.file,
        "document": document.id if document else None,
        "classification": document.classification if document else None,
        "digest": print,
        "changed_in": old["changed_in"] if old and old["digest"] == print else version,
        "fields": fields,
    }


def fields_in(aims: Aims, part: Part, words: PlainText) -> dict[str, Any]:
    """Every field that has a value: a text, a list, or again fields, in the order of the schema. Records inside are entries of their own."""
    found = {}
    for plan in fields_of(type(part)):
        value = getattr(part, plan.name)
        if plan.name == "id" or value is None or value == () or (plan.part and issubclass(plan.part, Record)):
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


def _document(aims: Aims, document: Document) -> dict[str, Any]:
    version = facts.version_in_force(aims, document) or (document.versions[-1] if document.versions else None)
    valid = facts.validity(aims, document)
    above = facts.shown_ahead(aims, document)
    return {
        "id": document.id,
        "title": document.title,
        "kind": document.kind.label,
        "version": version.number if version else None,
        "seal": facts.sealed(version) if version else None,
        "validity": valid.label,
        "next_review": day.isoformat() if (day := facts.next_review(aims, document)) else None,  # the day, not "overdue", which changes by itself
        "classification": document.classification,
        "owner": document.owner,
        "author": document.author,
        "approvers": list(document.approvers),
        "approved_on": max((approval.on.isoformat() for approval in version.approvals), default=None) if version else None,
        "change": version.change if version else None,
        "needs_approval": document.kind.needs_approval,
        "draft": valid in NOT_APPROVED or bool(above and not facts.approved(document, above) and not document.withdrawn),
        "sources": sums_now(aims, document),
    }


def _texts(aims: Aims, words: PlainText) -> list[dict[str, Any]]:
    found = []
    for path in aims.pages:
        try:
            paragraphs, headings = words.page(decode((aims.project / path).read_bytes()))
        except (OSError, Unreadable):  # the check has reported it
            continue
        owner, record = aims.document_of(path), aims.get(Path(path).stem)
        of_record = record is not None and aims.address(record.id) == path.removeprefix("docs/")  # then its heading comes from the record
        found.append({
            "path": path,
            "document": owner.id if owner else None,
            "title": label(record) if record and (of_record or not headings) else paragraphs[headings[0]] if headings else path,
            "address": html_address(path.removeprefix("docs/")),
            "digest": digest(paragraphs),
            "paragraphs": paragraphs,
            "headings": headings,
        })  # fmt: skip
    return found


# -- where states come from -----------------------------------------------------------------------------------------------------

NEEDED = {
    "records": {"id", "kind", "title", "group", "address", "file", "document", "digest", "changed_in", "fields"},
    "documents": {"id", "title", "needs_approval", "validity", "sources"},
    "texts": {"path", "document", "title", "address", "digest", "paragraphs", "headings"},
    "gaps": {"rule", "message"},
}
"""What a comparison reads of a state."""


class NotAState(ValueError):
    """A file that was to hold a state of the management system and does not; the text is a sentence for a person."""


def read_state(content: bytes, where: str) -> State:
    """The state in the content of an `aims.json`, which is called `where` in messages. Raises `NotAState`."""
    try:
        value = json.loads(content)
        if value["format"] != FORMAT:
            raise NotAState(f"{where} is of format {value['format']}; this version of AIMS Portal reads format {FORMAT}")
        if all(isinstance(value[key], list) and all(keys <= entry.keys() for entry in value[key]) for key, keys in NEEDED.items()):
            return dict(value)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        if isinstance(error, NotAState):
            raise
    raise NotAState(f"{where} does not hold a state of the management system; it was damaged or is another file")


def building() -> str | None:
    """The name of the snapshot that is being built, from AIMS_VERSION; None in any other build."""
    return os.environ.get("AIMS_VERSION") or None


@cache
def previous_state(aims: Aims) -> State | None:
    """The state before: in a snapshot's build the one named by AIMS_PREVIOUS, in any other the newest published for this audience. None where there
    is none.

    Raises `NotAState` in a snapshot's build; any other build does without a state that cannot be read."""
    if building():
        given = os.environ.get("AIMS_PREVIOUS")
        try:
            found = read_state(Path(given).read_bytes(), given) if given else None
        except OSError:
            raise NotAState(f"{given}, which AIMS_PREVIOUS names, cannot be read") from None
        if found and found.get("audience", aims.audience) != aims.audience:  # what was removed since would be told to the wrong readers
            raise NotAState(f"{given}, which AIMS_PREVIOUS names, is the state for the audience {found['audience']}; this build is for {aims.audience}")
        return found
    git = Git(aims.project)
    if not git.exists:
        return None
    content = Branch(git, aims.audience).read(f"{LATEST}/{STATE_FILE}")
    try:
        return read_state(content, "the newest snapshot") if content else None
    except NotAState:
        return None
