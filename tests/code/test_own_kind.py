"""A kind of record of one's own, added by the recipe in CONTRIBUTING.md, has everything that ours have: here the algorithms of `own_kind/algorithms.py`."""

from __future__ import annotations

import html
import json
import re
import shutil
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from command import run_process
from invented import DAY, ROOT, apply
from once import once
from repository import commit, repository

FILE = Path(__file__).parent / "own_kind/algorithms.py"
RECIPE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").split("**Add a kind of record.**")[1].split("```diff\n")[1].split("```")[0]
REGISTER, PORTAL = "aims_data/documents/AIMS-REG-01.yaml", "aims_data/documents/AIMS-PRT-01.yaml"
ALGORITHM = "aims_data/algorithms/ALG-01.yaml"
FIRST = """id: ALG-01
title: Sieve of pictures
owner: boss
systems: [SYS-01]
checks:
  - {on: 2025-09-01, by: writer, outcome: faulty, found: It took husks for grain.}
  - {on: 2026-03-10, by: writer, outcome: sound, found: It took all grain for grain.}
review: quarterly
"""
SECOND = """id: ALG-02
title: Guess of the weather
owner: writer
systems: []
review: yearly
"""
THIRD = """id: ALG-03
title: Throw of a coin
owner: writer
systems: [SYS-01]
checks:
  - {on: 2025-03-01, by: writer, outcome: faulty, found: It guessed.}
review: quarterly
ended: {on: 2025-04-01, by: boss, why: It was no better than a guess.}
"""


def follow(recipe: str, project: Path) -> None:
    """Do to the files of a project what a recipe shows, as in a diff: lines with - or a space stand there once, those with + or a space take their place."""
    for step in recipe.split("--- ")[1:]:
        name, *lines = step.splitlines()
        old, new = ("\n".join(line[1:] for line in lines if line[:1] in marks) for marks in ("- ", "+ "))
        path = project / name
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        assert text.count(old) == 1 if old else not text, f"{name} has {old!r} {text.count(old)} times"
        path.write_text(text.replace(old, new) if old else f"{new}\n", encoding="utf-8")


def with_algorithms(folder: Path) -> Path:
    """A repository of the smallest project with algorithms and three of them, one of which has ended, in one commit more."""
    project = repository(folder)
    shutil.copy(FILE, project / "macros/schema")
    follow(RECIPE, project)
    apply(project, {REGISTER: [["sources:\n", "sources:\n  - aims_data/algorithms/\n"]], PORTAL: [["docs/index.md", "docs/index.md, docs/algorithms.md"]]})
    commit(project, "Algorithms", **{ALGORITHM: FIRST, "aims_data/algorithms/ALG-02.yaml": SECOND, "aims_data/algorithms/ALG-03.yaml": THIRD})
    return project


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of it, to be changed."""
    return Path(shutil.copytree(once("algorithms", with_algorithms) / "project", tmp_path / "project"))


def aims(project: Path, *arguments: str) -> CompletedProcess[str]:
    """What a command says, run by the engine of the project, which knows the kind."""
    return run_process(*arguments, cwd=project, PYTHONPATH=str(project), AIMS_TODAY=str(DAY))


def site(project: Path, audience: str) -> Path:
    """The site for an audience."""
    done = aims(project, "build", "--audience", audience)
    assert done.returncode == 0, done.stdout + done.stderr
    return project / "site"


@pytest.fixture(scope="module")
def built() -> Path:
    """Its whole site; not to be changed."""
    return once("algorithms-built", lambda folder: site(with_algorithms(folder), "auditor")) / "project/site"


@pytest.fixture(scope="module")
def public() -> Path:
    """Its site for the public, with algorithms that are not for it; not to be changed."""

    def make(folder: Path) -> None:
        project = with_algorithms(folder)
        register = (project / REGISTER).read_text(encoding="utf-8")
        shutil.copytree(project / "aims_data/approvals/AIMS-REG-01", project / "aims_data/approvals/AIMS-REG-02")
        inside = register[: register.index("sources:")].replace("AIMS-REG-01", "AIMS-REG-02").replace("classification: public", "classification: internal")
        level = "  - {id: internal, title: Internal, meaning: Staff may read it., level: 1}\n"
        apply(
            project,
            {
                REGISTER: [["  - aims_data/algorithms/\n", ""]],
                "aims_data/documents/AIMS-REG-02.yaml": f"{inside}sources: [aims_data/algorithms/]\n",
                "aims_data/organisation.yaml": [["actor_roles:", f"{level}actor_roles:"]],
            },
        )
        site(project, "public")

    return once("algorithms-public", make) / "project/site"


def read(path: Path) -> str:
    """A page as it was built, with plain characters for entities and single spaces."""
    return re.sub(r"\s+", " ", html.unescape(path.read_text(encoding="utf-8")))


# -- what it costs --------------------------------------------------------------------------------------------------------------


def test_it_costs_one_file_and_two_lines() -> None:
    assert FILE.read_text(encoding="utf-8").count("\n") <= 60
    steps = [(step.split("\n")[0], step.count("\n+")) for step in RECIPE.split("--- ")[1:]]
    assert [step for step in steps if step[0].startswith("macros/")] == [("macros/schema/__init__.py", 1)] * 2


# -- what it brings -------------------------------------------------------------------------------------------------------------


def test_the_check_finds_no_fault_with_it(project: Path) -> None:
    done = aims(project, "check")
    assert done.returncode == 0, done.stdout
    assert "ALG-01 Sieve of pictures: check of the algorithm is due on 2026-06-10 (role boss)" in done.stdout
    assert "ALG-02" not in done.stdout, "without a check there is no day to count from"
    assert "ALG-03" not in done.stdout, "it has ended"


def test_its_register_filters_and_sorts(built: Path) -> None:
    page = read(built / "algorithms.html")
    assert '<div class="register" data-filter="Systems,Outcome,Owner" data-order="Sound|Limited|Faulty|">' in page
    heads = re.findall(r"<th>(.*?)</th>", page)
    assert heads == ["Algorithm", "Systems", "Outcome", "Due", "Owner"]
    first, second = (re.findall(r"<td>(.*?)</td>", row) for row in page.split("<tbody>")[1].split("</tr>")[:2])
    assert first == [
        '<a href="algorithms/ALG-01.html">ALG-01 Sieve of pictures</a>',
        '<a href="systems/SYS-01.html">SYS-01 Grain Sorter</a>',
        '<span class="state state-good">Sound</span>',
        '<time>2026-06-10</time> <span class="state state-warn">Due soon</span>',
        '<a href="roles/boss.html">Boss</a>',
    ]
    assert second[1:4] == ["–", '<span class="state state-bad">never</span>', "–"]
    assert '<strong>No longer:</strong> <a href="algorithms/ALG-03.html">ALG-03 Throw of a coin</a>' in page
    assert page.count("<tr>") == 3, "a head and two that have not ended"
    assert "It does what it is meant for within limits." in page, "the legend"
    assert "New algorithm" in page


def test_its_register_can_be_downloaded(built: Path) -> None:
    assert '<a href="registers/algorithm.csv">CSV</a>' in read(built / "algorithms.html")
    table = (built / "registers/algorithm.csv").read_text(encoding="utf-8-sig").splitlines()
    assert table[:2] == ["id,Algorithm,Systems,Outcome,Due,Owner", "ALG-01,Sieve of pictures,SYS-01 Grain Sorter,Sound,2026-06-10,Boss"]
    rows = json.loads((built / "registers/algorithm.json").read_text(encoding="utf-8"))["rows"]
    assert [row["id"] for row in rows] == ["ALG-01", "ALG-02"]


def test_each_has_a_page_that_leads_back_and_on(built: Path) -> None:
    page = read(built / "algorithms/ALG-01.html")
    assert '<p class="way-back"><a href="../algorithms.html">Algorithms</a> ›</p>' in page
    assert '<p class="kind">Algorithm <span class="state state-good">Sound</span></p>' in page
    assert "<strong>Falls due</strong></td> <td><time>2026-06-10</time>" in page
    assert '<a href="../systems/SYS-01.html">SYS-01 Grain Sorter</a>' in page
    assert page.index("It took husks for grain.") < page.index("It took all grain for grain."), "its history, check by check"
    system = read(built / "systems/SYS-01.html")
    assert '<strong>Algorithms:</strong> <a href="../algorithms/ALG-01.html">ALG-01 Sieve of pictures</a> <small>(systems)</small>' in system
    assert "Check of the algorithm" in read(built / "due.html")


def test_search_finds_it_by_its_words_and_all_by_their_kind(built: Path) -> None:
    docs = json.loads((built / "search/search_index.json").read_text(encoding="utf-8"))["docs"]
    found = {entry["location"]: entry for entry in docs if entry.get("tags") == ["Algorithm"]}
    assert {"algorithms/ALG-01.html", "algorithms/ALG-02.html"} <= found.keys()
    assert found["algorithms/ALG-01.html"]["title"] == "ALG-01 Sieve of pictures"


def test_a_new_one_begins_with_a_template_and_editors_with_a_schema(project: Path, tmp_path: Path) -> None:
    done = aims(project, "new", "algorithm")
    assert done.stdout == "aims_data/algorithms/ALG-04.yaml\n", done.stderr
    text = (project / "aims_data/algorithms/ALG-04.yaml").read_text(encoding="utf-8")
    assert text.startswith("id: ALG-04\ntitle: …\nowner: id  # the id of role\nsystems:\n")
    assert "# checks:  # Oldest first; none is changed.\n" in text
    assert aims(project, "schema", str(tmp_path)).returncode == 0
    schema = json.loads((tmp_path / "algorithms.schema.json").read_text(encoding="utf-8"))
    assert schema["required"] == ["id", "title", "owner", "systems", "review"]


def test_what_was_recorded_of_it_stays(project: Path) -> None:
    apply(project, {ALGORITHM: [["outcome: faulty", "outcome: sound"]]})
    done = aims(project, "check", "--base", "HEAD")
    assert done.returncode == 1
    assert "aims_data/algorithms/ALG-01.yaml:6:43: the entry of 2025-09-01 under checks was altered: outcome was 'faulty' and is 'sound' now" in done.stdout
    apply(project, {ALGORITHM: [["outcome: sound, found: It took husks", "outcome: faulty, found: It took husks"], ["2026-03-10", "2026-09-10"]]})
    assert "the entry of 2026-09-10 lies in the future" in aims(project, "check").stdout


def test_an_edition_says_that_it_leaves_them_out_and_not_that_there_are_none(public: Path) -> None:
    page = read(public / "algorithms.html")
    assert "Not part of this edition." in page
    assert "None is recorded yet." not in page
    assert not (public / "algorithms").exists()
    assert [path for path in public.rglob("*.html") if "ALG-0" in read(path)] == []


def test_what_changed_in_one_is_said_in_words(project: Path) -> None:
    apply(
        project,
        {ALGORITHM: [["owner: boss", "owner: writer"], ["review:", "  - {on: 2026-05-30, by: writer, outcome: limited, found: Not at night.}\nreview:"]]},
    )
    done = aims(project, "changes", "HEAD", "--format", "markdown")
    assert done.returncode == 0, done.stderr
    assert "AI systems and suppliers" in done.stdout
    for words in ("Algorithm", "ALG-01 Sieve of pictures", "Owner", "Boss", "Writer", "Checks", "Limited", "Not at night"):
        assert words in done.stdout, done.stdout
