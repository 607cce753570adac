"""What an impact assessment rests on: kept when it is closed, suspect when that changes, until it is renewed or confirmed; with a real git repository."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from classified import classified
from invented import DAY, apply, findings
from repository import commit, git
from test_approve import good, refused

from macros.audience import Audience, edition
from macros.based_on import Footing, changed, digests, rests
from macros.calls import macros_of
from macros.control.approvals.change_check import against, over_history
from macros.graph import Aims, build
from macros.pages import record_pages
from macros.render import Renderer
from macros.schema import KINDS
from macros.schema.documents import Basis, DatedRecord
from macros.schema.fields import fields_of
from macros.schema.systems import System
from macros.seal import record_seal
from macros.site import build_of

REGISTER, SYSTEM, RECORD = "aims_data/documents/AIMS-REG-01.yaml", "aims_data/systems/SYS-01.yaml", "aims_data/records/REC-001.yaml"
ENTERED = "aims_data/approvals/AIMS-REG-01/REC-001"
CLOSED, CONFIRMED = f"{ENTERED}-closed.yaml", f"{ENTERED}-confirmed-writer-2026-06-01.yaml"
MODEL = "models:\n  - {title: Grain Net, version: '1', kind: Network, origin: Bought}\n"
WITH_MODEL = [["suppliers: [SUP-01]", f"{MODEL}suppliers: [SUP-01]"]]
GAP = (
    "gap assessment-still-fits aims_data/records/REC-001.yaml:12:11: REC-001 rests on SYS-01, whose {} changed since; it was {}; "
    "assess SYS-01 again, or confirm that it still holds (`aims confirm REC-001 --because …`)"
)


def now(project: Path, day: dt.date = DAY) -> Aims:
    return build(project, day)


def system(project: Path, change: dict[str, Any] | None = None) -> System:
    apply(project, change or {})
    found = now(project).find("SYS-01", System)
    assert found
    return found


def footing(of: Aims) -> Footing | None:
    record = of.find("REC-001", DatedRecord)
    found = rests(of, record) if record else None
    return found.footing if found else None


def broken(project: Path, base: str = "HEAD") -> list[str]:
    name = f"{base} ({git(project, 'rev-parse', base)[:10]})"
    return [f"{found.rule} {found.place}: {found.message}".replace(name, "BASE") for found in against(now(project), base)]


def pages(of: Aims) -> dict[str, str]:
    return dict(record_pages(build_of(of), Renderer(of)))


def registers(of: Aims) -> tuple[str, ...]:
    macros = macros_of(build_of(of), Renderer(of), lambda: "index.md")
    return macros["records"](), macros["systems"]()


@pytest.fixture
def closed(mill: Path) -> Path:
    """The mill with an impact assessment that was closed with what it rests on."""
    apply(mill, {SYSTEM: WITH_MODEL})
    commit(mill, "A model")
    good(mill, "close", "REC-001", "--on", "2026-05-02")
    assert broken(mill) == []
    commit(mill, "Closed")
    assert over_history(now(mill))[0] == []
    return mill


# -- what counts ----------------------------------------------------------------------------------------------------------------

THE_SAME: dict[str, dict[str, Any]] = {
    "another version of the model": {SYSTEM: [["version: '1'", "version: '2'"]]},
    "users and sites": {SYSTEM: [["users: [Millers]", "users: [Millers, Carters]"], ["sites: [SITE-1]", "sites: []"]]},
    "another layout": {SYSTEM: [["intended_use: [Sorting grain]", "intended_use:\n  # what for\n  - >-\n    Sorting\n    grain"]]},
    "white space": {SYSTEM: [["Sorting people", '"Sorting   people"']]},
    "a new title": {SYSTEM: [["Grain Sorter", "Big Grain Sorter"]]},
}
OTHER: dict[str, tuple[dict[str, Any], str]] = {
    "what it is for": ({SYSTEM: [["[Sorting grain]", "[Sorting grain, Sorting beans]"]]}, "intended use"),
    "what it is not for": ({SYSTEM: [["[Sorting people]", "[]"]]}, "forbidden use"),
    "people": ({SYSTEM: [["affected_people: [Bakers]", "affected_people: [Bakers, Children]"]]}, "people affected"),
    "the model": ({SYSTEM: [["Grain Net", "Bean Net"]]}, "models"),
    "the class": ({SYSTEM: [["act_class: minimal", "act_class: high_risk"]]}, "EU AI Act class"),
    "several": ({SYSTEM: [["Grain Net", "Bean Net"], ["[Sorting people]", "[]"], ["[Bakers]", "[Cooks]"]]}, "forbidden use, people affected and models"),
}


@pytest.mark.parametrize("name", THE_SAME)
def test_what_does_not_count_changes_nothing(closed: Path, name: str) -> None:
    apply(closed, THE_SAME[name])
    assert footing(now(closed)) is Footing.holds
    assert not [line for line in findings(closed) if "assessment-still-fits" in line]


@pytest.mark.parametrize("name", OTHER)
def test_what_counts_makes_the_assessment_suspect_and_is_named(closed: Path, name: str) -> None:
    change, fields = OTHER[name]
    apply(closed, change)
    assert findings(closed) == [GAP.format(fields, "closed (2026-05-02)")]
    assert broken(closed) == [], "a system may change"


def test_the_order_of_a_list_does_not_count(project: Path) -> None:
    one, other = (system(project, {SYSTEM: [[old, new]]}) for old, new in (("[Bakers]", "[Bakers, Cooks]"), ("[Bakers, Cooks]", "[Cooks, Bakers]")))
    assert one != other and digests(one) == digests(other)


def test_a_field_that_counts_only_in_another_version_of_the_schema_says_nothing(project: Path) -> None:
    it = system(project)
    assert changed(it, Basis(record="SYS-01", digests=("no_longer 0123456789abcdef", *digests(it)[:2]))) == ()


def test_what_counts_of_a_system() -> None:
    marked = {(kind.id, plan.name): plan for kind in KINDS for plan in fields_of(kind.model) if plan.based_on}
    assert {name for _, name in marked} == {"intended_use", "forbidden_use", "affected_people", "models", "act_class"}
    assert {kind for kind, _ in marked} == {"system"}
    assert not [plan for plan in marked.values() if plan.ref], "an id may be renamed, which would change the digest"


# -- renewed, confirmed, over ---------------------------------------------------------------------------------------------------


def test_confirm(closed: Path) -> None:
    nothing = "nothing that REC-001 rests on changed since it was closed or confirmed, so there is nothing to confirm"
    assert refused(closed, "confirm", "REC-001", "--because", "x") == nothing
    apply(closed, OTHER["the model"][0])
    commit(closed, "Another model")
    assert refused(closed, "confirm", "REC-001", code=2) == "--because is needed: why does it still hold, although what it rested on changed?"
    late = "REC-001 was closed or confirmed on 2026-05-02, which is later than 2026-05-01; give the right day with --on"
    assert refused(closed, "confirm", "REC-001", "--because", "x", "--on", "2026-05-01") == late
    assert "the role 'nobody' may not confirm REC-001 in AIMS-REG-01; 'boss' or 'writer' may" in refused(
        closed, "confirm", "REC-001", "--as", "nobody", "--holder", "TM-001", "--because", "x"
    )
    assert not (closed / CONFIRMED).exists()
    said = good(closed, "confirm", "REC-001", "--as", "writer", "--because", "The new model sorts grain as the old one did.")
    assert "REC-001 What the sorter means for people is confirmed on 2026-06-01 by writer (TM-002); it rests on what SYS-01 say" in said
    assert (closed / CONFIRMED).exists()
    assert findings(closed) == [] and broken(closed) == []
    commit(closed, "Confirmed")
    assert over_history(now(closed))[0] == []
    apply(closed, {SYSTEM: [["Bean Net", "Pea Net"]]})
    assert findings(closed) == [GAP.format("models", "confirmed (2026-06-01)")]


def test_what_is_not_confirmed(mill: Path) -> None:
    assert refused(mill, "confirm", "REC-001", "--because", "x") == (
        "REC-001 is not closed yet, so it can still be changed; then close it (`aims close REC-001`)"
    )
    assert refused(mill, "confirm", "SYS-01", "--because", "x", code=2).startswith("'SYS-01' is not the id of a record")
    apply(mill, {RECORD: [["kind: impact_assessment", "kind: decision"]]})
    assert refused(mill, "confirm", "REC-001", "--because", "x") == (
        "REC-001 is no impact assessment but a record of kind decision; it shows what was so on its day and is not confirmed"
    )


def test_a_confirmation_stays(closed: Path) -> None:
    apply(closed, OTHER["the model"][0])
    good(closed, "confirm", "REC-001", "--because", "It sorts as before.")
    commit(closed, "Confirmed")
    entered = CONFIRMED.replace("writer", "boss")
    apply(closed, {entered: [["because: It sorts as before.", "because: It sorts better."]]})
    (found,) = broken(closed)
    assert found.startswith(f"history-kept {entered}") and "because was 'It sorts as before.' and is 'It sorts better.' now" in found


def newer(project: Path, more: str = "") -> None:
    text = (project / RECORD).read_text(encoding="utf-8").replace("REC-001", "REC-002").replace("on: 2026-04-01", "on: 2026-05-20")
    apply(project, {"aims_data/records/REC-002.yaml": text + more})


def test_a_newer_assessment_takes_its_place(closed: Path) -> None:
    apply(closed, OTHER["the model"][0])
    newer(closed)
    assert footing(now(closed)) is None
    assert not [line for line in findings(closed) if "assessment-still-fits" in line]
    counts = "REC-001 is the newest assessment of no system that is looked after; confirm the newest one, or assess the system again"
    assert refused(closed, "confirm", "REC-001", "--because", "x") == counts


@pytest.mark.parametrize(
    "over", [[["stage: operation\nowner", "stage: retired\nowner"]], [["summary: ", "ended: {on: 2026-05-30, by: boss, why: Sold}\nsummary: "]]]
)
def test_of_a_system_that_is_over_nothing_becomes_suspect(closed: Path, over: list[list[str]]) -> None:
    apply(closed, OTHER["the model"][0])
    apply(closed, {SYSTEM: over})
    assert footing(now(closed)) is None


def test_a_renamed_system_is_the_same(closed: Path) -> None:
    text = (closed / SYSTEM).read_text(encoding="utf-8").replace("id: SYS-01", "id: SYS-07\nformerly: [SYS-01]")
    apply(closed, {SYSTEM: None, "aims_data/systems/SYS-07.yaml": text})
    assert footing(now(closed)) is Footing.holds
    apply(closed, {"aims_data/systems/SYS-07.yaml": [["Grain Net", "Bean Net"]]})
    assert footing(now(closed)) is Footing.suspect


def test_what_was_closed_before_says_so_and_is_no_gap(closed: Path) -> None:
    text = (closed / CLOSED).read_text(encoding="utf-8")
    (closed / CLOSED).write_text(text.split("based_on:")[0], encoding="utf-8")
    assert findings(closed) == []
    assert "Basis not recorded</span> It was closed before" in pages(now(closed))["records/REC-001.md"]
    git(closed, "commit", "--quiet", "--all", "--message", "Of before")
    good(closed, "confirm", "REC-001", "--because", "Looked at again.")
    assert footing(now(closed)) is Footing.holds, "from now on it is recorded"


# -- pages ----------------------------------------------------------------------------------------------------------------------


def test_pages_say_it(closed: Path) -> None:
    assert "Still fits</span>" in pages(now(closed))["records/REC-001.md"]
    apply(closed, OTHER["the model"][0])
    found = pages(now(closed))
    since = "models changed since; it was closed on <time>2026-05-02</time>"
    assert "Suspect</span>" in found["records/REC-001.md"] and since in found["records/REC-001.md"]
    assert "Suspect</span>" in found["systems/SYS-01.md"] and since in found["systems/SYS-01.md"]
    assert ["Suspect</span>" in register for register in registers(now(closed))] == [True, True]
    good(closed, "confirm", "REC-001", "--because", "It sorts as before.")
    found = pages(now(closed))
    assert "Suspect" not in found["records/REC-001.md"] + found["systems/SYS-01.md"] + "".join(registers(now(closed)))
    for page in ("records/REC-001.md", "documents/AIMS-REG-01.md"):
        assert "Confirmed on <time>2026-06-01</time> by [Boss](/roles/boss.md) (TM&#45;001): It sorts as before&#46;" in found[page]


@pytest.mark.parametrize(
    ("systems", "records", "told"),
    [
        pytest.param("internal", "internal", True, id="both are there"),
        pytest.param("internal", "confidential", False, id="the record is left out"),
        pytest.param("confidential", "internal", False, id="the system is left out"),
    ],
)
def test_an_edition_tells_only_of_what_it_holds(project: Path, systems: str, records: str, told: bool) -> None:
    """That a system changed is no news for those who may not read of it, nor that there is an assessment."""
    classified(project)
    for number, level, now_level in ((2, "internal", systems), (3, "confidential", records)):
        apply(project, {f"aims_data/documents/AIMS-REG-0{number}.yaml": [[f"classification: {level}", f"classification: {now_level}"]]})
    seal, digests = record_seal(now(project), "REC-001"), "[models 0123456789abcdef]"
    entry = f"{{record: REC-001, on: 2026-05-02, by: writer, holder: TM-002, seal: {seal}, based_on: [{{record: SYS-01, digests: {digests}}}]}}"
    apply(project, {"aims_data/documents/AIMS-REG-03.yaml": [["versions:\n", f"closed:\n  - {entry}\nversions:\n"]]})
    whole = now(project)
    assert GAP.format("models", "closed (2026-05-02)") in findings(project)
    found = {reader: pages(edition(whole, reader)) for reader in Audience}
    assert "Suspect" in found[Audience.auditor]["records/REC-001.md"] and "Suspect" in found[Audience.auditor]["systems/SYS-01.md"]
    assert [page for page, text in found[Audience.staff].items() if "Suspect" in text] == (["records/REC-001.md", "systems/SYS-01.md"] if told else [])
    for page in ("records/REC-001.md", "systems/SYS-01.md"):
        assert told or "Still fits" not in found[Audience.staff].get(page, ""), "nor is it said that nothing changed"
    assert not [page for page, text in found[Audience.public].items() if "Suspect" in text]


# -- what comes in --------------------------------------------------------------------------------------------------------------


def test_what_never_was_so_is_no_basis(mill: Path) -> None:
    good(mill, "close", "REC-001")
    text = (mill / CLOSED).read_text(encoding="utf-8")
    assert broken(mill) == []
    place, out = f"basis-not-made-up {CLOSED}:7:3", "take this entry out and enter it with `aims close REC-001`"
    never = [f"{place}: REC-001 is said to rest on what SYS-01 never said, neither now nor until BASE; {out}"]
    digest = text.split("- act_class ")[1][:16]
    apply(mill, {CLOSED: [[digest, "0123456789abcdef"]]})
    assert broken(mill) == never
    apply(mill, {CLOSED: text.replace(f"- act_class {digest}", "")})
    assert broken(mill) == never, "a field is left out"
    apply(mill, {CLOSED: text.replace("- record: SYS-01", "- record: SYS-02")})
    assert broken(mill) == [f"{place}: REC-001 rests on SYS-01, not on SYS-02; {out}"]
    commit(mill, "Made up")
    assert [problem.rule for problem in over_history(now(mill))[0]] == ["basis-not-made-up"]


def test_the_main_branch_may_move_on_before_a_closing_comes_in(mill: Path) -> None:
    """What the closing rests on was so; that it changed since is said by the gap."""
    git(mill, "checkout", "--quiet", "-b", "closing")
    good(mill, "close", "REC-001", "--base", "main")
    commit(mill, "Closed")
    git(mill, "checkout", "--quiet", "main")
    apply(mill, {SYSTEM: WITH_MODEL})
    commit(mill, "A model")
    git(mill, "checkout", "--quiet", "closing")
    git(mill, "merge", "--quiet", "--no-edit", "main")
    assert broken(mill, "main") == []
    assert findings(mill) == [GAP.format("models", "closed (2026-06-01)")]
    git(mill, "checkout", "--quiet", "main")
    git(mill, "merge", "--quiet", "--squash", "closing")
    commit(mill, "Closed, squashed")
    assert over_history(now(mill))[0] == []


def test_what_was_so_on_the_branch_alone_is_closed_again(mill: Path) -> None:
    """A squash would leave no state that it fits."""
    apply(mill, {SYSTEM: WITH_MODEL})
    good(mill, "close", "REC-001")
    commit(mill, "Closed")
    apply(mill, {SYSTEM: [["Grain Net", "Bean Net"]]})
    assert [line.split(" ")[0] for line in broken(mill, "HEAD^")] == ["basis-not-made-up"]


def test_it_rests_on_what_was_so_on_the_day_that_it_is_of(mill: Path) -> None:
    """Not on what the system became until somebody closed the record."""
    apply(mill, {RECORD: [["on: 2026-04-01", "on: 2026-05-05"]]})
    commit(mill, "The assessment", when="2026-05-05T10:00:00Z")
    apply(mill, {SYSTEM: [["intended_use: [Sorting grain]", "intended_use: [Sorting stones]"]]})
    commit(mill, "Another purpose", when="2026-05-10T10:00:00Z")
    said = good(mill, "close", "REC-001", "--on", "2026-05-20")
    changes = "Since 2026-05-05, the day that it is of, SYS-01 (intended use) changed; renew the assessment, or confirm it with `aims confirm REC-001`"
    assert changes in said.replace("\n", " ")
    assert broken(mill) == []
    assert findings(mill) == [GAP.format("intended use", "closed (2026-05-20)")]
