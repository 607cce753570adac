"""The Statement of Applicability, areas and controls."""

from __future__ import annotations

from dataclasses import dataclass

from macros import facts
from macros.build import Build
from macros.graph import Aims, Withheld
from macros.schema.base import Term
from macros.schema.controls import ControlState, ControlStatus, Decision, OwnControl, SystemException
from macros.schema.crosswalks import Crosswalk, CrosswalkRow
from macros.schema.documents import Document
from macros.schema.people import Level, Process
from macros.schema.risks import Risk
from macros.schema.standard import Area, Control, ObjectiveGroup
from macros.views.common import Group, Tally, referred_to_by, tally, the_record


class Applicable(Term):
    """The decision of the Statement of Applicability."""

    yes = "yes", "Applicable", "good", "Necessary for at least one risk, duty or objective."
    partly = "partly", "Applicable, with exceptions", "info", "Necessary, but not for every system; the exceptions are listed with reasons."
    no = "no", "Excluded", "quiet", "Not necessary here; the reason is given."
    undecided = "undecided", "Not decided", "bad", "Nobody has decided yet; a gap."


@dataclass(frozen=True)
class ControlRow:
    """A control with its decision and status."""

    control: Control | OwnControl
    decision: Decision | None
    status: ControlStatus | None
    applicable: Applicable | None
    """None where an edition leaves the decision out."""
    risks: tuple[Risk, ...]
    """Risks that it treats."""


def row(aims: Aims, control: Control | OwnControl) -> ControlRow:
    """A control joined with what is decided and known of it."""
    decision = aims.decisions.get(control.id)
    applicable: Applicable | None
    if decision is None:
        applicable = Applicable.undecided if aims.complete(Decision) else None
    elif not decision.applicable:
        applicable = Applicable.no
    else:
        applicable = Applicable.partly if decision.exceptions else Applicable.yes
    return ControlRow(control, decision, aims.status.get(control.id), applicable, facts.risks_by_control(aims).get(control.id, ()))


def rows(aims: Aims) -> tuple[ControlRow, ...]:
    """All controls: the 38 of Annex A, then our own."""
    controls: tuple[Control | OwnControl, ...] = (*aims.all(Control), *aims.all(OwnControl))
    return tuple(row(aims, control) for control in controls)


@dataclass(frozen=True)
class StatementOfApplicability:
    """All controls with what is decided and how far they are, and the totals."""

    rows: tuple[ControlRow, ...]
    own: int
    """How many of them are our own."""
    decided: Tally[Applicable]
    states: Tally[ControlState]
    exceptions: tuple[tuple[ControlRow, SystemException], ...]
    applicable_terms: type[Applicable] = Applicable
    state_terms: type[ControlState] = ControlState


def soa(build: Build) -> StatementOfApplicability:
    """The whole Statement of Applicability with its totals."""
    found = rows(build.aims)
    return StatementOfApplicability(
        rows=found,
        own=len(build.aims.all(OwnControl)),
        decided=tally(Applicable, [item.applicable for item in found]),
        states=tally(ControlState, [item.status.state for item in found if item.status]),
        exceptions=tuple((item, exception) for item in found if item.decision for exception in item.decision.exceptions),
    )


@dataclass(frozen=True)
class ControlPage:
    """A control with everything that hangs on it."""

    it: Control | OwnControl
    row: ControlRow
    own: bool
    status_known: bool
    documents: tuple[Document, ...]
    systems: tuple[str, ...]
    """Those that its risks concern, by id."""
    process: Process | None
    levels: dict[str, Level | None]
    """The current levels of its risks, by id."""
    crosswalks: tuple[tuple[Crosswalk, CrosswalkRow, str], ...]
    """What is related in other texts, each with the title of the entry there."""
    back: tuple[Group, ...]


def control(build: Build, id: str) -> ControlPage:
    """One control with everything that hangs on it."""
    aims = build.aims
    it = aims.find(id, Control) or aims.find(id, OwnControl)
    if it is None:
        raise Withheld(id)
    item = row(aims, it)
    return ControlPage(
        it=it,
        row=item,
        own=isinstance(it, OwnControl),
        status_known=aims.complete(ControlStatus),
        documents=tuple(document for document in aims.all(Document) if id in document.controls and not document.withdrawn),
        systems=tuple(sorted({system.id for risk in item.risks for system in facts.systems_of(aims, risk)})),
        process=next((process for process in aims.all(Process) if id in process.controls), None),
        levels={risk.id: facts.current_level(aims, risk) for risk in item.risks},
        crosswalks=tuple(
            (crosswalk, relation, next((target.title for target in crosswalk.targets if target.id == relation.theirs), ""))
            for crosswalk in aims.all(Crosswalk)
            for relation in crosswalk.rows
            if relation.ours == id
        ),
        back=referred_to_by(aims, id),
    )


@dataclass(frozen=True)
class AreaPage:
    """An area with its controls, in the groups of the standard and outside of them."""

    it: Area
    groups: tuple[tuple[ObjectiveGroup, tuple[ControlRow, ...]], ...]
    loose: tuple[ControlRow, ...]


def area(build: Build, id: str) -> AreaPage:
    """One area with its controls, in the groups of the standard."""
    aims = build.aims
    it = the_record(aims, id, Area)
    found = [item for item in rows(aims) if item.control.area == id]

    def in_group(group: str | None) -> tuple[ControlRow, ...]:
        return tuple(item for item in found if (item.control.group if isinstance(item.control, Control) else None) == group)

    return AreaPage(it, tuple((group, in_group(group.id)) for group in aims.all(ObjectiveGroup) if group.area == id), in_group(None))
