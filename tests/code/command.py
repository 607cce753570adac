"""The command `aims` as its tests call it: in this process, which takes no time to start, or really in one of its own."""

from __future__ import annotations

import io
import os
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, chdir, contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from subprocess import DEVNULL, PIPE, CompletedProcess, Popen

import typer
from invented import ROOT
from rich.console import Console

from macros.cli import app
from macros.cli.base import errors

COMMAND = typer.main.get_command(app)
STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def run_aims(*arguments: str, cwd: Path = ROOT, input: str = "", **environment: str) -> CompletedProcess[str]:
    """What the command prints and how it ends, run in this process. What it does not expect itself is raised, so that a test shows where it happened."""
    with ExitStack() as stack:
        stack.enter_context(_as_a_process_begins(_environment(environment), input))
        stack.enter_context(chdir(cwd))
        outputs = [stack.enter_context(_printed(number)) for number in (1, 2)]
        stack.enter_context(redirect_stdout(outputs[0]))
        stack.enter_context(redirect_stderr(outputs[1]))
        vars(errors).update(vars(Console(stderr=True)))  # it looks at the environment when it is made, which is at the start of a process
        try:
            COMMAND(list(arguments), prog_name="aims")
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
        return CompletedProcess(["aims", *arguments], code, *map(_read, outputs))


def start_aims(*arguments: str, cwd: Path = ROOT, **environment: str) -> Popen[str]:
    """The command in a process of its own, which takes the signals that end programs, whatever the one of the tests was told to ignore (under nohup)."""
    return Popen(
        [Path(sys.executable).with_name("aims"), *arguments],
        cwd=cwd,
        env=_environment(environment),
        stdin=DEVNULL,
        stdout=PIPE,
        stderr=PIPE,
        text=True,
        preexec_fn=takes_signals,
    )


def run_process(*arguments: str, cwd: Path = ROOT, **environment: str) -> CompletedProcess[str]:
    """What `run_aims` gives, from a process of its own."""
    with start_aims(*arguments, cwd=cwd, **environment) as process:
        try:
            output = process.communicate(timeout=60)
        finally:
            process.kill()
    return CompletedProcess(process.args, process.returncode, *output)


def takes_signals() -> None:
    """For the start of a child: nothing that was ignored before is ignored in it."""
    for stop in STOPS:
        signal.signal(stop, signal.SIG_DFL)


def _environment(more: dict[str, str]) -> dict[str, str]:
    """That of the tests without a day, where the engine is found and lines are long."""
    clean = {key: value for key, value in os.environ.items() if key not in {"AIMS_TODAY", "SOURCE_DATE_EPOCH"}}
    return {**clean, "PYTHONPATH": str(ROOT), "COLUMNS": "200", **more}


@contextmanager
def _as_a_process_begins(environment: dict[str, str], input: str) -> Iterator[None]:
    """In an environment with a standard input. Afterwards all that a command can change in its process is as it was before."""
    before, stdin, tempdir, hook = dict(os.environ), sys.stdin, tempfile.tempdir, sys.excepthook
    handlers = {stop: signal.getsignal(stop) for stop in STOPS}
    try:
        _set(environment)
        sys.stdin, tempfile.tempdir = io.TextIOWrapper(io.BytesIO(input.encode()), encoding="utf-8"), None
        yield
    finally:
        _set(before)
        sys.stdin, tempfile.tempdir, sys.excepthook = stdin, tempdir, hook
        for stop, handler in handlers.items():
            signal.signal(stop, handler)


def _set(environment: dict[str, str]) -> None:
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()


@contextmanager
def _printed(number: int) -> Iterator[io.TextIOWrapper]:
    """A file that takes the place of standard output (1) or standard error (2), for Python and for every child."""
    kept = os.dup(number)
    try:
        with tempfile.TemporaryFile() as file:
            os.dup2(file.fileno(), number)
            with open(number, "w", encoding="utf-8", closefd=False) as text:
                yield text
    finally:
        os.dup2(kept, number)
        os.close(kept)


def _read(output: io.TextIOWrapper) -> str:
    output.flush()
    size = os.fstat(output.fileno()).st_size
    return os.pread(output.fileno(), size, 0).decode(errors="surrogateescape")  # a file may have a name that is no UTF-8
