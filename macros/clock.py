"""Which moment is now, and which day that is for an organisation. Time enters here and nowhere else."""

from __future__ import annotations

import datetime as dt
import os
from zoneinfo import ZoneInfo


class NotADay(ValueError):
    """A value that was meant to be a day and is none."""


def today(given: str | None = None, *, epoch: bool = True) -> dt.date:
    """The day `given` (like 2026-01-31), else AIMS_TODAY; else the moment of SOURCE_DATE_EPOCH if `epoch`, else that of the clock, with its time zone: which
    day that is the organisation's own time zone says (`day_of`).

    Raises `NotADay` with a sentence for a person.
    """
    for name, value in (("--today", given), ("AIMS_TODAY", os.environ.get("AIMS_TODAY"))):
        if value:
            try:
                return dt.date.fromisoformat(value)
            except ValueError:
                raise NotADay(f"{name} is '{value}', which is not a day; write it like 2026-01-31") from None
    seconds = os.environ.get("SOURCE_DATE_EPOCH") if epoch else None
    if seconds:
        try:
            return dt.datetime.fromtimestamp(int(seconds), dt.UTC)
        except (ValueError, OverflowError, OSError):
            raise NotADay(f"SOURCE_DATE_EPOCH is '{seconds}', which is not a number of seconds since 1970") from None
    return dt.datetime.now().astimezone()


def day_of(moment: dt.date, zone: str | None) -> dt.date:
    """The day of a moment in a time zone, like `Europe/Dublin`; in the moment's own where there is none. A day is itself."""
    if not isinstance(moment, dt.datetime):
        return moment
    try:
        return moment.astimezone(ZoneInfo(zone)).date() if zone else moment.date()
    except OverflowError:  # in the last hours of the year 9999
        return moment.date()
