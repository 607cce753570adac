"""One built HTML file as what the tests ask of it: its words, its links, its anchors, what it loads.

Read with the standard library's parser, which reads attributes and entities as a browser does.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
UNREAD = {"script", "style", "template", "noscript"}
CODE = {"code", "pre"}
LOADS = {
    "script": ("src",), "img": ("src", "srcset"), "source": ("src", "srcset"), "iframe": ("src",), "audio": ("src",), "video": ("src", "poster"),
    "object": ("data",), "embed": ("src",), "use": ("href", "xlink:href"), "image": ("href", "xlink:href"), "track": ("src",), "input": ("src",),
}  # fmt: skip
LINK_RELATIONS = {"stylesheet", "icon", "preload", "prefetch", "modulepreload", "preconnect", "dns-prefetch", "manifest", "apple-touch-icon"}
STYLE_ADDRESS = re.compile(r"""url\(\s*["']?([^"')]+)|@import\s+["']([^"']+)""")


@dataclass(frozen=True)
class Tag:
    """One element as it was opened: its name, attributes, and line."""

    name: str
    attributes: dict[str, str]
    line: int


@dataclass(repr=False)
class Page:
    """A built page. `path` is relative to the site, with /."""

    path: str
    tags: list[Tag] = field(default_factory=list)
    text: str = ""
    """Every word a reader can come to see, white space as written; no scripts and styles."""
    prose: str = ""
    """The same without code."""
    scripts: list[str] = field(default_factory=list)
    styles: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    nav_entries: int = 0
    """Entries of the navigation, without the table of contents of the page."""

    @cached_property
    def words(self) -> str:
        """The text with every run of white space as one space."""
        return squeezed(self.text)

    def links(self) -> list[tuple[Tag, str]]:
        """Every address in this page: of links, and of what it loads."""
        found = [(tag, tag.attributes["href"]) for tag in self.tags if tag.name in {"a", "area", "link"} and "href" in tag.attributes]
        return found + self.loads(links=False)

    def loads(self, links: bool = True) -> list[tuple[Tag, str]]:
        """Addresses that a browser fetches by itself: scripts, styles, images, fonts, frames."""
        found = []
        for tag in self.tags:
            for name in LOADS.get(tag.name, ()):
                value = tag.attributes.get(name, "")
                parts = [part.split()[0] for part in value.split(",") if part.strip()] if name == "srcset" else [value]
                found += [(tag, part) for part in parts if part]
            if links and tag.name == "link" and LINK_RELATIONS & set(tag.attributes.get("rel", "").split()):
                found.append((tag, tag.attributes.get("href", "")))
            found += [(tag, address) for address in style_addresses(tag.attributes.get("style", ""))]
        for style in self.styles:
            found += [(Tag("style", {}, 0), address) for address in style_addresses(style)]
        return found

    def target(self, address: str) -> tuple[str, str] | None:
        """Where an address of this page leads inside the site, as (path, anchor); None for another host, mail or phone."""
        parts = urlsplit(address)
        if parts.scheme or parts.netloc:
            return None
        path = unquote(parts.path)
        if path.startswith("/"):
            path = path.lstrip("/") or "index.html"
        elif path:
            path = posixpath.normpath(posixpath.join(posixpath.dirname(self.path), path))
        else:
            path = self.path
        return path, unquote(parts.fragment)


def squeezed(text: str) -> str:
    """The text with every run of white space as one space."""
    return " ".join(text.split())


def style_addresses(style: str) -> list[str]:
    """Every address that a style sheet names."""
    return [first or second for first, second in STYLE_ADDRESS.findall(style)]


def nothing(found: Iterable[object]) -> None:
    """Fail with what was found, one finding a line; pass if there is none."""
    lines = [str(item) for item in found]
    if lines:
        more = [f"… and {len(lines) - 40} more"] if len(lines) > 40 else []
        raise AssertionError("\n".join([f"{len(lines)} found:", *lines[:40], *more]))


class _Reader(HTMLParser):
    def __init__(self, page: Page) -> None:
        super().__init__(convert_charrefs=True)
        self.page = page
        self.open: list[str] = []
        self.pieces: list[tuple[bool, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        self.page.tags.append(Tag(tag, attributes, self.getpos()[0]))
        self.page.ids |= {attributes[name] for name in ("id", "name") if name in attributes and (name == "id" or tag == "a")}
        classes = attributes.get("class", "").split()
        if tag == "li" and "md-nav__item" in classes and "secondary" not in self.open and "primary" in self.open:
            self.page.nav_entries += 1
        if tag not in VOID:
            kind = next((kind for kind in ("primary", "secondary") if f"md-nav--{kind}" in classes), tag) if tag == "nav" else tag
            self.open.append(kind)
        if tag not in {"a", "abbr", "b", "code", "em", "i", "mark", "small", "span", "strong"}:
            self.pieces.append((False, "\n"))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        names = [tag, "primary", "secondary"] if tag == "nav" else [tag]
        for place in range(len(self.open) - 1, -1, -1):
            if self.open[place] in names:
                del self.open[place:]
                break

    def handle_data(self, data: str) -> None:
        inside = self.open[-1] if self.open else ""
        if inside == "script":
            self.page.scripts.append(data)
        elif inside == "style":
            self.page.styles.append(data)
        elif UNREAD.isdisjoint(self.open):
            self.pieces.append((not CODE.isdisjoint(self.open), data))

    def handle_comment(self, data: str) -> None:
        self.page.comments.append(data)


def read_html(file: Path, site: Path) -> Page:
    """Read one built file."""
    page = Page(file.relative_to(site).as_posix())
    reader = _Reader(page)
    reader.feed(file.read_text(encoding="utf-8"))
    reader.close()
    page.text = "".join(text for _, text in reader.pieces)
    page.prose = "".join("" if code else text for code, text in reader.pieces)
    return page


def read_site(folder: Path) -> dict[str, Page]:
    """Every HTML file of a site, by its path."""
    return {page.path: page for page in (read_html(file, folder) for file in sorted(folder.rglob("*.html")))}
