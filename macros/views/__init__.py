"""What each page needs, already joined. No markup here; the templates of the same names have it.

`BLOCKS`: macros for pages in `docs/`, by name: (template, view). `RECORDS`: the page of one record, by kind; every other kind is shown by
`ANY_RECORD`, field by field. To add a block, write its view and template and add a line here.
"""

from __future__ import annotations

from collections.abc import Callable

from macros.schema.base import Part
from macros.schema.controls import ControlStatus, Decision
from macros.schema.documents import DatedRecord
from macros.schema.organisation import Obligation, Party, Unit
from macros.schema.people import Process, Role
from macros.schema.policy import Measurement, Objective
from macros.schema.risks import Action, Opportunity, Risk, TreatmentResult
from macros.schema.systems import Supplier, System
from macros.views import changes, clauses, controls, documents, home, organisation, registers, risks, roles, systems
from macros.views.common import UnknownId, View, any_record, description

document_block, approved_block, approved_head = documents.document_block, documents.approved_block, documents.approved_head
last_change = changes.last_change
state_json = changes.state_json

BLOCKS: dict[str, tuple[str, Callable[..., View]]] = {
    # home and staff
    "holds": ("holds.md.j2", home.holds),
    "finder": ("finder.md.j2", systems.finder),
    "contacts": ("contacts.md.j2", home.contacts),
    "glance": ("glance.md.j2", home.glance),
    "stage_one": ("stage_one.md.j2", home.stage_one),
    "glossary": ("glossary.md.j2", home.glossary),
    # the standard
    "clause_chapter": ("clause_chapter.md.j2", clauses.chapter),
    "clause_matrix": ("clause_matrix.md.j2", clauses.matrix),
    "crosswalk": ("crosswalk.md.j2", clauses.crosswalk),
    "crosswalks": ("crosswalks.md.j2", clauses.crosswalks),
    "legal_dates": ("legal_dates.md.j2", clauses.legal_dates),
    "annex_c": ("annex_c.md.j2", clauses.annex_c),
    "sources": ("sources.md.j2", clauses.sources),
    # organisation, policy, roles
    "organisation": ("organisation.md.j2", organisation.organisation),
    "issues": ("issues.md.j2", organisation.context),
    "climate": ("climate.md.j2", organisation.context),
    "parties": ("parties.md.j2", organisation.parties),
    "obligations": ("obligations.md.j2", organisation.obligations),
    "scope": ("scope.md.j2", organisation.scope),
    "policy": ("policy.md.j2", organisation.policy),
    "objectives": ("objectives.md.j2", organisation.objectives),
    "measurements": ("measurements.md.j2", organisation.measurements),
    "roles": ("roles.md.j2", roles.roles),
    "raci": ("raci.md.j2", roles.raci),
    "processes": ("processes.md.j2", roles.processes),
    # controls
    "soa": ("soa.md.j2", controls.soa),
    "control": ("control.md.j2", controls.control),
    "control_facts": ("control_facts.md.j2", controls.control),
    "control_status": ("control_status.md.j2", controls.soa),
    # risks
    "risk_criteria": ("risk_criteria.md.j2", risks.criteria),
    "risks": ("risks.md.j2", risks.risks),
    "treatment_plan": ("treatment_plan.md.j2", risks.plan),
    "opportunities": ("opportunities.md.j2", risks.plan),
    "treatment_results": ("treatment_results.md.j2", risks.results),
    # systems
    "systems": ("systems.md.j2", systems.systems),
    "suppliers": ("suppliers.md.j2", systems.suppliers),
    # documents and records
    "documents": ("documents.md.j2", documents.documents),
    "review_calendar": ("review_calendar.md.j2", documents.calendar),
    "retention": ("retention.md.j2", documents.documents),
    "external_documents": ("external_documents.md.j2", documents.documents),
    "retired_documents": ("retired_documents.md.j2", documents.documents),
    "records": ("records.md.j2", registers.records),
    "changes_since": ("changes.md.j2", changes.changes_since),
    "whats_new": ("whats_new.md.j2", changes.whats_new),
    # the state of the AIMS
    "gaps": ("gaps.md.j2", registers.gaps),
    "due": ("due.md.j2", registers.due),
    "rules": ("rules.md.j2", registers.rules),
    "vocabularies": ("vocabularies.md.j2", registers.vocabularies),
    "new_record": ("new_record.md.j2", registers.new_record),
}

SUBJECT: dict[str, type[Part]] = {
    "finder": System, "systems": System, "suppliers": Supplier,
    "organisation": Unit, "parties": Party, "obligations": Obligation,
    "objectives": Objective, "measurements": Measurement,
    "roles": Role, "raci": Process, "processes": Process,
    "soa": Decision, "control_status": ControlStatus,
    "risks": Risk, "opportunities": Opportunity, "treatment_plan": Action, "treatment_results": TreatmentResult,
    "records": DatedRecord,
}  # fmt: skip
"""What a block lists. Where an edition leaves out all of it the block says so, and not that there is none."""

RECORDS: dict[str, tuple[str, Callable[..., View]]] = {
    "area": ("area.md.j2", controls.area),
    "role": ("role.md.j2", roles.role),
    "system": ("system.md.j2", systems.system),
    "risk": ("risk.md.j2", risks.risk),
    "action": ("action.md.j2", risks.action),
    "objective": ("objective.md.j2", organisation.objective),
    "document": ("document.md.j2", documents.document),
}

ANY_RECORD: tuple[str, Callable[..., View]] = ("any_record.md.j2", any_record)

__all__ = [
    "ANY_RECORD", "BLOCKS", "RECORDS", "SUBJECT", "UnknownId", "approved_block", "approved_head",
    "description", "document_block", "last_change", "state_json",
]  # fmt: skip
