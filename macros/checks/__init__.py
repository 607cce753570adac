"""RULES between records: each a small generator of findings, in one explicit registry.

A rule reads `Aims` and yields (place, message, ids it is about). It never writes and never asks the clock. Its docstring is the sentence
that the page "What is checked" shows. Each rule has a bad case of its name below `tests/code/kinds/*/cases/`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from macros.blocks import Blocks
from macros.checks import (
    content,
    control,
    controls,
    decisions,
    documents,
    links,
    pages,
    permissions,
    policy,
    publishing,
    recorded,
    references,
    risks,
    roles,
    systems,
    texts,
)
from macros.finding import Finding
from macros.graph import Aims
from macros.problems import Grade, Place, Problem
from macros.schema.organisation import Context, Organisation, Scope
from macros.schema.policy import Policy
from macros.schema.risks import RiskCriteria, TreatmentPlan
from macros.schema.standard import LegalCalendar, Reference

NEEDED = (Organisation, Context, Scope, Policy, RiskCriteria, TreatmentPlan, LegalCalendar, Reference)
"""Parts without which no rule but the references can be judged."""


@dataclass(frozen=True)
class Rule:
    """A rule: its name, how bad a finding is, the function. `whole` rules are judged only when every file could be read; rules on `calls` of macros
    are given the blocks as well."""

    name: str
    grade: Grade
    find: Callable[..., Iterator[Finding]]
    whole: bool = False
    calls: bool = False

    @property
    def sentence(self) -> str:
        """The rule in one sentence."""
        return " ".join((self.find.__doc__ or "").split())

    def found(self, aims: Aims, blocks: Blocks) -> Iterator[Finding]:
        """What the rule finds."""
        return self.find(aims, blocks) if self.calls else self.find(aims)


error, gap, notice = Grade.error, Grade.gap, Grade.notice

RULES: tuple[Rule, ...] = (
    Rule("reference-exists", error, references.reference_exists),
    Rule("id-once", error, references.id_once),
    Rule("id-names-a-file", error, references.id_names_a_file),
    Rule("formerly-once", error, references.formerly_once),
    Rule("replaced-by-another", error, references.replaced_by_another),
    Rule("ended-not-needed", gap, references.ended_not_needed),
    # what is recorded
    Rule("content-missing", gap, content.content_missing),
    Rule("recorded-in-order", error, recorded.recorded_in_order),
    # controls and the Statement of Applicability
    Rule("decided-once", error, controls.decided_once),
    Rule("control-decided", gap, controls.control_decided, whole=True),
    Rule("exclusion-has-reason", gap, controls.exclusion_has_reason),
    Rule("inclusion-has-driver", gap, controls.inclusion_has_driver),
    Rule("excluded-control-unused", error, controls.excluded_control_unused),
    Rule("exception-respected", error, controls.exception_respected),
    Rule("driver-risk-treated", gap, controls.driver_risk_treated),
    Rule("status-known", gap, controls.status_known, whole=True),
    Rule("implemented-has-evidence", gap, controls.implemented_has_evidence),
    Rule("unfinished-has-date", gap, controls.unfinished_has_date),
    Rule("section-exists", error, controls.section_exists, whole=True),
    Rule("control-in-one-process", gap, controls.control_in_one_process, whole=True),
    # risks
    Rule("criteria-complete", error, risks.criteria_complete),
    Rule("rating-on-scale", error, risks.rating_on_scale),
    Rule("levels-descend", error, risks.levels_descend),
    Rule("assessed", gap, risks.assessed),
    Rule("reduced-by-controls", gap, risks.reduced_by_controls),
    Rule("lower-by-working-controls", gap, risks.lower_by_working_controls, whole=True),
    Rule("level-accepted", gap, risks.level_accepted),
    Rule("acceptance-limited", error, risks.acceptance_limited),
    # systems
    Rule("used-system-watched", gap, systems.used_system_watched),
    Rule("used-system-decided", gap, systems.used_system_decided),
    Rule("used-system-risks", gap, systems.used_system_risks, whole=True),
    Rule("used-system-assessed", gap, systems.used_system_assessed, whole=True),
    Rule("assessment-still-fits", gap, systems.assessment_still_fits, whole=True),
    Rule("prohibited-not-used", error, systems.prohibited_not_used),
    Rule("gone-not-usable", error, systems.gone_not_usable),
    Rule("history-ends-in-stage", error, systems.history_ends_in_stage),
    Rule("supplier-assessed", gap, systems.supplier_assessed),
    # decisions on facts
    Rule("decided-by-authority", error, decisions.decided_by_authority),
    Rule("decision-as-sealed", error, decisions.decision_as_sealed),
    Rule("decision-still-fits", gap, decisions.decision_still_fits),
    Rule("decision-evidenced", gap, decisions.decision_evidenced),
    # documents
    Rule("file-in-one-document", error, documents.file_in_one_document, whole=True),
    Rule("source-exists", error, documents.source_exists),
    Rule("master-or-sources", error, documents.master_or_sources),
    Rule("document-has-content", gap, documents.document_has_content, whole=True),
    Rule("document-in-force", gap, documents.document_in_force),
    Rule("versions-ascend", error, documents.versions_ascend),
    Rule("version-days-in-order", error, documents.version_days_in_order),
    Rule("approver-entitled", error, documents.approver_entitled),
    Rule("author-not-approver", error, documents.author_not_approver),
    Rule("approval-evidenced", gap, documents.approval_evidenced),
    # seals and approvals
    Rule("acted-in-office", error, control.acted_in_office),
    Rule("text-as-approved", gap, control.text_as_approved),
    Rule("approvals-on-one-seal", error, control.approvals_on_one_seal),
    Rule("approval-sealed", gap, control.approval_sealed),
    Rule("signature-holds", error, control.signature_holds),
    Rule("provisional-confirmed", gap, control.provisional_confirmed),
    Rule("confirmed-by-another", error, control.confirmed_by_another),
    Rule("confirmed-record-closed", error, control.confirmed_record_closed),
    Rule("closed-record-unchanged", error, control.closed_record_unchanged),
    # clauses
    Rule("clause-answered", gap, documents.clause_answered, whole=True),
    # pages
    Rule("page-readable", error, pages.page_readable),
    Rule("nothing-half-merged", error, pages.nothing_half_merged),
    Rule("file-in-its-place", error, pages.file_in_its_place),
    Rule("page-shows-its-facts", error, pages.page_shows_its_facts, whole=True),
    Rule("macro-exists", error, pages.macro_exists, whole=True, calls=True),
    Rule("link-leads-somewhere", error, links.link_leads_somewhere, whole=True),
    Rule("navigation-leads-somewhere", error, links.navigation_leads_somewhere, whole=True),
    Rule("page-is-there", error, links.page_is_there, whole=True, calls=True),
    # texts
    Rule("permission-not-in-prose", notice, permissions.permission_not_in_prose, whole=True),
    Rule("binding-text-whole", error, texts.binding_text_whole),
    Rule("text-whole", notice, texts.text_whole),
    # policy, objectives, roles
    Rule("commitment-carried", gap, policy.commitment_carried),
    Rule("objective-measured", gap, policy.objective_measured, whole=True),
    Rule("role-held", gap, roles.role_held),
    Rule("holding-days-in-order", error, roles.holding_days_in_order),
    Rule("reports-upwards", error, roles.reports_upwards),
    # files made from the records
    Rule("codeowners-current", error, publishing.codeowners_current, whole=True),
    # time
    Rule("due", notice, policy.due_soon_or_overdue),
)

RULE = {rule.name: rule for rule in RULES}
Check = Callable[[Aims], tuple[Problem, ...]]
"""How a management system is checked, for those who know no blocks: `site.problems_of`."""


def check(aims: Aims, blocks: Blocks) -> tuple[Problem, ...]:
    """Every problem of shape and every finding of a rule, sorted by grade and place. `aims` is no edition: what one may tell, `site.problems_of` knows.

    `blocks`: the macros that pages may call."""
    problems = list(aims.loaded.problems)
    unreadable = bool(problems)
    rules = RULES if all(aims.has(part) for part in NEEDED) else RULES[:2]
    for rule in rules:
        if not (rule.whole and unreadable):
            problems += [Problem(place, message, rule.grade, rule.name, about) for place, message, about in rule.found(aims, blocks)]
    return tuple(sorted(set(problems), key=in_order))


def in_order(problem: Problem) -> tuple[Grade, Place, str]:
    """By which problems are sorted: grade and place."""
    return problem.grade, problem.place, problem.message
