"""A repository with three snapshots that differ, made once; and hands to forge with, as somebody would who knows git and this project well.

2026.1; then 2026.2, in which a risk has another title; then 2026.3 with a draft of the policy, so that `latest` stays 2026.2.
"""

from __future__ import annotations

import dataclasses
import json
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from repository import commit, git

from macros.control.git import Git
from macros.control.snapshots.branch import Branch
from macros.control.snapshots.manifest import sha256, sum_of, to_bytes
from macros.control.snapshots.root import Published
from macros.control.snapshots.snapshot import SnapshotRequest, snapshot
from macros.site import problems_of

WHO = "Document Controller"
REMOVED = b"<title>Removed</title>"
POLICY = "docs/policy.md"
DRAFT, APPROVED = (f"aims_data/approvals/AIMS-POL-01/{name}.yaml" for name in ("1.1", "1.0-approved-boss-2026-02-03"))
RISK = "aims_data/risks/R-001.yaml"
VERSIONS = ("2026.1", "2026.2", "2026.3")


def publish(project: Path) -> Path:
    """Make the three snapshots in a repository that has none."""
    snapshot(project, SnapshotRequest("2026.1", "Stage 1 audit", WHO), problems_of)
    risk = (project / RISK).read_text(encoding="utf-8")
    commit(project, "A risk", "2026-05-02T10:00:00Z", **{RISK: risk.replace("Stones in the flour", "Stones and sand in the flour")})
    snapshot(project, SnapshotRequest("2026.2", "Stage 2 audit", WHO), problems_of)
    text, draft = (project / POLICY).read_text(encoding="utf-8"), "number: '1.1'\nwritten_on: 2026-05-03\nchange: More care.\n"
    commit(project, "A draft", "2026-05-03T10:00:00Z", **{POLICY: text + "\nWe take more care.\n", DRAFT: draft})
    snapshot(project, SnapshotRequest("2026.3", "For comments", WHO, with_drafts=True), problems_of)
    return project


# -- reading --------------------------------------------------------------------------------------------------------------------


def on_branch(project: Path, path: str) -> bytes:
    """A file of the branch."""
    content = Git(project).read("snapshots", path)
    assert content is not None, path
    return content


def files_of(project: Path, version: str) -> dict[str, bytes]:
    """Every file of a folder of the branch, by its path there."""
    files = Branch(Git(project)).files(version)
    contents = Git(project).blobs(files.values())
    return {path: contents[blob] for path, blob in files.items()}


def digest_of(project: Path, version: str) -> str:
    """The digest of a version's manifest."""
    return sha256(on_branch(project, f"{version}/manifest.json"))


def digests(project: Path) -> dict[str, str]:
    """Of all three."""
    return {version: digest_of(project, version) for version in VERSIONS}


def laid_out(project: Path, folder: Path, *under: str) -> Path:
    """The branch as plain files in a folder."""
    folder.mkdir(parents=True)
    packed = folder.parent / "branch.tar"
    git(project, "archive", f"--output={packed}", "snapshots", *under)
    shutil.unpack_archive(packed, folder)  # of our own git archive
    packed.unlink()
    return folder


# -- forging --------------------------------------------------------------------------------------------------------------------


def write(project: Path, changes: Mapping[str, bytes | None], onto: str = "snapshots", message: str = "By hand", mode: str = "100644") -> str:
    """A commit on top of `onto` in which files are other (None: gone); gives its id. No branch shows it yet."""
    repository, index = Git(project), {"GIT_INDEX_FILE": str(project / ".git/forged-index")}
    repository.run("read-tree", onto, env=index)
    with tempfile.TemporaryDirectory() as folder:
        there = {path: Path(folder) / str(number) for number, (path, content) in enumerate(changes.items()) if content is not None}
        for path, file in there.items():
            file.write_bytes(changes[path] or b"")
        paths = "".join(f"{file}\n" for file in there.values()).encode()
        blobs = dict(zip(there, repository.run("hash-object", "-w", "--no-filters", "--stdin-paths", input=paths).decode().split(), strict=True))
    lines = "".join(f"{mode} {blobs[path]}\t{path}\n" if path in blobs else f"0 {'0' * 40}\t{path}\n" for path in changes)
    repository.run("update-index", "--add", "--index-info", input=lines.encode(), env=index)
    return commit_tree(project, repository.run("write-tree", env=index).decode().strip(), message, onto)


def commit_tree(project: Path, tree: str, message: str, *parents: str) -> str:
    """A commit of a tree; gives its id."""
    return git(project, "commit-tree", tree, "-m", message, *(word for parent in parents for word in ("-p", parent)))


def move(project: Path, commit: str, quietly: bool = False) -> None:
    """Let the branch show a commit; quietly: with the log of what it showed before removed too."""
    git(project, "update-ref", "refs/heads/snapshots", commit)
    if quietly:
        shutil.rmtree(project / ".git/logs/refs/heads/snapshots", ignore_errors=True)
        (project / ".git/logs/refs/heads/snapshots").unlink(missing_ok=True)


def amend(project: Path, changes: Mapping[str, bytes | None], mode: str = "100644") -> None:
    """Change the newest state of the branch in place, as with `git commit --amend` and a force push; this clone knows nothing of the old one."""
    head = git(project, "rev-parse", "snapshots")
    forged = git(project, "rev-parse", f"{write(project, changes, mode=mode)}^{{tree}}")
    parents = git(project, "log", "-1", "--format=%P", head).split()
    move(project, commit_tree(project, forged, git(project, "log", "-1", "--format=%B", head), *parents), quietly=True)


def tampered(project: Path, path: str, change: Callable[[bytes], bytes | None]) -> None:
    """Change one file of the newest state in place."""
    amend(project, {path: change(on_branch(project, path))})


def flipped(content: bytes) -> bytes:
    """The same with one bit changed in its middle."""
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


def changed_json(change: Callable[[Any], Any]) -> Callable[[bytes], bytes]:
    """A change of values, for `tampered`."""

    def apply(content: bytes) -> bytes:
        value = json.loads(content)
        return to_bytes(change(value) or value)

    return apply


def forge_all(project: Path, page: str = "index.html", tags: bool = True) -> None:
    """Replace a page of 2026.1 and then everything that follows from it: manifests, chain, lists, history, and the tags if asked to."""
    repository = Git(project)
    trees = {version: files_of(project, version) for version in VERSIONS}
    git(project, "update-ref", "-d", "refs/heads/snapshots")
    published: tuple[Published, ...] = ()
    for version, files in trees.items():
        manifest = json.loads(files["manifest.json"])
        if version == "2026.1":
            files[page] += b"<!-- forged -->"
            manifest["files"][page] = sum_of(files[page])
        if published:
            manifest["previous"] = {"version": published[0].version, "manifest": published[0].digest}
        files["manifest.json"] = to_bytes(manifest)
        made = Published(manifest, sha256(files["manifest.json"]))
        branch = Branch(repository)
        with tempfile.TemporaryDirectory() as folder:
            for path, content in files.items():
                (Path(folder) / path).parent.mkdir(parents=True, exist_ok=True)
                (Path(folder) / path).write_bytes(content)
            tree = branch.store(Path(folder))
        branch.publish({version: tree}, (made, *published), f"Snapshot {version}", WHO)
        if tags:
            git(project, "tag", "--delete", branch.tag(version))
            branch.set_tag(made, WHO)
        published = (made, *published)


def publish_again(branch: Branch, version: str, disposal: Mapping[str, Any]) -> None:
    """Replace a version by what a disposal leaves of it."""
    gone = tuple(dataclasses.replace(one, disposal=disposal) if one.version == version else one for one in branch.published)
    files = {name: on_branch(branch.git.project, f"{version}/{name}") for name in ("manifest.json", "aims.json")}
    left = files | {"disposal.json": to_bytes(disposal), "index.html": REMOVED}
    branch.publish({version: branch.store_files(left)}, gone, f"Dispose of snapshot {version}: {disposal['reason']}", WHO)
