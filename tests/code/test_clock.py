"""Which day is today: --today, else AIMS_TODAY, else SOURCE_DATE_EPOCH, else the clock's."""

from __future__ import annotations

import datetime as dt

import pytest

from macros import clock

GIVEN, AIMS, EPOCH = "2026-01-01", "2026-02-02", "1772496000"  # 2026-03-03 00:00 UTC


@pytest.fixture(autouse=True)
def _no_day_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AIMS_TODAY", raising=False)
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)


@pytest.mark.parametrize(
    ("given", "aims", "epoch", "expected"),
    [
        (GIVEN, AIMS, EPOCH, "2026-01-01"),
        (None, AIMS, EPOCH, "2026-02-02"),
        (None, None, EPOCH, "2026-03-03"),
        (None, "", EPOCH, "2026-03-03"),
        (None, None, "1772495999", "2026-03-02"),
        (None, None, "0", "1970-01-01"),
        (None, AIMS, "nonsense", "2026-02-02"),
    ],
)
def test_precedence(monkeypatch: pytest.MonkeyPatch, given: str | None, aims: str | None, epoch: str, expected: str) -> None:
    if aims is not None:
        monkeypatch.setenv("AIMS_TODAY", aims)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    assert clock.today(given) == dt.date.fromisoformat(expected)


def test_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    assert clock.today() in {dt.date.today(), dt.date.today() - dt.timedelta(days=1)}
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "")
    assert clock.today() in {dt.date.today(), dt.date.today() - dt.timedelta(days=1)}


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("AIMS_TODAY", "31.1.2026", "AIMS_TODAY is '31.1.2026', which is not a day; write it like 2026-01-31"),
        ("AIMS_TODAY", "2026-02-30", "AIMS_TODAY is '2026-02-30', which is not a day; write it like 2026-01-31"),
        ("SOURCE_DATE_EPOCH", "today", "SOURCE_DATE_EPOCH is 'today', which is not a number of seconds since 1970"),
        ("SOURCE_DATE_EPOCH", "9" * 30, f"SOURCE_DATE_EPOCH is '{'9' * 30}', which is not a number of seconds since 1970"),
    ],
)
def test_what_is_not_a_day(monkeypatch: pytest.MonkeyPatch, name: str, value: str, sentence: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(clock.NotADay) as raised:
        clock.today()
    assert str(raised.value) == sentence


def test_a_wrong_option_is_named() -> None:
    with pytest.raises(clock.NotADay, match=r"^--today is 'x', which is not a day"):
        clock.today("x")
