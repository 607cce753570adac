"""What the tests of snapshots share: repositories with snapshots in them, what is on the branch, and runs with a site that was built before."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from command import run_aims
from repository import git

import macros.control.snapshots.snapshot as made_by
from macros.control.git import Git
from macros.control.snapshots.manifest import sha256
from macros.control.snapshots.snapshot import SnapshotRequest, snapshot
from macros.site import problems_of


def aims(project: Path, *arguments: str, **environment: str) -> str:
    """What `aims` prints for a project when it succeeds."""
    done = run_aims(*arguments, cwd=project, **environment)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == "", "on no terminal it is quiet"
    return done.stdout


def refusal(project: Path, *arguments: str, code: int = 1, **environment: str) -> str:
    """What `aims` says when it refuses; it never shows a traceback."""
    done = run_aims(*arguments, cwd=project, **environment)
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


def everything(project: Path) -> dict[str, str]:
    """Every reference of a repository, its HEAD, and what `git status` says."""
    return {"refs": git(project, "for-each-ref"), "head": git(project, "symbolic-ref", "HEAD"), "status": git(project, "status", "--porcelain", "--ignored")}


def on_branch(project: Path, path: str, branch: str = "snapshots") -> Any:
    """A JSON file on the branch."""
    return json.loads(git(project, "show", f"{branch}:{path}"))


def assert_whole(project: Path) -> list[str]:
    """Every version on the branch is complete: each file as its manifest says, chained, listed, `latest` one of them. Gives the versions."""
    repository = Git(project)
    if not repository.commit("refs/heads/snapshots"):
        return []
    listed = on_branch(project, "versions.json")
    folders = [line.split("\t")[1] for line in git(project, "ls-tree", "-d", "snapshots").splitlines()]
    assert {entry["version"] for entry in listed} == {name for name in folders if name not in {"latest", "compare"}}
    names = [entry["version"] for entry in listed]
    compared = [f"compare/{new}/{old}.json" for at, new in enumerate(names) for old in names[at + 1 :]]
    assert sorted(repository.files("snapshots", "compare")) == sorted(compared)
    for entry, older in zip(listed, [*listed[1:], None], strict=True):
        version = entry["version"]
        content = repository.read("snapshots", f"{version}/manifest.json")
        assert content and sha256(content) == entry["properties"]["manifest"]
        manifest = json.loads(content)
        before = {"version": older["version"], "manifest": older["properties"]["manifest"]} if older else None
        assert manifest["previous"] == before
        files = repository.files("snapshots", version)
        blobs = repository.blobs(files.values())
        sums = {path.removeprefix(f"{version}/"): {"sha256": sha256(blobs[blob]), "size": len(blobs[blob])} for path, blob in files.items()}
        del sums["manifest.json"]
        assert sums == manifest["files"]
    newest = next(entry["version"] for entry in listed if "latest" in entry["aliases"])
    assert git(project, "rev-parse", "snapshots:latest") == git(project, "rev-parse", f"snapshots:{newest}")
    return [entry["version"] for entry in listed]


# -- runs with a site that was built before, in processes that may be killed ----------------------------------------------------


EMPTY_STATE = {"format": 1, "records": [], "documents": [], "texts": [], "gaps": []}
"""What an `aims.json` holds at least."""


def ready_made(site: Path, before: Callable[[], Any] = lambda: None) -> Callable[..., Path]:
    """Stands in for the build: takes a folder for what it gives. `before` runs where the build would."""

    def build_site(project: Path, commit: Any, version: str, audience: str, previous: bytes | None) -> Path:
        before()
        return Path(shutil.copytree(site, project / "site"))

    return build_site


def forked(project: Path, site: Path, version: str, said: Path, path: str | None = None, before: Callable[[], Any] = lambda: None) -> Any:
    """Start `aims snapshot` in a process of its own, which writes into the file `said` how it ended; `path`: where it finds programs first."""

    def run() -> None:
        if path:
            os.environ["PATH"] = f"{path}{os.pathsep}{os.environ['PATH']}"
        made_by.build_site = ready_made(site, before)
        try:
            snapshot(project, SnapshotRequest(version, "Test", "Tester"), problems_of)
            said.write_text("made")
        except made_by.Refused as error:
            said.write_text(f"refused: {error}")

    process = multiprocessing.get_context("fork").Process(target=run)
    process.start()
    return process
