"""What is compared between two states: every record, and every part without an id of its own, which gets one here (`soa:A.2.2`).

Each belongs to a part of the AIMS, as its kind says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from macros.control.changes.state import NEWEST, KindState
from macros.graph import Aims
from macros.load import Entry
from macros.render import label
from macros.schema import KINDS
from macros.schema.base import Part, Record, natural
from macros.schema.controls import ControlStatus, Decision
from macros.schema.documents import FollowUp, Rewrite, Signer, SnapshotRetention
from macros.schema.fields import fields_of
from macros.schema.kind import GROUPS
from macros.schema.organisation import Context, Organisation, Scope
from macros.schema.people import Account
from macros.schema.policy import Policy
from macros.schema.risks import RiskCriteria, TreatmentPlan
from macros.schema.standard import GlossaryTerm, LegalCalendar, Reference


@dataclass(frozen=True)
class PartKind:
    """A part without an id of its own: the name of its kind, what readers call it, the page that shows it, how one is told from another."""

    id: str
    model: type[Part]
    title: str
    group: str
    """Its part of the AIMS, of `GROUPS`."""
    page: str = ""
    key: Callable[[Any], str] = lambda part: ""
    about: Callable[[Any], str | None] = lambda part: None
    """The record that it says something about, which then gives the name and the page."""


PARTS: tuple[PartKind, ...] = (
    PartKind("organisation", Organisation, "Organisation", "organisation", "organisation.md"),
    PartKind("context", Context, "Context", "organisation", "context.md"),
    PartKind("scope", Scope, "Scope", "organisation", "scope.md"),
    PartKind("policy", Policy, "AI policy", "policy", "policy.md"),
    PartKind("criteria", RiskCriteria, "Risk criteria", "risks", "risk-method.md"),
    PartKind("plan", TreatmentPlan, "Treatment plan", "risks", "treatment-plan.md"),
    PartKind("soa", Decision, "Decision on a control", "controls", key=lambda part: part.control, about=lambda part: part.control),
    PartKind("status", ControlStatus, "Control status", "controls", key=lambda part: part.control, about=lambda part: part.control),
    PartKind("account", Account, "Review account", "people", key=lambda part: f"{part.role}.{part.handle}", about=lambda part: part.role),
    PartKind("follow-up", FollowUp, "Follow-up", "records", key=lambda part: f"{part.record}.{part.finding}", about=lambda part: part.record),
    PartKind("rewrite", Rewrite, "Acknowledged rewrite", "documents", "checks.md", key=lambda part: f"{part.commit}.{part.path}"),
    PartKind("signer", Signer, "Signing key", "documents", key=lambda part: f"{part.who}.{part.valid_after}"),
    PartKind("retention", SnapshotRetention, "Retention of a snapshot", "documents", key=lambda part: part.version),
    PartKind("legal-dates", LegalCalendar, "Legal dates", "standard"),
    PartKind("reference", Reference, "Reference facts", "standard"),
    PartKind("term", GlossaryTerm, "Word explained", "standard", "glossary.md", key=lambda part: part.term),
)
PART_OF = {kind.model: kind for kind in PARTS}


@dataclass(frozen=True)
class Item:
    """One thing that is compared: its id, name, kind, part of the AIMS, page below `docs/` (None where it has none), and what was read."""

    id: str
    title: str
    kind: str
    group: str
    page: str | None
    entry: Entry


def items(aims: Aims) -> list[Item]:
    """Every record and part, by part of the AIMS, kind and id."""
    order = {id: number for number, id in enumerate([kind.id for kind in KINDS] + [kind.id for kind in PARTS])}
    groups = list(GROUPS.values())
    found = {item.id: item for item in reversed(list(_items(aims)))}  # of two with one id, which is an error, the first counts
    return sorted(found.values(), key=lambda item: (groups.index(item.group), order[item.kind], natural(item.id)))


def _items(aims: Aims) -> Iterator[Item]:
    def page(path: str) -> str | None:
        return path if path.partition("#")[0] in aims.page_addresses else None

    for entry in aims.loaded.entries:
        part = entry.part
        if isinstance(part, Record):
            if entry.kind:
                yield Item(part.id, part.name, entry.kind.id, GROUPS[entry.kind.group], page(aims.address(part.id)), entry)
        elif (kind := PART_OF.get(type(part))) and entry.file in aims.loaded.files:  # an edition has the name of the organisation and no more of it
            about, key = kind.about(part), kind.key(part)
            record = aims.get(about) if about else None
            title = label(record) if record else key or kind.title
            path = aims.address(about) if record and about else kind.page
            yield Item(f"{kind.id}:{key}" if key else f"part:{kind.id}", title, kind.id, GROUPS[kind.group], page(path), entry)


def kinds() -> dict[str, KindState]:
    """What a program that compares states has to know of each kind."""
    records = {kind.id: KindState(title=kind.title, plural=kind.plural, group=GROUPS[kind.group], refs=refs(kind.model)) for kind in KINDS}
    parts = {part.id: KindState(title=part.title, plural=part.title, group=GROUPS[part.group], refs=refs(part.model)) for part in PARTS}
    return records | parts


def refs(model: type[Part]) -> tuple[str, ...]:
    """Which fields of a model hold ids; with dots for fields inside."""
    return tuple(sorted(_refs(model)))


def _refs(model: type[Part]) -> Iterator[str]:
    for plan in fields_of(model):
        if plan.ref:
            yield plan.name
        elif plan.part and not issubclass(plan.part, Record):
            yield from (f"{name}.{inner}" for name in NEWEST.get(plan.name, (plan.name,)) for inner in _refs(plan.part))
