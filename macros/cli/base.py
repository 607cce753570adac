"""What the commands share: the application, its common options, the project they work on. Exit 0: it holds; 1: problems; 2: wrong usage."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from macros import clock
from macros.graph import Aims
from macros.graph import build as build_graph

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode="rich", help="The AI management system as data: check it, build it, add to it.")
errors = Console(stderr=True)


Project = Annotated[Path | None, typer.Option("--project", help="Folder of the project; else the nearest mkdocs.yml upwards from here.", show_default=False)]
Today = Annotated[str | None, typer.Option("--today", help="Judge as of this day, like 2026-01-31.", show_default=False)]


def project_folder(given: Path | None) -> Path:
    """The folder with `mkdocs.yml`: the given one, or the nearest upwards. Ends with exit code 2 and a sentence if there is none."""
    if given is not None:
        if not (given / "mkdocs.yml").is_file():
            raise wrong_usage(f"--project {given}: there is no mkdocs.yml in that folder")
        return given.resolve()
    for folder in (Path.cwd(), *Path.cwd().parents):
        if (folder / "mkdocs.yml").is_file():
            return folder
    raise wrong_usage("no mkdocs.yml here or in a folder above; change into the project, or name it with --project DIR")


def wrong_usage(message: str) -> typer.Exit:
    """Say what is wrong with the call; the caller raises what is returned, which ends with exit code 2."""
    errors.print(f"aims: {message}", highlight=False, markup=False, soft_wrap=True)
    return typer.Exit(2)


def read_project(project: Path | None, today: str | None) -> Aims:
    """The management system of a project on a day."""
    folder = project_folder(project)
    try:
        return build_graph(folder, clock.today(today))
    except clock.NotADay as error:
        raise wrong_usage(str(error)) from None


@app.callback()
def main() -> None:
    """The AI management system as data: check it, build it, add to it."""
