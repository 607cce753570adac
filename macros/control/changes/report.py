"""Changes as text for a terminal, Markdown for a comment on a pull request, a page of HTML, and JSON. Markup is in templates/changes_*.j2."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from rich.console import Console
from rich.text import Text

from macros.control.changes.comparison import Changes, RecordChange
from macros.control.changes.documents import DocumentChange
from macros.control.changes.fields import FieldChange
from macros.control.changes.in_words import say
from macros.control.changes.redline import Edit, Mark
from macros.control.changes.texts import TextChange
from macros.problems import printable
from macros.render import TEMPLATES

MOST_IN_A_COMMENT = 60_000
"""Hosts refuse a comment of more than 65,536 characters."""
STYLE = {Mark.same: "", Mark.removed: "red strike", Mark.added: "green bold"}
BRACKETS = {Mark.same: ("", ""), Mark.removed: ("[-", "-]"), Mark.added: ("{+", "+}")}
NOT_PLAIN = re.compile(r"[^A-Za-z0-9 ,.;:()/?'\u0080-\U0010ffff-]")
CALLS_SOMEBODY = re.compile(r"(&#(?:33|35|36|37|38|64|126);|:(?=//)|\bwww(?=\.)|\bGH(?=-))")


def comment_text(value: Any) -> Markup:
    """Any value as plain text in a comment: no Markdown, no HTML, and nothing that a host takes for a mention (@somebody), a reference (#12, !12) or an
    address. A reader sees no difference; between the sign and the word stands a space of no width."""
    text = NOT_PLAIN.sub(lambda found: "<br>" if found.group() == "\n" else f"&#{ord(found.group())};", str(value))
    return Markup(CALLS_SOMEBODY.sub("\\1\u200b", text))


# -- text -----------------------------------------------------------------------------------------------------------------------


def text(changes: Changes, console: Console) -> None:
    """Print the changes for reading. What was removed stands in [-…-], what was added in {+…+}, with and without colour."""
    for line in _lines(changes):
        console.print(line, soft_wrap=True, highlight=False)


def _lines(changes: Changes) -> Iterator[Text]:
    yield Text(printable(f"{say('title', old=changes.old, new=changes.new)}: "), "bold").append(changes.summary)
    if changes.documents:
        yield Text(f"\n{say('documents')}", "bold underline")
    for document in changes.documents:
        yield from _document(document)
    for group in changes.groups:
        yield Text(f"\n{group.title}", "bold underline")
        for record in group.records:
            yield from _record(record)
    for title, gaps in ((say("gaps_closed"), changes.gaps_closed), (say("gaps_opened"), changes.gaps_opened)):
        if gaps:
            yield Text(f"\n{title}", "bold underline")
            yield from (Text(printable(f"  {gap}")) for gap in gaps)


def _document(document: DocumentChange) -> Iterator[Text]:
    yield _head(document.name, document.mark)
    for version in document.versions:
        yield Text(printable(f"    {version.sentence}"))
        yield Text(printable(f"      {say('why')} {version.reason}"))
    if document.unapproved:
        yield Text("    Changed without a new version: nobody has approved this content yet", "yellow")
    if document.validity:
        yield Text(printable(f"    {say('validity', before=document.validity[0], now=document.validity[1])}"))
    for field in document.fields:
        yield from _field(field)
    for closing in document.closed:
        yield Text(printable(f"    {closing.sentence}"))
    for page in document.texts:
        yield from _page(page)
    for file in document.files:
        yield Text(printable(f"    {file.sentence}"))


def _record(record: RecordChange) -> Iterator[Text]:
    yield _head(record.title, record.mark, record.kind, record.where)
    if record.moved:
        yield Text(printable(f"    {record.moved}"))
    if record.mark is not Mark.added:
        for field in record.fields:
            yield from _field(field)


def _head(title: str, mark: Mark, kind: str = "", document: str = "") -> Text:
    said = f" – {f'{kind}, ' * bool(kind)}{mark}{f' (in {document})' * bool(document)}"
    return Text(printable(f"  {title}"), "bold").append(printable(said), "not bold")


def _field(field: FieldChange) -> Iterator[Text]:
    for edit in field.edits:
        yield Text(printable(f"    {field.label}: ")).append_text(_edit(edit))


def _page(page: TextChange) -> Iterator[Text]:
    was = f", was {page.was}" if page.was else ""
    yield Text(printable(f"    {page.title} ({page.path}{was}) – {page.mark}"))
    for edit, section in zip(page.edits, page.sections, strict=True):
        yield Text(printable(f"      In “{section}”: " if section else "      ")).append_text(_edit(edit))


def _edit(edit: Edit) -> Text:
    line = Text(edit.lead)
    for number, piece in enumerate(edit.shown):
        before, after = BRACKETS[piece.mark]
        line.append(" " * (number > 0 and piece.mark is Mark.added and line.plain.endswith("-]")))
        line.append(before + printable(piece.text.replace("\n", " ")) + after, STYLE[piece.mark])
    return line


# -- markup ---------------------------------------------------------------------------------------------------------------------


@cache
def _environment(finalize: Callable[[Any], Any] | None = None) -> Environment:
    return Environment(loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, autoescape=True, finalize=finalize, trim_blocks=True, lstrip_blocks=True)


def _finalize(value: Any) -> Any:
    return value if hasattr(value, "__html__") else comment_text(value)


def markdown(changes: Changes) -> str:
    """Markdown for a comment on a pull request, long parts collapsed. What does not fit into one comment is left out, and that is said."""
    template = _environment(_finalize).get_template("changes_comment.md.j2")
    for detail, most in ((2, 10_000), (1, 10_000), (0, 10_000), (0, 50), (0, 10)):
        found = template.render(say=say, changes=changes, detail=detail, most=most)
        if len(found) <= MOST_IN_A_COMMENT:
            break
    return found


def html(changes: Changes) -> str:
    """A page of HTML that needs nothing else."""
    return _environment().get_template("changes_page.html.j2").render(say=say, changes=changes)


def as_json(changes: Changes) -> str:
    """The same values for programs."""
    return json.dumps({**dataclasses.asdict(changes), "summary": changes.summary}, ensure_ascii=False, indent=1)
