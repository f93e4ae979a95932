"""Go's predeclared functions, and those of ``unsafe``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.flow import ir
from pubcheck.flow.shapes import NIL, array_of, pointee, results_of
from pubcheck.model.structure import core_type
from pubcheck.model.types import UNKNOWN, Chan

if TYPE_CHECKING:
    from pubcheck.flow.context import Lowering
    from pubcheck.syntax import ast

_CALLS = frozenset({"append", "copy", "delete", "clear", "print", "println", "recover"})
_NO_RESULT = frozenset({"delete", "clear", "print", "println"})


def builtin(fn: Lowering, node: ast.Call, name: str, *, used: bool) -> ir.Operand:
    """A call of the builtin ``name``; those of ``unsafe`` are the ones in capitals."""
    if name in _CALLS:
        return _call(fn, node, name, used=used)
    match name:
        case "make":
            return _make(fn, node)
        case "new":
            return _new(fn, node)
        case "panic":
            value = fn.expr(node.args[0]) if node.args else None
            fn.exit(ir.Panic(node.pos, node.end, value))
            return NIL
        case "close":
            if node.args:
                fn.emit(ir.Close(node.pos, node.end, fn.expr(node.args[0])))
            return NIL
        case _:
            return _pure(fn, node, name)


def builtin_call(fn: Lowering, node: ast.Call, name: str) -> ir.CallInfo:
    """What ``go`` or ``defer`` calls when it calls a builtin."""
    args = tuple([fn.expr(arg) for arg in node.args])
    return ir.CallInfo(ir.BuiltinCallee(name), args, node.spread, node.pos, node.end)


def _call(fn: Lowering, node: ast.Call, name: str, *, used: bool) -> ir.Operand:
    info = builtin_call(fn, node, name)
    if not used or name in _NO_RESULT:
        fn.emit(ir.Call(node.pos, node.end, (), info))
        return NIL
    results = results_of(fn.info.type(node))
    target = fn.register(results[0] if results else UNKNOWN)  # to append to what gives nothing doesn't compile
    fn.emit(ir.Call(node.pos, node.end, (target,), info))
    return target


def _make(fn: Lowering, node: ast.Call) -> int:
    type_ = fn.info.type(node)
    sizes = [fn.expr(size) for size in node.args[1:]]
    capacity = sizes[0] if sizes and type(core_type(type_)) is Chan else None
    target = fn.register(type_)
    fn.emit(ir.Alloc(node.pos, node.end, target, type_, capacity))
    return target


def _new(fn: Lowering, node: ast.Call) -> int:
    type_ = fn.info.type(node)
    argument = node.args[0] if node.args else None
    value = None if argument is None or fn.info.is_type(argument) else fn.expr(argument)
    target = fn.register(type_)
    fn.emit(ir.Alloc(node.pos, node.end, target, type_))
    if value is not None:
        element = pointee(type_)
        place = ir.Place(target, (ir.Deref(),), UNKNOWN if element is None else element)
        fn.emit(ir.Store(node.pos, node.end, place, value, init=True))
    return target


def _pure(fn: Lowering, node: ast.Call, name: str) -> ir.Operand:
    """``len``, ``min``, ``complex``, ``unsafe.Add``, ...: the constant that it is, or a computation."""
    constant = fn.info.constant(node)
    type_ = fn.info.type(node)
    if constant is not None:
        return ir.Const(constant, type_)
    if name in ("Sizeof", "Offsetof", "Alignof"):
        return ir.Const(None, type_, known=False)
    if name in ("len", "cap") and node.args:
        subject = fn.info.type(node.args[0])
        element = pointee(subject)
        if array_of(subject if element is None else element) is not None:
            return ir.Const(None, type_, known=False)
    op = f"unsafe.{name}" if name[0].isupper() else name
    return fn.compute(node, op, tuple([fn.expr(arg) for arg in node.args]), type_)
