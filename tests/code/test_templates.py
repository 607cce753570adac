"""Every name in a template is there: by the types of what fills it, in every branch; and by rendering all of them, where a missing one is an error."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, get_origin, get_type_hints

import pytest
from classified import classified
from invented import BASE, DAY, ROOT, apply
from jinja2 import Environment, FileSystemLoader, StrictUndefined, nodes
from repository import commit
from template_types import Walk, fields_of

from macros import facts
from macros.audience import Audience, edition
from macros.blocks import Block, WrongCall
from macros.calls import macros_of
from macros.control.changes.comparison import Changes
from macros.control.snapshots.root import Published
from macros.ended import NoLonger, Over
from macros.export.nginx import Server
from macros.facts import Validity
from macros.graph import build
from macros.pages import KnownAs, Moved, record_pages
from macros.problems import Problem
from macros.render import TEMPLATES, Renderer
from macros.schema import KIND
from macros.schema.documents import Document
from macros.site import Errors, Failure, PageContext, Site, build_of
from macros.views import ANY_RECORD, BLOCKS, RECORDS
from macros.views.document_control import ApprovedHead, document_block

THEME = ROOT / "overrides"
RENDERER = Renderer(build(BASE, DAY))
ENVIRONMENT = Environment(loader=FileSystemLoader([TEMPLATES, THEME]))
POLICY, PROCEDURE = "aims_data/documents/AIMS-POL-01.yaml", "aims_data/documents/AIMS-PRO-01.yaml"

BLOCK = {**BLOCKS, **{f"record {kind}": block for kind, block in RECORDS.items()}, "record": ANY_RECORD}
FILLED: dict[str, tuple[str, dict[str, Any]]] = {
    **{name: (block.template, fields_of(get_type_hints(block.view)["return"])) for name, block in BLOCK.items()},
    "approved text": ("approved_text.md.j2", fields_of(ApprovedHead)),
    "errors": ("errors.md.j2", fields_of(Errors)),
    "failure": ("failure.md.j2", fields_of(Failure)),
    "withheld": ("withheld.md.j2", {}),
    "ended": ("over.md.j2", fields_of(Over)),
    "known as": ("known_as.md.j2", fields_of(KnownAs)),
    "moved": ("moved.md.j2", fields_of(Moved)),
    "no longer": ("no_longer.md.j2", fields_of(NoLonger)),
    "comment": ("changes_comment.md.j2", {"say": Callable[..., str], "changes": Changes, "detail": int, "most": int}),
    "page of changes": ("changes_page.html.j2", {"say": Callable[..., str], "changes": Changes}),
    "snapshots": ("snapshots.html.j2", {"published": tuple[Published, ...], "start": str | None}),
    "snapshot removed": ("disposed.html.j2", {"one": Published}),
    "not found": ("not_found.html.j2", {"root": str}),
    "archive": ("archive.txt.j2", {"one": Published, "name": str, "count": int}),
    "server": ("nginx.conf.j2", {**fields_of(Server), "policy": str, "shared": str}),
    "theme": ("main.html", {"aims": PageContext | None, "config": Any, "page": Any}),
}
"""Every template with the types of the names that it is filled with."""
UNTYPED = {"main.html": "config and page are MkDocs's", "disposed.html.j2": "a manifest is JSON", "snapshots.html.j2": "the same", "archive.txt.j2": "the same"}
"""Where the walk says nothing about some attributes, and why."""


@cache
def walk(name: str, source: Callable[[str], str] | None = None) -> Walk:
    """A walk over one of the templates; `source`: another text for it, or for a template that it uses."""
    found = {name: Callable[..., get_type_hints(value).get("return", Any)] if callable(value) else type(value) for name, value in ours().items()}
    walk = Walk(ENVIRONMENT, source or text_of, found)
    walk.globals = {**found, "p": walk.module("_parts.md.j2", found)}
    template, fields = FILLED[name]
    return walk.template_with(template, fields)


def ours() -> dict[str, Any]:
    """The names that the renderer gives to every template, but for the module `p`."""
    return {name: value for name, value in RENDERER.environment.globals.items() if name not in {*Environment().globals, "p"}}


def text_of(template: str) -> str:
    """The text of a template."""
    return ENVIRONMENT.loader.get_source(ENVIRONMENT, template)[0]  # type: ignore[union-attr]  # there is a loader


@pytest.mark.parametrize("name", FILLED)
def test_every_name_in_a_template_is_there(name: str) -> None:
    walked = walk(name)
    assert walked.faults == []
    assert {read for read in walked.untyped if read.split(":")[0] not in UNTYPED} == set(), "annotate what fills it, so that a misspelt name is found"


def test_no_template_is_left_out() -> None:
    filled = {template for template, _ in FILLED.values()}
    used = {"_parts.md.j2", "redline.j2", "partials/document-control.html"}
    there = {path.name for path in TEMPLATES.glob("*.j2")} | {path.relative_to(THEME).as_posix() for path in THEME.rglob("*.html")}
    assert filled | used == there


def test_every_field_of_a_view_is_read_by_a_template() -> None:
    """And every macro of a template is called."""
    fields: dict[str, set[str]] = {}
    called, defined = set(), set()
    for name, block in BLOCK.items():
        walked, view = walk(name), get_type_hints(block.view)["return"]
        unread = fields.setdefault(str((get_origin(view) and block.view) or view), set(fields_of(view)))
        unread -= walked.read
        called |= walked.called
    for name in ("comment", "page of changes"):
        called |= walk(name).called
    for path in TEMPLATES.glob("*.j2"):
        defined |= {(path.name, macro.name) for macro in ENVIRONMENT.parse(path.read_text(encoding="utf-8")).find_all(nodes.Macro)}
    assert {view: unread for view, unread in fields.items() if unread} == {}
    assert defined - called == set()


@pytest.mark.parametrize(
    ("name", "template", "right", "wrong", "sentence"),
    [
        ("risks", "risks.md.j2", "{{ rows|length }}", "{{ row|length }}", "nothing is called 'row' here"),
        ("risks", "risks.md.j2", "row.risk.owner", "row.risk.ownr", "'ownr' is nothing that Risk has"),
        ("record risk", "risk.md.j2", "badge(step.row.status.state)", "badge(step.row.status.stat)", "'stat' is nothing that ControlStatus has"),
        ("risks", "_parts.md.j2", "level-{{ term.value }}", "level-{{ term.valeu }}", "'valeu' is nothing that Level has"),
        ("risks", "risks.md.j2", "p.legend(levels)", "p.legnd(levels)", "'legnd' is nothing that _parts.md.j2 has"),
        ("risks", "risks.md.j2", "p.legend(levels)", "p.legend(levels, 1)", "the macro 'legend' is called with what it does not take"),
        ("risks", "risks.md.j2", "table|length", "table|lenght", "the filter 'lenght' is unknown to the walk over templates"),
        ("systems", "systems.md.j2", 'selectattr("assessment")', 'selectattr("assesment")', "'assesment' is nothing that SystemRow has"),
        ("finder", "finder.md.j2", "uses.do_not", "uses.dont", "'dont' is nothing that type has"),
        ("theme", "partials/document-control.html", "set row = c.row", "set row = c.rows", "'rows' is nothing that DocumentControl has"),
        ("theme", "main.html", "aims.changed %}", "aims.change %}", "'change' is nothing that PageContext has"),
    ],
)
def test_a_misspelt_name_is_found(name: str, template: str, right: str, wrong: str, sentence: str) -> None:
    """In a view, in what a view holds, in a macro, in a test on elements, in a vocabulary, in the theme."""
    text = text_of(template)
    assert text.count(right) == 1
    faults = walk(name, lambda asked: text.replace(right, wrong) if asked == template else text_of(asked)).faults
    assert f"{template}:{text[: text.index(right)].count(chr(10)) + 1}: {sentence}" in faults


# -- rendered -------------------------------------------------------------------------------------------------------------------


def calls_of(block: Block) -> list[list[str]]:
    """The arguments of every call of a block that the smallest project can make."""
    return [[value] for value in block.argument.values(RENDERER.aims)] if block.argument else [[]]


def test_a_wrong_call_says_how_to_be_right() -> None:
    """The check says the same for every page of today; this is for texts of then."""
    macros = macros_of(build_of(RENDERER.aims), RENDERER, lambda: "index.md")
    with pytest.raises(WrongCall, match=r"^the macro 'control' is called with 'A\.9\.9', which is not the id of a control$"):
        macros["control"]("A.9.9")
    with pytest.raises(WrongCall, match=r"^the macro 'policy' takes 0 arguments, not 1$"):
        macros["policy"]("A.2.2")


@pytest.mark.parametrize("reader", Audience)
@pytest.mark.parametrize("levels", [False, True], ids=["as it is", "with three levels"])
def test_everything_can_be_rendered(project: Path, reader: Audience, levels: bool) -> None:
    """Every block with every argument, and the page of every record."""
    made = build_of(edition(build(classified(project) if levels else project, DAY), reader))
    renderer = Renderer(made.aims)
    macros = macros_of(made, renderer, lambda: "index.md")
    for name, block in BLOCKS.items():
        for arguments in calls_of(block):
            assert isinstance(macros[name](*arguments), str)
    pages = dict(record_pages(made, renderer))
    shown = {kind.id for kind in KIND.values() for record in made.aims.all(kind.model) if made.aims.address(record.id) in pages}
    if reader is Audience.auditor:
        assert shown >= {kind.id for kind in KIND.values() if "#" not in kind.page} - {"control"}, "a control has a page of its own in docs/"


VALIDITIES: dict[Validity, tuple[str, dict[str, Any]]] = {
    Validity.in_force: ("AIMS-POL-01", {}),
    Validity.provisional: ("AIMS-POL-01", {POLICY: [["        on: 2026-02-03\n", "        on: 2026-02-03\n        provisional_until: 2026-06-30\n"]]}),
    Validity.approved: ("AIMS-POL-01", {POLICY: [["effective_from: 2026-02-10", "effective_from: 2026-12-01"]]}),
    Validity.submitted: ("AIMS-POL-01", {POLICY: [["    effective_from", "    submitted: {by: writer, holder: TM-002, on: 2026-02-04}\n    effective_from"]]}),
    Validity.draft: ("AIMS-POL-01", {}),
    Validity.changed: ("AIMS-POL-01", {"docs/policy.md": "# AI policy\n\nOther words.\n"}),
    Validity.record: ("AIMS-POL-01", {POLICY: [["kind: policy", "kind: record"]]}),
    Validity.living: ("AIMS-REG-01", {}),
    Validity.kept: ("AIMS-EXT-01", {}),
    Validity.portal: ("AIMS-PRT-01", {}),
    Validity.superseded: ("AIMS-POL-01", {PROCEDURE: [["supersedes: [AIMS-PRO-90]", "supersedes: [AIMS-PRO-90, AIMS-POL-01]"]]}),
    Validity.withdrawn: ("AIMS-POL-01", {POLICY: [["versions:", "withdrawn: {by: boss, on: 2026-05-01, reason: Enough.}\nversions:"]]}),
}
"""A document in each state, and the change that brings it there."""


@pytest.mark.parametrize("validity", Validity)
def test_a_document_is_rendered_in_every_state(project: Path, validity: Validity) -> None:
    """Its page, and the block of the theme on the page that shows it."""
    id, change = VALIDITIES[validity]
    apply(project, change)
    if validity in {Validity.submitted, Validity.draft}:
        path = project / POLICY
        before, rest = path.read_text(encoding="utf-8").split("    approvals:\n")
        path.write_text(before + rest[rest.index("Minutes of 2026-02-03\n") + len("Minutes of 2026-02-03\n") :], encoding="utf-8")
    made = build_of(build(project, DAY))
    document = made.aims.find(id, Document)
    assert document
    assert facts.validity(made.aims, document) is validity
    assert validity.meaning.split(";")[0] in without_entities(dict(record_pages(made, Renderer(made.aims)))[f"documents/{id}.md"])
    block = document_block(made, next(iter(made.aims.sources_of(document)), ""))
    assert (block is None) is (validity is Validity.kept), "what is kept elsewhere has no page of its own"
    if block:
        assert block.row.validity_words in themed(block, made.aims.today)


def without_entities(text: str) -> str:
    """A text as a reader sees it."""
    return text.replace("&#45;", "-").replace("&#44;", ",").replace("&#46;", ".").replace("&#59;", ";")


def themed(block: Any, today: dt.date) -> str:
    """The block of the theme around a page; in MkDocs a missing name would be nothing at all."""
    environment = Environment(loader=FileSystemLoader(THEME), undefined=StrictUndefined)
    environment.filters["url"] = lambda address: address
    return environment.get_template("partials/document-control.html").render(aims=PageContext(block, None, "Staff edition", None))


def test_what_stands_in_place_of_a_page_is_rendered(mill: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An approved text, the list of errors, a failure, what an edition leaves out."""
    monkeypatch.setenv("AIMS_TODAY", DAY.isoformat())
    draft = "  - number: '1.1'\n    written_on: 2026-05-02\n    change: A draft.\n"
    commit(mill, "A draft", **{"docs/policy.md": "# AI policy\n\nOther.\n", POLICY: (mill / POLICY).read_text(encoding="utf-8") + draft})
    site = Site(mill, None, None, {}, serving=True)
    assert "documents/approved/AIMS-POL-01.md" in dict(site.generated_files())
    context = site.page_context("documents/approved/AIMS-POL-01.md")
    assert context and "Approved, in force from 2026-02-10" in themed(context.control, DAY)
    context = site.page_context("policy.md")
    assert context and "This text is a draft of version 1.1" in themed(context.control, DAY)
    site.failure = "Traceback\n  here"
    assert "here" in site.page_markdown("", "index.md", {})
    apply(mill, {PROCEDURE: [["owner: boss", "owner: nobody"]]})
    broken = Site(mill, None, None, {}, serving=True)
    assert isinstance(broken.errors[0], Problem) and "line 5" in broken.page_markdown("", "index.md", {})
    assert Renderer(site.aims).render("withheld.md.j2", None, "index.md") == "*Not part of this edition.*"


def test_a_role_that_is_its_own_holder_is_named_once(project: Path) -> None:
    """A group has no staff code and is called like its role."""
    for holder, words in (("boss", "Boss</a> on"), ("TM-001", "Boss</a> (TM-001) on")):
        apply(project, {"aims_data/decisions/R-001/accepted-2026-05-01.yaml": {"holder": holder}})
        aims = build(project, DAY)
        page = dict(record_pages(build_of(aims), Renderer(aims)))["risks/R-001.md"]
        assert words in re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1</a>", html.unescape(page))
