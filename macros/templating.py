"""What may stand between braces in a page: calls of the portal's macros with words in quotes, and in pages that nobody approves the question `holds`.

Everything else that Jinja knows could make a reader see another text than the one that was approved: a comment swallows words, a condition or a filter
changes them. So there is no second reading: what is sealed, what a redline compares and what a page shows is one text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from macros.yaml_source import Unreadable

OPENING = re.compile(r"\{\{|\{%|\{#")
"""With what Jinja begins to read, wherever it stands: in code and in comments too."""
WORD = r"\"[^\"\\\n{}]*\"|'[^'\\\n{}]*'"
CALL = re.compile(rf"\{{\{{\s*(?P<name>[A-Za-z]\w*)\s*\(\s*(?P<arguments>(?:{WORD})(?:\s*,\s*(?:{WORD}))*)?\s*\)\s*\}}\}}")
CONDITION = re.compile(rf"\{{%[ \t]*(?:(?P<word>else|endif)|if[ \t]+(?P<name>holds)\([ \t]*(?P<arguments>{WORD})[ \t]*\))[ \t]*%\}}")
BRACES = re.compile(r"\{\{.*?(?:\}\}|\Z)|\{%.*?(?:%\}|\Z)|\{#.*?(?:#\}|\Z)", re.S)
HEADING_ID = re.compile(r"\{#(?P<id>[\w-]+)(?:[ \t]+[\w.=\"-]+)*[ \t]*\}")
MOST = 60
"""So many letters of what was written are quoted."""


@dataclass(frozen=True)
class Call:
    """A macro call like `{{ control("A.2.2") }}`: the name, the arguments, and where its name stands (line and column from 1).

    `asked`: it is the question of a condition, like `{% if holds("roles.md") %}`."""

    name: str
    arguments: tuple[str, ...]
    line: int
    column: int
    asked: bool = False


def between_braces(text: str) -> tuple[tuple[Call, ...], tuple[Unreadable, ...]]:
    """Every call in a page, in order, and everything that Jinja would read as something else."""
    calls: list[Call] = []
    wrong: list[Unreadable] = []
    open_at: list[tuple[int, bool]] = []
    """Where the conditions begin that are not closed yet, and whether their other case has begun."""
    at = 0
    while found := OPENING.search(text, at):
        call, condition = CALL.match(text, found.start()), CONDITION.match(text, found.start())
        if whole := call or condition:
            if whole["name"]:
                words = tuple(word[1:-1] for word in re.findall(WORD, whole["arguments"] or ""))
                calls.append(Call(whole["name"], words, *_place(text, whole.start("name")), asked=bool(condition)))
            if condition and (sentence := _out_of_order(condition["word"], found.start(), open_at)):
                wrong.append(Unreadable(sentence, *_place(text, found.start())))
            at = whole.end()
        else:
            wrong.append(Unreadable(_instead(text, found.start()), *_place(text, found.start())))
            rest = BRACES.match(text, found.start())
            at = rest.end() if rest else found.end()
    wrong += [Unreadable("has an if that is never closed; write {% endif %} where it ends", *_place(text, start)) for start, _ in open_at]
    return tuple(calls), tuple(sorted(wrong, key=lambda one: (one.line, one.column)))


def _out_of_order(word: str | None, at: int, open_at: list[tuple[int, bool]]) -> str | None:
    """Keep track of the conditions that are open; why this part of one cannot stand here, in one sentence."""
    if word is None:
        open_at.append((at, False))
    elif not open_at or (word == "else" and open_at[-1][1]):
        return f"has {{% {word} %}} without an if before it; remove it"
    elif word == "else":
        open_at[-1] = (open_at[-1][0], True)
    else:
        open_at.pop()
    return None


def _instead(text: str, at: int) -> str:
    """What to write instead of what stands there."""
    found = BRACES.match(text, at)
    said = " ".join((found.group() if found else text[at:]).split())
    shown = said if len(said) <= MOST else f"{said[:MOST]}…"
    if text.startswith("{#", at):
        if named := HEADING_ID.match(text, at):
            return f"has {named.group()}, which begins a comment and swallows what follows; write {{: #{named['id']} }} for the id of a heading"
        return f"has '{shown}', which no reader would see although it is sealed; write a note for editors as <!-- … -->, and the brace itself as &#123;"
    if text.startswith("{%", at):
        asks = '{% if holds("roles.md") %}'
        return f"has '{shown}', which changes what readers see; a page calls macros, like {{{{ policy() }}}}, and asks nothing but {asks}"
    seen = "braces that readers are to see are written as &#123;&#123;, in code within <code>"
    return f"has '{shown}', which is no call of a macro; write its name and words in quotes, like {{{{ control(\"A.2.2\") }}}}; {seen}"


def _place(text: str, at: int) -> tuple[int, int]:
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
