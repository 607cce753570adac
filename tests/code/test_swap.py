"""A broken or killed build never takes a good site away."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from command import takes_signals
from repository import buildable

from macros.swap import Swap


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A good site of an earlier build."""
    return write(tmp_path / "site", "old")


def write(folder: Path, text: str) -> Path:
    """A folder with one page."""
    folder.mkdir()
    (folder / "index.html").write_text(text)
    return folder


def page(site: Path) -> str:
    """What a reader sees."""
    return (site / "index.html").read_text()


def names(folder: Path) -> list[str]:
    """Everything in a folder."""
    return sorted(path.name for path in folder.iterdir())


def ended() -> int:
    """The number of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_a_good_build_replaces_the_site(site: Path) -> None:
    swap = Swap(site)
    write(swap.aside, "new")
    assert page(site) == "old"
    swap.finish(good=True)
    assert page(site) == "new"
    assert names(site.parent) == ["site"]


def test_the_first_build(tmp_path: Path) -> None:
    swap = Swap(tmp_path / "site")
    write(swap.aside, "new")
    swap.finish(good=True)
    assert page(tmp_path / "site") == "new"


def test_a_failed_build_leaves_the_site(site: Path) -> None:
    swap = Swap(site)
    write(swap.aside, "broken")
    swap.finish(good=False)
    assert page(site) == "old"
    assert names(site.parent) == ["site"]


def test_a_build_that_wrote_nothing_leaves_the_site(site: Path) -> None:
    Swap(site).finish(good=True)
    assert page(site) == "old"


def test_killed_between_the_renames_is_repaired_at_the_next_start(site: Path) -> None:
    site.rename(site.with_name(".site.old"))
    write(site.with_name(f".site.building-{ended()}"), "new")
    Swap(site)
    assert page(site) == "old"
    assert names(site.parent) == ["site"]


def test_killed_after_the_renames_is_cleared_away(site: Path) -> None:
    write(site.with_name(".site.old"), "older")
    Swap(site)
    assert page(site) == "old"
    assert names(site.parent) == ["site"]


def test_killed_in_the_middle_of_a_swap(site: Path) -> None:
    """A real process that dies between the two renames."""
    code = (
        "import os, sys; from pathlib import Path; from macros.swap import Swap\n"
        "swap = Swap(Path(sys.argv[1])); swap.aside.mkdir(); rename = Path.rename\n"
        "def once(self, to): rename(self, to); os.kill(os.getpid(), 9)\n"
        "Path.rename = once; swap.finish(good=True)"
    )
    root = Path(__file__).parents[2]
    killed = subprocess.run([sys.executable, "-c", code, str(site)], cwd=root, check=False)
    assert killed.returncode == -9
    assert not site.exists()
    Swap(site)
    assert page(site) == "old"


def test_the_folder_of_a_build_that_runs_is_left_alone(site: Path) -> None:
    """Another process, alive; and process 1, which belongs to somebody else unless we are root."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        running = write(site.with_name(f".site.building-{other.pid}"), "half")
        first = write(site.with_name(".site.building-1"), "half")
        Swap(site)
        assert running.exists()
        assert first.exists()
        assert other.stdin
        other.stdin.close()
    Swap(site)
    assert not running.exists()


@pytest.mark.parametrize("left", ["999999999", "9" * 30, "x", ""])
def test_what_ended_builds_left_is_cleared_away(site: Path, left: str) -> None:
    write(site.with_name(f".site.building-{left}"), "half")
    Swap(site)
    assert names(site.parent) == ["site"]


def test_our_own_number_used_before_us(site: Path) -> None:
    write(site.with_name(f".site.building-{os.getpid()}"), "of another life")
    assert not Swap(site).aside.exists()


@pytest.mark.parametrize("command", ["build", "serve"])
def test_mkdocs_that_is_told_to_end_leaves_nothing(project: Path, tmp_path: Path, command: str) -> None:
    """By what a system or a container sends, as by Ctrl-C: neither a folder beside the site nor one among the temporary ones."""
    aside, begun = tmp_path / "tmp", (".site.building-*/*.html", "tmp/mkdocs_*/*.html")
    aside.mkdir()
    write(buildable(project) / "site", "old")
    environment = os.environ | {"TMPDIR": str(aside), "NO_MKDOCS_2_WARNING": "1"}
    options = ["--dev-addr", "127.0.0.1:0"] if command == "serve" else []
    with subprocess.Popen(
        [sys.executable, "-m", "mkdocs", command, *options], cwd=project, env=environment, stderr=subprocess.DEVNULL, preexec_fn=takes_signals
    ) as run:
        until = time.monotonic() + 60
        while not [*project.glob(begun[0]), *tmp_path.glob(begun[1])] and time.monotonic() < until:
            time.sleep(0.01)
        run.send_signal(signal.SIGTERM)
        run.wait(timeout=30)
    assert list(aside.iterdir()) == [] and [name for name in names(project) if "site" in name] == ["site"]
    assert page(project / "site") == "old"
