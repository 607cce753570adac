"""Schema 4: the decision on the use of a system and the acceptance of a risk, which each new one replaced, are lists, as files of their own."""

from __future__ import annotations

from typing import Any

LISTS = {"use_decision": "use_decisions", "acceptance": "acceptances"}


def migrate(name: str, value: Any) -> Any:
    """A system or risk with its one decision as a list, which stands where that one stood."""
    if not name.startswith(("systems/", "risks/")) or not isinstance(value, dict) or not LISTS.keys() & value.keys() or set(LISTS.values()) & value.keys():
        return value  # one that has both shapes stays as it is: then the check names the key that is not known
    return {LISTS.get(key, key): [item] if key in LISTS and item is not None else item for key, item in value.items() if key not in LISTS or item is not None}
