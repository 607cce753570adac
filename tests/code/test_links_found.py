"""The check finds every link that a strict build would end on, with line and column, also where only a macro can have made the heading."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from command import run_aims
from invented import DAY, apply, findings
from repository import buildable

WRONG = ["gone.md", "due.md#no-such-heading", "gaps.md#no-such-heading", "/risks/R-999.md", "policy.md#c-9-1", "index.html", "../docs/gone.pdf", "risks/"]
RIGHT = ["due.md", "/gaps.md#gaps", "risks/R-001.md#assessments", "clauses/9.md#c-9-1", "risk-method.md#how-we-rate", "https://example.org/gone.md"]
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


def test_what_it_lets_pass_is_built_strictly(portal: Path) -> None:
    links = "\n".join(f"[a page]({target})" for target in RIGHT)
    (portal / "docs/index.md").write_text(f"{TEXT}{links}\n", encoding="utf-8")
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
