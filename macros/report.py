"""Problems as text for people and as JSON, GitHub annotations and SARIF for tools."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import quote

from rich.console import Console

from macros.checks import RULE
from macros.control.approvals.change_rules import RULE as CHANGE_RULE
from macros.problems import Grade, Problem

COLOUR = {Grade.error: "bold red", Grade.gap: "yellow", Grade.notice: "cyan"}
PLURAL = {Grade.error: ("error", "errors"), Grade.gap: ("gap", "gaps"), Grade.notice: ("notice", "notices")}
MEANING = {
    Grade.error: "stops the build until it is mended",
    Grade.gap: "a hole in the management system; shown in the portal, does not stop the build",
    Grade.notice: "due soon or overdue",
}

MANY = 10
"""So many findings of one rule a person reads before a count says more."""


def counted(problems: Sequence[Problem]) -> str:
    """`2 errors, 1,100 gaps, 5 notices`."""
    counts = Counter(problem.grade for problem in problems)
    return ", ".join(f"{counts[grade]:,} {PLURAL[grade][counts[grade] != 1]}" for grade in Grade)


def text(problems: Sequence[Problem], console: Console, every: bool = False) -> None:
    """Print the problems by grade, each on one line that editors can follow, and their number. Errors come last, where a terminal shows them. Of one rule
    only the first `MANY` are printed, then how many more there are, unless `every` one is asked for."""
    for grade in reversed(Grade):
        found = [problem for problem in problems if problem.grade is grade]
        if found:
            console.print(f"[{COLOUR[grade]}]{grade.name.capitalize()}s[/] – {MEANING[grade]}")
        left = Counter[str]()
        for problem in found:
            left[problem.rule] += 1
            if every or left[problem.rule] <= MANY:
                console.print(str(problem), markup=False, emoji=False, highlight=False, soft_wrap=True)
        for rule, count in sorted(left.items()):
            if not every and count > MANY:
                console.print(
                    f"… and {count - MANY:,} more {PLURAL[grade][count - MANY != 1]} of the rule {rule}; `aims check --all` shows every one", markup=False
                )
        if found:
            console.print()
    console.print(counted(problems), style="bold", highlight=False)


def as_json(problems: Sequence[Problem]) -> str:
    """A JSON list of objects: grade, rule, file, line, column, message, about."""
    return json.dumps([_plain(problem) for problem in problems], indent=2, ensure_ascii=False)


def _plain(problem: Problem) -> dict[str, Any]:
    place = problem.place
    return {
        "grade": problem.grade.name,
        "rule": problem.rule,
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "message": problem.message,
        "about": list(problem.about),
    }


def as_github(problems: Sequence[Problem]) -> str:
    """Workflow commands that GitHub shows as annotations in the pull request."""
    level = {Grade.error: "error", Grade.gap: "warning", Grade.notice: "notice"}

    def data(value: str) -> str:
        return value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")

    def attribute(value: str) -> str:
        return data(value).replace(":", "%3A").replace(",", "%2C")

    return "\n".join(
        f"::{level[problem.grade]} file={attribute(problem.place.file)},line={problem.place.line},col={problem.place.column},"
        f"title={attribute(problem.rule)}::{data(problem.message)}"
        for problem in problems
    )


def as_sarif(problems: Sequence[Problem]) -> str:
    """SARIF 2.1.0, which code scanning services read."""
    level = {Grade.error: "error", Grade.gap: "warning", Grade.notice: "note"}
    names = sorted({problem.rule for problem in problems})
    sentences = {name: rule.sentence for name, rule in RULE.items()} | {name: rule.sentence for name, rule in CHANGE_RULE.items()}
    results = [
        {
            "ruleId": problem.rule,
            "level": level[problem.grade],
            "message": {"text": problem.message},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": quote(problem.place.file), "uriBaseId": "%SRCROOT%"},
                        "region": {"startLine": problem.place.line, "startColumn": problem.place.column},
                    }
                }
            ],
        }
        for problem in problems
    ]
    rules = [{"id": name, "shortDescription": {"text": sentences.get(name, "The file can be read and has the right shape.")}} for name in names]
    run = {"tool": {"driver": {"name": "aims check", "rules": rules}}, "columnKind": "unicodeCodePoints", "results": results}
    return json.dumps({"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False)


FORMATS: dict[str, Callable[[Sequence[Problem]], str]] = {"json": as_json, "github": as_github, "sarif": as_sarif}
