"""Two approvers approve on two branches; whichever way these are merged there is no conflict, and both approvals count. Real git."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from command import run_aims
from invented import apply
from repository import commit, git
from test_approve import SEEN, WHY, document, good, write_more

from macros import facts

POLICY, ROLES = "aims_data/documents/AIMS-POL-01.yaml", "aims_data/roles.yaml"
WRITER = "    - who: TM-002\n      since: 2020-01-01\n"
DEPUTY = "    - who: TM-001\n      since: 2020-01-01\n  deputies:\n    - who: TM-003\n      since: 2025-01-01\n"


@pytest.fixture
def submitted(mill: Path) -> Path:
    """Main, with a version that boss and writer have to approve."""
    of_then = ["    effective_from: 2026-02-10\n", "    effective_from: 2026-02-10\n    approvers: [boss]\n"]
    apply(mill, {ROLES: [[WRITER, WRITER + WRITER.replace("TM-002", "TM-004")]], POLICY: [["approvers: [boss]", "approvers: [boss, writer]"], of_then]})
    commit(mill, "Two approve")
    write_more(mill)
    good(mill, "submit", "AIMS-POL-01", "--author", "TM-002", "--holder", "TM-002", *WHY)
    commit(mill, "Submitted")
    return mill


def on_branch(project: Path, name: str, *command: str) -> None:
    """What a command enters, on a branch of its own from main, whose check is green."""
    git(project, "switch", "--quiet", "--create", name, "main")
    good(project, *command)
    commit(project, name)
    assert checked(project, "main") == 0
    git(project, "switch", "--quiet", "main")


def checked(project: Path, base: str, *more: str) -> int:
    done = run_aims("check", "--base", base, *more, "--project", str(project), AIMS_TODAY="2026-06-01")
    assert "0 errors" in done.stdout or done.returncode, done.stdout
    return done.returncode


def merged(project: Path, how: str, branch: str) -> None:
    """Main with what a branch brings, in one of the ways of a host."""
    if how == "merge":
        git(project, "merge", "--quiet", "--no-ff", "-m", f"Merge {branch}", branch)
    elif how == "squash":
        git(project, "merge", "--quiet", "--squash", branch)
        commit(project, f"Squash {branch}")
    else:
        git(project, "rebase", "--quiet", "main", branch)
        git(project, "switch", "--quiet", "main")
        git(project, "merge", "--quiet", "--ff-only", branch)


@pytest.mark.parametrize("how", ["merge", "squash", "rebase"])
def test_both_approvals_come_in(submitted: Path, how: str) -> None:
    on_branch(submitted, "first", "approve", "AIMS-POL-01", "--as", "boss", *SEEN)
    on_branch(submitted, "second", "approve", "AIMS-POL-01", "--as", "writer", "--holder", "TM-004", *SEEN)
    before = git(submitted, "rev-parse", "HEAD")
    for branch in ("second", "first"):
        base = git(submitted, "rev-parse", "HEAD")
        merged(submitted, how, branch)
        assert checked(submitted, base) == 0
    assert checked(submitted, before, "--history") == 0
    aims, policy = document(submitted)
    assert [(approval.by, approval.holder) for approval in policy.versions[-1].approvals] == [("boss", "TM-001"), ("writer", "TM-004")]
    assert facts.validity(aims, policy) is facts.Validity.in_force


def test_a_text_that_another_branch_changed_needs_them_anew(submitted: Path) -> None:
    """No conflict of files hides that they approved something else."""
    on_branch(submitted, "first", "approve", "AIMS-POL-01", "--as", "boss", *SEEN)
    write_more(submitted, words="\nAnd more.\n")
    commit(submitted, "More")
    base = git(submitted, "rev-parse", "HEAD")
    merged(submitted, "merge", "first")
    assert checked(submitted, base) == 1


def test_what_a_deputy_approved_and_what_the_holder_confirms_are_two_files(mill: Path) -> None:
    apply(mill, {ROLES: [[DEPUTY.split("  deputies")[0], DEPUTY]]})
    commit(mill, "A deputy")
    write_more(mill)
    good(mill, "approve", "AIMS-POL-01", "--as", "boss", "--emergency", "--until", "2026-06-20", *WHY, *SEEN)
    commit(mill, "An emergency")
    good(mill, "approve", "AIMS-POL-01", "--as", "boss", *SEEN)
    assert checked(mill, "HEAD") == 0
    names = sorted(path.name for path in (mill / "aims_data/approvals/AIMS-POL-01").iterdir())
    assert names == ["1.1-approved-boss-2026-06-01-2.yaml", "1.1-approved-boss-2026-06-01.yaml", "1.1.yaml"]
    assert [approval.holder for approval in document(mill)[1].versions[-1].approvals] == ["TM-003", "TM-001"]


def test_one_meeting_approves_several_documents_or_none(mill: Path) -> None:
    for file in ("docs/policy.md", "docs/risk-method.md"):
        write_more(mill, file)
    meeting = ("approve", "AIMS-POL-01", "AIMS-PRO-01", "--as", "boss", *WHY, *SEEN)
    said = good(mill, *meeting, "--dry-run")
    assert said.count("Sealed (") == 2 and said.count("+++ aims_data/approvals/") == 4
    assert git(mill, "status", "--porcelain", "--", "aims_data") == ""
    done = run_aims(*meeting, "--number", "2.0", "--project", str(mill), AIMS_TODAY="2026-06-01")
    assert (done.returncode, done.stderr) == (2, "aims: --number is the number of one version; with several documents leave it out\n")
    done = run_aims(*meeting[:3], "AIMS-REG-01", *meeting[3:], "--project", str(mill), AIMS_TODAY="2026-06-01")
    assert done.returncode == 1 and done.stderr.startswith("aims: AIMS-REG-01 is a register")
    assert git(mill, "status", "--porcelain", "--", "aims_data") == ""
    assert "commit them together with docs/policy.md, docs/risk-method.md." in good(mill, *meeting)
    assert checked(mill, "HEAD") == 0
    for id in ("AIMS-POL-01", "AIMS-PRO-01"):
        assert [approval.evidence for approval in document(mill, id)[1].versions[-1].approvals] == ["Minutes of 2026-06-01, item 2"]


def test_a_host_shows_no_conflict(submitted: Path) -> None:
    """As a host asks git whether a branch can be merged without anybody's hand."""
    on_branch(submitted, "first", "approve", "AIMS-POL-01", "--as", "boss", *SEEN)
    on_branch(submitted, "second", "approve", "AIMS-POL-01", "--as", "writer", "--holder", "TM-004", *SEEN)
    done = subprocess.run(["git", "merge-tree", "--write-tree", "first", "second"], cwd=submitted, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
