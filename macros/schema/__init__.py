"""The only schema: the shape of every record, and where each kind of record is kept and shown.

Read `base.py` first, then `kind.py`. To add a kind of record: write its model and its `Kind` in the module of its part of the AIMS, or in one of its own,
whose `KINDS` are then added to those below.
"""

from __future__ import annotations

from typing import Any

from macros.schema import controls, crosswalks, documents, organisation, people, policy, risks, standard, systems
from macros.schema.base import Record
from macros.schema.kind import Kind

SCHEMA = 4
"""The number of the shape that the records have. It rises by one with every change after which a data file of before is no longer read as it was
meant: a field or an id that is renamed, moved, split or removed, or that has to be there now. With it comes a migration (`macros/migrations/`), by
which files of before go on being read. A field that may be left out does not raise it."""


KINDS: tuple[Kind, ...] = (
    *standard.KINDS,
    *controls.KINDS,
    *crosswalks.KINDS,
    *organisation.KINDS,
    *people.KINDS,
    *policy.KINDS,
    *systems.KINDS,
    *risks.KINDS,
    *documents.KINDS,
)
"""Every kind of record, in the order in which pages list them."""
KIND: dict[str, Kind] = {kind.id: kind for kind in KINDS}
KIND_OF: dict[type[Record], Kind] = {kind.model: kind for kind in KINDS}

PARTS: dict[str, Any] = {
    "standard/eu_ai_act_dates.yaml": standard.LegalCalendar,
    "standard/reference.yaml": standard.Reference,
    "standard/glossary.yaml": list[standard.GlossaryTerm],
    "organisation.yaml": organisation.Organisation,
    "context.yaml": organisation.Context,
    "scope.yaml": organisation.Scope,
    "policy.yaml": policy.Policy,
    "soa.yaml": list[controls.Decision],
    "control_status.yaml": list[controls.ControlStatus],
    "risk_criteria.yaml": risks.RiskCriteria,
    "treatment_plan.yaml": risks.TreatmentPlan,
    "follow_ups.yaml": list[documents.FollowUp],
    "history.yaml": list[documents.Rewrite],
    "signers.yaml": list[documents.Signer],
    "accounts.yaml": list[people.Account],
    "snapshots.yaml": list[documents.SnapshotRetention],
}
"""Files of parts without an id of their own; records of a kind may stand in one."""

FILES: dict[str, Any] = {kind.file: kind.model if "*" in kind.file else list[kind.model] for kind in KINDS} | PARTS  # type: ignore[name-defined]  # a class at run time
"""What each file below `aims_data/` holds: a list of records, one record per file (`*` is its id), or one part."""
