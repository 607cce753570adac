"""One ZIP with a snapshot, for somebody's own files: opens without a server, and can be verified without this repository.

The same snapshot gives the same bytes everywhere: sorted, with the manifest's date, and stored without compression, because what a compressor
makes depends on its version.
"""

from __future__ import annotations

import datetime as dt
import filecmp
import tempfile
import zipfile
from pathlib import Path

from macros.control.git import Git, GitError
from macros.control.progress import Step, quiet
from macros.control.snapshots.branch import FULL, Branch
from macros.control.snapshots.manifest import MANIFEST, TIME, NotAManifest, sha256, sum_of
from macros.control.snapshots.pages import text_file
from macros.control.snapshots.root import Published
from macros.control.snapshots.snapshot import Refused, known, need_history

README, SUMS = "README.txt", "SHA256SUMS"
"""The files of an archive beside the snapshot."""
MODE = 0o100644
FIRST_YEAR = 1980
"""A ZIP knows no day before."""


def archive(project: Path, version: str, to: Path | None = None, audience: str = FULL, step: Step = quiet) -> Path:
    """Write the archive of a published snapshot to the new file `to`, else `aims-VERSION.zip` in the working folder; gives its path. Raises `Refused`."""
    branch = Branch(Git(project), audience)
    name = name_of(version, audience)
    target = to or Path(f"{name}.zip")
    try:
        need_history(branch.git)
        one = branch.find(version)
        if target.is_dir():
            raise Refused(f"{target} is a folder; name the file to write in it, like --to {target / name}.zip")
        if one is None:
            raise Refused(f"there is no snapshot {version} on the branch {branch.name}" + known(branch))
        if one.disposal:
            raise Refused(f"the content of {version} was removed on {one.disposal['on']}: {one.disposal['reason']}")
        step(f"reading {version}")
        files = _files(branch, one)
        step(f"writing {target}")
        _write_new(target, name, one, files)
    except (GitError, NotAManifest) as error:
        raise Refused(str(error)) from None
    except OSError as error:
        raise Refused(f"{target} cannot be written: {error.strerror or error}") from None
    return target


def _files(branch: Branch, one: Published) -> dict[str, bytes]:
    """The files of a snapshot, looked at against its manifest, so that nothing damaged is handed on."""
    there = branch.files(one.version)
    blobs = branch.git.blobs(there.values())
    files = {path: blobs[blob] for path, blob in there.items()}
    if {path: sum_of(content) for path, content in files.items() if path != MANIFEST} != one.manifest["files"]:
        raise Refused(f"{one.version} on the branch {branch.name} is not what its manifest says; run: aims verify {one.version}")
    return files


def _write_new(target: Path, name: str, one: Published, files: dict[str, bytes]) -> None:
    """Write beside the target, then put it in place, so that there is never half an archive. One that is there already has to be the same."""
    with tempfile.NamedTemporaryFile(dir=target.parent, prefix=".aims-", suffix=".zip", delete=False) as aside:
        path = Path(aside.name)
    try:
        _write(path, name, one, files)
        if target.exists() and not filecmp.cmp(target, path, shallow=False):  # which reads no device
            raise Refused(f"{target} exists and is something else; it was left as it is. Name another file with --to")
        path.chmod(0o644)
        path.replace(target)
    finally:
        path.unlink(missing_ok=True)


def name_of(version: str, audience: str) -> str:
    """What an archive of a snapshot, and the folder in it, is called."""
    return f"aims-{version}" if audience == FULL else f"aims-{audience}-{version}"


def archive_root(one: Published) -> dict[str, bytes]:
    """What an archive holds beside the snapshot: how to read and verify it, and the sums of everything in it. All of it follows from the manifest."""
    sums = {path: file["sha256"] for path, file in one.manifest["files"].items()} | {MANIFEST: one.digest}
    readme = text_file("archive.txt.j2", one=one, name=name_of(one.version, one.manifest["audience"]), count=len(sums) + 1).encode()
    listed = {f"{one.version}/{path}": sum for path, sum in sums.items()} | {README: sha256(readme)}
    return {README: readme, SUMS: "".join(f"{listed[path]}  {path}\n" for path in sorted(listed)).encode()}


def _write(path: Path, name: str, one: Published, files: dict[str, bytes]) -> None:
    content = {f"{one.version}/{file}": content for file, content in files.items()} | archive_root(one)
    day = dt.datetime.strptime(one.manifest["date"], TIME)
    time = day.timetuple()[:6] if day.year >= FIRST_YEAR else (FIRST_YEAR, 1, 1, 0, 0, 0)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as packed:
        for file in sorted(content):
            entry = zipfile.ZipInfo(f"{name}/{file}", time)
            entry.create_system, entry.external_attr = 3, MODE << 16  # Unix, whatever machine writes it
            packed.writestr(entry, content[file])
