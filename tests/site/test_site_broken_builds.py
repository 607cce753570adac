"""A build that goes wrong says why, and leaves the site that stands there."""

from __future__ import annotations

import hashlib
import json
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from invented import copy_base
from projects import BUILD, build, built_once, environment, run_build
from repository import buildable

RISK = "aims_data/risks/R-001.yaml"
WAIT = """
import time

def on_post_page(output, page, config):
    time.sleep(60 if page.file.src_uri == "soa.md" else 0)
"""
"""A hook that stops a build among the pages, so that it can be killed there."""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The smallest project with a site in it, which a build must not harm."""
    built = built_once("mill-site", lambda folder: build(buildable(copy_base(folder))))
    target = Path(shutil.copytree(built.project, tmp_path / "project"))
    (target / "site" / "old.txt").write_text("the old site\n", encoding="utf-8")
    return target


def fingerprint(folder: Path) -> str:
    """A digest of every name and byte in a folder."""
    digest = hashlib.sha256()
    for file in sorted(folder.rglob("*")):
        digest.update(file.relative_to(folder).as_posix().encode())
        digest.update(file.read_bytes() if file.is_file() else b"")
    return digest.hexdigest()


def append(file: Path, text: str) -> int:
    """Write at the end of a file; returns the number of the first new line."""
    before = file.read_text(encoding="utf-8")
    file.write_text(before + text, encoding="utf-8")
    return before.count("\n") + 1


def test_an_error_in_the_data_ends_the_build_with_the_list_of_aims_check(project: Path) -> None:
    before = fingerprint(project / "site")
    line = append(project / RISK, "colour: red\n")
    roles = project / "aims_data/roles.yaml"
    roles.write_text(roles.read_text(encoding="utf-8").replace("reports_to:", "reports_too:", 1), encoding="utf-8")

    done = run_build(project)
    command = [sys.executable, "-m", "macros.cli", "check", "--format", "json"]
    checked = subprocess.run(command, cwd=project, env=environment(), capture_output=True, text=True)
    listed = [f"{it['file']}:{it['line']}:{it['column']}: {it['message']}" for it in json.loads(checked.stdout) if it["grade"] == "error"]

    assert done.returncode != 0
    assert checked.returncode == 1
    errors = [text.partition("-")[2].strip() for text in done.stderr.splitlines() if text.startswith("ERROR")]
    assert any(error.startswith(f"{RISK}:{line}:1: ") for error in errors)
    assert len(listed) >= 2
    assert errors[: len(listed)] == listed
    assert "Traceback" not in done.stderr
    assert fingerprint(project / "site") == before
    assert not list(project.glob(".site*"))


def test_a_warning_in_a_page_leaves_the_old_site(project: Path) -> None:
    """Strict: MkDocs counts warnings only after everything was written."""
    before = fingerprint(project / "site")
    append(project / "docs/policy.md", "\n[nowhere](no-such-page.md)\n")
    done = run_build(project)
    assert done.returncode != 0
    assert "no-such-page.md" in done.stderr
    assert fingerprint(project / "site") == before
    assert not list(project.glob(".site*"))


@pytest.mark.parametrize("template", ["soa.md.j2", "risk.md.j2"])
def test_an_error_in_a_template_leaves_the_old_site(project: Path, template: str) -> None:
    """Of a block in a page, and of a generated page."""
    before = fingerprint(project / "site")
    append(project / "macros/templates" / template, "\n{{ no_such_value }}\n")
    done = run_build(project)
    assert done.returncode != 0
    assert "no_such_value" in done.stderr
    assert fingerprint(project / "site") == before
    assert not list(project.glob(".site*"))


def test_a_killed_build_leaves_the_old_site_and_the_next_one_clears_up(project: Path) -> None:
    before = fingerprint(project / "site")
    settings = project / "mkdocs.yml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("macros/hooks.py", "macros/hooks.py, wait.py"), encoding="utf-8")
    (project / "wait.py").write_text(WAIT, encoding="utf-8")
    process = subprocess.Popen(BUILD, cwd=project, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        end = time.monotonic() + 120
        while not list(project.glob(".site.building-*/*.html")):
            assert process.poll() is None, "the build ended before it wrote a page"
            assert time.monotonic() < end, "the build wrote no page within 120 s"
            time.sleep(0.02)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=30)
    assert fingerprint(project / "site") == before
    assert list(project.glob(".site.building-*"))

    append(project / "macros/templates/risk.md.j2", "\n{{ no_such_value }}\n")  # the next build is broken as well, and short
    assert run_build(project).returncode != 0
    assert fingerprint(project / "site") == before
    assert not list(project.glob(".site*"))
