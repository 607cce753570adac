"""What is made once in a run of the tests and shared by all its processes: who needs it first makes it, the others wait and then have it too."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock

_shared: list[Path] = []


def begin(base: Path) -> None:
    """Say where this run keeps what is shared, given pytest's base temporary folder of this process. Those of pytest-xdist's workers lie in the run's."""
    _shared[:] = [(base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "once"]
    _shared[0].mkdir(exist_ok=True)


def once(key: str, make: Callable[[Path], object]) -> Path:
    """The folder that `make` fills, given an empty one. What `key` (a file name) says is made by the first who asks, under a lock.

    It is made where it stays, as what is built may name its place; only its mark, set at the end, makes it count. It belongs to everybody: nobody changes
    it; who has to, copies it.
    """
    made, mark = _shared[0] / key, _shared[0] / f"{key}.made"
    with FileLock(f"{made}.lock"):
        if not mark.exists():
            shutil.rmtree(made, ignore_errors=True)  # half of it, of one who failed
            made.mkdir()
            make(made)
            mark.touch()
    return made
