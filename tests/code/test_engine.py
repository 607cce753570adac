"""Two engines at once: which files make an engine, when two are the same, and that a command of another one refuses a project that brings its own."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from command import run_aims
from documented import commands, options
from invented import DAY, ROOT, copy_base
from repository import buildable, git

from macros import engine

RULE, SENTENCE, OTHER = "macros/checks/systems.py", "was never assessed", "was never looked at"
READS_PUBLISHED = {"verify"}
"""Judges what was published, by whatever engine, and builds a commit anew with its own code: an auditor does that with an engine of his own."""


@pytest.fixture
def second(tmp_path: Path) -> Path:
    """A second checkout: the same engine at another place."""
    shutil.copytree(ROOT / "macros", tmp_path / "second/macros", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path / "second")
    return tmp_path / "second"


def edit(path: Path, old: str, new: str) -> None:
    """Replace a text that stands in the file."""
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{path.name} does not hold {old!r}"
    path.write_text(text.replace(old, new), encoding="utf-8")


def run_with(checkout: Path, module: str, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """A command in a process of its own that finds the engine of a checkout or an installation first."""
    environment = os.environ | {"PYTHONPATH": str(checkout), "COLUMNS": "200", "AIMS_TODAY": DAY.isoformat(), "NO_MKDOCS_2_WARNING": "1"}
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=60, check=False)


def aims_of(checkout: Path, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """`aims` of another checkout or installation."""
    return run_with(checkout, "macros.cli", *arguments, cwd=cwd)


# -- what makes an engine -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["project = 3", "project = [1]", "[project]", "[project]\nname = 'aims-portal'", "[project]\nversion = '1'", "[", ""])
def test_a_pyproject_that_states_no_version(tmp_path: Path, text: str) -> None:
    (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
    assert engine.version_in(tmp_path) is None


def test_every_file_that_git_keeps_counts() -> None:
    kept = subprocess.run(["git", "ls-files", "macros"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    assert kept
    assert [name for name in kept if not name.endswith(engine.FILES)] == []


def test_the_digest_can_be_had_with_coreutils(second: Path) -> None:
    names = sorted(path.relative_to(second / "macros").as_posix() for path in (second / "macros").rglob("*") if path.is_file())
    sums = subprocess.run(["sha256sum", *names], cwd=second / "macros", capture_output=True, check=True).stdout
    summed = subprocess.run(["sha256sum"], input=sums, capture_output=True, check=True).stdout.decode()
    assert summed.split()[0] == engine.digest_of(second / "macros") == engine.running().digest


SAME: dict[str, Callable[[Path], object]] = {
    "line ends of Windows": lambda macros: (macros / "load.py").write_bytes((macros / "load.py").read_bytes().replace(b"\n", b"\r\n")),
    "compiled files": lambda macros: subprocess.run([sys.executable, "-m", "compileall", "-q", str(macros)], check=True),
    "what an editor leaves": lambda macros: (macros / "load.py~").write_text("old", encoding="utf-8"),
}
OTHERS: dict[str, Callable[[Path], object]] = {
    "a rule": lambda macros: edit(macros.parent / RULE, SENTENCE, OTHER),
    "a template": lambda macros: edit(macros / "templates/soa.md.j2", "\n", "\n\n"),
    "a style": lambda macros: (next(macros.rglob("*.css"))).write_text("", encoding="utf-8"),
    "a module more": lambda macros: (macros / "more.py").write_text("", encoding="utf-8"),
    "a module less": lambda macros: (macros / "due.py").unlink(),
    "another name": lambda macros: (macros / "due.py").rename(macros / "dues.py"),
    "two files exchanged": lambda macros: exchange(macros / "due.py", macros / "load.py"),
    "the version": lambda macros: edit(macros.parent / "pyproject.toml", 'version = "', 'version = "9'),
}


def exchange(one: Path, other: Path) -> None:
    """Give each file the content of the other."""
    content = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(content)


@pytest.mark.parametrize("change", SAME.values(), ids=SAME.keys())
def test_the_same_engine_elsewhere(second: Path, change: Callable[[Path], object]) -> None:
    change(second / "macros")
    assert engine.foreign_to(second) is None


@pytest.mark.parametrize("change", OTHERS.values(), ids=OTHERS.keys())
def test_another_engine(second: Path, change: Callable[[Path], object]) -> None:
    change(second / "macros")
    refusal = engine.foreign_to(second)
    assert refusal is not None
    for one in (engine.of_project(second), engine.running()):
        assert one and f"{one.folder} (AIMS Portal {one.version}, digest {one.digest[:12]})" in refusal


def test_a_project_without_an_engine_is_no_other(second: Path) -> None:
    """Also where `macros` is a folder of other things, or `pyproject.toml` the organisation's own."""
    (second / "pyproject.toml").write_text('[project]\nname = "our-portal"\nversion = "7"\n', encoding="utf-8")
    assert engine.foreign_to(second) is None
    edit(second / RULE, SENTENCE, OTHER)
    refusal = engine.foreign_to(second)
    assert refusal and f"{second / 'macros'} (digest " in refusal, "its version is nowhere said"
    (second / "macros/__init__.py").unlink()
    assert engine.foreign_to(second) is None
    shutil.rmtree(second / "macros")
    assert engine.foreign_to(second) is None


def test_looking_costs_little(second: Path) -> None:
    """Once for each command; the aim is less than 20 ms of computing."""

    def seconds() -> float:
        start = time.process_time()
        engine.digest_of(second / "macros")
        return time.process_time() - start

    assert min(seconds() for _ in range(5)) < 0.02


# -- what a command does --------------------------------------------------------------------------------------------------------


def test_a_command_of_another_checkout_refuses_the_project(project: Path, second: Path) -> None:
    """In one sentence that names both and says how to be right; what it reads of a project that brings none is judged."""
    arguments = ("check", "--project", str(project))
    edit(project / "aims_data/suppliers.yaml", "  assessments:\n    - on: 2026-05-01\n      result: Good.\n", "")
    edit(second / RULE, SENTENCE, OTHER)
    bare = aims_of(second, *arguments, cwd=second)
    assert (bare.returncode, bare.stderr) == (0, "")
    assert OTHER in bare.stdout

    buildable(project)
    done = aims_of(second, *arguments, cwd=second)
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    shown = re.fullmatch(
        r"aims: the project brings its own engine, (\S+) \(digest ([0-9a-f]{12})\), and this command belongs to another, "
        r"(\S+) \(AIMS Portal (\S+), digest ([0-9a-f]{12})\), which may judge otherwise; "
        r"run the project's own, which `make check` there installs as \.venv/bin/aims, or bring both to one version",
        line,
    )
    assert shown, line
    assert (shown[1], shown[3], shown[4]) == (str(project / "macros"), str(second / "macros"), engine.version_in(ROOT))
    assert (shown[2], shown[5]) == (engine.running().digest[:12], engine.digest_of(second / "macros")[:12])

    anyway = aims_of(second, "--foreign-engine", *arguments, cwd=second)
    assert (anyway.returncode, anyway.stderr) == (0, "")
    assert OTHER in anyway.stdout, "its own rules"
    own = aims_of(project, *arguments, cwd=project)
    assert (own.returncode, own.stderr) == (0, "")
    assert SENTENCE in own.stdout, "the project's rules"

    built = run_with(second, "mkdocs", "build", "--strict", cwd=project)
    assert built.returncode == 0, built.stderr
    assert SENTENCE in (project / "site/gaps.html").read_text(encoding="utf-8"), "mkdocs builds with the project's too"

    edit(project / RULE, SENTENCE, OTHER)
    agreed = aims_of(second, *arguments, cwd=second)
    assert (agreed.returncode, agreed.stdout, agreed.stderr) == (0, anyway.stdout, "")


def test_an_installed_command_of_another_version_refuses_the_project(project: Path, second: Path, tmp_path: Path) -> None:
    """What is installed has all files of the engine, so that of the same version is the same engine."""
    for name in ("README.md", "LICENSE", "LICENSE-TEXTS", "NOTICE"):
        shutil.copy(ROOT / name, second)
    buildable(project)
    shutil.copy(ROOT / "pyproject.toml", project)
    arguments = ("check", "--project", str(project))
    installed = tmp_path / "installed"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--target", str(installed), str(second)]
    subprocess.run(pip, capture_output=True, text=True, check=True)
    same = aims_of(installed, *arguments, cwd=tmp_path)
    assert (same.returncode, same.stderr) == (0, "")
    edit(project / "pyproject.toml", 'version = "', 'version = "9')
    other = aims_of(installed, *arguments, cwd=tmp_path)
    version, digest = engine.version_in(ROOT), engine.running().digest[:12]
    assert (other.returncode, other.stdout) == (2, "")
    for shown in (f"{project / 'macros'} (AIMS Portal 9{version}, digest {digest})", f"{installed / 'macros'} (AIMS Portal {version}, digest {digest})"):
        assert shown in other.stderr


READING = {name: command for name, command in commands().items() if "--project" in options(command)}


@pytest.fixture(scope="module")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that brings an engine with another sentence; not to be changed."""
    project = buildable(copy_base(tmp_path_factory.mktemp("foreign")))
    edit(project / RULE, SENTENCE, OTHER)
    return project


@pytest.mark.parametrize("name", sorted(READING.keys() - READS_PUBLISHED))
def test_every_command_that_reads_a_project_refuses(foreign: Path, name: str) -> None:
    needed = [param for param in READING[name].params if param.required]
    words = [word for param in needed for word in (["2026.1"] if param.param_type_name == "argument" else [param.opts[0], "x"])]
    done = run_aims(*name.split(), *words, "--project", str(foreign))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("aims: the project brings its own engine, ")
    assert done.stderr.count("\n") == 1


def test_a_published_snapshot_is_verified_by_any_engine(copied: Path) -> None:
    git(copied, "reset", "--quiet", "--hard")
    edit(copied / RULE, SENTENCE, OTHER)
    done = run_aims("verify", "--project", str(copied))
    assert done.returncode == 0, done.stdout + done.stderr
    assert run_aims("status", "--project", str(copied)).returncode == 2
