"""The scripts that stand inside pages, as hashes for a content security policy that allows these and no other inline script."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable

SCRIPT = re.compile(r"<script\b((?:[^>\"']|\"[^\"]*\"|'[^']*')*)>(.*?)</script\s*>", re.S | re.I)
"""A browser too ends a script at the first </script, whatever stands before it."""
SOURCE = re.compile(r"\ssrc\s*=", re.I)
TYPE = re.compile(r"\stype\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))", re.I)
RUNS = {"", "module", "text/javascript", "application/javascript"}
"""Types under which a browser runs a script; under others, like `application/json`, it is data and needs no permission."""


def inline_script_hashes(html: str) -> set[str]:
    """`sha256-…` of each script that stands in a page and would run, as the policy names it."""
    page = html.replace("\r\n", "\n").replace("\r", "\n")  # as a browser reads it
    found = set()
    for attributes, script in SCRIPT.findall(page):
        kind = TYPE.search(attributes)
        if not SOURCE.search(attributes) and (next(filter(None, kind.groups()), "") if kind else "").strip().lower() in RUNS:
            found.add("sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode())
    return found


def of_pages(pages: Iterable[str]) -> list[str]:
    """The hashes of many pages, sorted, each once."""
    return sorted(set().union(*map(inline_script_hashes, pages)))
