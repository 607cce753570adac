"""What is wrong, where, and how bad it is."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

LONGEST = 1000
"""Messages are cut here, as a file may hold a word of a megabyte."""


def printable(text: str) -> str:
    """A text from a file or of a file's name as one line that every terminal can show: other characters are spelt out."""
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() else letter.encode("unicode_escape").decode() for letter in text)


class Grade(IntEnum):
    """How bad a finding is. Only errors stop the check and the build."""

    error = 0
    """Unreadable, contradictory, or points nowhere."""
    gap = 1
    """A hole in the management system: shown and counted, but an organisation may begin with many."""
    notice = 2
    """Due soon or overdue."""


@dataclass(frozen=True, order=True)
class Place:
    """A file below the project (with /), and the line and column in it, both from 1."""

    file: str
    line: int = 1
    column: int = 1

    def __post_init__(self) -> None:
        object.__setattr__(self, "file", printable(self.file))

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, order=True)
class Problem:
    """One finding: its place, one sentence that says how to be right, the rule that found it, the records it is about."""

    place: Place
    message: str
    grade: Grade = Grade.error
    rule: str = "shape"
    about: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        message = printable(self.message)
        object.__setattr__(self, "message", message if len(message) <= LONGEST else message[:LONGEST] + "…")

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


def nearest(wrong: str, known: Iterable[str]) -> str | None:
    """The known word that is most like the wrong one, or None where none is near."""
    by_folded = {word.casefold(): word for word in known}
    near = difflib.get_close_matches(wrong.casefold(), by_folded, n=1, cutoff=0.6)
    return by_folded[near[0]] if near else None


def did_you_mean(wrong: str, known: Iterable[str]) -> str:
    """`; did you mean 'R-012'?` for the nearest known word, or nothing where none is near."""
    near = nearest(wrong, known)
    return f"; did you mean '{near}'?" if near else ""
