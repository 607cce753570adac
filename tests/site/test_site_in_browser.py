"""What readers do with the site, in a real browser: find, filter, sort, search, print, and all of it without another host."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from browsing import search, with_short_index
from html_page import nothing, squeezed
from projects import Built

from macros.schema.people import Level

ROW = ".register tbody tr"


@pytest.fixture
def page(tab: Any, site: Built) -> Any:
    """The tab, where nobody searches."""
    return with_short_index(tab, site.folder)


@pytest.fixture
def phone(page: Any) -> Any:
    """The same as on a phone."""
    page.set_viewport_size({"width": 390, "height": 844})
    return page


def visible(page: Any, selector: str) -> list[str]:
    """The text of every visible element, white space squeezed."""
    return [squeezed(text) for text in page.locator(selector).filter(visible=True).all_inner_texts()]


def rows(page: Any) -> list[str]:
    """The ids of the visible rows of the first register: the first word of their first cell."""
    return [cell.split()[0] for cell in visible(page, ".register:first-of-type tbody tr td:first-child")]


# -- nothing from outside -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["index.html", "soa.html", "risks/R-012.html", "systems/SYS-02.html", "controls/A.6.2.4.html"])
def test_no_request_leaves_this_machine(tab: Any, server: str, path: str) -> None:
    asked: list[str] = []
    tab.context.on("request", lambda request: asked.append(request.url))
    tab.goto(f"{server}/{path}")
    tab.locator("[data-md-component=search-query]").click()  # what is loaded late is loaded now
    tab.keyboard.type("R-012")
    tab.locator(".md-search-result__item").first.wait_for()
    tab.evaluate("document.fonts.ready")
    tab.wait_for_load_state("networkidle")
    assert len(asked) > 3
    nothing(sorted({url for url in asked if urlsplit(url).scheme in {"http", "https", "ws", "wss"} and urlsplit(url).hostname != "127.0.0.1"}))


def test_no_script_fails(tab: Any, server: str) -> None:
    failed: list[str] = []
    tab.on("pageerror", lambda error: failed.append(str(error)))
    tab.on("console", lambda message: failed.append(message.text) if message.type == "error" else None)
    for path in ("index.html", "soa.html", "risks.html", "crosswalks/nist-ai-rmf.html"):
        tab.goto(f"{server}/{path}", wait_until="networkidle")
    nothing(failed)


# -- the Statement of Applicability ---------------------------------------------------------------------------------------------


@pytest.fixture
def soa(page: Any, server: str) -> Any:
    page.goto(f"{server}/soa.html")
    page.locator(".register-tools").first.wait_for()
    return page


def select(page: Any, name: str) -> Any:
    return page.locator(".register-tools label", has_text=re.compile(rf"^\s*{name}")).locator("select").first


def live(page: Any) -> str:
    """What a screen reader hears after a filter."""
    region = page.locator(".register-tools [aria-live=polite], .register-tools output").first
    return squeezed(region.inner_text())


def test_the_soa_can_be_filtered_by_state_area_and_owner(soa: Any, aims: Any) -> None:
    state = next(iter(aims.status.values())).state
    area = aims.get("A.6.2.4").area
    owner = aims.get(aims.status["A.6.2.4"].owner).title
    of_state = {id for id, status in aims.status.items() if status.state is state}
    of_area = {id for id in aims.decisions if aims.get(id).area == area}
    of_owner = {id for id, status in aims.status.items() if aims.get(status.owner).title == owner}
    assert set(rows(soa)) == set(aims.decisions)
    for name, choice, expected in (("State", state.label, of_state), ("Area", area, of_area), ("Owner", owner, of_owner)):
        field = select(soa, name)
        field.select_option(label=choice)
        assert set(rows(soa)) == expected, name
        assert re.search(rf"\b{len(expected)} of {len(aims.decisions)}\b", live(soa))
        field.select_option(index=0)
    select(soa, "State").select_option(label=state.label)
    select(soa, "Area").select_option(label=area)
    assert set(rows(soa)) == of_state & of_area


def test_the_soa_can_be_searched_and_cleared(soa: Any, aims: Any) -> None:
    control = aims.get("A.6.2.4")
    soa.locator(".register-tools input[type=search]").first.fill(control.title.upper())
    found = rows(soa)
    assert control.id in found
    assert len(found) < 5
    assert re.search(rf"\b{len(found)} of {len(aims.decisions)}\b", live(soa))
    soa.locator(".register-tools input[type=search]").first.fill("no such words anywhere")
    assert rows(soa) == []
    assert re.search(r"\b(0|no)\b", live(soa), re.I)
    soa.locator(".register-tools button:visible").first.click()
    assert set(rows(soa)) == set(aims.decisions)
    assert str(len(aims.decisions)) in live(soa)


def test_the_soa_can_be_sorted_with_the_keyboard(soa: Any, aims: Any) -> None:
    before = rows(soa)
    head = soa.locator(".register thead th").first
    button = head.locator("button")
    button.focus()
    assert soa.evaluate("document.activeElement.closest('th') !== null")
    soa.keyboard.press("Enter")
    assert head.get_attribute("aria-sort") == "ascending"
    up = rows(soa)
    soa.keyboard.press("Enter")
    assert head.get_attribute("aria-sort") == "descending"
    assert rows(soa) == up[::-1]
    assert sorted(up) == sorted(before)
    annex = [id for id in up if id.startswith("A.")]
    assert annex == sorted(annex, key=lambda id: [int(part) for part in id[2:].split(".")])  # A.2 before A.10


def test_states_sort_and_are_offered_in_the_order_of_their_vocabulary(page: Any, server: str) -> None:
    """And not by the alphabet, in which high comes before low."""
    page.goto(f"{server}/risks.html")
    page.locator(".register-tools").first.wait_for()
    column = page.locator(".register thead th").all_inner_texts().index("Current")
    page.locator(".register thead th button").nth(column).click()
    levels = [level.label for level in Level]
    shown = [cell.strip() for cell in page.locator(f".register tbody tr td:nth-child({column + 1})").all_inner_texts()]
    assert len(set(shown)) > 2
    assert shown == sorted(shown, key=levels.index)
    offered = select(page, "Current").locator("option").all_inner_texts()[1:]
    assert offered == [level for level in levels if level in shown]


def test_the_soa_is_complete_without_javascript(browser: Any, server: str, aims: Any) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{server}/soa.html")
    assert {cell.split()[0] for cell in visible(page, f"{ROW} td:first-child")} == set(aims.decisions)
    text = squeezed(page.locator(".md-content").inner_text())
    assert all(status.state.label in text for status in aims.status.values())
    context.close()


# -- staff ----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("everyday_name", ["chatbot", "copilot"])
def test_a_nurse_finds_in_two_clicks_whether_patient_notes_may_be_pasted_in(page: Any, server: str, aims: Any, everyday_name: str) -> None:
    assistant = aims.get("SYS-02")
    assert any(everyday_name in name for name in assistant.known_as)
    question = next(question for question in assistant.questions if "patient" in question.ask.lower())
    page.goto(f"{server}/index.html")
    page.locator(".finder-search input").click()  # the first click
    page.keyboard.type(everyday_name)
    cards = page.locator(".finder .card:not([data-always])").filter(visible=True)
    assert [squeezed(text) for text in cards.locator("h3 a:not(.headerlink)").all_inner_texts()] == [assistant.title]
    assert "1 " in squeezed(page.locator(".finder-search [aria-live=polite], .finder-search output").first.inner_text())
    cards.locator("h3 a:not(.headerlink)").click()  # the second
    page.wait_for_url("**/systems/SYS-02.html")
    text = squeezed(page.locator(".md-content").inner_text())
    assert squeezed(question.ask) in text
    assert squeezed(question.answer) in text


def test_the_finder_says_what_to_do_with_a_tool_that_is_not_listed(page: Any, server: str) -> None:
    page.goto(f"{server}/index.html")
    page.locator(".finder-search input").fill("an unheard-of tool")
    assert visible(page, ".finder .card:not([data-always])") == []
    assert len(visible(page, ".finder .card[data-always]")) == 1
    assert visible(page, ".finder-search output")[0]


def test_the_urgent_contact_can_be_seen_on_a_phone(phone: Any, server: str, aims: Any) -> None:
    for path in ("index.html", "systems/SYS-02.html", "risks/R-012.html", "soa.html"):
        phone.goto(f"{server}/{path}")
        place = phone.locator(".md-banner").get_by_text(aims.organisation.urgent_contact.phone).first
        assert place.is_visible(), path
        assert place.bounding_box()["y"] < 844


def test_a_document_s_versions_are_read_on_a_phone_without_scrolling_sideways(phone: Any, server: str) -> None:
    phone.goto(f"{server}/documents/AIMS-REG-07.html")
    tables = phone.locator(".md-typeset__scrollwrap").all()
    assert len(tables) == 3
    nothing([table.inner_text()[:80] for table in tables if table.evaluate("table => table.scrollWidth > table.clientWidth")])
    assert phone.locator(".cards td").first.evaluate("cell => getComputedStyle(cell, '::before').content") == '"Version: "'


# -- search ---------------------------------------------------------------------------------------------------------------------


def results(page: Any, words: str) -> list[str]:
    """The addresses of the first results of the site search."""
    return [link.get_attribute("href").partition("?")[0] for link in search(page, words).locator("> a").all()[:10]]


def test_search_finds_a_record_by_its_id(tab: Any, server: str) -> None:
    tab.goto(f"{server}/index.html")
    assert results(tab, "R-012")[0].endswith("risks/R-012.html")


def test_search_can_be_narrowed_to_a_kind_of_record(tab: Any, server: str) -> None:
    """Each record has its kind as a tag; that says nothing of the rank of what is found by other words."""
    tab.goto(f"{server}/index.html")
    found = results(tab, "tags:supplier")
    assert found and all("/suppliers/SUP-" in link for link in found), found
    tab.goto(f"{server}/index.html")
    assert results(tab, "risk method")[0].endswith("/risk-method.html")


def test_search_finds_a_record_by_words(tab: Any, server: str, site: Built, aims: Any) -> None:
    tab.goto(f"{server}/policy.html")
    found = results(tab, "under-triages")
    holding = {aims.address(id).removesuffix(".md") + ".html" for id, entry in aims.entries.items() if "under-triage" in str(entry.part).lower()}
    assert holding
    assert any(link.endswith(tuple(holding)) for link in found[:5]), found


def test_the_search_has_a_name_for_screen_readers_and_is_hidden_where_it_cannot_work(page: Any, browser: Any, server: str) -> None:
    for path in ("index.html", "404.html"):
        page.goto(f"{server}/{path}")
        assert page.get_by_role("dialog", name="Search", exact=True).is_visible()
    context = browser.new_context(java_script_enabled=False)
    without = context.new_page()
    without.goto(f"{server}/index.html")
    assert without.get_by_role("dialog").count() == 0 and without.get_by_role("search").count() == 0
    context.close()


def test_search_works_from_a_folder(tab: Any, site: Built) -> None:
    tab.goto((site.folder / "index.html").as_uri())
    found = results(tab, "R-012")
    assert found[0].startswith("file:")
    assert found[0].endswith("risks/R-012.html")
    tab.locator(".md-search-result__item a").first.click()
    tab.wait_for_url("file:**R-012.html*")
    assert "R-012" in tab.locator("h1").inner_text()


# -- paper ----------------------------------------------------------------------------------------------------------------------


def test_a_printed_policy_says_which_copy_it_is(page: Any, server: str, aims: Any, tmp_path: Path) -> None:
    document = aims.document_of("docs/policy.md")
    version = document.versions[-1].number
    page.goto(f"{server}/policy.html")
    file = tmp_path / "policy.pdf"
    page.pdf(path=file)
    assert file.read_bytes().startswith(b"%PDF-")
    if shutil.which("pdftotext"):
        text = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, text=True, check=True).stdout
    else:
        page.emulate_media(media="print")
        text = page.locator("body").inner_text()
    text = squeezed(text)
    assert document.id in text
    assert re.search(rf"[Vv]ersion {re.escape(version)}\b", text)
    assert "uncontrolled copy" in text.lower()
    page.emulate_media(media="print")
    assert re.search(r"[Pp]rinted on \d{4}-\d\d-\d\d", squeezed(page.locator("body").inner_text()))
    for part in (".md-header", ".md-tabs", ".md-sidebar--primary", ".register-tools"):
        assert not [item for item in page.locator(part).all() if item.is_visible()], f"{part} is printed"


def test_every_row_of_the_soa_is_printed(soa: Any, aims: Any) -> None:
    """Also while it is filtered on the screen: paper cannot be asked for the rest."""
    soa.get_by_label("Find in the table").first.fill("A.2.2")
    assert 0 < len(rows(soa)) < len(aims.decisions)
    soa.emulate_media(media="print")
    assert set(rows(soa)) == set(aims.decisions)
