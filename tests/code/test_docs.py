"""README, documentation, workflows and messages against the commands themselves: what is written exists, and what exists is written."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from command import run_aims
from documented import Call, commands, fault, given_codes, in_markdown, in_message, in_python, in_script, stated_codes, targets, undocumented, unknown_options
from invented import DAY, ROOT, apply

from macros.cli.base import INTERRUPTED

Reader = Callable[[str], Iterable[Call]]
README = ROOT / "README.md"
MAKEFILE = ROOT / "Makefile"
PAGES = [README, ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md")), *sorted((ROOT / "demo").rglob("*.md"))]
SCRIPTS = [MAKEFILE, ROOT / ".gitlab-ci.yml", ROOT / ".pre-commit-config.yaml", ROOT / ".ci/run", *sorted((ROOT / ".github").rglob("*.yml"))]
PYTHON = [path for name in ("macros", "demo", "bench") for path in sorted((ROOT / name).rglob("*.py"))]
OTHERS = [path for name in ("macros", "overrides") for path in sorted((ROOT / name).rglob("*")) if path.suffix in {".j2", ".html", ".js"}]
READERS: dict[Reader, list[Path]] = {in_markdown: PAGES, in_script: SCRIPTS, in_python: PYTHON, in_message: OTHERS}


def calls() -> Iterator[tuple[str, Call]]:
    """Every command that is written somewhere, with the file in which it stands."""
    for reader, paths in READERS.items():
        for path in paths:
            yield from ((path.relative_to(ROOT).as_posix(), call) for call in reader(path.read_text(encoding="utf-8")))


CALLS = list(calls())


@pytest.mark.parametrize("name", sorted(commands()))
def test_the_readme_names_every_command_with_its_options(name: str) -> None:
    """The one short list of commands. `undocumented` names what is missing there."""
    missing = undocumented(README.read_text(encoding="utf-8"))
    assert [one for one in missing if one == f"aims {name}" or one.startswith(f"aims {name} --")] == []


def test_the_readme_names_the_options_of_aims_itself() -> None:
    assert [one for one in undocumented(README.read_text(encoding="utf-8")) if one.startswith("aims --")] == []


@pytest.mark.parametrize("file", sorted({file for file, call in CALLS if call.text.startswith("aims ")}))
def test_what_a_file_says_to_type_can_be_typed(file: str) -> None:
    assert [f"{call.text}: {wrong}" for where, call in CALLS if where == file and call.text.startswith("aims ") and (wrong := fault(call))] == []


def test_commands_are_found_wherever_they_are_written() -> None:
    """Or the test above would hold of files that nobody can read any more."""
    found = {file for file, _ in CALLS}
    assert {"README.md", "docs/approving.md", "Makefile", ".gitlab-ci.yml", ".ci/run", ".github/workflows/check.yml", "macros/templates/archive.txt.j2",
            "macros/checks/publishing.py", "overrides/assets/verify.js"} <= found  # fmt: skip
    assert len(CALLS) > 200
    assert {call.text.split()[1] for _, call in CALLS if call.text.startswith("aims ")} >= {name.split()[0] for name in commands()} - {"pages", "schema"}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_options_that_a_page_names_exist(path: Path) -> None:
    assert unknown_options(path.read_text(encoding="utf-8")) == []


# -- make -----------------------------------------------------------------------------------------------------------------------


def strange_targets(found: Iterable[Call], makefile: str, listed: str) -> list[str]:
    """Targets of `make` that are named and do not exist, or that a person is told to make and `make help` does not list."""
    named = {call.words()[1] for call in found if call.text.startswith("make ")}
    return sorted(name for name in named if name not in targets(makefile) or ("/" not in name and f"make {name} " not in listed))


def test_targets_of_make_exist_and_are_listed() -> None:
    listed = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert strange_targets((call for _, call in CALLS), MAKEFILE.read_text(encoding="utf-8"), listed) == []
    assert len({call.words()[1] for _, call in CALLS if call.text.startswith("make ")}) > 6


# -- exit codes -----------------------------------------------------------------------------------------------------------------


def test_the_readme_states_the_exit_codes_that_commands_give() -> None:
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "macros/cli").glob("*.py")]
    assert stated_codes(README.read_text(encoding="utf-8")) == given_codes(sources, {"INTERRUPTED": INTERRUPTED}) == {0, 1, 2, 130}


@pytest.mark.parametrize(
    ("arguments", "change", "code"),
    [
        (("check",), {}, 0),
        (("check",), {"aims_data/risks/R-001.yaml": None}, 1),
        (("seal", "AIMS-POL-01", "--version", "9.9"), {}, 2),
        (("check", "--no-such-option"), {}, 2),
        (("no-such-command",), {}, 2),
        (("check", "--today", "tomorrow"), {}, 2),
    ],
)
def test_exit_codes(project: Path, arguments: tuple[str, ...], change: dict[str, None], code: int) -> None:
    apply(project, change)
    assert run_aims(*arguments, cwd=project, AIMS_TODAY=DAY.isoformat()).returncode == code


def test_exit_code_of_what_was_interrupted(mill: Path, tmp_path: Path) -> None:
    """While it waits for a git that does not come back."""
    waiting, git = tmp_path / "waiting", tmp_path / "git"
    git.write_text(f"#!/bin/sh\ntouch {waiting}\nexec sleep 60\n", encoding="utf-8")
    git.chmod(0o755)
    environment = os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, "-m", "macros.cli", "verify"], cwd=mill, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        until = time.monotonic() + 30
        while not waiting.exists() and time.monotonic() < until:
            time.sleep(0.02)
        process.send_signal(signal.SIGTERM)
        output, errors = process.communicate(timeout=30)
    assert (process.returncode, output) == (INTERRUPTED, "")
    assert errors.startswith("aims: interrupted; ")


# -- the tests above can fail ----------------------------------------------------------------------------------------------------

BLOCK = "```console\n$ {}\n```\n"


@pytest.mark.parametrize(
    ("reader", "text", "wrong"),
    [
        (in_markdown, "Run `aims chekc` first.", "No such command 'chekc'"),
        (in_markdown, "| `aims check --bse main` | the change |", "No such option: --bse"),
        (in_markdown, "`aims build --audience everybody`", "'everybody' is not one of"),
        (in_markdown, BLOCK.format("aims seal | sha256sum"), "Missing argument 'ID'"),
        (in_markdown, BLOCK.format("cd here && aims check --base"), "requires an argument"),
        (in_markdown, BLOCK.format('aims approve AIMS-POL-01 \\\n    --change "Yearly review" --authr X'), "No such option: --authr"),
        (in_markdown, "    $ aims export ngnix DIR", "No such command 'ngnix'"),
        (in_script, "run: .venv/bin/aims publish public --edition public", "No such option: --edition"),
        (in_script, "  - .venv/bin/aims snapshot 2026.1 --for", "requires an argument"),
        (in_script, "# made by \\`aims chnages\\`", "No such command 'chnages'"),
        (in_python, 'raise Refused(f"{name} is wrong; run `aims verfy {name}`")', "No such command 'verfy'"),
        (in_python, 'raise Refused("it is wrong; run: aims verify --evry")', "No such option: --evry"),
        (in_message, "    aims verify --folder {{ name }}", "No such option: --folder"),
        (in_message, "with the repository, use “aims compare”.", "No such command 'compare'"),
    ],
)
def test_a_wrong_command_is_found(reader: Reader, text: str, wrong: str) -> None:
    (call,) = reader(text)
    found = fault(call)
    assert found and wrong in found


@pytest.mark.parametrize(
    ("reader", "text"),
    [
        (in_markdown, "`aims approve` with `--change`, `aims verify --digest …`, `aims changes FROM TO`, `aims export`"),
        (in_markdown, BLOCK.format('aims snapshot 2026.1 --for "Stage 1; an audit"')),
        (in_script, '.venv/bin/aims snapshot "$VERSION" --for "$PURPOSE" --audience "$edition" ${BY:+"--by=$BY" "--$MORE"} > log || true'),
        (in_python, 'f"(`aims approve {id} --as {role} --change …`{others}), or undo the change"'),
    ],
)
def test_a_right_command_is_taken(reader: Reader, text: str) -> None:
    found = list(reader(text))
    assert found and [fault(call) for call in found] == [None] * len(found)


@pytest.mark.parametrize(
    ("old", "new", "missing"),
    [
        ("`aims archive 2026.1`", "`aims pack 2026.1`", "aims archive"),
        (", `--signers`", "", "aims verify --signers"),
        ("`--commit`, ", "", "aims snapshot --commit"),
        ("| `--base REV`, `--dry-run` |", "| `--base REV` |", "aims approve --dry-run"),
        ("`aims --foreign-engine check`", "It", "aims --foreign-engine"),
    ],
)
def test_what_the_readme_leaves_out_is_found(old: str, new: str, missing: str) -> None:
    text = README.read_text(encoding="utf-8")
    assert old in text
    assert missing in undocumented(text.replace(old, new))


def test_an_unknown_option_alone_is_found() -> None:
    assert unknown_options("leave out `--effectiv`, or `--on 2026-01-31`") == ["--effectiv"]


def test_a_wrong_target_is_found() -> None:
    makefile = "test: all ## Run the tests\n\nhidden:\n\n$(VENV)/.built: a\n"
    found = [Call(f"make {name}", whole=True) for name in ("test", "tset", "hidden", ".venv/.built", ".venv/.bulit")]
    assert strange_targets(found, makefile, "make test      Run the tests\n") == [".venv/.bulit", "hidden", "tset"]


def test_another_exit_code_is_found() -> None:
    assert stated_codes("It ends. Exit 0: it holds; 1: problems; 3: nobody knows. Then 4: more.") == {0, 1, 3}
    assert given_codes(["raise typer.Exit(5)", "def f(): return typer.Exit(LATE)"], {"LATE": 9}) == {0, 5, 9}
