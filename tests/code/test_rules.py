"""The smallest project is sound, and every rule finds its bad case with exactly the message that the case expects.

`kinds/<kind>/cases/<rule>.yaml`, or `<rule>--<variant>.yaml` where a rule says several things, holds `change:` (see `invented.apply`), `expect:` (the
lines of all that the check then reports) and perhaps `today:`; `smallest.py` says how a case speaks of other kinds.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from invented import DAY, apply, findings, read_yaml
from smallest import BASE, CASES, as_parameters, expected

from macros.checks import RULES
from macros.graph import build
from macros.site import problems_of


def rule_of(case: Path) -> str:
    """The rule that a case belongs to, from its file name."""
    return case.stem.split("--")[0]


def test_the_smallest_project_is_sound() -> None:
    assert findings(BASE) == []


@pytest.mark.parametrize("case", as_parameters(CASES))
def test_case(case: Path, project: Path) -> None:
    content = read_yaml(case)
    apply(project, content["change"])
    assert findings(project, content.get("today", DAY)) == expected(project, content)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_case_expects_its_own_rule(case: Path) -> None:
    """So removing a rule from RULES turns its case red: nothing else reports under its name."""
    grades = {rule.name: rule.grade.name for rule in RULES}
    start = f"{grades[rule_of(case)]} {rule_of(case)} aims_data/"
    expected = read_yaml(case)["expect"].splitlines()
    starts = tuple(start.replace("aims_data/", place) for place in ("aims_data/", "docs/", "CODEOWNERS", "mkdocs.yml"))
    assert any(line.startswith(starts) for line in expected)


def test_every_rule_has_a_case_and_a_sentence() -> None:
    names = [rule.name for rule in RULES]
    assert sorted(names) == sorted(set(names)), "two rules have one name"
    assert set(names) == {rule_of(case) for case in CASES}, "every rule has a bad case in tests/code/kinds/*/cases/, and no case is without a rule"
    assert [rule.name for rule in RULES if not rule.sentence.endswith(".")] == [], "a rule's docstring is the sentence that readers see"


def test_problems_come_sorted_and_once(project: Path) -> None:
    """Errors first, then gaps, then notices; within a grade by place."""
    apply(project, {"aims_data/roles.yaml": [["since: 2020-01-01\n- id: writer", "since: 2027-01-01\n- id: writer"]]})
    problems = problems_of(build(project, dt.date(2026, 12, 1)))
    assert len({problem.grade for problem in problems}) == 3
    assert list(problems) == sorted(problems, key=lambda problem: (problem.grade, problem.place, problem.message))
    assert len(set(problems)) == len(problems)


def test_rules_on_the_whole_wait_for_readable_files(project: Path) -> None:
    """One unreadable file is one error, not a flood of what follows from it."""
    for name in sorted(path.relative_to(project).as_posix() for path in (project / "aims_data").rglob("*.yaml")):
        path = project / name
        good = path.read_bytes()
        path.write_bytes(b"a: [\n")
        found = findings(project)
        path.write_bytes(good)
        assert [line for line in found if line.startswith("error")] == [line for line in found if f" {name}:" in line], name
        assert sum(line.startswith("error") for line in found) == 1, name
