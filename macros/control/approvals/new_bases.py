"""Whether what a closing or a confirmation that comes in says it rests on was ever so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pydantic import ValidationError

from macros.based_on import basis_of, digests
from macros.control.approvals.compared import Change
from macros.control.approvals.data_files import written_rows
from macros.finding import Finding
from macros.load import DATA
from macros.schema.documents import Basis, Closing, Confirmation, DatedRecord, Document
from macros.schema.fields import Path


def basis_not_made_up(change: Change) -> Iterator[Finding]:
    """What a closing or a confirmation that comes in rests on are the systems of its record, as they are now or were at some time until the base."""
    for document in change.touched():
        for path, entry in entries_of(document):
            if entry.based_on and not change.entered_before(document.id, *path) and (fault := _fault(change, entry)):
                way = f"`aims close {entry.record}`" if isinstance(entry, Closing) else f"`aims confirm {entry.record} --because …`"
                message = f"{fault}; take this entry out and enter it with {way}"
                yield change.place(document.id, *path, "based_on"), message, (entry.record, document.id)


def entries_of(document: Document) -> Iterator[tuple[Path, Closing | Confirmation]]:
    """The closings and confirmations of a document, with the paths to them."""
    yield from ((("closed", count), closing) for count, closing in enumerate(document.closed))
    yield from ((("confirmed", count), entry) for count, entry in enumerate(document.confirmed))


def _fault(change: Change, entry: Closing | Confirmation) -> str | None:
    """Why a record cannot have rested on what an entry says, in words."""
    record = change.now.aims.find(entry.record, DatedRecord)
    systems = [kept.record for kept in basis_of(change.now.aims, record)] if record else [kept.record for kept in entry.based_on]
    return never_so(change, entry.record, systems, entry.based_on)


def never_so(change: Change, id: str, systems: Sequence[str], said: Sequence[Basis]) -> str | None:
    """Why something about some systems cannot have rested on what it says, in words; None where it may have."""
    if sorted(systems) != sorted(kept.record for kept in said):
        return f"{id} rests on {', '.join(systems) or 'no system'}, not on {', '.join(kept.record for kept in said) or 'nothing'}"
    made_up = [kept.record for kept in said if not any(set(kept.digests) == set(then) for then in _states(change, kept.record))]
    if not made_up or change.history.git.shallow:  # where the history is not here, nobody can tell
        return None
    return f"{id} is said to rest on what {' and '.join(made_up)} never said, neither now nor until {change.base}"


def _states(change: Change, id: str) -> Iterator[tuple[str, ...]]:
    """What a system says now, and said in each commit until the base."""
    aims, git = change.now.aims, change.history.git
    if record := aims.get(id):
        yield digests(record)
        file = aims.entries[record.id].file
        files = [file.replace(record.id, former) for former in aims.ids_ever(record.id)]
        for commit in git.commits(change.since.id, *files):
            contents = {name.removeprefix(f"{DATA}/"): content for name in files if (content := git.read(commit.id, name))}
            for row in (row for rows in written_rows(contents, change.renamed).values() for row in rows):
                try:
                    yield from [digests(model.model_validate(values)) for model, _, values in row.records() if values["id"] == record.id]
                except ValidationError:
                    continue  # nobody could read it then either
