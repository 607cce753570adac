"""A page that says whether a system may be used includes what is decided, as it is on the day: it ends with the decision."""

from __future__ import annotations

import datetime as dt
import html
from pathlib import Path

import pytest
from invented import apply

from macros.calls import macros_of
from macros.graph import build
from macros.render import Renderer
from macros.site import build_of
from macros.views.systems import system


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (dt.date(2026, 6, 1), "You may use it</span> Yes."),
        (dt.date(2027, 2, 1), "You may use it</span> Yes."),
        (dt.date(2027, 2, 2), "Do not use</span> The permission ended on 2027-02-01. Ask the owner before you use it."),
        (dt.date(2026, 1, 1), "Do not use</span> Nobody has decided yet whether it may be used. Until then, do not use it."),
    ],
)
def test_what_is_decided_on_the_day(project: Path, day: dt.date, said: str) -> None:
    now = build_of(build(project, day))
    shown = macros_of(now, Renderer(now.aims), lambda: "index.md")["use"]("SYS-01")
    assert html.unescape(shown).endswith(said)
    assert "\n" not in shown, "it stands in the middle of a sentence"


def test_no_conditions_stand_under_a_no(project: Path) -> None:
    [file] = sorted((project / "aims_data/decisions/SYS-01").glob("use-*.yaml"))
    apply(project, {file.relative_to(project).as_posix(): [["use: may", "use: only_if\nconditions: [You look at it]"]]})
    for day, there in ((dt.date(2026, 6, 1), True), (dt.date(2027, 2, 2), False)):
        now = build_of(build(project, day))
        pages = Renderer(now.aims).render("system.md.j2", system(now, "SYS-01"), "systems/SYS-01.md")
        assert ("Conditions, all of them" in pages) is there
