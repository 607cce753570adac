"""What was published, to be read as it lies there: on the branch of a repository, or in a folder without git. Nothing is followed, nothing written."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from macros.control.git import Git, GitError
from macros.control.snapshots.findings import first_difference

FILE = "file"
KINDS = {"100755": "an executable file", "120000": "a symbolic link", "160000": "a link to another repository"}
LARGEST = 64 * 1024 * 1024
"""A manifest, `aims.json` or list larger than this is not read."""


OFTEN = re.compile(r"[^/]+|[^/]+/manifest\.json|compare/.+")


@dataclass(frozen=True)
class Item:
    """Something in a tree: `kind` is FILE, or words for what no snapshot holds; its size (None: damaged); where its content is."""

    kind: str
    size: int | None
    source: str


@dataclass(frozen=True)
class GitTree:
    """The tree of a commit."""

    git: Git
    commit: str

    @cached_property
    def items(self) -> dict[str, Item]:
        """Everything in it by path."""
        found = {}
        for line in self.git.run("ls-tree", "-r", "-z", "--long", "--full-tree", self.commit).split(b"\0"):
            if line:
                head, _, name = line.partition(b"\t")
                mode, _, blob, size = head.decode().split()
                found[name.decode(errors="surrogateescape")] = Item(KINDS.get(mode, FILE), int(size) if size.isdigit() else None, blob)
        return found

    def read(self, path: str) -> bytes | None:
        """The content of a file, or None where there is no file, it is damaged, or larger than what belongs there."""
        if not _readable(self.items.get(path)):
            return None
        return self._often.get(path) or self.git.read(self.commit, path)

    @cached_property
    def _often(self) -> dict[str, bytes]:
        """The files at the root, the manifests and the comparisons, which are asked for many times, read by one process."""
        wanted = {path: item.source for path, item in self.items.items() if OFTEN.fullmatch(path) and _readable(item)}
        try:
            contents = self.git.blobs(wanted.values())
        except GitError:  # one of them is damaged; each is then read by itself
            return {}
        return {path: contents[blob] for path, blob in wanted.items()}

    def hashed(self, paths: Iterable[str], each: Callable[[], None]) -> dict[str, str]:
        """The SHA-256 of files by their paths. A damaged one is left out. A content that is there many times is read once."""
        wanted = {path: self.items[path].source for path in paths}
        self._sums.update(self.git.hashed([blob for blob in wanted.values() if blob not in self._sums], each))
        return {path: self._sums[blob] for path, blob in wanted.items() if blob in self._sums}

    @cached_property
    def _sums(self) -> dict[str, str]:
        return {}


@dataclass(frozen=True)
class FolderTree:
    """A folder and everything below it. Links are not followed."""

    folder: Path

    @cached_property
    def items(self) -> dict[str, Item]:
        """Everything in it by path."""
        return dict(sorted(_walk(self.folder, "")))

    def read(self, path: str) -> bytes | None:
        """The content of a file, or None where there is no file, it cannot be read, or it is larger than what belongs there."""
        if not _readable(self.items.get(path)):
            return None
        try:
            return (self.folder / path).read_bytes()
        except OSError:
            return None

    def hashed(self, paths: Iterable[str], each: Callable[[], None]) -> dict[str, str]:
        """The SHA-256 of files by their paths. One that cannot be read is left out."""
        found = {}
        for path in paths:
            each()
            try:
                with (self.folder / path).open("rb") as file:
                    found[path] = hashlib.file_digest(file, "sha256").hexdigest()
            except OSError:
                continue
        return found


Tree = GitTree | FolderTree


def _readable(item: Item | None) -> bool:
    return item is not None and item.kind == FILE and item.size is not None and item.size <= LARGEST


def _walk(folder: Path, before: str) -> Iterator[tuple[str, Item]]:
    try:
        entries = list(os.scandir(folder))
    except FileNotFoundError:  # gone since it was listed, so it is not there
        return
    except OSError:
        yield before.rstrip("/"), Item("a folder that cannot be read", None, "")
        return
    for entry in entries:
        path = before + entry.name
        if entry.is_symlink():
            yield path, Item("a symbolic link", None, "")
        elif entry.is_dir():
            yield from _walk(folder / entry.name, path + "/")
        else:
            try:
                facts = entry.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue
            yield path, Item(FILE if stat.S_ISREG(facts.st_mode) else "no plain file", facts.st_size, path)


def below(tree: Tree, folder: str) -> dict[str, Item]:
    """What lies in a folder of a tree, by the path inside it. The tree itself for an empty name."""
    if not folder:
        return dict(tree.items)
    start = f"{folder}/"
    return {path[len(start) :]: item for path, item in tree.items.items() if path.startswith(start)}


def roots(tree: Tree) -> dict[str, bool]:
    """The names at the root of a tree, with whether each is a folder."""
    return {path.partition("/")[0]: "/" in path for path in tree.items}


def difference(tree: Tree, path: str, should: bytes, what: str) -> str | None:
    """How a file of a tree is not as it should be, and None where it is. `what`: in words, what it should be and follows from."""
    content = tree.read(path)
    if content == should:
        return None
    if path not in tree.items:
        return "is missing; it was removed"
    if content is None:
        kind = tree.items[path].kind
        return f"is {'damaged or too large' if kind == FILE else kind}, and should be a plain file; it was changed"
    return f"is not {what}: {first_difference(content, should)}; it or they were changed"
