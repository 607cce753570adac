"""Texts in data files of which YAML reads only a part: behind a space, # begins a comment."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from macros import facts
from macros.finding import Finding
from macros.graph import Aims
from macros.problems import Place
from macros.schema import KIND
from macros.schema.documents import DatedRecord
from macros.starter import starter
from macros.yaml_source import Unreadable, decode, read, texts_in

COMMENT = re.compile(r"(?<=\S)(?:[ \t]+|[ \t]*\r?\n(?P<indent> +))#(?P<words>.*)$", re.M)
"""Behind a value, or below it where the text might go on."""
LINE_END = re.compile(r"[ \t]*\r?\n *")
BEFORE_A_VALUE = re.compile(r"\s*(?:-\s+)*(?:[\w-]+:)?\s*")
NOT_PLAIN = ("'", '"', "|", ">")
"""With what a value begins that # does not end."""
BINDING = frozenset({"evidence", "reason", "change", "why", "short", "conditions", "holder", "location"})
"""Fields by which somebody is bound, or where something can be seen; half of one is another one."""
SHOWN = 60


def text_whole(aims: Aims) -> Iterator[Finding]:
    """Every text is read as far as it was written: a # behind a space begins a comment, so a text that has one stands in quotes."""
    return (finding for binds, finding in _cut_off(aims) if not binds)


def binding_text_whole(aims: Aims) -> Iterator[Finding]:
    """The same of every text that binds somebody or says where something can be seen, like evidence, a reason, a condition, where it can still be mended."""
    return (finding for binds, finding in _cut_off(aims) if binds)


def _cut_off(aims: Aims) -> Iterator[tuple[bool, Finding]]:
    """Every text behind which a comment stands, and whether it binds."""
    for name in aims.loaded.with_comments:
        try:
            text = decode((aims.project / name).read_bytes())
            values, mark = read(text)
        except (Unreadable, OSError):
            continue
        texts, lines = sorted(texts_in(values, mark)), text.split("\n")
        for found in COMMENT.finditer(text):
            line = text.count("\n", 0, found.start()) + 1
            column = found.start() - text.rfind("\n", 0, found.start())
            before = [one for one in texts if one[:2] <= (line, column)][-1:]
            written = lines[line - 1][: column - 1]
            if not before or BEFORE_A_VALUE.fullmatch(written) or written.lstrip().startswith("#") or found["words"].strip() in _notes(aims):
                continue
            at, start, field, value = before[0]
            if found["indent"] and len(found["indent"]) <= _deep(lines[at - 1][: start - 1]):
                continue
            last = (written[start - 1 :] if at == line else written).strip()  # of a text over several lines, what stands on this one
            if value and value.endswith(last) and not lines[at - 1][start - 1 :].startswith(NOT_PLAIN):
                said = f"only '{last[-SHOWN:]}' is read, because # behind a space begins a comment"
                whole, quote = f"{last}{re.sub(LINE_END, ' ', found.group()).rstrip()}"[-SHOWN:], '"' if "'" in last + found["words"] else "'"
                elsewhere = "indent a comment no deeper than the key" if found["indent"] else "a comment stands on a line of its own"
                hint = f"put the text in quotes, like {quote}{whole}{quote}; {elsewhere}"
                yield field in BINDING and name not in _closed(aims), (Place(name, at, start), f"{field}: {said}; {hint}", ())


@cache
def _closed(aims: Aims) -> frozenset[str]:
    """The files of closed records, which nobody may mend any more."""
    return frozenset(entry.file for id, entry in aims.entries.items() if isinstance(entry.part, DatedRecord) and facts.closing_of(aims, id))


def _deep(before: str) -> int:
    """How deep a line must not be indented that is no more a part of a text, given what stands before the text on its first line."""
    begins = re.match(r"\s*(?:-\s+)*", before)
    assert begins
    if before[begins.end() :]:  # its key
        return begins.end()
    return before.rfind("-") if "-" in before else len(before) - 1


@cache
def _notes(aims: Aims) -> frozenset[str]:
    """What the templates for new records say behind values."""
    lines = (line for kind in KIND for line in starter(aims, kind, "x").splitlines())
    return frozenset(note.strip() for line in lines if (note := line.partition("  # ")[2]))
