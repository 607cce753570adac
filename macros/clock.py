"""Which day is today. Time enters here and nowhere else."""

from __future__ import annotations

import datetime as dt
import os


class NotADay(ValueError):
    """A value that was meant to be a day and is none."""


def today(given: str | None = None) -> dt.date:
    """The day `given` (like 2026-01-31), else AIMS_TODAY, else SOURCE_DATE_EPOCH as a day in UTC, else the clock's.

    Raises `NotADay` with a sentence for a person.
    """
    for name, value in (("--today", given), ("AIMS_TODAY", os.environ.get("AIMS_TODAY"))):
        if value:
            try:
                return dt.date.fromisoformat(value)
            except ValueError:
                raise NotADay(f"{name} is '{value}', which is not a day; write it like 2026-01-31") from None
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch:
        try:
            return dt.datetime.fromtimestamp(int(epoch), dt.UTC).date()
        except (ValueError, OverflowError, OSError):
            raise NotADay(f"SOURCE_DATE_EPOCH is '{epoch}', which is not a number of seconds since 1970") from None
    return dt.date.today()
