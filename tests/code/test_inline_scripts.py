"""Which scripts of a page a content security policy has to name: exactly those that a browser would run and that stand in the page."""

from __future__ import annotations

import base64
import hashlib

import pytest

from macros.control.snapshots.inline_scripts import inline_script_hashes, of_pages


def hashed(script: str) -> str:
    """As the policy names it."""
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


@pytest.mark.parametrize(
    ("html", "scripts"),
    [
        ("<script>a()</script>", ["a()"]),
        ("<SCRIPT type='module'>a()</Script >", ["a()"]),
        ('<script type="text/javascript" data-x="a > b">é\n</script><script>b()</script>', ["é\n", "b()"]),
        ("<script>\r\na()\r</script>", ["\na()\n"]),
        ("<script></script>", [""]),
        ('<script id="__config" type="application/json">{"a": 1}</script>', []),
        ("<script type=application/ld+json>{}</script>", []),
        ('<script src="a.js"></script>', []),
        ('<script defer\nsrc=a.js></script><script data-src="x">a()</script>', ["a()"]),
        ("<p>&lt;script&gt;a()&lt;/script&gt;</p>", []),
    ],
)
def test_scripts_that_run_and_stand_in_the_page(html: str, scripts: list[str]) -> None:
    assert inline_script_hashes(html) == {hashed(script) for script in scripts}


def test_many_pages_name_each_script_once_and_sorted() -> None:
    assert of_pages(["<script>a()</script>", "<script>b()</script><script>a()</script>"]) == sorted([hashed("a()"), hashed("b()")])
    assert of_pages([]) == []
