"""AI systems over their whole life, and who supplies them (clauses 4.1 and 4.3, controls A.4, A.6, A.9 and A.10)."""

from __future__ import annotations

from typing import Annotated

from macros.schema.base import (
    AppendOnly,
    BasedOn,
    Day,
    DocumentId,
    Expected,
    Formatted,
    Line,
    Living,
    OwnFile,
    Part,
    Renewed,
    RoleId,
    SiteId,
    SupplierId,
    Term,
    Text,
    UnitId,
    Yes,
    id_pattern,
)
from macros.schema.decisions import FOLDER, KEPT, DecisionOnFacts
from macros.schema.documents import Basis
from macros.schema.kind import Kind
from macros.schema.organisation import ActAs, ActorAs
from macros.schema.people import Authority, ReviewCycle


class Use(Term):
    """What staff may do with a system."""

    may = "may", "You may use it", "good", "Use it for what it is meant for."
    only_if = "only_if", "Only if", "warn", "Use it only if every condition is met."
    do_not = "do_not", "Do not use", "bad", "Do not use it. If you need something like it, ask."


class Stage(Term):
    """Where a system is in its life, after the stages of ISO/IEC 22989."""

    inception = "inception", "Inception", "quiet", "An idea or request; nothing is built or bought."
    design = "design", "Design and development", "info", "Being built or configured."
    verification = "verification", "Verification and validation", "info", "Being tested against its requirements."
    deployment = "deployment", "Deployment", "info", "Being brought into use, in steps or as a pilot."
    operation = "operation", "Operation and monitoring", "good", "In use and watched."
    reevaluation = "reevaluation", "Re-evaluation", "warn", "In use; whether it may stay in use is being decided."
    refused = "refused", "Refused", "bad", "Was asked for and refused."
    retired = "retired", "Retired", "quiet", "No longer in use."

    @property
    def in_use(self) -> bool:
        """True while people work with the system or are affected by it."""
        return self in {Stage.deployment, Stage.operation, Stage.reevaluation}

    @property
    def gone(self) -> bool:
        """True where it was refused or retired."""
        return self in {Stage.refused, Stage.retired}


class ActClass(Term):
    """The class of a system under the EU AI Act, as we determined it."""

    prohibited = "prohibited", "Prohibited practice", "bad", "Falls under Article 5; may not be used."
    high_risk = "high_risk", "High-risk", "warn", "Falls under Article 6; the duties of Chapter III apply from their date."
    transparency = "transparency", "Transparency duties", "info", "Not high-risk; Article 50 asks to tell people."
    minimal = "minimal", "No specific duties", "good", "No duties of the Act beyond AI literacy."
    undetermined = "undetermined", "Not yet determined", "quiet", "The class has not been determined."


class UseDecision(DecisionOnFacts):
    """Who decided whether the system may be used, when, and on what conditions."""

    written_first = ("use", "short", "by", "holder", "on", "conditions", "valid_until")
    use: Use
    short: Line
    """The answer in one sentence, as one would say it to a colleague."""
    conditions: tuple[Line, ...] = ()
    valid_until: Day | None = None
    based_on: tuple[Basis, ...] = ()
    """What it rests on; one that was entered before this was recorded has none."""

    @property
    def activity(self) -> str:
        """What whoever decides so does, in words."""
        return "decide on the use of systems"

    def within(self, authority: Authority) -> bool:
        """Whether somebody with this authority may decide so."""
        return authority.decides_use


class Question(Part):
    """A question that staff ask about the system, and the answer."""

    ask: Line
    answer: Line
    use: Use


class Oversight(Part):
    """Who watches over the system, and how a person can step in."""

    role: RoleId
    autonomy: Line
    """What the system does without a person."""
    how: Text
    stop: Line
    """How to stop it."""


class DataUsed(Part):
    """Data that the system was trained on, works with or produces."""

    what: Line
    purpose: Line
    personal: Yes
    special_category: Yes = False
    source: Line
    quality: Line | None = None


class Model(Part):
    """A model inside the system."""

    title: Line
    version: Line
    kind: Line
    origin: Line


class LifeEvent(Part):
    """Something that happened in the life of the system."""

    on: Day
    stage: Stage
    what: Line
    by: RoleId | None = None


class System(Living):
    """An AI system that we build, buy, were asked for, refused or retired."""

    id: Annotated[Line, id_pattern(r"SYS-\d{2,}", "SYS-01")]
    title: Line
    known_as: Annotated[tuple[Line, ...], Expected("staff search by it")] = ()
    """What people call it in everyday language; staff search by it."""
    summary: Annotated[Line | None, Expected("staff read it first")] = None
    """What it does, in one sentence without technical terms."""
    description: Annotated[Formatted | None, Expected("what is assessed has to be known")] = None
    in_scope: Yes = True
    stage: Annotated[Stage | None, Expected("what is asked of a system follows from it")] = None
    owner: Annotated[RoleId | None, Expected("somebody answers for it")] = None
    use_decisions: Annotated[tuple[UseDecision, ...], KEPT, OwnFile("use-{on}", FOLDER)] = ()
    """The newest counts; earlier ones stay as history. `aims decide use` enters them."""
    intended_use: Annotated[tuple[Line, ...], Expected("staff use it for nothing else"), BasedOn()] = ()
    forbidden_use: Annotated[tuple[Line, ...], Expected("staff have to know where it ends"), BasedOn()] = ()
    questions: tuple[Question, ...] = ()
    """What staff ask most."""
    users: Annotated[tuple[Line, ...], Expected("they are told and trained")] = ()
    units: tuple[UnitId, ...] = ()
    sites: tuple[SiteId, ...] = ()
    affected_people: Annotated[tuple[Line, ...], Expected("the impact is assessed for them", "people affected"), BasedOn()] = ()
    actor_roles: Annotated[tuple[ActorAs, ...], Expected("our part after ISO/IEC 22989", "our part (ISO/IEC 22989)")] = ()
    act_roles: Annotated[tuple[ActAs, ...], Expected("duties follow from it", "our part (EU AI Act)")] = ()
    act_class: Annotated[ActClass, Expected("duties follow from it", "EU AI Act class"), BasedOn()] = ActClass.undetermined
    act_reason: Annotated[Text | None, Expected("the class has to be understood by others", "reason for the class")] = None
    act_reference: Line | None = None
    oversight: Oversight | None = None
    data: tuple[DataUsed, ...] = ()
    models: Annotated[tuple[Model, ...], BasedOn("title")] = ()
    suppliers: tuple[SupplierId, ...] = ()
    documents: tuple[DocumentId, ...] = ()
    environment: Line | None = None
    """Where it runs."""
    history: Annotated[tuple[LifeEvent, ...], AppendOnly(), Expected("what happened to it counts later")] = ()
    reviewed_on: Day | None = None
    review: Annotated[ReviewCycle | None, Renewed("reviewed_on", "review of the system"), Expected("it is looked at again", "review cycle")] = None

    @property
    def in_use(self) -> bool:
        """Whether its stage is known to be one in which it is used."""
        return self.stage is not None and self.stage.in_use

    @property
    def gone(self) -> bool:
        """Whether it is known to be refused or retired."""
        return self.stage is not None and self.stage.gone

    @property
    def looked_after(self) -> bool:
        """Whether it was neither refused nor retired."""
        return not self.gone


class SupplierAssessment(Part):
    """One dated assessment of a supplier: what came out, weak points included. The newest counts; older ones stay as history."""

    on: Day
    result: Text | None = None


class Supplier(Living):
    """Somebody who supplies an AI system, a model, data or a service for it (control A.10.3)."""

    id: Annotated[Line, id_pattern(r"SUP-\d{2,}", "SUP-01")]
    title: Line
    supplies: Annotated[Line | None, Expected("what depends on it has to be known")] = None
    contract: Annotated[Line | None, Expected("duties rest on it")] = None
    duties: Annotated[tuple[Line, ...], Expected("what they answer for is known before something happens", "duties of the supplier")] = ()
    """What the contract lays on them."""
    assessments: Annotated[tuple[SupplierAssessment, ...], AppendOnly(one_a_day=True, since=2)] = ()
    """Oldest first."""
    owner: Annotated[RoleId | None, Expected("somebody answers for it")] = None
    review: Annotated[ReviewCycle | None, Renewed("assessments", "assessment of the supplier"), Expected("it is assessed again", "review cycle")] = None

    @property
    def undone(self) -> tuple[str, ...]:
        """That it was never assessed."""
        return () if self.assessments else ("assessment",)


KINDS = (
    Kind("system", System, "AI system", "AI systems", file="systems/*.yaml", page="systems/{id}.md", register="systems.md", group="systems"),
    Kind(
        "supplier",
        Supplier,
        "Supplier",
        "Suppliers",
        file="suppliers.yaml",
        page="suppliers/{id}.md",
        register="suppliers.md",
        group="systems",
        columns=("supplies", "by system", "Assessed: assessments.on", "Next: due", "owner"),
        filters=("by system", "owner"),
    ),
)
