"""What changed in a text, word by word, and in a list of texts, entry by entry. Pure functions; the time they take is bounded, by giving up detail.

`difflib` compares; it is slow where the same words come again and again, so what is alike at both ends is set aside first, and a text that is
still too long is shown as replaced.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import groupby

from macros.control.changes.in_words import say

TOKEN = re.compile(r"\w+(?:[-.,:/]\w+)*\s*|[^\w\s]\s*|\s+")
"""A word, an id or a day as one, or a sign; each with the white space after it."""
FEW = 5
"""Texts of up to so many words are shown as replaced as a whole."""
MOST_STEPS = 1_000_000
"""So many pairs of equal words or entries are looked at; with more, what differs is shown as replaced as a whole."""
MOST_PAIRS = 4_000
"""So many pairs of entries are compared to find which became which."""
ALIKE = 0.5
"""From this share of common words on, one entry counts as the other, changed; below, as another."""
CRUMB = 2
REWRITTEN = 4
"""So few words or signs that stayed, right after so many that did not, are shown with those: a sentence reads better than its crumbs."""

SEAL = re.compile(r"\b([0-9a-f]{12})[0-9a-f]{52}\b")
SIGNATURE = re.compile(r"-----BEGIN SSH SIGNATURE-----.*?-----END SSH SIGNATURE-----", re.S)
Code = tuple[str, int, int, int, int]
"""As `difflib` says it: `equal` or another word, and from where to where in the old and in the new."""


class Mark(StrEnum):
    """What happened to a piece or an entry."""

    same = "same"
    removed = "removed"
    added = "added"
    changed = "changed"
    moved = "moved"


@dataclass(frozen=True)
class Piece:
    """Some words, and whether they are the same in both texts, removed or added."""

    mark: Mark
    text: str


@dataclass(frozen=True)
class Edit:
    """What happened to one entry of a list or one paragraph of a text: added, removed, moved or changed, and its words; none where no word differs."""

    mark: Mark
    pieces: tuple[Piece, ...]
    old: int | None = None
    """Where it stood, counted from 0; None for an added one."""
    new: int | None = None
    """Where it stands; None for a removed one."""

    @property
    def lead(self) -> str:
        """What stands before the words."""
        return say("moved") if self.mark is Mark.moved else ""

    @property
    def shown(self) -> tuple[Piece, ...]:
        """The pieces as readers see them (see `shortened`)."""
        return shortened(self.pieces) or (Piece(Mark.same, say("same_words")),)


def words(old: str, new: str) -> tuple[Piece, ...]:
    """The words of both texts in one reading order. The pieces that are not added give `old`, those that are not removed give `new`, both but for
    white space."""
    if max(len(old.split()), len(new.split())) <= FEW or alike(old, new) < ALIKE / 2:
        return Piece(Mark.removed, old), Piece(Mark.added, new)
    before, after = TOKEN.findall(old), TOKEN.findall(new)
    pieces: list[Piece] = []
    for tag, i1, i2, j1, j2 in _readable([*_opcodes([token.strip() for token in before], [token.strip() for token in after])]):
        if tag == "equal":
            pieces.append(Piece(Mark.same, "".join(max(pair, key=len) for pair in zip(before[i1:i2], after[j1:j2], strict=True))))
        else:
            gone, come = "".join(before[i1:i2]), "".join(after[j1:j2])
            pieces += [Piece(Mark.removed, gone.rstrip() if come else gone)] if gone else []
            pieces += [Piece(Mark.added, come.rstrip() if gone else come)] if come else []
            pieces += [Piece(Mark.same, " ")] if gone and come and come[-1].isspace() else []
    return tuple(_joined(pieces))


def _readable(codes: list[Code]) -> list[Code]:
    """The same differences, with the crumbs between them counted as changed."""
    found: list[Code] = []
    for number, (tag, i1, i2, j1, j2) in enumerate(codes):
        _, o1, o2, n1, n2 = found[-1] if found else ("equal", 0, 0, 0, 0)
        crumb = i2 - i1 <= CRUMB and o1 < o2 and n1 < n2 and o2 - o1 + n2 - n1 >= REWRITTEN and number < len(codes) - 1
        if found and found[-1][0] != "equal" and (tag != "equal" or crumb):
            found[-1] = ("replace", o1, i2, n1, j2)
        else:
            found.append((tag, i1, i2, j1, j2))
    return found


def shortened(pieces: tuple[Piece, ...], around: int = 12) -> tuple[Piece, ...]:
    """The pieces with long unchanged stretches cut to so many words around each change, and what only a program reads to its beginning."""
    found = []
    for number, whole in enumerate(pieces):
        piece = Piece(whole.mark, SIGNATURE.sub("(a signature)", SEAL.sub(r"\1…", whole.text)))
        parts = re.findall(r"\S+\s*|\s+", piece.text)
        head, tail = around if number else 0, around if number < len(pieces) - 1 else 0
        if piece.mark is Mark.same and len(pieces) > 1 and len(parts) > head + tail + around:
            text = "".join(parts[:head]) + "… " + "".join(parts[len(parts) - tail :])
            found.append(Piece(Mark.same, text.rstrip() if not tail else text))
        else:
            found.append(piece)
    return tuple(found)


def entries(old: Sequence[str], new: Sequence[str]) -> tuple[Edit, ...]:
    """What happened to the entries of a list, in the new order. An entry that only stands elsewhere is moved."""
    edits: list[Edit] = []
    for tag, i1, i2, j1, j2 in _opcodes(old, new):
        if tag != "equal":
            edits += _replaced(old, new, range(i1, i2), range(j1, j2))
    return tuple(_moves(edits))


def _replaced(old: Sequence[str], new: Sequence[str], before: range, after: range) -> Iterator[Edit]:
    partner = _partners(old, new, before, after)
    at = before.start
    for number in after:
        if number in partner:
            for gone in range(at, partner[number]):
                yield Edit(Mark.removed, (Piece(Mark.removed, old[gone]),), old=gone)
            at = partner[number] + 1
            yield Edit(Mark.changed, words(old[partner[number]], new[number]), partner[number], number)
        else:
            yield Edit(Mark.added, (Piece(Mark.added, new[number]),), new=number)
    for gone in range(at, before.stop):
        yield Edit(Mark.removed, (Piece(Mark.removed, old[gone]),), old=gone)


def _partners(old: Sequence[str], new: Sequence[str], before: range, after: range) -> dict[int, int]:
    """For each new entry the old one that it was, in order; only where enough words are common."""
    if len(before) * len(after) > MOST_PAIRS:
        return {}
    bags = {number: bag(old[number]) for number in before}
    found, at = {}, before.start
    for number in after:
        own = bag(new[number])
        best, other = max(((likeness(bags[other], own), -other) for other in range(at, before.stop)), default=(0.0, 0))
        if best >= ALIKE:
            found[number] = -other
            at = -other + 1
    return found


def alike(old: str, new: str) -> float:
    """How much two texts have in common, from 0 to 1."""
    return likeness(bag(old), bag(new))


def bag(text: str) -> Counter[str]:
    """The words and signs of a text, counted."""
    return Counter(re.findall(r"\w+|[^\w\s]", text))


def likeness(old: Counter[str], new: Counter[str]) -> float:
    """How much two bags of words have in common, from 0 to 1."""
    total = old.total() + new.total()
    return 2 * (old & new).total() / total if total else 1.0


def _moves(edits: list[Edit]) -> Iterator[Edit]:
    gone: dict[str, list[Edit]] = {}
    for edit in edits:
        if edit.mark is Mark.removed:
            gone.setdefault(edit.pieces[0].text, []).append(edit)
    moved: set[int] = set()
    result = []
    for edit in edits:
        same = gone.get(edit.pieces[0].text) if edit.mark is Mark.added else None
        if same:
            origin = same.pop(0)
            moved.add(id(origin))
            result.append(Edit(Mark.moved, (Piece(Mark.same, edit.pieces[0].text),), origin.old, edit.new))
        else:
            result.append(edit)
    return (edit for edit in result if id(edit) not in moved)


def _opcodes(old: Sequence[str], new: Sequence[str]) -> Iterator[Code]:
    """Like `SequenceMatcher.get_opcodes`, in bounded time."""
    most = min(len(old), len(new))
    head = next((number for number in range(most) if old[number] != new[number]), most)
    tail = next((number for number in range(most - head) if old[-1 - number] != new[-1 - number]), most - head)
    before, after = old[head : len(old) - tail], new[head : len(new) - tail]
    if head:
        yield "equal", 0, head, 0, head
    counts = Counter(after)
    if before and after and sum(counts[item] for item in before) * max(len(before), len(after)) ** 0.5 <= MOST_STEPS:
        for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
            yield tag, head + i1, head + i2, head + j1, head + j2
    elif before or after:
        yield "replace", head, head + len(before), head, head + len(after)
    if tail:
        yield "equal", len(old) - tail, len(old), len(new) - tail, len(new)


def _joined(pieces: list[Piece]) -> Iterator[Piece]:
    """Neighbours of one mark as one piece."""
    for mark, group in groupby(pieces, key=lambda piece: piece.mark):
        yield Piece(mark, "".join(piece.text for piece in group))
