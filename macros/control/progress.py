"""Progress of long work: what is done at the moment on a terminal, nothing in a log."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

Step = Callable[[str], None]
"""Called before each piece of work with what it is."""


def quiet(what: str) -> None:
    """A step that shows nothing."""


@contextmanager
def progress() -> Iterator[Step]:
    """`with progress() as step: step("hashing index.html")`: shows what is done and since when, on standard error and only on a terminal."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield quiet
        return
    with Progress(SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn(), console=console, transient=True) as shown:
        task = shown.add_task("", total=None)
        yield lambda what: shown.update(task, description=what)
