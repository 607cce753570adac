"""How the branch grew: one version or one recorded disposal per commit, nothing changed afterwards, nothing rewritten."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Set
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property

from macros.control.git import Commit, Git, GitError
from macros.control.snapshots.branch import Branch, entries_of
from macros.control.snapshots.findings import Finding, some
from macros.control.snapshots.manifest import DISPOSAL, MANIFEST, STATE, VERSION, order
from macros.control.snapshots.root import LATEST
from macros.control.snapshots.verify_files import INDEX, REMAINS

PRUNED = re.compile(rf"History removed after the disposal of ({VERSION.pattern})")
"""What the documentation of `aims dispose` calls the commit that ends a history."""
MISNAMED = "is not what its id says: somebody changed the files of this repository behind git's back; get another copy, and run `git fsck --full` there"
ID = 10
"""So many characters of a commit's id are shown."""


@dataclass(frozen=True)
class Shown:
    """The branch as it is verified: which commit, and what git calls it."""

    branch: Branch
    ref: str
    tip: Commit

    @cached_property
    def ancestors(self) -> frozenset[str]:
        """The commit and all before it."""
        return frozenset(self.branch.git.text("rev-list", self.tip.id, "--").split())

    @property
    def where(self) -> str:
        """What the branch is called in findings."""
        return f"branch {self.branch.name}"


def find_branch(git: Git, audience: str) -> tuple[Shown | None, list[Finding]]:
    """The branch of an audience's snapshots, its newest state where this clone knows several, and what is wrong between them."""
    branch = Branch(git, audience)
    refs = [line.split(" ") for line in git.text("for-each-ref", "--format=%(refname) %(objectname)", "refs/heads/", "refs/remotes/").split("\n") if line]
    named = {ref: id for ref, id in refs if re.fullmatch(rf"refs/(heads|remotes/[^/]+)/{branch.name}", ref)}
    own = [ref for ref in (branch.ref, f"refs/remotes/origin/{branch.name}", *named) if ref in named]
    states = {ref: commit for ref in dict.fromkeys(own) if (commit := git.commit(ref))}
    if not states:
        return None, []
    first, *others = (Shown(branch, ref, commit) for ref, commit in states.items())
    shown, findings = first, list[Finding]()
    for other in others:
        if other.tip.id in shown.ancestors:
            continue
        if shown.tip.id in other.ancestors:
            newer = _plain(other.ref)
            findings.append(Finding("behind", shown.where, f"{newer} is newer than {_plain(shown.ref)}; verified is {newer}", notice=True))
            shown = other
        else:
            sentence = (
                f"{_plain(shown.ref)} ({shown.tip.id[:ID]}) and {_plain(other.ref)} ({other.tip.id[:ID]}) have different histories; "
                "one of the two was rewritten after publication"
            )
            findings.append(Finding("rewritten", shown.where, sentence))
    for state in (first, *others):
        findings += _moved_back(state)
    return shown, findings


def _moved_back(shown: Shown) -> Iterator[Finding]:
    """What the branch pointed at earlier has to be a part of its history, as far as this clone wrote that down."""
    git = shown.branch.git
    try:
        lines = git.text("reflog", "show", "--format=%H%x00%gd", "--date=short", shown.ref, "--").split()
    except GitError:
        return  # no log is kept, as in a bare clone
    seen = {id: f"on {when.partition('{')[2].rstrip('}')}" for id, _, when in (line.partition("\0") for line in lines)}
    with suppress(GitError):  # what it showed before the oldest line of the log
        oldest = git.text("rev-parse", "--verify", "--quiet", f"{shown.ref}@{{{len(lines)}}}")
        seen.setdefault(oldest, list(seen.values())[-1].replace("on ", "until ") if seen else "earlier")
    covered: set[str] = set()
    for id, when in seen.items():  # the newest first
        if id not in shown.ancestors and id not in covered:
            with suppress(GitError):  # what is not needed any more may be gone
                covered.update(git.text("rev-list", id, "--").split())
            sentence = (
                f"{_plain(shown.ref)} showed the commit {id[:ID]} {when}, and that is not a part of its history now; "
                "the history was rewritten or the branch moved back"
            )
            yield Finding("rewritten", shown.where, sentence)


def _plain(ref: str) -> str:
    return ref.removeprefix("refs/heads/").removeprefix("refs/remotes/")


def check_store(shown: Shown, commits: Iterable[str]) -> Iterator[Finding]:
    """Whether git's own store holds, for the branch and some further commits, what their ids say."""
    git = shown.branch.git
    for id in git.misnamed([*sorted(shown.ancestors), *(commit for commit in commits if git.commit(commit))]):
        yield Finding("store", f"object {id[:ID]}", MISNAMED)


# -- growth ---------------------------------------------------------------------------------------------------------------------


def check_growth(shown: Shown, drafts: Set[str]) -> Iterator[Finding]:
    """Every commit of the branch against the one before it. `drafts`: the versions that hold any."""
    git = shown.branch.git
    log = git.text("log", "--first-parent", "--reverse", "--format=%H%x00%P%x00%cs%x00%s", shown.tip.id, "--")
    before: dict[str, str] = {}
    whole = not git.shallow
    for number, line in enumerate(log.split("\n")):
        id, parents, day, subject = line.split("\0", 3)
        after = entries_of(git, id)
        pruned = PRUNED.fullmatch(subject)
        if number == 0 and (not whole or (pruned and f"{pruned[1]}/{DISPOSAL}" in git.files(id, pruned[1]))):
            why = f"of {day} says that the history before it was removed after a disposal" if whole else "is the oldest of the branch in this clone"
            yield Finding("growth", f"commit {id[:ID]}", f"{why}; whether a folder was touched before it cannot be seen here", notice=True)
            before = after
            continue
        step = _Step(git, id, f"commit {id[:ID]}", f"of {day} “{subject}”", before, after)
        if " " in parents:
            yield Finding("growth", step.where, f"{step.called} joins two histories, and the branch {shown.branch.name} has only one; it was made by hand")
        yield from step.findings()
        if id != shown.tip.id:  # of which more can be said: see `check_root`
            yield from step.latest(drafts)
        before = after


@dataclass(frozen=True)
class _Step:
    """One commit of the branch: what lay at its root before and after."""

    git: Git
    id: str
    where: str
    called: str
    before: Mapping[str, str]
    after: Mapping[str, str]

    def findings(self) -> Iterator[Finding]:
        versions = [name for name in {**self.before, **self.after} if VERSION.fullmatch(name)]
        added = [name for name in versions if name not in self.before]
        touched = [name for name in versions if name in self.before and self.before[name] != self.after.get(name)]
        disposed = [name for name in touched if name in self.after and self._disposes(name)]
        for name in touched:
            if name not in disposed:
                yield self._touched(name)
        if len(added) + len(disposed) != 1 and (added or disposed or not touched):
            did = some([*(f"adds {name}" for name in added), *(f"disposes of {name}" for name in disposed)]) or "adds no version"
            yield Finding("growth", self.where, f"{self.called} {did}, and every commit of this branch adds one or disposes of one; it was made by hand")
        for name in added:
            last = max((other for other in self.before if VERSION.fullmatch(other)), key=order, default=None)
            if last and order(name) <= order(last):
                yield Finding("growth", self.where, f"{self.called} adds {name} after {last} was there; a newer one always has a higher number", name)

    def latest(self, drafts: Set[str]) -> Iterator[Finding]:
        """What readers were shown as the latest snapshot until the next commit."""
        newest = max((name for name in self.after if VERSION.fullmatch(name) and name not in drafts), key=order, default="none")
        if self.after.get(LATEST) != self.after.get(newest):
            sentence = (
                f"{self.called} let {LATEST}/ show something else than the newest snapshot without drafts, which was {newest}; "
                "readers saw that until the next commit"
            )
            yield Finding("growth", self.where, sentence)

    def _touched(self, name: str) -> Finding:
        trees = [_tree(self.git, entries.get(name, "")) for entries in (self.before, self.after)]
        files = self.git.text("diff-tree", "-r", "--no-renames", "--name-only", "-z", *trees).split("\0")
        did = "removed this version" if name not in self.after else f"changed {some([file for file in files if file])} here"
        sentence = (
            f"{self.where} {self.called} {did} after publication; a published version is never changed, and a disposal leaves a record of one exact shape"
        )
        return Finding("history", f"{name}/", sentence, name)

    def _disposes(self, name: str) -> bool:
        """Whether this commit removes the content of a version in the one way that is permitted."""
        old, new = ({path.removeprefix(f"{name}/"): blob for path, blob in self.git.files(id, name).items()} for id in (f"{self.id}^", self.id))
        kept = all(new.get(path) == old.get(path) for path in (MANIFEST, *([STATE] if STATE in new else [])))
        return DISPOSAL not in old and {MANIFEST, DISPOSAL, INDEX} <= new.keys() <= REMAINS and kept


def _tree(git: Git, head: str) -> str:
    """The id of a tree in an entry; the empty tree where there is none."""
    parts = head.split(" ")
    return parts[2] if len(parts) == 3 and parts[1] == "tree" else git.text("hash-object", "-t", "tree", "--stdin")
