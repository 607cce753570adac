"""What git's history says about documents: at which commit a version's text was the approved one, and how everything was then.

All answers depend on the commits that lead to the newest one and on nothing else, so a rebuild of an old commit gives the same pages.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from functools import cache
from typing import Any

from macros import facts, seal
from macros.control.git import Commit, Git
from macros.graph import Aims, build
from macros.load import DATA
from macros.migrations import read_file
from macros.own_files import folders_of
from macros.schema.documents import Document, Version
from macros.yaml_source import Unreadable


class History:
    """The history of a project up to `newest`. Finds by content: a commit counts when the seal recomputed from its files is the one recorded."""

    def __init__(self, aims: Aims, git: Git, newest: str = "HEAD") -> None:
        self.aims, self.git, self.newest = aims, git, newest
        self._sums: dict[str, str] = {}
        self._then: dict[str, Aims] = {}
        self._exports = ExitStack()

    def commit_of(self, document: Document, version: Version) -> Commit | None:
        """The newest commit at which the sources had the seal of this version, or None where the history does not hold it. Raises `GitError` where a part
        of the repository is missing or damaged."""
        sealed, entry = facts.sealed(version), self.aims.entries.get(document.id)
        if sealed is None or entry is None:
            return None
        for commit in self.git.commits(self.newest, entry.file, *(f"{DATA}/{folder}/" for folder in folders_of(document)), *_paths(document.sources)):
            then = self._document_at(commit.id, entry.file, document)
            if then and sealed in self._seals(commit, then, version):
                return commit
        return None

    def _seals(self, commit: Commit, then: Document, version: Version) -> Iterator[str]:
        """The seals that a version may have with the sources of a commit: the author's role by each id that it ever had."""
        sums = self._sums_at(commit.id, then.sources)
        for author in dict.fromkeys((then.author, *self.aims.ids_ever(self.aims.id_now(then.author)))):
            yield seal.digest(seal.seal_text(then.model_copy(update={"author": author}), version, sums))

    def files_of(self, document: Document, version: Version) -> tuple[str, ...]:
        """The files that were sealed as a version; none where the history does not hold them."""
        commit = self.commit_of(document, version)
        if commit is None:
            return ()
        then = self._document_at(commit.id, self.aims.entries[document.id].file, document)
        return tuple(self._sums_at(commit.id, then.sources)) if then else ()

    def _document_at(self, commit: str, record: str, document: Document) -> Document | None:
        """The document with the title, classification, author and sources that it had in a commit; None where its file cannot be read there."""
        content = self.git.read(commit, record)
        try:
            value = read_file(content, record)[0] if content is not None else {}
        except Unreadable:
            return None
        if not isinstance(value, dict):
            return None
        named = {key: value[key] for key in ("title", "classification", "author") if key in value}
        return document.model_copy(update=named | {"sources": _paths(value.get("sources"))})

    def _sums_at(self, commit: str, sources: tuple[str, ...]) -> dict[str, str]:
        there = self.git.files(commit, *sources) if sources else {}
        wanted = {name: blob for name, blob in there.items() if not any(part.startswith(".") for part in name.split("/"))}
        new = {blob for blob in wanted.values() if blob not in self._sums}
        self._sums |= {blob: seal.sha256(content) for blob, content in self.git.blobs(new).items()}
        return {name: self._sums[wanted[name]] for name in sorted(wanted, key=lambda name: name.encode(errors="surrogateescape"))}

    def at(self, commit: Commit) -> Aims:
        """The management system as it was in a commit, seen on today's day and by the ids of today. Its files lie in a temporary folder for as long as this
        History lives."""
        if commit.id not in self._then:
            self._then[commit.id] = build(self._exports.enter_context(self.git.exported(commit.id)), self.aims.today, self.aims.loaded.renamed)
        return self._then[commit.id]


def _paths(sources: Any) -> tuple[str, ...]:
    """Those of some sources that git can be asked for: an old commit may hold what no schema would let in today."""
    listed = sources if isinstance(sources, list | tuple) else ()
    return tuple(name for name in listed if isinstance(name, str) and name and "\0" not in name and name[0] != "/" and ".." not in name.split("/"))


@cache
def history_of(aims: Aims) -> History | None:
    """The history of a project, or None where it has none of its own. Raises `GitError` where there is one that cannot be read."""
    git = Git(aims.project)
    return History(aims, git) if git.exists else None
