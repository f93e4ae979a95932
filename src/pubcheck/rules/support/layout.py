"""Where a field lies in the memory that was allocated for it, on a given architecture."""

from __future__ import annotations

from functools import cached_property
from math import gcd
from typing import TYPE_CHECKING, NamedTuple

from pubcheck.facts import DEREF, SNAPSHOT
from pubcheck.model.sizes import Sizes
from pubcheck.model.structure import underlying
from pubcheck.model.symbols import TypeName
from pubcheck.model.types import Array, Map, Named, Pointer, Slice, Struct
from pubcheck.rules.support.objects import named_type

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.facts import AccessPath
    from pubcheck.model.package import Package
    from pubcheck.model.symbols import Var
    from pubcheck.model.types import StructField, Type

MAX_NESTING = 8
"""Structs that hold structs by value deeper than this aren't looked through."""


class Offset(NamedTuple):
    """A word of an allocation.

    ``offset`` and ``stride`` are in bytes: the word lies at ``offset`` plus any multiple of ``stride``, which is 0
    outside of arrays. ``owner`` is the declared type that the offset is counted from, None for a struct without a
    name; ``name`` the way from it; ``field`` the innermost field.
    """

    owner: Named | None
    name: str
    offset: int
    stride: int
    field: Var | None

    def is_aligned(self, to: int) -> bool:
        """Whether every address that it may have is a multiple of ``to``, when the allocation's own is."""
        return self.offset % to == 0 and self.stride % to == 0


class Layout:
    """Offsets of access paths in one package's terms on one architecture."""

    def __init__(self, package: Package, goarch: str) -> None:
        """Lay out what ``package`` sees for ``goarch``."""
        self._package = package
        self._sizes = Sizes(goarch)
        self._places: dict[Type, dict[str, tuple[int, Type, Var | None]]] = {}

    def offset(self, path: AccessPath, root: Type | None) -> Offset | None:
        """Where ``path`` lies in the allocation that its last pointer leads to; None where a type isn't known.

        Args:
            path: to a word.
            root: the type of what the path starts from, if it is known.
        """
        start = max((at for at, step in enumerate(path.steps) if step in (DEREF, SNAPSHOT)), default=-1) + 1
        found = root
        for step in path.steps[:start]:
            found = self._after(found, step)
        owner: Named | None = None
        field: Var | None = None
        offset = stride = 0
        names: list[str] = []
        for at, step in enumerate(path.steps[start:], start):
            if step.startswith("["):
                found = self._item(found, path.steps[at + 1 : at + 2])
                size = self._sizes.sizeof(found) if found is not None else None
                if size is None:
                    return None
                index = step[1:-1]
                offset += int(index) * size if index.isdigit() else 0
                stride = stride if index.isdigit() else gcd(stride, size)
                continue
            here = self._struct(found, step)
            place = self._place(here, step.rpartition(".")[2]) if here is not None else None
            if place is None:
                return None
            if not names:
                owner = here if isinstance(here, Named) else None
                names.append(_name(owner, path, start))
            offset += place[0]
            found, field = place[1], place[2]
            names.append(step.rpartition(".")[2])
        return Offset(owner, ".".join(names), offset, stride, field) if names else None

    def _after(self, t: Type | None, step: str) -> Type | None:
        """The type after one step on the way to the allocation."""
        if step.startswith("["):
            return self._item(t, ())
        if step not in (DEREF, SNAPSHOT):
            here = self._struct(t, step)
            name = step.rpartition(".")[2]
            struct = underlying(here) if here is not None else None
            fields = struct.fields if isinstance(struct, Struct) else ()
            return next((field.type for field in fields if field.name == name), None)
        under = underlying(t) if t is not None else None
        # A slice's or map's value leads to its items by the next step.
        return under.element if isinstance(under, Pointer) else t if isinstance(under, Slice | Map) else None

    def _item(self, t: Type | None, following: tuple[str, ...]) -> Type | None:
        """The type of an item: by the container's, or by the field of it that comes next."""
        under = underlying(t) if t is not None else None
        if isinstance(under, Array | Slice):
            return under.element
        if isinstance(under, Map):
            return under.value
        owner = following[0].rpartition(".")[0] if following else ""
        return named_type(self._package, owner) if owner else None

    def _struct(self, t: Type | None, step: str) -> Type | None:
        """The struct type that ``step`` is a field of: as it was come by, or as the step names it."""
        owner = step.rpartition(".")[0]
        if not owner:
            return t
        named = named_type(self._package, owner)
        if isinstance(t, Named) and named is not None and t.symbol is named.symbol:
            return t  # with its type arguments
        return named

    def _place(self, owner: Type, name: str) -> tuple[int, Type, Var | None] | None:
        """Offset, type and symbol of a field: what comes behind it need not be known."""
        known = self._places.get(owner)
        if known is None:
            placed = reversed(tuple(self._placed(owner)))
            known = self._places[owner] = {each.name: (start, each.type, each.symbol) for start, each in placed}
        return known.get(name)

    def _placed(self, owner: Type) -> Iterator[tuple[int, StructField]]:
        """The fields of a struct with their offsets, up to the first whose offset isn't known."""
        struct = underlying(owner)
        end = 0
        for field in struct.fields if isinstance(struct, Struct) else ():
            align = self._sizes.alignof(field.type)
            if align is None:
                return
            start = (end + align - 1) // align * align
            yield start, field
            size = self._sizes.sizeof(field.type)
            if size is None:
                return
            end = start + size

    def embeddings(self, inner: Named) -> tuple[Offset, ...]:
        """Where structs of the package hold an ``inner`` by value, directly or in other structs and arrays."""
        return tuple(self._nested.get(inner.symbol, ()))

    @cached_property
    def _nested(self) -> dict[TypeName, list[Offset]]:
        found: dict[TypeName, list[Offset]] = {}
        names = [one for one in self._package.scope.values() if isinstance(one, TypeName)]
        for symbol in sorted(names, key=lambda one: one.name):
            named = symbol.type
            if isinstance(named, Named) and named.symbol is symbol:
                self._collect(named, Offset(named, symbol.name, 0, 0, None), found, 0)
        return found

    def _collect(self, here: Type, so_far: Offset, found: dict[TypeName, list[Offset]], depth: int) -> None:
        if depth > MAX_NESTING:
            return
        for start, field in self._placed(here):
            kind, stride = field.type, so_far.stride
            under = underlying(kind)
            if isinstance(under, Array):
                kind = under.element
                stride = gcd(stride, self._sizes.sizeof(kind) or 0)
            place = Offset(so_far.owner, f"{so_far.name}.{field.name}", so_far.offset + start, stride, field.symbol)
            if isinstance(kind, Named):
                found.setdefault(kind.symbol, []).append(place)
            self._collect(kind, place, found, depth + 1)


def _name(owner: Named | None, path: AccessPath, start: int) -> str:
    """What the allocation is called: its type, or the variable or field that leads to it."""
    if owner is not None:
        return owner.symbol.name
    fields = [step for step in path.steps[:start] if step[0] not in "*@["]
    return (fields[-1] if fields else path.root.name).rpartition(".")[2]
