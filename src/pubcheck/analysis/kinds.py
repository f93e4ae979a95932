"""The few questions that the analysis asks of a type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.model.structure import underlying
from pubcheck.model.types import Array, Basic, Named, Struct, Type, TypeParam

if TYPE_CHECKING:
    from pubcheck.model.symbols import TypeName


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
