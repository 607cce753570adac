"""What changed since the snapshot before: all of it, what is new for each role, and when a record last changed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from macros.build import Build
from macros.control.changes.collect import state
from macros.control.changes.comparison import Changes, RecordChange, compare
from macros.control.changes.documents import DocumentChange
from macros.control.changes.fields import ARROW, FieldChange
from macros.control.changes.parts import items
from macros.control.changes.redline import Mark
from macros.control.changes.state import State, as_json
from macros.control.changes.this_build import building, previous_state
from macros.graph import Aims
from macros.schema import KIND
from macros.schema.documents import Document
from macros.schema.people import Role
from macros.schema.risks import Action, Risk
from macros.schema.systems import System
from macros.views.common import View

MATTERS_TO_USERS = ("Stage", "Use decision", *(f"Use decision{ARROW}{name}" for name in ("Use", "Conditions", "Valid until")))
"""The fields of a system that say whether and how it may be used."""


@cache
def states(build: Build) -> tuple[State | None, State]:
    """The state of the snapshot before, if there is one, and the state now."""
    previous = previous_state(build.aims)
    return previous, state(build.aims, build.problems, previous, building())


def state_json(build: Build, commit: str | None) -> str:
    """The text of `aims.json`. `commit`: the commit whose files are built, if it is known."""
    return as_json(replace(states(build)[1], commit=commit))


@cache
def changes(build: Build) -> Changes | None:
    """What changed since the snapshot before, or None where there is none."""
    previous, now = states(build)
    return compare(_without_hidden(build.aims, previous, now), now) if previous else None


def _without_hidden(aims: Aims, previous: State, now: State) -> State:
    """The state before without what is there still and this edition leaves out now; an edition tells nothing of that, not even that it once did."""
    if aims.whole is None:
        return previous
    hidden = {item.id for item in items(aims.whole)} - {record.id for record in now.records}
    pages = aims.whole.pages.keys() - aims.pages.keys()
    return replace(
        previous,
        records=tuple(record for record in previous.records if record.id not in hidden),
        documents=tuple(document for document in previous.documents if document.id not in hidden),
        texts=tuple(text for text in previous.texts if text.path not in pages),
        gaps=(),
    )


def changes_since(build: Build) -> View:
    """Everything that changed since the snapshot before."""
    return {"changes": changes(build), "tones": TONES}


TONES = {Mark.added: "good", Mark.removed: "bad", Mark.changed: "info", Mark.moved: "quiet"}


# -- for staff ------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SystemNews:
    """A system whose use or stage changed, is new, or is gone (then without `it`)."""

    change: RecordChange
    it: System | None
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True)
class RoleNews:
    """What is new for a role: documents to read anew, those that no longer apply, and what it owns."""

    role: Role
    documents: tuple[DocumentChange, ...]
    ended: tuple[DocumentChange, ...]
    owned: tuple[tuple[RecordChange, tuple[str, ...]], ...]
    """Its risks and actions, with the names of what changed in them."""


def whats_new(build: Build) -> View:
    """What is new for everybody and for each role, in the order of the page of roles."""
    aims, found = build.aims, changes(build)
    records = [record for group in found.groups for record in group.records] if found else []
    roles = [_role_news(aims, role, found, records) for role in aims.all(Role)] if found else []
    return {
        "changes": found,
        "systems": [news for record in records if record.kind == KIND["system"].title and (news := _system_news(aims, record))],
        "roles": [news for news in roles if news.documents or news.ended or news.owned],
        "ARROW": ARROW,
    }


def _system_news(aims: Aims, record: RecordChange) -> SystemNews | None:
    fields = tuple(field for field in record.fields if field.label in MATTERS_TO_USERS) if record.mark is Mark.changed else ()
    return SystemNews(record, aims.find(record.id, System), fields) if fields or record.mark in {Mark.added, Mark.removed} else None


def _role_news(aims: Aims, role: Role, found: Changes, records: list[RecordChange]) -> RoleNews:
    owned = {document.id for document in aims.all(Document) if document.owner == role.id}
    mine = [change for change in found.documents if change.id in owned or change.id in role.must_know]
    return RoleNews(
        role,
        tuple(change for change in mine if any(version.approved for version in change.versions)),
        tuple(change for change in mine if change.validity and (document := aims.find(change.id, Document)) and document.withdrawn),
        tuple((record, _parts(record)) for record in records if _owner(aims, record.id) == role.id and record.mark is not Mark.moved),
    )


def _parts(record: RecordChange) -> tuple[str, ...]:
    return tuple(dict.fromkeys(field.label.split(ARROW)[0] for field in record.fields))


def _owner(aims: Aims, id: str) -> str | None:
    record = aims.find(id, Risk) or aims.find(id, Action)
    return record.owner if record else None


# -- when a record last changed -------------------------------------------------------------------------------------------------


def last_change(build: Build, uri: str) -> str | None:
    """When the record whose page is at `uri` last changed, in words; None for other pages and where there are no snapshots."""
    aims, id = build.aims, Path(uri).stem
    if id not in aims.entries or aims.address(id) != uri:
        return None
    previous, now = states(build)
    if previous is None and now.version is None:
        return None
    when = [version for part in (id, f"soa:{id}", f"status:{id}") for version in _changed_in(build).get(part, ())]
    if None in when:
        return f"Changed since snapshot {previous.version}" if previous else None
    newest = max((version for version in when if version), key=_order, default=None)
    return f"Last changed in snapshot {newest}" if newest else None


@cache
def _changed_in(build: Build) -> dict[str, tuple[str | None]]:
    return {record.id: (record.changed_in,) for record in states(build)[1].records}


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())
