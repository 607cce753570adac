"""What an audience may not read, and where in a built site it stands all the same.

Every text of a record, part and page above the audience is searched for in every file of the site, whatever its format, unless the same words
also stand in a file that the audience may read.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from projects import ROOT

SHORTEST = 12
"""Shorter texts, like a title of one word, occur by chance."""
TAG = re.compile(r"<[^>]*>")
ANCHOR = re.compile(r"[a-z]+(-[a-z]+)+")
INLINE = re.compile(r"</?(?:a|abbr|b|code|em|i|mark|small|span|strong|time)\b[^>]*>")
ESCAPE = re.compile(r"\\u[0-9a-fA-F]{4}|\\[nrt\"/\\]")
MARKUP = re.compile(r"\{\{.*?\}\}|[*`|#>]+|\[\[(\S+?)(?:\s+([^\]]*))?\]\]|\[([^\]]*)\]\([^)]*\)", re.S)
WORD = re.compile(r"\w+")
SENTENCE = re.compile(r"(?<=[.!?:;])\s+|\n\s*\n|\s\|\s|\n\s*(?:[-*]|\d+\.)\s")
SOURCES = ("macros", "overrides", "mkdocs.yml")
"""What is not about the organisation, and may occur anywhere."""


def folded(text: str) -> str:
    """A text with every run of white space as one space, without the punctuation around it."""
    return " ".join(text.split()).strip(" |.,:;!?")


def texts_of(value: Any) -> Iterator[str]:
    """Every text in the plain values of a part."""
    if isinstance(value, str):
        yield folded(value)
        yield from (folded(without_markup(sentence)) for sentence in SENTENCE.split(value))
    elif isinstance(value, dict):
        for inner in value.values():
            yield from texts_of(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from texts_of(inner)


def without_markup(text: str) -> str:
    """Markdown as a reader sees its words, roughly: references and links by their words."""
    return MARKUP.sub(lambda found: found.group(2) or found.group(3) or " ", text)


def sentences(page: Path) -> Iterator[str]:
    """Every sentence of a Markdown page, as written and without its markup."""
    text = page.read_text(encoding="utf-8")
    for sentence in SENTENCE.split(re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.S)):
        yield folded(sentence)
        yield folded(without_markup(sentence))


def confidential(whole: Any, edition: Any) -> set[str]:
    """The texts that only stand above the audience of `edition`."""
    here = {id(entry) for entry in edition.loaded.entries}
    hidden, shown = set(), set()
    for entry in whole.loaded.entries:
        (shown if id(entry) in here else hidden).update(texts_of(entry.part.model_dump(mode="json")))
    for entry in edition.loaded.entries:  # the organisation's own name and contacts
        shown.update(texts_of(entry.part.model_dump(mode="json")))
    for name in whole.pages:
        (shown if name in edition.pages else hidden).update(sentences(whole.project / name))
    harmless = folded(" ".join([*shown, *(entry.file for entry in edition.loaded.entries), *_own_words()])).casefold()
    harmless += "\n" + harmless.replace("-", " ")  # the words of an id, like those of a role
    candidates = {text: text.replace("-", " ").casefold() if ANCHOR.fullmatch(text) else text.casefold() for text in hidden if len(text) >= SHORTEST}
    known = set(_threes(harmless))  # the first and the last word may be a part of one
    return candidates.keys() - {text for text, sought in candidates.items() if known.issuperset([*_threes(sought)][1:-1]) and sought in harmless}


def _own_words() -> Iterator[str]:
    for source in SOURCES:
        path = ROOT / source
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.suffix in {".py", ".j2", ".html", ".js", ".css", ".yml"}:
                yield file.read_text(encoding="utf-8")


def readings(file: Path) -> str:
    """The content of a file in every way in which words may be hidden in it: as it is, unescaped, and without tags."""
    raw = file.read_bytes().decode("utf-8", errors="replace")
    plain = html.unescape(ESCAPE.sub(_unescaped, raw))
    spaced, joined = TAG.sub(" ", plain), TAG.sub(" ", INLINE.sub("", plain))
    return "\n".join(folded(reading) for reading in (plain, spaced, joined))


def _unescaped(found: re.Match[str]) -> str:
    return _character(found.group())


@cache
def _character(escape: str) -> str:
    return str(json.loads(f'"{escape}"', strict=False)) if not re.match(r"\\u[dD][89a-fA-F]", escape) else escape


def leaks(site: Path, texts: set[str]) -> list[str]:
    """`file: text` for every text that stands in a file of the site, or in a file's name."""
    files = sorted(path for path in site.rglob("*") if path.is_file())
    contents = {file: readings(file) + "\n" + file.relative_to(site).as_posix() for file in files}
    known = set().union(*map(_threes, contents.values()))  # most texts are told apart by three words of them
    likely = [text for text in texts if all(three in known for three in _threes(text))]
    return [f"{file.relative_to(site)}: {text[:120]}" for file, content in contents.items() for text in likely if text in content]


def _threes(text: str) -> Iterator[tuple[str, str, str]]:
    words = WORD.findall(text)
    return zip(words, words[1:], words[2:], strict=False)
