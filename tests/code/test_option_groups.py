"""A command takes dataclasses of options, and a person who calls it sees the options."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import pytest
import typer
from typer.testing import CliRunner

from macros.cli.base import option_groups


@dataclass(frozen=True)
class Sieve:
    """What the sieve does."""

    width: Annotated[int, typer.Option(help="Width of the holes.")]
    steel: Annotated[bool, typer.Option("--steel", help="Made of steel.")] = False


@dataclass(frozen=True)
class Run:
    """How it is run."""

    twice: Annotated[bool, typer.Option("--twice", help="Sieve it twice.")] = False
    operator: Annotated[str | None, typer.Option("--as", metavar="ROLE", help="Who runs it.")] = None


app = typer.Typer(add_completion=False)


@app.command()
@option_groups
def sieve(grain: Annotated[str, typer.Argument(help="What is sieved.")], sieve: Sieve, *, note: str = "none", run: Run) -> None:
    """Sieve grain."""
    print(grain, sieve, note, run, sep=" | ")


def call(*arguments: str) -> str:
    """What the command prints."""
    return CliRunner().invoke(app, list(arguments), env={"COLUMNS": "120", "TERMINAL_WIDTH": "120"}).output


def test_each_field_is_an_option_and_the_command_gets_the_dataclasses() -> None:
    assert call("barley", "--width", "3") == "barley | Sieve(width=3, steel=False) | none | Run(twice=False, operator=None)\n"
    everything = call("rye", "--as", "miller", "--note", "dry", "--twice", "--steel", "--width", "4")
    assert everything == "rye | Sieve(width=4, steel=True) | dry | Run(twice=True, operator='miller')\n"


def test_the_help_has_the_options_in_the_order_of_the_arguments() -> None:
    said = call("--help")
    shown = [
        "Sieve grain.",
        "What is sieved. [required]",
        "--width",
        "Width of the holes. [required]",
        "--steel",
        "--note",
        "--twice",
        "--as",
        "ROLE",
        "Who runs it.",
    ]
    places = [said.find(one) for one in shown]
    assert -1 not in places and places == sorted(places), said
    assert "--sieve" not in said and "--run" not in said


def test_an_option_without_a_default_is_needed_and_values_are_of_their_type() -> None:
    assert "Missing option '--width'" in call("barley")
    assert "Invalid value for '--width'" in call("barley", "--width", "wide")


def test_two_options_of_one_name_are_refused() -> None:
    def twice(run: Run, again: Run) -> None:
        """Never called."""

    with pytest.raises(ValueError, match="duplicate parameter name: 'twice'"):
        option_groups(twice)
