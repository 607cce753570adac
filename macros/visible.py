"""What a text must not have, because a reader would not see it, or would see two texts at once: signs without a shape, and halves of a merge."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from macros.yaml_source import LINE_BREAK, Unreadable, decode

JOINERS = "\u200c\u200d"
"""The zero width non-joiner and joiner, by which some scripts and pictograms choose the form of a letter."""
JOINED = re.compile("[\u0600-\u08ff\u0900-\u0dff\u0f00-\u0fff\u1000-\u109f\u1780-\u18af\ufb50-\ufdff\ufe70-\ufeff\U0001e900-\U0001e95f]")
"""Letters of the scripts in which they do: Arabic, Syriac, N'Ko, the scripts of India, Tibetan, Myanmar, Khmer, Mongolian, Adlam."""
SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
"""They choose the form of the sign before them, of pictograms and of Chinese characters."""
HIDDEN = re.compile(
    "[\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb"
    "\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e01ef]"
)
"""What has no shape: Unicode's format controls (category Cf), but for the signs of numbers and verses, and the letters and marks that are empty."""
MONGOLIAN = "\u180b\u180c\u180d\u180e\u180f"
"""Signs by which a Mongolian letter takes another form."""
MARKER = re.compile(r"^(?:<{7,}|>{7,}|\|{7,})(?:[ \t].*)?$|^={7}$", re.M)
"""A line that git leaves where two changes contradict each other, at whatever depth. Seven `=` alone are one too; more are a heading."""

BINARY_LOOKS_AT = 8000
"""So many bytes git itself looks at for a NUL to tell a binary file from a text."""
MARKER_BYTES = re.compile(rb"^(?:<<<<<<<|>>>>>>>|=======|\|\|\|\|\|\|\|)", re.M)


def faults_in(text: str) -> Iterator[Unreadable]:
    """Everything in a text that nobody sees, and the first line that a merge left, with its place."""
    if not text.isascii():
        yield from (_fault(text, at, f"has the invisible character U+{ord(text[at]):04X} ({_name(text[at])}); remove it") for at in _invisible(text))
    if fault := _left_by_merge(text):
        yield fault


def _left_by_merge(text: str) -> Unreadable | None:
    found = MARKER.search(text.replace("\r", "\n") if "\r" in text else text)
    if found is None:
        return None
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
    for found in HIDDEN.finditer(text):
        sign, before, after = found.group(), text[max(found.start() - 1, 0) : found.start()], text[found.end() : found.end() + 1]
        if sign in JOINERS:
            needed = any(JOINED.match(other) or _pictogram(other) for other in (before, after) if other)
        elif SELECTORS.match(sign):
            needed = before != "" and (_pictogram(before) or before in "0123456789#*" or unicodedata.category(before) == "Lo")
        else:
            needed = sign in MONGOLIAN and "\u1800" <= before <= "\u18af"
        if not needed:
            yield found.start()


def _pictogram(sign: str) -> bool:
    """Whether it is a symbol, like an emoji or an arrow, or belongs to one."""
    return unicodedata.category(sign) in {"So", "Sm", "Sk"} or sign in "\ufe0f\u203c\u2049"


def _name(sign: str) -> str:
    return unicodedata.name(sign, "without a name").lower()


def _fault(text: str, at: int, message: str) -> Unreadable:
    lines = LINE_BREAK.split(text[:at])
    return Unreadable(message, len(lines), len(lines[-1]) + 1)
