"""A document in one state, as it is written but in the shape of today: what a base or an older commit says, whether or not the schema can read it.

What has another form than it should counts as not there; the schema's finding says what is wrong with it. `append_only` compares the plain values
themselves, so that nothing that is written escapes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from macros.control.approvals.append_only import NEEDS_APPROVAL, Entered, Path
from macros.load import DATA
from macros.migrations import read_file
from macros.own_files import PartFile, called, joined, part_of
from macros.renamed import Names, with_todays_ids
from macros.schema.documents import FOLDER, Document
from macros.yaml_source import Mark, Unreadable

DOCUMENTS, APPROVALS = f"{DATA}/documents/", f"{DATA}/{FOLDER}/"


@dataclass(frozen=True)
class WrittenDocument:
    """A document; an empty one stands for what is not there."""

    file: str = ""
    values: dict[str, Any] | None = None
    """All of it as plain values, None where it cannot be read."""
    called: Mapping[Path, str] = field(default_factory=dict)
    """What the file of each part is called, or would be, by the path to it."""
    parts: Mapping[str, Entered] = field(default_factory=dict)
    """What was entered, by what its file is called."""
    needs_approval: bool = False
    owner: str = ""
    approvers: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    supersedes: tuple[str, ...] = ()
    withdrawn: bool = False

    @property
    def readable(self) -> bool:
        """Whether it is there and says something."""
        return bool(self.values)


def written_documents(files: Mapping[str, bytes], renamed: Names) -> dict[str, WrittenDocument]:
    """Documents by id from the bytes of their files and of those with their parts, hidden ones left out, which nobody reads. A file that cannot be read counts
    under its name, and so does one of which a part cannot be read. Whatever they name has its id of today."""
    parts: dict[str, list[tuple[str, bytes]]] = {}
    for file, content in files.items():
        if file.startswith(APPROVALS) and (part := part_of(file.removeprefix(f"{DATA}/"))):
            parts.setdefault(part[0], []).append((file, content))
    found = {}
    for file, content in files.items():
        name = file.rpartition("/")[2]
        if not file.startswith(DOCUMENTS) or name.startswith("."):
            continue
        read, id = _read(file, content), name.removesuffix(".yaml")
        if read and isinstance(read[0], dict):
            id = str(read[0].get("id", id))
        found[id] = _document(file, content, tuple(parts.get(id, ())), tuple(renamed.items()))
    return found


@lru_cache(maxsize=4096)
def _read(file: str, content: bytes) -> tuple[Any, Mark] | None:
    """Over a whole history most files are the same from commit to commit."""
    try:
        return read_file(content, file)
    except Unreadable:
        return None


@lru_cache(maxsize=4096)
def _document(file: str, content: bytes, parts: tuple[tuple[str, bytes], ...], renamed: tuple[tuple[str, str], ...]) -> WrittenDocument:
    read, names = _read(file, content), dict(renamed)
    found = [(name, part_of(name.removeprefix(f"{DATA}/")), _read(name, inside)) for name, inside in parts if not name.rpartition("/")[2].startswith(".")]
    files = [PartFile(name, *part, *inside) for name, part, inside in found if part and inside and isinstance(inside[0], dict)]
    if read is None or not isinstance(read[0], dict) or len(files) < len(found):
        return WrittenDocument(file)
    whole = joined(Document, *read, files, names)
    values = with_todays_ids(Document, whole.value, names)
    known = called(Document, values, whole.files or {}, names)
    return WrittenDocument(
        file,
        values,
        known,
        {name: Entered(path, _at(values, path)) for path, name in known.items()},
        needs_approval=str(values.get("kind")) in NEEDS_APPROVAL,
        owner=str(values.get("owner")),
        approvers=_words(values, "approvers"),
        sources=_words(values, "sources"),
        supersedes=_words(values, "supersedes"),
        withdrawn=bool(values.get("withdrawn")),
    )


def _at(values: Any, path: Path) -> Any:
    for step in path:
        values = values[step]
    return values


def _words(values: Mapping[str, Any], name: str) -> tuple[str, ...]:
    found = values.get(name)
    return tuple(str(item) for item in found) if isinstance(found, list) else ()
