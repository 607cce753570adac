"""The glue to MkDocs: fresh code for every build, the site of the project or why there is none, a folder beside the one that readers see."""

from __future__ import annotations

import logging
from pathlib import Path
from types import ModuleType

import pytest
from invented import BASE, apply, copy_base
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from repository import buildable

from macros.hooks import Broken, build_aside, fresh_code, load, report
from macros.site import Site

RISK = "aims_data/risks/R-001.yaml"
UNKNOWN_KEY = {RISK: (BASE / RISK).read_text(encoding="utf-8") + "colour: red\n"}


@pytest.fixture
def config(tmp_path: Path) -> MkDocsConfig:
    """The settings of the smallest project that MkDocs builds."""
    return load_config(str(buildable(copy_base(tmp_path)) / "mkdocs.yml"))


def folder(config: MkDocsConfig) -> Path:
    return Path(config.config_file_path).parent


def test_every_build_imports_the_code_of_its_project_anew() -> None:
    path, modules = ["/elsewhere"], {name: ModuleType(name) for name in ("macros", "macros.site", "macros_of_others", "mkdocs")}
    fresh_code(Path("/mill"), path, modules)
    fresh_code(Path("/mill"), path, modules)
    assert (path, list(modules)) == (["/mill", "/elsewhere"], ["macros_of_others", "mkdocs"])


@pytest.mark.parametrize("serving", [False, True])
def test_a_sound_project_becomes_a_site(config: MkDocsConfig, serving: bool) -> None:
    site = load(folder(config), config, serving)
    assert isinstance(site, Site)
    report(site, serving)
    assert dict(site.generated_files())["risks/R-001.md"]


@pytest.mark.parametrize("options", [None, {}])
def test_a_project_that_says_nothing_of_its_data(config: MkDocsConfig, options: object) -> None:
    config.extra["aims"] = options
    assert isinstance(load(folder(config), config, serving=False), Site)


@pytest.mark.parametrize("serving", [False, True])
@pytest.mark.parametrize(("name", "value"), [("AIMS_TODAY", "tomorrow"), ("AIMS_AUDIENCE", "everybody")])
def test_what_cannot_be_had_ends_every_build_with_a_sentence(
    config: MkDocsConfig, serving: bool, name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(PluginError, match=value) as caught:
        load(folder(config), config, serving)
    assert "\n" not in str(caught.value)


def test_what_the_code_raises_ends_a_build_and_is_the_page_under_serve(config: MkDocsConfig) -> None:
    config.extra["aims"] = ["no", "mapping"]
    with pytest.raises(AttributeError):
        load(folder(config), config, serving=False)
    site = load(folder(config), config, serving=True)
    assert isinstance(site, Broken)
    page = site.page_markdown("# A page", "index.md", {})
    assert page.startswith("# The portal cannot be built") and "AttributeError: &#x27;list&#x27; object has no attribute" in page
    assert (site.generated_files(), site.state_json(), site.page_context("index.md"), site.leaves_out("index.md")) == ([], None, None, False)


def test_errors_in_the_data_are_logged_and_end_a_build(config: MkDocsConfig, caplog: pytest.LogCaptureFixture) -> None:
    apply(folder(config), UNKNOWN_KEY)
    site = load(folder(config), config, serving=False)
    assert isinstance(site, Site)
    with pytest.raises(PluginError, match=r"^1 error in the data, listed above; the site was left as it was$"):
        report(site, serving=False)
    caplog.clear()
    report(site, serving=True)
    assert [(record.levelno, record.message) for record in caplog.records] == [(logging.ERROR, str(site.errors[0]))]


def test_a_site_is_built_beside_the_one_that_readers_see(config: MkDocsConfig) -> None:
    site = Path(config.site_dir)
    swap = build_aside(config)
    aside = Path(config.site_dir)
    assert aside.parent == site.parent and aside != site
    aside.mkdir()
    (aside / "index.html").write_text("new", encoding="utf-8")
    swap.finish(good=True)
    assert (site / "index.html").read_text(encoding="utf-8") == "new" and not aside.exists()
