"""Which version of AIMS Portal this code is."""

from __future__ import annotations

import tomllib
from importlib import metadata
from pathlib import Path

NAME = "aims-portal"
OWN = Path(__file__).parents[1] / "pyproject.toml"
"""Beside the code in a checkout. A commit that is built again runs its own code, whatever version is installed."""


def version() -> str | None:
    """The version of this code: that of the checkout in which it lies, else of the package that is installed; None where neither is known."""
    if OWN.is_file():
        project = tomllib.loads(OWN.read_text(encoding="utf-8")).get("project", {})
        if project.get("name") == NAME:
            return str(project["version"])
    try:
        return metadata.version(NAME)
    except metadata.PackageNotFoundError:
        return None
