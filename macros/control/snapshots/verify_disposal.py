"""Whether a snapshot whose content was removed was free to go: after its keep-until day, and under no hold, as the project said then."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from macros.control.git import Commit, Git
from macros.control.snapshots.disposal import RETENTION
from macros.control.snapshots.findings import Finding, Read
from macros.control.snapshots.manifest import DISPOSAL
from macros.control.snapshots.verify_branch import ID, Shown
from macros.control.snapshots.verify_commit import listed_at, main_history
from macros.schema.documents import SnapshotRetention


def check_disposals(shown: Shown, reads: Sequence[Read]) -> Iterator[Finding]:
    """Every recorded disposal: the day on which it was done, and what the project said that day about keeping the version. What is said later counts
    no more. That is read from the commit that the record names, and from a later one of before that day, which it should have been done after."""
    git = shown.branch.git
    for read in reads:
        if read.disposal:
            yield from _day(shown, read, read.disposal)
            yield from _retention(git, read, read.disposal)


def _finding(read: Read, sentence: str, notice: bool = False, rule: str = "retention") -> Finding:
    on = (read.disposal or {})["on"]
    return Finding(rule, f"{read.version}/{DISPOSAL}", f"says that it was removed on {on}, and {sentence}", read.version, notice)


def _day(shown: Shown, read: Read, record: dict[str, Any]) -> Iterator[Finding]:
    """A made-up day could stand before a hold or after the end of the retention."""
    path = f"{read.version}/{DISPOSAL}"
    lines = shown.branch.git.text("log", "-1", "--first-parent", "--diff-filter=A", "--format=%P%x00%ct", shown.tip.id, "--", path)
    parents, _, seconds = lines.partition("\0")
    if parents:  # else the history before it was removed, and with it the commit
        day = dt.datetime.fromtimestamp(int(seconds), dt.UTC).date()
        if abs(day - dt.date.fromisoformat(record["on"])) > dt.timedelta(days=1):  # somewhere it is a day earlier or later
            yield _finding(read, f"the commit that did it is of {day}; a clock was wrong, or one of the two days was made up", rule="disposal")


def _retention(git: Git, read: Read, record: dict[str, Any]) -> Iterator[Finding]:
    named = record["retention"]
    commit = git.commit(named) if named else None
    if named and (commit is None or commit.id not in main_history(git)):
        missing = (
            f"names the commit {named[:ID]} as the one that allowed it, which is not a part of the history of the main branch here: it was made from "
            "another branch, the history was rewritten, or this clone holds only a part of it (then: git fetch --unshallow --tags)"
        )
        yield _finding(read, missing, git.shallow)
        return
    states = [*([commit] if commit else []), *_later(git, commit, dt.date.fromisoformat(record["on"]))]
    said = {state.id: listed_at(git, state.id, RETENTION, SnapshotRetention) for state in states}
    entries = {id: next((entry for entry in found or () if entry.version == read.version), None) for id, found in said.items()}
    if not any(entries.values()):  # `aims dispose` refuses then; of a record that names no commit, or an unreadable file, nobody can say
        yield _finding(read, f"{RETENTION} did not say then how long it was to be kept", notice=commit is None or None in said.values())
    for state in states:
        if sentence := _too_early(entries[state.id], record["on"]):
            yield _finding(read, f"after {RETENTION} as of {state.time:%Y-%m-%d} (commit {state.id[:ID]}) {sentence}")
            return


def _later(git: Git, after: Commit | None, day: dt.date) -> list[Commit]:
    """The newest commit of the main branch of before that day in which the file was changed after the one that is named, if any; where none is named,
    as in records of older versions, that day counts too."""
    tips = git.main_branches() or (["HEAD"] if git.commit("HEAD") else [])
    revisions = [*tips, *(["--not", after.id] if after else [])]
    log = git.text("log", "--first-parent", "--format=%H", *revisions, "--", RETENTION).split() if tips else []
    commits = [commit for id in log if (commit := git.commit(id)) and (commit.time.date() < day or (not after and commit.time.date() == day))]
    return [max(commits, key=lambda commit: commit.time)] if commits else []


def _too_early(entry: SnapshotRetention | None, on: str) -> str | None:
    """Why it was not free to go on that day."""
    if entry and on < entry.keep_until.isoformat():
        return f"it was to be kept until {entry.keep_until}; it was removed too early, or the record was changed"
    if entry and entry.hold and entry.hold.on.isoformat() <= on:
        return f"it was under a legal hold since {entry.hold.on} ({entry.hold.reason})"
    return None
