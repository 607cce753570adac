"""Values as YAML in the layout that people use: long texts folded, one key a line. ruamel.yaml writes it."""

from __future__ import annotations

import io
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import FoldedScalarString, LiteralScalarString

from macros.schema.base import Term

WIDTH = 118
"""A text that would make a line longer than this is folded over several lines."""


def plain(value: Any) -> Any:
    """Lists instead of tuples, and of a term what is written."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, Term):
        return value.value
    return [plain(inner) for inner in value] if isinstance(value, list | tuple) else value


def dumped(value: Any) -> str:
    """A mapping as YAML in block style."""
    yaml = YAML()
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.width = 4096
    yaml.representer.ignore_aliases = lambda *_: True  # the same day twice is written twice
    stream = io.StringIO()
    yaml.dump(_styled(value), stream)
    return stream.getvalue()


def _styled(value: Any, depth: int = 0) -> Any:
    """Texts of several lines as they are, long ones folded; lists instead of tuples."""
    if isinstance(value, dict):
        return {key: _styled(inner, depth + 2) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_styled(inner, depth + 2) for inner in value]
    if not isinstance(value, str):
        return value
    if "\n" in value:
        return LiteralScalarString(value)
    return _folded(value, WIDTH - depth) if len(value) + depth > WIDTH - 12 else value


def _folded(text: str, width: int) -> FoldedScalarString:
    """A text that is written on lines of at most `width` letters, broken at single spaces."""
    start, last = 0, None
    folds: list[int] = []
    for at, letter in enumerate(text):
        if at - start > width and last is not None:
            folds.append(last)
            start, last = last + 1, None
        if letter == " " and text[at - 1] != " " != text[at + 1]:
            last = at
    folded: FoldedScalarString = FoldedScalarString(text)
    folded.fold_pos = folds  # type: ignore[attr-defined]  # how ruamel itself remembers where a text is folded
    return folded
