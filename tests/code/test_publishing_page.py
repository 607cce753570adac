"""What the page on publishing says is so: the hook that it prints guards the snapshots, and what it names is there."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from invented import ROOT
from publications import commit_tree, move, write
from repository import git

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
        ({"2026.1/disposal.json": b"{}", "2026.1/manifest.json": b"{}"}, "2026.1 keeps its manifest and its records."),
        ({"2026.1/disposal.json": b"{}", "2026.1/index.html": b"removed", "2026.1/policy.html": None}, ""),
        ({"latest/index.html": b"other"}, "latest is none of the snapshots."),
        ({"2026.4/index.html": b"new", "versions.json": b"[]"}, ""),
    ],
)
def test_the_hook_lets_through_what_keeps_published_folders(pushed: Path, change: dict[str, bytes | None], answer: str) -> None:
    move(pushed, write(pushed, change))
    assert push(pushed, "snapshots") == answer


def test_the_hook_refuses_another_history_and_a_removal(pushed: Path) -> None:
    tip = git(pushed, "rev-parse", "snapshots")
    move(pushed, commit_tree(pushed, git(pushed, "rev-parse", "snapshots^{tree}"), "Rewritten"))
    assert push(pushed, "--force", "snapshots") == "refs/heads/snapshots is not rewritten."
    assert push(pushed, "--delete", "snapshots") == "refs/heads/snapshots is not deleted."
    move(pushed, tip)
    git(pushed, "tag", "--force", "snapshot/2026.1", "snapshots")
    assert push(pushed, "--force", "snapshot/2026.1") == "The tag refs/tags/snapshot/2026.1 is set once."
