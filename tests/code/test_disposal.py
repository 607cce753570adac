"""`aims dispose`: refuses before its time and under a hold; then removes the content in one recorded commit and leaves what says what was there."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from repository import commit, git, repository
from snapshots import aims, everything, on_branch, ready_made, refusal

import macros.control.snapshots.snapshot as made_by
from macros.control.snapshots.archive import archive
from macros.control.snapshots.disposal import how_to_prune
from macros.control.snapshots.manifest import sha256
from macros.control.snapshots.snapshot import Refused, Wish, snapshot
from macros.control.snapshots.verify import Wish as VerifyWish
from macros.control.snapshots.verify import verify_repository

RETENTION = "aims_data/snapshots.yaml"
PORTAL = "aims_data/documents/AIMS-PRT-01.yaml"
OVER = "- version: '2026.1'\n  keep_until: 2026-02-01\n"
HOLD = "  hold: {on: 2026-01-15, by: boss, reason: Claim of a patient}\n"
TODAY = {"AIMS_TODAY": "2026-06-01"}
ARGUMENTS = ("--by", "Document Controller", "--reason", "Retention period over")


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with two snapshots; the time of the first is over."""
    folder = tmp_path_factory.mktemp("published")
    project, site = repository(folder), folder / "site"
    portal = (project / PORTAL).read_text(encoding="utf-8").replace("sources: [", f"sources: [{RETENTION}, ")
    commit(project, "Retention", **{RETENTION: OVER, PORTAL: portal})
    site.mkdir()
    real, made_by.build_site = made_by.build_site, ready_made(site)
    for version in ("2026.1", "2026.2"):
        (site / "index.html").write_text(f"Home in {version}", encoding="utf-8")
        (site / "aims.json").write_text(json.dumps({"documents": [], "gaps": [], "version": version}), encoding="utf-8")
        snapshot(project, Wish(version, "Audit <1>"))
    made_by.build_site = real
    return project


@pytest.fixture
def copy(published: Path, tmp_path: Path) -> Path:
    """A copy of it, to be changed."""
    return Path(shutil.copytree(published, tmp_path / "project"))


def refused(project: Path, version: str = "2026.1", *arguments: str) -> str:
    """What it says when it refuses; nothing changes by it."""
    before = everything(project)
    said = refusal(project, "dispose", version, *(arguments or ARGUMENTS), **TODAY)
    assert everything(project) == before
    return said


def test_what_stays(copy: Path) -> None:
    before, manifest = everything(copy), git(copy, "show", "snapshots:2026.1/manifest.json")
    listed = on_branch(copy, "versions.json")
    tree, latest = git(copy, "rev-parse", "snapshots:2026.2"), git(copy, "rev-parse", "snapshots:latest")
    told = aims(copy, "dispose", "2026.1", *ARGUMENTS, **TODAY)
    assert git(copy, "log", "-1", "--format=%s", "snapshots") == "Dispose of snapshot 2026.1: Retention period over"
    assert git(copy, "ls-tree", "--name-only", "snapshots:2026.1").splitlines() == ["aims.json", "disposal.json", "index.html", "manifest.json"]
    assert git(copy, "show", "snapshots:2026.1/manifest.json") == manifest
    digest = sha256((manifest + "\n").encode())
    assert on_branch(copy, "2026.1/disposal.json") == {
        "version": "2026.1", "on": "2026-06-01", "by": "Document Controller", "reason": "Retention period over", "manifest": digest,
        "files": 2, "bytes": sum(file["size"] for file in json.loads(manifest)["files"].values()),
    }  # fmt: skip
    page = git(copy, "show", "snapshots:2026.1/index.html")
    assert (
        "removed on 2026-06-01 by Document Controller" in page
        and "Retention period over" in page
        and "Audit &lt;1&gt;" in page
        and digest in page.replace("<wbr>", "")
    )
    assert "<script" not in page and "Home in 2026.1" not in page
    listed[1]["properties"]["disposed"], listed[1]["title"] = "2026-06-01", "2026.1 (removed)"
    assert on_branch(copy, "versions.json") == listed
    assert (git(copy, "rev-parse", "snapshots:2026.2"), git(copy, "rev-parse", "snapshots:latest")) == (tree, latest)
    after = everything(copy)
    assert (after["head"], after["status"]) == (before["head"], before["status"]) and git(copy, "tag", "--list").split() == [
        "snapshot/2026.1",
        "snapshot/2026.2",
    ]
    assert "The bytes still exist: in the history of snapshots" in told and "git gc --prune=now" in told and "--rebuild" not in told
    with pytest.raises(Refused, match=r"the content of 2026\.1 was removed on 2026-06-01"):
        archive(copy, "2026.1", copy / "a.zip")
    assert "was removed already, on 2026-06-01 by Document Controller" in refused(copy)
    assert "2026.1 exists" in refusal(copy, "snapshot", "2026.1", "--for", "Again"), "its name is not free"


@pytest.mark.parametrize(
    ("later", "said"),
    [
        (OVER, None),
        ("- version: '2026.1'\n  keep_until: 2026-07-01\n", "it is kept until 2026-07-01; it was removed too early, or one of the two was changed"),
        (OVER + HOLD, "it is under a legal hold since 2026-01-15 (Claim of a patient)"),
    ],
    ids=["its time was over", "too early", "under a hold"],
)
def test_verify_compares_a_disposal_with_the_retention(copy: Path, later: str, said: str | None) -> None:
    aims(copy, "dispose", "2026.1", *ARGUMENTS, **TODAY)
    commit(copy, "Later", **{RETENTION: later})
    found = [finding.sentence for finding in verify_repository(copy, VerifyWish()).findings if finding.rule == "retention"]
    assert [f"says that it was removed on 2026-06-01, and after {RETENTION} {said}"] == found if said else not found


def test_the_records_too_and_which_rebuild_that_ends(copy: Path) -> None:
    told = aims(copy, "dispose", "2026.1", *ARGUMENTS, "--drop-records", **TODAY)
    assert git(copy, "ls-tree", "--name-only", "snapshots:2026.1").splitlines() == ["disposal.json", "index.html", "manifest.json"]
    assert "`aims verify --rebuild 2026.2` is no longer possible" in told


def test_how_to_prune_removes_the_bytes(copy: Path) -> None:
    blob = git(copy, "rev-parse", "snapshots:2026.1/index.html")
    aims(copy, "dispose", "2026.1", *ARGUMENTS, **TODAY)
    assert git(copy, "cat-file", "-p", blob) == "Home in 2026.1", "the history still has it"
    tree = git(copy, "rev-parse", "snapshots^{tree}")
    for line in how_to_prune("snapshots", "2026.1"):
        subprocess.run(line, shell=True, cwd=copy, check=True, capture_output=True)
    assert subprocess.run(["git", "cat-file", "-e", blob], cwd=copy, capture_output=True, check=False).returncode != 0
    assert git(copy, "rev-parse", "snapshots^{tree}") == tree


@pytest.mark.parametrize(
    ("retention", "why"),
    [
        ("- version: '2025.1'\n  keep_until: 2026-02-01\n", f"nothing says how long 2026.1 is kept; enter it in {RETENTION}, like:"),
        ("- version: '2026.1'\n  keep_until: 2026-06-02\n", f"2026.1 is kept until 2026-06-02, and today is 2026-06-01; see {RETENTION}"),
        (OVER + HOLD, "2026.1 is under a legal hold since 2026-01-15 by boss: Claim of a patient. Who placed it ends it"),
    ],
    ids=["no entry", "before its time", "on hold"],
)
def test_not_yet(copy: Path, retention: str, why: str) -> None:
    commit(copy, "Other retention", **{RETENTION: retention})
    assert why in refused(copy)


def test_a_retention_that_is_not_committed(copy: Path) -> None:
    (copy / RETENTION).write_text(OVER + "# changed\n", encoding="utf-8")
    assert f"{RETENTION} differs from the last commit; commit it, so that what allows the disposal is on record" in refused(copy)


def test_the_latest(copy: Path) -> None:
    assert "2026.2 is the latest snapshot, the one that people read; publish a newer one first" in refused(copy, "2026.2")


def test_an_unknown_version(copy: Path) -> None:
    assert "there is no snapshot 2025.1 on the branch snapshots; there are 2026.2, 2026.1" in refused(copy, "2025.1")


def test_an_empty_reason(copy: Path) -> None:
    assert "--reason needs a few words" in refused(copy, "2026.1", "--by", "Somebody", "--reason", " ")
