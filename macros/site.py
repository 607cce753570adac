"""One build of the site: the management system, its problems, its renderer. What the hook needs, in plain values; imports no MkDocs."""

from __future__ import annotations

import traceback
from collections.abc import Iterator, Mapping, MutableMapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined

from macros import audience, clock
from macros.audience import gaps_of_edition
from macros.blocks import registers_on_pages
from macros.build import Build
from macros.calls import Macro, macros_of
from macros.checks import check, in_order
from macros.checks.links import anchor_leads_somewhere
from macros.control.approvals.approved_text import Approved, Unavailable, approved_texts, missing
from macros.control.changes.in_words import words_of_changes
from macros.control.changes.state import NotAState
from macros.control.git import GitError
from macros.control.history import history_of
from macros.control.snapshots.this_build import building, built_commit, previous_state
from macros.downloads import register_files
from macros.escape import markdown_text, title_text
from macros.graph import Aims
from macros.graph import build as build_graph
from macros.links import References
from macros.pages import NOT_IN_NAV, record_pages, record_paths
from macros.problems import Grade, Place, Problem
from macros.prose import anchors_in, anchors_shown
from macros.render import Renderer, Repository, label
from macros.schema import KIND_OF
from macros.schema.base import Record
from macros.schema.kind import Kind
from macros.settings import UnknownSchema, need_known_schema
from macros.views import BLOCKS
from macros.views.changes import last_change, state_json
from macros.views.common import description
from macros.views.document_control import DocumentControl, approved_block, document_block
from macros.yaml_source import decode

REFUSALS = (clock.NotADay, audience.NoEdition, NotAState, UnknownSchema)
"""What `Site` raises for something that was asked for and cannot be had; the text is a sentence for a person."""


@cache
def problems_of(aims: Aims) -> tuple[Problem, ...]:
    """What the check finds; of an edition what it may tell of that."""
    if aims.whole:
        return gaps_of_edition(aims, problems_of(aims.whole))
    found = check(aims, BLOCKS)
    if any(problem.grade is Grade.error for problem in found):
        return found  # no page can be filled in
    dead = anchor_leads_somewhere(aims, lambda path: _anchors(Build(aims, found, BLOCKS, {}), path))
    return tuple(sorted({*found, *(Problem(place, message, Grade.error, "link-leads-somewhere", about) for place, message, about in dead)}, key=in_order))


def _anchors(build: Build, path: str) -> frozenset[str]:
    """What can be linked to in a page below docs/ with its macros filled in."""
    macros = macros_of(build, Renderer(build.aims), lambda: path)
    text = decode((build.aims.project / "docs" / path).read_bytes())
    filled = Environment(undefined=StrictUndefined).from_string(text).render(macros)
    return anchors_in(filled) | anchors_shown(filled)


@cache
def approved_of(aims: Aims) -> Mapping[str, Approved | str]:
    """By document, the approved text that its files do not hold, or why it cannot be had."""
    return approved_texts(aims, _macros_then)


@cache
def build_of(aims: Aims) -> Build:
    """Everything that a build of this management system knows at its start. `aims` has no errors, or nobody asks for pages."""
    return Build(aims, problems_of(aims), BLOCKS, approved_of(aims), registers_on_pages(aims, BLOCKS))


def _macros_then(then: Aims, here: str) -> Mapping[str, Macro]:
    """The macros of a page over the records of a past state. It offers no text older still, and no place to edit."""
    macros = macros_of(Build(then, problems_of(then), BLOCKS, {}), Renderer(then), lambda: here)
    sound = all(problem.grade is not Grade.error for problem in problems_of(then.whole or then))
    return macros if sound else {name: _over_errors(macro) for name, macro in macros.items()}


def _over_errors(macro: Macro) -> Macro:
    """A macro over records that have errors, of which no page is made today: where it fails on them it raises `Unavailable`."""

    def called(*arguments: str) -> str:
        try:
            return macro(*arguments)
        except Exception as error:  # anything at all: a table that is too short, a reference that leads nowhere
            raise Unavailable("the records of then have errors, and a macro needs them without") from error

    return called


@dataclass(frozen=True)
class Errors:
    """What stands in place of every page while the data have errors."""

    errors: tuple[Problem, ...]


@dataclass(frozen=True)
class Failure:
    """What stands in place of a page whose code failed."""

    trace: str


@dataclass(frozen=True)
class PageContext:
    """What the theme shows around a page; templates below `overrides/` know it as `aims`."""

    control: DocumentControl | None
    edit_url: str | None
    edition: str
    """What every page says about for whom it is; nothing in the full edition."""
    changed: str | None
    """When the record of the page last changed, in words."""
    back: Kind | None = None
    """The kind of the record that the page shows, where its register is another page here."""
    words: Mapping[str, str] = field(default_factory=words_of_changes)
    """The words with which changes are said, for the script of the page "compare"."""


class Site:
    """Loads a project, checks it, and renders what MkDocs asks for.

    `repo_url`, `edit_uri`: where the source can be edited in the host's web editor. `options`: `extra.aims` of mkdocs.yml. `serving`:
    whether what goes wrong becomes the page instead of ending the build. `aims` is the edition for AIMS_AUDIENCE, of which alone anything is
    shown; errors are those of the whole. Raises one of `REFUSALS`: for an unusable day, an unusable audience, data of a schema that is not known,
    and in a snapshot's build for a state before that cannot be read.
    """

    def __init__(self, project: Path, repo_url: str | None, edit_uri: str | None, options: dict[str, Any], serving: bool) -> None:
        need_known_schema(options.get("schema"))
        reader, whole = audience.audience(), build_graph(project, clock.today())
        problems = problems_of(whole)
        self.errors = (*(problem for problem in problems if problem.grade is Grade.error), *_unreadable_history(whole))
        self.build = Build(whole, problems, BLOCKS, {}) if self.errors else build_of(audience.edition(whole, reader))
        self.aims = self.build.aims
        self.edition = f"{reader.value.capitalize()} edition" if self.aims.whole else ""
        """What every page says about for whom it is; nothing in the full edition."""
        self.public = reader is audience.Audience.public
        self.version = building()
        """The name of the snapshot that is being built, if one is."""
        self.commit = built_commit(project)
        """The commit whose files are built, if it is known; asked for before the build puts files of its own beside them."""
        self.serving = serving
        self.failure = ""
        """The traceback of a template or view that failed, if one did. A build ends then; under serve it is shown."""
        self.repo = Repository() if self.public else Repository(repo_url or "", edit_uri or "", options.get("new_uri", ""))
        # the day of a snapshot would change pages whose content did not
        self.renderer = Renderer(self.aims, self.repo, "the day of this snapshot" if self.version else None)
        self.here = ""
        """The page that is being made, below `docs/`."""
        self.references = References(self._resolve, self._readdress if self.aims.whole else None)
        self.abbreviations = "\n\n" + "\n".join(_abbreviations(self.aims)) + "\n"
        self.organisation = None if self.errors else self.aims.organisation
        if self.version and not self.errors:
            previous_state(self.aims)  # one that cannot be read ends the build with a sentence, before a page needs it

    def missing(self) -> Iterator[str]:
        """For who builds: which approved texts this edition cannot offer, and why."""
        return iter(()) if self.errors else missing(self.aims, self.build.approved)

    def _resolve(self, id: str) -> tuple[str | None, str] | None:
        id = self.aims.id_now(id)
        if id not in (self.aims.whole or self.aims).entries:
            return None
        address = self.aims.shown_at(id)
        return "/" + address if address else None, self.renderer.title(id)

    def _readdress(self, address: str) -> str | None:
        return audience.readdressed(self.aims, self.here, address)

    def leaves_out(self, uri: str) -> bool:
        """Whether the file at `uri` below `docs/` is not for this audience."""
        return self.aims.whole is not None and f"docs/{uri}" not in self.aims.files

    @staticmethod
    def not_in_nav(uri: str) -> bool:
        """Whether the page at `uri` below `docs/` needs no place in the navigation."""
        return uri.startswith(NOT_IN_NAV)

    def navigation(self, nav: list[Any]) -> list[Any]:
        """A navigation as in mkdocs.yml without what this edition leaves out."""
        whole = self.aims.whole
        return audience.pruned(nav, lambda uri: uri in self.aims.page_addresses or uri not in whole.page_addresses) if whole else nav

    def generated_files(self) -> list[tuple[str, str]]:
        """Path below `docs/` and content of every generated file: the Markdown of pages, and the registers to download; pages without content while there
        are errors. Under serve a template that fails becomes the page."""
        if self.errors:
            return [(path, "") for path, _, _ in record_paths(self.aims)]
        try:
            return [*record_pages(self.build, self.renderer), *register_files(self.build, self.renderer.title)]
        except Exception:  # anything at all: under serve it becomes the page
            if not self.serving:
                raise
            self.failure = traceback.format_exc()
            return [(path, "") for path, _, _ in record_paths(self.aims)]

    def define_macros(self, env: Any) -> None:
        """Give every block to mkdocs-macros as a macro of its name. It calls them on the page that `page_markdown` was asked for last."""
        for name, macro in macros_of(self.build, self.renderer, lambda: self.here).items():
            env.variables.pop(name, None)  # a setting below `extra` of the same name, like Material's scope, would hide it
            env.macro(self._safe(macro), name)

    def _safe(self, macro: Macro) -> Macro:
        def safe(*arguments: str) -> str:
            try:
                return macro(*arguments)
            except Exception:  # noqa: BLE001  (mkdocs-macros must see none: it fails itself on a message with a percent sign, and publishes the traceback)
                self.failure = traceback.format_exc()
                return self._failed(self.here)

        return safe

    def _failed(self, uri: str) -> str:
        return self.renderer.render("failure.md.j2", Failure(self.failure), uri)

    def page_markdown(self, markdown: str, uri: str, meta: MutableMapping[str, Any]) -> str:
        """The Markdown of a page, with title and kind of the record that it shows; in its place the list of errors, or why the code failed, if any."""
        if self.errors or (self.failure and self.serving):
            meta["render_macros"] = False
            return self.renderer.render("errors.md.j2", Errors(self.errors), uri) if self.errors else self._failed(uri)
        self.here = uri
        if record := self._record(uri):
            meta.setdefault("tags", [KIND_OF[type(record)].title])  # by which search finds all of a kind: tags:risk
            if "title" not in meta:
                meta["title"], meta["description"] = title_text(label(record)), title_text(description(record))
        return markdown + self.abbreviations

    def page_context(self, uri: str) -> PageContext | None:
        """What the theme shows around the page at `uri`; nothing while there are errors."""
        if self.errors:
            return None
        file, record = self._source(uri), self._record(uri)
        return PageContext(
            control=approved_block(self.build, uri) or (document_block(self.build, file) if file else None),
            edit_url=self.repo.edit(file) if file else None,
            edition=self.edition,
            changed=last_change(self.build, uri),
            back=_way_back(self.aims, KIND_OF[type(record)], uri) if record else None,
        )

    def state_json(self) -> str | None:
        """The text of `aims.json`; None while something is wrong."""
        return None if self.errors or self.failure else state_json(self.build, self.commit)

    def _source(self, uri: str) -> str | None:
        """The file of the project that a page is made from."""
        if f"docs/{uri}" in self.aims.pages:
            return f"docs/{uri}"
        record = self._record(uri)
        return self.aims.entries[record.id].file if record else None

    def _record(self, uri: str) -> Record | None:
        """The record whose page the one at `uri` is."""
        id = Path(uri).stem
        return self.aims.get(id) if id in self.aims.entries and self.aims.address(id) == uri else None


def _way_back(aims: Aims, kind: Kind, uri: str) -> Kind | None:
    """The kind, where its register is a page of this edition other than the one at `uri`."""
    return kind if kind.register in aims.page_addresses and kind.register != uri else None


def _unreadable_history(aims: Aims) -> Iterator[Problem]:
    """Git's words where there is a history and it cannot be read: approved texts would be missing without a word."""
    try:
        history_of(aims)
    except GitError as error:
        yield Problem(Place(".git"), str(error), rule="history")


def _abbreviations(aims: Aims) -> Iterator[str]:
    """Definitions of the glossary's abbreviations, which Markdown turns into tooltips.

    One that begins ids, like AIMS in AIMS-POL-01, would break them up and is left out."""
    for entry in aims.glossary:
        word = entry.abbreviation or entry.term
        if word != word.lower() and " " not in word and not any(id.startswith(f"{word}-") for id in (aims.whole or aims).entries):
            meaning = markdown_text(f"{entry.term}: {entry.meaning}" if entry.abbreviation else entry.meaning)
            yield f"*[{word}]: {meaning}"
