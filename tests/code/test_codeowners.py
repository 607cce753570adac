"""CODEOWNERS from roles, documents and accounts: complete, right, and never silently out of date."""

from __future__ import annotations

from collections.abc import Callable
from fnmatch import fnmatchcase
from pathlib import Path

from command import run_aims
from invented import apply, findings
from repository import commit, repository

from macros.codeowners import FILE, HEAD, codeowners
from macros.graph import Aims
from macros.schema import SCHEMA

ACCOUNTS = {
    "aims_data/accounts.yaml": "- {role: boss, handle: '@mill/boss'}\n- {role: boss, handle: '@board'}\n",
    "aims_data/documents/AIMS-PRT-01.yaml": [["sources: [docs/index.md]", "sources: [docs/index.md, aims_data/accounts.yaml]"]],
}


def blocks(text: str) -> dict[str, list[str]]:
    """The lines below each comment that opens a block."""
    return {lines[0]: lines[1:] for lines in (block.splitlines() for block in text.removeprefix(HEAD).strip().split("\n\n"))}


def test_sources_go_to_the_owner_and_the_record_of_approvals_to_the_approvers(changed: Callable[..., Aims]) -> None:
    owner = {"aims_data/documents/AIMS-POL-01.yaml": [["owner: boss", "owner: writer"]]}
    text = codeowners(changed(ACCOUNTS | owner | {"mkdocs.yml": f"extra: {{aims: {{schema: {SCHEMA}}}}}\n"}))
    assert blocks(text)["# AIMS-POL-01: owner writer, approved by boss"] == [
        "# /docs/policy.md has no account: none of writer is in aims_data/accounts.yaml",
        "# /aims_data/policy.yaml has no account: none of writer is in aims_data/accounts.yaml",
        "/aims_data/documents/AIMS-POL-01.yaml @mill/boss @board",
        "/aims_data/approvals/AIMS-POL-01/ @mill/boss @board",
    ]


def test_where_the_data_has_an_older_shape_no_folder_is_asked_for_that_is_not_there(changed: Callable[..., Aims]) -> None:
    """A portal that was sound stays so with a newer engine."""
    lines = codeowners(changed(ACCOUNTS)).splitlines()
    assert [line for line in lines if line.startswith("/aims_data/approvals/")] == []
    assert [line for line in lines if line.startswith("/aims_data/decisions/")] != []


def test_everything_else_goes_to_who_answers_for_the_portal_and_comes_first(changed: Callable[..., Aims]) -> None:
    """The last line that matches counts, so the line for everything has to be the first."""
    lines = [line for line in codeowners(changed(ACCOUNTS)).splitlines() if line and not line.startswith("#")]
    assert lines[0] == "* @mill/boss @board"
    assert sum(line.startswith("*") for line in lines) == 1


def test_every_file_under_document_control_has_a_line(changed: Callable[..., Aims]) -> None:
    aims = changed(ACCOUNTS)
    patterns = [line.split(" ")[0].removeprefix("/") for line in codeowners(aims).splitlines() if line.startswith("/")]
    uncovered = [name for name in aims.files if not any(fnmatchcase(name, f"{pattern}*") if pattern.endswith("/") else name == pattern for pattern in patterns)]
    assert uncovered == []


def test_spaces_in_a_name_do_not_end_the_pattern(changed: Callable[..., Aims]) -> None:
    aims = changed(
        ACCOUNTS
        | {
            "docs/Our way #1.md": "# Our way\n",
            "aims_data/documents/AIMS-PRT-01.yaml": [["docs/index.md]", "'docs/Our way #1.md', docs/index.md, aims_data/accounts.yaml]"]],
        }
    )
    assert "/docs/Our\\ way\\ \\#1.md @mill/boss @board" in codeowners(aims)


def test_without_a_file_nothing_is_said_and_a_written_one_is_current(project: Path) -> None:
    assert findings(project) == []
    done = run_aims("export", "codeowners", "--write", "--project", str(project))
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    written = (project / FILE).read_bytes()
    assert run_aims("export", "codeowners", "--project", str(project)).stdout.encode() == written
    assert findings(project) == []
    (project / FILE).write_bytes(written.replace(b"\n", b"\r\n"))
    assert findings(project) == [], "the line ends of a clone are no difference"


def accounts(project: Path) -> Path:
    """The project with accounts and the CODEOWNERS that is made from them; gives that file."""
    apply(project, ACCOUNTS)
    assert run_aims("export", "codeowners", "--write", "--project", str(project)).returncode == 0
    assert findings(project) == []
    return project / FILE


def test_where_there_are_accounts_a_file_that_is_gone_or_only_a_link_is_an_error(project: Path) -> None:
    """A host follows no link; writing it again makes a file of it."""
    path = accounts(project)
    path.rename(elsewhere := project / "elsewhere")
    nobody = "so nobody is asked for a review; run `aims export codeowners --write`"
    assert findings(project) == [f"error codeowners-current {FILE}:1:1: is not there, {nobody}"]
    path.symlink_to(elsewhere)
    assert findings(project) == [f"error codeowners-current {FILE}:1:1: is a link, which no source host follows, {nobody}"]
    assert run_aims("export", "codeowners", "--write", "--project", str(project)).returncode == 0
    assert not path.is_symlink() and path.read_bytes() == elsewhere.read_bytes()


def test_a_folder_in_its_place_is_no_traceback(project: Path) -> None:
    accounts(project).unlink()
    (project / FILE).mkdir()
    assert [finding.split(": ")[0] for finding in findings(project)] == [f"error codeowners-current {FILE}:1:1"]
    done = run_aims("export", "codeowners", "--write", "--project", str(project))
    assert done.returncode == 2 and f"{FILE} cannot be written" in done.stderr and "Traceback" not in done.stderr


def test_changes_of_an_edition_are_told_also_where_a_commit_has_no_such_file(tmp_path: Path) -> None:
    project = repository(tmp_path)
    portal = (project / "aims_data/documents/AIMS-PRT-01.yaml").read_text(encoding="utf-8")
    named = portal.replace("sources: [", "sources: [aims_data/accounts.yaml, ")
    commit(project, "Accounts", **{"aims_data/accounts.yaml": str(ACCOUNTS["aims_data/accounts.yaml"]), "aims_data/documents/AIMS-PRT-01.yaml": named})
    done = run_aims("changes", "HEAD~1", "HEAD", "--audience", "public", cwd=project)
    assert done.returncode == 0, done.stderr


def test_a_cut_or_unreadable_file_is_an_error_with_its_line(project: Path) -> None:
    run_aims("export", "codeowners", "--write", "--project", str(project))
    path = project / FILE
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[:-1]), encoding="utf-8")
    assert [finding.split(": ")[0] for finding in findings(project)] == [f"error codeowners-current {FILE}:{len(lines)}:1"]
    path.write_bytes(b"\xff\xfe\0")
    assert [finding.split(": ")[0] for finding in findings(project)] == [f"error codeowners-current {FILE}:1:1"]


def test_a_handle_that_is_none_is_answered_with_an_example(project: Path) -> None:
    (project / "aims_data/accounts.yaml").write_text("- {role: boss, handle: boss@mill.example}\n", encoding="utf-8")
    assert any("'@larkfield/aims-managers'" in finding for finding in findings(project))
    done = run_aims("export", "codeowners", "--project", str(project))
    assert done.returncode == 2 and "aims check" in done.stderr and "Traceback" not in done.stderr
