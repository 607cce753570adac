"""A line more in the records of one kind turns no golden case of another kind red."""

from __future__ import annotations

import datetime as dt
import functools
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args, get_origin

import pytest
from invented import DAY, apply, copy_base, findings, read_yaml
from smallest import BASE, CASES, SHAPES, as_parameters, expected, files_of, round_trip

from macros.graph import build
from macros.load import shape_of
from macros.schema.documents import Document
from macros.schema.fields import fields_of
from macros.seal import seal_of

NAMED = ("formerly", "time_zone")
"""Texts that have to be known."""
ONE_MORE: dict[Any, Any] = {str: "One more.", dt.date: DAY}


def with_a_comment(file: Path) -> None:
    """A line more that says nothing."""
    text = file.read_text(encoding="utf-8")
    file.write_text(f"# A line more\n{text}" if file.suffix == ".yaml" else f"{text}\n<!-- A line more -->\n", encoding="utf-8")


def with_a_field(file: Path) -> None:
    """A line more in the first record of a data file: the first text or day that may be left out, and was."""
    shape = shape_of(file.relative_to(next(folder for folder in file.parents if folder.name == "aims_data")).as_posix())
    if shape is None:
        return  # a part of a record, which says the more in its own tests
    value = round_trip().load(file.read_text(encoding="utf-8"))
    model, first = (get_args(shape)[0], value[0]) if get_origin(shape) is list else (shape, value)
    plans = [plan for plan in fields_of(model) if not plan.required and plan.name not in {*first, *NAMED} and plan.plain in ONE_MORE and not plan.ref]
    if plans:
        more = ONE_MORE[plans[0].plain]
        first.insert(1, plans[0].name, [more] if plans[0].many else more)
        with file.open("w", encoding="utf-8") as stream:
            round_trip().dump(value, stream)


def with_more(project: Path, own: set[str]) -> Path:
    """Add a comment and a field to every file but one's own, and seal anew what was sealed."""
    for name in sorted(set(files_of(BASE)) - own):
        if name.startswith("aims_data/"):
            with_a_field(project / name)
        if name.startswith(("aims_data/", "docs/")):
            with_a_comment(project / name)
    aims = build(project, DAY)
    for document in aims.all(Document):
        for version in document.versions:
            for approval in version.approvals:
                if approval.seal and (seal := seal_of(aims, document, version)) != approval.seal:
                    file = project / f"aims_data/documents/{document.id}.yaml"
                    file.write_text(file.read_text(encoding="utf-8").replace(approval.seal, seal), encoding="utf-8")
    return project


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], Path]:
    """The smallest project with more in every file but those of a kind, by the folder of the kind."""
    return functools.cache(lambda kind: with_more(copy_base(tmp_path_factory.mktemp(kind.name)), set(files_of(kind))))


def test_the_smallest_project_is_sound_with_more_in_every_file(project: Path) -> None:
    before = {name: (project / name).read_text(encoding="utf-8") for name in files_of(project)}
    with_more(project, set())
    changed = [name for name in before if "A line more" in (project / name).read_text(encoding="utf-8")]
    assert before.keys() - set(changed) == {"mkdocs.yml"}
    new = [name for name in changed if any(f"{more}" in (project / name).read_text(encoding="utf-8") for more in ONE_MORE.values())]
    assert len(new) >= 14, "in the others every field is filled, or is a reference or a part"
    assert findings(project) == []


@pytest.mark.parametrize("case", as_parameters([*CASES, *SHAPES]))
def test_more_in_other_kinds_changes_no_case(grown: Callable[[Path], Path], tmp_path: Path, case: Path) -> None:
    content, project = read_yaml(case), shutil.copytree(grown(case.parent.parent), tmp_path / "project")
    apply(project, content["change"])
    assert findings(project, content.get("today", DAY)) == expected(project, content)


@pytest.mark.parametrize("case", [*CASES, *SHAPES], ids=lambda case: case.stem)
def test_a_case_speaks_of_lines_and_texts_of_its_own_kind_only(case: Path) -> None:
    content, foreign = read_yaml(case), set(files_of(BASE)) - set(files_of(case.parent.parent))
    replaced = [name for name, edit in content["change"].items() if name in foreign and isinstance(edit, list)]
    assert replaced == [], "change what another kind brings by path, like `boss > authorities > 0 > may: …`"
    given = {name for name, edit in content["change"].items() if isinstance(edit, str)}
    by_line = [file for file in re.findall(r"(?m)^\w+ \S+ (\S+):\d+:\d+: ", content["expect"]) if file in foreign - given]
    assert by_line == [], "name a place in what another kind brings by path, like `aims_data/roles.yaml@boss > title: …`"
