"""Counters that are spread over shards, but lie side by side in one cache line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.diagnostic import Related
from pubcheck.facts import ELEMENT, AtomicKind
from pubcheck.flow import ir
from pubcheck.model.sizes import Sizes
from pubcheck.model.structure import underlying
from pubcheck.model.types import Array, Pointer, Slice, Struct
from pubcheck.rules.finding import Finding
from pubcheck.rules.fixes.padding import pad
from pubcheck.rules.support.atomic_sites import atomic_sites
from pubcheck.rules.support.call_sites import call_info
from pubcheck.rules.support.names import definitions, type_of
from pubcheck.rules.support.wording import named_place, type_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.facts import Access
    from pubcheck.model.types import Type

_SPREADING = frozenset(("%", "&"))


def check(package: PackageFacts, *, line: int = 64) -> Iterator[Finding]:
    """Find atomic additions to items that are chosen by a remainder or a mask, and are smaller than a cache line.

    Args:
        package: the facts.
        line: bytes that a processor takes ownership of at once.
    """
    told: set[str] = set()
    for (function, access), atomic in atomic_sites(package):
        if atomic.kind is not AtomicKind.ADD or ELEMENT not in access.path.steps:
            continue
        item = _shard(function, access)
        size = Sizes("amd64").sizeof(item) if item is not None else None
        where = named_place(access.path, package).partition("[")[0]
        if item is None or not size or size >= line or where in told:
            continue
        told.add(where)
        yield Finding(
            span=access.span,
            values={"shards": where, "item": type_name(item, package), "size": str(size), "line": str(line)},
            because=("each write takes the whole line away from the processors that write its neighbours",),
            related=(Related(access.span, "an item is chosen by a remainder here"),),
            fixes=pad(package, item, line),
            location=where,
            symbol=function.name,
        )


def _shard(function: FunctionFacts, access: Access) -> Type | None:
    """The type of the items, if the one that is written is chosen by a remainder or a mask."""
    call = call_info(function.ir, access.point)
    made = definitions(function.ir)
    name = call.args[0] if call is not None and call.args else None
    while isinstance(name, int) and len(made.get(name, ())) == 1:
        instruction = made[name][0][1]
        if not isinstance(instruction, ir.Address):
            return None
        place = instruction.place
        for step in place.steps:
            if isinstance(step, ir.Element) and isinstance(step.index, int) and _is_spread(step.index, function):
                return _item_type(function, place)
        name = place.root if isinstance(place.root, int) else None
    return None


def _is_spread(index: int, function: FunctionFacts) -> bool:
    """Whether an index is a remainder or a masked hash, conversions aside."""
    made = definitions(function.ir)
    seen: set[int] = set()
    name: object = index
    while isinstance(name, int) and name not in seen:
        seen.add(name)
        found = made.get(name, ())
        instruction = found[0][1] if len(found) == 1 else None
        if not isinstance(instruction, ir.Compute):
            return False
        if instruction.op in _SPREADING:
            return True
        name = instruction.operands[0] if instruction.op in ("move", "convert") else None
    return False


def _item_type(function: FunctionFacts, place: ir.Place) -> Type | None:
    """The type of the items of the container that the place's element lies in."""
    type_ = type_of(function.ir, place.root)
    for step in place.steps:
        under = underlying(type_) if type_ is not None else None
        if isinstance(step, ir.Element):
            under = underlying(under.element) if isinstance(under, Pointer) else under
            return under.element if isinstance(under, Slice | Array) else None
        if isinstance(step, ir.Deref):
            type_ = under.element if isinstance(under, Pointer) else None
        elif isinstance(under, Struct):
            type_ = next((field.type for field in under.fields if field.name == step.name), None)
        else:
            return None
    return None
