"""What changed between two states (`aims.json`), in words: records field by field, documents with their new versions and a redline of their pages.

Pure functions from two states to frozen values. Only what a state holds is read, so snapshots of any age can be compared; what the formats
and pages do with it is in `report.py` and `views/changes.py`. The page "compare" does the same in the reader's browser
(`overrides/assets/difference.js`); a test holds the two together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from macros.control.changes.fields import FieldChange, Names, compared
from macros.control.changes.redline import Mark
from macros.control.changes.state import State
from macros.control.changes.texts import TextChange, content_changed, file_moves, files_changed, texts_changed
from macros.graph import natural


@dataclass(frozen=True)
class RecordChange:
    """A record that was added, removed, changed or moved, and what changed in it."""

    mark: Mark
    id: str
    title: str
    """Id and title, as a link would say it."""
    kind: str
    """The name of its kind, for readers."""
    group: str
    address: str | None
    """Its page in the newer state (for a removed one, in the older)."""
    document: str
    """The document whose content it is, with its version; empty where there is none."""
    fields: tuple[FieldChange, ...] = ()
    moved: str = ""
    """From where to where, in words."""


@dataclass(frozen=True)
class VersionNews:
    """A new version of a document: who wrote it, who approved it and when, what shows the approval, and why the document changed."""

    number: str
    author: str
    written_on: str
    approvals: tuple[str, ...]
    approved: bool
    """Whether it may be relied on: all approvers approved it, or nobody has to."""
    evidence: str
    effective_from: str | None
    reason: str


@dataclass(frozen=True)
class Closed:
    """Records that were closed on one day by one person, with the seal of each."""

    on: str
    by: str
    records: tuple[str, ...]
    """Ids and titles."""
    seals: tuple[str, ...]


@dataclass(frozen=True)
class DocumentChange:
    """A document that changed: its new versions, its facts, its pages."""

    mark: Mark
    id: str
    """Empty for pages that belong to no document."""
    title: str
    address: str | None
    versions: tuple[VersionNews, ...]
    validity: tuple[str, str] | None
    """The words for it before and now, if they differ."""
    fields: tuple[FieldChange, ...]
    closed: tuple[Closed, ...]
    texts: tuple[TextChange, ...]
    files: tuple[str, ...]
    """What happened to files without a change of words, in words."""
    unapproved: bool
    """The content changed, and no new version says why."""


@dataclass(frozen=True)
class Group:
    """The changed records of one part of the AIMS."""

    title: str
    records: tuple[RecordChange, ...]


@dataclass(frozen=True)
class Changes:
    """Everything that changed from the state called `old` to the one called `new`."""

    old: str
    new: str
    documents: tuple[DocumentChange, ...]
    groups: tuple[Group, ...]
    gaps_closed: tuple[str, ...]
    gaps_opened: tuple[str, ...]

    @property
    def nothing(self) -> bool:
        """Whether no record and no document changed. Gaps alone may come with the day."""
        return not (self.documents or self.groups)

    @property
    def counts(self) -> dict[str, int]:
        """How many documents changed, and how many records were added, changed, moved and removed; without zeros."""
        marks = [record.mark for group in self.groups for record in group.records]
        found = {"documents": len(self.documents)} | {mark.value: marks.count(mark) for mark in (Mark.added, Mark.changed, Mark.moved, Mark.removed)}
        return {name: count for name, count in found.items() if count}


def compare(old: State, new: State, old_name: str = "", new_name: str = "") -> Changes:
    """What changed from one state to the other. The names say which they are, like `2026.1`."""
    names = Names(old, new)
    gaps = [{(gap["rule"], gap["message"]): gap["message"] for gap in state["gaps"]} for state in (old, new)]
    return Changes(
        old_name or old.get("version") or "before",
        new_name or new.get("version") or "now",
        tuple(_documents(old, new, names)),
        tuple(_groups(old, new, names)),
        tuple(message for key, message in gaps[0].items() if key not in gaps[1]),
        tuple(message for key, message in gaps[1].items() if key not in gaps[0]),
    )


# -- records --------------------------------------------------------------------------------------------------------------------


def _groups(old: State, new: State, names: Names) -> Iterator[Group]:
    by_group: dict[str, list[RecordChange]] = defaultdict(list)
    for change in _records(old, new, names):
        by_group[change.group].append(change)
    order = [*new.get("groups", []), *old.get("groups", [])]
    for title in sorted(by_group, key=lambda title: order.index(title) if title in order else len(order)):
        yield Group(title, tuple(by_group[title]))


def _records(old: State, new: State, names: Names) -> Iterator[RecordChange]:
    before = {record["id"]: record for record in old["records"] if record["kind"] != "document"}
    after = {record["id"]: record for record in new["records"] if record["kind"] != "document"}
    renamed = _renumbered(before, after)
    for id, record in after.items():
        earlier = before.get(renamed.get(id, id))
        if earlier is None:
            yield _record(Mark.added, record, names)
            continue
        moved = f"was {earlier['id']}" if earlier["id"] != id else ""
        if earlier["file"] != record["file"]:
            moved = f"{moved}, " * bool(moved) + f"moved from {earlier['file']} to {record['file']}"
        if earlier["digest"] != record["digest"]:
            fields = tuple(compared(earlier["fields"], record["fields"], names, names.refs(record["kind"])))
            yield replace(_record(Mark.changed, record, names), fields=fields, moved=moved)
        elif moved:
            yield replace(_record(Mark.moved, record, names), moved=moved)
    for id, record in before.items():
        if id not in after and id not in renamed.values():
            yield _record(Mark.removed, record, names)


def _record(mark: Mark, record: dict[str, Any], names: Names) -> RecordChange:
    fields = compared({}, record["fields"], names, names.refs(record["kind"])) if mark is Mark.added else ()
    kind, document = names.kind(record["kind"]), names.document(record["document"])
    return RecordChange(mark, record["id"], names.label(record), kind, record["group"], record["address"], document, tuple(fields))


def _renumbered(before: dict[str, Any], after: dict[str, Any]) -> dict[str, str]:
    """For each new id the old one under which the very same content stood, where that is gone."""
    gone = defaultdict(list)
    for id, record in before.items():
        if id not in after:
            gone[record["kind"], record["digest"]].append(id)
    found = {}
    for id, record in after.items():
        if id not in before and (same := gone.get((record["kind"], record["digest"]))):
            found[id] = same.pop(0)
    return found


# -- documents ------------------------------------------------------------------------------------------------------------------


def _documents(old: State, new: State, names: Names) -> Iterator[DocumentChange]:
    before, after = ({entry["id"]: entry for entry in state["documents"]} for state in (old, new))
    told, tnew = ({record["id"]: record for record in state["records"] if record["kind"] == "document"} for state in (old, new))
    moves = file_moves(old, new)
    texts: dict[str, list[TextChange]] = defaultdict(list)
    for owner, text in texts_changed(old, new, moves):
        texts[owner or ""].append(text)
    held = [{(record["file"], record["id"], record["digest"]) for record in state["records"]} for state in (old, new)]
    touched = {file for file, _, _ in held[0] ^ held[1]}
    for id in sorted({*before, *after, *texts}, key=natural):
        then, now = before.get(id), after.get(id)
        earlier, record = told.get(id), tnew.get(id)
        fields: tuple[FieldChange, ...] = ()
        versions: tuple[VersionNews, ...] = ()
        closed: tuple[Closed, ...] = ()
        if record and now:
            known = {version.get("number") for version in (earlier["fields"].get("versions", []) if earlier else [])}
            entries = record["fields"].get("versions", [])
            versions = tuple(_version(entries[at:], now, names) for at, version in enumerate(entries) if version.get("number") not in known)
            fields = tuple(_facts(earlier, record, known, moves, names)) if earlier else ()
            closed = tuple(_closed(earlier, record, names)) if earlier else ()
        validity = (then["validity"], now["validity"]) if then and now and then["validity"] != now["validity"] else None
        files = tuple(files_changed(then, now, texts[id], moves, touched)) if then and now else ()
        mark = Mark.changed if then and now else Mark.added if now else Mark.removed if then else Mark.changed
        if mark is not Mark.changed or versions or fields or closed or validity or files or texts[id]:
            shown = record or earlier
            yield DocumentChange(
                mark, id, names.label(shown) if shown else "Pages that belong to no document", shown["address"] if shown else None,
                versions, validity, fields, closed, tuple(texts[id]), files,
                unapproved=bool(now and then and now["needs_approval"] and not versions and content_changed(then, now, moves)),
            )  # fmt: skip


def _facts(earlier: dict[str, Any], record: dict[str, Any], known: set[Any], moves: dict[str, str], names: Names) -> Iterator[FieldChange]:
    """The changes in a document's own record. New versions and closed records are told elsewhere, and a renamed source is no change of facts."""
    come = _come(earlier, record)

    def plain(fields: dict[str, Any], renamed: dict[str, str]) -> dict[str, Any]:
        versions = [version for version in fields.get("versions", []) if version.get("number") in known]
        closed = [closing for closing in fields.get("closed", []) if closing not in come]
        return fields | {"versions": versions, "closed": closed, "sources": sorted(renamed.get(source, source) for source in fields.get("sources", []))}

    yield from compared(plain(earlier["fields"], moves), plain(record["fields"], {}), names, names.refs("document"))


def _come(earlier: dict[str, Any], record: dict[str, Any]) -> list[dict[str, str]]:
    """The closings of records that were not closed before."""
    known = {closing.get("record") for closing in earlier["fields"].get("closed", [])}
    return [closing for closing in record["fields"].get("closed", []) if "record" in closing and closing["record"] not in known]


def _closed(earlier: dict[str, Any], record: dict[str, Any], names: Names) -> Iterator[Closed]:
    by_act: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
    for closing in _come(earlier, record):
        by_act[closing.get("on", ""), f"{names.name(closing.get('by', ''))} ({closing.get('holder', '')})"].append(closing)
    for (on, by), found in by_act.items():
        yield Closed(on, by, tuple(names.name(closing["record"]) for closing in found), tuple(closing.get("seal", "") for closing in found))


def _version(upwards: list[dict[str, Any]], document: dict[str, Any], names: Names) -> VersionNews:
    """The first of these versions; those above it may say that the approvers were changed since."""
    version = upwards[0]
    approvals = version.get("approvals", [])
    needed = document["needs_approval"]
    approvers = next((entry["approvers"] for entry in upwards if entry.get("approvers")), document.get("approvers", []))
    approved = bool(approvers) and set(approvers) <= {approval["by"] for approval in approvals}
    if not approvals:
        evidence = "not approved yet" if needed else "needs no approval"
    elif all(approval.get("signature") for approval in approvals):
        evidence = "signed"
    elif all(approval.get("evidence") for approval in approvals):
        evidence = "; ".join(dict.fromkeys(approval["evidence"] for approval in approvals))
    else:
        evidence = "approval not evidenced"
    author = names.name(document["author"]) + (f" ({version['author_holder']})" if version.get("author_holder") else "")
    return VersionNews(
        version["number"], author, version.get("written_on", ""),
        tuple(f"{names.name(approval['by'])} ({approval['holder']}) on {approval['on']}" for approval in approvals),
        approved or not needed, evidence, version.get("effective_from"), version.get("change", ""),
    )  # fmt: skip
