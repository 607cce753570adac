"""Where things stand in the YAML of a document's file, where a new entry fits in, and how it is written. ruamel.yaml gives places and writes entries."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode
from ruamel.yaml.scalarstring import FoldedScalarString, LiteralScalarString

from macros.schema.documents import Document
from macros.schema.fields import FieldPlan, fields_of
from macros.wording import field_path

WIDTH = 118
"""A text that would make a line longer than this is folded over several lines."""
At = tuple[str | int, ...]
"""The way to a field: `("versions", 2, "approvals")`."""
Node = MappingNode | SequenceNode | ScalarNode


class NoPlace(Exception):
    """The entry does not fit in; the text says where."""


class Layout:
    """The nodes of a YAML text with their places, and where a new one fits in."""

    def __init__(self, text: str) -> None:
        """Raises `NoPlace` for what is no mapping."""
        self.text = text
        self.break_ = "\r\n" if "\r\n" in text else "\n"
        self.root: Node = YAML(typ="safe", pure=True).compose(text)
        if not isinstance(self.root, MappingNode):
            raise NoPlace("the file holds no document; begin one with `aims new document`")
        self.offset = next(_offsets(self.root), 2)

    def with_value(self, path: At, value: Any) -> str:
        """The text with a value more at `path`."""
        parent: Any = self.root
        name, plans = str(path[-1]), plans_at(path)
        for step in path[:-1]:
            parent = parent.value[step] if isinstance(step, int) else _find(parent, step) or _missing(step)
        there, many = _find(parent, name), plans[name].many
        if there is None:
            return self._put(parent, list(plans), name, [value] if many else value)
        if not many or not isinstance(there, SequenceNode):
            raise NoPlace(f"{field_path(path)[:-2]} is there already")
        return self._append(parent, there, value)

    def _put(self, mapping: MappingNode, order: list[str], name: str, value: Any) -> str:
        """A key that was not there, behind those that come before it in the schema."""
        before = [pair for pair in mapping.value if pair[0].value in order[: order.index(name)]]
        key, last = before[-1] if before else mapping.value[-1]
        if mapping.flow_style:
            return self._inserted(self._end(last, key), ", " + _flow({name: value})[1:-1])
        column = mapping.value[0][0].start_mark.column
        return self._insert_lines(self._end(last, key), column, dumped({name: value}, self.offset))

    def _append(self, mapping: MappingNode, sequence: SequenceNode, value: Any) -> str:
        """One entry more at the end of a list."""
        if sequence.flow_style and (sequence.value or mapping.flow_style):
            separator = ", " if sequence.value else ""
            return self._inserted(self._end(sequence.value[-1]) if sequence.value else sequence.start_mark.index + 1, separator + _flow(value))
        if sequence.flow_style:  # an empty list in brackets becomes one with an entry on lines of its own
            start, end = sequence.start_mark.index, sequence.end_mark.index
            column = mapping.value[0][0].start_mark.column + self.offset
            self.text = self.text[:start].rstrip(" ") + self.text[end:]
            return self._insert_lines(start - 1, column, _item(value, self.offset))
        return self._insert_lines(self._end(sequence.value[-1]), sequence.start_mark.column, _item(value, self.offset))

    def _end(self, node: Node, key: Node | None = None) -> int:
        """Where the last letter of a node stands, behind it."""
        start, end = node.start_mark.index, node.end_mark.index
        if isinstance(node, MappingNode | SequenceNode):
            if node.flow_style or not node.value:
                return int(end)
            last = node.value[-1]
            return self._end(last[1], last[0]) if isinstance(last, tuple) else self._end(last)
        if start == end and key is not None:
            return int(key.end_mark.index)
        if node.style not in {"|", ">"}:
            return int(end)
        head, _, _ = self.text[start:end].partition("\n")
        return int(end) - 1 if "+" in head else int(start) + len(self.text[start:end].rstrip())  # with + the empty lines below belong to the text

    def _insert_lines(self, at: int, column: int, lines: str) -> str:
        """Whole lines behind the line in which `at` stands and behind the comments that belong to what stands there."""
        place = self._line_end(at)
        ahead = place
        while ahead < len(self.text):
            end = self._line_end(ahead)
            line = self.text[ahead:end]
            bare = line.strip()
            if bare and not (bare.startswith("#") and len(line) - len(line.lstrip(" ")) > column):
                break
            ahead = end
            if bare:
                place = ahead
        text = "".join(" " * column + line if line.strip() else line for line in lines.splitlines(keepends=True))
        start = "" if place == 0 or self.text[place - 1] == "\n" else "\n"
        return self._inserted(place, start + text)

    def _line_end(self, at: int) -> int:
        end = self.text.find("\n", at)
        return len(self.text) if end < 0 else end + 1

    def _inserted(self, at: int, text: str) -> str:
        return self.text[:at] + text.replace("\n", self.break_) + self.text[at:]


def plans_at(path: At) -> dict[str, FieldPlan]:
    """The fields that the part of a document which holds the field at `path` may have, in the order of the schema."""
    plans = fields_of(Document)
    for step in path[:-1]:
        if isinstance(step, str):
            part = next(plan.part for plan in plans if plan.name == step)
            plans = fields_of(part) if part else ()
    return {plan.name: plan for plan in plans}


def _find(mapping: Node, name: str) -> Node | None:
    return next((value for key, value in mapping.value if key.value == name), None)


def _missing(step: str) -> Node:
    raise NoPlace(f"{step} is not there")


def _offsets(node: Node) -> Iterator[int]:
    """How far the hyphens of lists are indented under their keys, in file order."""
    if isinstance(node, MappingNode):
        for key, value in node.value:
            if isinstance(value, SequenceNode) and not value.flow_style and not node.flow_style:
                yield value.start_mark.column - key.start_mark.column
            yield from _offsets(value)
    elif isinstance(node, SequenceNode):
        for item in node.value:
            yield from _offsets(item)


def plain(value: Any) -> Any:
    """Lists instead of tuples."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    return [plain(inner) for inner in value] if isinstance(value, list | tuple) else value


def _item(value: Any, offset: int) -> str:
    lines = dumped(value, offset).splitlines(keepends=True)
    return "- " + "".join(("  " if number and line.strip() else "") + line for number, line in enumerate(lines))


def dumped(value: Any, offset: int) -> str:
    """A mapping as YAML in block style."""
    yaml = YAML()
    yaml.indent(mapping=2, sequence=offset + 2, offset=offset)
    yaml.width = 4096
    return _written(yaml, _styled(value))


def _flow(value: Any) -> str:
    """A value as YAML on one line."""
    yaml = YAML()
    yaml.default_flow_style = True
    yaml.width = 1_000_000
    return _written(yaml, plain(value)).strip()


def _written(yaml: YAML, value: Any) -> str:
    yaml.representer.ignore_aliases = lambda *_: True  # the same day twice is written twice
    stream = io.StringIO()
    yaml.dump(value, stream)
    return stream.getvalue()


def _styled(value: Any, depth: int = 4) -> Any:
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
