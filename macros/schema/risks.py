"""AI risks: criteria, assessments, treatment (clauses 6.1.1 to 6.1.3, 8.2 and 8.3)."""

from __future__ import annotations

from typing import Annotated

from macros.schema.base import (
    ActionId,
    AppendOnly,
    ControlId,
    Day,
    DriverId,
    Empty,
    Expected,
    Formatted,
    Line,
    Living,
    ObjectiveId,
    OwnFile,
    Part,
    Record,
    Renewed,
    RiskId,
    RiskSourceId,
    RoleId,
    SystemId,
    Term,
    Text,
    Whole,
    id_pattern,
)
from macros.schema.decisions import FOLDER, KEPT, DecisionOnFacts
from macros.schema.fields import recorded
from macros.schema.kind import Kind
from macros.schema.people import Authority, Level, ReviewCycle


class Step(Part):
    """A step of a scale."""

    step: Whole
    title: Line
    meaning: Line


class AcceptanceRule(Part):
    """Who may accept a risk of a level, and for how long."""

    level: Level
    rule: Line
    months: Whole
    """How long an acceptance is valid at the most; 0 means that the level is never accepted."""


class RiskCriteria(Part):
    """How risks are rated and when they are acceptable. Levels are computed from the matrix, never typed."""

    likelihood: tuple[Step, ...]
    consequence: tuple[Step, ...]
    matrix: tuple[tuple[Level, ...], ...]
    """One row per step of likelihood, from 1 up; in it one level per step of consequence, from 1 up."""
    acceptance: tuple[AcceptanceRule, ...]
    opportunity: Text
    """How opportunities are handled."""


class Affected(Term):
    """Who bears the consequence."""

    organisation = "organisation", "Organisation", "info", "Our own work, money or reputation."
    individuals = "individuals", "Individuals", "info", "Single people, like a patient or an employee."
    groups = "groups", "Groups", "info", "Groups of people, like an age group or a language group."
    society = "society", "Society", "info", "The public, public services, the environment."


class Option(Term):
    """What is done about a risk."""

    reduce = "reduce", "Reduce", "info", "Controls make it less likely or less severe."
    avoid = "avoid", "Avoid", "good", "What causes it is not done."
    share = "share", "Share", "info", "Somebody else bears part of it, by contract or insurance."
    retain = "retain", "Retain", "quiet", "It is kept knowingly."


class Rating(Part):
    """Likelihood and consequence on the scales of the risk criteria."""

    likelihood: Whole
    consequence: Whole


class Assessment(Part):
    """One dated assessment. The newest counts; older ones stay as history and as evidence for clause 8.2."""

    on: Day
    by: RoleId
    inherent: Rating
    """Without any control."""
    current: Rating
    """With the controls that are implemented today, no others."""
    target: Rating
    """What is aimed at when all chosen controls work."""
    why: Text


class Acceptance(DecisionOnFacts):
    """The decision to live with a risk of a certain level for a certain time."""

    written_first = ("by", "holder", "on", "level", "valid_until")
    level: Level
    valid_until: Day

    @property
    def activity(self) -> str:
        """What whoever decides so does, in words."""
        return f"accept the level {self.level.label.lower()}"

    def within(self, authority: Authority) -> bool:
        """Whether somebody with this authority may decide so."""
        return authority.accepts_risk_up_to is not None and self.level.rank <= authority.accepts_risk_up_to.rank


class AcceptanceWithdrawal(DecisionOnFacts):
    """The decision that the acceptance of a risk no longer holds."""

    @property
    def activity(self) -> str:
        """What whoever decides so does, in words."""
        return "withdraw the acceptance of a risk"

    def within(self, authority: Authority) -> bool:
        """Whether somebody with this authority may decide so."""
        return authority.accepts_risk_up_to is not None


class Risk(Living):
    """Something that may happen with an AI system, and what we do about it."""

    id: Annotated[Line, id_pattern(r"R-\d{3,}", "R-001")]
    title: Line
    description: Annotated[Formatted | None, Expected("others have to understand it")] = None
    sources: Annotated[tuple[RiskSourceId, ...], Expected("risks of the same source are found together", "sources (Annex C)")] = ()
    systems: Annotated[tuple[SystemId, ...], Expected("where it may happen has to be known"), Empty("all in scope")] = ()
    """Systems it concerns; empty means all in scope."""
    affected: Annotated[tuple[Affected, ...], Expected("who bears the consequence decides how grave it is", "who bears the consequence")] = ()
    objectives: tuple[ObjectiveId, ...] = ()
    """Objectives it endangers."""
    related: tuple[DriverId, ...] = ()
    """Obligations, issues or parties behind it."""
    owner: Annotated[RoleId | None, Expected("somebody answers for it")] = None
    option: Annotated[Option | None, Expected("what is done about it is decided", "treatment option")] = None
    option_reason: Annotated[Text | None, Expected("the decision has to be understood by others", "reason for the option")] = None
    controls: tuple[ControlId, ...] = ()
    """Controls that treat it; needed when the option is reduce."""
    assessments: Annotated[tuple[Assessment, ...], AppendOnly(one_a_day=True)] = ()
    acceptances: Annotated[tuple[Acceptance, ...], KEPT, OwnFile("accepted-{on}", FOLDER)] = ()
    """The newest counts; earlier ones stay as history. `aims decide accept` enters them."""
    withdrawals: Annotated[tuple[AcceptanceWithdrawal, ...], KEPT, OwnFile("withdrawn-{on}", FOLDER)] = ()
    """Where an acceptance was withdrawn before its end. `aims decide withdraw` enters it."""
    review: Annotated[ReviewCycle | None, Renewed("assessments", "assessment of the risk"), Expected("it is assessed again", "review cycle")] = None

    @property
    def undone(self) -> tuple[str, ...]:
        """That it was never assessed."""
        return () if self.assessments else ("assessment",)

    @property
    def all_systems(self) -> bool:
        """Whether it is said to concern all systems in scope."""
        return not self.systems and recorded(self, "systems")


class Opportunity(Living):
    """A chance that AI opens, and what we do about it (clause 6.1.1)."""

    id: Annotated[Line, id_pattern(r"OP-\d{2,}", "OP-01")]
    title: Line
    description: Annotated[Text | None, Expected("others have to understand it")] = None
    systems: Annotated[tuple[SystemId, ...], Empty("all")] = ()
    objectives: tuple[ObjectiveId, ...] = ()
    decision: Annotated[Text | None, Expected("what is done about it is decided")] = None
    owner: Annotated[RoleId | None, Expected("somebody answers for it")] = None


class Action(Living):
    """An action of the risk treatment plan. How far it is stands in `treatment_results.yaml`."""

    id: Annotated[Line, id_pattern(r"T-\d{2,}", "T-01")]
    title: Line
    risks: Annotated[tuple[RiskId, ...], Expected("it is there for them")] = ()
    controls: Annotated[tuple[ControlId, ...], Expected("it brings them about")] = ()
    owner: Annotated[RoleId | None, Expected("somebody answers for it")] = None
    resources: Annotated[Line | None, Expected("without them nothing is done")] = None
    due: Annotated[Day | None, Expected("what has no day is not done", "day")] = None
    evaluated_how: Annotated[Line | None, Expected("whether it worked is seen", "how it is evaluated")] = None


class TreatmentPlan(Part):
    """The risk treatment plan and the opportunities taken up (clauses 6.1.1 and 6.1.3)."""

    approach: Text
    actions: tuple[Action, ...]
    opportunities: tuple[Opportunity, ...]


class Effect(Term):
    """What an action of the treatment plan brought about."""

    worked = "worked", "Worked", "good", "The action is done and lowered the risk as intended."
    partly = "partly", "Worked in part", "warn", "The action is done in part, or lowered the risk less than intended."
    failed = "failed", "Did not work", "bad", "The action did not lower the risk; the treatment is decided anew."


class TreatmentResult(Record):
    """The dated result of an action of the plan (clause 8.3)."""

    kept = AppendOnly(oldest_first=False)
    id: Annotated[Line, id_pattern(r"TR-\d{2,}", "TR-01")]
    action: ActionId
    on: Day
    by: RoleId
    effect: Effect
    result: Text
    evidence: Line

    @property
    def name(self) -> str:
        """The action and the day, as it has no title of its own."""
        return f"{self.action} on {self.on}"


KINDS = (
    Kind("risk", Risk, "Risk", "Risks", file="risks/*.yaml", page="risks/{id}.md", register="risks.md", group="risks"),
    Kind(
        "opportunity",
        Opportunity,
        "Opportunity",
        "Opportunities",
        file="treatment_plan.yaml",
        page="opportunities/{id}.md",
        register="treatment-plan.md",
        group="risks",
        columns=("systems", "What we do about it: decision", "owner"),
        filters=("systems", "owner"),
    ),
    Kind(
        "action",
        Action,
        "Treatment action",
        "Treatment actions",
        file="treatment_plan.yaml",
        page="actions/{id}.md",
        register="treatment-plan.md",
        group="risks",
    ),
    Kind(
        "result",
        TreatmentResult,
        "Treatment result",
        "Treatment results",
        file="treatment_results.yaml",
        page="actions/{action}.md#{anchor}",
        register="treatment-results.md",
        group="risks",
    ),
)
