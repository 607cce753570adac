"""The real records, held against what holds for every organisation. Where one of these fails, somebody edited a record or a page: the message says
which, and what to do. Who takes the portal over keeps this file as it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from macros.graph import Aims
from macros.soundness import CHECKS, here


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_data(check: Callable[[Aims], Iterator[str]]) -> None:
    assert list(check(here(__file__))) == []
