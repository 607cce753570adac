"""The number of the schema: every command and every build refuses data of a shape that it does not know, in one sentence."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from command import run_aims
from invented import ROOT, apply
from repository import commit, git

from macros import engine
from macros.schema import SCHEMA
from macros.settings import UnknownSchema, need_known_schema, schema_number

LATER = SCHEMA + 1


def sentence(number: object) -> str:
    return (
        f"mkdocs.yml says that the data has schema '{number}' (extra: aims: schema), and AIMS Portal {engine.version()} knows schemas 1 to {SCHEMA}; "
        "use the version of AIMS Portal that the data was written for, or mend the number"
    )


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("extra:\n  aims:\n    schema: 2\n", "2"),
        ("extra: {aims: {schema: 1}}", "1"),
        ("x: !ENV [HOME, y]\nz: !!python/name:os.getcwd ''\nextra: &e\n  aims: {schema: 3}\nmore: *e\n", "3"),
        ("extra:\n  aims:\n    schema:\n", None),
        ("extra:\n  aims: {new_uri: x}\n", None),
        ("extra: text", None),
        ("extra:\n  aims:\n", None),
        ("- schema: 2", None),
        ("extra: [", None),
        ("? [a]\n: b\nextra: {aims: {? {c: d} : e, schema: 2}}\n", "2"),
        ("extra: {aims: {schema: [1]}}", "sequence"),
        ("extra: {aims: {schema: {}}}", "mapping"),
        ("", None),
    ],
)
def test_the_number_is_read_from_any_mkdocs_yml(tmp_path: Path, text: str, number: str | None) -> None:
    (tmp_path / "mkdocs.yml").write_text(text, encoding="utf-8")
    assert schema_number(tmp_path) == number


@pytest.mark.parametrize("number", [None, 1, "1", SCHEMA])
def test_a_known_schema(number: object) -> None:
    need_known_schema(number)


@pytest.mark.parametrize("number", [0, SCHEMA + 1, "x", "", -1, 1.5, True, []])
def test_an_unknown_schema(number: object) -> None:
    with pytest.raises(UnknownSchema) as raised:
        need_known_schema(number)
    assert str(raised.value) == sentence(number)


def test_the_example_says_its_schema() -> None:
    assert schema_number(ROOT) == str(SCHEMA)


def aims(*arguments: str) -> tuple[int, str, str]:
    done = run_aims(*arguments)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("command", [["check"], ["build"], ["changes"], ["export", "codeowners"], ["snapshot", "2026.1", "--for", "Test"]])
def test_a_command_refuses_an_unknown_schema(project: Path, command: list[str]) -> None:
    apply(project, {"mkdocs.yml": f"site_name: Mill\nextra:\n  aims:\n    schema: {LATER}\n"})
    assert aims(*command, "--project", str(project)) == (2, "", f"aims: {sentence(LATER)}\n")


def test_a_commit_of_an_unknown_schema_is_not_compared(mill: Path) -> None:
    config = (mill / "mkdocs.yml").read_text(encoding="utf-8")
    commit(mill, "From later", **{"mkdocs.yml": f"{config}\nextra: {{aims: {{schema: {LATER}}}}}\n"})
    git(mill, "tag", "later")
    commit(mill, "Back", **{"mkdocs.yml": config})
    assert aims("changes", "later", "--project", str(mill)) == (2, "", f"aims: later:{sentence(LATER)}\n")
    for command in (["check", "--base", "later"], ["approve", "AIMS-POL-01", "--as", "boss", "--base", "later"]):
        code, output, message = aims(*command, "--project", str(mill), "--today", "2026-06-01")
        assert (code, message) == (2, f"aims: later:{sentence(LATER)}\n"), output


def test_a_build_ends_with_the_sentence(project: Path) -> None:
    config = f"site_name: Mill\nhooks: [macros/hooks.py]\nplugins: [macros: {{module_name: macros}}]\nextra: {{aims: {{schema: {LATER}}}}}\n"
    apply(project, {"mkdocs.yml": config})
    (project / "macros").symlink_to(ROOT / "macros")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict"]
    clean = {key: value for key, value in os.environ.items() if not key.startswith("AIMS_")}
    done = subprocess.run(command, cwd=project, env={**clean, "PYTHONDONTWRITEBYTECODE": "1"}, capture_output=True, text=True, check=False)
    assert (done.returncode, (project / "site").exists()) == (1, False)
    assert sentence(LATER) in done.stderr and "Traceback" not in done.stderr
