"""Parts of records that lie in files of their own: where they come to stand, which file a place names, and what is wrong with a name."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from command import run_aims
from invented import DAY, apply, findings, upgraded
from ruamel.yaml import YAML

from macros.audience import Audience, edition
from macros.graph import Aims, build
from macros.own_files import unused
from macros.schema.documents import Document
from macros.seal import seal_of

POLICY, FOLDER = "aims_data/documents/AIMS-POL-01.yaml", "aims_data/approvals/AIMS-POL-01"
APPROVED = f"{FOLDER}/1.0-approved-boss-2026-02-03.yaml"


def write(project: Path, name: str, values: Any) -> None:
    path = project / name
    path.parent.mkdir(parents=True, exist_ok=True)
    YAML().dump(values, path)


@pytest.fixture
def mill(project: Path) -> Path:
    return upgraded(project)


def documents(aims: Aims) -> dict[str, Document]:
    return {document.id: document for document in aims.all(Document)}


def test_documents_are_the_same_in_one_file_and_in_many(project: Path) -> None:
    before = build(project, DAY)
    sealed = {document.id: seal_of(before, document, version) for document in before.all(Document) for version in document.versions}
    upgraded(project)
    after = build(project, DAY)
    assert findings(project) == []
    assert documents(after) == documents(before)
    assert sealed == {document.id: seal_of(after, document, version) for document in after.all(Document) for version in document.versions}


def test_a_place_leads_into_the_file_of_the_part(mill: Path) -> None:
    entry = build(mill, DAY).entries["AIMS-POL-01"]
    assert str(entry.place("versions", 0, "approvals", 0, "holder")) == f"{APPROVED}:2:9"
    assert str(entry.place("versions", 0, "change")) == f"{FOLDER}/1.0.yaml:4:9"
    assert str(entry.place("versions", 0, "approvals")) == f"{FOLDER}/1.0.yaml:1:1"
    assert str(entry.place("owner")) == f"{POLICY}:5:8"


def test_a_part_belongs_to_the_document_and_is_not_its_content(mill: Path) -> None:
    aims = build(mill, DAY)
    owner = aims.document_of(APPROVED)
    assert owner is not None
    assert owner.id == "AIMS-POL-01"
    assert not [name for document in aims.all(Document) for name in aims.sources_of(document) if "approvals" in name]


def test_the_order_is_that_of_days_then_of_names(mill: Path) -> None:
    entry = {"holder": "TM-001", "evidence": "Minutes"}
    later = [("boss", dt.date(2026, 3, 2)), ("boss", dt.date(2026, 3, 1)), ("writer", dt.date(2026, 3, 1))]
    for role, on in later:
        write(mill, f"{FOLDER}/1.0-confirmed-{role}-{on}.yaml", {"by": role, "on": on, **entry})
    write(mill, f"{FOLDER}/1.0-confirmed-boss-2026-03-01-2.yaml", {"by": "boss", "on": dt.date(2026, 3, 1), **entry})
    for number in ("1.10", "1.9"):
        write(mill, f"{FOLDER}/{number}.yaml", {"number": number, "written_on": dt.date(2026, 4, 1), "change": "Words."})
    policy = documents(build(mill, DAY))["AIMS-POL-01"]
    first, second = later[0], later[1]
    assert [(review.by, review.on) for review in policy.versions[0].confirmed] == [second, second, later[2], first]
    assert [version.number for version in policy.versions] == ["1.0", "1.9", "1.10"]


def test_what_is_in_the_record_itself_comes_first(project: Path) -> None:
    """As where a branch was written before the parts had files of their own."""
    write(project, f"{FOLDER}/1.0-approved-writer-2026-02-01.yaml", {"by": "writer", "holder": "TM-002", "on": dt.date(2026, 2, 1)})
    entry = build(project, DAY).entries["AIMS-POL-01"]
    policy = documents(build(project, DAY))["AIMS-POL-01"]
    assert [approval.by for approval in policy.versions[0].approvals] == ["boss", "writer"]
    assert str(entry.place("versions", 0, "approvals", 0, "by")).startswith(POLICY)
    assert str(entry.place("versions", 0, "approvals", 1, "by")).startswith(f"{FOLDER}/1.0-approved-writer-2026-02-01.yaml")


def test_a_role_has_the_name_of_today_or_a_former_one(mill: Path) -> None:
    roles = mill / "aims_data/roles.yaml"
    roles.write_text(roles.read_text(encoding="utf-8").replace("id: boss", "id: head\n  formerly: [boss]"), encoding="utf-8")
    assert [line for line in findings(mill) if "approvals/" in line] == []
    assert documents(build(mill, DAY))["AIMS-POL-01"].versions[0].approvals[0].by == "head"


GOOD = {"by": "boss", "holder": "TM-001", "on": dt.date(2026, 2, 3)}
NAMES = (
    "withdrawn.yaml, RECORD-closed.yaml, RECORD-confirmed-ROLE-DAY.yaml, NUMBER.yaml, NUMBER-submitted-ROLE-DAY.yaml, NUMBER-reviewed-ROLE-DAY.yaml, "
    "NUMBER-approved-ROLE-DAY.yaml, NUMBER-same-person-ROLE-DAY.yaml, NUMBER-confirmed-ROLE-DAY.yaml, NUMBER-resealed-ROLE-DAY.yaml"
)
WRONG: dict[str, tuple[str, Any, str]] = {
    "a field that is not known": (
        f"{FOLDER}/1.0-confirmed-boss-2026-02-03.yaml",
        GOOD | {"evidenc": "Minutes"},
        "4:1: evidenc: this key is not known; did you mean 'evidence'?",
    ),
    "no entry": (f"{FOLDER}/1.0-confirmed-boss-2026-02-03.yaml", ["boss"], "1:1: a list stands where keys are expected: by, holder, on, seal, evidence"),
    "an unknown name": (f"{FOLDER}/1.0-aproved-boss-2026-02-03.yaml", GOOD, f"1:1: is not called like a part of AIMS-POL-01; name it like one of {NAMES}"),
    "no version": (
        f"{FOLDER}/1.1-approved-boss-2026-02-03.yaml",
        GOOD,
        "1:1: belongs to 1.1.yaml beside it, which is not there; bring that file back, or name this one by what it belongs to",
    ),
    "another role": (
        f"{FOLDER}/1.0-confirmed-writer-2026-02-03.yaml",
        GOOD,
        "1:5: by: 'boss' is not what the name of the file says ('writer'); name the file 1.0-confirmed-boss-2026-02-03.yaml, or mend by",
    ),
    "another day": (
        f"{FOLDER}/1.0-confirmed-boss-2026-02-04.yaml",
        GOOD,
        "3:5: on: '2026-02-03' is not what the name of the file says ('2026-02-04'); name the file 1.0-confirmed-boss-2026-02-03.yaml, or mend on",
    ),
    "two where there is one": (
        f"{FOLDER}/1.0-reviewed-boss-2026-02-03.yaml",
        GOOD,
        f"1:1: says the same as {FOLDER}/1.0-reviewed-boss-2026-02-02.yaml, and there can be but one; keep one of them",
    ),
    "no document": (
        "aims_data/approvals/AIMS-POL-10/withdrawn.yaml",
        {"by": "boss", "on": dt.date(2026, 2, 3), "reason": "Over."},
        "1:1: there is no document 'AIMS-POL-10' to which this belongs; did you mean 'AIMS-POL-01'?",
    ),
    "a record of another kind": (
        "aims_data/approvals/R-001/withdrawn.yaml",
        {"by": "boss", "on": dt.date(2026, 2, 3), "reason": "Over."},
        "1:1: belongs to R-001, of which nothing lies in this folder; its parts lie in aims_data/decisions/",
    ),
    "an approval in the folder of decisions": (
        "aims_data/decisions/AIMS-POL-01/1.0-approved-writer-2026-02-04.yaml",
        {"by": "writer", "holder": "TM-002", "on": dt.date(2026, 2, 4)},
        "1:1: belongs to AIMS-POL-01, of which nothing lies in this folder; its parts lie in aims_data/approvals/",
    ),
    "another ending": (
        f"{FOLDER}/1.1.yml",
        GOOD,
        "1:1: is not a file that AIMS Portal knows; did you mean 'approvals/AIMS-POL-01/1.1.yaml'?",
    ),
    "a folder too deep": (
        f"{FOLDER}/more/1.0.yaml",
        GOOD,
        "1:1: is not a file that AIMS Portal knows; rename it or move it out of aims_data/",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_said_at_its_place(case: str, mill: Path) -> None:
    name, values, sentence = WRONG[case]
    write(mill, name, values)
    assert f"error shape {name}:{sentence}" in findings(mill)


def test_a_part_that_cannot_be_read_is_no_document_without_it(mill: Path) -> None:
    (mill / APPROVED).write_text("by: [boss\n", encoding="utf-8")
    aims = build(mill, DAY)
    assert [str(problem).split(": ")[0] for problem in aims.loaded.problems] == [f"{APPROVED}:1:10"]
    assert "AIMS-POL-01" not in documents(aims)
    assert "AIMS-POL-01" in aims.loaded.broken_ids


def test_as_many_as_there_are_have_a_name_each() -> None:
    assert unused("1.0", ["1.0", *(f"1.0-{number}" for number in range(2, 200))]) == "1.0-200"


def test_each_has_a_json_schema(tmp_path: Path) -> None:
    assert run_aims("schema", str(tmp_path)).returncode == 0
    found = json.loads((tmp_path / "approvals-versions-approvals.schema.json").read_text(encoding="utf-8"))
    assert found["required"] == ["by", "holder", "on"]
    assert (tmp_path / "approvals-withdrawn.schema.json").exists()


def test_an_edition_leaves_out_what_was_entered_for_a_document_that_it_leaves_out(mill: Path) -> None:
    apply(mill, {"aims_data/organisation.yaml": [["actor_roles:", "  - {id: internal, title: Internal, meaning: Ours., level: 1}\nactor_roles:"]]})
    apply(mill, {POLICY: [["classification: public", "classification: internal"]]})
    whole = build(mill, DAY)
    assert [line for line in findings(mill) if line.startswith("error")] == []
    public, staff = edition(whole, Audience.public), edition(whole, Audience.staff)
    entered = {name for name in whole.files if name.startswith(f"{FOLDER}/")}
    assert len(entered) == 3 and entered <= set(staff.files) and not entered & set(public.files)
    assert not entered & public.documents_of.keys() and not entered & public.loaded.part_files.keys()
    assert any(name.startswith("aims_data/approvals/AIMS-PRO-01/") for name in public.files)
