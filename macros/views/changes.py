"""What changed since the snapshot before: all of it, what is new for each role, and when a record last changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from macros import decisions
from macros.build import Build
from macros.control.changes.collect import state
from macros.control.changes.comparison import Changes, RecordChange, compare
from macros.control.changes.documents import DocumentChange
from macros.control.changes.fields import FieldChange
from macros.control.changes.in_words import say
from macros.control.changes.parts import items
from macros.control.changes.redline import Mark
from macros.control.changes.state import RecordState, State, as_json
from macros.control.snapshots.this_build import building, previous_state
from macros.graph import Aims
from macros.schema import KIND
from macros.schema.documents import Document
from macros.schema.people import Role
from macros.schema.risks import Action, Risk
from macros.schema.systems import System, UseDecision

MATTERS_TO_USERS = (("Stage",), ("Use decision",), *(("Use decision", name) for name in ("Use", "Conditions", "Valid until")))
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


TONES = {Mark.added: "good", Mark.removed: "bad", Mark.changed: "info", Mark.moved: "quiet"}


@dataclass(frozen=True)
class ChangesPage:
    """Everything that changed since the snapshot before; nothing where there is none."""

    changes: Changes | None
    tones: Mapping[Mark, str]
    """The colour of each kind of change."""
    say: Callable[..., str] = say
    """The words with which changes are said."""


def changes_since(build: Build) -> ChangesPage:
    """Everything that changed since the snapshot before."""
    return ChangesPage(changes(build), TONES)


# -- for staff ------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SystemNews:
    """A system whose use or stage changed, is new, or is gone (then without `it`)."""

    change: RecordChange
    it: System | None
    decision: UseDecision | None
    """Whether it may be used."""
    fields: tuple[FieldChange, ...]
    """What matters to who uses it."""


@dataclass(frozen=True)
class RoleNews:
    """What is new for a role: documents to read anew, those that no longer apply, and what it owns."""

    role: Role
    documents: tuple[DocumentChange, ...]
    ended: tuple[DocumentChange, ...]
    owned: tuple[tuple[RecordChange, tuple[str, ...]], ...]
    """Its risks and actions, with the names of what changed in them."""


@dataclass(frozen=True)
class WhatsNew:
    """What is new for everybody, and for each role for which something is."""

    changes: Changes | None
    systems: tuple[SystemNews, ...]
    roles: tuple[RoleNews, ...]


def whats_new(build: Build) -> WhatsNew:
    """What is new for everybody and for each role, in the order of the page of roles."""
    aims, found = build.aims, changes(build)
    if found is None:
        return WhatsNew(None, (), ())
    records = [record for group in found.groups for record in group.records]
    systems = [_system_news(aims, record) for record in records if record.kind == KIND["system"].title]
    roles = [_role_news(aims, role, found, records) for role in aims.all(Role)]
    return WhatsNew(
        changes=found,
        systems=tuple(news for news in systems if news.fields or news.change.mark in {Mark.added, Mark.removed}),
        roles=tuple(news for news in roles if news.documents or news.ended or news.owned),
    )


def _system_news(aims: Aims, record: RecordChange) -> SystemNews:
    fields = [change for change in record.fields if change.path in MATTERS_TO_USERS] if record.mark is Mark.changed else []
    system = aims.find(record.id, System)
    decision = decisions.use_decision(aims, system) if system else None
    return SystemNews(record, system, decision, tuple(replace(change, path=(": ".join(change.path),)) for change in fields))


def _role_news(aims: Aims, role: Role, found: Changes, records: list[RecordChange]) -> RoleNews:
    owned = {document.id for document in aims.all(Document) if document.owner == role.id}
    mine = [change for change in found.documents if change.id in owned or change.id in role.must_know]
    return RoleNews(
        role=role,
        documents=tuple(change for change in mine if any(version.approved for version in change.versions)),
        ended=tuple(change for change in mine if change.validity and (document := aims.find(change.id, Document)) and document.withdrawn),
        owned=tuple((record, _fields(record)) for record in records if _owner(aims, record.id) == role.id and record.mark is not Mark.moved),
    )


def _fields(record: RecordChange) -> tuple[str, ...]:
    """The names of the fields in which something changed."""
    return tuple(dict.fromkeys(change.path[0] for change in record.fields))


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
    records = _records_now(build)
    when = [records[part].changed_in for part in (id, f"soa:{id}", f"status:{id}") if part in records]
    if None in when:
        return f"Changed since snapshot {previous.version}" if previous else None
    newest = max((version for version in when if version), key=_order, default=None)
    return f"Last changed in snapshot {newest}" if newest else None


@cache
def _records_now(build: Build) -> dict[str, RecordState]:
    return {record.id: record for record in states(build)[1].records}


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())
