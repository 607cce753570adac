"""What `mkdocs.yml` says about the data of a project, for commands that run without MkDocs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

from macros import engine
from macros.schema import SCHEMA


@dataclass(frozen=True)
class NavEntry:
    """A line of the navigation in `mkdocs.yml`: its title, the page or address to which it leads if it is no heading, and where it stands (from 1)."""

    title: str
    target: str
    line: int
    column: int


def navigation(text: str) -> list[NavEntry] | None:
    """The navigation in the text of a `mkdocs.yml`, in order; None where it has none, so that MkDocs lists all pages."""
    node = _below(text, "nav")
    return list(_nav_entries(node, "")) if isinstance(node, SequenceNode) else None


def is_a_site(text: str) -> bool:
    """Whether a `mkdocs.yml` says what MkDocs needs to build a site, and is not just the mark of a project."""
    return _below(text, "site_name") is not None


def omitted_pages_warn(text: str) -> bool:
    """Whether a `mkdocs.yml` asks to be warned of pages that stand nowhere in its navigation, and names none that need not."""
    asked = _below(text, "validation", "nav", "omitted_files") or _below(text, "validation", "omitted_files")
    return isinstance(asked, ScalarNode) and asked.value == "warn" and _below(text, "not_in_nav") is None


def read_otherwise(text: str) -> Iterator[NavEntry]:
    """The options of the plugin macros in a `mkdocs.yml` with which it would read pages in another way than the check; the name of each as its title."""
    plugins = _below(text, "plugins")
    for plugin in plugins.value if isinstance(plugins, SequenceNode | MappingNode) else ():
        for name, options in (plugin,) if isinstance(plugin, tuple) else plugin.value if isinstance(plugin, MappingNode) else ():
            for key, value in options.value if name.value == "macros" and isinstance(options, MappingNode) else ():
                if str(key.value).startswith("j2_") or key.value == "force_render_paths" or (key.value == "render_by_default" and value.value != "true"):
                    yield NavEntry(str(key.value), "", key.start_mark.line + 1, key.start_mark.column + 1)


def _nav_entries(node: Any, title: str) -> Iterator[NavEntry]:
    if isinstance(node, SequenceNode):
        for item in node.value:
            yield from _nav_entries(item, "")
    elif isinstance(node, MappingNode):
        for key, value in node.value:
            if not isinstance(value, ScalarNode):
                yield NavEntry(str(key.value), "", key.start_mark.line + 1, key.start_mark.column + 1)
            yield from _nav_entries(value, str(key.value))
    elif isinstance(node, ScalarNode):
        yield NavEntry(title, str(node.value), node.start_mark.line + 1, node.start_mark.column + 1)


class UnknownSchema(ValueError):
    """Data of a shape that this version of AIMS Portal does not know; the text is a sentence for a person."""


def need_known_schema(number: object, where: str = "") -> None:
    """Raises `UnknownSchema` unless this is the number of a known schema; None stands for the first. `where`: the commit in which it stands, if in one."""
    if number is not None and str(number) not in map(str, range(1, SCHEMA + 1)):
        file = f"{where}:mkdocs.yml" if where else "mkdocs.yml"
        known = "schema 1" if SCHEMA == 1 else f"schemas 1 to {SCHEMA}"
        raise UnknownSchema(
            f"{file} says that the data has schema '{number}' (extra: aims: schema), and AIMS Portal {engine.version() or 'of this version'} knows {known}; "
            "use the version of AIMS Portal that the data was written for, or mend the number"
        )


def schema_number(project: Path) -> str | None:
    """What stands in the `mkdocs.yml` of a project under `extra: aims: schema`, None where nothing does. What MkDocs would add from another file is
    not seen, nor what is in a file that cannot be read; the build says that."""
    try:
        return schema_stated((project / "mkdocs.yml").read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        return None


def data_schema(project: Path) -> int:
    """The schema as which the data of a project is read: the number in its `mkdocs.yml`, the first where there is none."""
    return as_schema(schema_number(project))


def as_schema(number: str | None) -> int:
    """The schema that a stated number means: the first where none is stated, or none that is a number."""
    return int(number) if number and number.isascii() and number.isdigit() else 1


@lru_cache(maxsize=64)
def schema_stated(text: str) -> str | None:
    """What the text of a `mkdocs.yml` states, as `schema_number`."""
    node = _below(text, "extra", "aims", "schema")
    if isinstance(node, ScalarNode):
        return str(node.value) or None
    return str(node.id) if node else None  # a list or a map, which is no number


def _below(text: str, *names: str) -> Any:
    """The node of a `mkdocs.yml` below some keys; None where there is none. Nothing is made of the values, whatever their tags say."""
    try:
        node = YAML(typ="safe").compose(text)
    except YAMLError:
        return None
    for name in names:
        inside = {key.value: value for key, value in node.value if isinstance(key, ScalarNode)} if isinstance(node, MappingNode) else {}
        node = inside.get(name)
    return node
