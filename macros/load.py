"""YAML files → records, each remembering its file, line and column. All problems are collected; none stops the rest."""

from __future__ import annotations

import gc
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any, get_args, get_origin

from pydantic import TypeAdapter, ValidationError

from macros.migrations import read_file
from macros.own_files import PartFile, file_of, folders, joined, part_of, stand_in_lists
from macros.problems import Place, Problem, did_you_mean
from macros.renamed import names_in, with_todays_ids
from macros.schema import FILES, KIND_OF
from macros.schema.base import Part, Record
from macros.schema.fields import Path as FieldPath
from macros.schema.fields import fields_of, parts_of
from macros.schema.kind import Kind
from macros.settings import data_schema
from macros.visible import escaped, faults_in_file
from macros.wording import called, explained, field_path, meant
from macros.yaml_source import MAX_BYTES, Mark, Unreadable, decode, texts_in

DATA = "aims_data"
LEFT_OVER = re.compile(
    r"(\.(orig|rej|bak|swp|swo|tmp|old|part|crdownload)|\.ya?ml[.~](?!txt$)[^/]*|~|/#[^/]*#|/~\$[^/]*|/(Copy of|Kopie von) [^/]*"
    r"|([._](BACKUP|BASE|LOCAL|REMOTE)[._]\d+|\.sync-conflict-[^/]*| \([^/]*conflicted copy[^/]*\)| \(\d+\)"
    r"| [-–] (Copy|Kopie|copie|copia|cópia|kopia|kopi)( \(\d+\))?| (copy|kopia)( \d+)?)\.ya?ml)$"
)
"""How the paths end that merges, editors, browsers, file managers and what keeps folders alike give to copies."""
WORD = re.compile(r"[^\s,\[\]{}]+")
COMMENTED = re.compile(rb"[^\s#-](?:[ \t]+|[ \t]*\r?\n +)#")
OWN_FILES = 3
"""The schema from which on a part that lies in a file of its own stands nowhere else."""
MOST = 50
"""So many problems of one record are listed; a person mends those before reading more."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A part that was read: the part itself, its kind where it is a record, and where each of its fields stands."""

    part: Part
    kind: Kind | None
    file: str
    mark: Mark
    files: Mapping[FieldPath, str] | None = None
    """The files of those of its parts that lie in files of their own, by the paths to them."""

    def place(self, *path: str | int) -> Place:
        """Where the field at `path` stands, like `place("controls", 0)`; the nearest enclosing one if it was not written."""
        file, _ = file_of(self.files or {}, path, self.file)
        return Place(file, *position(self.mark, path))


@dataclass
class Loaded:
    """Everything that was read. `entries` are in file order, nested records after the part they stand in."""

    project: Path
    entries: list[Entry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    """Every data file, with / and below the project."""
    broken_ids: set[str] = field(default_factory=set)
    """Ids of records that exist but could not be read; a link to one of them is not reported a second time."""
    broken_kinds: set[str] = field(default_factory=set)
    """Kinds of which some records could not be read and are not known by id, as when a whole list is broken; for links the same holds."""
    with_comments: list[str] = field(default_factory=list)
    """The files in which a comment may stand behind a value."""
    renamed: dict[str, str] = field(default_factory=dict)
    """Today's id by each former one. What was read has today's; pages name what they name."""
    part_files: dict[str, str] = field(default_factory=dict)
    """The id of the record to which a file belongs that holds a part of it."""


@dataclass(frozen=True, slots=True)
class _ReadFile:
    """A data file that could be read: its name, its shape in `FILES` (None for a part of a record), its plain values and where they stand."""

    name: str
    shape: Any
    value: Any
    mark: Mark


def load(project: Path, since: Mapping[str, str] | None = None, instead: Mapping[str, bytes] | None = None) -> Loaded:
    """Read `aims_data/` of a project, in the shape of today's schema (see `migrations`). Never raises for what a file contains; see `Loaded.problems`.

    `since`: of a past state, how its records were renamed since; it is read as if they always had the ids of today. `instead`: what some files, new ones
    too, are taken to hold, whatever is there."""
    loaded, schema = Loaded(project), data_schema(project)
    root, past = project / DATA, since is not None
    with _collector_at_rest():
        read = []
        there: dict[str, os.DirEntry[str] | bytes] = {}
        for found in _files(root, DATA, loaded):
            there[f"{DATA}/{found.path[len(str(root)) + 1 :].replace(os.sep, '/')}"] = found
        for name, content in (there | dict(instead or {})).items():
            loaded.files.append(name)
            if file := _read_file(content, name, schema, past, loaded):
                read.append(file)
        if loaded.renamed:  # every former id is known by now; one that a record has still leads to that
            ids = {id for file in read for id in _ids_in(file.value)}
            loaded.renamed = {former: id for former, id in loaded.renamed.items() if former not in ids}
        loaded.renamed |= since or {}
        parts = _Parts.of(read, loaded)
        for file in read:
            if file.shape is not None:
                _load_file(file, parts, past, schema < OWN_FILES, loaded)
        parts.without_record(loaded)
    # Lists and folders may be missing, as an organisation starts with nothing; the single parts are needed by every page.
    known = {*loaded.files, *(problem.place.file for problem in loaded.problems)}
    for pattern, shape in FILES.items():
        if get_origin(shape) is not list and not issubclass(shape, Record) and f"{DATA}/{pattern}" not in known:
            _unusable(Place(f"{DATA}/{pattern}"), "is missing; every project needs this file", loaded)
    return loaded


@dataclass(frozen=True)
class _Parts:
    """The parts of records that lie in files of their own, by the id of the record today, and the records of which such a file could not be read."""

    found: Mapping[str, Sequence[PartFile]]
    unreadable: frozenset[str]

    @classmethod
    def of(cls, read: Iterable[_ReadFile], loaded: Loaded) -> _Parts:
        def record(id: str) -> str:
            return loaded.renamed.get(id, id)

        found: dict[str, list[PartFile]] = {}
        for file in read:
            if file.shape is None and (part := _part_of(file.name)):
                loaded.part_files[file.name] = id = record(part[0])
                found.setdefault(id, []).append(PartFile(file.name, id, part[1], file.value, file.mark))
        broken = (_part_of(problem.place.file) for problem in loaded.problems)
        return cls(found, frozenset(record(part[0]) for part in broken if part))

    def without_record(self, loaded: Loaded) -> None:
        """Report the parts of records that are not there."""
        known = {entry.part.id: entry.kind for entry in loaded.entries if isinstance(entry.part, Record)}
        for id, files in self.found.items():
            for part in files if id not in known and id not in loaded.broken_ids else ():
                kinds = [KIND_OF[model] for model in folders()[part.file.split("/")[1]]]
                if not loaded.broken_kinds.intersection(kind.id for kind in kinds):
                    near = did_you_mean(id, [other for other, kind in known.items() if kind in kinds])
                    what = " or ".join(kind.title.lower() for kind in kinds)
                    loaded.problems.append(Problem(Place(part.file), f"there is no {what} '{id}' to which this belongs{near or '; bring it back'}"))


MANY = 200_000
"""New objects from which setting them apart from the collector pays."""


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Python's garbage collector would walk the growing heap of new records over and over (measured: 40 % of loading 5,000 files); nothing
    that is built here has cycles."""
    if gc.get_freeze_count():  # a second build in the same process, under serve: let go of the first
        gc.unfreeze()
        gc.collect()
    gc.disable()
    try:
        yield
    finally:
        if gc.get_count()[0] > MANY:
            gc.freeze()
        gc.enable()


def _files(folder: Path | str, name: str, loaded: Loaded) -> Iterator[os.DirEntry[str]]:
    """Every data file below a folder, sorted. Links and what is not a file are problems; hidden files are passed over."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: (not entry.is_dir(follow_symlinks=False), entry.name))
    except OSError as error:
        _unusable(Place(name), f"cannot be read: {error.strerror}", loaded)
        return
    for entry in entries:
        here = f"{name}/{entry.name}"
        if entry.name.startswith("."):
            continue
        if entry.is_symlink():
            wrong = "is a link to another place; put the file itself here"
        elif entry.is_dir():
            if not entry.name.endswith((".yaml", ".yml")):
                yield from _files(entry.path, here, loaded)
                continue
            wrong = "is a folder with the name of a file; put the file itself here"
        elif entry.is_file():
            yield entry
            continue
        else:
            wrong = "is not a file; remove it"
        loaded.files.append(here)
        _unusable(Place(here), wrong, loaded)


def _unusable(place: Place, message: str, loaded: Loaded) -> None:
    """Report a file that could not be read at all, and remember what may have been in it."""
    loaded.problems.append(Problem(place, message))
    part = _part_of(place.file)
    loaded.broken_ids.add(part[0] if part else PurePosixPath(place.file).stem)
    shape = FILES.get(place.file.removeprefix(f"{DATA}/"))
    if shape is not None:
        loaded.broken_kinds |= _kinds(model_of(shape))


@cache
def _kinds(model: type[Part]) -> frozenset[str]:
    """The kinds of record that a part of this model is or holds."""
    own = {KIND_OF[model].id} if model in KIND_OF else set()
    return frozenset(own.union(*(_kinds(plan.part) for plan in fields_of(model) if plan.part)))


def model_of(shape: Any) -> type[Part]:
    """The model of a shape of `FILES`: of one entry, where it is a list."""
    model: type[Part] = get_args(shape)[0] if get_origin(shape) is list else shape
    return model


def shape_of(name: str) -> Any | None:
    """What the data file `name` (below `aims_data/`) holds, or None where no file of that name belongs there."""
    folder, _, file = name.rpartition("/")
    return FILES.get(name) or FILES.get(f"{folder}/*.{file.rpartition('.')[2]}")


def _read_file(found: os.DirEntry[str] | bytes, name: str, schema: int, past: bool, loaded: Loaded) -> _ReadFile | None:
    """What a file holds; remembers the former ids that it names. None where it is a problem."""
    below = name.removeprefix(f"{DATA}/")
    shape = shape_of(below)
    if LEFT_OVER.search(below):
        _unusable(Place(name), "is a leftover copy that an editor, git or a download made; delete it", loaded)
        return None
    if shape is None and part_of(below) is None:
        yaml = f"{below.rpartition('.')[0]}.yaml"
        near = did_you_mean(below, [*(pattern.replace("*", _stem(name).removesuffix(".yaml")) for pattern in FILES), *([yaml] if part_of(yaml) else [])])
        _unusable(Place(name), f"is not a file that AIMS Portal knows{near or '; rename it or move it out of aims_data/'}", loaded)
        return None
    try:
        content = _bytes(found)
        if not past and (faults := faults_in_file(content)):
            for fault in faults:
                _unusable(Place(name, fault.line, fault.column), fault.message, loaded)
            return None
        value, mark = read_file(content, name, schema)
    except Unreadable as error:
        _unusable(Place(name, error.line, error.column), error.message, loaded)
        return None
    except OSError as error:
        _unusable(Place(name), f"cannot be read: {error.strerror}", loaded)
        return None
    if not past and b"\\" in content:
        hidden = [(line, column, field, said) for line, column, field, text in texts_in(value, mark) if (said := escaped(text))]
        for line, column, field, said in hidden:
            _unusable(Place(name, line, column), f"{field}: {said}", loaded)
        if hidden:
            return None
    if COMMENTED.search(content):
        loaded.with_comments.append(name)
    if b"formerly" in content:
        for former, id in names_in(value):
            loaded.renamed.setdefault(former, id)
    return _ReadFile(name, shape, value, mark)


def _part_of(file: str) -> tuple[str, str] | None:
    return part_of(file.removeprefix(f"{DATA}/"))


def _stem(name: str) -> str:
    file = name.rpartition("/")[2]
    return file.rpartition(".")[0] or file


def _load_file(file: _ReadFile, parts: _Parts, past: bool, in_lists: bool, loaded: Loaded) -> None:
    name, shape, mark, stem = file.name, file.shape, file.mark, _stem(file.name)
    if past:
        stem = loaded.renamed.get(stem, stem)

    def read(model: type[Part], value: Any, mark: Mark) -> Entry | None:
        """A part with today's ids and with all that lies in files of its own. None where it is a problem."""
        id = value.get("id") if isinstance(value, dict) else None
        if isinstance(id, str) and (id := loaded.renamed.get(id, id)) in parts.unreadable:
            return None
        if not (past or in_lists):
            loaded.problems += stand_in_lists(model, value, mark, name)
        whole = joined(model, value, mark, parts.found.get(id, ()) if isinstance(id, str) else (), loaded.renamed)
        loaded.problems += whole.problems
        part = _validated(model, with_todays_ids(model, whole.value, loaded.renamed, ids=past), whole.mark, name, whole.files, loaded)
        return Entry(part, KIND_OF.get(type(part)), name, whole.mark, whole.files) if part is not None else None  # type: ignore[arg-type]  # its class

    if get_origin(shape) is list:
        for item, item_mark in _rows(model_of(shape), file, loaded):
            if entry := read(model_of(shape), item, item_mark):
                _keep(entry, loaded)
    elif entry := read(shape, file.value, mark):
        part = entry.part
        if isinstance(part, Record) and part.id != stem:
            message = f"the id '{part.id}' differs from the file name; name the file {part.id}.yaml or write id: {stem}"
            _unusable(Place(name, *position(mark, ("id",))), message, loaded)
        _keep(entry, loaded)
    else:
        loaded.broken_ids.add(stem)


def _bytes(found: os.DirEntry[str] | bytes) -> bytes:
    """The bytes of a file; raises `Unreadable` for a large one before reading it."""
    if isinstance(found, bytes):
        return found
    size = found.stat().st_size
    if size > MAX_BYTES:
        raise Unreadable(f"is {size:,} bytes long; a data file may have {MAX_BYTES:,} at the most, so split it or keep the material elsewhere")
    with open(found.path, "rb") as file:  # noqa: PTH123  (a Path for each of thousands of files costs more than reading it)
        return file.read()


def _rows(model: type[Part], file: _ReadFile, loaded: Loaded) -> Iterator[tuple[Any, Mark]]:
    """The entries of a file that holds a list, each with its mark."""
    if isinstance(file.value, list):
        assert isinstance(file.mark.inside, list)
        yield from zip(file.value, file.mark.inside, strict=True)
        return
    example = next(iter(model.model_fields))
    message = f"holds {called(file.value)} where a list is expected; begin each entry with a hyphen, like '- {example}: …'"
    _unusable(Place(file.name, file.mark.line, file.mark.column), message, loaded)


def _keep(entry: Entry, loaded: Loaded) -> None:
    """Remember a part and every record nested in it."""
    loaded.entries.append(entry)
    kinds = _kinds(type(entry.part))
    if len(kinds) > 1 or (kinds and type(entry.part) not in KIND_OF):
        _keep_nested(entry.part, entry.mark, entry.file, loaded)


def _keep_nested(part: Part, mark: Mark, name: str, loaded: Loaded) -> None:
    for path, inner in parts_of(part):
        inner_mark = _inner(mark, path)
        if isinstance(inner, Record):
            _keep(Entry(inner, KIND_OF.get(type(inner)), name, inner_mark), loaded)
        else:
            _keep_nested(inner, inner_mark, name, loaded)


@cache
def _adapter(model: type[Part]) -> TypeAdapter[Any]:
    return TypeAdapter(model)


def _validated(model: type[Part], value: Any, mark: Mark, name: str, files: Mapping[FieldPath, str] | None, loaded: Loaded) -> Part | None:
    try:
        part: Part = _adapter(model).validate_python(value)
    except ValidationError as error:
        loaded.broken_ids |= set(_ids_in(value))
        if not (isinstance(value, dict) and isinstance(value.get("id"), str)):
            loaded.broken_kinds |= _kinds(model)
        items = error.errors(include_url=False)
        if any(item["loc"] == ("id",) for item in items):  # what it should be is not known
            loaded.broken_kinds |= _kinds(model)
        if len(items) > MOST:
            message = f"has {len(items) - MOST:,} more problems; mend these first"
            loaded.problems.append(Problem(Place(name, mark.line, mark.column), message))
            del items[MOST:]
        misspelt = {(*item["loc"][:-1], meant(model, item["loc"])) for item in items if item["type"] == "extra_forbidden"}
        for item in items:
            path = item["loc"]
            if item["type"] == "missing" and path in misspelt:
                continue  # the misspelt key is reported, with the right one
            line, column = position(mark, path, key=item["type"] == "extra_forbidden")
            file, inside = file_of(files or {}, path, name)
            message = f"{field_path(inside)}{explained(model, dict(item), _as_written(loaded.project / file, line, column))}"
            loaded.problems.append(Problem(Place(file, line, column), message))
        return None
    return part


def _as_written(file: Path, line: int, column: int) -> str:
    """The word that stands at a place of a file; nothing where the file cannot be read any more."""
    try:
        lines = decode(file.read_bytes()).split("\n")
    except (Unreadable, OSError):
        return ""
    found = WORD.match(lines[line - 1], column - 1) if line <= len(lines) else None
    return found.group() if found else ""


def _ids_in(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("id"), str):
            yield value["id"]
        for inner in value.values():
            yield from _ids_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _ids_in(inner)


def _inner(mark: Mark, path: tuple[str | int, ...]) -> Mark:
    for step in path:
        inside = mark.inside
        try:
            mark = inside[step]  # type: ignore[index]
        except (KeyError, IndexError, TypeError):
            break
    return mark


def position(mark: Mark, path: tuple[str | int, ...], key: bool = False) -> tuple[int, int]:
    """Line and column of the value at `path` below a mark; of its key if `key`; of the nearest enclosing one where it was not written."""
    found = _inner(mark, path)
    return found.key_place if key else (found.line, found.column)
