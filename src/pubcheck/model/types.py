"""Go's types as values, compared by structure; named types by their declaration.

What can't be known is ``Unknown``: a type of its own that every caller must handle, never a type that agrees with
everything by accident.

Types and symbols name each other in circles, so the cyclic garbage collector has to see them, unlike other values:
one link of such a circle that it doesn't see keeps a whole program alive.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable

    from pubcheck.model.symbols import Func, TypeName, Var  # noqa: TC004 symbols are made of types


class Type(msgspec.Struct, frozen=True):
    """Any type."""


class Unknown(Type, frozen=True):
    """A type that the source at hand doesn't tell. Use the value ``UNKNOWN``, or ``FOREIGN`` where it is ``named``.

    That is a type of a package that isn't there, by its name, or what a pointer to such leads to. It is hardly ever a
    pointer itself, which would have a star.
    """

    named: bool = False


class Basic(Type, frozen=True):
    """A predeclared type by its name (``int``, ``string``, ``unsafe.Pointer``) or an untyped constant's.

    ``byte`` is ``uint8``, ``rune`` is ``int32``. The literal ``1`` has the type ``untyped int``, ``nil`` the type
    ``untyped nil``.
    """

    name: str


class Named(Type, frozen=True):
    """A declared type, with type arguments where it is instantiated. Its underlying type comes from ``symbol``."""

    symbol: TypeName
    args: tuple[Type, ...] = ()


class Pointer(Type, frozen=True):
    """``*element``."""

    element: Type


class Slice(Type, frozen=True):
    """``[]element``."""

    element: Type


class Array(Type, frozen=True):
    """``[length]element``; ``length`` is -1 where it isn't known."""

    length: int
    element: Type


class Map(Type, frozen=True):
    """``map[key]value``."""

    key: Type
    value: Type


class Chan(Type, frozen=True):
    """A channel; ``direction`` is ``both``, ``send`` or ``receive``."""

    direction: str
    element: Type


class Tuple(Type, frozen=True):
    """The results of a call that hasn't exactly one."""

    elements: tuple[Type, ...]


class Signature(Type, frozen=True):
    """A function's type without its receiver. The last of ``params`` is a ``Slice`` when ``variadic``."""

    params: tuple[Type, ...]
    results: tuple[Type, ...]
    variadic: bool = False
    type_params: tuple[TypeParam, ...] = ()


class StructField:
    """A field of a struct type; its type is made when first asked for.

    ``symbol`` is the declared field, one for all instantiations of a generic struct. Fields compare by what the
    language compares: name, type, tag and whether they are embedded.
    """

    __slots__ = ("_type", "embedded", "name", "symbol", "tag")

    def __init__(
        self,
        name: str,
        type: Type | Callable[[], Type],  # noqa: A002 the word of the language
        embedded: bool = False,
        tag: str = "",
        symbol: Var | None = None,
    ) -> None:
        """A field with its type, or with what makes it."""
        self.name = name
        self.embedded = embedded
        self.tag = tag
        self.symbol = symbol
        self._type = type

    @property
    def type(self) -> Type:
        """The field's type."""
        made = self._type
        if not isinstance(made, Type):
            self._type = UNKNOWN
            self._type = made = made()
        return made

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, StructField):
            return NotImplemented
        if (self.name, self.embedded, self.tag) != (other.name, other.embedded, other.tag):
            return False
        return self.type == other.type

    def __hash__(self) -> int:
        return hash((self.name, self.embedded, self.tag))

    def __repr__(self) -> str:
        return f"<StructField {self.name}>"


class Struct(Type, frozen=True):
    """``struct {...}``."""

    fields: tuple[StructField, ...]


class InterfaceMethod:
    """An explicit method of an interface type; its signature is made when first asked for.

    ``symbol`` is the declared method, one for all instantiations of a generic interface.
    """

    __slots__ = ("_signature", "name", "symbol")

    def __init__(self, name: str, signature: Signature | Callable[[], Signature], symbol: Func | None = None) -> None:
        """A method with its signature, or with what makes it."""
        self.name = name
        self.symbol = symbol
        self._signature = signature

    @property
    def signature(self) -> Signature:
        """The method's signature, without a receiver."""
        made = self._signature
        if not isinstance(made, Signature):
            self._signature = made = made()
        return made

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, InterfaceMethod):
            return NotImplemented
        return self.name == other.name and self.signature == other.signature

    def __hash__(self) -> int:
        return hash(self.name)

    def __repr__(self) -> str:
        return f"<InterfaceMethod {self.name}>"


class Interface(Type, frozen=True):
    """``interface {...}``; ``embeds`` are interfaces and unions."""

    methods: tuple[InterfaceMethod, ...] = ()
    embeds: tuple[Type, ...] = ()


class Union(Type, frozen=True):
    """The terms of a constraint, with whether each has a tilde."""

    terms: tuple[tuple[bool, Type], ...]


class TypeParam(Type, frozen=True):
    """A type parameter; its constraint comes from ``symbol``."""

    symbol: TypeName


UNKNOWN = Unknown()
FOREIGN = Unknown(named=True)
