"""What holds for the data of every organisation: each check finds its bad case, with the sentence that an organisation reads."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from invented import ROOT

from macros import soundness
from macros.graph import Aims

Changed = Callable[..., Aims]
CASES = {
    "errors": (
        {"aims_data/risks/R-001.yaml": [["owner: boss", "owner: nobody"]]},
        ["aims_data/risks/R-001.yaml:9:8: 'nobody' is not the id of a role; `aims check` shows it with everything else"],
    ),
    "unread_files": ({"aims_data/suppliers.yaml": "[]\n"}, ["aims_data/suppliers.yaml holds nothing that was read"]),
    "holes_in_crosswalks": (
        {"aims_data/standard/crosswalks/other-text.yaml": [["theirs: X 1", "theirs: X 9"], ["source: [src]", "source: []"]]},
        [
            "crosswalks/other-text.yaml: a row names X 9, which is not among its targets",
            "crosswalks/other-text.yaml has a row without a source, of X 9",
        ],
    ),
    "filler": (
        {"docs/index.md": "# Tiny Mill\n\nTODO: say more\n", "aims_data/risks/R-001.yaml": [["A stone breaks teeth.", "A stone breaks…"]]},
        [
            "aims_data/risks/R-001.yaml:11: write the text or leave the field out: option_reason: A stone breaks…",
            "docs/index.md:3: write the text or leave the field out: TODO: say more",
        ],
    ),
}


@pytest.mark.parametrize("check", CASES)
def test_what_is_wrong_is_said(changed: Changed, check: str) -> None:
    change, expected = CASES[check]
    find = getattr(soundness, check)
    assert list(find(changed())) == []
    assert list(find(changed(change))) == expected


def test_a_changed_standard_is_said(project: Path, changed: Changed) -> None:
    for path in (ROOT / "aims_data/standard").glob("*.yaml"):
        (project / "aims_data/standard" / path.name).write_bytes(path.read_bytes())
    assert list(soundness.changes_of_the_standard(changed())) == []
    areas = {"aims_data/standard/areas.yaml": [["id: A.2\n", "id: A.11\n"]]}
    assert list(soundness.changes_of_the_standard(changed(areas))) == [
        "aims_data/standard/areas.yaml is the same for everybody; undo the change of A.2",
        "aims_data/standard/areas.yaml has A.11, an entry that ISO/IEC 42001 does not have",
    ]


def test_a_person_s_name_is_an_error(changed: Changed) -> None:
    aims = changed({"aims_data/roles.yaml": [["who: TM-001", "who: Mary Miller"]]})
    assert any("'Mary Miller' is not an id of this kind; write it like LHG-0012, a staff code, not a name" in line for line in soundness.errors(aims))


def test_every_check_has_a_bad_case() -> None:
    assert {check.__name__ for check in soundness.CHECKS} == {*CASES, "changes_of_the_standard"}


def test_the_file_of_an_organisation_needs_no_more_than_the_module_says(project: Path) -> None:
    """Its tests are below the folder that holds `aims_data/`."""
    assert soundness.here(str(project / "tests/test_data.py")).project == project
