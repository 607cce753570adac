"""`aims snapshot` in real git repositories: what it makes, that it makes the same everywhere, what it refuses, and that it leaves nothing behind."""

from __future__ import annotations

import json
import os
import shutil
import zlib
from pathlib import Path
from typing import Any

import pytest
from repository import commit, git, named, repository
from snapshots import aims, assert_whole, everything, on_branch, refusal

from macros.control.git import Git, GitError
from macros.control.snapshots.branch import STALE, Branch
from macros.control.snapshots.snapshot import Refused, SnapshotRequest, snapshot
from macros.site import problems_of

DRAFT = "aims_data/approvals/AIMS-POL-01/1.1.yaml"
PORTAL = "aims_data/documents/AIMS-PRT-01.yaml"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with two snapshots: one of the first commit, one of a commit that changed a risk. It has a file with letters outside ASCII."""
    project = repository(tmp_path_factory.mktemp("published"))
    portal = (project / PORTAL).read_text(encoding="utf-8").replace("sources: [", "sources: [docs/größe.txt, ")
    first = commit(project, "A file", **{"docs/größe.txt": "Größe\r\n", PORTAL: portal})
    before = everything(project)
    aims(project, "snapshot", "2026.1", "--for", "Stage 1 audit")
    after = everything(project)
    assert after["head"] == before["head"] and after["status"] == before["status"] == ""
    assert git(project, "rev-parse", "HEAD") == first
    risk = (project / "aims_data/risks/R-001.yaml").read_text(encoding="utf-8")
    commit(project, "A risk", "2026-05-03T10:00:00Z", **{"aims_data/risks/R-001.yaml": risk.replace("title: ", "title: New ", 1)})
    aims(project, "snapshot", "2026.2", "--for", "Stage  2\naudit", "--by", "Document Controller")
    return project


@pytest.fixture
def copy(published: Path, tmp_path: Path) -> Path:
    """A copy of it, to be changed."""
    return Path(shutil.copytree(published, tmp_path / "project"))


# -- what it makes --------------------------------------------------------------------------------------------------------------


def test_the_branch_holds_what_the_manifests_say(published: Path) -> None:
    assert assert_whole(published) == ["2026.2", "2026.1"]
    root = git(published, "ls-tree", "--name-only", "snapshots").splitlines()
    assert sorted(root) == [".gitattributes", ".nojekyll", "2026.1", "2026.2", "compare", "index.html", "latest", "snapshots.css", "versions.json"]
    assert git(published, "rev-list", "--count", "snapshots") == "2"


def test_the_manifest_says_what_was_built_from_what(published: Path) -> None:
    manifest = on_branch(published, "2026.2/manifest.json")
    assert manifest["version"] == "2026.2" and manifest["purpose"] == "Stage 2 audit" and manifest["audience"] == "auditor"
    assert manifest["by"] == "Document Controller" and on_branch(published, "2026.1/manifest.json")["by"] == "Writer"
    assert manifest["commit"] == git(published, "rev-parse", "main") and manifest["date"] == "2026-05-03T10:00:00Z"
    assert manifest["tools"]["lock"] and all(manifest["tools"][name] for name in ("python", "mkdocs", "mkdocs-material", "mkdocs-macros-plugin"))
    policy = next(document for document in manifest["documents"] if document["id"] == "AIMS-POL-01")
    assert policy["version"] == "1.0" and len(policy["seal"]) == 64 and policy["validity"] == "In force"
    assert "größe.txt" in manifest["files"] and "manifest.json" not in manifest["files"] and "sitemap.xml.gz" not in manifest["files"]
    assert manifest["inline_scripts"] and all(script.startswith("sha256-") for script in manifest["inline_scripts"])
    raw = git(published, "show", "snapshots:2026.2/manifest.json") + "\n"
    assert raw == json.dumps(manifest, ensure_ascii=False, sort_keys=True, indent=1) + "\n"


def test_the_list_of_versions_is_what_the_selector_reads(published: Path) -> None:
    newest, oldest = on_branch(published, "versions.json")
    assert (newest["version"], newest["title"], newest["aliases"]) == ("2026.2", "2026.2", ["latest"])
    assert (oldest["version"], oldest["aliases"]) == ("2026.1", [])
    assert oldest["properties"] | {"manifest": ""} == {
        "purpose": "Stage 1 audit",
        "date": "2026-05-01T10:00:00Z",
        "drafts": False,
        "manifest": "",
        "disposed": None,
    }
    assert '"provider": "mike"' in git(published, "show", "snapshots:2026.1/index.html"), "the selector is switched on"
    index = git(published, "show", "snapshots:index.html")
    assert 'content="0; url=latest/index.html"' in index and "<script" not in index


def test_the_tag_names_the_commit_and_the_manifest(published: Path) -> None:
    for entry in on_branch(published, "versions.json"):
        tag = git(published, "cat-file", "-p", f"snapshot/{entry['version']}").splitlines()
        assert tag[0] == "object " + on_branch(published, f"{entry['version']}/manifest.json")["commit"]
        assert tag[-1] == f"manifest: {entry['properties']['manifest']}"


def test_the_state_says_which_commit_was_built(published: Path) -> None:
    for version in ("2026.1", "2026.2"):
        state, manifest = (on_branch(published, f"{version}/{name}") for name in ("aims.json", "manifest.json"))
        assert (state["commit"], state["engine"], state["version"]) == (manifest["commit"], manifest["tools"]["aims-portal"], version)


def test_a_page_changes_only_with_its_content(published: Path) -> None:
    changed = git(published, "diff", "--name-only", "snapshots:2026.1", "snapshots:2026.2").splitlines()
    # the risk, what lists or names it, and what says what changed; neither the sitemap nor a page that only has a day on it
    assert {"risks/R-001.html", "risks.html", "aims.json", "manifest.json"} <= set(changed)
    assert not {"sitemap.xml", "index.html", "gaps.html", "documents.html", "policy.html"} & set(changed)


def test_a_line_end_is_kept_as_it_is(published: Path) -> None:
    sums = on_branch(published, "2026.1/manifest.json")["files"]["größe.txt"]
    assert sums["size"] == len("Größe\r\n".encode())
    assert git(published, "show", "snapshots:.gitattributes") == "* -text"


# -- the same everywhere --------------------------------------------------------------------------------------------------------


def test_another_clone_zone_and_day_give_the_same_bytes(published: Path, tmp_path: Path, real_builds: None) -> None:
    clone = tmp_path / "elsewhere ü" / "clone"
    clone.parent.mkdir()
    git(tmp_path, "clone", "--quiet", "--single-branch", "--branch=main", "--no-tags", "-c", "core.autocrlf=true", str(published), str(clone))
    assert b"\r\n" in (clone / "mkdocs.yml").read_bytes(), "the work tree has the line ends of Windows"
    elsewhere = {
        "TZ": "Pacific/Kiritimati",
        "LANG": "de_DE.UTF-8",
        "AIMS_TODAY": "2031-01-01",
        "SOURCE_DATE_EPOCH": "1",
        "PYTHONHASHSEED": "7",
        "AIMS_VERSION": "9",
        "AIMS_COMMIT": "9",
    }
    first = on_branch(published, "2026.1/manifest.json")["commit"]
    aims(clone, "snapshot", "2026.1", "--for", "Stage 1 audit", "--by", "Writer", "--commit", first, **elsewhere)
    assert git(clone, "rev-parse", "snapshots:2026.1") == git(published, "rev-parse", "snapshots:2026.1")
    assert git(clone, "status", "--porcelain") == ""


# -- what it refuses ------------------------------------------------------------------------------------------------------------


def refused(project: Path, version: str = "2026.3", **request: Any) -> str:
    """What it says when it refuses to make a snapshot; nothing changes by it."""
    before = everything(project)
    with pytest.raises(Refused) as said:
        snapshot(project, SnapshotRequest(version, **{"purpose": "Test", **request}), problems_of)
    assert everything(project) == before
    return str(said.value)


def test_a_version_that_exists(copy: Path) -> None:
    assert refused(copy, "2026.2") == "2026.2 exists, and a published snapshot is never changed; the next one can be 2026.3"


@pytest.mark.parametrize("version", ["2025.9", "2026.0"])
def test_a_version_that_is_not_newer(copy: Path, version: str) -> None:
    assert refused(copy, version) == f"{version} is not newer than 2026.2, the last snapshot; the next one can be 2026.3"


@pytest.mark.parametrize("version", ["2026", "v2026.3", "2026.3.1", "../../x", "2026.3\n", "2026.03", "２０２６.3", "2026.٣", "2026.9999999"])
def test_a_name_that_is_no_version(copy: Path, version: str) -> None:
    assert "is not a version; write the year and a number in it, like 2026.1" in refused(copy, version)


def test_an_empty_purpose(copy: Path) -> None:
    assert "--for needs a few words" in refused(copy, purpose=" ")


@pytest.mark.parametrize("purpose", ["Audit \x1b[31m", "Audit \udcff", "Audit \u202etidua"])
def test_a_purpose_that_no_page_can_show(copy: Path, purpose: str) -> None:
    assert "--for holds characters that cannot be printed (Audit \\" in refused(copy, purpose=purpose)


def test_a_dirty_tree_is_named(copy: Path) -> None:
    (copy / "docs/größe.txt").write_text("Other\n", encoding="utf-8")
    (copy / "new file.md").write_text("New\n", encoding="utf-8")
    said = refused(copy)
    assert "a snapshot shows a commit and nothing else: docs/größe.txt, new file.md. Commit them, or set them aside with: git stash -u" in said


def test_no_git_repository(project: Path) -> None:
    assert "there is no git history here, and a snapshot shows a commit. Begin with: git init" in refusal(project, "snapshot", "2026.1", "--for", "Test"), (
        "the command itself"
    )


def test_a_project_in_a_folder_of_a_repository(copy: Path) -> None:
    shutil.move(copy / ".git", copy.parent / ".git")
    assert f"this project lies in a folder of the repository {copy.parent}" in refused_outside(copy)


def test_a_branch_that_is_checked_out_elsewhere(copy: Path, tmp_path: Path) -> None:
    git(copy, "worktree", "add", "--quiet", str(tmp_path / "tree"), "snapshots")
    assert f"the branch snapshots is checked out in {tmp_path / 'tree'}, whose files would not follow" in refused(copy)
    steps: list[str] = []
    with pytest.raises(Refused):
        snapshot(copy, SnapshotRequest("2026.3", "Test", "Tester"), problems_of, steps.append)
    assert steps == ["looking whether it may be made"], "it is said before anything is built"


def test_a_damaged_object_is_not_published(copy: Path) -> None:
    """Git does not write again what it believes to have."""
    blob = git(copy, "rev-parse", "snapshots:latest/policy.html")
    file = copy / ".git/objects" / blob[:2] / blob[2:]
    file.chmod(0o644)
    file.write_bytes(zlib.compress(b"blob 4\0evil"))
    assert "git's store holds a damaged copy of the content of policy.html" in refused(copy)


def test_a_commit_that_is_missing_behind_its_branch(copy: Path) -> None:
    (copy / ".git/refs/heads/main").write_text("1" * 40 + "\n", encoding="utf-8")
    assert "the commit 1111111111, which is checked out, is missing here or damaged" in refused_outside(copy)


def refused_outside(project: Path) -> str:
    """Why there is no snapshot of a project whose repository cannot be read."""
    with pytest.raises(Refused) as refusal:
        snapshot(project, SnapshotRequest("2026.3", "Test", "Tester"), problems_of)
    return str(refusal.value)


def test_a_shallow_clone(published: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--depth=1", published.as_uri(), str(tmp_path / "clone"))
    assert "git fetch --unshallow" in refused(tmp_path / "clone")


def test_errors_of_the_check(copy: Path) -> None:
    commit(copy, "An error", **{"aims_data/objectives.yaml": "- id: nonsense\n"})
    said = refused(copy)
    assert "the check finds" in said and "aims_data/objectives.yaml:1:" in said


def test_a_text_that_changed_since_its_approval(copy: Path) -> None:
    commit(copy, "A word", **{"docs/policy.md": (copy / "docs/policy.md").read_text(encoding="utf-8") + "\nA word more.\n"})
    assert "AIMS-POL-01 AI policy: changed since approval" in refused(copy)


def draft(project: Path) -> None:
    """Give the policy a version 1.1 that nobody approved, and its words."""
    text = "number: '1.1'\nwritten_on: 2026-05-02\nchange: More.\n"
    words = (project / "docs/policy.md").read_text(encoding="utf-8") + "\nMore.\n"
    commit(project, "A draft", "2026-05-04T10:00:00Z", **{DRAFT: text, "docs/policy.md": words})


def test_drafts_are_published_only_when_asked_for_and_never_as_the_latest(copy: Path) -> None:
    draft(copy)
    assert "AIMS-POL-01 AI policy: its text is version 1.1, which is not approved" in refused(copy)
    assert "drafts     AIMS-POL-01; therefore it is not `latest`" in aims(copy, "snapshot", "2026.3", "--for", "A look", "--with-drafts")
    assert on_branch(copy, "2026.3/manifest.json")["drafts"] == ["AIMS-POL-01"]
    listed = on_branch(copy, "versions.json")
    assert [(entry["title"], entry["aliases"], entry["properties"]["drafts"]) for entry in listed[:2]] == [
        ("2026.3 (with drafts)", [], True),
        ("2026.2", ["latest"], False),
    ]
    assert_whole(copy)


def test_a_draft_entry_alone_leaves_the_text_approved(copy: Path) -> None:
    draft(copy)
    git(copy, "checkout", "--quiet", "HEAD~1", "--", "docs/policy.md")
    commit(copy, "The entry of the draft, the words of before", "2026-05-05T10:00:00Z")
    aims(copy, "snapshot", "2026.3", "--for", "A look")
    assert on_branch(copy, "2026.3/manifest.json")["drafts"] == []


def test_an_older_state_under_a_newer_name(copy: Path) -> None:
    said = refused(copy, revision=on_branch(copy, "2026.1/manifest.json")["commit"])
    assert "a newer version cannot show an older state" in said


def test_a_commit_that_is_not_there(copy: Path) -> None:
    assert "--commit nowhere: there is no such commit here" in refused(copy, revision="nowhere")


def test_a_tag_without_its_snapshot(copy: Path) -> None:
    git(copy, "tag", "snapshot/2026.3")
    assert "there is a tag of 2026.3, but the branch snapshots here has no such snapshot" in refused(copy)


def test_a_clone_with_the_tags_and_without_the_branch_begins_no_second_chain(copy: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--single-branch", copy.as_uri(), "clone")
    git(tmp_path / "clone", "fetch", "--quiet", "--tags")
    said = refused(named(tmp_path / "clone"), "2025.9")
    assert "there is a tag of 2026.1, 2026.2, but the branch snapshots here has no such snapshot; get the branch from where the tag came from" in said


def test_a_chain_that_was_altered_gets_no_new_link(copy: Path) -> None:
    forge_manifest(copy, "2026.2")
    assert "the manifest of 2026.2 is not the one that its tag names" in refused(copy)


def forge_manifest(project: Path, version: str) -> None:
    """Commit another manifest of a version on the branch, by hand."""
    worktree = project.parent / "forging"
    git(project, "worktree", "add", "--quiet", str(worktree), "snapshots")
    manifest = worktree / version / "manifest.json"
    manifest.write_text(manifest.read_text(encoding="utf-8").replace("Stage 2 audit", "Another audit"), encoding="utf-8")
    git(worktree, "commit", "--quiet", "--all", "--message", "By hand")
    git(project, "worktree", "remove", str(worktree))


def test_a_side_branch_of_an_earlier_day_is_no_newer_state(copy: Path) -> None:
    git(copy, "switch", "--quiet", "--create", "side", on_branch(copy, "2026.1/manifest.json")["commit"])
    commit(copy, "Beside", "2026-05-02T10:00:00Z", **{"README.md": "Beside\n"})
    assert "does not build on the one that 2026.2 shows" in refused(copy)


def test_a_clock_that_went_back_is_published_and_told_by_verify(copy: Path) -> None:
    commit(copy, "Later, by an earlier clock", "2026-05-02T10:00:00Z", **{"README.md": "Later\n"})
    aims(copy, "snapshot", "2026.3", "--for", "A look")
    said = aims(copy, "verify", "--all")
    assert "2026.3/manifest.json: is dated 2026-05-02T10:00:00Z, before 2026.2 (2026-05-03T10:00:00Z)" in " ".join(said.split())


def test_a_branch_that_is_behind_its_origin(copy: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", str(copy), "clone")
    clone = named(tmp_path / "clone")
    git(clone, "branch", "--quiet", "snapshots", "origin/snapshots~1")
    assert "origin has snapshots on snapshots that are not in this clone's branch; run: git fetch origin snapshots:snapshots" in refused(clone)


# -- around it ------------------------------------------------------------------------------------------------------------------


def test_a_site_that_cannot_be_built_leaves_nothing_behind(copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = (copy / "mkdocs.yml").read_text(encoding="utf-8")
    commit(copy, "What the check knows nothing of", **{"mkdocs.yml": f"{settings}\nextra_templates: nowhere.html\n"})
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    said = refused(copy)
    assert said.startswith("the site cannot be built:\n") and "extra_templates" in said
    assert list((tmp_path / "tmp").iterdir()) == [] and git(copy, "worktree", "list").count("\n") == 0


def test_a_missing_tag_is_set_by_a_second_run(copy: Path) -> None:
    git(copy, "tag", "--delete", "snapshot/2026.1")
    tip = git(copy, "rev-parse", "snapshots")
    assert snapshot(copy, SnapshotRequest("2026.1", "Stage 1 audit"), problems_of).only_tag
    assert git(copy, "rev-parse", "snapshots") == tip
    assert git(copy, "cat-file", "-p", "snapshot/2026.1").endswith("manifest: " + on_branch(copy, "versions.json")[1]["properties"]["manifest"])


def test_git_that_knows_nobody_asks_for_a_name_and_works_with_one(copy: Path) -> None:
    for name in ("user.name", "user.email"):
        git(copy, "config", "--unset", name)
    git(copy, "tag", "--delete", "snapshot/2026.2")
    assert 'add --by "Document Controller"' in refused(copy, "2026.2")
    snapshot(copy, SnapshotRequest("2026.2", "Test", by="Somebody"), problems_of)
    assert "tagger Somebody <> " in git(copy, "cat-file", "-p", "snapshot/2026.2")


def test_a_lock_that_a_killed_git_left_stops_nobody(copy: Path) -> None:
    branch = Branch(Git(copy))
    lock = copy / ".git/refs/heads/snapshots.lock"
    lock.touch()
    with pytest.raises(GitError, match="Something else writes to the branch snapshots at this moment; wait a few seconds"):
        branch.publish({}, branch.published, "Nothing", "Tester")
    old = lock.stat().st_mtime - STALE - 5
    os.utime(lock, (old, old))
    branch.publish({}, branch.published, "Nothing", "Tester")
    assert not lock.exists()
