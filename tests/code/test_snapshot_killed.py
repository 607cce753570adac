"""`aims snapshot` killed at every call of git, on a full disk, and twice at once: the branch is before or after, and a second run works.

Each run is a process of its own with a site that was built before. A `git` that counts and kills stands first on its PATH.
"""

from __future__ import annotations

import multiprocessing
import resource
import shutil
import signal
import time
from pathlib import Path

import pytest
from command import start_aims
from repository import commit, git, repository
from snapshots import aims, assert_whole, everything, forked, on_branch, ready_made

import macros.control.snapshots.snapshot as made_by
from macros.control.snapshots.snapshot import SnapshotRequest, snapshot
from macros.site import problems_of

COUNTS_AND_KILLS = """#!/bin/sh
echo "$@" >> "{calls}"
read -r number < "{number}"
echo $((number + 1)) > "{number}"
[ "$number" -eq {at} ] && kill -9 $PPID && exit 1
exec "{git}" "$@"
"""
SMALL = 2_000
"""Bytes that fit on the full disk: more than a reference or a tag, less than the pages."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site as a snapshot's build gives it, small."""
    project = repository(tmp_path_factory.mktemp("site"))
    aims(project, "snapshot", "2026.1", "--for", "Test")
    folder = tmp_path_factory.mktemp("built")
    for name in ("index.html", "policy.html", "aims.json", "assets/aims.css"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(git(project, "show", f"snapshots:2026.1/{name}"), encoding="utf-8")
    return folder


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository without snapshots, committed with the data alone, so that cloning it costs little."""
    made = repository(tmp_path)
    for name in ("macros", "overrides"):
        shutil.rmtree(made / name)
    commit(made, "Only data")
    return made


def killer(folder: Path, at: int) -> tuple[str, Path]:
    """A folder with a `git` that kills whoever makes its call number `at`, before it does anything; and the list of calls."""
    folder.mkdir()
    calls, number, program = folder / "calls", folder / "number", folder / "git"
    number.write_text("1\n")
    program.write_text(COUNTS_AND_KILLS.format(calls=calls, number=number, at=at, git=shutil.which("git")), encoding="utf-8")
    program.chmod(0o755)
    return str(folder), calls


WRITES = {"hash-object", "update-index", "write-tree", "mktree", "commit-tree", "update-ref", "tag"}


def test_killed_at_every_call_of_git(project: Path, site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))  # who is killed cannot tidy up
    monkeypatch.setattr(made_by, "build_site", ready_made(site))
    before, there, killed_at = everything(project), assert_whole(project), []
    for at in range(1, 60):
        version, said = f"2026.{len(there) + 1}", tmp_path / f"said-{at}"
        path, calls = killer(tmp_path / f"kill-{at}", at)
        process = forked(project, site, version, said, path)
        process.join(60)
        if process.exitcode == 0:  # it makes fewer calls
            assert said.read_text() == "made"
            break
        assert process.exitcode == -signal.SIGKILL
        killed_at.append(next(word for word in calls.read_text().splitlines()[-1].split() if not word.startswith("-") and "=" not in word))
        after = everything(project)
        assert (after["head"], after["status"]) == (before["head"], before["status"])
        whole = assert_whole(project)
        assert whole in (there, [version, *there]), f"before or after, killed at {killed_at[-1]}"
        if whole != there or killed_at[-1] in WRITES:  # else the next round is the second run
            snapshot(project, SnapshotRequest(version, "Test", "Tester"), problems_of)
            there = [version, *there]
            assert assert_whole(project) == there
            assert git(project, "cat-file", "-p", f"snapshot/{version}").endswith(on_branch(project, "versions.json")[0]["properties"]["manifest"])
    else:
        pytest.fail("it never came through; is there a call for each snapshot that is there?")
    assert set(killed_at) >= {"clone", *WRITES}
    assert git(project, "fsck", "--no-dangling", "--no-progress") == ""


@pytest.mark.parametrize("version", [("2026.1", "2026.1"), ("2026.1", "2026.2")], ids=["the same version", "two versions"])
def test_two_at_once_one_wins(project: Path, site: Path, tmp_path: Path, version: tuple[str, str]) -> None:
    both_looked = multiprocessing.get_context("fork").Barrier(2)
    reports = [tmp_path / "one", tmp_path / "two"]
    runs = [forked(project, site, name, said, before=both_looked.wait) for name, said in zip(version, reports, strict=True)]
    for run in runs:
        run.join(60)
    lost, won = sorted((said.read_text() for said in reports), key=lambda text: text == "made")
    assert won == "made"
    assert lost.startswith("refused: somebody else wrote to the branch snapshots in the meantime") or "at this moment" in lost
    assert len(assert_whole(project)) == 1 and git(project, "tag", "--list").count("\n") == 0


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_interrupted_while_it_builds(tmp_path: Path, sent: signal.Signals) -> None:
    """The real command: it takes the build with it, tidies up, and says so."""
    made, aside = repository(tmp_path), tmp_path / "tmp"
    aside.mkdir()
    before = everything(made)
    run = start_aims("snapshot", "2026.1", "--for", "Test", cwd=made, TMPDIR=str(aside))
    try:
        deadline = time.monotonic() + 30
        while not list(aside.glob("aims-*/aims-*/project/.site.building-*")) and time.monotonic() < deadline:
            time.sleep(0.02)
        run.send_signal(sent)
        said = run.communicate(timeout=30)[1]
    finally:
        run.kill()
    assert run.returncode == 130 and said == "aims: interrupted; there is no half snapshot; run the same again\n"
    assert everything(made) == before and list(aside.iterdir()) == []


def test_a_full_disk(project: Path, site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    before, said = everything(project), tmp_path / "said"
    run = forked(project, site, "2026.1", said, before=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (SMALL, SMALL)))
    run.join(60)
    assert run.exitcode == 0 and said.read_text().startswith("refused: ")
    assert everything(project) == before and list((tmp_path / "tmp").iterdir()) == []
    monkeypatch.setattr(made_by, "build_site", ready_made(site))
    snapshot(project, SnapshotRequest("2026.1", "Test", "Tester"), problems_of)
    assert assert_whole(project) == ["2026.1"]


def test_a_disk_that_is_full_for_git_only(project: Path, site: Path, tmp_path: Path) -> None:
    """Our own files fit, git's objects do not."""
    program = tmp_path / "bin" / "git"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\ncase "$*" in *hash-object*) ulimit -f 1;; esac\nexec "{shutil.which("git")}" "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    before, said = everything(project), tmp_path / "said"
    run = forked(project, site, "2026.1", said, path=str(program.parent))
    run.join(60)
    assert said.read_text().startswith("refused: git hash-object: ") and said.read_text().endswith("nothing was published")
    assert everything(project) == before
