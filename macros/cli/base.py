"""What the commands share: the application, its common options, the project they work on. Exit 0: it holds; 1: problems; 2: wrong usage."""

from __future__ import annotations

import dataclasses
import functools
import inspect
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Annotated, Any, NoReturn, get_type_hints

import typer
from rich.console import Console
from typer.core import TyperGroup

from macros import clock, engine
from macros.control.approvals.approved_text import missing
from macros.control.git import GitError
from macros.graph import Aims
from macros.graph import build as build_graph
from macros.problems import printable
from macros.settings import UnknownSchema, need_known_schema, schema_number
from macros.site import approved_of

errors = Console(stderr=True)


class Commands(TyperGroup):
    """Whatever a command asks git for, a refusal is a sentence and exit code 2. Its help names no type for an option that takes no value."""

    def get_params(self, ctx: Any) -> Any:
        """The options before a command."""
        return _as_flags(super().get_params(ctx))

    def get_command(self, ctx: Any, name: str) -> Any:
        """The command of a name, or None."""
        command = super().get_command(ctx, name)
        if command is not None:
            _as_flags(command.get_params(ctx))
        return command

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was called."""
        try:
            return super().invoke(ctx)
        except GitError as error:
            raise wrong_usage(str(error)) from None


def _as_flags(options: Any) -> Any:
    for option in options:
        if getattr(option, "is_flag", False):
            option.metavar = ""  # Typer would say <bool>
    return options


WHAT = "The AI management system as data: check it, build it, add to it."
app = typer.Typer(cls=Commands, no_args_is_help=True, add_completion=False, rich_markup_mode="rich", help=WHAT)
INTERRUPTED = 130
STOPS = ("SIGTERM", "SIGHUP")
"""What a system sends to end a program, or a terminal that is closed; they are handled as Ctrl-C is, so that temporary folders go."""


Project = Annotated[Path | None, typer.Option("--project", help="Folder of the project; else the nearest mkdocs.yml upwards from here.", show_default=False)]
Today = Annotated[str | None, typer.Option("--today", help="Judge as of this day, like 2026-01-31.", show_default=False)]
ForeignEngine = Annotated[
    bool, typer.Option("--foreign-engine", help="Work also on a project that brings another engine than this one: for tests and measurements.")
]
_foreign_engine = ContextVar("foreign_engine", default=False)


def option_groups(command: Callable[..., None]) -> Callable[..., None]:
    """A command with few arguments: one whose type is a dataclass stands for options, one for each field, and the command gets it filled in.

    Each field is annotated as Typer wants an option to be. They stand in the help where the argument stands, in their order:

        @app.command()
        @option_groups
        def approve(id: Id, who: Who, run: Run) -> None: ...

    Raises `ValueError` where two options have the same name."""
    hints = get_type_hints(command, include_extras=True)
    groups = {name: hint for name, hint in hints.items() if isinstance(hint, type) and dataclasses.is_dataclass(hint)}
    parameters: list[inspect.Parameter] = []
    for name, parameter in inspect.signature(command).parameters.items():
        own = inspect.signature(groups[name], eval_str=True).parameters.values() if name in groups else (parameter.replace(annotation=hints[name]),)
        parameters += [one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in own]

    @functools.wraps(command)
    def called(**options: Any) -> None:
        arguments = {name: group(**{field.name: options.pop(field.name) for field in dataclasses.fields(group)}) for name, group in groups.items()}
        command(**arguments, **options)

    called.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # what Typer reads
    return called


def project_folder(given: Path | None) -> Path:
    """The folder with `mkdocs.yml`: the given one, or the nearest upwards. Ends with exit code 2 and a sentence if there is none, if it brings another
    engine than the one that runs, or if its data has a schema that is not known."""
    if given is not None and not (given / "mkdocs.yml").is_file():
        raise wrong_usage(f"--project {given}: there is no mkdocs.yml in that folder")
    folders = [given.resolve()] if given is not None else [Path.cwd(), *Path.cwd().parents]
    folder = next((folder for folder in folders if (folder / "mkdocs.yml").is_file()), None)
    if folder is None:
        raise wrong_usage("no mkdocs.yml here or in a folder above; change into the project, or name it with --project DIR")
    if (refusal := engine.foreign_to(folder)) and not _foreign_engine.get():
        raise wrong_usage(refusal)
    try:
        need_known_schema(schema_number(folder))
    except UnknownSchema as error:
        raise wrong_usage(str(error)) from None
    return folder


def wrong_usage(message: str) -> typer.Exit:
    """Say what is wrong with the call; the caller raises what is returned, which ends with exit code 2."""
    shown = "\n".join(map(printable, message.split("\n")))  # it may hold what somebody wrote into a branch
    errors.print(f"aims: {shown}", highlight=False, markup=False, soft_wrap=True)
    return typer.Exit(2)


@contextmanager
def stoppable(then: str) -> Iterator[None]:
    """For long work that can be interrupted. Ends with exit code 130 and says `then`, which is what holds after it.

    Everything temporary lies in one folder, which goes at the end whatever is sent then: a second Ctrl-C too, or one while something tidies up."""

    def stop(*_: object) -> NoReturn:
        raise KeyboardInterrupt

    try:
        aside, tempdir = tempfile.mkdtemp(prefix="aims-"), tempfile.tempdir
    except OSError as error:
        errors.print(f"aims: no temporary folder can be made: {error.strerror}; nothing was done", highlight=False, markup=False, soft_wrap=True)
        raise typer.Exit(1) from None
    stops = [getattr(signal, name) for name in ("SIGINT", *STOPS) if hasattr(signal, name)]
    before = {one: handler for one in stops if (handler := signal.getsignal(one)) is not signal.SIG_IGN}
    for one in before:
        signal.signal(one, stop)
    try:
        tempfile.tempdir = aside
        yield
    except KeyboardInterrupt:
        errors.print(f"aims: interrupted; {then}", highlight=False, markup=False, soft_wrap=True)
        raise typer.Exit(INTERRUPTED) from None
    finally:
        for one in before:
            signal.signal(one, signal.SIG_IGN)
        tempfile.tempdir = tempdir
        shutil.rmtree(aside, ignore_errors=True)
        for one, handler in before.items():
            signal.signal(one, handler)


def read_project(project: Path | None, today: str | None, *, epoch: bool = True) -> Aims:
    """The management system of a project on a day. `epoch`: SOURCE_DATE_EPOCH may say which, as for a build."""
    folder = project_folder(project)
    try:
        return build_graph(folder, clock.today(today, epoch=epoch))
    except clock.NotADay as error:
        raise wrong_usage(str(error)) from None


def tell_missing(aims: Aims) -> None:
    """Say which approved texts the history here does not give, and if so that git does not read it."""
    for sentence in missing(aims, approved_of(aims)):
        errors.print(f"aims: {printable(sentence)}", highlight=False, markup=False, soft_wrap=True)


@app.callback()
def main(foreign_engine: ForeignEngine = False) -> None:
    """The AI management system as data: check it, build it, add to it."""
    _foreign_engine.set(foreign_engine)
