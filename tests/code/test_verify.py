"""A good snapshot passes wherever it lies, and the result says no more than was shown."""

from __future__ import annotations

import datetime as dt
import json
import os
import pty
import re
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest
from command import run_aims, start_aims
from invented import ROOT
from publications import REMOVED, VERSIONS, WHO, amend, digest_of, digests, files_of, laid_out, move, on_branch, publish_again, write
from repository import commit, git
from tamperings import LEFT_OVER

from macros.control.git import Git
from macros.control.snapshots.archive import archive
from macros.control.snapshots.branch import Branch
from macros.control.snapshots.disposal import dispose as really_dispose
from macros.control.snapshots.findings import Verdict
from macros.control.snapshots.manifest import sha256, to_bytes
from macros.control.snapshots.pages import html_page
from macros.control.snapshots.root import Serving, next_entry
from macros.control.snapshots.trees import _walk
from macros.control.snapshots.verify import CannotVerify, VerifyRequest, digest_in, verify_folder, verify_repository
from macros.control.snapshots.verify_tags import fingerprint
from macros.graph import build

UNSIGNED = [f"tag snapshot/{version}: is not signed" for version in VERSIONS]


def good(project: Path, request: VerifyRequest | None = None) -> list[str]:
    """The notices about a repository in which nothing is wrong."""
    report = verify_repository(project, request or VerifyRequest())
    assert [str(finding) for finding in report.problems] == []
    return [str(finding) for finding in report.notices]


# -- wherever it lies ---------------------------------------------------------------------------------------------------------------


def test_the_repository(three: Path) -> None:
    report = verify_repository(three, VerifyRequest())
    assert report.verdict is Verdict.itself
    assert [str(finding) for finding in report.findings] == UNSIGNED
    assert {one.version: one.digest for one in report.checked} == digests(three)


def test_one_version(three: Path) -> None:
    report = verify_repository(three, VerifyRequest("2026.2"))
    assert [one.version for one in report.checked] == ["2026.2"]
    assert [str(finding) for finding in report.findings] == UNSIGNED[1:2]


@pytest.mark.parametrize("options", [["--quiet"], ["--quiet", "--bare"], ["--quiet", "-c", "core.autocrlf=true"], ["--quiet", "--mirror"]], ids=str)
def test_clones(three: Path, tmp_path: Path, options: list[str]) -> None:
    git(tmp_path, "clone", *options, str(three), "clone")
    assert good(tmp_path / "clone") == UNSIGNED


def test_a_clone_that_is_behind(copied: Path, tmp_path: Path) -> None:
    git(copied, "branch", "old", "snapshots^")
    git(tmp_path, "clone", "--quiet", "--no-checkout", str(copied), "clone")
    git(tmp_path / "clone", "branch", "snapshots", "origin/old")
    assert good(tmp_path / "clone") == ["branch snapshots: origin/snapshots is newer than snapshots; verified is origin/snapshots", *UNSIGNED]


def test_a_shallow_clone_says_what_it_lacks(three: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--no-checkout", "--depth=1", "--no-tags", "--branch=snapshots", f"file://{three}", "clone")
    report = verify_repository(tmp_path / "clone", VerifyRequest("2026.1"))
    (notice,), lines = report.notices, [str(finding) for finding in report.problems]
    assert notice.sentence == "is the oldest of the branch in this clone; whether a folder was touched before it cannot be seen here"
    assert lines[:3] == [
        f"tag snapshot/{version}: is missing: it was deleted, or this clone was made without tags (then: git fetch --tags)" for version in VERSIONS
    ]
    assert lines[3].endswith("or this clone holds only a part of it (then: git fetch --unshallow --tags)") and len(lines) == 4


def test_what_is_served(three: Path, tmp_path: Path) -> None:
    folder = laid_out(three, tmp_path / "served")
    (folder / "next").mkdir()
    (folder / "next/index.html").write_text("The working state")
    (folder / "404.html").write_text(html_page("not_found.html.j2", root="/~a%20b/aims@mill"), encoding="utf-8")
    listed = json.loads((folder / "versions.json").read_bytes())
    (folder / "versions.json").write_bytes(to_bytes([next_entry(Serving("2026-05-03T10:00:00Z", True, "")), *listed]))
    report = verify_folder(folder, VerifyRequest())
    assert [str(finding) for finding in report.findings] == ["next/: is the working state and no snapshot; nothing seals it, and it was not looked at"]
    assert report.verdict is Verdict.itself
    assert verify_folder(folder, VerifyRequest(None, digest_of(three, "2026.3"))).verdict is Verdict.digest
    elsewhere = html_page("not_found.html.j2", root="https://elsewhere.example")
    for page, says in (("Not here", "line 1 is “Not here” and should be “<!doctype html>”; "), (elsewhere, "line 7 is “<link rel=")):
        (folder / "404.html").write_text(page, encoding="utf-8")
        notice = str(verify_folder(folder, VerifyRequest()).notices[-1])
        assert notice.startswith(f"404.html: is not what `aims publish` writes from the manifests: {says}")


NEXT_ENTRY = next_entry(Serving(None, False, ""))


@pytest.mark.parametrize(
    ("before", "after", "line", "is_", "should"),
    [
        ([NEXT_ENTRY | {"aliases": ["latest"]}], [], 3, '“"aliases": [”', '“"aliases": [],”'),
        ([NEXT_ENTRY | {"title": "2026.4"}], [], 11, '“"title": "2026.4",”', '“"title": "next (working state)",”'),
        ([next_entry(Serving("soon", False, ""))], [], 5, '“"date": "soon",”', '“"date": "2026-05-03T10:00:00Z",”'),
        ([NEXT_ENTRY, NEXT_ENTRY], [], 17, '“"date": null,”', '“"date": "2026-05-03T10:00:00Z",”'),
        ([], [NEXT_ENTRY], 39, "“},”", "“}”"),
        ([{"version": "2026.3", "title": "Another"}], [], 3, '“"title": "Another",”', '“"aliases": [],”'),
        ([NEXT_ENTRY, {"version": "2026.3", "title": "Another"}], [], 15, '“"title": "Another",”', '“"aliases": [],”'),
    ],
)
def test_the_list_of_what_is_served(three: Path, tmp_path: Path, before: list[object], after: list[object], line: int, is_: str, should: str) -> None:
    folder = laid_out(three, tmp_path / "served")
    listed = json.loads((folder / "versions.json").read_bytes())
    (folder / "versions.json").write_bytes(to_bytes([*before, *listed, *after]))
    assert [str(finding) for finding in verify_folder(folder, VerifyRequest()).problems] == [
        f"versions.json: is not what `aims publish` writes from the manifests: line {line} is {is_} and should be {should}; it or they were changed. "
        "The next `aims publish` writes it anew"
    ]


@pytest.fixture(scope="module")
def unpacked(three: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An unpacked archive."""
    folder = tmp_path_factory.mktemp("unpacked")
    packed = archive(three, "2026.2", folder / "aims-2026.2.zip")
    with zipfile.ZipFile(packed) as zipped:
        zipped.extractall(folder)
    return folder / "aims-2026.2"


def test_an_unpacked_archive(three: Path, unpacked: Path) -> None:
    for folder in (unpacked, unpacked / "2026.2"):
        report = verify_folder(folder, VerifyRequest(None, digest_of(three, "2026.2")[:16]))
        assert report.findings == () and report.verdict is Verdict.digest
    assert verify_folder(unpacked, VerifyRequest()).verdict is Verdict.itself


def test_the_sums_of_an_archive(unpacked: Path) -> None:
    sums = unpacked / "SHA256SUMS"
    content = sums.read_text()
    try:
        sums.write_text(content.replace("  2026.2/404.html", "  2026.2/405.html"))
        (line,) = (str(finding) for finding in verify_folder(unpacked, VerifyRequest()).problems)
        says = r"SHA256SUMS: is not what `aims archive` writes from the manifests: line \d+ is “\S+  2026.2/405.html” and should be “\S+  2026.2/404.html”; "
        assert re.match(says, line)
    finally:
        sums.write_text(content)


# -- what may be said -----------------------------------------------------------------------------------------------------------------


def test_a_digest_vouches_for_a_version_and_those_before_it(three: Path) -> None:
    kept = digests(three)
    report = verify_repository(three, VerifyRequest(None, kept["2026.2"]))
    assert [(one.verdict, one.why) for one in report.checked] == [(Verdict.digest, "named by 2026.2"), (Verdict.digest, ""), (Verdict.itself, "")]
    assert report.verdict is Verdict.itself


@pytest.mark.parametrize("text", ["{}", "sha256:{}", " {} ", "SHA256-{}"])
def test_a_digest_as_people_paste_it(text: str) -> None:
    digest = "0123456789abcdef" * 4
    assert digest_in(text.format(digest.upper())) == digest


@pytest.mark.parametrize("text", ["", "abc", "0123456789abcde", "g" * 64, "a" * 65])
def test_no_digest(text: str) -> None:
    with pytest.raises(CannotVerify, match=r"is no digest: give the SHA-256 of manifest\.json, 64 characters 0-9 and a-f, or at least its first 16"):
        digest_in(text)


def test_a_digest_of_another_version(three: Path) -> None:
    (finding,) = verify_repository(three, VerifyRequest("2026.1", digest_of(three, "2026.2"))).problems
    assert str(finding).endswith("and the one you gave is that of 2026.2: you have named another snapshot than you have the digest of")


def test_a_version_that_is_not_here(three: Path) -> None:
    (finding,) = verify_repository(three, VerifyRequest("2030.1")).problems
    assert str(finding) == "2030.1: is not here; here are: 2026.1, 2026.2, 2026.3. If it was published, it was removed"


# -- signatures -----------------------------------------------------------------------------------------------------------------------


def key(folder: Path, name: str = "key") -> tuple[Path, str]:
    """A new SSH key: its file and its public half."""
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(folder / name)], check=True)
    return folder / name, (folder / f"{name}.pub").read_text().strip()


def sign(project: Path, version: str, with_: Path) -> None:
    message = git(project, "for-each-ref", "--format=%(contents)", f"refs/tags/snapshot/{version}")
    settings = ["-c", "gpg.format=ssh", "-c", f"user.signingkey={with_}"]
    git(project, *settings, "tag", "--force", "--sign", "-m", message, f"snapshot/{version}", f"snapshot/{version}^{{commit}}")


def know(project: Path, public: str, days: str = "valid_after: 2026-01-01") -> None:
    """Let the newest commit of the project name a key."""
    text = f"- who: TM-001\n  key: {public}\n  {days}\n".encode()
    git(project, "update-ref", "refs/heads/main", write(project, {"aims_data/signers.yaml": text}, onto="main"))


def test_a_signed_tag(copied: Path, tmp_path: Path) -> None:
    private, public = key(tmp_path)
    sign(copied, "2026.3", private)
    know(copied, public)
    report = verify_repository(copied, VerifyRequest())
    fingerprint = subprocess.run(["ssh-keygen", "-l", "-f", f"{private}.pub"], capture_output=True, text=True, check=True).stdout.split()[1]
    assert [str(finding) for finding in report.findings] == UNSIGNED[:2]
    assert report.verdict is Verdict.signed
    assert {one.why for one in report.checked} == {f"TM-001 with the key {fingerprint}"}


def test_an_auditor_brings_the_keys(copied: Path, tmp_path: Path) -> None:
    """What the repository says about its own keys counts no more then."""
    private, public = key(tmp_path)
    sign(copied, "2026.3", private)
    know(copied, public)
    own = tmp_path / "my keys"
    own.write_text(f'# mine\n\ncontroller@mill.example namespaces="git" {public} the controller\n', encoding="utf-8")
    done = run_aims("verify", "--signers", str(own), cwd=copied)
    assert done.returncode == 0 and f"signed by controller@mill.example with the key {fingerprint(public)}" in done.stdout
    assert f"Result: signed. The keys are those of your list {own}." in done.stdout
    own.write_text(f"other@mill.example {key(tmp_path, 'other')[1]}\n", encoding="utf-8")
    assert [str(found) for found in verify_repository(copied, VerifyRequest(signers=own)).problems] == [
        f"tag snapshot/2026.3: has a signature that is not good: the tag was changed, or it was signed with a key that is not in {own}"
    ]
    for content in (b"nothing here\n", b"\xff"):
        own.write_bytes(content)
        with pytest.raises(CannotVerify, match="names no key" if content[0] < 128 else "cannot be read as text"):
            verify_repository(copied, VerifyRequest(signers=own))


def test_a_tag_signed_with_a_key_that_nobody_named(copied: Path, tmp_path: Path) -> None:
    sign(copied, "2026.3", key(tmp_path)[0])
    know(copied, key(tmp_path, "other")[1])
    assert signature_problems(copied) == [
        "tag snapshot/2026.3: has a signature that is not good: the tag was changed, or it was signed with a key that is not in aims_data/signers.yaml"
    ]


def test_a_tag_signed_with_a_key_of_another_day(copied: Path, tmp_path: Path) -> None:
    private, public = key(tmp_path)
    sign(copied, "2026.3", private)
    know(copied, public, "valid_after: 2026-01-01\n  valid_before: 2026-02-01")
    assert signature_problems(copied) == [
        "tag snapshot/2026.3: is signed with a key that did not count on the day of the tag; see from when to when it does in aims_data/signers.yaml"
    ]


def test_a_signed_tag_that_was_changed(copied: Path, tmp_path: Path) -> None:
    private, public = key(tmp_path)
    sign(copied, "2026.3", private)
    know(copied, public)
    tag = Git(copied).run("cat-file", "tag", "snapshot/2026.3").replace(b"For comments", b"For auditors")
    forged = Git(copied).run("hash-object", "-t", "tag", "-w", "--stdin", input=tag).decode().strip()
    git(copied, "update-ref", "refs/tags/snapshot/2026.3", forged)
    assert signature_problems(copied) == [
        "tag snapshot/2026.3: does not begin with “Snapshot 2026.3: For comments”, as the manifest has it; it was made anew by hand",
        "tag snapshot/2026.3: has a signature that is not good: the tag was changed, or it was signed with a key that is not in aims_data/signers.yaml",
    ]


def test_a_program_that_the_repository_names_is_not_asked(copied: Path, tmp_path: Path) -> None:
    """A configuration that comes with a copy could name a program that calls every signature good."""
    sign(copied, "2026.3", key(tmp_path)[0])
    know(copied, key(tmp_path, "other")[1])
    git(copied, "config", "gpg.ssh.program", "true")
    assert len(signature_problems(copied)) == 1


def signature_problems(project: Path) -> list[str]:
    return [str(finding) for finding in verify_repository(project, VerifyRequest("2026.3")).problems]


# -- disposals ------------------------------------------------------------------------------------------------------------------------


def dispose(project: Path, version: str = "2026.1", **changes: object) -> None:
    """Dispose of a snapshot by hand in the shape that `aims dispose` leaves, with other values in the record if asked to."""
    branch = Branch(Git(project))
    old = branch.find(version)
    assert old
    sums = old.manifest["files"].values()
    record = {"version": version, "on": "2026-06-01", "by": WHO, "reason": "Its time is over", "manifest": old.digest, "files": len(sums),
              "bytes": sum(file["size"] for file in sums), "page": sha256(REMOVED)} | changes  # fmt: skip
    publish_again(branch, version, record)


@pytest.fixture
def in_june(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever git writes is of the day on which the tests dispose of snapshots."""
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2026-06-01T10:00:00Z")


@pytest.mark.usefixtures("in_june")
def test_a_recorded_disposal(three: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--no-hardlinks", str(three), "clone")  # git touches a pack whose objects it would write again
    project = tmp_path / "clone"
    git(project, "branch", "snapshots", "origin/snapshots")
    commit(project, "Kept until", **{"aims_data/snapshots.yaml": "- version: '2026.1'\n  keep_until: 2026-05-31\n"})
    really_dispose(build(project, dt.date(2026, 6, 1)), "2026.1", WHO, "Its time is over")
    report = verify_repository(project, VerifyRequest())
    assert [str(finding) for finding in report.findings] == UNSIGNED
    assert [one.disposed for one in report.checked] == [True, False, False]


@pytest.mark.usefixtures("in_june")
def test_what_was_disposed_of_is_in_no_comparison(copied: Path) -> None:
    """Neither as the newer nor as the older one of the two; one that is kept is found."""
    left = {path: on_branch(copied, path) for path in ("compare/2026.2/2026.1.json", "compare/2026.3/2026.2.json")}
    dispose(copied, "2026.2")
    assert list(files_of(copied, "compare")) == ["2026.3/2026.1.json"]
    for path, content in left.items():
        amend(copied, {path: content})
    found = [str(finding) for finding in verify_repository(copied, VerifyRequest()).problems if finding.rule == "comparison"]
    assert found == [f"{path}: {LEFT_OVER}" for path in left]


@pytest.mark.parametrize(
    ("changes", "says"), [({"manifest": "a" * 64}, "'manifest' is \"aaaa"), ({"files": 1}, "'files' is 1"), ({"bytes": 1}, "'bytes' is 1")]
)
@pytest.mark.usefixtures("in_june")
def test_a_record_of_a_disposal_that_does_not_fit(copied: Path, changes: dict[str, object], says: str) -> None:
    dispose(copied, **changes)
    (finding,) = verify_repository(copied, VerifyRequest("2026.1")).problems
    assert str(finding).startswith(f"2026.1/disposal.json: says {says}") and str(finding).endswith("; one of the two was changed")


def test_a_disposal_in_which_the_manifest_was_changed(copied: Path) -> None:
    manifest = on_branch(copied, "2026.1/manifest.json").replace(b"Stage 1 audit", b"Stage 9 audit")
    dispose(copied)
    amend(copied, {"2026.1/manifest.json": manifest})
    found = [str(finding) for finding in verify_repository(copied, VerifyRequest("2026.1")).problems]
    assert any(line.startswith("2026.2/manifest.json: says that the manifest of 2026.1 has the SHA-256 ") for line in found)
    assert any(line.startswith("2026.1/: commit ") and "a published version is never changed" in line for line in found)


def test_a_history_that_ends_with_a_disposal(copied: Path) -> None:
    dispose(copied)
    tree = git(copied, "rev-parse", "snapshots^{tree}")
    move(copied, git(copied, "commit-tree", tree, "-m", "History removed after the disposal of 2026.1"), quietly=True)
    first, retention, *others = good(copied)
    assert retention.endswith("and aims_data/snapshots.yaml did not say then how long it was to be kept")
    assert first.endswith("the history before it was removed after a disposal; whether a folder was touched before it cannot be seen here")
    assert others == UNSIGNED


# -- built again ----------------------------------------------------------------------------------------------------------------------


def test_built_again_every_byte_is_the_same(three: Path) -> None:
    report = verify_repository(three, VerifyRequest("2026.2", rebuild=True))
    assert (report.rebuilt, report.problems) == (("2026.2",), ())


def test_built_again_with_other_tools(copied: Path) -> None:
    manifest = json.loads(on_branch(copied, "2026.3/manifest.json"))
    manifest["tools"]["mkdocs"], manifest["files"]["404.html"]["sha256"] = "1.5.0", "a" * 64
    amend(copied, {"2026.3/manifest.json": to_bytes(manifest)})
    lines = [str(finding) for finding in verify_repository(copied, VerifyRequest("2026.3", rebuild=True)).findings if finding.rule.startswith("rebuild")]
    assert lines[0].startswith("2026.3/manifest.json: was built with other tools, the likely reason for what differs: mkdocs 1.5.0, here 1.6")
    assert lines[1].startswith("2026.3/: built again from commit ") and lines[1].endswith(" files are other than published: 404.html")


# -- without the tool -----------------------------------------------------------------------------------------------------------------


def test_what_the_documentation_says_works_with_coreutils(copied: Path, tmp_path: Path) -> None:
    """The commands of docs/verifying.md, run as they stand there; a page changed afterwards is named."""
    text = (ROOT / "docs/verifying.md").read_text(encoding="utf-8")
    block = next(block for block in re.findall(r"```console\n(.*?)```", text, re.S) if "sha256sum --check --quiet" in block)
    script = "".join(re.findall(r"^\$ (.*(?:\n {4}.*)*\n)", block, re.M))
    said = re.sub(r"^\$ .*(?:\n {4}.*)*\n", "", block, flags=re.M)
    done = subprocess.run(["bash", "-e", "-c", script], cwd=copied, capture_output=True, text=True, check=True)
    assert done.stdout == said == "every file is as the manifest says\nno file more and none less\n"
    (tmp_path / "snapshots/2026.1/policy.html").write_text("Another text")
    again = script[script.index("sha256sum --check") :]
    done = subprocess.run(["bash", "-c", again], cwd=tmp_path / "snapshots/2026.1", capture_output=True, text=True, check=False)
    assert "policy.html: FAILED" in done.stdout


# -- the command ----------------------------------------------------------------------------------------------------------------------


def test_the_command(three: Path) -> None:
    done = run_aims("verify", "2026.2", "--project", str(three))
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "2026.2  Stage 2 audit",
        f"    manifest {digest_of(three, '2026.2')}, {len(Branch(Git(three)).files('2026.2')) - 1} files",
        "    consistent with itself",
        "",
        "Good to know",
        "tag snapshot/2026.2: is not signed",
        "",
        "Result: consistent with itself. Files, manifests, list, tags, seals and history fit together; whoever changed all of them alike would get the same "
        "result.",
        "To know more, compare with a digest kept elsewhere (the audit report, the printed Statement of Applicability, a letter): "
        "aims verify 2026.2 --digest DIGEST",
    ]
    assert done.stderr == "" and "untouched" not in done.stdout


def test_the_command_with_a_digest(three: Path) -> None:
    done = run_aims("verify", "2026.2", "--digest", digest_of(three, "2026.2"), "--project", str(three))
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1] == "Result: 2026.2 is the snapshot with the digest you gave."


def test_the_command_finds_and_counts(copied: Path) -> None:
    amend(copied, {f"2026.3/{number}.html": b"x" for number in range(30)})
    done = run_aims("verify", "2026.3", "--project", str(copied))
    assert done.returncode == 1
    assert done.stdout.count("is not in the manifest; it was added after publication") == 20
    assert "2026.3: 10 more of this kind (file-added); `aims verify --format json` lists all" in done.stdout
    assert done.stdout.splitlines()[-1] == "Result: not verified. 30 things are wrong, listed above with what each means."


def test_json(copied: Path) -> None:
    amend(copied, {"2026.3/a.html": b"x"})
    done = run_aims("verify", "2026.3", "--format", "json", "--project", str(copied))
    found = json.loads(done.stdout)
    assert (done.returncode, found["result"]) == (1, "not verified")
    assert found["problems"] == [{"rule": "file-added", "version": "2026.3", "where": "2026.3/a.html", "expected": None, "found": None,
                                  "message": "is not in the manifest; it was added after publication"}]  # fmt: skip
    assert found["versions"][0]["manifest"] == digest_of(copied, "2026.3")


def test_the_command_in_a_bare_clone(three: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--bare", str(three), "bare")
    assert run_aims("verify", "2026.1", cwd=tmp_path / "bare").returncode == 0


WRONG = [
    (["verify", "2026"], "'2026' is not a version; write the year and a number in it, like 2026.1; here are 2026.1, 2026.2, 2026.3"),
    (["verify", "2026.1", "--all"], "--all and 2026.1 together; give one of them"),
    (["verify", "--digest", "abc"], "--digest 'abc' is no digest: give the SHA-256 of manifest.json, 64 characters 0-9 and a-f, or at least its first 16"),
    (["verify", "--dir", "/nowhere"], "--dir /nowhere is not a folder; unpack an archive first, and name the folder that it made"),
    (["verify", "--dir", "/", "--rebuild"], "--dir looks at a folder without a repository; leave out --project, --rebuild, --signers and --audience with it"),
    (["verify", "--project", "/nowhere"], "--project /nowhere: there is no such folder"),
    (["verify", "--audience", "staff"], "this repository has no branch snapshots-staff here or from origin, so there are no snapshots"),
]


@pytest.mark.parametrize(("arguments", "sentence"), WRONG)
def test_wrong_usage(three: Path, arguments: list[str], sentence: str) -> None:
    done = run_aims(*arguments, cwd=three)
    assert (done.returncode, done.stdout) == (2, "")
    assert sentence in done.stderr and "Traceback" not in done.stderr


def test_no_repository_and_no_snapshot(tmp_path: Path) -> None:
    assert (
        "is not in a git repository; for a folder with a snapshot or an unpacked archive use: aims verify --dir FOLDER"
        in run_aims("verify", cwd=tmp_path).stderr
    )
    done = run_aims("verify", "--dir", ".", cwd=tmp_path)
    assert done.returncode == 2
    assert "--dir . holds no snapshot: neither manifest.json nor a folder with the name of a version, like 2026.1" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        (["verify", "--all"], "commit, versions and seals"),
        (["verify", "2026.1", "--rebuild"], "building it again"),
        (["archive", "2026.1"], "writing aims-2026.1.zip"),
        (["snapshot", "2027.1", "--for", "Test", "--with-drafts"], "publishing"),
    ],
)
def test_on_a_terminal_it_shows_what_it_does(three: Path, tmp_path: Path, arguments: list[str], shown: str) -> None:
    """What a log gets of it, nothing, is seen in the tests of each command."""
    project = shutil.copytree(three, tmp_path / "project")
    ours, theirs = pty.openpty()
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm", "COLUMNS": "100"}
    command = [sys.executable, "-m", "macros.cli", *arguments, "--project", str(project)]
    with subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=subprocess.DEVNULL, stderr=theirs) as process:
        os.close(theirs)
        said = b"".join(iter(lambda: read_terminal(ours), b"")).decode()
    os.close(ours)
    assert process.returncode == 0 and shown in said


def read_terminal(terminal: int) -> bytes:
    """What was written to a terminal since; nothing when the program has ended."""
    try:
        return os.read(terminal, 4096)
    except OSError:  # what Linux says when nobody has the other side any more
        return b""


def test_it_can_be_interrupted_and_writes_nothing(three: Path, tmp_path: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in three.rglob("*")}
    with start_aims("verify", "--rebuild", "--project", str(three), TMPDIR=str(tmp_path)) as process:
        until = time.monotonic() + 30
        while not list(tmp_path.glob("aims-*/*")) and time.monotonic() < until:
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=30)
    assert process.returncode == 130 and output == "" and list(tmp_path.iterdir()) == []
    assert errors == "aims: interrupted; there is no result; nothing was changed, and it can be run again\n"
    assert {path: path.stat().st_mtime_ns for path in three.rglob("*")} == before


def test_a_file_that_vanishes_while_a_folder_is_read_is_not_there(tmp_path: Path) -> None:
    for name in ("a", "b", "c/d", "e"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name, encoding="utf-8")
    reading = _walk(tmp_path, "")
    next(reading)
    shutil.rmtree(tmp_path)
    assert list(reading) == []
