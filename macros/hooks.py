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
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import event_priority
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from mkdocs.utils import CountHandler

log = logging.getLogger("mkdocs.plugins.aims")
state: dict[str, Any] = {"serving": False, "swap": None, "built": False, "pages": {}}


class Broken:
    """Stands in for the site under serve when the Python code itself cannot run: every page shows why."""

    errors: tuple[str, ...] = ()
    organisation = version = edition = None

    def __init__(self) -> None:
        self.failure = html.escape(traceback.format_exc())

    def define_macros(self, env: Any) -> None:
        """No macros: no page is rendered."""

    def generated_pages(self) -> list[tuple[str, str]]:
        """No pages."""
        return []

    def leaves_out(self, uri: str) -> bool:
        """Nothing."""
        return False

    def page_markdown(self, markdown: str, uri: str, meta: dict[str, Any]) -> str:
        """The traceback in place of the page."""
        return f"# The portal cannot be built\n\nMend the code; this page then comes back by itself.\n\n<pre>{self.failure}</pre>\n"

    def page_context(self, uri: str) -> dict[str, Any]:
        """Nothing around the page."""
        return {}

    def state_json(self) -> None:
        """No state."""


def on_startup(*, command: str, dirty: bool) -> None:
    """Remember whether this is `mkdocs serve`."""
    state["serving"] = command == "serve"
    if state["serving"]:
        sys.dont_write_bytecode = True  # or each build would change files below macros/, which is watched, and cause the next
    for name in ("SIGTERM", "SIGHUP"):  # end as Ctrl-C does, so that what lies in temporary folders and beside the site goes
        one = getattr(signal, name, None)
        if one is not None and signal.getsignal(one) is signal.SIG_DFL:
            signal.signal(one, signal.default_int_handler)


def _hand_over(config: MkDocsConfig, site: Any) -> None:
    """Put the site of this build where hooks, macros and theme find it: `config.aims`."""
    config.aims = site  # type: ignore[attr-defined]  # MkDocs has no typed place for what plugins share


def _site(config: MkDocsConfig) -> Any:
    return config.aims  # type: ignore[attr-defined]  # set by `_hand_over`


def _never_abort() -> None:
    """Take strictness back: under serve MkDocs would end, or hang, on the first warning. What counts warnings was set up before `on_config`."""
    logger = logging.getLogger("mkdocs")
    for handler in [handler for handler in logger.handlers if isinstance(handler, CountHandler)]:
        logger.removeHandler(handler)


@event_priority(100)
def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Before every other plugin: fresh code and data; an error stops a build; the site is built aside."""
    project = Path(config.config_file_path).parent
    if str(project) not in sys.path:
        sys.path.insert(0, str(project))
    for name in [name for name in sys.modules if name == "macros" or name.startswith("macros.")]:
        del sys.modules[name]
    serving, state["built"] = state["serving"], False
    config.plugins["macros"].config["on_error_fail"] = not serving
    if serving:
        _never_abort()
    try:
        from macros.site import Site

        _hand_over(config, Site(project, config.repo_url, config.edit_uri, config.extra.get("aims", {}), serving))
    except Exception as error:
        if type(error).__name__ in {"NotADay", "NoEdition", "NotAState", "UnknownSchema"}:  # the class itself may not be importable here
            raise PluginError(str(error)) from None
        if not serving:
            raise
        _hand_over(config, Broken())
        return config
    errors = _site(config).errors
    for problem in errors:
        log.error("%s", problem)
    if errors and not serving:
        raise PluginError(f"{len(errors)} error{'s' * (len(errors) > 1)} in the data, listed above; the site was left as it was")
    for sentence in _site(config).missing():
        log.info("%s", sentence)
    config.markdown_extensions.append(_site(config).references)
    if _site(config).version:  # only a published snapshot has versions.json beside it
        config.extra["version"] = {"provider": "mike", "alias": True, "default": "latest"}
    if _site(config).edition:
        _narrow(config)
    if not serving and state["swap"] is None:
        from macros.swap import Swap

        swap = state["swap"] = Swap(Path(config.site_dir))
        config.site_dir = str(swap.aside)
    return config


def _narrow(config: MkDocsConfig) -> None:
    """What else in the settings concerns an edition for an audience: navigation, footer, the repository."""
    site = _site(config)
    config.copyright = " · ".join(filter(None, (config.copyright, site.edition)))
    if config.nav:
        config.nav = site.navigation(config.nav)
    if site.public:
        config.repo_url = config.edit_uri = None
    # a block that is left out takes its headings with it; a link to one of them still leads to its page
    config.validation.links.anchors = logging.INFO


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Leave out what this edition leaves out; add the generated pages, in memory only. While something is wrong under serve, every page that was
    there stays, to show it."""
    for file in [file for file in files if file.src_dir == config.docs_dir and _site(config).leaves_out(file.src_uri)]:
        files.remove(file)
    pages = dict(_site(config).generated_pages())
    if _site(config).errors or _site(config).failure:
        pages = {**state["pages"], **pages}
    state["pages"] = dict.fromkeys(pages, "")
    for uri, content in pages.items():
        if files.get_file_from_path(uri) is None:
            files.append(File.generated(config, uri, content=content))
    return files


@event_priority(100)
def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Titles from data; under serve, the list of errors in place of every page until they are mended."""
    return str(_site(config).page_markdown(markdown, page.file.src_uri, page.meta))


def on_page_content(content: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """A build ends when the code of a block failed; under serve the page shows why."""
    failure = _site(config).failure
    if failure and not state["serving"]:
        raise PluginError(f"docs/{page.file.src_uri} cannot be rendered:\n{failure}")
    return content


def on_page_context(context: dict[str, Any], page: Page, config: MkDocsConfig, nav: Any) -> dict[str, Any]:
    """What the theme shows around a page: document control, contacts, where to edit."""
    context["aims"] = _site(config).page_context(page.file.src_uri)
    if "edit_url" in context["aims"]:
        page.edit_url = context["aims"]["edit_url"]
    return context


def on_build_error(error: Exception) -> None:
    """A failed build is not swapped in."""
    state["built"] = False


def on_post_build(config: MkDocsConfig) -> None:
    """The build went through. The state that the site shows lies beside it, for comparisons."""
    if (content := _site(config).state_json()) is not None:
        Path(config.site_dir, "aims.json").write_text(content, encoding="utf-8", newline="\n")
    if _site(config).version:  # its bytes depend on the zlib of the machine
        Path(config.site_dir, "sitemap.xml.gz").unlink(missing_ok=True)
    state["built"] = True


def on_shutdown() -> None:
    """Swap the finished site into place, or clear away a failed one."""
    if state["swap"] is not None:
        state["swap"].finish(good=state["built"])
        state["swap"] = None
