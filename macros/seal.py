"""The seal: the SHA-256 of a small plain text that binds a version of a document to its content.

Anybody can recompute it with coreutils: `docs/document-control.md` shows how. Pure functions; reading files is the caller's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path

from macros.graph import Aims
from macros.schema.documents import Document, Version
from macros.visible import is_binary

FIRST_LINE = "AIMS Portal seal 1"


def unix_lines(content: bytes) -> bytes:
    """A text with LF line ends, so that a clone on Windows has the same seal; a binary file as it is."""
    return content if is_binary(content) else content.replace(b"\r\n", b"\n")


def sha256(content: bytes) -> str:
    """The SHA-256 of a file's content with LF line ends, in hexadecimal: what `sha256sum` prints."""
    return hashlib.sha256(unix_lines(content)).hexdigest()


def sums(read: Callable[[str], bytes], files: Iterable[str]) -> dict[str, str]:
    """The SHA-256 of each file by its path, sorted by the bytes of the path like `LC_ALL=C sort`. `read` gives a file's content."""
    return {name: sha256(read(name)) for name in sorted(files, key=lambda name: name.encode(errors="surrogateescape"))}


def seal_text(document: Document, version: Version, sums: dict[str, str]) -> str:
    """The text whose SHA-256 is the seal: the version's own facts, an empty line, and the `sha256sum` lines of the sources."""
    facts = {
        "id": document.id,
        "title": document.title,
        "classification": document.classification,
        "version": version.number,
        "written": version.written_on,
        "effective": version.effective_from or "-",
        "author": f"{document.author} {version.author_holder or '-'}",
        "change": " ".join(version.change.split()),
    }
    lines = [FIRST_LINE, *(f"{name}: {value}" for name, value in facts.items()), "", *(f"{sum}  {name}" for name, sum in sums.items())]
    return "\n".join(lines) + "\n"


def digest(text: str) -> str:
    """The seal of a seal text."""
    return hashlib.sha256(text.encode(errors="surrogateescape")).hexdigest()


def sums_now(aims: Aims, document: Document) -> dict[str, str]:
    """The sums of a document's sources as they are in the project now. A file that cannot be read is left out; the check reports it."""
    found = {}
    for name in sorted(aims.sources_of(document), key=lambda name: name.encode(errors="surrogateescape")):
        if (sum := _sum_of(aims.project, name)) is not None:
            found[name] = sum
    return found


def _sum_of(project: Path, name: str) -> str | None:
    try:
        return sha256((project / name).read_bytes())
    except OSError:
        return None


def text_now(aims: Aims, document: Document, version: Version) -> str:
    """The seal text of a version with the document's sources as they are now. It names the author's role by the id of today, or by the former one with
    which the version was sealed."""
    sums, given = sums_now(aims, document), {entry.seal for entry in (*version.approvals, version.reviewed, *version.confirmed, *version.resealed) if entry}
    texts = [seal_text(document.model_copy(update={"author": id}), version, sums) for id in aims.ids_ever(document.author)]
    return next((text for text in texts[1:] if digest(text) in given), texts[0])


def seal_of(aims: Aims, document: Document, version: Version) -> str:
    """The seal that a version has with the document's sources as they are now."""
    return digest(text_now(aims, document, version))


def record_seal(aims: Aims, record: str) -> str | None:
    """The seal of a record as its file is now; None where there is no such file."""
    entry = aims.entries.get(record)
    return _sum_of(aims.project, entry.file) if entry else None
