"""Types of expressions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.model import calls, type_expressions
from pubcheck.model.structure import core_type
from pubcheck.model.symbols import Nil, TypedSymbol, Var
from pubcheck.model.types import (
    FOREIGN,
    UNKNOWN,
    Array,
    Basic,
    Chan,
    Map,
    Pointer,
    Signature,
    Slice,
    Struct,
    Tuple,
    Type,
    Unknown,
)
from pubcheck.model.universe import (
    BOOL,
    INT,
    INT32,
    INTEGERS,
    STRING,
    UINT8,
    UNTYPED_BOOL,
    UNTYPED_COMPLEX,
    UNTYPED_FLOAT,
    UNTYPED_INT,
    UNTYPED_NIL,
    UNTYPED_RANK,
    UNTYPED_RUNE,
    UNTYPED_STRING,
    default_type,
    is_untyped,
)
from pubcheck.syntax import ast

if TYPE_CHECKING:
    from collections.abc import Callable

    from pubcheck.model.info import Info


def unparen(expr: ast.Expr) -> ast.Expr:
    """``expr`` without parentheses around it."""
    while type(expr) is ast.Paren:
        expr = expr.x
    return expr


def _ident(info: Info, expr: ast.Ident) -> Type:
    symbol = info.symbol(expr)
    if isinstance(symbol, TypedSymbol):
        return symbol.type
    return UNTYPED_NIL if isinstance(symbol, Nil) else UNKNOWN


_LITERALS: dict[str, Type] = {
    "int": UNTYPED_INT,
    "float": UNTYPED_FLOAT,
    "imaginary": UNTYPED_COMPLEX,
    "rune": UNTYPED_RUNE,
    "string": UNTYPED_STRING,
}


def _basic(_info: Info, expr: ast.BasicLit) -> Type:
    return _LITERALS.get(expr.kind, UNKNOWN)


def _composite(info: Info, expr: ast.CompositeLit) -> Type:
    if expr.type is None:
        outer = info.bindings.elided.get(expr)
        return UNKNOWN if outer is None else _elided(info, *outer)
    t = expr.type
    if type(t) is ast.ArrayType and t.length is None:
        return Array(_element_count(info, expr), info.type(t.element))
    return info.type(t)


def _elided(info: Info, outer: ast.CompositeLit, key: bool) -> Type:
    t = info.type(outer)
    if outer.type is None and type(t) is Pointer:
        t = t.element
    core = core_type(t)
    if type(core) is Map:
        return core.key if key else core.value
    if type(core) in (Slice, Array):
        return core.element  # type: ignore[attr-defined,no-any-return]
    if type(core) is Struct:
        return UNKNOWN
    return UNKNOWN


def _element_count(info: Info, expr: ast.CompositeLit) -> int:
    length = index = 0
    for element in expr.elements:
        if type(element) is ast.KeyValue:
            at = info.constant(element.key)
            if type(at) is not int:
                return -1
            index = at
        index += 1
        length = max(length, index)
    return length


def _func(info: Info, expr: ast.FuncLit) -> Type:
    return type_expressions.signature(info, expr.type)


def _paren(info: Info, expr: ast.Paren) -> Type:
    return info.type(expr.x)


def _selector(info: Info, expr: ast.Selector) -> Type:
    found = info.selection(expr)
    return UNKNOWN if found is None else found.type


def _index(info: Info, expr: ast.Index) -> Type:
    if type_expressions.generic_type(info, expr.x) is not None:
        return type_expressions.instance(info, expr)
    t = info.type(expr.x)
    core = core_type(t)
    if type(core) is Pointer:
        core = core_type(core.element)
    if type(core) is Map:
        return core.value
    if type(core) in (Slice, Array):
        return core.element  # type: ignore[attr-defined,no-any-return]
    if type(core) is Basic:
        return UINT8
    if type(core) is Signature:
        return calls.explicit_instance(info, core, expr)
    return UNKNOWN


def _slice(info: Info, expr: ast.SliceExpr) -> Type:
    t = info.type(expr.x)
    core = core_type(t)
    if type(core) is Pointer:
        core = core_type(core.element)
    if type(core) is Array:
        return Slice(core.element)
    return default_type(t)


def _assertion(info: Info, expr: ast.TypeAssert) -> Type:
    return info.type(expr.x) if expr.type is None else info.type(expr.type)


def _star(info: Info, expr: ast.Star) -> Type:
    t = info.type(expr.x)
    if info.is_type(expr.x):
        return Pointer(t)
    core = core_type(t)
    if type(core) is Pointer:
        return core.element
    variable = type(expr.x) is ast.Ident and type(info.symbol(expr.x)) is Var
    return FOREIGN if variable and type(core) is Unknown else UNKNOWN


def _unary(info: Info, expr: ast.Unary) -> Type:
    op = expr.op
    if op == "~":
        return type_expressions.union(info, expr)
    t = info.type(expr.x)
    if op == "&":
        inner = unparen(expr.x)
        if type(inner) is ast.CompositeLit and inner.type is None:
            return t
        return UNKNOWN if type(t) is Unknown else Pointer(t)
    if op == "<-":
        core = core_type(t)
        return core.element if type(core) is Chan else UNKNOWN
    return t


_COMPARISONS = frozenset({"==", "!=", "<", "<=", ">", ">="})
_SHIFTS = frozenset({"<<", ">>"})


def _binary(info: Info, expr: ast.Binary) -> Type:
    op = expr.op
    if op in _COMPARISONS:
        return UNTYPED_BOOL
    if op in _SHIFTS:
        return _shift(info, expr)
    if op == "|" and _is_union(info, expr):
        return type_expressions.union(info, expr)
    chain = [expr]
    x = expr.x
    while type(x) is ast.Binary and x.op not in _COMPARISONS and x.op not in _SHIFTS and not info.knows(x):
        chain.append(x)
        x = x.x
    t = info.type(x)
    for node in reversed(chain):
        t = _combine(t, info.type(node.y))
        info.remember(node, t)
    return t


def _is_union(info: Info, expr: ast.Binary) -> bool:
    x: ast.Expr = expr
    while type(x) is ast.Binary and x.op == "|":
        x = x.x
    return (type(x) is ast.Unary and x.op == "~") or info.is_type(x)


def _shift(info: Info, expr: ast.Binary) -> Type:
    """The left operand's type; an untyped number that is shifted is an integer."""
    t = info.type(expr.x)
    return UNTYPED_INT if t in (UNTYPED_FLOAT, UNTYPED_COMPLEX) else t


def _combine(x: Type, y: Type) -> Type:
    """Type of an arithmetic or logical operation: both operands have it, or one is an untyped constant."""
    if type(x) is Unknown:
        return UNKNOWN if is_untyped(y) else y
    if not is_untyped(x):
        return x
    if not is_untyped(y):
        return y
    left, right = UNTYPED_RANK.get(x.name), UNTYPED_RANK.get(y.name)  # type: ignore[attr-defined]
    return y if left is not None and right is not None and right > left else x


def _key_value(info: Info, expr: ast.KeyValue) -> Type:
    return info.type(expr.value)


RULES: dict[type[ast.Node], Callable[..., Type]] = {
    ast.Ident: _ident,
    ast.BasicLit: _basic,
    ast.CompositeLit: _composite,
    ast.FuncLit: _func,
    ast.Paren: _paren,
    ast.Selector: _selector,
    ast.Index: _index,
    ast.SliceExpr: _slice,
    ast.TypeAssert: _assertion,
    ast.Call: calls.call_type,
    ast.Star: _star,
    ast.Unary: _unary,
    ast.Binary: _binary,
    ast.KeyValue: _key_value,
    **type_expressions.RULES,
}


# --- several values from one


def component(info: Info, expr: ast.Expr, index: int) -> Type:
    """Type of one of several variables that one expression defines: results of a call, or a value and its ``ok``."""
    inner = unparen(expr)
    if type(inner) is ast.Call:
        t = info.type(inner)
        if type(t) is Tuple and index < len(t.elements):
            return t.elements[index]
        return UNKNOWN
    if index == 0:
        return info.type(inner)
    is_pair = type(inner) in (ast.Index, ast.TypeAssert) or (type(inner) is ast.Unary and inner.op == "<-")
    return BOOL if is_pair and index == 1 else UNKNOWN


def range_component(info: Info, subject: ast.Expr, index: int) -> Type:
    """Type of the key (0) or value (1) that a range over ``subject`` gives."""
    t = info.type(subject)
    core = core_type(t)
    rule = _RANGES.get(type(core))
    if rule is None:
        return UNKNOWN
    if type(core) is Basic and (core.name in INTEGERS or (core.name.startswith("untyped ") and core != UNTYPED_STRING)):
        return default_type(t) if index == 0 else UNKNOWN
    parts = rule(core)
    return parts[index] if index < len(parts) else UNKNOWN


def _range_pointer(t: Pointer) -> tuple[Type, ...]:
    inner = core_type(t.element)
    return (INT, inner.element) if type(inner) is Array else ()


def _range_string(t: Basic) -> tuple[Type, ...]:
    return (INT, INT32) if t in (STRING, UNTYPED_STRING) else ()


def _range_func(t: Signature) -> tuple[Type, ...]:
    """What the function's ``yield`` takes."""
    made = core_type(t.params[0]) if len(t.params) == 1 else UNKNOWN
    return made.params if type(made) is Signature else ()


_RANGES: dict[type[Type], Callable[..., tuple[Type, ...]]] = {
    Slice: lambda t: (INT, t.element),
    Array: lambda t: (INT, t.element),
    Pointer: _range_pointer,
    Basic: _range_string,
    Map: lambda t: (t.key, t.value),
    Chan: lambda t: (t.element,),
    Signature: _range_func,
}
