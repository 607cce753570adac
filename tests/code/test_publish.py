"""`aims publish`: the snapshots byte for byte, `next/` beside them, and never somebody else's folder."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from publications import VERSIONS, amend, laid_out
from repository import commit, git, repository
from snapshots import aims, refusal

from macros.control.progress import quiet
from macros.control.snapshots.comparisons import path_of
from macros.control.snapshots.publish import MARK, NotPublished, publish
from macros.control.snapshots.verify import VerifyRequest, verify_folder


@pytest.fixture
def project(three: Path, tmp_path: Path) -> Path:
    """A repository with three snapshots and its work tree, to be changed."""
    return Path(shutil.copytree(three, tmp_path / "project"))


def files(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def versions(folder: Path) -> list[tuple[str, list[str]]]:
    """What the version selector lists."""
    return [(entry["version"], entry["aliases"]) for entry in json.loads((folder / "versions.json").read_bytes())]


def test_all_snapshots_are_served_byte_for_byte_with_next_beside_them(project: Path, tmp_path: Path) -> None:
    before, folder = git(project, "for-each-ref"), tmp_path / "served"
    said = aims(project, "publish", str(folder))
    assert said.strip().endswith("next (" + git(project, "rev-parse", "HEAD")[:12] + "), 2026.3, 2026.2, 2026.1")
    assert git(project, "for-each-ref") == before and git(project, "status", "--porcelain") == ""
    served, branch = files(folder), files(laid_out(project, tmp_path / "branch"))
    own = {"versions.json", "404.html", ".nojekyll", MARK, *(path_of(version, "next") for version in VERSIONS)}
    assert {path: content for path, content in served.items() if not path.startswith("next/") and path not in own} == {
        path: content for path, content in branch.items() if path not in {"versions.json", ".nojekyll", ".gitattributes"}
    }
    assert versions(folder) == [("next", []), ("2026.3", []), ("2026.2", ["latest"]), ("2026.1", [])]
    assert json.loads(served["versions.json"])[1:] == json.loads(branch["versions.json"])
    assert json.loads(served["versions.json"])[0]["properties"]["drafts"] is True, "the policy is a draft since 2026.3"
    assert b"We take more care." in served["next/policy.html"]
    assert b"We take more care." in served["compare/next/2026.2.json"], "what the next snapshot would tell"
    assert json.loads(served["compare/next/2026.3.json"])["differences"]["documents"] == []
    assert b'"provider": "mike"' in served["next/index.html"] or b'"provider":"mike"' in served["next/index.html"], "the selector is there too"
    assert json.loads(served["2026.1/manifest.json"])["version"] == "2026.1"
    assert aims(project, "verify", "--dir", str(folder / "2026.1"))
    assert [str(finding) for finding in verify_folder(folder, VerifyRequest()).findings] == [
        "next/: is the working state and no snapshot; nothing seals it, and it was not looked at"
    ]

    # and once more, when main has gone on: what is there no more goes, and a link that somebody put on the branch leads nowhere
    amend(project, {"2026.1/passwd": b"/etc/passwd"}, mode="120000")
    amend(project, {"index.html": b"Elsewhere", "more.js": b"x"})  # what lies beside the versions is not taken from the branch
    (folder / "next/left.html").write_text("x", encoding="utf-8")
    commit(project, "More", **{"docs/more.md": "# More\n", "aims_data/documents/AIMS-PRT-01.yaml": with_source(project, "docs/more.md")})
    aims(project, "publish", str(folder))
    assert (folder / "next/more.html").is_file() and not (folder / "next/left.html").exists()
    assert (folder / "index.html").read_bytes() == served["index.html"] and not (folder / "more.js").exists()
    assert "passwd" not in {path.name for path in (folder / "2026.1").iterdir()}
    assert [path.name for path in folder.parent.iterdir() if path.name.startswith(".served")] == []


def with_source(project: Path, name: str) -> str:
    """The record of the portal's pages with one more."""
    return (project / "aims_data/documents/AIMS-PRT-01.yaml").read_text(encoding="utf-8").replace("sources: [", f"sources: [{name}, ")


def test_without_a_snapshot_the_start_page_leads_to_next(tmp_path: Path) -> None:
    """The same for another edition, whose own branch does not exist."""
    folder = tmp_path / "served"
    aims(repository(tmp_path), "publish", str(folder), "--audience", "public")
    assert versions(folder) == [("next", [])]
    assert b'content="0; url=next/index.html"' in (folder / "index.html").read_bytes()
    assert json.loads((folder / MARK).read_bytes())["audience"] == "public"
    assert "holds the edition 'public', not 'auditor'" in refusal(tmp_path / "project", "publish", str(folder))


def refused(project: Path, folder: Path) -> str:
    """Why nothing is published."""
    with pytest.raises(NotPublished) as refusal:
        publish(project, folder, "auditor", quiet)
    return str(refusal.value)


def test_a_folder_that_it_did_not_make_is_left_alone(project: Path, tmp_path: Path) -> None:
    full, file = tmp_path / "full", tmp_path / "file"
    full.mkdir()
    (full / "thesis.txt").write_text("years of work", encoding="utf-8")
    file.write_text("x", encoding="utf-8")
    assert f"{full} holds something that `aims publish` did not write" in refused(project, full)
    (full / MARK).write_text("{}", encoding="utf-8")
    assert "did not write" in refused(project, full)
    assert f"{file} is a file" in refused(project, file)
    assert "cannot be written" in refused(project, file / "served")
    assert "did not write" in refused(project, project)
    assert "is a part of the project" in refused(project, project / "docs/served")
    assert "is a part of the project" in refused(project, project / ".git/served")
    assert (full / "thesis.txt").read_text(encoding="utf-8") == "years of work" and git(project, "status", "--porcelain") == ""


def test_no_snapshot_is_lost_because_it_was_not_fetched(project: Path, tmp_path: Path) -> None:
    folder, clone = tmp_path / "served", tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", "--single-branch", "--branch=main", str(project), str(clone))
    assert "has no 2026.1, 2026.2, 2026.3, of which there is a tag" in refused(clone, folder)
    git(clone, "tag", "-d", *git(clone, "tag").split())
    (folder / "2026.2").mkdir(parents=True)
    (folder / MARK).write_text('{"format": 1, "audience": "auditor"}', encoding="utf-8")
    said = refused(clone, folder)
    assert "has no 2026.2, of which there is a tag or which" in said and said.endswith("git fetch origin snapshots:snapshots")
    shallow = tmp_path / "shallow"
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{project}", str(shallow))
    assert "only a part of the history" in refused(shallow, folder)


def test_what_is_not_committed_is_not_published(project: Path, tmp_path: Path) -> None:
    (project / "docs/policy.md").write_text("# AI policy\n", encoding="utf-8")
    assert "changes that are not committed (docs/policy.md)" in refusal(project, "publish", str(tmp_path / "served"))
    assert not (tmp_path / "served").exists()


def test_a_build_that_fails_leaves_what_is_served(project: Path, tmp_path: Path) -> None:
    folder = tmp_path / "served"
    folder.mkdir()
    (folder / MARK).write_text('{"format": 1, "audience": "auditor"}', encoding="utf-8")
    (folder / "index.html").write_text("good", encoding="utf-8")
    (tmp_path / ".served.building-999999999").mkdir()  # what a killed run left
    commit(project, "Bad", **{"docs/policy.md": "# AI policy\n\n[[R-999]]\n"})
    said = refused(project, folder)
    assert "the site could not be built" in said and "R-999" in said
    assert files(folder).keys() == {MARK, "index.html"}
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".served")] == []
