"""The macros that pages call: every block as a function from its argument to Markdown. The pages of today and the approved texts of then are filled alike."""

from __future__ import annotations

from collections.abc import Callable

from macros.blocks import Block, WrongCall
from macros.build import Build
from macros.ended import NoLonger, ended_of
from macros.graph import Withheld
from macros.render import Renderer

Macro = Callable[..., str]


def macros_of(build: Build, renderer: Renderer, here: Callable[[], str]) -> dict[str, Macro]:
    """A macro for every block, by name. `here` says on which page below `docs/` it is called. They raise `WrongCall`, and what a view or template raises."""

    def macro(name: str, block: Block) -> Macro:
        def called(*arguments: str) -> str:
            arguments = tuple(map(build.aims.id_now, arguments))
            if fault := block.fault(build.aims.whole or build.aims, arguments):
                raise WrongCall(f"the macro '{name}' {fault}")
            return _filled(block, arguments, build, renderer, here())

        return called

    return {name: macro(name, block) for name, block in build.blocks.items()}


def _filled(block: Block, arguments: tuple[str, ...], build: Build, renderer: Renderer, here: str) -> str:
    aims, subject = build.aims, block.listed(arguments)
    try:
        if subject and not aims.has(subject) and not aims.complete(subject):
            raise Withheld(subject.__name__)
        shown = renderer.render(block.template, block.view(build, *arguments), here)
        return shown + renderer.render("no_longer.md.j2", NoLonger(ended_of(aims, subject)), here) if subject else shown
    except Withheld:
        return renderer.render("withheld.md.j2", None, here)
