"""What an unpacked archive brings beside its snapshot: nothing but a text to read, and a list of sums that has to fit."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from macros.control.snapshots.archive import README, SUMS
from macros.control.snapshots.findings import Finding, short
from macros.control.snapshots.trees import FILE, Tree, roots

SUM_LINE = re.compile(r"([0-9a-f]{64})  (.+)")


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
    listed = _listed(content)
    if not listed:
        yield Finding("sums", SUMS, "is not a list as `sha256sum` writes it; it was damaged or changed")
        return
    sums = tree.hashed([path for path in listed if path in tree.items and tree.items[path].kind == FILE], each)
    for path, sum in listed.items():
        if sums.get(path) != sum:
            yield _other_sum(path, sum, sums.get(path))
    for path in sorted(tree.items.keys() - listed.keys() - {SUMS, README}):
        yield Finding("sums", SUMS, f"does not list {path}, which is here; it was added")


def _listed(content: bytes) -> dict[str, str]:
    """The sums in a list by their paths; none where a line of it is no line of such a list."""
    try:
        lines = [SUM_LINE.fullmatch(line) for line in content.decode().splitlines()]
    except UnicodeDecodeError:
        return {}
    return {line[2]: line[1] for line in lines if line} if all(lines) else {}


def _other_sum(path: str, listed: str, found: str | None) -> Finding:
    what = f"SHA-256 {short(found)}…" if found else "not here"
    sentence = f"says that {path} has the SHA-256 {short(listed)}…, and it is {what}; one of the two was changed"
    return Finding("sums", SUMS, sentence, path.partition("/")[0], expected=listed, found=found)
