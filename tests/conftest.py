"""What the tests of the site share: one build of the project, a web server, and a real browser."""

from __future__ import annotations

import compileall
import datetime as dt
import functools
import http.server
import os
import re
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, NoReturn

import pytest
from html_page import Page, read_site
from once import begin
from programs import runs_programs
from projects import ROOT, TODAY, Built, build, built_once, copy_project

CHROMIUM_SWITCHES = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
WITHOUT = {"BROWSER": "no Chromium could be started", "NGINX": "there is no nginx"}
"""How the sentence begins that says why some tests do not run."""
os.environ["PYTHONDONTWRITEBYTECODE"] = "1"  # for every command that a test runs: it leaves no file in a project, and a changed module is read anew
os.environ |= dict.fromkeys(("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"), os.devnull)  # so that git is everywhere what it is for a newcomer, who has no name yet
MEMORY, ENOUGH = Path("/dev/shm"), 8 * 2**30  # a run writes less than half of that
if "TMPDIR" not in os.environ and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ENOUGH:
    os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)  # copies of projects and what git writes lie in memory: a seventh less CPU
if "PYTEST_XDIST_WORKER" not in os.environ:
    compileall.compile_dir(ROOT / "macros", quiet=2)  # so that not every command of ours does it


@pytest.fixture(scope="session", autouse=True)
def _once(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Where `once` keeps what all workers of a run share."""
    begin(tmp_path_factory.getbasetemp())


@pytest.fixture(scope="session")
def site() -> Built:
    """The site of the project as it is, built once, strictly."""
    return built_once("the project", lambda folder: build(copy_project(folder / "project"), seed=1))


@pytest.fixture(scope="session")
def pages(site: Built) -> dict[str, Page]:
    """Every HTML file of `site`, read, by its path."""
    return read_site(site.folder)


@pytest.fixture(scope="session")
def aims(site: Built) -> Any:
    """The records that `site` was built from."""
    from macros.graph import build as build_graph

    return build_graph(site.project, dt.date.fromisoformat(TODAY))


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Print nothing."""


@contextmanager
def serving_folder(folder: Path) -> Iterator[str]:
    """A web server for a folder on a free port of this machine; gives its address, without / at the end."""
    handler = functools.partial(_Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as httpd:
        thread = threading.Thread(target=httpd.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{httpd.server_address[1]}"
        finally:
            httpd.shutdown()
            thread.join(timeout=10)


@pytest.fixture(scope="session")
def serve_folder() -> Callable[[Path], AbstractContextManager[str]]:
    """A web server for any folder, for `with`."""
    return serving_folder


@pytest.fixture(scope="session")
def server(site: Built) -> Iterator[str]:
    """The address under which `site` is served."""
    with serving_folder(site.folder) as address:
        yield address


# -- the browser ----------------------------------------------------------------------------------------------------------------


def _chromium() -> str | None:
    """The Chromium to drive: what CHROMIUM names, else Debian's, first the one without windows, which loads a page with a third less CPU; None for
    Playwright's own."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium-headless-shell") or shutil.which("chromium")


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A real Chromium. Where there is none, the test is skipped, or fails if AIMS_REQUIRE_BROWSER=1."""
    cure = "Install it (on Debian: apt-get install chromium-headless-shell), or set CHROMIUM to its path"
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError as error:
        _do_without("BROWSER", f": Playwright is not installed ({error}). {cure}")
    with sync_playwright() as playwright:
        try:
            chromium = playwright.chromium.launch(executable_path=_chromium(), args=CHROMIUM_SWITCHES)
        except Error as error:
            _do_without("BROWSER", f": {str(error).strip().splitlines()[0]}. {cure}")
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def nginx() -> str:
    """The path of a real nginx. Where there is none, the test is skipped, or fails if AIMS_REQUIRE_BROWSER=1."""
    found = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
    return found or _do_without("NGINX", ". Install it (on Debian: apt-get install nginx-light)")


def _do_without(program: str, why: str) -> NoReturn:
    sentence = WITHOUT[program] + why
    if os.environ.get("AIMS_REQUIRE_BROWSER") == "1":
        pytest.fail(f"AIMS_REQUIRE_BROWSER=1, but {sentence}", pytrace=False)
    pytest.skip(sentence)


# -- the whole run --------------------------------------------------------------------------------------------------------------


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test that needs the browser or another program carries the marker, and no other does. The files that have them come first, those of whole sites
    before those of the code, as they take longest: pytest-xdist hands files out in this order."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)
        if isinstance(item, pytest.Function) and runs_programs(item):
            item.add_marker(pytest.mark.programs)
    browser, programs = ({item.path for item in items if item.get_closest_marker(name)} for name in ("browser", "programs"))
    items.sort(key=lambda item: (item.path not in browser, item.path not in programs, item.path.parent.name == "code"))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say loudly, once, which tests did not run for want of a program. The reports say so, which come from all workers."""
    reports = [report for outcome in ("skipped", "error") for report in terminalreporter.stats.get(outcome, ())]
    for program, beginning in WITHOUT.items():
        if found := re.search(f"{beginning}.*?(?=['\\n]|$)", "\n".join(str(report.longrepr) for report in reports)):
            terminalreporter.write_line(f"{program} TESTS DID NOT RUN: {found[0]}.", red=True, bold=True)
