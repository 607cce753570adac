"""Markdown pages as sources: their words, headings, and `[[id]]` references with line and column.

`references` is the one place that knows the syntax `[[R-012]]` and `[[R-012 own words]]`; the Markdown extension in `links.py` and the
check of the sources both use it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from pathlib import Path

from markdown import markdown
from markdown.extensions.toc import slugify, unique

from macros.page_head import HEAD, faults_of_head
from macros.templating import Call, between_braces
from macros.visible import faults_in, kept_from_readers, named_by_number
from macros.yaml_source import Unreadable, decode

DOCS = "docs"
REFERENCE = re.compile(r"(?<!\\)\[\[(?P<id>[A-Za-z0-9][A-Za-z0-9.-]*)(?:[ \t]+(?P<words>[^\[\]\n]+?))?[ \t]*\]\]")
LINK = re.compile(
    r"(?<!\\)(?P<image>!?)\[(?P<words>(?:\\.|[^\[\]\\]|\[[^\[\]]*\])*)\]"
    r"\(\s*(?P<target><[^<>\n]*>|(?:[^()\s]|\([^()\s]*\))+)(?:\s+(?:\"[^\"\n]*\"|'[^'\n]*'))?\s*\)"
)
DEFINITION = re.compile(r"^ {0,3}\[[^\]\n^][^\]\n]*\]:[ \t]*(?P<target>\S+).*$", re.M)
OUTSIDE = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.I)
FENCE = re.compile(r"[ \t]*(?P<fence>`{3,}(?=[^`]*$)|~{3,})")  # inside lists it is indented
CODE_OR_COMMENT = re.compile(r"(?<![`\\])(?P<ticks>`+)(?!`)(?:(?!\n[ \t]*\n).)+?(?<!`)(?P=ticks)(?!`)|<!--.*?-->", re.S)
MACRO = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.S)
HEADING = re.compile(r"^(#{1,6})[ \t]+(.+?)[ \t#]*$", re.M)
GIVEN_ID = re.compile(r"\{:?[^}\n]*#([\w.-]+)[^}\n]*\}|\bid=\"([^\"\s]+)\"")
HEADING_ID = re.compile(r"\{[^}]*#([\w-]+)[^}]*\}\s*$")
WORD = re.compile(r"[^\W\d_]{2,}")
EXTENSIONS = ("attr_list", "def_list", "footnotes", "md_in_html", "toc", "pymdownx.superfences")
"""Those of the portal's Markdown that make headings and ids, or keep something from being one."""
SHOWN_ID = re.compile(r"<[^<>]*?\s(?:id|(?<=<a )name)=\"(?P<id>[^\"]+)\"")


@dataclass(frozen=True)
class Reference:
    """A `[[id]]` in a text: what it names, the reader's words if any, and where it stands (line and column from 1)."""

    id: str
    words: str | None
    line: int
    column: int


@dataclass(frozen=True)
class PageLink:
    """A link or image in Markdown: where it leads as it is written, and where that stands (line and column from 1)."""

    target: str
    line: int
    column: int


@dataclass(frozen=True)
class Page:
    """A Markdown file below `docs/`: its path below the project, and what the checks need to know of it."""

    path: str
    title: str
    anchors: frozenset[str]
    references: tuple[Reference, ...]
    words: int
    """Words of its own: not headings, macros, comments or code."""
    calls: tuple[Call, ...] = ()
    links: tuple[PageLink, ...] = ()
    """Those that do not lead out of the portal."""
    faults: tuple[Unreadable, ...] = ()
    """Why the page cannot be read, or would not be read by everybody as it was written."""


def read_pages(project: Path) -> dict[str, Page]:
    """Every Markdown file below `docs/`, by its path below the project, sorted."""
    pages = {}
    for path in sorted(path for path in (project / DOCS).rglob("*.md") if path.is_file()):
        name = path.relative_to(project).as_posix()
        try:
            pages[name] = read_page(name, decode(path.read_bytes()).replace("\r\n", "\n"))
        except Unreadable as fault:
            pages[name] = Page(name, "", frozenset(), (), 0, faults=(fault,))
    return pages


@lru_cache(maxsize=1024)  # the states of a history have most pages in common
def read_page(path: str, text: str) -> Page:
    """What there is to know about one page, from its Markdown."""
    bare = without_code(text)
    headings = _headings(text)
    titles = [heading.group(2) for heading in headings if heading.group(1) == "#"]
    own = HEADING.sub("", MACRO.sub("", HEAD.sub("", bare)))
    calls, misread = between_braces(text)
    faults = (*faults_in(text), *named_by_number(bare), *kept_from_readers(bare), *faults_of_head(text), *misread)
    return Page(path, titles[0] if titles else "", anchors_in(text), tuple(references(text)), len(WORD.findall(own)), calls, tuple(_links(bare)), faults)


def _links(bare: str) -> Iterator[PageLink]:
    links = list(LINK.finditer(bare))
    inside = [image for link in links for image in LINK.finditer(bare, *link.span("words"))]
    for found in sorted((*links, *inside, *DEFINITION.finditer(bare)), key=lambda found: found.start("target")):
        target, at = found["target"].strip("<>"), found.start("target")
        if not OUTSIDE.match(target) and not (target.startswith(("{{", "[[")) or found[0].startswith("[[")):
            yield PageLink(target, bare.count("\n", 0, at) + 1, at - bare.rfind("\n", 0, at))


def anchors_in(text: str) -> frozenset[str]:
    """Everything that can be linked to in a page: its headings, and what has an id in attributes or in HTML."""
    return frozenset((*_anchors(_headings(text)), *(id for pair in GIVEN_ID.findall(without_code(text)) for id in pair if id)))


def anchors_shown(text: str) -> frozenset[str]:
    """The same as Markdown itself makes it: slow, and right for every form of a heading, with footnotes."""
    html = markdown(HEAD.sub("", text), extensions=list(EXTENSIONS))
    return frozenset(unescape(found["id"]) for found in SHOWN_ID.finditer(html))


def _headings(text: str) -> list[re.Match[str]]:
    bare = without_code(text)
    return [heading for found in HEADING.finditer(bare) if (heading := HEADING.match(text, found.start()))]  # with the code in them


def _anchors(headings: list[re.Match[str]]) -> Iterator[str]:
    used: set[str] = set()
    for heading in headings:
        given = HEADING_ID.search(heading.group(2))
        yield given.group(1) if given else unique(slugify(heading.group(2), "-"), used)


def references(text: str) -> Iterator[Reference]:
    """Every `[[id]]` outside code and comments, in order."""
    bare = without_code(text)
    for found in REFERENCE.finditer(bare):
        line = bare.count("\n", 0, found.start()) + 1
        column = found.start() - bare.rfind("\n", 0, found.start())
        yield Reference(found.group("id"), found.group("words"), line, column)


def without_code(text: str) -> str:
    """The text with fenced code, code spans and comments blanked out; every other character keeps its line and column."""
    lines, number = text.split("\n"), 0
    while number < len(lines):
        opening = FENCE.match(lines[number])
        rest = range(number + 1, len(lines)) if opening else ()
        # as superfences has it: the same fence closes it, and one that is never closed is no fence
        end = next((below for below in rest if opening and lines[below].strip() == opening.group("fence")), number - 1)
        for inside in range(number, end + 1):
            lines[inside] = " " * len(lines[inside])
        number = max(number, end) + 1
    return CODE_OR_COMMENT.sub(_blank, "\n".join(lines))


def _blank(found: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", found.group())
