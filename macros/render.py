"""View + template → Markdown. The environment is strict: an unknown name is an error, and every value is escaped on its way out."""

from __future__ import annotations

import datetime as dt
import posixpath
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from macros.audience import plain
from macros.escape import address, day_text, formatted, markdown_text
from macros.graph import Aims
from macros.schema import KIND, KIND_OF
from macros.schema.base import Record
from macros.schema.fields import recorded

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class Repository:
    """Addresses of the host's web editor. `url`, `edit_uri`: as in mkdocs.yml; `new_uri`: where a file is begun there, with {folder}, {name} and {text}."""

    url: str = ""
    edit_uri: str = ""
    new_uri: str = ""

    def edit(self, file: str) -> str | None:
        """Where a file can be edited, or None without a repository."""
        return f"{self.url.rstrip('/')}/{self.edit_uri.strip('/')}/{quote(file)}" if self.url and self.edit_uri else None

    def new(self, folder: str, name: str, text: str) -> str | None:
        """Where a new file can be begun with a text, or None without a repository."""
        if not (self.url and self.new_uri):
            return None
        values = {"folder": quote(folder), "name": quote(name, safe=""), "text": quote(text, safe="")}
        return f"{self.url.rstrip('/')}/{self.new_uri.format(**values)}"


class Renderer:
    """Renders templates for one state of the management system. `repo`: where its files can be edited; `as_of`: the day of it, in words."""

    def __init__(self, aims: Aims, repo: Repository = Repository(), as_of: str | None = None) -> None:
        self.aims = aims
        self.here = "index.md"
        self.environment = Environment(
            loader=FileSystemLoader(TEMPLATES),
            undefined=StrictUndefined,
            autoescape=True,
            auto_reload=False,
            finalize=_finalize,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.environment.globals |= {
            "title": self.title,
            "address": self.address,
            "prose": self.prose,
            "record": aims.get,
            "complete": self.complete,
            "recorded": recorded,
            "narrowed": aims.whole is not None,
            "today": aims.today,
            "as_of": as_of or aims.today,
            "repo": repo,
            "url": address,
        }
        # the small pieces that every template uses, as `p`; loaded once and not for every page
        self.environment.globals["p"] = self.environment.get_template("_parts.md.j2").module

    def render(self, template: str, view: DataclassInstance | None, here: str) -> str:
        """The Markdown of a template filled with the fields of a view, for the page at `here` (a path below `docs/`)."""
        self.here = here
        return self.environment.get_template(template).render(vars(view) if view else {})

    def title(self, id: str) -> str:
        """How a record is called in a link: id and title, or only the title for roles and the like; what an edition leaves out, by its plain id."""
        record = self.aims.get(id)
        return label(record) if record else plain(id)

    def complete(self, *kinds: str) -> bool:
        """Whether all records of these kinds are here, so that something can be concluded from there being none."""
        return self.aims.complete(*(KIND[kind].model for kind in kinds))

    def address(self, id: str) -> Markup | None:
        """The address of a record for a Markdown link, or None where an edition leaves it out."""
        found = self.aims.shown_at(id)
        return address("/" + found) if found else None

    def prose(self, text: str) -> Markup:
        """A formatted field as HTML; its links are relative to the page, because MkDocs does not see links in HTML."""
        return formatted(text, lambda id: self._resolve(id))

    def _resolve(self, id: str) -> tuple[str | None, str] | None:
        id = self.aims.id_now(id)
        if id not in (self.aims.whole or self.aims).entries:
            return None
        found = self.aims.shown_at(id)
        return relative(found, self.here) if found else None, self.title(id)


def relative(target: str, here: str) -> str:
    """The address of a page (`risks/R-001.md#x`) as a link from the built page of `here`."""
    page, _, anchor = target.partition("#")
    built = posixpath.splitext(page)[0] + ".html"
    return posixpath.relpath(built, posixpath.dirname(here) or ".") + (f"#{anchor}" if anchor else "")


def label(record: Record) -> str:
    """How a record is called: `R-012 Chest Reader misses a finding`; a role, site or unit only by its title."""
    return record.name if by_title(record) or record.name == record.id else f"{record.id} {record.name}"


def by_title(record: Record) -> bool:
    """Whether readers know a record by its title and not by its id."""
    return record.id.islower() or KIND_OF[type(record)].by_title


def _finalize(value: Any) -> Any:
    if hasattr(value, "__html__"):
        return value
    if isinstance(value, dt.date):
        return day_text(value)
    return "" if value is None else markdown_text(value)
