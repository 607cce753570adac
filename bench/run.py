"""`make bench`: how long loading and building take, for the example and for synthetic portals of several sizes, and what snapshots take to store.

Prints a table; nothing here is a test, because times differ from machine to machine. Compare shares and growth, not seconds.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

from shared import PROJECT, progress, verdict
from storage import PAGES, SNAPSHOTS, storage_of, storage_table
from synthetic import errors_in, make, record_files, records_in

CHILD = Path(__file__).with_name("child.py")
SIZES = (500, 2000, 5000)
PACKAGES = (("mkdocs", "mkdocs-material", "mkdocs-macros-plugin", "Markdown"), ("pydantic", "ruamel.yaml", "ruamel.yaml.clib"))
OWN = ("load", "graph", "check", "view", "template")
"""Parts of a build that are our own; the others are MkDocs, its plugins, Python-Markdown and Material."""
AIM_OWN = 0.20
AIM_GROWTH = 1.25
"""Time and size per page of the largest portal may be this many times those of the smallest synthetic one to count as in proportion."""


def main() -> None:
    """Measure, and print each part when it is done."""
    parser = argparse.ArgumentParser(description="How long loading and building take.", epilog="About 25 minutes on 2 cores; with --quick about three.")
    parser.add_argument("--quick", action="store_true", help="only the example and a portal of 500 records")
    parser.add_argument("--project", type=Path, default=PROJECT, help="the project to measure and to multiply; else this one")
    arguments = parser.parse_args()
    sizes = SIZES[:1] if arguments.quick else SIZES
    with tempfile.TemporaryDirectory(prefix="aims-bench-") as folder:
        work = Path(folder)
        example = work / "example"
        make(example, 0, arguments.project)  # a copy, so that nobody's editing disturbs what is measured
        if problems := errors_in(example):
            sys.exit(f"bench: the project has {problems} errors; mend what `aims check` shows, then measure")
        print("\n".join([*machine(), "", *loading_table(loading_of(work, example, max(sizes)))]), flush=True)
        print("\n".join(["", *building_tables([building_of(work, example, size) for size in (0, *sizes)])]), flush=True)
        storage = storage_of(work, example, 3 if arguments.quick else SNAPSHOTS, PAGES)
        print("\n".join(["", *storage_table(storage)]))


# -- measuring ------------------------------------------------------------------------------------------------------------------


def run(task: str, *folders: Path) -> tuple[float, dict[str, Any]]:
    """Seconds of a task in a process of its own, start of Python included, and what it reports. Ends the bench if it fails."""
    start = time.perf_counter()
    done = subprocess.run([sys.executable, str(CHILD), task, *map(str, folders)], cwd=folders[0], capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - start
    if done.returncode:
        sys.exit(f"bench: '{task}' failed:\n{done.stderr[-3000:]}")
    return seconds, json.loads(done.stdout.splitlines()[-1])


def loading_of(work: Path, example: Path, files: int) -> dict[str, Any]:
    """Times of loading `files` files with one record each, beside those of the standard."""
    project = work / "loading"
    progress(f"loading {files:,} record files")
    make(project, files + records_in(example) - len(record_files(example)), example)
    _, result = run("load", project)
    result["record_files"] = len(record_files(project))
    shutil.rmtree(project)
    return result


def building_of(work: Path, example: Path, records: int) -> dict[str, Any]:
    """Times of building a portal, and of plain Material with the same Markdown."""
    project, plain = work / "portal", work / "plain"
    progress(f"building {f'a portal of {records:,} records' if records else 'the example'}")
    make(project, records, example)
    seconds, result = run("build", project, plain)
    result |= {"seconds": seconds - result["aside"], "size": size_of(project / "site")}
    shutil.rmtree(project)
    progress("  the same pages with plain Material")
    plain_seconds, plain_result = run("plain", plain)
    result["plain"] = {"seconds": plain_seconds, "size": size_of(plain / "site"), "memory": plain_result["memory"], "cpu": plain_result["cpu"]}
    shutil.rmtree(plain)
    return {"name": f"{records:,} records" if records else "example", **result}


def size_of(folder: Path) -> int:
    """Bytes of all files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


# -- printing -------------------------------------------------------------------------------------------------------------------


def machine() -> list[str]:
    """What it ran on."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return [
        f"{cores} cores, {python}, {platform.system()} {platform.machine()}",
        *(", ".join(f"{name} {version(name)}" for name in names) for names in PACKAGES),
    ]


def loading_table(found: dict[str, Any]) -> list[str]:
    """Loading, step by step, with its aim."""
    rows = (
        ("reading and decoding the files", found["reading"]),
        ("bare events of ruamel's C parser", found["events"]),
        ("macros.yaml_source.read: values and places, from events", found["read"]),
        ("pydantic's own validation, the validators of the schema included", found["pydantic"]),
        ("macros.load.load: all of it", found["load"]),
        ("graph: links both ways", found["graph"]),
        ("rules", found["check"]),
    )
    aim = 2 * found["events"] + found["pydantic"]
    lines = [
        f"LOADING  {found['record_files']:,} record files ({found['files']:,} files in all, {found['bytes'] / 1e6:.1f} MB), {found['records']:,} records, "
        f"{found['links']:,} links, {found['errors']} errors",
        "",
        f"{'CPU seconds, the fastest of three':66}{'seconds':>9}{'× bare events':>16}{'µs/record':>12}",
    ]
    lines += [f"{name:66}{seconds:9.2f}{seconds / found['events']:16.2f}{seconds / found['records'] * 1e6:12.0f}" for name, seconds in rows]
    return [
        *lines,
        "",
        verdict(f"load at most twice the bare events plus pydantic's own time: {found['load']:.2f} s of {aim:.2f} s", found["load"] <= aim),
    ]


def building_tables(builds: list[dict[str, Any]]) -> list[str]:
    """Building by size, the parts, plain Material, and the aims."""
    lines = [
        "BUILDING, a process each; ms/page in CPU time; MB: the site; MiB: peak memory",
        "plain: Material alone, with the same Markdown, navigation, features and extensions",
        "",
        f"{'':14}{'records':>8}{'pages':>7}{'seconds':>9}{'CPU s':>7}{'pages/s':>9}{'ms/page':>9}{'kB/page':>9}{'MB':>7}{'MiB':>6}"
        f"{'plain CPU s':>12}{'× plain':>9}{'MB':>7}{'MiB':>6}",
    ]
    for found in builds:
        plain, pages = found["plain"], found["pages"]
        lines.append(
            f"{found['name']:14}{found['records']:8,}{pages:7,}{found['seconds']:9.1f}{found['cpu']:7.1f}{pages / found['seconds']:9.1f}"
            f"{found['cpu'] / pages * 1e3:9.1f}{found['size'] / pages / 1e3:9.1f}{found['size'] / 1e6:7.1f}{found['memory'] / 2**20:6.0f}"
            f"{plain['cpu']:12.1f}{found['cpu'] / plain['cpu']:9.2f}{plain['size'] / 1e6:7.1f}{plain['memory'] / 2**20:6.0f}"
        )
    names = (*OWN, "markdown", "theme", "search", "macros plugin")
    head = f"{'':14}" + "".join(f"{_short(name):>9}" for name in names) + f"{'rest':>7}{'OURS':>9}"
    lines += ["", "SHARES OF THE BUILD (CPU); ours: load to template; plugin: mkdocs-macros; rest: start of Python, MkDocs' own work, files", "", head]
    for found in builds:
        shares = [found["parts"].get(name, 0.0) / found["cpu"] for name in names]
        lines.append(f"{found['name']:14}" + "".join(f"{share:9.1%}" for share in shares) + f"{1 - sum(shares):7.1%}{own(found):9.1%}")
    lines += ["", "CPU MILLISECONDS PER PAGE", "", head]
    for found in builds:
        parts = [found["parts"].get(name, 0.0) / found["pages"] * 1e3 for name in names]
        whole = found["cpu"] / found["pages"] * 1e3
        lines.append(f"{found['name']:14}" + "".join(f"{part:9.2f}" for part in parts) + f"{whole - sum(parts):7.2f}{own(found) * whole:9.2f}")
    worst = max(builds, key=own)
    lines += ["", verdict(f"our own part at most a fifth of the build: at most {own(worst):.1%} ({worst['name']})", own(worst) <= AIM_OWN)]
    if len(builds) > 2:
        small, large = builds[1], builds[-1]
        for what, key in (("CPU time", "cpu"), ("size", "size")):
            growth = (large[key] / large["pages"]) / (small[key] / small["pages"])
            text = f"{what} in proportion to the records: per page × {growth:.2f} from {small['name']} to {large['name']} (at most {AIM_GROWTH})"
            lines.append(verdict(text, growth <= AIM_GROWTH))
    return lines


def _short(name: str) -> str:
    return {"macros plugin": "plugin", "markdown": "Markdown"}.get(name, name)


def own(found: dict[str, Any]) -> float:
    """Our own share of a build."""
    return float(sum(found["parts"].get(name, 0.0) for name in OWN) / found["cpu"])


if __name__ == "__main__":
    main()
