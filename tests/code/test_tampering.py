"""Everything that somebody could change after publication is found and named. What cannot be found, because all of it fits again, is never called more
than consistent with itself."""

from __future__ import annotations

import json
import os
import re
import subprocess
import zlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from publications import (
    APPROVED,
    POLICY,
    VERSIONS,
    amend,
    changed_json,
    commit_tree,
    digest_of,
    files_of,
    flipped,
    forge_all,
    laid_out,
    move,
    on_branch,
    tampered,
    write,
)
from repository import git
from tamperings import (
    CHANGED,
    COMPARISON,
    COMPARISONS,
    FILES,
    HISTORY,
    LEFT_OVER,
    LIST,
    LISTS,
    MANIFEST,
    MANIFESTS,
    MOVED_BACK,
    NO_COMMIT,
    ONE_EACH,
    OTHER_TAG,
    PAGE,
    TAG,
    TAGS,
    manifest_changed,
    same_tree,
)

from macros.control.git import Git, GitError
from macros.control.progress import quiet
from macros.control.snapshots.archive import archive
from macros.control.snapshots.branch import Branch, tag_title
from macros.control.snapshots.findings import Verdict, first_difference
from macros.control.snapshots.manifest import sha256, sum_of, to_bytes
from macros.control.snapshots.publish import NotPublished, publish
from macros.control.snapshots.root import Published, branch_root
from macros.control.snapshots.shape import Unsound, sound
from macros.control.snapshots.snapshot import Refused
from macros.control.snapshots.verify import VerifyRequest, verify_folder, verify_repository

HEX = re.compile(r"\b[0-9a-f]{10,64}\b…?")


def problems(project: Path, version: str | None = "2026.3") -> list[str]:
    """What verification says is wrong, with every digest and commit as #."""
    return [HEX.sub("#", str(finding)) for finding in verify_repository(project, VerifyRequest(version)).problems]


VARYING = {"SIZE": r"\d+", "LINE": r"\d+", "COUNT": r"\d+", "DAY": r"\d{4}-\d\d-\d\d"}


def assert_found(found: list[str], expected: list[str]) -> None:
    """The very sentences; what depends on the size of a page or the day of the test is a pattern."""
    patterns = [re.escape(sentence) for sentence in expected]
    for word, pattern in VARYING.items():
        patterns = [sentence.replace(word, pattern) for sentence in patterns]
    assert len(found) == len(patterns) and all(map(re.fullmatch, patterns, found)), "\n".join(found)


@pytest.mark.parametrize("name", FILES)
def test_files(copied: Path, name: str) -> None:
    tamper, expected = FILES[name]
    tamper(copied)
    assert_found(problems(copied), expected)


@pytest.mark.parametrize("name", MANIFESTS)
def test_manifests(copied: Path, name: str) -> None:
    tamper, expected = MANIFESTS[name]
    tamper(copied)
    found = problems(copied)
    if name == "of another version":
        assert found[0] == expected[0] and OTHER_TAG in found
    elif name == "gone":
        assert found == expected
    else:
        assert_found(found, expected)


@pytest.mark.parametrize("name", LISTS)
def test_the_list_of_versions(copied: Path, name: str) -> None:
    tamper, expected = LISTS[name]
    tamper(copied)
    assert_found(problems(copied, "2026.1"), expected)


@pytest.mark.parametrize("name", COMPARISONS)
def test_the_comparisons(copied: Path, name: str) -> None:
    tamper, expected = COMPARISONS[name]
    tamper(copied)
    assert_found(problems(copied), expected)


def test_comparisons_of_another_engine(copied: Path) -> None:
    """What it told otherwise may be its way, and is only noted; what it told alike is no word worth. The next snapshot writes both anew."""
    other = {"engine": {"version": "0.0.9", "digest": "0" * 64}}
    tampered(copied, COMPARISON, changed_json(lambda found: found.update(other)))
    assert [finding for finding in verify_repository(copied, VerifyRequest()).findings if finding.rule == "comparison"] == []
    tampered(copied, COMPARISON, changed_json(lambda found: found["differences"]["groups"].clear()))
    (finding,) = (finding for finding in verify_repository(copied, VerifyRequest()).findings if finding.rule == "comparison")
    says = "; it or they were changed, or another version of AIMS Portal (0.0.9) wrote it. The next `aims snapshot` writes it anew"
    assert finding.where == COMPARISON and finding.sentence.endswith(says) and finding.notice


def test_what_is_served_compares_the_working_state_only_with_what_is_here(served: Path) -> None:
    """What was removed since would be told by a comparison that nobody took away."""
    (served / "compare/next").mkdir()
    for name in ("2025.1.json", "2026.1.json", "a.html"):
        (served / "compare/next" / name).write_text("{}", encoding="utf-8")
    assert [str(problem) for problem in verify_folder(served, VerifyRequest()).problems] == [
        f"compare/next/{name}: {LEFT_OVER}" for name in ("2025.1.json", "2026.1.json", "a.html")
    ], "no working state is here"
    (served / "next").mkdir()
    (served / "next/index.html").write_text("Working state", encoding="utf-8")
    assert [problem.where for problem in verify_folder(served, VerifyRequest()).problems] == ["compare/next/2025.1.json", "compare/next/a.html"]


def test_no_comparisons_at_all(copied: Path) -> None:
    """As an older engine left the branch."""
    amend(copied, {f"compare/{path}": None for path in files_of(copied, "compare")})
    (finding,) = (finding for finding in verify_repository(copied, VerifyRequest()).findings if finding.rule == "comparison")
    says = "is missing: it was removed, or the newest snapshot was made by an older version of AIMS Portal. The next `aims snapshot` writes it anew"
    assert (str(finding), finding.notice) == (f"compare/: {says}; `aims changes` compares too", True)


IN_NO_RECORD: dict[str, Any] = {
    "a version without a number": {"versions": [{}]},
    "an approval by nobody": {"versions": [{"number": "9.9", "approvals": [{}]}]},
    "sources that are a number": {"sources": 1},
    "a former id that is a list": {"formerly": [[]]},
    "a closing of a list": {"closed": [{"record": []}]},
    "half a character": {"purpose": "\ud800"},
}


def holds_what_no_record_has(project: Path, fields: dict[str, Any], **more: Any) -> None:
    """Other fields in the record of a document in the newest state, with a manifest that fits."""
    state, manifest = json.loads(on_branch(project, "2026.3/aims.json")), json.loads(on_branch(project, MANIFEST))
    document = next(record for record in state["records"] if record["kind"] == "document")
    document |= {"fields": document["fields"] | fields, "digest": "forged", **more}
    content = json.dumps(state).encode()
    manifest["files"]["aims.json"] = sum_of(content)
    amend(project, {"2026.3/aims.json": content, MANIFEST: to_bytes(manifest)})


@pytest.mark.parametrize("name", IN_NO_RECORD)
def test_fields_that_no_record_has_are_a_finding_and_no_traceback(copied: Path, name: str) -> None:
    holds_what_no_record_has(copied, IN_NO_RECORD[name])
    says = "2026.1 cannot be compared with 2026.3: one of their aims.json holds what no engine writes ("
    (found,) = (finding for finding in verify_repository(copied, VerifyRequest()).problems if finding.rule == "comparison")
    assert str(found).startswith(f"compare/: cannot be computed again: {says}")
    branch = Branch(Git(copied))
    with pytest.raises(GitError, match=re.escape(says)):
        branch.publish({}, branch.published, "Again", "Tester")


def test_a_state_that_cannot_be_read_hides_no_comparison(copied: Path) -> None:
    holds_what_no_record_has(copied, {}, id=3)
    (found,) = (str(finding) for finding in verify_repository(copied, VerifyRequest()).problems if finding.rule == "comparison")
    says = "2026.3/aims.json does not hold a state of the management system; it was damaged or is another file"
    assert found == f"compare/: cannot be computed again: {says}"


def test_fields_that_no_record_has_are_not_served(copied: Path, tmp_path: Path) -> None:
    git(copied, "reset", "--quiet", "--hard", "main")
    holds_what_no_record_has(copied, IN_NO_RECORD["sources that are a number"])
    says = "2026.3 cannot be compared with next: one of their aims.json holds what no engine writes ("
    with pytest.raises(NotPublished, match=re.escape(says)):
        publish(copied, tmp_path / "public", "auditor", quiet)
    assert not (tmp_path / "public").exists()


@pytest.mark.parametrize("name", TAGS)
def test_tags(copied: Path, name: str) -> None:
    tamper, expected = TAGS[name]
    tamper(copied)
    assert_found(problems(copied), expected)


@pytest.mark.parametrize("name", HISTORY)
def test_history(copied: Path, name: str) -> None:
    tamper, expected = HISTORY[name]
    tamper(copied)
    version = {"moved back": "2026.2", "renumbered": "2026.9"}.get(name, "2026.3")
    assert_found(problems(copied, version), expected)


def test_a_tag_under_another_kind_of_name(copied: Path) -> None:
    git(copied, "tag", "snapshot/final", "main")
    first, *others = verify_repository(copied, VerifyRequest()).notices
    assert str(first) == "tag snapshot/final: is no tag of a snapshot; it was made by hand"
    assert [str(other) for other in others] == [f"tag snapshot/{version}: is not signed" for version in VERSIONS]


def planted(project: Path, name: str, head: str, onto: str) -> str:
    """A tree with one entry more or in place of another, whatever it is called."""
    lines = [line for line in Git(project).run("ls-tree", "-z", onto).split(b"\0") if line and not line.endswith(f"\t{name}".encode())]
    return Git(project).run("mktree", "-z", input=b"\0".join([*lines, f"{head}\t{name}".encode()]) + b"\0").decode().strip()


def test_a_path_that_leads_out_is_found_and_never_written(copied: Path, tmp_path: Path) -> None:
    page = planted(copied, "evil.html", f"100644 blob {git(copied, 'rev-parse', 'main:docs/policy.md')}", git(copied, "hash-object", "-t", "tree", "/dev/null"))
    version = planted(copied, "..", f"040000 tree {page}", "snapshots:2026.1")
    move(copied, commit_tree(copied, planted(copied, "2026.1", f"040000 tree {version}", "snapshots"), "By hand", "snapshots"))
    assert "2026.1/../evil.html: is not in the manifest; it was added after publication" in problems(copied, "2026.1")
    git(copied, "reset", "--quiet", "--hard")
    said = r"the branch snapshots holds the path '2026\.1/\.\./evil\.html', which leads out of its folder; somebody forged it: run `aims verify`"
    with pytest.raises(GitError, match=said):
        publish(copied, tmp_path / "served", "auditor", quiet)
    with pytest.raises(Refused, match=said):
        archive(copied, "2026.1", tmp_path / "a.zip")
    assert list(tmp_path.rglob("evil.html")) == []


def test_one_flipped_bit_of_a_manifest(copied: Path) -> None:
    tampered(copied, MANIFEST, flipped)
    found = problems(copied)
    assert found[-1] == OTHER_TAG and len(found) > 1


def test_every_byte_of_a_manifest_counts(three: Path) -> None:
    """Wherever a bit is flipped, the digest is another one, so the tag, the list and the next manifest say so."""
    content = on_branch(three, MANIFEST)
    assert (
        len({sha256(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]) for at in range(0, len(content), 97)} | {sha256(content)})
        == len(range(0, len(content), 97)) + 1
    )


def test_digests_are_named(copied: Path) -> None:
    page = on_branch(copied, PAGE)
    tampered(copied, PAGE, flipped)
    (finding,) = verify_repository(copied, VerifyRequest("2026.3")).problems
    assert (finding.rule, finding.version, finding.expected, finding.found) == ("file-changed", "2026.3", sha256(page), sha256(flipped(page)))
    assert finding.sentence == (
        f"is changed: its SHA-256 is {sha256(flipped(page))[:16]}…, and the manifest says {sha256(page)[:16]}…; it is not the file that was published"
    )


# -- a seal at the commit ---------------------------------------------------------------------------------------------------------


def shows_another_commit(project: Path, changes: dict[str, bytes | None], version: str = "2026.2") -> None:
    """The newest version that is kept shows a commit in which files are other, with manifest, list, tag and history made to fit."""
    move(project, "snapshots^", quietly=True)
    git(project, "tag", "-d", TAG)
    forged = write(project, changes, onto="main^")
    git(project, "update-ref", "refs/heads/main", forged)
    branch = Branch(Git(project))
    one = branch.published[0]
    manifest = {**one.manifest, "commit": forged, "date": "2026-05-01T10:00:00Z"}
    listed = changed_json(lambda entries: entries[0]["properties"].update(manifest=sha256(to_bytes(manifest)), date=manifest["date"]))
    content = {f"{folder}/manifest.json": to_bytes(manifest) for folder in (version, "latest")}
    amend(project, {**content, LIST: listed(on_branch(project, LIST)), "index.html": on_branch(project, "index.html").replace(b"2026-05-02", b"2026-05-01")})
    message = f"{tag_title(version, manifest['purpose'])}\n\nmanifest: {sha256(to_bytes(manifest))}"
    git(project, "tag", "-f", "-a", "-m", message, f"snapshot/{version}", forged)


def test_a_text_changed_under_its_approval(copied: Path) -> None:
    policy = Git(copied).read("main", POLICY) or b""
    shows_another_commit(copied, {POLICY: policy + b"\nWe take no care.\n"})
    assert problems(copied, "2026.2") == [
        "2026.2: AIMS-POL-01: version 1.0 was approved with the seal #, and the files of this commit have #; they were changed after it, and the manifest "
        "names no draft (commit #)"
    ]


def test_a_seal_changed_in_the_record(copied: Path) -> None:
    record = Git(copied).read("main^", APPROVED) or b""
    shows_another_commit(copied, {APPROVED: re.sub(rb"seal: [0-9a-f]{64}", b"seal: " + b"b" * 64, record)})
    assert problems(copied, "2026.2") == [
        "2026.2: AIMS-POL-01: has the seal # of version 1.0 in the manifest, and # in its record; one of the two was changed (commit #)",
        "2026.2: AIMS-POL-01: version 1.0 was approved with the seal #, and the files of this commit have #; they were changed after it, and the manifest "
        "names no draft (commit #)",
    ]


def test_a_commit_that_is_not_there(copied: Path) -> None:
    manifest_changed(commit="f" * 40)(copied)
    assert problems(copied)[-1] == f"commit #: which 2026.3 {NO_COMMIT}"


# -- everything forged ------------------------------------------------------------------------------------------------------------


def test_all_forged_but_the_tags(copied: Path) -> None:
    forge_all(copied, tags=False)
    assert problems(copied, None) == [OTHER_TAG.replace("2026.3", version) for version in ("2026.1", "2026.2", "2026.3")]


def test_all_forged_is_only_consistent_with_itself_and_found_by_a_digest_kept_elsewhere(copied: Path) -> None:
    kept = digest_of(copied, "2026.1")
    assert verify_repository(copied, VerifyRequest("2026.1", kept)).verdict is Verdict.digest
    forge_all(copied)
    assert verify_repository(copied, VerifyRequest()).verdict is Verdict.itself
    report = verify_repository(copied, VerifyRequest("2026.1", kept))
    assert report.verdict is Verdict.wrong
    assert [str(finding) for finding in report.problems] == [
        f"2026.1/manifest.json: has the SHA-256 {digest_of(copied, '2026.1')[:16]}…, and you gave {kept[:16]}…: this is not the snapshot whose digest was kept"
    ]
    assert [HEX.sub("#", str(finding)) for finding in verify_repository(copied, VerifyRequest(None, kept)).problems] == [
        "manifest.json: of none of the snapshots here has the SHA-256 # that you gave: the one whose digest was kept is not here, or was changed"
    ]


def test_all_forged_is_found_by_a_clone_that_knows_the_state_before(copied: Path, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", "--no-checkout", str(copied), str(clone))
    assert problems(clone) == []
    forge_all(copied)
    git(clone, "fetch", "--quiet", "--force", "origin", "+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*")
    found = problems(clone)
    assert_found(found, [f"branch snapshots: origin/snapshots {MOVED_BACK.replace(' on ', ' until ')}"])


def test_objects_put_in_place_of_others_are_not_looked_at(copied: Path) -> None:
    """`git replace` lets one object be read as another; what was published is read all the same."""
    blob = git(copied, "rev-parse", f"snapshots:{PAGE}")
    git(copied, "replace", blob, git(copied, "rev-parse", "snapshots:2026.3/404.html"))
    assert problems(copied) == []


BEHIND = "is not what its id says: somebody changed the files of this repository behind git's back; get another copy, and run `git fsck --full` there"
UNREADABLE = "repository: cannot be read (git ls-tree: not a tree object); a part of it is missing or damaged. `git fsck` says which; get a whole clone"


@pytest.mark.parametrize(
    ("what", "says"),
    [
        ("snapshots:2026.3/clauses", f"object #: {BEHIND}"),
        ("snapshots^{tree}", UNREADABLE),
        ("snapshots~1", UNREADABLE),
        ("main", f"commit #: which 2026.3 {NO_COMMIT}"),
    ],
)
def test_an_object_changed_behind_the_back_of_git(copied: Path, what: str, says: str) -> None:
    """Git itself computes the id of some objects that it reads again, and not of others."""
    git(copied, "repack", "-A", "-d", "--quiet")
    id = git(copied, "rev-parse", what)
    kind = git(copied, "cat-file", "-t", id)
    content = Git(copied).run("cat-file", kind, id)
    forged = content.replace(b"A draft", b"A wraith").replace(b"4.html", b"5.html").replace(b"versions.json", b"versions.jsom").replace(b"Stage 2", b"Stage 3")
    pack = next((copied / ".git/objects/pack").glob("*.pack")).rename(copied / "pack")
    for index in (copied / ".git/objects/pack").iterdir():
        index.unlink()
    with pack.open("rb") as file:
        subprocess.run(["git", "unpack-objects", "-q"], cwd=copied, stdin=file, check=True)
    loose = copied / ".git/objects" / id[:2] / id[2:]
    loose.chmod(0o644)
    loose.write_bytes(zlib.compress(f"{kind} {len(forged)}\0".encode() + forged))
    assert says in problems(copied)


def test_a_subject_with_line_separators(copied: Path) -> None:
    move(copied, same_tree(copied, "One\u2028two\x0cthree\x1b[2J", "snapshots"))
    assert problems(copied) == [f"commit #: of 2026-05-01 “One\\u2028two\\x0cthree\\x1b[2J” adds no version, {ONE_EACH}"]


def test_a_day_that_no_calendar_has(copied: Path) -> None:
    commit = Git(copied).run("cat-file", "commit", "snapshots")
    forged = re.sub(rb"(committer .*> )\d+", rb"\g<1>99999999999999", commit)
    move(copied, Git(copied).run("hash-object", "-t", "commit", "-w", "--stdin", input=forged).decode().strip(), quietly=True)
    (line,) = problems(copied)
    assert line.startswith("repository: cannot be read (the commit # is dated ") and "which no calendar has" in line


def test_a_damaged_object(copied: Path) -> None:
    blob = Git(copied).run("hash-object", "-w", "--stdin", input=b"a page" * 100).decode().strip()
    amend(copied, {"2026.3/a.html": b"a page" * 100})
    manifest = changed_json(lambda value: value["files"].update({"a.html": sum_of(b"a page" * 100)}))
    tampered(copied, MANIFEST, manifest)
    file = copied / ".git/objects" / blob[:2] / blob[2:]
    file.chmod(0o644)
    file.write_bytes(file.read_bytes()[:10] + b"damaged")
    assert problems(copied)[0] == "2026.3/a.html: cannot be read: its content is missing from this copy or damaged; get a whole copy, and verify that"


def test_a_damaged_repository_is_a_finding(copied: Path) -> None:
    tip = git(copied, "rev-parse", "snapshots")
    move(copied, commit_tree(copied, git(copied, "rev-parse", "snapshots^{tree}"), "By hand", "snapshots"))
    tip = git(copied, "rev-parse", "snapshots^{tree}")
    assert tip
    for pack in (copied / ".git/objects/pack").glob("*.pack"):
        pack.chmod(0o644)
        pack.write_bytes(pack.read_bytes()[: pack.stat().st_size // 3])
    report = verify_repository(copied, VerifyRequest())
    assert report.verdict is Verdict.wrong and report.problems


# -- folders --------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def served(three: Path, tmp_path: Path) -> Path:
    """What was published, as plain files."""
    return laid_out(three, tmp_path / "served")


def in_folder(folder: Path, version: str | None = "2026.3") -> list[str]:
    return [HEX.sub("#", str(finding)) for finding in verify_folder(folder, VerifyRequest(version)).problems]


def test_links_in_a_folder_are_not_followed(served: Path, tmp_path: Path) -> None:
    link = "is a symbolic link, and a snapshot holds plain files only; it was put there after publication and was not followed"
    page = served / PAGE
    page.rename(tmp_path / "page.html")
    page.symlink_to(tmp_path / "page.html")
    (served / "2026.3/clauses").rename(tmp_path / "clauses")
    (served / "2026.3/clauses").symlink_to(tmp_path / "clauses")
    found = in_folder(served)
    assert found[:2] == [f"2026.3/clauses: {link}", f"{PAGE}: {link}"]
    assert "2026.3/clauses/4.html: is missing; the manifest has it with the SHA-256 #; it was removed after publication" in found


def test_a_huge_file_is_not_read(served: Path) -> None:
    with (served / PAGE).open("r+b") as file:
        file.truncate(1 << 29)
    (served / "latest/manifest.json").write_bytes(b"")
    with (served / "2026.1/manifest.json").open("r+b") as file:
        file.truncate(1 << 29)
    found = in_folder(served)
    assert any(line.startswith(f"{PAGE}: is changed: its size is 536870912, and the manifest says ") for line in found)
    assert "2026.1/manifest.json: is damaged or too large to be a manifest; without it nothing can be said about the other files of this version" in found


def test_no_plain_file(served: Path) -> None:
    (served / PAGE).unlink()
    os.mkfifo(served / PAGE)
    assert in_folder(served) == [f"{PAGE}: is no plain file, and a snapshot holds plain files only; it was put there after publication and was not followed"]


def test_one_version_in_a_folder(served: Path) -> None:
    (served / "2026.2/policy.html").write_bytes(flipped((served / "2026.2/policy.html").read_bytes()))
    (served / "2026.2/clauses/7.html").write_bytes(b"x")
    assert in_folder(served / "2026.2", None) == [
        f"2026.2/policy.html: {CHANGED}",
        "2026.2/clauses/7.html: is not in the manifest; it was added after publication",
    ]


def test_a_folder_renamed(served: Path, tmp_path: Path) -> None:
    (served / "2026.2").rename(tmp_path / "2026.7")
    assert in_folder(tmp_path / "2026.7", None)[0].startswith("2026.7/manifest.json: is the manifest of 2026.2, not of the version whose folder it lies in")


def test_names_that_no_terminal_should_get(served: Path) -> None:
    (served / "2026.3/\x1b[2J.html").write_bytes(b"x")
    assert in_folder(served) == ["2026.3/\\x1b[2J.html: is not in the manifest; it was added after publication"]


# -- no manifest is too strange -------------------------------------------------------------------------------------------------

JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=3)
                    | st.dictionaries(st.text(max_size=5), inner, max_size=3), max_leaves=5)  # fmt: skip
KEYS = ["format", "version", "purpose", "audience", "drafts", "commit", "date", "by", "tools", "documents", "gaps", "inline_scripts", "files", "previous"]


@given(st.sampled_from(KEYS), JSON)
@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_strange_value_is_a_finding_and_no_traceback(small: Path, key: str, value: object) -> None:
    manifest = json.loads((small / "kept.json").read_bytes())
    manifest[key] = value
    (small / "2026.1/manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    for finding in verify_folder(small, VerifyRequest()).findings:
        assert str(finding).isprintable()


@given(st.binary(max_size=60))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_strange_bytes_are_no_manifest(content: bytes) -> None:
    with pytest.raises(Unsound):
        sound(content)


@pytest.fixture
def small(tmp_path: Path, three: Path) -> Path:
    """A folder with one version that has one page, and its manifest once more beside."""
    folder = tmp_path / "small"
    (folder / "2026.1").mkdir(parents=True)
    (folder / "2026.1/index.html").write_bytes(b"page")
    manifest = json.loads(on_branch(three, "2026.1/manifest.json"))
    manifest["files"] = {"index.html": sum_of(b"page")}
    (folder / "kept.json").write_bytes(to_bytes(manifest))
    return folder


# -- what another version of AIMS Portal wrote ------------------------------------------------------------------------------------


def test_a_page_that_another_version_may_have_written_otherwise_is_a_notice(served: Path) -> None:
    """The list of versions follows from the manifests alone, whoever writes it."""
    manifests = {version: (served / version / "manifest.json").read_bytes() for version in reversed(VERSIONS)}
    newest = json.loads(manifests["2026.3"])
    newest["tools"]["aims-portal"] = "0.0.9"
    manifests["2026.3"] = to_bytes(newest)
    (served / MANIFEST).write_bytes(manifests["2026.3"])
    for name, content in branch_root([Published(json.loads(manifest), sha256(manifest)) for manifest in manifests.values()]).items():
        (served / name).write_bytes(content)
    assert verify_folder(served, VerifyRequest()).findings == ()
    for name in ("index.html", LIST):
        (served / name).write_bytes(b"Otherwise\n")
    report = verify_folder(served, VerifyRequest())
    assert [(finding.where, finding.notice) for finding in report.findings] == [("index.html", True), (LIST, False)]
    assert "should be “<!doctype html>”; it or they were changed, or another version of AIMS Portal (0.0.9) wrote it. The next `aims publish`" in str(
        report.notices[0]
    )


def test_a_folder_of_a_newer_version_is_a_notice(copied: Path) -> None:
    amend(copied, {"timestamps/2026.1.tsr": b"x"})
    report = verify_repository(copied, VerifyRequest())
    assert report.problems == () and str(report.notices[0]) == (
        "timestamps/: is what this version of AIMS Portal does not know; nothing seals it, and it was not looked at"
    )


def test_the_first_difference_is_told() -> None:
    assert first_difference(b"a\nb\n", b"a\nc\n") == "line 2 is “b” and should be “c”"
    assert first_difference(b"a\n", b"a\nb\n") == "line 2 is “” and should be “b”"
    assert first_difference(b"a", b"a\nb") == "line 2 is nothing and should be “b”"
    assert first_difference(b"a\r\n", b"a\n") == "line 1 is “a\r” and should be “a”"
    assert first_difference(b"x" * 100 + b"\xff", b"x" * 100 + b"y" * 100) == f"line 1 is “…{'x' * 40}\\xff” and should be “…{'x' * 40}{'y' * 40}…”"
