"""What holds for the data of every organisation, beyond the rules of `aims check`: for its tests, which need no more than this:

    import pytest
    from macros.soundness import CHECKS, here

    @pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
    def test_data(check):
        assert list(check(here(__file__))) == []

Each check is a generator of sentences for the person who edits: what is wrong, where, and how to be right.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from macros import clock
from macros.graph import Aims, build
from macros.load import DATA
from macros.problems import Grade
from macros.schema.base import Record
from macros.schema.crosswalks import Crosswalk
from macros.schema.standard import AnnexC, Area, Clause, Control, RiskSource
from macros.site import problems_of
from macros.yaml_source import decode, read

STANDARD: dict[str, type[Record]] = {
    "clauses": Clause,
    "areas": Area,
    "controls": Control,
    "annex_c_objectives": AnnexC,
    "annex_c_risk_sources": RiskSource,
}
"""The files below `aims_data/standard/` that hold what ISO/IEC 42001 lists, and what each holds."""
FILLER = re.compile(r"\b(lorem|ipsum|TODO|TBD|FIXME|xxx+)\b|…$", re.I)


@functools.cache
def here(test: str) -> Aims:
    """The management system of today to which a file of tests belongs: in the next folder above it that has `aims_data/`."""
    return build(next(folder for folder in Path(test).resolve().parents if (folder / DATA).is_dir()), clock.today())


def as_listed() -> dict[str, dict[str, str]]:
    """What ISO/IEC 42001:2023 lists, by file: ids and short titles."""
    value, _ = read(decode(Path(__file__).with_name("standard.yaml").read_bytes()))
    return dict(value)


def errors(aims: Aims) -> Iterator[str]:
    """There are none."""
    yield from (f"{problem}; `aims check` shows it with everything else" for problem in problems_of(aims) if problem.grade is Grade.error)


def unread_files(aims: Aims) -> Iterator[str]:
    """Every data file holds something."""
    read_files = {entry.file for entry in aims.loaded.entries} | aims.loaded.part_files.keys()
    for path in sorted((aims.project / DATA).rglob("*")):
        name = path.relative_to(aims.project).as_posix()
        if path.is_file() and not path.name.startswith(".") and name not in read_files:
            yield f"{name} holds nothing that was read"


def changes_of_the_standard(aims: Aims) -> Iterator[str]:
    """What the standard lists is the same for everybody."""
    for name, titles in as_listed().items():
        found = {record.id: record.name for record in aims.all(STANDARD[name])}
        file = f"{DATA}/standard/{name}.yaml"
        yield from (f"{file} is the same for everybody; undo the change of {id}" for id, title in titles.items() if found.get(id) != title)
        yield from (f"{file} has {id}, an entry that ISO/IEC 42001 does not have" for id in found if id not in titles)


def holes_in_crosswalks(aims: Aims) -> Iterator[str]:
    """Every row of a crosswalk names one of its targets and says where it is from."""
    for crosswalk in aims.all(Crosswalk):
        file, targets = f"crosswalks/{crosswalk.id}.yaml", {target.id for target in crosswalk.targets}
        yield from (f"{file}: a row names {id}, which is not among its targets" for id in sorted({row.theirs for row in crosswalk.rows} - targets))
        yield from (f"{file} has a row without a source, of {row.theirs}" for row in crosswalk.rows if not row.source)


def filler(aims: Aims) -> Iterator[str]:
    """No field is filled with filler: a gap is more honest."""
    for path in sorted([*(aims.project / DATA).rglob("*.yaml"), *(aims.project / "docs").rglob("*.md")]):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if FILLER.search(line):
                yield f"{path.relative_to(aims.project).as_posix()}:{number}: write the text or leave the field out: {line.strip()}"


CHECKS: tuple[Callable[[Aims], Iterator[str]], ...] = (errors, unread_files, changes_of_the_standard, holes_in_crosswalks, filler)
