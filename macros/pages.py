"""The generated pages: a plain function from the management system to {path: Markdown}. Writes nothing, knows no MkDocs."""

from __future__ import annotations

import json
from collections.abc import Iterator

from macros import views
from macros.escape import title_text
from macros.graph import Aims
from macros.render import Renderer, label


def record_pages(aims: Aims, renderer: Renderer) -> Iterator[tuple[str, str]]:
    """The page of every record that has one of its own and no Markdown file in `docs/`: its path below `docs/`, and its Markdown."""
    for id, entry in aims.entries.items():
        path = aims.address(id)
        if entry.kind is None or "#" in path or f"docs/{path}" in aims.pages:
            continue
        record = aims.get(id)
        assert record
        template, view = views.RECORDS.get(entry.kind.id, views.ANY_RECORD)
        yield path, front_matter(label(record), views.description(record)) + renderer.render(template, view(aims, id), path)


def front_matter(title: str, description: str) -> str:
    """The head of a generated page: its title, what search engines and previews show, and macros switched off, because what follows is data."""
    values = {"title": title_text(title), "description": title_text(description), "render_macros": False}
    return "---\n" + "".join(f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in values.items()) + "---\n\n"
