"""The words with which changes are said, from `templates/changes.yaml`; the page "compare" hands the same to its script."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from macros.render import TEMPLATES
from macros.yaml_source import read

ARROW = " › "
"""Between a field and what lies in it."""


@cache
def words_of_changes() -> Mapping[str, str]:
    """All of them by their names; in braces stand the values that `say` fills in."""
    values, _ = read((TEMPLATES / "changes.yaml").read_text(encoding="utf-8"))
    return dict(values)


def say(name: str, /, **values: object) -> str:
    """A sentence, or a part of one, with values."""
    return words_of_changes()[name].format_map(values)
