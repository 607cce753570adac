"""Data files of an older schema: what each migration makes of them, that it may be applied to any file, and where what it moved stands."""

from __future__ import annotations

import copy
import datetime as dt
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from invented import DAY, ROOT, apply, copy_base, findings, upgraded
from repository import commit
from smallest import BASE

from macros import migrations
from macros.control.approvals.change_check import against
from macros.control.approvals.compared import documents_at
from macros.control.changes.collect import state
from macros.control.changes.comparison import compare
from macros.control.changes.state import as_json, read_state
from macros.control.history import history_of
from macros.control.snapshots.verify_tags import signers_at
from macros.due import all_due
from macros.graph import build
from macros.migrations import FIRST, MIGRATIONS, migrated, read_file
from macros.migrations.places import followed
from macros.schema import SCHEMA
from macros.schema.documents import DatedRecord, Document
from macros.seal import record_seal, sha256
from macros.site import problems_of
from macros.yaml_source import read

SUPPLIERS = "aims_data/suppliers.yaml"
DAY_SEEN = dt.date(2026, 5, 1)
NEW, OLD = "  assessments:\n    - on: 2026-05-01\n      result: Good.\n", "  assessed_on: 2026-05-01\n  assessment: Good.\n"

CASES: dict[int, dict[str, tuple[str, Any, Any]]] = {
    2: {
        "both": (
            "suppliers.yaml",
            [{"id": "SUP-01", "assessed_on": DAY_SEEN, "assessment": "Good.", "owner": "boss"}],
            [{"id": "SUP-01", "assessments": [{"on": DAY_SEEN, "result": "Good."}], "owner": "boss"}],
        ),
        "the day alone": ("suppliers.yaml", [{"assessed_on": DAY_SEEN}], [{"assessments": [{"on": DAY_SEEN}]}]),
        "the words alone": ("suppliers.yaml", [{"assessment": "Good."}], [{"assessments": [{"result": "Good."}]}]),
        "neither": ("suppliers.yaml", [{"id": "SUP-01"}], [{"id": "SUP-01"}]),
        "keys without a value": ("suppliers.yaml", [{"id": "SUP-01", "assessed_on": None, "assessment": None}], [{"id": "SUP-01"}]),
        "new already": ("suppliers.yaml", [{"assessments": []}], [{"assessments": []}]),
        "both shapes at once": ("suppliers.yaml", [{"assessments": [], "assessed_on": DAY_SEEN}], [{"assessments": [], "assessed_on": DAY_SEEN}]),
        "of another file": ("roles.yaml", [{"assessed_on": DAY_SEEN}], [{"assessed_on": DAY_SEEN}]),
        "no list": ("suppliers.yaml", {"assessed_on": DAY_SEEN}, {"assessed_on": DAY_SEEN}),
        "no supplier": ("suppliers.yaml", ["Sieve Makers", None, 3, []], ["Sieve Makers", None, 3, []]),
    },
    3: {"what stands in lists is read there": ("documents/AIMS-POL-01.yaml", [{"versions": [{"number": "1.0"}]}], [{"versions": [{"number": "1.0"}]}])},
    4: {
        "a decision on use": (
            "systems/SYS-01.yaml",
            {"id": "SYS-01", "use_decision": {"use": "may", "on": DAY_SEEN}, "users": []},
            {"id": "SYS-01", "use_decisions": [{"use": "may", "on": DAY_SEEN}], "users": []},
        ),
        "an acceptance": ("risks/R-001.yaml", {"acceptance": {"on": DAY_SEEN}, "review": "yearly"}, {"acceptances": [{"on": DAY_SEEN}], "review": "yearly"}),
        "a key without a value": ("risks/R-001.yaml", {"id": "R-001", "acceptance": None}, {"id": "R-001"}),
        "neither in it": ("systems/SYS-01.yaml", {"id": "SYS-01"}, {"id": "SYS-01"}),
        "new in it already": ("risks/R-001.yaml", {"acceptances": []}, {"acceptances": []}),
        "both shapes in it": ("risks/R-001.yaml", {"acceptances": [], "acceptance": {}}, {"acceptances": [], "acceptance": {}}),
        "the rules of acceptance": ("risk_criteria.yaml", {"acceptance": [{}]}, {"acceptance": [{}]}),
        "no record": ("risks/R-001.yaml", ["acceptance"], ["acceptance"]),
    },
}
"""For each migration: the data file, its values before and after."""
EVERY = [pytest.param(number, *case, id=f"{number} {name}") for number, cases in CASES.items() for name, case in cases.items()]


def test_every_schema_but_the_first_has_a_migration_and_a_case() -> None:
    numbers = list(range(FIRST + 1, SCHEMA + 1))
    assert list(MIGRATIONS) == list(CASES) == numbers
    modules = sorted(path.name for path in Path(migrations.__file__).parent.glob("m[0-9]*.py"))
    assert [int(name[1:5]) for name in modules] == numbers


@pytest.mark.parametrize(("number", "name", "before", "after"), EVERY)
def test_a_migration_is_pure_and_idempotent(number: int, name: str, before: Any, after: Any) -> None:
    given = copy.deepcopy(before)
    found = MIGRATIONS[number](name, given)
    assert found == after
    assert given == before, "what it was given is as it was"
    assert MIGRATIONS[number](name, found) == after
    if isinstance(after, list):
        orders = [list(item) for item in found if isinstance(item, dict)]
        assert orders == [list(item) for item in after if isinstance(item, dict)], "in the order in which a person reads it"


@pytest.mark.parametrize("project", [BASE, ROOT], ids=["the smallest project", "the example"])
def test_what_is_of_today_is_left_as_it_is(project: Path) -> None:
    """Whatever is read of any age passes all migrations, so a name that went may not come back with another meaning."""
    files = sorted((project / "aims_data").rglob("*.yaml"))
    assert len(files) > 20
    for file in files:
        value = read(file.read_text(encoding="utf-8"))[0]
        assert migrated(FIRST, file.relative_to(project / "aims_data").as_posix(), value) == value, file


def test_only_those_after_the_number_are_applied() -> None:
    old = [{"assessed_on": DAY_SEEN}]
    assert migrated(2, "suppliers.yaml", old) is old
    assert migrated(1, "suppliers.yaml", old) != old


# -- reading a project ----------------------------------------------------------------------------------------------------------


def says(number: int | None) -> dict[str, Any]:
    """The change by which a project says a number."""
    return {"mkdocs.yml": "# The mill\n" + (f"extra: {{aims: {{schema: {number}}}}}\n" if number else "")}


@pytest.mark.parametrize("number", [None, 1])
def test_a_project_of_an_older_schema_is_read_as_one_of_today(project: Path, number: int | None) -> None:
    apply(project, {**says(number), SUPPLIERS: [[NEW, OLD]]})
    assert findings(project) == []
    old, new = build(project, DAY), build(BASE, DAY)
    assert old.get("SUP-01") == new.get("SUP-01")
    (due,) = (due for due in all_due(old) if due.record == "SUP-01")
    assert str(due.entry.place(*due.path)) == f"{SUPPLIERS}:6:16"


def test_a_project_of_today_has_no_old_shapes(project: Path) -> None:
    apply(upgraded(project), {**says(SCHEMA), SUPPLIERS: [[NEW, OLD]]})
    found = findings(project)
    assert found[:2] == [
        f"error shape {SUPPLIERS}:6:3: assessed_on: this key is not known; did you mean 'assessments'?",
        f"error shape {SUPPLIERS}:7:3: assessment: this key is not known; did you mean 'assessments'?",
    ]


MESSAGES: dict[str, tuple[str, list[str]]] = {
    "the day": (
        "  assessed_on: 2026-02-30\n  assessment: Good.\n",
        ["6:16: assessments (entry 1), on: '2026-02-30' is not a day of the calendar"],
    ),
    "the words": (
        "  assessment: 5\n  assessed_on: 2026-05-01\n",
        ["6:15: assessments (entry 1), result: the number 5 is not a text; put quotes around it just as it is written, like '5'"],
    ),
    "no day": (
        "  assessment: Good.\n",
        ["6:15: assessments (entry 1), on: this field is missing; add it"],
    ),
    "both shapes": (
        f"{NEW}  assessed_on: 2026-05-01\n",
        ["9:3: assessed_on: this key is not known; did you mean 'assessments'?"],
    ),
}


@pytest.mark.parametrize(("written", "expected"), MESSAGES.values(), ids=MESSAGES)
def test_a_message_names_the_place_in_the_file(project: Path, written: str, expected: list[str]) -> None:
    apply(project, {SUPPLIERS: [[NEW, written]]})
    assert findings(project)[: len(expected)] == [f"error shape {SUPPLIERS}:{line}" for line in expected]


def test_what_may_be_closed_is_read_whatever_the_project_says(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its file is never rewritten, and its seal is of its bytes; another file follows the number of the project."""

    names = {"records/REC-001.yaml": "summary", "scope.yaml": "statement"}

    def renamed(name: str, value: Any) -> Any:
        return {(names[name] if key == "told" else key): item for key, item in value.items()} if name in names else value

    monkeypatch.setattr(migrations, "MIGRATIONS", {**MIGRATIONS, SCHEMA + 1: renamed})
    upgraded(project)
    apply(project, {f"aims_data/{name}": [[f"{key}:", "told:"]] for name, key in names.items()})
    as_before, seal = build(BASE, DAY), sha256((project / "aims_data/records/REC-001.yaml").read_bytes())
    for number, unread in ((SCHEMA, []), (SCHEMA + 1, ["aims_data/scope.yaml"])):
        apply(project, says(number))
        found = build(project, DAY)
        assert sorted({problem.place.file for problem in found.loaded.problems}) == unread
        assert found.find("REC-001", DatedRecord) == as_before.find("REC-001", DatedRecord)
        assert record_seal(found, "REC-001") == seal


# -- reading the history --------------------------------------------------------------------------------------------------------

READS_AS_WRITTEN = {
    "migrations/__init__.py",  # the one place that migrates
    "soundness.py",  # a file of our own
    "control/approvals/entries.py",  # adds a line to a text that somebody wrote
    "control/upgrade.py",  # writes files of before anew
    "checks/texts.py",  # where in a file something is written
    "page_head.py",  # no data
    "control/changes/in_words.py",  # no data
}


def test_nothing_reads_a_data_file_without_migrations() -> None:
    """Else a commit, a base or a closed record of before would be read as if it were of today."""
    sources = {path.relative_to(ROOT / "macros").as_posix(): path.read_text(encoding="utf-8") for path in (ROOT / "macros").rglob("*.py")}
    reading = {name for name, text in sources.items() if re.search(r"^from macros\.yaml_source import .*\bread\b|yaml_source\.read\b", text, re.M)}
    assert reading == READS_AS_WRITTEN


def test_what_a_commit_holds_is_judged_in_the_shape_of_today(mill: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Documents as a base or an older commit has them, the version that was sealed, and the keys of signers."""
    names = {"documents/AIMS-POL-01.yaml": ("releases", "versions"), "signers.yaml": ("person", "who")}

    def renamed(name: str, value: Any) -> Any:
        old, new = names.get(name, ("", ""))
        if isinstance(value, list):
            return [renamed(name, item) for item in value]
        return {(new if key == old else key): item for key, item in value.items()} if isinstance(value, dict) and old in value else value

    monkeypatch.setattr(migrations, "MIGRATIONS", {**MIGRATIONS, SCHEMA + 1: renamed})
    policy, signer = "aims_data/documents/AIMS-POL-01.yaml", f"- person: TM-001\n  key: ssh-ed25519 {'A' * 68}\n  valid_after: 2026-01-01\n"
    new = (mill / policy).read_text(encoding="utf-8")
    then = commit(mill, "Of then", **{policy: new.replace("versions:", "releases:"), "aims_data/signers.yaml": signer})
    commit(mill, "Of today", **{policy: new, "aims_data/signers.yaml": signer.replace("person", "who"), "docs/policy.md": "# AI policy\n\nOther words.\n"})
    aims = build(mill, DAY)
    history = history_of(aims)
    assert history
    base = history.git.commit(then)
    assert base
    assert [called for called, part in documents_at(history, base)["AIMS-POL-01"].parts.items() if part.field == "versions"] == ["1.0"]
    assert against(aims, then) == []
    document = aims.find("AIMS-POL-01", Document)
    assert document
    assert history.commit_of(document, document.versions[0]) == base
    assert [key.who for key in signers_at(history.git, then)] == [key.who for key in signers_at(history.git, "HEAD")] == ["TM-001"]
    swapped = build(mill, DAY, instead={policy: new.replace("versions:", "releases:").encode()})
    assert swapped.find("AIMS-POL-01", Document) == document


# -- places ---------------------------------------------------------------------------------------------------------------------

TEXT = """\
title: A mill
size: 3
owner:
  who: boss
  since: 2026-05-01
stones:
  - weight: 5
    of: granite
  - weight: 7
    of: flint
"""


def places(new: Any, mark: Any) -> Any:
    """`line:column` of everything, in the form of the value."""
    if isinstance(new, dict):
        return {key: places(item, mark.inside[key]) for key, item in new.items()}
    if isinstance(new, list):
        return [places(item, inner) for item, inner in zip(new, mark.inside, strict=True)]
    return f"{mark.line}:{mark.column}"


def test_places_of_what_was_moved() -> None:
    old, mark = read(TEXT)
    assert followed(old, mark, old) is mark
    first, second = old["stones"]

    renamed = {"name": old["title"], **{key: item for key, item in old.items() if key != "title"}}
    assert places(renamed, followed(old, mark, renamed)) == {
        "name": "1:8", "size": "2:7", "owner": {"who": "4:8", "since": "5:10"}, "stones": [{"weight": "7:13", "of": "8:9"}, {"weight": "9:13", "of": "10:9"}],
    }  # fmt: skip
    assert followed(old, mark, renamed).inside["name"].key_place == (1, 1), "with its old key"  # type: ignore[call-overload, index]

    wrapped = {"title": old["title"], "holders": [{"who": old["owner"]["who"], "on": old["owner"]["since"]}], "stones": [second]}
    found = followed(old, mark, wrapped)
    assert places(wrapped, found) == {"title": "1:8", "holders": [{"who": "4:8", "on": "5:10"}], "stones": [{"weight": "9:13", "of": "10:9"}]}
    assert found.inside["holders"].key_place == (4, 3)  # type: ignore[call-overload, index]

    flat = {**old, "owner": old["owner"]["who"], "since": old["owner"]["since"]}
    found = places(flat, followed(old, mark, flat))
    assert (found["owner"], found["since"]) == ("4:8", "5:10")

    said = {**old, "title": {"text": old["title"], "language": "English"}, "stones": [{**first, "of": "granite, grey"}, second]}
    assert places(said, followed(old, mark, said)) == {
        "title": {"text": "1:8", "language": "1:8"}, "size": "2:7", "owner": {"who": "4:8", "since": "5:10"},
        "stones": [{"weight": "7:13", "of": "8:9"}, {"weight": "9:13", "of": "10:9"}],
    }  # fmt: skip

    nothing = {"made": {"of": ["nothing"]}}
    assert places(nothing, followed(old, mark, nothing)) == {"made": {"of": ["1:1"]}}


def test_a_file_is_read_with_its_places() -> None:
    text = "- id: SUP-01\n  assessed_on: 2026-05-01\n"
    values, mark = read_file(text.encode(), SUPPLIERS)
    assert values == [{"id": "SUP-01", "assessments": [{"on": DAY_SEEN}]}]
    assert places(values, mark) == [{"id": "1:7", "assessments": [{"on": "2:16"}]}]
    assert read_file(text.encode(), SUPPLIERS, 2)[0] == [{"id": "SUP-01", "assessed_on": DAY_SEEN}]


# -- states ---------------------------------------------------------------------------------------------------------------------


def test_nothing_differs_from_an_older_state_but_what_changed(tmp_path: Path) -> None:
    """Also the fingerprint, from which it follows in which snapshot a record changed last."""
    aims = build(copy_base(tmp_path), DAY)
    now = state(aims, problems_of(aims), None, None)
    older = json.loads(as_json(replace(now, schema=1)))
    supplier = next(record for record in older["records"] if record["id"] == "SUP-01")
    fields = {key: item for key, item in supplier["fields"].items() if key != "assessments"}
    order = [*list(fields)[:4], "assessed_on", "assessment", *list(fields)[4:]]
    supplier["fields"] = {key: {**fields, "assessed_on": "2026-05-01", "assessment": "Good."}[key] for key in order}
    supplier["digest"] = "of then"
    before = read_state(json.dumps(older).encode(), "it")
    assert (before.schema, before.records) == (1, now.records)
    assert compare(before, now).nothing
    supplier["fields"]["assessment"] = "Bad."
    (group,) = compare(read_state(json.dumps(older).encode(), "it"), now).groups
    assert [(record.id, [field.label for field in record.fields]) for record in group.records] == [("SUP-01", ["Assessments › 2026-05-01 › Result"])]
