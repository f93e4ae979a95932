"""The few questions that the analysis asks of a type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.model.structure import underlying
from pubcheck.model.types import Array, Basic, Chan, Named, Struct, Type, TypeParam

if TYPE_CHECKING:
    from pubcheck.model.symbols import TypeName

_SYNCHRONISING = ("sync", "sync/atomic")
MAX_NESTING = 4
"""Structs by value inside structs that are looked through."""


def struct_name(type_: Type | None) -> TypeName | None:
    """The declaration of a declared struct type; None for any other type, and for an unknown one."""
    if type(type_) is Named and type(underlying(type_)) is Struct:
        return type_.symbol
    return None


def refers(type_: Type | None, depth: int = 0) -> bool:
    """Whether a value of this type can lead to memory that it shares with its copies; so for an unknown type."""
    kind = type(type_)
    if type_ is None or kind is TypeParam:
        return True
    if kind is Named:
        return depth > 8 or refers(underlying(type_), depth + 1)
    if kind is Basic:
        return type_.name == "unsafe.Pointer"  # type: ignore[attr-defined, no-any-return]
    if kind is Array:
        return refers(type_.element, depth + 1)  # type: ignore[attr-defined]
    if kind is Struct:
        return depth > 8 or any(refers(field.type, depth + 1) for field in type_.fields)  # type: ignore[attr-defined]
    return True


def has_synchronisation(type_: Type, depth: int = 0) -> bool:
    """Whether a value of this type has a lock, an atomic or a channel of its own."""
    if isinstance(type_, Named) and type_.symbol.package is not None and type_.symbol.package.path in _SYNCHRONISING:
        return True
    under = underlying(type_)
    if isinstance(under, Chan):
        return True
    if isinstance(under, Array):
        return has_synchronisation(under.element, depth)
    if not isinstance(under, Struct) or depth >= MAX_NESTING:
        return False
    return any(has_synchronisation(field.type, depth + 1) for field in under.fields)
