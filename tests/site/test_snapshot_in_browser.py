"""Published snapshots in a real browser: which version this is, verifying it, comparing two. A real server, real files, tampered with for real."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from html_page import nothing, squeezed
from invented import run_aims
from published import HOSTILE, Published, publish, rewrite_manifest
from repository import commit

from macros.control.snapshots.inline_scripts import of_pages
from macros.control.snapshots.publish import next_entry

Serve = Callable[[Path], AbstractContextManager[str]]
WITHOUT_OWN_SHA256 = "Object.defineProperty(Crypto.prototype, 'subtle', { get: () => undefined })"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Published:
    return publish(tmp_path_factory.mktemp("snapshots"))


@pytest.fixture(scope="module")
def address(published: Published, serve_folder: Serve) -> Iterator[str]:
    with serve_folder(published.folder) as address:
        yield address


@pytest.fixture
def tampered(published: Published, serve_folder: Serve, tmp_path: Path) -> Iterator[tuple[Published, str]]:
    """A copy of the tree, served, to be tampered with."""
    copy = published.copy(tmp_path / "tampered")
    with serve_folder(copy.folder) as address:
        yield copy, address


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    failed: list[str] = []
    page.on("pageerror", lambda error: failed.append(str(error)))
    page.on("dialog", lambda dialog: failed.append(f"a dialog: {dialog.message}"))
    yield page
    context.close()
    nothing(failed)


def words(place: Any) -> str:
    return squeezed(place.inner_text())


# -- which version this is ------------------------------------------------------------------------------------------------------


def banner(page: Any) -> Any:
    place = page.locator("section[aria-label='About this version']")
    place.locator("p").first.wait_for()
    return place


def no_banner(page: Any) -> bool:
    page.locator(".md-version").wait_for()
    page.wait_for_load_state("networkidle")
    return page.locator("section[aria-label='About this version']").count() == 0


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
    listed = [next_entry(None, False), *json.loads((published.folder / "versions.json").read_bytes())]
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


def test_a_removed_snapshot_can_still_be_compared_by_its_records_and_its_pages_are_not_linked(page: Any, later: str) -> None:
    place = compare(page, later, "latest", "?from=2026.1&to=2026.2")
    assert words(place.locator(".summary")).endswith("records: 1 added, 1 changed, 1 removed.")
    assert "disposed" in words(place.locator("select[name=from] option", has_text="2026.1"))
    assert "R-002 Dust in the air" in words(place) and place.get_by_role("link", name="R-002 Dust in the air").count() == 0
    assert verify(page, later, "2026.2").startswith("Consistent with itself")


def test_the_working_state_says_that_it_holds_drafts_and_is_nothing_to_verify(page: Any, later: str) -> None:
    page.goto(f"{later}/next/risks/R-001.html")
    assert words(banner(page)) == "The working state holds drafts: texts that are not approved. Do not rely on them. Each says so on its page."
    page.goto(f"{later}/next/policy.html")
    assert "draft" in words(page.locator("main")).lower().replace("holds drafts", "")
    page.goto(f"{later}/next/verify.html", wait_until="networkidle")
    assert words(page.locator(".verify")).startswith("Not a snapshot")


# -- an archive -----------------------------------------------------------------------------------------------------------------


def test_an_archive_can_be_read_and_searched_without_a_server(browser: Any, published: Published, tmp_path: Path) -> None:
    done = run_aims("archive", "2026.1", "--to", str(tmp_path / "a.zip"), cwd=published.folder.parent / "project")
    assert done.returncode == 0, done.stderr
    shutil.unpack_archive(tmp_path / "a.zip", tmp_path / "ünpacked here")
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page, wrong = context.new_page(), list[str]()
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("requestfailed", lambda request: wrong.append(request.url) if not request.url.endswith("/versions.json") else None)
    page.goto((tmp_path / "ünpacked here/aims-2026.1/2026.1/index.html").as_uri())
    field = page.locator("[data-md-component=search-query]")
    field.click()
    field.press_sequentially("mill stone")  # this search listens to keys
    found = page.locator(".md-search-result__link[href*='policy.html']").first
    found.wait_for()
    found.click()
    page.wait_for_url(re.compile(r"^file:.*/2026\.1/policy\.html"))
    assert "Every mill stone is checked once a month" in words(page.locator("article"))
    context.close()
    nothing(wrong)


# -- verify ---------------------------------------------------------------------------------------------------------------------


def verify(page: Any, address: str, version: str, digest: str = "") -> str:
    """Open the page, paste a digest, let it run: what the result says."""
    page.goto(f"{address}/{version}/verify.html")
    field = page.get_by_label("Digest kept elsewhere")
    field.fill(digest)
    page.get_by_role("button", name="Verify", exact=True).click()
    page.get_by_role("button", name="Verify again").wait_for()
    return words(page.locator(".verify [role=status]"))


def faults(page: Any) -> list[str]:
    return [words(item) for item in page.locator(".verify .faults li").all()]


@pytest.mark.parametrize("own", [True, False], ids=["WebCrypto", "bundled SHA-256"])
def test_a_good_snapshot_is_verified(page: Any, address: str, published: Published, own: bool) -> None:
    if not own:
        page.add_init_script(WITHOUT_OWN_SHA256)
    count = len(json.loads((published.folder / "2026.1/manifest.json").read_bytes())["files"])
    result = verify(page, address, "2026.1")
    assert result.startswith(f"Consistent with itself All {count} files are as manifest.json says.")
    assert faults(page) == []
    assert published.digests["2026.1"] in words(page.locator(".verify .facts"))
    assert ("browser’s own" if own else "script that comes with this site") in words(page.locator(".verify .counter"))
    assert page.evaluate("typeof globalThis.sha256") == ("undefined" if own else "function")


def test_a_digest_may_be_pasted_as_it_was_printed(page: Any, address: str, published: Published) -> None:
    digest = published.digests["2026.2"]
    grouped = " ".join(digest[at : at + 8] for at in range(0, 64, 8)).upper()
    verify(page, address, "latest")
    field, result = page.get_by_label("Digest kept elsewhere"), page.locator(".verify [role=status]")
    for pasted in (f" {digest}\n", f"manifest: {digest}", f"sha256:{digest}", f"{digest}  manifest.json", grouped, digest[:16]):
        field.fill(pasted)
        assert words(result).startswith("Verified This is the snapshot whose digest you gave"), pasted
        assert field.get_attribute("aria-invalid") == "false"
    field.fill(digest[:15])
    assert "is no digest" in words(result)
    assert field.get_attribute("aria-invalid") == "true"
    field.fill(digest[:-1] + ("0" if digest[-1] == "1" else "1"))
    assert words(result).startswith("Not verified manifest.json is not the one whose digest you gave")


def test_the_page_never_says_untouched(page: Any, address: str, published: Published) -> None:
    assert "untouched" not in verify(page, address, "2026.2", published.digests["2026.2"]).lower()
    assert "untouched" not in words(page.locator("article")).lower()


@pytest.mark.parametrize("own", [True, False], ids=["WebCrypto", "bundled SHA-256"])
def test_every_tampered_file_is_named(page: Any, tampered: tuple[Published, str], own: bool) -> None:
    if not own:
        page.add_init_script(WITHOUT_OWN_SHA256)
    copy, address = tampered
    folder = copy.folder / "2026.1"
    flipped, longer, shorter, missing = (folder / name for name in ("policy.html", "risks/R-001.html", "soa.html", "risks/R-002.html"))
    flipped.write_bytes(flipped.read_bytes().replace(b"once a month", b"once a mouth"))
    longer.write_bytes(longer.read_bytes() + b"<!-- -->")
    shorter.write_bytes(shorter.read_bytes()[:-10])
    missing.unlink()
    result = verify(page, address, "2026.1", copy.digests["2026.1"])
    assert result == "Not verified 4 things are not as they should be; each is listed below."
    found = faults(page)
    assert [fault.split()[0] for fault in found] == ["policy.html", "risks/R-001.html", "risks/R-002.html", "soa.html"]
    assert [any(part in fault for part in ("its SHA-256 is", "larger than", "is missing", "bytes instead of")) for fault in found] == [True] * 4


def test_a_rewritten_manifest_is_caught_by_the_digest_and_by_the_list_of_versions(page: Any, tampered: tuple[Published, str]) -> None:
    copy, address = tampered
    (copy.folder / "2026.1/policy.html").write_text("<!doctype html><title>Another policy</title>", encoding="utf-8")
    rewrite_manifest(copy.folder / "2026.1")
    assert verify(page, address, "2026.1", copy.digests["2026.1"]).startswith("Not verified manifest.json is not the one whose digest you gave")
    assert faults(page) == [f"manifest.json is changed, or versions.json is: there the manifest of 2026.1 has the digest {copy.digests['2026.1']}"]
    (copy.folder / "versions.json").unlink()
    assert verify(page, address, "2026.1").startswith("Consistent with itself")  # and this is why it says no more than that


def test_a_snapshot_in_the_folder_of_another_is_caught(page: Any, tampered: tuple[Published, str]) -> None:
    copy, address = tampered
    (copy.folder / "2026.2").rename(copy.folder / "away")
    (copy.folder / "2026.1").rename(copy.folder / "2026.2")
    assert verify(page, address, "2026.2").startswith("Not verified")
    assert faults(page) == ["manifest.json is of 2026.1, but versions.json says that 2026.2/ is 2026.2"]


@pytest.mark.parametrize(
    ("content", "says"),
    [(None, "the server answered 404"), (b"{", "is not JSON"), (b'{"format": 2}', "does not have the shape"), (b"[]", "does not have the shape")],
)
def test_a_broken_manifest_is_named(page: Any, tampered: tuple[Published, str], content: bytes | None, says: str) -> None:
    copy, address = tampered
    manifest = copy.folder / "2026.1/manifest.json"
    manifest.write_bytes(content) if content else manifest.unlink()
    page.goto(f"{address}/2026.1/verify.html")
    page.get_by_text("Cannot be verified").wait_for()
    assert says in words(page.locator(".verify"))


def test_a_manifest_cannot_lead_the_page_elsewhere_or_write_into_it(page: Any, tampered: tuple[Published, str]) -> None:
    copy, address = tampered
    file = copy.folder / "2026.1/manifest.json"
    manifest = json.loads(file.read_bytes())
    entry = manifest["files"]["policy.html"]
    odd = ["../versions.json", "//example.org/x", "a//b", "./policy.html", HOSTILE]
    manifest["files"] = {"policy.html": entry, "https://example.org/": entry, "aims.html": {"size": -1}} | dict.fromkeys(odd, entry)
    manifest["purpose"] = HOSTILE
    file.write_text(json.dumps(manifest), encoding="utf-8")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    assert verify(page, address, "2026.1").startswith("Not verified")
    assert len(faults(page)) == 1 + 1 + 1 + len(odd)  # the list of versions, the odd size, the two odd addresses and the rest
    assert HOSTILE in words(page.locator(".verify .facts"))
    assert page.locator(".verify img").count() == 0
    nothing([url for url in asked if not url.startswith(address)])


def test_a_check_can_be_stopped_and_repeated(page: Any, address: str) -> None:
    page.goto(f"{address}/2026.2/verify.html")
    page.route("**/2026.2/risks/*", lambda route: None)  # never answered
    page.get_by_role("button", name="Verify", exact=True).click()
    bar = page.get_by_role("progressbar", name="Files checked")
    page.wait_for_function("document.querySelector('.verify progress').value > 20")
    assert int(bar.get_attribute("max")) > 50
    page.get_by_role("button", name="Stop").click()
    page.get_by_role("button", name="Verify again").wait_for()
    assert words(page.locator(".verify [role=status]")).startswith("Stopped after ")
    page.unroute_all(behavior="ignoreErrors")
    page.get_by_role("button", name="Verify again").click()
    page.get_by_text("Consistent with itself", exact=True).and_(page.locator(".state")).wait_for()


def test_opened_from_a_folder_the_pages_say_what_to_use_instead(browser: Any, published: Published) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto((published.folder / "2026.2/verify.html").as_uri(), wait_until="networkidle")
    assert "use aims verify --dir FOLDER" in words(page.locator(".verify"))
    page.goto((published.folder / "2026.2/compare.html").as_uri(), wait_until="networkidle")
    assert "use aims changes FROM TO" in words(page.locator(".compare"))
    context.close()


# -- compare --------------------------------------------------------------------------------------------------------------------


def compare(page: Any, address: str, version: str, query: str = "") -> Any:
    page.goto(f"{address}/{version}/compare.html{query}")
    page.locator(".compare .summary", has_text="Changes from").wait_for()
    return page.locator(".compare")


def test_two_snapshots_are_compared(page: Any, address: str) -> None:
    place = compare(page, address, "latest")
    assert words(place.locator(".summary")) == "Changes from 2026.1 to 2026.2: 2 documents changed; records: 1 added, 1 changed, 1 removed."
    heads = [words(head) for head in place.locator("h3").all()]
    assert f"R-003 {HOSTILE} added Risk, in AIMS-REG-01 Everything that runs, version 1.0" in heads  # as text
    assert "R-002 Dust in the air removed Risk, in AIMS-REG-01 Everything that runs, version 1.0" in heads
    assert place.locator("img, b, script").count() == 0
    risk = place.locator("article", has_text="R-001 Stones")
    assert words(risk.locator("li strong")) == "Description:"
    assert [risk.locator(tag).inner_text() for tag in ("del", "ins")] == ["stone", "<b>pebble</b>"]
    policy = place.locator("article", has_text="docs/policy.md")
    assert [item.inner_text() for item in policy.locator("del").all()] == ["once", "month"]
    assert [item.inner_text() for item in policy.locator("ins").all()] == ["twice", "week", "1 < 2 & <b> is no mark."]
    assert "AI policy: Every mill stone is checked" in words(policy)  # with the heading above
    assert place.get_by_role("link", name="R-002 Dust in the air").get_attribute("href") == f"{address}/2026.1/risks/R-002.html"
    assert place.get_by_role("link", name="R-001 Stones in the flour").get_attribute("href") == f"{address}/2026.2/risks/R-001.html"


def test_any_two_can_be_chosen_and_linked_to(page: Any, address: str) -> None:
    place = compare(page, address, "latest", "?from=2026.2&to=2026.1")
    assert words(place.locator(".summary")).startswith("Changes from 2026.2 to 2026.1: 2 documents changed; records: 1 added, 1 changed, 1 removed.")
    page.locator("select[name=to]").select_option("2026.3")
    page.locator(".summary", has_text="Changes from 2026.2 to 2026.3: 1 document changed.").wait_for()
    assert page.url.endswith("?from=2026.2&to=2026.3")
    page.locator("select[name=to]").select_option("2026.2")
    assert words(place.locator(".summary")) == "Choose two different snapshots."
    page.goto(f"{address}/latest/compare.html?from=<b>&to=2026.2")
    page.get_by_text("There is no snapshot <b>; choose from the list.").wait_for()


def test_a_new_version_of_a_document_is_told_with_its_reason_and_approval(page: Any, address: str) -> None:
    place = compare(page, address, "latest")
    article = place.locator("article", has_text="Version 1.1")
    assert words(article.locator("h3")) == "AIMS-POL-01 AI policy changed"
    approved = "approved by Boss (TM-001) on 2026-07-02 (Minutes of 2026-07-02), in force from 2026-07-10. Why: Stones twice a week."
    assert f"Version 1.1, written by Writer, {approved}" in words(article)
    assert place.locator("h3 a", has_text="AIMS-POL-01").count() == 1  # a new version alone is not told twice
    place = compare(page, address, "2026.3", "?from=2026.2&to=2026.3")
    assert "Version 1.2, written by Writer, not approved yet. Why: Stones every day." in words(place.locator("article"))


def test_a_state_cannot_lead_elsewhere(page: Any, tampered: tuple[Published, str]) -> None:
    copy, address = tampered
    file = copy.folder / "2026.2/aims.json"
    state = json.loads(file.read_bytes())
    for record, elsewhere in zip(state["records"], ["javascript:alert(1)", "https://example.org/", "../../", "//example.org/"] * 99, strict=False):
        record |= {"digest": "0", "title": HOSTILE, "address": elsewhere}
    file.write_text(json.dumps(state), encoding="utf-8")
    place = compare(page, address, "latest")
    assert HOSTILE in words(place)
    links = [link.get_attribute("href") for link in place.get_by_role("link").all()]
    nothing([link for link in links if not link.startswith((f"{address}/2026.1/", f"{address}/2026.2/"))])
    assert place.locator("img, script").count() == 0


def test_a_renumbered_record_is_not_shown_as_removed_and_added(page: Any, tampered: tuple[Published, str]) -> None:
    copy, address = tampered
    file = copy.folder / "2026.2/aims.json"
    state = json.loads(file.read_bytes())
    system = next(record for record in state["records"] if record["id"] == "SYS-01")
    system |= {"id": "SYS-09", "address": "systems/SYS-09.html"}
    file.write_text(json.dumps(state), encoding="utf-8")
    heads = [words(head) for head in compare(page, address, "latest").locator("h3").all()]
    assert [head for head in heads if "SYS-0" in head] == ["SYS-09 Grain Sorter moved AI system, in AIMS-REG-01 Everything that runs, version 1.0; was SYS-01"]


def test_a_moved_page_is_not_shown_as_removed_and_added(page: Any, tampered: tuple[Published, str]) -> None:
    copy, address = tampered
    file = copy.folder / "2026.2/aims.json"
    file.write_text(file.read_text(encoding="utf-8").replace("docs/risks.md", "docs/register/risks.md"), encoding="utf-8")
    place = compare(page, address, "latest")
    moved = place.locator("p", has_text="was docs/risks.md, is docs/register/risks.md")
    assert words(moved.locator(".state")) == "moved"


@pytest.mark.parametrize(
    ("versions", "says"),
    [(None, "Comparing needs the web server that publishes the snapshots"), (1, "2026.3 is the only snapshot so far.")],
)
def test_there_has_to_be_something_to_compare(page: Any, tampered: tuple[Published, str], versions: int | None, says: str) -> None:
    copy, address = tampered
    file = copy.folder / "versions.json"
    listed = json.loads(file.read_bytes())
    file.unlink() if versions is None else file.write_text(json.dumps(listed[:versions]), encoding="utf-8")
    page.goto(f"{address}/latest/compare.html")
    page.locator(".compare .state").wait_for()
    assert says in words(page.locator(".compare"))


def test_a_state_that_cannot_be_read_is_named(page: Any, tampered: tuple[Published, str]) -> None:
    copy, address = tampered
    (copy.folder / "2026.1/aims.json").write_bytes((copy.folder / "2026.2/aims.json").read_bytes())
    assert "Nothing changed." in words(compare(page, address, "latest"))
    (copy.folder / "2026.2/aims.json").write_text("[]", encoding="utf-8")
    page.goto(f"{address}/latest/compare.html")
    page.get_by_text("Cannot be compared").wait_for()
    assert f"{address}/2026.2/aims.json does not hold a state" in words(page.locator(".compare .summary"))


# -- the policy under which the site is served, and for everybody ---------------------------------------------------------------


def test_everything_works_under_a_strict_content_security_policy(page: Any, address: str, published: Published) -> None:
    hashes = " ".join(f"'{value}'" for value in of_pages(file.read_text(encoding="utf-8") for file in (published.folder / "2026.1").rglob("*.html")))
    policy = f"default-src 'self'; script-src 'self' {hashes}; style-src 'self'; img-src 'self' data:; base-uri 'none'"

    def guarded(route: Any) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, headers={**answer.headers, "content-security-policy": policy})

    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if "Content Security Policy" in message.text else None)
    page.add_init_script(WITHOUT_OWN_SHA256)  # so that the bundled script is loaded too
    page.route("**/*.html*", guarded)
    assert verify(page, address, "2026.1").startswith("Consistent with itself")
    banner(page)
    compare(page, address, "2026.1", "?from=2026.1&to=2026.2")
    page.locator(".md-version__current").focus()
    page.locator(".md-version__link", has_text="2026.2").click()
    page.wait_for_url("**/2026.2/compare.html*")
    nothing(said)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_the_pages_are_accessible_and_fit(browser: Any, tampered: tuple[Published, str], width: int, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    copy, address = tampered
    (copy.folder / "2026.1/risks/R-002.html").unlink()
    (copy.folder / "2026.1/soa.html").write_text("", encoding="utf-8")
    context = browser.new_context(viewport={"width": width, "height": 844}, color_scheme=scheme, reduced_motion="reduce")
    page = context.new_page()
    report = []

    def look(name: str) -> None:
        found = Axe().run(page, options={"resultTypes": ["violations"], "preload": False}).response["violations"]
        report.extend(f"{name}: {item['id']}: {node['target']} {node['html'][:160]}" for item in found for node in item["nodes"][:3])
        wide = page.evaluate("document.scrollingElement.scrollWidth - document.documentElement.clientWidth")
        report.extend([f"{name}: scrolls sideways by {wide} pixels"] if wide > 0 else [])

    verify(page, address, "2026.1", copy.digests["2026.1"])
    banner(page)
    look("verify, with a banner and faults")
    compare(page, address, "2026.3", "?from=2026.1&to=2026.2")
    page.locator(".md-version__current").focus()
    page.wait_for_timeout(400)  # the list fades in
    look("compare, with the selector open")
    assert page.locator(".md-version__link").first.is_visible()
    context.close()
    nothing(report)
