"""Templates for new records: every required and expected field is there, the YAML is sound, and only what a person has to fill in is wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from invented import findings

from macros.graph import Aims
from macros.load import DATA
from macros.schema import FILES, KIND, KINDS
from macros.schema.fields import FieldPlan, fields_of
from macros.starter import next_id, starter
from macros.yaml_source import decode, read

Changed = Callable[..., Aims]


@pytest.mark.parametrize("kind", [kind.id for kind in KINDS])
@pytest.mark.parametrize("as_list", [False, True])
def test_a_starter_has_every_required_and_every_expected_field(changed: Changed, kind: str, as_list: bool) -> None:
    aims = changed()
    text = starter(aims, kind, next_id(aims, kind), as_list)
    value, _ = read(decode(text.encode()))
    value = value[0] if as_list else value
    plans = begun(kind)
    assert list(value) == [plan.name for plan in plans if plan.required or plan.expected]
    for plan in plans:
        if not (plan.required or plan.expected):
            assert f"# {plan.name}:" in text


def begun(kind: str) -> list[FieldPlan]:
    """The fields of a kind that a record may have when it begins: all but that it was renamed, is known elsewhere or has ended."""
    return [plan for plan in fields_of(KIND[kind].model) if not plan.own_file and plan.name not in {"formerly", "ref", "ended"}]


@pytest.mark.parametrize("kind", [kind.id for kind in KINDS])
def test_the_optional_fields_are_sound_too(changed: Changed, kind: str) -> None:
    """With every comment mark at the start of a line taken away, it is still YAML with exactly the fields of the schema."""
    aims = changed()
    text = "\n".join(line.removeprefix("# ") for line in starter(aims, kind, "X").splitlines())
    value, _ = read(decode(text.encode()))
    assert set(value) == {plan.name for plan in begun(kind)}


def test_a_new_risk_is_wrong_only_where_something_has_to_be_filled_in(project: Path, changed: Changed) -> None:
    aims = changed()
    (project / DATA / "risks/R-002.yaml").write_text(starter(aims, "risk", "R-002"), encoding="utf-8")
    found = [line for line in findings(project) if "R-002.yaml" in line and line.startswith("error")]
    assert found
    assert [line for line in found if "is still the placeholder of the template" not in line] == []
    assert [line.partition(": title: ")[2] for line in found if ": title: " in line] == ["is still the placeholder of the template; write the text"]
    assert "description: is still the placeholder of the template; write the text or remove the key" in "\n".join(found), "it may be left out"


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("risk", "R-002"), ("system", "SYS-03"), ("record", "REC-002"), ("obligation", "OB-02"), ("document", "AIMS-PRO-91"), ("role", "new-role")],
)
def test_the_next_id(changed: Changed, kind: str, expected: str) -> None:
    assert next_id(changed(), kind) == expected


def test_the_first_id_of_a_folder(changed: Changed) -> None:
    aims = changed({"aims_data/risks/R-001.yaml": None})
    assert next_id(aims, "risk") == "R-001"


def test_every_file_pattern_has_a_kind() -> None:
    assert {pattern for pattern in FILES if "*" in pattern} >= {"risks/*.yaml", "systems/*.yaml", "documents/*.yaml", "records/*.yaml"}
