"""What the tests of published snapshots share: the published tree, a copy of it to be tampered with, a tab of the browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from html_page import nothing
from published import Published, published_tree
from snapshot_pages import Serve


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


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A fresh tab of a wide screen, in which no script fails and no dialog opens."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    failed: list[str] = []
    page.on("pageerror", lambda error: failed.append(str(error)))
    page.on("dialog", lambda dialog: failed.append(f"a dialog: {dialog.message}"))
    yield page
    context.close()
    nothing(failed)
