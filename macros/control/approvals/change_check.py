"""What a change broke, against one base or commit by commit over the whole history, as problems like those of every check."""

from __future__ import annotations

import datetime as dt
from contextlib import ExitStack

from macros.control.approvals.authority import base_commit
from macros.control.approvals.change_rules import REQUIRED, RULES
from macros.control.approvals.compared import Change, Side, side_at, side_now
from macros.control.approvals.data_files import schema_at
from macros.control.approvals.gone import with_way_out
from macros.control.approvals.required import approved_or_draft
from macros.control.approvals.written import DOCUMENTS
from macros.control.git import Commit, Git, GitError
from macros.control.history import History, history_of
from macros.control.progress import Step, quiet
from macros.finding import read
from macros.graph import Aims, build
from macros.load import DATA
from macros.problems import Grade, Place, Problem
from macros.schema.documents import Rewrite

LONGEST = 1000
"""So many commits `--history` looks at, newest first."""
REWRITES = {"history-kept", "recorded-kept", "id-not-given-again"}
"""Rules whose findings can be acknowledged: that something was rewritten. Who may approve, and what a seal shows, nobody can wave through."""
OfCommit = tuple[str, Problem]
"""What a commit broke, with the commit's id."""


def against(aims: Aims, revision: str) -> list[Problem]:
    """What a change broke against the base it builds on. Raises `GitError` where there is no such base."""
    history, commit = _found(aims, revision)
    name = f"{revision} ({commit.id[:10]})"
    if not _contains(history.git, commit):
        return [Problem(Place(DOCUMENTS.rstrip("/")), _rewritten(name), Grade.error, "history-kept")]
    return _problems(_change(aims, history, commit, name))


def renaming_told(aims: Aims, revision: str, problems: list[Problem]) -> list[Problem]:
    """The problems of a state and of its change since a base; where a record may have been renamed, they say what to write. Raises `GitError` where
    there is no such base."""
    history, commit = _found(aims, revision)
    return with_way_out(problems, _change(aims, history, commit, revision))


def _change(aims: Aims, history: History, commit: Commit, name: str) -> Change:
    return Change(side_at(history, commit, lambda: history.at(commit)), side_now(aims), name, history, commit)


def required(aims: Aims, revision: str | None) -> list[Problem]:
    """Contents that are newer than their approval. Raises `GitError` where there is no such base."""
    before, name = None, ""
    if revision is not None:
        history, commit = _found(aims, revision)
        before, name = history.at(commit), revision
    return [Problem(place, message, Grade.error, REQUIRED.name, about) for place, message, about in approved_or_draft(aims, before, name)]


def over_history(aims: Aims, since: str | None = None, step: Step = quiet) -> tuple[list[Problem], str]:
    """What every commit on the line to HEAD that touched a data file broke against the one before it, and a sentence on what was looked at; with `since`
    only those after it. Where `since` is not on that line, as somebody merged it into a branch that took its place, all that came is one change to it.

    Raises `GitError` without the whole git history, and where `since` is not a part of it."""
    history = history_of(aims)
    if history is None:
        raise GitError(f"{Git(aims.project).lacking}, so there is nothing to look at")
    if history.git.shallow:
        raise GitError("this clone holds only a part of the history, so not every commit can be judged; run: git fetch --unshallow")
    base = base_commit(history.git, since) if since is not None else None
    if base and not _contains(history.git, base):
        raise GitError(_rewritten(f"{since} ({base.id[:10]})"))
    if base and base not in (own := list(history.git.commits("HEAD"))):
        return _acknowledged(
            aims, _of_commit(history, base, own[0], aims.today), whole=False
        ), f"{since} ({base.id[:10]}) was merged in, so all that came to it is judged as one change"
    line = f"{base.id}..HEAD" if base else "HEAD"
    commits = list(history.git.commits(line, DATA))
    lowered = [commit for commit in history.git.commits(line, "mkdocs.yml") if commit not in commits and _lowers_schema(history.git, commit)]
    found: list[OfCommit] = []
    for commit in (*reversed(lowered), *reversed(commits[:LONGEST])):
        step(commit.subject)
        parent = history.git.commit(f"{commit.id}^1")
        if parent and history.git.files(parent.id, DATA):  # else the portal begins here, in a repository that held something else before
            found += _of_commit(history, parent, commit, aims.today)
    bound = f"; {len(commits) - LONGEST} older ones were left out" if len(commits) > LONGEST else ""
    first = "" if bound or base else "; the first of them has none before it, its entries are taken as they stand"
    after = f" after {since} ({base.id[:10]})" if base else ""
    looked_at = f"{min(len(commits), LONGEST)} commit{'s' * (len(commits) != 1)}"
    return _acknowledged(aims, found, whole=not (base or bound)), f"{looked_at}{after} changed data, each judged against the one before it{first}{bound}"


def _lowers_schema(git: Git, commit: Commit) -> bool:
    return schema_at(git, commit.id) < schema_at(git, f"{commit.id}^1")


def _acknowledged(aims: Aims, found: list[OfCommit], whole: bool) -> list[Problem]:
    """The findings but those that an entry of `history.yaml` acknowledges; where the whole history was looked at, an error for each entry that fits none."""
    unused: list[Problem] = []
    for entry, rewrite in read(aims, Rewrite):
        fits = [id.startswith(rewrite.commit) and problem.rule in REWRITES and problem.place.file == rewrite.path for id, problem in found]
        left = [one for one, fit in zip(found, fits, strict=True) if not fit]
        if whole and len(left) == len(found):
            message = f"commit {rewrite.commit} rewrote nothing in {rewrite.path}; write commit and path as the finding of `aims check --history` has them"
            unused.append(Problem(entry.place("commit"), message, Grade.error, "history-acknowledged", (rewrite.by,)))
        found = left
    return [problem for _, problem in found] + unused


def _of_commit(history: History, parent: Commit, commit: Commit, today: dt.date) -> list[OfCommit]:
    with ExitStack() as exports:

        def side(at: Commit) -> Side:
            return side_at(history, at, lambda: build(exports.enter_context(history.git.exported(at.id)), today, history.aims.loaded.renamed))

        change = Change(side(parent), side(commit), f"the commit before, {parent.id[:10]}", history, parent)
        found = with_way_out(_problems(change, ignore=("closed-record-kept",)), change)
    of_commit = f"commit {commit.id[:10]} of {commit.time:%Y-%m-%d} ({commit.subject}): "
    return [(commit.id, Problem(problem.place, of_commit + problem.message, problem.grade, problem.rule, problem.about)) for problem in found]


def _problems(change: Change, ignore: tuple[str, ...] = ()) -> list[Problem]:
    rules = [rule for rule in RULES if rule.name not in ignore]
    return [Problem(place, message, rule.grade, rule.name, about) for rule in rules for place, message, about in rule.find(change)]


def _found(aims: Aims, revision: str) -> tuple[History, Commit]:
    history = history_of(aims)
    if history is None:
        raise GitError(f"{Git(aims.project).lacking}, so nothing can be compared with '{revision}'")
    return history, base_commit(history.git, revision)


def _rewritten(name: str) -> str:
    return f"{name} is not part of the history of this commit: merge it in first; if it was part of it once, the history was rewritten and has to be put back"


def _contains(git: Git, commit: Commit) -> bool:
    """Whether a commit is part of the history of HEAD."""
    return not git.text("rev-list", "--max-count=1", commit.id, "^HEAD")
