"""The files of a published version against its manifest. Every function gives findings; none raises for what is there."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from macros.control.snapshots.findings import Finding, Read, short
from macros.control.snapshots.manifest import DISPOSAL, MANIFEST, STATE, from_state, removed_with, sha256
from macros.control.snapshots.shape import Unsound, leads_out, sound, sound_disposal
from macros.control.snapshots.trees import FILE, Item, Tree, below

INDEX = "index.html"
REMAINS = {MANIFEST, STATE, DISPOSAL, INDEX}
"""What a recorded disposal leaves."""


@dataclass(frozen=True)
class Folder:
    """The folder of a version in a tree: `name` is its path there, empty where the tree is the version itself."""

    tree: Tree
    name: str
    version: str
    """What the folder is called in findings."""

    def path(self, file: str) -> str:
        """The path of a file in the tree."""
        return f"{self.name}/{file}" if self.name else file

    def finding(self, rule: str, file: str, sentence: str, expected: str | None = None, found: str | None = None) -> Finding:
        """A finding about a file in this folder."""
        return Finding(rule, f"{self.version}/{file}", sentence, self.version, expected=expected, found=found)


def read_version(folder: Folder) -> tuple[Read, list[Finding]]:
    """The manifest of a version, as far as it is sound, and what is wrong with it."""
    read, findings = Read(folder.version), list[Finding]()
    items = below(folder.tree, folder.name)
    read.disposed = DISPOSAL in items
    content = folder.tree.read(folder.path(MANIFEST))
    if content is None:
        words = "is damaged or too large to be a manifest" if MANIFEST in items else "is missing"
        return read, [folder.finding("manifest-missing", MANIFEST, f"{words}; without it nothing can be said about the other files of this version")]
    read.digest = sha256(content)
    try:
        read.manifest = sound(content)
    except Unsound as error:
        return read, [folder.finding("manifest-shape", MANIFEST, str(error))]
    named = read.manifest["version"]
    if named != folder.version:
        sentence = (
            f"is the manifest of {named}, not of the version whose folder it lies in; the folder was renamed, or the manifest of another one was put here"
        )
        findings.append(folder.finding("manifest-name", MANIFEST, sentence, folder.version, named))
    for path in sorted(path for path in read.manifest["files"] if leads_out(path)):
        sentence = f"names the file '{path}', which cannot be a file of this version; `aims snapshot` writes no such manifest"
        findings.append(folder.finding("manifest-path", MANIFEST, sentence))
    if read.disposed:
        read.disposal, more = _disposal(folder, read)
        findings += more
    return read, findings


def check_files(folder: Folder, read: Read, each: Callable[[], None]) -> Iterator[Finding]:
    """Missing, changed, added, moved and resized files."""
    if read.manifest is None:
        return
    items = below(folder.tree, folder.name)
    listed: dict[str, Any] = read.manifest["files"]
    if read.disposed:
        listed = {path: sum for path, sum in listed.items() if path == STATE and path in items}
    expected = REMAINS if read.disposed else {MANIFEST}
    strange = {path: item for path, item in items.items() if item.kind != FILE}
    yield from (_strange(folder, path, item) for path, item in strange.items())
    missing = sorted(listed.keys() - items.keys())
    added = sorted(items.keys() - listed.keys() - expected - strange.keys())
    same_size = [path for path, sum in listed.items() if path in items and items[path].kind == FILE and items[path].size == sum["size"]]
    sizes = {listed[path]["size"] for path in missing}
    sums = folder.tree.hashed([folder.path(path) for path in [*same_size, *(path for path in added if items[path].size in sizes)]], each)
    yield from _compared(folder, listed, items, sums)
    homes: dict[str, str] = {}
    for path in added:
        home = next((name for name in missing if listed[name]["sha256"] == sums.get(folder.path(path))), None)
        if home:
            homes[home] = path
            yield folder.finding("file-moved", path, f"has the content of {home}, which is missing: it was renamed or moved after publication")
        else:
            yield folder.finding("file-added", path, "is not in the manifest; it was added after publication")
    for path in missing:
        if path not in homes and not leads_out(path):
            digest = listed[path]["sha256"]
            sentence = f"is missing; the manifest has it with the SHA-256 {short(digest)}…; it was removed after publication"
            yield folder.finding("file-missing", path, sentence, digest)


def _compared(folder: Folder, listed: dict[str, Any], items: dict[str, Item], sums: dict[str, str]) -> Iterator[Finding]:
    for path, sum in listed.items():
        item = items.get(path)
        if item is None or item.kind != FILE:
            continue
        found = sums.get(folder.path(path))
        if item.size is None or (item.size == sum["size"] and found is None):
            yield folder.finding("file-damaged", path, "cannot be read: its content is missing from this copy or damaged; get a whole copy, and verify that")
        elif item.size != sum["size"]:
            sentence = f"is changed: its size is {item.size}, and the manifest says {sum['size']}; it is not the file that was published"
            yield folder.finding("file-size", path, sentence)
        elif found != sum["sha256"]:
            said = short(sum["sha256"])
            sentence = f"is changed: its SHA-256 is {short(found)}…, and the manifest says {said}…; it is not the file that was published"
            yield folder.finding("file-changed", path, sentence, sum["sha256"], found)


def _strange(folder: Folder, path: str, item: Item) -> Finding:
    return folder.finding("file-kind", path, f"is {item.kind}, and a snapshot holds plain files only; it was put there after publication and was not followed")


def check_state(folder: Folder, read: Read) -> Iterator[Finding]:
    """Whether the documents and gaps that the manifest names are those of `aims.json`."""
    content = folder.tree.read(folder.path(STATE))
    if read.manifest is None or content is None or STATE not in read.manifest["files"] or sha256(content) != read.manifest["files"][STATE]["sha256"]:
        return  # what is wrong with the file itself has been said
    try:
        copied = from_state(content)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        yield folder.finding("state", STATE, "does not hold a state of the management system, though it is the file that the manifest names")
        return
    for key in (key for key, lines in copied.items() if lines != read.manifest[key]):
        yield folder.finding("state", MANIFEST, f"names other {key} than {STATE} of the same version, from which they are copied; one was changed")


def _disposal(folder: Folder, read: Read) -> tuple[dict[str, object] | None, list[Finding]]:
    """The record of a disposal, and what in it does not fit the manifest or the page that stands in place of the content."""
    assert read.manifest
    try:
        record = sound_disposal(folder.tree.read(folder.path(DISPOSAL)) or b"", folder.version)
    except Unsound as error:
        return None, [folder.finding("disposal", DISPOSAL, str(error))]
    findings = []
    for key, value in removed_with(read.manifest, read.digest).items():
        if (said := record.get(key)) != value:
            sentence = f"says '{key}' is {json.dumps(said)}, and the manifest says {json.dumps(value)}; one of the two was changed"
            findings.append(folder.finding("disposal", DISPOSAL, sentence))
    page = folder.tree.read(folder.path(INDEX))
    if record["page"] is None:
        sentence = f"does not name the digest of {INDEX}, as an older version of AIMS Portal wrote it; whether that page is the same cannot be said"
        findings.append(replace(folder.finding("disposal", DISPOSAL, sentence), notice=True))
    elif page is None or sha256(page) != record["page"]:
        sentence = f"is not the page about the removal that {DISPOSAL} names by its SHA-256 {short(record['page'])}…; it was changed or removed"
        findings.append(folder.finding("file-changed", INDEX, sentence, record["page"]))
    return record, findings
