"""Adding an entry to the YAML file of one document: only new lines, so that comments, quotes, layout and line ends stay as a person wrote them.

ruamel.yaml says where things stand in the file and writes the new entry; the text around it is never written anew. What was added is read
again by the loader's own reader and must be exactly what was meant.
"""

from __future__ import annotations

import copy
import dataclasses
import os
import tempfile
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from macros.control.approvals.layout import At, Layout, NoPlace, dumped, plain, plans_at
from macros.graph import Aims
from macros.load import Entry
from macros.migrations import read_file
from macros.schema.base import Part
from macros.schema.documents import Document
from macros.wording import explained, field_path
from macros.yaml_source import Unreadable, decode, read

BOM = "\ufeff"


class EntryError(Exception):
    """The file cannot be changed as meant; the text is a sentence for a person."""


def values_of(part: Part) -> dict[str, Any]:
    """What is written of a part: plain values without what is not set."""
    values: dict[str, Any] = part.model_dump(exclude_defaults=True)
    return values


def add(text: str, path: At, value: Any) -> str:
    """The text of a document's file with one value more. `path` leads to a field, like `("versions", 2, "approvals")`: to a field that is a list
    the value is appended, any other field must not be there yet. Raises `EntryError`."""
    bom, body = (BOM, text[1:]) if text.startswith(BOM) else ("", text)
    try:
        old = read(body)[0]
        changed = Layout(body).with_value(path, value)
        as_meant = read(changed)[0] == _expected(old, path, value)
    except Unreadable as error:
        raise EntryError(f"line {error.line} {error.message}") from None
    except NoPlace as error:
        raise EntryError(str(error)) from None
    if not as_meant:
        raise EntryError(f"the way this file is written leaves no place for the entry; put it into {field_path(path)[:-2]} by hand:\n{dumped(value, 2)}")
    return bom + changed


def changed_text(file: Path, additions: list[tuple[At, Any]]) -> tuple[bytes, bytes]:
    """The bytes of a document's file as they are, and with all additions. Raises `EntryError`."""
    try:
        raw = file.read_bytes()
        decode(raw)  # the loader's sentences for what is no text
        text = raw.decode("utf-8")
    except Unreadable as error:
        raise EntryError(f"{file.name}: line {error.line} {error.message}") from None
    except OSError as error:
        raise EntryError(f"{file.name} cannot be read: {error.strerror}") from None
    for path, value in additions:
        text = add(text, path, value)
    return raw, text.encode()


def with_document(aims: Aims, document: Document, content: bytes) -> Aims:
    """The management system as it would be with this content of a document's file, which is not written. Raises `EntryError` when it would not load."""
    old = aims.entries[document.id]
    try:
        value, mark = read_file(content, old.file)
        new = Entry(Document.model_validate(value), old.kind, old.file, mark)
    except Unreadable as error:
        raise EntryError(f"{old.file}: line {error.line} {error.message}") from None
    except ValidationError as error:
        raise EntryError(f"{old.file}: {invalid(Document, error)}") from None

    def swapped(entries: list[Entry]) -> list[Entry]:
        return [new if entry is old else entry for entry in entries]

    return dataclasses.replace(
        aims,
        loaded=dataclasses.replace(aims.loaded, entries=swapped(aims.loaded.entries)),
        entries={id: new if entry is old else entry for id, entry in aims.entries.items()},
        parts={model: swapped(entries) for model, entries in aims.parts.items()},
    )


def invalid(model: type[Part], error: ValidationError) -> str:
    """The first thing that is wrong with a part, in words."""
    item = error.errors(include_url=False)[0]
    return f"{field_path(item['loc'])}{explained(model, dict(item))}"


def replace_file(file: Path, before: bytes, after: bytes) -> None:
    """Write a file aside and put it in the place of the old one in one step. Raises `EntryError` if somebody changed it since it was read,
    or the folder cannot be written."""
    aside = None
    try:
        with tempfile.NamedTemporaryFile(dir=file.parent, prefix=f".{file.name}.", delete=False) as new:
            aside = Path(new.name)
            new.write(after)
            new.flush()
            os.fsync(new.fileno())
        aside.chmod(file.stat().st_mode & 0o777)
        if file.read_bytes() != before:
            raise EntryError(f"{file.name} was changed by somebody else at this moment and was left as it is; run the command again")
        aside.replace(file)
    except OSError as error:
        raise EntryError(f"{file.name} cannot be written and was left as it is: {error.strerror}") from None
    finally:
        if aside:
            aside.unlink(missing_ok=True)


def _expected(data: Any, path: At, value: Any) -> Any:
    """The file's values with the new one, as they are to be read again."""
    data = inner = copy.deepcopy(data)
    for step in path[:-1]:
        inner = inner[step]
    name, new = str(path[-1]), plain(value)
    inner[name] = [*inner.get(name, []), new] if plans_at(path)[name].many else new
    return data
