"""What runs in a process of its own, so that its time and memory are its own. Prints one line of JSON. `run.py` starts it.

    child.py load PROJECT            times reading and validating all data
    child.py build PROJECT [PLAIN]   builds the site with timers around its parts; writes its Markdown as a plain Material project into PLAIN
    child.py plain PROJECT           builds a site without timers

The timers are put around functions of `macros` and MkDocs from outside; the product knows nothing of them.
"""

from __future__ import annotations

import dataclasses
import functools
import gc
import importlib.abc
import importlib.machinery
import json
import resource
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

ROUNDS = 3
"""How often each part of loading is timed; the fastest counts."""


# -- loading --------------------------------------------------------------------------------------------------------------------


def measure_loading(project: Path) -> dict[str, Any]:
    """CPU seconds for each step from files to checked records."""
    sys.path.insert(0, str(project))
    from _ruamel_yaml import CParser
    from pydantic import TypeAdapter

    from macros.checks import check
    from macros.clock import today
    from macros.graph import build
    from macros.load import DATA, load, shape_of
    from macros.views import BLOCKS
    from macros.yaml_source import decode, read

    paths = sorted((project / DATA).rglob("*.yaml"))

    def events() -> None:
        for text in texts:
            parser = CParser(text)
            while parser.get_event() is not None:
                pass

    def validated(values: list[tuple[TypeAdapter[Any], Any]]) -> list[Any]:
        return [adapter.validate_python(value) for adapter, value in values]

    whole, _ = fastest(lambda: load(project))  # first, while this process holds nothing else
    del _
    files, texts = fastest(lambda: [decode(path.read_bytes()) for path in paths])
    bare, _ = fastest(events)
    reading, contents = fastest(lambda: [read(text)[0] for text in texts])
    shapes = [shape_of(str(path.relative_to(project / DATA))) for path in paths]
    adapters = {str(shape): TypeAdapter(shape) for shape in shapes}
    values = [(adapters[str(shape)], content) for shape, content in zip(shapes, contents, strict=True)]
    validating, _ = fastest(functools.partial(validated, values))
    del _, contents, values
    graphs, checks = [], []
    for _ in range(ROUNDS):
        aims = build(project, today())
        graphs.append(timed(lambda aims=aims: (aims.links_to, aims.documents_of))[0])
        seconds, problems = timed(functools.partial(check, aims, BLOCKS))
        checks.append(seconds)
    return {
        "files": len(paths), "bytes": sum(path.stat().st_size for path in paths), "records": len(aims.entries), "links": len(aims.links),
        "errors": sum(problem.grade.name == "error" for problem in problems), "reading": files, "events": bare, "read": reading,
        "pydantic": validating, "load": whole, "graph": min(graphs), "check": min(checks), "memory": memory(),
    }  # fmt: skip


def timed(function: Callable[[], Any]) -> tuple[float, Any]:
    """CPU seconds of one call, and what it returned. What earlier calls left behind is cleared away first."""
    gc.collect()
    start = time.process_time()
    result = function()
    return time.process_time() - start, result


def fastest(function: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds of the fastest of several calls, and what the last one returned."""
    best, result = float("inf"), None
    for _ in range(ROUNDS):
        result = None
        seconds, result = timed(function)
        best = min(best, seconds)
    return best, result


def memory() -> int:
    """The most memory this process ever held, in bytes."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


# -- building -------------------------------------------------------------------------------------------------------------------


class Clock:
    """CPU seconds per part of the build. Time inside a nested part counts for that part only."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self.inside: list[str] = []
        self.since = time.process_time()

    def _switch(self) -> None:
        now = time.process_time()
        if self.inside:
            self.seconds[self.inside[-1]] += now - self.since
        self.since = now

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """What runs inside counts for the part `name`."""
        self._switch()
        self.inside.append(name)
        try:
            yield
        finally:
            self._switch()
            self.inside.pop()

    def around(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, with its time counted for the part `name`."""

        @functools.wraps(function)
        def inner(*arguments: Any, **named: Any) -> Any:
            with self.part(name):
                return function(*arguments, **named)

        return inner

    def on(self, owner: Any, attribute: str, name: str) -> None:
        """Count a function or method of a module or class for the part `name`."""
        setattr(owner, attribute, self.around(name, getattr(owner, attribute)))

    def on_properties(self, owner: Any, names: Sequence[str], name: str) -> None:
        """Count cached properties of a class for the part `name`."""
        for attribute in names:
            found = vars(owner)[attribute]
            found.func = self.around(name, found.func)


class Watcher(importlib.abc.MetaPathFinder):
    """Puts the timers into each module of `macros` right after it was imported; the hook imports all of them anew for each build."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None) -> importlib.machinery.ModuleSpec | None:
        """The usual spec of a module of `macros`, with timers to follow."""
        if fullname.partition(".")[0] != "macros":
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path)
        if spec and spec.loader:
            run = spec.loader.exec_module

            def exec_module(module: ModuleType) -> None:
                run(module)
                self.watch(fullname, module)

            spec.loader.exec_module = exec_module  # type: ignore[method-assign]  # timers go in from outside
        return spec

    def watch(self, name: str, module: Any) -> None:
        """Timers around the parts of one module."""
        clock = self.clock
        if name == "macros.graph":
            clock.on(module, "load", "load")
            clock.on(module, "build", "graph")
            clock.on_properties(module.Aims, ("links", "links_to", "documents_of"), "graph")
        elif name == "macros.checks":
            clock.on(module, "check", "check")
        elif name == "macros.render":
            clock.on(module.Renderer, "render", "template")
            clock.on(module.Renderer, "__init__", "template")
        elif name == "macros.links":
            clock.on(module.ReferenceProcessor, "handleMatch", "view")
        elif name == "macros.pages":
            clock.on(module, "front_matter", "view")
        elif name == "macros.views":
            for blocks in (module.BLOCKS, module.RECORDS):
                for key, block in blocks.items():
                    blocks[key] = dataclasses.replace(block, view=clock.around("view", block.view))
            module.ANY_RECORD = dataclasses.replace(module.ANY_RECORD, view=clock.around("view", module.ANY_RECORD.view))
        elif name == "macros.views.document_control":
            clock.on(module, "document_block", "view")
        elif name == "macros.site":
            for method in ("__init__", "page_markdown", "page_context"):
                clock.on(module.Site, method, "view")


def build_with_timers(project: Path, plain: Path | None) -> dict[str, Any]:
    """Build the site of a project; write the Markdown of all pages as a plain project to `plain`."""
    import mkdocs.commands.build as building
    from material.plugins.search.plugin import SearchPlugin
    from mkdocs.structure.pages import Page
    from mkdocs_macros.plugin import MacrosPlugin

    clock = Clock()
    sys.meta_path.insert(0, Watcher(clock))
    pages: list[tuple[str, dict[str, Any], str]] = []

    def noted(render: Callable[..., Any]) -> Callable[..., Any]:
        def inner(page: Any, *arguments: Any) -> Any:
            pages.append((page.file.src_uri, dict(page.meta), page.markdown))
            return render(page, *arguments)

        return inner

    Page.render = noted(clock.around("markdown", Page.render))  # type: ignore[method-assign]  # the same
    clock.on(building, "_build_page", "theme")
    clock.on(building, "_build_theme_template", "theme")
    for method in ("on_page_context", "on_post_build"):
        clock.on(SearchPlugin, method, "search")
    for method in ("on_config", "on_page_markdown", "on_nav", "on_post_build"):
        clock.on(MacrosPlugin, method, "macros plugin")
    mkdocs_build(project)
    result = {"pages": len(pages), "parts": dict(clock.seconds), "memory": memory(), "records": count_of_records(), "cpu": time.process_time()}
    start = time.perf_counter()
    if plain:
        write_plain(project, plain, pages)
    return {**result, "aside": time.perf_counter() - start}


def count_of_records() -> int:
    """Records of the project that was just built."""
    import macros.graph

    return next((len(found.entries) for found in gc.get_objects() if type(found) is macros.graph.Aims), 0)


def mkdocs_build(project: Path) -> None:
    """What `mkdocs build` does."""
    from mkdocs.commands.build import build
    from mkdocs.config import load_config

    config = load_config(str(project / "mkdocs.yml"))
    config.plugins.on_startup(command="build", dirty=False)
    try:
        build(config)
    finally:
        config.plugins.on_shutdown()


def write_plain(project: Path, plain: Path, pages: list[tuple[str, dict[str, Any], str]]) -> None:
    """The same pages for Material alone: same navigation, features and Markdown extensions; no hook, no macros, no own theme files."""
    import yaml
    from mkdocs.utils.yaml import yaml_load

    with (project / "mkdocs.yml").open(encoding="utf-8") as file:
        config = yaml_load(file)
    for key in ("hooks", "watch", "strict", "extra_css", "extra_javascript"):
        config.pop(key, None)
    config["theme"].pop("custom_dir", None)
    config["extra"].pop("aims", None)
    config["plugins"] = [plugin for plugin in config["plugins"] if plugin in ("search", "offline")]
    plain.mkdir(parents=True)
    (plain / "mkdocs.yml").write_text(yaml.safe_dump(config, sort_keys=False, allow_unicode=True), encoding="utf-8")
    for uri, meta, markdown in pages:
        head = "".join(f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in meta.items() if isinstance(value, str))
        path = plain / "docs" / uri
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"---\n{head}---\n\n{markdown}" if head else markdown, encoding="utf-8")


def main() -> None:
    """Do what the arguments say and print the result."""
    task, project, *rest = sys.argv[1:]
    if task == "load":
        result = measure_loading(Path(project))
    elif task == "build":
        result = build_with_timers(Path(project), Path(rest[0]) if rest else None)
    else:
        mkdocs_build(Path(project))
        result = {"memory": memory(), "cpu": time.process_time()}
    print(json.dumps(result))


if __name__ == "__main__":
    main()
