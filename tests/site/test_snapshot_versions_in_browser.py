"""Published snapshots in a real browser: which version this is, the selector, a snapshot that was removed, an archive."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from command import run_aims
from html_page import nothing
from published import Published
from repository import commit
from snapshot_pages import Serve, banner, compare, no_banner, verify, words

from macros.control.snapshots.root import Serving, next_entry


@pytest.mark.parametrize("path", ["index.html", "risks/R-001.html"])
def test_an_old_snapshot_says_by_which_it_is_superseded_and_leads_to_the_same_page(page: Any, address: str, path: str) -> None:
    page.goto(f"{address}/2026.1/{path}")
    place = banner(page)
    assert words(place) == "Snapshot 2026.1 of 2026-05-02 is superseded by 2026.2 of 2026-08-01. Read this page in 2026.2"
    assert place.locator("[role=status]").count() == 1
    link = place.get_by_role("link")
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/latest/{path}")
    assert no_banner(page)


def test_an_old_snapshot_says_that_a_page_is_gone(page: Any, address: str) -> None:
    page.goto(f"{address}/2026.1/old-way.html")
    assert "This page is gone in 2026.2. Go to the start page of 2026.2" in words(banner(page))
    banner(page).get_by_role("link").click()
    page.wait_for_url(f"{address}/latest/index.html")


@pytest.mark.parametrize("version", ["2026.1", "latest", "next"])
def test_on_a_phone_the_whole_list_of_versions_can_be_read(page: Any, address: str, published: Published, version: str) -> None:
    """Beside the working state too, whose name is the longest."""
    listed = [next_entry(Serving(None, False, "")), *json.loads((published.folder / "versions.json").read_bytes())]
    page.route("**/versions.json", lambda route: route.fulfill(json=listed))
    page.route("**/next/**", lambda route: route.continue_(url=route.request.url.replace("/next/", "/latest/")))
    page.set_viewport_size({"width": 320, "height": 700})
    page.goto(f"{address}/{version}/policy.html")
    page.locator(".md-version__current").focus()
    places = """['list', 'current'].map(name => document.querySelector(`.md-version__${name}`).getBoundingClientRect().toJSON())"""
    (list_, button), search = page.evaluate(places), page.locator("label[for=__search].md-header__button").bounding_box()
    assert list_["left"] >= 0 and list_["right"] <= 320
    assert button["right"] <= search["x"]


def test_the_banner_is_printed(page: Any, address: str) -> None:
    page.goto(f"{address}/2026.1/policy.html")
    place = banner(page)
    page.emulate_media(media="print")
    assert place.is_visible()


def test_a_printed_page_carries_the_digest_of_its_snapshot(page: Any, address: str) -> None:
    page.goto(f"{address}/2026.2/policy.html")
    line = page.locator(".version-print")
    line.wait_for(state="attached")
    assert not line.is_visible()
    page.emulate_media(media="print")
    assert line.is_visible()
    digest = hashlib.sha256(page.request.get(f"{address}/2026.2/manifest.json").body()).hexdigest()
    assert digest in words(line)


def test_a_snapshot_with_drafts_says_so(page: Any, address: str) -> None:
    page.goto(f"{address}/2026.3/risks/R-001.html")
    assert words(banner(page)).startswith("Snapshot 2026.3 of 2026-09-01 holds drafts: texts that are not approved. Do not rely on them.")
    banner(page).get_by_role("link").click()
    page.wait_for_url(f"{address}/2026.3/verify.html")
    page.locator(".verify .facts").wait_for()
    assert "AIMS-POL-01 AI policy" in words(page.locator(".verify .facts"))


def test_the_newest_approved_snapshot_has_no_banner(page: Any, address: str) -> None:
    for folder in ("latest", "2026.2"):
        page.goto(f"{address}/{folder}/policy.html")
        assert no_banner(page), folder


def test_nothing_is_said_without_a_list_of_versions(page: Any, tampered: tuple[Published, str]) -> None:
    copy, address = tampered
    (copy.folder / "versions.json").unlink()
    page.goto(f"{address}/2026.1/policy.html", wait_until="networkidle")
    assert page.locator("section[aria-label='About this version']").count() == 0


def test_a_site_that_is_no_snapshot_asks_for_no_versions(page: Any, published: Published, serve_folder: Serve) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    with serve_folder(published.plain) as address:
        for name in ("verify", "compare"):
            page.goto(f"{address}/{name}.html", wait_until="networkidle")
            assert words(page.locator(f".{name}")).startswith("Not a snapshot")
    nothing([url for url in asked if url.endswith(("versions.json", "versions.js", "manifest.json", "aims.json"))])


@pytest.mark.parametrize(
    ("start", "choice", "end"),
    [
        ("2026.1/risks/R-001.html", "2026.2", "2026.2/risks/R-001.html"),
        ("2026.1/policy.html", "2026.2", "2026.2/policy.html"),
        ("latest/clauses/4.html", "2026.1", "2026.1/clauses/4.html"),
        ("2026.2/index.html", "2026.3", "2026.3/index.html"),
        ("2026.1/old-way.html", "2026.2", "2026.2/index.html"),
        ("latest/risks/R-003.html", "2026.1", "2026.1/index.html"),
    ],
)
def test_the_selector_leads_to_the_same_page_of_another_version(page: Any, address: str, start: str, choice: str, end: str) -> None:
    page.goto(f"{address}/{start}")
    page.locator(".md-version__current").focus()
    page.locator(".md-version__link[aria-current]").wait_for()
    links = page.locator(".md-version__link")
    assert [words(link)[:6] for link in links.all()] == ["2026.3", "2026.2", "2026.1"]
    assert words(page.locator(".md-version__link[aria-current]")).startswith(start[:6] if start[0] == "2" else "2026.2")
    links.filter(has_text=choice).focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/{end}")


# -- a snapshot whose content was removed, and the working state beside the snapshots -------------------------------------------


@pytest.fixture(scope="module")
def later(published: Published, serve_folder: Serve, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """What `aims publish` serves after 2026.1 was disposed of."""
    folder = tmp_path_factory.mktemp("later")
    project = Path(shutil.copytree(published.folder.parent / "project", folder / "project"))
    portal = (project / "aims_data/documents/AIMS-PRT-01.yaml").read_text(encoding="utf-8").replace("sources: [", "sources: [aims_data/snapshots.yaml, ")
    retention = "- version: '2026.1'\n  keep_until: 2026-09-01\n"
    changes: dict[str, str | None] = {"aims_data/snapshots.yaml": retention, "aims_data/documents/AIMS-PRT-01.yaml": portal}
    commit(project, "Retention", "2026-09-02T10:00:00Z", **changes)
    for arguments in (("dispose", "2026.1", "--by", "Document Controller", "--reason", "Its time is over"), ("publish", str(folder / "served"))):
        done = run_aims(*arguments, cwd=project)
        assert done.returncode == 0, done.stdout + done.stderr
    with serve_folder(folder / "served") as address:
        yield address


def test_a_removed_snapshot_is_called_so_and_leads_on(page: Any, later: str) -> None:
    page.goto(f"{later}/latest/risks/R-001.html")
    assert no_banner(page)
    page.locator(".md-version__current").focus()
    page.locator(".md-version__link[aria-current]").wait_for()
    assert [words(link) for link in page.locator(".md-version__link").all()] == [
        "next (working state)", "2026.3 (with drafts)", "2026.2latest", "2026.1 (removed)",
    ]  # fmt: skip
    page.locator(".md-version__link", has_text="2026.1").click()
    page.wait_for_url(f"{later}/2026.1/index.html")
    assert "removed on " in words(page.locator("main")) and "by Document Controller. Reason: Its time is over" in words(page.locator("main"))
    page.get_by_role("link", name="Go to the snapshots that are here").click()
    page.wait_for_url(f"{later}/latest/index.html")


def test_a_removed_snapshot_is_compared_no_more_and_the_working_state_is(page: Any, later: str) -> None:
    """What went with it stands in no comparison. `aims changes` tells what its records allow, if they were kept."""
    place = compare(page, later, "next", "?from=2026.2&to=next")
    assert words(place.locator(".summary")) == "Changes from 2026.2 to next: 2 documents changed; records: 1 added."
    assert place.get_by_role("link", name="AIMS-POL-01").get_attribute("href") == f"{later}/next/documents/AIMS-POL-01.html"
    assert [option.get_attribute("value") for option in place.locator("select[name=from] option").all()] == ["next", "2026.3", "2026.2"]
    page.goto(f"{later}/latest/compare.html?from=2026.1&to=2026.2")
    page.get_by_text("The content of 2026.1 was removed; choose from the list.").wait_for()
    page.route("**/compare/next/*", lambda route: route.fulfill(status=404))
    page.goto(f"{later}/latest/compare.html?from=next&to=2026.2")
    page.get_by_text("“aims changes 2026.2” compares them too.").wait_for()
    page.unroute("**/compare/next/*")
    assert verify(page, later, "2026.2").startswith("Consistent with itself")


def test_the_working_state_says_that_it_holds_drafts_and_is_nothing_to_verify(page: Any, later: str) -> None:
    page.goto(f"{later}/next/risks/R-001.html")
    assert words(banner(page)) == "The working state holds drafts: texts that are not approved. Do not rely on them. Each says so on its page."
    page.goto(f"{later}/next/policy.html")
    assert "draft" in words(page.locator("main")).lower().replace("holds drafts", "")
    page.goto(f"{later}/next/verify.html", wait_until="networkidle")
    assert words(page.locator(".verify")).startswith("Not a snapshot")


# -- an archive -----------------------------------------------------------------------------------------------------------------


def test_an_archive_can_be_read_and_searched_without_a_server(tab: Any, published: Published, tmp_path: Path) -> None:
    done = run_aims("archive", "2026.1", "--to", str(tmp_path / "a.zip"), cwd=published.folder.parent / "project")
    assert done.returncode == 0, done.stderr
    shutil.unpack_archive(tmp_path / "a.zip", tmp_path / "ünpacked here")
    wrong: list[str] = []
    tab.on("pageerror", lambda error: wrong.append(str(error)))
    tab.on("requestfailed", lambda request: wrong.append(request.url) if not request.url.endswith("/versions.json") else None)
    tab.goto((tmp_path / "ünpacked here/aims-2026.1/2026.1/index.html").as_uri())
    field = tab.locator("[data-md-component=search-query]")
    field.click()
    field.press_sequentially("mill stone")  # this search listens to keys
    found = tab.locator(".md-search-result__link[href*='policy.html']").first
    found.wait_for()
    found.click()
    tab.wait_for_url(re.compile(r"^file:.*/2026\.1/policy\.html"))
    assert "Every mill stone is checked once a month" in words(tab.locator("article"))
    nothing(wrong)
