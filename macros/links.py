"""`[[R-012]]` and `[[R-012 own words]]` in Markdown become links with the record's title.

A Python-Markdown extension. It emits `/risks/R-012.md`, which MkDocs resolves to the right address for every page (`absolute_links:
relative_to_docs`). Unknown ids are left as they are: the check has already reported them with file, line and column. What an edition for an
audience leaves out becomes plain text, and so do ordinary links to its pages.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree
from collections.abc import Callable

from markdown import Markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AMP_SUBSTITUTE, AtomicString

from macros.prose import REFERENCE

Resolve = Callable[[str], tuple[str | None, str] | None]
"""From an id to (address, title), or None for an unknown id. Without an address the title becomes plain text."""
Readdress = Callable[[str], str | None]
"""From the address of a link, as the author wrote it, to the one to use, or None for plain text."""


class ReferenceProcessor(InlineProcessor):
    """Turns one reference into an `a` element."""

    def __init__(self, resolve: Resolve, md: Markdown) -> None:
        super().__init__(REFERENCE.pattern, md)
        self.resolve = resolve

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[etree.Element | None, int | None, int | None]:  # type: ignore[override]  # as Python-Markdown's own
        """The link, and the part of the text that it replaces."""
        found = self.resolve(m.group("id"))
        if found is None:
            return None, None, None
        address, title = found
        link = etree.Element("a", {"href": address, "class": "record"}) if address else etree.Element("span")
        # a title is data: no Markdown, no HTML, and no entity, which Python-Markdown would leave as it is
        link.text = m.group("words") or AtomicString(title.replace("&", f"{AMP_SUBSTITUTE}amp;"))
        return link, m.start(0), m.end(0)


class ReaddressProcessor(Treeprocessor):
    """Turns links to pages that an edition leaves out into their words, and images into their description."""

    def __init__(self, readdress: Readdress, md: Markdown) -> None:
        super().__init__(md)
        self.readdress = readdress

    def run(self, root: etree.Element) -> None:
        """Change the tree in place."""
        for element in root.iter():
            name = {"a": "href", "img": "src"}.get(element.tag)
            given = element.get(name) if name else None
            if name is None or given is None:
                continue
            address = self.readdress(given)
            if address is not None:
                element.set(name, address)
                continue
            element.text = element.text if element.tag == "a" else element.get("alt")
            element.tag = "span"
            for attribute in ("href", "src", "alt", "title"):
                element.attrib.pop(attribute, None)


class References(Extension):
    """The extension; `resolve` is how it finds records, `readdress`, where given, decides on ordinary links."""

    def __init__(self, resolve: Resolve, readdress: Readdress | None = None) -> None:
        super().__init__()
        self.resolve = resolve
        self.readdress = readdress

    def extendMarkdown(self, md: Markdown) -> None:
        """Register before links and emphasis (175), so that ids with dots and hyphens stay whole, and after code (190)."""
        md.inlinePatterns.register(ReferenceProcessor(self.resolve, md), "aims_reference", 175)
        if self.readdress:  # after links are read (20), before MkDocs looks where they lead (0)
            md.treeprocessors.register(ReaddressProcessor(self.readdress, md), "aims_readdress", 15)
