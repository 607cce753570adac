"""A change: two states of documents and data files that are compared, as they are written, and the whole management system only where it is asked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from macros.control.approvals.append_only import Entered
from macros.control.approvals.data_files import DataFiles, Rows, data_at, data_now, is_readable, is_recorded, of_the_same_records, written_rows
from macros.control.approvals.written import APPROVALS, DOCUMENTS, WrittenDocument, written_documents
from macros.control.git import Commit, Git
from macros.control.history import History
from macros.graph import Aims
from macros.load import DATA
from macros.problems import Place
from macros.renamed import Names
from macros.schema.documents import Document, Version


@dataclass(frozen=True)
class Side:
    """One side of a change: how its documents and its management system are read, which is done once, where it is asked for."""

    read_documents: Callable[[], dict[str, WrittenDocument]]
    read_aims: Callable[[], Aims]
    read_data: Callable[[], DataFiles]

    @cached_property
    def data(self) -> DataFiles:
        """The data files."""
        return self.read_data()

    @cached_property
    def documents(self) -> dict[str, WrittenDocument]:
        """The documents by id, as they are written."""
        return self.read_documents()

    @cached_property
    def aims(self) -> Aims:
        """The management system."""
        return self.read_aims()


@dataclass(frozen=True)
class Change:
    """What is checked: a state, the state it builds on, how that one is called, and the history in which older contents are looked up."""

    before: Side
    now: Side
    base: str
    history: History
    since: Commit
    """The commit of the state it builds on."""

    @property
    def renamed(self) -> Names:
        """Today's id of a record by each former one: both states are read by those of today."""
        return self.history.aims.loaded.renamed

    @property
    def day(self) -> dt.date:
        """The day of the state it builds on."""
        return self.now.aims.day_of(self.since.time)

    @cached_property
    def recorded(self) -> list[str]:
        """The data files with something that is recorded that differ, and those with other parts of the same records."""
        before, now = self.before.data.ids, self.now.data.ids
        touched = [name for name in {*before, *now} if is_recorded(name) and before.get(name) != now.get(name)]
        return of_the_same_records(touched, {*before, *now}, self.renamed)

    @cached_property
    def recorded_rows(self) -> tuple[Rows, Rows]:
        """What these hold, before and now. One that nobody can read, as after a merge gone wrong, hides nothing: it counts as it was read last."""
        before = self.before.data.read(self.recorded)
        before |= {name: as_read_last(self.history.git, self.since, f"{DATA}/{name}", content) for name, content in before.items()}
        now = self.now.data.read(self.recorded)
        now |= {name: before[name] for name, content in now.items() if name in before and not is_readable(content, name)}
        return written_rows(before, self.renamed), written_rows(now, self.renamed)

    def place(self, id: str, *path: str | int) -> Place:
        """Where a field of a document stands now."""
        entry = self.now.aims.entries.get(id)
        return entry.place(*path) if entry else Place(self.now.documents[id].file)

    def touched(self) -> Iterator[Document]:
        """The documents whose own record differs; where there is none, nothing but the plain values is read."""
        for id, document in self.now.documents.items():
            if document.values != self.written(id).values and (found := self.now.aims.find(id, Document)):
                yield found

    def document_before(self, document: Document) -> Document | None:
        """The document in the state before."""
        return self.before.aims.find(document.id, Document)

    def version_before(self, document: Document, version: Version) -> Version | None:
        """The version of that number in the state before."""
        before = self.document_before(document)
        return next((old for old in before.versions if old.number == version.number), None) if before else None

    def written(self, id: str) -> WrittenDocument:
        """A document as it was written before; an empty one where it was not there."""
        return self.before.documents.get(id, WrittenDocument())

    def entered_before(self, id: str, *path: str | int) -> Entered | None:
        """What was entered for a document before of a part that it has at a path now, like `("versions", 2, "reviewed")`."""
        called = self.now.documents[id].called.get(path)
        return self.written(id).parts.get(called) if called else None


def as_read_last(git: Git, commit: Commit, path: str, content: bytes) -> bytes:
    """What a data file held when it could be read last, until a commit; `content`: what it holds there."""
    name = path.removeprefix(f"{DATA}/")
    if is_readable(content, name):
        return content
    states = (git.read(before.id, path) for before in git.commits(commit.id, path))
    return next((found for found in states if found and is_readable(found, name)), content)


def side_at(history: History, commit: Commit, read_aims: Callable[[], Aims]) -> Side:
    """A commit as one side of a change."""
    return Side(lambda: documents_at(history, commit), read_aims, lambda: data_at(history.git, commit))


def side_now(aims: Aims) -> Side:
    """The files as they are now as one side of a change."""
    return Side(lambda: documents_now(aims), lambda: aims, lambda: data_now(aims))


def documents_at(history: History, commit: Commit) -> dict[str, WrittenDocument]:
    """The documents of a commit, by the ids of today. One that nobody can read there hides nothing: its files count as they were read last."""
    files = {name: blob for name, blob in history.git.files(commit.id, DOCUMENTS, APPROVALS).items() if name.endswith(".yaml")}
    blobs, names = history.git.blobs(files.values()), history.aims.loaded.renamed
    contents = {name: blobs[blob] for name, blob in files.items()}
    found = written_documents(contents, names)
    unread = tuple(name for id, document in found.items() if document.values is None for name in (document.file, f"{APPROVALS}{id}/"))
    if unread:
        contents |= {name: as_read_last(history.git, commit, name, content) for name, content in contents.items() if name.startswith(unread)}
    return written_documents(contents, names) if unread else found


def documents_now(aims: Aims) -> dict[str, WrittenDocument]:
    """The documents as their files are now."""
    paths = [*sorted((aims.project / DOCUMENTS).glob("*.yaml")), *sorted((aims.project / APPROVALS).glob("*/*.yaml"))]
    return written_documents({path.relative_to(aims.project).as_posix(): path.read_bytes() for path in paths}, aims.loaded.renamed)
