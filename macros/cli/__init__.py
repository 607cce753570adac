"""`aims`: the commands. Each is a few lines around a plain function; one module per group, read `base.py` first."""

from macros.cli import changes, checking, control, deciding, export, snapshots, upgrading, verifying
from macros.cli.base import app

__all__ = ["app", "changes", "checking", "control", "deciding", "export", "snapshots", "upgrading", "verifying"]
