"""What `mkdocs.yml` says about the data of a project, for commands that run without MkDocs."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode

from macros import engine
from macros.schema import SCHEMA


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
    try:
        node = YAML(typ="safe").compose(text)  # nothing is made of the values, whatever their tags say
    except YAMLError:
        return None
    for name in ("extra", "aims", "schema"):
        inside = {key.value: value for key, value in node.value if isinstance(key, ScalarNode)} if isinstance(node, MappingNode) else {}
        node = inside.get(name)
    if isinstance(node, ScalarNode):
        return str(node.value) or None
    return str(node.id) if node else None  # a list or a map, which is no number
