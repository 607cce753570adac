"""What is entered, as files: each part of a record that lies in a file of its own becomes a new one, and a value of such a part a line more in its file.

Nothing that a person wrote is written anew. A new file comes into being whole, and never in the place of another one.
"""

from __future__ import annotations

import datetime as dt
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from macros.control.approvals.yaml_text import dumped, plain
from macros.graph import Aims
from macros.load import DATA, Entry
from macros.own_files import SUFFIX, apart, file_of, name_of, stem, unused
from macros.schema.base import Part, Record
from macros.schema.fields import FieldPlan, fields_of, plan_at
from macros.wording import field_path
from macros.yaml_source import Unreadable, decode, read

At = tuple[str | int, ...]
"""The way to a field: `("versions", 2, "approvals")`."""
Addition = tuple[At, Part | dt.date]
"""A field, and what is entered in it: one more, where there may be many."""


class EntryError(Exception):
    """It cannot be entered as meant; the text is a sentence for a person."""


@dataclass(frozen=True)
class FileChange:
    """A file, with / and below the project: what it holds, None where it is new, and what it is to hold."""

    name: str
    before: bytes | None
    after: bytes


def values_of(part: Part) -> dict[str, Any]:
    """What is written of a part: plain values without what is not set."""
    values: dict[str, Any] = plain(part.model_dump(exclude_defaults=True))
    return {plan.name: values[plan.name] for plan in fields_of(type(part)) if plan.name in values}


def changes_for(aims: Aims, record: Record, additions: Iterable[Addition]) -> list[FileChange]:
    """The files that enter some additions to a record. Raises `EntryError`."""
    entry, found = aims.entries[record.id], dict[str, FileChange]()
    taken = {name for name, id in aims.loaded.part_files.items() if id == record.id}
    for path, value in additions:
        plan, around = _plan_at(record, path), file_of(entry.files or {}, path[:-1], entry.file)
        if plan.own_file:
            values = values_of(value) if isinstance(value, Part) else {}
            for name, inside in _new_files(entry, path, plan, values, {stem(name) for name in (*taken, *found)}):
                found[name] = FileChange(name, None, dumped(inside).encode())
        elif around[1]:
            raise EntryError(f"{field_path(around[1]).rstrip(': ')} of {record.id} stands in a list of {around[0]}; run `aims upgrade` first")
        else:
            before = found[around[0]].before if around[0] in found else _bytes(aims, around[0])
            after = _with_line(found[around[0]].after if around[0] in found else before or b"", plan.name, value, around[0])
            found[around[0]] = FileChange(around[0], before, after)
    return list(found.values())


def _new_files(entry: Entry, path: At, plan: FieldPlan, values: dict[str, Any], taken: set[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The files of a part and of those inside of it, by their names."""
    assert plan.part and isinstance(entry.part, Record)
    called = unused(name_of(plan, values, _called(entry, path[:-1])), taken)
    own, below = apart(plan.part, values, called)
    for name, part in {called: own, **below}.items():
        yield f"{DATA}/{_folder(entry.part, path)}/{name}{SUFFIX}", part


def _called(entry: Entry, path: At) -> str:
    """What the file of the part at a path is called, or would be; nothing for the record itself."""
    if not path or (entry.files and path in entry.files):
        return stem(entry.files[path]) if path and entry.files else ""
    part: Any = entry.part
    for step in path:
        part = part[step] if isinstance(step, int) else getattr(part, step)
    outer = next((path[:end] for end in range(len(path) - 1, 0, -1) if isinstance(path[end - 1], int)), ())
    return name_of(_plan_at(entry.part, path), values_of(part), _called(entry, outer))


def _folder(record: Record, path: At) -> str:
    own = _plan_at(record, path[:1]).own_file
    assert own
    return f"{own.folder}/{record.id}"


def _plan_at(part: Part, path: At) -> FieldPlan:
    return plan_at(type(part), ".".join(step for step in path if isinstance(step, str)))


def _with_line(content: bytes, name: str, value: Any, file: str) -> bytes:
    """The bytes of a file that holds a mapping, with one key more at its end. Raises `EntryError`."""
    try:
        old = read(decode(content))[0]
        break_ = b"\r\n" if b"\r\n" in content else b"\n"
        line = dumped({name: value}).encode().replace(b"\n", break_)
        new = content + (b"" if content.endswith(b"\n") else break_) + line
        as_meant = read(decode(new))[0] == {**old, name: value}
    except (Unreadable, TypeError):
        as_meant = False
    if not as_meant:
        raise EntryError(f"the way {file} is written leaves no place for it; put it in by hand: {dumped({name: value}).strip()}")
    return new


def _bytes(aims: Aims, name: str) -> bytes:
    try:
        return (aims.project / name).read_bytes()
    except OSError as error:
        raise EntryError(f"{name} cannot be read: {error.strerror}") from None


def write(project: Path, changes: Iterable[FileChange]) -> None:
    """Write all of some changes, or none. Raises `EntryError` if a file was changed or made by somebody else in between, or cannot be written."""
    with ExitStack() as aside:
        ready = [(change, aside.enter_context(_aside(project / change.name, change))) for change in changes]
        done: list[FileChange] = []
        try:
            for change, new in ready:
                _put(project / change.name, change, new)
                done.append(change)
        except (EntryError, OSError) as error:
            for change in done:
                _undo(project / change.name, change)
            raise error if isinstance(error, EntryError) else EntryError(f"nothing was written: {error.strerror}") from None


def _undo(file: Path, change: FileChange) -> None:
    if change.before is None:
        file.unlink(missing_ok=True)
    else:
        file.write_bytes(change.before)


@contextmanager
def _aside(file: Path, change: FileChange) -> Iterator[Path]:
    """What a file is to hold, written beside it."""
    new: Path | None = None
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=file.parent, prefix=f".{file.name}.", delete=False) as stream:
            new = Path(stream.name)
            stream.write(change.after)
            stream.flush()
            os.fsync(stream.fileno())
        new.chmod(file.stat().st_mode & 0o777 if change.before is not None else 0o666 & ~_umask())
        yield new
    except OSError as error:
        raise EntryError(f"{file.name} cannot be written, and nothing was: {error.strerror}") from None
    finally:
        if new:
            new.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _put(file: Path, change: FileChange, new: Path) -> None:
    if change.before is None:
        try:
            os.link(new, file)  # unlike a renamed file it takes no other one's place
        except OSError as error:
            if not isinstance(error, FileExistsError) and not file.exists():  # a file system without links
                new.rename(file)
                return
            raise EntryError(f"{file.name} was made by somebody else at this moment and was left as it is; run the command again") from None
    elif file.read_bytes() != change.before:
        raise EntryError(f"{file.name} was changed by somebody else at this moment and was left as it is; run the command again")
    else:
        new.replace(file)
