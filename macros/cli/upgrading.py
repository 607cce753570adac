"""The command that brings a project's files into today's shape."""

from __future__ import annotations

from typing import Annotated

import typer

from macros.cli.base import Project, app, project_folder
from macros.cli.entering import refused
from macros.control.approvals import entries
from macros.control.git import Git, GitError
from macros.control.upgrade import NoUpgrade, Upgrade, upgrade
from macros.problems import printable

MOST = 10
"""So many files are named."""


@app.command("upgrade")
def print_upgrade(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be written; write nothing.")] = False,
    project: Project = None,
) -> None:
    """Bring the files of a project into the shape that this version of AIMS Portal writes. Values and comments stay; nothing is approved anew.

    Every file has to be committed before, so that what it does can be looked at, and undone.
    """
    folder = project_folder(project)
    try:
        found = upgrade(folder)
        if not found.changes:
            print("There is nothing to do: the files have today's shape.")
            return
        git = Git(folder)
        if git.lacking:
            raise NoUpgrade(f"{git.lacking}, so nobody could look at what it does; begin one, and commit all of it")
        if dirty := git.dirty():
            raise NoUpgrade(f"there are changes that are not committed ({', '.join(dirty[:MOST])}); commit them first, or put them aside with git stash -u")
        if not dry_run:
            entries.write(folder, found.changes)
    except (NoUpgrade, entries.EntryError, GitError) as error:
        raise refused(str(error)) from None
    _tell(found, dry_run)


def _tell(found: Upgrade, dry_run: bool) -> None:
    for change in found.changes[: None if dry_run else MOST]:
        print(f"{'new    ' if change.before is None else 'changed'}  {printable(change.name)}")
    if len(found.changes) > MOST and not dry_run:
        print(f"and {len(found.changes) - MOST} more")
    print("\n".join(found.sentences))
    print("Nothing was written." if dry_run else "Look at it with git status and aims check, and commit all of it together.")
