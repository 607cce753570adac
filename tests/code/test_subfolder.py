"""A project in a folder of a larger repository: document control works, its history included, and looks at nothing beside it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from command import run_aims
from invented import DAY, copy_base
from repository import commit, git

from macros.control.git import Git
from macros.graph import build
from macros.site import build_of

POLICY = "# AI policy\n\nWe take great care. See [[A.2.2]].\n"
SAID = ("approve", "AIMS-POL-01", "--as", "boss", "--change", "More care", "--minor", "--evidence", "Mail", "--on", "2026-05-20", "--today", str(DAY))


@pytest.fixture
def portal(tmp_path: Path) -> Path:
    """The smallest project in the folder `portal/aims` of a repository that had another commit before and has another project beside it."""
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    commit(tmp_path, "Before the portal", **{"README": "Else.", "docs/policy.md": "# Of another project\n", "aims_data/roles.yaml": "nonsense\n"})
    (tmp_path / "portal/aims").parent.mkdir()
    shutil.move(copy_base(tmp_path), tmp_path / "portal/aims")
    commit(tmp_path, "The portal")
    git(tmp_path, "checkout", "--quiet", "-b", "change")
    return tmp_path / "portal/aims"


def test_an_approval_and_its_check(portal: Path) -> None:
    (portal / "docs/policy.md").write_text(POLICY, encoding="utf-8")
    done = run_aims(*SAID, cwd=portal)
    assert done.returncode == 0, done.stderr
    assert "together with docs/policy.md." in done.stdout, "names are below the project"
    commit(portal, "Approved")
    assert run_aims("check", "--base", "main", "--today", str(DAY), cwd=portal).returncode == 0
    status = run_aims("status", "AIMS-POL-01", "--today", str(DAY), cwd=portal).stdout
    assert "1.1" in status and "In force" in status


def test_what_is_forged_is_found(portal: Path) -> None:
    record = portal / "aims_data/documents/AIMS-POL-01.yaml"
    record.write_text(record.read_text(encoding="utf-8").replace("written_on: 2026-02-01", "written_on: 2026-01-01"), encoding="utf-8")
    commit(portal, "Dated back")
    done = run_aims("check", "--base", "main", "--today", str(DAY), cwd=portal)
    assert (done.returncode, "written_on of version 1.0 was" in done.stdout) == (1, True), done.stdout
    over = run_aims("check", "--history", "--today", str(DAY), cwd=portal)
    assert (over.returncode, "written_on of version 1.0 was" in over.stdout) == (1, True), over.stdout + over.stderr


def test_the_approved_text_comes_from_its_history(portal: Path) -> None:
    (portal / "docs/policy.md").write_text(POLICY, encoding="utf-8")
    assert run_aims(*SAID, cwd=portal).returncode == 0
    commit(portal, "Approved")
    (portal / "docs/policy.md").write_text("# AI policy\n\nWe take no care.\n", encoding="utf-8")
    text = build_of(build(portal, DAY)).approved_text("AIMS-POL-01")
    assert text and "We take great care." in text.text


def test_nothing_beside_it_counts(portal: Path) -> None:
    (portal.parent.parent / "README").write_text("Changed.", encoding="utf-8")
    there = Git(portal)
    assert there.dirty() == []
    (portal / "docs/policy.md").write_text(POLICY, encoding="utf-8")
    assert there.dirty() == ["docs/policy.md"]
    first, second = list(there.commits("HEAD"))[::-1]
    assert there.files(first.id) == {} and there.read(first.id, "docs/policy.md") is None
    assert "docs/policy.md" in there.files(second.id, "docs") and not any(name.startswith("portal") for name in there.files(second.id))
    assert "aims_data/roles.yaml" in there.lines_ever("aims_data") and not any(name.startswith(("portal", "..")) for name in there.lines_ever("aims_data"))
    assert "nonsense" not in there.lines_ever("aims_data")["aims_data/roles.yaml"]


def test_what_changed_since(portal: Path) -> None:
    (portal / "docs/policy.md").write_text(POLICY, encoding="utf-8")
    done = run_aims("changes", "main", "--today", str(DAY), cwd=portal)
    assert (done.returncode, "great" in done.stdout) == (0, True), done.stderr


def test_where_a_portal_begins_its_entries_are_taken_as_they_stand(portal: Path) -> None:
    done = run_aims("check", "--history", "--today", str(DAY), cwd=portal)
    assert done.returncode == 0, done.stdout
    assert "its entries are taken as they stand" in done.stderr + done.stdout
