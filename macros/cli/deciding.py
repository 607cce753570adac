"""Commands for decisions on facts: decide use, decide accept, decide withdraw."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Annotated, TypeVar

import typer

from macros.cli.base import app, option_groups, wrong_usage
from macros.cli.entering import enter, readable
from macros.cli.request_options import PROOF, Evidence, RecordedBy, Run, Who, day, request_of
from macros.control.approvals import deciding
from macros.control.approvals.requests import Request
from macros.graph import Aims
from macros.problems import did_you_mean
from macros.schema import KIND_OF
from macros.schema.base import Record
from macros.schema.risks import Risk
from macros.schema.systems import System

R = TypeVar("R", bound=Record)
decide = typer.Typer(no_args_is_help=True, help="Enter a decision: on the use of a system, or on the acceptance of a risk.")
app.add_typer(decide, name="decide")

RiskId = Annotated[str, typer.Argument(metavar="RISK", help="The risk's id, like R-001.", show_default=False)]
Reason = Annotated[str | None, typer.Option(metavar="TEXT", help="Why it is decided so.")]
Until = Annotated[str | None, typer.Option(metavar="DATE", help="The last day on which it holds, like 2026-12-31.", show_default=False)]


@dataclass(frozen=True)
class Shown:
    """What shows a decision."""

    evidence: Evidence = None
    record: Annotated[str | None, typer.Option(metavar="ID", help="The record in which it stands, like REC-018.", rich_help_panel=PROOF)] = None
    recorded_by: RecordedBy = None
    kept_at: Annotated[
        str | None, typer.Option(metavar="TEXT", help="It was given before the portal: where it is kept. It gets no seal.", rich_help_panel=PROOF)
    ] = None

    def put_into(self, request: Request) -> Request:
        """The request with it."""
        return dataclasses.replace(request, **vars(self))


@dataclass(frozen=True)
class Answer:
    """Whether a system may be used."""

    use: Annotated[str | None, typer.Option(metavar="ANSWER", help="may, only_if or do_not.", show_default=False)] = None
    short: Annotated[str | None, typer.Option(metavar="TEXT", help="The answer in one sentence, as one would say it to a colleague.")] = None
    condition: Annotated[list[str] | None, typer.Option(metavar="TEXT", help="A condition of use; may be given several times.", show_default=False)] = None
    until: Until = None
    reason: Reason = None

    def put_into(self, request: Request) -> Request:
        """The request with it."""
        conditions = tuple(condition.strip() for condition in self.condition or ())
        return dataclasses.replace(request, use=self.use, short=self.short, conditions=conditions, until=day("--until", self.until), reason=self.reason)


@decide.command("use")
@option_groups
def decide_use(
    id: Annotated[str, typer.Argument(metavar="SYSTEM", help="The system's id, like SYS-02.", show_default=False)],
    answer: Answer,
    who: Who,
    shown: Shown,
    run: Run,
) -> None:
    """Decide whether a system may be used. A permission is taken back by a decision with --use do_not."""
    aims, system = _record(run, id, System)
    enter(aims, [lambda base, asked: deciding.decide_use(aims, base, system, asked)], request_of(answer, who, shown), run)


@decide.command("accept")
@option_groups
def decide_accept(id: RiskId, who: Who, *, until: Until = None, reason: Reason = None, shown: Shown, run: Run) -> None:
    """Accept a risk at the level of its newest assessment."""
    aims, risk = _record(run, id, Risk)
    request = dataclasses.replace(request_of(who, shown), until=day("--until", until), reason=reason)
    enter(aims, [lambda base, asked: deciding.accept(aims, base, risk, asked)], request, run)


@decide.command("withdraw")
@option_groups
def decide_withdraw(id: RiskId, who: Who, *, reason: Reason = None, shown: Shown, run: Run) -> None:
    """Withdraw the acceptance of a risk before its end."""
    aims, risk = _record(run, id, Risk)
    request = dataclasses.replace(request_of(who, shown), reason=reason)
    enter(aims, [lambda base, asked: deciding.withdraw_acceptance(aims, base, risk, asked)], request, run)


def _record(run: Run, id: str, model: type[R]) -> tuple[Aims, R]:
    """The management system and the record of an id. Ends with exit code 2 and the nearest id where there is none."""
    aims = run.aims()
    readable(aims)
    found = aims.find(id, model)
    if found is None:
        raise wrong_usage(f"'{id}' is the id of no {KIND_OF[model].title}{did_you_mean(id, [known.id for known in aims.all(model)])}")
    return aims, found
