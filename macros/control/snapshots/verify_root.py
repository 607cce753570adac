"""What stands beside the versions: the list of them, `latest`, the pages that lead to them. All of it follows from the manifests."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from macros import engine
from macros.control.snapshots.archive import SUMS
from macros.control.snapshots.branch import LATEST, VERSIONS, Published, latest, root_files
from macros.control.snapshots.comparisons import COMPARE
from macros.control.snapshots.findings import Finding, Read
from macros.control.snapshots.manifest import MANIFEST
from macros.control.snapshots.pages import html_page
from macros.control.snapshots.publish import MARK, NEXT
from macros.control.snapshots.trees import FILE, FolderTree, Tree, below, roots
from macros.control.snapshots.verify_comparisons import check_comparisons
from macros.control.snapshots.verify_files import Folder, check_files
from macros.control.snapshots.verify_list import check_list

NOT_FOUND = "404.html"
SERVED = {MARK, NOT_FOUND, SUMS}
"""Files beside the versions in a folder that is served or was unpacked, and not on the branch."""
ROOT = re.compile(rb'href="((?:/[\w.~-]+)*)/snapshots\.css"')
"""Where the page for what is not there says that the portal lies on its host."""


def check_root(tree: Tree, reads: Sequence[Read], each: Callable[[], None]) -> Iterator[Finding]:
    """The folders and files at the root. `reads`: all versions, oldest first. `each` is called for every file of `latest` that is read."""
    served = isinstance(tree, FolderTree)
    yield from _extra_folders(tree, {LATEST, COMPARE, *(read.version for read in reads), *({NEXT} if served else ())})
    published = _published(reads)
    if len(published) < len(reads):
        return  # a manifest that cannot be read is a finding of its own, and what follows from it is not known
    yield from check_list(tree, published, served)
    yield from _latest(tree, published, reads, each)
    yield from _root_files(tree, published, served)
    yield from check_comparisons(tree, reads)
    yield from _extra_files(tree, root_files(published).keys() | (SERVED if served else set()), served)
    if served:
        yield from _working_state(tree)
        yield from _not_found(tree)


def _published(reads: Sequence[Read]) -> list[Published]:
    """The versions as the branch has them, newest first, without those of which not everything can be read."""
    readable = [read for read in reversed(reads) if read.manifest and read.manifest["version"] == read.version and (read.disposal or not read.disposed)]
    return [Published(read.manifest, read.digest, read.disposal) for read in readable if read.manifest]


def _extra_folders(tree: Tree, allowed: set[str]) -> Iterator[Finding]:
    for name, folder in sorted(roots(tree).items()):
        if folder and name not in allowed:
            yield Finding("extra-folder", f"{name}/", "is neither a snapshot nor `latest`; it was added by hand")


# -- latest ---------------------------------------------------------------------------------------------------------------------


def _latest(tree: Tree, published: Sequence[Published], reads: Sequence[Read], each: Callable[[], None]) -> Iterator[Finding]:
    """Whether `latest` shows the newest version without drafts, byte for byte."""
    newest, items, where = latest(published), below(tree, LATEST), f"{LATEST}/"
    if newest is None:
        if items:
            yield Finding("latest", where, "is here, and there is no snapshot without drafts that it could show; it was put there by hand")
    elif not items:
        yield Finding("latest", where, f"is missing; it should show {newest}", newest)
    elif wrong := _other_version(tree, published, newest):
        yield wrong
    elif items != below(tree, newest):  # in git the same content has the same id; in a folder every file is read
        yield from check_files(Folder(tree, LATEST, LATEST), next(read for read in reads if read.version == newest), each)


def _other_version(tree: Tree, published: Sequence[Published], newest: str) -> Finding | None:
    """The finding where `latest` has the manifest of another version than the newest, or of none."""
    shown = tree.read(f"{LATEST}/{MANIFEST}")
    same = [one for one in published if shown is not None and shown == tree.read(f"{one.version}/{MANIFEST}")]
    if not same:
        return Finding("latest", f"{LATEST}/{MANIFEST}", f"is not the manifest of {newest}, which `latest` should show; it was changed or removed", newest)
    if same[0].version == newest:
        return None
    why = "which holds drafts and may never be `latest`" if same[0].drafts else f"and the newest snapshot without drafts is {newest}"
    return Finding("latest", f"{LATEST}/", f"shows {same[0].version}, {why}; readers get another text than they think", newest)


# -- the other files ------------------------------------------------------------------------------------------------------------


def _root_files(tree: Tree, published: Sequence[Published], served: bool) -> Iterator[Finding]:
    """The files that every write to the branch makes anew, but the list. A server has those for git and the publisher or not."""
    written_by = published[0].manifest["tools"].get(engine.NAME) if published else None
    for name, should in root_files(published).items():
        content = tree.read(name)
        optional = served and name.startswith(".")
        if name != VERSIONS and content != should and not (optional and content is None):
            yield _other_file(name, content, written_by)


def _other_file(name: str, content: bytes | None, written_by: str | None) -> Finding:
    """`written_by`: the version of AIMS Portal that wrote the newest snapshot. Another one than this may have written the file otherwise."""
    how, done = ("is missing", "removed") if content is None else ("is not what follows from the manifests", "changed")
    ours = written_by is None or written_by == engine.version()
    why = f"it was {done}" if ours else f"it was {done}, or written by another version of AIMS Portal ({written_by})"
    return Finding("root", name, f"{how}; {why}. The next snapshot writes it anew", notice=not ours)


def _extra_files(tree: Tree, allowed: set[str], served: bool) -> Iterator[Finding]:
    files = {name for name, folder in roots(tree).items() if not folder}
    for name in sorted(files - allowed):
        kind = tree.items[name].kind
        words = "is no file of the snapshots; it was added by hand" if kind == FILE else f"is {kind}; it was added by hand and was not followed"
        yield Finding("root", name, words, notice=served and kind == FILE)


def _working_state(tree: Tree) -> Iterator[Finding]:
    if roots(tree).get(NEXT):
        yield Finding("not-sealed", f"{NEXT}/", "is the working state and no snapshot; nothing seals it, and it was not looked at", notice=True)


def _not_found(tree: Tree) -> Iterator[Finding]:
    """The page for what is not there, which `aims publish` writes beside the snapshots, anew each time."""
    page = tree.read(NOT_FOUND)
    if page is None:
        return
    root = ROOT.search(page)
    if root is None or html_page("not_found.html.j2", root=root[1].decode()).encode() != page:
        sentence = "is not the page that `aims publish` of this version of AIMS Portal writes, and nothing seals it; the next `aims publish` writes it anew"
        yield Finding("not-sealed", NOT_FOUND, sentence, notice=True)
