"""An entry is added to a document's file as new lines only; everything else stays as a person wrote it, byte for byte."""

from __future__ import annotations

import datetime as dt
import difflib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented import BASE, ROOT

from macros.control.approvals.entries import EntryError, add, changed_text, replace_file
from macros.yaml_source import read

FILES = sorted([*(ROOT / "aims_data/documents").glob("*.yaml"), *(BASE / "aims_data/documents").glob("*.yaml")])
DAY = dt.date(2026, 11, 2)
APPROVAL = {"by": "boss", "holder": "TM-001", "on": DAY, "evidence": "2026-03-02", "signature": "-----BEGIN\nab\n-----END"}
VERSION = {"number": "9.0", "written_on": DAY, "approvals": [APPROVAL], "change": "The limits of the sorter; see #4: 'new' words. " * 5 + "End."}
REVIEW = {"by": "boss", "holder": "ai steering group", "on": DAY}
HEAD = "id: AIMS-POL-01\ntitle: AI policy\n"


def removed(old: str, new: str) -> list[str]:
    """The lines of the old text that the new one does not have."""
    return [line for line in difflib.ndiff(old.splitlines(keepends=True), new.splitlines(keepends=True)) if line.startswith("- ")]


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{'example' if file.is_relative_to(ROOT) else 'smallest'}-{file.stem}")
def test_every_document_of_the_example_gets_lines_and_loses_none(file: Path) -> None:
    old = file.read_bytes().decode()
    versions = read(old)[0].get("versions", [])
    new = add(old, ("versions",), VERSION)
    new = add(new, ("versions", 0, "confirmed"), REVIEW)
    new = add(new, ("versions", len(versions), "submitted"), REVIEW)
    new = add(new, ("closed",), {"record": "REC-001", **REVIEW})
    assert removed(old, new) == []
    assert "#" not in "".join(line for line in new.splitlines() if line not in old.splitlines() and "see #4" not in line)
    assert read(new)[0]["versions"][-1] == {**VERSION, "submitted": REVIEW} | ({} if versions else {"confirmed": [REVIEW]})


@pytest.mark.parametrize("file", FILES[:3], ids=lambda file: file.stem)
def test_windows_line_ends_and_byte_order_mark_stay(file: Path) -> None:
    old = "\ufeff" + file.read_text(encoding="utf-8").replace("\n", "\r\n")
    new = add(add(old, ("versions",), VERSION), ("versions", 0, "confirmed"), REVIEW)
    assert removed(old, new) == []
    assert new.startswith("\ufeff") and "\n" not in new.replace("\r\n", "")


@pytest.mark.parametrize(
    ("old", "path", "value", "new"),
    [
        ("versions:\n  - number: '1.0' # first\n    # of the version\n\n# of the file\n", ("versions",), {"number": "1.1"},
         "versions:\n  - number: '1.0' # first\n    # of the version\n  - number: '1.1'\n\n# of the file\n"),
        ("versions:\n- number: '1.0'\nclosed: []\n", ("versions",), {"number": "1.1", "approvals": [{"by": "boss"}]},
         "versions:\n- number: '1.0'\n- number: '1.1'\n  approvals:\n  - by: boss\nclosed: []\n"),
        ("versions:\n  - number: '1.0'", ("versions",), {"number": "1.1"}, "versions:\n  - number: '1.0'\n  - number: '1.1'\n"),
        ("versions:\n  - number: '1.0'\n    change: >-\n      a\n\n      b\n\n", ("versions", 0, "confirmed"), {"by": "boss"},
         "versions:\n  - number: '1.0'\n    change: >-\n      a\n\n      b\n    confirmed:\n      - by: boss\n\n"),
        ("versions:\n  - number: '1.0'\n    change: |+\n      a\n\n", ("versions",), {"number": "1.1"},
         "versions:\n  - number: '1.0'\n    change: |+\n      a\n\n  - number: '1.1'\n"),
        ("versions: [] # none yet\n", ("versions",), {"number": "1.0"}, "versions: # none yet\n  - number: '1.0'\n"),
        ("versions: [{number: '1.0', change: a}] # one\n", ("versions",), {"number": "1.1", "change": "b: c"},
         "versions: [{number: '1.0', change: a}, {number: '1.1', change: 'b: c'}] # one\n"),
        ("versions:\n  - {number: '1.0', approvals: [], change: a}\n", ("versions", 0, "approvals"), {"by": "boss"},
         "versions:\n  - {number: '1.0', approvals: [{by: boss}], change: a}\n"),
        ("versions:\n  - {number: '1.0', change: a}\n", ("versions", 0, "reviewed"), {"by": "boss"},
         "versions:\n  - {number: '1.0', reviewed: {by: boss}, change: a}\n"),
        ("versions:\n  - number: '1.0'\n    approvals:\n      - {by: a}\n    change: b\n", ("versions", 0, "approvals"), {"by": "b"},
         "versions:\n  - number: '1.0'\n    approvals:\n      - {by: a}\n      - by: b\n    change: b\n"),
        ("# end of the head\nversions: # oldest first\n  - number: '1.0'\n", ("withdrawn",), {"on": DAY},
         "withdrawn:\n  on: 2026-11-02\n# end of the head\nversions: # oldest first\n  - number: '1.0'\n"),
    ],
)  # fmt: skip
def test_where_it_goes(old: str, path: tuple[str | int, ...], value: dict[str, Any], new: str) -> None:
    assert add(HEAD + old, path, value) == HEAD + new


def test_long_texts_are_folded_as_people_write_them() -> None:
    lines = add(HEAD, ("versions",), VERSION).splitlines()
    assert "    change: >-" in lines and max(map(len, lines)) <= 118


@pytest.mark.parametrize(
    ("old", "path", "message"),
    [
        ("versions:\n  - number: '1.0'\n    reviewed: {by: boss}\n", ("versions", 0, "reviewed"), "versions (entry 1), reviewed is there already"),
        ("versions: none\n", ("versions",), "versions is there already"),
        ("versions:\n  - number: '1.0\n", ("versions",), "line 4 is not readable as YAML: "),
    ],
)
def test_what_does_not_fit_is_refused(old: str, path: tuple[str | int, ...], message: str) -> None:
    with pytest.raises(EntryError) as found:
        add(HEAD + old, path, REVIEW)
    assert str(found.value).startswith(message)


@settings(max_examples=150, deadline=None)
@given(st.text(st.characters(exclude_categories=("C", "Zl", "Zp")), min_size=1, max_size=300).map(lambda text: text.strip()).filter(bool))
def test_any_text_is_read_again_as_it_was(text: str) -> None:
    assert read(add(HEAD, ("versions",), {"number": "1.0", "change": text}))[0]["versions"][0]["change"] == text


@pytest.mark.parametrize("text", ["null", "~", "1e5", "+.5", "010", "1.10", "2026-01-31", "true", "- a", "a: b", "#", "'", '"', "[x", "a\nb", "&a", "!b", "%c"])
def test_texts_that_look_like_something_else(text: str) -> None:
    for head in (HEAD, HEAD + "versions: [{number: '0.1'}]\n"):
        assert read(add(head, ("versions",), {"number": "1.0", "change": text}))[0]["versions"][-1]["change"] == text


def test_the_file_is_replaced_in_one_step_and_keeps_its_mode(tmp_path: Path) -> None:
    file = tmp_path / "AIMS-POL-01.yaml"
    file.write_text(HEAD)
    file.chmod(0o640)
    before, after = changed_text(file, [(("versions",), VERSION)])
    replace_file(file, before, after)
    assert file.read_bytes() == after and file.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in tmp_path.iterdir()] == [file.name]


def test_a_change_by_somebody_else_in_between_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "AIMS-POL-01.yaml"
    file.write_text(HEAD)
    before, after = changed_text(file, [(("versions",), VERSION)])
    file.write_text(HEAD + "# mine\n")
    with pytest.raises(EntryError, match="was changed by somebody else at this moment and was left as it is"):
        replace_file(file, before, after)
    assert file.read_text() == HEAD + "# mine\n" and [path.name for path in tmp_path.iterdir()] == [file.name]
