"""`aims archive`: one ZIP with the bytes of a snapshot, the same whoever makes it and when, that verifies with coreutils."""

from __future__ import annotations

import json
import subprocess
import zipfile
from pathlib import Path

import pytest
from repository import git, repository
from snapshots import EMPTY_STATE, aims, on_branch, ready_made, refusal

import macros.control.snapshots.snapshot as made_by
from macros.control.snapshots.archive import archive
from macros.control.snapshots.manifest import sha256
from macros.control.snapshots.snapshot import Refused, SnapshotRequest, snapshot
from macros.control.snapshots.verify import VerifyRequest, verify_folder
from macros.site import problems_of


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with a snapshot."""
    project = repository(tmp_path_factory.mktemp("published"))
    aims(project, "snapshot", "2026.1", "--for", "Stage 1 audit")
    return project


def test_it_holds_the_snapshot_and_says_how_to_read_and_verify_it(published: Path, tmp_path: Path) -> None:
    said = aims(published, "archive", "2026.1", "--to", str(tmp_path / "a.zip"))
    assert said.startswith(f"{tmp_path / 'a.zip'} (")
    with zipfile.ZipFile(tmp_path / "a.zip") as packed:
        entries = packed.infolist()
        packed.extractall(tmp_path)
    top = tmp_path / "aims-2026.1"
    assert sorted(path.name for path in top.iterdir()) == ["2026.1", "README.txt", "SHA256SUMS"]
    sealed = {str(path.relative_to(top / "2026.1")) for path in (top / "2026.1").rglob("*") if path.is_file()}
    assert sealed == {*on_branch(published, "2026.1/manifest.json")["files"], "manifest.json"}
    assert "search/search_index.js" in sealed, "search works without a server"
    done = subprocess.run(["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=top, capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    digest = on_branch(published, "versions.json")[0]["properties"]["manifest"]
    readme = (top / "README.txt").read_text()
    assert digest in readme and "aims verify --dir aims-2026.1/2026.1" in readme and "2026.1/index.html" in readme
    (top / "README.txt").write_text(readme.replace(digest, "0" * 64), encoding="utf-8")
    (finding,) = verify_folder(top, VerifyRequest()).problems
    assert str(finding).startswith("README.txt: is not what `aims archive` writes from the manifests: line 9 is “Manifest   0000")
    (top / "START.html").write_text("Read this first", encoding="utf-8")
    with (top / "SHA256SUMS").open("a", encoding="utf-8") as sums:
        sums.write(f"{sha256(b'Read this first')}  START.html\n")
    changed_readme, changed_sums, added = (str(problem) for problem in verify_folder(top, VerifyRequest()).problems)
    assert changed_readme == str(finding) and changed_sums.startswith("SHA256SUMS: is not what `aims archive` writes from the manifests: line ")
    assert added == "START.html: is no file of the snapshots; it was added by hand"
    names = [entry.filename for entry in entries]
    assert names == sorted(names) and {entry.date_time for entry in entries} == {(2026, 5, 1, 10, 0, 0)}
    assert {(entry.external_attr >> 16, entry.create_system, entry.compress_type) for entry in entries} == {(0o100644, 3, zipfile.ZIP_STORED)}


def test_two_runs_and_another_clone_give_the_same_bytes(published: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "-c", "core.autocrlf=true", str(published), "clone")
    first = archive(published, "2026.1", tmp_path / "a.zip").read_bytes()
    aims(tmp_path / "clone", "archive", "2026.1", "--to", str(tmp_path / "b.zip"), TZ="Asia/Tokyo")
    assert (tmp_path / "b.zip").read_bytes() == first
    assert archive(published, "2026.1", tmp_path / "a.zip").read_bytes() == first, "it can be repeated"


def test_another_file_is_not_overwritten(published: Path, tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_text("Mine", encoding="utf-8")
    with pytest.raises(Refused, match="exists and is something else; it was left as it is"):
        archive(published, "2026.1", tmp_path / "a.zip")
    assert (tmp_path / "a.zip").read_text(encoding="utf-8") == "Mine" and len(list(tmp_path.iterdir())) == 1


def test_an_unknown_version(published: Path, tmp_path: Path) -> None:
    assert "there is no snapshot 2025.1 on the branch snapshots; there are 2026.1" in refusal(published, "archive", "2025.1", "--to", str(tmp_path / "a.zip"))


def test_a_folder_in_place_of_a_file(published: Path, tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"is a folder; name the file to write in it, like --to /.*/aims-2026\.1\.zip$"):
        archive(published, "2026.1", tmp_path)


def test_a_folder_that_is_not_there(published: Path, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="cannot be written: No such file or directory"):
        archive(published, "2026.1", tmp_path / "nowhere" / "a.zip")


def test_a_damaged_snapshot_is_not_handed_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project, site = repository(tmp_path), tmp_path / "site"
    site.mkdir()
    (site / "index.html").write_text("Home", encoding="utf-8")
    (site / "aims.json").write_text(json.dumps(EMPTY_STATE), encoding="utf-8")
    monkeypatch.setattr(made_by, "build_site", ready_made(site))
    snapshot(project, SnapshotRequest("2026.1", "Test"), problems_of)
    git(project, "worktree", "add", "--quiet", str(tmp_path / "tree"), "snapshots")
    (tmp_path / "tree/2026.1/index.html").write_text("Other", encoding="utf-8")
    git(tmp_path / "tree", "commit", "--quiet", "-am", "Tamper")
    with pytest.raises(Refused, match=r"is not what its manifest says; run: aims verify 2026\.1"):
        archive(project, "2026.1", tmp_path / "a.zip")
