"""While the page of a document holds something else, its approved text has a page of its own, taken from the history; and what pages say about it."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest
from command import run_aims
from invented import DAY, apply
from jinja2 import UndefinedError
from repository import commit, git, repository

from macros.audience import Audience, edition
from macros.control.approvals.approved_text import Approved, approved_texts, missing
from macros.graph import Aims, build
from macros.pages import record_pages
from macros.render import Renderer
from macros.schema.documents import Document
from macros.seal import record_seal, seal_of
from macros.site import approved_of, build_of
from macros.views.document_control import approved_block, document_block

POLICY, REGISTER = "aims_data/documents/AIMS-POL-01.yaml", "aims_data/documents/AIMS-REG-01.yaml"
CRITERIA = "aims_data/risk_criteria.yaml"
PAGE = "documents/approved/AIMS-POL-01.md"
END = "    change: First version.\n"
DRAFT = "  - number: '1.1'\n    written_on: 2026-05-02\n    change: A draft.\n"
OWN_DRAFT = {"aims_data/approvals/AIMS-POL-01/1.1.yaml": "number: '1.1'\nwritten_on: 2026-05-02\nchange: A draft.\n"}
"""The same where versions are files, as in a project that can be built."""
OTHER = "# AI policy\n\nWe may take care.\n"
PASTED = "0123456789abcdef" * 4


def now(project: Path, day: dt.date = DAY) -> Aims:
    return build(project, day)


def policy(aims: Aims) -> Document:
    found = aims.find("AIMS-POL-01", Document)
    assert found
    return found


def approved_text(aims: Aims) -> Approved | None:
    """The approved text of the policy, where it has a page of its own."""
    return build_of(aims).approved_text("AIMS-POL-01")


def lacking(project: Path) -> list[str]:
    """What who works here is told of approved texts that cannot be had."""
    aims = now(project)
    return list(missing(aims, approved_of(aims)))


def pages(aims: Aims) -> dict[str, str]:
    """The generated pages as text: entities that only escape are read."""
    return {path: text.replace("&#45;", "-").replace("&#46;", ".").replace("&#44;", ",") for path, text in record_pages(build_of(aims), Renderer(aims))}


def text_of(project: Path, text: str) -> str:
    """The approved text of a policy that was approved as `text` and is a draft now."""
    apply(project, {"docs/policy.md": text})
    document = policy(now(project))
    apply(project, {POLICY: [[document.versions[0].approvals[0].seal, seal_of(now(project), document, document.versions[0])]]})
    commit(project, "Approved")
    apply(project, {"docs/policy.md": OTHER, POLICY: [[END, END + DRAFT]]})
    found = approved_text(now(project))
    assert found
    return found.text


def was_approved(project: Path, calls: str) -> str:
    """The commit at which a policy with calls of macros was approved; its page holds something else now."""
    apply(project, {"docs/policy.md": f"# AI policy\n\n{calls}\n"})
    document = policy(now(project))
    apply(project, {POLICY: [[document.versions[0].approvals[0].seal, seal_of(now(project), document, document.versions[0])]]})
    held = commit(project, "Approved")
    apply(project, {"docs/policy.md": OTHER})
    return held


def test_a_page_that_is_the_approved_text_needs_no_other(mill: Path) -> None:
    assert approved_text(now(mill)) is None
    apply(mill, {POLICY: [[END, END + DRAFT]]})
    assert approved_text(now(mill)) is None, "a draft entry whose text is not written yet"
    block = document_block(build_of(now(mill)), "docs/policy.md")
    assert block and (block.rely, block.holds_draft, block.row.draft_above and block.row.draft_above.number) == (True, False, "1.1")
    assert PAGE not in pages(now(mill))


def test_a_draft_leaves_the_approved_text_readable(mill: Path) -> None:
    first = git(mill, "rev-parse", "HEAD")
    commit(mill, "A draft", **{"docs/policy.md": OTHER, POLICY: (mill / POLICY).read_text(encoding="utf-8") + DRAFT})
    aims = now(mill)
    found = approved_text(aims)
    assert found
    assert (found.version.number, found.commit.id, found.address) == ("1.0", first, PAGE)
    block = document_block(build_of(aims), "docs/policy.md")
    assert block and (block.rely, block.holds_draft, block.approved_text) == (True, True, PAGE)
    page = pages(aims)[PAGE]
    assert page.startswith('---\ntitle: "AIMS-POL-01 AI policy, version 1.0"\n')
    assert 'render_macros": false' in page or "render_macros: false" in page
    assert "This is the approved text of version 1.0" in page and f"commit {first[:10]}" in page
    assert page.endswith("## AI policy\n\nWe take care. See [[A.2.2]].\n\n")
    own = approved_block(build_of(aims), PAGE)
    assert own and (own.rely, own.matches, own.row.validity_words) == (True, True, "Approved, in force from 2026-02-10")
    assert approved_block(build_of(aims), "documents/approved/AIMS-PRO-01.md") is None
    record = pages(aims)["documents/AIMS-POL-01.md"]
    assert "[the approved text of version 1.0](/documents/approved/AIMS-POL-01.md)" in record
    assert "It seals the approved text above; the files hold version 1.1 already." in record


def test_a_change_without_approval_leads_back_too(mill: Path) -> None:
    apply(mill, {"docs/policy.md": OTHER})
    block = document_block(build_of(now(mill)), "docs/policy.md")
    assert block and (block.rely, block.row.validity_words, block.approved_text) == (False, "Changed since version 1.0", PAGE)


def test_macros_show_the_records_of_then(mill: Path) -> None:
    text = text_of(mill, "---\ntitle: Ours\n---\n# AI policy\n\n{{ policy() }}\n")
    assert "## AI policy" in text and "Even flour" in text and "title:" not in text and "{{" not in text


def test_links_that_lead_nowhere_today_are_plain_text(mill: Path) -> None:
    apply(mill, {"docs/old.md": "# Old\n", "docs/logo.png": "bytes", REGISTER: [["sources:\n", "sources:\n  - docs/old.md\n  - docs/logo.png\n"]]})
    before = "\n".join([
        "# AI policy", "", "[gone](old.md) [here](risk-method.md#how-we-rate) [no such part](risk-method.md#nowhere)"
            " [far](https://mill.example/) [duties](#duties)",
        "![a sign](logo.png) `[code](old.md)` [[R-001]] [[R-001 the stones]] [[SYS-02]]", "", "## Duties", "",
    ])  # fmt: skip
    apply(mill, {"docs/policy.md": before})
    document = policy(now(mill))
    apply(mill, {POLICY: [[document.versions[0].approvals[0].seal, seal_of(now(mill), document, document.versions[0])]]})
    commit(mill, "Approved")
    apply(mill, {"docs/old.md": None, "docs/logo.png": "others", "docs/policy.md": OTHER, "aims_data/systems/SYS-02.yaml": None})
    apply(mill, {REGISTER: [["  - docs/old.md\n", ""]]})
    found = approved_text(now(mill))
    assert found
    assert found.text.split("\n")[2:4] == [
        "gone [here](/risk-method.md#how-we-rate) [no such part](/risk-method.md) [far](https://mill.example/) [duties](#duties)",
        "a sign `[code](old.md)` [[R-001]] [[R-001 the stones]] SYS&#45;02 Old Sorter",
    ]
    assert "\n### Duties\n" in found.text


UNKNOWN = ["{{ gone_since() }}", "{{ control('A.9.9') }}", "{{ control() }}", "{{ policy('A.2.2') }}", "{{ gone.since }}", "{% gone %}"]
WRONG_BY_ITSELF = ["{{ 1 / 0 }}", "{{ scope() + 1 }}", "{{ scope(of='us') }}", "{{ scope(*5) }}", "{% include 'gone.md' %}"]


@pytest.mark.parametrize("calls", UNKNOWN + WRONG_BY_ITSELF)
def test_an_old_text_that_cannot_be_shown_is_not_shown_in_part(mill: Path, calls: str) -> None:
    """A macro, an argument or a syntax that today's code does not know, or an expression that nobody can fill: the history of the source still has it."""
    was_approved(mill, calls)
    assert approved_text(now(mill)) is None
    block = document_block(build_of(now(mill)), "docs/policy.md")
    assert block and (block.rely, block.approved_text) == (False, None)


def test_an_old_text_whose_records_were_not_there_is_not_shown_in_part(mill: Path) -> None:
    """Macros may count on the parts without which nothing is checked today."""
    scope = (mill / "aims_data/scope.yaml").read_text(encoding="utf-8")
    apply(mill, {"aims_data/scope.yaml": None})
    held = was_approved(mill, "{{ scope() }}")
    apply(mill, {"aims_data/scope.yaml": scope})
    assert lacking(mill) == [f"{LACKING}commit {held[:10]} holds it in a form that cannot be shown any more"]


def test_an_old_text_over_records_with_errors_is_shown_where_its_macros_can_be_filled(mill: Path) -> None:
    """A commit of then may hold errors, or what is one by today's rules; no view of today counts on such records."""
    criteria = (mill / CRITERIA).read_text(encoding="utf-8")
    apply(mill, {CRITERIA: [["  - {step: 2, title: Often, meaning: Every year}\n", ""]]})
    assert "Milling" in text_of(mill, "# AI policy\n\n{{ scope() }}\n")
    held = was_approved(mill, "{{ risk_criteria() }}")
    apply(mill, {CRITERIA: criteria})
    assert lacking(mill) == [f"{LACKING}commit {held[:10]} holds it in a form that cannot be shown any more"]


@pytest.mark.parametrize("mistake", [KeyError("R-001"), UndefinedError("'version' is undefined")])
def test_a_mistake_in_a_macro_ends_the_build(mill: Path, mistake: Exception) -> None:
    """It is no property of the old text, and nobody would learn of it."""
    was_approved(mill, "{{ policy() }}")

    def policy_() -> str:
        raise mistake

    with pytest.raises(type(mistake)):
        approved_texts(now(mill), lambda then, here: {"policy": policy_})


def test_without_history_there_is_no_page(project: Path) -> None:
    apply(project, {"docs/policy.md": OTHER})
    assert approved_text(now(project)) is None
    assert lacking(project) == [LACKING + "there is no git history here"]


LACKING = "AIMS-POL-01 AI policy: version 1.0 is in force, its files hold another text, and the portal cannot offer it: "


def test_who_works_in_a_part_of_the_history_is_told(mill: Path, tmp_path: Path) -> None:
    """By check, status and build; no page and no finding differs, as it depends on the clone alone."""
    commit(mill, "A draft", **{"docs/policy.md": OTHER, POLICY: (mill / POLICY).read_text(encoding="utf-8") + DRAFT})
    assert lacking(mill) == []
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{mill}", "shallow")
    shallow = tmp_path / "shallow"
    why = "no commit of the history here holds what was sealed; this clone holds only a part of the history, so run: git fetch --unshallow"
    assert lacking(shallow) == [LACKING + why]
    for command in ("check", "status"):
        whole, part = (run_aims(command, cwd=project, AIMS_TODAY=DAY.isoformat()) for project in (mill, shallow))
        assert (whole.stderr, part.stderr) == ("", f"aims: {LACKING}{why}\n")
        assert (part.returncode, part.stdout) == (whole.returncode, whole.stdout)
    git(shallow, "fetch", "--quiet", "--unshallow")
    assert lacking(shallow) == []


def test_who_builds_without_the_approved_text_is_told(tmp_path: Path) -> None:
    """It is no warning, which would end a strict build."""
    project = repository(tmp_path)
    apply(project, {"docs/policy.md": OTHER, **OWN_DRAFT})
    shutil.rmtree(project / ".git")
    done = run_aims("build", cwd=project)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"INFO    -  {LACKING}there is no git history here" in done.stderr


def test_an_old_text_in_no_form_for_today_is_named(mill: Path) -> None:
    held = was_approved(mill, "{{ gone_since() }}")
    assert lacking(mill) == [f"{LACKING}commit {held[:10]} holds it in a form that cannot be shown any more"]


def test_an_edition_shows_no_word_that_it_may_not(mill: Path) -> None:
    """What was confidential when it was approved stays so, whatever the record says today; and then-titles of hidden records do not come back."""
    apply(mill, {"docs/policy.md": OTHER})
    public = edition(now(mill), Audience.public)
    assert approved_text(public)
    apply(mill, {POLICY: [["classification: public", "classification: internal"]], "docs/policy.md": "# AI policy\n\nSecret.\n"})
    document = policy(now(mill))
    apply(mill, {POLICY: [[document.versions[0].approvals[0].seal, seal_of(now(mill), document, document.versions[0])]]})
    commit(mill, "Approved as internal")
    apply(mill, {POLICY: [["classification: internal", "classification: public"]], "docs/policy.md": OTHER})
    public = edition(now(mill), Audience.public)
    found = approved_text(public)
    assert found is None or "Secret" not in found.text


# -- what the other pages say ---------------------------------------------------------------------------------------------------


def test_the_page_of_a_closed_record_says_so(mill: Path) -> None:
    seal = str(record_seal(now(mill), "REC-001"))
    apply(mill, {REGISTER: [["versions:\n", f"closed:\n  - {{record: REC-001, on: 2026-04-02, by: writer, holder: TM-002, seal: {seal}}}\nversions:\n"]]})
    found = pages(now(mill))
    assert "Closed</span> on <time>2026-04-02</time> by [Writer](/roles/writer.md)" in found["records/REC-001.md"]
    assert seal in found["records/REC-001.md"]
    assert "## Closed records" in found["documents/AIMS-REG-01.md"] and seal[:12] in found["documents/AIMS-REG-01.md"]


def test_a_register_says_which_records_changed_since_it_was_confirmed(mill: Path) -> None:
    document = now(mill).find("AIMS-REG-01", Document)
    assert document
    seal = seal_of(now(mill), document, document.versions[0])
    apply(mill, {REGISTER: [["on: 2026-02-01}", f"on: 2026-02-01, seal: {seal}}}"]]})
    commit(mill, "Confirmed")
    assert "Nothing since the confirmed review of <time>2026-02-01</time>" in pages(now(mill))["documents/AIMS-REG-01.md"]
    apply(mill, {"aims_data/risks/R-001.yaml": [["title: Stones", "title: Small stones"]]})
    page = pages(now(mill))["documents/AIMS-REG-01.md"]
    assert "Changed since the confirmed review of <time>2026-02-01</time>" in page
    assert "Next review due <time>2027-02-01</time>" in page
    assert "- [R-001 Small stones in the flour](/risks/R-001.md) was changed" in page


def test_what_shows_an_approval_is_said(mill: Path) -> None:
    page = pages(now(mill))["documents/AIMS-POL-01.md"]
    assert "recorded, not signed" in page and "approval not evidenced" not in page and "seal <code" in page
    apply(mill, {POLICY: [["        evidence: Minutes of 2026-02-03\n", "        recorded_by: TM-002\n"]]})
    page = pages(now(mill))["documents/AIMS-POL-01.md"]
    assert "approval not evidenced" in page and "recorded by TM-002" in page


def test_a_provisional_approval_is_marked(mill: Path) -> None:
    apply(
        mill,
        {
            POLICY: [
                ["        holder: TM-001\n        on: 2026-02-03\n", "        holder: TM-001\n        on: 2026-02-03\n        provisional_until: 2026-06-30\n"]
            ]
        },
    )
    block = document_block(build_of(now(mill)), "docs/policy.md")
    assert block and (block.rely, str(block.lapses), block.row.validity_words) == (True, "2026-06-30", "Approved provisionally until 2026-06-30")


def test_the_site_builds_with_the_approved_text(tmp_path: Path) -> None:
    project = repository(tmp_path)
    commit(project, "A draft", **{"docs/policy.md": OTHER, **OWN_DRAFT})
    done = run_aims("build", "--project", str(project), "--today", DAY.isoformat(), cwd=project, PYTHONPATH=str(project))
    assert done.returncode == 0, done.stderr + done.stdout
    page = (project / "site/policy.html").read_text(encoding="utf-8")
    assert "This text is a draft of version 1.1" in page and 'href="documents/approved/AIMS-POL-01.html"' in page
    old = (project / "site/documents/approved/AIMS-POL-01.html").read_text(encoding="utf-8")
    assert "We take care." in old and "We may take care." not in old and "seal cdd8c2e3403b, approved, in force from 2026-02-10" in old
