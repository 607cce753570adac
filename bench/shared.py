"""What the measurements share: whose project they measure, a line for whoever waits, and whether an aim is met."""

from __future__ import annotations

import sys
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent


def progress(text: str) -> None:
    """A line for whoever waits."""
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


def verdict(text: str, met: bool) -> str:
    """An aim and whether it is met."""
    return f"{'met    ' if met else 'NOT MET'}  {text}"
