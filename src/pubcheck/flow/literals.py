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
        case Struct():
            values = [_value(fn, value, field.type) for field, value in _struct_elements(node, under)]
            return fn.compute(node, "struct", tuple(values), type_)
        case Array():
            values = [_value(fn, _unkeyed(each), under.element) for each in node.elements]
            return fn.compute(node, "struct", tuple(values), type_)
        case Slice():
            return _slice(fn, node, type_, under.element)
        case Map():
            return _map(fn, node, type_, under)
        case _:
            values = [_value(fn, _unkeyed(each), UNKNOWN) for each in node.elements]
            return fn.compute(node, "struct", tuple(values), type_)


def composite_address(fn: Lowering, node: ast.Expr, literal: ast.CompositeLit, type_: Type) -> int:
    """``&T{...}``, which ``node`` spans: new memory, its fields written one by one."""
    target = _alloc(fn, node, Pointer(type_))
    under = core_type(type_)
    if type(under) is Struct:
        owner = owner_of(type_)
        for field, value in _struct_elements(literal, under):
            step = ir.Field(owner, field.name, field.type)
            _init(fn, value, ir.Place(target, (_DEREF, step), field.type), _value(fn, value, field.type))
    elif literal.elements or type(under) in (Slice, Map):
        _init(fn, node, ir.Place(target, (_DEREF,), type_), composite(fn, literal, type_))
    return target


def _struct_elements(node: ast.CompositeLit, struct: Struct) -> Iterator[tuple[StructField | _FieldLike, ast.Expr]]:
    """Each element with the field that it is for; what names no field is left with an unknown one."""
    by_name = {field.name: field for field in struct.fields} if node.elements else {}
    for position, element in enumerate(node.elements):
        if type(element) is ast.KeyValue:
            name = element.key.name if type(element.key) is ast.Ident else ""
            yield by_name.get(name) or _FieldLike(name), element.value
        elif position < len(struct.fields):
            yield struct.fields[position], element
        else:
            yield _FieldLike(""), element


class _FieldLike:
    """A field that broken source names but the struct lacks."""

    __slots__ = ("name", "type")

    def __init__(self, name: str) -> None:
        self.name = name
        self.type: Type = UNKNOWN


def _slice(fn: Lowering, node: ast.CompositeLit, type_: Type, element: Type) -> int:
    target = _alloc(fn, node, type_)
    index: int | None = 0
    for each in node.elements:
        if type(each) is ast.KeyValue:
            key = fn.info.constant(each.key)
            index = key if type(key) is int else None
        step = ir.Element(None if index is None else ir.Const(index, INT))
        value = _unkeyed(each)
        _init(fn, value, ir.Place(target, (step,), element), _value(fn, value, element))
        index = None if index is None else index + 1
    return target


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
