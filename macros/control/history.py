"""What git's history says about documents: at which commit a version's text was the approved one, and how everything was then.

All answers depend on the commits that lead to HEAD and on nothing else, so a rebuild of an old commit gives the same pages.
"""

from __future__ import annotations

from contextlib import ExitStack
from functools import cache

from macros import facts
from macros.control import seal
from macros.control.git import Commit, Git
from macros.graph import Aims, build
from macros.schema.documents import Document, Version
from macros.yaml_source import Unreadable, decode, read


class History:
    """The history of a project. Finds by content: a commit counts when the seal recomputed from its files is the one recorded."""

    def __init__(self, aims: Aims, git: Git) -> None:
        self.aims, self.git = aims, git
        self._sums: dict[str, str] = {}
        self._then: dict[str, Aims] = {}
        self._exports = ExitStack()

    def commit_of(self, document: Document, version: Version) -> Commit | None:
        """The newest commit at which the sources had the seal of this version, or None where the history does not hold it."""
        sealed = facts.sealed(version)
        if sealed is None:
            return None
        record = self.aims.entries[document.id].file
        for commit in self.git.commits("HEAD", record, *document.sources):
            then = self._document_at(commit.id, record, document)
            if seal.digest(seal.seal_text(then, version, self._sums_at(commit.id, then.sources))) == sealed:
                return commit
        return None

    def _document_at(self, commit: str, record: str, document: Document) -> Document:
        """The document with the title, classification, author and sources that it had in a commit."""
        content = self.git.read(commit, record)
        try:
            value = read(decode(content))[0] if content is not None else {}
            return document.model_copy(update={key: value[key] for key in ("title", "classification", "author") if key in value}
                                       | {"sources": tuple(value.get("sources", ()))})  # fmt: skip
        except (Unreadable, TypeError):
            return document

    def _sums_at(self, commit: str, sources: tuple[str, ...]) -> dict[str, str]:
        there = self.git.files(commit, *sources) if sources else {}
        wanted = {name: blob for name, blob in there.items() if not any(part.startswith(".") for part in name.split("/"))}
        new = {blob for blob in wanted.values() if blob not in self._sums}
        self._sums |= {blob: seal.sha256(content) for blob, content in self.git.blobs(new).items()}
        return {name: self._sums[wanted[name]] for name in sorted(wanted, key=lambda name: name.encode(errors="surrogateescape"))}

    def at(self, commit: Commit) -> Aims:
        """The management system as it was in a commit, seen on today's day. Its files lie in a temporary folder for as long as this History lives."""
        if commit.id not in self._then:
            self._then[commit.id] = build(self._exports.enter_context(self.git.exported(commit.id)), self.aims.today)
        return self._then[commit.id]


@cache
def history_of(aims: Aims) -> History | None:
    """The history of a project, or None where the project is not in git."""
    git = Git(aims.project)
    return History(aims, git) if git.exists else None
