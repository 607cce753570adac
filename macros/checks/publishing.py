"""Files that are made from the records and kept in the repository: they say what the records say."""

from __future__ import annotations

from collections.abc import Iterator

from macros.codeowners import FILE, IN_FRONT, codeowners, differing_line, handles
from macros.finding import Finding
from macros.graph import Aims
from macros.problems import Place


def codeowners_current(aims: Aims) -> Iterator[Finding]:
    """Where accounts are named, CODEOWNERS is there, asks those for review whom roles, documents and accounts name, and is the file that a source
    host reads."""
    file, named = aims.project / FILE, handles(aims)
    if named and (aims.project / IN_FRONT).exists():
        yield Place(IN_FRONT), f"is what GitHub reads instead of {FILE} in the top folder; remove it", ()
    if file.is_symlink() or not file.exists():
        if named:
            what = "is a link, which no source host follows" if file.is_symlink() else "is not there"
            yield Place(FILE), f"{what}, so nobody is asked for a review; run `aims export codeowners --write`", ()
    elif line := differing_line(aims.project, codeowners(aims)):
        yield Place(FILE, line, 1), "differs from what roles, documents and accounts say; run `aims export codeowners --write`", ()
