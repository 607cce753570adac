"""What has ended leaves lists, counts and due days, keeps its page, and its id is given to nothing else."""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Callable
from pathlib import Path

import pytest
from invented import DAY, apply, findings
from ruamel.yaml import YAML

from macros import facts
from macros.calls import macros_of
from macros.due import all_due
from macros.graph import Aims, build
from macros.pages import record_pages
from macros.problems import Grade
from macros.render import Renderer
from macros.schema import KINDS
from macros.schema.base import Living
from macros.schema.kind import Kind
from macros.schema.risks import Risk
from macros.schema.systems import System
from macros.site import build_of, problems_of
from macros.starter import next_id

RISK, SYSTEM = "aims_data/risks/R-001.yaml", "aims_data/systems/SYS-01.yaml"
ACCEPTED, USE = "aims_data/decisions/R-001/accepted-2026-05-01.yaml", "aims_data/decisions/SYS-01/use-2026-02-01.yaml"
END = "ended: {on: 2026-05-20, by: boss, why: The sieve is gone.}\n"
LIVING = [kind for kind in KINDS if issubclass(kind.model, Living)]


def page(aims: Aims, path: str) -> str:
    """The words of a record's page."""
    return html.unescape(dict(record_pages(build_of(aims), Renderer(aims)))[path])


def shown(aims: Aims, block: str) -> str:
    """What a page gets that calls a block."""
    return html.unescape(macros_of(build_of(aims), Renderer(aims), lambda: "index.md")[block]())


def test_what_has_ended_is_not_listed_counted_or_due(changed: Callable[..., Aims]) -> None:
    before = changed()
    assert {due.record for due in all_due(before)} >= {"R-001"} and "R-001" in shown(before, "risks").partition("No longer")[0]
    aims = changed({RISK: [["review: yearly\n", f"review: yearly\n{END}"]]})
    assert [risk.id for risk in aims.all(Risk)] == [] and [risk.id for risk in aims.every(Risk)] == ["R-001"]
    assert "R-001" not in {due.record for due in all_due(aims)}
    listed, _, ended = shown(aims, "risks").partition("**No longer:**")
    assert "R-001" not in listed and "R-001" in ended and "2026-05-20" in ended
    assert next_id(aims, "risk") == "R-002", "an id is never given twice"


def test_it_keeps_its_page_which_says_so_and_its_links(changed: Callable[..., Aims]) -> None:
    aims = changed({RISK: [["review: yearly\n", f"review: yearly\n{END}"]]})
    text = page(aims, "risks/R-001.md")
    assert "Ended</span> on <time>2026-05-20</time>: The sieve is gone." in text and "2026-04-01" in text
    assert "R-001" in {link.source for link in aims.links_to["SYS-01"]}


def test_until_its_day_it_lives(changed: Callable[..., Aims]) -> None:
    apart = {RISK: [["review: yearly\n", f"review: yearly\n{END}"]]}
    aims = changed(apart, "2026-05-19")
    assert [risk.id for risk in aims.all(Risk)] == ["R-001"]
    assert "Ends</span> on <time>2026-05-20</time>: The sieve is gone." in page(aims, "risks/R-001.md")


def test_a_system_that_ended_asks_for_nothing(changed: Callable[..., Aims]) -> None:
    aims = changed({SYSTEM: [["review: yearly\n", f"review: yearly\n{END}"]], USE: [["valid_until: 2027-02-01\n", "valid_until: 2026-02-02\n"]]})
    assert "SYS-01" not in {system.id for system in aims.all(System)}
    assert [problem.message for problem in problems_of(aims) if "SYS-01" in problem.about] == []


def test_a_system_that_ended_may_not_be_used(changed: Callable[..., Aims]) -> None:
    """Whatever was decided, and for however long; nor is it one of all systems any more."""
    everywhere = {RISK: [["systems: [SYS-01]", "systems: []"]]}
    aims = changed({SYSTEM: [["review: yearly\n", f"review: yearly\n{END}"]], **everywhere})
    text, system = page(aims, "systems/SYS-01.md"), aims.find("SYS-01", System)
    assert "Do not use" in text and "It is no longer used" in text and "You may use it" not in text
    assert system and facts.risks_of(aims, system) == ()


def test_nobody_acts_in_a_role_that_ended(changed: Callable[..., Aims]) -> None:
    aims = changed({"aims_data/roles.yaml": [["- id: boss\n", "- id: boss\n  ended: {on: 2026-05-01, by: boss, why: Shared out.}\n"]]})
    found = [problem.message for problem in problems_of(aims) if problem.place.file == ACCEPTED and problem.grade is Grade.error]
    assert found == ["'TM-001' did not hold the role 'boss' on 2026-05-01; on that day it was held or deputised by nobody"]
    assert not any("2026-02-01" in problem.message for problem in problems_of(aims)), "what was decided before stands"


@pytest.mark.parametrize("kind", LIVING, ids=lambda kind: kind.id)
def test_every_kind_that_lives_may_end(project: Path, kind: Kind) -> None:
    """With its day, by whom and why, wherever its records are kept; nothing else of the project becomes an error."""
    file = project / "aims_data" / kind.file
    yaml = YAML()
    name = next(iter(sorted(file.parent.glob(file.name))))
    value = yaml.load(name)
    record = value if isinstance(value, dict) and "id" in value else next(iter(_records(value)))
    record["ended"] = {"on": dt.date(2026, 5, 20), "by": "writer", "why": "It is over."}
    yaml.dump(value, name)
    aims = build(project, DAY)
    assert [str(problem) for problem in problems_of(aims) if problem.grade is Grade.error] == []
    ended = aims.get(str(record["id"]))
    assert ended and aims.over(ended) and ended not in aims.all(type(ended))
    list(record_pages(build_of(aims), Renderer(aims)))


def _records(value: object) -> list[dict[str, object]]:
    """The records in a file: the entries of the list that it is or holds which have an id."""
    listed = [value] if isinstance(value, list) else list(value.values())  # type: ignore[attr-defined]
    return [entry for entries in listed if isinstance(entries, list) for entry in entries if isinstance(entry, dict) and "id" in entry]


def test_an_end_may_be_said_ahead(project: Path) -> None:
    apply(project, {RISK: [["review: yearly\n", "review: yearly\nended: {on: 2026-07-01, by: boss, why: Planned.}\n"]]})
    assert findings(project) == []
