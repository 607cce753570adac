"""`aims.json`: what a state of the management system holds, as plain values in words, and how it is written and read.

A snapshot keeps its `aims.json`, so two snapshots can be compared without building either, in the reader's browser too. `collect.py` makes a
state from the records of a project. The format stays 1, because the pages of older snapshots read newer states: a field may be added here and
none taken away. A field with a default was added later or serves other programs; a comparison needs those without one.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import TypeAdapter

from macros.migrations import FOLDER, migrated
from macros.schema import SCHEMA

FORMAT = 1
STATE_FILE = "aims.json"
DIGITS = 16
"""So much of a SHA-256 tells two contents apart here; integrity is the manifest's and the seals' matter."""

Fields = dict[str, Any]
"""The fields of a record by their names, as data in words: each a text, a list, or again fields."""


@dataclass(frozen=True, kw_only=True)
class KindState:
    """What a program that compares states has to know of a kind of record."""

    title: str
    """What readers call it."""
    plural: str = ""
    group: str = ""
    """Its part of the AIMS."""
    refs: tuple[str, ...] = ()
    """Which of its fields hold ids; with dots for fields inside."""


@dataclass(frozen=True, kw_only=True)
class RecordState:
    """A record, or a part without an id of its own."""

    id: str
    kind: str
    title: str
    group: str
    address: str | None
    """Its page in the site, perhaps with an anchor."""
    file: str
    document: str | None
    """The document whose content it is."""
    classification: str | None = None
    digest: str
    """A short fingerprint of kind and fields."""
    changed_in: str | None
    """The snapshot in which it changed last; None for one that changed since."""
    fields: Fields
    missing: tuple[str, ...] = ()
    """The expected fields of which nobody said yet what they hold; one that is in neither list is said to be empty, or may be left out."""


@dataclass(frozen=True, kw_only=True)
class DocumentState:
    """A document: the version that counts, and how it stands with it."""

    id: str
    title: str
    kind: str = ""
    version: str | None = None
    seal: str | None = None
    validity: str
    next_review: str | None = None
    classification: str | None = None
    owner: str = ""
    author: str = ""
    approvers: tuple[str, ...] = ()
    approved_on: str | None = None
    change: str | None = None
    """Why there is this version."""
    needs_approval: bool
    draft: bool = False
    sources: dict[str, str]
    """The SHA-256 of each of its files."""


@dataclass(frozen=True, kw_only=True)
class TextState:
    """A page that a person wrote, as it is read."""

    path: str
    document: str | None
    title: str
    address: str | None
    digest: str
    """A short fingerprint of the paragraphs."""
    paragraphs: tuple[str, ...]
    headings: tuple[int, ...]
    """Which paragraphs are headings, counted from 0."""


@dataclass(frozen=True, kw_only=True)
class Gap:
    """A hole in the AIMS."""

    rule: str
    message: str
    about: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class State:
    """Everything that a state of the management system holds."""

    commit: str | None = None
    """The commit whose files these are. None where git does not say, or where a file differed from it: a commit would say too much then."""
    engine: str | None = None
    """The version of AIMS Portal that wrote it."""
    schema: int = 1
    """The number of the shape that its records had when it was written (`macros.schema.SCHEMA`)."""
    organisation: str = ""
    audience: str | None = None
    version: str | None = None
    """The snapshot whose state it is; None for any other build."""
    groups: tuple[str, ...] = ()
    """The parts of the AIMS in the order in which they are shown."""
    kinds: dict[str, KindState] = field(default_factory=dict)
    records: tuple[RecordState, ...]
    documents: tuple[DocumentState, ...]
    texts: tuple[TextState, ...]
    gaps: tuple[Gap, ...]


NEWEST = {"use_decisions": ("use_decision", "earlier_use_decisions"), "acceptances": ("acceptance", "earlier_acceptances")}
"""Lists of decisions of which the newest one has a field of its own here, as there was room for one only when the pages of older snapshots were made."""


def newest_apart(fields: Fields) -> Fields:
    """The fields of a record with the newest decision apart from the earlier ones."""
    found: Fields = {}
    for name, value in fields.items():
        if name in NEWEST and value:
            newest, earlier = NEWEST[name]
            found |= {newest: value[-1]} | ({earlier: value[:-1]} if value[1:] else {})
        else:
            found[name] = value
    return found


class NotAState(ValueError):
    """A file that was to hold a state of the management system and does not; the text is a sentence for a person."""


_SHAPE = TypeAdapter(State)


def digest(value: Any) -> str:
    """A short fingerprint of plain values."""
    return hashlib.sha256(json.dumps(value, ensure_ascii=False).encode(errors="surrogateescape")).hexdigest()[:DIGITS]


def as_json(state: State) -> str:
    """The text of `aims.json`: one value on a line, so that git stores of the next one only what differs."""
    return json.dumps({"format": FORMAT, **vars(state)}, default=vars, ensure_ascii=False, indent=1) + "\n"


def read_state(content: bytes, where: str) -> State:
    """The state in the content of an `aims.json`, which is called `where` in messages. Keys that this version does not know are left out, and records
    of an older schema have the shape of today's, so that nothing differs that only moved. Raises `NotAState`."""
    try:
        value = json.loads(content)
        if value["format"] == FORMAT:
            return _of_today(_SHAPE.validate_python(value))
    except (ValueError, KeyError, TypeError, RecursionError):  # the error of pydantic is a ValueError
        raise NotAState(f"{where} does not hold a state of the management system; it was damaged or is another file") from None
    raise NotAState(f"{where} is of format {value['format']}; this version of AIMS Portal reads format {FORMAT}")


def _of_today(state: State) -> State:
    if state.schema >= SCHEMA:
        return state
    return replace(state, records=tuple(_record_of_today(record, state.schema) for record in state.records))


def _record_of_today(record: RecordState, schema: int) -> RecordState:
    """Its fields are in words, so what a migration moves is followed and what it says otherwise is not; nor is a record that lies inside another one."""
    name = record.file.removeprefix(FOLDER)
    of_list = migrated(schema, name, [record.fields])[0]  # a file holds a list of records, or one
    fields = newest_apart(migrated(schema, name, of_list))
    return record if fields == record.fields else replace(record, fields=fields, digest=digest([record.kind, fields]))
