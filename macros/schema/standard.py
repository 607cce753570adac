"""What ISO/IEC 42001:2023 and related texts list. Same for every organisation; lives in `aims_data/standard/`.

Identifiers, short titles and purposes in our own words only; never requirement sentences. Each entry names its sources,
which are explained in `aims_data/standard/sources.yaml`.
"""

from __future__ import annotations

from typing import Annotated

from macros.schema.base import AreaId, ClauseId, Day, Line, Part, Record, Ref, Term, Text, Whole, Yes, id_pattern
from macros.schema.kind import Kind


class Confidence(Term):
    """How well a fact about the standard was checked."""

    primary = "primary", "Seen in the publisher's preview", "good", "Title and content were seen in the publisher's preview."
    cross_checked = (
        "cross_checked",
        "Cross-checked",
        "good",
        "The title was seen in the publisher's preview; the documentation duty is agreed by at least two other sources.",
    )
    secondary = (
        "secondary",
        "Secondary source",
        "warn",
        "The title was seen in the publisher's preview; the content comes from one kind of secondary source.",
    )
    memory = "memory", "Not seen", "bad", "Not seen in any source; check it against your copy of the standard."


class Source(Record):
    """Where a fact about the standard comes from."""

    id: Annotated[Line, id_pattern(r"[a-z][a-z0-9]*", "kveri")]
    title: Line


class Clause(Record):
    """A clause of ISO/IEC 42001, 4 to 10.2."""

    id: Annotated[Line, id_pattern(r"\d+(\.\d+)*", "'6.1.2' in quotes")]
    title: Line
    parent: Annotated[Line, Ref("clause")] | None = None
    documented_information: tuple[Line, ...] = ()
    """What the standard itself calls for as documented information, named shortly in our own words."""
    auditor_expects: tuple[Line, ...] = ()
    """What auditors usually ask for although the standard does not name it as documented information."""
    note: Text | None = None
    confidence: Confidence
    sources: tuple[Annotated[Line, Ref("source")], ...]
    controls: tuple[Annotated[Line, Ref("control")], ...] = ()
    """Annex A controls that the clause itself points to."""
    answered_by_results: Yes = False
    """True where only dated results answer the clause; a procedure alone does not."""


class Area(Record):
    """One of the nine areas of Annex A."""

    id: Annotated[Line, id_pattern(r"A\.\d+", "A.6")]
    title: Line
    purpose: Line


class ObjectiveGroup(Record):
    """One of the two groups into which area A.6 is divided."""

    id: Annotated[Line, id_pattern(r"A\.\d+\.\d+", "A.6.2")]
    title: Line
    area: AreaId
    purpose: Line


class Control(Record):
    """One of the 38 controls of Annex A."""

    id: Annotated[Line, id_pattern(r"A(\.\d+){2,3}", "A.6.2.4")]
    title: Line
    area: AreaId
    group: Annotated[Line, Ref("objective_group")] | None = None
    purpose: Line
    documentation_called_for: Yes
    """True where the control itself asks for something documented (one source, see `kveri`)."""
    typical_evidence: tuple[Line, ...]
    title_variants: tuple[Line, ...] = ()
    sources: tuple[Annotated[Line, Ref("source")], ...]


class AnnexC(Record):
    """An organisational objective (C.2) of the informative Annex C."""

    id: Annotated[Line, id_pattern(r"C(\.\d+){2}", "C.2.1")]
    title: Line
    number_source: Line
    sources: tuple[Annotated[Line, Ref("source")], ...]


class RiskSource(AnnexC):
    """A risk source (C.3) of the informative Annex C."""


class LegalDate(Part):
    """A date on which part of a law begins to apply."""

    date: Day
    event: Line
    change: Line


class LegalCalendar(Part):
    """The dates of a law, with the day on which they were last checked."""

    title: Line
    checked: Day
    checked_against: Text
    dates: tuple[LegalDate, ...]


class AuditStage(Part):
    """A stage of the certification cycle and what auditors ask for in it."""

    stage: Line
    when: Line
    asks: tuple[Line, ...]
    clauses: tuple[ClauseId, ...] = ()


class ActorRole(Part):
    """An AI actor role after ISO/IEC 22989, as the note to clause 4.1 lists it."""

    id: Line
    title: Line
    includes: tuple[Line, ...]


class GlossaryTerm(Part):
    """A word that readers may not know, explained in our own words."""

    term: Line
    meaning: Text
    abbreviation: Line | None = None


class DocumentField(Part):
    """What an auditor looks for on a controlled document, and under which clause."""

    field: Line
    clause: Line
    auditor_checks: Line


class RelatedStandard(Part):
    """A standard next to ISO/IEC 42001."""

    id: Line
    role: Line


class Reference(Part):
    """Facts around the standard that are read but not linked to."""

    audit_cycle: tuple[AuditStage, ...]
    actor_roles: tuple[ActorRole, ...]
    document_fields: tuple[DocumentField, ...]
    related_standards: tuple[RelatedStandard, ...]
    leaf_clauses: Whole


KINDS = (
    Kind(
        "clause",
        Clause,
        "Clause",
        "Clauses",
        file="standard/clauses.yaml",
        page="clauses/{chapter}.md#c-{anchor}",
        register="clauses/index.md",
        group="standard",
        page_calls="clause_chapter",
    ),
    Kind("area", Area, "Control area", "Control areas", file="standard/areas.yaml", page="areas/{id}.md", register="soa.md", group="standard"),
    Kind(
        "objective_group",
        ObjectiveGroup,
        "Objective group",
        "Objective groups",
        file="standard/objective_groups.yaml",
        page="areas/A.6.md#{anchor}",
        register="soa.md",
        group="standard",
    ),
    Kind(
        "control",
        Control,
        "Control",
        "Controls",
        file="standard/controls.yaml",
        page="controls/{id}.md",
        register="soa.md",
        group="standard",
        page_calls="control",
    ),
    Kind(
        "annex_c",
        AnnexC,
        "Annex C objective",
        "Annex C objectives",
        file="standard/annex_c_objectives.yaml",
        page="annex-c.md#{anchor}",
        register="annex-c.md",
        group="standard",
    ),
    Kind(
        "risk_source",
        RiskSource,
        "Risk source",
        "Risk sources",
        file="standard/annex_c_risk_sources.yaml",
        page="annex-c.md#{anchor}",
        register="annex-c.md",
        group="standard",
    ),
    Kind("source", Source, "Source", "Sources", file="standard/sources.yaml", page="sources.md#source-{anchor}", register="sources.md", group="standard"),
)
