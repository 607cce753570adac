"""The manifest of a snapshot: what it is, from which commit, who made it with what, and the SHA-256 of every file in it.

Plain values in and out. A manifest depends on the commit, the arguments of `aims snapshot`, the tools and the snapshot before; on no clock.
"""

from __future__ import annotations

import hashlib
import json
import platform
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypedDict

from macros.control.snapshots.inline_scripts import of_pages
from macros.engine import NAME, installed, version_beside

Manifest = dict[str, Any]
FORMAT = 1
MANIFEST, STATE, DISPOSAL = "manifest.json", "aims.json", "disposal.json"
"""The files of a snapshot that are about it: what it holds, its records for comparison, and that its content was removed."""
TIME = "%Y-%m-%dT%H:%M:%SZ"
"""How the time of a commit is written, always in UTC."""
VERSION = re.compile(r"[0-9]{4}\.(?:0|[1-9][0-9]{0,5})")
TOOLS = ("mkdocs", "mkdocs-material", "mkdocs-macros-plugin")
DOCUMENT = ("id", "title", "version", "seal", "validity", "classification")
GAP = ("rule", "message", "about")


class Sum(TypedDict):
    """What a manifest says about a file."""

    sha256: str
    size: int


class NotAManifest(ValueError):
    """A file that was to be a manifest and is none; the text is a sentence for a person."""


def order(version: str) -> tuple[int, int]:
    """What versions are sorted by: 2026.10 comes after 2026.9."""
    year, _, number = version.partition(".")
    return int(year), int(number)


def sha256(content: bytes) -> str:
    """The SHA-256 of bytes as they are, in hexadecimal: what `sha256sum` prints."""
    return hashlib.sha256(content).hexdigest()


def sum_of(content: bytes) -> Sum:
    """What a manifest says about a file with this content."""
    return {"sha256": sha256(content), "size": len(content)}


def removed_with(manifest: Manifest, digest: str) -> dict[str, Any]:
    """What the record of a disposal says of the content that is removed."""
    sums = manifest["files"].values()
    return {"manifest": digest, "files": len(sums), "bytes": sum(file["size"] for file in sums)}


def paths_in(folder: Path) -> list[str]:
    """The files below a folder, in the order of a manifest."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def sums_in(folder: Path) -> dict[str, Sum]:
    """Every file below a folder but its manifest, with its sum."""
    return {path: sum_of((folder / path).read_bytes()) for path in paths_in(folder) if path != MANIFEST}


@dataclass(frozen=True, kw_only=True)
class Heading:
    """What a manifest says that does not follow from the site: `previous` holds version and manifest digest of the snapshot before."""

    version: str
    purpose: str
    audience: str
    drafts: list[str]
    commit: str
    date: str
    by: str
    previous: dict[str, str] | None


def manifest(site: Path, project: Path, heading: Heading) -> Manifest:
    """The manifest of a site that was built from `project`, a clean checkout of the commit in the heading.

    Raises `NotAManifest` where the site has no usable `aims.json`."""
    try:
        copied = from_state((site / STATE).read_bytes())
    except OSError:
        raise NotAManifest(f"the site that was built has no {STATE}; the commit is from before snapshots were possible") from None
    except (ValueError, LookupError, TypeError, AttributeError):
        raise NotAManifest(f"the {STATE} of the site that was built has no documents and gaps") from None
    pages = (page.read_text(encoding="utf-8", errors="replace") for page in site.rglob("*.html"))
    return {
        "format": FORMAT,
        **vars(heading),
        "tools": tools(project),
        **copied,
        "inline_scripts": of_pages(pages),
        "files": sums_in(site),
    }


def from_state(content: bytes) -> dict[str, Any]:
    """What a manifest copies from `aims.json`. Raises `ValueError`, `LookupError`, `TypeError` or `AttributeError` where that is none."""
    state = json.loads(content)
    return {name: [{key: line.get(key) for key in keys} for line in state[name]] for name, keys in (("documents", DOCUMENT), ("gaps", GAP))}


def tools(project: Path) -> dict[str, str | None]:
    """What the site is built with: versions, and the SHA-256 of the lock file. A rebuild gives the same bytes only with the same."""
    lock = project / "requirements.txt"
    return {
        "python": platform.python_version(),
        **{name: installed(name) for name in TOOLS},
        NAME: version_beside(project),
        "lock": sha256(lock.read_bytes()) if lock.is_file() else None,
    }


def to_bytes(value: object) -> bytes:
    """The one way in which manifests and their like are written: keys sorted, one space of indentation, LF, UTF-8."""
    return (json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()
