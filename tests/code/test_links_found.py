"""The check finds every link that a strict build would end on, with line and column, also where only a macro can have made the heading."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from command import run_aims
from invented import DAY, apply, findings
from repository import buildable

WRONG = [
    "gone.md",
    "due.md#no-such-heading",
    "gaps.md#no-such-heading",
    "/risks/R-999.md",
    "policy.md#c-9-1",
    "index.html",
    "../docs/gone.pdf",
    "risks/",
    "gone(1).md",
    "#same_2",
]
RIGHT = ["due.md", "/gaps.md#gaps", "risks/R-001.md#assessments", "clauses/9.md#c-9-1", "risk-method.md#how-we-rate", "https://example.org/gone.md"]
FORMS = 'Two lines\n---\n\n## Same\n\n## Same\n\n## See [the policy](policy.md) & `code`, <b>bold</b>\n\nNote[^1] <a name="named"></a>\n\n[^1]: Small.\n'
OF_FORMS = ["#two-lines", "#same_1", "#see-the-policy-code-bold", "#fn:1", "#named"]
TEXT = "# Tiny Mill\n\nSee [[AIMS-POL-01]] and\n"


@pytest.fixture
def portal(project: Path) -> Path:
    return buildable(project)


@pytest.mark.parametrize("target", WRONG)
def test_a_link_that_leads_nowhere(portal: Path, target: str) -> None:
    (portal / "docs/index.md").write_text(f"{TEXT}[a page]({target}).\n", encoding="utf-8")
    found = [line for line in findings(portal) if line.startswith("error")]
    assert len(found) == 1, found
    assert found[0].startswith(f"error link-leads-somewhere docs/index.md:4:10: '{target}' leads to ")


@pytest.mark.parametrize(("text", "column"), [("[![a](gone.png)](due.md)", 7), ("[a]( gone.png )", 6), ("[a](\ngone.png)", 1), ("[a [b]](gone.png 'c')", 9)])
def test_every_form_of_a_link(portal: Path, text: str, column: int) -> None:
    (portal / "docs/index.md").write_text(f"{TEXT}{text}\n", encoding="utf-8")
    [found] = [line for line in findings(portal) if line.startswith("error")]
    line = 4 + text[: text.index("gone.png")].count("\n")
    assert found.startswith(f"error link-leads-somewhere docs/index.md:{line}:{column}: 'gone.png' leads to gone.png, which is not there")


def test_what_it_lets_pass_is_built_strictly(portal: Path) -> None:
    links = "\n".join(f"[a page]({target})" for target in (*RIGHT, *OF_FORMS))
    (portal / "docs/index.md").write_text(f"{TEXT}{links}\n\n\\[no](link.md)\n\n{FORMS}", encoding="utf-8")
    assert [line for line in findings(portal) if line.startswith("error")] == []
    done = run_aims("build", "--today", str(DAY), cwd=portal)
    assert done.returncode == 0, done.stdout + done.stderr
    page = (portal / "site/index.html").read_text(encoding="utf-8")
    assert [
        target for target in RIGHT if re.sub(r"\.md\b", ".html", target).lstrip("/") not in page.replace("example.org/gone.md", "example.org/gone.html")
    ] == []


def test_whom_to_call_leads_somewhere(project: Path) -> None:
    apply(project, {"aims_data/organisation.yaml": [["urgent_contact: {", "urgent_contact: {page: polcy.md, "]]})
    [found] = findings(project)
    assert found.startswith("error page-is-there aims_data/organisation.yaml:")
    assert found.endswith(": urgent_contact: leads to polcy.md, which is no page below docs/; did you mean 'policy.md'?")
