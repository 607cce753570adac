"""What one build of the portal knows at its start. The views take it and look nothing up themselves; `site.build_of` makes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from macros.blocks import Blocks
from macros.control.approvals.approved_text import Approved
from macros.graph import Aims
from macros.problems import Problem


@dataclass(frozen=True, eq=False)
class Build:
    """A management system with what follows from it and is shown. Compared by identity, like `Aims`."""

    aims: Aims
    problems: tuple[Problem, ...]
    """What the check found."""
    blocks: Blocks
    approved: Mapping[str, Approved | str]
    """By document, where its files hold another text than the one in force: the approved text, or why it cannot be had."""

    downloads: frozenset[str] = frozenset()
    """The kinds of which the register can be downloaded from here; none where this is a past state."""

    def approved_text(self, document: str) -> Approved | None:
        """The approved text of a document whose files are not that text; None where they are, and where it cannot be had."""
        found = self.approved.get(document)
        return found if isinstance(found, Approved) else None
