"""The demonstration: a repository with three snapshots of the example, made by the real commands, checked by them and opened in a browser."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from projects import ROOT, environment

sys.path.insert(0, str(ROOT / "demo"))
import history


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's repository."""
    return history.make(tmp_path_factory.mktemp("demo") / "demo")


def aims(project: Path, *arguments: str, code: int = 0) -> str:
    """What a command prints in the demo's repository; it ends as expected."""
    fixed = {key: value for key, value in environment().items() if key != "SOURCE_DATE_EPOCH"} | {"PYTHONPATH": str(project), "COLUMNS": "200"}
    done = subprocess.run([sys.executable, "-m", "macros.cli", *arguments], cwd=project, env=fixed, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout


def test_all_three_snapshots_verify(demo: Path) -> None:
    said = aims(demo, "verify", "--all")
    for state in history.STATES:
        assert not state.purpose or state.version in said
    assert "consistent with itself" in said
    assert "untouched" not in said.replace("never untouched", "")


def test_the_history_of_approvals_is_clean(demo: Path) -> None:
    assert "append-only" not in aims(demo, "check", "--history")


def test_the_changes_between_two_snapshots_are_told_in_words(demo: Path) -> None:
    found = json.loads(aims(demo, "changes", "2026.1", "2026.2", "--format", "json"))
    text = json.dumps(found, ensure_ascii=False)
    for expected in ("AIMS-MAN-02", "ISS-11", "M-020", "SYS-03", "A.7.5", "Pull request 238"):
        assert expected in text


def test_a_snapshot_adds_little_to_the_repository(demo: Path) -> None:
    """Pages that did not change are the same blob in two snapshots."""

    def blobs(version: str) -> dict[str, str]:
        listed = subprocess.run(["git", "ls-tree", "-r", f"snapshots:{version}"], cwd=demo, capture_output=True, text=True, check=True).stdout
        return {line.split("\t")[1]: line.split()[2] for line in listed.splitlines()}

    before, after = blobs("2026.2"), blobs("2026.3")
    changed = [name for name, blob in after.items() if before.get(name) != blob]
    assert 0 < len(changed) < len(after) / 4, sorted(changed)


def test_only_what_the_demo_made_is_emptied(tmp_path: Path) -> None:
    folder, file = tmp_path / "folder", tmp_path / "folder/thesis.md"
    history.emptied(folder)
    (folder / "project").mkdir()
    history.emptied(folder)
    assert [path.name for path in folder.iterdir()] == [history.MARK], "a second run begins anew"
    (folder / history.MARK).rename(file)
    for given in (folder, file):
        with pytest.raises(SystemExit, match="holds what the demo did not make"):
            history.make(given)
    assert file.exists()
    file.unlink()
    history.emptied(folder)


def test_the_project_is_not_copied_into_itself() -> None:
    with pytest.raises(SystemExit, match="lies in the project"):
        history.make(ROOT / "demo-made-here")
    assert not (ROOT / "demo-made-here").exists()


@pytest.fixture(scope="module")
def published(demo: Path, serve_folder: Callable[[Path], AbstractContextManager[str]]) -> Iterator[str]:
    """The address under which its snapshots are served, as they are on their branch."""
    folder = demo.parent / "public"
    folder.mkdir()
    archive = subprocess.run(["git", "archive", "snapshots"], cwd=demo, capture_output=True, check=True).stdout
    subprocess.run(["tar", "-x"], cwd=folder, input=archive, check=True)
    with serve_folder(folder) as address:
        yield address


def test_the_oldest_snapshot_leads_to_the_newest(published: str, browser: Any) -> None:
    page = browser.new_page()
    page.goto(f"{published}/2026.1/soa.html")
    page.wait_for_selector(".md-version__item")
    assert "2026.3" in page.inner_text("body")
    page.close()
