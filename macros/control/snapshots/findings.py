"""What a verification found, and what may be said after it: never more than was shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import zip_longest

from macros.control.snapshots.manifest import Manifest
from macros.problems import printable

SHOWN = 16
"""So many characters of a digest are shown where two are compared; as many are needed to name one."""
LONGEST = 600
WINDOW = 40
"""So many characters of a line are shown on either side of the place where it differs."""
NAMED = 5
"""So many files are named where a sentence is about many."""


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it should be, or (a notice) that a reader should know. `where` is a path with its version, a tag, a commit or a branch."""

    rule: str
    where: str
    sentence: str
    version: str | None = None
    notice: bool = False
    expected: str | None = None
    found: str | None = None

    def __str__(self) -> str:
        line = printable(f"{self.where}: {self.sentence}")
        return line if len(line) <= LONGEST else line[:LONGEST] + "…"


class Verdict(Enum):
    """What may be said about a version. The words after it say what that means."""

    wrong = "not verified"
    itself = "consistent with itself"
    signed = "signed"
    digest = "is the snapshot with the digest you gave"


@dataclass(frozen=True)
class Checked:
    """A version and what may be said about it; `why` names what vouches for it: who signed, or the newer version that names its digest."""

    version: str
    digest: str
    purpose: str
    files: int
    verdict: Verdict
    why: str = ""
    disposed: bool = False


@dataclass(frozen=True)
class Report:
    """Everything that was found. `whole`: a repository was looked at, and not only a folder."""

    checked: tuple[Checked, ...]
    findings: tuple[Finding, ...]
    whole: bool
    rebuilt: tuple[str, ...] = ()

    @property
    def problems(self) -> tuple[Finding, ...]:
        """What is wrong."""
        return tuple(finding for finding in self.findings if not finding.notice)

    @property
    def notices(self) -> tuple[Finding, ...]:
        """What is only to be known."""
        return tuple(finding for finding in self.findings if finding.notice)

    @property
    def verdict(self) -> Verdict:
        """What may be said about all that was looked at: of several versions the weakest."""
        if self.problems:
            return Verdict.wrong
        return min((one.verdict for one in self.checked), key=list(Verdict).index, default=Verdict.wrong)


@dataclass
class Read:
    """A version as it was read: its manifest where that is sound, the digest of the manifest's file, the record of its disposal, who signed it."""

    version: str
    digest: str = ""
    manifest: Manifest | None = None
    disposal: dict[str, object] | None = None
    disposed: bool = False
    signed_by: str = ""
    linked: bool = False
    """Whether it names the digest that the manifest of the version before it really has."""


def short(digest: str | None) -> str:
    """The beginning of a digest, which is enough to tell two apart."""
    return str(digest)[:SHOWN]


def some(names: Sequence[str]) -> str:
    """The first few names, and how many more there are."""
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {more} more" if more > 0 else "")


def first_difference(there: bytes, should: bytes) -> str:
    """Where two texts differ first, in words."""
    lines = (content.decode(errors="backslashreplace").split("\n") for content in (there, should))
    for number, (is_, wanted) in enumerate(zip_longest(*lines), 1):
        if is_ != wanted:
            at = next((at for at, (one, other) in enumerate(zip_longest(is_ or "", wanted or "")) if one != other), 0)
            return f"line {number} is {_quoted(is_, at)} and should be {_quoted(wanted, at)}"
    return "it differs in what is no text"


def _quoted(line: str | None, at: int) -> str:
    """A line, of a long one what lies around a place in it."""
    if line is None:
        return "nothing"
    indent = min(at, len(line) - len(line.lstrip(" ")))
    start = max(indent, at - WINDOW)
    return f"“{'…' * (start > indent)}{line[start : at + WINDOW]}{'…' * (len(line) > at + WINDOW)}”"
