"""Commands for document control: seal, status, approve, submit, review, withdraw, reseal, close, confirm."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from macros import decisions, facts, seal
from macros.cli.base import Project, Today, app, errors, option_groups, read_project, tell_missing, wrong_usage
from macros.cli.entering import document_of, enter, enter_for, readable, refused
from macros.cli.request_options import ConfirmedVersion, Evidence, Exceptions, Id, Ids, NewVersion, Proof, Reason, Run, Who, request_of
from macros.control.approvals import approving, status, upkeep
from macros.control.approvals.requests import NewEntry, Request
from macros.graph import Aims
from macros.problems import did_you_mean, printable
from macros.schema.documents import DatedRecord, Document, Version

RecordId = Annotated[str, typer.Argument(metavar="RECORD", help="The record's id, like REC-001.", show_default=False)]
WIDE = 200
"""How wide a table is where there is no terminal that says how wide it is."""
NARROW = 100
"""On a narrower terminal the titles are left out, so that each document stays on a line or two."""


@app.command("seal")
def print_seal(
    id: Id,
    version: Annotated[str | None, typer.Option(metavar="1.1", help="An earlier version, as the history holds it.", show_default=False)] = None,
    project: Project = None,
) -> None:
    """Print the text that is sealed for a document, and nothing else: `aims seal AIMS-POL-01 | sha256sum` is its seal.

    A decision is named by its record and its file: aims seal SYS-02/use-2026-01-31
    """
    aims = read_project(project, None)
    if decided := decisions.in_file(aims, id):
        print(decisions.text_of(aims, decided), end="")
        return
    document = document_of(aims, id)
    readable(aims)
    found = _version_of(document, version)
    if document.master:
        raise refused(f"the master copy of {id} is kept elsewhere ({document.master.location}), so nothing is sealed here")
    newest = found is document.versions[-1]
    if not newest and facts.sealed(found) is None:
        raise refused(f"version {found.number} of {id} has no seal, so nothing shows which text it was")
    if newest and facts.text_matches(aims, document, found) is False:
        errors.print(f"aims: this is {id} as its files are now; what was sealed as version {found.number} is another text", highlight=False, soft_wrap=True)
    text = seal.text_now(aims, document, found) if newest else status.text_of(aims, document, found)
    if text is None:
        raise refused(f"the history here does not hold the text that was sealed as version {found.number} of {id}")
    sys.stdout.buffer.write(text.encode(errors="surrogateescape"))


def _version_of(document: Document, number: str | None) -> Version:
    """The version of that number, else the newest. Ends with exit code 2 and the known numbers where there is none."""
    found = [version for version in document.versions if version.number == number] if number else document.versions[-1:]
    if not found:
        known = ", ".join(version.number for version in document.versions) or "none"
        raise wrong_usage(f"{document.id} has no version{f' {number}' if number else ''}; there is {known}")
    return found[0]


@app.command("status")
def print_status(
    id: Annotated[str | None, typer.Argument(metavar="ID", help="One document in detail; left out, all in a table.", show_default=False)] = None,
    project: Project = None,
    today: Today = None,
) -> None:
    """Show how documents stand: may one rely on it, is the text the sealed one, is the approval evidenced, is the review due."""
    aims = read_project(project, today)
    if aims.loaded.problems:
        errors.print("aims: some files cannot be read, so this may not be all; `aims check` names them", highlight=False, soft_wrap=True)
    tell_missing(aims)
    console = Console(soft_wrap=id is not None)
    if not console.is_terminal:
        console.width = WIDE
    if id:
        for word, text in status.details(aims, document_of(aims, id)):
            console.print(Text(printable(f"{word + ':':15}{text}")))
        return
    narrow = console.width < NARROW
    table = Table("Document", "Validity", "Version", "Seal", "Approval", "Review", box=None, header_style="bold", pad_edge=False)
    for row in status.rows(aims):
        title = "" if narrow else f" {row.document.title}"
        cells = (f"{row.document.id}{title}", row.validity, row.version, row.seal, row.approval, row.review)
        table.add_row(*(Text(cell) for cell in cells))
    console.print(table)
    if sentence := status.decided(aims):
        console.print(Text(sentence))


@app.command()
@option_groups
def approve(ids: Ids, who: Who, version: NewVersion, proof: Proof, exceptions: Exceptions, run: Run) -> None:
    """Approve documents as their files are now: one, or several at once, as a meeting does. Several get the same options, and all of them or none.

    A version that waits for approval (a draft, submitted, or approved by others first) gets your approval. Else a new version is entered.

    The approval carries the seal, which binds it to exactly this text. Commit the files that it writes together with the text.

    aims approve AIMS-POL-01 --as managing-director --change "Yearly review" --evidence "Minutes 2026-03-02, item 4"
    """
    if version.number and len(set(ids)) > 1:
        raise wrong_usage("--number is the number of one version; with several documents leave it out")
    enter_for(ids, approving.approve, request_of(who, version, proof, exceptions), run)


@app.command()
@option_groups
def submit(id: Id, who: Who, version: NewVersion, run: Run) -> None:
    """Hand in a draft for review and approval. Enters the new version, with --change, if that was not done yet."""
    enter_for([id], approving.submit, request_of(who, version), run)


@app.command()
@option_groups
def review(id: Id, who: Who, *, evidence: Evidence = None, version: ConfirmedVersion, run: Run) -> None:
    """Enter a review: that a document stays as it is, that a submitted draft is suitable, or that a register is right.

    A register whose records changed since its last review becomes a new version; --change says what.
    """
    enter_for([id], upkeep.review, replace(request_of(who, version), evidence=evidence), run)


@app.command()
@option_groups
def withdraw(id: Id, who: Who, *, reason: Reason = None, run: Run) -> None:
    """Withdraw a document that no longer applies. Its text and its history stay, marked as withdrawn."""
    enter_for([id], upkeep.withdraw, replace(request_of(who), reason=reason), run)


@app.command()
@option_groups
def reseal(id: Id, who: Who, *, reason: Reason = None, run: Run) -> None:
    """Enter a technical change under the same version: a file renamed, another layout. Refused if a value or a word differs."""
    enter_for([id], upkeep.reseal, replace(request_of(who), reason=reason), run)


@app.command()
@option_groups
def close(
    id: RecordId,
    who: Who,
    run: Run,
) -> None:
    """Close a finished record: from then on its file may not change. A correction is a new record that names the old one.

    The closing of an impact assessment keeps what it rests on: of each system what it is for and not for, the people affected, its models and its class.
    """
    _enter_for_record(id, upkeep.close, request_of(who), run)


@app.command()
@option_groups
def confirm(
    id: RecordId,
    who: Who,
    *,
    because: Annotated[str | None, typer.Option("--because", metavar="TEXT", help="Why it still holds, in one sentence.")] = None,
    run: Run,
) -> None:
    """Confirm a closed impact assessment that became suspect: what it rested on changed, and it still holds. Else assess the system again."""
    _enter_for_record(id, upkeep.confirm, replace(request_of(who), reason=because), run)


def _enter_for_record(id: str, activity: Callable[[Aims, Aims, DatedRecord, Request], NewEntry], request: Request, run: Run) -> None:
    """Enter what an activity makes of a request for a record. Ends with exit code 2 and the nearest id where there is none."""
    aims = run.aims()
    readable(aims)
    record = aims.find(id, DatedRecord)
    if record is None:
        known = [known.id for known in aims.all(DatedRecord)]
        hint = "; it is a document, and what is closed is a record in it, like REC-001" if aims.find(id, Document) else did_you_mean(id, known)
        raise wrong_usage(f"'{id}' is not the id of a record{hint}")
    enter(aims, [lambda base, asked: activity(aims, base, record, asked)], request, run)
