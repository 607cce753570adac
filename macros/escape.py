"""The only functions that write data into Markdown and into titles. Nothing else does.

`markdown_text` was measured against 29 hostile strings: escaping HTML alone leaves links, attribute lists and table breaks alive;
writing every ASCII character that is not a letter or digit as an entity leaves none.
"""

from __future__ import annotations

import datetime as dt
import html
import re
from typing import Any
from urllib.parse import quote

import markdown as python_markdown
import nh3
from markupsafe import Markup

from macros.links import References, Resolve

NOT_PLAIN = re.compile(r"[^A-Za-z0-9 \u0080-\U0010ffff]")
TAG = re.compile(r"(<[^>]*>)")
HREF = re.compile(r'(?<= href=")[^"]*')
NOT_IN_HREF = re.compile(r"[^A-Za-z0-9/.:#\u0080-\U0010ffff-]")
TAGS = {"a", "br", "code", "em", "li", "ol", "p", "strong", "ul"}


def markdown_text(value: Any) -> Markup:
    """Any value as text that Markdown, HTML, Jinja and attribute lists cannot read as anything but text; a line break becomes `<br>`."""
    return Markup(NOT_PLAIN.sub(_entity, str(value)))


def _entity(found: re.Match[str]) -> str:
    character = found.group()
    return "<br>" if character == "\n" else f"&#{ord(character)};"


def day_text(value: dt.date) -> Markup:
    """A day, marked as one so that it is never broken over two lines."""
    return Markup(f"<time>{value.isoformat()}</time>")


def title_text(value: str) -> str:
    """A text for front matter: page titles, navigation and descriptions, which Material prints as they are and macros reads as Jinja."""
    return html.escape(value).replace("{", "&#123;").replace("}", "&#125;").replace("\n", " ")


def address(value: str) -> Markup:
    """An address or part of one for a link target, an anchor or a class; what may not stand there is percent-encoded."""
    return Markup(quote(value, safe="/#"))


def formatted(text: str, resolve: Resolve) -> Markup:
    """A text with Markdown and `[[id]]` as clean HTML for the inside of a Markdown page. Only simple tags survive; links lead to
    records or to https addresses."""
    records: set[str] = set()

    def remembered(id: str) -> tuple[str | None, str] | None:
        found = resolve(id)
        if found and found[0]:
            records.add(found[0])
        return found

    def leads_somewhere(tag: str, attribute: str, value: str) -> str | None:
        return value if value in records or value.startswith(("https://", "mailto:")) else None

    rendered = python_markdown.markdown(text, extensions=[References(remembered), "sane_lists"])
    clean = nh3.clean(rendered, tags=TAGS, attributes={"a": {"href"}}, attribute_filter=leads_somewhere, link_rel=None)
    pieces = TAG.split(clean)
    # the text between the tags and the addresses in them are what Markdown would read once more
    return Markup("".join(HREF.sub(_href, piece) if number % 2 else _again(piece) for number, piece in enumerate(pieces)).strip())


def _again(piece: str) -> str:
    return markdown_text(re.sub(r"\s+", " ", html.unescape(piece)))


def _href(found: re.Match[str]) -> str:
    return NOT_IN_HREF.sub(_entity, html.unescape(found.group()))
