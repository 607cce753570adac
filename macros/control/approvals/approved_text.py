"""The approved text of a document whose page holds something else: a draft, or an unapproved change.

It is taken from the newest commit that has the seal of the version in force, with its macros filled in by the records of that commit.
"""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from jinja2 import Environment, StrictUndefined

from macros import facts
from macros.audience import earlier
from macros.blocks import WrongCall
from macros.checks import NEEDED
from macros.control.git import Commit, Git, GitError
from macros.control.history import history_of
from macros.escape import markdown_text
from macros.facts import Validity
from macros.graph import Aims
from macros.page_head import HEAD
from macros.prose import DEFINITION, LINK, OUTSIDE, REFERENCE, without_code
from macros.render import label
from macros.schema.documents import Document, Version
from macros.yaml_source import Unreadable, decode

FOLDER = "documents/approved/"
ANCHOR = re.compile(r"<a\b[^>]*?\bhref=\"(?P<target>[^\"]*)\"[^>]*>(?P<words>.*?)</a>", re.S)
HEADING = re.compile(r"^(?=#{1,5}[ \t])", re.M)


@dataclass(frozen=True)
class Approved:
    """The approved text of a document: of which version, from which commit, and its Markdown, escaped and without macros."""

    version: Version
    commit: Commit
    text: str
    address: str
    """The path below `docs/` of its page."""


MacrosAt = Callable[[Aims, str], Mapping[str, Callable[..., str]]]
"""The macros that a page may call, by name: from the state that fills them and the address of the page."""


class Unavailable(Exception):
    """The approved text cannot be had; the text says why."""


def approved_texts(aims: Aims, macros: MacrosAt) -> dict[str, Approved | str]:
    """For every document whose files hold another text than the sealed one in force, by its id: that text, or the reason why it cannot be had.
    Raises what filling its macros raises, but for calls that today's macros do not take: those are such a reason."""
    found: dict[str, Approved | str] = {}
    for document in aims.all(Document):
        version = facts.version_in_force(aims, document)
        if version and _is_elsewhere(aims, document, version):
            try:
                found[document.id] = _from_history(aims, document, version, macros)
            except (Unavailable, GitError) as reason:
                found[document.id] = str(reason)
    return found


def missing(aims: Aims, approved: Mapping[str, Approved | str]) -> Iterator[str]:
    """A sentence for every document whose page holds another text than the one in force, which it cannot offer, with the reason; or the one why git
    does not read the history. It depends on what this clone holds, so it is for who works here and never on a page."""
    try:
        history_of(aims)
    except GitError as error:
        yield f"{error}. What only the history knows is missing here"
        return
    for document in aims.all(Document):
        why, version = approved.get(document.id), facts.version_in_force(aims, document)
        if version and isinstance(why, str):
            yield f"{document.id} {document.title}: version {version.number} is in force, its files hold another text, and the portal cannot offer it: {why}"


def _is_elsewhere(aims: Aims, document: Document, version: Version) -> bool:
    """Whether the text of the version in force is to be looked for in the history: it was sealed, applies, and is not what the files hold."""
    gone = facts.validity(aims, document) in {Validity.superseded, Validity.withdrawn}
    return document.kind.needs_approval and not gone and facts.text_matches(aims.whole or aims, document, version) is False


def _from_history(aims: Aims, document: Document, version: Version, macros: MacrosAt) -> Approved:
    """The text of a version from the newest commit that holds what was sealed. Raises `Unavailable`, and `GitError` for a damaged history."""
    history = history_of(aims.whole or aims)
    if history is None:
        raise Unavailable(Git((aims.whole or aims).project).lacking)
    commit = history.commit_of(document, version)
    if commit is None:
        part = "; this clone holds only a part of the history, so run: git fetch --unshallow" if history.git.shallow else ""
        raise Unavailable(f"no commit of the history here holds what was sealed{part}")
    try:
        text = _text(aims, earlier(aims, history.at(commit)), document.id, macros)
    except (Unavailable, Unreadable, WrongCall):  # an older text may call what newer code does not know
        raise Unavailable(f"commit {commit.id[:10]} holds it in a form that cannot be shown any more") from None
    return Approved(version, commit, text, f"{FOLDER}{document.id}.md")


def _text(aims: Aims, then: Aims, id: str, macros: MacrosAt) -> str:
    """The pages of a document as they were, one after the other; the files themselves where it had no page. Raises `Unavailable` where its files
    cannot all be read today, so that something would be missing from the text."""
    document = then.find(id, Document)
    names = then.sources_of(document) if document else ()
    if not names or any(problem.place.file in names for problem in then.loaded.problems):
        raise Unavailable("a part of it cannot be read")
    read = {name: decode((then.project / name).read_bytes()).replace("\r\n", "\n") for name in names if name in then.pages or name in then.data_files}
    pages = [_page(aims, then, name, text, f"{FOLDER}{id}.md", macros) for name, text in read.items() if name in then.pages]
    found = "\n\n".join(pages or [f"**{markdown_text(name)}**\n\n<pre>{markdown_text(text)}</pre>" for name, text in read.items()])
    if not found:
        raise Unavailable("there is nothing to show")
    return found


def _page(aims: Aims, then: Aims, name: str, text: str, here: str, macros: MacrosAt) -> str:
    """One page as it was: macros filled in by the records of then, headings one level lower, links only where they lead somewhere today."""
    body = HEAD.sub("", text)
    body = _replaced(REFERENCE, body, lambda found: _reference(aims, then, found))
    if "{{" in body or "{%" in body:
        if not all((then.whole or then).has(part) for part in NEEDED):
            raise Unavailable("a macro may need a part that was not there then")
        body = _filled(body, macros(then, here))
    body = _replaced(HEADING, body, lambda found: "#")
    body = _replaced(DEFINITION, body, lambda found: "")
    body = _replaced(LINK, body, lambda found: _link(aims, then, name, found))
    return ANCHOR.sub(lambda found: _anchor(aims, here, found), body)


def _filled(text: str, macros: Mapping[str, Callable[..., str]]) -> str:
    """A text with its macros filled in. Raises what a macro raises, and `Unavailable` for what Jinja cannot make of the rest: a text can ask for any
    expression, like `{{ 1 / 0 }}`."""
    mistakes: list[Exception] = []

    def watched(macro: Callable[..., str]) -> Callable[..., str]:
        def called(*arguments: str) -> str:
            try:
                return macro(*arguments)
            except Exception as mistake:
                mistakes.append(mistake)
                raise

        return called

    try:
        template = Environment(undefined=StrictUndefined, keep_trailing_newline=True).from_string(text)
        return template.render({name: watched(macro) for name, macro in macros.items()})
    except Exception as error:
        if error in mistakes:
            raise
        raise Unavailable(f"an expression in it fails: {error}") from None


def _replaced(pattern: re.Pattern[str], text: str, by: Callable[[re.Match[str]], str]) -> str:
    """A text with what a pattern finds outside code and comments replaced."""
    for found in reversed(list(pattern.finditer(without_code(text)))):
        at = pattern.match(text, found.start())
        if at:
            text = text[: at.start()] + by(at) + text[at.end() :]
    return text


def _reference(aims: Aims, then: Aims, found: re.Match[str]) -> str:
    """A reference to a record that is there today, as it is; any other by its words, or what the record was called."""
    if aims.id_now(found["id"]) in (aims.whole or aims).entries:
        return found.group()
    record = then.get(found["id"])
    return str(markdown_text(found["words"] or (label(record) if record else found["id"])))


def _link(aims: Aims, then: Aims, page: str, found: re.Match[str]) -> str:
    """A link or image of a page that was at `page`, made to lead there from the root; its words where it leads nowhere today."""
    target, words = found["target"].strip("<>"), found["words"]
    if OUTSIDE.match(target):
        return found.group()
    path, _, anchor = target.partition("#")
    if not path:
        return found.group() if anchor in then.pages[page].anchors else words
    from_root = path.lstrip("/") if path.startswith("/") else posixpath.normpath(posixpath.join(posixpath.dirname(page), path)).removeprefix("docs/")
    if found["image"]:
        return f"![{words}](/{from_root})" if _same_file(aims, then, f"docs/{from_root}") else words
    return f"[{words}](/{there})" if (there := _today(aims, from_root, anchor)) else words


def _today(aims: Aims, page: str, anchor: str) -> str | None:
    """The address below `docs/` of a page that is there today, with the anchor if that is known to be there; None where the page is not."""
    if page not in aims.page_addresses and f"docs/{page}" not in aims.files:
        return None
    known = anchor and (f"{page}#{anchor}" in _addresses(aims) or (f"docs/{page}" in aims.pages and anchor in aims.pages[f"docs/{page}"].anchors))
    return f"{page}#{anchor}" if known else page


@cache
def _addresses(aims: Aims) -> frozenset[str]:
    return frozenset(aims.address(id) for id in aims.entries)


def _same_file(aims: Aims, then: Aims, name: str) -> bool:
    return name in aims.files and name in then.files and (aims.project / name).read_bytes() == (then.project / name).read_bytes()


def _anchor(aims: Aims, here: str, found: re.Match[str]) -> str:
    """A link that is written as HTML, which templates do inside tables; its words where it leads nowhere today."""
    target = html.unescape(found["target"])
    if OUTSIDE.match(target) or target.startswith("#"):
        return found.group()
    path = posixpath.normpath(posixpath.join(posixpath.dirname(here), target.partition("#")[0]))
    return found.group() if posixpath.splitext(path)[0] + ".md" in aims.page_addresses else found["words"]
