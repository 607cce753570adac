"""A document's file in one state, as it is written but in the shape of today: what a base or an older commit says, whether or not the schema can read it.

What has another form than it should counts as not there; the schema's finding says what is wrong with it. `append_only` compares the plain values
themselves, so that nothing that is written escapes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from macros.control.approvals.append_only import NEEDS_APPROVAL, entries
from macros.migrations import read_file
from macros.renamed import Names, with_todays_ids
from macros.schema.documents import Document
from macros.yaml_source import Unreadable


@dataclass(frozen=True)
class WrittenEntry:
    """An approval, a review, a reseal or a closing; `record` is what a closing closes."""

    record: str
    seal: str | None
    signed: bool


@dataclass(frozen=True)
class WrittenVersion:
    """An entry of the revision table; an empty one stands for what is not there."""

    number: str = ""
    approvers: tuple[str, ...] = ()
    reviewed: WrittenEntry | None = None
    approvals: tuple[WrittenEntry, ...] = ()
    confirmed: tuple[WrittenEntry, ...] = ()
    resealed: tuple[WrittenEntry, ...] = ()


@dataclass(frozen=True)
class WrittenDocument:
    """A document; an empty one stands for what is not there."""

    file: str = ""
    values: dict[str, Any] | None = None
    """All of it as plain values, None where it cannot be read."""
    needs_approval: bool = False
    owner: str = ""
    approvers: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    supersedes: tuple[str, ...] = ()
    versions: tuple[WrittenVersion, ...] = ()
    closed: tuple[WrittenEntry, ...] = ()
    withdrawn: bool = False

    @property
    def readable(self) -> bool:
        """Whether it is there and says something."""
        return bool(self.values)

    def has(self, *path: str | int) -> bool:
        """Whether something is written at a path, like `("versions", 2, "reviewed")`."""
        values: Any = self.values
        for step in path:
            try:
                values = values[step]
            except (LookupError, TypeError):
                return False
        return values is not None


def written_documents(files: Mapping[str, bytes], renamed: Names) -> dict[str, WrittenDocument]:
    """Documents by id from the bytes of their files, hidden ones left out, which nobody reads. A file that cannot be read counts under its name. Whatever
    they name has its id of today."""
    found = {}
    for file, content in files.items():
        name = file.rpartition("/")[2]
        if name.startswith("."):
            continue
        document = _read(file, content)
        if renamed and document.values:
            document = _document(file, with_todays_ids(Document, document.values, renamed))
        id = name.removesuffix(".yaml")
        found[str(document.values.get("id", id)) if document.values else id] = document
    return found


@lru_cache(maxsize=4096)
def _read(file: str, content: bytes) -> WrittenDocument:
    """Over a whole history most documents are the same from commit to commit."""
    try:
        values = read_file(content, file)[0]
    except Unreadable:
        values = None
    return _document(file, values) if isinstance(values, dict) else WrittenDocument(file)


def _document(file: str, values: dict[str, Any]) -> WrittenDocument:
    return WrittenDocument(
        file,
        values,
        needs_approval=str(values.get("kind")) in NEEDS_APPROVAL,
        owner=str(values.get("owner")),
        approvers=_words(values, "approvers"),
        sources=_words(values, "sources"),
        supersedes=_words(values, "supersedes"),
        versions=tuple(_version(entry) for entry in entries(values, "versions")),
        closed=_entries(values, "closed"),
        withdrawn=bool(values.get("withdrawn")),
    )


def _version(values: dict[str, Any]) -> WrittenVersion:
    reviewed = values.get("reviewed")
    return WrittenVersion(
        number=str(values.get("number")),
        approvers=_words(values, "approvers"),
        reviewed=_entry(reviewed) if isinstance(reviewed, dict) else None,
        approvals=_entries(values, "approvals"),
        confirmed=_entries(values, "confirmed"),
        resealed=_entries(values, "resealed"),
    )


def _entry(values: dict[str, Any]) -> WrittenEntry:
    return WrittenEntry(record=str(values.get("record")), seal=values.get("seal"), signed=bool(values.get("signature")))


def _entries(values: dict[str, Any], name: str) -> tuple[WrittenEntry, ...]:
    return tuple(_entry(entry) for entry in entries(values, name))


def _words(values: dict[str, Any], name: str) -> tuple[str, ...]:
    found = values.get(name)
    return tuple(str(item) for item in found) if isinstance(found, list) else ()
