"""Bringing the files of a project into today's shape: what `aims upgrade` writes. So far that is parts of records that lie in files of their own.

Nothing that a person wrote is lost: values, and comments with them, move to the new files; everything else stays as it is, letter by letter.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from _ruamel_yaml import CParser
from ruamel.yaml.events import ScalarEvent, StreamEndEvent

from macros.control.approvals.entries import FileChange
from macros.control.approvals.yaml_text import dumped
from macros.load import DATA, model_of
from macros.migrations import FIRST, MIGRATIONS, migrated
from macros.migrations.places import followed
from macros.own_files import SUFFIX, PartFile, apart, joined, own_fields
from macros.own_files import called as called_in
from macros.schema import FILES, KINDS, SCHEMA
from macros.schema.base import Record
from macros.schema.fields import FieldPlan
from macros.settings import as_schema, schema_stated
from macros.yaml_source import Mark, Unreadable, decode, read

CONFIG = "mkdocs.yml"
Path_ = tuple[str | int, ...]
COMMENT = re.compile(r"(?:^|\s)(#.*)$")


class NoUpgrade(Exception):
    """It cannot be done; the text says why and what to do first."""


@dataclass(frozen=True)
class Upgrade:
    """The files that change, in the order in which they are written, and what a person reads about it."""

    changes: tuple[FileChange, ...]
    sentences: tuple[str, ...]


def upgrade(project: Path) -> Upgrade:
    """What brings the files of a project into today's shape; no change where they have it. Raises `NoUpgrade`."""
    number = as_schema(schema_stated(_text(project, CONFIG)))
    _older_values(project, number)
    new: list[FileChange] = []
    shorter: list[FileChange] = []
    for kind in KINDS:
        if own_fields(kind.model) and "*" in kind.file:
            for path in sorted((project / DATA).glob(kind.file)):
                parts, rest = _apart(project, kind.model, path)
                new += parts
                shorter += rest
    said = [f"{len(new)} new files hold what stood in lists of {len(shorter)} others; there nothing else was changed"] if shorter else []
    config = _with_number(_text(project, CONFIG), number)
    if config:
        said.append(f"{CONFIG} says `schema: {SCHEMA}` now; it was {number}")
    last = [FileChange(CONFIG, _bytes(project, CONFIG), config.encode())] if config else []
    return Upgrade((*new, *shorter, *last), tuple(said))


def _older_values(project: Path, number: int) -> None:
    """Raises `NoUpgrade` for a file whose values an older schema wrote in another way, which is not brought over by itself yet."""
    for name in (name for name, shape in FILES.items() if not own_fields(model_of(shape))):
        for path in sorted((project / DATA).glob(name)) if number < max(MIGRATIONS) else ():
            below = path.relative_to(project / DATA).as_posix()
            value = _read(project, f"{DATA}/{below}")[0]
            if migrated(number, below, value) != value:
                raise NoUpgrade(f"{DATA}/{below} has values in the way of schema {number}; write them in the way of today first (see CHANGELOG.md)")


def _apart(project: Path, model: type[Record], path: Path) -> tuple[list[FileChange], list[FileChange]]:
    """The new files with parts of a record, and its own file without them; nothing where they are not in it. A part that stood alone once is one of a list."""
    name = path.relative_to(project).as_posix()
    written, mark = _read(project, name)
    values = migrated(FIRST, name.removeprefix(f"{DATA}/"), written)
    fields = {plan.name: plan for plan in own_fields(model) if isinstance(values, dict) and plan.name in values}
    if not fields:
        return [], []
    if values.get("id") != path.stem:
        raise NoUpgrade(f"{name} does not have the id {path.stem}, by which its parts are filed; mend that first (aims check)")
    text, (rest, _) = _text(project, name), apart(model, values)
    keys = [key for key in written if key not in rest]
    kept, comments = _taken_out(text, mark, keys)
    if fields.keys() & rest.keys() or not _says(kept, rest):
        raise NoUpgrade(f"{name}: the way {' and '.join(keys)} is written leaves no way to take it out; write each key on a line of its own, then run it again")
    starts = _starts(followed(written, mark, values), (), "", called_in(model, values, {}, {}))
    new, filed = list[FileChange](), list[PartFile]()
    for field, plan in fields.items():
        for called, inside in apart(model, {field: values[field]})[1].items():
            own = [comment for line, comment in comments if called == _of(line, starts)]
            file = f"{DATA}/{_folder(plan)}/{values['id']}/{called}{SUFFIX}"
            filed.append(PartFile(file, values["id"], called, inside, Mark(1, 1, {})))
            if not _is_there(project, file, inside):
                new.append(FileChange(file, None, ("".join(f"{comment}\n" for comment in own) + dumped(inside)).encode()))
    if misnamed := joined(model, rest, Mark(1, 1, {}), filed, {}).problems:
        raise NoUpgrade(
            f"{name}: a part of it would become {misnamed[0].place.file}, which says too little or nothing that is known; mend it first (aims check)"
        )
    return new, [FileChange(name, _bytes(project, name), kept.encode())]


def _folder(plan: FieldPlan) -> str:
    assert plan.own_file
    return plan.own_file.folder


def _says(text: str, values: Any) -> bool:
    try:
        return bool(read(text)[0] == values)
    except Unreadable:
        return False


def _starts(mark: Mark, path: Path_, inside: str, called: Mapping[Path_, str]) -> list[tuple[int, str]]:
    """The line in which each value of some parts begins, with what that part is called."""
    inside = called.get(path, inside)
    inner = mark.inside.items() if isinstance(mark.inside, dict) else enumerate(mark.inside or ())
    below = [start for step, one in inner for start in _starts(one, (*path, step), inside, called)]
    return sorted([(mark.line, inside), *below] if inside else below, key=lambda start: start[0])


def _of(line: int, starts: list[tuple[int, str]]) -> str:
    """The part in which a line stands, or which follows it."""
    return next((called for start, called in reversed(starts) if start <= line), starts[0][1])


def _is_there(project: Path, file: str, values: dict[str, Any]) -> bool:
    """Whether a new file is there already, as after an upgrade that was interrupted. Raises `NoUpgrade` where it says something else."""
    if not (project / file).exists():
        return False
    if _read(project, file)[0] != values:
        raise NoUpgrade(f"{file} is there already and says something else; compare both, keep what is right, and take the other out")
    return True


def _taken_out(text: str, mark: Mark, fields: list[str]) -> tuple[str, list[tuple[int, str]]]:
    """A text without some of the keys of the mapping that it holds, and the comments that stood inside of those, with their lines. Comments between two
    keys stay."""
    assert isinstance(mark.inside, dict)
    lines, comments = text.splitlines(keepends=True), _comments(text)
    keys = sorted((inner.key_place[0], name) for name, inner in mark.inside.items())
    gone: set[int] = set()
    for number, (start, name) in enumerate(keys):
        end = keys[number + 1][0] if number + 1 < len(keys) else len(lines) + 1
        while end > start + 1 and (not lines[end - 2].strip() or lines[end - 2].startswith("#")):
            end -= 1
        gone |= set(range(start, end)) if name in fields else set()
    kept = "".join(line for number, line in enumerate(lines, 1) if number not in gone)
    return kept, [(line, comment) for line, comment in comments if line in gone]


def _comments(text: str) -> list[tuple[int, str]]:
    """The comments of a YAML text, with the lines in which they stand: what begins with # outside of its values."""
    rows = [list(row) for row in text.splitlines()]
    parser = CParser(text)
    while not isinstance(event := parser.get_event(), StreamEndEvent):
        if isinstance(event, ScalarEvent):
            first, last = event.start_mark, event.end_mark
            if event.style in {"|", ">"}:  # a comment may stand behind the sign, and the text begins below
                rows[first.line][first.column] = " "
            for line in range(first.line + (event.style in {"|", ">"}), min(last.line + 1, len(rows))):
                start, end = first.column if line == first.line else 0, last.column if line == last.line else len(rows[line])
                rows[line][start:end] = " " * (end - start)
    found = ((number, COMMENT.search("".join(row))) for number, row in enumerate(rows, 1))
    return [(number, match[1].rstrip()) for number, match in found if match]


def _with_number(text: str, number: int) -> str | None:
    """The text of `mkdocs.yml` with today's number; None where it has it. Raises `NoUpgrade` where the place is not found."""
    if number == SCHEMA:
        return None
    stated = re.sub(r"(?m)^([ \t]+schema:[ \t]*)(['\"]?)\d+\2", rf"\g<1>{SCHEMA}", text, count=1)
    added = re.sub(r"(?m)^extra:[ \t]*\n((?:[ \t#].*\n|\n)*?)([ \t]+)aims:[ \t]*\n", rf"\g<0>\g<2>\g<2>schema: {SCHEMA}\n", text, count=1)
    under = re.sub(r"(?m)^extra:[ \t]*\n", rf"\g<0>  aims:\n    schema: {SCHEMA}\n", text, count=1)
    end = ("" if not text or text.endswith("\n") else "\n") + f"extra:\n  aims:\n    schema: {SCHEMA}\n"
    for new in (stated, added, under, text + end):
        if schema_stated(new) == str(SCHEMA) and _keys(new) >= _keys(text):
            return new
    raise NoUpgrade(f"{CONFIG} leaves no place for the number; write `schema: {SCHEMA}` below `aims:` below `extra:` by hand")


def _keys(text: str) -> set[str]:
    return set(re.findall(r"(?m)^(\w+):", text))


def _read(project: Path, name: str) -> tuple[Any, Mark]:
    try:
        return read(decode(_bytes(project, name)))
    except Unreadable as error:
        raise NoUpgrade(f"{name}: line {error.line} {error.message}; mend that first") from None


def _text(project: Path, name: str) -> str:
    try:
        return _bytes(project, name).decode()
    except UnicodeDecodeError:
        raise NoUpgrade(f"{name} is not UTF-8; save it as UTF-8 first") from None


def _bytes(project: Path, name: str) -> bytes:
    try:
        return (project / name).read_bytes()
    except OSError as error:
        raise NoUpgrade(f"{name} cannot be read: {error.strerror}") from None
