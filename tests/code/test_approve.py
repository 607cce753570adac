"""Document control from the command line, with a real git repository: what each command writes, and what it refuses."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest
from command import run_aims
from invented import ROOT, apply, copy_base, findings
from repository import commit, git
from ssh_keys import new_key

from macros import facts
from macros.control.approvals.authority import base_commit
from macros.control.approvals.register import changed_since_review, records_changed
from macros.control.approvals.requests import brought
from macros.control.git import Git, GitError
from macros.graph import build
from macros.problems import Grade, Place, Problem
from macros.render import Renderer
from macros.schema.documents import Document
from macros.site import build_of
from macros.views.documents import documents

POLICY = "aims_data/documents/AIMS-POL-01.yaml"
REGISTER = "aims_data/documents/AIMS-REG-01.yaml"
VERSION = "aims_data/approvals/AIMS-POL-01/1.1"
ROLES = "aims_data/roles.yaml"
TEXT = "docs/policy.md"
WHY = ("--change", "The limits of the sorter are said.")
SEEN = ("--evidence", "Minutes of 2026-06-01, item 2")


@pytest.fixture
def mill(mill: Path) -> Path:
    """The smallest project in a git repository, with the policy's text changed since its approval."""
    write_more(mill)
    return mill


def write_more(project: Path, file: str = TEXT, words: str = "\nThe sorter has limits.\n") -> None:
    (project / file).write_bytes((project / file).read_bytes() + words.encode())


def aims(project: Path, *arguments: str, day: str = "2026-06-01") -> subprocess.CompletedProcess[str]:
    return run_aims(*arguments, "--project", str(project), AIMS_TODAY=day)


def good(project: Path, *arguments: str, day: str = "2026-06-01") -> str:
    """What a command prints that ends well."""
    done = aims(project, *arguments, day=day)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def refused(project: Path, *arguments: str, code: int = 1, day: str = "2026-06-01") -> str:
    """The sentence with which a command is refused, and that it wrote nothing."""
    before = everything(project)
    done = aims(project, *arguments, day=day)
    assert done.returncode == code, done.stdout + done.stderr
    assert everything(project) == before
    return done.stderr.removeprefix("aims: ").rstrip("\n")


def holds(project: Path) -> None:
    """What was added keeps the rules of `aims check`, also those against the last commit."""
    assert good(project, "check", "--base", "HEAD", day="2026-06-20").splitlines()[-1].startswith("0 errors")


def everything(project: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(project.rglob("*")) if path.is_file() and ".git/" not in str(path)}


def lines(project: Path, file: str) -> tuple[list[str], list[str]]:
    """The lines of a file that were removed and added since the last commit."""
    text = git(project, "diff", "--unified=0", "--", file).splitlines()[4:]
    return [line[1:] for line in text if line.startswith("-")], [line[1:] for line in text if line.startswith("+")]


def new(project: Path) -> dict[str, list[str]]:
    """The lines of each file that is new since the last commit; no other one of the records was touched."""
    assert git(project, "diff", "--name-only", "--", "aims_data/documents") == ""
    names = git(project, "ls-files", "--others", "--exclude-standard", "--", "aims_data").splitlines()
    return {name.removeprefix("aims_data/approvals/"): (project / name).read_text(encoding="utf-8").splitlines() for name in names}


def document(project: Path, id: str = "AIMS-POL-01", day: str = "2026-06-01") -> tuple[Any, Document]:
    found = build(project, dt.date.fromisoformat(day))
    return found, found.find(id, Document)  # type: ignore[return-value]


def validity(project: Path, day: str = "2026-06-01") -> facts.Validity:
    return facts.validity(*document(project, day=day))


HELD = "    - who: TM-001\n      since: 2020-01-01\n"
DEPUTY = [[HELD, HELD + "  deputies:\n    - who: TM-003\n      since: 2025-01-01\n"]]
LIMITED = [["      since: 2025-01-01\n", "      since: 2025-01-01\n      limits: Not the policy\n      may_not_approve: [AIMS-POL-01]\n"]]
ONE = "aims: there is 1 other error; aims check names it\n"
SECOND = {POLICY: [["approvers: [boss]", "approvers: [boss, writer]"]]}


# -- approve --------------------------------------------------------------------------------------------------------------------


def test_a_changed_text_is_approved_as_a_new_version(mill: Path) -> None:
    assert validity(mill) is facts.Validity.changed
    said = good(mill, "approve", "AIMS-POL-01", "--as", "boss", *WHY, *SEEN)
    sealed = aims(mill, "seal", "AIMS-POL-01").stdout.encode()
    seal = hashlib.sha256(sealed).hexdigest()
    assert new(mill) == {
        "AIMS-POL-01/1.1.yaml": [
            "number: '1.1'",
            "written_on: 2026-06-01",
            "author_holder: TM-002",
            "change: The limits of the sorter are said.",
        ],
        "AIMS-POL-01/1.1-approved-boss-2026-06-01.yaml": [
            "by: boss",
            "holder: TM-001",
            "on: 2026-06-01",
            f"seal: {seal}",
            "evidence: Minutes of 2026-06-01, item 2",
        ],
    }
    assert said.splitlines() == [
        "Sealed (AIMS-POL-01 AI policy):",
        *(f"  {line}" for line in sealed.decode().splitlines()[1:] if line),
        f"Seal: {seal}",
        "Approved by boss (TM-001) on 2026-06-01; recorded, not signed",
        "Version 1.1 is a minor version; --major for a major one (2.0)",
        "",
        f"Written: {VERSION}.yaml, {VERSION}-approved-boss-2026-06-01.yaml; commit them together with {TEXT}.",
    ]
    assert validity(mill) is facts.Validity.in_force
    assert findings(mill) == []
    holds(mill)


def test_all_options(mill: Path) -> None:
    good(mill, "approve", "AIMS-POL-01", "--as", "boss", "--holder", "TM-001", "--on", "2026-05-30", "--effective", "2026-07-01", "--major",
         "--author", "TM-002", "--recorded-by", "TM-002", *WHY, *SEEN)  # fmt: skip
    version = document(mill)[1].versions[-1]
    assert (version.number, str(version.written_on), str(version.effective_from), version.author_holder) == ("2.0", "2026-05-30", "2026-07-01", "TM-002")
    assert version.approvals[0].recorded_by == "TM-002"
    assert facts.version_in_force(*document(mill)).number == "1.0"  # type: ignore[union-attr]
    assert facts.version_in_force(*document(mill, day="2026-07-01")).number == "2.0"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["--as", "boss"], 2, "--change is needed: what changed and why, in one sentence for the revision table?"),
        ([*WHY], 2, "--as is needed: as which role do you approve (boss)?"),
        (["--as", "writer", *WHY], 1, "the role 'writer' is not among the approvers of AIMS-POL-01 (boss)"),
        (["--as", "boss", "--holder", "TM-002", *WHY], 1, "'TM-002' did not hold or deputise the role 'boss' on 2026-06-01, in the state that this "
         "change builds on (there it was TM-001); an appointment comes first, in a change of its own"),
        (["--as", "boss", "--author", "TM-009", *WHY], 1, "'TM-009' did not hold or deputise the role 'writer' on 2026-06-01, in the state that this "
         "change builds on (there it was TM-002); an appointment comes first, in a change of its own"),
        (["--as", "boss", "--on", "2026-06-02", *WHY], 1, "2026-06-02 lies in the future (today is 2026-06-01); "
         "what is entered was done on that day or before"),
        (["--as", "boss", "--on", "1.6.", *WHY], 2, "--on is '1.6.', which is not a day; write it like 2026-01-31"),
        (["--as", "boss", "--number", "1.0", *WHY], 1, "version 1.0 is not higher than 1.0, "
         "the newest of AIMS-POL-01; leave out --number, or give a higher one"),
        (["--as", "boss", "--number", "two", *WHY], 1, "--number is 'two', which is not the number of a version; write it like 2.0"),
        (["--as", "boss", "--number", "01.3", *WHY], 1, "--number is '01.3', which is not the number of a version; write it like 2.0"),
        (["--as", "boss", "--major", "--minor", *WHY], 2, "--minor, --major and --number exclude each other; give one of them"),
        (["--as", "boss", "--change", " "], 1, "change: is empty; write the text"),
        (["--as", "boss", "--until", "2026-07-01", *WHY], 1, "--until is the last day of a provisional approval; give it together with --emergency"),
        (["--as", "boss", "--base", "nowhere", *WHY], 2, "'nowhere' is not a commit, branch or tag of this repository; name one like origin/main"),
        (["--as", "boss", "--effective", "2026-05-01", *WHY], 1, "nothing was written, because there would be errors; mend them first (aims check):\n"
         f"  {VERSION}.yaml:4:17: version 1.1 is said to be in force on 2026-05-01, before it was approved (2026-06-01)"),
    ],
)  # fmt: skip
def test_what_is_refused(mill: Path, arguments: list[str], code: int, sentence: str) -> None:
    assert refused(mill, "approve", "AIMS-POL-01", *arguments, code=code) == sentence


@pytest.mark.parametrize(
    ("id", "code", "sentence"),
    [
        ("AIMS-POL-02", 2, "'AIMS-POL-02' is not the id of a document; did you mean 'AIMS-POL-01'?"),
        ("R-001", 2, "'R-001' is not the id of a document; it belongs to AIMS-REG-01 Everything that runs"),
        ("AIMS-REG-01", 1, "AIMS-REG-01 is a register, which nobody approves; confirm it with `aims review AIMS-REG-01`"),
        ("AIMS-PRT-01", 1, "AIMS-PRT-01 holds portal pages, which need no approval"),
        ("AIMS-EXT-01", 1, "AIMS-EXT-01 comes from outside; enter the day of your check in master.checked_on"),
        ("AIMS-PRO-90", 1, "AIMS-PRO-90 was withdrawn on 2026-02-10; begin a new document with `aims new document`"),
        ("AIMS-PRO-01", 1, "there is nothing to approve: AIMS-PRO-01 is what was approved as version 1.0; to confirm it without a change, use "
         "`aims review AIMS-PRO-01`"),
    ],
)  # fmt: skip
def test_documents_that_are_not_approved(mill: Path, id: str, code: int, sentence: str) -> None:
    assert refused(mill, "approve", id, "--as", "boss", *WHY, code=code) == sentence


def test_errors_that_were_there_before_are_said_and_stop_nothing(mill: Path) -> None:
    """Somebody else's errors; here CODEOWNERS is out of date, and a risk names what is not there. The check of the change fails for them."""
    (mill / "CODEOWNERS").write_text("* @nobody\n", encoding="utf-8")
    for activity in (("approve", "AIMS-POL-01", *WHY), ("close", "REC-001")):
        done = aims(mill, *activity, "--as", "boss", "--dry-run")
        assert (done.returncode, done.stderr) == (0, ONE), activity
    apply(mill, {"aims_data/risks/R-001.yaml": [["systems: [SYS-01]", "systems: [SYS-11]"]]})
    done = aims(mill, "approve", "AIMS-POL-01", "--as", "boss", *WHY, *SEEN)
    assert (done.returncode, done.stderr) == (0, "aims: there are 2 other errors; aims check names them\n")
    assert validity(mill) is facts.Validity.in_force
    check = aims(mill, "check")
    assert check.returncode == 1 and "aims_data/risks/R-001.yaml:5:11: 'SYS-11' is not the id" in check.stdout
    assert "CODEOWNERS:1:1: differs from what roles, documents and accounts say; run `aims export codeowners --write`" in check.stdout


def test_nobody_seals_what_has_an_error(mill: Path) -> None:
    """Also where it was there before: it is a part of what would be approved."""
    (mill / "docs/policy.md").write_text("# AI policy\n\nWe take great care {# or not #}. See [[A.2.2]].\n", encoding="utf-8")
    sentence = refused(mill, "approve", "AIMS-POL-01", "--as", "boss", *WHY)
    assert sentence.startswith("nothing was written, because there would be errors; mend them first (aims check):\n  docs/policy.md:3:20: has '{# or not #}'")


def test_which_errors_are_new() -> None:
    """An entry moves the lines below it."""
    old, gap = Problem(Place("a.yaml", 5), "x"), Problem(Place("a.yaml"), "a gap", Grade.gap)
    moved, again, elsewhere = (dataclasses.replace(old, place=place) for place in (Place("a.yaml", 9), Place("a.yaml", 12), Place("b.yaml", 5)))
    assert brought([old], [moved, gap]) == []
    assert brought([old], [moved, again, elsewhere]) == [again, elsewhere]


def test_an_error_of_its_own_stops_an_entry_among_others(mill: Path) -> None:
    apply(mill, {"aims_data/risks/R-001.yaml": [["systems: [SYS-01]", "systems: [SYS-11]"]]})
    said = refused(mill, "approve", "AIMS-POL-01", "--as", "boss", "--effective", "2026-05-01", *WHY)
    assert said.splitlines()[1:] == [f"  {VERSION}.yaml:4:17: version 1.1 is said to be in force on 2026-05-01, before it was approved (2026-06-01)"]


def test_what_cannot_be_read_stops_it(mill: Path) -> None:
    apply(mill, {ROLES: [["- id: boss", "- id: [boss"]]})
    assert refused(mill, "approve", "AIMS-POL-01", "--as", "boss", *WHY).startswith(f"some files cannot be read; mend them first (aims check):\n  {ROLES}:2:")


def test_documents_that_changed_together_are_approved_one_after_the_other(mill: Path) -> None:
    write_more(mill, "docs/risk-method.md")
    good(mill, "approve", "AIMS-POL-01", "--as", "boss", *WHY, *SEEN)
    good(mill, "approve", "AIMS-PRO-01", "--as", "boss", *WHY, *SEEN)
    assert findings(mill) == []


def test_a_dry_run_shows_and_writes_nothing(mill: Path) -> None:
    before = everything(mill)
    said = good(mill, "approve", "AIMS-POL-01", "--as", "boss", *WHY, "--dry-run")
    assert everything(mill) == before
    assert f"Nothing was written. This would be:\n--- /dev/null\n+++ {VERSION}.yaml\n" in said and "+change: The limits of the sorter are said.\n" in said
    assert "approval not evidenced: give --evidence, or write into the entry where it can be seen" in said


def test_what_is_left_out_is_asked_for_on_a_terminal(mill: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("macros.cli.entering._terminal", lambda: True)
    asked = ["approve", "AIMS-POL-01", "--project", str(mill), "--dry-run"]
    for answer, number in (("", "1.1"), ("minor", "1.1"), ("huge\nmajor", "2.0")):
        done = run_aims(*asked, input=f"The limits are said.\n{answer}\nboss\n", AIMS_TODAY="2026-06-01")
        assert done.returncode == 0, done.stdout + done.stderr
        assert f"+number: '{number}'\n" in done.stdout and "--major for" not in done.stdout
    assert "What changed and why, in one sentence for the revision table: " in done.stdout
    question = "Minor (1.1: the rules stay the same in substance) or major (2.0: duties, limits or decisions change) [minor]: "
    assert done.stdout.count(question) == 2, "until the answer is one of the two"
    for option in (["--minor"], ["--number", "1.4"]):
        assert question not in run_aims(*asked, *option, input="The limits are said.\nboss\n", AIMS_TODAY="2026-06-01").stdout
    run_aims(*asked[:-1], input="The limits are said.\n\nboss\n", AIMS_TODAY="2026-06-01")
    assert document(mill)[1].versions[-1].change == "The limits are said."


def test_without_git_the_files_as_they_are_say_who_may(tmp_path: Path) -> None:
    project = copy_base(tmp_path)
    write_more(project)
    done = aims(project, "approve", "AIMS-POL-01", "--as", "boss", *WHY)
    assert (done.returncode, done.stderr) == (0, "aims: there is no git history here, so who may do this was read from the files as they are\n")


def test_a_windows_clone_has_the_same_seal_and_keeps_its_line_ends(mill: Path) -> None:
    seal = aims(mill, "approve", "AIMS-POL-01", "--as", "boss", *WHY, "--dry-run").stdout
    git(mill, "config", "core.autocrlf", "true")
    for file in [*mill.rglob("*.yaml"), *mill.rglob("*.md")]:
        file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert aims(mill, "approve", "AIMS-POL-01", "--as", "boss", *WHY, "--dry-run").stdout == seal
    good(mill, "approve", "AIMS-POL-01", "--as", "boss", *WHY)
    content = (mill / POLICY).read_bytes()
    assert content.count(b"\n") == content.count(b"\r\n") and set(new(mill)) == {"AIMS-POL-01/1.1.yaml", "AIMS-POL-01/1.1-approved-boss-2026-06-01.yaml"}


@pytest.mark.parametrize("name", ["Grundsätze & Ziele.md", "'quoted'.md", b"latin-\xe4.md".decode(errors="surrogateescape")], ids=ascii)
def test_file_names_with_letters_of_all_sorts(mill: Path, name: str) -> None:
    (mill / "docs/policy").mkdir()
    (mill / TEXT).rename(mill / "docs/policy" / name)
    apply(mill, {POLICY: [["sources: [docs/policy.md,", "sources: [docs/policy/,"]]})
    said = good(mill, "approve", "AIMS-POL-01", "--as", "boss", *WHY)
    assert said.splitlines()[-1].startswith(f"Written: {VERSION}.yaml, {VERSION}-approved-boss-2026-06-01.yaml; commit them")
    sums = subprocess.run(["sha256sum", "aims_data/policy.yaml", f"docs/policy/{name}"], cwd=mill, capture_output=True, check=True).stdout
    assert aims(mill, "seal", "AIMS-POL-01").stdout.encode(errors="surrogateescape").split(b"\n\n")[1] == sums
    assert "signature" not in good(mill, "status", "AIMS-POL-01")
    commit(mill, "Renamed")
    write_more(mill, f"docs/policy/{name}", "<!-- x -->\n")
    good(mill, "reseal", "AIMS-POL-01", "--as", "boss", "--reason", "A comment")


# -- several approvers, drafts --------------------------------------------------------------------------------------------------


def two_approvers(mill: Path) -> None:
    apply(mill, SECOND)
    commit(mill, "The writer approves, too; new limits")
    good(mill, "approve", "AIMS-POL-01", "--as", "boss", *WHY, *SEEN)


def test_all_approvers_approve_one_seal(mill: Path) -> None:
    apply(
        mill,
        {ROLES: [["    - who: TM-002\n      since: 2020-01-01\n", "    - who: TM-002\n      since: 2020-01-01\n    - who: TM-004\n      since: 2020-01-01\n"]]},
    )
    apply(mill, SECOND)
    commit(mill, "The writer approves, too")
    assert refused(mill, "approve", "AIMS-POL-01", "--as", "boss", *WHY, code=2).startswith(
        "--author is needed: the staff code of who acts as 'writer' (holds "
    )
    said = good(mill, "approve", "AIMS-POL-01", "--as", "boss", "--author", "TM-002", *WHY, *SEEN)
    assert "Not in force yet: still to be approved by writer" in said
    assert validity(mill) is facts.Validity.draft
    assert refused(mill, "approve", "AIMS-POL-01", "--as", "boss") == "boss approved version 1.1 of AIMS-POL-01 on 2026-06-01 already; still missing is writer"
    wrong = (
        "version 1.1 of AIMS-POL-01 is entered already and waits for approval; leave out --change, or change the entry in the file before anybody approves it"
    )
    assert refused(mill, "approve", "AIMS-POL-01", "--as", "writer", "--holder", "TM-004", *WHY) == wrong
    good(mill, "approve", "AIMS-POL-01", "--as", "writer", "--holder", "TM-004", *SEEN)
    assert validity(mill) is facts.Validity.in_force
    assert len({approval.seal for approval in document(mill)[1].versions[-1].approvals}) == 1
    holds(mill)


def test_an_approval_of_another_content_does_not_count(mill: Path) -> None:
    two_approvers(mill)
    write_more(mill, words="\nAnd more.\n")
    assert refused(mill, "approve", "AIMS-POL-01", "--as", "writer") == (
        "boss approved another content as version 1.1 of AIMS-POL-01: text, data or entry were changed since. "
        "All approvers approve the same: undo the change, or begin a new version with --change"
    )
    good(mill, "approve", "AIMS-POL-01", "--as", "boss", "--change", "And more.")
    assert [version.number for version in document(mill)[1].versions] == ["1.0", "1.1", "1.2"]
    holds(mill)


def test_author_and_approver_are_two_people_or_it_is_explained(mill: Path) -> None:
    two_approvers(mill)
    assert refused(mill, "approve", "AIMS-POL-01", "--as", "writer") == (
        "'TM-002' wrote version 1.1 and may not approve it too; let somebody else approve, or give --reason, --compensating-review (who looked at it instead, "
        "and where that can be seen) and --compensated-by with that role"
    )
    explained = ("--reason", "There is one writer.", "--compensating-review", "The boss read it, minutes item 3")
    assert "by 'writer', the role in which the author approved; name the role of somebody else" in refused(
        mill, "approve", "AIMS-POL-01", "--as", "writer", *explained, "--compensated-by", "writer"
    )
    good(mill, "approve", "AIMS-POL-01", "--as", "writer", *explained, "--compensated-by", "boss", *SEEN)
    same = document(mill)[1].versions[-1].same_person
    assert same and (same.reason, same.by, str(same.on)) == ("There is one writer.", "boss", "2026-06-01")
    assert lines(mill, POLICY)[0] == []
    holds(mill)


def test_a_reason_that_nobody_needs_is_not_dropped(mill: Path) -> None:
    explained = ("--reason", "There is one writer.", "--compensated-by", "writer")
    assert refused(mill, "approve", "AIMS-POL-01", "--as", "boss", *WHY, *explained) == (
        "version 1.1 was not written by 'TM-001', so nothing has to be explained; leave out --reason, --compensated-by"
    )


def test_who_reviewed_instead_is_somebody_else(mill: Path) -> None:
    two_approvers(mill)
    apply(mill, {ROLES: [["    - who: TM-001\n      since: 2020-01-01\n", "    - who: TM-002\n      since: 2020-01-01\n"]]})
    commit(mill, "The writer has become the boss")
    explained = ("--reason", "There is one writer.", "--compensating-review", "Read by the boss", "--compensated-by", "boss")
    assert refused(mill, "approve", "AIMS-POL-01", "--as", "writer", *explained) == (
        "the review that makes up for an author who approves is by 'boss', a role that only the author had (TM-002) on 2026-06-01; "
        "name the role of somebody else"
    )


def test_from_draft_to_approval(mill: Path) -> None:
    apply(mill, {POLICY: [["author: writer\n", "author: writer\nreviewer: boss\n"]]})
    commit(mill, "The boss reviews")
    said = good(mill, "submit", "AIMS-POL-01", *WHY, day="2026-05-20")
    assert "Submitted by writer (TM-002) on 2026-05-20; to be approved by boss\nTo be reviewed before by boss: aims review AIMS-POL-01 --as boss" in said
    assert validity(mill) is facts.Validity.in_force  # the version before stays in force
    assert facts.draft_above(*document(mill)).number == "1.1"  # type: ignore[union-attr]
    assert refused(mill, "submit", "AIMS-POL-01") == "version 1.1 of AIMS-POL-01 was submitted on 2026-05-20 already; it waits for boss"
    assert "cannot be approved on 2026-05-19, before it was written (2026-05-20)" in refused(
        mill, "approve", "AIMS-POL-01", "--as", "boss", "--on", "2026-05-19"
    )
    assert "before it was submitted" in refused(mill, "review", "AIMS-POL-01", "--as", "boss", "--on", "2026-05-19")
    good(mill, "review", "AIMS-POL-01", "--as", "boss", "--on", "2026-05-25")
    assert "was reviewed by boss on 2026-05-25 already" in refused(mill, "review", "AIMS-POL-01", "--as", "boss")
    good(mill, "approve", "AIMS-POL-01", "--as", "boss", *SEEN)
    version = document(mill)[1].versions[-1]
    assert version.reviewed and version.reviewed.seal == version.approvals[0].seal
    assert list(version.model_dump(exclude_defaults=True)) == ["number", "written_on", "author_holder", "submitted", "reviewed", "approvals", "change"]
    assert lines(mill, POLICY)[0] == [] and findings(mill) == []
    holds(mill)


def test_who_hands_in_seals_nothing_yet(mill: Path) -> None:
    said = good(mill, "submit", "AIMS-POL-01", *WHY)
    seal = hashlib.sha256(aims(mill, "seal", "AIMS-POL-01").stdout.encode()).hexdigest()
    assert said.startswith("Handed in (AIMS-POL-01 AI policy):\n") and "Sealed" not in said and "\nSeal:" not in said
    assert f"\nNothing is sealed yet. Approved as it is now, it gets the seal {seal}\n" in said
    good(mill, "approve", "AIMS-POL-01", "--as", "boss", *SEEN)
    assert facts.sealed(document(mill)[1].versions[-1]) == seal


def test_what_was_reviewed_is_what_is_approved(mill: Path) -> None:
    good(mill, "submit", "AIMS-POL-01", *WHY)
    good(mill, "review", "AIMS-POL-01", "--as", "boss")
    write_more(mill, words="\nAnd more.\n")
    assert "boss reviewed another content of version 1.1 on 2026-06-01" in refused(mill, "approve", "AIMS-POL-01", "--as", "boss")


def test_the_effective_day_is_reviewed_too(mill: Path) -> None:
    good(mill, "submit", "AIMS-POL-01", "--effective", "2026-07-01", *WHY)
    good(mill, "review", "AIMS-POL-01", "--as", "boss")
    other = refused(mill, "approve", "AIMS-POL-01", "--as", "boss", "--effective", "2026-08-01")
    assert "version 1.1 was reviewed as in force from 2026-07-01, and that day is sealed with the text; leave out --effective" in other
    good(mill, "approve", "AIMS-POL-01", "--as", "boss", "--effective", "2026-07-01", *SEEN)
    assert "Next version:  1.1, approved, applies from 2026-07-01" in good(mill, "status", "AIMS-POL-01").splitlines()


def test_a_draft_that_a_person_entered(mill: Path) -> None:
    apply(mill, {f"{VERSION}.yaml": "# mine\nnumber: '1.1'\nwritten_on: 2026-05-20\nchange: New limits.\n"})
    assert "is a draft that was not submitted" in refused(mill, "review", "AIMS-POL-01", "--as", "boss")
    entered = "version 1.1 of AIMS-POL-01 is entered already and waits for approval; leave out --change, --major, or change the entry in the file before"
    assert refused(mill, "submit", "AIMS-POL-01", "--major", *WHY).startswith(entered), "what a person says is never dropped"
    good(mill, "submit", "AIMS-POL-01", "--as", "boss", "--dry-run")  # the owner, who holds another role than who wrote it
    good(mill, "submit", "AIMS-POL-01", "--effective", "2026-06-10")
    assert str(document(mill)[1].versions[-1].effective_from) == "2026-06-10"
    good(mill, "approve", "AIMS-POL-01", "--as", "boss", *SEEN)
    assert (mill / f"{VERSION}.yaml").read_text() == "# mine\nnumber: '1.1'\nwritten_on: 2026-05-20\nchange: New limits.\neffective_from: 2026-06-10\n"
    assert findings(mill) == []


@pytest.mark.parametrize(
    ("id", "sentence"),
    [
        ("AIMS-PRO-01", "there is nothing to submit: AIMS-PRO-01 is what was approved as version 1.0"),
        ("AIMS-REG-01", "AIMS-REG-01 is a register, which nobody approves; confirm it with `aims review AIMS-REG-01`"),
    ],
)
def test_nothing_to_submit(mill: Path, id: str, sentence: str) -> None:
    assert refused(mill, "submit", id, *WHY) == sentence


# -- who may --------------------------------------------------------------------------------------------------------------------


def test_a_deputy_approves_within_limits(mill: Path) -> None:
    apply(mill, {ROLES: DEPUTY})
    commit(mill, "A deputy")
    write_more(mill)
    good(mill, "approve", "AIMS-POL-01", "--as", "boss", "--holder", "TM-003", *WHY, "--dry-run")
    apply(mill, {ROLES: LIMITED})
    good(mill, "approve", "AIMS-POL-01", "--as", "boss", "--holder", "TM-003", *WHY, "--dry-run")  # the base does not know the limit yet
    commit(mill, "Limits")
    write_more(mill)
    limits = "'TM-003' may act as 'boss', but may not approve AIMS-POL-01 (Not the policy)"
    assert refused(mill, "approve", "AIMS-POL-01", "--as", "boss", "--holder", "TM-003", *WHY) == limits
    assert refused(mill, "approve", "AIMS-POL-01", "--as", "boss", "--emergency", "--until", "2026-07-01", *WHY) == limits


def test_an_emergency(mill: Path) -> None:
    apply(mill, {ROLES: DEPUTY})
    commit(mill, "A deputy")
    write_more(mill)
    emergency = ("approve", "AIMS-POL-01", "--as", "boss", "--emergency", *WHY)
    assert refused(mill, *emergency, code=2).startswith("--until is needed")
    assert "would hold until 2026-05-31, which has passed" in refused(mill, *emergency, "--until", "2026-05-31")
    assert "holds the role 'boss' and deputises nobody" in refused(mill, *emergency, "--until", "2026-06-14", "--holder", "TM-001")
    said = good(mill, *emergency, "--until", "2026-06-14", *SEEN)
    assert "Approved by boss (TM-003) on 2026-06-01; recorded, not signed\nProvisional until 2026-06-14; a holder of boss confirms it" in said
    assert validity(mill) is facts.Validity.provisional
    assert facts.version_in_force(*document(mill, day="2026-06-15")).number == "1.0"  # type: ignore[union-attr]
    assert "approved version 1.1 provisionally on 2026-06-01" in refused(mill, *emergency[:-2], "--until", "2026-07-14")
    assert "somebody else who holds 'boss' confirms it" in refused(mill, "approve", "AIMS-POL-01", "--as", "boss", "--holder", "TM-003")
    good(mill, "approve", "AIMS-POL-01", "--as", "boss", *SEEN, day="2026-06-10")
    assert validity(mill, day="2026-06-15") is facts.Validity.in_force
    assert lines(mill, POLICY)[0] == []
    holds(mill)


def test_nobody_appoints_himself_and_approves_in_one_change(mill: Path) -> None:
    git(mill, "checkout", "--quiet", "-b", "take-over")
    appointed = {
        ROLES: [["    - who: TM-001\n      since: 2020-01-01\n", "    - who: TM-001\n      since: 2020-01-01\n    - who: TM-009\n      since: 2026-01-01\n"]]
    }
    apply(mill, appointed)
    approval = ("approve", "AIMS-POL-01", "--as", "boss", "--holder", "TM-009", *WHY)
    assert "'TM-009' did not hold or deputise the role 'boss'" in refused(mill, *approval)
    commit(mill, "I am the boss")
    assert "'TM-009' did not hold or deputise the role 'boss'" in refused(mill, *approval)
    assert "'TM-009' did not hold or deputise the role 'boss'" in refused(mill, *approval, "--base", "main")
    git(mill, "checkout", "--quiet", "main")
    git(mill, "merge", "--quiet", "take-over")
    git(mill, "checkout", "--quiet", "-b", "new-text")
    write_more(mill)
    good(mill, *approval, *SEEN)


def test_nobody_makes_his_role_an_approver_and_approves_in_one_change(mill: Path) -> None:
    apply(mill, SECOND)
    assert refused(mill, "approve", "AIMS-POL-01", "--as", "writer", *WHY) == (
        "the role 'writer' is not among the approvers of AIMS-POL-01 in the state that this change builds on (boss); "
        "a new approver comes first, in a change of its own"
    )


def test_nobody_makes_himself_the_author_and_hands_in_in_one_change(mill: Path) -> None:
    apply(mill, {POLICY: [["author: writer", "author: boss"]]})
    git(mill, "commit", "--quiet", "--message", "The boss writes", POLICY)
    apply(mill, {POLICY: [["author: boss", "author: writer"]]})
    assert refused(mill, "submit", "AIMS-POL-01", "--as", "writer", *WHY) == "the role 'writer' may not submit AIMS-POL-01; 'boss' may"


def test_a_new_document_is_approved_by_who_approves_its_kind(mill: Path) -> None:
    old = (mill / "aims_data/documents/AIMS-PRO-01.yaml").read_text()
    new = old[: old.index("supersedes")].replace("AIMS-PRO-01", "AIMS-PRO-02").replace("docs/risk-method.md", "docs/new.md").replace("Risk method", "New")
    apply(
        mill, {"aims_data/documents/AIMS-PRO-02.yaml": new.replace("approvers: [boss]", "approvers: [boss, writer]"), "docs/new.md": "# New\n" + "word " * 80}
    )
    good(mill, "approve", "AIMS-PRO-02", "--as", "boss", "--change", "First version.")
    assert document(mill, "AIMS-PRO-02")[1].versions[0].number == "1.0"
    assert refused(mill, "approve", "AIMS-PRO-02", "--as", "writer") == (
        "the role 'writer' approves no procedure so far and reports to 'boss', so it cannot approve the new AIMS-PRO-02"
    )


def test_the_base_is_where_the_branch_left_main(mill: Path) -> None:
    first = git(mill, "rev-parse", "HEAD")
    second = commit(mill, "On main")
    assert base_commit(Git(mill)).id == second
    git(mill, "checkout", "--quiet", "-b", "change", first)
    third = commit(mill, "On a branch")
    assert base_commit(Git(mill)).id == first
    git(mill, "checkout", "--quiet", "--detach")
    git(mill, "branch", "--quiet", "-D", "main")
    assert base_commit(Git(mill)).id == third  # nothing to compare with
    git(mill, "update-ref", "refs/remotes/origin/main", second)
    assert base_commit(Git(mill)).id == first
    assert base_commit(Git(mill), "origin/main").id == second


@pytest.mark.parametrize("main", ["master", "trunk"])
def test_a_main_branch_of_another_name(mill: Path, tmp_path: Path, main: str) -> None:
    """The origin says what it calls its main branch; without one `master` is known too."""
    git(mill, "branch", "--quiet", "-m", "main", main)
    first = git(mill, "rev-parse", "HEAD")
    git(tmp_path, "clone", "--quiet", str(mill), "clone")
    clone = Git(tmp_path / "clone")
    newest = commit(clone.project, "On the main branch")
    assert base_commit(clone).id == newest, "on itself the last commit"
    git(clone.project, "checkout", "--quiet", "-b", "work", first)
    last = commit(clone.project, "Appointed")
    assert base_commit(clone).id == first
    if main == "trunk":
        git(clone.project, "checkout", "--quiet", "-b", "master")
        assert base_commit(clone).id == first, "a branch of that name is not the main one where the origin names another"
        git(clone.project, "checkout", "--quiet", "work")
        git(clone.project, "branch", "--quiet", "-D", "master")
    git(clone.project, "remote", "remove", "origin")
    assert main == "trunk" or base_commit(clone).id == first
    if main == "trunk":
        with pytest.raises(GitError, match="cannot be told here which branch is the main one, or where this one left it; name it with --base"):
            base_commit(clone)
        git(clone.project, "branch", "--quiet", "-D", "trunk")
        git(clone.project, "branch", "--quiet", "snapshots", first)
        assert base_commit(clone).id == last, "the only branch"


def test_nobody_appoints_himself_on_a_branch_beside_trunk(mill: Path) -> None:
    git(mill, "branch", "--quiet", "-m", "main", "trunk")
    git(mill, "checkout", "--quiet", "-b", "work")
    apply(mill, {ROLES: [[HELD, HELD.replace("TM-001", "TM-009")]]})
    git(mill, "commit", "--quiet", "-m", "Appointed", ROLES)
    assert "name it with --base" in refused(mill, "approve", "AIMS-POL-01", "--as", "boss", "--holder", "TM-009", *WHY, code=2)
    assert "'TM-009' did not hold" in refused(mill, "approve", "AIMS-POL-01", "--as", "boss", "--holder", "TM-009", *WHY, "--base", "trunk")


def test_a_base_that_cannot_be_read_tells_nothing(mill: Path) -> None:
    roles = (mill / ROLES).read_text()
    commit(mill, "Broken", **{ROLES: roles.replace("purpose:", "porpose:")})
    (mill / ROLES).write_text(roles)
    assert refused(mill, "approve", "AIMS-POL-01", "--as", "boss", *WHY).startswith(f"the state that this change builds on cannot be read ({ROLES}:3:3: ")


# -- signatures -----------------------------------------------------------------------------------------------------------------


def test_a_signed_approval(mill: Path, tmp_path: Path) -> None:
    key, public = new_key(tmp_path, "boss")
    signed = ("approve", "AIMS-POL-01", "--as", "boss", "--sign", str(key), *WHY)
    assert "there is no key of 'TM-001' in aims_data/signers.yaml" in refused(mill, *signed)
    signers = f"- who: TM-001\n  key: {public}\n  valid_after: 2026-01-01\n  valid_before: 2026-06-05\n"
    apply(mill, {"aims_data/signers.yaml": signers, REGISTER: [["  - aims_data/roles.yaml\n", "  - aims_data/roles.yaml\n  - aims_data/signers.yaml\n"]]})
    assert "there is no key of 'TM-001'" in refused(mill, *signed)  # keys count from the base, too
    commit(mill, "Keys")
    write_more(mill)
    assert "does not count on 2026-06-05" in refused(mill, *signed, day="2026-06-05")
    said = good(mill, *signed, "--on", "2026-06-04", day="2026-06-20")
    assert "Approved by boss (TM-001) on 2026-06-04; signed" in said
    holds(mill)
    shown = good(mill, "status", "AIMS-POL-01", day="2026-06-20")
    assert "Approved:      by boss (TM-001) on 2026-06-04; signed\n" in shown
    apply(mill, {f"{VERSION}.yaml": [["limits of the sorter", "limit of the sorter"]]})
    assert "signature wrong" in good(mill, "status", "AIMS-POL-01", day="2026-06-20")


# -- review, register -----------------------------------------------------------------------------------------------------------


def test_a_review_confirms_without_a_change(mill: Path) -> None:
    good(mill, "review", "AIMS-PRO-01", "--as", "boss", *SEEN)
    aims_, found = document(mill, "AIMS-PRO-01")
    done = found.versions[-1].confirmed[0]
    assert (done.seal, done.evidence) == (facts.sealed(found.versions[-1]), "Minutes of 2026-06-01, item 2")
    assert str(facts.next_review(aims_, found)) == "2027-06-01"
    holds(mill)
    assert "was looked at on 2026-06-01 already" in refused(mill, "review", "AIMS-PRO-01", "--as", "boss", "--on", "2026-05-30")


def test_a_review_without_a_new_version_drops_no_word(mill: Path) -> None:
    advice = "so no new version is entered; leave out --change, and say where the review can be seen with --evidence"
    assert refused(mill, "review", "AIMS-PRO-01", "--as", "boss", *WHY) == f"AIMS-PRO-01 stays as it is, version 1.0, {advice}"
    good(mill, "review", "AIMS-REG-01", "--as", "boss", "--change", "Confirmed as a whole.")
    assert refused(mill, "review", "AIMS-REG-01", "--as", "boss", *WHY) == f"nothing in AIMS-REG-01 changed since version 1.1, {advice}"
    good(mill, "submit", "AIMS-POL-01", *WHY)
    assert refused(mill, "review", "AIMS-POL-01", "--as", "boss", *WHY) == f"version 1.1 of AIMS-POL-01 is entered already, {advice}"


@pytest.mark.parametrize(
    ("id", "arguments", "sentence"),
    [
        ("AIMS-POL-01", ["--as", "boss"], "AIMS-POL-01 was changed since version 1.0 was approved, so it cannot be confirmed without a change; "
         "submit the change (`aims submit AIMS-POL-01 --change …`) or undo it"),
        ("AIMS-PRO-01", ["--as", "writer"], "the role 'writer' may not review AIMS-PRO-01; 'boss' may"),
        ("AIMS-PRO-90", ["--as", "boss"], "AIMS-PRO-90 was withdrawn on 2026-02-10; there is nothing to review"),
        ("AIMS-EXT-01", ["--as", "boss"], "the master copy of AIMS-EXT-01 is kept elsewhere; after you looked at it, enter the day in master.checked_on"),
        ("AIMS-PRT-01", ["--as", "boss"], "AIMS-PRT-01 holds portal pages, which only lead to documents; those are reviewed"),
    ],
)  # fmt: skip
def test_what_is_not_reviewed(mill: Path, id: str, arguments: list[str], sentence: str) -> None:
    assert refused(mill, "review", id, *arguments) == sentence


def test_a_register_says_what_changed_since_its_review(mill: Path) -> None:
    apply(mill, {"aims_data/systems/SYS-03.yaml": (mill / "aims_data/systems/SYS-02.yaml").read_text().replace("SYS-02", "SYS-03")})
    good(mill, "review", "AIMS-REG-01", "--as", "boss", "--change", "Confirmed as a whole.", day="2026-05-10")
    commit(mill, "Confirmed", when="2026-05-10T10:00:00Z")
    assert records_changed(*document(mill, "AIMS-REG-01")) == ()
    apply(mill, {
        "aims_data/risks/R-001.yaml": [["id: R-001", "# a comment is no change\nid: R-001"]],
        "aims_data/systems/SYS-01.yaml": [["title: Grain Sorter", "title: Corn Sorter"]],
        "aims_data/systems/SYS-03.yaml": None,
    })  # fmt: skip
    commit(mill, "Daily work", when="2026-05-20T10:00:00Z")
    changed = records_changed(*document(mill, "AIMS-REG-01"))
    assert [str(difference) for difference in changed or ()] == ["SYS-01 Corn Sorter was changed", "SYS-03 Old Sorter was removed"]
    shown = good(mill, "status", "AIMS-REG-01")
    assert "Seal:          2 records changed since the review of 2026-05-10, " in shown and "Changed since: SYS-03 Old Sorter was removed\n" in shown
    assert "2 records changed since the review of 2026-05-10" in good(mill, "status")
    aims, register = document(mill, "AIMS-REG-01")
    assert {row.it.id: row.changed for row in documents(build_of(aims)).rows if row.changed} == {register.id: changed_since_review(aims, register)}
    listed = Renderer(aims).render("documents.md.j2", documents(build_of(aims)), "documents.md")
    assert "<small>2 records changed since the review of 2026&#45;05&#45;10</small>" in listed
    assert facts.validity(*document(mill, "AIMS-REG-01")) is facts.Validity.living
    assert refused(mill, "review", "AIMS-REG-01", "--as", "boss", code=2).startswith("--change is needed")
    good(mill, "review", "AIMS-REG-01", "--as", "boss", "--change", "The old sorter is sold.")
    good(mill, "review", "AIMS-REG-01", "--as", "boss", "--evidence", "Looked again")
    newest = document(mill, "AIMS-REG-01")[1].versions[-1]
    assert (newest.number, len(newest.confirmed)) == ("1.2", 1)
    assert [finding for finding in findings(mill) if "REG-01" in finding] == []
    holds(mill)


def test_records_changed_is_not_known_without_a_seal_or_without_git(mill: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    apply(mill, {REGISTER: [["sources:", "# no seal\nsources:"]]})
    text = (mill / REGISTER).read_text()
    unsealed = "\n".join(line.split(", seal:")[0] + "}" if ", seal:" in line else line for line in text.splitlines() if "  seal:" not in line) + "\n"
    (mill / REGISTER).write_text(unsealed)
    assert records_changed(*document(mill, "AIMS-REG-01")) is None
    assert changed_since_review(*document(mill, "AIMS-REG-01")) is None
    assert "not known: the last confirmed review has no seal" in good(mill, "status", "AIMS-REG-01")


# -- withdraw, reseal, close ----------------------------------------------------------------------------------------------------


def test_withdraw(mill: Path) -> None:
    assert refused(mill, "withdraw", "AIMS-PRO-01", "--as", "writer", "--reason", "x") == "the role 'writer' may not withdraw AIMS-PRO-01; 'boss' may"
    assert refused(mill, "withdraw", "AIMS-PRO-01", "--as", "boss", code=2).startswith("--reason is needed")
    early = refused(mill, "withdraw", "AIMS-PRO-01", "--as", "boss", "--reason", "x", "--on", "2026-01-31")
    assert early.endswith("AIMS-PRO-01 is said to be withdrawn on 2026-01-31, before its newest version was written (2026-02-01)")
    good(mill, "withdraw", "AIMS-PRO-01", "--as", "boss", "--reason", "Replaced by the policy.")
    assert new(mill) == {"AIMS-PRO-01/withdrawn.yaml": ["on: 2026-06-01", "by: boss", "reason: Replaced by the policy."]}
    assert facts.validity(*document(mill, "AIMS-PRO-01")) is facts.Validity.withdrawn
    holds(mill)
    assert "was withdrawn on 2026-06-01 by boss already" in refused(mill, "withdraw", "AIMS-PRO-01", "--as", "boss", "--reason", "x")


def approved_policy(mill: Path) -> None:
    good(mill, "approve", "AIMS-POL-01", "--as", "boss", *WHY, *SEEN)
    commit(mill, "New limits", when="2026-06-01T10:00:00Z")


def test_a_renamed_file_is_resealed(mill: Path) -> None:
    approved_policy(mill)
    (mill / TEXT).rename(mill / "docs/ai-policy.md")
    apply(mill, {POLICY: [["docs/policy.md", "docs/ai-policy.md"]]})
    value = (mill / "aims_data/policy.yaml").read_text()
    (mill / "aims_data/policy.yaml").write_text("# The same values with a comment.\n" + value)
    old = facts.sealed(document(mill)[1].versions[-1])
    said = good(mill, "reseal", "AIMS-POL-01", "--as", "boss", "--reason", "policy.md renamed")
    assert "Resealed by boss (TM-001) on 2026-06-01 under version 1.1; the earlier seal stays in the entry" in said
    version = document(mill)[1].versions[-1]
    assert (version.approvals[0].seal, version.resealed[0].seal) == (old, hashlib.sha256(aims(mill, "seal", "AIMS-POL-01").stdout.encode()).hexdigest())
    assert validity(mill) is facts.Validity.in_force
    assert "there is nothing to reseal" in refused(mill, "reseal", "AIMS-POL-01", "--as", "boss", "--reason", "x")
    holds(mill)
    commit(mill, "Renamed", when="2026-06-02T10:00:00Z")
    write_more(mill, "docs/ai-policy.md", "<!-- a comment is no word -->\n")
    good(mill, "reseal", "AIMS-POL-01", "--as", "boss", "--reason", "A comment")  # again, on the newest seal
    assert lines(mill, POLICY)[0] == []


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({TEXT: [["limits", "no limits"]]}, "docs/policy.md was changed"),
        ({TEXT: [["The sorter has limits.", "{{ policy() }}"]]}, "docs/policy.md was changed"),
        ({TEXT: [["# ", "---\ntitle: Another\n---\n# "]]}, "docs/policy.md was changed"),
        ({TEXT: [["limits", "[limits](https://elsewhere.example/)"]]}, "docs/policy.md was changed"),
        ({TEXT: [["limits", "limits ![of grain](grain.png)"]]}, "docs/policy.md was changed"),
        ({"aims_data/policy.yaml": [["We take care.", "We take much care."]]}, "AI policy was changed"),
        ({POLICY: [["title: AI policy", "title: Our AI policy"]]}, "title was 'AI policy' and is 'Our AI policy'"),
        ({POLICY: [["classification: public", "classification: internal"]]}, "classification was 'public' and is 'internal'"),
    ],
)
def test_a_change_of_words_or_values_is_no_technical_change(mill: Path, change: dict[str, Any], what: str) -> None:
    approved_policy(mill)
    for name, pairs in change.items():
        text = (mill / name).read_text()
        for old, new in pairs:
            assert old in text, text
            text = text.replace(old, new, 1)
        (mill / name).write_text(text)
    sentence = refused(mill, "reseal", "AIMS-POL-01", "--as", "boss", "--reason", "x")
    assert sentence.startswith("this is no technical change of AIMS-POL-01: since version 1.1 was sealed (commit ")
    assert what in sentence and sentence.endswith("Values and words have to be the same; approve a new version instead")


def test_reseal_needs_the_sealed_state_in_the_history(mill: Path) -> None:
    good(mill, "approve", "AIMS-POL-01", "--as", "boss", *WHY)
    write_more(mill, words="<!-- x -->\n")
    assert "the history does not hold the state of AIMS-POL-01" in refused(mill, "reseal", "AIMS-POL-01", "--as", "boss", "--reason", "x")


def test_close_a_record(mill: Path) -> None:
    file = "aims_data/records/REC-001.yaml"
    said = good(mill, "close", "REC-001")
    seal = hashlib.sha256((mill / file).read_bytes()).hexdigest()
    assert f"Seal: {seal}\n" in said and f"To check: sha256sum {file}\n" in said
    kept = {
        "intended_use": "f1da240e3bbfd7a3", "forbidden_use": "395166daf5242aa9", "affected_people": "3d80eaa9eaf7c056",
        "act_class": "a703788f83205662", "models": "e3b0c44298fc1c14",
    }  # fmt: skip
    file = "AIMS-REG-01/REC-001-closed.yaml"
    assert new(mill) == {
        file: ["record: REC-001", "on: 2026-06-01", "by: boss", "holder: TM-001", f"seal: {seal}",
               "based_on:", "  - record: SYS-01", "    digests:", *(f"      - {field} {digest}" for field, digest in kept.items())],
    }  # fmt: skip
    again = "REC-001 was closed on 2026-06-01 by boss already; correct it by a new record with `corrects: REC-001`"
    assert refused(mill, "close", "REC-001") == again
    (mill / "aims_data/approvals" / file).unlink()
    in_it = "'AIMS-REG-01' is not the id of a record; it is a document, and what is closed is a record in it, like REC-001"
    assert refused(mill, "close", "AIMS-REG-01", code=2) == in_it
    assert refused(mill, "close", "REC-01", code=2) == "'REC-01' is not the id of a record; did you mean 'REC-001'?"
    assert "and cannot be closed before, on 2020-01-01" in refused(mill, "close", "REC-001", "--on", "2020-01-01")
    apply(
        mill, {ROLES: (mill / ROLES).read_text() + (mill / ROLES).read_text().split("- id: writer")[1].join(["- id: miller", ""]).replace("Writer", "Miller")}
    )
    commit(mill, "A miller")
    assert refused(mill, "close", "REC-001", "--as", "miller") == "the role 'miller' may not close REC-001 in AIMS-REG-01; 'boss' or 'writer' may"


# -- seal, status ---------------------------------------------------------------------------------------------------------------


def test_the_seal_text_of_an_earlier_version_comes_from_the_history(mill: Path) -> None:
    before = facts.sealed(document(mill)[1].versions[0])
    approved_policy(mill)
    assert hashlib.sha256(aims(mill, "seal", "AIMS-POL-01", "--version", "1.0").stdout.encode()).hexdigest() == before
    assert hashlib.sha256(aims(mill, "seal", "AIMS-POL-01", "--version", "1.1").stdout.encode()).hexdigest() == facts.sealed(document(mill)[1].versions[1])
    assert refused(mill, "seal", "AIMS-POL-01", "--version", "3.0", code=2) == "AIMS-POL-01 has no version 3.0; there is 1.0, 1.1"
    assert refused(mill, "seal", "AIMS-EXT-01", code=2) == "AIMS-EXT-01 has no version; there is none"
    write_more(mill)
    shown = aims(mill, "seal", "AIMS-POL-01")
    assert (shown.returncode, shown.stderr) == (0, "aims: this is AIMS-POL-01 as its files are now; what was sealed as version 1.1 is another text\n")
    apply(mill, {POLICY: [[f"        seal: {before}\n", ""]]})
    assert refused(mill, "seal", "AIMS-POL-01", "--version", "1.0") == "version 1.0 of AIMS-POL-01 has no seal, so nothing shows which text it was"


@pytest.mark.parametrize("sources", ["[2026]", "[{docs/policy.md: 1}]", "['../x']", "['']", "[/etc/passwd]", "docs", '["a\\0b"]', "null"])
def test_an_odd_commit_of_the_past_is_passed_over(mill: Path, sources: str) -> None:
    """A document that once named what is no file, mended since."""
    git(mill, "stash", "--quiet")
    text = (mill / POLICY).read_text(encoding="utf-8")
    before = aims(mill, "seal", "AIMS-POL-01", "--version", "1.0").stdout
    commit(mill, "Odd", **{POLICY: text.replace("sources: [docs/policy.md, aims_data/policy.yaml]", f"sources: {sources}")})
    commit(mill, "A list", **{POLICY: "- id: AIMS-POL-01\n- title\n"})
    approved = text + "  - number: '1.1'\n    written_on: 2026-05-20\n    change: A draft.\n"
    commit(mill, "Mended", **{POLICY: approved, TEXT: "# AI policy\n\nOther words.\n"})
    assert good(mill, "seal", "AIMS-POL-01", "--version", "1.0") == before
    assert build_of(document(mill)[0]).approved_text("AIMS-POL-01") is not None
    assert "the files hold version 1.1" in good(mill, "status", "AIMS-POL-01")


def test_sources_of_today_that_no_git_knows_are_a_finding_and_no_traceback(mill: Path) -> None:
    apply(mill, {POLICY: [["sources: [docs", "sources: [../x, '', /etc/passwd, docs"]]})
    done = aims(mill, "status")
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_clone_without_all_contents(mill: Path, tmp_path: Path) -> None:
    """`--filter=blob:none` leaves contents of the past at the origin, and nothing here ever asks the network."""
    good(mill, "review", "AIMS-REG-01", "--as", "boss", "--change", "Confirmed.", day="2026-05-10")
    commit(mill, "Confirmed")
    apply(mill, {"aims_data/risks/R-001.yaml": [["Stones in the flour", "Sand in the flour"]], TEXT: "# AI policy\n\nNew words.\n"})
    commit(mill, "Daily work", when="2026-05-20T10:00:00Z")
    git(mill, "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "--quiet", "--filter=blob:none", f"file://{mill}", "part")
    part = tmp_path / "part"
    lacking = "; work in a whole clone, made without --depth and --filter"
    assert records_changed(*document(part, "AIMS-REG-01")) is None
    shown = aims(part, "status", "AIMS-REG-01")
    assert shown.returncode == 0 and "Changed since: not known: " in shown.stdout and lacking in shown.stderr
    assert "AIMS-POL-01 AI policy: version 1.0 is in force, its files hold another text, and the portal cannot offer it: " in shown.stderr
    apply(part, {POLICY: [["First version.\n", "First version.\n  - {number: '1.1', written_on: 2026-05-20, change: New.}\n"]]})
    assert lacking in refused(part, "seal", "AIMS-POL-01", "--version", "1.0", code=2)


def test_a_status_that_may_not_be_all_says_so(mill: Path) -> None:
    (mill / "aims_data/records/REC-001.yaml").write_text("id: [", encoding="utf-8")
    done = aims(mill, "status")
    assert (done.returncode, done.stderr) == (0, "aims: some files cannot be read, so this may not be all; `aims check` names them\n")


def test_status_of_all_and_of_one(mill: Path) -> None:
    table = good(mill, "status")
    rows = {line.split()[0]: line for line in table.splitlines()}
    assert rows["AIMS-POL-01"].split("  ")[0] == "AIMS-POL-01 AI policy"
    assert "Changed since approval" in rows["AIMS-POL-01"] and "changed" in rows["AIMS-POL-01"] and "recorded, not signed" in rows["AIMS-POL-01"]
    assert " ok " in rows["AIMS-PRO-01"] and "Current, 2027-02-03" in rows["AIMS-PRO-01"]
    shown = good(mill, "status", "AIMS-POL-01").splitlines()
    assert shown[0] == "Document:      AIMS-POL-01 AI policy (Policy)"
    assert "Validity:      Changed since approval: The text is not the one that was approved; rely on the approved version." in shown
    assert "Approvers:     boss" in shown and "File:          docs/policy.md" in shown
    write_more(mill, POLICY, "  - {number: '1.1', written_on: 2026-05-20, change: New limits.}\n")
    assert "Next version:  1.1, a draft; to be approved by boss" in good(mill, "status", "AIMS-POL-01").splitlines()


def test_status_says_what_the_files_hold(mill: Path) -> None:
    """The next version, approved for a later day; a text beside that; a comment in a register."""
    good(mill, "approve", "AIMS-POL-01", "--as", "boss", *WHY, "--major", "--effective", "2027-01-01")
    assert "Seal:          the files hold version 2.0, " in good(mill, "status", "AIMS-POL-01")
    assert "the files hold version 2.0" in good(mill, "status")
    write_more(mill)
    assert "Seal:          changed, " in good(mill, "status", "AIMS-POL-01")
    good(mill, "review", "AIMS-REG-01", "--as", "boss", "--change", "Confirmed as a whole.")
    commit(mill, "Confirmed")
    write_more(mill, "aims_data/risks/R-001.yaml", "# a comment\n")
    shown = good(mill, "status", "AIMS-REG-01")
    assert "Seal:          files differ, no record changed, " in shown and "Changed since: nothing since the last confirmed review" in shown


def test_no_seal_is_told_of_files_that_cannot_be_read(mill: Path) -> None:
    (mill / "aims_data/policy.yaml").write_bytes(b"\xff\xfe")
    assert refused(mill, "seal", "AIMS-POL-01").startswith("some files cannot be read; mend them first (aims check):\n  aims_data/policy.yaml:1:1: ")


# -- the page that explains it --------------------------------------------------------------------------------------------------


def test_the_seal_is_recomputed_with_coreutils_as_the_page_says(mill: Path) -> None:
    page = (ROOT / "docs/approving.md").read_text(encoding="utf-8")
    recipe = page[page.index("cat > seal.txt") : page.index("sha256sum seal.txt\n") + len("sha256sum seal.txt\n")]
    good(mill, "approve", "AIMS-POL-01", "--as", "boss", *WHY)
    facts_of_version = "\n".join(aims(mill, "seal", "AIMS-POL-01").stdout.split("\n\n")[0].splitlines())
    recipe = recipe[: recipe.index("AIMS Portal seal 1")] + facts_of_version + recipe[recipe.index("\n\nEND") :]
    done = subprocess.run(["bash", "-e", "-c", recipe], cwd=mill, capture_output=True, text=True, check=True)
    assert done.stdout.split()[0] == facts.sealed(document(mill)[1].versions[-1])


def test_every_command_on_the_page_exists(mill: Path) -> None:
    page = (ROOT / "docs/approving.md").read_text(encoding="utf-8").replace("\\\n", "")
    commands = re.findall(r"^ *\$ aims (.*?)(?: \|.*)?$", page, re.M)
    assert len(commands) >= 8
    for command in commands:
        done = aims(mill, *shlex.split(command), "--help")
        assert done.returncode == 0 and "Usage" in done.stdout, command
        options = set(re.findall(r"(--[a-z-]+)", command))
        assert options <= set(re.findall(r"(--[a-z-]+)", done.stdout)), command
