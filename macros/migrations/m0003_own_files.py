"""Schema 3: versions, approvals, closings and the rest of what is done to a document lie in files of their own, no longer in lists of its file.

No value changes: what stands in the file of the document is read together with those files (see `own_files`). `aims upgrade` writes them.
"""

from __future__ import annotations

from typing import Any


def migrate(name: str, value: Any) -> Any:
    """The values as they are."""
    return value
