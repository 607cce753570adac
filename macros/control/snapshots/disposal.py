"""Removing the content of a snapshot when its time is over: recorded, in one commit, and the one change to a published folder that verify permits.

What stays says what was there: the manifest, which keeps the chain whole, the records in `aims.json`, the record of the disposal, and a page.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, cast

from macros.control.git import Git, GitError
from macros.control.snapshots.branch import FULL, Branch
from macros.control.snapshots.manifest import DISPOSAL, MANIFEST, STATE, NotAManifest, removed_with, sha256, to_bytes
from macros.control.snapshots.pages import html_page
from macros.control.snapshots.root import Published, latest
from macros.control.snapshots.snapshot import Refused, known, leads_to, need_history, one_line
from macros.graph import Aims
from macros.schema.documents import SnapshotRetention

RETENTION = "aims_data/snapshots.yaml"


@dataclass(frozen=True)
class Removed:
    """What was done: the record of the disposal, where, and which later snapshot can no longer be rebuilt, if one."""

    record: dict[str, Any]
    branch: str
    no_rebuild: str | None


def dispose(aims: Aims, version: str, by: str, reason: str, *, audience: str = FULL, drop_records: bool = False) -> Removed:
    """Remove the content of a published snapshot, on the day `aims.today`. Raises `Refused`, with nothing changed."""
    git = Git(aims.project)
    try:
        need_history(git)
        branch = Branch(git, audience)
        by, reason = one_line(by, "--by"), one_line(reason, "--reason")
        one = _may_go(aims, branch, version)
        record = {
            "version": version,
            "on": aims.today.isoformat(),
            "by": by,
            "reason": reason,
            **removed_with(one.manifest, one.digest),
            "retention": git.head(),
        }
        gone = dataclasses.replace(one, disposal=record)
        page = html_page("disposed.html.j2", one=gone).encode()
        record["page"] = sha256(page)
        published = tuple(gone if other.version == version else other for other in branch.published)
        tree = branch.store_files(_what_stays(branch, gone, page, drop_records))
        branch.publish({version: tree}, published, f"Dispose of snapshot {version}: {reason}\n", by)
    except GitError as error:
        raise Refused(f"{error}; nothing was removed") from None
    except NotAManifest as error:
        raise Refused(str(error)) from None
    except OSError as error:
        raise Refused(f"{error.strerror or error}; nothing was removed") from None
    after = next((other.version for other in published if (other.manifest["previous"] or {}).get("version") == version), None)
    return Removed(record, branch.name, after if drop_records else None)


def _may_go(aims: Aims, branch: Branch, version: str) -> Published:
    """The snapshot, if it may be disposed of. Raises `Refused`."""
    one = branch.find(version)
    if one is None:
        raise Refused(f"there is no snapshot {version} on the branch {branch.name}" + known(branch))
    if one.disposal:
        raise Refused(f"the content of {version} was removed already, on {one.disposal['on']} by {one.disposal['by']}")
    if version == latest(branch.published):
        raise Refused(f"{version} is the latest snapshot, the one that people read; publish a newer one first")
    if RETENTION in branch.git.dirty():
        raise Refused(f"{RETENTION} differs from the last commit; commit it, so that what allows the disposal is on record")
    head, mains = branch.git.head(), branch.git.main_branches()
    if mains and not any(leads_to(branch.git, head, main) for main in mains):  # verification would find that for ever
        raise Refused(
            f"the commit {head[:10]}, which is checked out, is not on the main branch, where {RETENTION} has to say that {version} may go; "
            "merge it there, then: git switch main (or what it is called here)"
        )
    entries = [cast(SnapshotRetention, entry.part) for entry in aims.parts.get(SnapshotRetention, ())]
    retention = next((entry for entry in entries if entry.version == version), None)
    if retention is None:
        raise Refused(f"nothing says how long {version} is kept; enter it in {RETENTION}, like:\n- version: '{version}'\n  keep_until: 2030-12-31")
    if retention.hold:
        hold = retention.hold
        raise Refused(f"{version} is under a legal hold since {hold.on} by {hold.by}: {hold.reason}. Who placed it ends it, in {RETENTION}")
    if aims.today < retention.keep_until:
        raise Refused(f"{version} is kept until {retention.keep_until}, and today is {aims.today}; see {RETENTION}")
    return one


def _what_stays(branch: Branch, gone: Published, page: bytes, drop_records: bool) -> dict[str, bytes]:
    kept = [MANIFEST] if drop_records else [MANIFEST, STATE]
    files = {name: content for name in kept if (content := branch.read(f"{gone.version}/{name}")) is not None}
    return files | {DISPOSAL: to_bytes(gone.disposal), "index.html": page}


def how_to_prune(branch: str, version: str) -> list[str]:
    """Git commands, one a line, after which the repository in which they are run no longer holds the content."""
    return [
        f"git update-ref refs/heads/{branch} \"$(git commit-tree '{branch}^{{tree}}' -m 'History removed after the disposal of {version}')\"",
        f"git update-ref -d refs/remotes/origin/{branch}",
        f"git reflog expire --expire=now --expire-unreachable=now refs/heads/{branch}",
        "git gc --prune=now",
    ]
