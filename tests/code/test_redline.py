"""The redline: what it shows, that it loses no word, and that it ends soon whatever the texts are."""

from __future__ import annotations

import time
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from macros.control.changes.redline import Edit, Mark, Piece, entries, shortened, words

BRACKETS = {Mark.same: ("", ""), Mark.removed: ("[-", "-]"), Mark.added: ("{+", "+}")}
quick = settings(deadline=None, suppress_health_check=list(HealthCheck), database=None)
SOME_WORDS = st.lists(st.sampled_from(["the", "mill", "stone", "2026-01-31", "A.2.2", "flour,", "(and)", "é", "@x"]), max_size=30).map(" ".join)
SOME_LINES = st.lists(st.sampled_from(["one", "two words", "three more words here", "three other words here", "four"]), max_size=12)


def marked(pieces: tuple[Piece, ...]) -> str:
    return "".join(BRACKETS[piece.mark][0] + piece.text + BRACKETS[piece.mark][1] for piece in pieces)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("Low", "High", "[-Low-]{+High+}"),
        ("2026-01-31", "2026-02-01", "[-2026-01-31-]{+2026-02-01+}"),
        ("The sorter lets a stone pass.", "The sorter lets two big stones pass.", "The sorter lets [-a stone-]{+two big stones+} pass."),
        ("One sentence that stays as it is.", "One sentence that stays as it is. And more.", "One sentence that stays as it is. {+And more.+}"),
        ("See AIMS-POL-01 in version 1.1, please.", "See AIMS-POL-01 in version 1.2, please.", "See AIMS-POL-01 in version [-1.1-]{+1.2+}, please."),
        ("a b c d e f g h", "q r s t u v w x", "[-a b c d e f g h-]{+q r s t u v w x+}"),
    ],
)
def test_words(old: str, new: str, expected: str) -> None:
    assert marked(words(old, new)) == expected


@quick
@given(SOME_WORDS | st.text(max_size=60), SOME_WORDS | st.text(max_size=60))
def test_words_lose_nothing(old: str, new: str) -> None:
    """But for white space, the pieces give both texts back."""
    pieces = words(old, new)
    assert "".join("".join(piece.text for piece in pieces if piece.mark is not Mark.added).split()) == "".join(old.split())
    assert "".join("".join(piece.text for piece in pieces if piece.mark is not Mark.removed).split()) == "".join(new.split())


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (["a", "b"], ["a", "c", "b"], [(Mark.added, "{+c+}")]),
        (["a", "b"], ["b"], [(Mark.removed, "[-a-]")]),
        (["a", "b", "c"], ["c", "a", "b"], [(Mark.moved, "c")]),
        (
            ["Keep.", "We look at it every year in spring.", "End."],
            ["Keep.", "New.", "We look at it every year in autumn.", "End."],
            [(Mark.added, "{+New.+}"), (Mark.changed, "We look at it every year in [-spring-]{+autumn+}.")],
        ),
    ],
)
def test_entries(old: list[str], new: list[str], expected: list[tuple[Mark, str]]) -> None:
    assert [(edit.mark, marked(edit.pieces)) for edit in entries(old, new)] == expected


@quick
@given(SOME_LINES, SOME_LINES)
def test_entries_lose_nothing(old: list[str], new: list[str]) -> None:
    """Without what the edits speak of, both lists are the same; and no edits means the same list."""
    edits = entries(old, new)
    spoken_old, spoken_new = {edit.old for edit in edits}, {edit.new for edit in edits}
    rest_old = [text for number, text in enumerate(old) if number not in spoken_old]
    rest_new = [text for number, text in enumerate(new) if number not in spoken_new]
    assert rest_old == rest_new
    assert (edits == ()) == (old == new)
    assert Counter(_texts(edits, Mark.added)) == Counter(_at(old, edits, "old"))
    assert Counter(_texts(edits, Mark.removed)) == Counter(_at(new, edits, "new"))


def _texts(edits: tuple[Edit, ...], without: Mark) -> list[str]:
    return ["".join("".join(piece.text for piece in edit.pieces if piece.mark is not without).split()) for edit in edits if edit.mark is not without]


def _at(lines: list[str], edits: tuple[Edit, ...], side: str) -> list[str]:
    return ["".join(lines[at].split()) for edit in edits if (at := getattr(edit, side)) is not None]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a " * 100_000, "b a " * 100_000),
        ("a b " * 230, "b a c " * 230),
        (" ".join(f"w{number % 977}" for number in range(40_000)), " ".join(f"w{number * 7 % 977}" for number in range(40_000))),
    ],
)
def test_time_is_bounded(old: str, new: str) -> None:
    begun = time.monotonic()
    words(old, new)
    entries(old.split()[:10_000], new.split()[:10_000])
    assert time.monotonic() - begun < 8


def test_long_unchanged_stretches_are_cut() -> None:
    old, new = " ".join(f"w{number}" for number in range(100)), " ".join("x" if number == 50 else f"w{number}" for number in range(100))
    text = marked(shortened(words(old, new)))
    assert text == "… w38 w39 w40 w41 w42 w43 w44 w45 w46 w47 w48 w49 [-w50-]{+x+} w51 w52 w53 w54 w55 w56 w57 w58 w59 w60 w61 …"
