"""The Statement of Applicability, areas and controls."""

from __future__ import annotations

from dataclasses import dataclass

from macros import facts
from macros.build import Build
from macros.graph import Aims, Withheld
from macros.schema.base import Term
from macros.schema.controls import ControlState, ControlStatus, Decision, OwnControl
from macros.schema.documents import Document
from macros.schema.people import Process
from macros.schema.risks import Risk
from macros.schema.standard import Area, Control, Crosswalk, ObjectiveGroup
from macros.views.common import View, referred_to_by, tally, the_record


class Applicable(Term):
    """The decision of the Statement of Applicability."""

    yes = "yes", "Applicable", "good", "Necessary for at least one risk, duty or objective."
    partly = "partly", "Applicable, with exceptions", "info", "Necessary, but not for every system; the exceptions are listed with reasons."
    no = "no", "Excluded", "quiet", "Not necessary here; the reason is given."
    undecided = "undecided", "Not decided", "bad", "Nobody has decided yet; a gap."


@dataclass(frozen=True)
class Row:
    """A control with its decision and status."""

    control: Control | OwnControl
    decision: Decision | None
    status: ControlStatus | None
    applicable: Applicable | None
    """None where an edition leaves the decision out."""
    risks: tuple[Risk, ...]
    """Risks that it treats."""


def row(aims: Aims, control: Control | OwnControl) -> Row:
    """A control joined with what is decided and known of it."""
    decision = aims.decisions.get(control.id)
    applicable: Applicable | None
    if decision is None:
        applicable = Applicable.undecided if aims.complete(Decision) else None
    elif not decision.applicable:
        applicable = Applicable.no
    else:
        applicable = Applicable.partly if decision.exceptions else Applicable.yes
    return Row(control, decision, aims.status.get(control.id), applicable, facts.risks_by_control(aims).get(control.id, ()))


def rows(aims: Aims) -> tuple[Row, ...]:
    """All controls: the 38 of Annex A, then our own."""
    controls: tuple[Control | OwnControl, ...] = (*aims.all(Control), *aims.all(OwnControl))
    return tuple(row(aims, control) for control in controls)


def soa(build: Build) -> View:
    """The whole Statement of Applicability with its totals."""
    aims = build.aims
    found = rows(aims)
    states = [item.status.state for item in found if item.status]
    return {
        "rows": found, "areas": aims.all(Area), "states": tally(ControlState, states), "state_terms": ControlState, "applicable_terms": Applicable,
        "decided": tally(Applicable, [item.applicable for item in found]), "own": len(aims.all(OwnControl)),
        "exceptions": [(item, exception) for item in found if item.decision for exception in item.decision.exceptions],
    }  # fmt: skip


def control(build: Build, id: str) -> View:
    """One control with everything that hangs on it."""
    aims = build.aims
    it = aims.find(id, Control) or aims.find(id, OwnControl)
    if it is None:
        raise Withheld(id)
    item = row(aims, it)
    own = isinstance(it, OwnControl)
    documents = [document for document in aims.all(Document) if id in document.controls and not document.withdrawn]
    concerned = sorted({system.id for risk in item.risks for system in facts.systems_of(aims, risk.systems)} if item.risks else [])
    crosswalks = [
        (crosswalk, relation, next((target.title for target in crosswalk.targets if target.id == relation.theirs), ""))
        for crosswalk in aims.all(Crosswalk)
        for relation in crosswalk.rows
        if relation.ours == id
    ]
    return {
        "it": it, "row": item, "own": own, "documents": documents, "systems": concerned, "crosswalks": crosswalks,
        "process": next((process for process in aims.all(Process) if id in process.controls), None), "back": referred_to_by(aims, id),
        "levels": {risk.id: facts.current_level(aims, risk) for risk in item.risks}, "status_known": aims.complete(ControlStatus),
    }  # fmt: skip


def area(build: Build, id: str) -> View:
    """One area with its controls, in the groups of the standard."""
    aims = build.aims
    it = the_record(aims, id, Area)
    found = [item for item in rows(aims) if item.control.area == id]
    groups = [
        (group, [item for item in found if isinstance(item.control, Control) and item.control.group == group.id])
        for group in aims.all(ObjectiveGroup)
        if group.area == id
    ]
    loose = [item for item in found if not (isinstance(item.control, Control) and item.control.group)]
    return {"it": it, "groups": groups, "loose": loose, "back": ()}
