"""Registers to download: the rows of the page and nothing else, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from classified import CONFIDENTIAL, SECRET, classified
from invented import DAY, apply

from macros.audience import Audience, edition
from macros.calls import macros_of
from macros.downloads import register_files
from macros.graph import Aims, build
from macros.render import Renderer
from macros.site import Site, build_of

PAGE = {"docs/suppliers.md": '# Suppliers\n\n{{ register("supplier") }}\n'}
SUPPLIERS = "aims_data/suppliers.yaml"


def files(aims: Aims) -> dict[str, str]:
    """The registers to download, by their paths."""
    return dict(register_files(build_of(aims), Renderer(aims).title))


def table(text: str) -> list[list[str]]:
    """A CSV file as a spreadsheet reads it."""
    assert text.startswith("\ufeff"), "else Excel reads the bytes by the code page of the computer"
    return list(csv.reader(io.StringIO(text[1:], newline="")))


def rows(text: str) -> dict[str, dict[str, Any]]:
    """The rows of a JSON file, by id."""
    return {row["id"]: row["values"] for row in json.loads(text)["rows"]}


def test_they_have_the_columns_and_rows_of_the_page(project: Path) -> None:
    apply(project, {**PAGE, SUPPLIERS: {"+": {"id": "SUP-02", "title": "Picture Makers"}}})
    found = files(build(project, DAY))
    assert list(found) == ["registers/supplier.csv", "registers/supplier.json"]
    head, first, second = table(found["registers/supplier.csv"])
    assert head == ["id", "Supplier", "Supplies", "AI systems", "Assessed", "Next", "Owner"]
    assert first == ["SUP-01", "Sieve Makers", first[2], "SYS-01 Grain Sorter", "2026-05-01", first[5], "Boss"]
    assert second == ["SUP-02", "Picture Makers", "", "", "", "", ""]
    for_programs = json.loads(found["registers/supplier.json"])
    assert {key: for_programs[key] for key in ("format", "kind", "title")} == {"format": 1, "kind": "supplier", "title": "Suppliers"}
    assert list(for_programs["columns"]) == ["supplies", "by system", "assessments.on", "due", "owner"]
    by_id = rows(found["registers/supplier.json"])
    assert by_id["SUP-01"]["by system"] == [{"id": "SYS-01", "title": "SYS-01 Grain Sorter"}]
    assert (by_id["SUP-02"]["owner"], by_id["SUP-02"]["by system"]) == (None, []), "what nobody said is not what there is none of"


@pytest.mark.parametrize("title", ["=HYPERLINK(0)", "+1", "-1+2", "@SUM(A1)", "＝1"])
def test_a_spreadsheet_computes_nothing_of_it(project: Path, title: str) -> None:
    apply(project, {**PAGE, SUPPLIERS: {"SUP-01 > title": title, "SUP-01 > supplies": f'{title}; "x", and more'}})
    _, first = table(files(build(project, DAY))["registers/supplier.csv"])
    assert (first[1], first[2]) == (f"'{title}", f'\'{title}; "x", and more')
    assert rows(files(build(project, DAY))["registers/supplier.json"])["SUP-01"]["supplies"] == [f'{title}; "x", and more'], "a program gets what is written"


def test_a_kind_without_columns_is_listed_by_name(project: Path) -> None:
    apply(project, {"docs/staff.md": '# Staff\n\n{{ register("role") }}\n'})
    assert table(files(build(project, DAY))["registers/role.csv"])[:2] == [["id", "Role"], ["boss", "Boss"]]


def test_only_what_a_page_shows_is_written_and_linked(project: Path) -> None:
    assert files(build(project, DAY)) == {}
    apply(project, {"docs/index.md": "# Mill\n\n{{ suppliers() }}\n"})
    aims = build(project, DAY)
    assert list(files(aims)) == ["registers/supplier.csv", "registers/supplier.json"], "also by the name that the macro had"
    macro = macros_of(build_of(aims), Renderer(aims), lambda: "index.md")["suppliers"]
    assert "[CSV](/registers/supplier.csv)" in macro() and "[JSON](/registers/supplier.json)" in macro()
    assert "/registers/" not in macros_of(build_of(aims), Renderer(aims), lambda: "index.md")["register"]("role"), "no page shows it"


@pytest.mark.parametrize(("reader", "unseen"), [("public", SECRET), ("staff", CONFIDENTIAL)])
def test_an_edition_writes_what_it_shows(project: Path, reader: str, unseen: str) -> None:
    classified(project)
    every = "".join(f'{{{{ register("{kind}") }}}}\n\n' for kind in ("risk", "system", "supplier", "party", "record", "role"))
    index = (project / "docs/index.md").read_text(encoding="utf-8")
    apply(project, {"docs/index.md": f"{index}\n{every}"})
    whole = build(project, DAY)
    shown, all_of_it = files(edition(whole, Audience(reader))), files(whole)
    assert unseen in "".join(all_of_it.values())
    assert shown.keys() < all_of_it.keys() and "registers/party.csv" in shown
    assert [path for path, text in shown.items() if unseen in text] == []


def test_a_register_that_no_page_of_an_edition_shows_is_not_written(project: Path) -> None:
    classified(project)
    apply(project, {"docs/hush.md": '# hush\n\n{{ register("party") }}\n'})
    whole = build(project, DAY)
    assert "registers/party.csv" in files(whole)
    assert files(edition(whole, Audience.public)) == {}


def test_there_is_none_while_there_are_errors(project: Path) -> None:
    apply(project, {**PAGE, SUPPLIERS: {"SUP-01 > owner": "nobody-of-this-name"}})
    assert not [path for path, _ in Site(project, None, None, {"schema": 2}, serving=True).generated_files() if path.startswith("registers/")]
