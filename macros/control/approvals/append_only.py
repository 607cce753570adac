"""What was entered under document control is only added to: versions, approvals, closings and withdrawals of an earlier state are still there.

Compares plain values in the shape of today (see `migrations`), so that files of an older schema can be compared too. Pure functions; the caller reads.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from macros.schema.documents import DocumentKind

Path = tuple[str | int, ...]
Broken = tuple[Path, str]
"""The field of the document as it is now, and one sentence that says what was broken and how to be right."""

GROWING = ("approvals", "confirmed", "resealed")
"""Lists in a version to which entries may be added at the end."""
PROOF = {"evidence", "seal", "signature"}
"""What may be added to an entry later, where it was empty."""
NEEDS_APPROVAL = {kind.value for kind in DocumentKind if kind.needs_approval}


def broken(before: dict[str, Any], now: dict[str, Any]) -> Iterator[Broken]:
    """Everything that the document `now` has lost or altered of what stood in `before`."""
    yield from _versions(before, now)
    yield from _grown((), "closed", "closing", entries(before, "closed"), entries(now, "closed"), set())
    yield from _grown((), "confirmed", "confirmation", entries(before, "confirmed"), entries(now, "confirmed"), set())
    if (old := before.get("withdrawn")) is not None and not same(old, now.get("withdrawn")):
        yield ("withdrawn",), "the withdrawal was removed or altered; put it back, and begin a new document where the old one is needed again"


def _versions(before: dict[str, Any], now: dict[str, Any]) -> Iterator[Broken]:
    old, new = entries(before, "versions"), entries(now, "versions")
    places = {str(entry.get("number")): number for number, entry in reversed(list(enumerate(new)))}
    known = {str(entry.get("number")) for entry in old}
    last = -1
    for count, entry in enumerate(old):
        number = str(entry.get("number"))
        place = places.get(number)
        if place is None:
            yield ("versions",), f"version {number} was removed; bring its entry back, and record what happened as a new version"
            continue
        if place < last:
            yield ("versions", place), f"version {number} was moved; the revision table keeps its order, oldest first"
        elif any(str(between.get("number")) not in known for between in new[last + 1 : place]):
            yield ("versions", place), f"an entry was put in before version {number}; add a new version at the end of versions"
        last = max(last, place)
        newest = count == len(old) - 1
        draft = newest and str(before.get("kind")) in NEEDS_APPROVAL and not entry.get("approvals")
        yield from _version(("versions", place), number, entry, new[place], newest, draft)


def _version(at: Path, number: str, old: dict[str, Any], new: dict[str, Any], newest: bool, draft: bool) -> Iterator[Broken]:
    """What changed in one version that may not. A draft that nobody approved may still be written on; what others entered in it stays."""
    for name in dict.fromkeys((*old, *new)):
        was, is_now = old.get(name), new.get(name)
        if name in GROWING:
            yield from _grown(at, name, f"entry under {name} of version {number}", entries(old, name), entries(new, name), PROOF)
        elif name in ("submitted", "reviewed"):
            if was is None and is_now is not None and not newest:
                yield (*at, name), f"version {number} was {name} after the fact; only the newest version is submitted and reviewed, a later look is `confirmed`"
            elif isinstance(was, dict):
                yield from _entry((*at, name), f"what stands under {name} of version {number}", was, is_now, PROOF)
        elif name == "approvers" and was is None:
            continue  # who had to approve may be said later; whether it is true is checked where the approvers of the base are known
        elif name == "same_person" and was is None and newest and len(entries(new, "approvals")) > len(entries(old, "approvals")):
            continue  # comes with the approval that needs it, and only with it
        elif not (draft and name != "approvers") and not same(was, is_now):
            yield (*at, name), f"{name} of version {number} {said(was, is_now)}; put it back, and say what changed in a new version"


def _grown(at: Path, name: str, what: str, old: list[Any], new: list[Any], may_be_filled: set[str]) -> Iterator[Broken]:
    for count, entry in enumerate(old):
        if count >= len(new):
            yield (*at, name), f"the {_ordinal(count)} {what} was removed; bring it back, entries are only added"
        else:
            yield from _entry((*at, name, count), f"the {_ordinal(count)} {what}", entry, new[count], may_be_filled)


def _entry(at: Path, what: str, old: dict[str, Any], new: Any, may_be_filled: set[str]) -> Iterator[Broken]:
    if not isinstance(new, dict):
        yield at, f"{what} was removed; bring it back, entries are only added"
        return
    for name in dict.fromkeys((*old, *new)):
        filled = name in may_be_filled and old.get(name) is None
        if not filled and not same(old.get(name), new.get(name)):
            yield (*at, name), f"{what} was altered: {name} {said(old.get(name), new.get(name))}; put it back and add a new entry instead"


def said(was: Any, is_now: Any) -> str:
    """How a value changed, as words after its name: `was '4' and is '3' now`."""

    def words(value: Any) -> str:
        items = [f"{name} {item}" for name, item in value.items()] if isinstance(value, dict) else value if isinstance(value, list) else [value]
        text = " ".join(", ".join(str(item) for item in items).split())
        return f"'{text[:60]}…'" if len(text) > 60 else f"'{text}'"

    if was is None:
        return f"was empty and is {words(is_now)} now"
    return f"was {words(was)} and is " + ("empty now" if is_now is None else f"{words(is_now)} now")


def _ordinal(count: int) -> str:
    return ("first", "second", "third")[count] if count < 3 else f"{count + 1}th"


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
