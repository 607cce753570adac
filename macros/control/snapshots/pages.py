"""The few pages and texts that stand outside a built site: no theme, no script, and one stylesheet for all of them."""

from __future__ import annotations

from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from macros.render import TEMPLATES

_ENVIRONMENT = Environment(loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, autoescape=True, trim_blocks=True, lstrip_blocks=True)
STYLE = "snapshots.css"
"""At the root, because the policy of a server allows no style inside a page."""
_PLAIN = _ENVIRONMENT.overlay(autoescape=False)


def html_page(template: str, **values: Any) -> str:
    """A page from a template; every value is escaped on its way out."""
    return _ENVIRONMENT.get_template(template).render(values) + "\n"


def stylesheet() -> bytes:
    """The content of the stylesheet of these pages."""
    return (TEMPLATES / STYLE).read_bytes()


def text_file(template: str, **values: Any) -> str:
    """A plain text from a template."""
    return _PLAIN.get_template(template).render(values) + "\n"
