"""What a block is: the facts that a page of `docs/` asks for by a macro of its name. Which ones there are is said in `views.BLOCKS`."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, wraps
from pathlib import Path
from typing import TYPE_CHECKING

from macros.graph import Aims
from macros.problems import did_you_mean
from macros.schema import KIND, KINDS
from macros.schema.base import Part, Record

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    from macros.build import Build


PAGE_LINK = re.compile(r"\]\(/([\w/.-]+\.md)")


@dataclass(frozen=True)
class Argument:
    """What the argument of a macro may be: one of `values`. `otherwise` says what any other word is not; `near`: with the nearest right one."""

    values: Callable[[Aims], Collection[str]]
    otherwise: str
    near: bool = False

    def fault(self, aims: Aims, given: str) -> str | None:
        """The word and what is wrong with it, or None."""
        known = self.values(aims)
        return None if given in known else f"'{given}', {self.otherwise}{did_you_mean(given, known) if self.near else ''}"


def id_of(*models: type[Record], kind: str = "a record of that kind") -> Argument:
    """The id of a record of one of these models, called `kind` in words."""
    return Argument(lambda aims: [record.id for model in models for record in aims.all(model)], f"which is not the id of {kind}")


ANY_ID = Argument(lambda aims: aims.entries, "which is not the id of a record")
PAGE = Argument(lambda aims: [name.removeprefix("docs/") for name in aims.pages], "which is no page below docs/")
KIND_OF_RECORD = Argument(lambda aims: KIND, "which is not a kind of record", near=True)


@dataclass(frozen=True)
class Block:
    """A template and the view that fills it: a function from the `Build`, and the argument of the macro if it takes one.

    `subject`: what the block lists. Where an edition leaves out all of it the block says so, and not that there is none."""

    template: str
    view: Callable[..., DataclassInstance]
    subject: type[Part] | None = None
    argument: Argument | None = None
    of_kind: bool = False
    """Whether it is the register of a kind: of the one that its argument names, and where an alias names it for good, of its `subject`."""

    @property
    def leads_to(self) -> tuple[str, ...]:
        """The pages below docs/ to which its template leads by name."""
        return _named_in(self.template)

    def listed(self, arguments: Sequence[str]) -> type[Part] | None:
        """What a call with these arguments lists; None where that is nothing by itself."""
        return KIND[str(arguments[0])].model if self.of_kind and arguments else self.subject

    def fault(self, aims: Aims, arguments: Sequence[str]) -> str | None:
        """What is wrong with a call with these arguments, as the end of a sentence about the macro, or None."""
        needed = 1 if self.argument else 0
        if len(arguments) != needed:
            return f"takes {needed} argument{'s' * (needed != 1)}, not {len(arguments)}"
        found = self.argument.fault(aims, aims.id_now(str(arguments[0]))) if self.argument else None
        return f"is called with {found}" if found else None


@cache
def _named_in(template: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(PAGE_LINK.findall((Path(__file__).parent / "templates" / template).read_text(encoding="utf-8"))))


Blocks = Mapping[str, Block]
"""Blocks by the name of their macro."""


@dataclass(frozen=True)
class Alias:
    """What a macro is called today whose name went, with the argument that says the same where it took none."""

    name: str
    argument: str | None = None


def with_aliases(blocks: Blocks, aliases: Mapping[str, Alias]) -> Blocks:
    """The blocks, also by the names that they had. Raises `ValueError` for a name that is one of today's."""
    if taken := blocks.keys() & aliases.keys():
        raise ValueError(f"{', '.join(sorted(taken))}: names of macros of today, which cannot stand for others")
    return {**blocks, **{old: _called(blocks[alias.name], alias.argument) for old, alias in aliases.items()}}


def _called(block: Block, argument: str | None) -> Block:
    if argument is None:
        return block

    @wraps(block.view)
    def view(build: Build) -> DataclassInstance:
        return block.view(build, argument)

    return replace(block, view=view, argument=None, subject=block.listed((argument,)))


def registers_on_pages(aims: Aims, blocks: Blocks) -> frozenset[str]:
    """The kinds of which a page that is here shows the register, with a record in it."""
    calls = [(blocks[call.name], call.arguments) for page in aims.pages.values() for call in page.calls if call.name in blocks]
    listed = {block.listed(arguments) for block, arguments in calls if block.of_kind and not block.fault(aims.whole or aims, arguments)}
    return frozenset(kind.id for kind in KINDS if kind.model in listed and aims.all(kind.model))


class WrongCall(ValueError):
    """A page calls a macro with what it cannot take; the check has said so for every page of today."""
