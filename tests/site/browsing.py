"""What several tests in the browser do with a page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

WIDE = {"width": 1440, "height": 900}


def as_new(page: Any) -> None:
    """Make a tab forget what a test did to it: making another one takes a second. Only scripts given to `add_init_script` stay, and listeners."""
    page.unroute_all(behavior="ignoreErrors")
    page.goto("about:blank")
    page.set_viewport_size(WIDE)
    page.emulate_media(media="null", color_scheme="null", reduced_motion="null")
    memory = page.context.new_cdp_session(page)
    memory.send("Network.clearBrowserCache")
    memory.send("Network.clearBrowserCookies")
    memory.send("Storage.clearDataForOrigin", {"origin": "*", "storageTypes": "all"})
    memory.detach()


def with_short_index(page: Any, site: Path) -> Any:
    """Answer with three entries where a page of `site` asks for its search index: reading the whole takes longer than all the rest of a page."""
    index = json.loads((site / "search/search_index.json").read_text(encoding="utf-8"))
    few = json.dumps(index | {"docs": index["docs"][:3]})
    page.route("**/search_index.json", lambda route: route.fulfill(body=few, content_type="application/json"))
    return page


def search(page: Any, words: str) -> Any:
    """Search the site as a reader does and give the results, once they are there. The words come at once, with one key after them, so that the
    browser searches once."""
    page.locator("[data-md-component=search-query]").click()
    page.keyboard.insert_text(words)
    page.keyboard.press("End")
    found = page.locator(".md-search-result__item")
    found.first.wait_for(timeout=60_000)
    return found
