"""Makes `before-house.bundle`: the past of an organisation that used the engine of before the house was rebuilt. `README.md` has the command.

It runs in a checkout of that engine and uses the tests' helpers of then, so nothing here is known to the tests of today but the file that it writes.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from command import run_aims
from invented import ROOT, copy_base
from repository import buildable, commit, committed, git, named

SUPPLIERS, POLICY = "aims_data/suppliers.yaml", "docs/policy.md"


def aims(project: Path, day: str, *arguments: str) -> None:
    """Run a command on a day; ends with what it said where it fails."""
    when = f"{day}T10:00:00Z"
    done = run_aims(*arguments, cwd=project, AIMS_TODAY=day, GIT_AUTHOR_DATE=when, GIT_COMMITTER_DATE=when)
    if done.returncode:
        sys.exit(f"aims {' '.join(arguments)}: {done.stdout}{done.stderr}")


def entered(project: Path, day: str, message: str, *arguments: str) -> None:
    """Let a command enter something, and commit that."""
    aims(project, day, *arguments)
    commit(project, message, f"{day}T10:00:00Z")


def changed(project: Path, day: str, message: str, name: str, old: str, new: str) -> None:
    """Replace a text that stands once in a file, and commit that."""
    text = (project / name).read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{name} has {old!r} {text.count(old)} times"
    commit(project, message, f"{day}T10:00:00Z", **{name: text.replace(old, new)})


def past(folder: Path) -> Path:
    """A repository below `folder`: a policy with an approved version and then a draft, a confirmed register, a closed record, a supplier that was
    assessed twice, three snapshots."""
    project = buildable(copy_base(folder))
    shutil.copy(ROOT / "pyproject.toml", project)  # which says the version of the engine that the project brings
    named(committed(project))
    aims(project, "2026-05-01", "snapshot", "2026.1", "--for", "Stage 1 audit")

    text = (project / POLICY).read_text(encoding="utf-8")
    commit(project, "Who supplies us", "2026-05-04T10:00:00Z", **{POLICY: f"{text}\n## Who supplies us\n\n{{{{ suppliers() }}}}\n"})
    entered(project, "2026-05-04", "Policy handed in", "submit", "AIMS-POL-01", "--as", "writer", "--change", "Suppliers are named.", "--minor")
    entered(project, "2026-05-05", "Policy reviewed", "review", "AIMS-POL-01", "--as", "boss")
    entered(project, "2026-05-06", "Policy approved", "approve", "AIMS-POL-01", "--as", "boss", "--evidence", "Minutes of 2026-05-06")
    entered(project, "2026-05-07", "Record closed", "close", "REC-001", "--as", "writer")
    entered(project, "2026-05-08", "Register confirmed", "review", "AIMS-REG-01", "--as", "boss", "--change", "One record closed.", "--minor")
    aims(project, "2026-05-08", "snapshot", "2026.2", "--for", "Stage 2 audit")

    old, new = "assessed_on: 2026-05-01\n  assessment: Good.", "assessed_on: 2026-05-20\n  assessment: >-\n    Good, and late\n    with two letters."
    changed(project, "2026-05-20", "Supplier assessed again", SUPPLIERS, old, new)
    entered(project, "2026-05-21", "Register confirmed", "review", "AIMS-REG-01", "--as", "boss", "--change", "Supplier assessed again.", "--minor")
    changed(project, "2026-05-22", "Draft of the policy", POLICY, "## Who supplies us", "## Who supplies us, and how well")
    entered(project, "2026-05-22", "Draft handed in", "submit", "AIMS-POL-01", "--as", "writer", "--change", "How well they do.", "--minor")
    aims(project, "2026-05-22", "snapshot", "2026.3", "--for", "For comments", "--with-drafts")
    return project


def main() -> None:
    """Write the bundle to the path that is given."""
    target = Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as folder:
        project = past(Path(folder))
        git(project, "gc", "--quiet", "--prune=now")
        git(project, "bundle", "create", str(target), "--all")
    print(f"{target.name}: {target.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
