"""RULES on a change: nothing entered was removed, whoever approved had the authority in the state it builds on, seals are of this content.

They are checked where a base is known (`aims check --base origin/main`, or AIMS_BASE), and for every commit of main (`aims check --history`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from macros.control.approvals import append_only, recorded
from macros.control.approvals.approval_authorised import approval_authorised
from macros.control.approvals.compared import Change
from macros.control.approvals.data_files import WrittenRow, ids_in, written_rows
from macros.control.approvals.decision_authorised import decision_authorised, given_before
from macros.control.approvals.in_force import stays_in_force
from macros.control.approvals.new_bases import basis_not_made_up
from macros.control.approvals.new_seals import reseal_technical, seal_not_pasted
from macros.control.approvals.required import approved_or_draft
from macros.control.git import Commit
from macros.control.given_ids import stated
from macros.finding import Finding
from macros.load import DATA
from macros.problems import Grade, Place
from macros.schema import SCHEMA
from macros.schema.fields import Path
from macros.seal import record_seal


def history_kept(change: Change) -> Iterator[Finding]:
    """The revision tables only grow: no version, approval, closing or withdrawal of the base is removed, moved or altered, and no document vanishes."""
    for id, before in change.before.documents.items():
        now = change.now.documents.get(id)
        if now is None:
            message = f"{id} is gone, which {change.base} has; bring {before.file} back and withdraw the document instead (`aims withdraw {id}`)"
            yield Place(before.file), message, (id,)
        elif before.values is not None and now.values is not None:
            for path, sentence in append_only.broken(before.parts, now.parts, str(before.values.get("kind"))):
                yield change.place(id, *path), f"{sentence} ({change.base} has it)", (id,)


def recorded_kept(change: Change) -> Iterator[Finding]:
    """What was recorded stays: no assessment, decision, measured value, result, life event or follow-up of the base is altered or removed."""
    before, now = change.before.data, change.now.data
    old, new = change.recorded_rows
    rows, after = ([row for listed in side.values() for row in listed] for side in (old, new))
    for model in dict.fromkeys(row.model for row in rows):
        ours, theirs = ([row for row in side if row.model is model] for side in (rows, after))
        judged = recorded.Judged(SCHEMA if any(row.files for row in (*ours, *theirs)) else max(before.schema, now.schema), change.day)
        for number, place, path, sentence in recorded.broken(model, [row.values for row in ours], [row.values for row in theirs], judged):
            row, id = ours[number] if place is None else theirs[place], ours[number].values.get("id")
            yield row.place(*path), f"{sentence} ({change.base} has it)", (str(id),) if id else ()


def schema_kept(change: Change) -> Iterator[Finding]:
    """The number of the schema is never lowered: an older one kept less of what was recorded."""
    before, now = change.before.data.schema, change.now.data.schema
    if now < before:
        yield Place("mkdocs.yml"), f"the schema of the data was {before} in {change.base} and is {now} now; put `schema: {before}` back (extra: aims:)", ()


def id_not_given_again(change: Change) -> Iterator[Finding]:
    """No new record takes the id of one that was removed: what refers to the id in older states would mean another thing. The same one may come back."""
    before, now = change.before.data, change.now.data
    touched = sorted(name for name in now.ids if before.ids.get(name) != now.ids[name])
    old = written_rows(before.read(touched))
    known = ids_in(old)
    readable = [row for name, listed in written_rows(now.read(touched)).items() if name not in before.ids or name in old for row in listed]
    new = [(row, path, record) for row in readable for _, path, record in row.records() if record["id"] not in known]
    for row, path, record in _perhaps_given(change, new):
        id, file = record["id"], f"{DATA}/{row.name}"
        gone = change.history.git.removed(change.since.id, stated(id), file)
        if gone and not _was_there(change, gone, row.name, record):
            removed = f"removed with commit {gone.id[:10]} of {gone.time:%Y-%m-%d}"
            yield row.place(*path, "id"), f"{id} was another record once, {removed}; an id is never given twice, take the next one", (id,)


NewRecord = tuple[WrittenRow, Path, Mapping[str, Any]]
AT_ONCE = 500
"""So many ids git is asked for in one call: the operating system limits how long a command may be."""


def _perhaps_given(change: Change, new: Sequence[NewRecord]) -> Iterator[NewRecord]:
    """The new records of which an id may have been given before: git is asked once for many, as an import brings thousands and nearly none is."""
    for start in range(0, len(new), AT_ONCE):
        some = new[start : start + AT_ONCE]
        files = sorted({f"{DATA}/{row.name}" for row, _, _ in some})
        if change.history.git.removed(change.since.id, stated(*(record["id"] for _, _, record in some)), *files):
            yield from some


def _was_there(change: Change, gone: Commit, name: str, record: Mapping[str, Any]) -> bool:
    """Whether a record is the one that a commit removed from a data file."""
    content = change.history.git.read(f"{gone.id}^1", f"{DATA}/{name}")
    rows = written_rows({name: content}).get(name, []) if content else []
    return any(append_only.same(dict(was), dict(record)) for row in rows for _, _, was in row.records())


def renamed_not_merged(change: Change) -> Iterator[Finding]:
    """A former id that comes in is that of the record itself, not of another one that was there beside it: whoever may act for that one is not this one."""
    coming, base = _former_ids(change)
    known = ids_in(base)
    for place, former, id in coming:
        if former != id and {former, id} <= known.keys():
            message = (
                f"'{former}' and '{id}' were two records in {change.base}, so neither is the other under a new id; keep '{former}' and "
                f"write there that it ended, with `replaced_by: {id}`"
            )
            yield place, message, (id,)


def formerly_known(change: Change) -> Iterator[Finding]:
    """A former id that comes in was the id of a record once, in the base or before it."""
    coming, base = _former_ids(change)
    known = ids_in(base).keys() | {former for rows in base.values() for row in rows for _, former, _ in _former_in(row)}
    for place, former, id in coming if not change.history.git.shallow else ():
        if former not in known and not change.history.git.removed(change.since.id, stated(former), DATA):
            message = f"up to {change.base} no record ever had the id '{former}'; mend it, or say a number that the record has elsewhere as `ref`"
            yield place, message, (id,)


FormerId = tuple[Place, str, str]
"""Where a former id stands, the id, and the id of its record today."""


def _former_ids(change: Change) -> tuple[list[FormerId], dict[str, list[WrittenRow]]]:
    """The former ids in the data files that differ from the base, and what those files and the ones that are gone hold in the base; nothing without any."""
    before, now = change.before.data, change.now.data
    touched = sorted(name for name in now.ids if before.ids.get(name) != now.ids[name])
    coming = [found for rows in written_rows(now.read(touched)).values() for row in rows for found in _former_in(row)]
    return coming, written_rows(before.read([*touched, *(set(before.ids) - set(now.ids))])) if coming else {}


def _former_in(row: WrittenRow) -> Iterator[FormerId]:
    for _, path, record in row.records():
        former_ids = record.get("formerly")
        for number, former in enumerate(former_ids if isinstance(former_ids, list) else ()):
            if isinstance(former, str):
                yield row.place(*path, "formerly", number), former, record["id"]


def closed_record_kept(change: Change) -> Iterator[Finding]:
    """A record that is closed in the base has the content of that closing, whatever seal its entry names now."""
    for id, before in change.before.documents.items():
        for closing in before.parts.values():
            record = str(closing.values.get("record"))
            seal = record_seal(change.now.aims, record) if closing.field == "closed" else None
            if closing.field == "closed" and seal != closing.values.get("seal") and id in change.now.documents:
                what = "was changed" if seal else "is gone"
                message = f"{record} is closed in {change.base} and {what}; undo that, and correct the record by a new one with `corrects: {record}`"
                yield change.place(id, "closed"), message, (record, id)


@dataclass(frozen=True)
class ChangeRule:
    """A rule on a change: its name and its function."""

    name: str
    find: Callable[..., Iterator[Finding]]
    grade: Grade = Grade.error

    @property
    def sentence(self) -> str:
        """The rule in one sentence."""
        return " ".join((self.find.__doc__ or "").split())


RULES: tuple[ChangeRule, ...] = (
    ChangeRule("history-kept", history_kept),
    ChangeRule("recorded-kept", recorded_kept),
    ChangeRule("schema-kept", schema_kept),
    ChangeRule("id-not-given-again", id_not_given_again),
    ChangeRule("renamed-not-merged", renamed_not_merged),
    ChangeRule("formerly-known", formerly_known),
    ChangeRule("closed-record-kept", closed_record_kept),
    ChangeRule("approval-authorised", approval_authorised),
    ChangeRule("decision-authorised", decision_authorised),
    ChangeRule("given-before", given_before, Grade.notice),
    ChangeRule("stays-in-force", stays_in_force),
    ChangeRule("seal-not-pasted", seal_not_pasted),
    ChangeRule("reseal-technical", reseal_technical),
    ChangeRule("basis-not-made-up", basis_not_made_up),
)
REQUIRED = ChangeRule("approved-or-draft", approved_or_draft)
RULE = {rule.name: rule for rule in (*RULES, REQUIRED)}
