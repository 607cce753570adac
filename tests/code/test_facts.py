"""The boundaries of derived facts: the day before, the day itself, the day after."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from macros import facts, office
from macros.due import all_due
from macros.graph import Aims
from macros.schema.base import Record
from macros.schema.documents import Document
from macros.schema.people import Role
from macros.schema.policy import Objective
from macros.schema.risks import Risk
from macros.schema.standard import Clause

Changed = Callable[..., Aims]
RISK = "aims_data/risks/R-001.yaml"
ACCEPTED = "aims_data/decisions/R-001/accepted-2026-05-01.yaml"
POLICY = "aims_data/documents/AIMS-POL-01.yaml"
VERSION_2 = """    change: First version.
  - number: '2.0'
    written_on: 2026-05-01
    approvals:
      - {by: boss, holder: TM-001, on: 2026-05-02, evidence: Minutes}
    effective_from: 2026-06-01
    change: Second version.
"""
REVIEWED_DRAFT = VERSION_2.replace(
    "    approvals:\n      - {by: boss, holder: TM-001, on: 2026-05-02, evidence: Minutes}\n", "    reviewed: {by: boss, holder: TM-001, on: 2026-05-02}\n"
)
PROVISIONAL = VERSION_2.replace("evidence: Minutes", "evidence: Minutes, provisional_until: 2026-06-30")


def get(aims: Aims, id: str) -> Any:
    """The record of an id that exists."""
    record = aims.get(id)
    assert isinstance(record, Record)
    return record


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
     ("2026-01-31", 1, "2026-02-28"), ("2024-01-31", 1, "2024-02-29"), ("2026-12-31", 2, "2027-02-28"),
     ("2026-06-15", 36, "2029-06-15"), ("2026-11-30", 1, "2026-12-30")],
)  # fmt: skip
def test_add_months(day: str, months: int, expected: str) -> None:
    assert facts.add_months(dt.date.fromisoformat(day), months) == dt.date.fromisoformat(expected)


ACCEPTANCE: list[tuple[str, list[list[str]], str, facts.Accepted]] = [
    ("the last day", [], "2027-04-30", facts.Accepted.accepted),
    ("the day after", [], "2027-05-01", facts.Accepted.expired),
    ("assessed on the day of the acceptance", [["on: 2026-04-01", "on: 2026-05-01"]], "2026-06-01", facts.Accepted.accepted),
    ("assessed a day later", [["on: 2026-04-01", "on: 2026-05-02"]], "2026-06-01", facts.Accepted.outdated),
    ("decided a day later", [], "2026-04-30", facts.Accepted.missing),
    ("level above the accepted one", [["level: moderate", "level: low"]], "2026-06-01", facts.Accepted.outgrown),
    ("level below the accepted one", [["level: moderate", "level: high"]], "2026-06-01", facts.Accepted.accepted),
    (
        "a low level needs none, whatever is written",
        [["current: {likelihood: 1, consequence: 2}", "current: {likelihood: 1, consequence: 1}"]],
        "2030-01-01",
        facts.Accepted.not_needed,
    ),
]


@pytest.mark.parametrize(("change", "day", "expected"), [case[1:] for case in ACCEPTANCE], ids=[case[0] for case in ACCEPTANCE])
def test_acceptance_state(changed: Changed, change: list[list[str]], day: str, expected: facts.Accepted) -> None:
    aims = changed({ACCEPTED if "level" in str(change) else RISK: change}, day)
    assert facts.acceptance_state(aims, get(aims, "R-001")) is expected


def test_the_newest_assessment_counts_wherever_it_stands(changed: Changed) -> None:
    older = "assessments:\n  - on: 2026-04-01"
    newer = (
        "assessments:\n  - on: 2026-04-02\n    by: writer\n    inherent: {likelihood: 2, consequence: 2}\n"
        "    current: {likelihood: 2, consequence: 2}\n    target: {likelihood: 1, consequence: 1}\n    why: Anew.\n  - on: 2026-04-01"
    )
    aims = changed({RISK: [[older, newer]]})
    level = facts.current_level(aims, aims.all(Risk)[0])
    assert level is not None
    assert level.value == "critical"


@pytest.mark.parametrize(("day", "number"), [("2026-02-09", None), ("2026-02-10", "1.0"), ("2026-05-31", "1.0"), ("2026-06-01", "2.0")])
def test_a_version_is_in_force_from_its_effective_day(changed: Changed, day: str, number: str | None) -> None:
    aims = changed({POLICY: [["    change: First version.\n", VERSION_2]]}, day)
    version = facts.version_in_force(aims, get(aims, "AIMS-POL-01"))
    assert (version.number if version else None) == number


def test_all_approvers_have_to_approve(changed: Changed) -> None:
    aims = changed({POLICY: [["approvers: [boss]", "approvers: [boss, writer]"]]})
    assert facts.version_in_force(aims, get(aims, "AIMS-POL-01")) is None
    assert facts.validity(aims, get(aims, "AIMS-POL-01")) is facts.Validity.draft


def test_without_an_effective_day_the_last_approval_counts(changed: Changed) -> None:
    change = {POLICY: [["    effective_from: 2026-02-10\n", ""]]}
    aims = changed(change, "2026-02-02")
    assert facts.version_in_force(aims, get(aims, "AIMS-POL-01")) is None
    assert facts.effective(get(aims, "AIMS-POL-01").versions[0]) == dt.date(2026, 2, 3)


VALIDITY: list[tuple[str, dict[str, Any], str, str, facts.Validity]] = [
    ("approved and effective", {}, "2026-02-10", "AIMS-POL-01", facts.Validity.in_force),
    ("approved, effective tomorrow", {}, "2026-02-09", "AIMS-POL-01", facts.Validity.approved),
    ("old one while the new waits", {POLICY: [["    change: First version.\n", VERSION_2]]}, "2026-05-31", "AIMS-POL-01", facts.Validity.in_force),
    ("register", {}, "2026-06-01", "AIMS-REG-01", facts.Validity.living),
    ("master elsewhere", {}, "2026-06-01", "AIMS-EXT-01", facts.Validity.kept),
    ("portal", {}, "2026-06-01", "AIMS-PRT-01", facts.Validity.portal),
    ("superseded", {}, "2026-02-10", "AIMS-PRO-90", facts.Validity.superseded),
    ("withdrawn tomorrow", {}, "2026-02-09", "AIMS-PRO-90", facts.Validity.kept),
    (
        "withdrawn, replaced by nothing",
        {"aims_data/documents/AIMS-PRO-01.yaml": [["supersedes: [AIMS-PRO-90]\n", ""]]},
        "2026-06-01",
        "AIMS-PRO-90",
        facts.Validity.withdrawn,
    ),
]


@pytest.mark.parametrize(("change", "day", "id", "expected"), [case[1:] for case in VALIDITY], ids=[case[0] for case in VALIDITY])
def test_validity(changed: Changed, change: dict[str, Any], day: str, id: str, expected: facts.Validity) -> None:
    aims = changed(change, day)
    assert facts.validity(aims, get(aims, id)) is expected


NEXT: list[tuple[str, dict[str, Any], str, str, str | None]] = [
    ("a year after the approval", {}, "2026-06-01", "AIMS-POL-01", "2027-02-03"),
    ("a year after the review of a register", {}, "2026-06-01", "AIMS-REG-01", "2027-02-01"),
    ("a year after the master was checked", {}, "2026-06-01", "AIMS-EXT-01", "2027-02-01"),
    ("no interval", {}, "2026-06-01", "AIMS-PRT-01", None),
    ("withdrawn", {}, "2026-06-01", "AIMS-PRO-90", None),
    ("approvals after today do not count yet", {POLICY: [["    change: First version.\n", VERSION_2]]}, "2026-05-01", "AIMS-POL-01", "2027-02-03"),
    ("the newest approval counts", {POLICY: [["    change: First version.\n", VERSION_2]]}, "2026-05-02", "AIMS-POL-01", "2027-05-02"),
    ("a review of a draft does not count", {POLICY: [["    change: First version.\n", REVIEWED_DRAFT]]}, "2026-06-01", "AIMS-POL-01", "2027-02-03"),
    ("a provisional approval does not count", {POLICY: [["    change: First version.\n", PROVISIONAL]]}, "2026-06-01", "AIMS-POL-01", "2027-02-03"),
    (
        "never reviewed: from the day it was written",
        {"aims_data/documents/AIMS-REG-01.yaml": [["    reviewed: {by: boss, holder: TM-001, on: 2026-02-01}\n", ""]]},
        "2026-06-01",
        "AIMS-REG-01",
        "2027-02-01",
    ),
]


@pytest.mark.parametrize(("change", "day", "id", "expected"), [case[1:] for case in NEXT], ids=[case[0] for case in NEXT])
def test_next_review(changed: Changed, change: dict[str, Any], day: str, id: str, expected: str | None) -> None:
    aims = changed(change, day)
    due = facts.next_review(aims, get(aims, id))
    assert (due.isoformat() if due else None) == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-12-04", facts.Timeliness.current),
        ("2026-12-05", facts.Timeliness.due),
        ("2027-02-03", facts.Timeliness.due),
        ("2027-02-04", facts.Timeliness.overdue),
    ],
)
def test_due_soon_is_sixty_days(changed: Changed, day: str, expected: facts.Timeliness) -> None:
    aims = changed({}, day)
    assert facts.timeliness(aims, dt.date(2027, 2, 3)) is expected
    assert facts.timeliness(aims, None) is facts.Timeliness.none


RESULT = "aims_data/measurements.yaml"
PROCEDURE = "aims_data/documents/AIMS-PRO-01.yaml"
NO_CLAUSE = {POLICY: [["clauses: ['4.1']\n", ""]]}
EXTERNAL, PORTAL = "aims_data/documents/AIMS-EXT-01.yaml", "aims_data/documents/AIMS-PRT-01.yaml"
NOTHING_OF_ITS_OWN = "# x y z\n" + "## many words in a heading\n" * 30 + "\n```\n" + "words " * 90 + "\n```\n<!-- " + "words " * 90 + "-->\n"
ANSWERS: list[tuple[str, dict[str, Any], str, str, facts.Answered]] = [
    ("a document in force", {}, "2026-06-01", "4.1", facts.Answered.answered),
    ("a document that is not in force yet", {}, "2026-02-09", "4.1", facts.Answered.gap),
    ("an external document", NO_CLAUSE | {EXTERNAL: [["review: yearly\n", "clauses: ['4.1']\n"]]}, "2026-06-01", "4.1", facts.Answered.gap),
    ("a portal", NO_CLAUSE | {PORTAL: [["sources:", "clauses: ['4.1']\nsources:"]]}, "2026-06-01", "4.1", facts.Answered.gap),
    ("results and procedure", {}, "2026-06-01", "9.1", facts.Answered.answered),
    ("a procedure alone is defined, not operated", {RESULT: "[]\n"}, "2026-06-01", "9.1", facts.Answered.defined),
    ("a result of tomorrow is none", {RESULT: [["2026-05-01", "2026-06-02"]]}, "2026-06-01", "9.1", facts.Answered.defined),
    ("a result of today is one", {RESULT: [["2026-05-01", "2026-06-01"]]}, "2026-06-01", "9.1", facts.Answered.answered),
    ("neither", {RESULT: "[]\n", PROCEDURE: [["clauses: ['9.1']\n", ""]]}, "2026-06-01", "9.1", facts.Answered.gap),
    ("an empty page", {RESULT: "[]\n", "docs/risk-method.md": "# Risk method\n\n{{ risk_criteria() }}\n"}, "2026-06-01", "9.1", facts.Answered.gap),
    ("headings, code and comments", {RESULT: "[]\n", "docs/risk-method.md": NOTHING_OF_ITS_OWN}, "2026-06-01", "9.1", facts.Answered.gap),
]


@pytest.mark.parametrize(("change", "day", "id", "expected"), [case[1:] for case in ANSWERS], ids=[case[0] for case in ANSWERS])
def test_answer(changed: Changed, change: dict[str, Any], day: str, id: str, expected: facts.Answered) -> None:
    aims = changed(change, day)
    clause = aims.find(id, Clause)
    assert clause
    assert facts.answer(aims, clause).state is expected


def test_the_clause_with_clauses_below_it_is_no_leaf(changed: Changed) -> None:
    assert [clause.id for clause in facts.leaf_clauses(changed())] == ["4.1", "9.1"]


OBJECTIVES = "aims_data/objectives.yaml"
MET: list[tuple[str, dict[str, Any], str, facts.Met]] = [
    ("reached", {}, "2026-06-01", facts.Met.met),
    ("exactly the target", {RESULT: [["value: 92.5", "value: 90"]]}, "2026-06-01", facts.Met.met),
    ("not yet", {RESULT: [["value: 92.5", "value: 89.9"]]}, "2027-01-15", facts.Met.under_way),
    ("too late", {RESULT: [["value: 92.5", "value: 89.9"]]}, "2027-01-16", facts.Met.missed),
    ("lower is better", {OBJECTIVES: [["better: higher", "better: lower"]]}, "2026-06-01", facts.Met.under_way),
    ("measured tomorrow", {}, "2026-04-30", facts.Met.unmeasured),
    ("never measured, too late", {RESULT: "[]\n"}, "2027-01-16", facts.Met.missed),
]


@pytest.mark.parametrize(("change", "day", "expected"), [case[1:] for case in MET], ids=[case[0] for case in MET])
def test_objective_state(changed: Changed, change: dict[str, Any], day: str, expected: facts.Met) -> None:
    aims = changed(change, day)
    assert facts.objective_state(aims, aims.all(Objective)[0]) is expected


def test_what_falls_due(changed: Changed) -> None:
    """Everything with a day, earliest first; what is done or gone is not in it."""
    assert [(due.day.isoformat(), due.record, due.what) for due in all_due(changed())] == [
        ("2026-12-01", "REC-001", "follow-up (Look again)"),
        ("2027-01-15", "A.3.2", "implementation of the control"),
        ("2027-01-15", "T-01", "treatment action"),
        ("2027-02-01", "AIMS-EXT-01", "check of the edition"),
        ("2027-02-01", "AIMS-REG-01", "review of the document"),
        ("2027-02-01", "SYS-01", "end of the use decision"),
        ("2027-02-03", "AIMS-POL-01", "review of the document"),
        ("2027-02-03", "AIMS-PRO-01", "review of the document"),
        ("2027-04-01", "R-001", "assessment of the risk"),
        ("2027-04-30", "R-001", "end of the acceptance"),
        ("2027-05-01", "SUP-01", "assessment of the supplier"),
        ("2027-05-01", "SYS-01", "review of the system"),
        ("2027-06-01", "A.2.2", "evidence (Signed sheet)"),
    ]


def test_done_is_not_due(changed: Changed) -> None:
    change = {
        "aims_data/records/REC-001.yaml": [["    due: 2026-12-01\n", ""]],
        "aims_data/treatment_results.yaml": [["effect: partly", "effect: worked"]],
        "aims_data/control_status.yaml": [["state: planned", "state: implemented"]],
    }
    assert {"REC-001", "T-01", "A.3.2"}.isdisjoint({due.record for due in all_due(changed(change))})


@pytest.mark.parametrize(("day", "may"), [("2019-12-31", False), ("2020-01-01", True), ("2021-06-30", True), ("2021-07-01", False)])
def test_a_holder_may_act_from_the_first_to_the_last_day(changed: Changed, day: str, may: bool) -> None:
    aims = changed(
        {"aims_data/roles.yaml": [["    - who: TM-001\n      since: 2020-01-01\n", "    - who: TM-001\n      since: 2020-01-01\n      until: 2021-06-30\n"]]}
    )
    role = aims.find("boss", Role)
    assert role
    assert office.may_act(role, "TM-001", dt.date.fromisoformat(day)) is may


def test_sources_of_a_folder_and_a_file(changed: Changed) -> None:
    aims = changed()
    register = aims.find("AIMS-REG-01", Document)
    assert register
    assert "aims_data/risks/R-001.yaml" in aims.sources_of(register)
    assert aims.documents_of["docs/policy.md"] == ("AIMS-POL-01",)
