"""The comparisons on a branch of snapshots: what differs between each two states, as data, so that a reader's browser only has to add the words.

They follow from the `aims.json` of the snapshots of that branch alone, so an edition never tells a word of another one, and whoever verifies can
compute them again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from macros import engine
from macros.control.changes.comparison import as_data, compare
from macros.control.changes.state import STATE_FILE, NotAState, State

COMPARE = "compare"
"""The folder of the comparisons at the root of the branch."""
FORMAT = 1


def path_of(old: str, new: str) -> str:
    """Where the comparison of two snapshots lies on the branch."""
    return f"{COMPARE}/{new}/{old}.json"


def comparisons(states: Mapping[str, State]) -> dict[str, bytes]:
    """The comparison of each state with each one before it, by its path on the branch. `states`: by the name of their snapshots, oldest first."""
    names = list(states)
    return {path_of(old, new): comparison(states[old], states[new], old, new) for at, new in enumerate(names) for old in names[:at]}


def comparison(old: State, new: State, old_name: str, new_name: str) -> bytes:
    """The content of the file with what differs from one state to the other: plain values, one on a line. Raises `NotAState` where a forged one of the
    two has in its fields what no record has; nothing else looks into those."""
    try:
        differences = {key: value for key, value in vars(compare(old, new)).items() if key not in {"old", "new"}}
        content = {"format": FORMAT, "from": old_name, "to": new_name, "engine": this_engine(), "differences": differences}
        return (json.dumps(content, default=as_data, ensure_ascii=False, indent=1) + "\n").encode()
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        sentence = f"{old_name} cannot be compared with {new_name}: one of their {STATE_FILE} holds what no engine writes"
        raise NotAState(f"{sentence} ({type(error).__name__}: {error})") from error


def this_engine() -> dict[str, Any]:
    """The engine that compares: two of one version and digest say the same of two states."""
    running = engine.running()
    return {"version": running.version, "digest": running.digest}
