"""Files that are made from the records and kept in the repository: they say what the records say."""

from __future__ import annotations

from collections.abc import Iterator

from macros.checks.finding import Finding
from macros.export.codeowners import FILE, codeowners, differing_line
from macros.graph import Aims
from macros.problems import Place


def codeowners_current(aims: Aims) -> Iterator[Finding]:
    """Where there is a CODEOWNERS file, it asks those for review whom roles, documents and accounts name."""
    line = differing_line(aims.project, codeowners(aims))
    if line:
        yield Place(FILE, line, 1), "differs from what roles, documents and accounts say; run `aims export codeowners --write`", ()
