"""What an audience may read: by the classification of the document to which a file belongs, and nothing that only follows from the rest."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import markdown
import pytest
from classified import CONFIDENTIAL, SECRET, classified
from invented import DAY, apply
from repository import committed

from macros import facts, views
from macros.audience import Audience, NoEdition, audience, earlier, edition, gaps_of_edition, plain, pruned, readdressed
from macros.control.approvals.register import records_changed
from macros.due import all_due
from macros.facts import Validity
from macros.graph import Aims, Withheld, build
from macros.links import References
from macros.pages import record_pages
from macros.problems import Grade, Place, Problem
from macros.render import Renderer
from macros.schema.controls import Decision
from macros.schema.documents import Document
from macros.schema.organisation import Organisation
from macros.schema.risks import Risk
from macros.schema.standard import Clause
from macros.seal import seal_of
from macros.site import Site, build_of, problems_of

Read = Callable[..., Aims]


@pytest.fixture
def read(project: Path) -> Read:
    """`read("staff", changes)`: what an audience reads of the classified project, after changes."""
    classified(project)

    def make(reader: str, change: dict[str, Any] | None = None, day: dt.date = DAY) -> Aims:
        apply(project, change or {})
        return edition(build(project, day), Audience(reader))

    return make


# -- who reads what -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("word", "expected"), [(None, "auditor"), ("", "auditor"), ("auditor", "auditor"), ("staff", "staff"), ("public", "public")])
def test_the_audience_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch, word: str | None, expected: str) -> None:
    if word is None:
        monkeypatch.delenv("AIMS_AUDIENCE", raising=False)
    else:
        monkeypatch.setenv("AIMS_AUDIENCE", word)
    assert audience() == Audience(expected)


def test_an_unknown_audience_is_refused_with_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIMS_AUDIENCE", "Staff")
    with pytest.raises(NoEdition, match="AIMS_AUDIENCE is 'Staff', which is not an audience; write public, staff, auditor"):
        audience()


@pytest.mark.parametrize(
    ("reader", "seen", "unseen"),
    [
        ("public", {"AIMS-REG-01", "A.2.2", "IP-01"}, {"AIMS-REG-02", "SYS-01", "boss", "T-01", "AIMS-REG-03", "R-001", "REC-001", "TR-01"}),
        ("staff", {"AIMS-REG-02", "SYS-01", "boss", "T-01", "U-01"}, {"AIMS-REG-03", "R-001", "REC-001", "TR-01"}),
    ],
)
def test_a_record_has_the_classification_of_the_document_of_its_file(read: Read, reader: str, seen: set[str], unseen: set[str]) -> None:
    aims = read(reader)
    assert seen <= aims.entries.keys()
    assert not unseen & aims.entries.keys()
    assert not [link for links in aims.links_to.values() for link in links if {link.source, link.target} & unseen]
    assert "docs/plans/hushhush.md" not in aims.pages
    assert "docs/plans/hushhush.svg" not in aims.files


def test_an_auditor_reads_the_whole(read: Read) -> None:
    aims = read("auditor", {"aims_data/documents/AIMS-REG-03.yaml": [["classification: confidential", "classification: restricted"]]})
    assert aims.whole is None
    assert "R-001" in aims.entries


@pytest.mark.parametrize("file", ["aims_data/risks/R-001.yaml", "docs/hush.md"])
def test_a_file_of_no_document_is_for_auditors_only(read: Read, file: str) -> None:
    sources = {"aims_data/risks/R-001.yaml": ("03", "  - aims_data/risks/\n"), "docs/hush.md": ("02", "  - docs/hush.md\n")}
    number, line = sources[file]
    aims = read("staff", {f"aims_data/documents/AIMS-REG-{number}.yaml": [[line, ""]]})
    assert file not in aims.files


def test_without_its_home_page_there_is_no_edition(read: Read) -> None:
    with pytest.raises(NoEdition, match=r"there is no public edition: the home page docs/index\.md belongs to AIMS-PRT-01, which is classified internal;"):
        read("public", {"aims_data/documents/AIMS-PRT-01.yaml": [["classification: public", "classification: internal"]]})


def test_of_the_organisation_its_name_its_contacts_and_the_levels_are_for_everybody(read: Read) -> None:
    aims = read("public")
    assert aims.organisation.urgent_contact.phone == "100"
    assert aims.organisation.title
    assert not aims.organisation.units
    assert not aims.organisation.summary
    assert {"public", "confidential"} <= aims.entries.keys()
    assert not aims.complete(Organisation)


def test_of_an_earlier_state_nothing_is_shown_that_is_left_out_now(read: Read, project: Path) -> None:
    public_then = {"aims_data/documents/AIMS-REG-02.yaml": [["classification: internal", "classification: public"]]}
    back = {"aims_data/documents/AIMS-REG-02.yaml": [["classification: public", "classification: internal"]]}
    apply(project, public_then)
    past = build(project, DAY)
    apply(project, back)
    now = read("public")
    seen = earlier(now, past)
    assert "SYS-01" in edition(past, Audience.public).entries
    assert {"SYS-01", "boss", "T-01", "AIMS-REG-02", "R-001"}.isdisjoint(seen.entries)
    assert "docs/hush.md" not in seen.pages
    assert "A.2.2" in seen.entries
    assert earlier(read("auditor"), past) is past


def test_the_approved_text_and_the_changes_of_a_register_come_from_git_without_what_is_left_out_now(project: Path) -> None:
    """What was public when the policy was approved and the register confirmed, and is confidential now."""
    policy, register = project / "aims_data/documents/AIMS-POL-01.yaml", project / "aims_data/documents/AIMS-REG-01.yaml"
    for path in (*sorted((project / "aims_data/risks").glob("*")), project / "aims_data/records/REC-001.yaml"):
        path.write_text(re.sub(r"^title: ", "title: hushhush ", path.read_text(encoding="utf-8"), flags=re.M), encoding="utf-8")
    (project / "docs/policy.md").write_text("# Policy\n\nAs approved. See [[R-001]].\n\n{{ risks() }}\n\n{{ records() }}\n", encoding="utf-8")
    _seal(project, policy, "AIMS-POL-01")
    _seal(project, register, "AIMS-REG-01")
    committed(project, "Approved")
    for path in (project / "aims_data/risks/R-001.yaml", project / "aims_data/records/REC-001.yaml"):  # `classified` brings words of its own
        path.write_text(path.read_text(encoding="utf-8").replace("title: hushhush ", "title: "), encoding="utf-8")
    classified(project)
    (project / "docs/policy.md").write_text("# Policy\n\nA change that nobody approved.\n", encoding="utf-8")
    whole = build(project, DAY)
    pages, changed = {}, {}
    for reader in Audience:
        aims = edition(whole, reader)
        renderer = Renderer(aims)
        pages[reader] = dict(record_pages(build_of(aims), renderer))["documents/approved/AIMS-POL-01.md"]
        changed[reader] = records_changed(aims, aims.find("AIMS-REG-01", Document))  # type: ignore[arg-type]
        assert "As approved" in pages[reader]
    assert CONFIDENTIAL in pages[Audience.auditor]
    assert CONFIDENTIAL in str(changed[Audience.auditor])
    assert CONFIDENTIAL not in pages[Audience.staff] + pages[Audience.public]
    assert CONFIDENTIAL not in str((changed[Audience.staff], changed[Audience.public]))


def _seal(project: Path, path: Path, id: str) -> None:
    """Enter the seal of the content as it is where the document's version was approved, or else reviewed."""
    aims = build(project, DAY)
    document = aims.find(id, Document)
    assert document
    seal = seal_of(aims, document, document.versions[-1])
    text = path.read_text(encoding="utf-8")
    text = re.sub(r"seal: [0-9a-f]{64}", f"seal: {seal}", text) if "seal: " in text else text.replace("reviewed: {", f"reviewed: {{seal: {seal}, ")
    path.write_text(text, encoding="utf-8")


# -- what an edition says -------------------------------------------------------------------------------------------------------


def test_nothing_is_concluded_from_what_is_left_out(read: Read) -> None:
    aims = read("public")
    with pytest.raises(Withheld):
        aims.plan  # noqa: B018
    with pytest.raises(Withheld):
        views.BLOCKS["policy"].view(
            build_of(read("public", {"aims_data/documents/AIMS-POL-01.yaml": [["classification: public", "classification: internal"]]}))
        )
    assert not aims.complete(Decision)
    assert views.BLOCKS["control"].view(build_of(aims), "A.2.2").row.applicable is None
    assert all(row.state in {None, facts.Answered.answered} for row in views.BLOCKS["clause_matrix"].view(build_of(aims)).rows)


def test_the_home_page_asks_what_an_edition_holds(read: Read) -> None:
    holds, glance = views.BLOCKS["holds"], views.BLOCKS["glance"].view
    assert [holds.view(build_of(read(reader)), "hush.md").there for reader in ("auditor", "staff", "public")] == [True, True, False]
    public = read("public")
    assert public.whole
    assert holds.fault(public.whole, ["hush.md"]) is None
    assert holds.fault(public.whole, ["hsh.md"]) == "is called with 'hsh.md', which is no page below docs/"
    assert glance(build_of(read("auditor"))).shows_gaps and not glance(build_of(public)).shows_gaps, "no count of gaps without the page that lists them"


def test_a_clause_is_no_gap_because_its_results_are_left_out(read: Read) -> None:
    staff = read("staff")
    whole = staff.whole
    assert whole
    said = [(row.it.id, row.state) for row in views.BLOCKS["clause_matrix"].view(build_of(staff)).rows]
    true = {clause.id: facts.answer(whole, clause).state for clause in facts.leaf_clauses(whole)}
    assert {state for _, state in said} >= {None}
    assert all(state in {None, true[id]} for id, state in said)
    assert isinstance(staff.get(said[0][0]), Clause)


def test_a_document_replaced_by_one_that_is_left_out_is_superseded_and_its_follower_not_named(read: Read) -> None:
    follower = "supersedes: [AIMS-EXT-01]\nversions:"
    aims = read("staff", {"aims_data/documents/AIMS-REG-03.yaml": [["versions:", follower]]})
    document = aims.find("AIMS-EXT-01", Document)
    assert document
    assert facts.validity(aims, document) is Validity.superseded
    assert views.RECORDS["document"].view(build_of(aims), "AIMS-EXT-01").row.superseded_by is None


def test_what_falls_due_is_left_out_where_it_may_have_been_done(read: Read) -> None:
    whole, staff, public = (read(reader) for reader in ("auditor", "staff", "public"))
    kinds = {"T-01", "R-001", "REC-001", "SYS-01", "AIMS-REG-03"}
    assert kinds <= {due.record for due in all_due(whole)}
    assert kinds & {due.record for due in all_due(staff)} == {"SYS-01"}
    assert not kinds & {due.record for due in all_due(public)}


def test_a_decision_is_told_to_whom_its_record_is(read: Read) -> None:
    """It has the classification of the register of its record: the folder of decisions has none of its own."""
    staff = read("staff")
    assert staff.whole
    decided = {file for file in staff.whole.files if "/decisions/" in file}
    assert {file.split("/")[2] for file in decided} == {"R-001", "SYS-01"}
    assert {file.split("/")[2] for file in decided & set(staff.files)} == {"SYS-01"}


def test_gaps_are_told_only_in_words_of_the_edition(read: Read) -> None:
    change = {
        "aims_data/decisions/R-001/accepted-2026-05-01.yaml": [["valid_until: 2027-04-30", "valid_until: 2026-05-20"]],  # about a hidden record
        "aims_data/records/REC-001.yaml": [["on: 2026-04-01", "on: 2024-04-01"]],  # of a visible one, naming a hidden one
        "aims_data/decisions/SYS-01/use-2026-02-01.yaml": [["valid_until: 2027-02-01", "valid_until: 2026-05-20"]],  # of a visible one
    }
    staff = read("staff", change)
    assert staff.whole
    rules = {problem.rule for problem in problems_of(staff.whole) if problem.grade is Grade.gap}
    assert {"level-accepted", "used-system-assessed", "used-system-decided"} <= rules
    said = problems_of(staff)
    assert {problem.rule for problem in said} == {"used-system-decided"}
    assert not [problem for problem in said if CONFIDENTIAL in problem.message]
    assert not problems_of(read("public"))


@pytest.mark.parametrize("message", ["see R-001, which is open", "see R-001", "the risk 'Stones in the hushhush flour' is open"])
def test_a_gap_that_names_what_is_left_out_is_not_told(read: Read, message: str) -> None:
    place = Place("aims_data/systems/SYS-01.yaml")
    assert gaps_of_edition(read("staff"), (Problem(place, "see R-0012 and SYS-02", Grade.gap),))
    assert not gaps_of_edition(read("staff"), (Problem(place, message, Grade.gap),))
    assert not gaps_of_edition(read("staff"), (Problem(Place("aims_data/risks/R-001.yaml"), "is open", Grade.gap),))


def test_a_risk_has_no_level_and_no_verdict_where_the_criteria_are_left_out(read: Read) -> None:
    aims = read(
        "staff",
        {
            "aims_data/documents/AIMS-REG-01.yaml": [["  - aims_data/risk_criteria.yaml\n", ""]],
            "aims_data/documents/AIMS-REG-02.yaml": [["sources:\n", "sources:\n  - aims_data/risks/\n"]],
            "aims_data/documents/AIMS-REG-03.yaml": [["  - aims_data/risks/\n", "  - aims_data/risk_criteria.yaml\n"]],
        },
    )
    row = views.RECORDS["risk"].view(build_of(aims), "R-001").row
    assert (row.current, row.accepted) == (None, None)
    assert "Not needed" not in dict(record_pages(build_of(aims), Renderer(aims)))["risks/R-001.md"]


@pytest.mark.parametrize(("reader", "word"), [("public", SECRET), ("staff", CONFIDENTIAL)])
def test_no_generated_page_holds_a_word_from_above(read: Read, reader: str, word: str) -> None:
    aims = read(reader)
    pages = dict(record_pages(build_of(aims), Renderer(aims)))
    assert len(pages) > 5
    assert not [path for path, content in pages.items() if word in content or word in path]


@pytest.mark.parametrize("left", ["risk_criteria", "roles", "soa", "control_status", "organisation", "standard/", "policy", "suppliers", "objectives"])
def test_every_page_can_be_made_whatever_is_left_out(project: Path, left: str) -> None:
    """Each part of the data alone above the audience, and every record's page and every block still comes out."""
    classified(project)
    source = f"aims_data/{left}" + ("" if left.endswith("/") else ".yaml")
    documents = project / "aims_data/documents"
    for path in documents.glob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(f"  - {source}\n", "").replace(f", {source}]", "]"), encoding="utf-8")
    apply(project, {"aims_data/documents/AIMS-REG-03.yaml": [["sources:\n", f"sources:\n  - {source}\n"]]})
    aims = edition(build(project, DAY), Audience.staff)
    assert not [name for name in aims.files if name.startswith(source)]
    renderer = Renderer(aims)
    assert list(record_pages(build_of(aims), renderer))
    made = 0
    for block in views.BLOCKS.values():
        for arguments in [[value] for value in block.argument.values(aims)] if block.argument else [[]]:
            with suppress(Withheld):
                made += bool(renderer.render(block.template, block.view(build_of(aims), *arguments), "index.md"))
    assert made > 20


# -- links ----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("id", "words"), [("R-012", "R-012"), ("managing-director", "managing director"), ("A.2.2", "A.2.2"), ("U-01", "U-01")])
def test_what_is_left_out_is_called_by_its_plain_id(id: str, words: str) -> None:
    assert plain(id) == words


def test_references_to_what_is_left_out_become_plain_text(read: Read) -> None:
    aims = read("public")
    renderer = Renderer(aims)
    assert renderer.prose("See [[R-001]], [[R-001 the *stones*]], [[boss]] and [[A.2.2]].") == renderer.prose("See R-001, the *stones*, boss and [[A.2.2]].")
    assert renderer.title("R-001") == "R-001"
    assert renderer.address("R-001") is None
    assert renderer.address("A.2.2")


@pytest.mark.parametrize(
    ("here", "address", "expected"),
    [
        ("index.md", "plans/hushhush.md", None),
        ("index.md", "plans/hushhush.md#part-one", None),
        ("index.md", "/plans/hushhush.md", None),
        ("index.md", "./plans/../plans/hushhush.md", None),
        ("plans/other.md", "hushhush.svg", None),
        ("controls/A.2.2.md", "../risks/R-001.md#x", None),
        ("index.md", "policy.md#x", "policy.md#x"),
        ("index.md", "areas/A.2.md", "areas/A.2.md"),
        ("index.md", "#here", "#here"),
        ("index.md", "no-such-page.md", "no-such-page.md"),
        ("index.md", "https://example.org/plans/hushhush.md", "https://example.org/plans/hushhush.md"),
        ("index.md", "mailto:boss@mill.example", "mailto:boss@mill.example"),
    ],
)
def test_links_of_a_page(read: Read, here: str, address: str, expected: str | None) -> None:
    assert readdressed(read("staff"), here, address) == expected


def test_a_record_keeps_a_page_where_only_its_handwritten_one_is_left_out(read: Read) -> None:
    aims = read(
        "staff",
        {
            "docs/controls/A.2.2.md": "# A.2.2\n\nA hushhush page.\n",
            "aims_data/documents/AIMS-REG-03.yaml": [["  - docs/plans/", "  - docs/plans/\n  - docs/controls/"]],
        },
    )
    assert readdressed(aims, "index.md", "controls/A.2.2.md#evidence") == "controls/A.2.2.md"
    assert "controls/A.2.2.md" in dict(record_pages(build_of(aims), Renderer(aims)))


def test_a_link_in_the_tree_becomes_its_words() -> None:
    extension = References(lambda id: (None, id), lambda address: None if "gone" in address else address)
    made = markdown.markdown('See [the *fine* plan](gone.md "hint"), ![a picture](gone.png) and [this](here.md). [[R-001]]', extensions=[extension])
    assert made == (
        "<p>See <span>the <em>fine</em> plan</span>, <span>a picture</span> and <a href=\"here.md\">this</a>. <span>R-001</span></p>"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("nav", "expected"),
    [
        ([{"Home": "index.md"}, {"Gone": "gone.md"}], [{"Home": "index.md"}]),
        (["index.md", "gone.md"], ["index.md"]),
        ([{"All": [{"Gone": "gone.md"}]}, {"Some": [{"Gone": "gone.md"}, "kept.md"]}], [{"Some": ["kept.md"]}]),
        ([{"Deep": [{"Deeper": [{"Gone": "gone.md"}]}]}], []),
        ([{"Elsewhere": "https://example.org/"}], [{"Elsewhere": "https://example.org/"}]),
    ],
)
def test_the_navigation_loses_what_is_left_out(nav: list[Any], expected: list[Any]) -> None:
    assert pruned(nav, lambda uri: uri != "gone.md") == expected


# -- the site -------------------------------------------------------------------------------------------------------------------


def test_errors_are_those_of_the_whole_for_every_audience(read: Read, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read("auditor", {"aims_data/risks/R-001.yaml": [["owner: boss", "owner: nobody-known"]]})
    monkeypatch.setenv("AIMS_AUDIENCE", "public")
    site = Site(project, "https://git.example/x", "edit/main", {}, serving=True)
    assert [problem.place.file for problem in site.errors] == ["aims_data/risks/R-001.yaml"]


@pytest.mark.parametrize(("reader", "said", "edit"), [("public", "Public edition", False), ("staff", "Staff edition", True), ("auditor", "", True)])
def test_the_site_knows_for_whom_it_is(read: Read, project: Path, monkeypatch: pytest.MonkeyPatch, reader: str, said: str, edit: bool) -> None:
    monkeypatch.setenv("AIMS_AUDIENCE", reader)
    monkeypatch.setenv("AIMS_TODAY", DAY.isoformat())
    site = Site(project, "https://git.example/x", "edit/main", {"new_uri": "new/{folder}"}, serving=False)
    assert site.edition == said
    context = site.page_context("index.md")
    assert context
    assert bool(context.edit_url) is edit
    assert bool(site.aims.has(Risk)) is (reader == "auditor")
