"""Parts of a record that lie in files of their own (mark `OwnFile`): which file holds which part, and how they come together with the record.

Pure functions over plain values and marks. `approvals/AIMS-POL-01/1.2-approved-director-2026-01-31.yaml` is a part of the record AIMS-POL-01, and in it one of
the approvals of its version 1.2. What is in the record's own file, as it was before there were such files, comes first.
"""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from macros.problems import Place, Problem
from macros.renamed import Names
from macros.schema import KIND, KINDS
from macros.schema.base import OwnFile, Part, Record, natural
from macros.schema.fields import FieldPlan, Path, fields_of, plan_at
from macros.yaml_source import Mark

FIELD = re.compile(r"\{(\w+)\}")
SUFFIX = ".yaml"


@dataclass(frozen=True, slots=True)
class PartFile:
    """A file with one part of a record, as it was read: its name, the record's id, and what the part is called there."""

    file: str
    record: str
    called: str
    value: Any
    mark: Mark


@dataclass(frozen=True, slots=True)
class Joined:
    """A record with the parts that lie in files of their own: its values, where they stand, in which file each of these parts is, and what is wrong."""

    value: Any
    mark: Mark
    files: Mapping[Path, str] | None = None
    problems: tuple[Problem, ...] = ()


@cache
def own_fields(model: type[Part]) -> tuple[FieldPlan, ...]:
    """The fields of a model that lie in files of their own."""
    return tuple(plan for plan in fields_of(model) if plan.own_file)


@cache
def folders() -> Mapping[str, tuple[type[Record], ...]]:
    """The folders below `aims_data/` that hold such files, with the models of the records to which they belong."""
    found: dict[str, tuple[type[Record], ...]] = {}
    for kind in KINDS:
        for plan in own_fields(kind.model):
            found[_mark(plan).folder] = tuple(dict.fromkeys((*found.get(_mark(plan).folder, ()), kind.model)))
    return found


def part_shapes() -> dict[str, type[Part]]:
    """What the files of parts hold, by their folder and the fields that lead to them: `approvals-versions-approvals`."""
    found: dict[str, type[Part]] = {}
    for kind in KINDS:
        for plan in own_fields(kind.model):
            found[f"{_mark(plan).folder}-{plan.name}"] = _part(plan)
            found |= {f"{_mark(plan).folder}-{plan.name}-{inner.name}": _part(inner) for inner in own_fields(_part(plan))}
    return found


def folders_of(record: Record) -> list[str]:
    """The folders below `aims_data/` in which parts of a record lie."""
    return [f"{folder}/{record.id}" for folder in dict.fromkeys(_mark(plan).folder for plan in own_fields(type(record)))]


def folders_beside(source: str) -> list[str]:
    """The folders below `aims_data/` in which parts of the records lie that are in a file or, where it ends in /, a folder there; with `*` for any number."""
    found = []
    for kind in KINDS:
        around, _, file = kind.file.partition("*")
        if file and source.startswith(around) and issubclass(kind.model, Record):
            prefix = re.match(r"\D*", written.example if (written := plan_at(kind.model, "id").written) else "")
            record = source.removeprefix(around).removesuffix(file) or f"{prefix[0] if prefix else ''}*"
            found += [f"{folder}/{record}" for folder in dict.fromkeys(_mark(plan).folder for plan in own_fields(kind.model))]
    return found


def part_of(name: str) -> tuple[str, str] | None:
    """The id of the record of which a file (`name`: below `aims_data/`) holds a part, and what the part is called; None for any other file."""
    folder, _, below = name.partition("/")
    record, _, file = below.partition("/")
    return (record, file.removesuffix(SUFFIX)) if folder in folders() and file.endswith(SUFFIX) and "/" not in file else None


def stem(file: str) -> str:
    """What a part is called whose file has this name."""
    return file.rpartition("/")[2].removesuffix(SUFFIX)


def name_of(plan: FieldPlan, values: Mapping[str, Any], inside: str = "") -> str:
    """What the file of a part is called, given its values, without its ending; `inside`: what that of the part around it is called."""
    own = FIELD.sub(lambda found: str(values.get(found[1], "")), _mark(plan).name)
    return f"{inside}-{own}" if inside else own


def file_of(files: Mapping[Path, str], path: Path, own: str) -> tuple[str, Path]:
    """The file in which the field at a path of a record stands, given those of its parts and its own, and the rest of the path inside that file."""
    found = next((end for end in range(len(path), 0, -1) if path[:end] in files), 0) if files else 0
    return (files[path[:found]] if found else own), path[found:]


def joined(model: type[Part], value: Any, mark: Mark, parts: Sequence[PartFile], names: Names) -> Joined:
    """The values of a record with its parts from files of their own, in the order of their days, then of their names. `names`: today's ids by former ones,
    of which a name may hold any. Where the record is no mapping, it stays as it is. What lies in a folder of another kind counts nowhere."""
    if not parts or not isinstance(value, dict):
        return Joined(value, mark)
    joining = _Joining([part for part in parts if any(_belongs(plan, part, "") for plan in own_fields(model))], names)
    value, mark = joining.record(model, value, mark, (), "")
    unplaced = [Problem(Place(part.file), _no_place(model, part)) for part in parts if part not in joining.placed]
    return Joined(value, mark, joining.files, (*joining.problems, *unplaced))


def stand_in_lists(model: type[Part], values: Any, mark: Mark, file: str) -> list[Problem]:
    """What stands in the file of a record itself and belongs into files of their own."""
    found = [plan.name for plan in own_fields(model) if isinstance(values, dict) and plan.name in values]
    if not found or not isinstance(mark.inside, dict):
        return []
    message = f"{' and '.join(found)}: what stands here lies in files of their own below aims_data/; run `aims upgrade`, which moves it there"
    return [Problem(Place(file, *mark.inside[found[0]].key_place), message)]


def apart(model: type[Part], values: Mapping[str, Any], inside: str = "") -> tuple[dict[str, Any], dict[str, Any]]:
    """The opposite of `joined`: the values of a record without the parts that lie in files of their own, and those by what their files are called.
    What has another form than it should is left where it is."""
    rest, files = dict(values), dict[str, Any]()
    for plan in own_fields(model):
        entries = rest.get(plan.name) if plan.many else [rest.get(plan.name)]
        if isinstance(entries, list) and all(isinstance(entry, dict) for entry in entries):
            del rest[plan.name]
            for entry in entries:
                called = unused(name_of(plan, entry, inside), files)
                files[called] = None  # it stands before what is inside of it
                files[called], below = apart(_part(plan), entry, called)
                files |= below
    return rest, files


def unused(called: str, taken: Collection[str]) -> str:
    """A name that is not taken: a second one of the same role and day ends in -2."""
    return called if called not in taken else next(name for number in itertools.count(2) if (name := f"{called}-{number}") not in taken)


def called(model: type[Part], values: Any, files: Mapping[Path, str], names: Names) -> dict[Path, str]:
    """What each part of a record that lies in a file of its own is called, by the path to it, with the ids of today; one that stands in the record's own
    file as it would be called. So the same part has the same name in every state and every layout."""
    found: dict[Path, str] = {}
    _called(model, values, (), "", files, names, found)
    return found


def _called(model: type[Part], values: Any, at: Path, inside: str, files: Mapping[Path, str], names: Names, found: dict[Path, str]) -> None:
    for plan in own_fields(model) if isinstance(values, dict) else ():
        entries = values.get(plan.name)
        numbered = enumerate(entries if isinstance(entries, list) else ()) if plan.many else ((None, entries),)
        for number, entry in numbered:
            path = (*at, plan.name) if number is None else (*at, plan.name, number)
            if not isinstance(entry, dict):
                continue
            file = files.get(path)
            known = _pattern(plan).fullmatch(stem(file).removeprefix(f"{inside}-" if inside else "")) if file else None
            said = known.groupdict() if known else {name: str(entry.get(name, "")) for name in FIELD.findall(_mark(plan).name)}
            name = name_of(plan, {field: names.get(word, word) for field, word in said.items()}, inside)
            found[path] = unused(name, found.values())
            _called(_part(plan), entry, path, found[path], files, names, found)


@dataclass
class _Joining:
    parts: Sequence[PartFile]
    names: Names
    files: dict[Path, str] = field(default_factory=dict)
    placed: list[PartFile] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def record(self, model: type[Part], value: Any, mark: Mark, at: Path, called: str) -> tuple[Any, Mark]:
        """The values of a part with all that belongs into it; `called`: what its file is called, or would be."""
        if not isinstance(value, dict) or not isinstance(mark.inside, dict):
            return value, mark
        value, marks = dict(value), dict(mark.inside)
        for plan in own_fields(model):
            own = sorted(self._files(plan, called), key=lambda part: (_day(plan, part.value), natural(part.called)))
            written, place = value.get(plan.name), marks.get(plan.name)
            self.placed += own
            if plan.many and (written is None or isinstance(written, list)):
                here = (*at, plan.name)
                there = list(zip(written or (), place.inside if place and place.inside else (), strict=True))
                self.files |= {(*here, len(there) + number): part.file for number, part in enumerate(own)}
                entries = [*there, *((part.value, part.mark) for part in own)]
                inner = [self._part(plan, *entry, (*here, number), called) for number, entry in enumerate(entries)]
                found: Any = [one for one, _ in inner]
                where = (place or Mark(mark.line, mark.column))._replace(inside=[one for _, one in inner])
            elif own and not plan.many and not self._more_than_one(own, written is not None):
                self.files[*at, plan.name] = own[0].file
                found, where = self._part(plan, own[0].value, own[0].mark, (*at, plan.name), called)
            else:
                continue
            if found:
                value[plan.name], marks[plan.name] = found, where
        return value, mark._replace(inside=marks)

    def _more_than_one(self, own: Sequence[PartFile], written: bool) -> bool:
        first = "one in the file of the record itself" if written else own[0].file
        more = own if written else own[1:]
        self.problems += [Problem(Place(part.file), f"says the same as {first}, and there can be but one; keep one of them") for part in more]
        return bool(more)

    def _part(self, plan: FieldPlan, value: Any, mark: Mark, at: Path, inside: str) -> tuple[Any, Mark]:
        return self.record(_part(plan), value, mark, at, name_of(plan, value, inside)) if isinstance(value, dict) else (value, mark)

    def _files(self, plan: FieldPlan, inside: str) -> Iterator[PartFile]:
        """The files with entries of a field, inside the part whose file is called so."""
        before = f"{inside}-" if inside else ""
        for part in self.parts:
            here = part.called.startswith(before) and _belongs(plan, part, inside)
            if here and (match := _pattern(plan).fullmatch(part.called.removeprefix(before))):
                self.problems += self._misnamed(plan, part, match.groupdict(), inside)
                yield part

    def _misnamed(self, plan: FieldPlan, part: PartFile, said: Mapping[str, str], inside: str) -> Iterator[Problem]:
        """Where the name of a file says something else than what stands in it."""
        if not isinstance(part.value, dict) or not isinstance(part.mark.inside, dict):
            return
        for name, word in said.items():
            value = part.value.get(name)
            if value is not None and self.names.get(word, word) != self.names.get(str(value), str(value)):
                right, mark = name_of(plan, part.value, inside) + SUFFIX, part.mark.inside[name]
                message = f"{name}: '{value}' is not what the name of the file says ('{word}'); name the file {right}, or mend {name}"
                yield Problem(Place(part.file, mark.line, mark.column), message)


def _mark(plan: FieldPlan) -> OwnFile:
    assert plan.own_file
    return plan.own_file


def _part(plan: FieldPlan) -> type[Part]:
    assert plan.part
    return plan.part


def _belongs(plan: FieldPlan, part: PartFile, inside: str) -> bool:
    """Whether a file lies in the folder of a field, or the field is inside of another part, which does."""
    return bool(inside) or part.file.split("/")[-3] == _mark(plan).folder


def _day(plan: FieldPlan, value: Any) -> str:
    """What sorts an entry by its day; one that says none comes first."""
    day = value.get(_mark(plan).day) if isinstance(value, dict) else None
    return day.isoformat() if isinstance(day, dt.date) else ""


@cache
def _pattern(plan: FieldPlan) -> re.Pattern[str]:
    """What a name has to look like, without that of the part around it. A second one of the same role and day ends in -2."""
    words = FIELD.split(_mark(plan).name)
    pattern = "".join(f"(?P<{word}>{_value(plan_at(_part(plan), word))})" if number % 2 else re.escape(word) for number, word in enumerate(words))
    return re.compile(pattern + r"(?:-[1-9][0-9]?)?" if _mark(plan).day in words else pattern)


def _value(plan: FieldPlan) -> str:
    if plan.ref and plan.ref.kinds:
        return "|".join(f"(?:{_value(plan_at(KIND[kind].model, 'id'))})" for kind in plan.ref.kinds)
    if plan.written:
        return plan.written.pattern
    return r"\d{4}-\d{2}-\d{2}" if plan.plain is dt.date else ".+"


def _no_place(model: type[Part], part: PartFile) -> str:
    """Why a file has no place in its record, in one sentence."""
    for plan in own_fields(model):
        for inner in own_fields(_part(plan)) if _belongs(plan, part, "") else ():
            around = re.fullmatch(f"(.+)-{_pattern(inner).pattern}", part.called)
            if around and _pattern(plan).fullmatch(around[1]):
                return f"belongs to {around[1]}{SUFFIX} beside it, which is not there; bring that file back, or name this one by what it belongs to"
    known = ", ".join(_forms(model, part))
    if not known:
        folders = " or ".join(dict.fromkeys(f"aims_data/{_mark(plan).folder}/" for plan in own_fields(model)))
        return f"belongs to {part.record}, of which nothing lies in this folder" + (f"; its parts lie in {folders}" if folders else "; remove it")
    return f"is not called like a part of {part.record}; name it like one of {known}"


def _forms(model: type[Part], part: PartFile, inside: str = "") -> Iterator[str]:
    for plan in own_fields(model):
        if _belongs(plan, part, inside):
            form = name_of(plan, {inner.name: _word(inner) for inner in fields_of(_part(plan))}, inside)
            yield form + SUFFIX
            yield from _forms(_part(plan), part, form)


def _word(plan: FieldPlan) -> str:
    """What stands for a value in the form of a name: `ROLE`, `DAY`, `NUMBER`."""
    if plan.plain is dt.date:
        return "DAY"
    return (KIND[plan.ref.kinds[0]].title if plan.ref and plan.ref.kinds else plan.name).upper().replace(" ", "-")
