"""There is a history and git does not read it: that is not "no git", and every command says it. Where there is really none, things go on without."""

from __future__ import annotations

import html
import os
import subprocess
import sys
from pathlib import Path

import pytest
from command import run_aims
from invented import apply, copy_base
from repository import buildable, commit, git
from snapshots import aims

from macros.control.git import Git, GitError
from macros.control.progress import quiet
from macros.control.snapshots.publish import MARK, NotPublished, publish
from macros.site import Site

OTHER = {"docs/policy.md": "# AI policy\n\nWe may take care.\n"}
POLICY, END = "aims_data/documents/AIMS-POL-01.yaml", "    change: First version.\n"
DUBIOUS = "detected dubious ownership in repository at"
CURE = "; if you trust it: git config --global --add safe.directory "
NEEDS_GIT = [
    ["approve", "AIMS-POL-01", "--as", "boss", "--change", "Plainer.", "--minor"],
    ["close", "REC-001", "--as", "boss"],
    ["changes", "HEAD"],
    ["check", "--base", "HEAD"],
    ["check", "--history"],
    ["seal", "AIMS-POL-01", "--version", "1.0"],
    ["verify"],
    ["snapshot", "2026.1", "--for", "Test"],
    ["archive", "2026.1"],
    ["dispose", "2026.1", "--by", "Writer", "--reason", "Over"],
]
"""What cannot be done without the history."""
root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file to somebody else")


@pytest.fixture
def mill(mill: Path) -> Path:
    """The smallest project in a git repository, with a draft in the place of the approved text."""
    apply(mill, OTHER | {POLICY: [[END, END + "  - number: '1.1'\n    written_on: 2026-05-02\n    change: A draft.\n"]]})
    return mill


@pytest.fixture
def foreign(mill: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same, of somebody else, and nothing that this machine is set up for lets git read it."""
    monkeypatch.delenv("SUDO_UID", raising=False)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    os.chown(mill / ".git", 65534, -1)
    return mill


def refused(project: Path, *arguments: str) -> str:
    """What a command says that is not done."""
    done = run_aims(*arguments, "--project", str(project), AIMS_TODAY="2026-06-01")
    assert done.returncode in {1, 2} and done.stdout == "", done.stdout + done.stderr
    return done.stderr


@root
@pytest.mark.parametrize("arguments", NEEDS_GIT, ids=lambda arguments: " ".join(arguments[:2]))
def test_a_repository_of_somebody_else_is_said(foreign: Path, arguments: list[str]) -> None:
    said = refused(foreign, *arguments)
    assert DUBIOUS in said and CURE + str(foreign) in said and "git init" not in said


@pytest.mark.parametrize("arguments", NEEDS_GIT, ids=lambda arguments: " ".join(arguments[:2]))
def test_a_missing_program_is_said(mill: Path, arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert f"{mill}/.git is there, and its history cannot be read: the program git is not installed" in refused(mill, *arguments)


@pytest.mark.parametrize("arguments", NEEDS_GIT, ids=lambda arguments: " ".join(arguments[:2]))
def test_a_damaged_repository_is_said(mill: Path, arguments: list[str]) -> None:
    (mill / ".git/HEAD").unlink()
    assert f"{mill}/.git is there, and its history cannot be read: git rev-parse: not a git repository" in refused(mill, *arguments)


def test_a_history_that_is_damaged_further_down_was_not_rewritten(mill: Path) -> None:
    """That a base is no part of the history is said where git has looked, not where it could not."""
    first = commit(mill, "Further down")
    git(mill, "branch", "work")
    for branch in ("main", "work"):
        git(mill, "switch", "--quiet", branch)
        for message in (f"Once on {branch}", f"Twice on {branch}"):
            git(mill, "commit", "--quiet", "--allow-empty", "-m", message)
    assert "the history was rewritten" in run_aims("check", "--base", "main", "--project", str(mill)).stdout
    (mill / ".git/objects" / first[:2] / first[2:]).unlink()
    assert refused(mill, "check", "--base", "main") == "aims: git rev-list: revision walk setup failed\n"


@root
@pytest.mark.parametrize("command", ["check", "status"])
def test_what_the_files_tell_is_told_with_a_word_about_the_rest(foreign: Path, command: str) -> None:
    done = run_aims(command, cwd=foreign)
    assert done.returncode == 0 and ("0 errors" if command == "check" else "AIMS-POL-01") in done.stdout
    assert DUBIOUS in done.stderr and done.stderr.rstrip().endswith(". What only the history knows is missing here")


@root
def test_a_site_without_its_approved_texts_is_not_built(foreign: Path) -> None:
    """Who wants the pages alone is told."""
    built = run_aims("build", cwd=buildable(foreign))
    assert built.returncode == 1 and not (foreign / "site").exists()
    assert f".git:1:1: git rev-parse: {DUBIOUS}" in built.stderr and CURE in built.stderr
    pages = run_aims("pages", str(foreign.parent / "pages"), cwd=foreign)
    assert pages.returncode == 0 and DUBIOUS in pages.stderr


def test_where_there_is_none_it_goes_on(tmp_path: Path) -> None:
    """Also without the program."""
    project = buildable(copy_base(tmp_path))
    assert run_aims("check", cwd=project).stderr == ""
    built = run_aims("build", cwd=project, PATH="/nowhere")
    assert built.returncode == 0, built.stderr
    assert Git(project).lacking == "there is no git history here" and not Git(project).exists


def test_a_served_version_never_goes_for_want_of_git(tmp_path: Path) -> None:
    project, folder = buildable(copy_base(tmp_path)), tmp_path / "served"
    aims(project, "publish", str(folder))
    (folder / "2026.10").mkdir()
    (folder / "2026.2").mkdir()
    with pytest.raises(NotPublished, match=r"holds 2026\.2, 2026\.10, which would go: there is no git history here"):
        publish(project, folder, "auditor", quiet)
    assert (folder / "2026.2").is_dir() and (folder / MARK).is_file()


@root
def test_a_served_version_never_goes_where_git_refuses(foreign: Path, tmp_path: Path) -> None:
    folder = tmp_path / "served"
    (folder / "2026.1").mkdir(parents=True)
    (folder / MARK).write_text('{"format": 1, "audience": "auditor"}', encoding="utf-8")
    done = run_aims("publish", str(folder), cwd=foreign)
    assert done.returncode == 1 and DUBIOUS in done.stderr and (folder / "2026.1").is_dir()


def test_a_folder_that_no_commit_of_its_repository_holds(tmp_path: Path) -> None:
    """And nobody reads from its files who may approve, as if nothing had gone before."""
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    commit(tmp_path, "Something else", README="Else.")
    project = copy_base(tmp_path)
    apply(project, OTHER)
    said = f"this project lies in a folder of the repository {tmp_path}, and no commit holds it yet"
    for arguments in (NEEDS_GIT[0], ["check", "--base", "HEAD"], ["check", "--history"], ["changes", "HEAD"]):
        assert refused(project, *arguments).startswith(f"aims: {said}")


def test_a_base_that_was_named_is_never_left_out(tmp_path: Path) -> None:
    project = copy_base(tmp_path)
    apply(project, OTHER)
    said = refused(project, *NEEDS_GIT[0], "--base", "main")
    assert said.startswith("aims: there is no git history here, so nothing tells who may do this by main; begin one in the project's folder with git init")


def test_a_bare_repository_has_no_work_tree(mill: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--bare", str(mill), "bare.git")
    bare = Git(tmp_path / "bare.git")
    assert (bare.top, bare.folder) == (None, tmp_path / "bare.git")


@pytest.mark.parametrize("name", ["a\0b", "\ud800"])
def test_a_name_that_no_file_has_is_a_sentence(mill: Path, name: str) -> None:
    with pytest.raises(GitError, match="no file system can hold"):
        Git(mill).run("ls-tree", "HEAD", "--", name)


def test_a_repository_elsewhere_that_a_file_points_to(mill: Path, tmp_path: Path) -> None:
    """A work tree whose repository was moved away, as a container sees one of which only the folder is there."""
    git(mill, "worktree", "add", "--quiet", str(tmp_path / "tree"))
    assert Git(tmp_path / "tree").exists
    mill.rename(tmp_path / "moved")
    with pytest.raises(GitError, match=r"tree/\.git is there, and its history cannot be read: git rev-parse: not a git repository: "):
        _ = Git(tmp_path / "tree").exists


def test_under_serve_every_page_says_it(mill: Path) -> None:
    (mill / ".git/HEAD").unlink()
    site = Site(mill, None, None, {}, serving=True)
    assert f"{mill}/.git is there" in html.unescape(site.page_markdown("# Policy\n", "policy.md", {})).replace("\\", "")
    assert list(site.missing()) == [] and site.state_json() is None


def test_mkdocs_alone_says_it_too(mill: Path) -> None:
    (buildable(mill) / ".git/HEAD").unlink()
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet"]
    done = subprocess.run(command, cwd=mill, capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "its history cannot be read" in done.stderr and "Traceback" not in done.stderr
