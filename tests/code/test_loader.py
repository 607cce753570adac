"""The loader against broken YAML of every kind: it never raises, and each problem is one line with a place inside the file."""

from __future__ import annotations

import datetime as dt
import io
import re
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from invented import BASE, ROOT
from ruamel.yaml import YAML

from macros.load import load
from macros.yaml_source import Mark, Unreadable, decode, read

REAL = sorted((ROOT / "aims_data").rglob("*.yaml"))
SMALL = [path for path in REAL if path.stat().st_size < 20_000]
quick = settings(deadline=None, suppress_health_check=list(HealthCheck), database=None)


def inside(raw: bytes, line: int, column: int) -> bool:
    """Whether a place is in the file, or right after its last letter."""
    rows = re.split("\r\n|[\n\r\x85\u2028\u2029]", raw.decode("utf-8-sig", errors="replace"))
    return 1 <= line <= len(rows) and 1 <= column <= len(rows[line - 1]) + 1


def check_bytes(raw: bytes) -> None:
    """Read bytes as the loader does; whatever happens is a value or an `Unreadable` with a good place."""
    try:
        read(decode(raw))
    except Unreadable as error:
        assert inside(raw, error.line, error.column), (error.line, error.column, error.message)
        assert error.message
        assert not error.message.endswith(".")


@quick
@given(st.binary(max_size=200))
def test_any_bytes(raw: bytes) -> None:
    check_bytes(raw)


YAML_LETTERS = st.sampled_from([*" \n\t-:?[]{},&*!|>'\"%@`#~<=.01ab\\é\r\x85\u2028", "---\n", "...\n", "- ", ": ", "  ", "<<: ", "!!str ", "a: "])


@settings(quick, max_examples=400)
@given(st.lists(YAML_LETTERS, max_size=40).map("".join))
def test_any_text_of_yaml_letters(text: str) -> None:
    check_bytes(text.encode())


@st.composite
def mutated(draw: st.DrawFn) -> tuple[str, bytes]:
    """A real data file with slices removed, doubled or replaced, and its name."""
    path = draw(st.sampled_from(SMALL))
    raw = path.read_bytes()
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(raw)))
        end = min(len(raw), start + draw(st.integers(0, 40)))
        piece = draw(st.sampled_from([b"", raw[start:end] * 2, b"\t", b"- ", b": ", b"[", b"'", b"&a ", b"\n", b"\xff", b"[[X]]", b"9999"]))
        raw = raw[:start] + piece + raw[end:]
    return path.relative_to(ROOT).as_posix(), raw


@settings(quick, max_examples=150)
@given(mutated())
def test_mutated_real_files(case: tuple[str, bytes]) -> None:
    """Through the whole of `load`, with the file in its place in an otherwise empty project."""
    name, raw = case
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.parent.mkdir(parents=True)
        path.write_bytes(raw)
        for problem in load(Path(folder)).problems:
            assert str(problem).isprintable(), problem
            if problem.place.file == name:
                assert inside(raw, problem.place.line, problem.place.column), problem


# -- values -------------------------------------------------------------------------------------------------------------------------

words = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn", "Co"], exclude_characters="\ufeff\u2028\u2029"), max_size=12)
leaves = st.one_of(
    words, st.sampled_from(["no", "yes", "on", "010", "0o7", "0x1F", "12:30", "1_000", "null", "~", "true", "1.10", "2026-01-31", "=", "<<", ""]),
    st.integers(-(10**18), 10**18), st.booleans(), st.none(), st.floats(-1e9, 1e9, allow_nan=False).map(lambda number: round(number, 4)),
    st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1)),
)  # fmt: skip
plain = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words.filter(lambda key: key != "<<"), inner, max_size=4), max_leaves=12
)


@settings(quick, max_examples=150)
@given(plain)
def test_values_are_those_of_ruamel(value: Any) -> None:
    """What ruamel writes is read as the value that was written, and as ruamel's own safe loader reads it."""
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False  # between brackets the C parser wants more quotes than ruamel writes
    stream = io.StringIO()
    yaml.dump({"value": value}, stream)
    ours, _ = read(stream.getvalue())
    assert ours == {"value": value}
    assert ours == YAML(typ="safe", pure=True).load(stream.getvalue())


def walk(value: Any, mark: Mark) -> list[tuple[Any, Mark]]:
    """Every leaf with its mark."""
    if isinstance(value, dict):
        assert isinstance(mark.inside, dict)
        return [pair for key, inner in value.items() for pair in walk(inner, mark.inside[key])]
    if isinstance(value, list):
        assert isinstance(mark.inside, list)
        return [pair for inner, where in zip(value, mark.inside, strict=True) for pair in walk(inner, where)]
    return [(value, mark)]


def test_marks_point_at_the_text_of_the_value() -> None:
    """On every real file: where a mark points, the value begins (after a quote or the sign of a text block)."""
    for path in REAL:
        text = decode(path.read_bytes())
        lines = text.splitlines()
        for value, mark in walk(*read(text)):
            rest = lines[mark.line - 1][mark.column - 1 :]
            if rest[:1] in "|>'\"" or value is None:
                continue
            shown = {True: "true", False: "false"}.get(value, str(value)) if isinstance(value, bool) else str(value)
            begin = shown.split()[0] if isinstance(value, str) else rest.split("#")[0].strip(" ,}]")
            assert rest.startswith(begin), (path, mark, value)
            if isinstance(value, int | float) and not isinstance(value, bool):
                assert float(begin) == value


def test_marks_of_keys_and_of_entries_in_lists() -> None:
    value, mark = read("a:\n  - b: 1\n    c: [x, yy]\n  - zz\nd: |\n  text\n")
    assert value == {"a": [{"b": 1, "c": ["x", "yy"]}, "zz"], "d": "text\n"}
    assert isinstance(mark.inside, dict)
    first, second = mark.inside["a"].inside  # type: ignore[misc]
    assert {key: inner.key_place for key, inner in first.inside.items()} == {"b": (2, 5), "c": (3, 5)}
    assert [(leaf.line, leaf.column) for leaf in first.inside["c"].inside] == [(3, 9), (3, 12)]
    assert (second.line, second.column) == (4, 5)
    assert (mark.inside["d"].line, mark.inside["d"].column) == (5, 4)


def test_types_are_those_of_yaml_1_2() -> None:
    text = "- no\n- 010\n- 12:30\n- 1.10\n- 2026-01-31\n- 2026-02-30\n- '1'\n- ~\n- \n- 1e3\n- .5\n- 0x1F\n- 1_000\n- +3\n- 9999999999999999999999\n"
    expected = [
        "no", 10, "12:30", 1.1, dt.date(2026, 1, 31), "2026-02-30", "1", None, None, 1000.0, 0.5, "0x1F", "1_000", 3, 9999999999999999999999,
    ]  # fmt: skip
    value, _ = read(text)
    assert value == expected
    assert [type(item) for item in value] == [type(item) for item in expected]


def test_the_files_of_the_smallest_project_are_read_by_both_alike() -> None:
    for path in [*BASE.rglob("*.yaml"), *REAL]:
        text = decode(path.read_bytes())
        assert read(text)[0] == YAML(typ="safe", pure=True).load(text), path
