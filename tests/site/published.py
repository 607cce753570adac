"""A small tree of published snapshots, as the web server of readers has it: the smallest project, published with the real `aims snapshot`.

2026.1, then 2026.2, which is `latest`, then 2026.3 with a draft. Between the first two a page went, a risk came, one went, one changed, and so
did the AI policy, which got a new version.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from command import run_aims
from once import once
from projects import BUILD, ROOT
from repository import commit, repository

from macros.control.changes.state import read_state
from macros.control.snapshots.comparisons import comparisons

HOSTILE = "<img src=x onerror=alert(1)> & <b>bold</b> {{ 7*7 }}"
PURPOSE = "Stage 1 audit <b>"
VERSIONS = {"2026.1": "2026-05-02T10:00:00Z", "2026.2": "2026-08-01T10:00:00Z", "2026.3": "2026-09-01T10:00:00Z"}
COPIED = ("verify.md", "compare.md")
POLICY = "# AI policy\n\nWe take care. See [[A.2.2]].\n\nEvery mill stone is checked once a month before work begins.\n"
LATER_POLICY = "# AI policy\n\nWe take care. See [[A.2.2]].\n\nEvery mill stone is checked twice a week before work begins.\n\n1 < 2 & `<b>` is no mark.\n"
ENTERED = {
    "1.0": "number: '1.0'\nwritten_on: 2026-02-01\neffective_from: 2026-02-10\nchange: First version.\n",
    "1.0-reviewed-boss-2026-02-02": "by: boss\nholder: TM-001\non: 2026-02-02\n",
    "1.0-approved-boss-2026-02-03": "by: boss\nholder: TM-001\non: 2026-02-03\nevidence: Minutes of 2026-02-03\n",
}
LATER = {
    "1.1": "number: '1.1'\nwritten_on: 2026-07-01\neffective_from: 2026-07-10\nchange: Stones twice a week.\n",
    "1.1-reviewed-boss-2026-07-02": "by: boss\nholder: TM-001\non: 2026-07-02\n",
    "1.1-approved-boss-2026-07-02": "by: boss\nholder: TM-001\non: 2026-07-02\nevidence: Minutes of 2026-07-02\n",
}
DRAFT = {"1.2": "number: '1.2'\nwritten_on: 2026-08-20\nchange: Stones every day.\n"}
"""What is entered for the policy, by the names of the files."""


@dataclass(frozen=True)
class Published:
    """The folder to serve, the digest of every version's manifest, and a site of the same project that is no snapshot."""

    folder: Path
    digests: dict[str, str]
    plain: Path

    def copy(self, target: Path) -> Published:
        """The same once more, to be tampered with."""
        return Published(Path(shutil.copytree(self.folder, target)), self.digests, self.plain)


def published_tree() -> Published:
    """The three snapshots as they are published, made once in a run of the tests; who changes something copies it first."""
    folder = once("published", _publish)
    digests = {version: hashlib.sha256((folder / "published" / version / "manifest.json").read_bytes()).hexdigest() for version in VERSIONS}
    return Published(folder / "published", digests, folder / "plain")


def _publish(folder: Path) -> None:
    """Publish the three snapshots of a project below `folder`, and lay out what is on the branch."""
    project = repository(folder)
    for change, (version, day) in zip((_first, _second, _third), VERSIONS.items(), strict=True):
        change(project)
        commit(project, f"For {version}", when=day)
        done = run_aims("snapshot", version, "--for", PURPOSE, *(["--with-drafts"] if change is _third else []), cwd=project)
        assert done.returncode == 0, done.stdout + done.stderr
    tree = folder / "published"
    tree.mkdir()
    archive = subprocess.run(["git", "archive", "snapshots"], cwd=project, capture_output=True, check=True).stdout
    subprocess.run(["tar", "-x"], cwd=tree, input=archive, check=True)
    _plain(project, folder / "plain")


def rewrite_manifest(site: Path) -> None:
    """Make manifest.json agree with what the folder holds now, as somebody would who changes a page and knows of it."""
    manifest = site / "manifest.json"
    content = json.loads(manifest.read_bytes())
    files = {path.relative_to(site).as_posix(): path.read_bytes() for path in site.rglob("*") if path.is_file() and path != manifest}
    content["files"] = {path: {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)} for path, data in files.items()}
    manifest.write_text(json.dumps(content), encoding="utf-8")


def compare_again(tree: Path) -> None:
    """Write the comparisons anew from the `aims.json` of each version, as the next snapshot would."""
    states = {version: read_state((tree / version / "aims.json").read_bytes(), version) for version in VERSIONS}
    for path, content in comparisons(states).items():
        (tree / path).write_bytes(content)


def _first(project: Path) -> None:
    docs = project / "docs"
    for name in COPIED:
        shutil.copy(ROOT / "docs" / name, docs)
    (docs / "verifying.md").write_text("# Verifying\n", encoding="utf-8")
    (docs / "old-way.md").write_text("# Old way\n\nGone in the next one.\n", encoding="utf-8")
    (docs / "policy.md").write_text(POLICY, encoding="utf-8")
    _entered(project, ENTERED)
    _sources(project, "sources: [", f"sources: [{', '.join(f'docs/{name}' for name in COPIED)}, docs/verifying.md, docs/old-way.md, ")
    _risk(project, "R-002", "Dust in the air")


def _second(project: Path) -> None:
    (project / "docs/old-way.md").unlink()
    _sources(project, "docs/old-way.md, ", "")
    (project / "docs/policy.md").write_text(LATER_POLICY, encoding="utf-8")
    _entered(project, LATER)
    (project / "aims_data/risks/R-002.yaml").unlink()
    _risk(project, "R-003", HOSTILE)
    risk = project / "aims_data/risks/R-001.yaml"
    risk.write_text(risk.read_text(encoding="utf-8").replace("The sorter lets a stone pass.", "The sorter lets a <b>pebble</b> pass."), encoding="utf-8")


def _third(project: Path) -> None:
    _entered(project, DRAFT)


def _entered(project: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (project / f"aims_data/approvals/AIMS-POL-01/{name}.yaml").write_text(text, encoding="utf-8")


def _sources(project: Path, old: str, new: str) -> None:
    portal = project / "aims_data/documents/AIMS-PRT-01.yaml"
    text = portal.read_text(encoding="utf-8")
    assert text.count(old) == 1
    portal.write_text(text.replace(old, new), encoding="utf-8")


def _risk(project: Path, id: str, title: str) -> None:
    text = (project / "aims_data/risks/R-001.yaml").read_text(encoding="utf-8")
    text = re.sub(r"^id: .*", f"id: {id}", text, flags=re.M)
    (project / f"aims_data/risks/{id}.yaml").write_text(re.sub(r"^title: .*", f"title: {json.dumps(title)}", text, flags=re.M), encoding="utf-8")


def _plain(project: Path, target: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AIMS_")} | {"PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([*BUILD, "--site-dir", str(target)], cwd=project, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-2500:]
