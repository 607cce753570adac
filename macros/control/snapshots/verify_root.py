"""What holds the versions together: the chain of manifests, the list of versions, `latest`, and the other files at the root."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from importlib import metadata
from typing import Any

from macros.control.snapshots.branch import LATEST, VERSIONS, Published, latest, root_files, versions_json
from macros.control.snapshots.findings import Finding, Read, short, some
from macros.control.snapshots.manifest import MANIFEST, VERSION, order
from macros.control.snapshots.pages import html_page
from macros.control.snapshots.publish import MARK, NEXT, next_entry
from macros.control.snapshots.shape import Unsound, strictly
from macros.control.snapshots.trees import FILE, FolderTree, Tree, below, roots
from macros.control.snapshots.verify_files import Folder, check_files

SUMS = "SHA256SUMS"
README = "README.txt"
NOT_FOUND = "404.html"
SERVED = {MARK, NOT_FOUND, SUMS}
"""Files beside the versions in a folder that is served or was unpacked, and not on the branch."""
DIGEST = re.compile(r"[0-9a-f]{64}")
ROOT = re.compile(rb'href="((?:/[\w.~-]+)*)/snapshots\.css"')
"""Where the page for what is not there says that the portal lies on its host."""
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
SUM_LINE = re.compile(r"([0-9a-f]{64})  (.+)")


def versions_in(tree: Tree) -> list[str]:
    """The versions of which there is a folder, oldest first."""
    return sorted((name for name, folder in roots(tree).items() if folder and VERSION.fullmatch(name)), key=order)


def check_chain(reads: Sequence[Read]) -> Iterator[Finding]:
    """Each manifest names the digest of the one before. `reads`: all versions, oldest first. Marks those whose link holds."""
    for number, read in enumerate(reads):
        if read.manifest is None:
            continue
        named, before = read.manifest["previous"], reads[number - 1] if number else None

        def wrong(sentence: str, expected: str | None = None, found: str | None = None, version: str = read.version) -> Finding:
            return Finding("chain", f"{version}/{MANIFEST}", sentence, version, expected=expected, found=found)

        if named is None and before:
            yield wrong(f"says that there was no snapshot before it, and {before.version} is here; the chain was cut, or {before.version} was put in before it")
        elif named and before is None:
            yield wrong(f"names {named['version']} as the snapshot before it, and that is not here; it was removed")
        elif named and before and named["version"] != before.version:
            yield wrong(f"names {named['version']} as the snapshot before it, and here that is {before.version}; one was removed or put in")
        elif named and before and before.digest and named["manifest"] != before.digest:
            yield wrong(f"says that the manifest of {before.version} has the SHA-256 {short(named['manifest'])}…, and here it is {short(before.digest)}…; "
                        "one of the two is not as it was published", named["manifest"], before.digest)  # fmt: skip
        else:
            read.linked = bool(named and before and before.digest)
        if before and before.manifest and read.manifest["date"] < before.manifest["date"]:
            sentence = (
                f"is dated {read.manifest['date']}, before {before.version} ({before.manifest['date']}): a clock was wrong when one of the two was committed"
            )
            yield Finding("chain", f"{read.version}/{MANIFEST}", sentence, read.version, notice=True)


def check_root(tree: Tree, reads: Sequence[Read], each: Callable[[], None]) -> Iterator[Finding]:
    """The list of versions, `latest` and the other files. What has to stand there follows from the manifests, if all of them can be read."""
    served = isinstance(tree, FolderTree)
    allowed = {LATEST, *(read.version for read in reads), *({NEXT} if served else ())}
    for name, folder in sorted(roots(tree).items()):
        if folder and name not in allowed:
            yield Finding("extra-folder", f"{name}/", "is neither a snapshot nor `latest`; it was added by hand")
    published = [Published(read.manifest, read.digest, read.disposal if read.disposed else None) for read in reversed(reads)
                 if read.manifest and read.manifest["version"] == read.version and (read.disposal or not read.disposed)]  # fmt: skip
    if len(published) < len(reads):
        return  # a manifest that cannot be read is a finding of its own
    yield from _list(tree, published, served)
    yield from _latest(tree, published, {read.version: read for read in reads}, each)
    yield from _others(tree, published, served)


def _list(tree: Tree, published: Sequence[Published], served: bool) -> Iterator[Finding]:
    def wrong(sentence: str, version: str | None = None) -> Finding:
        return Finding("versions-json", VERSIONS, sentence, version)

    content = tree.read(VERSIONS)
    if content is None:
        yield wrong("is missing, damaged or too large; readers choose a snapshot by this list")
        return
    should = versions_json(published)
    if content == should:
        return
    try:
        entries = strictly(content)
    except Unsound as error:
        yield wrong(str(error))
        return
    if not isinstance(entries, list) or not all(isinstance(entry, dict) and isinstance(entry.get("version"), str) for entry in entries):
        yield wrong("is not a list of versions; it was changed")
        return
    working = [entry for entry in entries if served and entry["version"] == NEXT]
    listed = [entry for entry in entries if entry not in working]
    found = {entry["version"]: entry for entry in listed}
    expected = {entry["version"]: entry for entry in json.loads(should)}
    different = list(_entries(expected, found))
    yield from (wrong(sentence, version) for version, sentence in different)
    if not different and [entry["version"] for entry in listed] != list(expected):
        yield wrong("does not list every snapshot once, the newest first; it was changed")
    elif working and (len(working) > 1 or entries[0] is not working[0] or not _as_published(working[0])):
        yield wrong(f"does not say once and first about {NEXT} what `aims publish` writes; it was changed")
    elif not different and not served:
        yield wrong("says what it should in another way than `aims snapshot` writes it; it was changed by hand")


def _as_published(entry: dict[str, Any]) -> bool:
    """Whether this says about the working state no more than its date, and whether it holds drafts."""
    facts = entry.get("properties")
    date, drafts = (facts.get("date"), facts.get("drafts")) if isinstance(facts, dict) else ("", "")
    if not isinstance(drafts, bool) or not (date is None or (isinstance(date, str) and DATE.fullmatch(date))):
        return False
    return entry == next_entry(date, drafts)


def _entries(expected: dict[str, Any], found: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for version in sorted(expected.keys() - found.keys()):
        yield version, f"does not list {version}, which is here; the entry was removed"
    for version in sorted(found.keys() - expected.keys()):
        yield version, f"lists {version}, of which there is no folder here; the entry was added or the snapshot removed"
    for version in sorted(expected.keys() & found.keys(), key=order):
        for key, value in _flat(expected[version]).items():
            other = _flat(found[version]).get(key)
            if other != value:
                yield version, f"says for {version} that {key} is {_value(other)}, and the manifests say {_value(value)}; one of the two was changed"
        if more := sorted(_flat(found[version]).keys() - _flat(expected[version]).keys()):
            yield version, f"says for {version} something that no manifest says ({some(more)}); it was added"


def _value(value: Any) -> str:
    return f"{short(value)}…" if isinstance(value, str) and DIGEST.fullmatch(value) else json.dumps(value, ensure_ascii=False)


def _flat(entry: dict[str, Any]) -> dict[str, Any]:
    inner = entry.get("properties")
    return {**{key: value for key, value in entry.items() if key != "properties"}, **(inner if isinstance(inner, dict) else {"properties": inner})}


def _latest(tree: Tree, published: Sequence[Published], reads: dict[str, Read], each: Callable[[], None]) -> Iterator[Finding]:
    newest, items = latest(published), below(tree, LATEST)
    where = f"{LATEST}/"
    if newest is None:
        if items:
            yield Finding("latest", where, "is here, and there is no snapshot without drafts that it could show; it was put there by hand")
        return
    if not items:
        yield Finding("latest", where, f"is missing; it should show {newest}", newest)
        return
    shown = tree.read(f"{LATEST}/{MANIFEST}")
    other = next((one for one in published if shown is not None and shown == tree.read(f"{one.version}/{MANIFEST}")), None)
    if other and other.version != newest:
        why = "which holds drafts and may never be `latest`" if other.drafts else f"and the newest snapshot without drafts is {newest}"
        yield Finding("latest", where, f"shows {other.version}, {why}; readers get another text than they think", newest)
    elif other is None:
        yield Finding("latest", f"{LATEST}/{MANIFEST}", f"is not the manifest of {newest}, which `latest` should show; it was changed or removed", newest)
    elif items != below(tree, newest):  # in git the same content has the same id; in a folder every file is read
        yield from check_files(Folder(tree, LATEST, LATEST), reads[newest], each)


def _others(tree: Tree, published: Sequence[Published], served: bool) -> Iterator[Finding]:
    files = {name for name, folder in roots(tree).items() if not folder}
    for name, should in root_files(published).items():
        content = tree.read(name)
        if name == VERSIONS or content == should or (served and name.startswith(".") and content is None):
            continue
        written_by = published[0].manifest["tools"].get("aims-portal") if published else None
        ours = written_by is None or written_by == _own_version()
        how, done = ("is missing", "removed") if content is None else ("is not what follows from the manifests", "changed")
        why = f"it was {done}" if ours else f"it was {done}, or written by another version of AIMS Portal ({written_by})"
        yield Finding("root", name, f"{how}; {why}. The next snapshot writes it anew", notice=not ours)
    for name in sorted(files - root_files(published).keys() - (SERVED if served else set())):
        item = tree.items[name]
        words = "is no file of the snapshots; it was added by hand" if item.kind == FILE else f"is {item.kind}; it was added by hand and was not followed"
        yield Finding("root", name, words, notice=served and item.kind == FILE)
    if served:
        yield from _not_sealed(tree)


def _not_sealed(tree: Tree) -> Iterator[Finding]:
    """What `aims publish` writes beside the snapshots, anew each time."""
    if roots(tree).get(NEXT):
        yield Finding("not-sealed", f"{NEXT}/", "is the working state and no snapshot; nothing seals it, and it was not looked at", notice=True)
    page = tree.read(NOT_FOUND)
    root = ROOT.search(page) if page is not None else None
    if page is not None and (root is None or html_page("not_found.html.j2", root=root[1].decode()).encode() != page):
        yield Finding("not-sealed", NOT_FOUND, "is not the page that `aims publish` of this version of AIMS Portal writes, and nothing seals it; the next "
                      "`aims publish` writes it anew", notice=True)  # fmt: skip


def _own_version() -> str:
    try:
        return metadata.version("aims-portal")
    except metadata.PackageNotFoundError:
        return ""


def check_archive(tree: Tree, versions: Sequence[str]) -> Iterator[Finding]:
    """What lies in an unpacked archive beside its snapshot. That its list of sums names it means nothing: whoever adds a file can add a line."""
    for name, folder in sorted(roots(tree).items()):
        if name not in {*versions, SUMS, README}:
            yield Finding("extra-file", f"{name}/" if folder else name, "is no part of an archive that `aims archive` wrote; it was added")


def check_sums(tree: Tree, each: Callable[[], None]) -> Iterator[Finding]:
    """The list of sums that an archive brings with it, if it is there: what `sha256sum --check` would say."""
    content = tree.read(SUMS)
    if content is None:
        return
    try:
        found = [SUM_LINE.fullmatch(line) for line in content.decode().splitlines()]
    except UnicodeDecodeError:
        found = [None]
    listed = {line.group(2): line.group(1) for line in found if line}
    if not found or None in found:
        yield Finding("sums", SUMS, "is not a list as `sha256sum` writes it; it was damaged or changed")
        return
    sums = tree.hashed([path for path in listed if path in tree.items and tree.items[path].kind == FILE], each)
    for path in (path for path in listed if sums.get(path) != listed[path]):
        what = f"SHA-256 {short(sums[path])}…" if path in sums else "not here"
        yield Finding("sums", SUMS, f"says that {path} has the SHA-256 {short(listed[path])}…, and it is {what}; one of the two was changed",
                      path.partition("/")[0], expected=listed[path], found=sums.get(path))  # fmt: skip
    for path in sorted(tree.items.keys() - listed.keys() - {SUMS, README}):
        yield Finding("sums", SUMS, f"does not list {path}, which is here; it was added")
