"""Hostile text in every string of the data reaches a built page only as text."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from hostile import FORMATTED_MARK, LINE, LINES, MARK, NAMES, SUM, UNTOUCHED, Poisoned, completed, poison
from html_page import Page, nothing, read_site, squeezed
from projects import Built, build, copy_project

READABLE = tuple(map(squeezed, (LINES, LINE)))


@pytest.fixture(scope="module")
def poisoned(tmp_path_factory: pytest.TempPathFactory) -> tuple[Built, Poisoned]:
    """A site built from poisoned data, and where the poison is. Warnings do not end this build; a test of its own is about them."""
    project = copy_project(tmp_path_factory.mktemp("hostile") / "project")
    completed(project)
    where = poison(project)
    return build(project, 0, "--no-strict"), where


@pytest.fixture(scope="module")
def hostile_pages(poisoned: tuple[Built, Poisoned]) -> dict[str, Page]:
    return read_site(poisoned[0].folder)


def test_the_poison_is_in_every_kind_of_text(poisoned: tuple[Built, Poisoned]) -> None:
    """Only what names something is left out: a field with a pattern takes no payload, and any other has to be listed."""
    from macros.schema import FILES
    from macros.schema.fields import fields_of

    of_every_record = {"formerly", "ref"}
    fields, todo, seen = set(), [getattr(shape, "__args__", (shape,))[0] for shape in FILES.values()], set()
    while todo:
        model = todo.pop()
        if model not in seen:
            seen.add(model)
            todo += [plan.part for plan in fields_of(model) if plan.part]
            fields |= {(model.__name__, plan.name) for plan in fields_of(model) if plan.plain is str and not plan.ref}
    fields = {("Record", field[1]) if field[1] in of_every_record else field for field in fields}
    taken = {("Record", field[1]) if field[1] in of_every_record else field for field, count in poisoned[1].items() if count}
    refused = {("Record", field[1]) if field[1] in of_every_record else field for field, count in poisoned[1].items() if not count}
    ids = {(part, "seal") for part in ("Approval", "Review", "Reseal", "Closing")} | {
        ("Signer", "key"),
        ("SnapshotRetention", "version"),
        ("Account", "handle"),
        ("Rewrite", "commit"),
        ("Basis", "digests"),
    }
    assert refused <= {("HowDone", "section"), ("Version", "number"), ("Contact", "page"), ("Record", "formerly")} | ids
    not_written = fields - taken - refused - set(UNTOUCHED)
    nothing(sorted(field for field in not_written if field[1] not in NAMES | {"id"}))


def test_hostile_text_makes_the_build_warn_of_nothing(poisoned: tuple[Built, Poisoned]) -> None:
    nothing(sorted({line for line in poisoned[0].log.splitlines() if line.startswith(("WARNING", "ERROR"))}))


def test_no_element_comes_from_hostile_text(hostile_pages: dict[str, Page]) -> None:
    found = []
    for page in hostile_pages.values():
        found += [f"{page.path}: <script> {script[:80]}" for script in page.scripts if "pwned" in script or MARK in script]
        found += [f"{page.path}: <style> {style[:80]}" for style in page.styles if "pwned" in style]
        found += [f"{page.path}: <!--{comment[:80]}-->" for comment in page.comments if comment.strip() == "c" or "pwned" in comment]
        for tag in page.tags:
            given = tag.attributes
            handlers = [name for name in given if name.startswith("on")]
            address = "".join(given.get("href", given.get("src", "")).split()).lower()
            outside = address.startswith(("javascript:", "data:", "vbscript:")) or given.get("src") in {"x", "i.png"} or "x.png" in address
            if handlers or outside or given.get("id") == "own" or "red" in given.get("class", "").split():
                found.append(f"{page.path}:{tag.line} <{tag.name}> {str(given)[:160]}")
    nothing(found)


def test_no_jinja_of_hostile_text_is_worked_out(poisoned: tuple[Built, Poisoned]) -> None:
    folder = poisoned[0].folder
    texts = [file for file in folder.rglob("*") if file.suffix in {".html", ".json", ".xml"} or file.name == "search_index.js"]
    nothing(file.relative_to(folder) for file in texts if SUM in file.read_text(encoding="utf-8"))


def _whole_or_cut(rest: str) -> bool:
    """Whether the text stands there whole, or as far as a long message goes, which is cut with an ellipsis."""
    return rest.startswith(READABLE) or ("…" in rest and any(whole.startswith(rest.partition("…")[0]) for whole in READABLE))


def test_hostile_text_can_be_read_as_it_was_written(hostile_pages: dict[str, Page]) -> None:
    changed, shown = [], 0
    for page in hostile_pages.values():
        rests = page.words.split(f"{MARK} ")[1:]
        shown += len(rests)
        changed += [f"{page.path}: …{rest[:260]}" for rest in rests if not _whole_or_cut(rest)][:2]
    assert shown > 3000
    nothing(changed)


def test_formatted_text_shows_its_jinja_as_text(hostile_pages: dict[str, Page]) -> None:
    changed, shown = [], 0
    for page in hostile_pages.values():
        rests = page.words.split(f"{FORMATTED_MARK} ")[1:]
        shown += len(rests)
        changed += [f"{page.path}: …{rest[:200]}" for rest in rests if "{{ 111*991 }} {% raw %} | co|de {: onclick=" not in rest[:120]][:2]
    assert shown > 100
    nothing(changed)


def test_hostile_titles_stay_in_the_title(hostile_pages: dict[str, Page], poisoned: tuple[Built, Poisoned]) -> None:
    """What stands in <title> and in descriptions is text too, and search gets whole entries."""
    described = [tag for page in hostile_pages.values() for tag in page.tags if tag.name == "meta" and MARK in tag.attributes.get("content", "")]
    assert described
    index = json.loads((poisoned[0].folder / "search" / "search_index.json").read_text(encoding="utf-8"))
    assert any(MARK in entry["title"] for entry in index["docs"])


def test_nothing_hostile_runs_in_a_browser(
    browser: Any, poisoned: tuple[Built, Poisoned], hostile_pages: dict[str, Page], serve_folder: Callable[[Path], AbstractContextManager[str]]
) -> None:
    first: dict[str, str] = {}
    for path in sorted(hostile_pages):
        if "/" in path:
            first.setdefault(path.partition("/")[0], path)
    sample = ["index.html", "soa.html", "policy.html", "glossary.html", "gaps.html", "organisation.html", *first.values()]
    ran, context = [], browser.new_context()
    context.route("**/search_index.js*", lambda route: route.abort())  # large, and looked at below
    with serve_folder(poisoned[0].folder) as address:
        page = context.new_page()
        for path in sample:
            page.goto(f"{address}/{path}", wait_until="load")
            for search in page.locator(".register-tools input, .finder-search input").all():
                search.fill("payload")
            ran += [f"{path}: {value}" for value in [page.evaluate("window.pwned")] if value is not None]
    context.close()
    nothing(ran)


def test_nothing_hostile_runs_in_search_results(
    browser: Any, poisoned: tuple[Built, Poisoned], serve_folder: Callable[[Path], AbstractContextManager[str]]
) -> None:
    index = poisoned[0].folder / "search" / "search_index.js"
    whole = json.loads(index.with_suffix(".json").read_text(encoding="utf-8"))
    risks = [entry for entry in whole["docs"] if entry["location"].startswith("risks/")]  # the whole would take a minute to load
    index.write_text(f"var __index = {json.dumps(whole | {'docs': risks})}", encoding="utf-8")
    context = browser.new_context()
    with serve_folder(poisoned[0].folder) as address:
        page = context.new_page()
        page.goto(f"{address}/soa.html")
        page.locator("[data-md-component=search-query]").click()
        page.keyboard.type(MARK)
        results = page.locator(".md-search-result__item")
        results.first.wait_for(timeout=60_000)
        assert MARK in results.first.inner_text()
        page.wait_for_timeout(200)
        ran = page.evaluate("window.pwned")
    context.close()
    assert ran is None
