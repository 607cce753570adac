"""The few pages and texts that stand outside a built site: no theme, no script, one file each."""

from __future__ import annotations

from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from macros.render import TEMPLATES

_ENVIRONMENT = Environment(loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, autoescape=True, trim_blocks=True, lstrip_blocks=True)
_PLAIN = _ENVIRONMENT.overlay(autoescape=False)


def html_page(template: str, **values: Any) -> str:
    """A page from a template; every value is escaped on its way out."""
    return _ENVIRONMENT.get_template(template).render(values) + "\n"


def text_file(template: str, **values: Any) -> str:
    """A plain text from a template."""
    return _PLAIN.get_template(template).render(values) + "\n"
