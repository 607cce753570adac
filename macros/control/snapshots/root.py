"""What lies beside the versions: at the root of the branch, and of a folder that is served. All of it follows from the manifests.

There is one function for each place, from the manifests to the content of every file. Who writes takes these files; who verifies makes them again and compares.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from macros.control.snapshots.manifest import Manifest, to_bytes
from macros.control.snapshots.pages import STYLE, html_page, stylesheet

LATEST, NEXT = "latest", "next"
INDEX, NOT_FOUND, VERSIONS = "index.html", "404.html", "versions.json"
ATTRIBUTES = b"* -text\n"
"""So that a checkout on Windows leaves line ends, and with them every sum, as they are."""


@dataclass(frozen=True)
class Published:
    """A version on the branch: its manifest, the digest of the manifest's file, and the record of its disposal where its content was removed."""

    manifest: Manifest
    digest: str
    disposal: Mapping[str, Any] | None = None

    @property
    def version(self) -> str:
        """The version's name."""
        return str(self.manifest["version"])

    @property
    def drafts(self) -> bool:
        """Whether it holds documents that were not approved."""
        return bool(self.manifest["drafts"])


@dataclass(frozen=True)
class Serving:
    """What a folder that is served says beyond the manifests: of which commit's time the working state is, whether it holds drafts, and where on its
    host the portal lies; a page for what is not there cannot know how deep it is shown."""

    date: str | None
    drafts: bool
    root: str


def latest(published: Sequence[Published]) -> str | None:
    """Which version `latest/` shows: the newest without drafts whose content is there."""
    return next((one.version for one in published if not one.drafts and not one.disposal), None)


def branch_root(published: Sequence[Published]) -> dict[str, bytes]:
    """The files at the root of the branch, by their paths. `published`: all versions, newest first."""
    return {".gitattributes": ATTRIBUTES, ".nojekyll": b"", STYLE: stylesheet(), INDEX: _index(published, None), VERSIONS: _versions(published)}


def served_root(published: Sequence[Published], serving: Serving) -> dict[str, bytes]:
    """The files at the root of a folder that is served, where `next/` is a version too, by their paths."""
    not_found = html_page("not_found.html.j2", root=serving.root).encode()
    listed = _versions(published, next_entry(serving))
    return {".nojekyll": b"", STYLE: stylesheet(), INDEX: _index(published, NEXT), VERSIONS: listed, NOT_FOUND: not_found}


def _index(published: Sequence[Published], otherwise: str | None) -> bytes:
    start = LATEST if latest(published) else published[0].version if published else otherwise
    return html_page("snapshots.html.j2", published=published, start=start).encode()


# -- the list of versions -------------------------------------------------------------------------------------------------------


def _versions(published: Sequence[Published], *before: dict[str, Any]) -> bytes:
    """What the version selector reads, in the shape that mike writes: all versions, newest first."""
    newest = latest(published)
    return to_bytes([*before, *(_listed(one, one.version == newest) for one in published)])


def _listed(one: Published, newest: bool) -> dict[str, Any]:
    remark = " (removed)" if one.disposal else " (with drafts)" if one.drafts else ""
    return {
        "version": one.version,
        "title": one.version + remark,
        "aliases": [LATEST] if newest else [],
        "properties": {
            "purpose": one.manifest["purpose"],
            "date": one.manifest["date"],
            "drafts": one.drafts,
            "manifest": one.digest,
            "disposed": one.disposal["on"] if one.disposal else None,
        },
    }


def next_entry(serving: Serving) -> dict[str, Any]:
    """What stands about the working state in the list of versions."""
    purpose = "The working state: what the next snapshot would hold today"
    facts = {"purpose": purpose, "date": serving.date, "drafts": serving.drafts, "manifest": None, "disposed": None}
    return {"version": NEXT, "title": "next (working state)", "aliases": [], "properties": facts}
