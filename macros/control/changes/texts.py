"""What happened to the pages and files of documents between two states: moved, changed word by word, or changed without a change of words."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from macros.control.changes import redline
from macros.control.changes.in_words import say
from macros.control.changes.redline import Edit, Mark
from macros.control.changes.state import DocumentState, State, TextState

MOST_MOVES = 2_500
"""So many pairs of pages are compared to find which was renamed."""
RENAMED = 0.6
"""From this share of common words on, a page that is gone and one that is new are the same page under another name."""


@dataclass(frozen=True)
class TextChange:
    """A page that was added, removed, changed or moved, with what changed in its words."""

    mark: Mark
    path: str
    title: str
    address: str | None
    was: str | None
    """The path before, if it was moved."""
    edits: tuple[Edit, ...] = ()
    sections: tuple[str, ...] = ()
    """The heading above each edit."""


class FileMark(StrEnum):
    """What happened to a file without a change of words; by these names the words for it are found."""

    added = "file_added"
    elsewhere = "file_elsewhere"
    same_words = "file_same_words"
    same_values = "file_same_values"
    replaced = "file_replaced"
    removed = "file_removed"


@dataclass(frozen=True)
class FileChange:
    """A file of a document, what happened to it, and the path that it had, if it was moved."""

    mark: FileMark
    path: str
    was: str = ""

    @property
    def sentence(self) -> str:
        """The same in words."""
        return say(self.mark, path=self.path, was=self.was)


def file_moves(old: State, new: State) -> dict[str, str]:
    """Files that only have another path now: the same bytes, or a page with most of the same words. From the old path to the new."""
    before, after = ({path: sum for document in state.documents for path, sum in document.sources.items()} for state in (old, new))
    old_pages, new_pages = _pages(old), _pages(new)
    gone = sorted({*before, *old_pages} - {*after, *new_pages})
    come = sorted({*after, *new_pages} - {*before, *old_pages})
    by_sum: dict[str, list[str]] = defaultdict(list)
    for path in come:
        by_sum[after.get(path, "")].append(path)
    moves = {path: by_sum[before[path]].pop(0) for path in gone if path in before and by_sum.get(before[path])}
    taken = set(moves.values())
    left = {path: _bag(old_pages[path]) for path in gone if path in old_pages and path not in moves}
    free = {path: _bag(new_pages[path]) for path in come if path in new_pages and path not in taken}
    if len(left) * len(free) <= MOST_MOVES:
        pairs = [(-redline.likeness(old_words, new_words), path, other) for path, old_words in left.items() for other, new_words in free.items()]
        for share, path, other in sorted(pairs):
            if -share >= RENAMED and path not in moves and other not in taken:
                moves[path] = other
                taken.add(other)
    return moves


def _pages(state: State) -> dict[str, TextState]:
    return {text.path: text for text in state.texts}


def _bag(text: TextState) -> Counter[str]:
    return redline.bag("\n".join(text.paragraphs))


def texts_changed(old: State, new: State, moves: dict[str, str]) -> Iterator[tuple[str | None, TextChange]]:
    """The document (None where there is none) and the change of every page that is not as it was."""
    before, after = _pages(old), _pages(new)
    origin = {path: was for was, path in moves.items()}
    for path, text in after.items():
        was = origin.get(path)
        earlier = before.get(was or path)
        if earlier is None:
            yield text.document, TextChange(Mark.added, path, text.title, text.address, None)
        elif earlier.digest != text.digest:
            edits = redline.entries(earlier.paragraphs, text.paragraphs)
            sections = tuple(_section(edit, earlier, text) for edit in edits)
            yield text.document, TextChange(Mark.changed, path, text.title, text.address, was, edits, sections)
        elif was:
            yield text.document, TextChange(Mark.moved, path, text.title, text.address, was)
    for path, text in before.items():
        if path not in after and path not in moves:
            yield text.document, TextChange(Mark.removed, path, text.title, None, None)


def _section(edit: Edit, old: TextState, new: TextState) -> str:
    """The heading above a paragraph; empty above the first."""
    text, at = (old, edit.old) if edit.new is None else (new, edit.new)
    above = [number for number in text.headings if at is not None and number < at]
    return text.paragraphs[above[-1]] if above else ""


def files_changed(was: DocumentState, now: DocumentState, moves: dict[str, str], shown: set[str]) -> Iterator[FileChange]:
    """What happened to a document's files; not to those that are shown already, as pages or by their records."""
    origin = {path: before for before, path in moves.items()}
    for path, sum in now.sources.items():
        before = origin.get(path, path)
        page, data = path.endswith(".md"), path.startswith("aims_data/")
        if path in shown:
            continue
        if before not in was.sources:
            if not page:
                yield FileChange(FileMark.added, path) if path not in origin else FileChange(FileMark.elsewhere, path, before)
        elif was.sources[before] != sum:
            yield FileChange(FileMark.same_words if page else FileMark.same_values if data else FileMark.replaced, path)
        elif before != path:
            yield FileChange(FileMark.elsewhere, path, before)
    for path in was.sources:
        if path not in now.sources and path not in moves and path not in shown and not path.endswith(".md"):
            yield FileChange(FileMark.removed, path)


def content_changed(was: DocumentState, now: DocumentState, moves: dict[str, str]) -> bool:
    """Whether the files differ, and no technical change (a reseal) accounts for it."""
    moved = {moves.get(path, path): sum for path, sum in was.sources.items()}
    return moved != now.sources and was.seal == now.seal
