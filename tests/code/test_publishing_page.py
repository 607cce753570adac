"""What the page on publishing says is so: the hook that it prints guards the snapshots, and what it names is there."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from invented import ROOT
from publications import commit_tree, move, write
from repository import commit, git
from snapshots import aims

from macros.control.snapshots.disposal import how_to_prune

PAGE = (ROOT / "docs/publishing.md").read_text(encoding="utf-8")


def test_every_workflow_is_explained_and_nothing_else() -> None:
    named = set(re.findall(r"^\| `(\w+\.yml)` \|", PAGE, re.M))
    assert named == {path.name for path in (ROOT / ".github/workflows").glob("*.yml")}


def test_every_variable_of_the_host_is_explained() -> None:
    files = "".join(path.read_text(encoding="utf-8") for path in [*(ROOT / ".github/workflows").glob("*.yml"), ROOT / ".gitlab-ci.yml"])
    assert set(re.findall(r"(?:vars\.|\$)(AIMS_[A-Z]+)", files)) <= set(re.findall(r"AIMS_[A-Z_]+", PAGE)) | {"AIMS_PUSH", "AIMS_COMMENT"}


@pytest.fixture
def pushed(copied: Path, tmp_path: Path) -> Path:
    """A repository whose three snapshots lie on a git server with the hook of the page."""
    server = tmp_path / "server.git"
    git(tmp_path, "init", "--quiet", "--bare", str(server))
    hook = server / "hooks/pre-receive"
    (script,) = re.findall(r"```bash\n(#!/bin/bash\n.*?)```", PAGE, re.S)
    hook.write_text(script, encoding="utf-8")
    hook.chmod(0o755)
    git(copied, "remote", "add", "server", str(server))
    assert push(copied, "main", "snapshots", "--tags") == ""
    return copied


def push(project: Path, *what: str) -> str:
    """Push; what the hook said if it refused, else nothing."""
    done = subprocess.run(["git", "push", "--quiet", "server", *what], cwd=project, capture_output=True, text=True, check=False)
    said = [line.removeprefix("remote: ").strip() for line in done.stderr.splitlines() if line.startswith("remote: ")]
    assert (done.returncode == 0) == (not said), done.stderr
    return said[0] if said else ""


@pytest.mark.parametrize(
    ("change", "answer"),
    [
        ({"2026.1/index.html": b"other"}, "2026.1 is published and does not change."),
        ({"2026.2/index.html": None}, "2026.2 is published and does not change."),
        ({"2026.1/added.html": b"more"}, "2026.1 is published and does not change."),
        ({"2026.1/disposal.json": b"{}", "2026.1/manifest.json": b"{}"}, "2026.1 keeps its manifest, and its records as they are or not at all."),
        ({"2026.1/disposal.json": b"{}", "2026.1/aims.json": b"{}"}, "2026.1 keeps its manifest, and its records as they are or not at all."),
        ({"2026.1/disposal.json": b"{}", "2026.1/manifest.json": None}, "2026.1 keeps its manifest, and its records as they are or not at all."),
        ({"2026.1/disposal.json": b"{}", "2026.1/index.html": b"removed", "2026.1/policy.html": None}, "2026.1 is disposed of whole."),
        ({"latest/index.html": b"other"}, "latest is none of the snapshots."),
        ({"2026.4/index.html": b"new", "versions.json": b"[]"}, ""),
    ],
)
def test_the_hook_lets_through_what_keeps_published_folders(pushed: Path, change: dict[str, bytes | None], answer: str) -> None:
    move(pushed, write(pushed, change))
    assert push(pushed, "snapshots") == answer


RETENTION = "aims_data/snapshots.yaml"
PORTAL = "aims_data/documents/AIMS-PRT-01.yaml"


@pytest.mark.parametrize("options", [(), ("--drop-records",)], ids=["records kept", "records dropped"])
def test_the_hook_lets_a_disposal_through_and_nothing_after_it(pushed: Path, options: tuple[str, ...]) -> None:
    git(pushed, "reset", "--quiet", "--hard", "main")
    portal = (pushed / PORTAL).read_text(encoding="utf-8").replace("sources: [", f"sources: [{RETENTION}, ")
    commit(pushed, "Retention", "2026-05-04T10:00:00Z", **{RETENTION: "- version: '2026.1'\n  keep_until: 2026-05-02\n", PORTAL: portal})
    before = git(pushed, "rev-parse", "snapshots:2026.1")
    said = aims(pushed, "dispose", "2026.1", "--by", "Document Controller", "--reason", "Time is over", *options, AIMS_TODAY="2026-06-01")
    assert "lifts the rule" in said
    assert push(pushed, "snapshots") == ""
    left = set(git(pushed, "ls-tree", "--name-only", "snapshots:2026.1").splitlines())
    assert left == {"manifest.json", "disposal.json", "index.html"} | (set() if options else {"aims.json"})
    disposed = git(pushed, "rev-parse", "snapshots")
    for change in ({"disposal.json": b"{}"}, {"index.html": b"Nothing was here"}, {"aims.json": b"{}"}, {"more.html": b"more"}):
        move(pushed, write(pushed, {f"2026.1/{name}": content for name, content in change.items()}))
        assert push(pushed, "snapshots") == "2026.1 was disposed of, and what is left of it does not change."
        move(pushed, disposed)
    without = [line for line in git(pushed, "ls-tree", "snapshots").splitlines() if not line.endswith("\t2026.1")]
    back = [*without, f"040000 tree {before}\t2026.1"]
    for lines, answer in ((without, "2026.1 is published and does not change."), (back, "2026.1 is published and does not change.")):
        tree = subprocess.run(["git", "mktree"], cwd=pushed, input="\n".join(lines), capture_output=True, text=True, check=True).stdout.strip()
        move(pushed, commit_tree(pushed, tree, "Back", disposed))
        assert push(pushed, "snapshots") == answer
        move(pushed, disposed)
    # and on the server the bytes can be removed, as the page says
    server = pushed.parent / "server.git"
    assert git(server, "cat-file", "-t", before) == "tree", "the history still has it"
    git(server, "config", "user.name", "Admin")
    git(server, "config", "user.email", "admin@mill.example")
    for line in how_to_prune("snapshots", "2026.1"):
        subprocess.run(line, shell=True, cwd=server, check="reflog" not in line, capture_output=True)  # a server may keep no log
    assert git(server, "rev-parse", "snapshots^{tree}") == git(pushed, "rev-parse", "snapshots^{tree}")
    assert subprocess.run(["git", "cat-file", "-e", before], cwd=server, capture_output=True, check=False).returncode


def test_the_hook_refuses_another_history_and_a_removal(pushed: Path) -> None:
    tip = git(pushed, "rev-parse", "snapshots")
    move(pushed, commit_tree(pushed, git(pushed, "rev-parse", "snapshots^{tree}"), "Rewritten"))
    assert push(pushed, "--force", "snapshots") == "refs/heads/snapshots is not rewritten."
    assert push(pushed, "--delete", "snapshots") == "refs/heads/snapshots is not deleted."
    move(pushed, tip)
    git(pushed, "tag", "--force", "snapshot/2026.1", "snapshots")
    assert push(pushed, "--force", "snapshot/2026.1") == "The tag refs/tags/snapshot/2026.1 is set once."
