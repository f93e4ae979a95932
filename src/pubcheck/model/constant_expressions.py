"""Values of constant expressions."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

from pubcheck.model.callee import BuiltinTarget, ConversionTarget
from pubcheck.model.literals import literal_value
from pubcheck.model.structure import core_type, deref, underlying
from pubcheck.model.symbols import Const
from pubcheck.model.types import Array, Basic, Pointer, Struct, Type
from pubcheck.model.universe import FLOATS, INTEGERS, IOTA, UNSIGNED, default_type
from pubcheck.syntax import ast

if TYPE_CHECKING:
    from collections.abc import Callable

    from pubcheck.model.info import Info
    from pubcheck.model.lookup import Selection
    from pubcheck.model.sizes import Sizes
    from pubcheck.model.symbols import Constant, Symbol

_MAX_SHIFT = 1100


def convert(value: Constant, t: Type) -> Constant:
    """``value`` as a constant of type ``t``; None where ``t`` can't represent it."""
    under = underlying(t)
    if type(under) is not Basic or value is None:
        return None
    name = under.name.removeprefix("untyped ")
    if name in ("bool", "string"):
        if name == "string" and type(value) is int:
            return chr(value) if 0 <= value <= 0x10FFFF and not 0xD800 <= value < 0xE000 else "�"
        return value if isinstance(value, bool if name == "bool" else str) else None
    if isinstance(value, bool | str):
        return None
    if name in FLOATS or name == "float":
        return float(value)
    if name in INTEGERS or name in ("int", "rune"):
        if isinstance(value, float):
            return int(value) if value.is_integer() else None
        return value
    return None


def _basic(_info: Info, expr: ast.BasicLit) -> Constant:
    return literal_value(expr.kind, expr.value)


def _ident(info: Info, expr: ast.Ident) -> Constant:
    symbol = info.symbol(expr)
    if symbol is IOTA:
        return info.iota
    return symbol.value if isinstance(symbol, Const) else None


def _selector(info: Info, expr: ast.Selector) -> Constant:
    if type(expr.x) is not ast.Ident:
        return None
    found = info.selection(expr)
    return found.obj.value if found is not None and isinstance(found.obj, Const) else None


def _paren(info: Info, expr: ast.Paren) -> Constant:
    return info.constant(expr.x)


def _unary(info: Info, expr: ast.Unary) -> Constant:
    value = info.constant(expr.x)
    if expr.op == "!":
        return not value if isinstance(value, bool) else None
    if value is None or isinstance(value, bool | str):
        return None
    if expr.op == "-":
        return -value
    if expr.op == "+":
        return value
    if expr.op == "^" and isinstance(value, int):
        name = _basic_name(info.type(expr.x))
        return _wrapped(info, name, ~value) if name in UNSIGNED else ~value
    return None


def _wrapped(info: Info, name: str, value: int) -> int | None:
    """``value`` modulo what an unsigned type holds; None where the type's size isn't known."""
    size = None if info.package is None or info.package.sizes is None else info.package.sizes.sizeof(Basic(name))
    return None if size is None else value & ((1 << 8 * size) - 1)


def _basic_name(t: Type) -> str:
    under = underlying(t)
    return under.name if type(under) is Basic else ""


_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_BITWISE: dict[str, Callable[[int, int], int]] = {
    "&": operator.and_,
    "|": operator.or_,
    "^": operator.xor,
    "&^": lambda x, y: x & ~y,
}
_ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
}


def _binary(info: Info, expr: ast.Binary) -> Constant:
    """Fold from the innermost left operand outwards, so that long chains don't nest."""
    chain = [expr]
    x = expr.x
    while type(x) is ast.Binary:
        chain.append(x)
        x = x.x
    value = info.constant(x)
    for node in reversed(chain):
        if value is None:
            return None
        value = _fold(info, node, value, info.constant(node.y))
    return value


def _fold(info: Info, node: ast.Binary, x: Constant, y: Constant) -> Constant:
    op = node.op
    if x is None or y is None:
        return None
    if op in ("&&", "||"):
        if not (isinstance(x, bool) and isinstance(y, bool)):
            return None
        return (x and y) if op == "&&" else (x or y)
    if isinstance(x, str | bool) or isinstance(y, str | bool):
        if type(x) is not type(y):
            return None
        if op in _COMPARE:
            return _COMPARE[op](x, y)
        return x + y if isinstance(x, str) and isinstance(y, str) and op == "+" else None
    if op in _COMPARE:
        return _COMPARE[op](x, y)
    if op in ("<<", ">>"):
        return _shift(op, x, y)
    return _arithmetic(info, node, x, y)


def _shift(op: str, x: float, y: float) -> Constant:
    if x != int(x) or y != int(y) or not 0 <= y <= _MAX_SHIFT:
        return None
    return int(x) << int(y) if op == "<<" else int(x) >> int(y)


def _arithmetic(info: Info, node: ast.Binary, x: float, y: float) -> Constant:
    op = node.op
    if op in _ARITHMETIC:
        return _ARITHMETIC[op](x, y)
    if op == "/":
        if y == 0:
            return None
        if type(x) is float or type(y) is float or _basic_name(info.type(node)) in FLOATS:
            return x / y
        return _quotient(int(x), int(y))
    if x != int(x) or y != int(y):
        return None
    if op == "%":
        return None if y == 0 else int(x) - int(y) * _quotient(int(x), int(y))
    return _BITWISE[op](int(x), int(y)) if op in _BITWISE else None


def _quotient(x: int, y: int) -> int:
    """Division that truncates toward zero."""
    made = abs(x) // abs(y)
    return made if (x < 0) == (y < 0) else -made


def _call(info: Info, expr: ast.Call) -> Constant:
    callee = info.callee(expr)
    if isinstance(callee, ConversionTarget):
        return convert(info.constant(expr.args[0]), callee.type) if len(expr.args) == 1 else None
    if isinstance(callee, BuiltinTarget) and expr.args:
        if callee.name in ("len", "cap"):
            return _length(info, expr.args[0])
        if callee.name in ("min", "max"):
            return _extreme(callee.name, [info.constant(arg) for arg in expr.args])
        if callee.name.startswith("unsafe."):
            return _layout(info, callee.name, expr.args[0])
    return None


def _layout(info: Info, name: str, arg: ast.Expr) -> Constant:
    """``unsafe.Sizeof``, ``Alignof`` and ``Offsetof`` of an operand."""
    sizes = info.package.sizes if info.package is not None else None
    if sizes is None:
        return None
    if name == "unsafe.Sizeof":
        return sizes.sizeof(default_type(info.type(arg)))
    if name == "unsafe.Alignof":
        return sizes.alignof(default_type(info.type(arg)))
    while type(arg) is ast.Paren:
        arg = arg.x
    if name != "unsafe.Offsetof" or type(arg) is not ast.Selector:
        return None
    found = info.selection(arg)
    return None if found is None or found.kind != "field" else _offset(sizes, found, deref(info.type(arg.x)))


def _offset(sizes: Sizes, selection: Selection, struct: Type) -> int | None:
    """Offset of a field in ``struct``, through embedded structs that hold it."""
    offset = 0
    for symbol in (*[step.symbol for step in selection.path], selection.obj):
        under, offsets = underlying(struct), sizes.offsetsof(struct)
        index = _index_of(under, symbol)
        if offsets is None or index is None or type(under) is not Struct:
            return None
        offset += offsets[index]
        struct = under.fields[index].type
    return offset


def _index_of(struct: Type, symbol: Symbol) -> int | None:
    fields = struct.fields if type(struct) is Struct else ()
    return next((index for index, field in enumerate(fields) if field.symbol is symbol), None)


def _length(info: Info, arg: ast.Expr) -> Constant:
    """Length of a constant string in bytes, or of an array whose evaluation calls and receives nothing."""
    value = info.constant(arg)
    if isinstance(value, str):
        return len(value.encode("utf-8", "surrogateescape"))
    t = core_type(info.type(arg))
    if type(t) is Pointer:
        t = core_type(t.element)
    if type(t) is Array and t.length >= 0 and type(arg) in (ast.Ident, ast.Selector, ast.CompositeLit):
        return t.length
    return None


def _extreme(name: str, values: list[Constant]) -> Constant:
    pick = min if name == "min" else max
    if all(isinstance(value, str) for value in values):
        return pick(values)  # type: ignore[type-var]
    if all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
        return pick(values)  # type: ignore[type-var]
    return None


RULES: dict[type[ast.Node], Callable[..., Constant]] = {
    ast.BasicLit: _basic,
    ast.Ident: _ident,
    ast.Selector: _selector,
    ast.Paren: _paren,
    ast.Unary: _unary,
    ast.Binary: _binary,
    ast.Call: _call,
}
