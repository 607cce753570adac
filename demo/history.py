"""A git repository with a past: earlier states of the example organisation, snapshots of three, served with the version selector.

`make snapshot-demo` runs this. The newest state is the project as it is; the states before are described below `demo/`, each by what was
different: `edits.yaml` (see `edited`) and whole files. Every commit and snapshot is made by git and `aims` themselves.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import http.server
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml import YAML

HERE = Path(__file__).parent
ROOT = HERE.parent
NOT_COPIED = shutil.ignore_patterns(".venv", ".site.*", ".git", "__pycache__", ".*_cache", ".hypothesis", "*.egg-info", "node_modules")
MARK = ".made-by-the-demo"
"""A file by which the demo knows the folder that it made, and may empty it."""
WHO = {"NAME": "Document Controller", "EMAIL": "document-controller@larkfield.example"}


@dataclass(frozen=True)
class State:
    """A state of the example: its snapshot's version, when it was committed, the commit's message, what the snapshot was made for (empty: there is none)."""

    version: str
    when: str
    message: str
    purpose: str


STATES = (
    State("before", "2026-11-06T08:00:00Z", "State before version 2.0 of AIMS-PRO-16, which applies from 2027, so that version 1.1 can be read until then", ""),
    State("2026.1", "2026-11-16T07:00:00Z", "State before the audit findings were worked in", "Internal readiness check"),
    State("2026.2", "2026-11-18T09:00:00Z", "Nonconformity NC-1/2026 worked in; registers confirmed", "Rehearsal of the stage 1 audit"),
    State("2026.3", "2026-11-22T08:00:00Z", "Seals and snapshots; records closed", "Stage 1 audit"),
)


def edited(text: str, edit: list[list[str]]) -> str:
    """A file's text after an edit: pairs of [what stands there once, what stands in its place]."""
    for old, new in edit:
        if text.count(old) != 1:
            raise SystemExit(f"demo: the text {old!r} stands there {text.count(old)} times, not once; adapt the edit")
        text = text.replace(old, new)
    return text


def put_back(project: Path, version: str) -> None:
    """Change a project from the state after `version` to that of `version`."""
    folder = HERE / version
    for name, edit in YAML(typ="safe").load((folder / "edits.yaml").read_text(encoding="utf-8")).items():
        path = project / name
        if edit is None:  # it was not there yet, nor were others whose names the pattern fits
            gone = sorted(project.glob(name))
            if not gone:
                raise SystemExit(f"demo: there is no file {name}; adapt the edit")
            for file in gone:
                file.unlink()
        else:
            path.write_text(edited(path.read_text(encoding="utf-8"), edit), encoding="utf-8", newline="\n")
    for file in folder.rglob("*.md"):
        shutil.copy(file, project / file.relative_to(folder))


def copy_project(target: Path) -> Path:
    """A copy of the project without environment, built site, history and caches."""

    def not_copied(folder: str, names: list[str]) -> set[str]:
        return NOT_COPIED(folder, names) | ({"site", "build"} if Path(folder) == ROOT else set())

    shutil.copytree(ROOT, target, ignore=not_copied)
    return target


def states(folder: Path) -> dict[str, Path]:
    """The states as folders below `folder`, by version."""
    found = {STATES[-1].version: copy_project(folder / STATES[-1].version)}
    for later, state in zip(reversed(STATES), reversed(STATES[:-1]), strict=False):
        found[state.version] = Path(shutil.copytree(found[later.version], folder / state.version))
        put_back(found[state.version], state.version)
    return found


def run(project: Path, *command: str, when: str) -> None:
    """Run a command in the project as the Document Controller on a day; ends the demo where it fails."""
    who = {f"GIT_{role}_{key}": value for role in ("AUTHOR", "COMMITTER") for key, value in WHO.items()}
    days = {"GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=project, env=os.environ | who | days, check=False)
    if done.returncode:
        raise SystemExit(f"demo: {' '.join(command)} ended with exit code {done.returncode}")


def emptied(folder: Path) -> None:
    """Make a folder, or empty the one that the demo made before. Ends the demo where something else is there."""
    there = folder.resolve()
    if there.is_relative_to(ROOT.resolve()) and not there.is_relative_to(ROOT.resolve() / "build"):
        raise SystemExit(f"demo: {there} lies in the project, which would be copied into itself; name a folder elsewhere, or one below build/")
    if there.exists() and not (there / MARK).is_file() and not (there.is_dir() and not any(there.iterdir())):
        raise SystemExit(f"demo: {there} holds what the demo did not make, and nothing was removed; name a folder that is empty or not there yet")
    shutil.rmtree(there, ignore_errors=True)
    there.mkdir(parents=True)
    (there / MARK).touch()


def make(folder: Path, snapshots: bool = True) -> Path:
    """Make the repository below `folder`, with the snapshots; see `emptied` for what may be there. Gives the repository's folder."""
    emptied(folder)
    found = states(folder / "states")
    project = folder / "project"
    project.mkdir()
    run(project, "git", "init", "--quiet", "--initial-branch=main", when=STATES[0].when)
    for state in STATES:
        for old in project.iterdir():
            if old.name != ".git":
                shutil.rmtree(old) if old.is_dir() else old.unlink()
        shutil.copytree(found[state.version], project, dirs_exist_ok=True)
        run(project, "git", "add", "--all", when=state.when)
        run(project, "git", "commit", "--quiet", "-m", state.message, when=state.when)
        if snapshots and state.purpose:
            aims = (sys.executable, "-m", "macros.cli")
            run(project, *aims, "snapshot", state.version, "--for", state.purpose, "--by", "Document Controller", when=state.when)
    shutil.rmtree(folder / "states")
    return project


def main() -> None:
    """Make the demo, publish it into a folder, and serve it."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--folder", type=Path, default=ROOT / "build" / "demo")
    options.add_argument("--port", type=int, default=8001)
    options.add_argument("--no-serve", action="store_true", help="make it and stop")
    given = options.parse_args()
    project = make(given.folder)
    public = given.folder / "public"
    run(project, sys.executable, "-m", "macros.cli", "publish", str(public.resolve()), when=STATES[-1].when)
    if given.no_serve:
        return
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(public))
    with http.server.ThreadingHTTPServer(("127.0.0.1", given.port), handler) as server:
        print(f"The snapshots are at http://127.0.0.1:{given.port}/ (stop with Ctrl-C)", flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            server.serve_forever()


if __name__ == "__main__":
    main()
