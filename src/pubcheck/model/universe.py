"""What Go predeclares, and the package ``unsafe``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.model.symbols import Builtin, Const, Func, Nil, Symbol, TypeName
from pubcheck.model.types import UNKNOWN, Basic, Interface, InterfaceMethod, Named, Signature, Type

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pubcheck.model.package import Package

BOOL = Basic("bool")
STRING = Basic("string")
INT = Basic("int")
INT32 = Basic("int32")
UINT8 = Basic("uint8")
UINTPTR = Basic("uintptr")
FLOAT64 = Basic("float64")
COMPLEX64 = Basic("complex64")
COMPLEX128 = Basic("complex128")
UNSAFE_POINTER = Basic("unsafe.Pointer")
UNTYPED_BOOL = Basic("untyped bool")
UNTYPED_INT = Basic("untyped int")
UNTYPED_RUNE = Basic("untyped rune")
UNTYPED_FLOAT = Basic("untyped float")
UNTYPED_COMPLEX = Basic("untyped complex")
UNTYPED_STRING = Basic("untyped string")
UNTYPED_NIL = Basic("untyped nil")

ANY = Interface()

SIGNED = frozenset({"int", "int8", "int16", "int32", "int64"})
UNSIGNED = frozenset({"uint", "uint8", "uint16", "uint32", "uint64", "uintptr"})
INTEGERS = SIGNED | UNSIGNED
FLOATS = frozenset({"float32", "float64"})
COMPLEXES = frozenset({"complex64", "complex128"})

_DEFAULTS: dict[str, Type] = {
    "untyped bool": BOOL,
    "untyped int": INT,
    "untyped rune": INT32,
    "untyped float": FLOAT64,
    "untyped complex": COMPLEX128,
    "untyped string": STRING,
    "untyped nil": UNKNOWN,
}

UNTYPED_RANK = {"untyped int": 0, "untyped rune": 1, "untyped float": 2, "untyped complex": 3}
"""Of two untyped numbers the one of the higher rank gives the result its kind."""


def is_untyped(t: Type) -> bool:
    """Whether ``t`` is the type of an untyped constant or of ``nil``."""
    return type(t) is Basic and t.name in _DEFAULTS


def default_type(t: Type) -> Type:
    """The type that a variable takes from a value of type ``t``; ``UNKNOWN`` for an untyped nil."""
    return _DEFAULTS.get(t.name, t) if type(t) is Basic else t


ERROR_NAME = TypeName(
    "error",
    None,
    lambda: Interface((InterfaceMethod("Error", Signature((), (STRING,)), ERROR_METHOD),)),
)
ERROR_METHOD: Func = Func("Error", None, Signature((), (STRING,)), receiver=ERROR_NAME, interface=True)
ERROR = Named(ERROR_NAME)


IOTA = Const("iota", None, UNTYPED_INT, None)
"""Its value depends on where it stands."""


def _universe() -> dict[str, Symbol]:
    names: dict[str, Symbol] = {}
    for name in sorted({"bool", "string"} | INTEGERS | FLOATS | COMPLEXES):
        names[name] = TypeName.alias_of(name, None, Basic(name))
    names["byte"] = TypeName.alias_of("byte", None, UINT8)
    names["rune"] = TypeName.alias_of("rune", None, INT32)
    names["any"] = TypeName.alias_of("any", None, ANY)
    names["error"] = ERROR_NAME
    names["comparable"] = TypeName("comparable", None, ANY)
    names["true"] = Const("true", None, UNTYPED_BOOL, value=True)
    names["false"] = Const("false", None, UNTYPED_BOOL, value=False)
    names["iota"] = IOTA
    names["nil"] = Nil("nil", None)
    for name in [
        "append",
        "cap",
        "clear",
        "close",
        "complex",
        "copy",
        "delete",
        "imag",
        "len",
        "make",
        "max",
        "min",
        "new",
        "panic",
        "print",
        "println",
        "real",
        "recover",
    ]:
        names[name] = Builtin(name, None)
    return names


UNIVERSE: Mapping[str, Symbol] = _universe()


def unsafe_scope(package: Package) -> Mapping[str, Symbol]:
    """What ``package``, which is ``unsafe``, declares."""
    functions = ("Alignof", "Offsetof", "Sizeof", "Add", "Slice", "SliceData", "String", "StringData")
    names: dict[str, Symbol] = {name: Builtin(name, package) for name in functions}
    names["Pointer"] = TypeName.alias_of("Pointer", package, UNSAFE_POINTER)
    return names
