"""Published snapshots in a real browser: comparing two, and what holds for all their pages."""

from __future__ import annotations

import json
from typing import Any

import pytest
from accessible import violations
from html_page import nothing
from published import HOSTILE, Published, compare_again
from snapshot_pages import WITHOUT_OWN_SHA256, banner, compare, verify, words

from macros.control.changes.comparison import Changes, Group, RecordChange, as_data
from macros.control.changes.documents import Approver, Closing, DocumentChange, Evidence, VersionNews
from macros.control.changes.fields import FieldChange
from macros.control.changes.redline import Edit, Mark
from macros.control.changes.texts import FileChange, FileMark
from macros.control.snapshots.inline_scripts import of_pages


def test_two_snapshots_are_compared(page: Any, address: str) -> None:
    place = compare(page, address, "latest")
    assert words(place.locator(".summary")) == "Changes from 2026.1 to 2026.2: 2 documents changed; records: 1 added, 1 changed, 1 removed."
    heads = [words(head) for head in place.locator("h3").all()]
    assert f"R-003 {HOSTILE} added Risk, in AIMS-REG-01 Everything that runs, version 1.0" in heads  # as text
    assert "R-002 Dust in the air removed Risk, in AIMS-REG-01 Everything that runs, version 1.0" in heads
    assert place.locator("img, b, script").count() == 0
    risk = place.locator("article", has_text="R-001 Stones")
    assert words(risk.locator("li strong")) == "Description:"
    assert [risk.locator(tag).inner_text() for tag in ("del", "ins")] == ["stone", "<b>pebble</b>"]
    policy = place.locator("article", has_text="docs/policy.md")
    assert [item.inner_text() for item in policy.locator("del").all()] == ["once", "month"]
    assert [item.inner_text() for item in policy.locator("ins").all()] == ["twice", "week", "1 < 2 & <b> is no mark."]
    assert "AI policy: Every mill stone is checked" in words(policy)  # with the heading above
    assert place.get_by_role("link", name="R-002 Dust in the air").get_attribute("href") == f"{address}/2026.1/risks/R-002.html"
    assert place.get_by_role("link", name="R-001 Stones in the flour").get_attribute("href") == f"{address}/2026.2/risks/R-001.html"


def test_any_two_can_be_chosen_and_linked_to(page: Any, address: str) -> None:
    place = compare(page, address, "latest", "?from=2026.2&to=2026.1")
    assert words(place.locator(".summary")).startswith("Changes from 2026.1 to 2026.2: 2 documents changed; records: 1 added, 1 changed, 1 removed."), (
        "the newer is compared with the older"
    )
    page.locator("select[name=to]").select_option("2026.3")
    page.locator(".summary", has_text="Changes from 2026.2 to 2026.3: 1 document changed.").wait_for()
    assert page.url.endswith("?from=2026.2&to=2026.3")
    page.locator("select[name=to]").select_option("2026.2")
    assert words(place.locator(".summary")) == "Choose two different snapshots."
    page.goto(f"{address}/latest/compare.html?from=<b>&to=2026.2")
    page.get_by_text("There is no snapshot <b>; choose from the list.").wait_for()


def test_a_new_version_of_a_document_is_told_with_its_reason_and_approval(page: Any, address: str) -> None:
    place = compare(page, address, "latest")
    article = place.locator("article", has_text="Version 1.1")
    assert words(article.locator("h3")) == "AIMS-POL-01 AI policy changed"
    approved = "approved by Boss (TM-001) on 2026-07-02 (Minutes of 2026-07-02), in force from 2026-07-10. Why: Stones twice a week."
    assert f"Version 1.1, written by Writer, {approved}" in words(article)
    assert place.locator("h3 a", has_text="AIMS-POL-01").count() == 1  # a new version alone is not told twice
    place = compare(page, address, "2026.3", "?from=2026.2&to=2026.3")
    assert "Version 1.2, written by Writer, not approved yet. Why: Stones every day." in words(place.locator("article"))


def test_a_state_cannot_lead_elsewhere(page: Any, tampered: tuple[Published, str]) -> None:
    copy, address = tampered
    file = copy.folder / "2026.2/aims.json"
    state = json.loads(file.read_bytes())
    for record, elsewhere in zip(state["records"], ["javascript:alert(1)", "https://example.org/", "../../", "//example.org/"] * 99, strict=False):
        record |= {"digest": "0", "title": HOSTILE, "address": elsewhere}
    file.write_text(json.dumps(state), encoding="utf-8")
    compare_again(copy.folder)
    place = compare(page, address, "latest")
    assert HOSTILE in words(place)
    links = [link.get_attribute("href") for link in place.get_by_role("link").all()]
    nothing([link for link in links if not link.startswith((f"{address}/2026.1/", f"{address}/2026.2/"))])
    assert place.locator("img, script").count() == 0


def test_a_renumbered_record_is_not_shown_as_removed_and_added(page: Any, tampered: tuple[Published, str]) -> None:
    copy, address = tampered
    file = copy.folder / "2026.2/aims.json"
    state = json.loads(file.read_bytes())
    system = next(record for record in state["records"] if record["id"] == "SYS-01")
    system |= {"id": "SYS-09", "address": "systems/SYS-09.html"}
    file.write_text(json.dumps(state), encoding="utf-8")
    compare_again(copy.folder)
    heads = [words(head) for head in compare(page, address, "latest").locator("h3").all()]
    assert [head for head in heads if "SYS-0" in head] == ["SYS-09 Grain Sorter moved AI system, in AIMS-REG-01 Everything that runs, version 1.0; was SYS-01"]


def test_a_moved_page_is_not_shown_as_removed_and_added(page: Any, tampered: tuple[Published, str]) -> None:
    copy, address = tampered
    file = copy.folder / "2026.2/aims.json"
    file.write_text(file.read_text(encoding="utf-8").replace("docs/risks.md", "docs/register/risks.md"), encoding="utf-8")
    compare_again(copy.folder)
    place = compare(page, address, "latest")
    moved = place.locator("p", has_text="was docs/risks.md, is docs/register/risks.md")
    assert words(moved.locator(".state")) == "moved"


@pytest.mark.parametrize(
    ("versions", "says"),
    [(None, "Comparing needs the web server that publishes the snapshots"), (1, "2026.3 is the only snapshot so far.")],
)
def test_there_has_to_be_something_to_compare(page: Any, tampered: tuple[Published, str], versions: int | None, says: str) -> None:
    copy, address = tampered
    file = copy.folder / "versions.json"
    listed = json.loads(file.read_bytes())
    file.unlink() if versions is None else file.write_text(json.dumps(listed[:versions]), encoding="utf-8")
    page.goto(f"{address}/latest/compare.html")
    page.locator(".compare .state").wait_for()
    assert says in words(page.locator(".compare"))


def test_that_nothing_changed_is_said(page: Any, tampered: tuple[Published, str]) -> None:
    copy, address = tampered
    (copy.folder / "2026.1/aims.json").write_bytes((copy.folder / "2026.2/aims.json").read_bytes())
    compare_again(copy.folder)
    assert "Nothing changed." in words(compare(page, address, "latest"))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "could not be fetched: the server answered 404."),
        ("[]", "does not hold a comparison of 2026.1 with 2026.2 that this page can read (format 1)."),
        ("{", "is not JSON."),
    ],
)
def test_a_comparison_that_cannot_be_read_is_named(page: Any, tampered: tuple[Published, str], content: str | None, says: str) -> None:
    copy, address = tampered
    file = copy.folder / "compare/2026.2/2026.1.json"
    file.unlink() if content is None else file.write_text(content, encoding="utf-8")
    page.goto(f"{address}/latest/compare.html")
    page.get_by_text("Cannot be compared").wait_for()
    said = words(page.locator(".compare .summary"))
    assert said == f"Cannot be compared {address}/compare/2026.2/2026.1.json {says} “aims changes 2026.1 2026.2” compares them too."


def test_every_difference_is_said_with_the_words_of_the_engine(page: Any, tampered: tuple[Published, str]) -> None:
    """What a version, a closing, a file or a move can be: the page says it word by word as Python does."""
    copy, address = tampered
    people = (Approver("Boss", "TM-001", "2026-02-03"), Approver("Writer", "TM-002", "2026-02-04"))
    evidence = [*((code, ()) for code in Evidence), (None, ("Minutes", "Letter"))]
    versions = tuple(
        VersionNews("1.1", "Writer", holder, "", approvals, approved, code, named, day, "So.")
        for holder, approvals, approved, day in [("", (), True, None), ("TM-002", people[:1], True, "2026-03-01"), ("", people, False, None)]
        for code, named in evidence
    )
    closed = tuple(Closing("2026-05-04", "Boss", "TM-001", tuple(f"REC-{number} Record" for number in range(many)), ()) for many in (1, 4, 5))
    files = tuple(FileChange(mark, "docs/a.txt", "docs/b.txt") for mark in FileMark)
    fields = (FieldChange(("Owner", "Boss"), (Edit(Mark.moved, ()), Edit(Mark.changed, ()))),)
    document = DocumentChange(Mark.changed, "", "", None, versions, ("In force", "Changed"), fields, closed, (), files, True)
    moves = [
        {"was": "R-1"},
        {"was": "R-1", "renamed": True},
        {"was": "R-1", "renamed": True, "was_in": "a.yaml", "file": "b.yaml"},
        {"was_in": "a", "file": "b"},
    ]
    records = tuple(
        RecordChange(Mark.moved, f"R-{at}", "Risk", "Risk", "Risks", None, "POL Policy", "1.0" * (at % 2), **move) for at, move in enumerate(moves, 2)
    )
    found = Changes("2026.1", "2026.2", (document,), (Group("Risks", records),), ("gap",), ("hole",))
    differences = {key: value for key, value in vars(found).items() if key not in {"old", "new"}}
    written = json.dumps({"format": 1, "from": "2026.1", "to": "2026.2", "engine": {}, "differences": differences}, default=as_data)
    (copy.folder / "compare/2026.2/2026.1.json").write_text(written, encoding="utf-8")
    place = compare(page, address, "latest")
    assert words(place.locator(".summary")) == f"Changes from 2026.1 to 2026.2: {found.summary}"
    assert [words(item) for item in place.locator("article").first.locator("li").all()] == [
        *(f"{version.sentence}. Why: So." for version in versions),
        "It was: In force. Now: Changed.",
        *(f"{fields[0].label}: {moved}only the order or the line breaks changed" for moved in ("moved: ", "")),
        *(closing.sentence for closing in closed),
        *(file.sentence for file in files),
    ]
    assert words(place.locator("h3").first) == "Pages that belong to no document changed"
    assert [words(small) for small in place.locator("h3 small").all()] == [f"Risk, in {record.where}; {record.moved}" for record in records]
    assert [words(head) for head in place.locator("h2").all()] == ["Documents", "Risks", "Gaps closed", "Gaps opened"]


# -- the policy under which the site is served, and for everybody ---------------------------------------------------------------


def test_everything_works_under_a_strict_content_security_policy(fresh_page: Any, address: str, published: Published) -> None:
    hashes = " ".join(f"'{value}'" for value in of_pages(file.read_text(encoding="utf-8") for file in (published.folder / "2026.1").rglob("*.html")))
    policy = f"default-src 'self'; script-src 'self' {hashes}; style-src 'self'; img-src 'self' data:; base-uri 'none'"

    def guarded(route: Any) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, headers={**answer.headers, "content-security-policy": policy})

    said: list[str] = []
    fresh_page.on("console", lambda message: said.append(message.text) if "Content Security Policy" in message.text else None)
    fresh_page.add_init_script(WITHOUT_OWN_SHA256)  # so that the bundled script is loaded too
    fresh_page.route("**/*.html*", guarded)
    assert verify(fresh_page, address, "2026.1").startswith("Consistent with itself")
    banner(fresh_page)
    compare(fresh_page, address, "2026.1", "?from=2026.1&to=2026.2")
    fresh_page.locator(".md-version__current").focus()
    fresh_page.locator(".md-version__link", has_text="2026.2").click()
    fresh_page.wait_for_url("**/2026.2/compare.html*")
    nothing(said)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_the_pages_are_accessible_and_fit(tab: Any, tampered: tuple[Published, str], width: int, scheme: str, readable: set[str]) -> None:
    copy, address = tampered
    (copy.folder / "2026.1/risks/R-002.html").unlink()
    (copy.folder / "2026.1/soa.html").write_text("", encoding="utf-8")
    tab.set_viewport_size({"width": width, "height": 844})
    tab.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    verify(tab, address, "2026.1", copy.digests["2026.1"])
    banner(tab)
    report = [f"verify, with a banner and faults: {line}" for line in violations(tab, readable)]
    compare(tab, address, "2026.3", "?from=2026.1&to=2026.2")
    tab.locator(".md-version__current").focus()
    tab.wait_for_timeout(400)  # the list fades in
    report += [f"compare, with the selector open: {line}" for line in violations(tab, readable)]
    assert tab.locator(".md-version__link").first.is_visible()
    nothing(report)
