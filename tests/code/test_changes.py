"""Changes in words: what a reader is told for each kind of change, in every format, for any two states; and `aims changes` in a real repository."""

from __future__ import annotations

import copy
import io
import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from command import run_aims
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from invented import BASE, DAY, ROOT, apply
from markdown_it import MarkdownIt
from repository import commit, committed, git, repository
from rich.console import Console

from macros.audience import Audience, edition
from macros.control.changes import report as changes_report
from macros.control.changes.collect import digest, state
from macros.control.changes.comparison import Changes, compare
from macros.control.changes.in_words import words_of_changes
from macros.control.changes.redline import Edit, Mark
from macros.control.changes.state import State, as_json, read_state
from macros.graph import Aims, build
from macros.render import Renderer
from macros.site import build_of, problems_of
from macros.views.changes import TONES, ChangesPage, WhatsNew, changes, whats_new

POLICY, PROCEDURE, RISK = "aims_data/documents/AIMS-POL-01.yaml", "aims_data/documents/AIMS-PRO-01.yaml", "aims_data/risks/R-001.yaml"
ACCEPTED = "aims_data/decisions/R-001/accepted-2026-05-01.yaml"
ONLY_IF = "use: only_if\nshort: If.\nby: boss\nholder: TM-001\non: 2026-05-20\nconditions: [Ask the boss.]\nreason: It helps.\nevidence: Minutes\n"
REGISTER = " (in AIMS-REG-01 Everything that runs, version 1.0)"
REG, SEAL = "aims_data/documents/AIMS-REG-01.yaml", "0123456789abcdef" * 4
METHOD = (BASE / "docs/risk-method.md").read_text(encoding="utf-8")
NEW_VERSION = """    change: First version.
  - number: '1.1'
    written_on: 2026-05-01
    author_holder: TM-002
    approvals:
      - {by: boss, holder: TM-001, on: 2026-05-02, evidence: 'Minutes of 2026-05-02'}
    effective_from: 2026-05-10
    change: The bakers asked for it."""
SECOND_RISK = (BASE / RISK).read_text(encoding="utf-8").replace("R-001", "R-002").replace("Stones in the flour", "Dust in the air")


def of(aims: Aims) -> State:
    return state(aims, problems_of(aims), None, None)


def as_read(written: dict[str, Any]) -> State:
    """The state in what an `aims.json` holds."""
    return read_state(json.dumps(written).encode(), "it")


def printed(changes: Changes) -> list[str]:
    """The text for a terminal, without its first line and without gaps."""
    console = Console(file=io.StringIO(), width=1000)
    changes_report.text(changes, console)
    lines = console.file.getvalue().splitlines()  # type: ignore[attr-defined]
    ends = [number for number, line in enumerate(lines) if line in {"Gaps closed", "Gaps opened"}]
    return [line for line in lines[1 : min(ends, default=None)] if line]


CASES: dict[str, tuple[dict[str, Any], list[str]]] = {
    "risk level": (
        {RISK: [["current: {likelihood: 1, consequence: 2}", "current: {likelihood: 2, consequence: 1}"], ["owner: boss", "owner: writer"]]},
        [
            "Risks and treatment",
            f"  R-001 Stones in the flour – Risk, changed{REGISTER}",
            "    Owner: [-Boss-] {+Writer+}",
            "    Assessments › 2026-04-01 › Current: [-Moderate (likelihood 1, consequence 2)-] {+High (likelihood 2, consequence 1)+}",
        ],
    ),
    "a role renamed": (
        {"aims_data/roles.yaml": [["- id: writer\n", "- id: clerk\n  formerly: [writer]\n"]]},
        [
            "Roles and processes",
            f"  Writer – Role, moved{REGISTER}",
            "    renamed from writer to clerk",
        ],
    ),
    "a role renamed, and more": (
        {"aims_data/roles.yaml": [["- id: writer\n  title: Writer\n", "- id: clerk\n  formerly: [writer]\n  title: Clerk\n"]]},
        [
            "Roles and processes",
            f"  Clerk – Role, changed{REGISTER}",
            "    renamed from writer to clerk",
            "    Title: [-Writer-] {+Clerk+}",
        ],
    ),
    "a risk renamed": (
        {RISK: None, "aims_data/risks/R-005.yaml": SECOND_RISK.replace("id: R-002\n", "id: R-005\nformerly: [R-001]\n")},
        [
            "Organisation and context",
            f"  OB-01 Flour act – Obligation, changed{REGISTER}",
            "    Duty: [-Mill honestly. See R-001.-] {+Mill honestly. See R-005.+}",
            "Risks and treatment",
            f"  R-005 Dust in the air – Risk, changed{REGISTER}",
            "    renamed from R-001 to R-005, moved from aims_data/risks/R-001.yaml to aims_data/risks/R-005.yaml",
            "    Title: [-Stones in the flour-] {+Dust in the air+}",
        ],
    ),
    "new assessment": (
        {RISK: [["    why: Seen once.", "    why: Seen once.\n  - on: 2026-05-20\n    by: boss\n    inherent: {likelihood: 2, consequence: 1}\n"
                 "    current: {likelihood: 1, consequence: 1}\n    target: {likelihood: 1, consequence: 1}\n    why: The sieve works."]]},
        [
            "Risks and treatment",
            f"  R-001 Stones in the flour – Risk, changed{REGISTER}",
            "    Assessments: {+On: 2026-05-20; By: Boss; Inherent: High (likelihood 2, consequence 1); Current: Low (likelihood 1, consequence 1); "
            "Target: Low (likelihood 1, consequence 1); Why: The sieve works.+}",
        ],
    ),
    "lists of records": (
        {RISK: [["controls: [A.2.2]", "controls: [A.3.2, OC-01]"], ["systems: [SYS-01]", "systems: []"]]},
        [
            "Risks and treatment",
            f"  R-001 Stones in the flour – Risk, changed{REGISTER}",
            "    Controls: {+A.3.2 Roles+}",
            "    Controls: {+OC-01 Smell test+}",
            "    Controls: [-A.2.2 Policy-]",
            "    Systems: [-SYS-01 Grain Sorter-]",
        ],
    ),
    "order": (
        {"aims_data/systems/SYS-01.yaml": [["intended_use: [Sorting grain]", "intended_use: [Sorting peas, Sorting grain]"]]},
        ["AI systems and suppliers", f"  SYS-01 Grain Sorter – AI system, changed{REGISTER}", "    Intended use: {+Sorting peas+}"],
    ),
    "record added": (
        {"aims_data/risks/R-002.yaml": SECOND_RISK},
        ["Risks and treatment", f"  R-002 Dust in the air – Risk, added{REGISTER}"],
    ),
    "record removed": (
        {"aims_data/suppliers.yaml": None},
        ["AI systems and suppliers", f"  SUP-01 Sieve Makers – Supplier, removed{REGISTER}"],
    ),
    "record renumbered": (
        {
            RISK: None,
            ACCEPTED: None,
            "aims_data/risks/R-007.yaml": (BASE / RISK).read_text(encoding="utf-8").replace("R-001", "R-007"),
            ACCEPTED.replace("R-001", "R-007"): (BASE / ACCEPTED).read_text(encoding="utf-8"),
        },
        ["Risks and treatment", f"  R-007 Stones in the flour – Risk, moved{REGISTER}",
         "    was R-001, moved from aims_data/risks/R-001.yaml to aims_data/risks/R-007.yaml"],
    ),
    "decision": (
        {"aims_data/soa.yaml": [["  applicable: false\n  reason: We have a sieve.", "  applicable: true\n  reason: The sieve broke.\n  drivers: [R-001]"]]},
        [
            "Controls and Statement of Applicability",
            f"  OC-01 Smell test – Decision on a control, changed{REGISTER}",
            "    Applicable: [-no-] {+yes+}",
            "    Reason: [-We have a sieve.-] {+The sieve broke.+}",
            "    Drivers: {+R-001 Stones in the flour+}",
        ],
    ),
    "words": (
        {"docs/risk-method.md": METHOD.replace("long table", "round table") + "\n## What else\n\nNothing.\n"},
        [
            "Documents",
            "  AIMS-PRO-01 Risk method – changed",
            "    Changed without a new version: nobody has approved this content yet",
            "    It was: In force. Now: Changed since approval.",
            "    Risk method (docs/risk-method.md) – changed",
            "      In “How we rate”: We sit down at the [-long-] {+round+} table once every year, and whenever something happens, with the book …",
            "      In “How we rate”: {+What else+}",
            "      In “What else”: {+Nothing.+}",
        ],
    ),
    "renamed page": (
        {"docs/risk-method.md": None, "docs/method.md": METHOD, PROCEDURE: [["docs/risk-method.md", "docs/method.md"]]},
        [
            "Documents",
            "  AIMS-PRO-01 Risk method – changed",
            "    It was: In force. Now: Changed since approval.",
            "    Risk method (docs/method.md, was docs/risk-method.md) – moved",
        ],
    ),
    "renamed and changed page": (
        {"docs/risk-method.md": None, "docs/method.md": METHOD.replace("long table", "round table"), PROCEDURE: [["docs/risk-method.md", "docs/method.md"]]},
        [
            "Documents",
            "  AIMS-PRO-01 Risk method – changed",
            "    Changed without a new version: nobody has approved this content yet",
            "    It was: In force. Now: Changed since approval.",
            "    Risk method (docs/method.md, was docs/risk-method.md) – changed",
            "      In “How we rate”: We sit down at the [-long-] {+round+} table once every year, and whenever something happens, with the book …",
        ],
    ),
    "new version": (
        {POLICY: [["    change: First version.", NEW_VERSION]], "docs/policy.md": [["We take care.", "We take great care."]]},
        [
            "Documents",
            "  AIMS-POL-01 AI policy – changed",
            "    Version 1.1, written by Writer (TM-002), approved by Boss (TM-001) on 2026-05-02 (Minutes of 2026-05-02), in force from 2026-05-10",
            "      Why: The bakers asked for it.",
            "    AI policy (docs/policy.md) – changed",
            "      In “AI policy”: We take {+great +}care. See A.2.2.",
        ],
    ),
    "approval of a version that was there": (
        {POLICY: [["        evidence: Minutes of 2026-02-03", "        evidence: Minutes of 2026-02-04"]]},
        [
            "Documents",
            "  AIMS-POL-01 AI policy – changed",
            "    Versions › 1.0 › Approvals › Boss › Evidence: [-Minutes of 2026-02-03-] {+Minutes of 2026-02-04+}",
        ],
    ),
    "approvals sealed and signed": (
        {POLICY: [["        evidence: Minutes of 2026-02-03", "        evidence: Minutes of 2026-02-03\n        signature: |\n"
                   "          -----BEGIN SSH SIGNATURE-----\n          U1NIU0lHAAAAAQ==\n          -----END SSH SIGNATURE-----"],
                  ["on: 2026-02-02}", "on: 2026-02-02, seal: " + SEAL + "}"]]},
        [
            "Documents",
            "  AIMS-POL-01 AI policy – changed",
            "    Versions › 1.0 › Reviewed › Seal: {+0123456789ab…+}",
            "    Versions › 1.0 › Approvals › Boss › Signature: {+(a signature)+}",
        ],
    ),
    "new version signed": (
        {POLICY: [["    change: First version.", NEW_VERSION.replace(", evidence: 'Minutes of 2026-05-02'}", ", signature: text}")]]},
        [
            "Documents",
            "  AIMS-POL-01 AI policy – changed",
            "    Version 1.1, written by Writer (TM-002), approved by Boss (TM-001) on 2026-05-02 (signed), in force from 2026-05-10",
            "      Why: The bakers asked for it.",
        ],
    ),
    "a file more": (
        {POLICY: [["aims_data/policy.yaml]", "aims_data/policy.yaml, docs/plan.txt]"]], "docs/plan.txt": "Sweep.\n"},
        [
            "Documents",
            "  AIMS-POL-01 AI policy – changed",
            "    Changed without a new version: nobody has approved this content yet",
            "    It was: In force. Now: Changed since approval.",
            "    Sources: {+docs/plan.txt+}",
            "    docs/plan.txt: added",
        ],
    ),
    "a record closed": (
        {REG: [["versions:\n", "closed:\n  - {record: REC-001, on: 2026-05-04, by: boss, holder: TM-001, seal: " + SEAL + "}\nversions:\n"]]},
        [
            "Documents",
            "  AIMS-REG-01 Everything that runs – changed",
            "    1 record closed on 2026-05-04 by Boss (TM-001): REC-001 What the sorter means for people",
        ],
    ),
    "a record confirmed": (
        {REG: [["versions:\n", "confirmed:\n  - record: REC-001\n    on: 2026-05-04\n    by: boss\n    holder: TM-001\n    because: It still holds.\n"
                "    based_on: [{record: SYS-01, digests: [models e3b0c44298fc1c14]}]\nversions:\n"]]},
        [
            "Documents",
            "  AIMS-REG-01 Everything that runs – changed",
            "    Confirmed: {+Record: REC-001 What the sorter means for people; On: 2026-05-04; By: Boss; Holder: TM-001; Because: It still holds.; "
            "Based on: Record: SYS-01 Grain Sorter+}",
        ],
    ),
    "many records closed": (
        {REG: [["versions:\n", "closed:\n" + "".join(f"  - {{record: REC-{number:03}, on: 2026-05-04, by: boss, holder: TM-001, seal: {SEAL}}}\n"
                                                      for number in range(1, 7)) + "versions:\n"]]},
        [
            "Documents",
            "  AIMS-REG-01 Everything that runs – changed",
            "    6 records closed on 2026-05-04 by Boss (TM-001): REC-001, REC-002, REC-003, REC-004, REC-005, REC-006",
        ],
    ),
    "layout only": (
        {"aims_data/policy.yaml": "# a comment\n" + (BASE / "aims_data/policy.yaml").read_text(encoding="utf-8"), "docs/policy.md": [["We take", "We *take*"]]},
        [
            "Documents",
            "  AIMS-POL-01 AI policy – changed",
            "    Changed without a new version: nobody has approved this content yet",
            "    It was: In force. Now: Changed since approval.",
            "    aims_data/policy.yaml: changed without a change of values",
            "    docs/policy.md: changed without a change of words",
        ],
    ),
    "document added": (
        {"aims_data/documents/AIMS-PRO-02.yaml": (BASE / PROCEDURE).read_text(encoding="utf-8").replace("PRO-01", "PRO-02").replace("Risk", "Dust")
         .replace("docs/risk-method.md", "docs/dust.md").replace("supersedes: [AIMS-PRO-90]\n", ""), "docs/dust.md": "# Dust\n\nSweep.\n"},
        [
            "Documents",
            "  AIMS-PRO-02 Dust method – added",
            "    Version 1.0, written by Writer, approved by Boss (TM-001) on 2026-02-03 (Minutes of 2026-02-03), in force from 2026-02-10",
            "      Why: First version.",
            "    Dust (docs/dust.md) – added",
        ],
    ),
    "document removed": (
        {PROCEDURE: None, "docs/risk-method.md": None},
        [
            "Documents",
            "  AIMS-PRO-01 Risk method – removed",
            "    Risk method (docs/risk-method.md) – removed",
            "  AIMS-PRO-90 Old method – changed",
            "    It was: Superseded. Now: Withdrawn.",
        ],
    ),
    "page of no document": (
        {"docs/loose.md": "# Loose\n\nLeaf.\n"},
        ["Documents", "  Pages that belong to no document – changed", "    Loose (docs/loose.md) – added"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_a_reader_is_told(name: str, changed: Callable[..., Aims]) -> None:
    change, expected = CASES[name]
    before = of(changed())
    assert printed(compare(before, of(changed(change)))) == expected


@pytest.mark.parametrize("name", CASES)
def test_back_again_is_the_opposite(name: str, changed: Callable[..., Aims]) -> None:
    before, after = of(changed()), of(changed(CASES[name][0]))
    there, back = compare(before, after), compare(after, before)
    opposite = {Mark.added: Mark.removed, Mark.removed: Mark.added}
    assert {document.id for document in there.documents} == {document.id for document in back.documents}
    assert sorted(opposite.get(document.mark, document.mark) for document in there.documents) == sorted(document.mark for document in back.documents)
    records = [sorted((opposite.get(record.mark, record.mark) if side is there else record.mark) for group in side.groups for record in group.records)
               for side in (there, back)]  # fmt: skip
    assert records[0] == records[1]
    assert (there.gaps_opened, there.gaps_closed) == (back.gaps_closed, back.gaps_opened)


def test_gaps_that_came_and_went(changed: Callable[..., Aims]) -> None:
    before = of(changed())
    found = compare(before, of(changed({"aims_data/suppliers.yaml": [["  assessments:\n    - on: 2026-05-01\n      result: Good.\n", ""]]})))
    assert found.gaps_opened == ("SUP-01 Sieve Makers was never assessed; add assessments with on and result",)
    assert found.gaps_closed == ()


def test_a_version_is_told_as_approved_by_those_who_had_to_then(changed: Callable[..., Aims]) -> None:
    before = of(changed())
    later = NEW_VERSION.replace("    effective_from", "    approvers: [boss]\n    effective_from")
    after = of(changed({POLICY: [["    change: First version.", later], ["approvers: [boss]\nclass", "approvers: [boss, writer]\nclass"]]}))
    assert [version.approved for version in compare(before, after).documents[0].versions] == [True]


def test_a_record_that_was_closed_before_is_not_closed_again(changed: Callable[..., Aims]) -> None:
    before = of(changed(CASES["a record closed"][0]))
    more = "closed:\n  - {record: REC-002, on: 2026-05-05, by: boss, holder: TM-001, seal: " + SEAL + "}\n"
    (document,) = compare(before, of(changed({REG: [["closed:\n", more]]}))).documents
    assert [(closing.on, closing.records) for closing in document.closed] == [("2026-05-05", ("REC-002",))]


def test_nothing_changed(changed: Callable[..., Aims]) -> None:
    same = compare(of(changed()), of(changed()), "2026.1", "2026.2")
    assert same.nothing
    console = Console(file=io.StringIO(), width=200)
    changes_report.text(same, console)
    assert console.file.getvalue() == "Changes from 2026.1 to 2026.2: Nothing changed.\n"  # type: ignore[attr-defined]
    assert changes_report.markdown(same).split("\n\n") == ["### Changes from 2026.1 to 2026.2", "Nothing changed.", ""]
    assert "Nothing changed." in changes_report.html(same)
    assert json.loads(changes_report.as_json(same))["summary"] == "Nothing changed."


def test_the_heading_above_is_said_once_where_pages_are_read(changed: Callable[..., Aims]) -> None:
    before = of(changed())
    found = compare(before, of(changed(CASES["words"][0])))
    assert [edit.new for edit in found.documents[0].texts[0].edits] == [2, 3, 4]
    assert changes_report.html(found).count("<small>How we rate:</small>") == 1


def test_no_space_before_a_comma_that_takes_the_place_of_words(changed: Callable[..., Aims]) -> None:
    before, pages = of(changed({"docs/risk-method.md": METHOD.replace("the long table", "the table; it was old")})), []
    for sentence in ("the table, always round", "the table never made"):
        pages.append(changes_report.html(compare(before, of(changed({"docs/risk-method.md": METHOD.replace("the long table", sentence)})))))
    assert "</del><ins>, always round" in pages[0] and "</del> <ins>never made" in pages[1], pages


def test_seals_stand_in_the_json_and_drown_no_words_elsewhere(changed: Callable[..., Aims]) -> None:
    before = of(changed())
    found = compare(before, of(changed(CASES["many records closed"][0])))
    closed = json.loads(changes_report.as_json(found))["documents"][0]["closed"]
    assert [(act["on"], act["role"], act["holder"], len(act["records"]), set(act["seals"])) for act in closed] == [("2026-05-04", "Boss", "TM-001", 6, {SEAL})]
    page = Renderer(build(BASE, DAY)).render("changes.md.j2", ChangesPage(found, TONES), "changes.md")
    for text in (changes_report.markdown(found), changes_report.html(found), page):
        assert SEAL not in text
        assert text.count("records closed on") == 1


# -- any two states -------------------------------------------------------------------------------------------------------------

STATE = json.loads(as_json(of(build(BASE, DAY))))
TEXTS = st.sampled_from(["", "one", "two words", "<b>", "{{ 7*7 }}", "R-001", "boss", "a longer text of some words", "a longer text of other words"])
VALUES = st.recursive(TEXTS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["on", "by", "why"]), inner, max_size=3), max_leaves=6)


@st.composite
def states(draw: st.DrawFn) -> dict[str, Any]:
    """The state of the smallest project with records, documents and pages left out, renamed and filled with other values."""
    made = copy.deepcopy(STATE)
    for key in ("records", "documents", "texts"):
        left = draw(st.sets(st.integers(0, len(made[key]) - 1), max_size=4))
        made[key] = [entry for number, entry in enumerate(made[key]) if number not in left]
    for record in draw(st.lists(st.sampled_from(made["records"]), max_size=4)):
        if record["kind"] != "document":
            record["fields"] = draw(st.dictionaries(st.sampled_from(["owner", "title", "reason", "assessments"]), VALUES, max_size=4))
            record["digest"] = digest(record["fields"])
    for text in draw(st.lists(st.sampled_from(made["texts"]), max_size=2)) if made["texts"] else []:
        text["path"] = draw(st.sampled_from(["docs/a.md", text["path"]]))
        text["paragraphs"] = draw(st.lists(TEXTS.filter(bool), max_size=5))
        text["headings"] = [0] if text["paragraphs"] else []
        text["digest"] = digest(text["paragraphs"])
    return made


@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck), database=None)
@given(states(), states())
def test_no_record_gets_lost(old: dict[str, Any], new: dict[str, Any]) -> None:
    """The changes applied to the older state give the newer, by id and by what changed; and a state never differs from itself."""
    assert compare(as_read(old), as_read(old)).nothing
    found = compare(as_read(old), as_read(new))
    before, after = ({record["id"]: record["digest"] for record in side["records"] if record["kind"] != "document"} for side in (old, new))
    records = [record for group in found.groups for record in group.records]
    assert len({(record.id, record.mark) for record in records}) == len(records)
    ids = {mark: {record.id for record in records if record.mark is mark} for mark in Mark}
    renumbered = {record.moved.split(",")[0].removeprefix("was ") for record in records if record.moved.startswith("was ")}
    new_names = {record.id for record in records if record.moved.startswith("was ")}
    assert (before.keys() - ids[Mark.removed] - renumbered) | ids[Mark.added] | new_names == after.keys()
    assert ids[Mark.changed] == {id for id in before.keys() & after.keys() if before[id] != after[id]}
    assert all(record.fields for record in records if record.mark is Mark.changed)
    for form in (changes_report.markdown, changes_report.html, changes_report.as_json):
        assert form(found)


# -- hostile data ---------------------------------------------------------------------------------------------------------------

HOSTILE = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "{{ 7*7 }} {% raw %}", "[click](javascript:alert(1))", "![x](https://evil.example/p.png)",
    "@somebody and @team/all", "closes #123, GH-7, !4, org/repo#5", "https://evil.example/issues/1 www.evil.example", "</details></del><h1>", "| a | b |",
    "*bold* _it_ `code` ~~x~~", "&lt;b&gt; &amp;", "</style></title>", "-->", "[red]x[/red] :smile:", "x{: onclick=alert(1) }", "\u202eevil", "a\nb\n\n# c",
]  # fmt: skip


class Tags(HTMLParser):
    """The tags and the text of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def hostile() -> Changes:
    """Two states with hostile text in every place from which a report is made."""
    old, new = copy.deepcopy(STATE), copy.deepcopy(STATE)
    for number, evil in enumerate(HOSTILE):
        new["records"].append(new["records"][0] | {"id": f"X-{number}", "title": evil, "file": evil, "document": None, "fields": {"title": evil, evil: [evil]}})
        page = {"path": f"docs/{number}.md", "document": None, "title": evil, "address": None}
        new["texts"].append(page | {"digest": evil, "paragraphs": [evil], "headings": [0]})
        new["gaps"].append({"rule": "x", "message": evil, "about": []})
    everything = " ".join(HOSTILE)
    for side, word in ((old, "before"), (new, "after")):
        risk = next(record for record in side["records"] if record["id"] == "R-001")
        risk["fields"]["description"], risk["digest"] = f"{everything} {word} {everything}", word
        side["texts"][0]["paragraphs"], side["texts"][0]["digest"] = ["Title", f"{word} {everything}"], word
        side["documents"][0]["validity"] = word
    version = {"number": "9.9", "change": everything, "approvals": [{"by": everything, "holder": everything, "on": "x", "evidence": everything}]}
    next(record for record in new["records"] if record["id"] == "AIMS-POL-01")["fields"]["versions"].append(version)
    return compare(as_read(old), as_read(new), everything, everything)


def test_hostile_text_stays_text_in_html() -> None:
    page = Tags(changes_report.html(hostile()))
    known = {"html", "head", "meta", "title", "style", "body", "h1", "h2", "h3", "h4", "p", "ul", "li", "ins", "del", "small", "strong", "section"}
    assert {tag for tag, _ in page.tags} <= known
    assert {name for _, attributes in page.tags for name in attributes} <= {"lang", "charset", "name", "content", "class"}
    assert "<script>alert(1)</script>" in page.text


def test_hostile_text_stays_text_in_a_comment() -> None:
    comment = changes_report.markdown(hostile())
    rendered = MarkdownIt("gfm-like", {"linkify": False, "html": True}).render(comment)
    page = Tags(rendered)
    assert {tag for tag, _ in page.tags} <= {"h3", "h4", "p", "ul", "li", "ins", "del", "em", "strong", "b", "br", "details", "summary", "code"}
    assert all(not attributes for _, attributes in page.tags)
    for pings in (r"(?<![\w])@\w", r"#\d", r"!\d", r"\bGH-\d", r"://", r"\bwww\.\w"):
        assert re.search(pings, page.text) is None, pings
    assert "@\u200bsomebody" in page.text


def test_a_comment_fits_and_says_when_it_is_shortened() -> None:
    old, new = copy.deepcopy(STATE), copy.deepcopy(STATE)
    risk = next(record for record in new["records"] if record["id"] == "R-001")
    for number in range(1000):
        new["records"].append(risk | {"id": f"R-{number + 100}", "title": "A long title that fills the comment", "digest": str(number)})
    comment = changes_report.markdown(compare(as_read(old), as_read(new)))
    assert len(comment) <= changes_report.MOST_IN_A_COMMENT
    assert "This comment is shortened" in comment
    assert "more, too many for a comment" in comment


def test_hostile_text_stays_text_on_a_terminal() -> None:
    console = Console(file=io.StringIO(), width=10_000)
    changes_report.text(hostile(), console)
    text = console.file.getvalue()  # type: ignore[attr-defined]
    assert "[red]x[/red] :smile:" in text
    assert "\u202e" not in text


def test_hostile_text_stays_text_on_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """The page goes through Markdown once more; every sign of data is an entity."""
    monkeypatch.setattr(Edit, "shown", property(lambda edit: edit.pieces))
    markdown = Renderer(build(BASE, DAY)).render("changes.md.j2", ChangesPage(hostile(), TONES), "changes.md")
    for evil in ("<script", "<img", "{{", "{%", "javascript:", "](http", "@somebody", "{:"):
        assert evil not in markdown
    assert "&#60;script&#62;" in markdown


# -- for staff ------------------------------------------------------------------------------------------------------------------


def news(project: Path, change: dict[str, Any]) -> tuple[WhatsNew, str]:
    """The view and the Markdown of `whats_new` in a repository whose newest snapshot is the project before a change."""
    committed(project)
    publish(project, as_json(state(build(project, DAY), (), None, "2026.1")))
    apply(project, change)
    aims = build(project, DAY)
    view = whats_new(build_of(aims))
    return view, Renderer(aims).render("whats_new.md.j2", view, "whats-new.md")


def publish(project: Path, content: str, version: str = "2026.1", branch: str = "snapshots") -> None:
    """A snapshot branch that holds nothing but the state of one version."""
    (project / ".git/aims.json").write_text(content, encoding="utf-8")
    blob = git(project, "hash-object", "-w", ".git/aims.json")
    git(project, "read-tree", "--empty")
    for folder in (version, "latest"):
        git(project, "update-index", "--add", "--cacheinfo", f"100644,{blob},{folder}/aims.json")
    tree = git(project, "write-tree")
    git(project, "read-tree", "HEAD")
    git(project, "update-ref", f"refs/heads/{branch}", git(project, "commit-tree", tree, "-m", f"Snapshot {version}"))


def test_what_is_new_for_each_role(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AIMS_VERSION", raising=False)
    view, page = news(project, {
        POLICY: [["    change: First version.", NEW_VERSION]],
        RISK: [["why: Seen once.", "why: Seen twice."]],
        "aims_data/decisions/SYS-01/use-2026-05-20.yaml": ONLY_IF,
    })  # fmt: skip
    assert [news.change.id for news in view.systems] == ["SYS-01"]
    assert [news.role.id for news in view.roles] == ["boss"]
    words = " ".join(Tags(page).text.split())
    assert "Use: You may use it Only if" in words
    assert "has a new version 1.1, which applies from 2026-05-10. Why: The bakers asked for it." in words
    assert re.search(r"Risk \*\*.*R-001 Stones in the flour.*\*\* changed: assessments", words)


def test_nothing_new_and_nothing_to_compare_with(project: Path, changed: Callable[..., Aims], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AIMS_VERSION", raising=False)
    aims = changed()
    assert "There is nothing to tell yet" in Renderer(aims).render("whats_new.md.j2", whats_new(build_of(aims)), "whats-new.md")
    assert "Nothing that concerns a role changed since snapshot 2026&#46;1" in news(project, {})[1]


def test_a_draft_is_no_news(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AIMS_VERSION", raising=False)
    draft = "    change: First version.\n  - number: '1.1'\n    written_on: 2026-05-01\n    change: We say more."
    assert news(project, {POLICY: [["    change: First version.", draft]]})[0].roles == ()


def test_what_became_confidential_is_not_told_to_the_public(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even as removed: its title stood in the public snapshot before, and stands nowhere in the next."""
    monkeypatch.delenv("AIMS_VERSION", raising=False)
    committed(project)
    before = of(edition(build(project, DAY), Audience.public))
    assert "Risk method" in as_json(before)
    publish(project, as_json(before), branch="snapshots-public")
    secret = "classifications:\n  - {id: secret, title: Secret, meaning: For few., level: 2}\n"
    organisation = project / "aims_data/organisation.yaml"
    organisation.write_text(organisation.read_text(encoding="utf-8").replace("classifications:\n", secret), encoding="utf-8")
    apply(project, {PROCEDURE: [["classification: public", "classification: secret"]], RISK: [["owner: boss", "owner: writer"]]})
    found = changes(build_of(edition(build(project, DAY), Audience.public)))
    assert found is not None and not found.nothing
    assert "Risk method" not in changes_report.as_json(found)
    whole = compare(before, of(build(project, DAY)))
    assert "Risk method" in changes_report.as_json(whole), "an auditor is told"


def test_every_word_is_said_and_every_word_that_is_said_is_there() -> None:
    """By Python, by a template, or by the script of the page "compare"."""
    sources = [*ROOT.glob("macros/control/changes/*.py"), *ROOT.glob("macros/templates/changes*.j2"), ROOT / "overrides/assets/compare.js"]
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    assert [name for name in words_of_changes() if f'"{name}"' not in text] == []
    assert sorted(set(re.findall(r"\bsay\([\"'](\w+)[\"']", text)) - words_of_changes().keys()) == []


# -- the command ----------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def repo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with two commits, a tag, and the snapshot 2026.1 of the first."""
    project = repository(tmp_path_factory.mktemp("changes"))
    git(project, "tag", "first")
    publish(project, as_json(state(build(project, DAY), (), None, "2026.1")))
    commit(project, "Another owner", "2026-05-02T10:00:00Z", **{RISK: (project / RISK).read_text(encoding="utf-8").replace("owner: boss", "owner: writer")})
    return project


def aims_changes(project: Path, *arguments: str) -> tuple[int, str, str]:
    """The command in this process: exit code, what it printed, and its messages."""
    done = run_aims("changes", "--project", str(project), *arguments)
    return done.returncode, done.stdout, done.stderr


OWNER = "    Owner: [-Boss-] {+Writer+}"


@pytest.mark.parametrize("arguments", [["2026.1"], [], ["first", "HEAD"], ["2026.1", "main"], ["HEAD~1"]])
def test_names_of_states(repo: Path, arguments: list[str]) -> None:
    code, output, messages = aims_changes(repo, *arguments)
    assert (code, messages) == (0, "")
    begin = arguments[0] if arguments else "2026.1"
    end = arguments[1] if len(arguments) > 1 else "now"
    assert output.splitlines()[0] == f"Changes from {begin} to {end}: records: 1 changed."
    assert OWNER in output


def test_the_four_formats(repo: Path) -> None:
    found = {form: aims_changes(repo, "first", "main", "--format", form)[1] for form in ("text", "markdown", "html", "json")}
    assert OWNER in found["text"]
    assert "- **Owner:** <del>Boss</del> <ins>Writer</ins>" in found["markdown"]
    assert "<li><strong>Owner:</strong> <del>Boss</del> <ins>Writer</ins></li>" in found["html"]
    (field,) = json.loads(found["json"])["groups"][0]["records"][0]["fields"]
    assert (field["path"], [piece["text"] for piece in field["edits"][0]["pieces"]]) == (["Owner"], ["Boss", "Writer"])


def test_removed_and_added_are_not_told_by_colour_only(repo: Path) -> None:
    coloured = run_aims("changes", "first", "main", cwd=repo, FORCE_COLOR="1", TERM="xterm-256color").stdout
    assert "\x1b[" in coloured
    assert OWNER in re.sub(r"\x1b\[[\d;]*m", "", coloured)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["2026.2"], "aims: '2026.2' is neither a snapshot nor a commit, tag or branch; did you mean '2026.1'?; snapshots are 2026.1"),
        (["2026.1", "frist"], "aims: 'frist' is neither a snapshot nor a commit, tag or branch; did you mean 'first'?; snapshots are 2026.1"),
        (["--upload-pack=x"], "No such option"),
        (["--", "--output=x"], "aims: '--output=x' is neither a snapshot nor a commit, tag or branch; snapshots are 2026.1"),
    ],
)
def test_unknown_names(repo: Path, arguments: list[str], sentence: str) -> None:
    code, output, messages = aims_changes(repo, *arguments)
    assert (code, output) == (2, "")
    assert sentence in " ".join(messages.split())


def test_without_a_snapshot_and_without_git(project: Path) -> None:
    assert aims_changes(project) == (
        2,
        "",
        "aims: there is no git history here, so there is nothing to compare with; give it a git repository and commit it first\n",
    )
    committed(project)
    assert aims_changes(project) == (2, "", "aims: there is no snapshot yet; name a commit, tag or branch to compare with, like `aims changes HEAD~1`\n")


def test_a_damaged_snapshot_is_said_to_be_one(project: Path) -> None:
    committed(project)
    publish(project, "{")
    sentence = "aims: the snapshot 2026.1 does not hold a state of the management system; it was damaged or is another file\n"
    assert aims_changes(project, "2026.1") == (2, "", sentence)


def test_a_commit_with_errors_is_compared_as_far_as_it_can_be_read(repo: Path) -> None:
    broken = commit(repo, "Broken", **{"aims_data/suppliers.yaml": "- id: SUP-01\n  wrong: [\n"})
    git(repo, "reset", "--quiet", "--hard", "HEAD~1")
    code, output, messages = aims_changes(repo, broken, "main")
    assert code == 0
    assert messages.startswith(f"Note: {broken} holds what cannot be read, and that is missing below: aims_data/suppliers.yaml:")
    assert "SUP-01 Sieve Makers – Supplier, added" in output
