"""Commands for document control: seal, status, approve, submit, review, withdraw, reseal, close."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from macros import facts, seal
from macros.cli.base import Project, Today, app, errors, read_project, tell_missing, wrong_usage
from macros.cli.entering import day, document_of, enter, enter_for, is_major, readable, refused
from macros.control.approvals import approving, status, upkeep
from macros.control.approvals.requests import Request
from macros.problems import did_you_mean, printable
from macros.schema.documents import DatedRecord, Document

WHO, VERSION, PROOF, EXCEPTION = "Who, when", "The new version", "Where it can be seen", "Exceptions"
WIDE = 200
"""How wide a table is where there is no terminal that says how wide it is."""
NARROW = 100
"""On a narrower terminal the titles are left out, so that each document stays on a line or two."""

Id = Annotated[str, typer.Argument(metavar="ID", help="The document's id, like AIMS-POL-01.", show_default=False)]
Role = Annotated[str | None, typer.Option("--as", metavar="ROLE", help="The role in which you do it, like managing-director.", rich_help_panel=WHO)]
Holder = Annotated[
    str | None, typer.Option(metavar="CODE", help="Your staff code; left out, the one who holds the role on that day.", rich_help_panel=WHO, show_default=False)
]
On = Annotated[
    str | None, typer.Option(metavar="DATE", help="The day on which it was done, like 2026-01-31; left out, today.", rich_help_panel=WHO, show_default=False)
]
Change = Annotated[str | None, typer.Option(metavar="TEXT", help="What changed and why, for the revision table.", rich_help_panel=VERSION)]
Minor = Annotated[
    bool,
    typer.Option(
        "--minor", help="Second number up: the rules stay the same in substance. Left out, it is asked; without a terminal minor.", rich_help_panel=VERSION
    ),
]
Major = Annotated[bool, typer.Option("--major", help="First number up: duties, limits or decisions change.", rich_help_panel=VERSION)]
Number = Annotated[str | None, typer.Option(metavar="2.0", help="This version number.", rich_help_panel=VERSION)]
Effective = Annotated[str | None, typer.Option(metavar="DATE", help="In force from this day; left out, from the approval.", rich_help_panel=VERSION)]
Author = Annotated[str | None, typer.Option(metavar="CODE", help="Staff code of who wrote it; left out, who holds the author's role.", rich_help_panel=VERSION)]
Evidence = Annotated[str | None, typer.Option(metavar="TEXT", help="Where it can be seen, like 'Minutes 2026-03-02, item 4'.", rich_help_panel=PROOF)]
Base = Annotated[
    str | None, typer.Option(metavar="REV", help="Commit or branch in which it is read who may do this; left out, where yours left the main branch.")
]  # fmt: skip
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would be written; write nothing.")]
Why = Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="Why, in one sentence.")]


@app.command("seal")
def print_seal(
    id: Id,
    version: Annotated[str | None, typer.Option(metavar="1.1", help="An earlier version, as the history holds it.", show_default=False)] = None,
    project: Project = None,
) -> None:
    """Print the text that is sealed for a document, and nothing else: `aims seal AIMS-POL-01 | sha256sum` is its seal."""
    aims = read_project(project, None)
    document = document_of(aims, id)
    readable(aims)
    found = next((entry for entry in document.versions if version in {None, entry.number}), None) if version else next(reversed(document.versions), None)
    if found is None:
        known = ", ".join(entry.number for entry in document.versions) or "none"
        raise wrong_usage(f"{id} has no version{f' {version}' if version else ''}; there is {known}")
    if document.master:
        raise refused(f"the master copy of {id} is kept elsewhere ({document.master.location}), so nothing is sealed here")
    if found is document.versions[-1]:
        text: str | None = seal.seal_text(document, found, seal.sums_now(aims, document))
        if facts.text_matches(aims, document, found) is False:
            errors.print(f"aims: this is {id} as its files are now; what was sealed as version {found.number} is another text", highlight=False, soft_wrap=True)
    elif facts.sealed(found) is None:
        raise refused(f"version {found.number} of {id} has no seal, so nothing shows which text it was")
    else:
        text = status.text_of(aims, document, found)
    if text is None:
        raise refused(f"the history here does not hold the text that was sealed as version {found.number} of {id}")
    sys.stdout.buffer.write(text.encode(errors="surrogateescape"))


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


@app.command()
def approve(
    id: Id,
    role: Role = None,
    holder: Holder = None,
    on: On = None,
    change: Change = None,
    minor: Minor = False,
    major: Major = False,
    number: Number = None,
    effective: Effective = None,
    author: Author = None,
    evidence: Evidence = None,
    recorded_by: Annotated[
        str | None, typer.Option(metavar="CODE", help="Staff code of who enters this, if it is not the approver.", rich_help_panel=PROOF)
    ] = None,
    sign: Annotated[Path | None, typer.Option(metavar="KEYFILE", help="Sign with your SSH key, like ~/.ssh/id_ed25519.", rich_help_panel=PROOF)] = None,
    reason: Annotated[str | None, typer.Option(metavar="TEXT", help="Why the author approves, too.", rich_help_panel=EXCEPTION)] = None,
    compensating_review: Annotated[
        str | None, typer.Option(metavar="TEXT", help="The review by somebody else that makes up for it, and where it can be seen.", rich_help_panel=EXCEPTION)
    ] = None,
    compensated_by: Annotated[str | None, typer.Option(metavar="ROLE", help="The role that did that review.", rich_help_panel=EXCEPTION)] = None,
    emergency: Annotated[bool, typer.Option("--emergency", help="You are a deputy and approve provisionally.", rich_help_panel=EXCEPTION)] = False,
    until: Annotated[str | None, typer.Option(metavar="DATE", help="Last day of a provisional approval.", rich_help_panel=EXCEPTION)] = None,
    base: Base = None,
    dry_run: DryRun = False,
    project: Project = None,
    today: Today = None,
) -> None:
    """Approve a document as its files are now.

    A version that waits for approval (a draft, submitted, or approved by others first) gets your approval. Else a new version is entered.

    The approval carries the seal, which binds it to exactly this text. Commit the document's file together with the text.

    aims approve AIMS-POL-01 --as managing-director --change "Yearly review" --evidence "Minutes 2026-03-02, item 4"
    """
    request = Request(
        role=role, holder=holder, on=day("--on", on), change=change, number=number, major=is_major(minor, major, number),
        effective=day("--effective", effective), author=author, evidence=evidence, recorded_by=recorded_by,
        key=sign.expanduser() if sign else None, reason=reason,
        compensating_review=compensating_review, compensated_by=compensated_by, emergency=emergency, until=day("--until", until),
    )  # fmt: skip
    enter_for(read_project(project, today), id, approving.approve, request, base, dry_run)


@app.command()
def submit(
    id: Id,
    role: Role = None,
    holder: Holder = None,
    on: On = None,
    change: Change = None,
    minor: Minor = False,
    major: Major = False,
    number: Number = None,
    effective: Effective = None,
    author: Author = None,
    base: Base = None,
    dry_run: DryRun = False,
    project: Project = None,
    today: Today = None,
) -> None:
    """Hand in a draft for review and approval. Enters the new version, with --change, if that was not done yet."""
    request = Request(
        role=role, holder=holder, on=day("--on", on), change=change, number=number, major=is_major(minor, major, number),
        effective=day("--effective", effective), author=author,
    )  # fmt: skip
    enter_for(read_project(project, today), id, approving.submit, request, base, dry_run)


@app.command()
def review(
    id: Id,
    role: Role = None,
    holder: Holder = None,
    on: On = None,
    evidence: Evidence = None,
    change: Change = None,
    minor: Minor = False,
    major: Major = False,
    number: Number = None,
    author: Author = None,
    base: Base = None,
    dry_run: DryRun = False,
    project: Project = None,
    today: Today = None,
) -> None:
    """Enter a review: that a document stays as it is, that a submitted draft is suitable, or that a register is right.

    A register whose records changed since its last review becomes a new version; --change says what.
    """
    request = Request(
        role=role, holder=holder, on=day("--on", on), evidence=evidence, change=change, number=number, major=is_major(minor, major, number), author=author
    )
    enter_for(read_project(project, today), id, upkeep.review, request, base, dry_run)


@app.command()
def withdraw(
    id: Id,
    role: Role = None,
    holder: Holder = None,
    reason: Why = None,
    on: On = None,
    base: Base = None,
    dry_run: DryRun = False,
    project: Project = None,
    today: Today = None,
) -> None:
    """Withdraw a document that no longer applies. Its text and its history stay, marked as withdrawn."""
    request = Request(role=role, holder=holder, on=day("--on", on), reason=reason)
    enter_for(read_project(project, today), id, upkeep.withdraw, request, base, dry_run)


@app.command()
def reseal(
    id: Id,
    role: Role = None,
    holder: Holder = None,
    reason: Why = None,
    on: On = None,
    base: Base = None,
    dry_run: DryRun = False,
    project: Project = None,
    today: Today = None,
) -> None:
    """Enter a technical change under the same version: a file renamed, another layout. Refused if a value or a word differs."""
    request = Request(role=role, holder=holder, on=day("--on", on), reason=reason)
    enter_for(read_project(project, today), id, upkeep.reseal, request, base, dry_run)


@app.command()
def close(
    id: Annotated[str, typer.Argument(metavar="RECORD", help="The record's id, like REC-001.", show_default=False)],
    role: Role = None,
    holder: Holder = None,
    on: On = None,
    base: Base = None,
    dry_run: DryRun = False,
    project: Project = None,
    today: Today = None,
) -> None:
    """Close a finished record: from then on its file may not change. A correction is a new record that names the old one."""
    aims = read_project(project, today)
    readable(aims)
    record = aims.find(id, DatedRecord)
    if record is None:
        known = [known.id for known in aims.all(DatedRecord)]
        hint = "; it is a document, and what is closed is a record in it, like REC-001" if aims.find(id, Document) else did_you_mean(id, known)
        raise wrong_usage(f"'{id}' is not the id of a record{hint}")
    request = Request(role=role, holder=holder, on=day("--on", on))
    enter(aims, lambda state, request: upkeep.close(aims, state, record, request), request, base, dry_run)
