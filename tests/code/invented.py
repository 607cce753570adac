"""What the tests of the code share: the smallest project, changed copies of it, and small files that hold a case each."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from smallest import BASE, change_by_path

from macros.control.approvals.entries import write
from macros.control.upgrade import upgrade
from macros.graph import build
from macros.site import problems_of

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
DAY = dt.date(2026, 6, 1)
"""The day on which the smallest project has no error, no gap and no notice."""


def read_yaml(path: Path) -> Any:
    """A case file, by ruamel's own safe loader, not by the one under test."""
    return YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))


def copy_base(to: Path) -> Path:
    """A copy of the smallest project."""
    return Path(shutil.copytree(BASE, to / "project"))


def apply(project: Path, change: dict[str, Any]) -> None:
    """Change files: `null` removes, a text is the whole new content, a list of [old, new] pairs replaces each old text once, and a mapping sets what
    stands at a path (see `smallest.change_by_path`)."""
    for name, edit in change.items():
        path = project / name
        if edit is None:
            path.unlink()
        elif isinstance(edit, str):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(edit, encoding="utf-8")
        elif isinstance(edit, dict):
            change_by_path(path, edit)
        else:
            text = path.read_text(encoding="utf-8")
            for old, new in edit:
                assert text.count(old) == 1, f"{name} has {old!r} {text.count(old)} times; a case replaces what is there once"
                text = text.replace(old, new)
            path.write_text(text, encoding="utf-8")


def upgraded(project: Path) -> Path:
    """A project with its files as `aims upgrade` writes them: what is entered for documents in files of their own."""
    write(project, upgrade(project).changes)
    return project


def findings(project: Path, day: dt.date = DAY) -> list[str]:
    """Everything that the check reports: `grade rule place: message`."""
    return [f"{problem.grade.name} {problem.rule} {problem}" for problem in problems_of(build(project, day))]
