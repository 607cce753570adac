"""Markdown pages below docs/: readable, and calling only macros that exist, for records that exist."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

from macros.checks.finding import Finding
from macros.graph import Aims
from macros.problems import Place, did_you_mean


def page_readable(aims: Aims) -> Iterator[Finding]:
    """Every page is UTF-8 text, and what stands between double braces is written as a macro call."""
    for page in aims.pages.values():
        if page.fault:
            yield Place(page.path, page.fault.line, page.fault.column), page.fault.message, ()


def macro_exists(aims: Aims) -> Iterator[Finding]:
    """Every macro that a page calls exists, and gets what it needs: the id of a record of the right kind."""
    from macros.views import BLOCKS, UnknownId  # the views show the rules of this package

    for page in aims.pages.values():
        for call in page.calls:
            place = Place(page.path, call.line, call.column)
            if call.name not in BLOCKS:
                yield place, f"'{call.name}' is not a macro{did_you_mean(call.name, BLOCKS)}", ()
                continue
            view = BLOCKS[call.name][1]
            try:
                inspect.signature(view).bind(aims, *call.arguments)
            except TypeError:
                needed = len(inspect.signature(view).parameters) - 1
                yield place, f"the macro '{call.name}' takes {needed} argument{'s' * (needed != 1)}, not {len(call.arguments)}", ()
                continue
            if call.arguments:
                try:
                    view(aims, *call.arguments)
                except UnknownId as unknown:
                    yield place, f"the macro '{call.name}' is called with {unknown}", ()
