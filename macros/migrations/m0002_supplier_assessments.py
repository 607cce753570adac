"""Schema 2: the assessment of a supplier (`assessed_on`, `assessment`), which each new one overwrote, is the first entry of the list `assessments`."""

from __future__ import annotations

from typing import Any

OLD = {"assessed_on": "on", "assessment": "result"}


def migrate(name: str, value: Any) -> Any:
    """The suppliers with their assessments as a list, which stands where the day stood."""
    return [_supplier(item) for item in value] if name == "suppliers.yaml" and isinstance(value, list) else value


def _supplier(value: Any) -> Any:
    """One that has both shapes stays as it is: then the check names the keys that are not known."""
    if not isinstance(value, dict) or "assessments" in value or not OLD.keys() & value.keys():
        return value
    assessment = {new: value[old] for old, new in OLD.items() if value.get(old) is not None}
    found: dict[str, Any] = {}
    for key, item in value.items():
        if key not in OLD:
            found[key] = item
        elif assessment:
            found["assessments"] = [assessment]
    return found
