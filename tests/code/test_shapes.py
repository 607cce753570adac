"""Files that cannot be read, or have the wrong shape: each is one clear line with the right place, never a traceback, never a flood.

`shapes/<what>.yaml` of a kind (see `smallest.py`) is written like a rule's case (see `test_rules.py`); what a text file cannot hold stands in the table below.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from command import run_aims
from invented import apply, copy_base, findings, read_yaml
from smallest import BASE, SHAPES, expected

from macros.load import load

RISK = "aims_data/risks/R-001.yaml"
GOOD = (BASE / RISK).read_bytes()
MANY_KEYS = b"".join(b"a%d: 1\n" % number for number in range(90_000))

BYTES: dict[str, tuple[bytes, str]] = {
    "latin-1": (GOOD.replace(b"Stones", "Stöne".encode("latin-1")), "2:10: has the byte 0xF6, which is not UTF-8; save the file as UTF-8"),
    "latin-1 after other letters": ("title: äöü €".encode() + b"\xe9", "1:13: has the byte 0xE9, which is not UTF-8; save the file as UTF-8"),
    "latin-1 after a byte order mark": (b"\xef\xbb\xbfid: x\ntitle: \xe9", "2:8: has the byte 0xE9, which is not UTF-8; save the file as UTF-8"),
    "UTF-16": (GOOD.decode().encode("utf-16"), "1:4: has a NUL byte; save the file as UTF-8 text"),
    "UTF-32": (GOOD.decode().encode("utf-32-le"), "1:2: has a NUL byte; save the file as UTF-8 text"),
    "NUL byte": (GOOD.replace(b"owner: boss", b"owner: bo\0ss"), "9:10: has a NUL byte; save the file as UTF-8 text"),
    "control character": (GOOD.replace(b"owner: boss", b"owner: bo\x07ss"), "9:10: has the control character U+0007; remove it"),
    "bytes without sense": (bytes(range(128, 256)), "1:1: has the byte 0x80, which is not UTF-8; save the file as UTF-8"),
    "nesting of 100,000 lists": (b"[" * 100_000, "1:33: is nested more than 32 levels deep"),
    "nesting of 100,000 mappings": (b"{a: " * 100_000, "1:129: is nested more than 32 levels deep"),
    "nesting by indentation": (b"".join(b" " * depth + b"a:\n" for depth in range(100)), "33:33: is nested more than 32 levels deep"),
    "aliases that explode": (
        b"a: &a [x, x]\n" + b"".join(b"%c: &%c [*%c, *%c]\n" % (n, n, n - 1, n - 1) for n in range(ord("b"), ord("z"))),
        "1:4: uses the anchor &a; write the value out where it is needed",
    ),
    "one byte too many": (
        b"#" * 1_000_001,
        "1:1: is 1,000,001 bytes long; a data file may have 1,000,000 at the most, so split it or keep the material elsewhere",
    ),
}


@pytest.mark.parametrize("case", SHAPES, ids=lambda case: case.stem)
def test_shape(case: Path, project: Path) -> None:
    content = read_yaml(case)
    apply(project, content["change"])
    assert findings(project) == expected(project, content)


@pytest.mark.parametrize("name", BYTES)
def test_bytes(name: str, project: Path) -> None:
    raw, expected = BYTES[name]
    (project / RISK).write_bytes(raw)
    assert findings(project) == [f"error shape {RISK}:{expected}"]


def test_a_byte_order_mark_and_windows_line_ends_are_fine(project: Path) -> None:
    (project / RISK).write_bytes(b"\xef\xbb\xbf" + GOOD.replace(b"\n", b"\r\n"))
    assert findings(project) == []


def test_a_file_of_50_megabytes_is_refused_unread(project: Path) -> None:
    with (project / RISK).open("wb") as file:
        file.truncate(50_000_000)
    expected = "1:1: is 50,000,000 bytes long; a data file may have 1,000,000 at the most, so split it or keep the material elsewhere"
    assert findings(project) == [f"error shape {RISK}:{expected}"]


def _link_to_file(path: Path, elsewhere: Path) -> None:
    (elsewhere / "R-001.yaml").write_bytes(GOOD)
    path.symlink_to(elsewhere / "R-001.yaml")


def _link_to_folder(path: Path, elsewhere: Path) -> None:
    (elsewhere / "R-003.yaml").write_bytes(GOOD)
    path.symlink_to(elsewhere, target_is_directory=True)


PLACES: dict[str, tuple[str, Callable[[Path, Path], object], str]] = {
    "a link to a file": (RISK, _link_to_file, "is a link to another place; put the file itself here"),
    "a link to a folder": ("aims_data/risks/more", _link_to_folder, "is a link to another place; put the file itself here"),
    "a link to nothing": (RISK, lambda path, _: path.symlink_to("/nowhere"), "is a link to another place; put the file itself here"),
    "a link to itself": (RISK, lambda path, _: path.symlink_to(path), "is a link to another place; put the file itself here"),
    "a folder named like a file": (RISK, lambda path, _: path.mkdir(), "is a folder with the name of a file; put the file itself here"),
    "a pipe, which would be read forever": (RISK, lambda path, _: os.mkfifo(path), "is not a file; remove it"),
    "a name that no terminal shows": (
        "aims_data/risks/R\udce9.yml",
        lambda path, _: path.write_bytes(b""),
        "is not a file that AIMS Portal knows; did you mean 'risks/R\\udce9.yaml'?",
    ),
}


@pytest.mark.parametrize("name", PLACES)
def test_place(name: str, project: Path, tmp_path: Path) -> None:
    where, make, expected = PLACES[name]
    path, elsewhere = project / where, tmp_path / "elsewhere"
    path.unlink(missing_ok=True)
    elsewhere.mkdir()
    make(path, elsewhere)
    shown = where.replace("\udce9", "\\udce9")
    assert [line for line in findings(project) if line.startswith("error")] == [f"error shape {shown}:1:1: {expected}"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_without_permission(project: Path) -> None:
    (project / RISK).chmod(0)
    assert findings(project) == [f"error shape {RISK}:1:1: cannot be read: Permission denied"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every folder")
def test_a_folder_without_permission(project: Path) -> None:
    (project / RISK).parent.chmod(0)
    found = findings(project)
    (project / RISK).parent.chmod(0o755)
    assert "error shape aims_data/risks:1:1: cannot be read: Permission denied" in found


def test_hidden_files_are_passed_over(project: Path) -> None:
    (project / "aims_data/risks/.R-001.yaml.swp").write_bytes(b"\0")
    assert findings(project) == []


def test_many_wrong_keys_do_not_take_forever(project: Path) -> None:
    (project / RISK).write_bytes(MANY_KEYS)
    done = run_aims("check", "--project", str(project), "--today", "2026-06-01")
    assert done.returncode == 1
    assert "aims_data/risks/R-001.yaml:1:1: has 89,952 more problems; mend these first" in done.stdout.splitlines()
    assert len(done.stdout.splitlines()) < 60


def test_an_empty_project_says_what_it_needs(tmp_path: Path) -> None:
    (tmp_path / "mkdocs.yml").touch()
    problems = load(tmp_path).problems
    assert [str(problem) for problem in problems if "needs this file" not in problem.message] == ["aims_data:1:1: cannot be read: No such file or directory"]
    assert sorted(problem.place.file for problem in problems if "needs this file" in problem.message) == [
        f"aims_data/{name}.yaml"
        for name in sorted(["context", "organisation", "policy", "risk_criteria", "scope", "standard/eu_ai_act_dates", "standard/reference", "treatment_plan"])
    ]


def test_every_message_is_one_line_and_names_a_place_in_the_file(tmp_path: Path) -> None:
    """All shape cases at once, on what the reader sees."""
    for number, case in enumerate(SHAPES):
        project = copy_base(tmp_path / str(number))
        apply(project, read_yaml(case)["change"])
        for problem in load(project).problems:
            assert str(problem).isprintable(), problem
            assert not problem.message.endswith("."), problem
            path = project / problem.place.file
            lines = path.read_text(encoding="utf-8").splitlines() or [""] if path.exists() else [""]
            assert 1 <= problem.place.line <= len(lines) + 1, problem
            if problem.place.line <= len(lines):
                assert 1 <= problem.place.column <= len(lines[problem.place.line - 1]) + 1, problem
