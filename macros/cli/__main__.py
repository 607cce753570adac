"""`python -m macros.cli` is the command `aims`."""

from macros.cli import app

app()
