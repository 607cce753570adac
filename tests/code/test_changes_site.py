"""What strict builds of the smallest project say about changes: `aims.json`, the pages of changes and news, and when each record last changed."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from invented import read_yaml
from repository import commit, repository
from test_changes import RISK, SECOND_RISK, publish

VERSION = "aims_data/approvals/AIMS-POL-01/1.1"
PORTAL = "aims_data/documents/AIMS-PRT-01.yaml"
NEWS = {"docs/changes.md": "# Changes\n\n{{ changes_since() }}\n", "docs/whats-new.md": "# News\n\n{{ whats_new() }}\n"}


def build(project: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """A strict build."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith("AIMS_")}
    fixed = {"AIMS_TODAY": "2026-06-01", "NO_MKDOCS_2_WARNING": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "mkdocs", "build", "--strict"]
    return subprocess.run(command, cwd=project, env=clean | fixed | environment, capture_output=True, text=True, timeout=120, check=False)


def words(project: Path, page: str) -> str:
    """The words of a built page."""
    text = (project / "site" / page).read_text(encoding="utf-8")
    text = text[text.index("<article") : text.index("</article>")]
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "", text.replace("&para;", ""))).split())


def last_changes(project: Path) -> dict[str, set[str]]:
    """The pages by what they say about their last change."""
    found: dict[str, set[str]] = {}
    for path in sorted((project / "site").rglob("*.html")):
        for sentence in re.findall(r'<p class="last-change">([^<]*)</p>', path.read_text(encoding="utf-8")):
            found.setdefault(sentence, set()).add(path.relative_to(project / "site").as_posix())
    return found


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with the pages of changes and news, and the site of its first snapshot; not to be changed."""
    project = repository(tmp_path_factory.mktemp("changes-site"))
    missing = [name for name in NEWS if name not in read_yaml(project / PORTAL)["sources"]]
    portal = (project / PORTAL).read_text(encoding="utf-8").replace("docs/index.md", ", ".join(["docs/index.md", *missing]), 1)
    commit(project, "Pages", **NEWS, **{PORTAL: portal})
    done = build(project, AIMS_VERSION="2026.1", AIMS_PREVIOUS="")
    assert done.returncode == 0, done.stderr
    return project


@pytest.fixture
def project(built: Path, tmp_path: Path) -> Path:
    """A copy of it, to be changed."""
    return Path(shutil.copytree(built, tmp_path / "project"))


def test_each_build_says_what_changed(project: Path) -> None:
    """A first snapshot, a live build after it, the second snapshot: in this order, as each needs the one before."""
    first = (project / "site/aims.json").read_text(encoding="utf-8")
    assert json.loads(first)["version"] == "2026.1"
    assert last_changes(project).keys() == {"Last changed in snapshot 2026.1"}
    assert "There is no snapshot yet with which this state can be compared." in words(project, "changes.html")
    pages = {path.name: path.read_bytes() for path in (project / "site/records").glob("*.html")}

    publish(project, first)
    changed = {
        f"{VERSION}.yaml": "number: '1.1'\nwritten_on: 2026-05-01\nauthor_holder: TM-002\neffective_from: 2026-05-10\nchange: The bakers asked for it.\n",
        f"{VERSION}-approved-boss-2026-05-02.yaml": "by: boss\nholder: TM-001\non: 2026-05-02\nevidence: Minutes of 2026-05-02\n",
        RISK: (project / RISK).read_text(encoding="utf-8").replace("why: Seen once.", "why: Seen <b>twice</b> {{ 7*7 }} [x](y)."),
        "aims_data/risks/R-002.yaml": SECOND_RISK,
        "aims_data/soa.yaml": (project / "aims_data/soa.yaml").read_text(encoding="utf-8").replace("We have a sieve.", "We have two sieves."),
    }
    commit(project, "Changes", "2026-05-02T10:00:00Z", **changed)
    live = build(project)
    assert live.returncode == 0, live.stderr
    since = {"risks/R-001.html", "risks/R-002.html", "documents/AIMS-POL-01.html", "controls/OC-01.html"}
    assert last_changes(project)["Changed since snapshot 2026.1"] == since
    assert json.loads((project / "site/aims.json").read_text(encoding="utf-8"))["version"] is None
    said = words(project, "changes.html")
    assert "Since snapshot 2026.1: 1 document changed; records: 1 added, 2 changed." in said
    assert "Why: Seen once. Seen <b>twice</b> {{ 7*7 }} [x](y)." in said
    assert "Version 1.1, written by Writer (TM-002), approved by Boss (TM-001) on 2026-05-02 (Minutes of 2026-05-02), in force from 2026-05-10" in said
    assert "AIMS-POL-01 AI policy has a new version 1.1, which applies from 2026-05-10. Why: The bakers asked for it." in words(project, "whats-new.html")

    previous = project.parent / "previous.json"
    previous.write_text(first, encoding="utf-8")
    second = build(project, AIMS_VERSION="2026.2", AIMS_PREVIOUS=str(previous))
    assert second.returncode == 0, second.stderr
    assert last_changes(project)["Last changed in snapshot 2026.2"] == since
    assert last_changes(project).keys() == {"Last changed in snapshot 2026.1", "Last changed in snapshot 2026.2"}
    assert pages == {path.name: path.read_bytes() for path in (project / "site/records").glob("*.html")}, "a page without a change has the same bytes"


def test_a_state_before_that_cannot_be_read_ends_the_build_with_a_sentence(project: Path) -> None:
    before = (project / "site/aims.json").read_bytes()
    damaged = project.parent / "damaged.json"
    damaged.write_text("{", encoding="utf-8")
    done = build(project, AIMS_VERSION="2026.3", AIMS_PREVIOUS=str(damaged))
    assert done.returncode == 1
    assert f"{damaged} does not hold a state of the management system; it was damaged or is another file" in done.stderr
    assert "Traceback" not in done.stderr
    assert (project / "site/aims.json").read_bytes() == before


def test_a_live_build_does_without_a_damaged_snapshot(project: Path) -> None:
    publish(project, "{")
    done = build(project)
    assert done.returncode == 0, done.stderr
    assert "There is no snapshot yet" in words(project, "changes.html")
