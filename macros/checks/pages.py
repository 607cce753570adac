"""Markdown pages below docs/: readable, and calling only macros that exist, for records that exist."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from macros.blocks import Blocks
from macros.checks.links import CONFIG, configuration
from macros.finding import Finding
from macros.graph import Aims
from macros.problems import Place, did_you_mean
from macros.schema import KINDS
from macros.schema.documents import DocumentKind
from macros.settings import read_otherwise
from macros.templating import Call
from macros.visible import left_by_merge

UNLIKE = re.compile(r'[\\"\x00-\x1f\x7f]')
"""What sha256sum escapes in the name of a file, and JSON in a text."""
OTHER_PAGES = (".markdown", ".mdown", ".mkdn", ".mkd")
"""What MkDocs takes for pages too."""
OF_THE_THEME = ("docs/assets/javascripts/", "docs/assets/stylesheets/", "docs/search/")
OF_THE_PORTAL = ("404.md", "404.html", "sitemap.xml", "sitemap.xml.gz", "aims.json", "versions.json")
"""Files of the site that nobody writes."""


def page_readable(aims: Aims) -> Iterator[Finding]:
    """Every page is UTF-8 text without signs that nobody sees, not half merged, and has nothing between braces but calls of macros, which the plugin macros
    reads as they are written; whether an edition holds a page is asked only where nobody approves the text."""
    for option in read_otherwise(configuration(aims)):
        message = f"{option.title} would let readers see another text than the one that is approved; remove this option of the plugin macros"
        yield Place(CONFIG, option.line, option.column), message, ()
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
    """Every file below docs/ is a file and no link, and takes the place of nothing that readers rely on: of no page that is made from a record, of no
    file of the theme or the portal. Its name is one that every tool writes alike, also below aims_data/: without line break, control character,
    backslash and double quote."""
    for path in sorted(path for path in (aims.project / "docs").rglob("*") if path.is_symlink()):
        yield Place(path.relative_to(aims.project).as_posix()), "is a link to another place; put the file itself here", ()
    for name in aims.files:
        if "\n" in name or "\r" in name:
            yield Place(name), "has a line break in its name, with which a line of a seal could be forged; rename it", ()
        elif found := UNLIKE.search(name):
            what = {"\\": "a backslash", '"': "a double quote"}.get(found[0], "a control character")
            yield Place(name), f"has {what} in its name, which lists of sums write in another way, so that nobody could compare them; rename it", ()
        elif name.endswith(OTHER_PAGES) and name.startswith("docs/"):
            yield Place(name), "is a page for MkDocs, but nothing here would check it; let its name end in .md", ()
        elif sentence := _stands_in(aims, name):
            yield Place(name), f"would take the place of {sentence}", ()


def _stands_in(aims: Aims, name: str) -> str | None:
    """For what else a file below docs/ would be taken, and how to be right, as the end of a sentence; None where it is itself."""
    own, folder = name.casefold(), name.casefold().rpartition("/")[0]
    in_folder = own.endswith((".md", ".html")) and folder in _made_folders() and not own.endswith("/index.md")
    if in_folder or own in _made(aims):
        return "a page that is made from the records; give it another name or folder"
    if own.startswith(OF_THE_THEME) or own.removeprefix("docs/") in OF_THE_PORTAL or (aims.project / "overrides" / name.removeprefix("docs/")).is_file():
        return "a file of the theme or the portal, by which readers would see something else on every page; give it another name or folder"
    return None


@cache
def _made_folders() -> frozenset[str]:
    """The folders below docs/ in which every page is made from a record, of those to whose kind more can come."""
    kinds = [kind for kind in KINDS if "/" in kind.page and kind.group != "standard"]
    written = {kind.page.rpartition("/")[0] for kind in kinds if kind.page_calls}
    return frozenset(f"docs/{folder}" for kind in kinds if (folder := kind.page.rpartition("/")[0]) not in written)


@cache
def _made(aims: Aims) -> frozenset[str]:
    """The pages that are made from records, as Markdown and as HTML, in small letters."""
    kinds = {id: entry.kind for id, entry in aims.entries.items()}
    paths = [address.removesuffix(".md") for id, kind in kinds.items() if kind and not kind.page_calls and "#" not in (address := aims.address(id))]
    return frozenset(f"docs/{path}{end}".casefold() for path in paths for end in (".md", ".html"))


def page_shows_its_facts(aims: Aims) -> Iterator[Finding]:
    """The page that a person writes for a clause, a control or a crosswalk shows its facts by the macro of its kind."""
    pages = {aims.address(id).partition("#")[0]: entry.kind for id, entry in aims.entries.items() if entry.kind and entry.kind.page_calls}
    for path, kind in pages.items():
        page, name = aims.pages.get(f"docs/{path}"), Path(path).stem
        if page and name in aims.entries and not any(call.name == kind.page_calls and _told(aims, call) == name for call in page.calls):
            message = f'stands for {kind.title.lower()} {name} and does not show its facts; call {{{{ {kind.page_calls}("{name}") }}}}'
            yield Place(page.path), message, ()


def _told(aims: Aims, call: Call) -> str:
    return aims.id_now(call.arguments[0]) if call.arguments else ""


def macro_exists(aims: Aims, blocks: Blocks) -> Iterator[Finding]:
    """Every macro that a page calls exists, and gets what it needs: the id of a record of the right kind."""
    for page in aims.pages.values():
        for call in page.calls:
            place, block = Place(page.path, call.line, call.column), blocks.get(call.name)
            if block is None:
                yield place, f"'{call.name}' is not a macro{did_you_mean(call.name, blocks)}", ()
            elif fault := block.fault(aims, call.arguments):
                yield place, f"the macro '{call.name}' {fault}", ()
