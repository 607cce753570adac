"""Permissions are never prose: whether a system may be used is decided, ends, and is withdrawn, and a sentence in a text knows nothing of that."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from macros.finding import Finding
from macros.graph import Aims
from macros.problems import Place
from macros.prose import without_code
from macros.schema.systems import System
from macros.yaml_source import Unreadable, decode

PERMITS: dict[str, tuple[str, ...]] = {
    "English": (
        "may use",
        "may be used",
        "may only be used",
        "may only use",
        "may now be used",
        "may not use",
        "may not be used",
        "must not use",
        "must not be used",
        "can be used",
        "cannot be used",
        "do not use",
        "is allowed",
        "are allowed",
        "is not allowed",
        "allowed to use",
        "is permitted",
        "is not permitted",
        "is forbidden",
        "is prohibited",
        "is approved for",
        "is released for",
        "is banned",
    ),
    "German": (
        "darf verwendet werden",
        "darf nur",
        "darf benutzt werden",
        "darf genutzt werden",
        "dürfen verwenden",
        "dürfen nutzen",
        "darf nicht",
        "dürfen nicht",
        "ist erlaubt",
        "ist nicht erlaubt",
        "ist zugelassen",
        "ist verboten",
        "ist untersagt",
        "ist freigegeben",
    ),
    "French": ("peut être utilisé", "peuvent utiliser", "ne peut pas être utilisé", "est autorisé", "n'est pas autorisé", "est permis", "est interdit"),
    "Spanish": (
        "puede usarse",
        "puede utilizarse",
        "pueden usar",
        "no puede usarse",
        "está permitido",
        "no está permitido",
        "está prohibido",
        "está autorizado",
    ),
    "Polish": ("można używać", "nie można używać", "wolno używać", "nie wolno używać", "jest dozwolone", "jest zabronione", "jest dopuszczony"),
    "Portuguese": (
        "pode ser usado",
        "pode ser utilizado",
        "podem usar",
        "não pode ser usado",
        "é permitido",
        "não é permitido",
        "é proibido",
        "está autorizado",
    ),
}
"""By the language of a document, the words with which a text says that something may be used or not."""
NOT_ONE = re.compile(r"<!--[ \t]*not a permission:(?P<why>[^\n]*?)-->")
"""What switches it off for the paragraph in which it stands, with the reason."""
PARAGRAPH = re.compile(r"(?:[^\n]*\S[^\n]*(?:\n|\Z))+")
BETWEEN = r"(?:\s|[*_]|&nbsp;|</?\w+>)+"
"""What may stand between two words that are read together."""
SENTENCE = re.compile(r"(?:[^.!?|]|[.!?](?!\s))+[.!?|]*")


def permission_not_in_prose(aims: Aims) -> Iterator[Finding]:
    """No text states in its own words that a system may be used or not, right after it names the system: the decision ends or changes and the text does not.
    It calls the macro `use` for the system instead."""
    for page in aims.pages.values():
        document = aims.document_of(page.path)
        words = _words(document.language if document else "English")
        if not words:
            continue
        try:
            text = decode((aims.project / page.path).read_bytes()).replace("\r\n", "\n")
        except (Unreadable, OSError):
            continue
        for at, system, said in _stated(aims, text, words):
            line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
            message = (
                f"'{said}' states a permission for {system.id} {system.title} in words that stay when the decision ends; "
                f'write {{{{ use("{system.id}") }}}} for what is decided, or above it <!-- not a permission: why -->'
            )
            yield Place(page.path, line, column), message, (system.id,)


def _stated(aims: Aims, text: str, words: re.Pattern[str]) -> Iterator[tuple[int, System, str]]:
    """Where a permission is stated in the sentence that names a system or in the next one, for which system, in which words."""
    bare = without_code(text)
    for paragraph in PARAGRAPH.finditer(text):
        off = NOT_ONE.search(text, paragraph.start(), paragraph.end())
        if off and off["why"].strip():
            continue
        before: System | None = None
        row = False
        for sentence in SENTENCE.finditer(bare, paragraph.start(), paragraph.end()):
            named = _named(aims, sentence.group())
            if row and sentence.group().startswith("\n"):
                before = None  # the next row of a table
            if (system := named or before) and (found := words.search(bare, sentence.start(), sentence.end())):
                yield found.start(), system, " ".join(found.group().split())
            row = sentence.group().endswith("|")
            before = named or (before if row else None)  # a row may name it in its first cell


def _named(aims: Aims, sentence: str) -> System | None:
    """The system that a sentence names last by its id."""
    ids = [id for id in re.findall(r"[A-Za-z0-9][A-Za-z0-9-]*", sentence) if id in _systems(aims)]
    return _systems(aims)[ids[-1]] if ids else None


@cache
def _systems(aims: Aims) -> dict[str, System]:
    return {system.id: system for system in aims.all(System)}


@cache
def _words(language: str) -> re.Pattern[str] | None:
    """The pattern of the words of a language, however the lines are broken; None for one that is not known here."""
    phrases = PERMITS.get(language.split()[0].capitalize() if language.split() else "", ())
    return re.compile(rf"\b(?:{'|'.join(BETWEEN.join(map(re.escape, phrase.split())) for phrase in phrases)})\b", re.I) if phrases else None
