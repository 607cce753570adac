"""One build of the site: the management system, its problems, its renderer. What the hook needs, in plain values; imports no MkDocs."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from macros import clock, views
from macros.checks import check
from macros.escape import markdown_text, title_text
from macros.graph import Aims, build
from macros.links import References
from macros.pages import record_pages, record_paths
from macros.problems import Grade
from macros.render import Renderer, label


class Site:
    """Loads a project, checks it, and renders what MkDocs asks for.

    `repo_url`, `edit_uri`: where the source can be edited in the host's web editor. `options`: `extra.aims` of mkdocs.yml. `serving`:
    whether what goes wrong becomes the page instead of ending the build. Raises `clock.NotADay` for an unusable day.
    """

    def __init__(self, project: Path, repo_url: str | None, edit_uri: str | None, options: dict[str, Any], serving: bool) -> None:
        self.aims = build(project, clock.today())
        self.problems = check(self.aims)
        self.errors = tuple(problem for problem in self.problems if problem.grade is Grade.error)
        self.serving = serving
        self.failure = ""
        """The traceback of a template or view that failed, if one did. A build ends then; under serve it is shown."""
        self.renderer = Renderer(self.aims)
        self.repo = Repository(repo_url or "", edit_uri or "", options.get("new_uri", ""))
        self.renderer.environment.globals |= {"problems": self.problems, "repo": self.repo}
        self.references = References(self._resolve)
        self.abbreviations = "\n\n" + "\n".join(_abbreviations(self.aims)) + "\n"
        self.organisation = None if self.errors else self.aims.organisation

    def _resolve(self, id: str) -> tuple[str, str] | None:
        record = self.aims.get(id)
        return ("/" + self.aims.address(id), label(record)) if record else None

    def generated_pages(self) -> list[tuple[str, str]]:
        """Path below `docs/` and Markdown of every generated page; without content while there are errors. Under serve a template that fails
        becomes the page."""
        if self.errors:
            return [(path, "") for path, _, _ in record_paths(self.aims)]
        try:
            return list(record_pages(self.aims, self.renderer))
        except Exception:
            if not self.serving:
                raise
            self.failure = traceback.format_exc()
            return [(path, "") for path, _, _ in record_paths(self.aims)]

    def define_macros(self, env: Any) -> None:
        """Give every block to mkdocs-macros as a macro of its name."""
        for name, (template, view) in views.BLOCKS.items():
            env.variables.pop(name, None)  # a setting below `extra` of the same name, like Material's scope, would hide it
            env.macro(self._macro(template, view, env), name)

    def _macro(self, template: str, view: Callable[..., dict[str, Any]], env: Any) -> Callable[..., str]:
        def macro(*arguments: str) -> str:
            # mkdocs-macros must not see an exception: it fails itself on a message with a percent sign, and publishes the traceback
            try:
                return self.renderer.render(template, view(self.aims, *arguments), env.page.file.src_uri)
            except Exception:
                self.failure = traceback.format_exc()
                return self.renderer.render("failure.md.j2", {"trace": self.failure}, env.page.file.src_uri)

        return macro

    def page_markdown(self, markdown: str, uri: str, meta: dict[str, Any]) -> str:
        """The Markdown of a page with its title from data; in its place the list of errors, or why the code failed, while there is any."""
        if self.errors or (self.failure and self.serving):
            meta["render_macros"] = False
            template, view = ("errors.md.j2", {"errors": self.errors}) if self.errors else ("failure.md.j2", {"trace": self.failure})
            return self.renderer.render(template, view, uri)
        id = Path(uri).stem
        record = self.aims.get(id)
        if record and self.aims.address(id) == uri and "title" not in meta:
            meta["title"], meta["description"] = title_text(label(record)), title_text(views.description(record))
        return markdown + self.abbreviations

    def page_context(self, uri: str) -> dict[str, Any]:
        """What the theme shows around the page at `uri`."""
        if self.errors:
            return {}
        file = self._source(uri)
        return {
            "control": views.document_block(self.aims, file) if file else None,
            "edit_url": self.repo.edit(file) if file else None,
            "today": self.aims.today,
        }

    def _source(self, uri: str) -> str | None:
        """The file of the project that a page is made from."""
        if f"docs/{uri}" in self.aims.pages:
            return f"docs/{uri}"
        entry = self.aims.entries.get(Path(uri).stem)
        return entry.file if entry else None


def _abbreviations(aims: Aims) -> Iterator[str]:
    """Definitions of the glossary's abbreviations, which Markdown turns into tooltips.

    One that begins ids, like AIMS in AIMS-POL-01, would break them up and is left out."""
    for entry in aims.glossary:
        word = entry.abbreviation or entry.term
        if word != word.lower() and " " not in word and not any(id.startswith(f"{word}-") for id in aims.entries):
            meaning = markdown_text(f"{entry.term}: {entry.meaning}" if entry.abbreviation else entry.meaning)
            yield f"*[{word}]: {meaning}"


class Repository:
    """Addresses of the host's web editor."""

    def __init__(self, url: str, edit_uri: str, new_uri: str) -> None:
        self.url, self.edit_uri, self.new_uri = url.rstrip("/"), edit_uri.strip("/"), new_uri

    def edit(self, file: str) -> str | None:
        """Where a file can be edited, or None without a repository."""
        return f"{self.url}/{self.edit_uri}/{quote(file)}" if self.url and self.edit_uri else None

    def new(self, folder: str, name: str, text: str) -> str | None:
        """Where a new file can be begun with a text, or None without a repository."""
        if not (self.url and self.new_uri):
            return None
        values = {"folder": quote(folder), "name": quote(name, safe=""), "text": quote(text, safe="")}
        return f"{self.url}/{self.new_uri.format(**values)}"
