"""One YAML file → plain values and the place of every field, built from the events of ruamel's C parser.

Values follow YAML 1.2 (`no` is text, `010` is ten, `2026-01-31` is a day). What a person's data file never needs is refused before it
costs anything: anchors and aliases, tags, several documents, nesting over 32 levels, files over 1 MB. Composing nodes in C can
crash on deep nesting, and the round-trip loader is thirty times slower; events are safe and carry positions (see `make bench`).
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from _ruamel_yaml import CParser
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
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
LINE_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
CONSTANTS: dict[str, Any] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
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
    "found unexpected ':'": "a text with a colon stands between brackets; put it in quotes",
    "expected comment or line break": "a text stands right after | or >; begin it on the next line, indented",
    "%": "a line begins with a percent sign; put the text in quotes",
    "found unknown escape character": "a backslash inside \"double quotes\" is not followed by a character it goes with; use 'single quotes'",
}


class Mark(NamedTuple):
    """Where a value stands (line and column, 1-based), the marks of what is inside it, and the parser's own mark of the key before it."""

    line: int
    column: int
    inside: dict[Any, Mark] | list[Mark] | None = None
    key: Any = None

    @property
    def key_place(self) -> tuple[int, int]:
        """Line and column (1-based) of the key before this value; of the value itself inside a list."""
        return (self.key.line + 1, self.key.column + 1) if self.key else (self.line, self.column)


class Unreadable(Exception):
    """A file that cannot be turned into values: the line and column (1-based) and one sentence."""

    def __init__(self, message: str, line: int = 1, column: int = 1) -> None:
        super().__init__(message)
        self.message, self.line, self.column = message, line, column


def decode(raw: bytes) -> str:
    """The text of a file's bytes; raises `Unreadable` for a wrong encoding or NUL bytes, with the line."""
    nul = raw.find(b"\0")
    if nul >= 0:
        raise Unreadable("has a NUL byte; save the file as UTF-8 text", *_behind(raw[:nul].decode("utf-8-sig", "replace")))
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        byte, before = error.object[error.start], error.object[: error.start].decode("utf-8")
        raise Unreadable(f"has the byte 0x{byte:02X}, which is not UTF-8; save the file as UTF-8", *_behind(before)) from None
    if found := NOT_PRINTABLE.search(text):
        raise Unreadable(f"has the control character U+{ord(found.group()):04X}; remove it", *_behind(text[: found.start()]))
    return text


def _behind(before: str) -> tuple[int, int]:
    """Line and column of what follows a text, counted as the parser counts them."""
    lines = LINE_BREAK.split(before)
    return len(lines), len(lines[-1]) + 1


def read(text: str) -> tuple[Any, Mark]:
    """Values and marks of a YAML text; raises `Unreadable` with one sentence that says how to be right."""
    try:
        return _Reader(text).document()
    except MarkedYAMLError as error:
        raise _explained(error, text) from None
    except YAMLError as error:
        raise Unreadable(f"is not readable as YAML: {' '.join(str(error).split())}") from None


def texts_in(value: Any, mark: Mark, field: str = "") -> Iterator[tuple[int, int, str, str]]:
    """Where every value stands that holds no others, in which field, and the text that it is; empty for what is none."""
    if isinstance(value, dict) and isinstance(mark.inside, dict):
        for key, inner in value.items():
            yield from texts_in(inner, mark.inside[key], str(key))
    elif isinstance(value, list) and isinstance(mark.inside, list):
        for inner, its_mark in zip(value, mark.inside, strict=True):
            yield from texts_in(inner, its_mark, field)
    else:
        yield mark.line, mark.column, field, value if isinstance(value, str) else ""


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


def _plain(value: str) -> Any:
    """What a plain scalar means in YAML 1.2; called only for those that do not begin like a word."""
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


def _refused(event: Any) -> Unreadable:
    """Why an event is not what a data file may have."""
    line, column = event.start_mark.line + 1, event.start_mark.column + 1
    if type(event) is AliasEvent:
        return Unreadable(f"uses the alias *{event.anchor}; write the value out", line, column)
    if event.anchor is not None:
        return Unreadable(f"uses the anchor &{event.anchor}; write the value out where it is needed", line, column)
    return Unreadable(f"uses the tag {event.tag.replace('tag:yaml.org,2002:', '!!')}; remove it", line, column)


_mark = tuple.__new__  # half the cost of calling the NamedTuple


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

    # What follows runs once per value of every file, so it asks for exact types and makes no call that it can do without.

    def value(self, event: Any, depth: int, key: Any = None) -> tuple[Any, Mark]:
        kind = type(event)
        if event.anchor is not None or event.tag is not None:
            raise _refused(event)
        start = event.start_mark
        if kind is ScalarEvent:
            value = event.value
            if event.implicit[0] and not event.style and (not value or value[0] in PLAIN_FIRST):
                value = _plain(value)
            return value, _mark(Mark, (start.line + 1, start.column + 1, None, key))
        if depth >= MAX_DEPTH:
            raise Unreadable(f"is nested more than {MAX_DEPTH} levels deep", start.line + 1, start.column + 1)
        values, marks = self.sequence(depth + 1) if kind is SequenceStartEvent else self.mapping(depth + 1)
        return values, _mark(Mark, (start.line + 1, start.column + 1, marks, key))

    def sequence(self, depth: int) -> tuple[Any, Any]:
        values: list[Any] = []
        marks: list[Mark] = []
        event = self.next()
        while type(event) is not SequenceEndEvent:
            value, mark = self.value(event, depth)
            values.append(value)
            marks.append(mark)
            event = self.next()
        return values, marks

    def mapping(self, depth: int) -> tuple[Any, Any]:
        values: dict[str, Any] = {}
        marks: dict[str, Mark] = {}
        event = self.next()
        while type(event) is not MappingEndEvent:
            start = event.start_mark
            if type(event) is not ScalarEvent or event.anchor is not None or event.tag is not None:
                raise Unreadable("has a key that is not a plain word", start.line + 1, start.column + 1)
            key = event.value
            if key in values:
                first = marks[key].key_place[0]
                raise Unreadable(f"has the key '{key}' twice (first in line {first}); remove one of them", start.line + 1, start.column + 1)
            if key == "<<":
                raise Unreadable("merges another mapping with <<; write the keys out", start.line + 1, start.column + 1)
            values[key], marks[key] = self.value(self.next(), depth, start)
            event = self.next()
        return values, marks
