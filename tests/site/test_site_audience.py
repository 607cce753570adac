"""Editions: the site for the public and the site for staff hold no word of what stands above them, and are whole sites all the same."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from pathlib import Path
from typing import Any

import pytest
from classified import CONFIDENTIAL, SECRET, classified
from command import run_aims
from confidential import confidential, leaks, readings
from html_page import Page, nothing, read_site, squeezed
from invented import copy_base
from projects import EPOCH, TODAY, Built, build, copy_project, files_of, run_build
from repository import buildable

EDITIONS = ("public", "staff")


def built_for(reader: str, project: Path) -> Built:
    """A strict build for an audience."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AIMS_AUDIENCE", reader)
        return build(project)


def dead_links(site: Built, pages: dict[str, Page]) -> list[str]:
    """Every link and everything loaded that leads from the pages of a site to no file of it."""
    found, files = [], set(files_of(site.folder))
    for page in pages.values():
        for tag, address in page.links():
            target = page.target(address)
            if target and target[0] not in files:
                found.append(f"{page.path}:{tag.line} <{tag.name}> {address}")
    return found


# -- the smallest project -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def mills(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Built]:
    """The smallest project with secrets in it, built by the command for every audience."""
    project = classified(buildable(copy_base(tmp_path_factory.mktemp("mill"))))
    sites = {}
    for reader in (*EDITIONS, "auditor"):
        done = run_aims("build", "--audience", reader, "--today", TODAY, cwd=project, SOURCE_DATE_EPOCH=EPOCH)
        assert done.returncode == 0, done.stderr
        copy = project.with_name(reader)
        copy.mkdir()
        sites[reader] = Built(project, (project / "site").rename(copy / "site"), done.stderr)
    return sites


@pytest.mark.parametrize(("reader", "word"), [("public", SECRET), ("staff", CONFIDENTIAL)])
def test_no_file_and_no_name_of_a_file_holds_a_planted_secret(mills: dict[str, Built], reader: str, word: str) -> None:
    site = mills[reader].folder
    files = [path for path in site.rglob("*") if path.is_file()]
    assert len(files) > 50
    nothing(path.relative_to(site) for path in files if word in path.as_posix()[len(site.as_posix()) :].lower() or word.encode() in path.read_bytes().lower())


@pytest.mark.parametrize(("reader", "word"), [("auditor", SECRET), ("auditor", CONFIDENTIAL), ("staff", SECRET)])
def test_who_may_read_it_does(mills: dict[str, Built], reader: str, word: str) -> None:
    site = mills[reader].folder
    holders = {name for name in files_of(site) if re.search(rf"\b{word}\b", readings(site / name))}
    expected = {"index.html", "search/search_index.json", "systems/SYS-01.html", "hush.html", "hush.svg"}
    if word == CONFIDENTIAL:
        expected = {"index.html", "search/search_index.json", "risks/R-001.html", "records/REC-001.html", "plans/hushhush.html", "plans/hushhush.svg"}
    assert expected <= holders


@pytest.mark.parametrize("reader", EDITIONS)
def test_every_link_of_an_edition_leads_somewhere(mills: dict[str, Built], reader: str) -> None:
    nothing(dead_links(mills[reader], read_site(mills[reader].folder)))


def test_links_to_what_is_left_out_are_plain_text(mills: dict[str, Built]) -> None:
    page = read_site(mills["public"].folder)["index.html"]
    assert "See AIMS-POL-01 AI policy, R-001 and the stones, the plan, the second plan," in page.words
    assert "the page of a risk, SYS-01, boss and a rule." in page.words
    assert "A drawing of the mill" in page.words
    assert "A photograph" in page.words
    assert [tag.attributes["src"] for tag in page.tags if tag.name == "img"] == ["door.svg"]
    nothing(address for _, address in page.links() if re.search(r"R-001|REC-001|SYS-01|roles/|plans/|hush", address))


def test_blocks_about_what_is_left_out_say_so_and_do_not_say_that_there_is_none(mills: dict[str, Built]) -> None:
    public = read_site(mills["public"].folder)
    assert public["index.html"].words.count("Not part of this edition.") == 7  # risks, records, plan, systems, organisation, finder, evidence
    assert "Not decided" not in public["index.html"].words
    for page in (*public.values(), *read_site(mills["staff"].folder).values()):
        for claim in ("0 risks", "0 systems", "No risk names this system", "No result is recorded yet", "none yet", "no dated record yet"):
            assert claim not in page.words, f"{page.path}: {claim}"


def test_the_auditor_edition_is_the_site_as_it_is_without_any(mills: dict[str, Built], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AIMS_AUDIENCE", raising=False)
    plain = build(mills["auditor"].project)
    assert digests(plain.folder) == digests(mills["auditor"].folder)


def digests(folder: Path) -> dict[str, str]:
    """Every file of a folder with the digest of its bytes."""
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in files_of(folder)}


def test_a_wrong_audience_ends_the_build_with_a_sentence(mills: dict[str, Built], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIMS_AUDIENCE", "everybody")
    done = run_build(mills["public"].project)
    assert done.returncode == 1
    assert "AIMS_AUDIENCE is 'everybody', which is not an audience; write public, staff, auditor" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_command_knows_the_audiences(mills: dict[str, Built]) -> None:
    done = run_aims("build", "--audience", "everybody", cwd=mills["public"].project)
    assert done.returncode == 2
    assert "'everybody' is not one of 'public', 'staff', 'auditor'" in done.stderr
    assert "Traceback" not in done.stderr


# -- the project as it is -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=EDITIONS)
def reader(request: pytest.FixtureRequest) -> str:
    """For whom."""
    return str(request.param)


@pytest.fixture(scope="module")
def edition(reader: str, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The site of the project as it is, for an audience."""
    return built_for(reader, copy_project(tmp_path_factory.mktemp(reader) / "project"))


@pytest.fixture(scope="module")
def edition_pages(edition: Built) -> dict[str, Page]:
    """Every page of it, by its path."""
    return read_site(edition.folder)


@pytest.fixture(scope="module")
def records(edition: Built, reader: str) -> tuple[Any, Any]:
    """The whole management system, and what the audience reads of it."""
    from macros import audience
    from macros.graph import build as build_graph

    whole = build_graph(edition.project, dt.date.fromisoformat(TODAY))
    return whole, audience.edition(whole, audience.Audience(reader))


def test_no_file_holds_a_text_from_above_the_audience(edition: Built, records: tuple[Any, Any]) -> None:
    texts = confidential(*records)
    assert len(texts) > 500
    nothing(leaks(edition.folder, texts))


def test_nothing_from_above_the_audience_has_a_page(edition_pages: dict[str, Page], records: tuple[Any, Any]) -> None:
    whole, aims = records
    hidden = {address.partition("#")[0].removesuffix(".md") + ".html" for address in whole.page_addresses - aims.page_addresses}
    assert hidden
    nothing(sorted(hidden & edition_pages.keys()))


def test_an_edition_warns_of_nothing_and_its_links_lead_somewhere(edition: Built, edition_pages: dict[str, Page]) -> None:
    nothing(line for line in edition.log.splitlines() if re.search(r"\b(WARNING|ERROR)\b", line))
    nothing(dead_links(edition, edition_pages))


def test_every_page_says_for_whom_it_is_and_whom_to_call(edition_pages: dict[str, Page], records: tuple[Any, Any], reader: str) -> None:
    phone = squeezed(records[0].organisation.urgent_contact.phone)
    said = f"{reader.capitalize()} edition"
    nothing(page.path for page in edition_pages.values() if said not in page.words or phone not in page.words)


def test_the_public_is_not_led_to_the_source(edition_pages: dict[str, Page], reader: str) -> None:
    repository = [page.path for page in edition_pages.values() for _, address in page.links() if address.startswith("https://git.")]
    assert bool(repository) is (reader == "staff")


def test_the_search_finds_no_page_that_is_left_out(edition: Built, edition_pages: dict[str, Page]) -> None:
    import json

    index = json.loads((edition.folder / "search/search_index.json").read_text(encoding="utf-8"))
    nothing({entry["location"].partition("#")[0] for entry in index["docs"]} - edition_pages.keys() - {""})


def test_what_is_searched_for_is_found_where_it_stands(tmp_path: Path) -> None:
    """The search itself: whatever the format, however escaped, across tags and line ends."""
    secrets = {"The merger & its price", "nobody may know of this", "a \"quoted\" secret thing", "split over tags and lines"}  # fmt: skip
    (tmp_path / "a.html").write_text("<p>The merger &amp; its\n price</p><p>split <em>over</em> ta<b>gs</b> and\nlines</p>", encoding="utf-8")
    (tmp_path / "b.json").write_text('["a \\"quoted\\" secret thing", "\\u006eobody may know of this"]', encoding="utf-8")
    assert sorted({line.partition(": ")[2] for line in leaks(tmp_path, secrets)}) == sorted(secrets)
    assert not leaks(tmp_path, {"something that is not there"})
