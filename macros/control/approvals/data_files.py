"""The data files of one state, of a commit or as they are now, as they are written: which differ from another state, and what stands in those."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, get_origin

from macros.control.approvals.append_only import entries
from macros.control.git import Commit, Git, blob_id
from macros.graph import Aims
from macros.load import DATA, model_of, position, shape_of
from macros.migrations import read_file
from macros.own_files import PartFile, file_of, folders, joined, own_fields, part_of
from macros.problems import Place
from macros.renamed import Names, with_todays_ids
from macros.schema.base import Part, Record
from macros.schema.fields import Path, fields_of, keeps
from macros.settings import as_schema, data_schema, schema_stated
from macros.yaml_source import Mark, Unreadable


@dataclass(frozen=True)
class DataFiles:
    """Something that tells the contents of the files apart, by name below `aims_data/`, and how the contents of some are read."""

    ids: Mapping[str, str]
    read: Callable[[Iterable[str]], dict[str, bytes]]
    schema: int
    """The number of the schema in which the state was written."""


@dataclass(frozen=True)
class WrittenRow:
    """A record or an entry of a data file: its model, its plain values, and where it stands."""

    model: type[Part]
    values: Mapping[str, Any]
    name: str
    mark: Mark
    path: tuple[int, ...]
    files: Mapping[Path, str]
    """The files of those of its parts that lie in files of their own, by the paths to them."""

    def place(self, *path: str | int) -> Place:
        """Where a field below it stands."""
        file, _ = file_of(self.files, path, f"{DATA}/{self.name}")
        return Place(file, *position(self.mark, (*self.path, *path)))

    def records(self) -> Iterator[tuple[type[Record], Path, Mapping[str, Any]]]:
        """The record that it is and those inside of it, each with its model, the path to it and its values."""
        return _records(self.model, (), self.values)


def _records(model: type[Part], path: Path, values: Any) -> Iterator[tuple[type[Record], Path, Mapping[str, Any]]]:
    if not isinstance(values, Mapping):
        return
    if issubclass(model, Record) and isinstance(values.get("id"), str):
        yield model, path, values
    for plan in fields_of(model):
        if plan.part and plan.many:
            for number, inner in enumerate(entries(values, plan.name)):
                yield from _records(plan.part, (*path, plan.name, number), inner)
        elif plan.part:
            yield from _records(plan.part, (*path, plan.name), values.get(plan.name))


def is_recorded(name: str) -> bool:
    """Whether anything in the data file `name` (below `aims_data/`) is marked as recorded, which stays."""
    if part_of(name):
        return any(map(keeps, folders()[name.partition("/")[0]]))
    shape = shape_of(name)
    return shape is not None and keeps(model_of(shape))


def of_the_same_records(names: Collection[str], known: Iterable[str], renamed: Names) -> list[str]:
    """Some data files, and those of the known ones that hold other parts of the same records."""
    records = {_record_of(name, renamed) for name in names} - {None}
    return sorted({*names, *(name for name in known if records and _record_of(name, renamed) in records)})


def _record_of(name: str, renamed: Names) -> str | None:
    """The id that the record has today of which a data file holds a part, or the record itself where it has parts in other files."""
    part, shape = part_of(name), shape_of(name)
    id = part[0] if part else PurePosixPath(name).stem if shape is not None and own_fields(model_of(shape)) else None
    return renamed.get(id, id) if id else None


Rows = dict[str, list[WrittenRow]]
"""What data files hold, by their names."""


def written_rows(files: Mapping[str, bytes], renamed: Names | None = None) -> Rows:
    """What data files hold, by their names, without those that cannot be read or do not belong there; of a list what has the form of an entry. A record has
    its parts from files of their own, as far as these are given and can be read. Every id in it is that of today, where `renamed` says which was which."""
    found, names, parts = {}, renamed or {}, defaultdict[str | None, list[PartFile]](list)
    read = {name: _read(content, name) for name, content in files.items()}
    for name, there in read.items():
        if there and (part := part_of(name)):
            parts[_record_of(name, names)].append(PartFile(f"{DATA}/{name}", *part, *there))
    for name, there in read.items():
        if there is None or (shape := shape_of(name)) is None:
            continue
        model, (values, mark) = model_of(shape), there
        whole = joined(model, values, mark, parts[_record_of(name, names)], names)
        rows = [((number,), entry) for number, entry in enumerate(values)] if isinstance(values, list) else [((), whole.value)]
        named = [(path, with_todays_ids(model, entry, names, ids=True)) for path, entry in rows if isinstance(entry, dict)]
        found[name] = [WrittenRow(model, entry, name, whole.mark, path, whole.files or {}) for path, entry in named]
    return found


def is_readable(content: bytes, name: str) -> bool:
    """Whether a data file (`name`: below `aims_data/`) can be read and holds what it should: a list of entries, or one part."""
    there = _read(content, name)
    return there is not None and isinstance(there[0], list if get_origin(shape_of(name)) is list else dict)


def _read(content: bytes, name: str) -> tuple[Any, Mark] | None:
    try:
        return read_file(content, name)
    except Unreadable:
        return None


def ids_in(files: Mapping[str, list[WrittenRow]]) -> dict[str, type[Record]]:
    """The ids of all records in some data files, with their models."""
    return {record["id"]: model for rows in files.values() for row in rows for model, _, record in row.records()}


def data_at(git: Git, commit: Commit) -> DataFiles:
    """The data files of a commit."""
    blobs = {name.removeprefix(f"{DATA}/"): blob for name, blob in git.files(commit.id, DATA).items()}

    def contents(names: Iterable[str]) -> dict[str, bytes]:
        wanted = [name for name in names if name in blobs]
        found = git.blobs(blobs[name] for name in wanted)
        return {name: found[blobs[name]] for name in wanted}

    return DataFiles(blobs, contents, schema_at(git, commit.id))


def schema_at(git: Git, revision: str) -> int:
    """The schema in which a commit was written; the first where there is no such commit."""
    return as_schema(schema_stated((git.read(revision, "mkdocs.yml") or b"").decode(errors="replace")))


def data_now(aims: Aims) -> DataFiles:
    """The data files as they are now."""
    paths = {name.removeprefix(f"{DATA}/"): aims.project / name for name in aims.loaded.files}
    paths = {name: path for name, path in paths.items() if path.is_file() and not path.is_symlink()}
    ids = {name: blob_id(path.read_bytes()) for name, path in paths.items()}
    return DataFiles(ids, lambda names: {name: paths[name].read_bytes() for name in names if name in paths}, data_schema(aims.project))
