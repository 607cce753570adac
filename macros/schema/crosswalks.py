"""Crosswalks: how ISO/IEC 42001 relates to other texts. Same for every organisation; in `aims_data/standard/crosswalks/`."""

from __future__ import annotations

from typing import Annotated

from macros.schema.base import Line, Part, Record, Ref, Text, id_pattern
from macros.schema.kind import Kind


class CrosswalkRow(Part):
    """One relation between an entry of ISO/IEC 42001 and one of another text. Related, never equivalent."""

    ours: Annotated[Line, Ref("clause", "control", "area")]
    theirs: Line
    source: tuple[Annotated[Line, Ref("source")], ...]
    strength: Line | None = None
    note: Line | None = None


class CrosswalkTarget(Part):
    """An entry of the other text: its number and short title."""

    id: Line
    title: Line


class Crosswalk(Record):
    """All relations between ISO/IEC 42001 and one other text."""

    id: Annotated[Line, id_pattern(r"[a-z][a-z0-9-]*", "eu-ai-act")]
    title: Line
    edition: Line
    basis: Text
    """Where the rows come from and what was left out."""
    targets: tuple[CrosswalkTarget, ...]
    rows: tuple[CrosswalkRow, ...]


KINDS = (
    Kind(
        "crosswalk",
        Crosswalk,
        "Crosswalk",
        "Crosswalks",
        file="standard/crosswalks/*.yaml",
        page="crosswalks/{id}.md",
        register="crosswalks/index.md",
        group="standard",
        page_calls="crosswalk",
    ),
)
