"""ProperDocs, the fork of MkDocs 1.x that goes on, builds the same site: the end of MkDocs 1.x is the edit of one line.

It takes the place of the module `mkdocs` wherever it is installed, so it has an environment and a lock of its own (`make .venv-properdocs/.tested`).
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

from invented import DAY, ROOT, copy_base
from repository import buildable

PROPERDOCS = ROOT / ".venv-properdocs/bin/properdocs"
PROGRAM = re.compile(rb'<meta name="generator" content="[^"]*">|"engine":[^,}]*')
"""Where a site says by which program it was built: the tag, and in aims.json the version of the engine, which is not installed beside ProperDocs."""
EPOCH = "1780000000"


def built(project: Path, program: Path) -> dict[str, bytes]:
    """The files of the site of a project as a program builds it strictly, by their paths, without what says which program it was."""
    environment = {"AIMS_TODAY": str(DAY), "SOURCE_DATE_EPOCH": EPOCH, "PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1", "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run([program, "build", "--strict", "--quiet"], cwd=project, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    site = project / "site"
    files = {path.relative_to(site).as_posix(): path.read_bytes() for path in sorted(site.rglob("*")) if path.is_file()}
    shutil.rmtree(site)
    return {name: PROGRAM.sub(b"", content) for name, content in files.items() if name != "sitemap.xml.gz"}


def test_the_same_site(tmp_path: Path) -> None:
    assert PROPERDOCS.is_file(), "its environment is missing; run: make .venv-properdocs/.tested"
    project = buildable(copy_base(tmp_path))
    ours = built(project, Path(sys.executable).with_name("mkdocs"))
    theirs = built(project, PROPERDOCS)
    assert len(ours) > 50
    assert theirs.keys() == ours.keys()
    assert [name for name in ours if theirs[name] != ours[name]] == []


def test_it_is_nowhere_near_our_own_environment() -> None:
    assert not Path(sys.executable).with_name("properdocs").exists()
    assert "properdocs" not in (ROOT / "requirements.txt").read_text(encoding="utf-8") + (ROOT / "requirements-dev.txt").read_text(encoding="utf-8")
