"""The list of versions, which readers choose a snapshot by: against the one that follows from the manifests."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from macros.control.snapshots.branch import VERSIONS, Published, versions_json
from macros.control.snapshots.findings import Finding, short, some
from macros.control.snapshots.manifest import order
from macros.control.snapshots.publish import NEXT, next_entry
from macros.control.snapshots.shape import Unsound, strictly
from macros.control.snapshots.trees import Tree

Entry = dict[str, Any]
"""What the list says of a version."""
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
DIGEST = re.compile(r"[0-9a-f]{64}")


def check_list(tree: Tree, published: Sequence[Published], served: bool) -> Iterator[Finding]:
    """The list against `published`, all versions, newest first. `served`: it may begin with the working state, as `aims publish` writes it."""
    content, should = tree.read(VERSIONS), versions_json(published)
    if content == should:
        return
    try:
        entries = _entries(content)
    except Unsound as error:
        yield _wrong(str(error))
        return
    working = [entry for entry in entries if served and entry["version"] == NEXT]
    snapshots = [entry for entry in entries if entry not in working]
    expected, found = _by_version(json.loads(should)), _by_version(snapshots)
    different = [*_missing(expected, found), *_added(expected, found), *_facts(expected, found)]
    yield from different
    if not different and [entry["version"] for entry in snapshots] != list(expected):
        yield _wrong("does not list every snapshot once, the newest first; it was changed")
    elif working and not (working == entries[:1] and _as_published(working[0])):
        yield _wrong(f"does not say once and first about {NEXT} what `aims publish` writes; it was changed")
    elif not different and not served:
        yield _wrong("says what it should in another way than `aims snapshot` writes it; it was changed by hand")


def _wrong(sentence: str, version: str | None = None) -> Finding:
    return Finding("versions-json", VERSIONS, sentence, version)


def _entries(content: bytes | None) -> list[Entry]:
    """The entries in the content of the list. Raises `Unsound`."""
    if content is None:
        raise Unsound("is missing, damaged or too large; readers choose a snapshot by this list")
    entries = strictly(content)
    if not isinstance(entries, list) or not all(isinstance(entry, dict) and isinstance(entry.get("version"), str) for entry in entries):
        raise Unsound("is not a list of versions; it was changed")
    return entries


def _by_version(entries: Sequence[Entry]) -> dict[str, Entry]:
    return {entry["version"]: entry for entry in entries}


# -- one version ----------------------------------------------------------------------------------------------------------------


def _missing(expected: dict[str, Entry], found: dict[str, Entry]) -> Iterator[Finding]:
    for version in sorted(expected.keys() - found.keys()):
        yield _wrong(f"does not list {version}, which is here; the entry was removed", version)


def _added(expected: dict[str, Entry], found: dict[str, Entry]) -> Iterator[Finding]:
    for version in sorted(found.keys() - expected.keys()):
        yield _wrong(f"lists {version}, of which there is no folder here; the entry was added or the snapshot removed", version)


def _facts(expected: dict[str, Entry], found: dict[str, Entry]) -> Iterator[Finding]:
    """What the list says of a version and the manifests do not."""
    for version in sorted(expected.keys() & found.keys(), key=order):
        should, says = _flat(expected[version]), _flat(found[version])
        for key, value in should.items():
            if says.get(key) != value:
                sentence = f"says for {version} that {key} is {_shown(says.get(key))}, and the manifests say {_shown(value)}; one of the two was changed"
                yield _wrong(sentence, version)
        if more := sorted(says.keys() - should.keys()):
            yield _wrong(f"says for {version} something that no manifest says ({some(more)}); it was added", version)


def _flat(entry: Entry) -> dict[str, Any]:
    """What an entry says, its properties beside the rest."""
    inner = entry.get("properties")
    outer = {key: value for key, value in entry.items() if key != "properties"}
    return outer | (inner if isinstance(inner, dict) else {"properties": inner})


def _shown(value: Any) -> str:
    return f"{short(value)}…" if isinstance(value, str) and DIGEST.fullmatch(value) else json.dumps(value, ensure_ascii=False)


def _as_published(entry: Entry) -> bool:
    """Whether this says about the working state no more than its date, and whether it holds drafts."""
    facts = entry.get("properties")
    if not isinstance(facts, dict):
        return False
    date, drafts = facts.get("date"), facts.get("drafts")
    dated = date is None or (isinstance(date, str) and DATE.fullmatch(date) is not None)
    return dated and isinstance(drafts, bool) and entry == next_entry(date, drafts)
