"""One page of every kind, on a phone and a wide screen, light and dark: axe finds nothing, and no page scrolls sideways."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from accessible import ALL, COLOURS, boxes, violations
from browsing import with_short_index
from html_page import nothing
from projects import Built

SCHEMES = {"light": "default", "dark": "slate"}
SCREENS = {390: (844, "light"), 1440: (900, "dark")}
"""The height of a screen for its width, and what its reader prefers."""
LOOKED_AT = [(390, "light"), (390, "dark"), (1440, "dark"), (1440, "light")]
FIXED = {
    "home": "index.html",
    "register of risks": "risks.html",
    "SoA": "soa.html",
    "clause chapter": "clauses/6.html",
    "policy": "policy.html",
    "glossary": "glossary.html",
    "gaps": "gaps.html",
    "due": "due.html",
    "editors": "editors.html",
    "not found": "404.html",
}
OF_A_RECORD = ("control", "area", "role", "system", "risk", "document", "objective", "crosswalk", "record")
KINDS = (*FIXED, *OF_A_RECORD)


def page_of(kind: str, site: Built, aims: Any) -> str:
    """The page to look at: for records the largest of their kind, as it holds most."""
    if kind in FIXED:
        return FIXED[kind]
    paths = [aims.address(id).removesuffix(".md") + ".html" for id, entry in aims.entries.items() if entry.kind.id == kind]
    return max(paths, key=lambda path: (site.folder / path).stat().st_size)


@dataclass(frozen=True)
class Screen:
    """A tab in which the preferred colours are those that a page comes up with, and the others are switched to, where nothing else changes."""

    tab: Any
    scheme: str

    def open(self, address: str) -> None:
        """Load a page as for a reader who was never here."""
        if self.tab.url != "about:blank":
            self.tab.evaluate("localStorage.clear()")
        self.tab.goto(address, wait_until="load")
        assert self.shown() == SCHEMES[self.scheme]

    def shown(self) -> str:
        """The name of the palette that is shown."""
        return str(self.tab.evaluate("document.body.getAttribute('data-md-color-scheme')"))

    def switch(self) -> None:
        """Show the page in the other colours, in which every box is where it was."""
        before = boxes(self.tab)
        self.tab.evaluate("document.querySelector('[data-md-component=palette] label:not([hidden])').click()")
        self.tab.wait_for_function("!document.body.hasAttribute('data-md-color-switching')")
        nothing(f"{was} is now {now}" for was, now in zip(before, boxes(self.tab), strict=True) if now != was)


@pytest.fixture(scope="module")
def screens(browser: Any, site: Built) -> Iterator[dict[int, Screen]]:
    """One tab for every width."""
    contexts = {
        width: browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce")
        for width, (height, scheme) in SCREENS.items()
    }
    yield {width: Screen(with_short_index(context, site.folder).new_page(), SCREENS[width][1]) for width, context in contexts.items()}
    for context in contexts.values():
        context.close()


@pytest.mark.parametrize(("width", "scheme"), LOOKED_AT)
@pytest.mark.parametrize("kind", KINDS)
def test_a_page_is_accessible_and_fits(
    kind: str, width: int, scheme: str, screens: dict[int, Screen], server: str, site: Built, aims: Any, readable: set[str]
) -> None:
    """Whole as the page comes up; its colours only once they are switched, as every box stays where it is and is shown or hidden as before."""
    screen, path = screens[width], page_of(kind, site, aims)
    preferred = scheme == screen.scheme
    if preferred or screen.tab.url != f"{server}/{path}":
        screen.open(f"{server}/{path}")
    if screen.shown() != SCHEMES[scheme]:
        screen.switch()
    assert screen.shown() == SCHEMES[scheme]
    dark = screen.tab.evaluate("getComputedStyle(document.body).backgroundColor.match(/[\\d.]+/g).slice(0, 3).every(part => part < 90)")
    assert dark is (scheme == "dark"), "the palette is named, but the colours are not those of it"
    nothing(f"{path}: {line}" for line in violations(screen.tab, readable, ALL if preferred else COLOURS))
