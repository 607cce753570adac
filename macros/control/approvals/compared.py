"""Two states of the documents that are compared: plain values as they are written, and the whole management system only where it is asked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from macros.control.approvals.append_only import entries
from macros.control.git import Commit, Git
from macros.control.history import History
from macros.graph import Aims
from macros.problems import Place
from macros.schema.documents import Document, Version
from macros.yaml_source import Unreadable, decode, read

DOCUMENTS = "aims_data/documents"


@dataclass(frozen=True)
class Raw:
    """A document's file in one state: its path and its plain values, None where it cannot be read."""

    file: str
    values: dict[str, Any] | None


def raw_documents(files: Mapping[str, bytes]) -> dict[str, Raw]:
    """Documents by id from the bytes of their files, hidden ones left out, which nobody reads. A file that cannot be read counts under its name."""
    found = {}
    for file, content in files.items():
        if file.rpartition("/")[2].startswith("."):
            continue
        id = file.rpartition("/")[2].removesuffix(".yaml")
        try:
            values = read(decode(content))[0]
        except Unreadable:
            values = None
        values = values if isinstance(values, dict) else None
        found[str(values.get("id", id)) if values else id] = Raw(file, values)
    return found


class State:
    """One state: its documents as plain values, and the whole management system, made only where it is asked for."""

    def __init__(self, raw: Callable[[], dict[str, Raw]], whole: Callable[[], Aims]) -> None:
        self._raw, self._whole = raw, whole

    @cached_property
    def documents(self) -> dict[str, Raw]:
        """The documents by id."""
        return self._raw()

    @cached_property
    def aims(self) -> Aims:
        """The management system."""
        return self._whole()


@dataclass(frozen=True)
class Change:
    """What is checked: a state, the state it builds on, how that one is called, and the history in which older contents are looked up."""

    before: State
    now: State
    base: str
    history: History
    day: dt.date
    """The day of the state it builds on."""

    def place(self, id: str, *path: str | int) -> Place:
        """Where a field of a document stands now."""
        entry = self.now.aims.entries.get(id)
        return entry.place(*path) if entry else Place(self.now.documents[id].file)

    def old(self, document: Document, version: Version | None = None) -> tuple[Document | None, Version | None]:
        """The document, and this version of it, in the state before."""
        before = self.before.aims.find(document.id, Document)
        same = (old for old in before.versions if version and old.number == version.number) if before else iter(())
        return before, next(same, None)

    def touched(self) -> Iterator[Document]:
        """The documents whose own record differs; where there is none, nothing but the plain values is read."""
        differing = [id for id, raw in self.now.documents.items() if raw.values != self.before.documents.get(id, Raw("", None)).values]
        for id in differing:
            document = self.now.aims.find(id, Document)
            if document:
                yield document

    def written(self, id: str) -> dict[str, Any]:
        """The plain values of a document before; none where it was not there."""
        raw = self.before.documents.get(id)
        return raw.values or {} if raw else {}

    def written_version(self, id: str, version: Version) -> dict[str, Any]:
        """The plain values of a version before; none where it was not there."""
        return next((entry for entry in entries(self.written(id), "versions") if str(entry.get("number")) == version.number), {})


def raw_at(git: Git, commit: Commit) -> dict[str, Raw]:
    """The documents of a commit."""
    files = {name: blob for name, blob in git.files(commit.id, DOCUMENTS).items() if name.endswith(".yaml")}
    read_as = git.blobs(files.values())
    return raw_documents({name: read_as[blob] for name, blob in files.items()})


def raw_now(aims: Aims) -> dict[str, Raw]:
    """The documents as their files are now."""
    return raw_documents({path.relative_to(aims.project).as_posix(): path.read_bytes() for path in sorted((aims.project / DOCUMENTS).glob("*.yaml"))})
