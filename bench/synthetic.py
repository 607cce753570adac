"""Synthetic projects of any size, multiplied from the real one, so that every record has the shape that real records have."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # the code that is measured is that of this checkout

from macros.codeowners import FILE, codeowners
from macros.graph import build
from macros.problems import Grade
from macros.site import problems_of

LEFT_OUT = shutil.ignore_patterns(".git", ".venv", ".site.*", ".*cache", ".hypothesis", "site", "bench", "tests", "build", "__pycache__", "*.egg-info")
ID = re.compile(r"(?<![\w-])(?:SYS-\d+|R-\d{3,}|REC-\d{3,}|AIMS-[A-Z]{3}-\d+)(?![\w-])")
SOURCE = re.compile(r"^  - ((?:docs|aims_data)/\S+)$", re.M)
FOLDERS = ("systems", "risks", "records", "documents")
"""Folders below `aims_data/` with a file per record; these are multiplied."""
COPY = "-copy-"
"""Marks the name of a page that was multiplied, like `docs/concerns-copy-3.md`."""


def make(folder: Path, records: int, source: Path) -> int:
    """Write a project with about `records` records into the new folder `folder`, multiplied from the project `source`.

    Systems, risks, records and documents are copied in generations; inside a generation each copy links to the other copies of it, and
    to the originals of what is not copied (roles, controls, clauses). A document is copied with its page, and only if that page
    holds prose of its own. With fewer records than the real project has, the copy is the real project. Returns the number of copies.
    """
    shutil.copytree(source, folder, ignore=LEFT_OUT)
    originals = [path for path in record_files(folder) if _can_be_copied(path, folder)]
    wanted = max(0, records - records_in(source))
    texts = {path: path.read_text(encoding="utf-8") for path in originals}
    numbers = _free_numbers(folder)
    done = 0
    for generation in count(1):
        chosen = originals[: wanted - done]
        if not chosen:
            break
        new_ids = {path.stem: _next(path.stem, numbers) for path in chosen}
        for path in chosen:
            _copy(path, texts[path], new_ids, generation, folder)
        done += len(chosen)
    config = folder / "mkdocs.yml"
    text = config.read_text(encoding="utf-8")
    if done and COPY not in text:
        config.write_text(f"{text}\nnot_in_nav: /*{COPY}*.md\n", encoding="utf-8")
    if done and (folder / FILE).exists():
        (folder / FILE).write_text(codeowners(build(folder, dt.date.today())), encoding="utf-8")
    return done


def records_in(project: Path) -> int:
    """How many records with an id a project has, those of the standard included."""
    return len(build(project, dt.date.today()).entries)


def errors_in(project: Path) -> int:
    """How many errors `aims check` finds in a project."""
    return sum(problem.grade is Grade.error for problem in problems_of(build(project, dt.date.today())))


def record_files(project: Path) -> list[Path]:
    """The files of a project that hold one record of a kind that is multiplied here, in order."""
    return [path for name in FOLDERS for path in sorted((project / "aims_data" / name).glob("*.yaml"))]


def _can_be_copied(path: Path, folder: Path) -> bool:
    """False for a document whose content cannot stand twice: data, whole folders, and pages made of registers."""
    if path.parent.name != "documents":
        return True
    sources = list(_sources(path.read_text(encoding="utf-8")))
    return all(name.endswith(".md") and "{{" not in (folder / name).read_text(encoding="utf-8") for name in sources)


def _sources(text: str) -> Iterator[str]:
    return (found.group(1) for found in SOURCE.finditer(text))


def _free_numbers(folder: Path) -> dict[str, Iterator[int]]:
    """For each beginning of an id, like `R`, the numbers that are not used yet."""
    highest: dict[str, int] = {}
    for path in record_files(folder):
        stem, _, number = path.stem.rpartition("-")
        highest[stem] = max(highest.get(stem, 0), int(number))
    return {stem: count(number + 1) for stem, number in highest.items()}


def _next(id: str, numbers: dict[str, Iterator[int]]) -> str:
    stem, _, number = id.rpartition("-")
    return f"{stem}-{next(numbers[stem]):0{len(number)}}"


def _copy(path: Path, text: str, new_ids: dict[str, str], generation: int, folder: Path) -> None:
    def renamed(content: str) -> str:
        return ID.sub(lambda found: new_ids.get(found.group(), found.group()), content)

    new = renamed(text)
    if path.parent.name == "documents":
        for source in _sources(text):
            page = folder / source
            copy = page.with_name(f"{page.stem}{COPY}{generation}.md")
            copy.write_text(renamed(page.read_text(encoding="utf-8")), encoding="utf-8")
            new = new.replace(f"  - {source}\n", f"  - {copy.relative_to(folder).as_posix()}\n")
    path.with_name(f"{new_ids[path.stem]}.yaml").write_text(new, encoding="utf-8")
