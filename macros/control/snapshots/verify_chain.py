"""The chain of the manifests: each names the version before it, and the digest of that one's manifest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from macros.control.snapshots.findings import Finding, Read, short
from macros.control.snapshots.manifest import MANIFEST, VERSION, Manifest, order
from macros.control.snapshots.trees import Tree, roots


def versions_in(tree: Tree) -> list[str]:
    """The versions of which there is a folder, oldest first."""
    return sorted((name for name, folder in roots(tree).items() if folder and VERSION.fullmatch(name)), key=order)


def check_chain(reads: Sequence[Read]) -> Iterator[Finding]:
    """Whether each manifest names the digest of the one before. `reads`: all versions, oldest first. Marks those whose link holds."""
    for read, before in zip(reads, (None, *reads), strict=False):
        if read.manifest is None:
            continue
        broken = _broken_link(read, read.manifest, before)
        if broken:
            yield broken
        else:
            read.linked = before is not None and before.digest != ""
        yield from _dated_back(read, read.manifest, before)


def _broken_link(read: Read, manifest: Manifest, before: Read | None) -> Finding | None:
    """What is wrong with what a manifest says of the snapshot before it, if anything is."""
    named = manifest["previous"]

    def wrong(sentence: str, expected: str | None = None, found: str | None = None) -> Finding:
        return Finding("chain", f"{read.version}/{MANIFEST}", sentence, read.version, expected=expected, found=found)

    if before is None:
        return wrong(f"names {named['version']} as the snapshot before it, and that is not here; it was removed") if named else None
    if named is None:
        return wrong(f"says that there was no snapshot before it, and {before.version} is here; the chain was cut, or {before.version} was put in before it")
    if named["version"] != before.version:
        return wrong(f"names {named['version']} as the snapshot before it, and here that is {before.version}; one was removed or put in")
    if before.digest and named["manifest"] != before.digest:
        sentence = (
            f"says that the manifest of {before.version} has the SHA-256 {short(named['manifest'])}…, and here it is {short(before.digest)}…; "
            "one of the two is not as it was published"
        )
        return wrong(sentence, named["manifest"], before.digest)
    return None


def _dated_back(read: Read, manifest: Manifest, before: Read | None) -> Iterator[Finding]:
    if before and before.manifest and manifest["date"] < before.manifest["date"]:
        sentence = f"is dated {manifest['date']}, before {before.version} ({before.manifest['date']}): a clock was wrong when one of the two was committed"
        yield Finding("chain", f"{read.version}/{MANIFEST}", sentence, read.version, notice=True)
