"""CODEOWNERS from roles and documents: whose approval the source host asks for before a change to a file is merged.

GitHub and GitLab read the same lines, and both look into the project's top folder. The last line that matches a file counts, and a review by one
of the accounts on it is enough.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import cast

from macros.graph import Aims
from macros.load import DATA
from macros.own_files import folders_beside, folders_of
from macros.schema import SCHEMA
from macros.schema.documents import Document, DocumentKind
from macros.schema.people import Account
from macros.settings import data_schema

FILE = "CODEOWNERS"
IN_FRONT = ".github/CODEOWNERS"
"""Where GitHub looks first, and GitLab never."""
HEAD = """\
# Who is asked before a change is merged. Made from aims_data/accounts.yaml, roles and documents by `aims export codeowners --write`;
# do not edit it here. The last line that matches counts; a review by one of the accounts on it is enough.
"""


def handles(aims: Aims) -> dict[str, list[str]]:
    """The accounts of each role that has any, in file order."""
    found: dict[str, list[str]] = {}
    for entry in aims.parts.get(Account, []):
        account = cast(Account, entry.part)
        found.setdefault(account.role, []).append(account.handle)
    return found


def codeowners(aims: Aims) -> str:
    """The whole text of CODEOWNERS. A document without an account is named in a comment and falls to the line for everything."""
    return HEAD + "".join(f"{line}\n" for line in _lines(aims, handles(aims)))


def differing_line(project: Path, wanted: str) -> int | None:
    """The number of the first line in which the project's file differs from `wanted`; None where it is the same."""
    try:
        there = (project / FILE).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return 1
    if there == wanted:
        return None
    pairs = zip(there.splitlines(), wanted.splitlines(), strict=False)
    same = min(len(there.splitlines()), len(wanted.splitlines()))
    return next((number for number, (is_, should) in enumerate(pairs, 1) if is_ != should), same + 1)


def _lines(aims: Aims, known: dict[str, list[str]]) -> Iterator[str]:
    documents = sorted(aims.all(Document), key=lambda document: document.kind is not DocumentKind.portal)  # sorted keeps the order by id
    portal = next((document for document in documents if document.kind is DocumentKind.portal), None)
    if portal:
        yield from ("", f"# Everything else, the program and its configuration too: who answers for {portal.id}")
        yield from _line("*", [portal.owner], known)
    for document in documents:
        approvers = document.approvers or (document.owner,)
        who = f"owner {document.owner}" + (f", approved by {' and '.join(document.approvers)}" if document.approvers else "")
        yield from ("", f"# {document.id}: {who}")
        for source in document.sources:
            for path in (source, *_beside(aims, folders_beside(source.removeprefix(f"{DATA}/")))):
                yield from _line(f"/{path}", [document.owner], known)
        for path in (aims.entries[document.id].file, *_beside(aims, folders_of(document))):
            yield from _line(f"/{path}", approvers, known)


def _beside(aims: Aims, folders: Iterable[str]) -> Iterator[str]:
    """The folders in which parts of records lie or will lie; where the data has an older shape, only those that are there."""
    new = data_schema(aims.project) == SCHEMA
    for folder in folders:
        path = f"{DATA}/{folder}/"
        if new or any(fnmatchcase(name, f"{path}*") for name in aims.files):
            yield path


def _line(path: str, roles: Sequence[str], known: dict[str, list[str]]) -> Iterator[str]:
    """The line for a path; a comment where none of the roles has an account."""
    pattern = re.sub(r"([\\ #])", r"\\\1", path)
    owners = dict.fromkeys(handle for role in roles for handle in known.get(role, []))
    if owners:
        yield " ".join([pattern, *owners])
    else:
        yield f"# {pattern} has no account: none of {', '.join(roles)} is in aims_data/accounts.yaml"
