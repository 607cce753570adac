"""What nobody looked at yet is a gap, never an error, and every page says so."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from command import run_aims
from invented import DAY, findings
from smallest import round_trip

from macros.calls import macros_of
from macros.graph import Aims, build
from macros.pages import record_pages
from macros.problems import Grade
from macros.render import Renderer
from macros.schema import KIND, KINDS
from macros.schema.fields import fields_of, missing_of, recorded
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


def test_every_page_says_what_nobody_looked_at(begun: tuple[Aims, dict[str, str]]) -> None:
    aims, ids = begun
    made = build_of(aims)
    renderer = Renderer(aims)
    macros = macros_of(made, renderer, lambda: "index.md")
    texts = {f"{path}": text for path, text in record_pages(made, renderer)}
    for name, block in BLOCKS.items():
        for arguments in [[value] for value in block.argument.values(aims)] if block.argument else [[]]:
            texts[f"{name} {arguments}"] = str(macros[name](*arguments))
    assert [name for name, text in texts.items() if re.search(r"\bNone\b(?!: the control is excluded| is recorded yet)", text)] == []
    for id in ids.values():
        assert "not recorded yet" in texts[aims.address(id)], id


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
