"""Markdown pages below docs/: readable, and calling only macros that exist, for records that exist."""

from __future__ import annotations

import re
from collections.abc import Iterator

from macros.blocks import Blocks
from macros.finding import Finding
from macros.graph import Aims
from macros.problems import Place, did_you_mean
from macros.schema.documents import DocumentKind
from macros.visible import left_by_merge

UNLIKE = re.compile(r'[\\"\x00-\x1f\x7f]')
"""What sha256sum escapes in the name of a file, and JSON in a text."""
WRITTEN_BY_US = ("docs/documents/", "docs/records/")
"""Where the pages of documents and records are made, which say what is approved and what was found."""


def page_readable(aims: Aims) -> Iterator[Finding]:
    """Every page is UTF-8 text without signs that nobody sees, not half merged, and has nothing between braces but calls of macros; whether an edition
    holds a page is asked only where nobody approves the text."""
    for page in aims.pages.values():
        for fault in page.faults:
            yield Place(page.path, fault.line, fault.column), fault.message, ()
        document = aims.document_of(page.path)
        if document is None or document.kind is DocumentKind.portal:
            continue
        for call in page.calls:
            if call.asked:
                sealed = f"asks which edition it is, in a text of {document.id}; a text that is sealed is the same for everybody, so ask in a portal page"
                yield Place(page.path, call.line, call.column), sealed, (document.id,)


def nothing_half_merged(aims: Aims) -> Iterator[Finding]:
    """No other file of the portal is half merged: what lies beside the pages, the theme, mkdocs.yml, CODEOWNERS."""
    beside = [name for name in aims.files if name.startswith("docs/") and name not in aims.pages]
    theme = [path.relative_to(aims.project).as_posix() for path in sorted((aims.project / "overrides").rglob("*"))]
    for name in (*beside, *theme, "mkdocs.yml", "CODEOWNERS"):
        path = aims.project / name
        if path.is_file() and not path.is_symlink() and (fault := left_by_merge(path.read_bytes())):
            yield Place(name, fault.line, fault.column), fault.message, ()


def file_in_its_place(aims: Aims) -> Iterator[Finding]:
    """Every file below docs/ is a file and no link, and does not stand where the portal writes the page of a document or record, its approved
    text or its document control; here and below aims_data/ a file's name is one that every tool writes alike: without line break, control
    character, backslash and double quote."""
    for path in sorted(path for path in (aims.project / "docs").rglob("*") if path.is_symlink()):
        yield Place(path.relative_to(aims.project).as_posix()), "is a link to another place; put the file itself here", ()
    for name in aims.files:
        if "\n" in name or "\r" in name:
            yield Place(name), "has a line break in its name, with which a line of a seal could be forged; rename it", ()
        elif found := UNLIKE.search(name):
            what = {"\\": "a backslash", '"': "a double quote"}.get(found[0], "a control character")
            yield Place(name), f"has {what} in its name, which lists of sums write in another way, so that nobody could compare them; rename it", ()
        elif name.startswith(WRITTEN_BY_US) and name.removesuffix(".html").removesuffix(".md") != name:
            yield Place(name), "would take the place of a page that is made from the records; give it another name or folder", ()


def macro_exists(aims: Aims, blocks: Blocks) -> Iterator[Finding]:
    """Every macro that a page calls exists, and gets what it needs: the id of a record of the right kind."""
    for page in aims.pages.values():
        for call in page.calls:
            place, block = Place(page.path, call.line, call.column), blocks.get(call.name)
            if block is None:
                yield place, f"'{call.name}' is not a macro{did_you_mean(call.name, blocks)}", ()
            elif fault := block.fault(aims, call.arguments):
                yield place, f"the macro '{call.name}' {fault}", ()
