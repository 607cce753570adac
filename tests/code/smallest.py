"""The smallest project, put together from what each kind of record brings, and the golden cases of each kind.

Below `kinds/`, each folder is a kind of record: its records as they lie in a project, below `shapes/` what the loader says of them when they are
written badly, and below `cases/` what the rules say. What is of no kind lies in `base/`. A case speaks of lines and texts of its own kind's files
only; a file of another kind it changes by path, and it names a place there by path (see `change_by_path` and `place`). So a line more in the records
of one kind turns no case of another red.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

HERE = Path(__file__).parent
FOLDERS = (HERE / "base", *sorted(path for path in (HERE / "kinds").iterdir() if path.is_dir()))
CASES, SHAPES = (sorted(HERE.glob(f"*/**/{name}/*.yaml"), key=lambda path: path.name) for name in ("cases", "shapes"))
AT = re.compile(r"(?P<file>aims_data/\S+\.yaml)@(?P<way>.+?): ")


def as_parameters(cases: Iterable[Path]) -> list[Any]:
    """The cases for `parametrize`, each by its name; one with a signature is marked, as for it the check runs ssh-keygen."""
    return [
        pytest.param(case, id=case.stem, marks=[pytest.mark.programs] if "BEGIN SSH SIGNATURE" in case.read_text(encoding="utf-8") else []) for case in cases
    ]


def files_of(folder: Path) -> Iterable[str]:
    """The files that a folder brings into the smallest project, by their path there."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file() and path.parent.name not in {"cases", "shapes"})


def put_together(folders: Iterable[Path], target: Path) -> Path:
    """Copy what each folder brings into one project; no two bring the same file."""
    for folder in folders:
        for name in files_of(folder):
            file = target / name
            assert not file.exists(), f"{folder.name} brings {name}, which another kind brings already"
            file.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(folder / name, file)
    return target


_kept = tempfile.TemporaryDirectory(prefix="aims-smallest-")
BASE = put_together(FOLDERS, Path(_kept.name))
"""The smallest project. Not to be changed; see `invented.copy_base`."""


def round_trip() -> YAML:
    """ruamel's own reader and writer, which keeps lines and comments; not the reader under test."""
    yaml = YAML()
    yaml.width = 10_000
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def held(value: Any, step: str) -> Any:
    """What a mapping holds under a key; of a list the entry at a place, or the one that begins with this value, like an id."""
    if not isinstance(value, list):
        return value[step]
    return value[place_in(value, step)]


def place_in(entries: list[Any], step: str) -> int:
    """The place of an entry in a list: by that place, or by the entry itself or the value with which it begins."""
    firsts = [str(next(iter(entry.values())) if isinstance(entry, dict) else entry) for entry in entries]
    return firsts.index(step) if step in firsts else int(step)


def change_by_path(file: Path, edit: dict[str, Any]) -> None:
    """Set what stands at each path, like `boss > authorities > 0 > may`, or remove it (null); a path that ends with `> +` adds to the list."""
    value = round_trip().load(file.read_text(encoding="utf-8"))
    for path, new in edit.items():
        *way, last = path.split(" > ")
        target = value
        for step in way:
            target = held(target, step)
        if last == "+":
            target.append(new)
        elif new is None:
            del target[place_in(target, last) if isinstance(target, list) else last]
        else:
            target[last] = new
    with file.open("w", encoding="utf-8") as stream:
        round_trip().dump(value, stream)


def place(file: Path, path: str) -> str:
    """`line:column` of what stands at a path of a file."""
    value = round_trip().load(file.read_text(encoding="utf-8"))
    *way, last = path.split(" > ")
    for step in way:
        value = held(value, step)
    line, column = value.lc.item(place_in(value, last)) if isinstance(value, list) else value.lc.value(last)
    return f"{line + 1}:{column + 1}"


def expected(project: Path, case: dict[str, Any]) -> list[str]:
    """The lines that a case expects of the project that it changed, with its places by path as line and column."""
    lines = case["expect"].splitlines()
    return [AT.sub(lambda at: f"{at['file']}:{place(project / at['file'], at['way'])}: ", line, count=1) for line in lines]
