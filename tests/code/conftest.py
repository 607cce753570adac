"""Copies of the smallest project, to be changed."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from invented import DAY, apply, copy_base
from once import once
from publications import publish
from repository import commit, git, repository

from macros.graph import Aims, build


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the smallest project, to be changed."""
    return copy_base(tmp_path)


@pytest.fixture
def mill(tmp_path: Path) -> Path:
    """The smallest project in a git repository with one commit."""
    project = copy_base(tmp_path)
    git(project, "init", "--quiet", "--initial-branch=main")
    commit(project, "The mill")
    return project


@pytest.fixture
def changed(project: Path) -> Callable[..., Aims]:
    """`changed({"aims_data/roles.yaml": [["old", "new"]]}, day)`: the smallest project with changes, built for a day."""

    def make(change: dict[str, Any] | None = None, day: dt.date | str = DAY) -> Aims:
        apply(project, change or {})
        return build(project, dt.date.fromisoformat(day) if isinstance(day, str) else day)

    return make


@pytest.fixture(scope="session")
def three() -> Path:
    """A repository with three snapshots (see `publications.py`); not to be changed."""
    return once("three", lambda folder: git(publish(repository(folder)), "gc", "--quiet")) / "project"


@pytest.fixture
def copied(three: Path, tmp_path: Path) -> Path:
    """A copy of its repository, to be tampered with; its work tree is empty."""
    project = tmp_path / "copied"
    shutil.copytree(three / ".git", project / ".git")
    return project
