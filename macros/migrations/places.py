"""Where in a file the values stand that a migration gave: each keeps its line and column, whatever is around it now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from macros.yaml_source import Mark

Found = tuple[Any, Mark]
"""A value as it was read, and its mark."""
Gone = dict[int, Found]
"""By its identity, what stands no longer where it stood: of it is what stands elsewhere now. Two equal small numbers are one object to Python; then
the place of either is told."""


def followed(old: Any, mark: Mark, new: Any) -> Mark:
    """The mark of `new`, which a migration made of `old`, with the marks of what is inside. What was moved stands where it stood, with its old key before it;
    what was made around it, where that begins; what was made of nothing, where it is inside."""
    return _followed(old, mark, new, {})


def _followed(old: Any, mark: Mark, new: Any, gone: Gone) -> Mark:
    if new is old:
        return mark
    if isinstance(new, dict):
        before = dict(_inside(old, mark)) if isinstance(old, dict) else {}
        gone = gone | _every(found for key, found in before.items() if new.get(key) is not found[0])
        return mark._replace(inside={key: _one(value, before.get(key), mark, gone) for key, value in new.items()})
    if isinstance(new, list):
        entries = [found for _, found in _inside(old, mark)] if isinstance(old, list) else []
        kept, moved = set(map(id, new)), {id(found[0]): found for found in entries}
        gone = gone | _every(found for found in entries if id(found[0]) not in kept)
        same = entries if len(entries) == len(new) else [None] * len(new)
        return mark._replace(inside=[_one(value, moved.get(id(value), found), mark, gone) for value, found in zip(new, same, strict=True)])
    return mark._replace(inside=None)


def _inside(value: Any, mark: Mark) -> Iterator[tuple[Any, Found]]:
    """What a mapping or list holds, by key or number."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return ((key, (item, mark.inside[key])) for key, item in pairs if mark.inside is not None)


def _every(found: Iterable[Found]) -> Gone:
    """These, and all that is inside them."""
    every: Gone = {}
    for value, mark in found:
        every |= {id(value): (value, mark), **_every(inner for _, inner in _inside(value, mark))}
    return every


def _one(value: Any, here: Found | None, around: Mark, gone: Gone) -> Mark:
    """The mark of one value, for which `here` stood before in the same place."""
    if found := gone.get(id(value)) or here:
        return _followed(*found, value, gone)
    made = _followed(None, around._replace(inside=None, key=None), value, gone)
    inside = made.inside.values() if isinstance(made.inside, dict) else made.inside or ()
    first = min((inner for inner in inside if inner.key), key=lambda inner: inner[:2], default=made)
    return first._replace(inside=made.inside)
