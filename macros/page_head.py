"""The head of a page, as MkDocs reads it: YAML between two lines of hyphens, which readers do not see. What it would swallow is found here."""

from __future__ import annotations

import re
from collections.abc import Iterator

from macros.templating import OPENING
from macros.yaml_source import Unreadable, read

HEAD = re.compile(r"\A-{3}[ \t]*\n(?P<yaml>.*?\n)(?:\.{3}|-{3})[ \t]*\n", re.S)
"""As `mkdocs.utils.meta` has it; a test holds the two together."""
KEY_WITHOUT_HYPHENS = re.compile(r"[ ]{0,3}[A-Za-z0-9_-]+:")
"""With a line like this at the very beginning MkDocs takes all up to the first empty line for data about the page."""
OFF = ("render_macros", "ignore_macros")
"""What would leave the calls of macros standing as they are written."""


def faults_of_head(text: str) -> Iterator[Unreadable]:
    """What is wrong with the head of a page, given its whole text with LF line ends."""
    found = HEAD.match(text)
    if found is None:
        if KEY_WITHOUT_HYPHENS.match(text):
            begins = text.partition("\n")[0][:40]
            yield Unreadable(f"begins with '{begins}', which is taken for data about the page and not shown; begin with the heading")
        return
    try:
        value, mark = read(found["yaml"])
    except Unreadable as fault:
        yield Unreadable(f"the head of the page {fault.message}", fault.line + 1, fault.column)
        return
    if not isinstance(value, dict):
        yield Unreadable("the head of the page holds no keys, so all of it would be shown; write key: value, or remove both lines of hyphens", 2)
        return
    assert isinstance(mark.inside, dict)
    for key, place in mark.inside.items():
        if key in OFF:
            yield Unreadable(f"has {key} in its head, with which readers would see calls of macros and not what they say; remove it", place.key_place[0] + 1)
    if brace := OPENING.search(found["yaml"]):
        line = found["yaml"].count("\n", 0, brace.start()) + 2
        yield Unreadable(f"has {brace.group()} in its head, where nothing is filled in; write the words themselves", line)
