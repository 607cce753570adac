"""What was renamed: whatever names a former id leads to the record of today, in data, prose and the past."""

from __future__ import annotations

import html
from collections.abc import Callable
from pathlib import Path

import pytest
from command import run_aims
from invented import DAY, apply
from repository import commit, git

from macros import facts
from macros.calls import macros_of
from macros.control.approvals.change_check import against, over_history
from macros.control.git import Git
from macros.control.history import history_of
from macros.graph import Aims, build
from macros.pages import record_pages
from macros.problems import Grade
from macros.renamed import in_text, with_todays_ids
from macros.render import Renderer
from macros.schema import KIND
from macros.schema.documents import Document, Version
from macros.schema.organisation import Party
from macros.schema.risks import Risk
from macros.seal import text_now
from macros.site import build_of, problems_of
from macros.views.registers import new_record

ROLES, RISK, POLICY = "aims_data/roles.yaml", "aims_data/risks/R-001.yaml", "aims_data/documents/AIMS-POL-01.yaml"
RENAMED = {ROLES: [["- id: writer\n", "- id: clerk\n  formerly: [writer]\n"]]}
NUMBER = {RISK: [["id: R-001\n", "id: R-001\nref: OLD-77/b\n"]]}


def test_data_has_the_ids_of_today(changed: Callable[..., Aims]) -> None:
    aims = changed(RENAMED)
    assert [str(problem) for problem in problems_of(aims) if problem.grade is Grade.error] == []
    risk, document = aims.find("R-001", Risk), aims.find("AIMS-POL-01", Document)
    assert risk and risk.assessments[0].by == "clerk" and document and document.author == "clerk"
    assert "writer" not in {link.target for link in aims.links} and aims.links_to["clerk"]


def test_prose_leads_to_the_record(changed: Callable[..., Aims]) -> None:
    aims = changed({**RENAMED, "docs/policy.md": "# AI policy\n\nAsk the [[writer]].\n"})
    assert "docs/policy.md" in {link.place.file for link in aims.links if link.target == "clerk"}
    record = aims.get("writer")
    assert record and record.id == "clerk"
    assert 'href="roles/clerk.html"' in Renderer(aims).prose("Ask the [[writer]].")


def test_a_macro_takes_a_former_id(changed: Callable[..., Aims]) -> None:
    own = {"aims_data/own_controls.yaml": [["- id: OC-01\n", "- id: OC-07\n  formerly: [OC-01]\n"]]}
    aims = changed({**own, "docs/policy.md": '# AI policy\n\n{{ control("OC-01") }}\n'})
    assert [str(problem) for problem in problems_of(aims) if problem.grade is Grade.error] == []
    control = macros_of(build_of(aims), Renderer(aims), lambda: "index.md")["control"]
    assert control("OC-01") == control("OC-07")


def test_it_is_pure_and_leaves_alone_what_it_does_not_know() -> None:
    values = {"id": "old", "owner": "old", "description": "Of [[old]] and [[old too]], [[older]].", "title": "old", "sources": 5, "unknown": "old"}
    new = with_todays_ids(Risk, values, {"old": "new"})
    assert new == values | {"owner": "new", "description": "Of [[new]] and [[new too]], [[older]]."} and values["owner"] == "old"
    assert with_todays_ids(Risk, values, {"old": "new"}, ids=True)["id"] == "new"
    assert with_todays_ids(Risk, ["no", "record"], {"old": "new"}) == ["no", "record"]
    assert in_text("[[a.b]]", {"a.b": "c"}) == "[[c]]"


def test_a_record_says_what_it_is_and_was_called(changed: Callable[..., Aims]) -> None:
    supplier = {"aims_data/suppliers.yaml": [["- id: SUP-01\n", "- id: SUP-01\n  ref: V-12\n"]]}
    aims = changed({**RENAMED, **NUMBER, **supplier})
    pages = {path: html.unescape(text) for path, text in record_pages(build_of(aims), Renderer(aims))}
    assert "Elsewhere: OLD-77/b." in pages["risks/R-001.md"] and "Formerly: writer." in pages["roles/clerk.md"]
    assert pages["suppliers/SUP-01.md"].count("V-12") == 1, "said once, at the head"
    assert 'moved_to: "clerk.html"' in pages["roles/writer.md"] and "(/roles/clerk.md)" in pages["roles/writer.md"]


def test_what_was_sealed_stays_sealed(mill: Path) -> None:
    """The seal names the author's role as it was called then; the command prints the text that was sealed."""
    sealed = git(mill, "rev-parse", "HEAD")
    assert facts.text_matches(build(mill, DAY), *_newest(build(mill, DAY))) is True
    apply(mill, RENAMED)
    for now in ("as it was written", "everywhere"):
        aims = build(mill, DAY)
        policy, version = _newest(aims)
        assert facts.text_matches(aims, policy, version) is True and "author: writer" in text_now(aims, policy, version), now
        assert [str(found) for found in against(aims, sealed)] == []
        history = history_of(aims)
        found = history.commit_of(policy, version) if history else None
        assert found and found.id == sealed
        (mill / POLICY).write_text((mill / POLICY).read_text(encoding="utf-8").replace("writer", "clerk"), encoding="utf-8")


def _newest(aims: Aims) -> tuple[Document, Version]:
    document = aims.find("AIMS-POL-01", Document)
    assert document
    return document, document.versions[-1]


def test_nobody_takes_the_place_of_another_role(mill: Path) -> None:
    """Two roles of the base are not one: whoever holds the one may not act for the other by the change that says so."""
    text = (mill / ROLES).read_text(encoding="utf-8")
    writer = text[text.index("- id: writer\n") :]
    (mill / ROLES).write_text(writer.replace("- id: writer\n", "- id: writer\n  formerly: [boss]\n"), encoding="utf-8")
    name = f"HEAD ({git(mill, 'rev-parse', 'HEAD')[:10]})"
    found = [str(problem) for problem in against(build(mill, DAY), "HEAD") if problem.rule == "renamed-not-merged"]
    assert found == [
        f"{ROLES}:2:14: 'boss' and 'writer' were two records in {name}, so neither is the other under a new id; keep 'boss' and write there that it "
        "ended, with `replaced_by: writer`"
    ]
    commit(mill, "Taken over", "2026-05-03T10:00:00Z")
    assert "renamed-not-merged" in {problem.rule for problem in over_history(build(mill, DAY))[0]}


def test_a_former_id_was_one_once(mill: Path) -> None:
    """In the base, or before it where a rename is said later; a number that no record ever had is one from elsewhere."""
    apply(mill, {ROLES: [["- id: writer\n", "- id: writer\n  formerly: [scribe]\n"]]})
    name = f"HEAD ({git(mill, 'rev-parse', 'HEAD')[:10]})"
    assert [str(problem) for problem in against(build(mill, DAY), "HEAD")] == [
        f"{ROLES}:17:14: up to {name} no record ever had the id 'scribe'; mend it, or say a number that the record has elsewhere as `ref`"
    ]
    commit(mill, "Never had", "2026-05-03T10:00:00Z")
    assert [problem.rule for problem in over_history(build(mill, DAY))[0]] == ["formerly-known"]
    assert [str(problem) for problem in against(build(mill, DAY), "HEAD")] == [], "what the base says already is the base's"


def test_a_rename_may_be_said_later(mill: Path) -> None:
    parties = "aims_data/interested_parties.yaml"
    before = (mill / parties).read_text(encoding="utf-8")
    id = build(mill, DAY).every(Party)[0].id
    commit(mill, "Renamed", "2026-05-03T10:00:00Z", **{parties: before.replace(f"id: {id}", "id: IP-77")})
    apply(mill, {parties: [["id: IP-77\n", f"id: IP-77\n  formerly: [{id}]\n"]]})
    assert [str(problem) for problem in against(build(mill, DAY), "HEAD")] == []


def test_a_file_of_its_own_is_renamed_with_its_record(mill: Path) -> None:
    git(mill, "mv", RISK, "aims_data/risks/R-007.yaml")
    apply(mill, {"aims_data/risks/R-007.yaml": [["id: R-001\n", "id: R-007\n"]]})
    assert "recorded-kept" in {problem.rule for problem in against(build(mill, DAY), "HEAD")}
    apply(mill, {"aims_data/risks/R-007.yaml": [["id: R-007\n", "id: R-007\nformerly: [R-001]\n"]]})
    assert [str(problem) for problem in against(build(mill, DAY), "HEAD")] == []
    apply(mill, {"aims_data/risks/R-007.yaml": [["why: Seen once.", "why: Never seen."]]})
    assert [problem.message.split(":")[0] for problem in against(build(mill, DAY), "HEAD")] == ["the entry of 2026-04-01 under assessments was altered"]


# -- what `aims new` may issue ------------------------------------------------------------------------------------------------------


def new(project: Path, kind: str) -> tuple[int, str]:
    done = run_aims("new", kind, "--project", str(project))
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("kind", "file", "line", "next"),
    [
        ("risk", "aims_data/risks/R-002.yaml", "id: R-002\ntitle: Dust\n", "R-003.yaml"),
        ("own_control", "aims_data/own_controls.yaml", "- id: OC-01\n", "id: OC-02"),
    ],
    ids=["files", "rows"],
)
def test_no_id_of_the_history_is_issued(mill: Path, kind: str, file: str, line: str, next: str) -> None:
    before = (mill / file).read_text(encoding="utf-8") if (mill / file).exists() else None
    commit(mill, "There", "2026-05-02T10:00:00Z", **{file: line})
    commit(mill, "Gone", "2026-05-03T10:00:00Z", **{file: before})
    assert new(mill, kind)[0] == 0
    assert next in new(mill, kind)[1]
    offered = new_record(build_of(build(mill, DAY)), kind)
    assert next in f"{offered.file} {offered.text}", "the page offers what the command writes"


def test_the_ids_of_another_kind_in_the_file_do_not_count(mill: Path) -> None:
    """Actions and opportunities stand in one file, which has more of the latter here."""
    plan = "aims_data/treatment_plan.yaml"
    text = (mill / plan).read_text(encoding="utf-8")
    opportunities = text[text.index("opportunities:\n") :]
    new_plan = f"{text[: text.index('actions:')]}actions: []\n{opportunities}  - id: OP-02\n    title: Sort more\n"
    commit(mill, "Actions done with", "2026-05-02T10:00:00Z", **{plan: new_plan})
    assert "id: T-02\n" in new(mill, "action")[1]


def test_a_former_id_is_not_issued(mill: Path) -> None:
    apply(mill, {RISK: [["id: R-001\n", "id: R-001\nformerly: [R-009]\n"]]})
    assert "R-010.yaml" in new(mill, "risk")[1]


def test_a_part_of_the_history_is_not_guessed_from(mill: Path) -> None:
    commit(mill, "More", "2026-05-02T10:00:00Z", **{"docs/more.md": "# More\n"})
    git(mill.parent, "clone", "--quiet", "--depth=1", f"file://{mill}", "shallow")
    assert new(mill.parent / "shallow", "risk") == (
        2,
        "aims: this clone holds only a part of the history, so which number is free for a new risk cannot be told; run: git fetch --unshallow\n",
    )
    assert new(mill.parent / "shallow", "role")[0] == 0, "its ids are words, and nothing is guessed"
    assert new_record(build_of(build(mill.parent / "shallow", DAY)), "risk").name == "R-002.yaml", "a page offers what the files say; the check finds the rest"


def test_a_build_asks_git_once(mill: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    ask = Git.lines_ever
    monkeypatch.setattr(Git, "lines_ever", lambda self, under: asked.append(under) or ask(self, under))
    this = build_of(build(mill, DAY))
    for kind in KIND:
        new_record(this, kind)
    assert asked == ["aims_data"]
