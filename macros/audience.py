"""Editions: what an audience may read of the management system, and nothing else.

A file below `docs/` and `aims_data/` has the classification of the document it belongs to, and a record that of its file; the record of a
document has the document's own. `HIGHEST` says up to which level of `organisation.yaml` an audience reads. Everything is loaded and checked
first, whoever it is for; `edition` then leaves out what lies above, so that views, pages, search and exports never see a word of it.

Two things of the organisation stay for everybody, as every page needs them: its name with the contacts (whom to call, where to raise a
concern), and the names of the classification levels.

Text that an author wrote into a file stays with the file: the words of `[[R-012 my words]]`, and of a link. Only what another file would
have added, like a title, is left out.
"""

from __future__ import annotations

import dataclasses
import os
import posixpath
import re
from collections.abc import Callable
from enum import StrEnum
from functools import cache
from typing import Any, cast
from urllib.parse import unquote, urlsplit

from macros.graph import Aims
from macros.load import Entry, Loaded
from macros.problems import Grade, Problem
from macros.schema.base import Part, Record
from macros.schema.documents import Document
from macros.schema.organisation import Classification, Organisation

HOME = "docs/index.md"
WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*[A-Za-z0-9]")


class Audience(StrEnum):
    """For whom a site is built."""

    public = "public"
    staff = "staff"
    auditor = "auditor"


HIGHEST = {Audience.public: 0, Audience.staff: 1}
"""The highest classification level that an audience reads. Auditors read everything."""


class NoEdition(ValueError):
    """There is no such audience, or nothing to begin with for it. The message is one sentence for a person."""


def audience() -> Audience:
    """The audience that AIMS_AUDIENCE names, else auditor. Raises `NoEdition` for a word that is none."""
    word = os.environ.get("AIMS_AUDIENCE") or Audience.auditor
    try:
        return Audience(word)
    except ValueError:
        raise NoEdition(f"AIMS_AUDIENCE is '{word}', which is not an audience; write {', '.join(Audience)}") from None


def edition(aims: Aims, reader: Audience) -> Aims:
    """What `reader` may read of a management system without errors. Raises `NoEdition` where not even the home page is left."""
    if reader not in HIGHEST:
        return aims
    left = frozenset(name for name in aims.files if _may_read(aims, name, reader))
    if HOME in aims.pages and HOME not in left:
        owner = aims.document_of(HOME)
        belongs = f"belongs to {owner.id}, which is classified {owner.classification}" if owner else "belongs to no document"
        raise NoEdition(f"there is no {reader.value} edition: the home page {HOME} {belongs}; let a document that this audience may read have it")
    return _narrowed(aims, reader, left)


def earlier(aims: Aims, past: Aims) -> Aims:
    """What the readers of an edition may see of an earlier state: what they might read then, without the files that are left out now."""
    if aims.whole is None:
        return past
    reader = Audience(aims.audience)
    hidden = frozenset(aims.whole.files) - frozenset(aims.files)
    left = frozenset(name for name in past.files if name not in hidden and _may_read(past, name, reader))
    return _narrowed(past, reader, left)


def _narrowed(aims: Aims, reader: Audience, left: frozenset[str]) -> Aims:
    """A management system with only the files `left`."""
    entries = [kept for kept in (_kept(entry, left) for entry in aims.loaded.entries) if kept]
    parts: dict[type[Part], list[Entry]] = {}
    for entry in entries:
        parts.setdefault(type(entry.part), []).append(entry)
    return dataclasses.replace(
        aims,
        loaded=Loaded(
            aims.project,
            entries,
            files=[name for name in aims.loaded.files if name in left],
            renamed=aims.loaded.renamed,
            part_files={name: id for name, id in aims.loaded.part_files.items() if name in left},
        ),
        pages={name: page for name, page in aims.pages.items() if name in left},
        files=tuple(name for name in aims.files if name in left),
        entries={id: entry for id, entry in aims.entries.items() if _kept(entry, left)},
        parts=parts,
        whole=aims,
        audience=reader.value,
    )


def _may_read(aims: Aims, file: str, reader: Audience) -> bool:
    """Whether a file may be read. What belongs to no document, or has an unknown level, may not."""
    document = _described(aims).get(file) or aims.document_of(file)
    level = aims.find(document.classification, Classification) if document else None
    return level is not None and level.level <= HIGHEST[reader]


@cache
def _described(aims: Aims) -> dict[str, Document]:
    """The records of documents by their own files, which belong to no document."""
    return {entry.file: cast(Document, entry.part) for entry in aims.parts.get(Document, [])}


def _kept(entry: Entry, left: frozenset[str]) -> Entry | None:
    """An entry as an edition has it, or None."""
    if entry.file in left or isinstance(entry.part, Classification):
        return entry
    if isinstance(entry.part, Organisation):
        return dataclasses.replace(entry, part=_face(entry.part))
    return None


def _face(organisation: Organisation) -> Organisation:
    """Of an organisation that is not for this audience only what every page needs: its name, whether it is an example, and the contacts."""
    nothing = {"sector": "", "country": "", "employees": 0, "summary": "", "languages": (), "sites": (), "units": (), "actor_roles": (), "ai_act_roles": ()}
    return organisation.model_copy(update=nothing)


# -- what an edition says -------------------------------------------------------------------------------------------------------


def plain(id: str) -> str:
    """How a record that is left out is called: by its id; one that consists of words, like `managing-director`, by these."""
    return id.replace("-", " ") if id.islower() else id


def gaps_of_edition(aims: Aims, problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """Those of the whole's gaps that an edition may tell: found in a file of it, about records of it, and naming no other."""
    files = frozenset(aims.files)
    return tuple(
        problem
        for problem in problems
        if problem.grade is Grade.gap and problem.place.file in files and all(id in aims.entries for id in problem.about) and not _names_hidden(aims, problem)
    )


def _names_hidden(aims: Aims, problem: Problem) -> bool:
    assert aims.whole
    hidden = aims.whole.entries.keys() - aims.entries.keys()
    if hidden.intersection(WORD.findall(problem.message)):
        return True
    return any(cast(Record, aims.whole.entries[id].part).name in problem.message for id in hidden)


def pruned(nav: list[Any], left: Callable[[str], bool]) -> list[Any]:
    """A navigation as in mkdocs.yml without the pages for which `left` is false, and without sections that this empties."""
    found: list[Any] = []
    for item in nav:
        if isinstance(item, str):
            found += [item] if left(item) else []
        else:
            for title, value in item.items():
                inner = pruned(value, left) if isinstance(value, list) else value
                if inner and (isinstance(inner, list) or left(inner)):
                    found.append({title: inner})
    return found


def readdressed(aims: Aims, here: str, address: str) -> str | None:
    """The address of a link on the page at `here` as an edition has it: unchanged, without the anchor where a generated page stands in for one
    that is left out, or None where it leads to something left out."""
    parts = urlsplit(address)
    if parts.scheme or parts.netloc or not parts.path:
        return address
    path = unquote(parts.path)
    target = path.lstrip("/") if path.startswith("/") else posixpath.normpath(posixpath.join(posixpath.dirname(here), path))
    if f"docs/{target}" in aims.files or target not in _addresses(cast(Aims, aims.whole)):
        return address
    if target not in aims.page_addresses:
        return None
    return address.partition("#")[0] if f"docs/{target}" in cast(Aims, aims.whole).pages else address


@cache
def _addresses(whole: Aims) -> frozenset[str]:
    """Everything below `docs/` to which a link of the whole can lead."""
    return whole.page_addresses | {name.removeprefix("docs/") for name in whole.files if name.startswith("docs/")}
