"""What stands beside the versions, made again from the manifests and compared: the files at the root, `latest`, and what an archive brings with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from macros import engine
from macros.control.snapshots.archive import archive_root
from macros.control.snapshots.comparisons import COMPARE
from macros.control.snapshots.findings import Finding, Read
from macros.control.snapshots.manifest import MANIFEST
from macros.control.snapshots.publish import MARK
from macros.control.snapshots.root import LATEST, NEXT, NOT_FOUND, VERSIONS, Published, Serving, branch_root, latest, served_root
from macros.control.snapshots.shape import Unsound, strictly
from macros.control.snapshots.trees import FILE, FolderTree, Tree, below, difference, roots
from macros.control.snapshots.verify_comparisons import check_comparisons
from macros.control.snapshots.verify_files import Folder, check_files

DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
ROOT = re.compile(rb'href="((?:/[\w.~%@+-]+)*)/snapshots\.css"')
"""Where the page for what is not there says that the portal lies on its host."""
TIMESTAMPS = "timestamps"
"""A folder for what a newer version of AIMS Portal puts beside the snapshots."""


def check_root(tree: Tree, reads: Sequence[Read], each: Callable[[], None]) -> Iterator[Finding]:
    """The folders and files at the root. `reads`: all versions, oldest first. `each` is called for every file of `latest` that is read."""
    served = isinstance(tree, FolderTree)
    yield from _folders(tree, {LATEST, COMPARE, *(read.version for read in reads)}, {TIMESTAMPS, NEXT} if served else {TIMESTAMPS})
    published = _published(reads)
    if len(published) < len(reads):
        return  # a manifest that cannot be read is a finding of its own, and what follows from it is not known
    yield from _latest(tree, published, reads, each)
    serving = _serving(tree) if served else None
    expected = branch_root(published) | (served_root(published, serving) if serving else {})
    yield from _files(tree, expected, published, "aims publish" if served else "aims snapshot")
    yield from check_comparisons(tree, reads)
    yield from _extra_files(tree, {*expected, *({MARK} if served else ())}, served)


def check_archive(tree: Tree, read: Read) -> Iterator[Finding]:
    """What lies in an unpacked archive beside its snapshot. A line in its list of sums would allow nothing: whoever adds a file can add a line."""
    yield from _folders(tree, {read.version}, set())
    for one in _published([read]):
        expected = archive_root(one)
        yield from _files(tree, expected, [one], "aims archive")
        yield from _extra_files(tree, set(expected), notice=False)


def _folders(tree: Tree, known: set[str], unsealed: set[str]) -> Iterator[Finding]:
    for name in sorted(name for name, folder in roots(tree).items() if folder and name not in known):
        if name in unsealed:
            what = "the working state and no snapshot" if name == NEXT else "what this version of AIMS Portal does not know"
            yield Finding("not-sealed", f"{name}/", f"is {what}; nothing seals it, and it was not looked at", notice=True)
        else:
            yield Finding("extra-folder", f"{name}/", "is neither a snapshot nor `latest`; it was added by hand")


def _published(reads: Sequence[Read]) -> list[Published]:
    """The versions as the branch has them, newest first, without those of which not everything can be read."""
    readable = [read for read in reversed(reads) if read.manifest and read.manifest["version"] == read.version and (read.disposal or not read.disposed)]
    return [Published(read.manifest, read.digest, read.disposal) for read in readable if read.manifest]


def _serving(tree: Tree) -> Serving | None:
    """What is said of the working state in what `aims publish` wrote; None where nothing is, or not in the form that it writes."""
    try:
        first = strictly(tree.read(VERSIONS) or b"")[0]
        name, date, drafts = first["version"], first["properties"]["date"], first["properties"]["drafts"]
    except (Unsound, LookupError, TypeError):
        return None
    dated = date is None or (isinstance(date, str) and DATE.fullmatch(date))
    root = ROOT.search(tree.read(NOT_FOUND) or b"")
    return Serving(date, drafts, root[1].decode() if root else "") if name == NEXT and dated and isinstance(drafts, bool) else None


# -- latest ---------------------------------------------------------------------------------------------------------------------


def _latest(tree: Tree, published: Sequence[Published], reads: Sequence[Read], each: Callable[[], None]) -> Iterator[Finding]:
    """Whether `latest` shows the newest version without drafts, byte for byte."""
    newest, items, shown = latest(published), below(tree, LATEST), tree.read(f"{LATEST}/{MANIFEST}")
    if newest is None:
        if items:
            yield Finding("latest", f"{LATEST}/", "is here, and there is no snapshot without drafts that it could show; it was put there by hand")
    elif shown != tree.read(f"{newest}/{MANIFEST}"):
        other = next((one.version for one in published if shown is not None and shown == tree.read(f"{one.version}/{MANIFEST}")), "something else")
        sentence = (
            f"shows {other if items else 'nothing'} and should show {newest}, the newest snapshot without drafts; readers get another text than they think"
        )
        yield Finding("latest", f"{LATEST}/", sentence, newest)
    elif items != below(tree, newest):  # in git the same content has the same id; in a folder every file is read
        yield from check_files(Folder(tree, LATEST, LATEST), next(read for read in reads if read.version == newest), each)


# -- files ----------------------------------------------------------------------------------------------------------------------


def _files(tree: Tree, expected: Mapping[str, bytes], published: Sequence[Published], writer: str) -> Iterator[Finding]:
    """The files at the root of a tree against what they should be. `writer`: the command that writes them."""
    served, written_by = isinstance(tree, FolderTree), published[0].manifest["tools"].get(engine.NAME) if published else None
    ours = written_by in {None, engine.version()}  # else pages may follow otherwise
    by_another = "" if ours else f", or another version of AIMS Portal ({written_by}) wrote it"
    for name, should in expected.items():
        if served and name.startswith(".") and name not in tree.items:
            continue  # a server has those for git and the publisher or not
        if how := difference(tree, name, should, f"what `{writer}` writes from the manifests"):
            yield Finding("root", name, f"{how}{by_another}. The next `{writer}` writes it anew", notice=name == NOT_FOUND or not (ours or name == VERSIONS))


def _extra_files(tree: Tree, known: set[str], notice: bool) -> Iterator[Finding]:
    for name in sorted(name for name, folder in roots(tree).items() if not folder and name not in known):
        kind = tree.items[name].kind
        words = "is no file of the snapshots; it was added by hand" if kind == FILE else f"is {kind}; it was added by hand and was not followed"
        yield Finding("root", name, words, notice=notice and kind == FILE)
