"""The whole management system as one value: records by id, their addresses, and links both ways.

Each link is stored once, in the record that owns it; the reverse is computed here. `Aims` is what checks, views and exports read.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TypeVar, cast

from macros.clock import day_of
from macros.load import Entry, Loaded, load
from macros.problems import Place
from macros.prose import Page, read_pages, references
from macros.schema import KIND_OF
from macros.schema.base import Living, Part, Record, natural
from macros.schema.controls import ControlStatus, Decision
from macros.schema.documents import DatedRecord, Document
from macros.schema.fields import fields_of, marked_of, parts_of
from macros.schema.organisation import Context, Organisation, Scope
from macros.schema.policy import Policy
from macros.schema.risks import RiskCriteria, TreatmentPlan
from macros.schema.standard import GlossaryTerm, LegalCalendar, Reference

P = TypeVar("P", bound=Part)
R = TypeVar("R", bound=Record)


def anchor(id: str) -> str:
    """The HTML anchor of an id: small letters, hyphens for dots."""
    return id.lower().replace(".", "-")


class Withheld(LookupError):
    """What is asked for exists, but not in this edition; see `audience.py`."""


@dataclass(frozen=True)
class Link:
    """One link: from which record, in which field, to which id, and where it is written."""

    source: str
    label: str
    target: str
    kinds: tuple[str, ...]
    place: Place
    recorded: bool = False
    """Whether it says what was so on a day, and stays as it is whatever becomes of its target."""


@dataclass(frozen=True, eq=False)
class Aims:
    """Everything known about one management system on one day. Compared by identity, so that what follows from it can be cached."""

    project: Path
    today: dt.date
    loaded: Loaded
    pages: dict[str, Page]
    """The Markdown pages below `docs/`, by path below the project."""
    files: tuple[str, ...]
    """Every file below `docs/` and `aims_data/`."""
    entries: dict[str, Entry] = field(default_factory=dict)
    """Records by id."""
    parts: dict[type[Part], list[Entry]] = field(default_factory=dict)
    """Every part that was read, by its model, in file order."""
    whole: Aims | None = None
    """The whole management system, where this is an edition of it for an audience (see `audience.py`); None where it is the whole itself."""
    audience: str = "auditor"
    """For whom it is."""

    def day_of(self, moment: dt.datetime) -> dt.date:
        """Which day a moment is for the organisation."""
        zone = self.organisation.time_zone if self.has(Organisation) else None
        return day_of(moment, zone)

    # -- finding ----------------------------------------------------------------------------------------------------------------
    def entry(self, id: str) -> Entry | None:
        """The record's entry with its places, or None."""
        return self.entries.get(self.id_now(id))

    def id_now(self, id: str) -> str:
        """The id that a record has today, given that or one that it had formerly."""
        return id if id in self.entries else self.loaded.renamed.get(id, id)

    def ids_ever(self, id: str) -> tuple[str, ...]:
        """The id that a record has today, and those that it had formerly."""
        return (id, *(former for former, now in self.loaded.renamed.items() if now == id))

    def get(self, id: str) -> Record | None:
        """The record that has this id or had it formerly, or None."""
        entry = self.entry(id)
        return cast(Record, entry.part) if entry else None

    def find(self, id: str, model: type[R]) -> R | None:
        """The record of this id if it is of this model, or None."""
        record = self.get(id)
        return record if isinstance(record, model) else None

    def all(self, model: type[R]) -> tuple[R, ...]:
        """The records of a model that have not ended, by id in natural order: what is listed, counted, due and asked for."""
        cache = self.__dict__.setdefault("_by_model", {})
        if model not in cache:
            cache[model] = tuple(record for record in self.every(model) if not self.over(record))
        return cast(tuple[R, ...], cache[model])

    def every(self, model: type[R]) -> tuple[R, ...]:
        """All records of a model, also those that have ended, by id in natural order: what happened and what ids were given."""
        found = [cast(R, entry.part) for entry in self.parts.get(model, [])]
        return tuple(sorted(found, key=lambda record: natural(record.id)))

    def over(self, record: Record) -> bool:
        """Whether a record has ended by now."""
        return isinstance(record, Living) and record.ended is not None and record.ended.on <= self.today

    def the(self, model: type[P]) -> P:
        """The one part of a model that exists once per project, like the policy. Raises `Withheld` where an edition leaves it out."""
        if self.whole and not self.has(model):
            raise Withheld(model.__name__)
        return cast(P, self.parts[model][0].part)

    def has(self, model: type[Part]) -> bool:
        """Whether a part of this model was read."""
        return bool(self.parts.get(model))

    def complete(self, *models: type[Part]) -> bool:
        """Whether this edition holds every part of these models. Where it does not, nothing may be concluded from there being none."""
        if self.whole is None:
            return True
        here = {id(entry) for model in models for entry in self.parts.get(model, ())}
        return all(id(entry) in here for model in models for entry in self.whole.parts.get(model, ()))

    @property
    def organisation(self) -> Organisation:
        """Who we are."""
        return self.the(Organisation)

    @property
    def context(self) -> Context:
        """Issues and the climate decision."""
        return self.the(Context)

    @property
    def scope(self) -> Scope:
        """The scope of the AIMS."""
        return self.the(Scope)

    @property
    def policy(self) -> Policy:
        """The AI policy."""
        return self.the(Policy)

    @property
    def criteria(self) -> RiskCriteria:
        """Scales, matrix and acceptance rules."""
        return self.the(RiskCriteria)

    @property
    def plan(self) -> TreatmentPlan:
        """The risk treatment plan."""
        return self.the(TreatmentPlan)

    @property
    def legal_dates(self) -> LegalCalendar:
        """Dates of the EU AI Act."""
        return self.the(LegalCalendar)

    @property
    def reference(self) -> Reference:
        """Facts around the standard."""
        return self.the(Reference)

    @property
    def glossary(self) -> tuple[GlossaryTerm, ...]:
        """Words explained, in file order."""
        return tuple(cast(GlossaryTerm, entry.part) for entry in self.parts.get(GlossaryTerm, []))

    @cached_property
    def decisions(self) -> dict[str, Decision]:
        """Decisions of the Statement of Applicability, by control id."""
        return {part.control: part for part in (cast(Decision, entry.part) for entry in self.parts.get(Decision, []))}

    @cached_property
    def status(self) -> dict[str, ControlStatus]:
        """Control status, by control id."""
        return {part.control: part for part in (cast(ControlStatus, entry.part) for entry in self.parts.get(ControlStatus, []))}

    # -- addresses --------------------------------------------------------------------------------------------------------------
    def address(self, id: str) -> str:
        """Where a record is shown: a path below `docs/`, perhaps with an anchor. Raises KeyError for an unknown id."""
        id = self.id_now(id)
        entry = self.entries[id]
        assert entry.kind
        return entry.kind.page.format(**vars(entry.part), anchor=anchor(id), chapter=id.partition(".")[0])

    def shown_at(self, id: str) -> str | None:
        """Where a link to a record leads: its `address`; None where there is no such record, or an edition leaves out the page that shows it."""
        address = self.address(id) if self.id_now(id) in self.entries else None
        return address if address and (self.whole is None or address.partition("#")[0] in self.page_addresses) else None

    @cached_property
    def page_addresses(self) -> frozenset[str]:
        """Every page below `docs/`: the Markdown files, and the pages that are generated for records."""
        return frozenset(path.removeprefix("docs/") for path in self.pages) | {path for path in map(self.address, self.entries) if "#" not in path}

    # -- documents and files ----------------------------------------------------------------------------------------------------
    @cached_property
    def documents_of(self) -> dict[str, tuple[str, ...]]:
        """For each file below `docs/` and `aims_data/`, the ids of the documents that name it as a source. What holds a part of a record belongs where the
        record does; a part of a document, like an approval, to that document."""
        owners: dict[str, list[str]] = {name: [] for name in self.files}
        folders: list[tuple[str, str]] = []
        for document in self.all(Document):
            for source in document.sources:
                if source.endswith("/"):
                    folders.append((source, document.id))
                elif source in owners:
                    owners[source].append(document.id)
        for name, ids in owners.items():
            ids += [id for folder, id in folders if name.startswith(folder) and id not in ids]
        for name, id in self.loaded.part_files.items():
            entry = self.entries.get(id)
            owners[name] = [id] if entry and isinstance(entry.part, Document) else owners.get(entry.file, []) if entry else []
        return {name: tuple(ids) for name, ids in owners.items()}

    def document_of(self, file: str) -> Document | None:
        """The document a file belongs to, or None where there is none."""
        ids = self.documents_of.get(file, ())
        return self.find(ids[0], Document) if ids else None

    def sources_of(self, document: Document) -> tuple[str, ...]:
        """Every file that is the content of a document, sorted; a part of a record that lies in a file of its own is none, as nobody approves an approval."""
        return self._sources.get(document.id, ())

    @cached_property
    def _sources(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, list[str]] = defaultdict(list)
        for name, ids in self.documents_of.items():
            for id in ids if name not in self.loaded.part_files else ():
                found[id].append(name)
        return {id: tuple(names) for id, names in found.items()}

    @cached_property
    def data_files(self) -> frozenset[str]:
        """Data files in which something was read."""
        return frozenset(entry.file for entry in self.loaded.entries)

    # -- links ------------------------------------------------------------------------------------------------------------------
    @cached_property
    def links(self) -> tuple[Link, ...]:
        """Every link in data and prose, whether it leads somewhere or not."""
        return tuple(_links(self))

    @cached_property
    def links_to(self) -> dict[str, tuple[Link, ...]]:
        """Links that lead somewhere, by the record they lead to. Of several in one field of a record the first."""
        groups: dict[str, dict[tuple[str, str], Link]] = defaultdict(dict)
        for link in self.links:
            if link.target in self.entries and link.source != link.target:
                groups[link.target].setdefault((link.source, link.label), link)
        return {id: tuple(links.values()) for id, links in groups.items()}


def build(project: Path, today: dt.date, since: Mapping[str, str] | None = None, instead: Mapping[str, bytes] | None = None) -> Aims:
    """Load a project and join its records. Raises nothing for what the files contain; see `Aims.loaded.problems`. `since`: of a past state, today's ids
    by those that were renamed. `today`: a day, or a moment, of which the organisation's time zone says which day it is there. `instead`: what some
    data files are taken to hold."""
    loaded = load(project, since, instead)
    zone = next((entry.part.time_zone for entry in loaded.entries if isinstance(entry.part, Organisation)), None)
    aims = Aims(project, day_of(today, zone), loaded, read_pages(project), _files(project, loaded))
    for entry in loaded.entries:
        aims.parts.setdefault(type(entry.part), []).append(entry)
        if isinstance(entry.part, Record) and type(entry.part) in KIND_OF:
            aims.entries.setdefault(entry.part.id, entry)
    return aims


def _files(project: Path, loaded: Loaded) -> tuple[str, ...]:
    docs = (path for path in (project / "docs").rglob("*") if path.is_file() and not path.name.startswith("."))
    return tuple(sorted([path.relative_to(project).as_posix() for path in docs] + loaded.files))


def _links(aims: Aims) -> Iterator[Link]:
    for entry in aims.loaded.entries:
        part = entry.part
        if isinstance(part, Record):
            source = part.id
        elif isinstance(part, Decision | ControlStatus):
            source = part.control
        else:
            owner = aims.document_of(entry.file)
            source = owner.id if owner else entry.file
        yield from _links_in(part, entry, source, (), part.kept is not None or isinstance(part, DatedRecord))
    for page in aims.pages.values():
        owner = aims.document_of(page.path)
        source = _page_record(aims, page.path) or (owner.id if owner else page.path)
        for reference in page.references:
            place = Place(page.path, reference.line, reference.column)
            yield Link(source, "text", aims.id_now(reference.id), (), place)


def _page_record(aims: Aims, path: str) -> str | None:
    """The record whose own page this file is, like a control."""
    id = Path(path).stem
    return id if id in aims.entries and f"docs/{aims.address(id)}" == path else None


REVISIONS = {"versions", "closed", "confirmed", "withdrawn", "ended"}
"""Fields that say what was done on a day and have rules of their own that keep them."""


def _links_in(part: Part, entry: Entry, source: str, path: tuple[str | int, ...], recorded: bool) -> Iterator[Link]:
    kept = {plan.name for plan in fields_of(type(part)) if plan.kept} | REVISIONS
    for inner, plan, value in marked_of(part):
        where = path + inner
        label = " ".join(step for step in where if isinstance(step, str)).replace("_", " ")
        if plan.ref:
            yield Link(source, label, value, plan.ref.kinds, entry.place(*where), recorded or plan.name in kept)
        else:
            for reference in references(value):
                yield Link(source, label, reference.id, (), entry.place(*where), recorded)
    for inner, nested in parts_of(part):
        if not isinstance(nested, Record):  # a nested record is an entry of its own
            yield from _links_in(nested, entry, source, path + inner, recorded or inner[0] in kept)
