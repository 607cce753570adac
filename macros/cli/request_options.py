"""The options of the commands that enter something under document control, by the panels of their help, and the request that they make."""

from __future__ import annotations

import dataclasses
import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Protocol

import typer

from macros.cli.base import Project, Today, read_project, wrong_usage
from macros.control.approvals.requests import Request
from macros.graph import Aims

WHO, VERSION, PROOF, EXCEPTION = "Who, when", "The new version", "Where it can be seen", "Exceptions"

Id = Annotated[str, typer.Argument(metavar="ID", help="The document's id, like AIMS-POL-01.", show_default=False)]
Ids = Annotated[list[str], typer.Argument(metavar="ID...", help="The documents' ids, like AIMS-POL-01.", show_default=False)]
Reason = Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="Why, in one sentence.")]


class Panel(Protocol):
    """Options that say something about a request."""

    def put_into(self, request: Request) -> Request:
        """The request with what the options say. Ends with exit code 2 and a sentence where they cannot be read."""
        ...


def request_of(*panels: Panel) -> Request:
    """The request that the options of some panels make. Ends with exit code 2 and a sentence where they cannot be read."""
    request = Request()
    for panel in panels:
        request = panel.put_into(request)
    return request


@dataclass(frozen=True)
class Who:
    """Who does it, in which role, on which day."""

    role: Annotated[str | None, typer.Option("--as", metavar="ROLE", help="The role in which you do it, like managing-director.", rich_help_panel=WHO)] = None
    holder: Annotated[
        str | None,
        typer.Option(metavar="CODE", help="Your staff code; left out, the one who holds the role on that day.", rich_help_panel=WHO, show_default=False),
    ] = None
    on: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="The day on which it was done, like 2026-01-31; left out, today.", rich_help_panel=WHO, show_default=False),
    ] = None

    def put_into(self, request: Request) -> Request:
        """The request with them."""
        return dataclasses.replace(request, role=self.role, holder=self.holder, on=day("--on", self.on))


Change = Annotated[str | None, typer.Option(metavar="TEXT", help="What changed and why, for the revision table.", rich_help_panel=VERSION)]
Minor = Annotated[
    bool,
    typer.Option(
        "--minor", help="Second number up: the rules stay the same in substance. Left out, it is asked; without a terminal minor.", rich_help_panel=VERSION
    ),
]
Major = Annotated[bool, typer.Option("--major", help="First number up: duties, limits or decisions change.", rich_help_panel=VERSION)]
Number = Annotated[str | None, typer.Option(metavar="2.0", help="This version number.", rich_help_panel=VERSION)]
Author = Annotated[str | None, typer.Option(metavar="CODE", help="Staff code of who wrote it; left out, who holds the author's role.", rich_help_panel=VERSION)]


@dataclass(frozen=True)
class NewVersion:
    """The new entry of the revision table."""

    change: Change = None
    minor: Minor = False
    major: Major = False
    number: Number = None
    effective: Annotated[str | None, typer.Option(metavar="DATE", help="In force from this day; left out, from the approval.", rich_help_panel=VERSION)] = None
    author: Author = None

    def put_into(self, request: Request) -> Request:
        """The request with it."""
        request = ConfirmedVersion(self.change, self.minor, self.major, self.number, self.author).put_into(request)
        return dataclasses.replace(request, effective=day("--effective", self.effective))


@dataclass(frozen=True)
class ConfirmedVersion:
    """The new entry of the revision table of a register, which is in force as soon as it is confirmed."""

    change: Change = None
    minor: Minor = False
    major: Major = False
    number: Number = None
    author: Author = None

    def put_into(self, request: Request) -> Request:
        """The request with it."""
        if self.minor + self.major + (self.number is not None) > 1:
            raise wrong_usage("--minor, --major and --number exclude each other; give one of them")
        major = True if self.major else False if self.minor else None
        return dataclasses.replace(request, change=self.change, number=self.number, major=major, author=self.author)


Evidence = Annotated[str | None, typer.Option(metavar="TEXT", help="Where it can be seen, like 'Minutes 2026-03-02, item 4'.", rich_help_panel=PROOF)]


RecordedBy = Annotated[str | None, typer.Option(metavar="CODE", help="Staff code of who enters this, if it is somebody else.", rich_help_panel=PROOF)]


@dataclass(frozen=True)
class Proof:
    """What shows an approval."""

    evidence: Evidence = None
    recorded_by: RecordedBy = None
    sign: Annotated[Path | None, typer.Option(metavar="KEYFILE", help="Sign with your SSH key, like ~/.ssh/id_ed25519.", rich_help_panel=PROOF)] = None

    def put_into(self, request: Request) -> Request:
        """The request with it."""
        key = self.sign.expanduser() if self.sign else None
        return dataclasses.replace(request, evidence=self.evidence, recorded_by=self.recorded_by, key=key)


@dataclass(frozen=True)
class Exceptions:
    """An approval by the author, or by a deputy in an emergency."""

    reason: Annotated[str | None, typer.Option(metavar="TEXT", help="Why the author approves, too.", rich_help_panel=EXCEPTION)] = None
    compensating_review: Annotated[
        str | None, typer.Option(metavar="TEXT", help="The review by somebody else that makes up for it, and where it can be seen.", rich_help_panel=EXCEPTION)
    ] = None
    compensated_by: Annotated[str | None, typer.Option(metavar="ROLE", help="The role that did that review.", rich_help_panel=EXCEPTION)] = None
    emergency: Annotated[bool, typer.Option("--emergency", help="You are a deputy and approve provisionally.", rich_help_panel=EXCEPTION)] = False
    until: Annotated[str | None, typer.Option(metavar="DATE", help="Last day of a provisional approval.", rich_help_panel=EXCEPTION)] = None

    def put_into(self, request: Request) -> Request:
        """The request with them."""
        return dataclasses.replace(
            request,
            reason=self.reason,
            compensating_review=self.compensating_review,
            compensated_by=self.compensated_by,
            emergency=self.emergency,
            until=day("--until", self.until),
        )


@dataclass(frozen=True)
class Run:
    """On which project it is entered, as of which day, by whose roles, and whether it is written."""

    base: Annotated[
        str | None, typer.Option(metavar="REV", help="Commit or branch in which it is read who may do this; left out, where yours left the main branch.")
    ] = None
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be written; write nothing.")] = False
    project: Project = None
    today: Today = None

    def aims(self) -> Aims:
        """The management system of the project on that day, which is never that of a build made again."""
        return read_project(self.project, self.today, epoch=False)


def day(option: str, given: str | None) -> dt.date | None:
    """The day that was given with an option. Ends with exit code 2 and a sentence where it is none."""
    if given is None:
        return None
    try:
        return dt.date.fromisoformat(given)
    except ValueError:
        raise wrong_usage(f"{option} is '{given}', which is not a day; write it like 2026-01-31") from None
