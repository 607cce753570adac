"""Snapshots for the public and for staff: a branch, a chain and tags of their own, and in none of them a word from above the audience."""

from __future__ import annotations

import io
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest
from classified import CONFIDENTIAL, SECRET, classified
from invented import copy_base
from repository import buildable, commit, committed, git, named
from snapshots import aims, on_branch

EDITIONS = {"public": SECRET, "staff": CONFIDENTIAL}
"""An edition, and the word that stands in everything above it."""
RISK = "aims_data/risks/R-001.yaml"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with two snapshots for the public, and one for staff; between the two a confidential risk and a public text changed."""
    project = named(committed(classified(buildable(copy_base(tmp_path_factory.mktemp("editions"))))))
    aims(project, "snapshot", "2026.1", "--for", "For everybody", "--audience", "public")
    risk = (project / RISK).read_text(encoding="utf-8").replace("Stones in the hushhush flour", "Sand in the hushhush flour")
    commit(project, "A risk", "2026-05-03T10:00:00Z", **{RISK: risk, "docs/objectives.md": "# objectives\n\nNow with a word more.\n\n{{ objectives() }}\n"})
    aims(project, "snapshot", "2026.2", "--for", "For everybody", "--audience", "public")
    aims(project, "snapshot", "2026.2", "--for", "For us", "--audience", "staff")
    return project


def files(project: Path, branch: str) -> dict[str, bytes]:
    """Every file on a branch."""
    packed = subprocess.run(["git", "archive", branch], cwd=project, capture_output=True, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(packed)) as tar:
        return {member.name: content.read() for member in tar if (content := tar.extractfile(member))}


def test_each_edition_has_its_own_branch_chain_and_tags(published: Path) -> None:
    assert git(published, "for-each-ref", "--format=%(refname)").split() == [
        "refs/heads/main", "refs/heads/snapshots-public", "refs/heads/snapshots-staff",
        "refs/tags/snapshot/public/2026.1", "refs/tags/snapshot/public/2026.2", "refs/tags/snapshot/staff/2026.2",
    ]  # fmt: skip
    assert on_branch(published, "2026.2/manifest.json", "snapshots-public")["previous"]["version"] == "2026.1"
    assert on_branch(published, "2026.2/manifest.json", "snapshots-staff")["previous"] is None, "the chain of one edition names no other"


@pytest.mark.parametrize("edition", EDITIONS)
def test_no_file_and_no_name_holds_a_word_from_above(published: Path, edition: str) -> None:
    found = files(published, f"snapshots-{edition}")
    assert [name for name, content in found.items() if EDITIONS[edition] in name or EDITIONS[edition].encode() in content.lower()] == []
    assert {document["classification"] for document in on_branch(published, "2026.2/manifest.json", f"snapshots-{edition}")["documents"]} <= {
        "public", "internal" if edition == "staff" else "public",
    }  # fmt: skip


def test_the_changes_of_an_edition_are_those_that_its_readers_may_see(published: Path) -> None:
    first, second = (on_branch(published, f"{version}/aims.json", "snapshots-public") for version in ("2026.1", "2026.2"))
    assert [record["id"] for record in first["records"]] == [record["id"] for record in second["records"]]
    assert "R-001" not in {record["id"] for record in second["records"]}
    assert {record["changed_in"] for record in second["records"]} == {"2026.1"}, "what was not changed for these readers"


def test_the_comparisons_of_an_edition_come_from_its_own_states(published: Path) -> None:
    """The confidential risk got another title between the two, and the public page a word more."""
    found = on_branch(published, "compare/2026.2/2026.1.json", "snapshots-public")
    assert (found["from"], found["to"], found["differences"]["groups"]) == ("2026.1", "2026.2", [])
    assert [[text["path"] for text in change["texts"]] for change in found["differences"]["documents"]] == [["docs/objectives.md"]]
    assert sorted(path for path in files(published, "snapshots-public") if path.startswith("compare/")) == ["compare/2026.2/2026.1.json"]
    assert [path for path in files(published, "snapshots-staff") if path.startswith("compare/")] == [], "it has one snapshot only"


def test_verification_says_which_editions_it_left_out(published: Path) -> None:
    said = aims(published, "verify", "--audience", "staff")
    assert "branch snapshots-public: holds the snapshots of the edition 'public', which were not looked at; to do so: aims verify --audience public\n" in said
    assert "snapshots-public" not in aims(published, "verify", "2026.2", "--audience", "staff")


@pytest.mark.parametrize(("edition", "versions"), [("public", ("2026.1", "2026.2")), ("staff", ("2026.2",))])
def test_an_edition_is_verified_handed_out_and_served_alone(published: Path, tmp_path: Path, edition: str, versions: tuple[str, ...]) -> None:
    said = aims(published, "verify", "--audience", edition)
    assert "Result: consistent with itself." in said and [line.split()[0] for line in said.splitlines() if line.startswith("2026.")] == list(versions)
    aims(published, "archive", "2026.2", "--audience", edition, "--to", str(tmp_path / "a.zip"))
    shutil.unpack_archive(tmp_path / "a.zip", tmp_path)
    assert "consistent with itself" in aims(tmp_path, "verify", "--dir", f"aims-{edition}-2026.2")
    aims(published, "publish", str(tmp_path / "served"), "--audience", edition)
    served = [path for path in (tmp_path / "served").rglob("*") if path.is_file()]
    assert [path for path in served if EDITIONS[edition] in path.name or EDITIONS[edition].encode() in path.read_bytes().lower()] == []
    assert "consistent with itself" in aims(tmp_path, "verify", "--dir", "served")
