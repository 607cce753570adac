"""What nobody looked at yet is a gap, never an error, and every page says so."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

import pytest
from command import run_aims
from invented import DAY, apply, findings
from pydantic import TypeAdapter
from smallest import round_trip

from macros import facts
from macros.audience import Audience, edition
from macros.calls import macros_of
from macros.control.changes.collect import state
from macros.control.changes.comparison import compare
from macros.graph import Aims, build
from macros.pages import record_pages
from macros.problems import Grade
from macros.render import Renderer
from macros.schema import KIND, KINDS
from macros.schema.fields import fields_of, missing_of, recorded
from macros.schema.policy import Objective
from macros.schema.risks import Risk
from macros.schema.systems import System
from macros.site import build_of, problems_of
from macros.starter import next_id
from macros.views import BLOCKS

BARE = [kind.id for kind in KINDS if all(plan.name in {"id", "title"} for plan in fields_of(kind.model) if plan.required)]
BARE = [kind for kind in BARE if any(plan.expected for plan in fields_of(KIND[kind].model))]
"""The kinds of which a record with id and title alone can be read."""
INSIDE = {"issue": "issues", "commitment": "commitments", "action": "actions", "opportunity": "opportunities"}
"""Where the records of a kind are a list in a part."""


def bare(project: Path) -> dict[str, str]:
    """Give the project a record with id and title alone of every kind that may have one; their ids, by kind."""
    aims, ids, yaml = build(project, DAY), {}, round_trip()
    for kind in BARE:
        ids[kind] = next_id(aims, kind)
        record = {"id": ids[kind], "title": "Known by name"}
        path = project / "aims_data" / KIND[kind].file.replace("*", ids[kind])
        if "*" in KIND[kind].file:
            path.write_text(f"id: {ids[kind]}\ntitle: Known by name\n", encoding="utf-8")
            continue
        value: Any = yaml.load(path)
        (value[INSIDE[kind]] if kind in INSIDE else value).append(record)
        yaml.dump(value, path)
    return ids


@pytest.fixture
def begun(project: Path) -> tuple[Aims, dict[str, str]]:
    """A project in which of every kind one record was only named."""
    ids = bare(project)
    return build(project, DAY), ids


def test_the_kinds_of_which_a_name_is_enough() -> None:
    assert set(BARE) == {"action", "commitment", "issue", "objective", "obligation", "opportunity", "party", "process", "risk", "role", "supplier", "system"}


def test_what_is_missing_is_one_gap_of_the_record(begun: tuple[Aims, dict[str, str]]) -> None:
    aims, ids = begun
    problems = problems_of(aims)
    assert [str(problem) for problem in problems if problem.grade is Grade.error] == []
    found = [problem for problem in problems if problem.rule == "content-missing"]
    assert sorted(problem.about for problem in found) == sorted((id,) for id in ids.values())
    for problem in found:
        record = aims.get(problem.about[0])
        assert record is not None
        assert f"{record.id} Known by name lacks {', '.join(plan.called for plan in missing_of(record))}" in problem.message


@pytest.mark.parametrize("reader", Audience)
def test_every_page_says_what_nobody_looked_at(begun: tuple[Aims, dict[str, str]], reader: Audience) -> None:
    whole, ids = begun
    aims = edition(whole, reader)
    made = build_of(aims)
    renderer = Renderer(aims)
    macros = macros_of(made, renderer, lambda: "index.md")
    texts = {f"{path}": text for path, text in record_pages(made, renderer)}
    for name, block in BLOCKS.items():
        for arguments in [[value] for value in block.argument.values(aims)] if block.argument else [[]]:
            texts[f"{name} {arguments}"] = str(macros[name](*arguments))
    assert [name for name, text in texts.items() if re.search(r"\bNone\b(?!: the control is excluded| is recorded yet)", text)] == []
    for id in ids.values():
        assert id not in aims.entries or "not recorded yet" in texts[aims.address(id)], id
    assert reader is not Audience.auditor or set(ids.values()) <= set(aims.entries)


def page_of(project: Path, id: str) -> str:
    """The page of a record, as a reader sees its text."""
    aims = build(project, DAY)
    return html.unescape(dict(record_pages(build_of(aims), Renderer(aims)))[aims.address(id)])


def test_a_page_says_none_only_where_somebody_said_so(project: Path) -> None:
    entry = "- id: PR-02\n  title: Buying\n  what: We buy.\n  outputs: []\n"
    path = project / "aims_data/processes.yaml"
    path.write_text(path.read_text(encoding="utf-8") + entry, encoding="utf-8")
    assert "| **Outputs** | none |" in page_of(project, "PR-02")
    assert "not recorded yet</small> | inputs, accountable, responsible, clauses, documents |" in page_of(project, "PR-02")


def test_what_may_be_left_out_means_nothing_while_more_is_missing(project: Path) -> None:
    """An obligation that names no system is of all of them once everything else is said."""
    path = project / "aims_data/obligations.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "- id: OB-02\n  title: Weights act\n", encoding="utf-8")
    text = str(macros_of(build_of(aims := build(project, DAY)), Renderer(aims), lambda: "index.md")["obligations"]())
    assert [line.split(" | ")[3] for line in text.splitlines() if "[OB" in line] == ["all", "<small>not recorded yet</small>"]


def test_a_risk_of_unknown_systems_is_of_none(project: Path) -> None:
    bare(project)
    aims = build(project, DAY)
    named, everywhere = aims.get("R-002"), Risk(id="R-003", title="Everywhere", systems=())
    assert isinstance(named, Risk)
    assert (facts.systems_of(aims, named), named.all_systems) == ((), False)
    assert {system.id for system in facts.systems_of(aims, everywhere)} >= {"SYS-01", "SYS-03"}
    assert {risk.id for system in aims.all(System) for risk in facts.risks_of(aims, system)} == {"R-001"}
    assert "nobody knows whether it has to be accepted" in page_of(project, "R-002")


def test_what_is_said_later_is_a_change_in_words(project: Path) -> None:
    ids = bare(project)
    before, path = state(aims := build(project, DAY), problems_of(aims), None, None), project / f"aims_data/systems/{ids['system']}.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "owner: boss\nusers: [Clerks]\n", encoding="utf-8")
    after = state(aims := build(project, DAY), problems_of(aims), None, None)
    changes = compare(before, after)
    (group,) = changes.groups
    assert [(record.id, [field.label for field in record.fields]) for record in group.records] == [(ids["system"], ["Owner", "Users"])]
    assert (changes.gaps_closed, changes.gaps_opened) == ((), ()), "it lacks less, and is the same gap"


def test_the_state_tells_what_is_not_said_from_what_is_empty(project: Path) -> None:
    ids = bare(project)
    path = project / f"aims_data/systems/{ids['system']}.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "users: []\n", encoding="utf-8")
    aims = build(project, DAY)
    found = {record.id: record for record in state(aims, problems_of(aims), None, None).records}
    record = found[ids["system"]]
    assert "users" not in record.missing and "users" not in record.fields
    assert "intended_use" in record.missing and "intended_use" not in record.fields
    assert found["SYS-01"].missing == ()


@pytest.mark.parametrize("kind", BARE)
def test_editors_ask_for_id_and_title_alone(kind: str) -> None:
    assert TypeAdapter(KIND[kind].model).json_schema()["required"] == ["id", "title"]


def test_what_falls_due_without_an_owner_is_nobodys(project: Path) -> None:
    text = "id: SYS-03\ntitle: Scribe\nreviewed_on: 2025-01-01\nreview: yearly\n"
    (project / "aims_data/systems/SYS-03.yaml").write_text(text, encoding="utf-8")
    found = [line for line in findings(project) if line.startswith("notice")]
    assert found == ["notice due aims_data/systems/SYS-03.yaml:3:14: SYS-03 Scribe: review of the system was due on 2026-01-01 and is overdue"]


def test_an_objective_without_a_target_is_in_no_state(project: Path) -> None:
    apply(project, {"aims_data/objectives.yaml": {"OBJ-01 > target": None}})
    aims = build(project, DAY)
    objective = aims.find("OBJ-01", Objective)
    assert objective is not None
    assert (facts.objective_state(aims, objective), "<svg" in page_of(project, "OBJ-01")) == (None, False)


def test_ended_records_lack_nothing(project: Path) -> None:
    (project / "aims_data/systems/SYS-90.yaml").write_text(
        "id: SYS-90\ntitle: Old\nended: {on: 2026-01-01, by: boss, why: Nobody uses it.}\n", encoding="utf-8"
    )
    assert findings(project) == []


def test_left_out_is_not_an_empty_list() -> None:
    nobody, none = System(id="SYS-01", title="Old"), System(id="SYS-01", title="Old", users=())
    assert nobody == none or nobody.users == none.users == ()
    assert [recorded(system, "users") for system in (nobody, none)] == [False, True]
    assert "users" in {plan.name for plan in missing_of(nobody)} - {plan.name for plan in missing_of(none)}
    with pytest.raises(KeyError):
        recorded(none, "usres")


def test_two_thousand_systems_with_a_name_alone(project: Path) -> None:
    """No error, one gap each, and one screen of text."""
    for number in range(100, 2100):
        (project / f"aims_data/systems/SYS-{number}.yaml").write_text(f"id: SYS-{number}\ntitle: System {number}\n", encoding="utf-8")
    done = run_aims("check", "--project", str(project), "--today", DAY.isoformat())
    assert done.returncode == 0
    assert "0 errors, 2,000 gaps" in done.stdout
    assert len(done.stdout.splitlines()) <= 25
