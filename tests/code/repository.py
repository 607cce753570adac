"""A real git repository that holds the smallest project, complete enough to be built strictly in about two seconds."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from invented import ROOT, copy_base, upgraded
from once import once

from macros.schema import KINDS

FIRST = "2026-05-01T10:00:00Z"
"""When the first commit was made."""
PAGES = {
    **{kind.register: f'register("{kind.id}")' for kind in KINDS},
    "annex-c.md": "annex_c()",
    "clauses/4.md": "clause_chapter('4')",
    "areas/A.6.md": "",
    "clauses/9.md": "",
    "context.md": "issues()",
    "control-status.md": "control_status()",
    "gaps.md": "gaps()",
    "due.md": "due()",
    "organisation.md": "organisation()",
    "soa.md": "soa()",
    "sources.md": "sources()",
    "treatment-plan.md": "treatment_plan()",
}
"""Pages that records lead to, each a heading and one macro or one section: the register of each kind, and those that several kinds share."""
ANCHORS = {"clauses/9.md": "c-9-1", "areas/A.6.md": "a-3-1"}
"""Sections of them that records lead to and that no macro makes here."""


def git(project: Path, *arguments: str, when: str = FIRST) -> str:
    """What a git command prints, run as somebody who can commit, on the day `when`."""
    who = {"GIT_AUTHOR_NAME": "Writer", "GIT_AUTHOR_EMAIL": "writer@mill.example", "GIT_COMMITTER_NAME": "Writer", "GIT_COMMITTER_EMAIL": "writer@mill.example"}
    days = {"GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    done = subprocess.run(["git", *arguments], cwd=project, env=os.environ | who | days, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"git {' '.join(arguments)}: {done.stderr}"
    return done.stdout.strip()


def commit(project: Path, message: str, when: str = FIRST, **changes: str | None) -> str:
    """Write files (`None` removes one; a name in `changes` is a path, given as **{"docs/policy.md": text}), commit everything, give the commit's id."""
    for name, text in changes.items():
        path = project / name
        if text is None:
            path.unlink()
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
    git(project, "add", "--all", when=when)
    git(project, "commit", "--quiet", "--allow-empty", "-m", message, when=when)
    return git(project, "rev-parse", "HEAD")


def buildable(project: Path) -> Path:
    """Make a copy of the smallest project one that MkDocs builds strictly: code, theme, configuration, and the pages that records lead to."""
    for name in ("macros", "overrides"):
        shutil.copytree(ROOT / name, project / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "requirements.txt", project)
    config = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    (project / "mkdocs.yml").write_text(config[: config.index("\n# Only pages that")] + "\n", encoding="utf-8")
    pages = {name: macro for name, macro in PAGES.items() if not (project / "docs" / name).exists()}
    for name, macro in pages.items():
        path = project / "docs" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"# {path.stem}\n\n" + (f"{{{{ {macro} }}}}\n" if macro else f"## Section {{: #{ANCHORS[name]} }}\n"), encoding="utf-8")
    portal = project / "aims_data/documents/AIMS-PRT-01.yaml"
    sources = "sources: [docs/index.md, " + ", ".join(f"docs/{name}" for name in pages) + "]"
    portal.write_text(portal.read_text(encoding="utf-8").replace("sources: [docs/index.md]", sources), encoding="utf-8")
    upgraded(project)
    (project / ".gitignore").write_text("/site/\n.site.*\n__pycache__/\n", encoding="utf-8")
    return project


def committed(project: Path, message: str = "The mill") -> Path:
    """Make a folder a git repository with all of it in one commit of 2026-05-01."""
    git(project, "init", "--quiet", "--initial-branch=main", "--template=")  # without the example of each hook
    commit(project, message)
    return project


def named(project: Path) -> Path:
    """Give a repository the name of who works in it."""
    git(project, "config", "user.name", "Writer")
    git(project, "config", "user.email", "writer@mill.example")
    return project


def mill(folder: Path) -> Path:
    """A git repository below `folder` with the smallest project in one commit: a copy of one that is made once."""
    return _copied("mill", folder, lambda made: committed(copy_base(made)))


def repository(folder: Path) -> Path:
    """The same with the buildable project, of somebody who has a name."""
    return _copied("repository", folder, lambda made: named(committed(buildable(copy_base(made)))))


def _copied(key: str, folder: Path, make: Callable[[Path], Path]) -> Path:
    """A copy of a repository whose objects lie in one pack: it has half as many files."""
    made = once(key, lambda empty: git(make(empty), "repack", "--quiet", "-a", "-d"))
    return Path(shutil.copytree(made / "project", folder / "project"))
