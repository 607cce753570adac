"""What runs before each commit: the file is valid, every hook is local and needs no network, and each command passes what is right and stops what is not."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from invented import ROOT, copy_base, read_yaml

CONFIG = ROOT / ".pre-commit-config.yaml"
BIN = Path(sys.executable).parent
KEYS = {"id", "name", "entry", "language", "pass_filenames", "files", "types"}
GOOD = '"""Counts."""\n\nCOUNT: int = 1\n'
WRONG: dict[str, tuple[str, str, str]] = {
    "aims-check": ("aims_data/roles.yaml", "- id: [\n", "aims_data/roles.yaml:"),
    "lint": ("macros/due.py", f'"""Counts."""\n\nimport os\n{GOOD}', "F401"),
    "format": ("macros/due.py", GOOD.replace(" = ", "="), "1 file would be reformatted"),
    "types": ("macros/due.py", GOOD.replace("= 1", '= "one"'), "macros/due.py:3: error: Incompatible types"),
    "floors": ("macros/clock.py", f"{GOOD}\nfrom macros import due\n", "macros.clock is not allowed to import macros.due"),
}
"""For each hook a file, what must not be committed in it, and what the hook says then."""


def hooks() -> dict[str, dict[str, Any]]:
    """The hooks by their id."""
    return {hook["id"]: hook for repo in read_yaml(CONFIG)["repos"] for hook in repo["hooks"]}


def run(hook: dict[str, Any], project: Path, *files: str) -> subprocess.CompletedProcess[str]:
    """A hook's command, as pre-commit runs it in a repository: with the changed files, if it takes any."""
    program, *arguments = shlex.split(hook["entry"])
    command = [str(BIN / Path(program).name), *arguments, *(files if hook.get("pass_filenames", True) else ())]
    return subprocess.run(command, cwd=project, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """The smallest project with an engine of a few lines, under the settings of this one."""
    project = copy_base(tmp_path)
    shutil.copy(ROOT / "pyproject.toml", project)
    settings = (project / "pyproject.toml").read_text(encoding="utf-8").replace("exhaustive = true", "exhaustive = false")
    (project / "pyproject.toml").write_text(re.sub(r"^layers = \[.*?\n\]", 'layers = ["due", "clock"]', settings, flags=re.M | re.S), encoding="utf-8")
    (project / "macros").mkdir()
    for name in ("due.py", "clock.py"):
        (project / "macros" / name).write_text(GOOD, encoding="utf-8")
    return project


def test_the_file_is_valid_and_every_hook_is_local() -> None:
    repos = read_yaml(CONFIG)["repos"]
    assert [set(repo) for repo in repos] == [{"repo", "hooks"}] * len(repos)
    assert {repo["repo"] for repo in repos} == {"local"}, "another one would be fetched"
    for hook in hooks().values():
        assert hook.keys() <= KEYS and {"id", "name", "entry", "language"} <= hook.keys()
        assert hook["language"] == "system", "another language makes an environment of its own"
        assert (BIN / Path(shlex.split(hook["entry"])[0]).name).is_file() and hook["entry"].startswith(".venv/bin/")
        assert hook.get("files") or hook.get("types") == ["python"]


def test_each_looks_at_files_that_are_there() -> None:
    kept = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    for hook in hooks().values():
        assert "files" not in hook or [name for name in kept if re.search(hook["files"], name)], hook["id"]
    data = [name for name in kept if name.startswith(("aims_data/", "docs/"))]
    assert [name for name in data if not re.search(hooks()["aims-check"]["files"], name)] == []


@pytest.mark.parametrize("id", sorted(WRONG))
def test_each_passes_what_is_right_and_stops_what_is_wrong(small: Path, id: str) -> None:
    file, wrong, said = WRONG[id]
    right = run(hooks()[id], small, file)
    assert right.returncode == 0, right.stdout + right.stderr
    (small / file).write_text(wrong, encoding="utf-8")
    stopped = run(hooks()[id], small, file)
    assert stopped.returncode == 1, stopped.stdout + stopped.stderr
    assert said in stopped.stdout


def test_every_hook_is_tried() -> None:
    assert hooks().keys() == WRONG.keys()


def test_what_is_judged_there_is_what_make_test_judges() -> None:
    """Or a commit would pass that CI refuses."""
    asked = (ROOT / "Makefile").read_text(encoding="utf-8")
    for id in ("lint", "types", "floors"):
        program = Path(shlex.split(hooks()[id]["entry"])[0]).name
        assert f"$(BIN)/{program}" in asked
    assert "$(BIN)/ruff format --check" in asked
