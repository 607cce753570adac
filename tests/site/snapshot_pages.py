"""Pages of published snapshots in the browser, as their readers use them: the banner, verifying, comparing."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from html_page import squeezed

Serve = Callable[[Path], AbstractContextManager[str]]
WITHOUT_OWN_SHA256 = "Object.defineProperty(Crypto.prototype, 'subtle', { get: () => undefined })"


def words(place: Any) -> str:
    """What can be read there."""
    return squeezed(place.inner_text())


def banner(page: Any) -> Any:
    """What the page says about its version, once it is there."""
    place = page.locator("section[aria-label='About this version']")
    place.locator("p").first.wait_for()
    return place


def no_banner(page: Any) -> bool:
    """Whether nothing is said about the version of this page; asked when that is decided: the line for paper comes after it."""
    page.locator(".md-version").wait_for()
    page.locator(".version-print").wait_for(state="attached")
    return page.locator("section[aria-label='About this version']").count() == 0


def verify(page: Any, address: str, version: str, digest: str = "") -> str:
    """Open the page, paste a digest, let it run: what the result says."""
    page.goto(f"{address}/{version}/verify.html")
    field = page.get_by_label("Digest kept elsewhere")
    field.fill(digest)
    page.get_by_role("button", name="Verify", exact=True).click()
    page.get_by_role("button", name="Verify again").wait_for()
    return words(page.locator(".verify [role=status]"))


def faults(page: Any) -> list[str]:
    """What was found wrong, a sentence each."""
    return [words(item) for item in page.locator(".verify .faults li").all()]


def compare(page: Any, address: str, version: str, query: str = "") -> Any:
    """Open the page and give the comparison, once it is there."""
    page.goto(f"{address}/{version}/compare.html{query}")
    page.locator(".compare .summary", has_text="Changes from").wait_for()
    return page.locator(".compare")
