"""Whether a snapshot whose content was removed was free to go: after its keep-until day, and under no hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pydantic import TypeAdapter, ValidationError

from macros.control.git import Git
from macros.control.snapshots.disposal import RETENTION
from macros.control.snapshots.findings import Finding, Read
from macros.control.snapshots.manifest import DISPOSAL
from macros.schema.documents import SnapshotRetention
from macros.yaml_source import Unreadable, decode
from macros.yaml_source import read as read_yaml


def check_disposals(git: Git, reads: Sequence[Read]) -> Iterator[Finding]:
    """Every recorded disposal against what the newest commit of the project says about keeping that version."""
    gone = [read for read in reads if read.disposal]
    entries = {entry.version: entry for entry in _retention(git)} if gone else {}
    for read in gone:
        on, entry, where = str((read.disposal or {})["on"]), entries.get(read.version), f"{read.version}/{DISPOSAL}"
        if entry is None:
            yield Finding("retention", where, f"was removed on {on}, and {RETENTION} does not say now how long it was to be kept", read.version, notice=True)
        elif on < entry.keep_until.isoformat():
            yield Finding("retention", where, f"says that it was removed on {on}, and after {RETENTION} it is kept until {entry.keep_until}; it was removed "
                          "too early, or one of the two was changed", read.version)  # fmt: skip
        elif entry.hold and entry.hold.on.isoformat() <= on:
            yield Finding("retention", where, f"says that it was removed on {on}, and after {RETENTION} it is under a legal hold since {entry.hold.on} "
                          f"({entry.hold.reason})", read.version)  # fmt: skip


def _retention(git: Git) -> tuple[SnapshotRetention, ...]:
    """What the newest commit says; nothing where its file cannot be read."""
    content = git.read("HEAD", RETENTION)
    try:
        return TypeAdapter(tuple[SnapshotRetention, ...]).validate_python(read_yaml(decode(content))[0] or ()) if content else ()
    except (Unreadable, ValidationError):
        return ()
