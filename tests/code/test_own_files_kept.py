"""What a change may not do to the files of versions and approvals: judged against the commit it builds on, in real git repositories. Like `test_base.py`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from command import run_aims
from invented import DAY, apply, upgraded
from repository import commit
from test_base import broken, seal_now

from macros.control.approvals.change_check import over_history
from macros.graph import build

FOLDER, REGISTER = "aims_data/approvals/AIMS-POL-01", "aims_data/approvals/AIMS-REG-01"
VERSION, APPROVED, REVIEWED = (f"{FOLDER}/1.0{more}.yaml" for more in ("", "-approved-boss-2026-02-03", "-reviewed-boss-2026-02-02"))
DRAFT = "number: '1.1'\nwritten_on: 2026-05-02\nchange: A draft.\n"
PASTED = "0123456789abcdef" * 4


@pytest.fixture
def mill(mill: Path) -> Path:
    commit(upgraded(mill), "Files of their own")
    return mill


def renamed(project: Path, old: str, new: str) -> None:
    (project / old).rename(project / new)


BROKEN: dict[str, tuple[dict[str, Any], list[str]]] = {
    "an approval altered": (
        {APPROVED: [["evidence: Minutes of 2026-02-03", "evidence: Minutes of 2026-02-05"]]},
        [
            f"history-kept {APPROVED}:5:11: 1.0-approved-boss-2026-02-03 was altered: evidence was 'Minutes of 2026-02-03' and is 'Minutes of 2026-02-05' now; "
            "put it back and add a new entry instead (BASE has it)"
        ],
    ),
    "an approval removed": (
        {APPROVED: None},
        [f"history-kept {VERSION}:1:1: 1.0-approved-boss-2026-02-03 was removed; bring it back, entries are only added (BASE has it)"],
    ),
    "a review removed": (
        {REVIEWED: None},
        [f"history-kept {VERSION}:1:1: 1.0-reviewed-boss-2026-02-02 was removed; bring it back, entries are only added (BASE has it)"],
    ),
    "a version altered": (
        {VERSION: [["change: First version.", "change: The first version."]]},
        [
            f"history-kept {VERSION}:4:9: change of version 1.0 was 'First version.' and is 'The first version.' now; "
            "put it back, and say what changed in a new version (BASE has it)"
        ],
    ),
    "a version with all of it removed": (
        {VERSION: None, APPROVED: None, REVIEWED: None},
        [
            "history-kept aims_data/documents/AIMS-POL-01.yaml:1:1: version 1.0 was removed; bring its entry back, and record what happened as a new version "
            "(BASE has it)"
        ],
    ),
    "a withdrawal removed": (
        {"aims_data/approvals/AIMS-PRO-90/withdrawn.yaml": None},
        [
            "history-kept aims_data/documents/AIMS-PRO-90.yaml:1:1: the withdrawal was removed or altered; put it back, and begin a new document where the "
            "old one is needed again (BASE has it)"
        ],
    ),
    "a closing removed": (
        {f"{REGISTER}/REC-009-closed.yaml": None},
        ["history-kept aims_data/documents/AIMS-REG-01.yaml:1:1: REC-009-closed was removed; bring it back, entries are only added (BASE has it)"],
    ),
    "an approval typed in by hand": (
        {f"{FOLDER}/1.1.yaml": DRAFT, f"{FOLDER}/1.1-approved-writer-2026-05-03.yaml": "by: writer\nholder: TM-002\non: 2026-05-03\nevidence: Mail\n"},
        [
            f"approval-authorised {FOLDER}/1.1-approved-writer-2026-05-03.yaml:1:1: the approval of AIMS-POL-01 1.1 does not count: the role 'writer' is not "
            "among the approvers of AIMS-POL-01 in the state that this change builds on (boss); a new approver comes first, in a change of its own"
        ],
    ),
    "a pasted seal": (
        {
            f"{FOLDER}/1.1.yaml": DRAFT,
            f"{FOLDER}/1.1-approved-boss-2026-05-03.yaml": f"by: boss\nholder: TM-001\non: 2026-05-03\nseal: {PASTED}\nevidence: Mail\n",
        },
        [
            f"seal-not-pasted {FOLDER}/1.1-approved-boss-2026-05-03.yaml:4:7: the seal 0123456789ab… is not that of version 1.1 of AIMS-POL-01 as its files "
            "are; seals are computed, not copied: see `aims seal AIMS-POL-01`"
        ],
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_file_is_never_altered_or_removed(mill: Path, case: str) -> None:
    change, expected = BROKEN[case]
    if case == "a closing removed":
        seal = "0" * 64
        commit(mill, "Closed", **{f"{REGISTER}/REC-009-closed.yaml": f"record: REC-009\non: 2026-05-02\nby: boss\nholder: TM-001\nseal: {seal}\n"})
    apply(mill, change)
    assert [line for line in broken(mill) if not line.startswith("closed-record-kept")] == expected


def test_a_file_under_another_name_is_another_approval(mill: Path) -> None:
    """Its name is what the base knows it by; renaming it hides nothing."""
    renamed(mill, APPROVED, APPROVED.replace("-02-03", "-02-04"))
    apply(mill, {APPROVED.replace("-02-03", "-02-04"): [["on: 2026-02-03", "on: 2026-02-04"]]})
    assert [line.split(": ", 1)[1].split(";")[0] for line in broken(mill) if line.startswith("history-kept")] == [
        "1.0-approved-boss-2026-02-03 was altered: on was '2026-02-03' and is '2026-02-04' now"
    ]


def test_proof_is_filled_in_once_and_never_replaced(mill: Path) -> None:
    text = (mill / APPROVED).read_text(encoding="utf-8")
    seal = seal_now(mill)
    commit(mill, "Approved on paper", **{APPROVED: text.split("seal:")[0]})
    apply(mill, {APPROVED: text})
    assert broken(mill) == []
    commit(mill, "Evidenced")
    apply(mill, {APPROVED: [["evidence: Minutes of 2026-02-03", "evidence: Mail"], [seal, PASTED]]})
    assert [line.split(" ")[0] for line in broken(mill)] == ["history-kept", "history-kept", "seal-not-pasted"]


def test_a_draft_may_be_written_on_until_somebody_approves_it(mill: Path) -> None:
    draft, submitted = f"{FOLDER}/1.1.yaml", f"{FOLDER}/1.1-submitted-writer-2026-05-02.yaml"
    commit(mill, "A draft", **{draft: DRAFT, submitted: "by: writer\nholder: TM-002\non: 2026-05-02\n"})
    apply(mill, {draft: DRAFT.replace("A draft.", "A better draft.") + "effective_from: 2026-05-20\n"})
    assert broken(mill) == []
    (mill / submitted).unlink()
    assert [line.split(": ", 1)[1] for line in broken(mill)] == [
        "1.1-submitted-writer-2026-05-02 was removed; bring it back, entries are only added (BASE has it)"
    ]


def test_an_older_version_is_not_submitted_after_the_fact(mill: Path) -> None:
    commit(mill, "A draft", **{f"{FOLDER}/1.1.yaml": DRAFT})
    late = f"{FOLDER}/1.0-submitted-writer-2026-02-01.yaml"
    apply(mill, {late: "by: writer\nholder: TM-002\non: 2026-02-01\n"})
    assert broken(mill) == [
        f"history-kept {late}:1:1: version 1.0 was submitted after the fact; only the newest version is submitted and reviewed, a later look is `confirmed` "
        "(BASE has it)"
    ]


def test_a_version_is_not_put_between(mill: Path) -> None:
    commit(mill, "More", **{f"{FOLDER}/1.1.yaml": DRAFT})
    apply(mill, {f"{FOLDER}/1.01.yaml": DRAFT.replace("1.1", "1.01").replace("2026-05-02", "2026-03-02")})
    assert broken(mill) == [f"history-kept {FOLDER}/1.1.yaml:1:1: an entry was put in before version 1.1; a new version comes after the others (BASE has it)"]


def test_every_commit_is_judged_so(mill: Path) -> None:
    first = commit(mill, "A draft", "2026-05-03T10:00:00Z", **{f"{FOLDER}/1.1.yaml": DRAFT})
    commit(mill, "By hand", "2026-05-04T10:00:00Z", **{APPROVED: (mill / APPROVED).read_text(encoding="utf-8").replace("Minutes of", "Mail of")})
    found, _ = over_history(build(mill, DAY), first)
    assert [(problem.rule, str(problem.place)) for problem in found] == [("history-kept", f"{APPROVED}:5:11")]


@pytest.mark.parametrize("name", ["aims_data/documents/AIMS-POL-01.yaml", APPROVED])
@pytest.mark.parametrize("before", ["<<<<<<< topic\n", None])
def test_a_file_that_nobody_could_read_hides_nothing(mill: Path, name: str, before: str | None) -> None:
    """A commit with conflict markers, or without a word, stands between an approval and its rewriting, or its repair."""
    whole = (mill / name).read_text(encoding="utf-8")
    commit(mill, "A merge gone wrong", "2026-05-03T10:00:00Z", **{name: before + whole if before else "# nothing\n"})
    apply(mill, {name: whole})
    assert broken(mill) == []
    apply(mill, {APPROVED: [["Minutes of 2026-02-03", "Mail of 2026-02-03"]]})
    assert [line.split(": ")[0] for line in broken(mill)] == [f"history-kept {APPROVED}:5:11"]
    commit(mill, "Mended and more", "2026-05-04T10:00:00Z")
    assert [found.rule for found in over_history(build(mill, DAY))[0]] == ["history-kept"]


def test_a_base_of_which_a_part_cannot_be_read_tells_nothing(mill: Path) -> None:
    text = (mill / APPROVED).read_text(encoding="utf-8")
    commit(mill, "Broken", **{APPROVED: text.replace("holder:", "halder:")})
    approval = f"{FOLDER}/1.1-approved-boss-2026-05-03.yaml"
    apply(mill, {APPROVED: text, f"{FOLDER}/1.1.yaml": DRAFT, approval: "by: boss\nholder: TM-001\non: 2026-05-03\nevidence: Mail\n"})
    (found,) = [line for line in broken(mill) if line.startswith("approval-authorised")]
    assert found.startswith(
        f"approval-authorised {approval}:1:1: the approval of AIMS-POL-01 1.1 does not count: BASE cannot be read by today's schema ({APPROVED}:"
    )
    apply(mill, {approval: None})
    done = run_aims("approve", "AIMS-POL-01", "--as", "boss", "--project", str(mill), AIMS_TODAY="2026-06-01")
    assert done.returncode == 1 and f"the state that this change builds on cannot be read ({APPROVED}:2:1: " in done.stderr
