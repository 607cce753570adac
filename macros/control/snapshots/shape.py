"""Reading a manifest that somebody may have forged: strictly, and with a sentence for everything that is wrong with it."""

from __future__ import annotations

import datetime as dt
import json
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, Field, Strict, ValidationError

from macros.control.snapshots.findings import first_difference
from macros.control.snapshots.manifest import FORMAT, MANIFEST, VERSION, Manifest, to_bytes
from macros.schema.base import Part

P = TypeVar("P", bound=Part)
Text = Annotated[str, Strict()]
Digest = Annotated[str, Strict(), Field(pattern=r"^[0-9a-f]{64}\z")]
Version = Annotated[str, Strict(), Field(pattern=rf"^{VERSION.pattern}\z")]
Commit = Annotated[str, Strict(), Field(pattern=r"^([0-9a-f]{40}|[0-9a-f]{64})\z")]
Day = Annotated[str, Strict(), Field(pattern=r"^\d{4}-\d\d-\d\d\z"), AfterValidator(lambda day: dt.date.fromisoformat(day).isoformat())]
MANY = 3
"""So many of the things that are wrong with one file are named."""


class FileSum(Part):
    """A file."""

    sha256: Digest
    size: Annotated[int, Strict(), Field(ge=0)]


class DocumentLine(Part):
    """A document."""

    id: Text
    title: Text | None
    version: Text | None
    seal: Digest | None
    validity: Text | None
    classification: Text | None


class GapLine(Part):
    """A gap."""

    rule: Text | None
    message: Text | None
    about: tuple[Text, ...] | None


class Before(Part):
    """The snapshot before."""

    version: Version
    manifest: Digest


class Shape(Part):
    """A manifest."""

    format: Annotated[int, Strict()]
    version: Version
    purpose: Text
    audience: Text
    drafts: tuple[Text, ...]
    commit: Commit
    date: Annotated[str, Strict(), Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\z")]
    by: Text
    tools: dict[Text, Text | None]
    documents: tuple[DocumentLine, ...]
    gaps: tuple[GapLine, ...]
    inline_scripts: tuple[Text, ...]
    files: dict[Text, FileSum]
    previous: Before | None


class Disposal(Part):
    """The record of a disposal. The last two are missing in those that the first version of `aims dispose` wrote."""

    version: Version
    on: Day
    by: Text
    reason: Text
    manifest: Digest
    files: Annotated[int, Strict()]
    bytes: Annotated[int, Strict()]
    page: Digest | None = None
    retention: Commit | None = None


class Unsound(ValueError):
    """A file that is not what it should be; the text completes a sentence about it."""


def strictly(content: bytes) -> Any:
    """The value in JSON that is written as `to_bytes` writes it, so that no two programs can read two things in it. Raises `Unsound`."""
    try:
        value = json.loads(content)
        again = to_bytes(value)
    except (ValueError, RecursionError) as error:
        raise Unsound(f"is not readable as JSON ({error}); it was damaged or changed") from None
    if again != content:
        raise Unsound(f"is not written as `aims snapshot` writes it: {first_difference(content, again)}; it was changed")
    return value


def sound(content: bytes) -> Manifest:
    """The manifest in the content of a file. Raises `Unsound`."""
    value = strictly(content)
    if not isinstance(value, dict) or value.get("format") != FORMAT or value.get("format") is True:
        raise Unsound(f"is not a manifest of format {FORMAT}; it was changed, or a newer version of AIMS Portal wrote it")
    _fits(Shape, value, "a manifest")
    return value


def sound_disposal(content: bytes, version: str) -> dict[str, Any]:
    """The record of the disposal of a version in the content of a file. Raises `Unsound`."""
    record = _fits(Disposal, strictly(content), "the record of a disposal")
    if record.version != version:
        raise Unsound(f"is the record of the disposal of {record.version}, not of {version}; it was put here by hand")
    return record.model_dump()


def _fits(shape: type[P], value: object, name: str) -> P:
    try:
        return shape.model_validate(value)
    except ValidationError as error:
        wrong = [f"{'.'.join(map(str, item['loc']))}: {item['msg'].lower()}" for item in error.errors(include_url=False, include_input=False)]
        more = f" and {len(wrong) - MANY} more" if len(wrong) > MANY else ""
        raise Unsound(f"does not have the shape of {name} ({'; '.join(wrong[:MANY])}{more}); it was changed") from None


def leads_out(path: str) -> bool:
    """Whether a path in a manifest is not the plain path of a file inside the snapshot."""
    return path == MANIFEST or "\0" in path or any(part in {"", ".", ".."} for part in path.split("/"))
