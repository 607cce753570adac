"""CONTRIBUTING.md against what is there: its map, its paths and its names. Its commands are held by `test_docs.py`."""

from __future__ import annotations

import re
import subprocess
import tomllib
from functools import cache
from pathlib import Path

import pytest
from documented import FENCE, SPAN
from invented import ROOT

TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
LAYERS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"][0]["layers"]

EXAMPLE = ("demo/history.py", "tests/example/gaps.yaml")
"""In folders that an organisation removes when it takes the portal over (docs/taking-over.md). The map is the engine's and names them all the same."""


@cache
def kept() -> list[str]:
    """The files that git keeps, by their path, and those of the example where its folder was removed."""
    files = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    return [*files, *(name for name in EXAMPLE if not (ROOT / name).parent.is_dir())]


def folders() -> set[str]:
    """The folders that hold them."""
    return {parent.as_posix() for name in kept() for parent in Path(name).parents} - {"."}


def code() -> str:
    """The text of all Python of the engine and its tests but for this file."""
    sources = [ROOT / name for name in kept() if name.startswith(("macros/", "tests/")) and name.endswith(".py")]
    return "\n".join(path.read_text(encoding="utf-8") for path in sources if path != Path(__file__))


def first_cells(text: str, head: str) -> list[set[str]]:
    """The code in the first cell of each row of the table with this head."""
    table = text[text.index(f"| {head} |") :].split("\n\n")[0]
    return [set(SPAN.findall(row.split("|")[1])) for row in table.splitlines()[2:]]


def folders_not_as_there(text: str) -> set[str]:
    """Folders of the repository that the map leaves out, or has and are not there."""
    return set().union(*first_cells(text, "Folder")) ^ {f"{name}/" for name in folders() if "/" not in name}


def floors_not_as_there(text: str) -> list[set[str]]:
    """What differs on each floor between the map and the contract that is checked."""
    floors = [{f"{name}/" if (ROOT / "macros" / name).is_dir() else name for name in re.findall(r"\w+", layer)} for layer in reversed(LAYERS)]
    said = first_cells(text, "Floor")
    return [one ^ other for one, other in zip(said, floors, strict=True) if one != other]


def lost(text: str) -> list[str]:
    """Names in code that are nowhere: paths of files and folders, and constants."""
    spans = [word for span in SPAN.findall(FENCE.sub("", text)) for word in span.split() if not re.search(r"[*<>{}\[$=]|^--", word)]
    paths = [word for word in spans if re.fullmatch(r"[\w./-]*(?:/|\.(?:py|md|j2|ya?ml|toml|json))", word)]
    constants = [word for word in spans if re.fullmatch(r"[A-Z][A-Z_]{3,}", word)]
    there = [f"/{name}" for name in kept()] + [f"/{name}/" for name in folders()] + ["/aims.json"]  # that one is made by each build
    return [word for word in paths if not any(name.endswith(f"/{word}") for name in there)] + [
        word for word in constants if not re.search(rf"\b{word}\b", code()) and word not in there and f"/{word}" not in there
    ]


def test_every_folder_is_in_the_map() -> None:
    assert folders_not_as_there(TEXT) == set()
    inside = {Path(name).name for name in folders() if name.startswith("macros/")}
    assert {name for name in inside if f"`{name}/`" not in TEXT} == set()


def test_every_module_is_on_its_floor() -> None:
    assert floors_not_as_there(TEXT) == []
    there = {path.stem for path in (ROOT / "macros").iterdir() if path.suffix == ".py" or path.is_dir()}
    assert there - {name.rstrip("/") for floor in first_cells(TEXT, "Floor") for name in floor} == {"__init__", "templates", "__pycache__"} & there


def test_what_it_names_is_there() -> None:
    assert lost(TEXT) == []


def test_it_stays_short() -> None:
    assert TEXT.count("\n") <= 150


@pytest.mark.parametrize(("old", "new", "found"), [("`bench/`", "`benches/`", {"bench/", "benches/"}), ("| `demo/` | ", "| demo | ", {"demo/"})])
def test_a_folder_that_is_left_out_or_not_there_is_found(old: str, new: str, found: set[str]) -> None:
    assert old in TEXT
    assert folders_not_as_there(TEXT.replace(old, new, 1)) == found


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [("`due` |", "`dues` |", [{"due", "dues"}]), ("`clock`, `engine`", "`clock`", [{"engine"}]), ("| `pages` |", "| `pages/` |", [{"pages", "pages/"}])],
)
def test_a_module_that_is_left_out_or_elsewhere_is_found(old: str, new: str, found: list[set[str]]) -> None:
    assert old in TEXT
    assert floors_not_as_there(TEXT.replace(old, new, 1)) == found


def test_names_that_are_nowhere_are_found() -> None:
    assert lost("`macros/cli.py`, `docs/`, `README.md`, `tests/codes/`, `KINDS` and `KINDZ`") == ["macros/cli.py", "tests/codes/", "KINDZ"]
