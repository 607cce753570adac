"""Which tests run other programs (git, a browser, a process of their own): what a test names and what its helpers name, found by looking at their code."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

import pytest

TESTS = Path(__file__).parent
STARTERS = {"subprocess", "Popen", "multiprocessing", "playwright", "Git"}
"""Names of what starts one. The engine starts git by itself only where there is a repository, which a test has to make."""


def runs_programs(item: pytest.Function) -> bool:
    """Whether a test, one of its fixtures, or a function that it is given as a parameter leads to another program."""
    around_all = "_"  # so begins the name of a fixture that is around every test
    fixtures = [one.func for name, given in item._fixtureinfo.name2fixturedefs.items() if not name.startswith(around_all) for one in given]
    call = getattr(item, "callspec", None)
    seen: set[object] = set()
    return any(_starts(value, seen) for value in (item.obj, *fixtures, *(call.params.values() if call else ())))


def _starts(value: object, seen: set[object]) -> bool:
    """Whether a function of the tests, a class of them, or what either names starts a program."""
    functions = [one for one in vars(value).values() if isinstance(one, FunctionType)] if isinstance(value, type) else [value]
    for function in functions:
        function = inspect.unwrap(getattr(function, "__func__", function))  # what is cached too
        if not isinstance(function, FunctionType) or function in seen or not Path(function.__code__.co_filename).is_relative_to(TESTS):
            continue
        seen.add(function)
        names = set(_names(function.__code__))
        if any(name.partition(".")[0] in STARTERS for name in names) or any(_starts(one, seen) for one in _named(function, names)):
            return True
    return False


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _names(inner)


def _named(function: Callable[..., Any], names: set[str]) -> Iterator[object]:
    """What the names of a function mean: in its module, and in the modules of the tests that it names."""
    for name in names:
        value = function.__globals__.get(name)
        yield value
        if isinstance(value, ModuleType) and Path(getattr(value, "__file__", None) or "/").is_relative_to(TESTS):
            yield from (getattr(value, other, None) for other in names)
