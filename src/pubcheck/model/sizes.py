"""Sizes, alignments and offsets of types, as the gc compiler lays them out.

The rules are those of go/types' ``gcSizes`` (``types.SizesFor("gc", goarch)``): they differ from the language's only
in that a struct that ends in a field of size zero is made longer, so that the field's address stays inside it, and
in the marker that asks for 8-byte alignment where a word has 4.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import msgspec

from pubcheck.model.structure import underlying
from pubcheck.model.types import Array, Basic, Chan, Interface, Map, Named, Pointer, Signature, Slice, Struct

if TYPE_CHECKING:
    from collections.abc import Callable

    from pubcheck.model.symbols import TypeName
    from pubcheck.model.types import Type

_WORD_AND_ALIGN = {
    **dict.fromkeys(("386", "arm", "mips", "mipsle"), (4, 4)),
    "amd64p32": (4, 8),
    **dict.fromkeys(("amd64", "arm64", "loong64", "mips64", "mips64le", "ppc64", "ppc64le"), (8, 8)),
    **dict.fromkeys(("riscv64", "s390x", "sparc64", "wasm"), (8, 8)),
}
_BASIC = {
    **dict.fromkeys(("bool", "int8", "uint8"), (1, 1)),
    **dict.fromkeys(("int16", "uint16"), (2, 2)),
    **dict.fromkeys(("int32", "uint32", "float32"), (4, 4)),
    **dict.fromkeys(("int64", "uint64", "float64"), (8, 8)),
    "complex64": (8, 4),
    "complex128": (16, 8),
}
_ALIGN64_PACKAGES = ("sync/atomic", "internal/runtime/atomic")
_LARGEST = 2**63 - 1


class _Layout(msgspec.Struct, frozen=True, gc=False):
    size: int
    align: int


class Sizes:
    """The layout of types on one architecture.

    Every answer is None where the type isn't known, holds a type parameter, contains itself, is larger than an
    address space, or where gc doesn't know the architecture.
    """

    __slots__ = ("_basic", "_named", "_of", "_word")

    asked: ClassVar[int] = 0
    """How often anybody has asked for the size of a declared struct or array, which may change with any field."""

    def __init__(self, goarch: str) -> None:
        """Lay types out for ``goarch``, a name as ``GOARCH`` has it."""
        self._word, max_align = _WORD_AND_ALIGN.get(goarch, (0, 0))
        word, pair, triple = (_Layout(count * self._word, self._word) for count in (1, 2, 3))
        self._basic = {name: _Layout(size, min(align, max_align)) for name, (size, align) in _BASIC.items()}
        self._basic |= dict.fromkeys(("int", "uint", "uintptr", "unsafe.Pointer"), word)
        self._basic["string"] = pair
        # Only declared types are remembered: they hash by identity, all others by everything inside them.
        self._named: dict[Named, _Layout | None] = {}
        self._of: dict[type[Type], Callable[..., _Layout | None]] = {
            **dict.fromkeys((Pointer, Map, Chan, Signature), lambda _: word),
            Slice: lambda _: triple,
            Interface: lambda _: pair,
            Basic: lambda t: self._basic.get(t.name),
            Named: self._declared,
            Array: self._array,
            Struct: self._struct,
        }

    def sizeof(self, t: Type) -> int | None:
        """Bytes that a variable of type ``t`` takes, padding at its end included."""
        layout = self._ask(t)
        return None if layout is None else layout.size

    def alignof(self, t: Type) -> int | None:
        """What the address of a variable of type ``t`` is a multiple of, in bytes."""
        layout = self._ask(t)
        return None if layout is None else layout.align

    def offsetsof(self, t: Type) -> tuple[int, ...] | None:
        """Offset in bytes of each field of a type whose underlying type is a struct; None for other types too."""
        if self._ask(t) is None:
            return None
        struct = underlying(t)
        return tuple(self._place(struct)[0]) if isinstance(struct, Struct) else None

    def _ask(self, t: Type) -> _Layout | None:
        try:
            return self._layout(t) if self._word else None
        except RecursionError:
            return None

    def _layout(self, t: Type) -> _Layout | None:
        of = self._of.get(type(t))
        layout = of(t) if of else None
        return None if layout is None or layout.size > _LARGEST else layout

    def _declared(self, t: Named) -> _Layout | None:
        if isinstance(underlying(t), Struct | Array):
            Sizes.asked += 1
        if t not in self._named:
            # The answer for a type that, in broken source, contains itself.
            self._named[t] = None
            self._named[t] = _Layout(0, 8) if _asks_for_64_bits(t.symbol) else self._layout(underlying(t))
        return self._named[t]

    def _array(self, t: Array) -> _Layout | None:
        element = self._layout(t.element)
        if element is None or t.length < 0:
            return None
        return _Layout(element.size * t.length, element.align)

    def _struct(self, t: Struct) -> _Layout | None:
        offsets, end, align = self._place(t)
        if end is None:
            return None
        # The address of a last field without size must not be that of what comes after the struct.
        if offsets and offsets[-1] == end > 0:
            end += 1
        return _Layout(_round_up(end, align), align)

    def _place(self, t: Struct) -> tuple[list[int], int | None, int]:
        """The fields' offsets, the end of the last, and the struct's alignment."""
        offsets: list[int] = []
        end, align = 0, 1
        for field in t.fields:
            layout = self._layout(field.type)
            if layout is None:
                return offsets, None, align
            offsets.append(_round_up(end, layout.align))
            end = offsets[-1] + layout.size
            align = max(align, layout.align)
        return offsets, end, align


def _round_up(offset: int, align: int) -> int:
    return (offset + align - 1) // align * align


def _asks_for_64_bits(symbol: TypeName) -> bool:
    package = symbol.package
    return symbol.name == "align64" and package is not None and package.path in _ALIGN64_PACKAGES
