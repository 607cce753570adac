"""What a record is expected to say, and does not yet."""

from __future__ import annotations

from collections.abc import Iterator

from macros.finding import Finding, place_of
from macros.graph import Aims
from macros.schema import KINDS
from macros.schema.fields import missing_of


def content_missing(aims: Aims) -> Iterator[Finding]:
    """A record says everything that is expected of its kind; an empty list says that somebody looked."""
    for kind in KINDS:
        for record in aims.all(kind.model):
            if missing := missing_of(record):
                lacking = ", ".join((*(plan.called for plan in missing), *record.undone))
                yield place_of(aims, record.id, "id"), f"{record.id} {record.name} lacks {lacking}", (record.id,)
