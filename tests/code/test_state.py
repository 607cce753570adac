"""`aims.json`: everything is in it, in words; nothing changes in it but content; a damaged one is refused with a sentence."""

from __future__ import annotations

import datetime as dt
import json
import tomllib
from collections.abc import Callable
from dataclasses import replace
from importlib import metadata
from pathlib import Path
from typing import Any, get_args

import pytest
from invented import BASE, DAY, ROOT, apply, copy_base
from repository import commit, git

from macros import engine
from macros.audience import Audience, edition
from macros.control.changes.collect import state
from macros.control.changes.parts import PART_OF, items, kinds
from macros.control.changes.plain import PlainText
from macros.control.changes.state import NotAState, State, as_json, read_state
from macros.control.git import Git
from macros.control.snapshots.this_build import built_commit, previous_state
from macros.graph import Aims, build
from macros.schema import FILES, KINDS, SCHEMA
from macros.schema.base import Record
from macros.schema.kind import GROUPS
from macros.site import problems_of


def of(aims: Aims, previous: State | None = None, version: str | None = None) -> State:
    return state(aims, problems_of(aims), previous, version)


def written(value: State) -> dict[str, Any]:
    """What `aims.json` holds, as a program reads it."""
    return dict(json.loads(as_json(value)))


def record(value: dict[str, Any], id: str) -> dict[str, Any]:
    return next(record for record in value["records"] if record["id"] == id)


@pytest.fixture(scope="module")
def base() -> dict[str, Any]:
    return written(of(build(BASE, DAY)))


# -- what is in it --------------------------------------------------------------------------------------------------------------


def test_every_part_of_every_file_has_an_id() -> None:
    """So that nothing can change unseen. A new file in the schema needs a line in PARTS."""
    models = {get_args(shape)[0] if get_args(shape) else shape for shape in FILES.values()}
    assert [model.__name__ for model in models if not issubclass(model, Record) and model not in PART_OF] == []


def test_everything_that_was_read_is_an_item_with_an_id_of_its_own() -> None:
    aims = build(BASE, DAY)
    found = items(aims)
    assert len(found) == len(aims.loaded.entries) == len({item.id for item in found})
    assert {item.group for item in found} <= set(GROUPS.values())


def test_kinds_say_which_fields_hold_ids() -> None:
    known = kinds()
    assert {kind.id for kind in KINDS} <= known.keys()
    assert known["risk"].group == "Risks and treatment"
    assert {"owner", "systems", "assessments.by"} <= set(known["risk"].refs)
    assert "title" not in known["risk"].refs


def test_it_says_first_what_it_is(base: dict[str, Any]) -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert list(base.items())[:7] == [
        ("format", 1), ("commit", None), ("engine", version), ("schema", SCHEMA),
        ("organisation", "Tiny Mill Ltd"), ("audience", "auditor"), ("version", None),
    ]  # fmt: skip


def test_the_version_of_the_engine_is_that_of_its_own_code(tmp_path: Path) -> None:
    """A pyproject.toml that lies beside it and is of another project says nothing about it."""
    own, installed = tmp_path / "pyproject.toml", metadata.version("aims-portal")
    assert engine.version() == engine.version_in(ROOT)
    assert engine.version_beside(tmp_path) == installed
    own.write_text('[project]\nname = "the-mill"\nversion = "9.9"\n', encoding="utf-8")
    assert engine.version_beside(tmp_path) == installed
    own.write_text('[project]\nname = "aims-portal"\nversion = "9.9"\n', encoding="utf-8")
    assert engine.version_beside(tmp_path) == "9.9"


def test_a_record(base: dict[str, Any]) -> None:
    risk = record(base, "R-001")
    assert {key: risk[key] for key in ("kind", "title", "group", "address", "file", "document", "classification", "changed_in")} == {
        "kind": "risk", "title": "Stones in the flour", "group": "Risks and treatment", "address": "risks/R-001.html",
        "file": "aims_data/risks/R-001.yaml", "document": "AIMS-REG-01", "classification": "public", "changed_in": None,
    }  # fmt: skip
    assert risk["fields"]["owner"] == "boss"
    assert risk["fields"]["option"] == "Reduce"
    assert risk["fields"]["review"] == "Every 12 months"
    assert risk["fields"]["assessments"][0] == {
        "on": "2026-04-01", "by": "writer", "inherent": "High (likelihood 2, consequence 1)", "current": "Moderate (likelihood 1, consequence 2)",
        "target": "Low (likelihood 1, consequence 1)", "why": "Seen once.",
    }  # fmt: skip


def test_decisions_and_single_parts_are_entries_of_their_own(base: dict[str, Any]) -> None:
    decision = record(base, "soa:A.2.2")
    assert (decision["title"], decision["address"]) == ("A.2.2 Policy", "controls/A.2.2.html")
    assert decision["fields"]["applicable"] == "yes"
    assert record(base, "status:A.3.2")["fields"]["state"] == "Planned"
    assert record(base, "part:criteria")["fields"]["matrix"] == ["Low | Moderate", "High | Critical"]
    assert record(base, "SYS-01")["fields"]["description"] == "It sorts. See the policy."
    assert "commitments" not in record(base, "part:policy")["fields"], "they are records of their own"


def test_a_document(base: dict[str, Any]) -> None:
    policy = next(document for document in base["documents"] if document["id"] == "AIMS-POL-01")
    assert {key: policy[key] for key in ("kind", "version", "validity", "next_review", "approvers", "approved_on", "change", "needs_approval", "draft")} == {
        "kind": "Policy", "version": "1.0", "validity": "In force", "next_review": "2027-02-03", "approvers": ["boss"], "approved_on": "2026-02-03",
        "change": "First version.", "needs_approval": True, "draft": False,
    }  # fmt: skip
    assert set(policy["sources"]) == {"docs/policy.md", "aims_data/policy.yaml"}
    assert all(len(sum) == 64 for sum in policy["sources"].values())


def test_a_draft_is_called_one(changed: Callable[..., Aims]) -> None:
    draft = "    change: First version.\n  - number: '1.1'\n    written_on: 2026-05-01\n    change: We say more."
    found = of(changed({"aims_data/documents/AIMS-POL-01.yaml": [["    change: First version.", draft]], "docs/policy.md": [["We take care.", "We try."]]}))
    policy = next(document for document in found.documents if document.id == "AIMS-POL-01")
    assert (policy.version, policy.draft) == ("1.0", True)


def test_gaps_only(changed: Callable[..., Aims]) -> None:
    never = {"aims_data/suppliers.yaml": [["  assessments:\n    - on: 2026-05-01\n      result: Good.\n", ""]]}
    found = of(changed({**never, "aims_data/treatment_plan.yaml": [["2027-01-15", "2026-07-01"]]}))
    assert [(gap.rule, gap.about) for gap in found.gaps if gap.rule != "approval-sealed"] == [("supplier-assessed", ("SUP-01",))]


# -- pages as words -------------------------------------------------------------------------------------------------------------

PAGE = """---
title: not shown
---
# A *big* title {#own}

One line
of **words**, `code`, [a link](x.md) &amp; [[R-001]], [[R-001 the stones]], [[boss]].

- first
- second
    - inner

| Who | What |
| --- | --- |
| Boss | **decides** |

!!! note "Mind"

    the gap

??? tip "More"

    inside

{{ control("A.2.2") }} <!-- not shown --> {% set x = 1 %}

```yaml
id: R-001 # [[R-001]]
```
"""
PARAGRAPHS = [
    "A big title", "One line of words, code, a link & R-001, the stones, Boss.", "first", "second", "inner", "Who | What", "Boss | decides", "Mind", "the gap",
    "More", "inside", "(shown here: control A.2.2)", "id: R-001 # [[R-001]]",
]  # fmt: skip


def test_pages_become_the_words_that_are_read() -> None:
    plain = PlainText(lambda id: "Boss" if id == "boss" else id)
    assert plain.page(PAGE) == (PARAGRAPHS, [0])
    assert plain.page(PAGE.replace("\n", "\r\n")) == (PARAGRAPHS, [0]), "with the line ends of Windows too"


@pytest.mark.parametrize("text", ["", "{{", "{% for %}", "<b", "[[", "`", "\\", "# ", "&#x;", "|a|\n|-|\n", "<script>x</script>", "é\u200b"])
def test_any_page_can_be_read(text: str) -> None:
    PlainText(lambda id: id).page(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("See **[[R-001 the stones]]**, `code` and [x](y.md).", "See the stones, code and x."),
        ("snake_case, 2*3, _soft_ and \\*star\\*", "snake_case, 2*3, soft and *star*"),
        ("two\nlines", "two\nlines"),
    ],
)
def test_formatted_fields_lose_their_marks(text: str, words: str) -> None:
    assert PlainText(lambda id: id).field(text) == words


# -- what changes in it, and when -----------------------------------------------------------------------------------------------


def test_the_same_content_gives_the_same_bytes_on_another_day_and_in_another_folder(tmp_path: Path) -> None:
    base, later = of(build(BASE, DAY)), of(build(copy_base(tmp_path), DAY + dt.timedelta(days=14)))
    assert as_json(later) == as_json(base)
    assert str(BASE) not in as_json(base)


def test_changed_in_names_the_snapshot_of_the_last_change(changed: Callable[..., Aims]) -> None:
    first = of(changed(), None, "2026.1")
    assert {entry.changed_in for entry in first.records} == {"2026.1"}
    aims = changed({"aims_data/risks/R-001.yaml": [["owner: boss", "owner: writer"]]})
    second = of(aims, first, "2026.2")
    assert {entry.id for entry in second.records if entry.changed_in == "2026.2"} == {"R-001"}
    assert {entry.id for entry in of(aims, first).records if entry.changed_in is None} == {"R-001"}
    assert {entry.changed_in for entry in of(aims, second).records} == {"2026.1", "2026.2"}


def test_an_edition_holds_no_word_of_what_it_leaves_out(project: Path) -> None:
    organisation = project / "aims_data/organisation.yaml"
    secret = "classifications:\n  - {id: secret, title: Secret, meaning: For few., level: 2}\n"
    organisation.write_text(organisation.read_text(encoding="utf-8").replace("classifications:\n", secret), encoding="utf-8")
    apply(project, {"aims_data/documents/AIMS-PRO-01.yaml": [["classification: public", "classification: secret"]]})
    aims = build(project, DAY)
    assert "long table" in as_json(of(aims))
    said = as_json(of(edition(aims, Audience.public)))
    assert "long table" not in said
    assert "Risk method" not in said
    assert json.loads(said)["audience"] == "public"


@pytest.mark.parametrize("name", sorted(path.relative_to(BASE).as_posix() for path in (BASE / "aims_data").glob("*.yaml")))
def test_a_commit_with_errors_still_has_a_state(project: Path, name: str) -> None:
    """Old commits may not fit the schema of today; what can be read of them is compared."""
    (project / name).write_text("nothing: [", encoding="utf-8")
    of(build(project, DAY))


# -- which commit ---------------------------------------------------------------------------------------------------------------


def test_the_commit_is_named_only_where_its_files_are_built(mill: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AIMS_COMMIT", raising=False)
    head = commit(mill, "Ignored", **{".gitignore": "/site/\n"})
    apply(mill, {"site/index.html": "built"})
    assert built_commit(mill) == head
    apply(mill, {"docs/more.md": "# More\n"})
    assert built_commit(mill) is None, "a page that the commit has not"
    (mill / "docs/more.md").unlink()
    apply(mill, {"aims_data/risks/R-001.yaml": [["owner: boss", "owner: writer"]]})
    assert built_commit(mill) is None, "a record that the commit has otherwise"
    git(mill, "checkout", "--quiet", ".")
    assert built_commit(mill) == head
    (mill / ".git/index").write_bytes(b"damaged")
    assert built_commit(mill) is None, "git cannot say what differs"


def test_without_git_no_commit_is_named(project: Path) -> None:
    assert built_commit(project) is None
    git(project, "init", "--quiet")
    assert built_commit(project) is None


def test_a_clean_checkout_has_its_commit_whatever_git_takes_for_a_difference(mill: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Git takes a line end that .gitattributes would change for a difference, as soon as it looks at the file again."""
    monkeypatch.delenv("AIMS_COMMIT", raising=False)
    (mill / "docs/note.txt").write_bytes(b"one\r\n")
    commit(mill, "As it is")
    (mill / ".gitattributes").write_text("*.txt text\n", encoding="utf-8")
    git(mill, "add", ".gitattributes")  # and not the note, whose line end would be changed then
    git(mill, "commit", "--quiet", "-m", "Line ends are changed from now on")
    head = git(mill, "rev-parse", "HEAD")
    with Git(mill).clone(head) as clone:
        (clone / "docs/note.txt").touch()
        assert built_commit(clone) is None
        monkeypatch.setenv("AIMS_COMMIT", head)
        assert built_commit(clone) == head
        monkeypatch.setenv("AIMS_COMMIT", "0" * 40)
        assert built_commit(clone) is None, "it is not the one that is checked out"


# -- reading it -----------------------------------------------------------------------------------------------------------------


def test_what_was_written_can_be_read() -> None:
    base = of(build(BASE, DAY))
    assert read_state(as_json(base).encode(), "it") == base
    assert as_json(read_state(as_json(base).encode(), "it")) == as_json(base)


NEEDED = {
    "records": {"id", "kind", "title", "group", "address", "file", "document", "digest", "changed_in", "fields"},
    "documents": {"id", "title", "needs_approval", "validity", "sources"},
    "texts": {"path", "document", "title", "address", "digest", "paragraphs", "headings"},
    "gaps": {"rule", "message"},
}


def test_an_older_state_is_read_without_the_keys_that_came_later() -> None:
    """And a newer one without those that are not known here."""
    base = of(build(BASE, DAY))
    older, newer = written(base), written(base)
    for key in ("commit", "engine", "schema"):
        del older[key]
    for document in older["documents"]:
        del document["next_review"]
    found = read_state(json.dumps(older).encode(), "it")
    assert (found.commit, found.engine, found.schema) == (None, None, 1)
    assert found == replace(base, engine=None, schema=1, documents=tuple(replace(document, next_review=None) for document in base.documents))
    newer["more"] = newer["records"][0]["more"] = newer["kinds"]["risk"]["more"] = {"x": [1]}
    assert read_state(json.dumps(newer).encode(), "it") == base


@pytest.mark.parametrize(("part", "key"), [(name, key) for name, keys in NEEDED.items() for key in sorted(keys)])
def test_a_state_that_lacks_what_a_comparison_needs_is_refused(part: str, key: str) -> None:
    lacking = written(of(build(BASE, DAY)))
    lacking["gaps"] = [{"rule": "x", "message": "y"}]
    read_state(json.dumps(lacking).encode(), "it")
    del lacking[part][0][key]
    with pytest.raises(NotAState, match="does not hold a state"):
        read_state(json.dumps(lacking).encode(), "it")


DAMAGED = "it does not hold a state of the management system; it was damaged or is another file"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", DAMAGED),
        (b"\xff\x00", DAMAGED),
        (b"[]", DAMAGED),
        (b'{"format": 1}', DAMAGED),
        (b'{"format": 1, "records": [1], "documents": [], "texts": [], "gaps": []}', DAMAGED),
        (b'{"format": 1, "records": [], "documents": {}, "texts": [], "gaps": []}', DAMAGED),
        (b'{"format": 1, "records": [], "documents": [], "texts": [], "gaps": [{"rule": "x", "message": 3}]}', DAMAGED),
        (b"[" * 100_000, DAMAGED),
        (b'{"format": 2}', "it is of format 2; this version of AIMS Portal reads format 1"),
    ],
)
def test_what_is_no_state_is_refused(content: bytes, message: str) -> None:
    with pytest.raises(NotAState) as raised:
        read_state(content, "it")
    assert str(raised.value) == message


def test_the_state_before_a_snapshot_comes_from_the_environment(changed: Callable[..., Aims], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "aims.json"
    path.write_text(as_json(of(changed(), None, "2026.1")), encoding="utf-8")
    monkeypatch.setenv("AIMS_VERSION", "2026.2")
    monkeypatch.setenv("AIMS_PREVIOUS", str(path))
    found = previous_state(changed())
    assert found is not None and found.version == "2026.1"
    monkeypatch.setenv("AIMS_PREVIOUS", "")
    assert previous_state(changed()) is None
    monkeypatch.setenv("AIMS_PREVIOUS", str(tmp_path / "gone.json"))
    with pytest.raises(NotAState, match="which AIMS_PREVIOUS names, cannot be read"):
        previous_state(changed())


def test_without_git_and_without_a_snapshot_there_is_no_state_before(changed: Callable[..., Aims], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AIMS_VERSION", raising=False)
    assert previous_state(changed()) is None


def test_in_a_fresh_clone_the_state_before_is_that_of_the_origin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which has the snapshots as origin/snapshots only. Nothing was built for it: the branch holds just that file."""
    monkeypatch.delenv("AIMS_VERSION", raising=False)
    project = copy_base(tmp_path)
    content = as_json(of(build(project, DAY), None, "2026.1"))
    for command in (["init", "--quiet", "--initial-branch=main"], ["add", "--all"], ["commit", "--quiet", "-m", "The mill"]):
        git(project, *command)
    git(project, "checkout", "--quiet", "--orphan", "snapshots")
    commit(project, "Snapshot 2026.1", **{"latest/aims.json": content})
    git(project, "checkout", "--quiet", "main")
    git(tmp_path, "clone", "--quiet", str(project), "clone")
    assert "snapshots" not in git(tmp_path / "clone", "branch", "--list").split()
    found = previous_state(build(tmp_path / "clone", DAY))
    assert found is not None and found.version == "2026.1"
