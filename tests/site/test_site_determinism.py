"""The same project on the same day gives the same bytes, wherever and by whichever Python process it is built."""

from __future__ import annotations

import filecmp
import shutil
from pathlib import Path

from html_page import nothing
from projects import NOT_COPIED, Built, build, files_of


def test_two_builds_of_one_project_are_byte_identical(site: Built, tmp_path: Path) -> None:
    """`site` was built with another hash seed in another folder."""
    elsewhere = tmp_path / "another place" / "copy"
    shutil.copytree(site.project, elsewhere, ignore=lambda folder, names: NOT_COPIED(folder, names) | ({"site"} if Path(folder) == site.project else set()))
    again = build(elsewhere, seed=4711)
    one, other = files_of(site.folder), files_of(again.folder)
    assert one == other
    assert len(one) > 100
    nothing(name for name in one if not filecmp.cmp(site.folder / name, again.folder / name, shallow=False))
