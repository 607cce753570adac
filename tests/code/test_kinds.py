"""What each `Kind` says holds: its file, its pages, its columns, its group; and no register says *none* for what an edition leaves out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

import pytest
from invented import BASE, DAY, ROOT

from macros.blocks import KIND_OF_RECORD
from macros.graph import build
from macros.load import model_of
from macros.pages import NOT_IN_NAV
from macros.prose import read_pages
from macros.schema import FILES, KIND, KINDS, PARTS
from macros.schema.base import Part
from macros.schema.fields import fields_of, plan_at, renewals_of, values_at
from macros.schema.kind import GROUPS, Kind
from macros.schema.risks import Risk
from macros.views import BLOCKS, RECORDS
from macros.views.any_kind import columns_of

NOT_ITS_OWN = {
    "site": "a part of the sheet on the organisation",
    "classification": "the same",
    "issue": "a part of the context, without which its block is withheld",
    "commitment": "a part of the policy, the same",
    "own_control": "stands in the Statement of Applicability",
    "document": "everybody sees that there are documents; without one there is no edition",
}
"""Kinds whose records are shown by a block of something else."""
every_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.id)


def held(model: type[Part]) -> Iterator[type[Part]]:
    """A model and those of the parts inside it."""
    yield model
    for plan in fields_of(model):
        if plan.part:
            yield from held(plan.part)


@every_kind
def test_its_file_holds_it(kind: Kind) -> None:
    assert kind.model in held(model_of(FILES[kind.file]))
    assert (FILES[kind.file] is kind.model) is ("*" in kind.file)
    assert kind.file in PARTS or bool(get_args(FILES[kind.file])) is ("*" not in kind.file)


@every_kind
def test_its_columns_filters_and_group_exist(kind: Kind) -> None:
    columns = columns_of(kind)
    assert set(kind.filters) <= {column.name for column in columns}
    titles = [kind.title, *(column.title for column in columns)]
    assert len(titles) == len(set(titles)), "a filter names its column by the title"
    assert kind.group in GROUPS


@every_kind
def test_what_falls_due_is_counted_from_a_field_that_says_a_day(kind: Kind) -> None:
    for plan in renewals_of(kind.model):
        assert plan.renewed
        assert "owner" in kind.model.model_fields
        looked = plan_at(kind.model, plan.renewed.field)
        assert looked.kept if looked.many else looked.plain is type(DAY)


@every_kind
def test_its_register_is_a_page_that_lists_it_and_knows_what_an_edition_leaves_out(kind: Kind) -> None:
    pages = read_pages(ROOT)
    page = pages[f"docs/{kind.register}"]
    if kind.group != "standard" and kind.id not in NOT_ITS_OWN:
        listed = [BLOCKS[call.name].listed(call.arguments) for call in page.calls if call.name in BLOCKS]
        assert kind.model in listed, f"no block of docs/{kind.register} has {kind.id} as its subject"


def test_what_lists_another_kind_is_needed() -> None:
    listed = {block.subject for block in BLOCKS.values()}
    assert {KIND[id].model for id in NOT_ITS_OWN} & listed == set()


def test_only_pages_of_records_need_no_place_in_the_navigation() -> None:
    assert tuple(f"{kind.page.split('/')[0]}/" for kind in KINDS if kind.pages) == NOT_IN_NAV
    assert {folder.rstrip("/") for folder in NOT_IN_NAV} == {
        "actions", "areas", "commitments", "controls", "documents", "issues", "objectives", "obligations",
        "opportunities", "parties", "processes", "records", "risks", "roles", "suppliers", "systems",
    }  # fmt: skip


def test_a_page_of_its_own_making_is_of_a_kind_that_has_pages() -> None:
    assert {id for id in RECORDS if "#" in KIND[id].page} == set()


def test_a_path_leads_to_a_field_and_through_what_is_kept_by_day_to_the_newest() -> None:
    risk = build(BASE, DAY).all(Risk)[0]
    assert values_at(risk, "assessments.by") == ("writer",)
    assert values_at(risk, "systems") == risk.systems
    assert values_at(risk, "acceptances.level") == (risk.acceptances[-1].level,)
    assert plan_at(Risk, "acceptances.level").term is type(risk.acceptances[-1].level)
    for wrong in ("nothing", "assessments.nothing", "title.nothing"):
        with pytest.raises(KeyError):
            plan_at(Risk, wrong)


def test_only_the_blocks_of_a_kind_are_called_with_one() -> None:
    assert {name for name, block in BLOCKS.items() if block.argument is KIND_OF_RECORD} == {"register", "new_record"}
    assert {name for name, block in BLOCKS.items() if block.of_kind and block.argument} == {"register"}
