"""Published snapshots in a real browser: verifying one. A real server, real files, tampered with for real."""

from __future__ import annotations

import json
from typing import Any

import pytest
from html_page import nothing
from published import HOSTILE, Published, rewrite_manifest
from snapshot_pages import WITHOUT_OWN_SHA256, faults, verify, words


@pytest.mark.parametrize("own", [True, False], ids=["WebCrypto", "bundled SHA-256"])
def test_a_good_snapshot_is_verified(fresh_page: Any, address: str, published: Published, own: bool) -> None:
    if not own:
        fresh_page.add_init_script(WITHOUT_OWN_SHA256)
    count = len(json.loads((published.folder / "2026.1/manifest.json").read_bytes())["files"])
    result = verify(fresh_page, address, "2026.1")
    assert result.startswith(f"Consistent with itself All {count} files are as manifest.json says.")
    assert faults(fresh_page) == []
    assert published.digests["2026.1"] in words(fresh_page.locator(".verify .facts"))
    assert ("browser’s own" if own else "script that comes with this site") in words(fresh_page.locator(".verify .counter"))
    assert fresh_page.evaluate("typeof globalThis.sha256") == ("undefined" if own else "function")


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
def test_every_tampered_file_is_named(fresh_page: Any, tampered: tuple[Published, str], own: bool) -> None:
    if not own:
        fresh_page.add_init_script(WITHOUT_OWN_SHA256)
    copy, address = tampered
    folder = copy.folder / "2026.1"
    flipped, longer, shorter, missing = (folder / name for name in ("policy.html", "risks/R-001.html", "soa.html", "risks/R-002.html"))
    flipped.write_bytes(flipped.read_bytes().replace(b"once a month", b"once a mouth"))
    longer.write_bytes(longer.read_bytes() + b"<!-- -->")
    shorter.write_bytes(shorter.read_bytes()[:-10])
    missing.unlink()
    result = verify(fresh_page, address, "2026.1", copy.digests["2026.1"])
    assert result == "Not verified 4 things are not as they should be; each is listed below."
    found = faults(fresh_page)
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


def test_opened_from_a_folder_the_pages_say_what_to_use_instead(tab: Any, published: Published) -> None:
    tab.goto((published.folder / "2026.2/verify.html").as_uri(), wait_until="networkidle")
    assert "use aims verify --dir FOLDER" in words(tab.locator(".verify"))
    tab.goto((published.folder / "2026.2/compare.html").as_uri(), wait_until="networkidle")
    assert "use aims changes FROM TO" in words(tab.locator(".compare"))
