"""Progress of long work: a bar on a terminal, nothing in a log."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

Step = Callable[[str], None]
"""Called before each piece of work with what it is."""


def quiet(what: str) -> None:
    """A step that shows nothing."""


@contextmanager
def progress(total: int | None = None) -> Iterator[Step]:
    """`with progress(len(files)) as step: step("hashing index.html")`: shows how far the work is, on standard error and only on a terminal.

    `total` is how many steps there will be, None where nobody knows."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield quiet
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), *((BarColumn(), MofNCompleteColumn()) if total else ()), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bars:
        task, done = bars.add_task("", total=total), -1

        def step(what: str) -> None:
            nonlocal done
            done += 1
            bars.update(task, completed=done, description=what)

        yield step
