"""The past stays readable: what the engine of before the house was rebuilt has made, read, judged, shown, verified, built again and taken on by today's.

`before-house.bundle` is a repository with its own copy of that engine, three snapshots, an approved policy and a draft of the next, a confirmed register, a
closed record, and a supplier that was assessed twice under schema 1 (see `README.md`).
"""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
from pathlib import Path

import pytest
from command import run_aims
from invented import ROOT
from once import once
from repository import commit, git, named

from macros.control.approvals.approved_text import Approved
from macros.control.approvals.entries import write
from macros.control.changes.state import read_state
from macros.control.git import Git
from macros.control.upgrade import upgrade
from macros.graph import build
from macros.pages import record_pages
from macros.render import Renderer
from macros.schema import SCHEMA
from macros.schema.systems import Supplier
from macros.settings import data_schema
from macros.site import build_of, problems_of
from macros.views import BLOCKS

BUNDLE = Path(__file__).with_name("before-house.bundle")
DAY = "2026-06-01"
POLICY, RECORD, SUPPLIERS = "docs/policy.md", "aims_data/records/REC-001.yaml", "aims_data/suppliers.yaml"
OLD = "  assessed_on: 2026-05-20\n  assessment: >-\n    Good, and late\n    with two letters.\n"
NEW = "  assessments:\n    - on: 2026-05-20\n      result: Good, and late with two letters.\n"


def unpacked(folder: Path) -> Path:
    """The repository of the bundle, with everything that it holds."""
    project = folder / "project"
    project.mkdir()
    git(project, "init", "--quiet", "--initial-branch=main", "--template=")
    git(project, "fetch", "--quiet", "--update-head-ok", str(BUNDLE), "+refs/*:refs/*")
    git(project, "reset", "--quiet", "--hard")
    return named(project)


@pytest.fixture(scope="module")
def past() -> Path:
    """The repository; not to be changed."""
    return once("before-house", unpacked) / "project"


@pytest.fixture
def copied(past: Path, tmp_path: Path) -> Path:
    """A copy of it, to be changed."""
    return Path(shutil.copytree(past, tmp_path / "project"))


def aims(project: Path, *arguments: str, code: int = 0) -> str:
    """What a command says. The project brings the engine of then, so today's is told to judge all the same."""
    done = run_aims("--foreign-engine", *arguments, cwd=project, AIMS_TODAY=DAY)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def edited(project: Path, name: str, old: str, new: str) -> None:
    """Replace a text that stands once in a file."""
    text = (project / name).read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{name} has {old!r} {text.count(old)} times"
    (project / name).write_text(text.replace(old, new), encoding="utf-8")


def test_the_newest_state_is_read(past: Path) -> None:
    found = build(past, dt.date.fromisoformat(DAY))
    supplier = found.find("SUP-01", Supplier)
    assert supplier
    assert [(one.on.isoformat(), one.result) for one in supplier.assessments] == [("2026-05-20", "Good, and late with two letters.")]
    assert [str(problem) for problem in problems_of(found)] == []


def test_the_history_is_clean(past: Path) -> None:
    said = aims(past, "check", "--history")
    assert "0 errors, 0 gaps, 0 notices" in said
    assert "9 commits changed data, each judged against the one before it" in said


def test_a_change_is_judged(copied: Path) -> None:
    assert "0 errors, 0 gaps, 0 notices" in aims(copied, "check", "--base", "HEAD~6")
    edited(copied, RECORD, "Nobody is harmed.", "Somebody is harmed.")
    edited(copied, "aims_data/documents/AIMS-POL-01.yaml", "Minutes of 2026-05-06", "Minutes of 2026-05-07")
    said = aims(copied, "check", "--base", "HEAD~2", code=1)
    assert "REC-001 is closed in HEAD~2 (" in said
    assert "1.1-approved-boss-2026-05-06 was altered: evidence was 'Minutes of 2026-05-06' and is 'Minutes of 2026-05-07' now" in said


def test_the_approved_text_is_shown(past: Path) -> None:
    """It calls a macro, which shows the supplier as it was then."""
    found = build_of(build(past, dt.date.fromisoformat(DAY)))
    policy = found.approved["AIMS-POL-01"]
    assert isinstance(policy, Approved), policy
    assert policy.version.number == "1.1"
    assert "### Who supplies us\n" in policy.text
    assert "<time>2026-05-01</time>" in policy.text
    assert "2026-05-20" not in policy.text
    shown = dict(record_pages(found, Renderer(found.aims)))
    assert policy.text in shown["documents/approved/AIMS-POL-01.md"]
    assert "**Rely on this:** [the approved text of version 1&#46;1](/documents/approved/AIMS-POL-01.md)" in shown["documents/AIMS-POL-01.md"]


def test_everything_verifies(past: Path) -> None:
    said = aims(past, "verify", "--all")
    assert "Wrong" not in said
    assert [version for version in ("2026.1", "2026.2", "2026.3") if f"{version}  " in said] == ["2026.1", "2026.2", "2026.3"]
    assert "compare/: is missing: it was removed, or the newest snapshot was made by an older version of AIMS Portal." in said


def test_a_snapshot_is_built_again(past: Path) -> None:
    """By the engine of its commit, with the tools of today. When those get newer, `README.md` says what to do."""
    assert "2026.2 was built again from its commit: every byte is the same." in aims(past, "verify", "2026.2", "--rebuild")


def test_what_changed_then_is_said_now(past: Path) -> None:
    """Of two snapshots, from the `aims.json` that the engine of then wrote; of two commits, from their files; of a snapshot and the files as they are."""
    expected = [
        "  SUP-01 Sieve Makers – Supplier, changed (in AIMS-REG-01 Everything that runs, version 1.2)",
        "    Assessments › 2026-05-20 › On: [-2026-05-01-] {+2026-05-20+}",
        "    Assessments › 2026-05-20 › Result: Good{+, and late with two letters+}.",
    ]
    for states in (["2026.1", "2026.3"], ["HEAD~5", "HEAD"], ["2026.2"]):
        said = aims(past, "changes", *states).splitlines()
        start = said.index("AI systems and suppliers") + 1
        assert said[start : start + 4] == expected


def test_every_macro_of_then_is_one_of_today(past: Path) -> None:
    names = re.findall(r'^    "(\w+)": Block\(', (past / "macros/views/__init__.py").read_text(encoding="utf-8"), re.M)
    assert {"suppliers", "new_record", "control"} <= set(names)
    assert set(names) - {"area", "role", "system", "risk", "action", "objective", "document"} <= BLOCKS.keys()


def upgraded(project: Path) -> Path:
    """The project with today's engine, and its data in the shape of today, but in the record that is closed."""
    for name in ("macros", "overrides"):
        shutil.rmtree(project / name)
        shutil.copytree(ROOT / name, project / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "requirements.txt"):
        shutil.copy(ROOT / name, project)
    config = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    (project / "mkdocs.yml").write_text(config[: config.index("\nnav:")] + "\n", encoding="utf-8")
    edited(project, SUPPLIERS, OLD, NEW)
    write(project, upgrade(project).changes)
    return project


def test_it_is_taken_on(copied: Path) -> None:
    """A technical change, as nothing differs in values and words; then a snapshot as the next in the chain."""
    upgraded(copied)
    assert data_schema(copied) == SCHEMA
    aims(copied, "reseal", "AIMS-REG-01", "--as", "boss", "--reason", "Suppliers in the shape of schema 2")
    commit(copied, "A newer AIMS Portal", f"{DAY}T08:00:00Z")
    assert "0 errors, 0 gaps, 0 notices" in aims(copied, "check", "--base", "HEAD~1")
    assert "10 commits changed data" in aims(copied, "check", "--history")
    assert "published" in aims(copied, "snapshot", "2026.4", "--for", "Surveillance audit", "--with-drafts")
    assert "SUP-01" not in aims(copied, "changes", "2026.3", "2026.4")
    content = Git(copied).read("snapshots", "2026.4/aims.json")
    assert content
    made = read_state(content, "2026.4")
    assert made.schema == SCHEMA
    assert {record.id: record.changed_in for record in made.records}["SUP-01"] == "2026.3", "its content did not change since"
    assert "Wrong" not in aims(copied, "verify", "--all")
    said = {pair: json.loads(content) for pair, content in comparisons_on(copied).items()}
    versions = ("2026.1", "2026.2", "2026.3", "2026.4")
    assert sorted(said) == sorted((old, new) for at, new in enumerate(versions) for old in versions[:at]), "those of the past are written too"
    changed = {pair: [record["id"] for group in found["differences"]["groups"] for record in group["records"]] for pair, found in said.items()}
    assert "SUP-01" in changed["2026.1", "2026.3"] and "SUP-01" not in changed["2026.3", "2026.4"], "what only took another shape is no change"


def comparisons_on(project: Path) -> dict[tuple[str, str], bytes]:
    """The comparisons on the branch by the two snapshots, the older first."""
    repository = Git(project)
    files = repository.files("snapshots", "compare")
    contents = repository.blobs(files.values())
    return {(Path(path).stem, Path(path).parent.name): contents[blob] for path, blob in files.items()}
