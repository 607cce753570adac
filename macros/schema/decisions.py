"""Decisions on facts: who decided what, in which role, when, and what shows it. They are kept like approvals: each in a file of its own, never altered."""

from __future__ import annotations

from macros.schema.base import AppendOnly, Day, Immutable, Line, Part, RecordId, RoleId, Text
from macros.schema.documents import SealId
from macros.schema.people import Authority

FOLDER = "decisions"
"""Below `aims_data/`; in it, a folder for each record."""
SINCE = 4
"""The schema from which on they are kept so."""
KEPT = AppendOnly(one_a_day=True, since=SINCE, before=Immutable(day="on"))
"""Decisions stay, and the newest counts; until then one of a later day took the place of the one before."""


class GivenBefore(Part):
    """That it was decided before there was this portal: nobody checked who might decide."""

    kept_at: Line
    """Where the decision is kept."""


class DecisionOnFacts(Part):
    """A decision by somebody who has the authority for it. Which role has it, is read from the state that a change builds on."""

    by: RoleId
    holder: Line
    """The staff code of who decided."""
    on: Day
    reason: Text
    record: RecordId | None = None
    """The record in which it stands."""
    evidence: Line | None = None
    """Where it can be seen, if that is not a record: minutes, a pull request. May be added later."""
    recorded_by: Line | None = None
    """The staff code of who entered it, if it was somebody else."""
    seal: SealId | None = None
    """The SHA-256 of its seal text, which `aims decide` writes and `aims seal` prints."""
    given_before: GivenBefore | None = None

    @property
    def evidenced(self) -> bool:
        """Whether it can be seen somewhere."""
        return bool(self.evidence or self.record or self.given_before)

    @property
    def activity(self) -> str:
        """What whoever decides so does, in words."""
        raise NotImplementedError

    def within(self, authority: Authority) -> bool:
        """Whether somebody with this authority may decide so."""
        raise NotImplementedError
