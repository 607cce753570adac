"""Every command once as a real process: it ends, prints and writes exactly what it does in the process of the tests, where all other tests run it."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from command import run_aims, run_process
from documented import commands
from invented import apply
from repository import commit, git

CHANGED = {"docs/risk-method.md": [["# Risk method", "# The method"]]}
KEPT_TILL = {
    "aims_data/snapshots.yaml": "- version: '2026.1'\n  keep_until: 2026-02-01\n",
    "aims_data/documents/AIMS-PRT-01.yaml": [["sources: [", "sources: [aims_data/snapshots.yaml, "]],
}
DAYS = {"AIMS_TODAY": "2026-06-01", "GIT_AUTHOR_DATE": "2026-06-01T10:00:00Z", "GIT_COMMITTER_DATE": "2026-06-01T10:00:00Z"}
WHY = ("--as", "boss", "--change", "Said more plainly.")
OF_THE_RUN = re.compile(r"(?<=\.site\.building-)\d+|(?<=built in )[\d.]+")
"""The number of the process and the seconds it took, in what MkDocs says."""


@dataclass(frozen=True)
class Call:
    """A call of a command in a repository with three snapshots: its arguments, how it ends, what it says among other things, what is changed before."""

    arguments: tuple[str, ...]
    says: str
    code: int = 0
    change: dict[str, Any] | None = None
    committed: bool = False


CALLS = {
    "check": Call((), "0 errors, 0 gaps, 0 notices"),
    "build": Call((), "The site is in "),
    "new": Call(("risk",), "aims_data/risks/R-002.yaml"),
    "pages": Call(("made",), "made"),
    "schema": Call(("made",), "made"),
    "changes": Call(("2026.1", "2026.2", "--format", "json"), "Stones and sand in the flour"),
    "seal": Call(("AIMS-POL-01",), "title: AI policy"),
    "status": Call((), "AIMS-POL-01"),
    "approve": Call(("AIMS-PRO-01", *WHY), "Approved by boss", change=CHANGED),
    "submit": Call(("AIMS-PRO-01", *WHY), "Submitted by boss", change=CHANGED),
    "review": Call(("AIMS-PRO-01", "--as", "boss"), "Confirmed by boss"),
    "withdraw": Call(("AIMS-PRO-01", "--as", "boss", "--reason", "Replaced by the policy."), "withdrawn"),
    "reseal": Call(("AIMS-PRO-01", "--as", "boss", "--reason", "A comment"), "there is nothing to reseal", code=1),
    "close": Call(("REC-001",), "closed"),
    "decide use": Call(("SYS-01", "--use", "may", "--short", "Yes.", "--reason", "It helps.", "--as", "boss"), "decided by boss"),
    "decide accept": Call(("R-001", "--until", "2026-12-31", "--reason", "We look.", "--as", "boss"), "accepted until 2026-12-31"),
    "decide withdraw": Call(("R-001", "--reason", "More stones.", "--as", "boss"), "is withdrawn by boss"),
    "confirm": Call(("REC-001", "--because", "It still sorts grain."), "REC-001 is not closed yet", code=1),
    "upgrade": Call((), "There is nothing to do: the files have today's shape."),
    "publish": Call(("../served",), "holds the auditor edition"),
    "snapshot": Call(("2026.4", "--for", "Stage 2 audit", "--with-drafts"), "Snapshot 2026.4 (Stage 2 audit): published"),
    "archive": Call(("2026.1",), "aims-2026.1.zip"),
    "dispose": Call(("2026.1", "--by", "Boss", "--reason", "Time is over"), "removed from the branch snapshots", change=KEPT_TILL, committed=True),
    "verify": Call((), "consistent with itself"),
    "export codeowners": Call(("--write",), ""),
    "export nginx": Call(("made", "--name", "portal.mill.example"), "server_name portal.mill.example;", change={"made/index.html": ""}),
}


def test_every_command_is_called() -> None:
    assert commands().keys() == CALLS.keys(), "give each command a call in CALLS"


@pytest.mark.parametrize("name", CALLS)
def test_a_process_does_what_the_command_does_in_ours(three: Path, tmp_path: Path, name: str) -> None:
    call, done = CALLS[name], {}
    for run in (run_process, run_aims):
        project = Path(shutil.copytree(three, tmp_path / "project"))
        apply(project, call.change or {})
        if call.committed:
            commit(project, "Changed", "2026-05-04T10:00:00Z")
        ended = run(*name.split(), *call.arguments, cwd=project, **DAYS)
        done[run] = (ended.returncode, ended.stdout, OF_THE_RUN.sub("", ended.stderr), git(project, "for-each-ref"), written(project))
        shutil.rmtree(project)
        shutil.rmtree(tmp_path / "served", ignore_errors=True)
    assert done[run_process] == done[run_aims]
    code, stdout, stderr = done[run_process][:3]
    assert code == call.code and call.says in (stderr if code else stdout), stdout + stderr


def written(project: Path) -> dict[str, bytes]:
    """Every file of the work tree."""
    return {path.relative_to(project).as_posix(): path.read_bytes() for path in project.rglob("*") if path.is_file() and ".git" not in path.parts}
