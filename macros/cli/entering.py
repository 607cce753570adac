"""What the commands of document control share: find the document and the base, ask for what was left out, write the entry, say what was sealed."""

from __future__ import annotations

import dataclasses
import difflib
import functools
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import typer

from macros.cli.base import errors, wrong_usage
from macros.cli.request_options import Run, day
from macros.control.approvals import entries, requests
from macros.control.approvals.authority import base_of
from macros.control.approvals.entries import FileChange
from macros.control.approvals.requests import Choice, Needed, NewEntry, Refused, Request
from macros.control.approvals.written import APPROVALS, DOCUMENTS
from macros.control.git import Git
from macros.graph import Aims
from macros.problems import Grade, did_you_mean, printable
from macros.schema.base import Record
from macros.schema.documents import Document
from macros.site import problems_of

MOST = 12
"""So many files are named of what was sealed."""
_day = functools.partial(day, "the answer")
MEANT: dict[str, Callable[[str], Any]] = {"until": _day, "on": _day, "conditions": lambda answer: (answer,)}
"""What an answer stands for, where it is no text."""


def enter_for(ids: Sequence[str], activity: Callable[[Aims, Aims, Document, Request], NewEntry], request: Request, run: Run) -> None:
    """Enter what an activity makes of a request for each document of some ids, or nothing at all."""
    aims = run.aims()
    readable(aims)
    documents = [document_of(aims, id) for id in dict.fromkeys(ids)]
    enter(aims, [functools.partial(_for_document, activity, aims, document) for document in documents], request, run)


def _for_document(activity: Callable[[Aims, Aims, Document, Request], NewEntry], aims: Aims, document: Document, base: Aims, asked: Request) -> NewEntry:
    return activity(aims, base, document, asked)


def enter(aims: Aims, activities: Sequence[Callable[[Aims, Request], NewEntry]], request: Request, run: Run) -> None:
    """Write what some activities make of a request, all or nothing, asking for what was left out where there is a terminal. Says what was sealed and which
    files to commit."""
    try:
        base = base_of(aims, run.base)
        if base is None:
            lacking = Git(aims.project).lacking
            errors.print(f"aims: {lacking}, so who may do this was read from the files as they are", highlight=False, soft_wrap=True)
        _base_readable(base)
        new = [_asked(functools.partial(activity, base or aims), request) for activity in activities]
        changes = requests.prepared(aims, new, problems_of)
        _say_other_errors(aims)
        if run.dry_run:
            _print(new)
            print("\nNothing was written. This would be:")
            print("".join(map(_difference, changes)), end="")
            return
        entries.write(aims.project, changes)
    except (Refused, entries.EntryError) as error:
        raise refused(str(error)) from None
    _print(new)
    names = ", ".join(printable(change.name) for change in changes)
    print(f"\nWritten: {names}; commit {'it' if len(changes) == 1 else 'them'}{_together_with(aims, [entry.record for entry in new])}.")


def _say_other_errors(aims: Aims) -> None:
    """What was wrong before stops no entry, as it may belong to somebody else; the check of the change names it."""
    count = sum(problem.grade is Grade.error for problem in problems_of(aims))
    if count:
        there = "is 1 other error" if count == 1 else f"are {count} other errors"
        errors.print(f"aims: there {there}; aims check names {'it' if count == 1 else 'them'}", highlight=False, soft_wrap=True)


def _asked(activity: Callable[[Request], NewEntry], request: Request) -> NewEntry:
    """The new entry, with what was left out asked for on a terminal; where there is none, with a sentence about what was taken instead."""
    taken: tuple[str, ...] = ()
    while True:
        try:
            new = activity(request)
            return dataclasses.replace(new, sentences=(*new.sentences, *taken))
        except Choice as choice:
            first = next(iter(choice.answers))
            answer = typer.prompt(_question(choice), default=first) if _terminal() else first
            taken = taken if _terminal() else (*taken, choice.otherwise)
            if answer in choice.answers:  # else it is asked again
                request = dataclasses.replace(request, **{choice.field: choice.answers[answer]})
        except Needed as needed:
            if not _terminal():
                raise wrong_usage(str(needed)) from None
            answer = typer.prompt(_question(needed))
            value: dict[str, Any] = {needed.field: MEANT[needed.field](answer) if needed.field in MEANT else answer}
            request = dataclasses.replace(request, **value)


def _question(needed: Needed) -> str:
    return needed.question[0].upper() + needed.question[1:].rstrip("?")


def _terminal() -> bool:
    return sys.stdin.isatty()


def _print(entered: Iterable[NewEntry]) -> None:
    """What was sealed or handed in, as a person can check it, and what follows."""
    for number, new in enumerate(entered):
        print("\n" * (number > 0), end="")
        _print_one(new)


def _print_one(new: NewEntry) -> None:
    if new.seal_text:
        facts, _, sums = new.seal_text.partition("\n\n")
        files = sums.splitlines()
        print(f"{'Sealed' if new.seal else 'Handed in'} ({new.record.id} {new.record.name}):")
        for line in [*facts.splitlines()[1:], *files[:MOST]]:
            print(f"  {printable(line)}")
        if len(files) > MOST:
            print(f"  and {len(files) - MOST} more files; all with: aims seal {new.record.id}")
    if new.seal:
        print(f"Seal: {new.seal}")
    print("\n".join(new.sentences))


def _together_with(aims: Aims, records: Iterable[Record]) -> str:
    """The files of documents that were changed since the last commit: text and approval merge together."""
    git = Git(aims.project)
    sources = {name for record in records if isinstance(record, Document) for name in aims.sources_of(record)}
    changed = [name for name in git.dirty() if name in sources] if git.exists else []
    return printable(f" together with {', '.join(changed)}") if changed else ""


def _difference(change: FileChange) -> str:
    """A file that comes in, or what it gets, as git shows it."""
    before = change.name if change.before is not None else "/dev/null"
    return "".join(difflib.unified_diff(_lines(change.before or b""), _lines(change.after), printable(before), printable(change.name), n=1))


def _lines(content: bytes) -> list[str]:
    return content.decode("utf-8", "replace").replace("\r\n", "\n").splitlines(keepends=True)


def document_of(aims: Aims, id: str) -> Document:
    """The document of an id. Ends with exit code 2 and the nearest id where there is none."""
    document = aims.find(id, Document)
    if document is None:
        readable(aims)
        owner = aims.document_of(aims.entries[id].file) if id in aims.entries else None
        hint = f"; it belongs to {owner.id} {owner.title}" if owner else did_you_mean(id, [known.id for known in aims.all(Document)])
        raise wrong_usage(f"'{id}' is not the id of a document{hint}")
    return document


def _base_readable(base: Aims | None) -> None:
    """Raises `Refused` where the base does not tell who may act, because its files cannot be read."""
    for problem in base.loaded.problems if base else ():
        if problem.place.file.startswith(("aims_data/roles.yaml", DOCUMENTS, APPROVALS)):
            raise Refused(f"the state that this change builds on cannot be read ({problem}), so it does not tell who may do this; mend it first, on its own")


def readable(aims: Aims) -> None:
    """Ends with exit code 1 where some files cannot be read."""
    if aims.loaded.problems:
        lines = "\n".join(f"  {problem}" for problem in aims.loaded.problems[:10])
        raise refused(f"some files cannot be read; mend them first (aims check):\n{lines}")


def refused(message: str) -> typer.Exit:
    """Say why it is not done; the caller raises what is returned, which ends with exit code 1."""
    wrong_usage(message)
    return typer.Exit(1)
