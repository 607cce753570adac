"""The commit that a version shows: whether it is here, and whether its documents have the seals, versions and signatures that the manifest names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from macros import facts
from macros.checks.control import signature_faults
from macros.control.git import Commit, Git, GitError
from macros.control.history import History
from macros.control.snapshots.findings import Finding, Read, short
from macros.control.snapshots.manifest import TIME
from macros.control.snapshots.verify_branch import ID
from macros.facts import Validity
from macros.graph import Aims, build
from macros.migrations import read_file
from macros.schema.base import Part
from macros.schema.documents import Document, Signer, Version
from macros.seal import seal_of
from macros.yaml_source import Unreadable

P = TypeVar("P", bound=Part)
GONE = {Validity.superseded, Validity.withdrawn, Validity.kept}
"""Nobody has to approve what stands there now."""


def check_commit(git: Git, read: Read, main: frozenset[str]) -> Iterator[Finding]:
    """Whether the commit is here, has the date of the manifest, and is a part of the history of `main` (commits of the branches people work on)."""
    manifest = read.manifest
    assert manifest
    commit = git.commit(manifest["commit"])

    def finding(sentence: str, notice: bool = False) -> Finding:
        return Finding("commit", f"commit {manifest['commit'][:ID]}", sentence, read.version, notice)

    if commit is None:
        yield finding(
            f"which {read.version} shows is not in this repository: its history was rewritten, or this clone holds only a part of it "
            "(then: git fetch --unshallow --tags)"
        )
        return
    if (date := commit.time.strftime(TIME)) != manifest["date"]:
        yield finding(f"is of {date}, and the manifest of {read.version} says {manifest['date']}; the manifest was changed")
    if commit.id not in main:
        yield finding(
            f"which {read.version} shows is not a part of the history of the main branch here: it was made from another branch, the history was "
            "rewritten later, or this clone holds only a part of it",
            notice=True,
        )


def main_history(git: Git) -> frozenset[str]:
    """The ids of all commits that HEAD and the main branch here and at the origin lead to."""
    revisions = [*git.main_branches(), *(["HEAD"] if git.commit("HEAD") else [])]
    return frozenset(git.text("rev-list", *revisions, "--").split()) if revisions else frozenset()


def listed_at(git: Git, commit: str, name: str, model: type[P]) -> tuple[P, ...] | None:
    """The entries of a list file at a commit, none where it is not there; None where it cannot be read."""
    content = git.read(commit, name)
    try:
        # a type made at run time
        return TypeAdapter(tuple[model, ...]).validate_python(read_file(content, name)[0] or ()) if content else ()  # type: ignore[valid-type]
    except (Unreadable, ValidationError):
        return None


def check_seals(git: Git, read: Read) -> Iterator[Finding]:
    """Every document of the manifest against the files of its commit: version, recorded seal, the seal computed again, signatures."""
    assert read.manifest
    commit = git.commit(read.manifest["commit"])
    if commit is None:
        return  # check_commit says so
    try:
        with git.exported(commit.id) as folder:
            aims = build(folder, commit.time)
            sealed = _Sealed(aims, git, commit, read)
            for line in read.manifest["documents"]:
                yield from sealed.document(line)
            if read.manifest["audience"] == "auditor":
                named = {line["id"] for line in read.manifest["documents"]}
                for document in aims.all(Document):
                    if document.id not in named:
                        yield sealed.finding(document.id, "is a document at this commit, and the manifest does not name it; the manifest was changed")
    except (GitError, OSError) as error:
        yield Finding("seal", f"commit {commit.id[:ID]}", f"cannot be taken out to compute the seals again: {error}", read.version)


class _Sealed:
    """The documents of a commit, to be compared with what a manifest says of them."""

    def __init__(self, aims: Aims, git: Git, commit: Commit, read: Read) -> None:
        self.aims, self.commit, self.read, self.history = aims, commit, read, History(aims, git, commit.id)
        self.signers = [entry.part for entry in aims.parts.get(Signer, []) if isinstance(entry.part, Signer)]

    def finding(self, id: str, sentence: str, expected: str | None = None, found: str | None = None) -> Finding:
        """A finding about a document."""
        return Finding("seal", f"{self.read.version}: {id}", f"{sentence} (commit {self.commit.id[:ID]})", self.read.version, expected=expected, found=found)

    def document(self, line: dict[str, Any]) -> Iterator[Finding]:
        """One line of the manifest."""
        document = self.aims.find(line["id"], Document)
        if document is None:
            yield self.finding(line["id"], "is named by the manifest, and the commit has no such document that this version of AIMS Portal can read")
            return
        if line["version"] is None:
            return
        version = next((one for one in document.versions if one.number == line["version"]), None)
        if version is None:
            yield self.finding(document.id, f"has version {line['version']} in the manifest, and its record has no such version; one of the two was changed")
            return
        recorded = facts.sealed(version)
        if recorded != line["seal"]:
            sentence = (
                f"has the seal {short(line['seal'])}… of version {version.number} in the manifest, and {short(recorded)}… in its record; "
                "one of the two was changed"
            )
            yield self.finding(document.id, sentence, line["seal"], recorded)
        if recorded and facts.validity(self.aims, document) not in GONE:
            yield from self._sealed(document, version, recorded)

    def _sealed(self, document: Document, version: Version, recorded: str) -> Iterator[Finding]:
        """The seal computed again, from the files of this commit or of the one that the history finds for it; then the signatures over it."""
        now, draft = seal_of(self.aims, document, version), document.id in self.read.manifest["drafts"] if self.read.manifest else False
        if now == recorded:
            yield from self._signed(self.aims, document, version)
            return
        if document.kind.needs_approval and not draft and facts.draft_above(self.aims, document) is None:
            sentence = (
                f"version {version.number} was approved with the seal {short(recorded)}…, and the files of this commit have {short(now)}…; "
                "they were changed after it, and the manifest names no draft"
            )
            yield self.finding(document.id, sentence, recorded, now)
            return
        commit = self.history.commit_of(document, version)
        if commit is None:
            open_about_it = draft or not document.kind.needs_approval
            sentence = f"version {version.number} has the seal {short(recorded)}…, and no commit up to this one holds files with that seal"
            yield replace(self.finding(document.id, sentence, recorded), notice=open_about_it)
            return
        then = self.history.at(commit)
        before = then.find(document.id, Document)
        if before:
            yield from self._signed(then, before, version)

    def _signed(self, then: Aims, document: Document, version: Version) -> Iterator[Finding]:
        for _, fault in signature_faults(then, document, version, self.signers):
            yield self.finding(document.id, f"the signature under version {version.number} does not hold: {fault}")
