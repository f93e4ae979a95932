"""Results of predeclared functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.model.structure import core_type
from pubcheck.model.types import UNKNOWN, Basic, Pointer, Slice, Tuple, Type, Unknown
from pubcheck.model.universe import (
    ANY,
    COMPLEX64,
    COMPLEX128,
    FLOAT64,
    INT,
    STRING,
    UINT8,
    UINTPTR,
    UNSAFE_POINTER,
    UNTYPED_COMPLEX,
    UNTYPED_FLOAT,
    UNTYPED_RANK,
    default_type,
    is_untyped,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from pubcheck.model.info import Info
    from pubcheck.syntax import ast

_NOTHING = Tuple(())


def result(info: Info, name: str, call: ast.Call) -> Type:
    """Type of a call of the predeclared function ``name``."""
    rule = _RULES.get(name)
    if rule is None:
        return UNKNOWN
    return rule if isinstance(rule, Type) else rule(info, call.args)


def _append(info: Info, args: tuple[ast.Expr, ...]) -> Type:
    t = info.type(args[0]) if args else UNKNOWN
    return UNKNOWN if is_untyped(t) else t


def _make(info: Info, args: tuple[ast.Expr, ...]) -> Type:
    return info.type(args[0]) if args else UNKNOWN


def _new(info: Info, args: tuple[ast.Expr, ...]) -> Type:
    t = info.type(args[0]) if args else UNKNOWN
    t = default_type(t)
    return UNKNOWN if type(t) is Unknown else Pointer(t)


def _extreme(info: Info, args: tuple[ast.Expr, ...]) -> Type:
    """The operands' common type; of untyped numbers the kind that comes latest among int, rune, float."""
    best: Type = UNKNOWN
    for arg in args:
        t = info.type(arg)
        if type(t) is Unknown:
            continue
        if not is_untyped(t):
            return t
        if type(best) is Unknown or _rank(t) > _rank(best):
            best = t
    return best


def _rank(t: Type) -> int:
    return UNTYPED_RANK.get(t.name, -1) if type(t) is Basic else -1


def _complex(info: Info, args: tuple[ast.Expr, ...]) -> Type:
    types = [info.type(arg) for arg in args]
    typed = next((t for t in types if not is_untyped(t)), None)
    if typed is None:
        return UNTYPED_COMPLEX
    return {"float32": COMPLEX64, "float64": COMPLEX128}.get(_basic_name(typed), UNKNOWN)


def _part(info: Info, args: tuple[ast.Expr, ...]) -> Type:
    t = info.type(args[0]) if args else UNKNOWN
    if is_untyped(t):
        return UNTYPED_FLOAT
    return {"complex64": Basic("float32"), "complex128": FLOAT64}.get(_basic_name(t), UNKNOWN)


def _basic_name(t: Type) -> str:
    core = core_type(t)
    return core.name if type(core) is Basic else ""


def _unsafe_slice(info: Info, args: tuple[ast.Expr, ...]) -> Type:
    core = core_type(info.type(args[0])) if args else UNKNOWN
    return Slice(core.element) if type(core) is Pointer else UNKNOWN


def _unsafe_slice_data(info: Info, args: tuple[ast.Expr, ...]) -> Type:
    core = core_type(info.type(args[0])) if args else UNKNOWN
    return Pointer(core.element) if type(core) is Slice else UNKNOWN


_RULES: dict[str, Type | Callable[[Info, tuple[ast.Expr, ...]], Type]] = {
    "append": _append,
    "cap": INT,
    "clear": _NOTHING,
    "close": _NOTHING,
    "complex": _complex,
    "copy": INT,
    "delete": _NOTHING,
    "imag": _part,
    "len": INT,
    "make": _make,
    "max": _extreme,
    "min": _extreme,
    "new": _new,
    "panic": _NOTHING,
    "print": _NOTHING,
    "println": _NOTHING,
    "real": _part,
    "recover": ANY,
    "unsafe.Alignof": UINTPTR,
    "unsafe.Offsetof": UINTPTR,
    "unsafe.Sizeof": UINTPTR,
    "unsafe.Add": UNSAFE_POINTER,
    "unsafe.Slice": _unsafe_slice,
    "unsafe.SliceData": _unsafe_slice_data,
    "unsafe.String": STRING,
    "unsafe.StringData": Pointer(UINT8),
}
