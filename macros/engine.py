"""Which engine this is: its version and the digest of its files. Two that differ may judge one project differently, so a command refuses that."""

from __future__ import annotations

import functools
import hashlib
import tomllib
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

NAME = "aims-portal"
FILES = (".py", ".j2", ".css", ".yaml")
"""What an engine consists of. Compiled files, and what an editor leaves beside a file, are no part of it."""
SHORT = 12


@dataclass(frozen=True)
class Engine:
    """An engine: the folder `macros` in which it lies, its version (`None` where nothing says it), and the digest of its files."""

    folder: Path
    version: str | None
    digest: str

    def __str__(self) -> str:
        return f"{self.folder} ({f'AIMS Portal {self.version}, ' if self.version else ''}digest {self.digest[:SHORT]})"

    def same_as(self, other: Engine) -> bool:
        """Whether both judge and build alike, wherever they lie."""
        return self.digest == other.digest and (None in {self.version, other.version} or self.version == other.version)


def version() -> str | None:
    """The version of this code: that of the checkout in which it lies, else of the package that is installed; None where neither is known.

    A commit that is built again runs its own code, whatever version is installed."""
    return version_beside(Path(__file__).parents[1])


def version_beside(project: Path) -> str | None:
    """The version of the engine that works for a project: the one that it brings, else the one that is installed; None where neither is known."""
    return version_in(project) or installed(NAME)


def version_in(project: Path) -> str | None:
    """The version of AIMS Portal that the `pyproject.toml` of a project states; None where it is not AIMS Portal's."""
    try:
        stated = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        return str(stated["version"]) if stated["name"] == NAME else None
    except (OSError, ValueError, LookupError, TypeError):  # it is not there, or of another form
        return None


def installed(name: str) -> str | None:
    """The version of a package in this environment; None where it is not there."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def digest_of(folder: Path) -> str:
    """The SHA-256 of the `sha256sum` lines of an engine's files, sorted by path. Line ends of Windows count as those of Unix."""
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.suffix in FILES and path.is_file()}
    sums = {name: hashlib.sha256(path.read_bytes().replace(b"\r\n", b"\n")).hexdigest() for name, path in files.items()}
    return hashlib.sha256("".join(f"{sums[name]}  {name}\n" for name in sorted(sums)).encode()).hexdigest()


@functools.cache
def running() -> Engine:
    """The engine that runs this."""
    folder = Path(__file__).parent
    return Engine(folder, version(), digest_of(folder))


def of_project(project: Path) -> Engine | None:
    """The engine that a project brings in its folder `macros`; None where it brings none."""
    folder = project / "macros"
    return Engine(folder, version_in(project), digest_of(folder)) if (folder / "__init__.py").is_file() else None


def foreign_to(project: Path) -> str | None:
    """Why the running engine is not the one to judge a project, in one sentence; None where it is."""
    if project / "macros" == Path(__file__).parent:
        return None
    own = of_project(project)
    if own is None or own.same_as(running()):
        return None
    return (
        f"the project brings its own engine, {own}, and this command belongs to another, {running()}, which may judge otherwise; "
        "run the project's own, which `make check` there installs as .venv/bin/aims, or bring both to one version"
    )
