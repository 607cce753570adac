"""What leads from page to page: links and images in Markdown, the navigation, and the pages to which the portal itself leads."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote

from macros.blocks import Blocks
from macros.finding import Finding
from macros.graph import Aims
from macros.problems import Place, did_you_mean
from macros.prose import OUTSIDE, Page, PageLink, anchors_shown
from macros.schema import KINDS
from macros.schema.organisation import Organisation
from macros.settings import is_a_site, navigation, omitted_pages_warn
from macros.templating import OPENING
from macros.yaml_source import Unreadable, decode

CONFIG = "mkdocs.yml"


def link_leads_somewhere(aims: Aims) -> Iterator[Finding]:
    """Every link and image of a page leads to a page or file that is there, and to a heading in it where it names one."""
    for page in aims.pages.values():
        for link in page.links:
            path, anchor = _target(page, link)
            if not _is_there(aims, path):
                yield Place(page.path, link.line, link.column), f"'{link.target}' leads to {path or 'nothing'}, {_missing(aims, page, path)}", ()
            elif _misses(aims, path, anchor) and not aims.pages[f"docs/{path}"].calls and anchor not in (known := _static(aims, path) | _shown(aims, path)):
                yield Place(page.path, link.line, link.column), _no_heading(link, path, anchor, known), ()


def unsure_anchors(aims: Aims) -> dict[str, list[tuple[Place, PageLink, str]]]:
    """Links to headings that only a macro can have made, by the page below docs/ to which they lead, with the heading."""
    found: dict[str, list[tuple[Place, PageLink, str]]] = {}
    for page in aims.pages.values():
        for link in page.links:
            path, anchor = _target(page, link)
            if _misses(aims, path, anchor) and aims.pages[f"docs/{path}"].calls:
                found.setdefault(path, []).append((Place(page.path, link.line, link.column), link, anchor))
    return found


def anchor_leads_somewhere(aims: Aims, anchors: Callable[[str], frozenset[str]]) -> Iterator[Finding]:
    """The same for headings that macros make. `anchors`: those of a page below docs/ with its macros filled in."""
    for path, links in unsure_anchors(aims).items():
        known = anchors(path)
        for place, link, anchor in links:
            if anchor not in known:
                yield place, _no_heading(link, path, anchor, known), ()


def _no_heading(link: PageLink, path: str, anchor: str, known: frozenset[str]) -> str:
    return f"'{link.target}' leads to a heading #{anchor} that {path} does not have{did_you_mean(anchor, known)}"


def _target(page: Page, link: PageLink) -> tuple[str, str]:
    """The path below docs/ and the heading to which a link leads."""
    path, _, anchor = link.target.partition("#")
    here, path = page.path.removeprefix("docs/"), unquote(path.partition("?")[0])
    if not path:
        return here, anchor
    return path.lstrip("/") if path.startswith("/") else posixpath.normpath(posixpath.join(posixpath.dirname(here), path)), anchor


@cache
def _static(aims: Aims, path: str) -> frozenset[str]:
    """The anchors of a page that are known without its macros: its own headings, and the records that it shows."""
    shown = (anchor for there, _, anchor in (aims.address(id).partition("#") for id in aims.entries) if there == path and anchor)
    return aims.pages[f"docs/{path}"].anchors | frozenset(shown)


def _misses(aims: Aims, path: str, anchor: str) -> bool:
    """Whether a link names a heading that a page that somebody wrote does not have at first sight."""
    return anchor != "" and f"docs/{path}" in aims.pages and anchor not in _static(aims, path)


@cache
def _shown(aims: Aims, path: str) -> frozenset[str]:
    """The anchors of a page that calls no macro, whatever way it writes them."""
    try:
        return anchors_shown(decode((aims.project / "docs" / path).read_bytes()).replace("\r\n", "\n"))
    except (Unreadable, OSError):
        return frozenset()


def _is_there(aims: Aims, path: str) -> bool:
    moved = Path(path).stem in aims.loaded.renamed
    return path in aims.page_addresses or f"docs/{path}" in aims.files or moved or (aims.project / "overrides" / path).is_file()


def _missing(aims: Aims, page: Page, path: str) -> str:
    """How to be right, as the end of a sentence on a target that is not there."""
    there = f"{path.removesuffix('.html').removesuffix('/')}.md"
    if path.endswith((".html", "/")) and there in aims.page_addresses:
        named = posixpath.relpath(there, posixpath.dirname(page.path.removeprefix("docs/")) or ".")
        return f"which is how it is called in the site; write the name of the Markdown file, {named}"
    if path.startswith("../"):
        return "outside of docs/; only what lies in docs/ is published"
    known = [*aims.page_addresses, *(name.removeprefix("docs/") for name in aims.files if name.startswith("docs/"))]
    return f"which is not there{did_you_mean(path, known)}"


def page_is_there(aims: Aims, blocks: Blocks) -> Iterator[Finding]:
    """Every page to which the portal itself leads is there: the one that shows records without a page of their own, what macros lead to, whom to call."""
    for path, kinds in _needed(aims).items() if is_a_site(configuration(aims)) else ():
        if path not in aims.page_addresses:
            yield Place(f"docs/{path}"), f"is missing and is the page of: {', '.join(kinds)}; write it, with a heading and the macro that lists them", ()
    for page in aims.pages.values():
        for call in page.calls:
            for path in blocks[call.name].leads_to if call.name in blocks else ():
                if path not in aims.page_addresses:
                    yield Place(page.path, call.line, call.column), f"the macro '{call.name}' leads to {path}, which is not there; write that page", ()
    for name in ("urgent_contact", "confidential_contact", "question_contact"):
        contact = getattr(aims.organisation, name)
        if contact.page and contact.page not in aims.page_addresses:
            place = aims.parts[Organisation][0].place(name, "page")
            yield place, f"{name}: leads to {contact.page}, which is no page below docs/{did_you_mean(contact.page, aims.page_addresses)}", ()


def _needed(aims: Aims) -> dict[str, list[str]]:
    """The pages on which records without a page of their own are shown, each with what readers call those."""
    found: dict[str, list[str]] = {}
    for id, entry in aims.entries.items():
        path, sharp, _ = aims.address(id).partition("#")
        if sharp and entry.kind and entry.kind.plural not in found.setdefault(path, []):
            found[path].append(entry.kind.plural)
    return found


def navigation_leads_somewhere(aims: Aims) -> Iterator[Finding]:
    """Every entry of the navigation leads to a page that is there or out of the portal, its title is words, and every page that is not one of many of a
    kind stands in it."""
    text = configuration(aims)
    entries = navigation(text)
    for entry in entries or ():
        place = Place(CONFIG, entry.line, entry.column)
        if OPENING.search(entry.title):
            yield place, f"the title '{entry.title}' has braces, in which nothing is filled in; write the words themselves", ()
        if entry.target and not OUTSIDE.match(entry.target) and not _is_there(aims, entry.target.lstrip("/")):
            known = [*aims.page_addresses]
            yield place, f"the navigation leads to {entry.target}, which is no page below docs/{did_you_mean(entry.target, known)}", ()
    if entries is not None and omitted_pages_warn(text):
        many = tuple(f"docs/{kind.pages}/" for kind in KINDS if kind.pages)
        named = {f"docs/{entry.target.lstrip('/')}" for entry in entries}
        for name in aims.pages:
            if name not in named and not name.startswith(many):
                yield Place(name), f"stands in no entry of the navigation, so that nobody finds it; add it below nav in {CONFIG}", ()


def configuration(aims: Aims) -> str:
    """What stands in `mkdocs.yml`; nothing where that cannot be read, which the build says."""
    try:
        return (aims.project / CONFIG).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
