"""What several tests in the browser do with a page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def with_short_index(context: Any, site: Path) -> Any:
    """Answer with three entries where a page of `site` asks for its search index: reading the whole takes longer than all the rest of a page."""
    index = json.loads((site / "search/search_index.json").read_text(encoding="utf-8"))
    few = json.dumps(index | {"docs": index["docs"][:3]})
    context.route("**/search_index.json", lambda route: route.fulfill(body=few, content_type="application/json"))
    return context


def search(page: Any, words: str) -> Any:
    """Search the site as a reader does and give the results, once they are there. The words come at once, with one key after them, so that the
    browser searches once."""
    page.locator("[data-md-component=search-query]").click()
    page.keyboard.insert_text(words)
    page.keyboard.press("End")
    found = page.locator(".md-search-result__item")
    found.first.wait_for(timeout=60_000)
    return found
