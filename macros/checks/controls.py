"""The Statement of Applicability and the status of controls."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from macros import facts
from macros.finding import Finding, place_of, read
from macros.graph import Aims
from macros.problems import Place, did_you_mean
from macros.schema.base import Record
from macros.schema.controls import ControlState, ControlStatus, Decision, OwnControl
from macros.schema.documents import Document
from macros.schema.people import Process
from macros.schema.risks import Risk
from macros.schema.standard import Control


def _controls(aims: Aims) -> tuple[Record, ...]:
    return (*aims.all(Control), *aims.all(OwnControl))


def decided_once(aims: Aims) -> Iterator[Finding]:
    """A control has one decision in soa.yaml and one entry in control_status.yaml, not two."""
    decided = [(entry, decision.control) for entry, decision in read(aims, Decision)]
    known = [(entry, status.control) for entry, status in read(aims, ControlStatus)]
    for entries, file in ((decided, "soa.yaml"), (known, "control_status.yaml")):
        first: dict[str, Place] = {}
        for entry, control in entries:
            if control in first:
                yield entry.place("control"), f"'{control}' is in {file} twice (first in line {first[control].line}); keep one entry", (control,)
            first.setdefault(control, entry.place("control"))


def control_decided(aims: Aims) -> Iterator[Finding]:
    """Each of the 38 controls of Annex A, and each own control, has a decision in the Statement of Applicability."""
    for control in _controls(aims):
        if control.id not in aims.decisions:
            message = f"control {control.id} {control.name} is not decided; add an entry '- control: {control.id}' with applicable and reason"
            yield Place("aims_data/soa.yaml"), message, (control.id,)


def exclusion_has_reason(aims: Aims) -> Iterator[Finding]:
    """A control that is excluded has a reason for it."""
    for entry, decision in read(aims, Decision):
        if not decision.applicable and not decision.reason:
            yield entry.place(), f"control {decision.control} is excluded without a reason; add reason: why it is not necessary here", (decision.control,)


def inclusion_has_driver(aims: Aims) -> Iterator[Finding]:
    """A control that is applicable names at least one risk, obligation, objective or other driver that calls for it, and says why."""
    for entry, decision in read(aims, Decision):
        if decision.applicable and not decision.drivers:
            message = f"control {decision.control} is applicable, but nothing calls for it; add drivers, like R-001 or OB-01"
            yield entry.place(), message, (decision.control,)
        if decision.applicable and not decision.reason:
            yield entry.place(), f"control {decision.control} is applicable without a reason; add reason: in a sentence", (decision.control,)


def excluded_control_unused(aims: Aims) -> Iterator[Finding]:
    """A control that is excluded neither treats a risk nor has a status."""
    for _, decision in read(aims, Decision):
        if decision.applicable:
            continue
        for risk in aims.all(Risk):
            if decision.control in risk.controls:
                message = f"{risk.id} is treated by {decision.control}, which soa.yaml excludes; choose another control or make it applicable"
                yield place_of(aims, risk.id, "controls", risk.controls.index(decision.control)), message, (risk.id, decision.control)
        for entry, status in read(aims, ControlStatus):
            if status.control == decision.control:
                message = f"{decision.control} has a status, but soa.yaml excludes it; remove the status or make it applicable"
                yield entry.place("control"), message, (decision.control,)


def exception_respected(aims: Aims) -> Iterator[Finding]:
    """A risk is not treated by a control that is excepted for one of its systems, unless a control that takes its place is named too."""
    for risk in aims.all(Risk):
        for number, control in enumerate(risk.controls):
            decision = aims.decisions.get(control)
            for exception in decision.exceptions if decision else ():
                concerned = exception.system in {system.id for system in facts.systems_of(aims, risk)}
                if concerned and not set(exception.instead) & set(risk.controls):
                    message = (
                        f"{risk.id} concerns {exception.system}, for which soa.yaml excepts {control}; "
                        f"treat it by {' or '.join(exception.instead) or 'another control'}"
                    )
                    yield place_of(aims, risk.id, "controls", number), message, (risk.id, control, exception.system)


def driver_risk_treated(aims: Aims) -> Iterator[Finding]:
    """A risk that is given as the reason for a control is treated by that control."""
    for entry, decision in read(aims, Decision):
        for number, driver in enumerate(decision.drivers):
            risk = aims.find(driver, Risk)
            if risk and decision.control not in risk.controls:
                message = f"{driver} is given as a reason for {decision.control}, but the risk does not name it among its controls; make them agree"
                yield entry.place("drivers", number), message, (decision.control, driver)


def status_known(aims: Aims) -> Iterator[Finding]:
    """Every applicable control has an entry in control_status.yaml."""
    for entry, decision in read(aims, Decision):
        if decision.applicable and decision.control not in aims.status:
            message = f"control {decision.control} is applicable, but control_status.yaml does not say how far it is; add an entry there"
            yield entry.place(), message, (decision.control,)


def implemented_has_evidence(aims: Aims) -> Iterator[Finding]:
    """A control that is implemented shows evidence, with the day of the newest piece."""
    for entry, status in read(aims, ControlStatus):
        if status.state is ControlState.implemented and not any(evidence.latest for evidence in status.evidence):
            missing = "evidence without a day" if status.evidence else "no evidence"
            message = f"control {status.control} is implemented, but has {missing}; add evidence with latest, or another state"
            yield entry.place("state"), message, (status.control,)


def unfinished_has_date(aims: Aims) -> Iterator[Finding]:
    """A control that is not implemented has a day by which it will be."""
    for entry, status in read(aims, ControlStatus):
        if status.state is not ControlState.implemented and not status.target_date:
            message = f"control {status.control} is {status.state.label.lower()} and has no target_date; add the day by which it will be implemented"
            yield entry.place("state"), message, (status.control,)


def section_exists(aims: Aims) -> Iterator[Finding]:
    """The section that says how a control is done is a heading of a page of that document."""
    for entry, status in read(aims, ControlStatus):
        for number, how in enumerate(status.how):
            document = aims.find(how.document, Document)
            if not how.section or not document:
                continue
            anchors = {anchor for name in aims.sources_of(document) if name in aims.pages for anchor in aims.pages[name].anchors}
            if how.section not in anchors:
                message = f"'{how.section}' is not a heading of {how.document} {document.title}{did_you_mean(how.section, anchors)}"
                yield entry.place("how", number, "section"), message, (status.control, how.document)


def control_in_one_process(aims: Aims) -> Iterator[Finding]:
    """Every control that is decided belongs to exactly one process, so that its RACI is clear."""
    counted = Counter(control for process in aims.all(Process) for control in process.controls)
    for control in aims.decisions:
        if control in aims.entries and counted[control] != 1:
            many = "no process" if not counted[control] else f"{counted[control]} processes"
            message = f"control {control} belongs to {many}; name it in the controls of exactly one process"
            yield Place("aims_data/processes.yaml"), message, (control,)
