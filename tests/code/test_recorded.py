"""What was recorded stays: marks in the schema, judged against the commit that a change builds on and over the history, in real git repositories."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from command import run_aims
from invented import DAY, apply, findings
from repository import commit, git

from macros.control.approvals.change_check import against, over_history
from macros.control.git import GitError
from macros.graph import build
from macros.schema import FILES, KINDS
from macros.schema.base import Living
from macros.schema.fields import fields_of

RISK, SYSTEM = "aims_data/risks/R-001.yaml", "aims_data/systems/SYS-01.yaml"
ACCEPTED, USE = "aims_data/decisions/R-001/accepted-2026-05-01.yaml", "aims_data/decisions/SYS-01/use-2026-02-01.yaml"
VALUES, RESULTS, DONE, HISTORY = (f"aims_data/{name}.yaml" for name in ("measurements", "treatment_results", "follow_ups", "history"))
KEPT = {
    ("Risk", "assessments"),
    ("Risk", "acceptances"),
    ("Risk", "withdrawals"),
    ("System", "use_decisions"),
    ("System", "history"),
    ("Supplier", "assessments"),
    ("Measurement", ""),
    ("TreatmentResult", ""),
    ("FollowUp", ""),
}
"""What a page or the head of a file calls unchangeable, by model and field, beside the revision tables, which have rules of their own."""


def rewritten(project: Path, base: str = "HEAD") -> list[str]:
    """What the change in the work tree rewrote: `place: message`, the base's id left out."""
    name = f"{base} ({git(project, 'rev-parse', base)[:10]})"
    return [str(found).replace(name, "BASE") for found in against(build(project, DAY), base) if found.rule == "recorded-kept"]


def test_the_marks_are_where_the_texts_say() -> None:
    found, todo, seen = set(), [getattr(shape, "__args__", (shape,))[0] for shape in FILES.values()], set()
    while todo:
        model = todo.pop()
        if model not in seen:
            seen.add(model)
            todo += [plan.part for plan in fields_of(model) if plan.part]
            found |= {(model.__name__, plan.name) for plan in fields_of(model) if plan.kept} | ({(model.__name__, "")} if model.kept else set())
    assert found == KEPT | {(kind.model.__name__, "ended") for kind in KINDS if issubclass(kind.model, Living)}


REWRITTEN: dict[str, tuple[dict[str, Any], list[str]]] = {
    "an assessment altered": (
        {RISK: [["inherent: {likelihood: 2, consequence: 1}", "inherent: {likelihood: 1, consequence: 1}"]]},
        [
            f"{RISK}:16:15: the entry of 2026-04-01 under assessments was altered: inherent was 'likelihood 2, consequence 1' and is "
            "'likelihood 1, consequence 1' now; put it back and add a new entry instead (BASE has it)"
        ],
    ),
    "an assessment replaced by another": (
        {RISK: [["on: 2026-04-01", "on: 2026-04-02"]]},
        [f"{RISK}:14:3: the entry of 2026-04-01 under assessments was removed; bring it back, entries are only added (BASE has it)"],
    ),
    "an acceptance altered": (
        {ACCEPTED: [["valid_until: 2027-04-30", "valid_until: 2027-05-01"]]},
        [
            f"{ACCEPTED}:5:14: the entry of 2026-05-01 under acceptances was altered: valid_until was '2027-04-30' and is '2027-05-01' now; "
            "put it back and add a new entry instead (BASE has it)"
        ],
    ),
    "an acceptance dated back": (
        {
            ACCEPTED: None,
            ACCEPTED.replace("05-01", "04-01"): "by: boss\nholder: TM-001\non: 2026-04-01\nlevel: moderate\nvalid_until: 2027-03-30\nreason: So.\n",
        },
        [f"{RISK}:1:1: the entry of 2026-05-01 under acceptances was removed; bring it back, entries are only added (BASE has it)"],
    ),
    "a decision removed": (
        {USE: None},
        [f"{SYSTEM}:1:1: the entry of 2026-02-01 under use decisions was removed; bring it back, entries are only added (BASE has it)"],
    ),
    "a life event removed": (
        {SYSTEM: [["  - on: 2026-01-15\n    stage: deployment\n    what: Set up\n", ""]]},
        [f"{SYSTEM}:26:3: the entry of 2026-01-15 under history was removed; bring it back, entries are only added (BASE has it)"],
    ),
    "a value altered": (
        {VALUES: [["value: 92.5", "value: 99"]]},
        [
            f"{VALUES}:4:10: the entry of M-001 under measurement was altered: value was '92.5' and is '99' now; "
            + "put it back and add a new entry instead (BASE has it)"
        ],
    ),
    "a comment added later": (
        {VALUES: [["value: 92.5", "value: 92.5\n  comment: It was less."]]},
        [
            f"{VALUES}:5:12: the entry of M-001 under measurement was altered: comment was empty and is 'It was less.' now; "
            "put it back and add a new entry instead (BASE has it)"
        ],
    ),
    "all results removed": (
        {RESULTS: "[]\n"},
        [f"{RESULTS}:1:3: the entry of TR-01 under treatment result was removed; bring it back, entries are only added (BASE has it)"],
    ),
    "a file removed": (
        {RESULTS: None},
        [f"{RESULTS}:1:3: the entry of TR-01 under treatment result was removed; bring it back, entries are only added (BASE has it)"],
    ),
    "a risk removed": (
        {RISK: None},
        [f"{RISK}:1:1: R-001 is gone, with its assessments and acceptances; bring it back: what is recorded stays (BASE has it)"],
    ),
}


@pytest.mark.parametrize(("change", "expected"), REWRITTEN.values(), ids=REWRITTEN)
def test_what_was_recorded_is_not_rewritten(mill: Path, change: dict[str, Any], expected: list[str]) -> None:
    apply(mill, change)
    assert rewritten(mill) == expected


ADDED: dict[str, dict[str, Any]] = {
    "an assessment": {
        RISK: [
            [
                "    why: Seen once.\n",
                "    why: Seen once.\n  - on: 2026-05-30\n    by: writer\n    inherent: {likelihood: 2, consequence: 1}\n"
                "    current: {likelihood: 1, consequence: 1}\n    target: {likelihood: 1, consequence: 1}\n    why: Seen again.\n",
            ]
        ]
    },
    "a newer acceptance": {ACCEPTED.replace("05-01", "05-20"): "by: boss\nholder: TM-001\non: 2026-05-20\nlevel: low\nvalid_until: 2027-05-01\nreason: So.\n"},
    "a newer decision": {USE.replace("02-01", "05-20"): "use: may\nshort: Yes.\nby: boss\nholder: TM-001\non: 2026-05-20\nreason: It still helps.\n"},
    "what is not recorded": {RISK: [["title: Stones in the flour", "title: Small stones"]], SYSTEM: [["summary: Sorts", "summary: Quickly sorts"]]},
    "the same in other words of YAML": {
        RISK: [["    why: Seen once.\n", "    why: |\n      Seen once.\n"], ["{likelihood: 2, consequence: 1}", "{consequence: 1, likelihood: 2}"]],
        VALUES: [["- id: M-001\n", "# ours\n- id: 'M-001'\n"]],
    },
}


@pytest.mark.parametrize("change", ADDED.values(), ids=ADDED)
def test_what_is_added_rewrites_nothing(mill: Path, change: dict[str, Any]) -> None:
    apply(mill, change)
    assert rewritten(mill) == []


def test_a_list_of_texts_may_be_written_as_blocks(mill: Path) -> None:
    only_if = "use: only_if\nshort: If.\nby: boss\nholder: TM-001\non: 2026-05-01\nconditions: [Only rye, No stones]\nreason: So.\n"
    new = USE.replace("02-01", "05-01")
    commit(mill, "Only if", "2026-05-02T10:00:00Z", **{new: only_if})
    apply(mill, {new: [["[Only rye, No stones]", "\n  - >\n    Only rye\n  - No stones"]]})
    assert rewritten(mill) == []
    apply(mill, {new: [["Only rye\n", "Only oats\n"]]})
    assert len(rewritten(mill)) == 1


IN_THE_RECORD = """use_decision:
  use: may
  short: Yes.
  by: boss
  holder: TM-001
  on: 2026-02-01
  valid_until: 2027-02-01
  reason: It helps.
"""
BEFORE_SCHEMA_4: dict[str, tuple[list[list[str]], list[str]]] = {
    "replaced by one of a later day": ([["  on: 2026-02-01", "  on: 2026-05-20"], ["reason: It helps.", "reason: It still helps."]], []),
    "dated back": (
        [["  on: 2026-02-01", "  on: 2026-01-01"]],
        [
            f"{SYSTEM}:13:7: the use decision of 2026-02-01 was altered: on was '2026-02-01' and is '2026-01-01' now; "
            "put it back, and enter what was decided later with its own day (BASE has it)"
        ],
    ),
    "removed": (
        [[IN_THE_RECORD, ""]],
        [f"{SYSTEM}:1:1: the use decision of 2026-02-01 was removed; bring it back: only one of a later day takes its place (BASE has it)"],
    ),
}


@pytest.mark.parametrize(("change", "expected"), BEFORE_SCHEMA_4.values(), ids=BEFORE_SCHEMA_4)
def test_the_one_decision_of_an_older_schema_is_kept_as_it_was_then(mill: Path, change: list[list[str]], expected: list[str]) -> None:
    """It was one value in the record's file. Brought over into a file of its own it is the same; altered by that it is not."""
    decision = (mill / USE).read_text(encoding="utf-8")
    apply(mill, {USE: None, SYSTEM: [["owner: boss\n", f"owner: boss\n{IN_THE_RECORD}"]]})
    commit(mill, "As it was", "2026-05-02T10:00:00Z")
    text = (mill / SYSTEM).read_text(encoding="utf-8")
    apply(mill, {SYSTEM: change})
    assert rewritten(mill) == expected
    apply(mill, {SYSTEM: text.replace(IN_THE_RECORD, ""), USE: decision})
    assert rewritten(mill) == [], "its evidence came later"
    apply(mill, {USE: [["reason: It helps.", "reason: It helped."]]})
    assert [line.split(": ")[1] for line in rewritten(mill)] == ["the entry of 2026-02-01 under use decisions was altered"]


def test_a_follow_up_stays_and_its_evidence_may_come_later(mill: Path) -> None:
    text = "- record: REC-001\n  finding: 1\n  done_on: 2026-05-01\n- record: REC-001\n  finding: 2\n  done_on: 2026-04-01\n"
    commit(mill, "Done", **{DONE: text})
    apply(mill, {DONE: text.replace("done_on: 2026-05-01\n", "done_on: 2026-05-01\n  evidence: Photograph\n")})
    assert rewritten(mill) == []
    apply(mill, {DONE: text.replace("2026-05-01", "2026-04-30")})
    assert [line.split(": ")[1] for line in rewritten(mill)] == ["the entry of record REC-001, finding 1 under follow up was altered"], rewritten(mill)


def test_a_file_that_cannot_be_read_is_another_finding(mill: Path) -> None:
    apply(mill, {VALUES: "- id: [\n"})
    assert rewritten(mill) == []
    assert [line.split(" ")[:2] for line in findings(mill)] == [["error", "shape"]]


def test_a_file_that_does_not_belong_there_is_another_finding(mill: Path) -> None:
    leftover = f"{RISK}.orig"
    apply(mill, {leftover: "id: R-001\n", VALUES: [["value: 92.5", "value: 99"]]})
    assert len(rewritten(mill)) == 1
    assert [line.split(" ")[:2] for line in findings(mill)] == [["error", "shape"]]
    commit(mill, "A leftover copy", "2026-05-02T10:00:00Z")
    commit(mill, "Taken out", "2026-05-03T10:00:00Z", **{leftover: None})
    assert [problem.rule for problem in over_history(build(mill, DAY))[0]] == ["recorded-kept"]


def test_what_an_older_schema_had_room_for_once_was_replaced_there(mill: Path) -> None:
    """In schema 1 a supplier had one assessment; what it was when the schema changed is kept from then on."""
    suppliers, schema_2 = "aims_data/suppliers.yaml", "extra:\n  aims:\n    schema: 2\n"
    text = (mill / suppliers).read_text(encoding="utf-8")
    old = text.replace("  assessments:\n    - on: 2026-05-01\n      result: Good.\n", "  assessed_on: 2026-05-01\n  assessment: Good.\n")
    commit(mill, "As it was", **{suppliers: old})
    apply(mill, {suppliers: [["2026-05-01\n  assessment: Good.", "2026-05-20\n  assessment: Less good."]]})
    assert rewritten(mill) == []
    commit(mill, "Assessed again", "2026-05-20T10:00:00Z")
    new = text.replace("2026-05-01", "2026-05-20").replace("Good.", "Bad.")
    apply(mill, {"mkdocs.yml": schema_2, suppliers: new})
    assert rewritten(mill) == [
        f"{suppliers}:8:15: the entry of 2026-05-20 under assessments was altered: result was 'Less good.' and is 'Bad.' now; "
        "put it back and add a new entry instead (BASE has it)"
    ]
    apply(mill, {suppliers: [["Bad.", "Less good."]]})
    assert rewritten(mill) == []
    commit(mill, "Schema 2", "2026-05-21T10:00:00Z")
    apply(mill, {suppliers: [["2026-05-20", "2026-05-30"]]})
    assert [line.split(": ")[1].split(";")[0] for line in rewritten(mill)] == ["the entry of 2026-05-20 under assessments was removed"]


def test_the_schema_is_never_lowered(mill: Path) -> None:
    """A lower number would make what is kept from a later schema on free to be altered."""
    suppliers, stated = "aims_data/suppliers.yaml", "extra:\n  aims:\n    schema: "
    commit(mill, "Schema 2", **{"mkdocs.yml": f"{stated}2\n"})
    apply(mill, {"mkdocs.yml": f"{stated}1\n", suppliers: [["result: Good.", "result: Bad."]]})
    assert [line.split(": ")[1] for line in rewritten(mill)] == ["the entry of 2026-05-01 under assessments was altered"]
    lowered = [str(found) for found in against(build(mill, DAY), "HEAD") if found.rule == "schema-kept"]
    base = f"HEAD ({git(mill, 'rev-parse', 'HEAD')[:10]})"
    assert lowered == [f"mkdocs.yml:1:1: the schema of the data was 2 in {base} and is 1 now; put `schema: 2` back (extra: aims:)"]


def test_the_end_that_was_said_stays(mill: Path) -> None:
    plan, end = "aims_data/treatment_plan.yaml", "    ended: {on: 2026-05-02, by: boss, why: Done with.}\n"
    apply(mill, {plan: [["    evaluated_how: Count stones\n", f"    evaluated_how: Count stones\n{end}"]]})
    commit(mill, "Over", "2026-05-02T10:00:00Z")
    apply(mill, {plan: [[end, ""]]})
    assert rewritten(mill) == [f"{plan}:3:5: the end of 2026-05-02 was removed; bring it back (BASE has it)"]
    apply(mill, {plan: [["    evaluated_how: Count stones\n", f"    evaluated_how: Count stones\n{end.replace('2026-05-02', '2099-05-02')}"]]})
    assert rewritten(mill) == [
        f"{plan}:11:17: the end of 2026-05-02 was altered: on was '2026-05-02' and is '2099-05-02' now; put it back: it had come (BASE has it)"
    ]
    apply(mill, {plan: None})
    assert rewritten(mill) == [f"{plan}:1:1: it is gone, with its end; bring it back: what is recorded stays (BASE has it)"]


def test_an_end_that_lies_ahead_may_be_put_off(mill: Path) -> None:
    apply(mill, {RISK: [["review: yearly\n", "review: yearly\nended: {on: 2026-07-01, by: boss, why: Planned.}\n"]]})
    commit(mill, "It will end", "2026-05-20T10:00:00Z")
    apply(mill, {RISK: [["2026-07-01", "2026-09-01"]]})
    assert rewritten(mill) == []


# -- over the history -------------------------------------------------------------------------------------------------------------


def branched(mill: Path) -> str:
    """A branch of two commits, of which the first rewrites a value and the second adds one; main went on beside it. Gives the branch's first commit."""
    git(mill, "checkout", "--quiet", "-b", "topic")
    apply(mill, {VALUES: [["value: 92.5", "value: 99"]]})
    sin = commit(mill, "A better value", "2026-05-02T10:00:00Z")
    commit(mill, "A page", "2026-05-03T10:00:00Z", **{"docs/page.md": "# Page\n"})
    git(mill, "checkout", "--quiet", "main")
    commit(mill, "Meanwhile", "2026-05-04T10:00:00Z", **{"docs/other.md": "# Other\n"})
    return sin


MERGES = {
    "merge": [["merge", "--quiet", "--no-ff", "-m", "Topic merged", "topic"]],
    "squash": [["merge", "--quiet", "--squash", "topic"], ["commit", "--quiet", "-m", "Topic squashed"]],
    "rebase": [["rebase", "--quiet", "main", "topic"], ["checkout", "--quiet", "main"], ["merge", "--quiet", "--ff-only", "topic"]],
}


@pytest.mark.parametrize("commands", MERGES.values(), ids=MERGES)
def test_it_is_found_in_the_history_however_it_was_merged(mill: Path, commands: list[list[str]]) -> None:
    branched(mill)
    for command in commands:
        git(mill, *command, when="2026-05-05T10:00:00Z")
    found, _ = over_history(build(mill, DAY))
    assert [(problem.rule, problem.message.split(": ")[1]) for problem in found] == [("recorded-kept", "the entry of M-001 under measurement was altered")]
    with pytest.raises(GitError, match="so not every commit can be judged"):
        git(mill.parent, "clone", "--quiet", "--depth=1", f"file://{mill}", "shallow")
        over_history(build(mill.parent / "shallow", DAY))


def test_a_schema_that_was_lowered_for_a_while_is_found(mill: Path) -> None:
    suppliers, stated = "aims_data/suppliers.yaml", "extra:\n  aims:\n    schema: "
    text = (mill / suppliers).read_text(encoding="utf-8")
    commit(mill, "Schema 2", **{"mkdocs.yml": f"{stated}2\n"})
    commit(mill, "Schema 1", "2026-05-02T10:00:00Z", **{"mkdocs.yml": f"{stated}1\n"})
    commit(mill, "Better words", "2026-05-03T10:00:00Z", **{suppliers: text.replace("Good.", "Very good.")})
    commit(mill, "Schema 2 again", "2026-05-04T10:00:00Z", **{"mkdocs.yml": f"{stated}2\n"})
    assert [problem.rule for problem in over_history(build(mill, DAY))[0]] == ["schema-kept"]


def test_a_file_that_nobody_could_read_hides_nothing(mill: Path) -> None:
    """A commit with conflict markers stands between what was recorded and its rewriting, or its repair."""
    text = (mill / VALUES).read_text(encoding="utf-8")
    broken = commit(mill, "A merge gone wrong", "2026-05-02T10:00:00Z", **{VALUES: f"<<<<<<< topic\n{text}"})
    commit(mill, "Mended", "2026-05-03T10:00:00Z", **{VALUES: text})
    assert over_history(build(mill, DAY))[0] == against(build(mill, DAY), broken) == []
    git(mill, "reset", "--quiet", "--hard", broken)
    commit(mill, "Mended and more", "2026-05-03T10:00:00Z", **{VALUES: text.replace("92.5", "99")})
    assert [problem.rule for problem in over_history(build(mill, DAY))[0]] == ["recorded-kept"]


def acknowledgement(commit: str, path: str = VALUES) -> str:
    return f"- commit: '{commit[:10]}'\n  path: {path}\n  by: boss\n  on: 2026-05-20\n  why: It had been typed from another line of the book.\n"


def test_an_acknowledgement_that_was_wrong_may_be_mended_or_removed(mill: Path) -> None:
    """Nothing is lost by it: what it acknowledged is found again."""
    wrong = commit(mill, "Looked at", "2026-05-20T10:00:00Z", **{HISTORY: acknowledgement("0" * 10)})
    apply(mill, {HISTORY: acknowledgement("1" * 10)})
    assert rewritten(mill, wrong) == []
    apply(mill, {HISTORY: None})
    assert rewritten(mill, wrong) == []


def test_only_that_something_was_rewritten_is_acknowledged(mill: Path) -> None:
    """Not that somebody approved who may not."""
    policy = "aims_data/documents/AIMS-POL-01.yaml"
    entry = "  - number: '1.1'\n    written_on: 2026-05-02\n    author_holder: TM-002\n    change: More.\n    approvals:\n"
    approval = f"      - {{by: boss, holder: TM-003, on: 2026-05-03, seal: {'0123456789abcdef' * 4}, evidence: Mail}}\n"
    text = (mill / policy).read_text(encoding="utf-8")
    sin = commit(mill, "Approved by a stranger", "2026-05-04T10:00:00Z", **{policy: text + entry + approval})
    before = {problem.rule for problem in over_history(build(mill, DAY))[0]}
    assert "approval-authorised" in before
    commit(mill, "Looked at", "2026-05-20T10:00:00Z", **{HISTORY: acknowledgement(sin, policy)})
    assert "approval-authorised" in {problem.rule for problem in over_history(build(mill, DAY))[0]}


def test_a_rewrite_can_be_acknowledged(mill: Path) -> None:
    apply(mill, {VALUES: [["value: 92.5", "value: 99"]]})
    sin = commit(mill, "A better value", "2026-05-02T10:00:00Z")
    arguments = ("check", "--project", str(mill), "--today", DAY.isoformat(), "--history")
    assert "measurements.yaml" in run_aims(*arguments).stdout
    commit(mill, "Looked at", "2026-05-20T10:00:00Z", **{HISTORY: acknowledgement(sin)})
    assert over_history(build(mill, DAY))[0] == []


@pytest.mark.parametrize(("id", "path"), [("0" * 10, VALUES), (None, RISK)], ids=["another commit", "another file"])
def test_an_acknowledgement_that_fits_nothing_is_an_error(mill: Path, id: str | None, path: str) -> None:
    apply(mill, {VALUES: [["value: 92.5", "value: 99"]]})
    sin = commit(mill, "A better value", "2026-05-02T10:00:00Z")
    commit(mill, "Looked at", "2026-05-20T10:00:00Z", **{HISTORY: acknowledgement(id or sin, path)})
    found = [str(problem) for problem in over_history(build(mill, DAY))[0] if problem.rule == "history-acknowledged"]
    assert found == [
        f"{HISTORY}:1:11: commit {(id or sin)[:10]} rewrote nothing in {path}; write commit and path as the finding of `aims check --history` has them"
    ]
    assert over_history(build(mill, DAY), sin)[0] == [], "where only a part is looked at, an entry may be about the rest"


# -- ids --------------------------------------------------------------------------------------------------------------------------


def given_again(project: Path) -> list[str]:
    return [str(found) for found in against(build(project, DAY), "HEAD") if found.rule == "id-not-given-again"]


@pytest.mark.parametrize(
    ("file", "text", "line"),
    [
        ("aims_data/risks/R-002.yaml", "id: R-002\ntitle: Dust\n", "1:5"),
        ("aims_data/own_controls.yaml", "- id: OC-01\n  title: Look\n- id: OC-02\n  title: Look twice\n", "3:7"),
        ("aims_data/own_controls.yaml", "- id: OC-01\n  title: Look\n- title: Look twice\n  id: 'OC-02'  # ours\n", "4:7"),
    ],
    ids=["of a file", "of a row", "of a row in other words of YAML"],
)
def test_an_id_is_never_given_twice(mill: Path, file: str, text: str, line: str) -> None:
    before = (mill / file).read_text(encoding="utf-8") if (mill / file).exists() else None
    commit(mill, "There", **{file: text})
    gone = commit(mill, "Removed", "2026-05-03T10:00:00Z", **{file: before})
    assert given_again(mill) == []
    (mill / file).write_text(text.replace("Dust", "Noise").replace("Look twice", "Listen"), encoding="utf-8")
    id = "R-002" if "risks" in file else "OC-02"
    assert given_again(mill) == [
        f"{file}:{line}: {id} was another record once, removed with commit {gone[:10]} of 2026-05-03; an id is never given twice, take the next one"
    ]
    commit(mill, "Again", "2026-05-04T10:00:00Z")
    assert [problem.rule for problem in over_history(build(mill, DAY))[0]].count("id-not-given-again") == 1


def test_what_was_removed_may_come_back_as_it_was(mill: Path) -> None:
    text = (mill / RISK).read_text(encoding="utf-8")
    commit(mill, "Removed", "2026-05-03T10:00:00Z", **{RISK: None})
    apply(mill, {RISK: text})
    assert given_again(mill) == []
    apply(mill, {RISK: [["title: Stones in the flour", "title: Something else"]]})
    assert len(given_again(mill)) == 1


def test_an_id_inside_of_a_file_is_never_given_twice(mill: Path) -> None:
    plan = "aims_data/treatment_plan.yaml"
    text = (mill / plan).read_text(encoding="utf-8")
    commit(mill, "There", **{plan: text.replace("actions:\n", "actions:\n  - id: T-99\n    title: Sieve\n")})
    commit(mill, "Removed", "2026-05-03T10:00:00Z", **{plan: text})
    apply(mill, {plan: [["actions:\n", "actions:\n  - id: T-99\n    title: Sweep\n"]]})
    assert [line.split(": ")[1].split(",")[0] for line in given_again(mill)] == ["T-99 was another record once"]


def test_the_one_that_was_given_is_found_among_many(mill: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many git is asked for at once."""
    monkeypatch.setattr("macros.control.approvals.change_rules.AT_ONCE", 3)
    files = {f"aims_data/risks/R-{number:03}.yaml": f"id: R-{number:03}\ntitle: Dust\n" for number in range(2, 10)}
    given = "aims_data/risks/R-007.yaml"
    commit(mill, "There", **{given: "id: R-007\ntitle: Noise\n"})
    commit(mill, "Removed", "2026-05-03T10:00:00Z", **{given: None})
    for name, text in files.items():
        (mill / name).write_text(text, encoding="utf-8")
    assert [line.split(": ")[1].split(" ")[0] for line in given_again(mill)] == ["R-007"]
