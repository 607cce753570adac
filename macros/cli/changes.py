"""The command that says in words what changed: changes."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from macros.audience import Audience, NoEdition, edition
from macros.cli.base import Project, Today, app, errors, project_folder, read_project, wrong_usage
from macros.control.changes import report as changes_report
from macros.control.changes.collect import state
from macros.control.changes.comparison import compare
from macros.control.changes.state import STATE_FILE, NotAState, State, read_state
from macros.control.git import Git, GitError
from macros.control.snapshots.branch import Branch
from macros.control.snapshots.manifest import VERSION, order
from macros.control.snapshots.root import LATEST
from macros.graph import Aims, build
from macros.problems import Grade, did_you_mean
from macros.settings import UnknownSchema, need_known_schema, schema_number
from macros.site import problems_of


class Format(StrEnum):
    """Output formats of `aims changes`."""

    text = "text"
    markdown = "markdown"
    html = "html"
    json = "json"


@app.command()
def changes(
    old: Annotated[str, typer.Argument(help="A snapshot like 2026.1, or any commit, tag or branch; latest is the newest snapshot.")] = LATEST,
    new: Annotated[str | None, typer.Argument(help="The same; else the files as they are now.", show_default=False)] = None,
    project: Project = None,
    today: Today = None,
    reader: Annotated[Audience, typer.Option("--audience", help="Only what this audience may read.")] = Audience.auditor,
    format: Annotated[Format, typer.Option(help="text for a terminal, markdown for a pull request, html for a page, json for programs.")] = Format.text,
) -> None:
    """Say in words what changed between two states: documents with their new versions and a redline, records field by field."""
    folder = project_folder(project)
    try:
        states = States(folder, reader)
        found = compare(states.named(old), states.named(new) if new else states.now(today), states.label(old), new or "now")
    except (NotAState, NoEdition, UnknownSchema) as error:
        raise wrong_usage(str(error)) from None
    if format is Format.text:
        changes_report.text(found, Console(soft_wrap=True))
    else:
        print({Format.markdown: changes_report.markdown, Format.html: changes_report.html, Format.json: changes_report.as_json}[format](found))


class States:
    """Finds the states of a project by the names that people give them."""

    def __init__(self, folder: Path, reader: Audience) -> None:
        self.folder, self.reader, self.git = folder, reader, Git(folder)
        if not self.git.exists:
            raise GitError(f"{self.git.lacking}, so there is nothing to compare with; give it a git repository and commit it first")
        self.branch = Branch(self.git, reader.value)
        self.versions = sorted((name for name in self.branch.entries() if VERSION.fullmatch(name)), key=order)

    def label(self, name: str) -> str:
        """The name as readers know it."""
        content = self.branch.read(f"{LATEST}/{STATE_FILE}") if name == LATEST else None
        return str(read_state(content, f"the snapshot {name}").version) if content else name

    def named(self, name: str) -> State:
        """The state of a snapshot or commit. Raises `GitError` with the known names, and `NotAState`."""
        if name == LATEST or name in self.versions:
            if content := self.branch.read(f"{name}/{STATE_FILE}"):
                return read_state(content, f"the snapshot {name}")
            if name == LATEST and not self.git.commit(name):
                raise GitError("there is no snapshot yet; name a commit, tag or branch to compare with, like `aims changes HEAD~1`")
        commit = self.git.commit(name)
        if commit is None:
            known = self.git.text("for-each-ref", "--format=%(refname:short)", "refs/heads", "refs/tags").splitlines()
            listed = f"; snapshots are {', '.join(self.versions)}" if self.versions else "; there is no snapshot yet"
            raise GitError(f"'{name}' is neither a snapshot nor a commit, tag or branch{did_you_mean(name, [*self.versions, *known])}{listed}")
        with self.git.exported(commit.id) as exported:
            need_known_schema(schema_number(exported), name)
            return self._state(build(exported, commit.time), name)

    def now(self, today: str | None) -> State:
        """The state of the files as they are."""
        return self._state(read_project(self.folder, today), "now")

    def _state(self, aims: Aims, name: str) -> State:
        # CODEOWNERS says nothing about who may read, and is not there where a commit was taken out
        wrong = [problem for problem in problems_of(aims) if problem.grade is Grade.error and problem.rule != "codeowners-current"]
        if wrong and self.reader is not Audience.auditor:
            raise NoEdition(f"{name} has {len(wrong)} error{'s' * (len(wrong) > 1)}, so it cannot be said what {self.reader.value} may read; run `aims check`")
        if aims.loaded.problems:
            first = aims.loaded.problems[0]
            errors.print(f"Note: {name} holds what cannot be read, and that is missing below: {first}", highlight=False, markup=False, soft_wrap=True)
        aims = edition(aims, self.reader)
        return state(aims, problems_of(aims), None, None)
