"""Where a field lies in the memory that was allocated for it, on a given architecture."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from pubcheck.facts import DEREF, SNAPSHOT
from pubcheck.model.sizes import Sizes
from pubcheck.model.structure import underlying
from pubcheck.model.symbols import TypeName
from pubcheck.model.types import Array, Named, Struct
from pubcheck.rules.support.objects import named_type

if TYPE_CHECKING:
    from pubcheck.facts import AccessPath
    from pubcheck.model.package import Package
    from pubcheck.model.symbols import Var
    from pubcheck.model.types import Type

MAX_NESTING = 8
"""Structs that hold structs by value deeper than this aren't looked through."""


class Offset(NamedTuple):
    """A word of an allocation.

    ``offset`` and ``stride`` are in bytes: the word lies at ``offset`` plus any multiple of ``stride``, which is 0
    outside of arrays. ``owner`` is the type that the offset is counted from, ``name`` the way from it; ``field`` the
    innermost field.
    """

    owner: Named
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

    def offset(self, path: AccessPath) -> Offset | None:
        """Where ``path`` lies in the allocation that its last pointer leads to; None where a type isn't known."""
        start = max((at for at, step in enumerate(path.steps) if step in (DEREF, SNAPSHOT)), default=-1) + 1
        owner: Named | None = None
        found: Type | None = None
        field: Var | None = None
        offset = stride = 0
        names: list[str] = []
        for at, step in enumerate(path.steps[start:]):
            if step.startswith("["):
                element = self._element(path, start, found, first=at == 0)
                size = self._sizes.sizeof(element) if element is not None else None
                if size is None:
                    return None
                stride, found = size, element
                continue
            named, _, name = step.rpartition(".")
            here = named_type(self._package, named) if named else found
            place = self._place(here, name)
            if here is None or place is None:
                return None
            if owner is None and isinstance(here, Named):
                owner = here
            offset += place[0]
            found, field = place[1], place[2]
            names.append(name)
        return None if owner is None else Offset(owner, ".".join([owner.symbol.name, *names]), offset, stride, field)

    def _element(self, path: AccessPath, start: int, array: Type | None, *, first: bool) -> Type | None:
        """The type of an item: of the array just passed, or of a slice, which is the owner of the next field."""
        if not first:
            under = underlying(array) if array is not None else None
            return under.element if isinstance(under, Array) else None
        following = path.steps[start + 1 : start + 2]
        return named_type(self._package, following[0].rpartition(".")[0]) if following else None

    def _place(self, owner: Type | None, name: str) -> tuple[int, Type, Var | None] | None:
        offsets = self._sizes.offsetsof(owner) if owner is not None else None
        struct = underlying(owner) if owner is not None else None
        if offsets is None or not isinstance(struct, Struct):
            return None
        for field, offset in zip(struct.fields, offsets, strict=True):
            if field.name == name:
                return offset, field.type, field.symbol
        return None

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
        struct = underlying(here)
        offsets = self._sizes.offsetsof(here) if isinstance(struct, Struct) and depth <= MAX_NESTING else None
        if not isinstance(struct, Struct) or offsets is None:
            return
        for field, offset in zip(struct.fields, offsets, strict=True):
            kind, stride = field.type, so_far.stride
            under = underlying(kind)
            if isinstance(under, Array):
                kind = under.element
                stride = self._sizes.sizeof(kind) or 0
            place = Offset(so_far.owner, f"{so_far.name}.{field.name}", so_far.offset + offset, stride, field.symbol)
            if isinstance(kind, Named):
                found.setdefault(kind.symbol, []).append(place)
            self._collect(kind, place, found, depth + 1)
