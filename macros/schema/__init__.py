"""The only schema: the shape of every record, and where each kind of record is kept and shown.

Read `base.py` first. To add a kind of record: write its model in the module of its part of the AIMS, add a line to `KINDS`
(and one to `FILES` where it has a file of its own).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from macros.schema import controls, documents, organisation, people, policy, risks, standard, systems
from macros.schema.base import Record

SCHEMA = 2
"""The number of the shape that the records have. It rises by one with every change after which a data file of before is no longer read as it was
meant: a field or an id that is renamed, moved, split or removed, or that has to be there now. With it comes a migration (`macros/migrations/`), by
which files of before go on being read. A field that may be left out does not raise it."""


@dataclass(frozen=True)
class Kind:
    """A kind of record.

    `id` is its name in code and in `Ref`; `page` the address of one record below `docs/`, with `{id}`; `register` the page that
    lists all; `title` and `plural` are what readers see.
    """

    id: str
    model: type[Record]
    title: str
    plural: str
    page: str
    register: str


KINDS: tuple[Kind, ...] = (
    Kind("clause", standard.Clause, "Clause", "Clauses", "clauses/{chapter}.md#c-{anchor}", "clauses/index.md"),
    Kind("area", standard.Area, "Control area", "Control areas", "areas/{id}.md", "soa.md"),
    Kind("objective_group", standard.ObjectiveGroup, "Objective group", "Objective groups", "areas/A.6.md#{anchor}", "soa.md"),
    Kind("control", standard.Control, "Control", "Controls", "controls/{id}.md", "soa.md"),
    Kind("own_control", controls.OwnControl, "Own control", "Own controls", "controls/{id}.md", "soa.md"),
    Kind("annex_c", standard.AnnexC, "Annex C objective", "Annex C objectives", "annex-c.md#{anchor}", "annex-c.md"),
    Kind("risk_source", standard.RiskSource, "Risk source", "Risk sources", "annex-c.md#{anchor}", "annex-c.md"),
    Kind("source", standard.Source, "Source", "Sources", "sources.md#source-{anchor}", "sources.md"),
    Kind("crosswalk", standard.Crosswalk, "Crosswalk", "Crosswalks", "crosswalks/{id}.md", "crosswalks/index.md"),
    Kind("site", organisation.Site, "Site", "Sites", "organisation.md#{anchor}", "organisation.md"),
    Kind("unit", organisation.Unit, "Unit", "Units", "organisation.md#{anchor}", "organisation.md"),
    Kind(
        "classification",
        organisation.Classification,
        "Classification",
        "Classification levels",
        "organisation.md#class-{anchor}",
        "organisation.md",
    ),
    Kind("issue", organisation.Issue, "Issue", "Issues", "issues/{id}.md", "context.md"),
    Kind("party", organisation.Party, "Interested party", "Interested parties", "parties/{id}.md", "context.md"),
    Kind("obligation", organisation.Obligation, "Obligation", "Obligations", "obligations/{id}.md", "context.md"),
    Kind("role", people.Role, "Role", "Roles", "roles/{id}.md", "roles.md"),
    Kind("process", people.Process, "Process", "Processes", "processes/{id}.md", "aims.md"),
    Kind("commitment", policy.Commitment, "Commitment", "Commitments", "commitments/{id}.md", "policy.md"),
    Kind("objective", policy.Objective, "Objective", "Objectives", "objectives/{id}.md", "objectives.md"),
    Kind("measurement", policy.Measurement, "Measurement", "Measurements", "objectives/{objective}.md#{anchor}", "objectives.md"),
    Kind("system", systems.System, "AI system", "AI systems", "systems/{id}.md", "systems.md"),
    Kind("supplier", systems.Supplier, "Supplier", "Suppliers", "suppliers/{id}.md", "suppliers.md"),
    Kind("risk", risks.Risk, "Risk", "Risks", "risks/{id}.md", "risks.md"),
    Kind("opportunity", risks.Opportunity, "Opportunity", "Opportunities", "opportunities/{id}.md", "treatment-plan.md"),
    Kind("action", risks.Action, "Treatment action", "Treatment actions", "actions/{id}.md", "treatment-plan.md"),
    Kind("result", risks.TreatmentResult, "Treatment result", "Treatment results", "actions/{action}.md#{anchor}", "treatment-plan.md"),
    Kind("document", documents.Document, "Document", "Documents", "documents/{id}.md", "documents.md"),
    Kind("record", documents.DatedRecord, "Record", "Records", "records/{id}.md", "records.md"),
)

KIND: dict[str, Kind] = {kind.id: kind for kind in KINDS}
KIND_OF: dict[type[Record], Kind] = {kind.model: kind for kind in KINDS}

FILES: dict[str, Any] = {
    "standard/sources.yaml": list[standard.Source],
    "standard/clauses.yaml": list[standard.Clause],
    "standard/areas.yaml": list[standard.Area],
    "standard/objective_groups.yaml": list[standard.ObjectiveGroup],
    "standard/controls.yaml": list[standard.Control],
    "standard/annex_c_objectives.yaml": list[standard.AnnexC],
    "standard/annex_c_risk_sources.yaml": list[standard.RiskSource],
    "standard/crosswalks/*.yaml": standard.Crosswalk,
    "standard/eu_ai_act_dates.yaml": standard.LegalCalendar,
    "standard/reference.yaml": standard.Reference,
    "standard/glossary.yaml": list[standard.GlossaryTerm],
    "organisation.yaml": organisation.Organisation,
    "context.yaml": organisation.Context,
    "interested_parties.yaml": list[organisation.Party],
    "obligations.yaml": list[organisation.Obligation],
    "scope.yaml": organisation.Scope,
    "roles.yaml": list[people.Role],
    "processes.yaml": list[people.Process],
    "policy.yaml": policy.Policy,
    "objectives.yaml": list[policy.Objective],
    "measurements.yaml": list[policy.Measurement],
    "own_controls.yaml": list[controls.OwnControl],
    "soa.yaml": list[controls.Decision],
    "control_status.yaml": list[controls.ControlStatus],
    "suppliers.yaml": list[systems.Supplier],
    "systems/*.yaml": systems.System,
    "risk_criteria.yaml": risks.RiskCriteria,
    "risks/*.yaml": risks.Risk,
    "treatment_plan.yaml": risks.TreatmentPlan,
    "treatment_results.yaml": list[risks.TreatmentResult],
    "documents/*.yaml": documents.Document,
    "records/*.yaml": documents.DatedRecord,
    "follow_ups.yaml": list[documents.FollowUp],
    "history.yaml": list[documents.Rewrite],
    "signers.yaml": list[documents.Signer],
    "accounts.yaml": list[people.Account],
    "snapshots.yaml": list[documents.SnapshotRetention],
}
"""What each file below `aims_data/` holds: a list of records, one record per file (`*` is its id), or one part."""
