"""What was entered under document control is only added to: versions, approvals, closings and withdrawals of an earlier state are still there.

Compares plain values in the shape of today (see `migrations`) by what the file of each part is called (see `own_files`), so that files of an older schema and
layout can be compared too. Pure functions; the caller reads.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from macros.own_files import own_fields
from macros.schema.documents import DocumentKind, Version

Path = tuple[str | int, ...]
Broken = tuple[Path, str]
"""The field of the document as it is now, and one sentence that says what was broken and how to be right."""

PROOF = {"evidence", "seal", "signature"}
"""What may be added to an entry later, where it was empty."""
NEEDS_APPROVAL = {kind.value for kind in DocumentKind if kind.needs_approval}
ENTERED = {plan.name for plan in own_fields(Version)}
"""What is entered for a version, each in a file of its own."""


@dataclass(frozen=True)
class Entered:
    """A part of a document that lies, or would lie, in a file of its own: the path to it, its values with those of the parts inside of it."""

    path: Path
    values: Mapping[str, Any]

    @property
    def field(self) -> str:
        """The field in which it is entered."""
        return next(step for step in reversed(self.path) if isinstance(step, str))


Parts = Mapping[str, Entered]
"""What was entered for a document, by what the file of each is called, in order."""


def broken(before: Parts, now: Parts, kind: str) -> Iterator[Broken]:
    """Everything that a document `now` has lost or altered of what was entered `before`, when it was of a kind."""
    yield from _versions(before, now, kind in NEEDS_APPROVAL)
    for called, old in before.items():
        version = _around(before, called)
        if old.field == "versions" or (version and version not in now):
            continue
        new = now.get(called) or _another(before, now, called)
        if old.field == "withdrawn":
            if not new or not same(old.values, new.values):
                yield ("withdrawn",), "the withdrawal was removed or altered; put it back, and begin a new document where the old one is needed again"
        elif new is None:
            yield (*(now[version].path if version else ()), old.field), f"{called} was removed; bring it back, entries are only added"
        elif not (old.field == "same_person" and version and _draft(before, version, kind in NEEDS_APPROVAL)):
            yield from _entry(called, old, new, PROOF if version else set())


def _around(parts: Parts, called: str) -> str | None:
    """The number of the version for which something was entered; None for a version itself, and for what was entered for the document."""
    path = parts[called].path
    return next((other for other, part in parts.items() if part.path == path[:2]), None) if len(path) > 2 else None


def _another(before: Parts, now: Parts, called: str) -> Entered | None:
    """What is there instead of an entry: a new one beside it by the same role or of the same day."""
    old, version = before[called], _around(before, called)
    beside = (new for other, new in now.items() if other not in before and new.field == old.field and _around(now, other) == version)
    return next((new for new in beside if any(old.values.get(by) == new.values.get(by) for by in ("by", "on"))), None)


def _draft(parts: Parts, version: str, needs_approval: bool) -> bool:
    """Whether a version is the newest one, and needs an approval that nobody gave yet."""
    return needs_approval and version == _newest(parts) and not parts[version].values.get("approvals")


def _newest(parts: Parts) -> str | None:
    return next((called for called in reversed(list(parts)) if parts[called].field == "versions"), None)


def _versions(before: Parts, now: Parts, needs_approval: bool) -> Iterator[Broken]:
    """Versions that are gone, moved or altered; what was entered for a version afterwards that comes in too late."""
    order = [called for called, part in now.items() if part.field == "versions"]
    last = -1
    for number, old in before.items():
        if old.field != "versions":
            continue
        if number not in now:
            yield ("versions",), f"version {number} was removed; bring its entry back, and record what happened as a new version"
            continue
        at, place = now[number].path, order.index(number)
        if place < last:
            yield at, f"version {number} was moved; the revision table keeps its order, oldest first"
        elif any(between not in before for between in order[last + 1 : place]):
            yield at, f"an entry was put in before version {number}; a new version comes after the others"
        last = max(last, place)
        yield from _version(number, old, now[number], _draft(before, number, needs_approval))
        yield from _entered_later(number, old, now[number], number == _newest(before))


def _version(number: str, old: Entered, new: Entered, draft: bool) -> Iterator[Broken]:
    """What changed in one version itself that may not. A draft that nobody approved may still be written on."""
    for name in dict.fromkeys((*old.values, *new.values)):
        was, is_now = old.values.get(name), new.values.get(name)
        if name in ENTERED or (name == "approvers" and was is None):
            continue  # who had to approve may be said later; whether it is true is checked where the approvers of the base are known
        if not (draft and name != "approvers") and not same(was, is_now):
            yield (*new.path, name), f"{name} of version {number} {said(was, is_now)}; put it back, and say what changed in a new version"


def _entered_later(number: str, old: Entered, new: Entered, newest: bool) -> Iterator[Broken]:
    """What comes in for a version too late: a submission or review of an older one, a reason why its author approves without such an approval."""
    for name in ("submitted", "reviewed"):
        if not newest and not old.values.get(name) and new.values.get(name):
            yield (
                (*new.path, name),
                f"version {number} was {name} after the fact; only the newest version is submitted and reviewed, a later look is `confirmed`",
            )
    is_now = new.values.get("same_person")
    approved = len(entries(new.values, "approvals")) > len(entries(old.values, "approvals"))
    if is_now and not old.values.get("same_person") and not (newest and approved):
        yield (*new.path, "same_person"), f"same_person of version {number} {said(None, is_now)}; put it back, and say what changed in a new version"


def _entry(called: str, old: Entered, new: Entered, may_be_filled: set[str]) -> Iterator[Broken]:
    for name in dict.fromkeys((*old.values, *new.values)):
        was, is_now = old.values.get(name), new.values.get(name)
        if not (name in may_be_filled and was is None) and not same(was, is_now):
            yield (*new.path, name), f"{called} was altered: {name} {said(was, is_now)}; put it back and add a new entry instead"


def said(was: Any, is_now: Any) -> str:
    """How a value changed, as words after its name: `was '4' and is '3' now`."""

    def words(value: Any) -> str:
        items = [f"{name} {item}" for name, item in value.items()] if isinstance(value, dict) else value if isinstance(value, list) else [value]
        text = " ".join(", ".join(str(item) for item in items).split())
        return f"'{text[:60]}…'" if len(text) > 60 else f"'{text}'"

    if was is None:
        return f"was empty and is {words(is_now)} now"
    return f"was {words(was)} and is " + ("empty now" if is_now is None else f"{words(is_now)} now")


def entries(values: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """The entries of a list; what is no entry is another finding."""
    found = values.get(name)
    return [entry for entry in found if isinstance(entry, dict)] if isinstance(found, list) else []


def same(was: Any, is_now: Any) -> bool:
    """Whether two values mean the same: a block text ends with a line break that a plain one does not have."""
    if isinstance(was, dict) and isinstance(is_now, dict):
        return all(same(was.get(name), is_now.get(name)) for name in {*was, *is_now})
    if isinstance(was, list) and isinstance(is_now, list):
        return len(was) == len(is_now) and all(map(same, was, is_now))
    if isinstance(was, str) and isinstance(is_now, str):
        return was.rstrip("\n") == is_now.rstrip("\n")
    return bool(was == is_now)
