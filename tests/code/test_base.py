"""What a change may not do to document control: judged against the commit it builds on, in real git repositories."""

from __future__ import annotations

import datetime as dt
import subprocess
from pathlib import Path
from typing import Any

import pytest
from command import run_aims
from invented import DAY, apply
from repository import commit, git

from macros import facts
from macros.checks import RULES
from macros.control.approvals.change_check import against, over_history, required
from macros.control.approvals.change_rules import RULE
from macros.control.approvals.status import details
from macros.control.git import GitError
from macros.facts import Validity
from macros.graph import Aims, build
from macros.pages import record_pages
from macros.render import Renderer
from macros.schema.documents import Document
from macros.seal import digest, record_seal, seal_of, seal_text, sums_now
from macros.signature import sign
from macros.site import build_of, problems_of

POLICY, METHOD, REGISTER = (f"aims_data/documents/AIMS-{name}.yaml" for name in ("POL-01", "PRO-01", "REG-01"))
ROLES = "aims_data/roles.yaml"
PASTED = "0123456789abcdef" * 4
BOSS = "    - who: TM-001\n      since: 2020-01-01\n"
END = "    change: First version.\n"


def now(project: Path, day: dt.date = DAY) -> Aims:
    return build(project, day)


def broken(project: Path, base: str = "HEAD") -> list[str]:
    """What the change in the work tree broke: `rule line: message`, the base's id left out."""
    name = f"{base} ({git(project, 'rev-parse', base)[:10]})"
    return [f"{found.rule} {found.place}: {found.message}".replace(name, "BASE") for found in against(now(project), base)]


def seal_now(project: Path, id: str = "AIMS-POL-01", version: int = -1) -> str:
    aims = now(project)
    document = aims.find(id, Document)
    assert document
    return seal_of(aims, document, document.versions[version])


def entry(number: str = "1.1", by: str = "boss", holder: str = "TM-001", seal: str = PASTED, more: str = "") -> str:
    """A further version with one approval."""
    return (
        f"  - number: '{number}'\n    written_on: 2026-05-02\n    author_holder: TM-002\n    change: A word more.\n    approvals:\n"
        f"      - {{by: {by}, holder: {holder}, on: 2026-05-03, seal: {seal}, evidence: Mail{more}}}\n"
    )


def approve(project: Path, **how: str) -> None:
    """Change the policy and enter a version with an approval whose seal is the right one."""
    apply(project, {"docs/policy.md": "# AI policy\n\nWe take great care. See [[A.2.2]].\n", POLICY: [[END, END + entry(**how)]]})
    apply(project, {POLICY: [[PASTED, seal_now(project)]]})


def test_an_approval_with_authority_breaks_nothing(mill: Path) -> None:
    approve(mill)
    assert broken(mill) == []
    assert required(now(mill), "HEAD") == []


# -- append-only ----------------------------------------------------------------------------------------------------------------

KEEP = {
    "altered": (
        [["on: 2026-02-03\n", "on: 2026-02-04\n"]],
        [
            f"history-kept {POLICY}:29:13: 1.0-approved-boss-2026-02-03 was altered: on was '2026-02-03' and is '2026-02-04' now; "
            "put it back and add a new entry instead (BASE has it)"
        ],
    ),
    "other words": (
        [["change: First version.", "change: The first version."]],
        [
            f"history-kept {POLICY}:33:13: change of version 1.0 was 'First version.' and is 'The first version.' now; "
            "put it back, and say what changed in a new version (BASE has it)"
        ],
    ),
    "emptied": (
        [["    effective_from: 2026-02-10\n", ""]],
        [
            f"history-kept {POLICY}:23:5: effective_from of version 1.0 was '2026-02-10' and is empty now; "
            "put it back, and say what changed in a new version (BASE has it)"
        ],
    ),
    "evidence replaced": (
        [["evidence: Minutes of 2026-02-03", "evidence: Minutes of 2026-02-05"]],
        [
            f"history-kept {POLICY}:31:19: 1.0-approved-boss-2026-02-03 was altered: evidence was 'Minutes of 2026-02-03' and is "
            "'Minutes of 2026-02-05' now; put it back and add a new entry instead (BASE has it)"
        ],
    ),
    "renumbered": (
        [["number: '1.0'", "number: '2.0'"]],
        [f"history-kept {POLICY}:23:3: version 1.0 was removed; bring its entry back, and record what happened as a new version (BASE has it)"],
    ),
    "review removed": (
        [["    reviewed: {by: boss, holder: TM-001, on: 2026-02-02}\n", ""]],
        [f"history-kept {POLICY}:23:5: 1.0-reviewed-boss-2026-02-02 was removed; bring it back, entries are only added (BASE has it)"],
    ),
}


@pytest.mark.parametrize(("edits", "expected"), KEEP.values(), ids=KEEP)
def test_an_entry_is_never_altered_or_removed(mill: Path, edits: list[list[str]], expected: list[str]) -> None:
    apply(mill, {POLICY: edits})
    assert [line for line in broken(mill) if line.startswith("history-kept")] == expected


def test_versions_are_added_at_the_end_only(mill: Path) -> None:
    old = (mill / POLICY).read_text(encoding="utf-8")
    head, first = old.split("versions:\n")
    second = "  - number: '1.1'\n    written_on: 2026-05-02\n    change: A word more.\n"
    commit(mill, "More", **{POLICY: old + second})
    (mill / POLICY).write_text(head + "versions:\n" + second + first, encoding="utf-8")
    assert broken(mill) == [f"history-kept {POLICY}:23:5: version 1.1 was moved; the revision table keeps its order, oldest first (BASE has it)"]
    (mill / POLICY).write_text(old + second.replace("1.1", "1.05") + second, encoding="utf-8")
    assert broken(mill) == [f"history-kept {POLICY}:37:5: an entry was put in before version 1.1; a new version comes after the others (BASE has it)"]


def test_a_document_is_withdrawn_and_never_deleted(mill: Path) -> None:
    (mill / POLICY).unlink()
    assert broken(mill) == [
        f"history-kept {POLICY}:1:1: AIMS-POL-01 is gone, which BASE has; bring {POLICY} back and withdraw the document instead (`aims withdraw AIMS-POL-01`)"
    ]


def test_a_withdrawal_stays(mill: Path) -> None:
    apply(mill, {"aims_data/documents/AIMS-PRO-90.yaml": [["withdrawn:\n  on: 2026-02-10\n  by: boss\n  reason: Replaced.\n", ""]]})
    assert [line.split(": ")[1] for line in broken(mill)] == [
        "the withdrawal was removed or altered; put it back, and begin a new document where the old one is needed again (BASE has it)"
    ]


def test_a_file_may_be_renamed_and_written_differently(mill: Path) -> None:
    """Only the values count."""
    text = (mill / POLICY).read_text(encoding="utf-8").replace("change: First version.", "change: |\n      First version.")
    (mill / POLICY).unlink()
    (mill / "aims_data/documents/policy.yaml").write_text("# ours\n" + text, encoding="utf-8")
    assert broken(mill) == []


ADDED: dict[str, list[list[str]]] = {
    "a version": [[END, END + "  - number: '1.1'\n    written_on: 2026-05-02\n    change: A draft.\n"]],
    "a submission": [[END, END + "    submitted: {by: writer, holder: TM-002, on: 2026-02-01}\n"]],
    "a later look": [[END, END + "    confirmed:\n      - {by: boss, holder: TM-001, on: 2026-05-02}\n"]],
    "a withdrawal": [["versions:\n", "withdrawn: {on: 2026-05-02, by: boss, reason: Not needed.}\nversions:\n"]],
}


@pytest.mark.parametrize("edits", ADDED.values(), ids=ADDED)
def test_entries_are_added(mill: Path, edits: list[list[str]]) -> None:
    apply(mill, {POLICY: edits})
    assert broken(mill) == []


def test_proof_is_added_later_and_only_of_what_was_there(mill: Path) -> None:
    seal = seal_now(mill)
    apply(mill, {POLICY: [[f"        seal: {seal}\n        evidence: Minutes of 2026-02-03\n", ""]]})
    commit(mill, "Approved on paper")
    apply(mill, {POLICY: [["        on: 2026-02-03\n", f"        on: 2026-02-03\n        seal: {seal}\n        evidence: Minutes\n"]]})
    assert broken(mill) == []
    apply(mill, {"docs/policy.md": "# AI policy\n\nWe take no care.\n"})
    apply(mill, {POLICY: [[seal, seal_now(mill)]]})
    assert [line.split()[0] for line in broken(mill)] == ["seal-not-pasted"]


def test_a_draft_may_be_written_on_until_it_is_approved(mill: Path) -> None:
    draft = "  - number: '1.1'\n    written_on: 2026-05-02\n    change: A draft.\n    submitted: {by: writer, holder: TM-002, on: 2026-05-02}\n"
    apply(mill, {POLICY: [[END, END + draft]]})
    commit(mill, "A draft")
    apply(mill, {POLICY: [["change: A draft.", "change: A better draft.\n    effective_from: 2026-05-20"]]})
    assert broken(mill) == []
    apply(mill, {POLICY: [["    submitted: {by: writer, holder: TM-002, on: 2026-05-02}\n", ""]]})
    assert [line.split(": ", 1)[1] for line in broken(mill)] == [
        "1.1-submitted-writer-2026-05-02 was removed; bring it back, entries are only added (BASE has it)"
    ]


# -- authority ------------------------------------------------------------------------------------------------------------------


def lines_of(mill: Path, rule: str) -> list[str]:
    return [line.split(": ", 1)[1].split("does not count: ")[-1] for line in broken(mill) if line.startswith(rule)]


def test_nobody_appoints_himself_approver_in_the_same_change(mill: Path) -> None:
    apply(mill, {POLICY: [["approvers: [boss]", "approvers: [boss, writer]"]]})
    approve(mill, by="writer", holder="TM-002")
    assert lines_of(mill, "approval-authorised") == [
        "the role 'writer' is not among the approvers of AIMS-POL-01 in the state that this change builds on (boss); "
        "a new approver comes first, in a change of its own"
    ]


def test_nobody_takes_a_role_in_the_same_change(mill: Path) -> None:
    apply(mill, {ROLES: [[BOSS, BOSS + "    - who: TM-009\n      since: 2020-01-01\n"]]})
    approve(mill, holder="TM-009")
    assert lines_of(mill, "approval-authorised") == [
        "'TM-009' did not hold or deputise the role 'boss' on 2026-05-03, in the state that this change builds on (there it was TM-001); "
        "an appointment comes first, in a change of its own"
    ]
    commit(mill, "Merged all the same")
    assert broken(mill, "HEAD~1"), "the base counts, not the last commit"


def test_nobody_takes_an_approver_away_in_the_same_change(mill: Path) -> None:
    two = {POLICY: [["approvers: [boss]", "approvers: [boss, keeper]"]], ROLES: [["- id: writer", KEEPER + "- id: writer"]]}
    apply(mill, two)
    commit(mill, "Two approvers")
    apply(mill, {POLICY: [["approvers: [boss, keeper]", "approvers: [boss]"]]})
    approve(mill)
    assert lines_of(mill, "approval-authorised") == [
        "version 1.1 of AIMS-POL-01 is not approved by keeper, who had to by BASE; "
        "let them approve too, or take them out of approvers first, in a change of its own, before anybody approves the version"
    ]


def two_approvers(mill: Path, more: str = "") -> None:
    """The policy is approved by the keeper, too, from now on."""
    apply(mill, {POLICY: [["approvers: [boss]", "approvers: [boss, keeper]"]], ROLES: [["- id: writer", KEEPER + "- id: writer"]]})
    if more:
        apply(mill, {POLICY: [["    effective_from: 2026-02-10\n", f"    approvers: {more}\n    effective_from: 2026-02-10\n"]]})


def state_now(mill: Path) -> tuple[Validity, str | None]:
    aims = now(mill)
    document = aims.find("AIMS-POL-01", Document)
    assert document
    version = facts.version_in_force(aims, document)
    return facts.validity(aims, document), version.number if version else None


def test_a_new_approver_does_not_make_a_draft_of_what_is_in_force(mill: Path) -> None:
    two_approvers(mill)
    assert state_now(mill)[0] is Validity.draft
    assert [line.split(": ", 1)[1] for line in broken(mill)] == [
        "version 1.0 of AIMS-POL-01 was approved by those who had to (boss) and would become a draft, as boss, keeper would have to now; "
        "write `approvers: [boss]` into version 1.0, so that it stays approved"
    ]
    git(mill, "checkout", "--quiet", ".")
    two_approvers(mill, "[boss]")
    assert (broken(mill), state_now(mill)) == ([], (Validity.in_force, "1.0"))
    commit(mill, "The keeper approves from now on")
    page = dict(record_pages(build_of(now(mill)), Renderer(now(mill))))["documents/AIMS-POL-01.md"]
    assert "Had to be approved by [Boss](/roles/boss.md); the approvers were changed since" in page
    approve(mill)
    assert broken(mill) == [] and state_now(mill) == (Validity.in_force, "1.0"), "the next version needs both"
    apply(
        mill,
        {
            POLICY: [
                ["evidence: Mail}\n", f"evidence: Mail}}\n      - {{by: keeper, holder: TM-003, on: 2026-05-03, seal: {seal_now(mill)}, evidence: Mail}}\n"]
            ]
        },
    )
    assert broken(mill) == [] and state_now(mill) == (Validity.in_force, "1.1")
    commit(mill, "Version 1.1")
    apply(mill, {POLICY: [["    approvers: [boss]\n", ""]]})
    assert lines_of(mill, "history-kept") == [
        "approvers of version 1.0 was 'boss' and is empty now; put it back, and say what changed in a new version (BASE has it)"
    ]


def test_an_approver_who_goes_leaves_the_approval_as_it_was(mill: Path) -> None:
    two_approvers(mill, "[boss]")
    commit(mill, "The keeper approves from now on")
    approve(mill)
    apply(
        mill,
        {
            POLICY: [
                ["evidence: Mail}\n", f"evidence: Mail}}\n      - {{by: keeper, holder: TM-003, on: 2026-05-03, seal: {seal_now(mill)}, evidence: Mail}}\n"]
            ]
        },
    )
    commit(mill, "Version 1.1")
    apply(mill, {POLICY: [["approvers: [boss, keeper]", "approvers: [boss]"]]})
    said = [problem.message for problem in problems_of(now(mill)) if problem.rule == "approver-entitled"]
    assert said == [
        "the role 'keeper' is not among the approvers of AIMS-POL-01 (boss); if it was when it approved, write `approvers` with the roles of then "
        "into version 1.1, like `approvers: [boss, keeper]`"
    ]
    apply(mill, {POLICY: [["    change: A word more.\n", "    change: A word more.\n    approvers: [boss, keeper]\n"]]})
    assert broken(mill) == [] and state_now(mill) == (Validity.in_force, "1.1")
    assert [problem for problem in problems_of(now(mill)) if problem.rule == "approver-entitled"] == []
    document = now(mill).find("AIMS-POL-01", Document)
    assert document and [facts.approvers(document, version) for version in document.versions] == [("boss",), ("boss", "keeper")]
    assert "Needed then" in dict(details(now(mill), document))
    apply(mill, {POLICY: [["approvers: [boss]\nclass", "approvers: [keeper, boss]\nclass"]]})
    again = now(mill).find("AIMS-POL-01", Document)
    assert again and "Needed then" not in dict(details(now(mill), again)), "the same ones in another order are no change"


def test_nobody_chooses_approvers_for_a_version(mill: Path) -> None:
    two_approvers(mill, "[keeper]")
    assert lines_of(mill, "approval-authorised") == [
        "version 1.0 of AIMS-POL-01 did not have to be approved by keeper: by BASE it was boss; write `approvers: [boss]`, or take it out of the version"
    ]
    git(mill, "checkout", "--quiet", ".")
    two_approvers(mill, "[boss]")
    commit(mill, "The keeper approves from now on")
    approve(mill)
    apply(mill, {POLICY: [["    change: A word more.\n", "    change: A word more.\n    approvers: [boss]\n"]]})
    found = (
        "version 1.1 of AIMS-POL-01 was not approved by anybody in BASE, so it is for the approvers of the document to approve it; "
        "take `approvers` out of the version"
    )
    assert lines_of(mill, "approval-authorised")[-1] == found
    git(mill, "checkout", "--quiet", ".")
    apply(mill, {POLICY: [[END, END + DRAFT]]})
    commit(mill, "A draft")
    apply(mill, {POLICY: [["    change: A draft.\n", "    change: A draft.\n    approvers: [boss]\n"]]})
    assert lines_of(mill, "approval-authorised") == [found], "nor for a draft that stands there"


def test_a_version_approved_in_part_is_completed_by_the_rule_of_its_day(mill: Path) -> None:
    two_approvers(mill, "[boss]")
    commit(mill, "The keeper approves from now on")
    approve(mill, by="keeper", holder="TM-003")
    commit(mill, "The keeper approved")
    apply(mill, {POLICY: [["approvers: [boss, keeper]", "approvers: [keeper]"]]})
    assert lines_of(mill, "approval-authorised") == [
        "version 1.1 of AIMS-POL-01 is not approved by boss, who had to by BASE; let them approve too, or write `approvers: [boss, keeper]` into the version, "
        "which needs them still"
    ]
    git(mill, "checkout", "--quiet", ".")
    apply(
        mill,
        {
            POLICY: [
                ["approvers: [boss, keeper]", "approvers: [boss]"],
                ["    change: A word more.\n", "    change: A word more.\n    approvers: [boss, keeper]\n"],
            ]
        },
    )
    assert broken(mill) == [] and state_now(mill) == (Validity.in_force, "1.0")
    commit(mill, "The keeper leaves")
    apply(
        mill,
        {POLICY: [["evidence: Mail}\n", f"evidence: Mail}}\n      - {{by: boss, holder: TM-001, on: 2026-05-03, seal: {seal_now(mill)}, evidence: Mail}}\n"]]},
    )
    assert broken(mill) == [] and state_now(mill) == (Validity.in_force, "1.1")


KEEPER = """- id: keeper
  title: Keeper
  purpose: Keeps
  in_short: You keep.
  responsibilities: [Keep]
  reports_to: boss
  competence: [Keeping]
  holders:
    - who: TM-003
      since: 2020-01-01
"""


def deputy(**more: str) -> str:
    return BOSS + "  deputies:\n    - who: TM-004\n      since: 2020-01-01\n" + "".join(f"      {name}: {value}\n" for name, value in more.items())


DEPUTIES = {
    "in office": (deputy(), None),
    "out of office": (deputy(until="2026-05-02"), "'TM-004' did not hold or deputise the role 'boss' on 2026-05-03"),
    "with limits": (
        deputy(limits="No policies", may_not_approve="[AIMS-POL-01]"),
        "'TM-004' may act as 'boss', but may not approve AIMS-POL-01 (No policies)",
    ),
}


@pytest.mark.parametrize(("holdings", "expected"), DEPUTIES.values(), ids=DEPUTIES)
def test_a_deputy_approves_in_office_and_within_limits(mill: Path, holdings: str, expected: str | None) -> None:
    apply(mill, {ROLES: [[BOSS, holdings]]})
    commit(mill, "A deputy")
    approve(mill, holder="TM-004")
    found = lines_of(mill, "approval-authorised")
    assert len(found) == bool(expected)
    assert not expected or found[0].startswith(expected)


def test_a_reseal_is_no_way_to_another_title(mill: Path) -> None:
    apply(mill, {POLICY: [["title: AI policy", "title: Rules"]]})
    reseal(mill)
    assert [line.split(": ", 1)[1] for line in broken(mill)] == ["AIMS-POL-01 was not only resealed: title was changed; approve a new version instead"]


def test_a_base_of_another_schema_is_one_sentence(mill: Path) -> None:
    apply(mill, {ROLES: [["  purpose: Decides\n", "  purpose: Decides\n  salary: 12\n"]]})
    commit(mill, "An older schema")
    apply(mill, {ROLES: [["  salary: 12\n", ""]]})
    approve(mill)
    found = lines_of(mill, "approval-authorised")
    assert len(found) == 1
    assert found[0].startswith("BASE cannot be read by today's schema (aims_data/roles.yaml:4:3: ")
    git(mill, "checkout", "--quiet", POLICY)
    apply(mill, {POLICY: [["    effective_from: 2026-02-10\n", "    approvers: [boss]\n    effective_from: 2026-02-10\n"]]})
    assert lines_of(mill, "approval-authorised") == [found[0].split("does not count: ")[-1]], "nor who had to approve"


def test_nobody_takes_a_role_for_another_entry_in_the_same_change(mill: Path) -> None:
    apply(mill, {ROLES: [[BOSS, BOSS + "    - who: TM-009\n      since: 2020-01-01\n"]]})
    apply(mill, {POLICY: [[END, END + "    confirmed:\n      - {by: boss, holder: TM-009, on: 2026-05-02}\n"]]})
    assert [line.split("does not count: ")[1].split(",")[0] for line in broken(mill)] == ["'TM-009' did not hold or deputise the role 'boss' on 2026-05-02"]


def test_a_second_approver_may_bring_the_reason_why_author_and_approver_are_one(mill: Path) -> None:
    two = {POLICY: [["approvers: [boss]", "approvers: [boss, keeper]"]], ROLES: [["- id: writer", KEEPER + "- id: writer"]]}
    apply(mill, two)
    commit(mill, "Two approvers")
    seal = seal_now(mill)
    same = "    same_person: {reason: Nobody else., compensating_review: The miller looked., by: boss, on: 2026-02-03}\n"
    second = f"      - {{by: keeper, holder: TM-003, on: 2026-02-03, seal: {seal}, evidence: Mail}}\n"
    apply(mill, {POLICY: [["        evidence: Minutes of 2026-02-03\n", "        evidence: Minutes of 2026-02-03\n" + second], [END, END + same]]})
    assert broken(mill) == []


def test_an_approver_is_not_taken_away_below_a_draft(mill: Path) -> None:
    apply(mill, {POLICY: [["approvers: [boss]", "approvers: [boss, keeper]"]], ROLES: [["- id: writer", KEEPER + "- id: writer"]]})
    approve(mill)
    commit(mill, "Approved by one of two")
    draft = "  - number: '1.2'\n    written_on: 2026-05-04\n    change: A draft.\n"
    apply(mill, {POLICY: [["approvers: [boss, keeper]", "approvers: [boss]"]]})
    (mill / POLICY).write_text((mill / POLICY).read_text(encoding="utf-8") + draft, encoding="utf-8")
    assert lines_of(mill, "approval-authorised")[0].startswith("version 1.1 of AIMS-POL-01 is not approved by keeper, who had to by BASE")


def test_the_reason_for_one_person_comes_only_with_an_approval(mill: Path) -> None:
    apply(mill, {POLICY: [[END, END + "    same_person: {reason: Nobody else., compensating_review: Looked., by: boss, on: 2026-02-03}\n"]]})
    assert lines_of(mill, "history-kept") == [
        "same_person of version 1.0 was empty and is 'reason Nobody else., compensating_review Looked., by boss, o…' now; "
        "put it back, and say what changed in a new version (BASE has it)"
    ]


def test_nobody_approves_in_a_role_that_everybody_has(mill: Path) -> None:
    apply(mill, {ROLES: [["- id: writer", EVERYBODY + "- id: writer"]]})
    commit(mill, "Everybody")
    text = (mill / POLICY).read_text(encoding="utf-8").replace("POL-01", "POL-02").replace("approvers: [boss]", "approvers: [everybody]")
    text = text.replace("sources: [docs/policy.md, aims_data/policy.yaml]", "sources: [docs/new.md]").split("versions:")[0]
    apply(mill, {"docs/new.md": "# New\n", "aims_data/documents/AIMS-POL-02.yaml": text + "versions:\n" + entry("1.0", "everybody", "TM-666")})
    apply(mill, {"aims_data/documents/AIMS-POL-02.yaml": [[PASTED, seal_now(mill, "AIMS-POL-02")]]})
    assert lines_of(mill, "approval-authorised") == [
        "the role 'everybody' is everybody's, so nobody can approve as it; name a role that somebody holds among the approvers"
    ]


EVERYBODY = """- id: everybody
  title: Everybody
  purpose: Works
  in_short: You work.
  responsibilities: [Work]
  competence: [Working]
  held_by_all: true
"""


@pytest.mark.parametrize(("by", "holder"), [("writer", "TM-002"), ("everybody", "TM-666")])
def test_only_some_roles_confirm(mill: Path, by: str, holder: str) -> None:
    """Else anybody could put off the next review."""
    apply(mill, {ROLES: [["- id: writer", EVERYBODY + "- id: writer"]]})
    commit(mill, "Everybody")
    apply(mill, {POLICY: [[END, END + f"    confirmed:\n      - {{by: {by}, holder: {holder}, on: 2026-05-02}}\n"]]})
    assert lines_of(mill, "approval-authorised") == [f"the role '{by}' may not review AIMS-POL-01; 'boss' may"]


def test_an_approval_is_not_dated_back_to_somebody_who_left(mill: Path) -> None:
    apply(mill, {ROLES: [[BOSS, BOSS + "    - who: TM-000\n      since: 2019-01-01\n      until: 2026-04-01\n"]]})
    commit(mill, "The old boss left")
    approve(mill, holder="TM-000")
    apply(mill, {POLICY: [["on: 2026-05-03", "on: 2026-03-03"], ["written_on: 2026-05-02", "written_on: 2026-03-02"]]})
    apply(mill, {POLICY: [[str(now(mill).find("AIMS-POL-01", Document).versions[-1].approvals[0].seal), seal_now(mill)]]})  # type: ignore[union-attr]
    assert lines_of(mill, "approval-authorised") == [
        "'TM-000' had left the role 'boss' when this came in (the state that it builds on is of 2026-05-01), so nothing shows that it was given "
        "on 2026-03-03; let whoever holds the role now approve"
    ]


def test_the_writer_of_an_approved_version_is_one(mill: Path) -> None:
    """Else whoever approves his own text names somebody else as its writer."""
    approve(mill)
    apply(mill, {POLICY: [["author_holder: TM-002", "author_holder: TM-777"]]})
    found = lines_of(mill, "approval-authorised")
    assert len(found) == 1 and found[0].startswith("'TM-777' did not hold or deputise the role 'writer' on 2026-05-02")


# -- what is approved stays in force --------------------------------------------------------------------------------------------

DRAFT = "  - number: '1.1'\n    written_on: 2026-05-02\n    change: A draft.\n"
APPROVAL = (
    "    approvals:\n      - by: boss\n        holder: TM-001\n        on: 2026-02-03\n"
    "        seal: cdd8c2e3403b87b3ed061087178c3f44f37f61771e6961d40af790f09682ec9f\n        evidence: Minutes of 2026-02-03\n"
)
PORTAL = "aims_data/documents/AIMS-PRT-01.yaml"
STAYS: dict[str, tuple[dict[str, list[list[str]]], str]] = {
    "withdrawn by the wrong role": (
        {POLICY: [["versions:\n", "withdrawn: {on: 2026-05-20, by: writer, reason: Mine.}\nversions:\n"]]},
        "the withdrawal of AIMS-POL-01 does not count: by BASE the role 'writer' may not withdraw it; 'boss' may",
    ),
    "replaced by a register": (
        {REGISTER: [["versions:\n", "supersedes: [AIMS-POL-01]\nversions:\n"]]},
        "AIMS-REG-01 would replace AIMS-POL-01, which boss did not agree to; withdraw AIMS-POL-01 in the same change (`aims withdraw AIMS-POL-01`)",
    ),
    "replaced by what was approved before": (
        {METHOD: [["supersedes: [AIMS-PRO-90]", "supersedes: [AIMS-PRO-90, AIMS-POL-01]"]]},
        "AIMS-PRO-01 would replace AIMS-POL-01, which boss did not agree to; withdraw AIMS-POL-01 in the same change (`aims withdraw AIMS-POL-01`), "
        "or let boss approve the version of AIMS-PRO-01 with which that begins",
    ),
    "page moved to the portal": (
        {POLICY: [[END, END + DRAFT], ["sources: [docs/policy.md, ", "sources: ["]], PORTAL: [["[docs/index.md]", "[docs/index.md, docs/policy.md]"]]},
        "docs/policy.md was text of AIMS-POL-01, which is in force, and belongs to AIMS-PRT-01 now; give it back, "
        "or let boss approve AIMS-POL-01 without it in the same change",
    ),
    "page moved to the portal, and the approval removed": (
        {POLICY: [[APPROVAL, ""], ["sources: [docs/policy.md, ", "sources: ["]], PORTAL: [["[docs/index.md]", "[docs/index.md, docs/policy.md]"]]},
        "docs/policy.md was text of AIMS-POL-01, which is in force, and belongs to AIMS-PRT-01 now; give it back, "
        "or let boss approve AIMS-POL-01 without it in the same change",
    ),
}


@pytest.mark.parametrize(("edits", "expected"), STAYS.values(), ids=STAYS)
def test_what_is_approved_stays_in_force(mill: Path, edits: dict[str, list[list[str]]], expected: str) -> None:
    apply(mill, edits)
    assert [line.split(": ", 1)[1] for line in broken(mill) if line.startswith("stays-in-force")] == [expected]


TAKEN = (
    "docs/policy.md was text of AIMS-POL-01, which is in force, and belongs to {} now; give it back, "
    "or let boss approve AIMS-POL-01 without it in the same change"
)


def test_a_page_does_not_leave_approval_by_way_of_a_draft(mill: Path) -> None:
    """First into the draft of another approved document, which is no approved text; then on to where nobody approves, or approved there by others."""
    keeper = {
        ROLES: [["- id: writer", KEEPER + "- id: writer"]],
        METHOD: [["approvers: [boss]", "approvers: [keeper]"], [END, END.replace("    ", "    approvers: [boss]\n    ", 1)]],
    }
    apply(mill, keeper)
    assert broken(mill) == []
    commit(mill, "The keeper approves the method from now on")
    taken = {POLICY: [["sources: [docs/policy.md, ", "sources: ["], [END, END + DRAFT]], METHOD: [["sources: [", "sources: [docs/policy.md, "]]}
    apply(mill, taken)
    (mill / METHOD).write_text((mill / METHOD).read_text(encoding="utf-8") + DRAFT, encoding="utf-8")
    assert broken(mill) == [], "drafts may share out what is in force anew"
    commit(mill, "A draft takes the page")
    method = (mill / METHOD).read_text(encoding="utf-8")
    approval = f"    approvals:\n      - {{by: keeper, holder: TM-003, on: 2026-05-03, seal: {PASTED}, evidence: Mail}}\n"
    (mill / METHOD).write_text(method + approval, encoding="utf-8")
    apply(mill, {METHOD: [[PASTED, seal_now(mill, "AIMS-PRO-01")]]})
    assert [line.split(": ", 1)[1] for line in broken(mill)] == [TAKEN.format("AIMS-PRO-01")]
    (mill / METHOD).write_text(method.replace("[docs/policy.md, ", "["), encoding="utf-8")
    apply(mill, {PORTAL: [["[docs/index.md]", "[docs/index.md, docs/policy.md]"]]})
    assert [line.split(": ", 1)[1] for line in broken(mill)] == [TAKEN.format("AIMS-PRT-01")]


def test_a_page_that_only_a_draft_held_goes_where_it_likes(mill: Path) -> None:
    apply(mill, {"docs/new.md": "# New\n", POLICY: [["sources: [", "sources: [docs/new.md, "], [END, END + DRAFT]]})
    commit(mill, "A draft with a page more")
    apply(mill, {POLICY: [["sources: [docs/new.md, ", "sources: ["]], PORTAL: [["[docs/index.md]", "[docs/index.md, docs/new.md]"]]})
    assert broken(mill) == []


def test_a_page_passes_on_with_the_approval_of_what_is_left(mill: Path) -> None:
    apply(
        mill, {POLICY: [["sources: [docs/policy.md, ", "sources: ["], [END, END + entry()]], PORTAL: [["[docs/index.md]", "[docs/index.md, docs/policy.md]"]]}
    )
    apply(mill, {POLICY: [[PASTED, seal_now(mill)]]})
    assert broken(mill) == []


def test_a_document_replaces_another_with_the_approval_of_its_approvers(mill: Path) -> None:
    edits = [["supersedes: [AIMS-PRO-90]", "supersedes: [AIMS-PRO-90, AIMS-POL-01]"]]
    apply(mill, {METHOD: edits})
    (mill / METHOD).write_text((mill / METHOD).read_text(encoding="utf-8") + entry(), encoding="utf-8")
    apply(mill, {METHOD: [[PASTED, seal_now(mill, "AIMS-PRO-01")]]})
    assert broken(mill) == []


def test_a_hidden_file_does_not_stand_for_a_document(mill: Path) -> None:
    (mill / POLICY).rename((mill / POLICY).with_name(".AIMS-POL-01.yaml"))
    assert [line.split(": ")[1].split(",")[0] for line in broken(mill)] == ["AIMS-POL-01 is gone"]


def test_attributes_of_git_do_not_hide_the_base(mill: Path) -> None:
    """`git archive` would leave out what .gitattributes says, and the policy would count as a new document."""
    apply(mill, {".gitattributes": f"{POLICY} export-ignore\n", ROLES: [["- id: writer", KEEPER + "- id: writer"]], METHOD: [["[boss]", "[boss, keeper]"]]})
    commit(mill, "Harmless")
    apply(mill, {POLICY: [["approvers: [boss]", "approvers: [keeper]"]]})
    approve(mill, by="keeper", holder="TM-003")
    assert lines_of(mill, "approval-authorised")[0].startswith("the role 'keeper' is not among the approvers of AIMS-POL-01 in the state")


def test_a_link_is_no_page(mill: Path) -> None:
    (mill / "docs/policy.md").rename(mill / "elsewhere.md")
    (mill / "docs/policy.md").symlink_to("../elsewhere.md")
    (mill / "docs/folder").symlink_to("../elsewhere")
    (mill / "docs/two\nlines.md").write_text("# Two\n", encoding="utf-8")
    said = [str(found) for found in problems_of(now(mill)) if found.rule == "file-in-its-place"]
    links = [f"docs/{name}:1:1: is a link to another place; put the file itself here" for name in ("folder", "policy.md")]
    assert [line for line in said if "link" in line] == links
    assert [line.endswith("has a line break in its name, with which a line of a seal could be forged; rename it") for line in said] == [False, False, True]


# -- seals and signatures -------------------------------------------------------------------------------------------------------


def test_a_pasted_seal_is_found(mill: Path) -> None:
    apply(mill, {POLICY: [[END, END + entry()]]})
    assert broken(mill) == [
        f"seal-not-pasted {POLICY}:39:58: the seal 0123456789ab… is not that of version 1.1 of AIMS-POL-01 as its files are; "
        "seals are computed, not copied: see `aims seal AIMS-POL-01`"
    ]


def test_a_seal_of_the_text_before_the_last_word_is_found(mill: Path) -> None:
    approve(mill)
    (mill / "docs/policy.md").write_text("# AI policy\n\nWe take the greatest care.\n", encoding="utf-8")
    assert [line.split()[0] for line in broken(mill)] == ["seal-not-pasted"]
    assert [found.message for found in required(now(mill), "HEAD")] == [
        "AIMS-POL-01 AI policy was changed since version 1.1 was approved; approve it in the same change, or enter a draft version "
        "(`aims submit AIMS-POL-01 --change …`)"
    ]


def reseal(project: Path) -> None:
    apply(project, {POLICY: [[END, END + f"    resealed:\n      - {{on: 2026-05-04, by: writer, holder: TM-002, reason: Renamed., seal: {PASTED}}}\n"]]})
    apply(project, {POLICY: [[PASTED, seal_now(project)]]})


def test_a_reseal_after_a_rename_breaks_nothing(mill: Path) -> None:
    (mill / "docs/policy.md").rename(mill / "docs/our-policy.md")
    apply(mill, {POLICY: [["docs/policy.md", "docs/our-policy.md"]]})
    reseal(mill)
    assert broken(mill) == []


def test_a_reseal_that_changes_words_is_no_reseal(mill: Path) -> None:
    apply(mill, {"docs/policy.md": "# AI policy\n\nWe take no care. See [[A.2.2]].\n"})
    reseal(mill)
    assert broken(mill) == [f"reseal-technical {POLICY}:35:9: AIMS-POL-01 was not only resealed: docs/policy.md was changed; approve a new version instead"]


@pytest.mark.parametrize("marked", ["<del>care</del>", "<span hidden>care</span>", "**care**{: hidden }", "<!-- care -->"])
def test_a_reseal_that_hides_words_is_no_reseal(mill: Path, marked: str) -> None:
    text = (mill / "docs/policy.md").read_text(encoding="utf-8")
    apply(mill, {"docs/policy.md": text.replace("care", marked, 1)})
    reseal(mill)
    assert [line.split()[0] for line in broken(mill)] == ["reseal-technical"]


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """A fresh SSH key."""
    path = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(path)], check=True)
    return path


def signers(key: Path) -> dict[str, Any]:
    public = key.with_suffix(".pub").read_text(encoding="utf-8").strip()
    listed = [["  - aims_data/scope.yaml\n", "  - aims_data/scope.yaml\n  - aims_data/signers.yaml\n"]]
    return {"aims_data/signers.yaml": f"- who: TM-001\n  key: {public}\n  valid_after: 2026-01-01\n", REGISTER: listed}


def signed(project: Path, key: Path) -> None:
    approve(project)
    document = now(project).find("AIMS-POL-01", Document)
    assert document
    text = seal_text(document, document.versions[-1], sums_now(now(project), document))
    assert digest(text) == document.versions[-1].approvals[0].seal
    value = sign(text, key).replace("\n", "\\n")
    apply(project, {POLICY: [["evidence: Mail", f'evidence: Mail, signature: "{value}"']]})


def test_a_signature_counts_with_a_key_that_was_known_before(mill: Path, key: Path) -> None:
    apply(mill, signers(key))
    commit(mill, "A key")
    signed(mill, key)
    assert broken(mill) == []


def test_nobody_brings_his_own_key_in_the_same_change(mill: Path, key: Path) -> None:
    apply(mill, signers(key))
    signed(mill, key)
    assert [line.split(": ")[2] for line in broken(mill)] == [
        "there is no key of 'TM-001' in aims_data/signers.yaml, so the signature proves nothing; add the key there first"
    ]


def test_a_signature_that_nobody_can_check_does_not_come_in(mill: Path) -> None:
    approve(mill)
    commit(mill, "Version 1.1")
    proof = "        evidence: Minutes of 2026-02-03\n"
    apply(mill, {POLICY: [[proof, proof + '        signature: "-----BEGIN SSH SIGNATURE-----\\nx"\n']]})
    assert [line.split("keys of BASE: ")[1] for line in broken(mill)] == [
        "the files are not what was sealed, so it cannot be checked any more; a signature comes in together with the text that was signed"
    ]


def test_the_page_says_who_signed(mill: Path, key: Path) -> None:
    apply(mill, signers(key))
    signed(mill, key)
    commit(mill, "Signed")
    aims = now(mill)
    page = dict(record_pages(build_of(aims), Renderer(aims)))["documents/AIMS-POL-01.md"]
    assert "signed with a key of TM&#45;001</small>" in page and "recorded, not signed" in page, "1.1 is signed, 1.0 is not"
    (mill / "docs/policy.md").write_text("# AI policy\n", encoding="utf-8")
    aims = now(mill)
    assert "signed with a key of TM&#45;001, checked when it came in" in dict(record_pages(build_of(aims), Renderer(aims)))["documents/AIMS-POL-01.md"]


def test_every_rule_on_a_change_has_a_sentence() -> None:
    assert [name for name, rule in RULE.items() if not rule.sentence.endswith(".")] == []
    assert not set(RULE) & {rule.name for rule in RULES}, "a name is a rule's alone"


# -- records --------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def closed(mill: Path) -> Path:
    """The mill with a closed record."""
    line = f"closed:\n  - {{record: REC-001, on: 2026-04-02, by: writer, holder: TM-002, seal: {record_seal(now(mill), 'REC-001')}}}\n"
    apply(mill, {REGISTER: [["versions:\n", line + "versions:\n"]]})
    assert broken(mill) == []
    commit(mill, "Closed")
    return mill


def test_a_closed_record_stays_whatever_the_entry_says_now(closed: Path) -> None:
    old = str(record_seal(now(closed), "REC-001"))
    apply(closed, {"aims_data/records/REC-001.yaml": [["A stone was found", "No stone was found"]]})
    apply(closed, {REGISTER: [[old, str(record_seal(now(closed), "REC-001"))]]})
    assert [line.split(": ", 1)[0].rsplit(":", 2)[0] for line in broken(closed)] == [f"history-kept {REGISTER}", f"closed-record-kept {REGISTER}"]


def test_a_record_is_not_opened_again(closed: Path) -> None:
    text = (closed / REGISTER).read_text(encoding="utf-8")
    (closed / REGISTER).write_text("".join(line for line in text.splitlines(True) if "closed" not in line and "REC-001" not in line), encoding="utf-8")
    assert [line.split(": ", 1)[1] for line in broken(closed)] == ["REC-001-closed was removed; bring it back, entries are only added (BASE has it)"]


# -- --require-approved, line ends, names, history, the command -----------------------------------------------------------------


def test_a_draft_needs_no_approval(mill: Path) -> None:
    apply(mill, {"docs/policy.md": "# AI policy\n\nWe may take care.\n"})
    assert len(required(now(mill), None)) == 1
    apply(mill, {POLICY: [[END, END + "  - number: '1.1'\n    written_on: 2026-05-02\n    change: A draft.\n"]]})
    assert required(now(mill), "HEAD") == []


def test_an_approval_without_a_seal_does_not_cover_new_content(mill: Path) -> None:
    apply(mill, {POLICY: [[f"        seal: {seal_now(mill)}\n", ""]]})
    commit(mill, "On paper")
    assert required(now(mill), "HEAD") == []
    apply(mill, {"docs/policy.md": "# AI policy\n\nWe may take care.\n"})
    expected = [
        "AIMS-POL-01 AI policy was changed since HEAD, under an approval that has no seal; "
        "approve it in the same change, or enter a draft version (`aims submit AIMS-POL-01 --change …`)"
    ]
    assert [found.message for found in required(now(mill), "HEAD")] == expected
    for old, more in ((END, END + "    approvers: [boss]\n"), (END, END + "    confirmed:\n      - {by: boss, holder: TM-001, on: 2026-05-02}\n")):
        apply(mill, {POLICY: [[old, more]]})
        assert [found.message for found in required(now(mill), "HEAD")] == expected, "nor where something is added to the entry"


def test_an_approval_comes_in_with_a_seal(mill: Path) -> None:
    approve(mill)
    apply(mill, {POLICY: [[f", seal: {seal_now(mill)}", ""]]})
    assert [found.message for found in required(now(mill), "HEAD")] == [
        "version 1.1 of AIMS-POL-01 comes in as approved, but without a seal, so nothing binds the approval to this text; "
        "approve it with `aims approve`, which writes the seal"
    ]


def test_a_draft_is_not_for_more_readers(mill: Path) -> None:
    organisation, secret = "aims_data/organisation.yaml", "  - {id: secret, title: Secret, meaning: For few., level: 2}\n"
    apply(mill, {organisation: [["classifications:\n", "classifications:\n" + secret]], POLICY: [["classification: public", "classification: secret"]]})
    apply(mill, {POLICY: [[END, END + entry()]]})
    apply(mill, {POLICY: [[PASTED, seal_now(mill)]]})
    commit(mill, "Secret")
    apply(mill, {POLICY: [["classification: secret", "classification: public"]]})
    (mill / POLICY).write_text((mill / POLICY).read_text(encoding="utf-8") + DRAFT.replace("1.1", "1.2"), encoding="utf-8")
    assert [found.message for found in required(now(mill), "HEAD")] == [
        "AIMS-POL-01 would be public instead of secret at once, for more people to read, and no approved version says so; "
        "approve it in the same change, or leave the classification as it is in a draft"
    ]


def test_approved_text_does_not_move_to_a_master_elsewhere(mill: Path) -> None:
    master = "master: {location: A shelf, access: All, edition: '9', checked_on: 2026-05-20, watched_by: writer}"
    apply(mill, {POLICY: [[END, END + DRAFT], ["sources: [docs/policy.md, aims_data/policy.yaml]", master]]})
    assert [found.message for found in required(now(mill), "HEAD")] == [
        "the text of AIMS-POL-01 was approved here, and a master kept elsewhere is not; withdraw AIMS-POL-01 and begin a new document for it"
    ]


def test_a_policy_does_not_become_a_register_to_escape_approval(mill: Path) -> None:
    apply(mill, {POLICY: [["kind: policy", "kind: register"]]})
    assert [found.message for found in required(now(mill), "HEAD")] == [
        "AIMS-POL-01 needed approval as a policy and as a register does not; withdraw it and begin a new one"
    ]


def test_a_clone_with_windows_line_ends_has_the_same_seals(mill: Path, tmp_path: Path) -> None:
    approve(mill)
    commit(mill, "Approved")
    git(mill, "-c", "core.autocrlf=true", "clone", "--quiet", "-c", "core.autocrlf=true", str(mill), str(tmp_path / "windows"))
    windows = tmp_path / "windows"
    assert b"\r\n" in (windows / "docs/policy.md").read_bytes()
    assert seal_now(windows) == seal_now(mill)
    assert broken(windows, "HEAD~1") == []
    assert required(now(windows), "HEAD~1") == []


def test_sources_may_have_any_name(mill: Path) -> None:
    name = "docs/Müllerei – Ärger & Weiß.md"
    apply(mill, {POLICY: [["sources: [docs/policy.md,", f'sources: [docs/policy.md, "{name}",']], name: "# Mehr\n"})
    approve(mill)
    assert broken(mill) == []
    commit(mill, "Approved")
    (mill / name).write_text("# Weniger\n", encoding="utf-8")
    assert len(required(now(mill), "HEAD")) == 1


def test_the_history_of_main_is_judged_commit_by_commit(mill: Path) -> None:
    approve(mill)
    commit(mill, "Approved")
    apply(mill, {POLICY: [["change: First version.", "change: The first version."]]})
    bad = commit(mill, "Mended a word", when="2026-05-02T10:00:00Z")
    apply(mill, {POLICY: [["change: The first version.", "change: First version."]]})
    back = commit(mill, "Put it back", when="2026-05-03T10:00:00Z")
    found, said = over_history(now(mill))
    assert [(problem.rule, problem.message.split("): ")[0]) for problem in found] == [
        ("history-kept", f"commit {bad[:10]} of 2026-05-02 (Mended a word"),
        ("history-kept", f"commit {back[:10]} of 2026-05-03 (Put it back"),
    ]
    assert said == "4 commits changed data, each judged against the one before it; the first of them has none before it, its entries are taken as they stand"


def test_only_the_commits_after_a_base_are_judged(mill: Path) -> None:
    """Each against the one before it, so that an appointment may come first and the approval after it."""
    apply(mill, {POLICY: [["change: First version.", "change: The first version."]]})
    early = commit(mill, "An early sin")
    apply(mill, {ROLES: [[BOSS, BOSS + "    - who: TM-003\n      since: 2026-05-01\n"]]})
    commit(mill, "Appointed")
    apply(mill, {"docs/policy.md": "# AI policy\n\nWe take great care. See [[A.2.2]].\n"})
    new = entry(holder="TM-003")
    apply(mill, {POLICY: [["    change: The first version.\n", f"    change: The first version.\n{new}"]]})
    apply(mill, {POLICY: [[PASTED, seal_now(mill)]]})
    commit(mill, "Approved by the new one")
    assert broken(mill, early) != [], "the sum of both is no way to judge them"
    assert over_history(now(mill), early) == ([], f"2 commits after {early} ({early[:10]}) changed data, each judged against the one before it")
    arguments = ("check", "--project", str(mill), "--today", DAY.isoformat(), "--history", "--base")
    done = run_aims(*arguments, early)
    assert (done.returncode, done.stderr[:15]) == (0, "2 commits after"), done.stdout + done.stderr
    apply(mill, {POLICY: [["change: A word more.", "change: Two words more."]]})
    commit(mill, "A late sin")
    found, said = over_history(now(mill), early)
    assert [(problem.rule, "(A late sin)" in problem.message) for problem in found] == [("history-kept", True)] and said.startswith("3 commits after ")
    assert run_aims(*arguments, early).returncode == 1


def test_main_that_was_merged_into_what_took_its_place_is_one_change(mill: Path) -> None:
    """The line of HEAD then leads by the branch, and no commit on it ever held what main had."""
    first = git(mill, "rev-parse", "HEAD")
    approve(mill)
    main = commit(mill, "Version 1.1", "2026-05-03T10:00:00Z")
    for strategy, expected in (("ours", ["version 1.1 was removed"]), ("ort", [])):
        git(mill, "checkout", "--quiet", "--detach", first)
        commit(mill, "Beside it", "2026-05-04T10:00:00Z", **{"notes.txt": "x\n"})
        git(mill, "merge", "--quiet", "--no-ff", "--strategy", strategy, "-m", "Main merged into it", main, when="2026-05-05T10:00:00Z")
        found, said = over_history(now(mill), main)
        assert [problem.message.split("): ", 1)[1].split(";")[0] for problem in found] == expected
        assert said == f"{main} ({main[:10]}) was merged in, so all that came to it is judged as one change"


def test_a_base_that_was_taken_out_of_the_history_is_said(mill: Path) -> None:
    old = commit(mill, "Approved")
    git(mill, "reset", "--quiet", "--hard", "HEAD~1")
    commit(mill, "Never approved", "2026-05-02T10:00:00Z")
    with pytest.raises(GitError, match=r"is not part of the history of this commit: merge it in first; .* the history was rewritten"):
        over_history(now(mill), old)


def test_a_part_of_the_history_is_not_judged_as_if_it_were_the_whole(mill: Path, tmp_path: Path) -> None:
    apply(mill, {POLICY: [["change: First version.", "change: The first version."]]})
    commit(mill, "A sin")
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{mill}", "shallow")
    with pytest.raises(GitError, match="holds only a part of the history, so not every commit can be judged; run: git fetch --unshallow"):
        over_history(now(tmp_path / "shallow"))


def test_a_rewritten_history_is_found(mill: Path) -> None:
    approve(mill)
    old = commit(mill, "Approved")
    git(mill, "reset", "--quiet", "--hard", "HEAD~1")
    commit(mill, "Never approved")
    assert [(line.split(":")[0], "is not part of the history of this commit" in line) for line in broken(mill, old)] == [
        ("history-kept aims_data/documents", True)
    ]


def test_without_git_there_is_no_base(project: Path) -> None:
    with pytest.raises(GitError, match="there is no git history here"):
        against(now(project), "main")


def test_the_command_judges_against_a_base(mill: Path) -> None:
    apply(mill, {POLICY: [["change: First version.", "change: The first version."]]})
    arguments = ("check", "--project", str(mill), "--today", DAY.isoformat(), "--format", "github")
    for how, extra in ((("--base", "main"), {}), ((), {"AIMS_BASE": "main"})):
        done = run_aims(*arguments, *how, **extra)
        assert done.returncode == 1, done.stderr
        assert "title=history-kept::change of version 1.0 was" in done.stdout
    assert run_aims(*arguments, "--require-approved").returncode == 1
    assert run_aims(*arguments, "--history").stderr.startswith("1 commit changed data")
    for how, extra in ((("--base", ""), {}), ((), {"AIMS_BASE": ""})):  # an empty variable of a workflow
        done = run_aims(*arguments, *how, **extra)
        assert (done.returncode, done.stderr.strip()) == (2, "aims: '' is not a commit, branch or tag of this repository; name one like origin/main")
    done = run_aims(*arguments, "--base", "maine")
    assert (done.returncode, done.stderr.strip()) == (2, "aims: 'maine' is not a commit, branch or tag of this repository; name one like origin/main")
