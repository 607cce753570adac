"""The glue to MkDocs, thin because MkDocs never reloads this file: load once per build, hand the state and the generated pages over,
and swap the finished site into place.

MkDocs loads a hook by its path, so imports of `macros` stand inside the functions, after the project folder is on `sys.path`. Under serve
nothing may raise (every request would hang until it is mended): what goes wrong becomes the page.
"""

from __future__ import annotations

import html
import logging
import signal
import sys
import traceback
from collections.abc import MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import event_priority
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.pages import Page
from mkdocs.utils import CountHandler

if TYPE_CHECKING:
    from macros.site import Site
    from macros.swap import Swap

log = logging.getLogger("mkdocs.plugins.aims")


@dataclass
class Run:
    """What a run of MkDocs remembers from one event to the next. Under serve it builds many times."""

    serving: bool = False
    swap: Swap | None = None
    built: bool = False
    """Whether the newest build went through."""
    pages: tuple[str, ...] = ()
    """The generated pages of the newest build."""


run = Run()


class Broken:
    """Stands in for the site under serve when the Python code itself cannot run: every page shows why."""

    errors: tuple[str, ...] = ()
    organisation = version = edition = None

    def __init__(self, trace: str) -> None:
        self.failure = trace

    def define_macros(self, env: Any) -> None:
        """No macros: no page is rendered."""

    def generated_files(self) -> list[tuple[str, str]]:
        """None."""
        return []

    def leaves_out(self, uri: str) -> bool:
        """Nothing."""
        return False

    def not_in_nav(self, uri: str) -> bool:
        """Nothing is told from anything else."""
        return False

    def page_markdown(self, markdown: str, uri: str, meta: MutableMapping[str, Any]) -> str:
        """The traceback in place of the page."""
        return f"# The portal cannot be built\n\nMend the code; this page then comes back by itself.\n\n<pre>{html.escape(self.failure)}</pre>\n"

    def page_context(self, uri: str) -> None:
        """Nothing around the page."""

    def state_json(self) -> None:
        """No state."""


def on_startup(*, command: str, dirty: bool) -> None:
    """Remember whether this is `mkdocs serve`."""
    run.serving = command == "serve"
    if run.serving:
        sys.dont_write_bytecode = True  # or each build would change files below macros/, which is watched, and cause the next
    for name in ("SIGTERM", "SIGHUP"):  # end as Ctrl-C does, so that what lies in temporary folders and beside the site goes
        one = getattr(signal, name, None)
        if one is not None and signal.getsignal(one) is signal.SIG_DFL:
            signal.signal(one, signal.default_int_handler)


@event_priority(100)
def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Before every other plugin: fresh code and data; an error stops a build; the site is built aside."""
    project = Path(config.config_file_path).parent
    run.built = False
    if run.serving:
        _never_abort()
    config.plugins["macros"].config["on_error_fail"] = not run.serving
    fresh_code(project, sys.path, sys.modules)
    site = load(project, config, run.serving)
    _hand_over(config, site)
    if isinstance(site, Broken):
        return config
    report(site, run.serving)
    _adapt(config, site)
    if not run.serving and run.swap is None:
        run.swap = build_aside(config)
    return config


def fresh_code(project: Path, path: list[str], modules: dict[str, Any]) -> None:
    """Let `import macros` find the code of a project as it is now: under serve it may have changed since the last build. `path` and `modules` are
    those of `sys`."""
    if str(project) not in path:
        path.insert(0, str(project))
    for name in [name for name in modules if name.partition(".")[0] == "macros"]:
        del modules[name]


def load(project: Path, config: MkDocsConfig, serving: bool) -> Site | Broken:
    """The site of a project as it is now. Raises `PluginError` with a sentence for what somebody asked for and cannot have, like a day that is none.
    Whatever the code raises ends a build; under serve it becomes the page."""
    try:
        return _site_of(project, config, serving)
    except PluginError:
        raise
    except Exception:  # anything at all: the code of a project under serve may be half written
        if not serving:
            raise
        return Broken(traceback.format_exc())


def _site_of(project: Path, config: MkDocsConfig, serving: bool) -> Site:
    from macros.site import REFUSALS, Site

    try:
        return Site(project, config.repo_url, config.edit_uri, config.extra.get("aims") or {}, serving)
    except REFUSALS as error:
        raise PluginError(str(error)) from None


def report(site: Site, serving: bool) -> None:
    """Log every error in the data, and what is to be known. Raises `PluginError` in a build where there are errors; under serve they become the page."""
    for problem in site.errors:
        log.error("%s", problem)
    if site.errors and not serving:
        count = len(site.errors)
        raise PluginError(f"{count} error{'s' * (count > 1)} in the data, listed above; the site was left as it was")
    for sentence in site.missing():
        log.info("%s", sentence)


def build_aside(config: MkDocsConfig) -> Swap:
    """Let MkDocs build beside the folder of the site; gives what puts it in place (see `on_shutdown`)."""
    from macros.swap import Swap

    swap = Swap(Path(config.site_dir))
    config.site_dir = str(swap.aside)
    return swap


def _never_abort() -> None:
    """Take strictness back: under serve MkDocs would end, or hang, on the first warning. What counts warnings was set up before `on_config`."""
    logger = logging.getLogger("mkdocs")
    for handler in [handler for handler in logger.handlers if isinstance(handler, CountHandler)]:
        logger.removeHandler(handler)


def _hand_over(config: MkDocsConfig, site: Site | Broken) -> None:
    """Put the site of this build where hooks, macros and theme find it: `config.aims`."""
    config.aims = site  # type: ignore[attr-defined]  # MkDocs has no typed place for what plugins share


def _site(config: MkDocsConfig) -> Site | Broken:
    site: Site | Broken = config.aims  # type: ignore[attr-defined]  # set by `_hand_over`
    return site


def _adapt(config: MkDocsConfig, site: Site) -> None:
    """What in the settings follows from the data: references, the version selector of a snapshot; of an edition navigation, footer, the repository."""
    config.markdown_extensions.append(site.references)  # type: ignore[arg-type]  # Markdown takes an extension for its name
    if site.version:  # only a published snapshot has versions.json beside it
        config.extra["version"] = {"provider": "mike", "alias": True, "default": "latest"}
    if site.edition:
        config.copyright = " · ".join(filter(None, (config.copyright, site.edition)))
        if config.nav:
            config.nav = site.navigation(config.nav)
        if site.public:
            config.repo_url = config.edit_uri = None
        # a block that is left out takes its headings with it; a link to one of them still leads to its page
        config.validation.links.anchors = logging.INFO


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Leave out what this edition leaves out; add the generated ones, in memory only; ask no page of a record to stand in the navigation. While something
    is wrong under serve, every page that was there stays, to show it."""
    for file in [file for file in files if file.src_dir == config.docs_dir and _site(config).leaves_out(file.src_uri)]:
        files.remove(file)
    generated = dict(_site(config).generated_files())
    if _site(config).errors or _site(config).failure:
        generated = {**dict.fromkeys(run.pages, ""), **generated}
    run.pages = tuple(uri for uri in generated if uri.endswith(".md"))
    for uri, content in generated.items():
        if files.get_file_from_path(uri) is None:
            files.append(File.generated(config, uri, content=content, inclusion=InclusionLevel.INCLUDED))
    for file in files:
        if file.inclusion is InclusionLevel.INCLUDED and _site(config).not_in_nav(file.src_uri):
            file.inclusion = InclusionLevel.NOT_IN_NAV
    return files


@event_priority(100)
def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Titles from data; under serve, the list of errors in place of every page until they are mended."""
    return _site(config).page_markdown(markdown, page.file.src_uri, page.meta)


def on_page_content(content: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """A build ends when the code of a block failed; under serve the page shows why."""
    failure = _site(config).failure
    if failure and not run.serving:
        raise PluginError(f"docs/{page.file.src_uri} cannot be rendered:\n{failure}")
    return content


def on_page_context(context: dict[str, Any], page: Page, config: MkDocsConfig, nav: Any) -> dict[str, Any]:
    """What the theme shows around a page: document control, contacts, where to edit."""
    context["aims"] = around = _site(config).page_context(page.file.src_uri)
    if around:
        page.edit_url = around.edit_url
    return context


def on_build_error(error: Exception) -> None:
    """A failed build is not swapped in."""
    run.built = False


def on_post_build(config: MkDocsConfig) -> None:
    """The build went through; under serve perhaps only to show what failed, which the terminal is told, too. The state that the site shows lies beside it,
    for comparisons."""
    if failure := _site(config).failure:
        log.error("%s", failure)
    if (content := _site(config).state_json()) is not None:
        Path(config.site_dir, "aims.json").write_text(content, encoding="utf-8", newline="\n")
    if _site(config).version:  # its bytes depend on the zlib of the machine
        Path(config.site_dir, "sitemap.xml.gz").unlink(missing_ok=True)
    run.built = True


def on_shutdown() -> None:
    """Swap the finished site into place, or clear away a failed one."""
    if run.swap is not None:
        run.swap.finish(good=run.built)
        run.swap = None
