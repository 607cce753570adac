"""What the tests in the browser share: a tab, and the published snapshots to look at."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from browsing import WIDE, as_new
from html_page import nothing
from published import Published, published_tree
from snapshot_pages import Serve


@pytest.fixture(scope="session")
def _tab(browser: Any) -> Iterator[Any]:
    context = browser.new_context(viewport=WIDE)
    yield context.new_page()
    context.close()


@pytest.fixture
def tab(_tab: Any) -> Iterator[Any]:
    """A tab of a wide screen, as new; to be left without scripts given to `add_init_script`."""
    yield _tab
    as_new(_tab)


@pytest.fixture
def fresh_tab(browser: Any) -> Iterator[Any]:
    """A tab of its own, for scripts given to `add_init_script`."""
    context = browser.new_context(viewport=WIDE)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="session")
def readable() -> set[str]:
    """The looks of words that axe found readable so far, for `violations`."""
    return set()


# -- published snapshots --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def published() -> Published:
    """Three snapshots, not to be changed."""
    return published_tree()


@pytest.fixture(scope="session")
def address(published: Published, serve_folder: Serve) -> Iterator[str]:
    """The address under which they are served."""
    with serve_folder(published.folder) as address:
        yield address


@pytest.fixture
def tampered(published: Published, serve_folder: Serve, tmp_path: Path) -> Iterator[tuple[Published, str]]:
    """A copy of the tree, served, to be tampered with."""
    copy = published.copy(tmp_path / "tampered")
    with serve_folder(copy.folder) as address:
        yield copy, address


@contextmanager
def watched(page: Any) -> Iterator[Any]:
    """The page, in which no script may fail and no dialog open."""
    failed: list[str] = []

    def note_error(error: Any) -> None:
        failed.append(str(error))

    def note_dialog(dialog: Any) -> None:
        failed.append(f"a dialog: {dialog.message}")
        dialog.dismiss()

    page.on("pageerror", note_error)
    page.on("dialog", note_dialog)
    yield page
    page.remove_listener("pageerror", note_error)
    page.remove_listener("dialog", note_dialog)
    nothing(failed)


@pytest.fixture
def page(tab: Any) -> Iterator[Any]:
    """The tab; the test fails if a script of a page does."""
    with watched(tab):
        yield tab


@pytest.fixture
def fresh_page(fresh_tab: Any) -> Iterator[Any]:
    """The same with a tab of its own."""
    with watched(fresh_tab):
        yield fresh_tab
