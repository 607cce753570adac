"""Clauses 4 to 10 and what answers them; crosswalks; Annex C; sources."""

from __future__ import annotations

from macros import facts
from macros.build import Build
from macros.facts import Answered
from macros.graph import Aims, natural
from macros.schema.documents import DatedRecord, Document
from macros.schema.people import Process, Role
from macros.schema.policy import Measurement
from macros.schema.risks import Risk, TreatmentResult
from macros.schema.standard import AnnexC, Area, Clause, Confidence, Control, Crosswalk, RiskSource, Source
from macros.views.common import View, referred_to_by, tally, the_record


def _roles(aims: Aims, clause: str) -> list[Role]:
    """Roles that are accountable for a process answering the clause."""
    ids = dict.fromkeys(process.accountable for process in aims.all(Process) if clause in process.clauses)
    return [role for role in (aims.find(id, Role) for id in ids) if role]


def _clause(aims: Aims, clause: Clause) -> View:
    answer = facts.answer(aims, clause)
    known = answer.state is Answered.answered or aims.complete(Document, DatedRecord, Risk, TreatmentResult, Measurement)
    newest = [(record, aims.entries[record.id].kind) for record in answer.results[:5]]
    return {
        "it": clause, "answer": answer, "state": answer.state if known else None,
        "roles": _roles(aims, clause.id), "processes": [p for p in aims.all(Process) if clause.id in p.clauses],
        "results": newest, "more": len(answer.results) - len(newest), "leaf": clause in facts.leaf_clauses(aims), "depth": clause.id.count(".") + 1,
        "crosswalks": [(crosswalk, row) for crosswalk in aims.all(Crosswalk) for row in crosswalk.rows if row.ours == clause.id],
        "back": referred_to_by(aims, clause.id),
    }  # fmt: skip


def chapter(build: Build, id: str) -> View:
    """One clause 4 to 10 with every subclause."""
    aims = build.aims
    the_record(aims, id, Clause)
    clauses = [clause for clause in aims.all(Clause) if clause.id.split(".")[0] == id]
    return {"rows": [_clause(aims, clause) for clause in clauses], "terms": Answered, "confidence": Confidence}


def matrix(build: Build) -> View:
    """All leaf clauses in one table."""
    aims = build.aims
    rows = [_clause(aims, clause) for clause in facts.leaf_clauses(aims)]
    return {"rows": rows, "terms": Answered, "states": tally(Answered, [row["state"] for row in rows])}


def crosswalk(build: Build, id: str) -> View:
    """One crosswalk, both ways."""
    it = the_record(build.aims, id, Crosswalk)
    titles = {target.id: target.title for target in it.targets}
    theirs = [(target, sorted((row for row in it.rows if row.theirs == target.id), key=lambda row: natural(row.ours))) for target in it.targets]
    ours = sorted({row.ours for row in it.rows}, key=natural)
    back = [(id, [row for row in it.rows if row.ours == id]) for id in ours]
    return {"it": it, "theirs": theirs, "ours": back, "titles": titles, "count": len(it.rows)}


def crosswalks(build: Build) -> View:
    """All crosswalks."""
    return {"rows": build.aims.all(Crosswalk)}


def legal_dates(build: Build) -> View:
    """When parts of the EU AI Act begin to apply."""
    aims = build.aims
    return {"calendar": aims.legal_dates, "today": aims.today}


def annex_c(build: Build) -> View:
    """Objectives and risk sources of Annex C and what uses them."""
    aims = build.aims
    used = {entry.id: referred_to_by(aims, entry.id) for entry in (*aims.all(AnnexC), *aims.all(RiskSource))}
    return {"objectives": aims.all(AnnexC), "risk_sources": aims.all(RiskSource), "used": used}


def sources(build: Build) -> View:
    """Where the facts about the standard come from."""
    aims = build.aims
    return {
        "rows": aims.all(Source), "related": aims.reference.related_standards, "fields": aims.reference.document_fields,
        "controls": len(aims.all(Control)), "areas": len(aims.all(Area)), "confidence": Confidence,
    }  # fmt: skip
