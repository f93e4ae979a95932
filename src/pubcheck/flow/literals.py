"""Composite literals: new memory and its first writes, or a value from its parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.flow import ir
from pubcheck.flow.shapes import INT, owner_of, pointee
from pubcheck.model.structure import core_type
from pubcheck.model.types import UNKNOWN, Array, Map, Pointer, Slice, Struct, Type
from pubcheck.syntax import ast

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.flow.context import Lowering
    from pubcheck.model.types import StructField

_DEREF = ir.Deref()


def composite(fn: Lowering, node: ast.CompositeLit, type_: Type) -> ir.Operand:
    """``T{...}``; where an element's type is left out and is a pointer, ``&T{...}``."""
    element = pointee(type_)
    if element is not None:
        return composite_address(fn, node, node, element)
    under = core_type(type_)
    match under:
        case Slice():
            target = _alloc(fn, node, type_)
            for step, value in _items(fn, node):
                fill(fn, value, ir.Place(target, (step,), under.element))
            return target
        case Map():
            return _map(fn, node, type_, under)
        case Struct():
            values = [_value(fn, value, field.type) for field, value in _fields(node, under)]
        case _:
            item = under.element if type(under) is Array else UNKNOWN
            values = [_value(fn, _unkeyed(each), item) for each in node.elements]
    return fn.compute(node, "struct", tuple(values), type_)


def composite_address(fn: Lowering, node: ast.Expr, literal: ast.CompositeLit, type_: Type) -> int:
    """``&T{...}``, which ``node`` spans: new memory and the first writes of its parts."""
    target = _alloc(fn, node, Pointer(type_))
    _fill(fn, node, literal, ir.Place(target, (_DEREF,), type_))
    return target


def is_filled(fn: Lowering, node: ast.Expr) -> bool:
    """Whether ``node`` is a literal of a struct or an array, whose parts may be written where it is wanted."""
    return type(node) is ast.CompositeLit and type(core_type(fn.info.type(node))) in (Struct, Array)


def fill(fn: Lowering, node: ast.Expr, place: ir.Place) -> None:
    """The first write of ``place``, which is new and zero: by its parts, if ``node`` is a literal of parts."""
    if type(node) is ast.CompositeLit and (node.type is None or is_filled(fn, node)):
        _fill(fn, node, node, place)
    else:
        _init(fn, node, place, fn.expr(node))


def _fill(fn: Lowering, node: ast.Expr, literal: ast.CompositeLit, place: ir.Place) -> None:
    under = core_type(place.type)
    match under:
        case Struct():
            owner = owner_of(place.type)
            for field, value in _fields(literal, under):
                step = ir.Field(owner, field.name, field.type)
                fill(fn, value, ir.Place(place.root, (*place.steps, step), field.type))
        case Array():
            for item, value in _items(fn, literal):
                fill(fn, value, ir.Place(place.root, (*place.steps, item), under.element))
        case _:
            _init(fn, node, place, composite(fn, literal, place.type))


class _NoField:
    """A field that broken source names but the struct lacks."""

    __slots__ = ("name", "type")

    def __init__(self, name: str) -> None:
        self.name = name
        self.type: Type = UNKNOWN


def _fields(node: ast.CompositeLit, struct: Struct) -> Iterator[tuple[StructField | _NoField, ast.Expr]]:
    """Each element with the field that it is for."""
    by_name = {field.name: field for field in struct.fields} if node.elements else {}
    for position, element in enumerate(node.elements):
        if type(element) is ast.KeyValue:
            name = element.key.name if type(element.key) is ast.Ident else ""
            yield by_name.get(name) or _NoField(name), element.value
        elif position < len(struct.fields):
            yield struct.fields[position], element
        else:
            yield _NoField(""), element


def _items(fn: Lowering, node: ast.CompositeLit) -> Iterator[tuple[ir.Element, ast.Expr]]:
    """Each element with its place in a slice or an array; any place where the index isn't known."""
    index: int | None = 0
    for each in node.elements:
        if type(each) is ast.KeyValue:
            key = fn.info.constant(each.key)
            index = key if type(key) is int else None
        yield ir.Element(None if index is None else ir.Const(index, INT)), _unkeyed(each)
        index = None if index is None else index + 1


def _map(fn: Lowering, node: ast.CompositeLit, type_: Type, under: Map) -> int:
    target = _alloc(fn, node, type_)
    for each in node.elements:
        if type(each) is ast.KeyValue:
            key = _value(fn, each.key, under.key)
            value = _value(fn, each.value, under.value)
            _init(fn, each, ir.Place(target, (ir.Element(key),), under.value), value)
    return target


def _alloc(fn: Lowering, node: ast.Expr, type_: Type) -> int:
    target = fn.register(type_)
    fn.emit(ir.Alloc(node.pos, node.end, target, type_))
    return target


def _init(fn: Lowering, node: ast.Expr, place: ir.Place, value: ir.Operand) -> None:
    fn.emit(ir.Store(node.pos, node.end, place, value, init=True))


def _unkeyed(element: ast.Expr) -> ast.Expr:
    return element.value if type(element) is ast.KeyValue else element


def _value(fn: Lowering, node: ast.Expr, type_: Type) -> ir.Operand:
    if type(node) is ast.CompositeLit and node.type is None:
        return composite(fn, node, type_)
    return fn.expr(node)
