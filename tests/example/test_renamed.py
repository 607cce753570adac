"""A role of the example gets another id, in all files or in its own alone: nothing that was recorded is rewritten, and what history says stays true."""

from __future__ import annotations

import datetime as dt
import html
import shutil
from pathlib import Path

import pytest
from command import run_aims
from invented import ROOT
from repository import commit, git, named

from macros.codeowners import codeowners
from macros.control.approvals.change_check import against, over_history, renaming_told
from macros.graph import build
from macros.pages import record_pages
from macros.problems import Grade, Problem
from macros.render import Renderer
from macros.site import build_of, problems_of

DAY = dt.date(2026, 11, 29)
OLD, NEW = "ai-steering-group", "ai-board"
WAY_OUT = f"; if it was renamed, write `formerly: [{OLD}]` at the role"
CLOSED = ("aims_data/records/REC-017.yaml", "aims_data/records/REC-018.yaml")
"""Closed records that name the role: their files never change, and need not."""
ROLES = "aims_data/roles.yaml"


@pytest.fixture
def larkfield(tmp_path: Path) -> Path:
    """A copy of the example in a git repository of its own, with a branch for the change."""
    project = tmp_path / "larkfield"
    project.mkdir()
    for name in ("aims_data", "docs"):
        shutil.copytree(ROOT / name, project / name)
    for name in ("CODEOWNERS", "mkdocs.yml"):
        shutil.copy(ROOT / name, project / name)
    git(project, "init", "--quiet", "--initial-branch=main", "--template=")
    commit(named(project), "Larkfield", "2026-11-20T10:00:00Z")
    git(project, "checkout", "--quiet", "-b", "topic")
    return project


def replaced(project: Path, *names: str) -> None:
    """The new id in place of the old one, as `sed` over these files and folders does it, but for closed records."""
    for name in names:
        for path in sorted((project / name).rglob("*")) if (project / name).is_dir() else [project / name]:
            if path.is_file() and path.relative_to(project).as_posix() not in CLOSED and OLD.encode() in path.read_bytes():
                path.write_bytes(path.read_bytes().replace(OLD.encode(), NEW.encode()))


def said(project: Path) -> None:
    """What the role was called, at the role; and another title."""
    path = project / ROLES
    text = path.read_text(encoding="utf-8").replace(f"- id: {NEW}\n  title: AI Steering Group\n", f"- id: {NEW}\n  formerly: [{OLD}]\n  title: AI Board\n")
    assert OLD in text
    path.write_text(text, encoding="utf-8")


def errors(project: Path) -> list[Problem]:
    """The errors that `aims check --base main` finds."""
    aims = build(project, DAY)
    found = renaming_told(aims, "main", [*problems_of(aims), *against(aims, "main")])
    return [problem for problem in found if problem.grade is Grade.error]


EVERYWHERE, ALONE = ("aims_data", "docs", "CODEOWNERS"), (ROLES,)


@pytest.mark.parametrize("names", [EVERYWHERE, ALONE], ids=["in all files", "in its own file alone"])
def test_a_role_is_renamed(larkfield: Path, names: tuple[str, ...]) -> None:
    replaced(larkfield, *names)
    without = errors(larkfield)
    assert len(without) > 10 and [str(problem) for problem in without if not problem.message.endswith(WAY_OUT)] == []
    said(larkfield)
    aims = build(larkfield, DAY)
    (larkfield / "CODEOWNERS").write_text(codeowners(aims), encoding="utf-8")
    assert [str(problem) for problem in errors(larkfield)] == []
    pages = {path: html.unescape(text) for path, text in record_pages(build_of(aims), Renderer(aims))}
    assert {path for path, text in pages.items() if OLD in text.replace(f"[[{OLD}", "")} == {f"roles/{NEW}.md", f"roles/{OLD}.md"}
    assert f"Formerly: {OLD}." in pages[f"roles/{NEW}.md"] and f"[AI Board](/roles/{NEW}.md)" in pages[f"roles/{OLD}.md"]
    assert "AI Board](/roles/ai-board.md)" in pages["documents/AIMS-POL-01.md"], "who reviewed it is named by today's title"


def test_closed_records_keep_the_old_id(larkfield: Path) -> None:
    """A seal over the file's bytes does not know who was renamed: `sed` over them is the same error as any other change."""
    replaced(larkfield, *EVERYWHERE)
    said(larkfield)
    for name in CLOSED:
        (larkfield / name).write_bytes((larkfield / name).read_bytes().replace(OLD.encode(), NEW.encode()))
    assert {problem.rule for problem in errors(larkfield)} == {"closed-record-kept", "closed-record-unchanged"}
    git(larkfield, "checkout", "main", "--", *CLOSED)
    assert errors(larkfield) == []


MERGES = {
    "merge": [["merge", "--quiet", "--no-ff", "-m", "Topic merged", "topic"]],
    "squash": [["merge", "--quiet", "--squash", "topic"], ["commit", "--quiet", "-m", "Topic squashed"]],
    "rebase": [["rebase", "--quiet", "main", "topic"], ["checkout", "--quiet", "main"], ["merge", "--quiet", "--ff-only", "topic"]],
}


@pytest.mark.parametrize("commands", MERGES.values(), ids=MERGES)
def test_the_history_knows_it_however_it_was_merged(larkfield: Path, commands: list[list[str]]) -> None:
    replaced(larkfield, *EVERYWHERE)
    commit(larkfield, "Renamed", "2026-11-21T10:00:00Z")
    said(larkfield)
    commit(larkfield, "Said so", "2026-11-22T10:00:00Z")
    git(larkfield, "checkout", "--quiet", "main")
    commit(larkfield, "Meanwhile", "2026-11-23T10:00:00Z", **{"docs/meanwhile.txt": "Something else.\n"})
    for command in commands:
        git(larkfield, *command, when="2026-11-24T10:00:00Z")
    assert [str(problem) for problem in over_history(build(larkfield, DAY))[0]] == []


def test_without_a_word_the_history_tells_the_way_out(larkfield: Path) -> None:
    replaced(larkfield, *EVERYWHERE)
    commit(larkfield, "Renamed", "2026-11-21T10:00:00Z")
    found = over_history(build(larkfield, DAY))[0]
    assert len(found) > 10 and [str(problem) for problem in found if not problem.message.endswith(WAY_OUT)] == []


def test_a_role_is_abolished_on_the_same_day(larkfield: Path) -> None:
    """With its successor: what is left to it are gaps that name both."""
    path = larkfield / ROLES
    text = path.read_text(encoding="utf-8")
    ended = f"- id: {OLD}\n  ended: {{on: {DAY}, by: managing-director, why: The board decides now., replaced_by: managing-director}}\n"
    path.write_text(text.replace(f"- id: {OLD}\n", ended), encoding="utf-8")
    assert [str(problem) for problem in errors(larkfield)] == []
    gaps = [problem.message for problem in problems_of(build(larkfield, DAY)) if problem.rule == "ended-not-needed"]
    assert gaps and set(gaps) == {f"'{OLD}' ended on {DAY}; name another one, like 'managing-director', which takes its place"}


def test_the_command_says_it(larkfield: Path) -> None:
    replaced(larkfield, ROLES)
    asked = ("check", "--project", str(larkfield), "--today", DAY.isoformat(), "--base", "main")
    assert f"'{OLD}' is not the id of a role{WAY_OUT}" in run_aims("--foreign-engine", *asked).stdout
    said(larkfield)
    assert run_aims("--foreign-engine", *asked).returncode == 0
