"""One strict build: nothing to warn about, no leftovers of macros and references, every link leads somewhere, every record is shown."""

from __future__ import annotations

import json
import re
import sys
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from html_page import Page, nothing, squeezed, style_addresses
from projects import ROOT, Built, files_of

MOST_NAV_ENTRIES = 80
LEFTOVERS = ("{{", "}}", "{%", "%}", "Macro Rendering Error", "Macro Syntax Error", "Traceback (most recent call last)", "UndefinedError")
REFERENCE = re.compile(r"\[\[(?!id\b)[^\]\n]*\]\]")  # [[id]] names the syntax itself


def test_the_build_warns_of_nothing(site: Built) -> None:
    loud = [line for line in site.log.splitlines() if re.search(r"\b(WARNING|ERROR|CRITICAL)\b|Warning:", line)]
    nothing(loud)


@pytest.mark.parametrize("leftover", LEFTOVERS)
def test_no_macro_leaves_a_trace(pages: dict[str, Page], leftover: str) -> None:
    found = [page.path for page in pages.values() if leftover in page.prose]
    nothing(found)


def test_no_macro_leaves_a_trace_in_an_attribute(pages: dict[str, Page]) -> None:
    found = [
        f"{page.path}:{tag.line} {name}={value[:80]!r}"
        for page in pages.values()
        for tag in page.tags
        for name, value in tag.attributes.items()
        if any(leftover in value for leftover in LEFTOVERS) or REFERENCE.search(value)
    ]
    nothing(found)


def test_every_reference_became_a_link(pages: dict[str, Page]) -> None:
    found = [f"{page.path}: {match.group()}" for page in pages.values() for match in REFERENCE.finditer(page.prose)]
    nothing(found)


def test_every_internal_link_and_anchor_resolves(site: Built, pages: dict[str, Page]) -> None:
    dead, files = [], set(files_of(site.folder))
    for page in pages.values():
        for tag, address in page.links():
            target = page.target(address)
            if target is None:
                continue
            path, anchor = target
            where = f"{page.path}:{tag.line} <{tag.name}> {address}"
            if path not in files:
                dead.append(f"{where}: no such file")
            elif anchor and path in pages and anchor not in pages[path].ids:
                dead.append(f"{where}: no such anchor")
    nothing(dead)


def test_links_with_a_scheme_are_of_a_known_one(pages: dict[str, Page]) -> None:
    known = {"", "https", "mailto", "tel"}
    nothing(f"{page.path}: {address}" for page in pages.values() for _, address in page.links() if urlsplit(address).scheme not in known)


def test_canonical_addresses_are_those_of_the_pages(pages: dict[str, Page]) -> None:
    for page in pages.values():
        for tag in page.tags:
            if tag.name == "link" and tag.attributes.get("rel") == "canonical":
                assert urlsplit(tag.attributes["href"]).path == f"/{page.path}"


def test_ids_are_used_once_on_a_page(site: Built, pages: dict[str, Page]) -> None:
    twice = []
    for page in pages.values():
        ids = [tag.attributes["id"] for tag in page.tags if "id" in tag.attributes]
        twice += [f"{page.path}: {id}" for id in sorted(set(ids)) if ids.count(id) > 1]
    nothing(twice)


def test_no_page_loads_anything_from_another_host(site: Built, pages: dict[str, Page]) -> None:
    found = [f"{page.path}:{tag.line} <{tag.name}> {address}" for page in pages.values() for tag, address in page.loads() if _elsewhere(address)]
    for file in site.folder.rglob("*.css"):
        found += [f"{file.relative_to(site.folder)}: {address}" for address in style_addresses(file.read_text(encoding="utf-8")) if _elsewhere(address)]
    nothing(found)


def _elsewhere(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme != "data" and bool(parts.scheme or parts.netloc)


def test_the_navigation_stays_short(pages: dict[str, Page]) -> None:
    longest = max(pages.values(), key=lambda page: page.nav_entries)
    assert 0 < longest.nav_entries <= MOST_NAV_ENTRIES, longest.path


def test_every_record_is_shown_at_its_address(aims: Any, pages: dict[str, Page]) -> None:
    missing = []
    for id, entry in aims.entries.items():
        path, _, anchor = aims.address(id).partition("#")
        page = pages.get(path.removesuffix(".md") + ".html")
        if page is None:
            missing.append(f"{id} ({entry.file}): there is no page {path}")
        elif anchor and anchor not in page.ids:
            missing.append(f"{id} ({entry.file}): {path} has no anchor #{anchor}")
        elif squeezed(entry.part.name) not in page.words:
            missing.append(f"{id} ({entry.file}): {path} does not show '{entry.part.name}'")
    assert aims.entries
    nothing(missing)


def test_every_page_of_a_record_is_titled_with_it(aims: Any, pages: dict[str, Page]) -> None:
    untitled = []
    for id, entry in aims.entries.items():
        if "#" not in aims.address(id):
            page = pages[aims.address(id).removesuffix(".md") + ".html"]
            title = squeezed(page.text.split("Skip to content")[0])
            if squeezed(entry.part.name) not in title:
                untitled.append(f"{page.path}: '{title}' does not name '{entry.part.name}'")
    nothing(untitled)


def test_every_page_of_a_record_leads_back_to_its_register(aims: Any, pages: dict[str, Page]) -> None:
    lost, kinds = [], set()
    for id, entry in aims.entries.items():
        address = aims.address(id)
        if "#" not in address and entry.kind.register != address:
            page = pages[address.removesuffix(".md") + ".html"]
            back = [tag for number, tag in enumerate(page.tags) if number and page.tags[number - 1].attributes.get("class") == "way-back"]
            leads = [page.target(tag.attributes["href"]) for tag in back]
            kinds.add(entry.kind.id)
            if leads != [(entry.kind.register.removesuffix(".md") + ".html", "")] or f"{entry.kind.plural} ›" not in page.words:
                lost.append(f"{page.path}: {leads}")
    assert {"area", "role", "system", "risk", "action", "objective", "document", "control"} < kinds
    nothing(lost)


def test_the_urgent_contact_stands_on_every_page(aims: Any, pages: dict[str, Page]) -> None:
    urgent, quiet = aims.organisation.urgent_contact, aims.organisation.confidential_contact
    assert urgent.phone
    without = [page.path for page in pages.values() if squeezed(urgent.phone) not in page.words]
    nothing(without)
    reach = [squeezed(value) for value in (quiet.phone, quiet.email) if value]
    without = [page.path for page in pages.values() if not any(value in page.words for value in reach)]
    nothing(without)


def test_a_document_says_on_its_pages_which_document_it_is(aims: Any, pages: dict[str, Page]) -> None:
    """Every page that is made from a controlled document carries its id, put there by the site."""
    without = []
    for source in aims.pages:
        document = aims.document_of(source)
        path = source.removeprefix("docs/").removesuffix(".md") + ".html"
        if document and not any("document-control" in tag.attributes.get("class", "") for tag in pages[path].tags):
            without.append(f"{path} ({document.id})")
    assert aims.pages
    nothing(without)


def test_the_glossary_has_tooltips(aims: Any, pages: dict[str, Page]) -> None:
    entry = next(entry for entry in aims.glossary if entry.abbreviation == "SoA")
    using = [page for page in pages.values() if page.path != "glossary.html" and re.search(r"\bSoA\b", page.prose)]
    assert using, "no page uses the abbreviation SoA"
    explained = [tag for page in using for tag in page.tags if tag.name == "abbr" and squeezed(entry.meaning) in squeezed(tag.attributes["title"])]
    assert explained, f"{', '.join(page.path for page in using)} use SoA, none explains it in a tooltip"


def test_the_site_tells_nothing_of_this_machine(site: Built) -> None:
    places = {str(site.project), str(ROOT), str(Path.home()), sys.prefix, tempfile.gettempdir()}
    named, found = r"(?<![\w.-]){}(?=[/\s\"'<]|$)", []
    for file in sorted(site.folder.rglob("*")):
        if file.is_file() and file.suffix in {".html", ".xml", ".json", ".js", ".css", ".txt", ".svg", ".map"}:
            text = file.read_text(encoding="utf-8")
            found += [f"{file.relative_to(site.folder)}: {place}" for place in places if place in text and re.search(named.format(re.escape(place)), text)]
    nothing(found)


def test_the_search_index_is_whole_and_clean(site: Built, pages: dict[str, Page]) -> None:
    index = json.loads((site.folder / "search" / "search_index.json").read_text(encoding="utf-8"))
    locations = [entry["location"] for entry in index["docs"]]
    assert {location.partition("#")[0] or "index.html" for location in locations} <= set(pages)
    dead = [place for place in locations if "#" in place and place.partition("#")[2] not in pages[place.partition("#")[0] or "index.html"].ids]
    nothing(dead)
    assert not [entry["location"] for entry in index["docs"] if "Macro Rendering Error" in entry["text"]]


def test_nothing_of_the_build_is_left_beside_the_site(site: Built) -> None:
    assert not list(site.project.glob(".site*"))
