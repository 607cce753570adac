"""A kind of record: everything that is known of it, said once. Where its file and pages lie, how it is listed, compared and left out follows from this."""

from __future__ import annotations

from dataclasses import dataclass

from macros.schema.base import Record

GROUPS: dict[str, str] = {
    "organisation": "Organisation and context",
    "people": "Roles and processes",
    "policy": "Policy and objectives",
    "risks": "Risks and treatment",
    "systems": "AI systems and suppliers",
    "controls": "Controls and Statement of Applicability",
    "documents": "Documents",
    "records": "Records",
    "standard": "The standard",
}
"""The parts of the AIMS, in the order in which changes are shown."""


@dataclass(frozen=True)
class Kind:
    """A kind of record. It stands in `KINDS` of the module with its model."""

    id: str
    """Its name in code and in `Ref`."""
    model: type[Record]
    title: str
    """What readers call one."""
    plural: str
    file: str
    """Where its records are written, below `aims_data/`: `*` where each has a file of its own, named by its id; else a list, or the part they stand in."""
    page: str
    """The address of one below `docs/`, with its fields in braces, `{anchor}` and, of ids with dots, `{chapter}`."""
    register: str
    """The page below `docs/` that lists all."""
    group: str
    """Its part of the AIMS, of `GROUPS`."""
    by_title: bool = False
    """Whether readers know one by its title and not by its number; of an id that is a word they always do."""
    page_calls: str = ""
    """The macro that shows its facts in a page that a person writes for it; empty where nobody writes its page, which is made from the record."""
    columns: tuple[str, ...] = ()
    """What `register("…")` shows beside the name: a field, with dots for one inside; `due` for what falls due next; `by KIND` for the records of another
    kind that name it in a field, `count KIND` for how many. Of a list that is kept by day the newest entry counts. `Words: …` gives the column a title."""
    filters: tuple[str, ...] = ()
    """By which of these, without titles, the register can be narrowed."""

    @property
    def pages(self) -> str | None:
        """The folder of the pages of its records, where each has one and they are reached from a register outside of it, and not from the navigation."""
        folder = self.page.rpartition("/")[0]
        return folder if folder and "#" not in self.page and not self.register.startswith(f"{folder}/") else None
