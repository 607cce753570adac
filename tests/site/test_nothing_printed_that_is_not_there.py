"""What is not known leaves no hole in a sentence: no None, no comma without what it joins, no interval that nobody set."""

from __future__ import annotations

import re
from pathlib import Path

from command import run_aims
from html_page import read_site
from invented import DAY, apply, copy_base
from repository import buildable

CONTACT = re.compile(r", phone: '100'")


def test_contacts_without_a_number(tmp_path: Path) -> None:
    """Nor an interval of review on pages that nobody reviews."""
    project = buildable(copy_base(tmp_path))
    organisation = project / "aims_data/organisation.yaml"
    text, count = CONTACT.subn("", organisation.read_text(encoding="utf-8"))
    assert count == 3
    organisation.write_text(text, encoding="utf-8")
    apply(project, {"docs/index.md": [["See [[AIMS-POL-01]]", "{{ contacts() }}\n\n{{ finder() }}\n\nSee [[AIMS-POL-01]]"]]})
    done = run_aims("build", "--today", str(DAY), cwd=project)
    assert done.returncode == 0, done.stdout + done.stderr
    pages = {name: page.words for name, page in read_site(project / "site").items()}
    assert len(pages) > 50
    holes = re.compile(r"\bNone\b|: ,|, ,|, \.|: \.|no interval set")
    assert {name: found.group() for name, text in pages.items() if (found := holes.search(text))} == {}
    assert "Ask first. " in pages["index.html"]
