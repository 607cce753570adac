"""References in prose: found outside code only, with their place, and made links with the record's title."""

from __future__ import annotations

from pathlib import Path

import markdown
import pytest

from macros.links import References
from macros.prose import read_page, read_pages, references

FOUND = [
    ("[[R-001]]", [("R-001", None, 1, 1)]),
    ("See [[R-001 the drift risk]] here.", [("R-001", "the drift risk", 1, 5)]),
    ("é😀 [[A.6.2.4]]", [("A.6.2.4", None, 1, 4)]),
    ("[[a]] [[b]]\n\n  [[c]]", [("a", None, 1, 1), ("b", None, 1, 7), ("c", None, 3, 3)]),
    ("| [[R-001]] | [[R-002 x]] |", [("R-001", None, 1, 3), ("R-002", "x", 1, 15)]),
    ("[[R-001 ]]", [("R-001", None, 1, 1)]),
    ("[[ R-001]] [[]] [[R-001\nx]] [R-001] [[-x]] [[R_1]]", []),
    ("\\[[R-001]]", []),
    # code
    ("`[[R-001]]` [[R-002]]", [("R-002", None, 1, 13)]),
    ("`` ` [[R-001]] ` `` [[R-002]]", [("R-002", None, 1, 21)]),
    ("a ` b [[R-001]]", [("R-001", None, 1, 7)]),
    ("a ` b\n\n[[R-001]]\n\nc ` d", [("R-001", None, 3, 1)]),
    ("a \\` b [[R-001]] c ` d", [("R-001", None, 1, 8)]),
    ("a `two\nlines [[R-001]]` [[R-002]]", [("R-002", None, 2, 18)]),
    ("```\n[[R-001]]\n```\n[[R-002]]", [("R-002", None, 4, 1)]),
    ("````yaml\n[[R-001]]\n\n```\n[[R-001]]\n````\n[[R-002]]", [("R-002", None, 7, 1)]),
    ("```\nnever closed\n\n[[R-001]]", [("R-001", None, 4, 1)]),
    ("~~~\n```\n[[R-001]]\n~~~\n[[R-002]]", [("R-002", None, 5, 1)]),
    ("- item\n\n    ```\n    [[R-001]]\n\n    [[R-001]]\n    ```\n\n[[R-002]]", [("R-002", None, 9, 1)]),
    ("```not a fence``` [[R-001]]\n\n[[R-002]]", [("R-001", None, 1, 19), ("R-002", None, 3, 1)]),
    # comments
    ("<!-- [[R-001]]\n[[R-001]] --> [[R-002]]", [("R-002", None, 2, 15)]),
    ("<!-- it's a ` tick --> [[R-001]] `x`", [("R-001", None, 1, 24)]),
    ("`<!--` [[R-001]] `-->`", [("R-001", None, 1, 8)]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), FOUND)
def test_references(text: str, expected: list[tuple[str, str | None, int, int]]) -> None:
    assert [(found.id, found.words, found.line, found.column) for found in references(text)] == expected


KNOWN = {
    "R-001": ("/risks/R-001.md", "R-001 Drift"),
    "A.6.2.4": ("/controls/A.6.2.4.md", "A.6.2.4 Tests"),
    "EVIL": ("/x.md", '<img src=x onerror=alert(1)> *a* `b` {: onclick=x } [c](d) & "e"'),
}
LINKS = [
    ("See [[R-001]].", '<p>See <a class="record" href="/risks/R-001.md">R-001 Drift</a>.</p>'),
    ("See [[R-001 the drift]].", '<p>See <a class="record" href="/risks/R-001.md">the drift</a>.</p>'),
    ("**[[A.6.2.4]]**", '<p><strong><a class="record" href="/controls/A.6.2.4.md">A.6.2.4 Tests</a></strong></p>'),
    ("[[R-009]] and [[R-009 words]]", "<p>[[R-009]] and [[R-009 words]]</p>"),
    ("`[[R-001]]`", "<p><code>[[R-001]]</code></p>"),
    ("\\[[R-001]]", "<p>[[R-001]]</p>"),
    (
        "[[EVIL]]",
        '<p><a class="record" href="/x.md">&lt;img src=x onerror=alert(1)&gt; *a* `b` {: onclick=x } [c](d) &amp; "e"</a></p>',
    ),
]


@pytest.mark.parametrize(("text", "expected"), LINKS)
def test_links(text: str, expected: str) -> None:
    assert markdown.markdown(text, extensions=[References(KNOWN.get), "attr_list"]) == expected


def test_the_check_and_the_extension_see_the_same_references() -> None:
    """What the check finds is what becomes a link: on every text of the table above whose ids are known."""

    def resolve(id: str) -> tuple[str, str]:
        return f"/{id}.md", id

    for text, expected in FOUND:
        page = markdown.markdown(text, extensions=[References(resolve), "pymdownx.superfences", "tables"])
        assert page.count('class="record"') == len(expected), text


PAGE = """---
title: Ignored
---
# The title

Seven words of its own stand here.

## A heading with `code` and *stars*

{{ macro("not counted here") }} <!-- nor is this --> `nor this`

## Twice
## Twice
## Given {#own-anchor}

```
# not a heading
```
"""


def test_a_page() -> None:
    page = read_page("docs/x.md", PAGE)
    assert page.title == "The title"
    assert page.words == 7
    assert page.anchors == {"the-title", "a-heading-with-code-and-stars", "twice", "twice_1", "own-anchor"}


def test_pages_are_files_only(tmp_path: Path) -> None:
    (tmp_path / "docs/folder.md").mkdir(parents=True)
    (tmp_path / "docs/link.md").symlink_to("/nowhere")
    (tmp_path / "docs/a.md").write_bytes(b"\xef\xbb\xbf---\r\ntitle: T\r\n---\r\n# A\r\n\r\nTwo words [[R-001]]\r\n")
    (tmp_path / "docs/b.md").write_bytes(b"# B\n\n\xff\n")
    pages = read_pages(tmp_path)
    assert list(pages) == ["docs/a.md", "docs/b.md"]
    assert (pages["docs/a.md"].title, pages["docs/a.md"].words) == ("A", 2)
    assert pages["docs/a.md"].references[0].line == 6
    assert "not UTF-8" in str(pages["docs/b.md"].faults[0])
