"""Hostile text for every string of the data that is plain text: what is put in, and where.

The schema says which strings these are, so that a new field is covered on the day it is added.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, get_args, get_origin

from pydantic import TypeAdapter, ValidationError
from ruamel.yaml import YAML

MARK, FORMATTED_MARK = "H0STILE", "F0RMATTED"
SUM = "110001"  # what {{ 111*991 }} would become
LINE = (
    "<script>window.pwned=1</script><img src=x onerror='window.pwned=2'>\"> {{ 111*991 }} {% raw %} | a `code` ``` ]] [[ [x](javascript:window.pwned=3)"
    ' ![i](x.png) {: onclick="window.pwned=4" .red } {#own} *b* \\| &lt; &#60; <!-- c --> end'
)
LINES = LINE + "\n\n# Heading\n\n| a | b |\n|---|---|\n\n    code\n\n```\n*[AIMS]: taken over\n---\ntitle: no\n---\nlast"
FORMATTED = (
    "<script>window.pwned=6</script><img src=x onerror='window.pwned=7'><a href='javascript:window.pwned=8' onclick='window.pwned=9'>a</a>"
    ' {{ 111*991 }} {% raw %} | `co|de` {: onclick="window.pwned=10" } [x](javascript:window.pwned=11) <b onmouseover="window.pwned=12">b</b> ]] end'
)

UNTOUCHED = {
    ("Document", "sources"): "paths of files",
    ("GlossaryTerm", "abbreviation"): "has to occur on pages to become a tooltip",
    ("Approval", "signature"): "an error unless it verifies",
    ("Organisation", "time_zone"): "has to be a time zone",
    ("Closing", "seal"): "an error unless the record's file has it",
    **{(decision, "seal"): "an error unless it is that of the decision" for decision in ("UseDecision", "Acceptance", "AcceptanceWithdrawal")},
}
"""Plain strings that name something, like an id does, by model and field."""
NAMES = {"holder", "author_holder", "recorded_by", "who"}
"""Fields with a staff code or function, which rules compare with each other like ids."""


CLOSINGS = "approvals/AIMS-REG-07"
Poisoned = dict[tuple[str, str], int]


def completed(project: Path) -> None:
    """Write what the example has no case of, so that every string of the schema occurs; and keep only one closed record, which is confirmed."""
    from macros.codeowners import FILE, codeowners
    from macros.graph import build

    yaml = YAML(typ="safe")
    yaml.representer.ignore_aliases = lambda *_: True

    def changed(name: str, change: Callable[[Any], None], new: Any = None) -> None:
        file = project / "aims_data" / name
        value = yaml.load(file) if file.exists() else [] if new is None else new
        change(value)
        file.parent.mkdir(exist_ok=True)
        yaml.dump(value, file)

    day = dt.date(2026, 11, 21)
    who = {"by": "aims-manager", "holder": "LHG-0117"}

    policy = "approvals/AIMS-POL-01/1.2"
    changed(f"{policy}-approved-managing-director-2026-10-06.yaml", lambda value: value.update(recorded_by="LHG-0162"))
    changed(f"{policy}-confirmed-aims-manager-{day}.yaml", lambda value: value.update(who, on=day, evidence="Minutes"), {})
    changed(f"{policy}-resealed-aims-manager-{day}.yaml", lambda value: value.update(who, on=day, reason="A file was renamed", seal="0" * 64), {})
    basis = {"based_on": [{"record": "SYS-01", "digests": [f"models {'0' * 16}"]}]}
    confirmed = {"record": "REC-001", **who, "on": day, "because": "It holds.", **basis}
    changed(f"{CLOSINGS}/REC-001-confirmed-aims-manager-{day}.yaml", lambda value: value.update(confirmed), {})
    decided = "decisions/{}-2026-11-21.yaml".format
    changed("decisions/R-001/accepted-2026-06-12.yaml", lambda value: value.update(recorded_by="LHG-0162", evidence="Minutes"))
    before = {"reason": "It was so.", "given_before": {"kept_at": "Binder 3"}}
    changed(decided("R-001/withdrawn"), lambda value: value.update(who, on=day, recorded_by="LHG-0162", evidence="Minutes", **before), {})
    use = {"use": "do_not", "short": "No.", "by": "ai-steering-group", "holder": "ai steering group", "conditions": ["None."]}
    rests_on = [{"record": "SYS-09", "digests": ["intended_use 0123456789abcdef"]}]
    changed(decided("SYS-09/use"), lambda value: value.update(use, on=day, recorded_by="LHG-0162", evidence="Minutes", based_on=rests_on, **before), {})
    changed("decisions/R-002/accepted-2026-09-03.yaml", lambda value: value.update(before))
    for closing in sorted((project / "aims_data" / CLOSINGS).glob("*-closed.yaml"))[1:]:
        closing.unlink()
    changed("documents/AIMS-PRT-02.yaml", lambda value: value["sources"].extend(["aims_data/signers.yaml", "aims_data/history.yaml"]))
    changed("follow_ups.yaml", lambda value: value[0].update(evidence="Report"))
    changed(
        "treatment_plan.yaml",
        lambda value: value["opportunities"][-1].update(ended={"on": day, "by": "aims-manager", "why": "Nobody took it up."}, ref="OLD-7", formerly=["OP-99"]),
    )
    changed("history.yaml", lambda value: value.append({"commit": "0" * 10, "path": "aims_data/roles.yaml", "by": "aims-manager", "on": day, "why": "A slip."}))
    changed("signers.yaml", lambda value: value.append({"who": "LHG-0001", "key": "ssh-ed25519 AAAA", "valid_after": day}))
    (project / FILE).write_text(codeowners(build(project, day)), encoding="utf-8")


def poison(project: Path) -> Poisoned:
    """Append hostile text to every plain and every formatted text in the data of a project. Returns how often, by model and field.

    Ids, references, words of vocabularies, days and numbers stay as they are; so do fields with a pattern, and `UNTOUCHED`. Closed records are closed anew.
    """
    from macros.graph import build
    from macros.load import shape_of
    from macros.schema.fields import plan_at

    done: Poisoned = {}
    parts = {
        file: plan_at(type(entry.part), ".".join(step for step in path if isinstance(step, str))).part
        for entry in build(project, dt.date(2026, 11, 21)).entries.values()
        for path, file in (entry.files or {}).items()
    }
    yaml = YAML(typ="safe")
    yaml.allow_unicode, yaml.default_flow_style, yaml.width = True, False, 10_000
    for file in sorted((project / "aims_data").rglob("*.yaml")):
        name = PurePosixPath(file.relative_to(project / "aims_data")).as_posix()
        shape = shape_of(name) or parts[f"aims_data/{name}"]
        value = yaml.load(file)
        many = get_origin(shape) is list
        yaml.dump([_poisoned(get_args(shape)[0], item, done) for item in value] if many else _poisoned(shape, value, done), file)
    for closing in (project / "aims_data" / CLOSINGS).glob("*-closed.yaml"):
        value = yaml.load(closing)
        value["seal"] = hashlib.sha256((project / f"aims_data/records/{value['record']}.yaml").read_bytes()).hexdigest()
        yaml.dump(value, closing)
    return done


def _poisoned(model: Any, value: dict[str, Any], done: Poisoned) -> dict[str, Any]:
    from macros.schema.base import Record
    from macros.schema.fields import fields_of

    changed = dict(value)
    for plan in fields_of(model):
        given = value.get(plan.name)
        if given is None:
            continue
        items = given if plan.many else [given]
        if plan.part:
            items = [_poisoned(plan.part, item, done) for item in items]
        elif plan.plain is str and not plan.ref and not (plan.name == "id" and issubclass(model, Record)):
            if (model.__name__, plan.name) in UNTOUCHED or plan.name in NAMES:
                continue
            field = model.model_fields[plan.name]
            adapter = TypeAdapter(Annotated[field.annotation, field])
            items = [_with_payload(adapter, plan, item) for item in items]
            key = (model.__name__, plan.name)
            done[key] = done.get(key, 0) + sum(MARK in item or FORMATTED_MARK in item for item in items)
        changed[plan.name] = items if plan.many else items[0]
    return changed


def _with_payload(adapter: TypeAdapter[Any], plan: Any, text: str) -> str:
    """The text with the strongest payload that the schema lets in: several lines, else one line, else none."""
    text = text.rstrip("\n")
    payloads = [f"{FORMATTED_MARK} {FORMATTED}"] if plan.formatted else [f"{MARK} {LINES}", f"{MARK} {LINE}"]
    for payload in payloads:
        longer = f"{text} {payload}"
        try:
            adapter.validate_python((longer,) if plan.many else longer)
        except ValidationError:
            continue
        return longer
    return text
