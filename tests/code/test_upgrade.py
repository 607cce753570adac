"""`aims upgrade` moves what is entered for documents into files of their own: nothing is lost, nothing else changes, and it can be run again."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from command import run_aims
from invented import DAY, apply, findings
from repository import commit, git

from macros.control.approvals.entries import write
from macros.control.upgrade import NoUpgrade, upgrade
from macros.graph import build
from macros.schema import SCHEMA
from macros.schema.documents import Document
from macros.settings import data_schema

POLICY, FOLDER = "aims_data/documents/AIMS-POL-01.yaml", "aims_data/approvals/AIMS-POL-01"
APPROVED = f"{FOLDER}/1.0-approved-boss-2026-02-03.yaml"
SAID = "run `aims upgrade`, which moves it there"


def documents(project: Path) -> dict[str, Document]:
    return {document.id: document for document in build(project, DAY).all(Document)}


def upgraded(project: Path) -> str:
    done = run_aims("upgrade", "--project", str(project))
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def refused(project: Path) -> str:
    """Why it is refused, and that nothing was written."""
    before = {path: path.read_bytes() for path in project.rglob("*") if path.is_file() and ".git" not in path.parts}
    done = run_aims("upgrade", "--project", str(project))
    assert done.returncode == 1, done.stdout + done.stderr
    assert before == {path: path.read_bytes() for path in project.rglob("*") if path.is_file() and ".git" not in path.parts}
    return done.stderr.removeprefix("aims: ").rstrip("\n")


def test_the_documents_are_the_same_afterwards(mill: Path) -> None:
    before, found = documents(mill), findings(mill)
    said = upgraded(mill)
    assert f"new      {FOLDER}/1.0.yaml\n" in said and f"new      {APPROVED}\n" in said and f"mkdocs.yml says `schema: {SCHEMA}` now; it was 1\n" in said
    assert documents(mill) == before and findings(mill) == found == []
    assert data_schema(mill) == SCHEMA
    checked = run_aims("check", "--base", "HEAD", "--project", str(mill), AIMS_TODAY="2026-06-01")
    assert checked.returncode == 0, checked.stdout
    commit(mill, "Upgraded", "2026-05-02T10:00:00Z")
    checked = run_aims("check", "--history", "--project", str(mill), AIMS_TODAY="2026-06-01")
    assert checked.returncode == 0, checked.stdout
    assert upgraded(mill) == "There is nothing to do: the files have today's shape.\n"


def test_a_rewriting_that_comes_with_it_is_found(mill: Path) -> None:
    """By what it is called and by its values an approval is the same in a list and in a file."""
    upgraded(mill)
    apply(mill, {APPROVED: [["Minutes of 2026-02-03", "Minutes of 2026-02-04"]]})
    done = run_aims("check", "--base", "HEAD", "--project", str(mill), AIMS_TODAY="2026-06-01")
    assert f"{APPROVED}:5:11: 1.0-approved-boss-2026-02-03 was altered: evidence was 'Minutes of 2026-02-03' and is 'Minutes of 2026-02-04' now" in done.stdout
    (mill / APPROVED).unlink()
    done = run_aims("check", "--base", "HEAD", "--project", str(mill), AIMS_TODAY="2026-06-01")
    assert "1.0-approved-boss-2026-02-03 was removed; bring it back, entries are only added" in done.stdout


def test_comments_and_all_the_rest_stay(mill: Path) -> None:
    text = (mill / POLICY).read_text(encoding="utf-8")
    text = text.replace("versions:\n", "# the table\nversions: # oldest first\n  # the first\n").replace(
        "        on: 2026-02-03\n", "        on: 2026-02-03 # a Tuesday\n"
    )
    text = text.replace("change: First version.\n", "change: >- # in short\n      First version.\n")
    commit(mill, "Comments", **{POLICY: "# Ours.\n" + text + "  # the end # of it\n# of the file\n"})
    upgraded(mill)
    assert (mill / POLICY).read_text(encoding="utf-8") == "# Ours.\n" + text.partition("versions:")[0] + "# of the file\n"
    assert (mill / f"{FOLDER}/1.0.yaml").read_text(encoding="utf-8") == (
        "# oldest first\n# the first\n# in short\n# the end # of it\n"
        "number: '1.0'\nwritten_on: 2026-02-01\neffective_from: 2026-02-10\nchange: First version.\n"
    )
    assert (mill / APPROVED).read_text(encoding="utf-8").startswith("# a Tuesday\nby: boss\n")


def test_windows_line_ends_and_a_byte_order_mark_stay(mill: Path) -> None:
    content = b"\xef\xbb\xbf" + (mill / POLICY).read_bytes().replace(b"\n", b"\r\n")
    (mill / POLICY).write_bytes(content)
    git(mill, "commit", "--quiet", "--all", "--message", "From Windows")
    before = documents(mill)
    upgraded(mill)
    assert (mill / POLICY).read_bytes() == content[: content.index(b"versions:")]
    assert documents(mill) == before


def test_lists_in_a_project_of_today_are_an_error(mill: Path) -> None:
    (mill / "mkdocs.yml").write_text(f"extra:\n  aims:\n    schema: {SCHEMA}\n", encoding="utf-8")
    found = [line for line in findings(mill) if "approvals/" not in line and SAID in line]
    assert f"error shape {POLICY}:22:1: versions: what stands here lies in files of their own below aims_data/; {SAID}" in found
    commit(mill, "Today's number")
    upgraded(mill)
    assert findings(mill) == []


@pytest.mark.parametrize(
    ("config", "after"),
    [
        ("", f"extra:\n  aims:\n    schema: {SCHEMA}\n"),
        ("site_name: The mill", f"site_name: The mill\nextra:\n  aims:\n    schema: {SCHEMA}\n"),
        ("extra:\n  aims:\n    schema: 2  # ours\n", f"extra:\n  aims:\n    schema: {SCHEMA}  # ours\n"),
        ("extra:\n  other: 1\n  aims:\n    more: 1\nnav: []\n", f"extra:\n  other: 1\n  aims:\n    schema: {SCHEMA}\n    more: 1\nnav: []\n"),
        ("extra:\n  other: 1\nnav: []\n", f"extra:\n  aims:\n    schema: {SCHEMA}\n  other: 1\nnav: []\n"),
    ],
)
def test_the_number_is_written(mill: Path, config: str, after: str) -> None:
    commit(mill, "A configuration", **{"mkdocs.yml": config})
    upgraded(mill)
    assert (mill / "mkdocs.yml").read_text(encoding="utf-8") == after


def test_one_that_was_interrupted_is_run_again(mill: Path, tmp_path: Path) -> None:
    """Whatever was written already: the new files first, then the shorter ones, then the number."""
    whole = Path(shutil.copytree(mill, tmp_path / "whole"))
    upgraded(whole)
    changes = upgrade(mill).changes
    for count in (1, len(changes) // 2, len(changes) - 1):
        part = Path(shutil.copytree(mill, tmp_path / str(count)))
        write(part, changes[:count])
        assert refused(part).startswith("there are changes that are not committed (aims_data/")
        commit(part, "Half of it")
        upgraded(part)
        assert documents(part) == documents(whole)
        assert {path.name for path in (part / FOLDER).iterdir()} == {path.name for path in (whole / FOLDER).iterdir()}


def test_what_was_changed_in_between_is_not_lost(mill: Path) -> None:
    changes = upgrade(mill).changes
    apply(mill, {POLICY: [["First version.", "The first version."]]})
    with pytest.raises(Exception, match=r"AIMS-POL-01\.yaml was changed by somebody else at this moment and was left as it is"):
        write(mill, changes)
    assert not list((mill / "aims_data/approvals").rglob("*.yaml"))


def test_what_is_refused(mill: Path, tmp_path: Path) -> None:
    commit(mill, "Another", **{APPROVED: "by: boss\nholder: TM-001\non: 2026-02-03\n"})
    assert refused(mill) == f"{APPROVED} is there already and says something else; compare both, keep what is right, and take the other out"
    commit(mill, "None", **{APPROVED: None})
    text = (mill / POLICY).read_text(encoding="utf-8")
    commit(mill, "In braces", **{POLICY: "{id: AIMS-POL-01, title: AI policy,\nversions: [{number: '1.0', written_on: 2026-02-01, change: One.}]}\n"})
    assert refused(mill) == f"{POLICY}: the way versions is written leaves no way to take it out; write each key on a line of its own, then run it again"
    commit(mill, "Broken", **{POLICY: "id: [\n"})
    assert refused(mill).startswith(f"{POLICY}: line 1 is not readable as YAML: ")
    commit(mill, "As before", **{POLICY: text})
    suppliers = (mill / "aims_data/suppliers.yaml").read_text(encoding="utf-8")
    old = suppliers + "- id: SUP-09\n  title: Old Mill\n  assessed_on: 2026-01-02\n  assessment: Good.\n"
    commit(mill, "An older shape", **{"aims_data/suppliers.yaml": old})
    assert refused(mill) == "aims_data/suppliers.yaml has values in the way of schema 1; write them in the way of today first (see CHANGELOG.md)"
    commit(mill, "As before", **{"aims_data/suppliers.yaml": suppliers})
    (mill / "new.txt").write_text("mine\n", encoding="utf-8")
    assert refused(mill) == "there are changes that are not committed (new.txt); commit them first, or put them aside with git stash -u"
    (mill / "new.txt").unlink()
    shutil.rmtree(mill / ".git")
    assert refused(mill) == "there is no git history here, so nobody could look at what it does; begin one, and commit all of it"
    with pytest.raises(NoUpgrade):
        upgrade(tmp_path / "nowhere")


NOT_FILED = "which says too little or nothing that is known; mend it first (aims check)"


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        (["id: AIMS-POL-01\n", ""], f"{POLICY} does not have the id AIMS-POL-01, by which its parts are filed; mend that first (aims check)"),
        (["  - number: '1.0'\n    written_on", "  - written_on"], f"{POLICY}: a part of it would become {FOLDER}/.yaml, {NOT_FILED}"),
        (["number: '1.0'", "number: ../../1"], f"{POLICY}: a part of it would become {FOLDER}/../../1.yaml, {NOT_FILED}"),
        (["        on: 2026-02-03\n", ""], f"{POLICY}: a part of it would become {FOLDER}/1.0-approved-boss-.yaml, {NOT_FILED}"),
    ],
)
def test_what_does_not_say_where_it_belongs_is_left_where_it_is(mill: Path, edit: list[str], sentence: str) -> None:
    apply(mill, {POLICY: [edit]})
    git(mill, "commit", "--quiet", "--all", "--message", "Not so")
    assert refused(mill) == sentence


def test_a_dry_run_writes_nothing(mill: Path) -> None:
    done = run_aims("upgrade", "--dry-run", "--project", str(mill))
    assert done.returncode == 0 and done.stdout.endswith("Nothing was written.\n") and APPROVED in done.stdout
    assert git(mill, "status", "--porcelain") == ""


def test_a_decision_that_stood_in_the_record_becomes_a_file_and_counts_as_before(mill: Path) -> None:
    """It has no seal, as nobody checked who might decide; that it comes in like this is no change."""
    system, use = "aims_data/systems/SYS-01.yaml", "aims_data/decisions/SYS-01/use-2026-02-01.yaml"
    decision = (mill / use).read_text(encoding="utf-8")
    before = build(mill, DAY).get("SYS-01")
    inside = "".join(f"  {line}\n" for line in decision.splitlines())
    commit(
        mill,
        "As it was",
        **{use: None, system: (mill / system).read_text(encoding="utf-8").replace("owner: boss\n", f"owner: boss\nuse_decision: # ours\n{inside}")},
    )
    assert build(mill, DAY).get("SYS-01") == before
    upgraded(mill)
    assert (mill / use).read_text(encoding="utf-8") == f"# ours\n{decision}"
    assert "use_decision" not in (mill / system).read_text(encoding="utf-8")
    assert build(mill, DAY).get("SYS-01") == before and findings(mill) == []
    checked = run_aims("check", "--base", "HEAD", "--project", str(mill), AIMS_TODAY="2026-06-01")
    assert checked.returncode == 0, checked.stdout
    commit(mill, "Upgraded", "2026-05-02T10:00:00Z")
    checked = run_aims("check", "--history", "--project", str(mill), AIMS_TODAY="2026-06-01")
    assert checked.returncode == 0, checked.stdout
