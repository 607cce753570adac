"""Data is text: whatever stands in a field reaches a page as exactly that text, through the project's own Markdown extensions."""

from __future__ import annotations

import html
import re
from functools import cache
from html.parser import HTMLParser

import markdown
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from invented import ROOT
from markupsafe import Markup
from mkdocs.utils.yaml import yaml_load

from macros.escape import address, formatted, markdown_text, title_text

HOSTILE = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "A</title><script>alert(1)</script>", "<!-- gone -->", "&lt;b&gt; &amp; &#60;",
    "{{ 7*7 }}", "{% raw %}", "{# gone #}", "{{ ''.__class__.__mro__ }}",
    "a | b", "two\nlines", "a\n\nb", "a\n# b", "a\n- b", "a\n    b", "a\n| x | y |\n|---|---|",
    "`code`", "``` fence", "~~~", "]]", "[[R-001]]", "[[R-001 words]]", "[l](javascript:alert(1))", "![i](x.png)", "[a][b]", "[a]: http://x.example",
    't { onmouseover="alert(1)" }', "t {: .x #y onclick=alert(1) }", "{.x}", "{'a': 1}", "!!! note", "??? x", "[^1]", "[^1]: foot", "*[AI]: x", ":   term",
    "https://evil.example/?a=b", "<https://evil.example>", "mail@evil.example", ":smile:", ":material-lock:", "==x==", "~~x~~", "^x^", "++ctrl++",
    "{++ ++}", "(c) (tm) -- ...", "*x* **x** _x_ __x__", "# x", "1. x", "- x", "+ x", "> x", "***", "---", "===", "a\\*b", "\\", "$x$", "\"quotes\" 'single'",
    "\u202eright to left\u202c", "\u200bzero width", "é ü 漢字 😀", "a  b", "tab\there", "&nbsp;", "a;b", "=1+1", "@x", "%x",
]  # fmt: skip


@cache
def converter() -> markdown.Markdown:
    """Python-Markdown as mkdocs.yml sets it up."""
    listed = yaml_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))["markdown_extensions"]
    names = [next(iter(entry)) if isinstance(entry, dict) else entry for entry in listed]
    options = {name: settings for entry in listed if isinstance(entry, dict) for name, settings in entry.items() if settings}
    return markdown.Markdown(extensions=names, extension_configs=options)


def convert(source: str) -> str:
    """The HTML of a page."""
    return converter().reset().convert(source)


class Reader(HTMLParser):
    """The text that a reader sees (`<br>` as a line break), the tags, and the attributes of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.text, self.tags, self.attributes = "", [], []  # type: ignore[var-annotated]
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember it; a line break is text."""
        self.tags.append(tag)
        self.attributes += attrs
        self.text += "\n" if tag == "br" else ""

    def handle_data(self, data: str) -> None:
        """Text as it is."""
        self.text += data


PLACES = {
    "table cell": ("| head | next |\n|---|---|\n| {} | last |\n", r"<td>(.*?)</td>"),
    "last cell": ("| head | next |\n|---|---|\n| first | {} |\n", r"<td>first</td>\n<td>(.*?)</td>"),
    "heading": ("## {}\n", r"<h2[^>]*>(.*?)(?:<a class=\"headerlink\".*?)?</h2>"),
    "link text": ("A [{}](x.md) here.\n", r"<a href=\"x.md\">(.*?)</a>"),
    "paragraph": ("{}\n", r"<p>(.*?)</p>"),
    "in bold": ("**{}** more\n", r"<strong>(.*?)</strong>"),
    "list": ("- {}\n- next\n", r"<li>(.*?)</li>"),
    "inline HTML": ("A <b>{}</b> here.\n", r"<b>(.*?)</b>"),
    "block HTML": ("<div>\n<p>{}</p>\n</div>\n", r"<p>(.*?)</p>"),
    "HTML with Markdown": ('<div markdown="1">\n{}\n</div>\n', r"<p>(.*?)</p>"),
}


def shown(text: str, place: str) -> tuple[str, list[str], list[tuple[str, str | None]]]:
    """What a reader sees of a value in a place of a page, and the tags and attributes it brought with it."""
    template, pattern = PLACES[place]
    page = convert(template.format(markdown_text(text)))
    found = re.search(pattern, page, re.S)
    assert found, page
    reader = Reader(found.group(1))
    return reader.text, reader.tags, reader.attributes


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text: str, place: str) -> None:
    seen, tags, attributes = shown(text, place)
    assert " ".join(seen.split()) == " ".join(text.split())
    assert seen.count("\n") == text.count("\n")
    assert set(tags) <= {"br"}
    assert attributes == []


# the same letters, mixed: what no list foresees
mixed = st.lists(st.sampled_from([*"<>{}[]()|`*_#:!~=+-\"'\\/&;^$%@1aé .", "\n", "{:", "[[", "]]", "&#", "javascript:", "onclick="]), min_size=1, max_size=15)


@pytest.mark.parametrize("place", PLACES)
@settings(deadline=None, max_examples=25, suppress_health_check=list(HealthCheck), database=None)
@given(mixed.map("".join).filter(lambda text: text == text.strip() and text))
def test_any_mixture_stays_text(place: str, text: str) -> None:
    seen, tags, attributes = shown(text, place)
    assert " ".join(seen.split()) == " ".join(text.split())
    assert set(tags) <= {"br"}
    assert attributes == []


@pytest.mark.parametrize("text", HOSTILE)
def test_a_title_is_one_line_without_html_and_jinja(text: str) -> None:
    """Front matter: Material prints it as it is, and takes the tags out of it; macros would render Jinja in it."""
    title = title_text(text)
    assert not set("<>{}\n\"'") & set(title)
    assert html.unescape(title) == text.replace("\n", " ")


def test_none_of_it_is_escaped_twice() -> None:
    assert isinstance(markdown_text("<b>"), Markup)
    assert markdown_text("a_b") == "a&#95;b"
    assert Markup("{}").format(markdown_text("<")) == "&#60;"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/risks/R-001.md#x_y", "/risks/R-001.md#x_y"),
        ("javascript:alert(1)", "javascript%3Aalert%281%29"),
        ('a b)"\n?', "a%20b%29%22%0A%3F"),
        ("é|{}<", "%C3%A9%7C%7B%7D%3C"),
    ],
)
def test_an_address_holds_nothing_that_could_end_it(text: str, expected: str) -> None:
    assert address(text) == expected


# -- formatted fields -----------------------------------------------------------------------------------------------------------

KNOWN = {"R-001": ("../risks/R-001.html", "R-001 Stones <b>& sand</b> *x*")}
SHOWS = [
    ("a *b* **c** `d<e`", "<p>a <em>b</em> <strong>c</strong> <code>d&#60;e</code></p>"),
    ("- a\n- b", "<ul> <li>a</li> <li>b</li> </ul>"),
    ("see [[R-001]]", '<p>see <a href="../risks/R-001.html">R&#45;001 Stones &#60;b&#62;&#38; sand&#60;&#47;b&#62; &#42;x&#42;</a></p>'),
    ("see [[R-001 the *stones*]]", '<p>see <a href="../risks/R-001.html">the <em>stones</em></a></p>'),
    ("see [[R-009]]", "<p>see &#91;&#91;R&#45;009&#93;&#93;</p>"),
    ("[a](b.md) [a](/b) [a](//b.example) [a](http://b.example)", "<p><a>a</a> <a>a</a> <a>a</a> <a>a</a></p>"),
    ("[a](https://a.example/b)", '<p><a href="https://a.example/b">a</a></p>'),
]
EVIL = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<a href='javascript:alert(1)'>x</a>", "[x](javascript:alert(1))", "[x](JaVaScRiPt:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)", "<p onclick='alert(1)'>x</p>", "<svg onload=alert(1)>", "<iframe src=x></iframe>", "<style>*{}</style>",
    "<a href='https://a.example' onmouseover='alert(1)' style='x'>x</a>", "![x](https://a.example/x.png)", "<math><mi//xlink:href='javascript:alert(1)'>",
    "x {: onclick=alert(1) }", "*x*{: onclick=alert(1) }", "{{ 7*7 }}", "a | b", "<form action=x><input name=y>", "<base href=x>", "<object data=x>",
    '[x](https://a.example/a>b) [y](https://a.example//onmouseover=alert(1)//)', "[x](<https://a.example/\"onclick=alert(1)>)", "[x](https://a.example/`a`_b_*c*)",
    "[x](https://a.example/[[R-001]])", "<p>a\n\n</p></div><script>", "`<script>`", "    <script>indented</script>", "<details open ontoggle=alert(1)>",
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), SHOWS)
def test_formatted_text(text: str, expected: str) -> None:
    assert " ".join(formatted(text, KNOWN.get).split()) == expected


@pytest.mark.parametrize("place", ["table cell", "block HTML", "paragraph", "list"])
@pytest.mark.parametrize("text", EVIL)
def test_formatted_text_carries_no_code(text: str, place: str) -> None:
    """Converted once more, as part of a page, where Markdown would read it again."""
    page = convert(PLACES[place][0].format(formatted(text, KNOWN.get)))
    reader = Reader(page)
    assert set(reader.tags) <= {"table", "thead", "tbody", "tr", "th", "td", "div", "p", "a", "br", "code", "em", "li", "ol", "strong", "ul"}
    for name, value in reader.attributes:
        assert name == "href", page
        assert re.match(r"https://|\.\./risks/", value or ""), page


pieces = st.sampled_from(
    [
        "<a href='",
        "https://a.example/",
        "'>",
        '">',
        "<p>",
        "</p>",
        "</a>",
        "`",
        "*",
        "_",
        "[",
        "](",
        ")",
        "|",
        "\n",
        "\n\n",
        "- ",
        "<script>",
        "javascript:",
        "onclick=",
        '"',
        "'",
        " ",
        "    ",
        "x",
        "{:",
        "}",
        "<",
        "&#60;",
        "&lt;",
        "[[R-001]]",
        "<br>",
        "<code>",
        "==",
        "#",
        "\\",
        "<!--",
        "-->",
    ]
)


@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck), database=None)
@given(st.lists(pieces, max_size=14).map("".join))
def test_formatted_text_of_any_pieces(text: str) -> None:
    for place in ("table cell", "paragraph"):
        test_formatted_text_carries_no_code(text, place)


@pytest.mark.parametrize("link", ["https://a.example/_b_*c*", "https://a.example/a>b", "https://a.example/a_b_c?d=e&f=[g]{h}|i"])
def test_formatted_links_keep_their_address(link: str) -> None:
    page = convert(PLACES["table cell"][0].format(formatted(f"[x]({link})", KNOWN.get)))
    assert Reader(page).attributes == [("href", link)], page
