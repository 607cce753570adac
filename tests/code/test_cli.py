"""`aims check` as a person and as a tool calls it: output, formats, exit codes."""

from __future__ import annotations

import io
import json
import re
import shutil
from pathlib import Path

import pytest
from command import run_aims
from invented import apply
from rich.console import Console

from macros import report
from macros.problems import Grade, Place, Problem, did_you_mean

DAY = "2026-06-01"
ERROR = {"aims_data/risks/R-001.yaml": [["systems: [SYS-01]", "systems: [SYS-01, SYS-11]"]]}
GAP = {"aims_data/suppliers.yaml": [["  assessments:\n    - on: 2026-05-01\n      result: Good.\n", ""]]}
NOTICE = {"aims_data/treatment_plan.yaml": [["due: 2027-01-15", "due: 2026-07-31"]]}


@pytest.mark.parametrize(
    ("change", "options", "code", "last"),
    [
        ({}, [], 0, "0 errors, 0 gaps, 0 notices"),
        (ERROR, [], 1, "1 error, 0 gaps, 0 notices"),
        (GAP, [], 0, "0 errors, 1 gap, 0 notices"),
        (GAP, ["--no-gaps"], 1, "0 errors, 1 gap, 0 notices"),
        (NOTICE, ["--no-gaps"], 0, "0 errors, 0 gaps, 1 notice"),
        (ERROR | GAP | NOTICE, [], 1, "1 error, 1 gap, 1 notice"),
    ],
)
def test_exit_codes(project: Path, change: dict[str, object], options: list[str], code: int, last: str) -> None:
    apply(project, change)
    done = run_aims("check", "--project", str(project), "--today", DAY, *options)
    assert (done.returncode, done.stderr, done.stdout.splitlines()[-1]) == (code, "", last)


def test_text_has_one_line_for_each_problem_that_editors_follow(project: Path) -> None:
    apply(project, ERROR | GAP)
    done = run_aims("check", "--project", str(project), "--today", DAY, COLUMNS="40")
    assert done.stdout.splitlines() == [
        "Gaps – a hole in the management system; shown in the portal, does not stop the build",
        "aims_data/suppliers.yaml:1:7: SUP-01 Sieve Makers was never assessed; add assessments with on and result",
        "",
        "Errors – stops the build until it is mended",
        "aims_data/risks/R-001.yaml:5:19: 'SYS-11' is not the id of an AI system; did you mean 'SYS-01'?",
        "",
        "1 error, 1 gap, 0 notices",
    ]


@pytest.mark.parametrize("change", [{}, ERROR | GAP | NOTICE])
def test_json(project: Path, change: dict[str, object]) -> None:
    apply(project, change)
    found = json.loads(run_aims("check", "--project", str(project), "--today", DAY, "--format", "json").stdout)
    assert [problem["grade"] for problem in found] == (["error", "gap", "notice"] if change else [])
    if change:
        assert found[0] == {
            "grade": "error",
            "rule": "reference-exists",
            "file": "aims_data/risks/R-001.yaml",
            "line": 5,
            "column": 19,
            "message": "'SYS-11' is not the id of an AI system; did you mean 'SYS-01'?",
            "about": ["R-001"],
        }


def test_github(project: Path) -> None:
    apply(project, ERROR | GAP | NOTICE)
    lines = run_aims("check", "--project", str(project), "--today", DAY, "--format", "github").stdout.splitlines()
    assert [line.split(" ")[0] for line in lines] == ["::error", "::warning", "::notice"]
    assert lines[0] == (
        "::error file=aims_data/risks/R-001.yaml,line=5,col=19,title=reference-exists::'SYS-11' is not the id of an AI system; did you mean 'SYS-01'?"
    )


def test_sarif(project: Path) -> None:
    """The fields that SARIF 2.1.0 requires, and those that code scanning reads."""
    apply(project, ERROR | GAP | NOTICE)
    log = json.loads(run_aims("check", "--project", str(project), "--today", DAY, "--format", "sarif").stdout)
    assert log["version"] == "2.1.0"
    assert log["$schema"].startswith("https://")
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert driver["name"] == "aims check"
    ids = [rule["id"] for rule in driver["rules"]]
    assert len(ids) == len(set(ids)) == 3
    assert all(rule["shortDescription"]["text"].endswith(".") for rule in driver["rules"])
    assert [result["level"] for result in run["results"]] == ["error", "warning", "note"]
    for result in run["results"]:
        assert result["ruleId"] in ids
        assert result["message"]["text"]
        (location,) = result["locations"]
        physical = location["physicalLocation"]
        assert re.fullmatch(r"[A-Za-z0-9/._~%-]+", physical["artifactLocation"]["uri"])
        assert physical["region"]["startLine"] >= 1
        assert physical["region"]["startColumn"] >= 1


def test_formats_escape_what_they_must() -> None:
    odd = Problem(Place("docs/a b,c:ü.md", 2, 3), "100 %, [red]x[/red] :smile: 'a'\nb", Grade.gap, "due")
    assert report.as_github([odd]) == "::warning file=docs/a b%2Cc%3Aü.md,line=2,col=3,title=due::100 %25, [red]x[/red] :smile: 'a'\\nb"
    assert json.loads(report.as_json([odd]))[0]["message"] == "100 %, [red]x[/red] :smile: 'a'\\nb"
    sarif = json.loads(report.as_sarif([odd]))["runs"][0]["results"][0]
    assert sarif["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "docs/a%20b%2Cc%3A%C3%BC.md"
    console = Console(record=True, width=20, file=None, quiet=False)
    with console.capture() as capture:
        report.text([odd], console)
    assert "docs/a b,c:ü.md:2:3: 100 %, [red]x[/red] :smile: 'a'\\nb\n" in capture.get()


def test_colour_only_on_a_terminal(project: Path) -> None:
    apply(project, ERROR)
    plain = run_aims("check", "--project", str(project), "--today", DAY)
    coloured = run_aims("check", "--project", str(project), "--today", DAY, FORCE_COLOR="1", TERM="xterm-256color")
    assert "\x1b" not in plain.stdout
    assert "\x1b[" in coloured.stdout


WRONG = [
    (["check", "--today", "tomorrow"], "aims: --today is 'tomorrow', which is not a day; write it like 2026-01-31"),
    (["check", "--today", "2026-02-30"], "aims: --today is '2026-02-30', which is not a day; write it like 2026-01-31"),
    (["check", "--project", "/nowhere"], "aims: --project /nowhere: there is no mkdocs.yml in that folder"),
    (["check", "--format", "xml"], "'xml' is not one of 'text', 'json', 'github', 'sarif'"),
    (["check", "--nothing"], "No such option: --nothing"),
    (["chekc"], "No such command 'chekc'"),
]


@pytest.mark.parametrize(("arguments", "sentence"), WRONG)
def test_wrong_usage(project: Path, arguments: list[str], sentence: str) -> None:
    done = run_aims(*arguments, cwd=project)
    assert done.returncode == 2
    assert sentence in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_no_project_anywhere(tmp_path: Path) -> None:
    done = run_aims("check", cwd=tmp_path)
    assert done.returncode == 2
    assert "no mkdocs.yml here or in a folder above" in done.stderr


def test_from_a_folder_inside_the_project(project: Path) -> None:
    apply(project, ERROR)
    done = run_aims("check", "--today", DAY, cwd=project / "aims_data/risks")
    assert done.returncode == 1
    assert "aims_data/risks/R-001.yaml:5:19: " in done.stdout


def test_checking_writes_nothing(project: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in project.rglob("*")}
    run_aims("check", "--project", str(project))
    assert {path: path.stat().st_mtime_ns for path in project.rglob("*")} == before


@pytest.mark.parametrize(
    ("wrong", "known", "hint"),
    [
        ("R-021", ["R-012", "R-100"], "; did you mean 'R-012'?"),
        ("OWNER", ["owner", "review"], "; did you mean 'owner'?"),
        ("zzz", ["owner"], ""),
        ("x", [], ""),
    ],
)
def test_did_you_mean(wrong: str, known: list[str], hint: str) -> None:
    assert did_you_mean(wrong, known) == hint


def printed(problems: list[Problem], every: bool = False) -> list[str]:
    output = io.StringIO()
    report.text(problems, Console(file=output, width=200), every)
    return output.getvalue().splitlines()


def test_of_one_rule_the_first_ten_are_printed_and_how_many_more_there_are() -> None:
    many = [Problem(Place("a.yaml", line), "is missing", Grade.gap, "one-rule") for line in range(1, 1_013)]
    other = [Problem(Place("b.yaml"), "is missing, too", Grade.gap, "other-rule"), Problem(Place("c.yaml"), "is wrong", Grade.error, "one-rule")]
    lines = printed(many + other)
    assert [line for line in lines if line.startswith("a.yaml")] == [f"a.yaml:{line}:1: is missing" for line in range(1, 11)]
    assert lines[12] == "… and 1,002 more gaps of the rule one-rule; `aims check --all` shows every one"
    assert {"b.yaml:1:1: is missing, too", "c.yaml:1:1: is wrong"} < set(lines)
    assert lines[-1] == "1 error, 1,013 gaps, 0 notices"
    assert len([line for line in printed(many + other, every=True) if line.startswith("a.yaml")]) == 1_012
    assert not [line for line in printed(many[:10]) if "more" in line]
    assert "… and 1 more gap of the rule one-rule" in printed(many[:11])[11]


def test_every_finding_is_printed_when_asked_for(project: Path) -> None:
    source = (project / "aims_data/systems/SYS-01.yaml").read_text(encoding="utf-8")
    for number in range(2, 14):
        (project / f"aims_data/systems/SYS-{number:02}.yaml").write_text(source.replace("SYS-01", f"SYS-{number:02}"), encoding="utf-8")
        shutil.copytree(project / "aims_data/decisions/SYS-01", project / f"aims_data/decisions/SYS-{number:02}")
    asked = ("check", "--project", str(project), "--today", "2026-12-20")
    few, every = (run_aims(*asked, *option).stdout for option in ((), ("--all",)))
    assert "more notices of the rule due; `aims check --all` shows every one" in few and "more notices" not in every
    assert len(few.splitlines()) < len(every.splitlines())
    assert all(line in every.splitlines() for line in few.splitlines() if not line.startswith("…"))


def test_it_says_that_not_everything_was_judged(project: Path) -> None:
    """So that nobody takes a gap for closed which only could not be seen."""
    apply(project, {"aims_data/objectives.yaml": [["id: OBJ-01", "id: OBJ-1"]]})
    done = run_aims("check", "--project", str(project), "--today", DAY)
    assert done.stdout.splitlines()[-1] == "Not everything was judged, as something cannot be read: mend that first, more may follow."
    errors = [line for line in done.stdout.splitlines() if ".yaml:" in line or ".md:" in line]
    assert errors == ["aims_data/objectives.yaml:1:7: id: 'OBJ-1' is not an id of this kind; write it like OBJ-01"], "and no link to it is an error, too"


def test_nobody_begins_what_the_standard_lists(project: Path) -> None:
    done = run_aims("new", "clause", "--project", str(project))
    assert done.returncode == 2
    assert done.stderr.startswith("aims: nobody adds a clause: what the standard lists is the same for everybody; known are own_control, ")
    done = run_aims("new", "claus", "--project", str(project))
    assert "known are own_control, " in done.stderr and "clause" not in done.stderr


@pytest.mark.parametrize("command", [[], ["check"], ["approve"], ["export"], ["export", "codeowners"]], ids=" ".join)
def test_an_option_without_a_value_has_no_type(command: list[str]) -> None:
    said = run_aims(*command, "--help").stdout
    assert "--help" in said and "<bool>" not in said
