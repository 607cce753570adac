"""Copies of the smallest project, to be changed."""

from __future__ import annotations

import datetime as dt
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import repository
from built import once_built
from invented import DAY, apply, copy_base
from once import once
from publications import publish

import macros.cli  # noqa: F401 - all of the engine
import macros.control.snapshots.snapshot as made_by
from macros.control.snapshots.building import build_site
from macros.graph import Aims, build


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the smallest project, to be changed."""
    return copy_base(tmp_path)


@pytest.fixture
def mill(tmp_path: Path) -> Path:
    """The smallest project in a git repository with one commit."""
    return repository.mill(tmp_path)


@pytest.fixture
def changed(project: Path) -> Callable[..., Aims]:
    """`changed({"aims_data/roles.yaml": [["old", "new"]]}, day)`: the smallest project with changes, built for a day."""

    def make(change: dict[str, Any] | None = None, day: dt.date | str = DAY) -> Aims:
        apply(project, change or {})
        return build(project, dt.date.fromisoformat(day) if isinstance(day, str) else day)

    return make


@pytest.fixture(scope="session", autouse=True)
def _once_built() -> Iterator[None]:
    """Snapshots that are made in this process share their sites (see `built.py`)."""
    made_by.build_site = once_built(build_site)
    yield
    made_by.build_site = build_site


@pytest.fixture(scope="session")
def _caches() -> list[Any]:
    """What the engine remembers of management systems: its functions with a cache that get one."""
    functions = {id(one): one for name, module in sys.modules.items() if name.startswith("macros.") for one in vars(module).values()}.values()
    return [one for one in functions if hasattr(one, "cache_clear") and {"Aims", "Build"} & {*one.__annotations__.values()}]


@pytest.fixture(autouse=True)
def _forgotten(_caches: list[Any]) -> Iterator[None]:
    """A process knows one management system, the tests thousands: none is kept after its test."""
    yield
    for function in _caches:
        function.cache_clear()


@pytest.fixture
def real_builds(monkeypatch: pytest.MonkeyPatch) -> None:
    """For a test of building itself."""
    monkeypatch.setattr(made_by, "build_site", build_site)


@pytest.fixture(scope="session")
def three() -> Path:
    """A repository with three snapshots (see `publications.py`); not to be changed."""
    return once("three", lambda folder: repository.git(publish(repository.repository(folder)), "gc", "--quiet")) / "project"


@pytest.fixture
def copied(three: Path, tmp_path: Path) -> Path:
    """A copy of its repository, to be tampered with; its work tree is empty."""
    project = tmp_path / "copied"
    shutil.copytree(three / ".git", project / ".git")
    return project
