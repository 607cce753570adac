"""What each page needs, already joined. No markup here; the templates of the same names have it.

A view takes the `Build`; the joins it is made of take less. `BLOCKS`: macros for pages in `docs/`, by name. `RECORDS`: the page of one record, by
kind; every other kind is shown by `ANY_RECORD`, field by field. To add a block, write its view and template and add a line here.
"""

from __future__ import annotations

from macros.blocks import ANY_ID, KIND_OF_RECORD, PAGE, Alias, Block, Blocks, id_of, with_aliases
from macros.schema.controls import ControlStatus, Decision, OwnControl
from macros.schema.crosswalks import Crosswalk
from macros.schema.documents import DatedRecord, Document, Rewrite
from macros.schema.organisation import Party, Unit
from macros.schema.people import Process, Role
from macros.schema.policy import Measurement, Objective
from macros.schema.risks import Action, Risk, TreatmentResult
from macros.schema.standard import Area, Clause, Control
from macros.schema.systems import System
from macros.views import any_kind, changes, clauses, controls, documents, home, organisation, registers, risks, roles, systems

CONTROL = id_of(Control, OwnControl, kind="a control")

ALIASES: dict[str, Alias] = {
    "suppliers": Alias("register", "supplier"),
    "obligations": Alias("register", "obligation"),
    "opportunities": Alias("register", "opportunity"),
    "processes": Alias("register", "process"),
}
"""Macros by names that went. A name that was ever released stays: sealed pages call it, of today and in the history, and no page that is approved is
edited for the engine."""

_BLOCKS: Blocks = {
    # home and staff
    "holds": Block("holds.md.j2", home.holds, argument=PAGE),
    "finder": Block("finder.md.j2", systems.finder, subject=System),
    "contacts": Block("contacts.md.j2", organisation.organisation),
    "glance": Block("glance.md.j2", home.glance),
    "stage_one": Block("stage_one.md.j2", home.stage_one),
    "glossary": Block("glossary.md.j2", home.glossary),
    # the standard
    "clause_chapter": Block("clause_chapter.md.j2", clauses.chapter, argument=id_of(Clause)),
    "clause_matrix": Block("clause_matrix.md.j2", clauses.matrix),
    "crosswalk": Block("crosswalk.md.j2", clauses.crosswalk, argument=id_of(Crosswalk)),
    "crosswalks": Block("crosswalks.md.j2", clauses.crosswalks),
    "legal_dates": Block("legal_dates.md.j2", clauses.legal_dates),
    "annex_c": Block("annex_c.md.j2", clauses.annex_c),
    "sources": Block("sources.md.j2", clauses.sources),
    # organisation, policy, roles
    "organisation": Block("organisation.md.j2", organisation.organisation, subject=Unit),
    "issues": Block("issues.md.j2", organisation.context),
    "climate": Block("climate.md.j2", organisation.context),
    "parties": Block("parties.md.j2", organisation.parties, subject=Party),
    "scope": Block("scope.md.j2", organisation.scope),
    "policy": Block("policy.md.j2", organisation.policy),
    "objectives": Block("objectives.md.j2", organisation.objectives, subject=Objective),
    "measurements": Block("measurements.md.j2", organisation.measurements, subject=Measurement),
    "roles": Block("roles.md.j2", roles.roles, subject=Role),
    "raci": Block("raci.md.j2", roles.processes, subject=Process),
    # controls
    "soa": Block("soa.md.j2", controls.soa, subject=Decision),
    "control": Block("control.md.j2", controls.control, argument=CONTROL),
    "control_facts": Block("control_facts.md.j2", controls.control, argument=CONTROL),
    "control_status": Block("control_status.md.j2", controls.soa, subject=ControlStatus),
    # risks
    "risk_criteria": Block("risk_criteria.md.j2", risks.criteria),
    "risks": Block("risks.md.j2", risks.risks, subject=Risk),
    "treatment_plan": Block("treatment_plan.md.j2", risks.plan, subject=Action),
    "treatment_results": Block("treatment_results.md.j2", risks.results, subject=TreatmentResult),
    # systems
    "use": Block("use.md.j2", systems.use, argument=id_of(System, kind="a system")),
    "systems": Block("systems.md.j2", systems.systems, subject=System),
    # documents and records
    "documents": Block("documents.md.j2", documents.documents),
    "review_calendar": Block("review_calendar.md.j2", documents.calendar),
    "retention": Block("retention.md.j2", documents.documents),
    "external_documents": Block("external_documents.md.j2", documents.documents),
    "retired_documents": Block("retired_documents.md.j2", documents.documents),
    "records": Block("records.md.j2", registers.records, subject=DatedRecord),
    "changes_since": Block("changes.md.j2", changes.changes_since),
    "whats_new": Block("whats_new.md.j2", changes.whats_new),
    # any kind of record
    "register": Block("register.md.j2", any_kind.register, argument=KIND_OF_RECORD, of_kind=True),
    "new_record": Block("new_record.md.j2", registers.new_record, argument=KIND_OF_RECORD),
    # the state of the AIMS
    "gaps": Block("gaps.md.j2", registers.gaps),
    "due": Block("due.md.j2", registers.due),
    "rules": Block("rules.md.j2", registers.rules),
    "rewrites": Block("rewrites.md.j2", registers.rewrites, subject=Rewrite),
    "vocabularies": Block("vocabularies.md.j2", registers.vocabularies),
}
BLOCKS = with_aliases(_BLOCKS, ALIASES)

RECORDS: Blocks = {
    "area": Block("area.md.j2", controls.area, argument=id_of(Area)),
    "role": Block("role.md.j2", roles.role, argument=id_of(Role)),
    "system": Block("system.md.j2", systems.system, argument=id_of(System)),
    "risk": Block("risk.md.j2", risks.risk, argument=id_of(Risk)),
    "action": Block("action.md.j2", risks.action, argument=id_of(Action)),
    "objective": Block("objective.md.j2", organisation.objective, argument=id_of(Objective)),
    "document": Block("document.md.j2", documents.document, argument=id_of(Document)),
}

ANY_RECORD = Block("any_record.md.j2", any_kind.any_record, argument=ANY_ID)
