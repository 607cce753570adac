"""Decisions on facts: entered by a command with the authority of the base, and guarded as approvals are, in real git repositories."""

from __future__ import annotations

import hashlib
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from command import run_aims
from invented import DAY, apply, findings
from repository import commit, git

from macros import decisions, facts
from macros.control.approvals.change_check import against, over_history
from macros.graph import build
from macros.pages import record_pages
from macros.render import Renderer
from macros.schema.risks import Risk
from macros.schema.systems import System
from macros.site import build_of

SYSTEM, RISK, ROLES = "aims_data/systems/SYS-01.yaml", "aims_data/risks/R-001.yaml", "aims_data/roles.yaml"
USE, ACCEPTED = "aims_data/decisions/SYS-01/use-2026-02-01.yaml", "aims_data/decisions/R-001/accepted-2026-05-01.yaml"
NEW_USE, NEW_ACCEPTED = (name.replace(day, "2026-06-01") for name, day in ((USE, "2026-02-01"), (ACCEPTED, "2026-05-01")))
WITHDRAWN = "aims_data/decisions/R-001/withdrawn-2026-06-01.yaml"
ANSWER = ("use", "SYS-01", "--use", "only_if", "--short", "Only rye.", "--condition", "The grain is rye.", "--condition", "It is dry.", "--until", "2027-05-31")
WHY = ("--reason", "It mistakes oats for stones.", "--as", "boss")
SEEN = ("--evidence", "Minutes of 2026-06-01, item 3")
ACCEPT = ("accept", "R-001", "--until", "2027-05-31", "--reason", "We look three times.", "--as", "boss", *SEEN)
THEIRS = "use: may\nshort: Yes.\nby: boss\nholder: TM-001\non: 2026-05-20\nreason: It still helps.\nevidence: Minutes\n"


def decide(project: Path, *arguments: str, day: str = "2026-06-01") -> subprocess.CompletedProcess[str]:
    return run_aims("decide", *arguments, "--project", str(project), AIMS_TODAY=day)


def good(project: Path, *arguments: str, day: str = "2026-06-01") -> str:
    """What the command prints that ends well, with nothing that `aims check --base` finds."""
    done = decide(project, *arguments, day=day)
    assert done.returncode == 0, done.stdout + done.stderr
    assert broken(project) == []
    return done.stdout


def refused(project: Path, *arguments: str, code: int = 1) -> str:
    """The sentence with which it is refused, and that it wrote nothing."""
    done = decide(project, *arguments)
    assert (done.returncode, git(project, "status", "--porcelain")) == (code, ""), done.stdout + done.stderr
    return done.stderr.removeprefix("aims: ").rstrip("\n")


def broken(project: Path, base: str = "HEAD") -> list[str]:
    """What the change in the work tree broke: `rule place: message`, the base's id left out."""
    name = f"{base} ({git(project, 'rev-parse', base)[:10]})"
    return [f"{found.rule} {found}".replace(name, "BASE") for found in against(build(project, DAY), base)]


def text(project: Path, name: str) -> str:
    return (project / name).read_text(encoding="utf-8")


# -- what is entered ------------------------------------------------------------------------------------------------------------


def test_a_decision_on_use_is_a_sealed_file_of_its_own(mill: Path) -> None:
    said = good(mill, *ANSWER, *WHY, *SEEN)
    seal = re.search(r"^Seal: (\w+)$", said, re.M)
    assert seal
    written, _, rests_on = text(mill, NEW_USE).partition("based_on:\n")
    assert written.splitlines() == [
        "use: only_if",
        "short: Only rye.",
        "by: boss",
        "holder: TM-001",
        "on: 2026-06-01",
        "conditions:",
        "  - The grain is rye.",
        "  - It is dry.",
        "valid_until: 2027-05-31",
        "reason: It mistakes oats for stones.",
        "evidence: Minutes of 2026-06-01, item 3",
        f"seal: {seal[1]}",
    ]
    assert rests_on.startswith("  - record: SYS-01\n    digests:\n      - intended_use ")
    assert git(mill, "status", "--porcelain", "--untracked-files=all") == f"?? {NEW_USE}", "and nothing else is touched"
    assert f"Written: {NEW_USE}; commit it." in said
    assert "SYS-01 Grain Sorter: only if, until 2027-05-31; decided by boss (TM-001) on 2026-06-01" in said
    printed = run_aims("seal", "SYS-01/use-2026-06-01", "--project", str(mill)).stdout
    assert hashlib.sha256(printed.encode()).hexdigest() == seal[1]
    *lines, last = printed.splitlines()
    assert last.startswith("based_on: record SYS-01; digests intended_use ")
    assert lines == [
        "AIMS Portal decision 1",
        "about: SYS-01",
        "field: use_decisions",
        "use: only_if",
        "short: Only rye.",
        "by: boss",
        "holder: TM-001",
        "on: 2026-06-01",
        "conditions: The grain is rye.",
        "conditions: It is dry.",
        "valid_until: 2027-05-31",
        "reason: It mistakes oats for stones.",
    ]


def test_the_newest_decision_not_later_than_the_day_counts(mill: Path) -> None:
    good(mill, *ANSWER, *WHY, *SEEN)
    for day, short in (("2026-01-31", None), ("2026-02-01", "Yes."), ("2026-05-31", "Yes."), ("2026-06-01", "Only rye.")):
        aims = build(mill, DAY.fromisoformat(day))
        system = aims.find("SYS-01", System)
        assert system
        decision = decisions.use_decision(aims, system)
        assert (decision.short if decision else None) == short


def test_a_risk_is_accepted_at_its_level_and_the_acceptance_withdrawn(mill: Path) -> None:
    good(mill, *ACCEPT)
    assert "level: moderate" in text(mill, NEW_ACCEPTED)
    commit(mill, "Accepted", "2026-06-01T10:00:00Z")
    said = good(mill, "withdraw", "R-001", "--reason", "There were more stones.", "--as", "boss", *SEEN)
    assert "R-001 Stones in the flour: the acceptance of 2026-06-01 is withdrawn by boss (TM-001) on 2026-06-01" in said
    aims = build(mill, DAY)
    risk = aims.find("R-001", Risk)
    assert risk and facts.acceptance_state(aims, risk) is facts.Accepted.withdrawn
    commit(mill, "Withdrawn", "2026-06-01T11:00:00Z")
    assert "was withdrawn on 2026-06-01 by boss already" in refused(mill, "withdraw", "R-001", "--reason", "More.", "--as", "boss")
    good(mill, *(word.replace("2027-05-31", "2027-06-01") for word in ACCEPT), day="2026-06-02")
    aims = build(mill, DAY.fromisoformat("2026-06-02"))
    risk = aims.find("R-001", Risk)
    assert risk and facts.acceptance_state(aims, risk) is facts.Accepted.accepted
    assert over_history(build(mill, DAY))[0] == []


def test_what_was_decided_before_the_portal_comes_in_unsealed_and_is_told(mill: Path) -> None:
    commit(mill, "Nobody decided", **{USE: None})
    before = ("use", "SYS-01", "--use", "may", "--short", "Yes.", "--on", "2019-03-04", "--holder", "TM-009", "--reason", "It helps.", "--as", "boss")
    done = decide(mill, *before, "--kept-at", "Binder 3 in the office")
    assert done.returncode == 0, done.stderr
    name = USE.replace("2026-02-01", "2019-03-04")
    assert text(mill, name).endswith("given_before:\n  kept_at: Binder 3 in the office\n") and "seal" not in text(mill, name)
    assert broken(mill) == [
        f"given-before {name}:1:1: a decision on SYS-01 of 2019-03-04 comes in as given before the portal; look at it where it is kept: Binder 3 in the office"
    ]
    assert findings(mill) == [], "who held the role then nobody here knows"
    commit(mill, "Brought in")
    sentence = "SYS-01 has a decision of 2019-03-04 in the portal, so none of 2018-01-01 comes in as given before; decide anew with `aims decide`"
    older = [word.replace("2019-03-04", "2018-01-01") for word in before]
    assert refused(mill, *older, "--kept-at", "Binder 2") == sentence
    commit(mill, "By hand", **{USE.replace("2026-02-01", "2018-01-01"): text(mill, name).replace("2019-03-04", "2018-01-01")})
    assert broken(mill, "HEAD^")[0].endswith(f"the decision on SYS-01 of 2018-01-01 does not count: {sentence}")


def test_an_acceptance_that_was_checked_is_not_withdrawn_as_given_before(mill: Path) -> None:
    good(mill, *ACCEPT)
    commit(mill, "Accepted", "2026-06-01T10:00:00Z")
    sentence = "R-001 has a decision of 2026-06-01 in the portal, so none of 2026-06-01 comes in as given before; decide anew with `aims decide`"
    words = ("--reason", "So.", "--as", "boss", "--holder", "TM-009", "--on", "2026-06-01", "--kept-at", "Binder 3")
    assert refused(mill, "withdraw", "R-001", *words) == sentence
    apply(mill, {WITHDRAWN: "by: writer\nholder: TM-009\non: 2026-06-01\nreason: So.\ngiven_before:\n  kept_at: Binder 3\n"})
    assert [line.partition("does not count: ")[2] for line in broken(mill) if line.startswith("decision-authorised")] == [sentence]


# -- what is refused ------------------------------------------------------------------------------------------------------------

REFUSED: dict[str, tuple[tuple[str, ...], int, str]] = {
    "a role without authority": (
        (*ANSWER, "--reason", "So.", "--as", "writer"),
        1,
        "the role 'writer' may not decide on the use of systems; these may: boss",
    ),
    "somebody who does not hold the role": (
        (*ANSWER, *WHY, "--holder", "TM-002"),
        1,
        "'TM-002' did not hold or deputise the role 'boss' on 2026-06-01, in the state that this change builds on (there it was TM-001); "
        "an appointment comes first, in a change of its own",
    ),
    "no such role": (
        (*ANSWER, "--reason", "So.", "--as", "bos"),
        1,
        "the role 'bos' does not exist in the approved state that this change builds on; did you mean 'boss'?",
    ),
    "tomorrow": (
        (*ANSWER, *WHY, "--on", "2026-06-02"),
        1,
        "2026-06-02 lies in the future (today is 2026-06-01); what is entered was done on that day or before",
    ),
    "dated back": (
        (*ANSWER, *WHY, "--on", "2026-01-01"),
        1,
        "SYS-01 has a decision of 2026-02-01, which is later than 2026-01-01; a new one is not dated back",
    ),
    "a day that has one": (
        (*ANSWER, *WHY, "--on", "2026-02-01"),
        1,
        "SYS-01 has a decision of 2026-02-01 already, which stays; one that takes its place is of another day",
    ),
    "an answer that is none": (("use", "SYS-01", "--use", "yes", "--short", "Yes.", *WHY), 1, "--use is 'yes'; write one of may, only_if, do_not"),
    "only if what?": (
        ("use", "SYS-01", "--use", "only_if", "--short", "Yes.", *WHY),
        2,
        "--condition is needed: on what condition may it be used?",
    ),
    "no answer": (("use", "SYS-01", *WHY), 2, "--use is needed: may SYS-01 be used (may, only_if, do_not)?"),
    "no role": ((*ANSWER, "--reason", "So."), 2, "--as is needed: as which role do you decide (boss)?"),
    "another system": (("use", "SYS-1", *WHY), 2, "'SYS-1' is the id of no AI system; did you mean 'SYS-01'?"),
    "a risk as a system": (("use", "R-001", *WHY), 2, "'R-001' is the id of no AI system"),
    "a risk for ever": (
        ("accept", "R-001", *WHY),
        2,
        "--until is needed: until which day is it accepted (at the latest 2027-06-01)?",
    ),
    "a risk for too long": (
        ("accept", "R-001", "--until", "2030-01-01", *WHY),
        1,
        "nothing was written, because there would be errors; mend them first (aims check):\n"
        f"  {NEW_ACCEPTED}:5:14: the level moderate is accepted for 12 months at the most; write 2027-06-01 or earlier",
    ),
    "before what, and when?": (
        (*ANSWER, *WHY, "--kept-at", "Binder 3"),
        2,
        "--on is needed: on which day was it decided?",
    ),
    "withdrawn before it was accepted": (
        ("withdraw", "R-001", *WHY, "--on", "2026-04-01"),
        1,
        "R-001 was accepted on 2026-05-01; that cannot be withdrawn before, on 2026-04-01; give the right day with --on",
    ),
}


@pytest.mark.parametrize(("arguments", "code", "sentence"), REFUSED.values(), ids=REFUSED)
def test_what_may_not_be_decided_is_refused(mill: Path, arguments: tuple[str, ...], code: int, sentence: str) -> None:
    assert refused(mill, *arguments, code=code) == sentence


def test_a_dry_run_shows_it_and_writes_nothing(mill: Path) -> None:
    done = decide(mill, *ANSWER, *WHY, "--dry-run")
    assert (
        done.returncode == 0 and "+use: only_if" in done.stdout and "It is not evidenced; say with --evidence or --record where it can be seen" in done.stdout
    )
    assert git(mill, "status", "--porcelain") == ""


def test_the_authority_is_that_of_the_base(mill: Path) -> None:
    """Nobody gives himself the authority and decides in one change."""
    apply(mill, {ROLES: {"writer > authorities": [{"may": "All", "decides_use": True}]}})
    done = decide(mill, *ANSWER, "--reason", "So.", "--as", "writer")
    assert done.returncode == 1 and "the role 'writer' may not decide on the use of systems; these may: boss" in done.stderr


# -- what comes in by hand ------------------------------------------------------------------------------------------------------

SEALED = "0123456789abcdef" * 4
THEIRS_FILE, EARLY_FILE = (USE.replace("2026-02-01", day) for day in ("2026-05-20", "2026-01-15"))
NOT_COUNTED = f"decision-authorised {THEIRS_FILE}:1:1: the decision on SYS-01 of 2026-05-20 does not count: "
DATED_BACK = (
    f"decision-authorised {EARLY_FILE}:1:1: the decision on SYS-01 of 2026-01-15 does not count: it is dated back, before the one of 2026-02-01 that BASE has; "
    "enter what is decided with its own day (`aims decide`)"
)
WRITERS = THEIRS.replace("boss", "writer").replace("TM-001", "TM-002") + f"seal: {SEALED}\n"
BY_HAND: dict[str, tuple[dict[str, Any], list[str]]] = {
    "without a seal": (
        {THEIRS_FILE: THEIRS},
        [f"{NOT_COUNTED}it has no seal, so nobody checked who might decide; enter it with `aims decide`, which does"],
    ),
    "by a role without authority": (
        {THEIRS_FILE: WRITERS},
        [f"{NOT_COUNTED}the role 'writer' may not decide on the use of systems; these may: boss"],
    ),
    "by who does not hold the role": (
        {THEIRS_FILE: THEIRS.replace("TM-001", "TM-002") + f"seal: {SEALED}\n"},
        [
            f"{NOT_COUNTED}'TM-002' did not hold or deputise the role 'boss' on 2026-05-20, in the state that this change builds on (there it was TM-001); "
            "an appointment comes first, in a change of its own"
        ],
    ),
    "by a role that may from now on": (
        {THEIRS_FILE: WRITERS, ROLES: {"writer > authorities": [{"may": "All", "decides_use": True}]}},
        [f"{NOT_COUNTED}the role 'writer' may not decide on the use of systems; these may: boss"],
    ),
    "dated back": ({EARLY_FILE: THEIRS.replace("2026-05-20", "2026-01-15") + f"seal: {SEALED}\n"}, [DATED_BACK]),
    "sealed afterwards": (
        {USE: [["evidence: Minutes 2026-02\n", f"evidence: Minutes 2026-02\nseal: {SEALED}\n"]]},
        [f"decision-authorised {USE}:9:7: the decision on SYS-01 of 2026-02-01 has no seal in BASE, so nobody checked who might decide; take the seal out"],
    ),
    "altered": (
        {USE: [["valid_until: 2027-02-01", "valid_until: 2028-02-01"]]},
        [
            f"recorded-kept {USE}:6:14: the entry of 2026-02-01 under use decisions was altered: valid_until was '2027-02-01' and is '2028-02-01' now; "
            "put it back and add a new entry instead (BASE has it)"
        ],
    ),
    "dated back under another name": (
        {USE: None, EARLY_FILE: THEIRS.replace("2026-05-20", "2026-01-15")},
        [
            f"recorded-kept {SYSTEM}:1:1: the entry of 2026-02-01 under use decisions was removed; bring it back, entries are only added (BASE has it)",
            DATED_BACK,
        ],
    ),
    "evidence replaced": (
        {USE: [["evidence: Minutes 2026-02", "evidence: Minutes 2026-03"]]},
        [
            f"recorded-kept {USE}:8:11: the entry of 2026-02-01 under use decisions was altered: evidence was 'Minutes 2026-02' and is 'Minutes 2026-03' now; "
            "put it back and add a new entry instead (BASE has it)"
        ],
    ),
}


@pytest.mark.parametrize(("change", "expected"), BY_HAND.values(), ids=BY_HAND)
def test_what_is_typed_in_or_altered_is_an_error(mill: Path, change: dict[str, Any], expected: list[str]) -> None:
    """In the change, and for every commit of main."""
    apply(mill, change)
    assert broken(mill) == expected
    commit(mill, "By hand", "2026-05-25T10:00:00Z")
    found = [f"{one.rule} {one.place}" for one in over_history(build(mill, DAY))[0]]
    assert found == [" ".join(line.split(": ")[0].split(" ")[:2]) for line in expected]


@pytest.mark.parametrize("name", [SYSTEM, USE])
def test_a_file_that_nobody_could_read_hides_no_decision_and_can_be_mended(mill: Path, name: str) -> None:
    whole = text(mill, name)
    commit(mill, "A merge gone wrong", "2026-05-20T10:00:00Z", **{name: f"<<<<<<< topic\n{whole}"})
    apply(mill, {name: whole})
    assert broken(mill) == [], "what was there before is not decided anew"
    commit(mill, "Mended", "2026-05-20T11:00:00Z")
    assert over_history(build(mill, DAY))[0] == []
    git(mill, "reset", "--quiet", "--hard", "HEAD~1")
    apply(mill, {USE: None})
    assert [line.split(" ")[0] for line in broken(mill)] == ["recorded-kept"]
    commit(mill, "Mended and more", "2026-05-21T10:00:00Z")
    assert [found.rule for found in over_history(build(mill, DAY))[0]] == ["recorded-kept"]


def test_one_typed_into_the_record_is_no_key_of_it(mill: Path) -> None:
    assert run_aims("upgrade", "--project", str(mill)).returncode == 0
    commit(mill, "The shape of today", "2026-05-20T10:00:00Z")
    apply(mill, {SYSTEM: [["owner: boss\n", "owner: boss\nuse_decision: {use: may, short: Yes., by: boss, holder: TM-001, on: 2026-05-21, reason: Habit.}\n"]]})
    assert [line for line in findings(mill) if "key" in line] == [
        f"error shape {SYSTEM}:8:1: use_decision: this key is not known: decisions have files of their own below aims_data/decisions/; "
        "enter one with `aims decide use`"
    ]


def test_a_seal_that_does_not_fit_is_an_error_without_a_base(mill: Path) -> None:
    good(mill, *ANSWER, *WHY, *SEEN)
    apply(mill, {NEW_USE: [["The grain is rye.", "The grain is grain."]]})
    assert [line.split(":")[0] for line in findings(mill)] == [f"error decision-as-sealed {NEW_USE}"]


def test_evidence_may_come_later_and_once(mill: Path) -> None:
    good(mill, *ANSWER, *WHY)
    commit(mill, "Decided", "2026-06-01T10:00:00Z")
    assert [line.split(":")[0] for line in findings(mill)] == [f"gap decision-evidenced {NEW_USE}"]
    apply(mill, {NEW_USE: text(mill, NEW_USE) + "evidence: Minutes of 2026-06-01\n"})
    assert (broken(mill), findings(mill)) == ([], [])


def test_a_role_that_was_renamed_leaves_the_seal_as_it_is(mill: Path) -> None:
    good(mill, *ANSWER, *WHY, *SEEN)
    commit(mill, "Decided", "2026-06-01T10:00:00Z")
    for file in (path for path in (mill / "aims_data").rglob("*.yaml") if "decisions" not in path.parts):
        file.write_text(re.sub(r"(?<![\w-])boss(?![\w-])", "chief", file.read_text(encoding="utf-8")), encoding="utf-8")
    apply(mill, {ROLES: [["- id: chief\n", "- id: chief\n  formerly: [boss]\n"]]})
    assert [line for line in findings(mill) if "decision" in line.split(" ")[1]] == []
    assert [line for line in broken(mill) if line.startswith("decision")] == []


def test_two_who_decide_on_two_branches_do_not_meet_in_a_file(mill: Path) -> None:
    git(mill, "switch", "--quiet", "--create", "topic")
    good(mill, *ANSWER, *WHY, *SEEN)
    commit(mill, "Decided on use", "2026-06-01T10:00:00Z")
    git(mill, "switch", "--quiet", "main")
    good(mill, *ACCEPT)
    commit(mill, "Accepted", "2026-06-01T10:00:00Z")
    git(mill, "-c", "user.name=W", "-c", "user.email=w@mill.example", "merge", "--quiet", "--no-edit", "topic", when="2026-06-01T11:00:00Z")
    assert findings(mill) == []
    assert over_history(build(mill, DAY))[0] == []


# -- what it rests on -----------------------------------------------------------------------------------------------------------


def test_a_permission_stands_and_is_suspect_when_what_it_rested_on_changed(mill: Path) -> None:
    good(mill, *ANSWER, *WHY, *SEEN)
    commit(mill, "Decided", "2026-06-01T10:00:00Z")
    apply(mill, {SYSTEM: [["sites: [SITE-1]\n", "sites: []\n"]]})
    assert findings(mill) == [], "where it stands does not count"
    apply(mill, {SYSTEM: [["intended_use: [Sorting grain]", "intended_use: [Sorting grain, Sorting nuts]"]]})
    assert [line.split(":")[0] for line in findings(mill)] == [f"gap decision-still-fits {NEW_USE}"]
    aims = build(mill, DAY)
    page = dict(record_pages(build_of(aims), Renderer(aims)))["systems/SYS-01.md"]
    assert "Only if" in page and "Suspect" in page and "intended use changed since. The answer stands until somebody decides anew." in page
    good(mill, "use", "SYS-01", "--use", "may", "--short", "Nuts too.", *WHY, *SEEN, day="2026-06-02")
    assert [line for line in findings(mill, DAY.replace(day=2)) if "fits" in line] == []


def test_what_it_rests_on_is_not_made_up(mill: Path) -> None:
    good(mill, *ANSWER, *WHY, *SEEN)
    digests = re.findall(r"\w+ [0-9a-f]{16}", text(mill, NEW_USE))
    assert [line.split(" ")[0] for line in digests] == ["intended_use", "forbidden_use", "affected_people", "act_class", "models"]
    apply(mill, {NEW_USE: [[digests[0], "intended_use 0123456789abcdef"]]})
    assert [line.partition("does not count: ")[2] for line in broken(mill)] == ["it is said to rest on what SYS-01 never said, neither now nor until BASE"]
