"""What a text must not have, because a reader would not see it, or would see two texts at once: signs without a shape, and halves of a merge."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from html import unescape

from macros.yaml_source import LINE_BREAK, Unreadable, decode

JOINERS = "\u200c\u200d"
"""The zero width non-joiner and joiner, by which some scripts and pictograms choose the form of a letter."""
JOINED = re.compile("[\u0600-\u08ff\u0900-\u0dff\u0f00-\u0fff\u1000-\u109f\u1780-\u18af\ufb50-\ufdff\ufe70-\ufeff\U0001e900-\U0001e95f]")
"""Letters of the scripts in which they do: Arabic, Syriac, N'Ko, the scripts of India, Tibetan, Myanmar, Khmer, Mongolian, Adlam."""
SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
"""They choose the form of the sign before them, of pictograms and of Chinese characters."""
FLAG = re.compile("\U0001f3f4\U000e0067\U000e0062(?:\U000e0065\U000e006e\U000e0067|\U000e0073\U000e0063\U000e0074|\U000e0077\U000e006c\U000e0073)\U000e007f")
"""The flags of England, Scotland and Wales, which are written with letters that nobody sees."""
WITHOUT_SPACES = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
"""Letters of the scripts that have no spaces, and in which a zero width space says where a line may end: Thai, Lao, Myanmar, Khmer."""
BY_NUMBER = re.compile(r"&#(?:[0-9]+|x[0-9a-f]+);", re.I)
"""A character that a page names by its number."""
NO_WORDS = re.compile(
    r"<(?:script|style|template|noscript)\b[^<>]*>"
    r"|(?:<[a-z]|\{:?)(?:[^<>{}\"']|\"[^\"]*\"|'[^']*')*?"
    r"\s(?:hidden(?![\w-])|style\s*=\s*[\"']?[^\"'<>{}]*(?:display:\s*none|visibility:\s*hidden|(?:opacity|font-size):\s*0(?![.\d])))[^<>{}]*[>}]",
    re.I,
)
"""Elements of which nobody sees the words, and attributes that make it so, in HTML and behind an element in Markdown."""
HIDDEN = re.compile(
    "[\x85\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb"
    "\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e01ef]"
)
"""What has no shape: Unicode's format controls (category Cf), but for the signs of numbers and verses, the letters and marks that are empty, and line ends
that only some programs know."""
MONGOLIAN = "\u180b\u180c\u180d\u180e\u180f"
"""Signs by which a Mongolian letter takes another form."""
MARKER = re.compile(r"^(?:<{7,}|>{7,}|\|{7,})(?:[ \t].*)?$|^={7}$", re.M)
"""A line that git leaves where two changes contradict each other, at whatever depth. Seven `=` alone are one too; more are a heading."""

BINARY_LOOKS_AT = 8000
"""So many bytes git itself looks at for a NUL to tell a binary file from a text."""
MARKER_BYTES = re.compile(rb"^(?:<<<<<<<|>>>>>>>|=======|\|\|\|\|\|\|\|)", re.M)


def faults_in(text: str) -> Iterator[Unreadable]:
    """Everything in a text that nobody sees, and the first line that a merge left, with its place."""
    yield from (_fault(text, at, f"{unseen(text[at])}; remove it") for at in _invisible(text))
    if fault := _left_by_merge(text):
        yield fault


def named_by_number(text: str) -> Iterator[Unreadable]:
    """Every character of the text of a page that is written as its number, so that whoever edits sees that and readers see nothing."""
    for found in BY_NUMBER.finditer(text):
        if HIDDEN.fullmatch(sign := unescape(found.group())):
            said = f"has {found.group()}, and {unseen(sign)[4:]} is what it means"
            yield _fault(text, found.start(), f"{said}; remove it, or write the sign itself where a script needs it")


def kept_from_readers(text: str) -> Iterator[Unreadable]:
    """Every element of a page, given without its code, by which words stand in the text that is sealed and not before a reader."""
    for found in NO_WORDS.finditer(text):
        said = " ".join(found.group().split())
        yield _fault(text, found.start(), f"has {said[:60]}, by which readers may not see words that are sealed; write a note for editors as <!-- … -->")


def escaped(text: str) -> str | None:
    """Why a text that was read from a file in which nothing is invisible is refused: an escape stood for what nobody sees. None where it is not."""
    at = next(_invisible(text), None)
    return None if at is None else f"{unseen(text[at])}, written with a backslash; remove it"


def unseen(sign: str) -> str:
    """What is wrong with a text in which this sign stands."""
    return f"has the invisible character U+{ord(sign):04X} ({_name(sign)})"


def _left_by_merge(text: str) -> Unreadable | None:
    found = MARKER.search(text.replace("\r", "\n") if "\r" in text else text)
    if found is None:
        return None
    if found.group().startswith("="):
        hint = "keep one of the two texts and remove the line; a heading is written as # Heading"
        return _fault(text, found.start(), f"has '=======', which git leaves where two changes contradict each other: {hint}")
    left = f"has '{found.group()[:40].strip()}', which git leaves where two changes contradict each other: keep one of the two texts"
    return _fault(text, found.start(), f"{left} and remove the lines that begin with <<<<<<<, |||||||, ======= and >>>>>>>")


def left_by_merge(content: bytes) -> Unreadable | None:
    """The first line that a merge left in any file; None where there is none, or git would take the file for no text and merge nothing in it."""
    if is_binary(content) or not MARKER_BYTES.search(content):
        return None
    return _left_by_merge(content.decode(errors="replace"))


def faults_in_file(content: bytes) -> tuple[Unreadable, ...]:
    """The same of the bytes of a file, which most of the time have none. Raises `Unreadable` as `decode` does."""
    return tuple(faults_in(decode(content))) if not content.isascii() or MARKER_BYTES.search(content) else ()


def is_binary(content: bytes) -> bool:
    """Whether git takes a file with this content for no text."""
    return b"\0" in content[:BINARY_LOOKS_AT]


def _invisible(text: str) -> Iterator[int]:
    """Where the characters stand that have no shape and change none."""
    if text.isascii():
        return
    flags = {at for flag in FLAG.finditer(text) for at in range(*flag.span())}
    for found in HIDDEN.finditer(text):
        sign, before, after = found.group(), text[max(found.start() - 1, 0) : found.start()], text[found.end() : found.end() + 1]
        beside = (before, after)
        if sign in JOINERS:
            needed = any(JOINED.match(other) for other in beside) or all(other and _pictogram(other) for other in beside)
        elif sign == "\u200b":
            needed = all(WITHOUT_SPACES.match(other) for other in beside)
        elif SELECTORS.match(sign):
            needed = before != "" and (_pictogram(before) or before in "0123456789#*" or unicodedata.category(before) == "Lo")
        else:
            needed = sign in MONGOLIAN and "\u1800" <= before <= "\u18af"
        if not needed and found.start() not in flags:
            yield found.start()


def _pictogram(sign: str) -> bool:
    """Whether it is a symbol, like an emoji or an arrow, or belongs to one."""
    return unicodedata.category(sign) in {"So", "Sm", "Sk"} or sign in "\ufe0f\u203c\u2049"


def _name(sign: str) -> str:
    return unicodedata.name(sign, "without a name").lower()


def _fault(text: str, at: int, message: str) -> Unreadable:
    lines = LINE_BREAK.split(text[:at])
    return Unreadable(message, len(lines), len(lines[-1]) + 1)
