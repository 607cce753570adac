"""What the activities of document control share: the request of a person, the new entry that answers it, and why it may be refused.

`approving.py` and `upkeep.py` hold the activities; each is a function from a request to a new entry. `base` is the management system of the base
commit, where it is read who has the authority. What is wrong is one sentence: `Refused`; what was left out and is needed is `Needed`, so that the
command can ask for it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from pydantic import ValidationError

from macros import office
from macros.checks import Check
from macros.control.approvals import authority, entries
from macros.control.approvals.entries import Addition, FileChange
from macros.graph import Aims, build
from macros.office import Acting
from macros.problems import Grade, Problem
from macros.schema.base import Part, Record
from macros.schema.documents import Document, Version
from macros.schema.people import Holding, Role
from macros.wording import explained, field_path

P = TypeVar("P", bound=Part)
NUMBER = re.compile(r"(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)")
"""How a new version is numbered."""


class Refused(Exception):
    """It may not be done or there is nothing to do; the text says why and how to be right."""


class Needed(Exception):
    """Something was not given: the field of `Request`, the option that gives it, and the question that asks for it."""

    def __init__(self, field: str, option: str, question: str) -> None:
        super().__init__(f"{option} is needed: {question}")
        self.field, self.question = field, question


class Choice(Needed):
    """Something was not given that can be chosen: the answers with their values; where nobody can be asked the first one counts, as `otherwise` says."""

    def __init__(self, field: str, option: str, question: str, answers: dict[str, Any], otherwise: str) -> None:
        super().__init__(field, option, question)
        self.answers, self.otherwise = answers, otherwise


@dataclass(frozen=True)
class Request:
    """What a person asks to be entered: the options of the command."""

    role: str | None = None
    holder: str | None = None
    on: dt.date | None = None
    change: str | None = None
    number: str | None = None
    major: bool | None = None
    """Whether the first number goes up; None where nothing was said about the number."""
    effective: dt.date | None = None
    author: str | None = None
    evidence: str | None = None
    recorded_by: str | None = None
    reason: str | None = None
    compensating_review: str | None = None
    compensated_by: str | None = None
    emergency: bool = False
    until: dt.date | None = None
    key: Path | None = None
    use: str | None = None
    short: str | None = None
    conditions: tuple[str, ...] = ()
    record: str | None = None
    """The record in which a decision stands."""
    kept_at: str | None = None
    """Where a decision is kept that was given before the portal."""


@dataclass(frozen=True)
class NewEntry:
    """The answer to a request: what is entered for a record, mostly a document (the field and the value), what was sealed, and the sentences a person reads."""

    record: Record
    additions: tuple[Addition, ...]
    sentences: tuple[str, ...]
    seal_text: str = ""
    """What was sealed, where there is such a text."""
    seal: str = ""
    """The seal that is entered by it, if any: who hands in a draft seals nothing yet."""


def prepared(aims: Aims, new: Sequence[NewEntry], check: Check) -> list[FileChange]:
    """The files that enter something, all at once. Raises `Refused` when the result would not load, have an error that is new, or seal what has one."""
    try:
        changes = [change for entry in new for change in entries.changes_for(aims, entry.record, entry.additions)]
    except entries.EntryError as error:
        raise Refused(str(error)) from None
    then = build(aims.project, aims.today, instead={change.name: change.after for change in changes})
    sealed = {name for entry in new if entry.seal and isinstance(entry.record, Document) for name in aims.sources_of(entry.record)}
    if stops := brought((problem for problem in check(aims) if problem.place.file not in sealed), check(then)):
        lines = "\n".join(f"  {problem}" for problem in stops[:10])
        raise Refused(f"nothing was written, because there would be errors; mend them first (aims check):\n{lines}")
    return changes


def brought(before: Iterable[Problem], after: Iterable[Problem]) -> list[Problem]:
    """The errors that were not there before. An entry moves the lines below it, so an error is the same wherever in its file it stands."""
    known, new = Counter((problem.rule, problem.place.file, problem.message) for problem in before), list[Problem]()
    for problem in after:
        same = (problem.rule, problem.place.file, problem.message)
        if problem.grade is Grade.error and not known[same]:
            new.append(problem)
        known[same] -= 1
    return new


def new_version(base: Aims, document: Document, request: Request, on: dt.date) -> Version:
    """A new entry of the revision table, not approved yet."""
    change = request.change or need("change", "--change", "what changed and why, in one sentence for the revision table?")
    author = request.author or holder_of(base, document.author, on, "--author")
    refuse(authority.in_role(base, Acting(document.author, author, on)))
    number = _next_number(document, request)
    return part(Version, number=number, written_on=on, author_holder=author, effective_from=request.effective, change=change)


def about_a_new_version(request: Request) -> list[str]:
    """The options that were given and say something about a new version."""
    options = {"--change": request.change, "--number": request.number, "--author": request.author, "--major": request.major, "--minor": request.major is False}
    return [option for option, value in options.items() if value]


def _next_number(document: Document, request: Request) -> str:
    last = document.versions[-1].number if document.versions else None
    if request.number is None:
        return _counted_up(last, request.major) if last else "1.0"
    if not NUMBER.fullmatch(request.number):
        raise Refused(f"--number is '{request.number}', which is not the number of a version; write it like 2.0")
    if last and _numbers(request.number) <= _numbers(last):
        raise Refused(f"version {request.number} is not higher than {last}, the newest of {document.id}; leave out --number, or give a higher one")
    return request.number


def _counted_up(last: str, first: bool | None) -> str:
    """The number after the last one: the first part counted up, or the second. Raises `Choice` where nothing was said about that."""
    major, minor = _numbers(last)
    greater, smaller = f"{major + 1}.0", f"{major}.{minor + 1}"
    if first is None:
        question = f"minor ({smaller}: the rules stay the same in substance) or major ({greater}: duties, limits or decisions change)?"
        otherwise = f"Version {smaller} is a minor version; --major for a major one ({greater})"
        raise Choice("major", "--minor or --major", question, {"minor": False, "major": True}, otherwise)
    return greater if first else smaller


def _numbers(number: str) -> tuple[int, ...]:
    return tuple(int(part) for part in number.split("."))


def day_of(aims: Aims, request: Request) -> dt.date:
    """The day on which it is done: the given one, else today. Raises `Refused` for one in the future."""
    if request.on and request.on > aims.today:
        raise Refused(f"{request.on} lies in the future (today is {aims.today}); what is entered was done on that day or before")
    return request.on or aims.today


def acting(aims: Aims, base: Aims, document: Document, request: Request, activity: str, question: str) -> Acting:
    """Who does an activity other than an approval, in which role and on which day. Raises `Needed` with the question for the role where none is given,
    and `Refused` where somebody may not do that."""
    on, roles = day_of(aims, request), authority.authorised(base.find(document.id, Document) or document, activity)
    role = request.role or need("role", "--as", f"as which role do you {question} ({', '.join(roles)})?")
    by = Acting(role, request.holder or holder_of(base, role, on), on)
    refuse(authority.may_act(base, document, activity, by))
    return by


def holder_of(base: Aims, role: str, on: dt.date, option: str = "--holder", deputies: bool = False) -> str:
    """The one who holds a role on a day (or its one deputy). Raises `Needed`, with the option that says it, where there is not exactly one."""
    found = base.find(role, Role)
    if found is None:
        refuse(authority.in_role(base, Acting(role, "", on)))
    holdings: Sequence[Holding] = (found.deputies if deputies else found.holders) if found else ()
    codes = list(dict.fromkeys(held.who for held in office.in_office(holdings, on)))
    if len(codes) == 1:
        return codes[0]
    what = "deputises" if deputies else "holds"
    known = f"{what} '{role}' on {on}: {', '.join(codes)}" if codes else f"nobody {what} '{role}' on {on}"
    return need(option.removeprefix("--"), option, f"the staff code of who acts as '{role}' ({known})?")


def part(model: type[P], **values: Any) -> P:
    """A part made of what a person gave. Raises `Refused` with the field and what is wrong with it."""
    stripped = {name: value.strip() if isinstance(value, str) else value for name, value in values.items()}
    try:
        return model(**stripped)
    except ValidationError as error:
        item = error.errors(include_url=False)[0]
        raise Refused(f"{field_path(item['loc'])}{explained(model, dict(item))}") from None


def refuse(sentence: str | None) -> None:
    """Raise `Refused` with a sentence, if there is one."""
    if sentence:
        raise Refused(sentence)


def need(field: str, option: str, question: str) -> NoReturn:
    """Raise `Needed`."""
    raise Needed(field, option, question)
