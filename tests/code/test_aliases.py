"""Macros by names that went: a page that calls one is right, and says what it said."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from invented import DAY, apply

from macros.blocks import Alias, WrongCall, with_aliases
from macros.calls import macros_of
from macros.checks.pages import macro_exists
from macros.graph import build
from macros.render import Renderer
from macros.site import build_of
from macros.views import ALIASES, BLOCKS

INVENTED = {"machines": Alias("systems"), "the_policy_on": Alias("control"), "second_control": Alias("control", "A.2.2")}


def test_a_page_that_calls_an_old_name_is_right(project: Path) -> None:
    apply(project, {"docs/index.md": "# Mill\n\n{{ machines() }}\n\n{{ second_control() }}\n\n{{ the_policy_on('A.3.2') }}\n"})
    aims = build(project, DAY)
    assert list(macro_exists(aims, with_aliases(BLOCKS, INVENTED))) == []
    unknown = [message.partition(";")[0] for _, message, _ in macro_exists(aims, BLOCKS)]
    assert sorted(unknown) == [f"'{name}' is not a macro" for name in sorted(INVENTED)]


def test_an_old_name_says_what_the_new_one_says(project: Path) -> None:
    made = replace(build_of(build(project, DAY)), blocks=with_aliases(BLOCKS, INVENTED))
    macros = macros_of(made, Renderer(made.aims), lambda: "index.md")
    assert macros["machines"]() == macros["systems"]()
    assert macros["the_policy_on"]("A.3.2") == macros["control"]("A.3.2")
    assert macros["second_control"]() == macros["control"]("A.2.2")
    with pytest.raises(WrongCall, match=r"^the macro 'second_control' takes 0 arguments, not 1$"):
        macros["second_control"]("A.2.2")


def test_a_name_of_today_stands_for_no_other() -> None:
    with pytest.raises(ValueError, match=r"^risks, soa: names of macros of today, which cannot stand for others$"):
        with_aliases(BLOCKS, {"soa": Alias("systems"), "risks": Alias("systems"), "old": Alias("systems")})


def test_every_alias_leads_to_a_macro() -> None:
    assert ALIASES.keys() <= BLOCKS.keys()
