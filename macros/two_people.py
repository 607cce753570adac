"""Two people: who wrote a version does not approve it, who makes up for an exception is somebody else, and nobody confirms what he or she approved
provisionally. The commands ask before they write and the check asks of what stands there, so both say the same."""

from __future__ import annotations

from collections.abc import Iterable

from macros import office
from macros.graph import Aims
from macros.schema.documents import Document, SamePerson, Version
from macros.schema.people import Role


def writers(aims: Aims, document: Document, version: Version) -> set[str]:
    """The staff codes of who wrote a version: the one who is named, else whoever held the author's role on that day."""
    if version.author_holder:
        return {version.author_holder}
    author = aims.find(document.author, Role)
    return {held.who for held in office.in_office(author.holders, version.written_on)} if author else set()


def not_compensated(aims: Aims, same: SamePerson, approved_as: Iterable[str], wrote: set[str]) -> str | None:
    """Why a review does not make up for an author who approves, in one sentence: it is by a role in which the author approved, or by one that nobody
    else had on that day. None where it does."""
    if same.by in set(approved_as):
        return f"the review that makes up for an author who approves is by '{same.by}', the role in which the author approved; name the role of somebody else"
    role = aims.find(same.by, Role)
    had = {held.who for held in office.in_office((*role.holders, *role.deputies), same.on)} if role else set()
    if role is None or role.held_by_all or had - wrote:
        return None  # an unknown role is the finding of another rule
    who = f"only the author had ({', '.join(sorted(had))})" if had else "nobody had"
    return f"the review that makes up for an author who approves is by '{same.by}', a role that {who} on {same.on}; name the role of somebody else"


def confirms_own(version: Version, role: str, holder: str) -> str | None:
    """Why `holder` may not confirm a version as `role`, in one sentence: he or she approved it provisionally. None where that is not so."""
    given = next((approval for approval in version.approvals if approval.provisional_until and (approval.by, approval.holder) == (role, holder)), None)
    if given is None:
        return None
    return f"'{holder}' approved version {version.number} provisionally on {given.on}; somebody else who holds '{role}' confirms it"
