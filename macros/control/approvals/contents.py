"""What differs between the content of a document in two states: record by record as read, page by page in the words a reader sees.

How something is written does not count: renamed files, another order or layout of the YAML, other marks in the Markdown.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from macros.control.changes.parts import items
from macros.control.changes.plain import PlainText
from macros.graph import Aims
from macros.page_head import HEAD
from macros.prose import MACRO
from macros.schema.documents import Document
from macros.seal import sha256
from macros.yaml_source import Unreadable, decode

BESIDES = (
    MACRO,
    re.compile(r"(?:https?://|mailto:)[^\s()<>\"']+"),
    re.compile(r"!\[[^\]]*\]"),
    re.compile(r"</?[A-Za-z][^>]*>"),
    re.compile(r"\{:?[ ]*[^{}%\n]*\}"),
)
"""What a page says besides its paragraphs: macros, which stand for what is shown there, addresses outside the portal, what images are called; HTML
and attributes in braces, which can strike words out or hide them."""
Words = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Difference:
    """A record, page or other file that was added, changed or removed: what happened, its id or path, its title."""

    what: Literal["added", "changed", "removed"]
    id: str
    title: str = ""

    def __str__(self) -> str:
        return f"{self.id} {self.title}".strip() + f" was {self.what}"


def differences(then: Aims, now: Aims, document: Document) -> tuple[Difference, ...]:
    """What differs in the content of a document between two states, records first, in their order."""
    before = then.find(document.id, Document)
    return (*_records(then, now, document), *_files(then, before, now, document))


def _records(then: Aims, now: Aims, document: Document) -> list[Difference]:
    old, new = _values(then, document.id), _values(now, document.id)
    found = []
    for id, (title, value) in new.items():
        if id not in old:
            found.append(Difference("added", id, title))
        elif old[id][1] != value:
            found.append(Difference("changed", id, title))
    return found + [Difference("removed", id, title) for id, (title, _) in old.items() if id not in new]


def _values(aims: Aims, document: str) -> dict[str, tuple[str, dict[str, Any]]]:
    """The title and values of every record and part that is content of a document, by id. A part without a title of its own is named by its kind."""
    found = {}
    for item in items(aims):
        owner = aims.document_of(item.entry.file)
        if owner and owner.id == document:
            found[item.id] = (item.title if item.title != item.id else "", item.entry.part.model_dump(exclude={"formerly"}))
    return found


def _files(then: Aims, before: Document | None, now: Aims, document: Document) -> list[Difference]:
    """Pages and other files that are not data. Those of equal content under another name are not different."""
    old, new = _contents(then, before) if before else {}, _contents(now, document)
    moved = Counter(old.values()) & Counter(new.values())
    found = []
    for name, content in new.items():
        if old.get(name) != content and not moved[content]:
            found.append(Difference("changed" if name in old else "added", name))
    return found + [Difference("removed", name) for name, content in old.items() if name not in new and not moved[content]]


def _contents(aims: Aims, document: Document) -> dict[str, Words | str]:
    """For each file of a document that holds no data, what a reader sees of it."""
    names = [name for name in aims.sources_of(document) if name.startswith("docs/")]
    return {name: _words(aims, name) if name in aims.pages else _sum(aims, name) for name in names}


@cache
def _words(aims: Aims, name: str) -> Words | str:
    """The paragraphs of a page, what it says besides them, and its title and description where the head of the file gives them. Where a link inside
    the portal leads is left out, as that changes with a file's name."""
    try:
        text = decode((aims.project / name).read_bytes()).replace("\r\n", "\n")
    except (Unreadable, OSError):
        return _sum(aims, name)
    head = HEAD.match(text)
    return tuple(PlainText(aims.id_now).page(text)[0]), (head.group() if head else "",), *(tuple(kind.findall(text)) for kind in BESIDES)


def _sum(aims: Aims, name: str) -> str:
    try:
        return sha256((aims.project / name).read_bytes())
    except OSError:
        return ""
