"""Calls: what is called, with which type arguments, and what comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.model import predeclared
from pubcheck.model.callee import (
    UNKNOWN_TARGET,
    BuiltinTarget,
    ConversionTarget,
    DynamicTarget,
    FuncTarget,
    InterfaceTarget,
    Target,
    UnknownTarget,
)
from pubcheck.model.inference import infer
from pubcheck.model.structure import core_type, instantiate
from pubcheck.model.symbols import Builtin, Func
from pubcheck.model.types import UNKNOWN, Signature, Tuple, Type
from pubcheck.syntax import ast

if TYPE_CHECKING:
    from pubcheck.model.info import Info
    from pubcheck.model.lookup import Selection
    from pubcheck.model.symbols import Symbol

_NOTHING = Tuple(())


def call_type(info: Info, call: ast.Call) -> Type:
    """Type of a call: its result, a ``Tuple`` of none or several, or what it converts to."""
    callee = info.callee(call)
    if type(callee) is BuiltinTarget:
        return predeclared.result(info, callee.name, call)
    if type(callee) is ConversionTarget or type(callee) is UnknownTarget:
        return callee.type
    signature = callee.signature  # type: ignore[union-attr]
    if type(signature) is not Signature:
        return UNKNOWN
    results = signature.results
    return results[0] if len(results) == 1 else Tuple(results) if results else _NOTHING


def target(info: Info, call: ast.Call) -> Target:
    """What a call calls."""
    fun = call.fun
    while type(fun) is ast.Paren:
        fun = fun.x
    plain = fun.x if type(fun) is ast.Index else fun
    while type(plain) is ast.Paren:
        plain = plain.x
    symbol: Symbol | None = None
    selection: Selection | None = None
    if type(plain) is ast.Ident:
        symbol = info.symbol(plain)
    elif type(plain) is ast.Selector:
        selection = info.selection(plain)
        if selection is not None:
            symbol = selection.obj
    if type(symbol) is Func:
        return _function(info, call, fun, symbol, selection)
    if type(symbol) is Builtin:
        return BuiltinTarget(symbol, f"unsafe.{symbol.name}" if selection is not None else symbol.name)
    if info.is_type(fun):
        return ConversionTarget(info.type(fun))
    signature = core_type(info.type(fun))
    return DynamicTarget(signature) if type(signature) is Signature else UNKNOWN_TARGET


def _function(info: Info, call: ast.Call, fun: ast.Expr, func: Func, selection: Selection | None) -> Target:
    declared = func.type if selection is None else selection.type
    signature = declared
    if type(declared) is Signature and declared.type_params:
        explicit = tuple([info.type(index) for index in fun.indices]) if type(fun) is ast.Index else ()
        signature = _infer(declared, explicit, argument_types(info, call), spread=call.spread)
    elif type(fun) is ast.Index:
        return UNKNOWN_TARGET
    if selection is None or selection.kind == "qualified":
        return FuncTarget(func, signature)
    if func.interface:
        return InterfaceTarget(func, selection.receiver, signature, selection)
    return FuncTarget(func, signature, selection)


def _infer(generic: Signature, explicit: tuple[Type, ...], args: tuple[Type, ...], *, spread: bool) -> Signature:
    return instantiate(generic, infer(generic, explicit, args, spread=spread))


def argument_types(info: Info, call: ast.Call) -> tuple[Type, ...]:
    """Types of a call's arguments; one argument that is a call with several results counts as these."""
    if len(call.args) == 1:
        only = info.type(call.args[0])
        return only.elements if type(only) is Tuple else (only,)
    return tuple([info.type(arg) for arg in call.args])


def explicit_instance(info: Info, generic: Signature, expr: ast.Index) -> Type:
    """A generic function with type arguments, used as a value."""
    if not generic.type_params:
        return UNKNOWN
    return _infer(generic, tuple([info.type(index) for index in expr.indices]), (), spread=False)
