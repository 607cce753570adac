"""Roles, RACI and processes."""

from __future__ import annotations

from macros import facts, office
from macros.build import Build
from macros.due import all_due
from macros.schema.documents import Document
from macros.schema.people import Process, Role
from macros.schema.policy import Objective
from macros.schema.risks import Risk
from macros.schema.systems import System
from macros.views.common import View, referred_to_by, the_record


def roles(build: Build) -> View:
    """All roles with who holds them today."""
    aims = build.aims
    return {"rows": [(role, office.in_office(role.holders, aims.today)) for role in aims.all(Role)]}


def raci(build: Build) -> View:
    """Who is responsible, accountable, consulted and informed, per process."""
    return {"rows": build.aims.all(Process)}


def processes(build: Build) -> View:
    """The processes, what goes in and comes out."""
    return {"rows": build.aims.all(Process)}


def role(build: Build, id: str) -> View:
    """One role: what its holder must do, know, read and decide."""
    aims = build.aims
    it = the_record(aims, id, Role)
    parts = {
        letter: [process for process in aims.all(Process) if id in getattr(process, field)]
        for letter, field in (("Responsible", "responsible"), ("Consulted", "consulted"), ("Informed", "informed"))
    }
    parts = {"Accountable": [process for process in aims.all(Process) if process.accountable == id], **parts}
    documents = aims.all(Document)
    return {
        "it": it,
        "holders": [(held, held in office.in_office(it.holders, aims.today)) for held in it.holders],
        "deputies": [(held, held in office.in_office(it.deputies, aims.today)) for held in it.deputies],
        "processes": {letter: found for letter, found in parts.items() if found},
        "controls": [control for control, status in aims.status.items() if status.owner == id and control in aims.entries],
        "systems": [system for system in aims.all(System) if id in {system.owner, system.oversight.role if system.oversight else ""}],
        "risks": [(risk, facts.current_level(aims, risk)) for risk in aims.all(Risk) if risk.owner == id],
        "objectives": [objective for objective in aims.all(Objective) if objective.owner == id],
        "read": [document for document in documents if document.id in it.must_know],
        "owns": [document for document in documents if document.owner == id and not document.withdrawn],
        "approves": [document for document in documents if id in document.approvers and not document.withdrawn],
        "due": [(due, facts.timeliness(aims, due.day)) for due in all_due(aims) if due.role == id],
        "reports": [other for other in aims.all(Role) if other.reports_to == id],
        "back": referred_to_by(aims, id),
    }
