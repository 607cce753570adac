"""`aims`: the commands. Each is a few lines around a plain function. Exit 0: it holds; 1: problems were found; 2: wrong usage."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from macros import clock, report
from macros.checks import check as run_checks
from macros.graph import Aims
from macros.graph import build as build_graph
from macros.problems import Grade

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode="rich", help="The AI management system as data: check it, build it, add to it.")
errors = Console(stderr=True)


class Format(StrEnum):
    """Output formats of `aims check`."""

    text = "text"
    json = "json"
    github = "github"
    sarif = "sarif"


Project = Annotated[Path | None, typer.Option("--project", help="Folder of the project; else the nearest mkdocs.yml upwards from here.", show_default=False)]
Today = Annotated[str | None, typer.Option("--today", help="Judge as of this day, like 2026-01-31.", show_default=False)]


def project_folder(given: Path | None) -> Path:
    """The folder with `mkdocs.yml`: the given one, or the nearest upwards. Ends with exit code 2 and a sentence if there is none."""
    if given is not None:
        if not (given / "mkdocs.yml").is_file():
            wrong_usage(f"--project {given}: there is no mkdocs.yml in that folder")
        return given.resolve()
    for folder in (Path.cwd(), *Path.cwd().parents):
        if (folder / "mkdocs.yml").is_file():
            return folder
    wrong_usage("no mkdocs.yml here or in a folder above; change into the project, or name it with --project DIR")
    raise AssertionError


def wrong_usage(message: str) -> None:
    """Say what is wrong with the call and end with exit code 2."""
    errors.print(f"aims: {message}", highlight=False, markup=False, soft_wrap=True)
    raise typer.Exit(2)


def read_project(project: Path | None, today: str | None) -> Aims:
    """The management system of a project on a day."""
    folder = project_folder(project)
    try:
        return build_graph(folder, clock.today(today))
    except clock.NotADay as error:
        wrong_usage(str(error))
        raise AssertionError from error


@app.callback()
def main() -> None:
    """The AI management system as data: check it, build it, add to it."""


@app.command()
def check(
    project: Project = None,
    today: Today = None,
    format: Annotated[Format, typer.Option(help="text for people; json, github or sarif for tools.")] = Format.text,
    no_gaps: Annotated[bool, typer.Option("--no-gaps", help="Gaps count as problems: exit 1 if there is one.")] = False,
) -> None:
    """Check every file: errors, gaps, and what is due. Exit 1 if there is an error (with --no-gaps also for a gap)."""
    problems = run_checks(read_project(project, today))
    if format is Format.text:
        report.text(problems, Console(soft_wrap=True))
    else:
        print(report.FORMATS[format.value](problems))
    stops = {Grade.error, Grade.gap} if no_gaps else {Grade.error}
    if any(problem.grade in stops for problem in problems):
        raise typer.Exit(1)


if __name__ == "__main__":
    app()
