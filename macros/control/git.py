"""The only module that runs git. Plain values out, sentences for a person when git refuses; never a network, a pager or a shell."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

CONTENT = ("aims_data", "docs", "mkdocs.yml")
"""What `exported` takes out of a commit: the facts, the words, and the file that marks a project."""

SETTINGS = ("core.quotepath=off", "core.fsmonitor=false", "core.commitGraph=false", "log.showSignature=false", "gc.auto=0")
"""Whatever a repository says about itself; the commit graph is a copy of the history that could say something else."""
OPTIONS = ("--literal-pathspecs", *(word for setting in SETTINGS for word in ("-c", setting)))
WHOLE = "work in a whole clone, made without --depth and --filter"
PIECE = 1 << 20
"""So many bytes of a large file are held at a time."""
MAIN = ("refs/remotes/origin/HEAD", "refs/remotes/origin/main", "refs/remotes/origin/master", "refs/heads/main", "refs/heads/master")
"""What the main branch can be called, in the order in which it is looked for."""


class GitError(Exception):
    """Git refused, or there is no git history; the text is a sentence for a person."""


class NoGit(GitError):
    """There is no repository, or no program git to read one with."""


@dataclass(frozen=True)
class Commit:
    """A commit: its full id, when it was made (UTC), its first line."""

    id: str
    time: dt.datetime
    subject: str


class Git:
    """The git repository of a project, which is the top folder of its work tree or lies below it. Every path that goes in or comes out is below the project."""

    def __init__(self, project: Path) -> None:
        self.project = project

    def run(self, *arguments: str, input: bytes = b"", env: dict[str, str] | None = None) -> bytes:
        """What a git command prints. Raises `GitError` with git's own last words where it ends badly."""
        command, environment = ["git", *OPTIONS, *arguments], {**_environment(), **(env or {})}
        try:
            done = subprocess.run(command, cwd=self.project, input=input, env=environment, capture_output=True, check=False)
        except (FileNotFoundError, PermissionError):
            raise NoGit("the program git is not installed; document history and snapshots need it") from None
        except ValueError:  # a line break is fine in the name of a file, a NUL or half a character is not
            raise GitError("a file is named that no file system can hold") from None
        if done.returncode:
            words = done.stderr.decode(errors="replace").strip().splitlines() or [f"exit code {done.returncode}"]
            verb = next(word for word in arguments if not word.startswith("-") and "=" not in word)
            said = next((line for line in words if line.startswith("fatal: ")), words[-1]).removeprefix("fatal: ")
            cure = next((f"; if you trust it: {line.strip()}" for line in words if line.strip().startswith("git config ")), "")
            if "promisor remote" in said:
                cure = f"; {WHOLE}"
            raise (NoGit if said.startswith("not a git repository") else GitError)(f"git {verb}: {said}{cure}")
        return done.stdout

    def text(self, *arguments: str) -> str:
        """The same as text, without the line end."""
        return self.run(*arguments).decode(errors="surrogateescape").rstrip("\n")

    @cached_property
    def _place(self) -> tuple[bool, Path] | None:
        """Whether the project lies in a work tree, and where git keeps its repository; None where it lies in none. Raises `GitError` as `folder` does."""
        try:
            inside, _, folder = self.text("rev-parse", "--is-inside-work-tree", "--absolute-git-dir").partition("\n")
            return inside == "true", Path(folder)
        except NoGit as error:
            project = self.project.resolve()
            there = next((folder / ".git" for folder in (project, *project.parents) if os.path.lexists(folder / ".git")), None)
            if there is None:
                return None
            raise GitError(f"{there} is there, and its history cannot be read: {error}") from None

    @property
    def folder(self) -> Path | None:
        """Where git keeps the repository in which the project lies; None where it lies in none. Raises `GitError` where there is one that git cannot read
        or refuses to: that is not the same as none."""
        return self._place[1] if self._place else None

    @cached_property
    def top(self) -> Path | None:
        """The top folder of the work tree in which the project lies; None where there is none. Raises `GitError` as `folder` does."""
        return Path(self.text("rev-parse", "--show-toplevel")).resolve() if self._place and self._place[0] else None

    @cached_property
    def prefix(self) -> str:
        """Where the project lies in its repository, like `portal/`; empty for the top folder. Raises `GitError` as `folder` does."""
        return "" if self.top is None else self.text("rev-parse", "--show-prefix")

    @cached_property
    def lacking(self) -> str:
        """Why there is no history of the project, as the beginning of a sentence; empty where there is one. Raises `GitError` where it cannot be read."""
        if self.top is None:
            return "there is no git history here"
        if self.commit("HEAD"):
            in_it = not self.prefix or self.files("HEAD", "mkdocs.yml", "aims_data")
            return "" if in_it else f"this project lies in a folder of the repository {self.top}, and no commit holds it yet"
        if head := self.head():
            raise GitError(f"the commit {head[:10]}, which is checked out, is missing here or damaged; run git fsck --full, and work in a whole clone")
        return "the git repository here has no commit yet"

    @cached_property
    def exists(self) -> bool:
        """Whether the project lies in a git work tree, and in its newest commit. Raises `GitError` where that cannot be read."""
        return not self.lacking

    @cached_property
    def shallow(self) -> bool:
        """Whether this clone holds only a part of the history."""
        return self.text("rev-parse", "--is-shallow-repository") == "true"

    def refs(self, *asked: str) -> list[str]:
        """What git calls the branches and tags below some names, or those that an option of `git for-each-ref` asks for."""
        return self.text("for-each-ref", "--format=%(refname)", *asked).splitlines()

    def main_branches(self) -> list[str]:
        """What git calls the main branch at the origin and here, the one that counts first."""
        try:
            named = [self.text("symbolic-ref", "--quiet", MAIN[0]).replace("refs/remotes/origin/", "refs/heads/")]
        except GitError:
            named = []  # the origin did not say
        wanted = [MAIN[0], *named, *MAIN[1:]]
        there = self.refs(*wanted)
        return [ref for ref in dict.fromkeys(wanted) if ref in there]

    def commit(self, revision: str) -> Commit | None:
        """The commit that a revision (a branch, tag, id) names, or None where there is none."""
        try:
            line = self.text("log", "-1", "--format=%H%x00%ct%x00%s", "--end-of-options", f"{revision}^{{commit}}", "--")
        except GitError:
            return None
        return _commit(line)

    def head(self) -> str:
        """The id of the commit that is said to be checked out, whether it is there or not; empty before the first one."""
        try:
            return self.text("rev-parse", "--verify", "--quiet", "HEAD")
        except GitError:
            return ""

    def commits(self, revision: str, *under: str) -> Iterator[Commit]:
        """The commits of a branch's own line (first parents), newest first; with `under` only those that touched one of these paths."""
        text = self.text("log", "--first-parent", "--format=%H%x00%ct%x00%s", "--end-of-options", revision, "--", *under)
        return (_commit(line) for line in text.split("\n") if line)  # a first line may hold other line separators

    def removed(self, revision: str, pattern: str, *paths: str) -> Commit | None:
        """The newest commit on the own line of a branch that changed how often a pattern (an extended regular expression) is found in one of some files; None
        where it never was."""
        options = ("-1", "--first-parent", "-m", "--format=%H%x00%ct%x00%s", "--pickaxe-regex", f"-S{pattern}")
        text = self.text("log", *options, "--end-of-options", revision, "--", *paths)
        return _commit(text.split("\n")[0]) if text else None

    def lines_ever(self, under: str) -> dict[str, list[str]]:
        """The lines that commits up to HEAD added to the files below a path, by file."""
        options = (
            "-p",
            "-m",
            "--unified=0",
            "--format=",
            "--text",
            "--no-color",
            "--no-ext-diff",
            "--no-textconv",
            "--no-renames",
            "--no-prefix",
            "--relative",
        )
        found: dict[str, list[str]] = {}
        lines, head = found.setdefault("", []), False
        for line in self.text("log", *options, "--relative", "HEAD", "--", under).split("\n"):
            head = line.startswith("diff ") or (head and not line.startswith("@@"))
            if head and line.startswith("+++ "):
                lines = found.setdefault(line[4:], [])
            elif not head and line.startswith("+"):
                lines.append(line[1:])
        return found

    def files(self, commit: str, *under: str) -> dict[str, str]:
        """The files of a commit below some paths, with the id of each one's blob."""
        found, asked = {}, [self.prefix + path for path in under] or [self.prefix] * bool(self.prefix)
        for line in self.run("ls-tree", "-r", "-z", "--full-tree", commit, "--", *asked).split(b"\0"):
            if line:
                head, _, name = line.partition(b"\t")
                mode, kind, blob = head.decode().split(" ")
                if kind == "blob" and mode != "120000":
                    found[name.decode(errors="surrogateescape").removeprefix(self.prefix)] = blob
        return found

    def blobs(self, ids: Iterable[str]) -> dict[str, bytes]:
        """The bytes of many blobs by their ids, read by one process."""
        wanted, found = list(dict.fromkeys(ids)), {}
        output, at = self.run("cat-file", "--batch", input="".join(f"{id}\n" for id in wanted).encode()) if wanted else b"", 0
        for id in wanted:
            end = output.index(b"\n", at)
            head = output[at:end].split(b" ")
            if len(head) != 3:
                raise GitError(f"the object {id} is missing from the repository; {WHOLE}")
            found[id] = output[end + 1 : end + 1 + int(head[2])]
            at = end + 2 + int(head[2])
        return found

    def hashed(self, ids: Iterable[str], each: Callable[[], None] = lambda: None) -> dict[str, str]:
        """The SHA-256 of many blobs by their ids, in pieces, so that none has to fit into memory. One that is missing or damaged is left out."""
        wanted, found = list(dict.fromkeys(ids)), dict[str, str]()
        while wanted:
            answered = self._hashed(wanted, found, each)
            wanted = wanted[answered + 1 :]  # the next one is where git gave up
        return found

    def _hashed(self, wanted: list[str], found: dict[str, str], each: Callable[[], None]) -> int:
        """Hash until git ends; gives how many it answered."""
        with tempfile.TemporaryFile() as asked:
            asked.write("".join(f"{id}\n" for id in wanted).encode())
            asked.seek(0)
            command = ["git", *OPTIONS, "cat-file", "--batch"]
            with subprocess.Popen(command, cwd=self.project, stdin=asked, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=_environment()) as process:
                assert process.stdout
                for number, id in enumerate(wanted):
                    head = process.stdout.readline().split()
                    each()
                    if len(head) == 3:
                        sum, left = hashlib.sha256(), int(head[2])
                        while left and (piece := process.stdout.read(min(left, PIECE))):
                            sum.update(piece)
                            left -= len(piece)
                        if left or process.stdout.read(1) != b"\n":
                            return number
                        found[id] = sum.hexdigest()
                    elif not head:
                        return number
        return len(wanted)

    def misnamed(self, commits: Iterable[str]) -> list[str]:
        """Those of some commits and of their trees whose content is not the one that their id is made of: git believes its own store."""
        asked = "".join(f"{commit}\n" for commit in commits).encode()
        options = ("--no-walk=unsorted", "--objects", "--no-object-names", "--filter=blob:none", "--stdin")
        ids = self.run("rev-list", *options, input=asked).decode().split() if asked else []
        output, at, wrong = self.run("cat-file", "--batch", input="".join(f"{id}\n" for id in ids).encode()) if ids else b"", 0, []
        for id in ids:
            end = output.index(b"\n", at)
            head = output[at:end].split(b" ")
            if len(head) != 3:
                raise GitError(f"the object {id} is missing from the repository; {WHOLE}")
            content = output[end + 1 : end + 1 + int(head[2])]
            named = b"%s %d\0" % (head[1], len(content)) + content
            if id not in {hashlib.sha1(named, usedforsecurity=False).hexdigest(), hashlib.sha256(named).hexdigest()}:
                wrong.append(id)
            at = end + 2 + len(content)
        return wrong

    def read(self, commit: str, path: str) -> bytes | None:
        """A file as it was in a commit, or None where it was not there."""
        try:
            return self.run("cat-file", "blob", f"{commit}:{self.prefix}{path}")
        except GitError:
            return None

    def dirty(self) -> list[str]:
        """Files that differ from the last commit or that git does not know yet; ignored files do not count."""
        entries = self.run("status", "--porcelain=v1", "-z", "--untracked-files=all", "--no-renames", "--", ".").split(b"\0")
        return [entry[3:].decode(errors="replace").removeprefix(self.prefix) for entry in entries if entry]

    @contextmanager
    def exported(self, commit: str) -> Iterator[Path]:
        """A temporary folder with the facts and words of a commit, for reading."""
        with tempfile.TemporaryDirectory(prefix="aims-") as name:
            folder = Path(name)
            files = self.files(commit, *CONTENT)  # not `git archive`, which leaves out and alters what .gitattributes says
            contents = self.blobs(files.values())
            for path, blob in files.items():
                if ".." not in path.split("/"):
                    (folder / path).parent.mkdir(parents=True, exist_ok=True)
                    (folder / path).write_bytes(contents[blob])
            for path in ("aims_data", "docs"):
                (folder / path).mkdir(exist_ok=True)
            yield folder

    @contextmanager
    def clone(self, commit: str) -> Iterator[Path]:
        """A temporary clone with this commit checked out and all of its history, and nothing else: no uncommitted and no ignored file."""
        with tempfile.TemporaryDirectory(prefix="aims-") as name:
            folder = Path(name) / "project"
            self.run(
                "clone", "--quiet", "--shared", "--no-checkout", "-c", "core.autocrlf=false", "-c", "core.eol=lf", str(self.top or self.project), str(folder)
            )
            there = Git(folder)
            there.run("checkout", "--quiet", "--detach", commit)
            yield folder / self.prefix


def blob_id(content: bytes) -> str:
    """The id that git gives to a file's content in a repository of SHA-1, as nearly all are; in another it equals none."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def _commit(line: str) -> Commit:
    id, seconds, subject = line.split("\0", 2)
    try:
        return Commit(id, dt.datetime.fromtimestamp(int(seconds), dt.UTC), subject)
    except (ValueError, OverflowError, OSError):
        raise GitError(f"the commit {id} is dated {seconds} seconds after 1970, which no calendar has") from None


def _environment() -> dict[str, str]:
    """The environment without what would lead git to another repository, another history, another language or a question."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("GIT_") or key.startswith(("GIT_AUTHOR_", "GIT_COMMITTER_", "GIT_CONFIG"))}
    return {
        **kept,
        "LC_ALL": "C.UTF-8",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_PAGER": "cat",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_GRAFT_FILE": f"{os.devnull}/none",
    }
