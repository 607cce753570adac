"""One page of every kind, on a phone and a wide screen, light and dark: axe finds nothing, and no page scrolls sideways."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from browsing import with_short_index
from projects import Built

WIDTHS = {390: 844, 1440: 900}
SCHEMES = {"light": "default", "dark": "slate"}
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


@pytest.fixture(scope="module")
def screens(browser: Any, site: Built) -> Iterator[dict[tuple[int, str], Any]]:
    """One tab for every width and colour scheme."""
    contexts = {
        (width, scheme): browser.new_context(viewport={"width": width, "height": WIDTHS[width]}, color_scheme=scheme, reduced_motion="reduce")
        for width in WIDTHS
        for scheme in SCHEMES
    }
    yield {screen: with_short_index(context, site.folder).new_page() for screen, context in contexts.items()}
    for context in contexts.values():
        context.close()


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_page_is_accessible_and_fits(kind: str, width: int, scheme: str, screens: Any, server: str, site: Built, aims: Any) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page, path = screens[width, scheme], page_of(kind, site, aims)
    page.goto(f"{server}/{path}", wait_until="load")
    assert page.evaluate("document.body.getAttribute('data-md-color-scheme')") == SCHEMES[scheme]
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor.match(/[\\d.]+/g).slice(0, 3).every(part => part < 90)")
    assert dark is (scheme == "dark"), "the palette is named, but the colours are not those of it"
    found = Axe().run(page, options={"resultTypes": ["violations"], "preload": False}).response["violations"]
    report = [f"{path}: {item['id']} ({item['impact']}): {node['target']} {node['html'][:160]}" for item in found for node in item["nodes"][:3]]
    wide = page.evaluate("document.scrollingElement.scrollWidth - document.documentElement.clientWidth")
    if wide > 0:
        report.append(f"{path}: scrolls sideways by {wide} pixels: {page.evaluate(WIDEST)}")
    if report:
        pytest.fail("\n".join(report), pytrace=False)


WIDEST = """() => [...document.querySelectorAll('.md-main *, .md-banner *, .md-footer *')]
  .filter(box => box.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .slice(0, 5).map(box => box.outerHTML.slice(0, 120))"""
