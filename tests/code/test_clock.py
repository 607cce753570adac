"""Which day is today: --today, else AIMS_TODAY, else SOURCE_DATE_EPOCH, else the clock's; and that it is the organisation's day everywhere."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from command import run_aims
from invented import findings
from repository import commit, git

from macros import clock
from macros.graph import build

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
    assert clock.day_of(clock.today(given), None) == dt.date.fromisoformat(expected)


def test_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    assert clock.day_of(clock.today(), None) in {dt.date.today(), dt.date.today() - dt.timedelta(days=1)}
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "")
    assert clock.day_of(clock.today(), None) in {dt.date.today(), dt.date.today() - dt.timedelta(days=1)}


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


FIRST, LAST = "Pacific/Kiritimati", "Pacific/Niue"
"""They are 25 hours apart, so that at no hour they have the same day."""


def in_zone(project: Path, zone: str) -> None:
    file = project / "aims_data/organisation.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("\ncountry:", f"\ntime_zone: {zone}\ncountry:"), encoding="utf-8")


@pytest.mark.parametrize(("zone", "machine"), [(FIRST, LAST), (LAST, FIRST)])
def test_one_day_for_one_organisation(mill: Path, zone: str, machine: str) -> None:
    """What somebody enters at home is neither in the future nor of yesterday for a machine on the other side of the earth."""
    in_zone(mill, zone)
    commit(mill, "Where we are")
    git(mill, "checkout", "--quiet", "-b", "more")
    (mill / "docs/policy.md").write_text("# AI policy\n\nWe take great care. See [[A.2.2]].\n", encoding="utf-8")
    day = clock.day_of(dt.datetime.now(dt.UTC), zone)
    done = run_aims("approve", "AIMS-POL-01", "--as", "boss", "--change", "More care", "--minor", "--evidence", "Mail", cwd=mill, TZ=zone)
    assert done.returncode == 0, done.stderr
    assert f"Approved by boss (TM-001) on {day}" in done.stdout
    commit(mill, "Approved")
    for where in (machine, zone, "UTC"):
        checked = run_aims("check", "--base", "main", cwd=mill, TZ=where)
        assert (checked.returncode, "future" in checked.stdout) == (0, False), checked.stdout
        assert build(mill, clock.today()).today == day


def test_a_build_made_again_does_not_say_when_somebody_approves(mill: Path) -> None:
    (mill / "docs/policy.md").write_text("# AI policy\n\nWe take great care. See [[A.2.2]].\n", encoding="utf-8")
    said = ("--as", "boss", "--change", "More care", "--minor", "--evidence", "Mail")
    done = run_aims("approve", "AIMS-POL-01", *said, cwd=mill, SOURCE_DATE_EPOCH="1772496000")
    assert (done.returncode, "2026-03-03" in done.stdout) == (0, False), done.stderr


@pytest.mark.parametrize(
    ("moment", "zone", "day"),
    [
        ("2026-11-29T12:30:00+00:00", None, "2026-11-29"),
        ("2026-11-29T12:30:00+00:00", "Pacific/Auckland", "2026-11-30"),
        ("2026-11-29T23:30:00-10:00", "Europe/Dublin", "2026-11-30"),
        ("9999-12-31T23:59:59+00:00", "Pacific/Auckland", "9999-12-31"),
    ],
)
def test_the_day_of_a_moment(moment: str, zone: str | None, day: str) -> None:
    assert clock.day_of(dt.datetime.fromisoformat(moment), zone) == dt.date.fromisoformat(day)


def test_a_day_is_itself_in_every_zone() -> None:
    assert clock.day_of(dt.date(2026, 1, 1), LAST) == dt.date(2026, 1, 1)


@pytest.mark.parametrize(("zone", "like"), [("Europe/Dublim", "Europe/Dublin"), ("../../etc/passwd", "Europe/Dublin"), ("Mars/Base", "Europe/Dublin")])
def test_what_is_no_time_zone(mill: Path, zone: str, like: str) -> None:
    in_zone(mill, zone)
    [problem] = findings(mill)
    assert problem.endswith(f"time_zone: '{zone}' is not a time zone; write it like {like}")
