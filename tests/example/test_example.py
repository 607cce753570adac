"""The example organisation that ships with the portal: it is whole enough to learn from, and its gaps are those that it is to show.

Who takes the portal over removes this folder.
"""

from __future__ import annotations

import datetime as dt
import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest
from gaps import differences

from macros import facts
from macros.graph import Aims, build
from macros.problems import Grade, Place, Problem
from macros.schema.base import Record
from macros.schema.controls import ControlState, OwnControl
from macros.schema.documents import Document
from macros.schema.people import Role
from macros.schema.policy import Commitment
from macros.schema.risks import Risk
from macros.schema.standard import Control
from macros.schema.systems import ActClass, Stage, System, Use
from macros.site import problems_of

ROOT = Path(__file__).resolve().parents[2]
DAY = dt.date(2026, 11, 22)
GAPS = Path(__file__).with_name("gaps.yaml")


@pytest.fixture(scope="module")
def real() -> Aims:
    """The project as it is, today."""
    return build(ROOT, dt.date.today())


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
    assert any(not system.use_decisions for system in systems), "one system waits for its decision"
    assert {decision.use for system in systems for decision in system.use_decisions} == set(Use)


def test_every_control_is_decided_once(real: Aims) -> None:
    decided = Counter(real.decisions)
    assert decided.keys() >= {control.id for control in real.all(Control)}, "soa.yaml decides all 38 controls"


def test_the_statement_of_applicability_is_honest(real: Aims) -> None:
    left_out = sum(not decision.applicable for decision in real.decisions.values()) + sum(len(decision.exceptions) for decision in real.decisions.values())
    assert left_out >= 3
    states = Counter(status.state for status in real.status.values())
    assert states[ControlState.partial] + states[ControlState.planned] >= 4


def test_every_commitment_names_what_carries_it(real: Aims) -> None:
    for commitment in real.all(Commitment):
        assert commitment.roles, f"policy.yaml: nobody answers for {commitment.id}"
        assert commitment.objectives or commitment.controls, f"policy.yaml: nothing carries {commitment.id}"


def test_the_gaps_are_those_we_know() -> None:
    """Honest gaps are part of the example, each listed by name; see gaps.yaml."""
    assert list(differences(problems_of(build(ROOT, DAY)), GAPS)) == []


def test_a_gap_too_many_and_a_gap_too_few_are_told(tmp_path: Path) -> None:
    file = tmp_path / "gaps.yaml"
    file.write_text("# Known\none-rule:\n  - R-001\n  - R-002 AIMS-PRO-01\n", encoding="utf-8")
    found = [Problem(Place("a.yaml", 3), "no evidence", Grade.gap, "one-rule", about) for about in (("R-001",), ("R-001",), ("R-003",))]
    assert list(differences([*found, Problem(Place("a.yaml"), "due", Grade.notice, "due")], file)) == [
        "a.yaml:3:1: no evidence: mend it, or list it in gaps.yaml below one-rule as R-001",
        "a.yaml:3:1: no evidence: mend it, or list it in gaps.yaml below one-rule as R-003",
        "gaps.yaml:4: R-002 AIMS-PRO-01 is no longer a gap of the rule one-rule; remove this line",
    ]


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
