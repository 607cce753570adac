"""The generated pages: a plain function from the management system to {path: Markdown}. Writes nothing, knows no MkDocs."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from macros.build import Build
from macros.ended import Over
from macros.escape import title_text
from macros.graph import Aims
from macros.render import Renderer, label, relative
from macros.schema import KINDS
from macros.schema.base import Living, Record
from macros.schema.documents import Document
from macros.schema.kind import Kind
from macros.views import ANY_RECORD, RECORDS
from macros.views.common import description
from macros.views.document_control import approved_head

NOT_IN_NAV = tuple(f"{kind.pages}/" for kind in KINDS if kind.pages)
"""Folders whose pages are reached by registers, links and search, because Material writes the whole navigation into every page."""


def record_paths(aims: Aims) -> Iterator[tuple[str, Record, Kind]]:
    """Every record that has a generated page: the page's path below `docs/`, the record and its kind. A Markdown file in `docs/` at that path
    takes its place."""
    for id, entry in aims.entries.items():
        path, record = aims.address(id), aims.get(id)
        if record and entry.kind and "#" not in path and f"docs/{path}" not in aims.pages:
            yield path, record, entry.kind


@dataclass(frozen=True)
class KnownAs:
    """Under which other ids a record is known: its number elsewhere, and those that it had."""

    ref: str | None
    formerly: tuple[str, ...]


@dataclass(frozen=True)
class Moved:
    """A former id, and the record that it leads to."""

    former: str
    id: str


def moved_paths(aims: Aims) -> Iterator[tuple[str, Moved]]:
    """Where a record with a page of its own had that under each of its former ids, unless something else is there now."""
    for former, id in aims.loaded.renamed.items():
        kind = aims.entries[id].kind if id in aims.entries else None
        path = kind.page.format_map(defaultdict(str, id=former)) if kind and "{id}" in kind.page else "#"
        if "#" not in path and path not in aims.page_addresses:
            yield path, Moved(former, id)


def record_pages(build: Build, renderer: Renderer) -> Iterator[tuple[str, str]]:
    """Path below `docs/` and Markdown of every generated page."""
    for path, record, kind in record_paths(build.aims):
        block = RECORDS.get(kind.id, ANY_RECORD)
        head, _, rest = renderer.render(block.template, block.view(build, record.id), path).partition("\n")
        over = renderer.render("over.md.j2", Over(record.ended, build.aims.over(record)), path) if isinstance(record, Living) and record.ended else "\n"
        known = renderer.render("known_as.md.j2", KnownAs(record.ref, record.formerly), path) if record.ref or record.formerly else ""
        yield path, front_matter(label(record), description(record)) + head + over + known + rest
    for path, moved in moved_paths(build.aims):
        title, leads_to = f"{moved.former} is {renderer.title(moved.id)} now", relative(build.aims.address(moved.id), path)
        yield path, front_matter(title, title, moved_to=leads_to, search={"exclude": True}) + renderer.render("moved.md.j2", moved, path)
    for document in build.aims.all(Document):
        if text := build.approved_text(document.id):
            title = f"{label(document)}, version {text.version.number}"
            head = renderer.render("approved_text.md.j2", approved_head(build, document, text), text.address)
            yield text.address, front_matter(title, f"The approved text of {title}.") + head + text.text + "\n"


def front_matter(title: str, description: str, **more: Any) -> str:
    """The head of a generated page: its title, what search engines and previews show, and macros switched off, because what follows is data."""
    values = {"title": title_text(title), "description": title_text(description), "render_macros": False, **more}
    return "---\n" + "".join(f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in values.items()) + "---\n\n"
