"""Pages and formatted fields as plain words, so that two states can be compared by what a reader reads and not by how it is marked up.

A reference `[[R-012]]` becomes its id and not the record's title: else a new title of one record would change the words of every page that
names it, though nobody touched those and their seals still hold. Roles and the like, whose ids are no names, become their titles.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser

import markdown as python_markdown

from macros.links import References
from macros.page_head import HEAD
from macros.prose import MACRO, REFERENCE

HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
LISTS = {"ul", "ol", "li", "dl", "dt", "dd"}
TABLES = {"table", "thead", "tbody", "tr"}
BLOCKS = HEADINGS | LISTS | TABLES | {"p", "div", "blockquote", "pre", "hr", "section", "details", "summary"}
EXTENSIONS = ("tables", "admonition", "def_list", "footnotes", "md_in_html", "sane_lists", "attr_list", "fenced_code")
"""Those of mkdocs.yml that decide what is a block; collapsible notes are read as notes."""
COLLAPSIBLE = re.compile(r"^([ \t]*)\?\?\?\+?(?=[ \t])", re.M)
CALL = re.compile(r"(\w+)[ \t]*(?:\((.*)\))?", re.S)
LINK = re.compile(r"(?<!\\)\[([^\[\]\n]+)\]\([^()\n]*\)")
MARKS = re.compile(r"\\(?=[*_`\[\]\\])|(?<!\\)`+|(?<![\w\\])[*_]+(?=\S)|(?<=[^\s\\])[*_]+(?!\w)")
NO_WORD = re.compile(r"[^\w .,-]+")

Name = Callable[[str], str]
"""From the id in a reference to the words for it."""


class _Blocks(HTMLParser):
    """Collects the text of each block element; the cells of a table row are joined."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.paragraphs: list[str] = []
        self.headings: list[int] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A block ends the one before it; a cell is set off from the one before it."""
        if tag in BLOCKS:
            self.end()
        elif tag in {"td", "th"} and self.text.strip():
            self.text += " | "
        elif tag == "br":
            self.text += " "

    def handle_endtag(self, tag: str) -> None:
        """The end of a block."""
        if tag in BLOCKS:
            self.end(heading=tag in HEADINGS)

    def handle_data(self, data: str) -> None:
        """Words."""
        self.text += data

    def end(self, heading: bool = False) -> None:
        """Keep what was collected, if anything."""
        words = " ".join(self.text.split()).removesuffix(" |")
        if words:
            self.headings += [len(self.paragraphs)] if heading else []
            self.paragraphs.append(words)
        self.text = ""


class PlainText:
    """Reads Markdown; `name` gives the words for the id in a reference."""

    def __init__(self, name: Name) -> None:
        self.name = name
        self.converter = python_markdown.Markdown(extensions=[*EXTENSIONS, References(lambda id: ("", name(id)))])

    def page(self, text: str) -> tuple[list[str], list[int]]:
        """The paragraphs of a page (headings, list items, table rows and paragraphs, each on one line), and which of them are headings."""
        source = HEAD.sub("", text.replace("\r\n", "\n"))
        blocks = _Blocks()
        blocks.feed(self.converter.reset().convert(COLLAPSIBLE.sub(r"\1!!!", MACRO.sub(_call, source))))
        blocks.close()
        blocks.end()
        return blocks.paragraphs, blocks.headings

    def field(self, text: str) -> str:
        """A formatted field without its marks. Line breaks stay."""
        return MARKS.sub("", LINK.sub(r"\1", REFERENCE.sub(self._reference, text)))

    def _reference(self, found: re.Match[str]) -> str:
        return found.group("words") or self.name(found.group("id"))


def _call(found: re.Match[str]) -> str:
    """`{{ control("A.2.2") }}` as `(shown here: control A.2.2)`; a statement in `{% %}` shows nothing itself."""
    inside = found.group()[2:-2].strip(" \t\n-")
    call = CALL.match(inside)
    if found.group().startswith("{%") or not call:
        return ""
    words = " ".join([call.group(1).replace("_", " "), *re.findall(r"[\"']([^\"']*)[\"']", call.group(2) or "")])
    return f"(shown here: {NO_WORD.sub(' ', words).strip()})"
