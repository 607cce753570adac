"""Registers as files to download, of the same rows as the page: CSV for spreadsheets, JSON for programs. Writes nothing, knows no MkDocs."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Callable, Iterator
from typing import Any

from macros.build import Build
from macros.graph import Aims
from macros.schema.base import Term
from macros.views.any_kind import Cell, Register, register

FORMAT = 1
MARK = "\ufeff"
"""With it Excel reads UTF-8, and without it the code page of the computer; other programs pass over it."""
FORMULA = tuple("=+-@\t\r＝＋－＠")
"""With what a text begins that a spreadsheet would compute, or do what it says."""
Title = Callable[[str], str]
"""What a record is called in a link, by its id."""


def register_files(build: Build, title: Title) -> Iterator[tuple[str, str]]:
    """Path below `docs/` and content of the files of every register that a page shows."""
    for kind in sorted(build.downloads):
        shown = register(build, kind)
        yield f"registers/{kind}.csv", as_csv(build.aims, shown, title)
        yield f"registers/{kind}.json", as_json(build.aims, shown, title)


def as_csv(aims: Aims, shown: Register, title: Title) -> str:
    """A register as a table: id, title, and the columns of the page; values of one cell with semicolons between them. A text that a spreadsheet would take
    for a formula has an apostrophe before it, so that it stays a text."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["id", shown.kind.title, *(column.title for column in shown.columns)])
    for id, cells in shown.rows:
        table.writerow([_cell([id]), _cell([_name(aims, id)]), *(_cell(_plain(cell, title)) for cell in cells)])
    return MARK + text.getvalue()


def as_json(aims: Aims, shown: Register, title: Title) -> str:
    """A register for programs: each column a list of values, `null` where it should say something and nobody said it yet; of links id and title."""

    def values(cell: Cell) -> Any:
        if cell.unrecorded:
            return None
        return [{"id": value, "title": title(str(value))} for value in cell.shown.values] if cell.shown.what == "link" else _plain(cell, title)

    rows = [{"id": id, "title": _name(aims, id), "values": {cell.column.name: values(cell) for cell in cells}} for id, cells in shown.rows]
    head = {"format": FORMAT, "kind": shown.kind.id, "title": shown.kind.plural, "columns": {column.name: column.title for column in shown.columns}}
    return json.dumps({**head, "rows": rows}, ensure_ascii=False, indent=1) + "\n"


def _name(aims: Aims, id: str) -> str:
    record = aims.get(id)
    return record.name if record else id


def _plain(cell: Cell, title: Title) -> list[Any]:
    """The values of a cell in words, as the page has them, and numbers."""
    return [title(str(value)) if cell.shown.what == "link" else _word(value) for value in cell.shown.values]


def _word(value: Any) -> Any:
    match value:
        case Term():
            return value.label
        case bool():
            return "yes" if value else "no"
        case dt.date():
            return value.isoformat()
        case int() | float():
            return value
    return str(value)


def _cell(values: list[Any]) -> Any:
    if len(values) == 1 and not isinstance(values[0], str):
        return values[0]
    text = "; ".join(map(str, values))
    return f"'{text}" if text.startswith(FORMULA) else text
