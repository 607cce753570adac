"""`aims dispose`: refuses before its time and under a hold; then removes the content in one recorded commit and leaves what says what was there."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from publications import laid_out, tampered
from repository import commit, git, repository
from snapshots import EMPTY_STATE, aims, everything, on_branch, ready_made, refusal

import macros.control.snapshots.snapshot as made_by
from macros.control.snapshots.archive import archive
from macros.control.snapshots.disposal import how_to_prune
from macros.control.snapshots.manifest import sha256, to_bytes
from macros.control.snapshots.snapshot import Refused, SnapshotRequest, snapshot
from macros.control.snapshots.verify import VerifyRequest, verify_folder, verify_repository
from macros.site import problems_of

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
        (site / "aims.json").write_text(json.dumps({**EMPTY_STATE, "version": version}), encoding="utf-8")
        snapshot(project, SnapshotRequest(version, "Audit <1>"), problems_of)
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
    assert git(copy, "ls-tree", "-r", "--name-only", "snapshots:compare").splitlines() == ["2026.2/2026.1.json"]
    before, manifest = everything(copy), git(copy, "show", "snapshots:2026.1/manifest.json")
    listed = on_branch(copy, "versions.json")
    tree, latest = git(copy, "rev-parse", "snapshots:2026.2"), git(copy, "rev-parse", "snapshots:latest")
    said = aims(copy, "dispose", "2026.1", *ARGUMENTS, **TODAY)
    assert git(copy, "log", "-1", "--format=%s", "snapshots") == "Dispose of snapshot 2026.1: Retention period over"
    assert git(copy, "ls-tree", "--name-only", "snapshots:2026.1").splitlines() == ["aims.json", "disposal.json", "index.html", "manifest.json"]
    assert git(copy, "show", "snapshots:2026.1/manifest.json") == manifest
    digest = sha256((manifest + "\n").encode())
    assert on_branch(copy, "2026.1/disposal.json") == {
        "version": "2026.1", "on": "2026-06-01", "by": "Document Controller", "reason": "Retention period over", "manifest": digest,
        "files": 2, "bytes": sum(file["size"] for file in json.loads(manifest)["files"].values()),
        "retention": git(copy, "rev-parse", "HEAD"), "page": sha256(git(copy, "show", "snapshots:2026.1/index.html").encode() + b"\n"),
    }  # fmt: skip
    page = git(copy, "show", "snapshots:2026.1/index.html")
    assert (
        "removed on 2026-06-01 by Document Controller" in page
        and "Retention period over" in page
        and "Audit &lt;1&gt;" in page
        and digest in page.replace("<wbr>", "")
    )
    assert "<script" not in page and "Home in 2026.1" not in page
    assert "compare" not in git(copy, "ls-tree", "--name-only", "snapshots").splitlines(), "what it said stands in no comparison either"
    listed[1]["properties"]["disposed"], listed[1]["title"] = "2026-06-01", "2026.1 (removed)"
    assert on_branch(copy, "versions.json") == listed
    assert (git(copy, "rev-parse", "snapshots:2026.2"), git(copy, "rev-parse", "snapshots:latest")) == (tree, latest)
    after = everything(copy)
    assert (after["head"], after["status"]) == (before["head"], before["status"]) and git(copy, "tag", "--list").split() == [
        "snapshot/2026.1",
        "snapshot/2026.2",
    ]
    assert "The bytes still exist: in the history of snapshots" in said and "git gc --prune=now" in said and "--rebuild" not in said
    with pytest.raises(Refused, match=r"the content of 2026\.1 was removed on 2026-06-01"):
        archive(copy, "2026.1", copy / "a.zip")
    assert "was removed already, on 2026-06-01 by Document Controller" in refused(copy)
    assert "2026.1 exists" in refusal(copy, "snapshot", "2026.1", "--for", "Again"), "its name is not free"


LONGER = "- version: '2026.1'\n  keep_until: 2026-07-01\n"
EARLY = "it was to be kept until 2026-07-01; it was removed too early, or the record was changed"
THAT_DAY = {"GIT_COMMITTER_DATE": "2026-06-01T12:00:00Z"}


def retention_findings(project: Path) -> list[str]:
    """What verification says about the day of the disposal, and about the retention."""
    start = "says that it was removed on 2026-06-01, and "
    found = [finding for finding in verify_repository(project, VerifyRequest()).findings if finding.rule in {"retention", "disposal"}]
    assert all(finding.sentence.startswith(start) for finding in found)
    return [re.sub(r"\b[0-9a-f]{10}\b", "#", finding.sentence.removeprefix(start)) for finding in found]


@pytest.mark.parametrize(
    ("later", "when", "said"),
    [
        (LONGER, "2026-06-02T10:00:00Z", []),
        (OVER + HOLD, "2026-06-02T10:00:00Z", []),
        ("[]\n", "2026-06-02T10:00:00Z", []),
        (OVER, "2026-05-20T10:00:00Z", []),
        (LONGER, "2026-05-20T10:00:00Z", [f"after {RETENTION} as of 2026-05-20 (commit #) {EARLY}"]),
        (
            OVER + HOLD,
            "2026-05-20T10:00:00Z",
            [f"after {RETENTION} as of 2026-05-20 (commit #) it was under a legal hold since 2026-01-15 (Claim of a patient)"],
        ),
    ],
    ids=["longer since", "a hold since", "not listed since", "the same", "longer before, elsewhere", "a hold before, elsewhere"],
)
def test_a_disposal_is_judged_by_what_was_said_then(copy: Path, later: str, when: str, said: list[str]) -> None:
    """What is said later changes nothing; what was said before and did not reach the clone in which it was done does."""
    aims(copy, "dispose", "2026.1", *ARGUMENTS, **TODAY, **THAT_DAY)
    commit(copy, "Later", when, **{RETENTION: later})
    assert retention_findings(copy) == said


def forged(project: Path, **changes: object) -> None:
    """Dispose of 2026.1 by hand, in the shape that `aims dispose` leaves, before its time."""
    old = commit(project, "Kept longer", "2026-05-20T10:00:00Z", **{RETENTION: LONGER})
    aims(project, "dispose", "2026.1", *ARGUMENTS, AIMS_TODAY="2026-07-01", **THAT_DAY)
    record = on_branch(project, "2026.1/disposal.json") | {"on": "2026-06-01", "retention": old} | changes
    tampered(project, "2026.1/disposal.json", lambda _: to_bytes({key: value for key, value in record.items() if value is not None}))


def test_a_time_that_is_shortened_later_makes_no_disposal_right(copy: Path) -> None:
    """Not even in a commit that claims to be of before."""
    expected = [f"after {RETENTION} as of 2026-05-20 (commit #) {EARLY}"]
    forged(copy)
    commit(copy, "Shorter", "2026-06-02T10:00:00Z", **{RETENTION: OVER})
    assert retention_findings(copy)[-1:] == expected
    commit(copy, "Shorter, of before", "2026-05-21T10:00:00Z", **{RETENTION: OVER + "# now\n"})
    assert retention_findings(copy)[-1:] == expected


def test_a_record_of_an_older_version_is_judged_by_its_day(copy: Path) -> None:
    forged(copy, retention=None, page=None)
    commit(copy, "Shorter", "2026-06-02T10:00:00Z", **{RETENTION: OVER})
    assert [finding.sentence for finding in verify_repository(copy, VerifyRequest("2026.1")).notices if finding.rule == "disposal"] == [
        "does not name the digest of index.html, as an older version of AIMS Portal wrote it; whether that page is the same cannot be said"
    ]
    (finding,) = [finding for finding in verify_repository(copy, VerifyRequest()).problems if finding.rule == "retention"]
    assert finding.sentence.endswith(EARLY)


def test_a_commit_that_is_not_on_the_main_branch_allows_nothing(copy: Path) -> None:
    """Who merges it as another commit, or never, would have a disposal that nobody can verify."""
    git(copy, "checkout", "--quiet", "-b", "aside")
    aside = commit(copy, "Aside", "2026-05-30T10:00:00Z", **{RETENTION: OVER + "# aside\n"})
    assert f"the commit {aside[:10]}, which is checked out, is not on the main branch, where {RETENTION} has to say that 2026.1 may go" in refused(copy)
    git(copy, "checkout", "--quiet", "main")
    forged(copy, retention=aside)
    assert retention_findings(copy)[-1:] == [
        "names the commit # as the one that allowed it, which is not a part of the history of the main branch here: it was made from another branch, "
        "the history was rewritten, or this clone holds only a part of it (then: git fetch --unshallow --tags)"
    ]


def test_what_is_said_beside_the_main_branch_makes_no_disposal_wrong(copy: Path) -> None:
    aims(copy, "dispose", "2026.1", *ARGUMENTS, **TODAY, **THAT_DAY)
    git(copy, "checkout", "--quiet", "-b", "aside")
    commit(copy, "Never merged", "2026-05-30T10:00:00Z", **{RETENTION: LONGER})
    assert retention_findings(copy) == []


@pytest.mark.parametrize(("content", "notice"), [("[]\n", False), ("a newer shape\n", True)])
def test_a_commit_that_says_nothing_allows_nothing(copy: Path, content: str, notice: bool) -> None:
    silent = commit(copy, "Silent", "2026-05-20T10:00:00Z", **{RETENTION: content})
    commit(copy, "Over", "2026-06-02T10:00:00Z", **{RETENTION: OVER})
    aims(copy, "dispose", "2026.1", *ARGUMENTS, **TODAY, **THAT_DAY)
    record = on_branch(copy, "2026.1/disposal.json") | {"retention": silent}
    tampered(copy, "2026.1/disposal.json", lambda _: to_bytes(record))
    (finding,) = [finding for finding in verify_repository(copy, VerifyRequest()).findings if finding.rule == "retention"]
    assert finding.sentence == f"says that it was removed on 2026-06-01, and {RETENTION} did not say then how long it was to be kept"
    assert finding.notice is notice


def test_a_day_that_was_made_up(copy: Path) -> None:
    aims(copy, "dispose", "2026.1", *ARGUMENTS, **TODAY, GIT_COMMITTER_DATE="2026-05-20T12:00:00Z")
    assert retention_findings(copy) == ["the commit that did it is of 2026-05-20; a clock was wrong, or one of the two days was made up"]


def test_a_clone_of_the_snapshots_alone(copy: Path, tmp_path: Path) -> None:
    aims(copy, "dispose", "2026.1", *ARGUMENTS, **TODAY, **THAT_DAY)
    record = on_branch(copy, "2026.1/disposal.json")
    tampered(copy, "2026.1/disposal.json", lambda _: to_bytes({key: value for key, value in record.items() if key != "retention"}))
    git(tmp_path, "init", "--quiet", "--bare", "alone")
    git(tmp_path / "alone", "fetch", "--quiet", copy.as_uri(), "snapshots:snapshots")
    assert retention_findings(tmp_path / "alone")[-1:] == [f"{RETENTION} did not say then how long it was to be kept"]


def test_another_page_in_its_place(copy: Path, tmp_path: Path) -> None:
    """In what is served no history says so."""
    aims(copy, "dispose", "2026.1", *ARGUMENTS, **TODAY, **THAT_DAY)
    folder = laid_out(copy, tmp_path / "served")
    assert verify_folder(folder, VerifyRequest()).findings == ()
    (folder / "2026.1/index.html").write_text("Nothing was ever here", encoding="utf-8")
    (finding,) = verify_folder(folder, VerifyRequest()).problems
    assert str(finding).startswith("2026.1/index.html: is not the page about the removal that disposal.json names by its SHA-256 ")
    (folder / "2026.1/index.html").unlink()
    assert [finding.where for finding in verify_folder(folder, VerifyRequest()).problems] == ["2026.1/index.html"]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"on": "9999"}, "does not have the shape of the record of a disposal (on: "),
        ({"on": "2026-06-31"}, "does not have the shape of the record of a disposal (on: "),
        ({"note": "more"}, "does not have the shape of the record of a disposal (note: "),
        ({"version": "2026.2"}, "is the record of the disposal of 2026.2, not of 2026.1"),
    ],
)
def test_a_record_of_another_shape(copy: Path, tmp_path: Path, changes: dict[str, object], says: str) -> None:
    aims(copy, "dispose", "2026.1", *ARGUMENTS, **TODAY, **THAT_DAY)
    folder = laid_out(copy, tmp_path / "served", "2026.1") / "2026.1"
    record = json.loads((folder / "disposal.json").read_bytes())
    (folder / "disposal.json").write_bytes(to_bytes(record | changes))
    (finding,) = verify_folder(folder, VerifyRequest()).problems
    assert finding.where == "2026.1/disposal.json" and finding.sentence.startswith(says)


def test_above_a_damaged_record_nothing_is_published(copy: Path) -> None:
    forged(copy, files="many")
    before = everything(copy)
    said = refusal(copy, "archive", "2026.2")
    assert "2026.1/disposal.json on the branch snapshots does not have the shape of the record of a disposal (files: " in said
    assert "run `aims verify 2026.1`" in said and everything(copy) == before


def test_the_records_too_and_which_rebuild_that_ends(copy: Path) -> None:
    said = aims(copy, "dispose", "2026.1", *ARGUMENTS, "--drop-records", **TODAY)
    assert git(copy, "ls-tree", "--name-only", "snapshots:2026.1").splitlines() == ["disposal.json", "index.html", "manifest.json"]
    assert "`aims verify --rebuild 2026.2` is no longer possible" in said


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
