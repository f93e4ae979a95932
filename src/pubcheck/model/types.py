"""Go's types as values, compared by structure; named types by their declaration.

What can't be known is ``Unknown``: a type of its own that every caller must handle, never a type that agrees with
everything by accident.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from pubcheck.model.symbols import TypeName


class Type(msgspec.Struct, frozen=True, gc=False):
    """Any type."""


class Unknown(Type, frozen=True, gc=False):
    """A type that the source at hand doesn't tell. Use the value ``UNKNOWN``."""


class Basic(Type, frozen=True, gc=False):
    """A predeclared type by its name (``int``, ``string``, ``unsafe.Pointer``) or an untyped constant's
    (``untyped int``, ``untyped nil``). ``byte`` is ``uint8``, ``rune`` is ``int32``."""  # noqa: D205, D209

    name: str


class Named(Type, frozen=True, gc=False):
    """A declared type, with type arguments where it is instantiated. Its underlying type comes from ``symbol``."""

    symbol: TypeName
    args: tuple[Type, ...] = ()


class Pointer(Type, frozen=True, gc=False):
    """``*element``."""

    element: Type


class Slice(Type, frozen=True, gc=False):
    """``[]element``."""

    element: Type


class Array(Type, frozen=True, gc=False):
    """``[length]element``; ``length`` is -1 where it isn't known."""

    length: int
    element: Type


class Map(Type, frozen=True, gc=False):
    """``map[key]value``."""

    key: Type
    value: Type


class Chan(Type, frozen=True, gc=False):
    """A channel; ``direction`` is ``both``, ``send`` or ``receive``."""

    direction: str
    element: Type


class Tuple(Type, frozen=True, gc=False):
    """The results of a call that hasn't exactly one."""

    elements: tuple[Type, ...]


class Signature(Type, frozen=True, gc=False):
    """A function's type without its receiver. The last of ``params`` is a ``Slice`` when ``variadic``."""

    params: tuple[Type, ...]
    results: tuple[Type, ...]
    variadic: bool = False
    type_params: tuple[TypeParam, ...] = ()


class StructField(msgspec.Struct, frozen=True, gc=False):
    """A field of a struct type."""

    name: str
    type: Type
    embedded: bool = False
    tag: str = ""


class Struct(Type, frozen=True, gc=False):
    """``struct {...}``."""

    fields: tuple[StructField, ...]


class InterfaceMethod(msgspec.Struct, frozen=True, gc=False):
    """An explicit method of an interface type."""

    name: str
    signature: Signature


class Interface(Type, frozen=True, gc=False):
    """``interface {...}``; ``embeds`` are interfaces and unions."""

    methods: tuple[InterfaceMethod, ...] = ()
    embeds: tuple[Type, ...] = ()


class Union(Type, frozen=True, gc=False):
    """The terms of a constraint, with whether each has a tilde."""

    terms: tuple[tuple[bool, Type], ...]


class TypeParam(Type, frozen=True, gc=False):
    """A type parameter; its constraint comes from ``symbol``."""

    symbol: TypeName


UNKNOWN = Unknown()
