"""The page "compare" computes in the reader's browser what `aims changes` computes in Python; here both are given the same and have to say the same."""

from __future__ import annotations

import copy
import dataclasses
import json
import random
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from html_page import nothing
from invented import BASE, DAY
from projects import ROOT
from test_changes import CASES, as_read, of

from macros.control.changes.comparison import compare
from macros.control.changes.redline import entries, shortened, words
from macros.control.changes.state import as_json
from macros.graph import Aims, build

Serve = Callable[[Path], AbstractContextManager[str]]
PAIRS = [
    ("Low", "High"),
    ("See AIMS-POL-01 in version 1.1, please.", "See AIMS-POL-01 in version 1.2, please."),
    ("The sorter lets a stone pass.", "The sorter lets two big stones pass."),
    ("One sentence that stays as it is.", "One sentence  that stays as it is. And more."),
    (
        "It covers the data of SYS-01, SYS-03 and SYS-04; the visits of 2019 to 2021, which came from two record systems, are entered by a project (T-07).",
        "It covers the data of SYS-03 and SYS-04, and for SYS-01 the years 2022 to 2024.",
    ),
    (
        "In use, the tool is watched by its results: a monthly sample judged by two nurses.",
        "Meanwhile no new version may be trained on these years, and the tool in use is watched by its results: a monthly sample judged by two nurses.",
    ),
    ("Für jede Änderung gilt: zuerst prüfen, dann freigeben – “immer”.", "Für jede Änderung gilt: zuerst lesen, dann prüfen, dann freigeben – “immer”."),
    ("line one\nline two of the text here\n\nand more", "line one\nline 2 of the text there\n\nand more"),
    ("a b " * 230, "b a c " * 230),
    ("", "something that was not there before at all"),
]
VOCABULARY = ["the", "mill", "stone", "2026-01-31", "A.2.2", "flour,", "(and)", "é", "“x”", "of", "a", "risk;", "is", "not", "SYS-01"]


@pytest.fixture(scope="module")
def page(browser: Any, serve_folder: Serve, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A page from which the scripts of the site can be imported."""
    folder = tmp_path_factory.mktemp("scripts")
    for name in ("redline", "fields", "moves", "difference"):
        (folder / f"{name}.js").write_bytes((ROOT / f"overrides/assets/{name}.js").read_bytes())
    (folder / "index.html").write_text("<!DOCTYPE html><title>Scripts</title>", encoding="utf-8")
    with serve_folder(folder) as address:
        page = browser.new_page()
        page.goto(address)
        yield page
        page.close()


def plain(value: Any) -> Any:
    return json.loads(json.dumps(value, default=dataclasses.asdict))


def different(found: list[Any], expected: list[Any], given: list[Any]) -> list[str]:
    return [f"{pair}\n  browser: {one}\n  Python:  {other}" for pair, one, other in zip(given, found, plain(expected), strict=True) if one != other]


def test_the_same_words_are_struck_and_added(page: Any) -> None:
    chosen = random.Random(42)

    def some(most: int) -> str:
        return " ".join(chosen.choices(VOCABULARY, k=chosen.randint(0, most)))

    def edited(text: str) -> str:
        return " ".join(chosen.choice(VOCABULARY) if chosen.random() < 0.2 else word for word in text.split() if chosen.random() > 0.1)

    pairs = PAIRS + [(text, edited(text)) for text in (some(60) for _ in range(300))] + [(some(12), some(12)) for _ in range(300)]
    script = """async (pairs) => {
        const { words, shortened } = await import('/redline.js');
        return pairs.map(([old, now]) => [words(old, now), shortened(words(old, now))]);
    }"""
    found = page.evaluate(script, pairs)
    nothing(different(found, [(words(*pair), shortened(words(*pair))) for pair in pairs], pairs))


def test_the_same_paragraphs_are_removed_added_moved_and_changed(page: Any) -> None:
    chosen = random.Random(42)
    lines = [" ".join(chosen.choices(VOCABULARY, k=chosen.randint(1, 12))) for _ in range(40)]

    def some() -> list[str]:
        return [line if chosen.random() > 0.2 else f"{line} more" for line in chosen.sample(lines, chosen.randint(0, 14))]

    pairs = [(some(), some()) for _ in range(200)] + [(lines, [line for line in reversed(lines) if chosen.random() > 0.1])]
    found = page.evaluate("async (pairs) => { const { entries } = await import('/redline.js'); return pairs.map(([old, now]) => entries(old, now)); }", pairs)
    nothing(different(found, [entries(*pair) for pair in pairs], pairs))


@pytest.fixture(scope="module")
def base() -> dict[str, Any]:
    return written(build(BASE, DAY))


def written(aims: Aims) -> dict[str, Any]:
    """What `aims.json` holds, as the page reads it."""
    return dict(json.loads(as_json(of(aims))))


def agree(page: Any, old: dict[str, Any], new: dict[str, Any]) -> None:
    found = page.evaluate("async ([old, now]) => (await import('/difference.js')).difference(old, now, 'before', 'now')", [old, new])
    expected = plain(compare(as_read(old), as_read(new), "before", "now"))
    assert json.dumps(found, indent=1, sort_keys=True, ensure_ascii=False) == json.dumps(expected, indent=1, sort_keys=True, ensure_ascii=False)


@pytest.mark.parametrize("name", CASES)
def test_the_same_is_told_of_two_states(page: Any, base: dict[str, Any], changed: Callable[..., Aims], name: str) -> None:
    """Each kind of change that the tests of `aims changes` know, there and back: renumbered records and renamed pages too."""
    after = written(changed(CASES[name][0]))
    agree(page, base, after)
    agree(page, after, base)


def test_the_same_is_told_whatever_came_went_and_changed(page: Any, base: dict[str, Any]) -> None:
    chosen = random.Random(42)
    for _ in range(30):
        old, new = copy.deepcopy(base), copy.deepcopy(base)
        for side in (old, new):
            for key in ("records", "documents", "texts"):
                side[key] = [entry for entry in side[key] if chosen.random() > 0.1]
            for entry in chosen.sample(side["records"], 6):
                values = ["boss", "writer", "R-001", "a longer text of some words", "a longer text of other words"]
                items = [{"on": chosen.choice(values), "by": chosen.choice(values), "why": chosen.choice(values)} for _ in range(chosen.randint(1, 3))]
                if entry["kind"] != "document":
                    entry["fields"] |= {"owner": chosen.choice(values), "systems": chosen.choices(values, k=3), "assessments": items}
                    entry["digest"] = str(chosen.random())
        agree(page, old, new)
