"""Commands that check, build and begin: check, build, new, pages, schema."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from pydantic import TypeAdapter
from rich.console import Console

from macros import report
from macros.audience import Audience
from macros.cli.base import Project, Today, app, errors, option_groups, project_folder, read_project, tell_missing, wrong_usage
from macros.control.approvals.change_check import against, over_history, renaming_told, required
from macros.control.given_ids import given_ids
from macros.control.progress import progress
from macros.graph import Aims
from macros.own_files import part_shapes
from macros.pages import record_pages
from macros.problems import Grade, Problem, did_you_mean
from macros.render import Renderer
from macros.schema import FILES, KIND
from macros.site import build_of, problems_of
from macros.starter import next_id, starter


class Format(StrEnum):
    """Output formats of `aims check`."""

    text = "text"
    json = "json"
    github = "github"
    sarif = "sarif"


@dataclass(frozen=True)
class OnChange:
    """What is asked of a change, beside what is asked of every state."""

    base: Annotated[
        str | None,
        typer.Option(
            "--base", help="Judge the change since this commit too, like origin/main: who may approve is read there. Else AIMS_BASE.", show_default=False
        ),
    ] = None
    require_approved: Annotated[bool, typer.Option("--require-approved", help="Content that is newer than its approval, and no draft, is an error.")] = False
    history: Annotated[
        bool, typer.Option("--history", help="Judge every commit that changed data against the one before it; with --base only those after it.")
    ] = False

    @property
    def since(self) -> str | None:
        """The base that was named; an empty one too, which names no commit."""
        return self.base if self.base is not None else os.environ.get("AIMS_BASE")


@app.command()
@option_groups
def check(
    *,
    project: Project = None,
    today: Today = None,
    format: Annotated[Format, typer.Option(help="text for people; json, github or sarif for tools.")] = Format.text,
    no_gaps: Annotated[bool, typer.Option("--no-gaps", help="Gaps count as problems: exit 1 if there is one.")] = False,
    every: Annotated[bool, typer.Option("--all", help="Print every finding; without it the first ten of a rule and how many more there are.")] = False,
    on_change: OnChange,
) -> None:
    """Check every file: errors, gaps, and what is due. Exit 1 if there is an error (with --no-gaps also for a gap)."""
    aims = read_project(project, today)
    problems = [*problems_of(aims), *_of_change(aims, on_change)]
    if (base := on_change.since) is not None and not on_change.history:
        problems = renaming_told(aims, base, problems)
    tell_missing(aims)
    problems.sort(key=lambda problem: (problem.grade, problem.place, problem.message))
    if format is Format.text:
        console = Console(soft_wrap=True)
        report.text(problems, console, every)
        if aims.loaded.problems:
            console.print("Not everything was judged, as something cannot be read: mend that first, more may follow.", highlight=False)
    else:
        print(report.FORMATS[format.value](problems))
    stops = {Grade.error, Grade.gap} if no_gaps else {Grade.error}
    if any(problem.grade in stops for problem in problems):
        raise typer.Exit(1)


def _of_change(aims: Aims, asked: OnChange) -> Iterator[Problem]:
    """What is wrong with a change; says on standard error which commits were looked at."""
    base = asked.since
    if base is not None and not asked.history:
        yield from against(aims, base)
    if asked.require_approved:
        yield from required(aims, base)
    if asked.history:
        with progress() as step:
            found, looked_at = over_history(aims, base, step)
        yield from found
        errors.print(looked_at, highlight=False, markup=False, soft_wrap=True)


@app.command()
def build(
    project: Project = None,
    today: Today = None,
    audience: Annotated[Audience | None, typer.Option(help="For whom: leaves out what these readers may not see; else AIMS_AUDIENCE, else auditor.")] = None,
) -> None:
    """Check and build the site into site/, strictly. A build that fails leaves the old site as it was."""
    folder = project_folder(project)
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    if today:
        environment["AIMS_TODAY"] = today
    if audience:
        environment["AIMS_AUDIENCE"] = audience
    problems = problems_of(read_project(project, today))
    if _any_error(problems):
        report.text([problem for problem in problems if problem.grade is Grade.error], errors)
        raise typer.Exit(1)
    done = subprocess.run([sys.executable, "-m", "mkdocs", "build", "--strict"], cwd=folder, env=environment, check=False)
    if done.returncode:
        raise typer.Exit(1)
    print(f"The site is in {folder / 'site'}: {report.counted(problems)}")


@app.command()
def new(
    kind: Annotated[str, typer.Argument(help="What to begin: risk, system, record, document and so on.")],
    project: Project = None,
) -> None:
    """Begin a new record: write a commented template for it and print its path. Never overwrites a file."""
    aims = read_project(project, None)
    ours = [known.id for known in KIND.values() if not known.file.startswith("standard/")]
    if kind in KIND and kind not in ours:
        raise wrong_usage(f"nobody adds a {KIND[kind].title.lower()}: what the standard lists is the same for everybody; known are {', '.join(ours)}")
    if kind not in ours:
        raise wrong_usage(f"'{kind}' is not a kind of record{did_you_mean(kind, ours)}; known are {', '.join(ours)}")
    pattern, id = KIND[kind].file, next_id(aims, kind, given_ids(aims, kind))
    if "*" not in pattern:
        print(starter(aims, kind, id, as_list=True))
        errors.print(f"Put this at the end of aims_data/{pattern}, which holds all of them.", highlight=False, markup=False, soft_wrap=True)
        return
    path = aims.project / "aims_data" / pattern.replace("*", id)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(starter(aims, kind, id))
    except FileExistsError:
        raise wrong_usage(f"{path.relative_to(aims.project)} exists already and was left as it is") from None
    print(path.relative_to(aims.project).as_posix())


@app.command()
def pages(
    folder: Annotated[Path, typer.Argument(help="Where to write; made if it does not exist.")],
    project: Project = None,
    today: Today = None,
) -> None:
    """Write the generated pages as Markdown files, for reading or for another site generator."""
    aims = read_project(project, today)
    if _any_error(problems_of(aims)):
        raise wrong_usage("there are errors; run `aims check` and mend them first")
    tell_missing(aims)
    count = 0
    for path, content in record_pages(build_of(aims), Renderer(aims)):
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content, encoding="utf-8", newline="\n")
        count += 1
    print(f"{count} pages written below {folder}")


@app.command()
def schema(folder: Annotated[Path, typer.Argument(help="Where to write; made if it does not exist.")]) -> None:
    """Write a JSON Schema for every data file, which editors use to complete and check while you type."""
    folder.mkdir(parents=True, exist_ok=True)
    shapes = FILES | {f"{name}.yaml": part for name, part in part_shapes().items()}
    for pattern, shape in shapes.items():
        name = pattern.removesuffix(".yaml").replace("/*", "").replace("/", "-") + ".schema.json"
        text = json.dumps(TypeAdapter(shape).json_schema(), indent=2, ensure_ascii=False)
        (folder / name).write_text(text + "\n", encoding="utf-8", newline="\n")
    print(f"{len(shapes)} schemas written below {folder}")


def _any_error(problems: Iterable[Problem]) -> bool:
    return any(problem.grade is Grade.error for problem in problems)
