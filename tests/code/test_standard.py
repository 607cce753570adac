"""The catalogue of the standard that ships with the engine, the same for everybody: as many entries as the texts have, and what asks for results."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest
from invented import ROOT

from macros import facts
from macros.graph import Aims, build
from macros.schema.crosswalks import Crosswalk
from macros.schema.standard import AnnexC, Area, Clause, Control, RiskSource


@pytest.fixture(scope="module")
def real() -> Aims:
    """The project as it is, for its catalogue."""
    return build(ROOT, dt.date(2026, 11, 22))


def test_the_numbers_that_the_standard_fixes(real: Aims) -> None:
    assert len(real.all(Clause)) == 43
    assert len(facts.leaf_clauses(real)) == real.reference.leaf_clauses == 32
    assert len(real.all(Area)) == 9
    assert len(real.all(Control)) == 38
    assert list(Counter(control.area for control in real.all(Control)).values()) == [3, 2, 5, 4, 9, 5, 4, 3, 3]
    assert (len(real.all(AnnexC)), len(real.all(RiskSource))) == (11, 7)


def test_the_crosswalks_are_whole(real: Aims) -> None:
    assert {crosswalk.id: len(crosswalk.rows) for crosswalk in real.all(Crosswalk)} == {"nist-ai-rmf": 280, "eu-ai-act": 81, "iso-iec-27001": 34}


def test_only_results_answer_what_asks_for_results(real: Aims) -> None:
    assert {clause.id for clause in real.all(Clause) if clause.answered_by_results} >= {
        "6.1.4", "7.2", "8.2", "8.3", "8.4", "9.1", "9.2.2", "9.3.3", "10.2",
    }  # fmt: skip
