"""The ids that the history knows: none is given to another record. Read from git once, up to HEAD."""

from __future__ import annotations

import re
from functools import cache
from pathlib import PurePosixPath

from macros.control.git import GitError
from macros.control.history import History, history_of
from macros.graph import Aims
from macros.load import DATA
from macros.schema import KIND
from macros.starter import before_number, numbered

ID = re.compile(r"^\s*(?:- )?id: *([\"']?)([^\s\"'#]+)\1\s*(?:#.*)?$")
"""A line of a list that gives a record its id."""


@cache
def given_ids(aims: Aims, kind: str) -> tuple[str, ...]:
    """The ids of a kind that records ever had up to HEAD, by the names of their files or the lines of their list; none without a history.

    Raises `GitError` where it cannot be read, and where this clone holds only a part of it and a number had to be guessed."""
    history = history_of(aims.whole or aims)
    if history is None:
        return ()
    if history.git.shallow and numbered(kind):
        raise GitError(f"this clone holds only a part of the history, so which number is free for a new {kind} cannot be told; run: git fetch --unshallow")
    file = KIND[kind].file
    if "*" in file:
        return tuple(PurePosixPath(name).stem for name in _lines_ever(history) if PurePosixPath(name).match(f"{DATA}/{file}"))
    prefix = before_number(kind)  # a file may hold several kinds, like actions and opportunities
    ids = (found[2] for line in _lines_ever(history).get(f"{DATA}/{file}", ()) if (found := ID.match(line)))
    return tuple(dict.fromkeys(id for id in ids if id.startswith(prefix)))


@cache
def _lines_ever(history: History) -> dict[str, list[str]]:
    return history.git.lines_ever(DATA)


def stated(*ids: str) -> str:
    """The extended regular expression of what gives a record one of these ids in a data file, quoted or not, whatever follows."""
    words = "|".join(re.escape(id).replace("\\-", "-") for id in ids)
    return rf"""id: *["']?({words})($|[^[:alnum:]_.-])"""
