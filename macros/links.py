"""`[[R-012]]` and `[[R-012 own words]]` in Markdown become links with the record's title.

A Python-Markdown extension. It emits `/risks/R-012.md`, which MkDocs resolves to the right address for every page (`absolute_links:
relative_to_docs`). Unknown ids are left as they are: the check has already reported them with file, line and column.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree
from collections.abc import Callable

from markdown import Markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor
from markdown.util import AMP_SUBSTITUTE, AtomicString

from macros.prose import REFERENCE

Resolve = Callable[[str], tuple[str, str] | None]
"""From an id to (address, title), or None for an unknown id."""


class ReferenceProcessor(InlineProcessor):
    """Turns one reference into an `a` element."""

    def __init__(self, resolve: Resolve, md: Markdown) -> None:
        super().__init__(REFERENCE.pattern, md)
        self.resolve = resolve

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[etree.Element | None, int | None, int | None]:  # type: ignore[override]
        """The link, and the part of the text that it replaces."""
        found = self.resolve(m.group("id"))
        if found is None:
            return None, None, None
        address, title = found
        link = etree.Element("a", {"href": address, "class": "record"})
        # a title is data: no Markdown, no HTML, and no entity, which Python-Markdown would leave as it is
        link.text = m.group("words") or AtomicString(title.replace("&", f"{AMP_SUBSTITUTE}amp;"))
        return link, m.start(0), m.end(0)


class References(Extension):
    """The extension; `resolve` is how it finds records."""

    def __init__(self, resolve: Resolve) -> None:
        super().__init__()
        self.resolve = resolve

    def extendMarkdown(self, md: Markdown) -> None:
        """Register before links and emphasis (175), so that ids with dots and hyphens stay whole, and after code (190)."""
        md.inlinePatterns.register(ReferenceProcessor(self.resolve, md), "aims_reference", 175)
