"""What the names in a template are: a walk over its syntax tree with the types of the view that fills it.

A misspelt name or attribute is found in every branch, taken or not. Types come from the annotations of dataclasses and pydantic models; what the
annotations leave open is `Any`, and nothing is said about it but where it is read (`untyped`).
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import inspect
import types
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import Enum
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin, get_type_hints

from jinja2 import Environment, nodes
from pydantic import BaseModel

Type = Any
"""A type as an annotation has it."""
KEEP = {"reverse", "list", "sort", "selectattr"}
"""Filters that give a list of the same elements."""
FILTERS: dict[str, Type] = {
    "length": int,
    "round": float,
    **dict.fromkeys(("string", "lower", "upper", "capitalize", "replace", "join", "e", "url", "tojson"), str),
}
LOOP: dict[str, Type] = {"first": bool, "last": bool, "index": int, "index0": int, "changed": Callable[..., bool]}
METHODS: dict[str, Type] = {"splitlines": list[str], "split": list[str], "replace": str, "format": str, "date": dt.date}
"""What methods of built-in types give."""


@dataclasses.dataclass(frozen=True, eq=False)
class Macro:
    """A macro of a template, with the names it can see beside its parameters."""

    template: str
    node: nodes.Macro
    sees: Mapping[str, Type]


@dataclasses.dataclass(frozen=True, eq=False)
class Names:
    """A value whose attributes are known one by one: a module of macros, `loop`, a namespace."""

    name: str
    known: Mapping[str, Type]


class Walk:
    """One walk over a template and the macros it calls. `globals`: names that every template can read."""

    def __init__(self, environment: Environment, source: Callable[[str], str], names: Mapping[str, Type]) -> None:
        self.environment, self.source, self.globals = environment, source, names
        self.template = ""
        self.faults: list[str] = []
        """What is wrong: `template:line: sentence`."""
        self.untyped: set[str] = set()
        """Attributes of values without a type: `template: expression`."""
        self.read: set[str] = set()
        """The top-level names that were read."""
        self.called: set[tuple[str, str]] = set()
        """The macros that were called: template and name."""
        self._seen: set[tuple[str, str, str]] = set()

    def template_with(self, name: str, fields: Mapping[str, Type]) -> Walk:
        """Walk over a template that is filled with fields of these types."""
        self._body(name, self.environment.parse(self.source(name)).body, dict(fields))
        return self

    def module(self, name: str, sees: Mapping[str, Type]) -> Names:
        """The macros of a template."""
        found: dict[str, Type] = {}
        for node in self.environment.parse(self.source(name)).find_all(nodes.Macro):
            found[node.name] = Macro(name, node, {**sees, **found})
        return Names(name, found)

    def _body(self, template: str, body: Iterable[nodes.Node], scope: dict[str, Type]) -> None:
        before, self.template = self.template, template
        for node in body:
            self._statement(node, scope)
        self.template = before

    # -- statements -------------------------------------------------------------------------------------------------------------

    def _statement(self, node: nodes.Node, scope: dict[str, Type]) -> None:
        match node:
            case nodes.Output():
                for inner in node.nodes:
                    self.type_of(inner, scope)
            case nodes.If():
                self.type_of(node.test, scope)
                for inner in (*node.body, *node.elif_, *node.else_):
                    self._statement(inner, scope)
            case nodes.For():
                element = self._element(self.type_of(node.iter, scope), node)
                inside = {**scope, **_bound(node.target, element)}
                inside["loop"] = Names("loop", {**LOOP, "nextitem": element, "previtem": element})
                if node.test:
                    self.type_of(node.test, inside)
                self._body(self.template, node.body, inside)
                self._body(self.template, node.else_, dict(scope))
            case nodes.Assign():
                scope |= _bound(node.target, self.type_of(node.node, scope))
            case nodes.Macro():
                scope[node.name] = Macro(self.template, node, scope)
            case nodes.FromImport():
                imported = self.module(node.template.value, scope if node.with_context else {}).known  # type: ignore[attr-defined]  # a constant
                scope |= {name: imported[name] for name in node.names if isinstance(name, str)}
            case nodes.Include():
                self._body(node.template.value, self.environment.parse(self.source(node.template.value)).body, dict(scope))  # type: ignore[attr-defined]
            case nodes.Block() | nodes.Scope() | nodes.ScopedEvalContextModifier():
                self._body(self.template, node.body, dict(scope))
            case nodes.Extends() | nodes.EvalContextModifier():
                pass
            case _:
                self._fault(node, f"{type(node).__name__} is unknown to the walk over templates")

    # -- expressions ------------------------------------------------------------------------------------------------------------

    def type_of(self, node: nodes.Node, scope: Mapping[str, Type]) -> Type:
        """The type of an expression; whatever is wrong in it is a fault."""
        match node:
            case nodes.Name():
                self.read.add(node.name)
                if node.name in scope:
                    return scope[node.name]
                if node.name in self.globals:
                    return self.globals[node.name]
                return self._fault(node, f"nothing is called '{node.name}' here")
            case nodes.Const():
                return type(node.value)
            case nodes.TemplateData():
                return str
            case nodes.Tuple():
                return _tuple([self.type_of(item, scope) for item in node.items])
            case nodes.List():
                return _list(_union([self.type_of(item, scope) for item in node.items]))
            case nodes.Getattr():
                return self._attribute(self.type_of(node.node, scope), node.attr, node)
            case nodes.Getitem():
                return self._item(self.type_of(node.node, scope), node.arg, scope)
            case nodes.Filter():
                return self._filtered(node, scope)
            case nodes.Call():
                return self._called(node, scope)
            case nodes.CondExpr():
                self.type_of(node.test, scope)
                return _union([self.type_of(node.expr1, scope), self.type_of(node.expr2, scope) if node.expr2 else None])
            case nodes.And() | nodes.Or():
                return _union([self.type_of(node.left, scope), self.type_of(node.right, scope)])
            case nodes.BinExpr():
                self.type_of(node.right, scope)
                return self.type_of(node.left, scope)
            case nodes.Compare():
                for inner in (node.expr, *(operand.expr for operand in node.ops)):
                    self.type_of(inner, scope)
                return bool
            case nodes.Not() | nodes.Test():
                if not (isinstance(node, nodes.Test) and node.name in {"defined", "undefined"}):
                    self.type_of(node.node, scope)  # type: ignore[arg-type]  # a test has an expression
                return bool
            case nodes.Concat():
                for inner in node.nodes:
                    self.type_of(inner, scope)
                return str
            case nodes.Neg() | nodes.Pos():
                return self.type_of(node.node, scope)
            case _:
                return self._fault(node, f"{type(node).__name__} is unknown to the walk over templates")

    def _filtered(self, node: nodes.Filter, scope: Mapping[str, Type]) -> Type:
        assert node.node
        value = self.type_of(node.node, scope)
        for argument in (*node.args, *(pair.value for pair in node.kwargs)):
            self.type_of(argument, scope)
        named = [pair.value for pair in node.kwargs if pair.key == "attribute"] + (node.args if node.name == "selectattr" else [])
        attributes = [self._attribute(self._element(value, node), name.value, node) for name in named if isinstance(name, nodes.Const)]
        if node.name == "map" and attributes:
            return _list(attributes[0])
        if node.name in KEEP:
            return _list(self._element(value, node))
        return FILTERS[node.name] if node.name in FILTERS else self._fault(node, f"the filter '{node.name}' is unknown to the walk over templates")

    def _called(self, node: nodes.Call, scope: Mapping[str, Type]) -> Type:
        given = [self.type_of(argument, scope) for argument in node.args]
        named = {pair.key: self.type_of(pair.value, scope) for pair in node.kwargs}
        if isinstance(node.node, nodes.Name) and node.node.name == "namespace":
            return Names("a namespace", named)
        if isinstance(node.node, nodes.Name) and node.node.name == "super":
            return str
        function = self.type_of(node.node, scope)
        if isinstance(function, Macro):
            return self._expanded(function, given, named, node)
        return get_args(function)[-1] if get_origin(function) is not None and get_args(function) else Any

    def _expanded(self, macro: Macro, given: Sequence[Type], named: Mapping[str, Type], node: nodes.Node) -> Type:
        """Walk over a macro with the types of these arguments."""
        self.called.add((macro.template, macro.node.name))
        parameters = [parameter.name for parameter in macro.node.args]
        needed = len(parameters) - len(macro.node.defaults)
        if len(given) > len(parameters) or not set(named) <= set(parameters) or not set(parameters[:needed]) <= {*parameters[: len(given)], *named}:
            return self._fault(node, f"the macro '{macro.node.name}' is called with what it does not take")
        defaults = {name: self.type_of(value, macro.sees) for name, value in zip(parameters[needed:], macro.node.defaults, strict=True)}
        scope = {**macro.sees, **defaults, **dict(zip(parameters, given, strict=False)), **named}
        key = (macro.template, macro.node.name, repr([scope[name] for name in parameters]))
        if key not in self._seen:  # it may call itself
            self._seen.add(key)
            self._body(macro.template, macro.node.body, {**scope, macro.node.name: macro})
        return str

    # -- what a type has --------------------------------------------------------------------------------------------------------

    def _attribute(self, owner: Type, name: str, node: nodes.Node) -> Type:
        there = [found for one in _members(owner) if (found := Any if one is Any else _attribute(one, name)) is not None]
        if Any in there:
            self.untyped.add(f"{self.template}: {name}")
            return Any
        return _union(there) if there else self._fault(node, f"'{name}' is nothing that {_words(owner)} has")

    def _item(self, owner: Type, at: nodes.Node, scope: Mapping[str, Type]) -> Type:
        if isinstance(at, nodes.Slice):
            return owner
        index = self.type_of(at, scope)
        found = []
        for one in _members(owner):
            arguments = get_args(one)
            if get_origin(one) is tuple and arguments[-1] is not ... and isinstance(at, nodes.Const):
                found.append(arguments[at.value])
            elif get_origin(one) in (dict, Mapping):
                found.append(arguments[1])
            else:
                found.append(self._element(one, at) if index is int else Any)
        return _union(found)

    def _element(self, owner: Type, node: nodes.Node) -> Type:
        """What a loop over it gives."""
        found = []
        for one in _members(owner):
            arguments = get_args(one)
            if get_origin(one) is type or (isinstance(one, type) and issubclass(one, Enum)):
                found.append(arguments[0] if arguments else one)
            elif get_origin(one) is tuple:
                found += [argument for argument in arguments if argument is not ...]
            elif arguments:
                found.append(arguments[0])
            elif one in (str, Any):
                found.append(one)
        return _union(found) if found else self._fault(node, f"{_words(owner)} is no list")

    def _fault(self, node: nodes.Node, sentence: str) -> Type:
        self.faults.append(f"{self.template}:{node.lineno}: {sentence}")
        return Any


def fields_of(view: Type) -> dict[str, Type]:
    """The fields of a view and their types; of a generic one with its parameters filled in."""
    owner = get_origin(view) or view
    hints = get_type_hints(owner)
    filled = dict(zip(getattr(owner, "__parameters__", ()), get_args(view), strict=False))
    return {field.name: _with(hints[field.name], filled) for field in dataclasses.fields(owner)}


def _with(hint: Type, filled: Mapping[TypeVar, Type]) -> Type:
    inner = tuple(filled.get(parameter, parameter) for parameter in getattr(hint, "__parameters__", ()))
    return filled[hint] if isinstance(hint, TypeVar) else hint[inner] if inner else hint


def _attribute(owner: Type, name: str) -> Type:
    """The type of an attribute, or None where there is no such thing."""
    if isinstance(owner, Names):
        return owner.known.get(name)
    if get_origin(owner) is type:
        (inner,) = get_args(owner)
        return inner if isinstance(inner, type) and issubclass(inner, Enum) and name in inner.__members__ else str if name == "__doc__" else None
    if get_origin(owner) in (dict, Mapping):
        key, value = get_args(owner)
        methods = {"items": Callable[..., list[_tuple([key, value])]], "values": Callable[..., list[value]], "keys": Callable[..., list[key]]}
        return methods.get(name, value if key is str else None)
    model = get_origin(owner) or owner
    if not isinstance(model, type):
        return Any
    if dataclasses.is_dataclass(model) and name in (fields := fields_of(owner)):
        return fields[name]
    if issubclass(model, Enum) and name in {"value", "name"}:
        return str
    hints = get_type_hints(model) if issubclass(model, BaseModel | Enum) else {}
    if name in hints:
        return hints[name]
    found = inspect.getattr_static(model, name, None)
    getter = found.fget if isinstance(found, property) else getattr(found, "func", None)
    if getter:
        return get_type_hints(getter).get("return", Any)
    if callable(found):
        result = METHODS.get(name) or (get_type_hints(found).get("return", Any) if inspect.isfunction(found) else Any)
        return Callable[..., result]
    return None


def _members(owner: Type) -> Iterator[Type]:
    """The types that a value may have, but for None."""
    if get_origin(owner) is Annotated:
        yield from _members(get_args(owner)[0])
    elif get_origin(owner) in (Union, types.UnionType):
        for one in get_args(owner):
            yield from _members(one)
    elif owner not in (None, type(None)):
        yield owner


def _union(found: Sequence[Type]) -> Type:
    members = list(dict.fromkeys(one for each in found for one in _members(each)))
    if len(members) == 1:
        return members[0]
    if any(isinstance(one, Names | Macro) for one in members):
        return Any
    return Union[tuple(members)] if members else None  # noqa: UP007  # made at run time


def _tuple(items: Sequence[Type]) -> Type:
    return tuple[tuple(items)]  # type: ignore[misc]  # made at run time


def _list(item: Type) -> Type:
    return list[item]


def _bound(target: nodes.Node, value: Type) -> dict[str, Type]:
    """The names that an assignment or a loop binds."""
    if isinstance(target, nodes.Name):
        return {target.name: value}
    if isinstance(target, nodes.Tuple):
        found: dict[str, Type] = {}
        for number, inner in enumerate(target.items):
            parts = [get_args(one) for one in _members(value)]
            found |= _bound(inner, _union([arguments[number if arguments[-1] is not ... else 0] for arguments in parts if arguments]) if all(parts) else Any)
        return found
    return {}  # a field of a namespace, which is known from its first value


def _words(owner: Type) -> str:
    return " or ".join(one.name if isinstance(one, Names) else getattr(one, "__name__", str(one)) for one in _members(owner)) or "nothing"
