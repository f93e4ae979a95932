"""The few questions that lowering asks of a type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.flow import ir
from pubcheck.model.structure import core_type
from pubcheck.model.types import (
    Array,
    Basic,
    Map,
    Named,
    Pointer,
    Slice,
    Struct,
    Tuple,
    Type,
    TypeParam,
    Unknown,
)
from pubcheck.model.universe import FLOATS, INTEGERS

if TYPE_CHECKING:
    from pubcheck.model.symbols import Constant, TypeName

BOOL = Basic("bool")
INT = Basic("int")
NIL = ir.Const(None, Basic("untyped nil"))
ZERO = ir.Const(0, INT)
ONE = ir.Const(1, INT)

_ZEROS: dict[str, Constant] = {
    "bool": False,
    "string": "",
    **dict.fromkeys(INTEGERS, 0),
    **dict.fromkeys(FLOATS, 0.0),
}


def pointee(t: Type) -> Type | None:
    """What a pointer of type ``t`` points to; None where ``t`` is no pointer."""
    kind = type(t)
    if kind is Pointer:
        return t.element  # type: ignore[attr-defined, no-any-return]
    if kind is Named or kind is TypeParam:
        under = core_type(t)
        if type(under) is Pointer:
            return under.element
    return None


def array_of(t: Type) -> Array | None:
    """The array type under ``t``, if it is one."""
    kind = type(t)
    if kind is Array:
        return t  # type: ignore[return-value]
    if kind is Named or kind is TypeParam:
        under = core_type(t)
        if type(under) is Array:
            return under
    return None


def element_of(t: Type) -> Type | None:
    """What an element of a slice, map or array of type ``t`` is; None for other types."""
    under = core_type(t)
    kind = type(under)
    if kind is Slice or kind is Array:
        return under.element  # type: ignore[attr-defined, no-any-return]
    if kind is Map:
        return under.value  # type: ignore[attr-defined, no-any-return]
    return None


def is_map(t: Type) -> bool:
    """Whether ``t`` is a map."""
    return type(core_type(t)) is Map


def is_string(t: Type) -> bool:
    """Whether ``t`` is a string, an untyped constant's type included."""
    under = core_type(t)
    return type(under) is Basic and under.name in ("string", "untyped string")


def owner_of(t: Type) -> TypeName | None:
    """The declared type that a struct of type ``t`` belongs to."""
    return t.symbol if type(t) is Named else None


def results_of(t: Type) -> tuple[Type, ...]:
    """The types of a call's results from the type of the call."""
    return t.elements if type(t) is Tuple else (t,)


def zero(t: Type) -> ir.Const | None:
    """The zero value of ``t`` as a constant; None for a struct or an array, which are no constants."""
    under = core_type(t)
    kind = type(under)
    if kind is Struct or kind is Array:
        return None
    if kind is Basic:
        return ir.Const(_ZEROS.get(under.name), t)  # type: ignore[attr-defined]
    if type(under) is Unknown or type(t) is TypeParam:
        return ir.Const(None, t, known=False)
    return ir.Const(None, t)
