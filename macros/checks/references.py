"""Ids: every reference leads to a record of the right kind, and no id is used twice."""

from __future__ import annotations

import re
from collections.abc import Iterator

from macros.finding import Finding
from macros.graph import Aims
from macros.load import Entry
from macros.problems import did_you_mean
from macros.schema import KIND, KIND_OF
from macros.schema.base import Living, Record
from macros.schema.documents import Document

WINDOWS_REFUSES = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)(\.|$)|[<>:\"/\\|?*]|[. ]$", re.I)
"""What no file may be called there, whatever comes after a dot."""


def reference_exists(aims: Aims) -> Iterator[Finding]:
    """Every id in data and every [[id]] in prose leads to a record of the right kind."""
    broken = aims.loaded
    for link in aims.links:
        entry = aims.entries.get(link.target)
        if entry is None:
            if link.target not in broken.broken_ids and not broken.broken_kinds.intersection(link.kinds or KIND):
                known = [id for id, other in aims.entries.items() if not link.kinds or (other.kind and other.kind.id in link.kinds)]
                yield link.place, f"'{link.target}' is not the id of {_kinds(link.kinds)}{did_you_mean(link.target, known)}", (link.source,)
        elif link.kinds and entry.kind and entry.kind.id not in link.kinds:
            message = f"'{link.target}' is the id of {_a(entry.kind.title)}; {_kinds(link.kinds)} is needed here"
            yield link.place, message, (link.source,)


def ended_not_needed(aims: Aims) -> Iterator[Finding]:
    """Nothing that lives is left to a role or supplier that has ended."""
    for link in aims.links:
        target, source = aims.get(link.target), aims.get(link.source)
        if link.recorded or not isinstance(target, Living) or not (target.ended and aims.over(target)):
            continue
        if set(link.kinds) & {"role", "supplier"} and not (source and _over(aims, source)):
            successor = f", like '{target.ended.replaced_by}', which takes its place" if target.ended.replaced_by else ""
            yield link.place, f"'{link.target}' ended on {target.ended.on}; name another one{successor}", (link.source, link.target)


def _over(aims: Aims, record: Record) -> bool:
    return aims.over(record) or (isinstance(record, Document) and record.withdrawn is not None)


def id_once(aims: Aims) -> Iterator[Finding]:
    """No id is used by two records."""
    first: dict[str, str] = {}
    reported = {problem.place for problem in aims.loaded.problems}  # a file that is named differently
    for entry, record in _records(aims):
        if record.id in first and entry.place("id") not in reported:
            yield entry.place("id"), f"the id '{record.id}' is already used in {first[record.id]}; ids are never used twice", (record.id,)
        first.setdefault(record.id, str(entry.place("id")))


def id_names_a_file(aims: Aims) -> Iterator[Finding]:
    """Every id can be the name of a file and of a page on every computer: it is no word that Windows keeps for itself, and not in two spellings."""
    first: dict[str, str] = {}
    for entry, record in _records(aims):
        same = first.setdefault(record.id.casefold(), record.id)
        if WINDOWS_REFUSES.search(record.id):
            yield entry.place("id"), f"'{record.id}' cannot be the name of a file on Windows; take another id", (record.id,)
        elif same != record.id:
            message = f"'{record.id}' differs from '{same}' in capital letters only, and many computers take them for one file; take another id"
            yield entry.place("id"), message, (record.id, same)


def _records(aims: Aims) -> Iterator[tuple[Entry, Record]]:
    return ((entry, entry.part) for entry in aims.loaded.entries if isinstance(entry.part, Record) and type(entry.part) in KIND_OF)


def formerly_once(aims: Aims) -> Iterator[Finding]:
    """A former id belongs to one record, and no record has it today; a document keeps the id with which it was sealed."""
    first: dict[str, str] = {}
    for entry, record in _records(aims):
        for number, former in enumerate(record.formerly):
            place, about = entry.place("formerly", number), (record.id,)
            if isinstance(record, Document):
                yield place, f"{record.id} is a document, and its approvals are sealed with its id; begin a new document that supersedes the old one", about
            elif former in aims.entries:
                message = f"'{former}' is the id of a record today ({aims.entries[former].place('id')}); take it out here, or give that record another id"
                yield place, message, about
            elif former in first:
                yield place, f"'{former}' is already a former id in {first[former]}; it can lead to one record only", about
            first.setdefault(former, str(place))


def replaced_by_another(aims: Aims) -> Iterator[Finding]:
    """What takes the place of a record that ended is another one, and so on: it never comes round to the record itself."""
    for entry, record in _records(aims):
        seen = [record.id]
        while (after := _successor(aims, seen[-1])) and after not in seen:
            seen.append(after)
        if after == record.id:
            message = f"{record.id} is said to take its own place ({' → '.join([*seen, after])}); name what came after it, or remove the key"
            yield entry.place("ended", "replaced_by"), message, tuple(seen)


def _successor(aims: Aims, id: str) -> str | None:
    record = aims.get(id)
    return aims.id_now(record.ended.replaced_by) if isinstance(record, Living) and record.ended and record.ended.replaced_by else None


def _a(title: str) -> str:
    lowered = title if any(letter.isupper() for letter in title[1:]) else title.lower()
    return f"an {lowered}" if lowered[:1] in "aeioAEIO" else f"a {lowered}"


def _kinds(kinds: tuple[str, ...]) -> str:
    if not kinds:
        return "any record"
    return " or ".join(_a(KIND[kind].title) for kind in kinds)
