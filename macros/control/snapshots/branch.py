"""The branch of the snapshots: one folder per version, `latest/`, and at its root what leads to them. Read and written without a work tree.

Everything at the root follows from the manifests in the folders (`root.py`), so that whoever verifies can compute it again.
A write makes objects that nobody sees yet and then moves the branch in one step from the old commit to the new one.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path

from macros.control.changes.state import NotAState, State, read_state
from macros.control.git import Commit, Git, GitError
from macros.control.snapshots import manifest as manifests
from macros.control.snapshots.comparisons import COMPARE, comparisons
from macros.control.snapshots.manifest import DISPOSAL, MANIFEST, STATE, VERSION, NotAManifest, order
from macros.control.snapshots.root import LATEST, Published, branch_root, latest
from macros.control.snapshots.shape import Unsound, sound, sound_disposal

BRANCH = "snapshots"
FULL = "auditor"
"""The audience that sees everything; its branch and tags carry no name of an audience."""
STALE = 10
"""Git holds the lock of a branch for milliseconds; one that is older than this many seconds was left by a killed process."""
KEEP_SAFE = ("-c", "core.fsync=objects,reference", "-c", "core.splitIndex=false", "-c", "core.filesRefLockTimeout=2000")


class Branch:
    """The snapshots for an audience in the repository of a project. In a fresh clone it is read from where it was cloned from."""

    def __init__(self, git: Git, audience: str = FULL) -> None:
        self.git, self.audience = git, audience
        self.name = BRANCH if audience == FULL else f"{BRANCH}-{audience}"
        self.ref = f"refs/heads/{self.name}"

    def tag(self, version: str) -> str:
        """The tag of a version on the commit that it shows."""
        return f"snapshot/{version}" if self.audience == FULL else f"snapshot/{self.audience}/{version}"

    @cached_property
    def local(self) -> Commit | None:
        """The newest commit of the branch in this repository itself, read once: a write that finds another one has been overtaken."""
        return self.git.commit(self.ref)

    @cached_property
    def tip(self) -> Commit | None:
        """The newest commit of the branch, or None where there are no snapshots yet."""
        return self.local or self.git.commit(f"refs/remotes/origin/{self.name}")

    def files(self, under: str) -> dict[str, str]:
        """The files in a folder of the branch, by their path inside it, each with the id of its blob. Raises `GitError`."""
        found = self.git.files(self.tip.id, under) if self.tip else {}
        for path in found:
            self._inside(path)
        return {path.removeprefix(f"{under}/"): blob for path, blob in found.items()}

    def read(self, path: str) -> bytes | None:
        """A file of the branch, or None where there is none."""
        return self.git.read(self.tip.id, path) if self.tip else None

    def entries(self) -> dict[str, str]:
        """What lies at the root of the branch: `mode kind id` by name."""
        found = entries_of(self.git, self.tip.id) if self.tip else {}
        for name in found:
            self._inside(name)
        return found

    def _inside(self, path: str) -> None:
        """Raise `GitError` for a path that would be written somewhere else than in the folder of the snapshots; git knows such paths."""
        if {"", ".", "..", ".git"} & set(path.split("/")):
            raise GitError(f"the branch {self.name} holds the path '{path}', which leads out of its folder; somebody forged it: run `aims verify`")

    @cached_property
    def published(self) -> tuple[Published, ...]:
        """All versions, newest first. Raises `NotAManifest` where one cannot be read."""
        versions = sorted((name for name in self.entries() if VERSION.fullmatch(name)), key=order, reverse=True)
        wanted = [f"{version}/{name}" for version in versions for name in (MANIFEST, DISPOSAL)]
        ids = self.git.files(self.tip.id, *wanted) if self.tip and wanted else {}
        contents = self.git.blobs(ids.values())
        return tuple(self._published(version, {path: contents[id] for path, id in ids.items()}) for version in versions)

    def _published(self, version: str, contents: Mapping[str, bytes]) -> Published:
        content, disposal = contents.get(f"{version}/{MANIFEST}"), contents.get(f"{version}/{DISPOSAL}")
        if content is None:
            raise NotAManifest(f"{version}/{MANIFEST} on the branch {self.name} is missing; run `aims verify {version}`")
        file = MANIFEST
        try:
            manifest, file = sound(content), DISPOSAL
            return Published(manifest, manifests.sha256(content), sound_disposal(disposal, version) if disposal else None)
        except Unsound as error:
            raise NotAManifest(f"{version}/{file} on the branch {self.name} {error}; run `aims verify {version}`") from None

    def lacking(self) -> list[str]:
        """Versions of which there is a tag here and no folder on the branch, oldest first: this clone does not hold the whole branch."""
        start = f"refs/tags/{self.tag('')}"
        tags = {name.removeprefix(start) for name in self.git.refs(f"{start}*")}
        return sorted({name for name in tags if VERSION.fullmatch(name)} - {one.version for one in self.published}, key=order)

    def says_other(self, one: Published) -> bool:
        """Whether there is a tag of a version here and it names another manifest than the one on the branch."""
        message = self.git.text("for-each-ref", "--format=%(contents)", f"refs/tags/{self.tag(one.version)}")
        return bool(message) and f"manifest: {one.digest}" not in message.splitlines()

    def find(self, version: str) -> Published | None:
        """A version on the branch, or None."""
        return next((one for one in self.published if one.version == version), None)

    def states(self, published: Sequence[Published], trees: Mapping[str, str]) -> dict[str, State]:
        """The states of the versions whose content is kept, oldest first. `trees`: ids of trees that are not on the branch yet, by their version.

        Raises `GitError` where a state cannot be read."""
        versions = [one.version for one in reversed(published) if not one.disposal]
        there = [f"{version}/{STATE}" for version in versions if version not in trees]
        ids = self.git.files(self.tip.id, *there) if self.tip and there else {}
        for version, tree in trees.items():
            ids |= {f"{version}/{path}": blob for path, blob in self.git.files(tree, STATE).items()}
        contents, found = self.git.blobs(ids.values()), dict[str, State]()
        for version in versions:
            content = contents[ids[path]] if (path := f"{version}/{STATE}") in ids else b""
            try:
                found[version] = read_state(content, f"{path} on the branch {self.name}")
            except NotAState as error:
                raise GitError(f"{error}; run `aims verify {version}`") from None
        return found

    # -- writing ----------------------------------------------------------------------------------------------------------------

    def store(self, folder: Path) -> str:
        """Put the files of a folder into git's store, byte for byte; gives the id of their tree. No branch shows them yet."""
        paths = manifests.paths_in(folder)
        names = [str(folder / path) for path in paths]
        if broken := next((path for path in paths if "\n" in path), None):
            raise GitError(f"the file name {broken!r} has a line break in it; rename the page")
        blobs = self.git.run(*KEEP_SAFE, "hash-object", "-w", "--no-filters", "--stdin-paths", input="".join(f"{name}\n" for name in names).encode()).split()
        stored = self.git.hashed([blob.decode() for blob in blobs])  # what git holds already it does not write again, damaged or not
        for path, blob in zip(paths, blobs, strict=True):
            if stored.get(blob.decode()) != manifests.sha256((folder / path).read_bytes()):
                raise GitError(f"git's store holds a damaged copy of the content of {path}; run git fsck --full, and work in a whole clone")
        lines = [b"100644 " + blob + b"\t" + path.encode() + b"\0" for path, blob in zip(paths, blobs, strict=True)]
        with tempfile.TemporaryDirectory(prefix="aims-") as aside:
            index = {"GIT_INDEX_FILE": str(Path(aside) / "index")}
            self.git.run(*KEEP_SAFE, "update-index", "-z", "--add", "--index-info", input=b"".join(lines), env=index)
            return self.git.run(*KEEP_SAFE, "write-tree", env=index).decode().strip()

    def store_files(self, files: Mapping[str, bytes]) -> str:
        """The same for a few files given by their content."""
        with tempfile.TemporaryDirectory(prefix="aims-") as aside:
            for name, content in files.items():
                path = Path(aside) / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
            return self.store(Path(aside))

    def need_free(self) -> None:
        """Raises `GitError` where somebody has the branch checked out."""
        if checked_out := self.git.text("for-each-ref", "--format=%(worktreepath)", self.ref):
            raise GitError(f"the branch {self.name} is checked out in {checked_out}, whose files would not follow; run there: git switch --detach")

    def publish(self, trees: Mapping[str, str], published: Sequence[Published], message: str, by: str) -> str:
        """One commit in which the folders of `trees` (name → tree id) are new or replaced and the root says what `published` says.

        Gives its id. Raises `GitError` where somebody else wrote to the branch since it was read, or has it checked out; then nothing has changed."""
        self.need_free()
        folders = {name: head for name, head in self.entries().items() if head.startswith("040000 ") and name != COMPARE}
        folders |= {name: f"040000 tree {tree}" for name, tree in trees.items()}
        newest = latest(published)
        if newest:
            folders[LATEST] = folders[newest]
        try:
            small = self.store_files({**branch_root(published), **comparisons(self.states(published, trees))})
        except NotAState as error:
            raise GitError(f"{error}; run `aims verify --all`") from None
        lines = self.git.run("ls-tree", "-z", small) + b"".join(f"{head}\t{name}\0".encode(errors="surrogateescape") for name, head in folders.items())
        tree = self.git.run(*KEEP_SAFE, "mktree", "-z", input=lines).decode().strip()
        parents = ["-p", self.tip.id] if self.tip else []
        commit = self.git.run(*KEEP_SAFE, "commit-tree", tree, *parents, input=message.encode(), env=self.identity(by)).decode().strip()
        self._move(commit, by)
        return commit

    def _move(self, commit: str, by: str) -> None:
        """Let the branch show a commit, if it still shows what it did when it was read."""
        was = self.local.id if self.local else "0" * len(commit)
        lock = self.git.project / self.git.text("rev-parse", "--git-path", f"{self.ref}.lock")
        if lock.exists() and time.time() - lock.stat().st_mtime > STALE:
            lock.unlink(missing_ok=True)
        try:
            self.git.run(*KEEP_SAFE, "update-ref", "-m", "aims", "--create-reflog", self.ref, commit, was, env=self.identity(by))
        except GitError as error:
            now = self.git.commit(self.ref)
            if (now.id if now else None) != (self.local.id if self.local else None):
                raise GitError(self._overtaken()) from None
            if lock.exists():
                raise GitError(f"{error}. Something else writes to the branch {self.name} at this moment; wait a few seconds and run the same again") from None
            raise

    def _overtaken(self) -> str:
        return f"somebody else wrote to the branch {self.name} in the meantime; look what is there, then run it again"

    def set_tag(self, published: Published, by: str) -> None:
        """Set the tag of a version, signed if git is set up to sign tags. Raises `GitError`."""
        version = published.version
        message = f"{tag_title(version, published.manifest['purpose'])}\n\nmanifest: {published.digest}\n"
        options = ("--annotate", "--cleanup=verbatim", "-F", "-", "--end-of-options")
        self.git.run(*KEEP_SAFE, "tag", *options, self.tag(version), published.manifest["commit"], input=message.encode(), env=self.identity(by))

    def identity(self, by: str) -> dict[str, str]:
        """Who git writes down: `by`, with the address that is set up in git, if any; so that a machine without one works too."""
        try:
            address = self.git.text("config", "user.email")
        except GitError:
            address = ""
        return {"GIT_AUTHOR_NAME": by, "GIT_COMMITTER_NAME": by, "GIT_AUTHOR_EMAIL": address, "GIT_COMMITTER_EMAIL": address}


def entries_of(git: Git, tree: str) -> dict[str, str]:
    """What lies in a tree, without what lies in its folders: `mode kind id` by name."""
    lines = (line.decode(errors="surrogateescape").partition("\t") for line in git.run("ls-tree", "-z", "--full-tree", tree).split(b"\0"))
    return {name: head for head, _, name in lines if name}


def tag_title(version: str, purpose: str) -> str:
    """The first line of the message of a version's tag."""
    return f"Snapshot {version}: {purpose}"
