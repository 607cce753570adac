"""The gaps of the example held against `gaps.yaml`, which lists them by rule and records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from ruamel.yaml import YAML

from macros.problems import Grade, Problem


def listed(file: Path) -> list[tuple[int, str, str]]:
    """Every line of the list that names a gap: its number, the rule, the records."""
    rules = YAML().load(file.read_text(encoding="utf-8"))
    return [(records.lc.item(place)[0] + 1, rule, about) for rule, records in rules.items() for place, about in enumerate(records)]


def differences(problems: Iterable[Problem], file: Path) -> Iterator[str]:
    """A sentence for every gap that is not listed, and for every line that is no longer a gap."""
    known = listed(file)
    for gap in (problem for problem in problems if problem.grade is Grade.gap):
        about = " ".join(gap.about)
        line = next((line for line in known if line[1:] == (gap.rule, about)), None)
        if line:
            known.remove(line)
        else:
            yield f"{gap}: mend it, or list it in {file.name} below {gap.rule} as {about}"
    yield from (f"{file.name}:{number}: {about} is no longer a gap of the rule {rule}; remove this line" for number, rule, about in known)
