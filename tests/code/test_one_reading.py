"""What is sealed, what a redline compares and what a reader sees is one text: nothing between braces but calls, nothing invisible, nothing half merged,
no head that swallows words. MkDocs and Jinja themselves say what they would make of it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from jinja2 import Environment
from mkdocs.utils.meta import get_data

from macros.page_head import HEAD, faults_of_head
from macros.prose import read_page
from macros.templating import between_braces
from macros.visible import faults_in

CALLS = [
    ('{{ policy() }}', [("policy", (), 1, 4)]),
    ('a {{control("A.2.2")}} b', [("control", ("A.2.2",), 1, 5)]),
    ("{{ crosswalk('eu-ai-act' , \"x\") }}", [("crosswalk", ("eu-ai-act", "x"), 1, 4)]),
    ('{{ policy(\n  "one"\n) }}\n{{ roles() }}', [("policy", ("one",), 1, 4), ("roles", (), 4, 4)]),
    ('`{{ policy() }}` <!-- {{ roles() }} -->', [("policy", (), 1, 5), ("roles", (), 1, 26)]),
    ('{% if holds("roles.md") %}a{% else %}b{% endif %}', [("holds", ("roles.md",), 1, 7)]),
    ('{% if holds("a.md") %}{% if holds("b.md") %}x{% endif %}{% else %}y{% endif %}', [("holds", ("a.md",), 1, 7), ("holds", ("b.md",), 1, 29)]),
    ("{ a } {1, 2} }} %} #} {: .wide }", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), CALLS)
def test_calls(text: str, expected: list[tuple[str, tuple[str, ...], int, int]]) -> None:
    calls, wrong = between_braces(text)
    assert [(call.name, call.arguments, call.line, call.column) for call in calls] == expected
    assert wrong == ()


@pytest.mark.parametrize("text", [text for text, _ in CALLS])
def test_jinja_reads_the_same_calls(text: str) -> None:
    """What a reader sees of it is what stands there, but for the calls and the case of a condition that holds not."""
    said: list[tuple[str, tuple[str, ...]]] = []

    def macro(name: str, result: object) -> object:
        return lambda *arguments: (said.append((name, arguments)), result)[1]

    calls, _ = between_braces(text)
    Environment().from_string(text).render({call.name: macro(call.name, True if call.asked else "") for call in calls})
    assert said == [(call.name, call.arguments) for call in calls]


OTHER_JINJA = [
    ("AI {# unless approved #} for triage", 1, 4, "has '{# unless approved #}', which no reader would see although it is sealed"),
    ("## First {#one}\n\nGone.\n\n## Second {#two}", 1, 10, "has {#one}, which begins a comment and swallows what follows; write {: #one } for the id"),
    ("x\n\n{#- a -#}", 3, 1, "has '{#- a -#}', which no reader would see"),
    ("A set {1, 2, {# never closed", 1, 14, "has '{# never closed', which no reader would see"),
    ("{% if false %}We never sell data.{% endif %}", 1, 1, "has '{% if false %}', which changes what readers see"),
    ('{% if not holds("roles.md") %}x', 1, 1, "has '{% if not holds(\"roles.md\") %}', which changes what readers see"),
    ('{% if holds("a.md") or true %}x', 1, 1, "has '{% if holds(\"a.md\") or true %}', which changes what readers see"),
    ('{%- if holds("a.md") -%}x', 1, 1, "has '{%- if holds(\"a.md\") -%}', which changes what readers see"),
    ('{% elif holds("a.md") %}', 1, 1, "has '{% elif holds(\"a.md\") %}', which changes what readers see"),
    ("{% raw %}{{ policy() }}{% endraw %}", 1, 1, "has '{% raw %}', which changes what readers see"),
    ('{% set x = "may" %}', 1, 1, "has '{% set x = \"may\" %}', which changes what readers see"),
    ('{% include "x.md" %}', 1, 1, "has '{% include \"x.md\" %}', which changes what readers see"),
    ("{% for x in [] %}never{% endfor %}", 1, 1, "has '{% for x in [] %}', which changes what readers see"),
    ("{% macro x() %}a{% endmacro %}", 1, 1, "has '{% macro x() %}', which changes what readers see"),
    ('{% endif %}', 1, 1, "has {% endif %} without an if before it"),
    ('{% if holds("a.md") %}{% else %}{% else %}{% endif %}', 1, 33, "has {% else %} without an if before it"),
    ('x {% if holds("a.md") %}', 1, 3, "has an if that is never closed"),
    ("{{ policy }}", 1, 1, "has '{{ policy }}', which is no call of a macro"),
    ("{{ policy() | upper }}", 1, 1, "has '{{ policy() | upper }}', which is no call of a macro"),
    ("{{- policy() -}}", 1, 1, "has '{{- policy() -}}', which is no call of a macro"),
    ("{{ 'may' if true else 'may not' }}", 1, 1, "has '{{ 'may' if true else 'may not' }}', which is no call of a macro"),
    ('{{ "we never sell data"[:2] }}', 1, 1, "has '{{ \"we never sell data\"[:2] }}', which is no call of a macro"),
    ("{{ control(id) }}", 1, 1, "has '{{ control(id) }}', which is no call of a macro"),
    ('{{ control("A" ~ ".2.2") }}', 1, 1, "has '{{ control(\"A\" ~ \".2.2\") }}', which is no call of a macro"),
    ("{{ 7 * 7 }}", 1, 1, "has '{{ 7 * 7 }}', which is no call of a macro"),
    ("{{ policy(", 1, 1, "has '{{ policy(', which is no call of a macro"),
    ("{{ ''.__class__ }}", 1, 1, "has '{{ ''.__class__ }}', which is no call of a macro"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "column", "message"), OTHER_JINJA)
def test_nothing_else_between_braces(text: str, line: int, column: int, message: str) -> None:
    first = between_braces(text)[1][0]
    assert (first.line, first.column) == (line, column)
    assert first.message.startswith(message)


INVISIBLE = [
    ("may\u202e ton \u202cuse", [4, 10]),
    ("zero\u200bwidth", [5]),
    ("so\u00adft", [3]),
    ("\u2066isolated\u2069", [1, 10]),
    ("word\u2060joiner", [5]),
    ("a\ufeffb", [2]),
    ("a\u200db and a\u200cb", [2, 10]),
    ("a\ufe0fb", [2]),
    ("\u3164empty\u115f", [1, 7]),
    ("tag\U000e0041", [4]),
    ("mark\u200e\u200f\u061c", [5, 6, 7]),
    ("not\u2028two lines", [4]),
    ("next line\x85", [10]),
    ("like \U0001f44d\u200dword, +\u200d1", [7, 15]),
    ("word\u200b\u0e2a", [5]),
    ("\U0001f3f4\U000e0078\U000e0079\U000e007f", [2, 3, 4]),
    # what a script needs
    ("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", []),
    ("\u0915\u094d\u200d\u0937", []),
    ("\U0001f469\u200d\U0001f4bb \u260e\ufe0f 1\ufe0f\u20e3 \u2194\ufe0e", []),
    ("\u8fba\U000e0100", []),
    ("\u0e2a\u200b\u0e04 \u1797\u200b\u179f \u1019\u200b\u1038", []),
    ("\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", []),
    ("\u1820\u180b", []),
    ("\u0600 Straße, naïve, Ὀδυσσεύς, עברית, 日本語, é", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "columns"), INVISIBLE)
def test_nothing_invisible(text: str, columns: list[int]) -> None:
    faults = list(faults_in(f"first\n{text}\n"))
    assert [(fault.line, fault.column) for fault in faults] == [(2, column) for column in columns]
    assert all(fault.message.startswith("has the invisible character U+") for fault in faults)


def test_nothing_invisible_by_its_number() -> None:
    text = "# A\n\nStaff may &#x202E;ton&#8236; use&#32;it, `&#x202e;` and &shy; are seen.\n"
    found = [(fault.line, fault.column, fault.message) for fault in read_page("docs/a.md", text).faults]
    remove = "is what it means; remove it, or write the sign itself where a script needs it"
    assert found == [
        (3, 11, f"has &#x202E;, and the invisible character U+202E (right-to-left override) {remove}"),
        (3, 22, f"has &#8236;, and the invisible character U+202C (pop directional formatting) {remove}"),
    ]


HIDING = [
    "<div hidden>", "<span class='a' HIDDEN>", '<b style="display:none">', "<i style='color: red; opacity: 0'>", "<script>", "<template>", "<style media=x>",
    '{: style="font-size:0" }', "{ .a hidden=hidden }",
]  # fmt: skip
SHOWING = [
    "<details><summary>More</summary>",
    '<p class="hidden-costs">',
    "{: .hidden }",
    "no hidden costs < 5 > 4",
    '<img alt="the hidden costs" src="a.png">',
    "`<b hidden>`",
]


@pytest.mark.parametrize("text", HIDING)
def test_no_words_are_kept_from_readers(text: str) -> None:
    [fault] = read_page("docs/a.md", f"# A\n\nStaff may {text}not** use it.\n").faults
    assert (fault.line, fault.column) == (3, 11)
    assert fault.message == f"has {text}, by which readers may not see words that are sealed; write a note for editors as <!-- … -->"


@pytest.mark.parametrize("text", SHOWING)
def test_what_keeps_no_words_from_readers(text: str) -> None:
    assert read_page("docs/a.md", f"# A\n\nStaff may {text} use it.\n").faults == ()


def test_a_heading_underlined_like_a_merge_is_told_how_to_be_one() -> None:
    [fault] = faults_in("Purpose\n=======\n")
    assert fault.message.endswith("keep one of the two texts and remove the line; a heading is written as # Heading")


def _conflict(folder: Path, style: str, inside: bool) -> str:
    """What git itself leaves in a page where two branches contradict each other; `inside`: the ancestor they share is a conflict too."""

    def git(*arguments: str) -> None:
        subprocess.run(("git", "-c", "user.name=t", "-c", "user.email=t@t", *arguments), cwd=folder, capture_output=True, check=False)

    def commit(text: str) -> None:
        (folder / "page.md").write_text(f"# Rules\n\n{text}\n\nEnd.\n", encoding="utf-8")
        git("commit", "-qam", text)

    git("init", "-qb", "main")
    git("config", "merge.conflictStyle", style)
    (folder / "page.md").touch()
    git("add", "page.md")
    commit("Staff use it.")
    git("branch", "other")
    commit("Staff may use it.")
    git("checkout", "-q", "other")
    commit("Staff may not use it.")
    if inside:  # both take over the other and settle it in their own way, so that their ancestor is a merge of two
        git("branch", "was-other")
        git("merge", "-q", "main")
        commit("Nobody uses it.")
        git("checkout", "-q", "main")
        git("merge", "-q", "was-other")
        commit("Everybody uses it.")
        git("merge", "-q", "other")
    else:
        git("merge", "-q", "main")
    return (folder / "page.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("inside", [False, True])
@pytest.mark.parametrize("style", ["merge", "diff3", "zdiff3"])
def test_what_git_leaves_half_merged(tmp_path: Path, style: str, inside: bool) -> None:
    text = _conflict(tmp_path, style, inside)
    assert text.count("<<<<<<<") >= 1, "git left a conflict"
    [fault] = faults_in(text)
    assert (fault.line, fault.column) == (text[: text.index("<<<<<<<")].count("\n") + 1, 1)
    assert fault.message.endswith("keep one of the two texts and remove the lines that begin with <<<<<<<, |||||||, ======= and >>>>>>>")
    lines = text.splitlines()
    for marker in ("<<<<<<<", "=======", ">>>>>>>"):  # also where somebody removed all but one of them
        [left] = [line for line in lines if line == marker or line.startswith(f"{marker} ")][:1]
        assert len(list(faults_in(f"# A\n\nText.\n{left}\n"))) == 1, left


@pytest.mark.parametrize("text", ["Title\n========\n", "Title\n======\n", "<<<<<< six", "> > > quoted", "a <<<<<<< b", "|a|b|\n|-|-|\n", "    <<<<<<< HEAD"])
def test_what_only_looks_like_it(text: str) -> None:
    assert list(faults_in(text)) == []


HEADS = [
    ("Important: never use it for triage.\n\n# A\n", 1, "begins with 'Important: never use it for triage.', which is taken for data about the page"),
    ("  Note: hidden\n# A\n", 1, "begins with '  Note: hidden', which is taken for data about the page"),
    ("---\ntitle: A\nrender_macros: false\n---\n# A\n", 3, "has render_macros in its head"),
    ("---\nignore_macros: true\n---\n# A\n", 2, "has ignore_macros in its head"),
    ("---\ntitle: {{ policy() }}\n---\n# A\n", 2, "the head of the page has a key that is not a plain word"),
    ("---\ntitle: 'A {{ policy() }}'\n---\n# A\n", 2, "has {{ in its head"),
    ("--- \n- a\n... \n# A\n", 2, "the head of the page holds no keys"),
    ("---\ntitle: a: b\n---\n# A\n", 2, "the head of the page is not readable as YAML"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "message"), HEADS)
def test_heads_that_swallow(text: str, line: int, message: str) -> None:
    fault = next(faults_of_head(text))
    assert (fault.line, fault.message[: len(message)]) == (line, message)
    assert fault in read_page("docs/x.md", text).faults or str(fault) in map(str, read_page("docs/x.md", text).faults)


SHOWN = ["# A\n", "---\ntitle: A\n---\n# A\n", "--- \t\ntitle: A\n...\n\n\n# A\n", "---\n# A\n", "Text. Note: shown.\n", "http://x\n", "a b: c\n"]


@pytest.mark.parametrize("text", SHOWN)
def test_heads_as_mkdocs_has_them(text: str) -> None:
    """A page without a fault in its head loses by MkDocs' own reading exactly that head."""
    if list(faults_of_head(text)):
        assert get_data(text)[0].strip() != text.strip()
        return
    assert get_data(text)[0].lstrip("\n") == HEAD.sub("", text).lstrip("\n")
