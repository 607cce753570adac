"""What has ended: said at the end of its register and at the head of its page."""

from __future__ import annotations

from dataclasses import dataclass

from macros.graph import Aims
from macros.schema.base import Ended, Living, Part


@dataclass(frozen=True)
class NoLonger:
    """The records of a register that have ended, the newest end first."""

    rows: tuple[tuple[Living, Ended], ...]


@dataclass(frozen=True)
class Over:
    """That a record has ended, or will."""

    ended: Ended
    past: bool


def ended_of(aims: Aims, model: type[Part]) -> tuple[tuple[Living, Ended], ...]:
    """The records of a model that have ended, with their ends, the newest first."""
    if not issubclass(model, Living):
        return ()
    over = [(record, record.ended) for record in aims.every(model) if record.ended and aims.over(record)]
    return tuple(sorted(over, key=lambda row: row[1].on, reverse=True))
