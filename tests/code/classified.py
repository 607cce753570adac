"""The smallest project with three levels of confidentiality, and things on its pages that must not reach a reader who may not see them."""

from __future__ import annotations

import shutil
from pathlib import Path

SECRET = "hush"
"""Stands in every text, file name and page above the public; `SECRETS` for staff."""
CONFIDENTIAL = "hushhush"
"""Stands in every text, file name and page that staff may not read either."""

INTERNAL_FILES = ("organisation", "roles", "processes", "systems/", "suppliers", "soa", "control_status", "treatment_plan", "objectives", "obligations")
CONFIDENTIAL_FILES = ("risks/", "records/", "treatment_results", "measurements")

INDEX = """# Tiny Mill

See [[AIMS-POL-01]], [[R-001]] and [[R-001 the stones]], the [plan](plans/hushhush.md#part-one), the *[second **plan**](plans/hushhush.md)*,
the page of [a risk](risks/R-001.md), [[SYS-01]], [[boss]] and [a rule](hush.md).

![A drawing of the mill](plans/hushhush.svg) ![A photograph](hush.svg) ![The open door](door.svg)

| Who | What |
|---|---|
| [[boss]] | [[REC-001]] |

{{ risks() }}

{{ records() }}

{{ treatment_plan() }}

{{ systems() }}

{{ organisation() }}

{{ finder() }}

{{ contacts() }}

{{ glance() }}

{{ control("A.2.2") }}

{{ control_facts("A.2.2") }}

{{ new_record("risk") }}
"""
PLAN = """# The hushhush plan

## Part one

Nobody may know of the hushhush merger. See [[R-001]], and ![the drawing](hushhush.svg).
"""
PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><title>{}</title></svg>\n'


def classified(project: Path) -> Path:
    """Give a copy of the smallest project an internal and a confidential register, secret words in each, and a page, a picture and a home page
    that names them all."""
    data = project / "aims_data"
    organisation = data / "organisation.yaml"
    levels = "".join(
        f"  - id: {id}\n    title: {id.capitalize()}\n    meaning: Some may read it.\n    level: {level}\n"
        for level, id in enumerate(("internal", "confidential", "restricted"), 1)
    )
    _replace(organisation, "actor_roles:", levels + "actor_roles:")
    lists = [f"docs/{name}.md" for name in ("due", "gaps", "risks") if not (project / f"docs/{name}.md").exists()]
    for name in lists:  # to which the home page leads
        (project / name).write_text(f"# The hush list\n\n{{{{ {Path(name).stem}() }}}}\n", encoding="utf-8", newline="\n")
    register = data / "documents/AIMS-REG-01.yaml"
    text = register.read_text(encoding="utf-8")
    for number, level, word, names, docs in (
        (2, "internal", SECRET, INTERNAL_FILES, ("docs/hush.md", "docs/hush.svg", *lists)),
        (3, "confidential", CONFIDENTIAL, CONFIDENTIAL_FILES, ("docs/plans/",)),
    ):
        files = [f"aims_data/{name}" if name.endswith("/") else f"aims_data/{name}.yaml" for name in names]
        for file in files:
            _replace(register, f"  - {file}\n", "")
        head = text[: text.index("sources:")].replace("AIMS-REG-01", f"AIMS-REG-{number:02}").replace("classification: public", f"classification: {level}")
        head = head.replace("title: Everything that runs", f"title: The {word} register").replace("What it is.", f"What is {word}.")
        sources = "sources:\n" + "".join(f"  - {source}\n" for source in (*files, *docs))
        _, versions, table = text.partition("versions:")
        (data / f"documents/AIMS-REG-{number:02}.yaml").write_text(head + sources + versions + table, encoding="utf-8")
        if not versions:
            shutil.copytree(data / "approvals/AIMS-REG-01", data / f"approvals/AIMS-REG-{number:02}")
    _replace(data / "documents/AIMS-PRT-01.yaml", "docs/index.md", "docs/index.md, docs/door.svg")
    _replace(data / "risks/R-001.yaml", "title: Stones in the flour", "title: Stones in the hushhush flour")
    _replace(data / "risks/R-001.yaml", "The sorter lets", "The hushhush sorter lets")
    _replace(data / "records/REC-001.yaml", "Nobody is harmed.", "Nobody hushhush is harmed.")
    _replace(data / "records/REC-001.yaml", "title: What the sorter", "title: What the hushhush sorter")
    _replace(data / "treatment_results.yaml", "Half a sieve.", "Half a hushhush sieve.")
    _replace(data / "systems/SYS-01.yaml", "title: Grain Sorter", "title: Grain hush Sorter")
    _replace(data / "systems/SYS-01.yaml", "It sorts. See", "It hush sorts. See [[R-001]],")
    _replace(data / "soa.yaml", "The risk asks for it.", "The hush risk asks for it, see [[R-001]].")
    for name, content in {
        "index.md": INDEX,
        "hush.md": "# The hush rule\n\nSee [[REC-001]] and [the plan](plans/hushhush.md).\n",
        "hush.svg": PICTURE.format("hush"),
        "door.svg": PICTURE.format("door"),
        "plans/hushhush.md": PLAN,
        "plans/hushhush.svg": PICTURE.format("hushhush"),
    }.items():
        path = project / "docs" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, encoding="utf-8", newline="\n")
    return project


def _replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{path.name} has {old!r} {text.count(old)} times"
    path.write_text(text.replace(old, new), encoding="utf-8", newline="\n")
