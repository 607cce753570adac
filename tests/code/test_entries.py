"""What is entered becomes new files, or a line more in one of them; everything else stays as a person wrote it, byte for byte."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented import DAY, ROOT, apply, findings, upgraded

from macros.control.approvals import entries
from macros.control.approvals.entries import EntryError, FileChange, changes_for, write
from macros.control.approvals.yaml_text import dumped
from macros.graph import Aims, build
from macros.schema.documents import Approval, Closing, Document, Review, Submission, Version
from macros.yaml_source import read

ON = dt.date(2026, 5, 2)
FOLDER = "aims_data/approvals/AIMS-POL-01"
APPROVAL = Approval(by="boss", holder="TM-001", on=ON, evidence="2026-03-02", signature="-----BEGIN\nab\n-----END")
VERSION = Version(number="1.1", written_on=ON, approvals=(APPROVAL, APPROVAL), change="The limits of the sorter; see #4: 'new' words. " * 5 + "End.")
REVIEW = Review(by="boss", holder="ai steering group", on=ON)


def changes(project: Path, *additions: entries.Addition, id: str = "AIMS-POL-01") -> dict[str, FileChange]:
    aims = build(project, DAY)
    found = aims.find(id, Document)
    assert found
    made = changes_for(aims, found, additions)
    assert len({change.name for change in made}) == len(made)
    return {change.name: change for change in made}


def then_with(project: Path, made: list[FileChange]) -> Aims:
    """The state that is checked before anything is written."""
    return build(project, DAY, instead={change.name: change.after for change in made})


@pytest.fixture
def mill(project: Path) -> Path:
    return upgraded(project)


def test_every_document_of_the_example_gets_files_and_loses_none() -> None:
    aims = build(ROOT, dt.date(2026, 11, 29))
    for document in aims.all(Document)[::8]:
        version = VERSION.model_copy(update={"number": "99.0", "submitted": Submission(on=ON, by="boss", holder="x")})
        confirmed = [(("versions", 0, "confirmed"), REVIEW)] if document.versions else []
        made = changes_for(aims, document, [(("versions",), version), *confirmed])
        assert all(change.before is None for change in made) and len(made) == 4 + len(confirmed)
        then = then_with(ROOT, made).find(document.id, Document)
        assert then and version in then.versions and (not confirmed or REVIEW in then.versions[0].confirmed)


def test_a_version_and_what_is_in_it_are_files(mill: Path) -> None:
    made = changes(mill, (("versions",), VERSION), (("closed",), Closing(record="REC-001", on=ON, by="boss", holder="x", seal="0" * 64)))
    assert list(made) == [
        f"{FOLDER}/1.1.yaml",
        f"{FOLDER}/1.1-approved-boss-2026-05-02.yaml",
        f"{FOLDER}/1.1-approved-boss-2026-05-02-2.yaml",
        f"{FOLDER}/REC-001-closed.yaml",
    ]
    write(mill, made.values())
    policy = build(mill, DAY).find("AIMS-POL-01", Document)
    assert policy and policy.versions[-1] == VERSION
    assert list(changes(mill, (("versions", 1, "approvals"), APPROVAL))) == [f"{FOLDER}/1.1-approved-boss-2026-05-02-3.yaml"], "the next name that is free"


def test_a_value_of_a_version_is_a_line_more(mill: Path) -> None:
    draft = f"{FOLDER}/1.1.yaml"
    for text in ("# mine\nnumber: '1.1'\nwritten_on: 2026-05-02\nchange: >-\n  A\n\n  b", "\ufeffnumber: '1.1'\r\nwritten_on: 2026-05-02\r\nchange: A\r\n"):
        (mill / draft).write_bytes(text.encode())
        made = changes(mill, (("versions", 1, "effective_from"), ON), (("versions", 1, "reviewed"), REVIEW))
        break_ = "\r\n" if "\r" in text else "\n"
        assert made[draft].before == text.encode()
        assert made[draft].after.decode() == text + ("" if text.endswith("\n") else "\n") + f"effective_from: 2026-05-02{break_}"
        assert made[f"{FOLDER}/1.1-reviewed-boss-2026-05-02.yaml"].before is None


def test_what_does_not_fit_is_refused(project: Path, mill: Path) -> None:
    (mill / f"{FOLDER}/1.1.yaml").write_text("{number: '1.1', written_on: 2026-05-02, change: A}\n", encoding="utf-8")
    with pytest.raises(EntryError) as found:
        changes(mill, (("versions", 1, "effective_from"), ON))
    assert str(found.value) == f"the way {FOLDER}/1.1.yaml is written leaves no place for it; put it in by hand: effective_from: 2026-05-02"


def test_a_list_of_before_has_to_be_brought_over_first(project: Path) -> None:
    apply(project, {"aims_data/documents/AIMS-POL-01.yaml": [["    effective_from: 2026-02-10\n", ""]]})
    with pytest.raises(EntryError) as found:
        changes(project, (("versions", 0, "effective_from"), ON))
    assert str(found.value) == "versions (entry 1) of AIMS-POL-01 stands in a list of aims_data/documents/AIMS-POL-01.yaml; run `aims upgrade` first"
    assert list(changes(project, (("versions", 0, "confirmed"), REVIEW))) == [f"{FOLDER}/1.0-confirmed-boss-2026-05-02.yaml"]


def test_long_texts_are_folded_as_people_write_them(mill: Path) -> None:
    lines = changes(mill, (("versions",), VERSION))[f"{FOLDER}/1.1.yaml"].after.decode().splitlines()
    assert "change: >-" in lines and max(map(len, lines)) <= 118


@settings(max_examples=150, deadline=None)
@given(st.text(st.characters(exclude_categories=("C", "Zl", "Zp")), min_size=1, max_size=300).map(lambda text: text.strip()).filter(bool))
def test_any_text_is_read_again_as_it_was(text: str) -> None:
    assert read(dumped({"number": "1.0", "change": text}))[0]["change"] == text


@pytest.mark.parametrize("text", ["null", "~", "1e5", "+.5", "010", "1.10", "2026-01-31", "true", "- a", "a: b", "#", "'", '"', "[x", "a\nb", "&a", "!b", "%c"])
def test_texts_that_look_like_something_else(text: str) -> None:
    value: dict[str, Any] = {"number": "1.0", "change": text, "approvers": [text]}
    assert read(dumped(value))[0] == value


def folder(path: Path) -> dict[str, bytes]:
    return {file.relative_to(path).as_posix(): file.read_bytes() for file in path.rglob("*") if file.is_file()}


def test_all_is_written_in_one_step_each_and_keeps_its_mode(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"a: 1\n")
    (tmp_path / "a.yaml").chmod(0o640)
    write(tmp_path, [FileChange("new/b.yaml", None, b"b: 1\n"), FileChange("a.yaml", b"a: 1\n", b"a: 2\n")])
    assert folder(tmp_path) == {"new/b.yaml": b"b: 1\n", "a.yaml": b"a: 2\n"}
    assert (tmp_path / "a.yaml").stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (FileChange("a.yaml", b"another: 1\n", b"a: 2\n"), "a.yaml was changed by somebody else at this moment and was left as it is; run the command again"),
        (FileChange("a.yaml", None, b"a: 2\n"), "a.yaml was made by somebody else at this moment and was left as it is; run the command again"),
        (FileChange("a.yaml/b.yaml", None, b"a: 2\n"), "b.yaml cannot be written, and nothing was: File exists"),
    ],
)
def test_a_change_by_somebody_else_in_between_is_kept_and_nothing_is_written(tmp_path: Path, bad: FileChange, message: str) -> None:
    for name in ("a.yaml", "c.yaml"):
        (tmp_path / name).write_bytes(b"mine: 1\n")
    with pytest.raises(EntryError) as found:
        write(tmp_path, [FileChange("b.yaml", None, b"b: 1\n"), FileChange("c.yaml", b"mine: 1\n", b"c: 1\n"), bad])
    assert str(found.value) == message
    assert folder(tmp_path) == {"a.yaml": b"mine: 1\n", "c.yaml": b"mine: 1\n"}


def test_the_state_with_an_entry_is_that_of_the_written_files(mill: Path) -> None:
    aims = build(mill, DAY)
    policy = aims.find("AIMS-POL-01", Document)
    assert policy
    made = changes_for(aims, policy, [(("versions",), VERSION)])
    then = then_with(mill, made)
    write(mill, made)
    after = build(mill, DAY)
    assert then.find("AIMS-POL-01", Document) == after.find("AIMS-POL-01", Document)
    assert then.documents_of == after.documents_of and then.files == after.files
    assert str(then.entries["AIMS-POL-01"].place("versions", 1, "approvals", 0, "by")) == f"{FOLDER}/1.1-approved-boss-2026-05-02.yaml:1:5"
    assert [line for line in findings(mill) if "shape" in line] == []
