"""Data files of an older schema, in the shape of today's: the past stays readable, and what may never be rewritten need not be.

Each migration is a module `mNNNN_….py`, named by the schema to which it leads, with one function `migrate` from the name of a data file below
`aims_data/` and its plain values to plain values. It is pure and idempotent: on what has the new shape it changes nothing. So nobody has to know
how old a file is, and all migrations may be applied to any. A name that a migration takes away never comes back with another meaning, and what a seal
names of a document (`seal.seal_text`) keeps its value. What is moved is not copied: so `places` finds where it stands in the file. Files are never
written here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from macros.migrations import m0002_supplier_assessments, m0003_own_files, m0004_decisions
from macros.migrations.places import followed
from macros.yaml_source import Mark, decode, read

FIRST = 1
"""The schema of a project that does not say a number."""
MIGRATIONS: Mapping[int, Callable[[str, Any], Any]] = {
    2: m0002_supplier_assessments.migrate,
    3: m0003_own_files.migrate,
    4: m0004_decisions.migrate,
}
"""By the schema to which each leads, in order."""
MAY_BE_CLOSED = "records/"
"""Where the records lie that are closed at some time and then never rewritten, whatever becomes of the project around them."""
FOLDER = "aims_data/"


def migrated(number: int, name: str, value: Any) -> Any:
    """The plain values of a data file (`name`: below `aims_data/`) of schema `number` in the shape of today's; all migrations for one that may be closed."""
    since = FIRST if name.startswith(MAY_BE_CLOSED) else number
    for to, migrate in MIGRATIONS.items():
        if to > since:
            value = migrate(name, value)
    return value


def read_file(content: bytes, name: str, number: int = FIRST) -> tuple[Any, Mark]:
    """Values and marks of a data file in the shape of today's, given its bytes; `name` with or without `aims_data/`. Without a number it may be of any
    schema, as in an older commit. Raises `Unreadable`."""
    value, mark = read(decode(content))
    new = migrated(number, name.removeprefix(FOLDER), value)
    return new, mark if new is value else followed(value, mark, new)
