"""One YAML file → plain values and the place of every field, built from the events of ruamel's C parser.

Values follow YAML 1.2 (`no` is text, `010` is ten, `2026-01-31` is a day). What a person's data file never needs is refused before it
costs anything: anchors and aliases, tags, several documents, nesting over 32 levels, files over 1 MB. Composing nodes in C can
crash on deep nesting, and the round-trip loader is thirty times slower; events are safe and carry positions (see `make bench`).
"""

from __future__ import annotations

import datetime as dt
import math
import re
from typing import Any, NamedTuple

from _ruamel_yaml import CParser
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

MAX_BYTES = 1_000_000
MAX_DEPTH = 32

INT = re.compile(r"[-+]?[0-9]+")
FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
NOT_PRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
CONSTANTS: dict[str, Any] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
PLAIN_FIRST = frozenset("+-.0123456789~ntfNTF")

HINTS = {
    "cannot start any token": "a tab or a reserved character stands where it may not; indent with spaces, and put a text that begins"
    " with a character such as @ % ` in quotes",
    "mapping values are not allowed": "a colon followed by a space stands inside a text, or a line is indented wrongly; put the text in"
    " quotes or mend the indentation",
    "could not find expected ':'": "a key without a colon, or a text that runs over several lines without quotes; write it as key: value",
    "did not find expected key": "the indentation does not fit the lines above, or quotes inside a text are not closed",
    "did not find expected '-' indicator": "the indentation does not fit the list above; begin each entry with a hyphen at the same depth",
    "did not find expected ',' or": "a list or mapping in brackets is not closed",
    "found unexpected end of stream": "the file ends inside a text in quotes; close the quotes",
    "did not find expected node content": "a list or mapping in brackets is not closed, or a value is missing",
    "expected comment or line break": "a text stands right after | or >; begin it on the next line, indented",
    "%": "a line begins with a percent sign; put the text in quotes",
    "found unknown escape character": 'a backslash inside "double quotes" is not followed by a character it goes with; use \'single quotes\'',
}


class Mark(NamedTuple):
    """Where a value stands (line and column, 1-based), where its keys stand, and the marks of what is inside it."""

    line: int
    column: int
    inside: dict[Any, Mark] | list[Mark] | None = None
    keys: dict[str, tuple[int, int]] | None = None


class Unreadable(Exception):
    """A file that cannot be turned into values: the line and column (1-based) and one sentence."""

    def __init__(self, message: str, line: int = 1, column: int = 1) -> None:
        super().__init__(message)
        self.message, self.line, self.column = message, line, column


def decode(raw: bytes) -> str:
    """The text of a file's bytes; raises `Unreadable` for a wrong encoding or NUL bytes, with the line."""
    nul = raw.find(b"\0")
    if nul >= 0:
        raise Unreadable("has a NUL byte; save the file as UTF-8 text", raw.count(b"\n", 0, nul) + 1, nul - raw.rfind(b"\n", 0, nul))
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = error.object[: error.start].decode("utf-8")
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        raise Unreadable(f"has the byte 0x{error.object[error.start]:02X}, which is not UTF-8; save the file as UTF-8", line, column) from None
    if found := NOT_PRINTABLE.search(text):
        line, column = text.count("\n", 0, found.start()) + 1, found.start() - text.rfind("\n", 0, found.start())
        raise Unreadable(f"has the control character U+{ord(found.group()):04X}; remove it", line, column)
    return text


def read(text: str) -> tuple[Any, Mark]:
    """Values and marks of a YAML text; raises `Unreadable` with one sentence that says how to be right."""
    try:
        return _Reader(text).document()
    except MarkedYAMLError as error:
        raise _explained(error, text) from None
    except YAMLError as error:
        raise Unreadable(f"is not readable as YAML: {' '.join(str(error).split())}") from None


def _explained(error: MarkedYAMLError, text: str) -> Unreadable:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    problem = str(error.problem or error)
    lines = text.splitlines() or [""]
    if line > len(lines):  # the parser's end of the file is the start of a line that is not there
        line, column = len(lines), len(lines[-1]) + 1
    if "\t" in lines[line - 1][: column + 1]:
        return Unreadable("is indented with a tab; use spaces", line, column)
    for part, hint in HINTS.items():
        if part in problem or (part == "%" and lines[line - 1].startswith("%")):
            return Unreadable(f"is not readable as YAML: {hint}", line, column)
    return Unreadable(f"is not readable as YAML: {problem}", line, column)


def _scalar(event: Any) -> Any:
    value: str = event.value
    if not event.implicit[0] or event.style:
        return value
    if not value or value[0] in PLAIN_FIRST:
        if value in CONSTANTS:
            return CONSTANTS[value]
        if INT.fullmatch(value):
            return int(value) if len(value) < 300 else value
        if FLOAT.fullmatch(value):
            number = float(value)
            return number if math.isfinite(number) else value
        if DAY.fullmatch(value):
            try:
                return dt.date.fromisoformat(value)
            except ValueError:
                return value  # the schema says that there is no such day
    return value


class _Reader:
    def __init__(self, text: str) -> None:
        self.parser = CParser(text)
        self.next = self.parser.get_event

    def document(self) -> tuple[Any, Mark]:
        self.next()
        event = self.next()
        if isinstance(event, StreamEndEvent):
            raise Unreadable("is empty; write what belongs in it ([] for an empty list), or remove the file")
        value, mark = self.value(self.next(), 0)
        self.next()
        event = self.next()
        if isinstance(event, DocumentStartEvent):
            raise Unreadable(
                "has a second document after a line ---; keep one record or list in a file", event.start_mark.line + 1, event.start_mark.column + 1
            )
        return value, mark

    def value(self, event: Any, depth: int) -> tuple[Any, Mark]:
        start = event.start_mark
        line, column = start.line + 1, start.column + 1
        if isinstance(event, AliasEvent):
            raise Unreadable(f"uses the alias *{event.anchor}; write the value out", line, column)
        if event.anchor is not None:
            raise Unreadable(f"uses the anchor &{event.anchor}; write the value out where it is needed", line, column)
        if event.tag is not None:
            raise Unreadable(f"uses the tag {event.tag.replace('tag:yaml.org,2002:', '!!')}; remove it", line, column)
        if isinstance(event, ScalarEvent):
            return _scalar(event), Mark(line, column)
        if depth >= MAX_DEPTH:
            raise Unreadable(f"is nested more than {MAX_DEPTH} levels deep", line, column)
        if isinstance(event, SequenceStartEvent):
            return self.sequence(line, column, depth)
        assert isinstance(event, MappingStartEvent)
        return self.mapping(line, column, depth)

    def sequence(self, line: int, column: int, depth: int) -> tuple[list[Any], Mark]:
        values: list[Any] = []
        marks: list[Mark] = []
        while not isinstance(event := self.next(), SequenceEndEvent):
            value, mark = self.value(event, depth + 1)
            values.append(value)
            marks.append(mark)
        return values, Mark(line, column, marks)

    def mapping(self, line: int, column: int, depth: int) -> tuple[dict[str, Any], Mark]:
        values: dict[str, Any] = {}
        marks: dict[Any, Mark] = {}
        keys: dict[str, tuple[int, int]] = {}
        while not isinstance(event := self.next(), MappingEndEvent):
            key_line, key_column = event.start_mark.line + 1, event.start_mark.column + 1
            if not isinstance(event, ScalarEvent) or event.anchor is not None or event.tag is not None:
                raise Unreadable("has a key that is not a plain word", key_line, key_column)
            key = event.value
            if key in values:
                first = keys[key]
                raise Unreadable(f"has the key '{key}' twice (first in line {first[0]}); remove one of them", key_line, key_column)
            if key == "<<":
                raise Unreadable("merges another mapping with <<; write the keys out", key_line, key_column)
            values[key], marks[key] = self.value(self.next(), depth + 1)
            keys[key] = (key_line, key_column)
        return values, Mark(line, column, marks, keys)
