"""The real records. Where one of these fails, somebody edited a record or a page: the message says which, and what to do.

It holds for the example organisation that ships with the portal. Who takes the portal over keeps the first part, which is about every
organisation, and removes or changes the second.
"""

from __future__ import annotations

import datetime as dt
import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from macros import facts
from macros.graph import Aims, build
from macros.load import shape_of
from macros.problems import Grade
from macros.schema.base import Record
from macros.schema.controls import ControlState, OwnControl
from macros.schema.documents import Document
from macros.schema.people import Role
from macros.schema.policy import Commitment
from macros.schema.risks import Risk
from macros.schema.standard import AnnexC, Area, Clause, Control, Crosswalk, RiskSource
from macros.schema.systems import ActClass, Stage, System, Use
from macros.site import problems_of

ROOT = Path(__file__).resolve().parents[2]
STANDARD = YAML(typ="safe", pure=True).load((Path(__file__).parent / "expected.yaml").read_text(encoding="utf-8"))
A_NAME = re.compile(r"[A-Z][a-z]+([ .-][A-Z][a-z.]+)+")
PLACEHOLDER = re.compile(r"\b(lorem|ipsum|TODO|TBD|FIXME|xxx+)\b|…$", re.I)


@pytest.fixture(scope="module")
def real() -> Aims:
    """The project as it is, today."""
    return build(ROOT, dt.date.today())


# -- every organisation -----------------------------------------------------------------------------------------------------------


def test_there_are_no_errors(real: Aims) -> None:
    errors = [str(problem) for problem in problems_of(real) if problem.grade is Grade.error]
    assert errors == [], "mend these lines, or run `aims check` to see them with everything else:\n" + "\n".join(errors)


def test_every_data_file_was_read(real: Aims) -> None:
    files = {path.relative_to(ROOT).as_posix() for path in (ROOT / "aims_data").rglob("*") if path.is_file() and not path.name.startswith(".")}
    unread = files - {entry.file for entry in real.loaded.entries}
    assert unread == set(), f"these files hold nothing that was read: {', '.join(sorted(unread))}"
    assert [name for name in files if shape_of(name.removeprefix("aims_data/")) is None] == []


@pytest.mark.parametrize(
    ("model", "part"),
    [(Clause, "clauses"), (Area, "areas"), (Control, "controls"), (AnnexC, "annex_c_objectives"), (RiskSource, "annex_c_risk_sources")],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_standard_is_as_it_is(real: Aims, model: type[Record], part: str) -> None:
    found = {record.id: record.name for record in real.all(model)}
    wrong = {id: found.get(id) for id, title in STANDARD[part].items() if found.get(id) != title}
    assert wrong == {}, f"aims_data/standard/{part}.yaml is the same for everybody; undo the change of {', '.join(wrong)}"
    assert found.keys() == STANDARD[part].keys(), f"aims_data/standard/{part}.yaml has an entry that ISO/IEC 42001 does not have"


def test_the_numbers_that_the_standard_fixes(real: Aims) -> None:
    assert len(real.all(Clause)) == 43
    assert len(facts.leaf_clauses(real)) == real.reference.leaf_clauses == 32
    assert len(real.all(Area)) == 9
    assert len(real.all(Control)) == 38
    assert list(Counter(control.area for control in real.all(Control)).values()) == [3, 2, 5, 4, 9, 5, 4, 3, 3]
    assert (len(real.all(AnnexC)), len(real.all(RiskSource))) == (11, 7)


def test_the_crosswalks_are_whole(real: Aims) -> None:
    assert {crosswalk.id: len(crosswalk.rows) for crosswalk in real.all(Crosswalk)} == {"nist-ai-rmf": 280, "eu-ai-act": 81, "iso-iec-27001": 34}
    for crosswalk in real.all(Crosswalk):
        targets = {target.id for target in crosswalk.targets}
        missing = sorted({row.theirs for row in crosswalk.rows} - targets)
        assert missing == [], f"crosswalks/{crosswalk.id}.yaml: rows name {', '.join(missing)}, which is not among its targets"
        assert all(row.source for row in crosswalk.rows), f"crosswalks/{crosswalk.id}.yaml has a row without a source"


def test_only_results_answer_what_asks_for_results(real: Aims) -> None:
    assert {clause.id for clause in real.all(Clause) if clause.answered_by_results} >= {
        "6.1.4", "7.2", "8.2", "8.3", "8.4", "9.1", "9.2.2", "9.3.3", "10.2",
    }  # fmt: skip


def test_every_control_is_decided_once(real: Aims) -> None:
    decided = Counter(real.decisions)
    assert decided.keys() >= {control.id for control in real.all(Control)}, "soa.yaml decides all 38 controls"


def test_no_field_is_filled_with_filler(real: Aims) -> None:
    found = []
    for path in [*(ROOT / "aims_data").rglob("*.yaml"), *(ROOT / "docs").rglob("*.md")]:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if PLACEHOLDER.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()}")
    assert found == [], "write the text or leave the field out; a gap is more honest than filler:\n" + "\n".join(found)


def test_nobody_is_named(real: Aims) -> None:
    """Holders and deputies are staff codes or functions."""
    for role in real.all(Role):
        for held in (*role.holders, *role.deputies):
            assert not A_NAME.search(held.who), f"roles.yaml: {role.id} is held by '{held.who}', which looks like a person's name; write a staff code"


# -- the example organisation --------------------------------------------------------------------------------------------------------


def test_it_says_that_it_is_fictional(real: Aims) -> None:
    assert real.organisation.fictional


@pytest.mark.parametrize(("model", "least"), [(Role, 14), (System, 8), (Risk, 25), (Document, 26), (Commitment, 8), (OwnControl, 2)])
def test_there_is_enough_of_it(real: Aims, model: type[Record], least: int) -> None:
    assert len(real.all(model)) >= least


def test_documents_have_real_text(real: Aims) -> None:
    written = [document.id for document in real.all(Document) if document.sources and document.kind.needs_approval]
    empty = [id for id in written if (document := real.find(id, Document)) and not facts.has_content(real, document)]
    assert empty == [], f"these documents have no content: {', '.join(empty)}"
    words = {
        id: sum(real.pages[name].words for name in real.sources_of(document) if name in real.pages) for id in written if (document := real.find(id, Document))
    }
    assert sum(count >= facts.MIN_WORDS for count in words.values()) >= 20, words


def test_the_systems_cover_the_whole_life(real: Aims) -> None:
    systems = real.all(System)
    built = [system.id for system in systems if system.act_class is ActClass.high_risk and "provider" in {role.value for role in system.act_roles}]
    assert built, "one high-risk system is one that the organisation builds"
    assert {Stage.refused, Stage.retired, Stage.operation, Stage.deployment, Stage.verification} <= {system.stage for system in systems}
    assert any(system.use_decision is None for system in systems), "one system waits for its decision"
    assert {system.use_decision.use for system in systems if system.use_decision} == set(Use)


def test_the_statement_of_applicability_is_honest(real: Aims) -> None:
    left_out = sum(not decision.applicable for decision in real.decisions.values()) + sum(len(decision.exceptions) for decision in real.decisions.values())
    assert left_out >= 3
    states = Counter(status.state for status in real.status.values())
    assert states[ControlState.partial] + states[ControlState.planned] >= 4


def test_every_commitment_names_what_carries_it(real: Aims) -> None:
    for commitment in real.all(Commitment):
        assert commitment.roles, f"policy.yaml: nobody answers for {commitment.id}"
        assert commitment.objectives or commitment.controls, f"policy.yaml: nothing carries {commitment.id}"


def test_the_gaps_are_those_we_know(real: Aims) -> None:
    """Honest gaps are part of the example, but not more than a reader can take in."""
    gaps = [problem for problem in problems_of(build(ROOT, dt.date(2026, 11, 22))) if problem.grade is Grade.gap]
    assert 5 <= len(gaps) <= 30, "\n".join(map(str, gaps))


def test_the_past_of_the_example_goes_by_two_commands(tmp_path: Path) -> None:
    """Those that docs/taking-over.md names: what refers to the past goes with it, so that only gaps are left."""
    commands = re.findall(r"^ +\$ (.+)$", (ROOT / "docs/taking-over.md").read_text(encoding="utf-8"), re.M)
    for name in ("aims_data", "docs"):
        shutil.copytree(ROOT / name, tmp_path / name)
    for name in ("mkdocs.yml", "CODEOWNERS"):
        shutil.copy(ROOT / name, tmp_path)
    assert len(commands) == 2
    for command in commands:
        subprocess.run(["bash", "-c", command], cwd=tmp_path, check=True, capture_output=True)
    cleared = build(tmp_path, dt.date(2026, 11, 22))
    assert not any(document.versions or document.closed or document.withdrawn for document in cleared.all(Document))
    assert [str(problem) for problem in problems_of(cleared) if problem.grade is Grade.error] == []
