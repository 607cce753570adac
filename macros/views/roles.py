"""Roles, RACI and processes."""

from __future__ import annotations

from dataclasses import dataclass

from macros import facts, office
from macros.build import Build
from macros.due import Due, all_due
from macros.facts import Timeliness
from macros.graph import Aims
from macros.schema.documents import Document
from macros.schema.people import Holding, Level, Process, Role
from macros.schema.policy import Objective
from macros.schema.risks import Risk
from macros.schema.systems import System
from macros.views.common import Group, Rows, referred_to_by, the_record


def roles(build: Build) -> Rows[tuple[Role, tuple[Holding, ...]]]:
    """All roles with who holds them today."""
    return Rows(tuple((role, office.in_office(role.holders, build.aims.today)) for role in build.aims.all(Role)))


def processes(build: Build) -> Rows[Process]:
    """The processes: what goes in and comes out, and who is responsible, accountable, consulted and informed."""
    return Rows(build.aims.all(Process))


@dataclass(frozen=True)
class RolePage:
    """A role: what its holder must do, know, read and decide."""

    it: Role
    holders: tuple[tuple[Holding, bool], ...]
    """Each with whether it runs today."""
    deputies: tuple[tuple[Holding, bool], ...]
    processes: dict[str, tuple[Process, ...]]
    """By the part that the role has in them."""
    controls: tuple[str, ...]
    systems: tuple[System, ...]
    risks: tuple[tuple[Risk, Level | None], ...]
    objectives: tuple[Objective, ...]
    read: tuple[Document, ...]
    owns: tuple[Document, ...]
    approves: tuple[Document, ...]
    due: tuple[tuple[Due, Timeliness], ...]
    reports: tuple[Role, ...]
    """Those who report to it."""
    back: tuple[Group, ...]


def role(build: Build, id: str) -> RolePage:
    """One role: what its holder must do, know, read and decide."""
    aims = build.aims
    it, documents = the_record(aims, id, Role), aims.all(Document)

    def today(holdings: tuple[Holding, ...]) -> tuple[tuple[Holding, bool], ...]:
        return tuple((held, held in office.in_office(holdings, aims.today)) for held in holdings)

    return RolePage(
        it=it,
        holders=today(it.holders),
        deputies=today(it.deputies),
        processes=_parts(aims, id),
        controls=tuple(control for control, status in aims.status.items() if status.owner == id and control in aims.entries),
        systems=tuple(system for system in aims.all(System) if id in {system.owner, system.oversight.role if system.oversight else ""}),
        risks=tuple((risk, facts.current_level(aims, risk)) for risk in aims.all(Risk) if risk.owner == id),
        objectives=tuple(objective for objective in aims.all(Objective) if objective.owner == id),
        read=tuple(document for document in documents if document.id in it.must_know),
        owns=tuple(document for document in documents if document.owner == id and not document.withdrawn),
        approves=tuple(document for document in documents if id in document.approvers and not document.withdrawn),
        due=tuple((due, facts.timeliness(aims, due.day)) for due in all_due(aims) if due.role == id),
        reports=tuple(other for other in aims.all(Role) if other.reports_to == id),
        back=referred_to_by(aims, id),
    )


def _parts(aims: Aims, role: str) -> dict[str, tuple[Process, ...]]:
    """The processes in which a role has a part, by that part."""
    processes = aims.all(Process)
    found = {
        "Accountable": tuple(process for process in processes if process.accountable == role),
        "Responsible": tuple(process for process in processes if role in process.responsible),
        "Consulted": tuple(process for process in processes if role in process.consulted),
        "Informed": tuple(process for process in processes if role in process.informed),
    }
    return {part: having for part, having in found.items() if having}
