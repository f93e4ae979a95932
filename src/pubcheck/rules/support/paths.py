"""Whether a path still names the memory that it did."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.analysis.goroutines import Names
from pubcheck.facts import DEREF, ELEMENT
from pubcheck.flow import ir
from pubcheck.rules.support.uses import items

if TYPE_CHECKING:
    from collections.abc import Hashable

    from pubcheck.analysis import FunctionFacts
    from pubcheck.facts import AccessPath, LockEvent, Point


def leads_elsewhere(function: FunctionFacts, path: AccessPath, first: Point, second: Point) -> bool:
    """Whether a pointer on the way of ``path`` may be another one at ``second`` than it was at ``first``."""
    pointers = {
        prefix for prefix, longer in zip(path.prefixes, path.prefixes[1:], strict=False) if longer.steps[-1] == DEREF
    }
    order = function.order
    return any(
        access.path in pointers
        and access.writes
        and order.reaches(first, access.point)
        and order.reaches(access.point, second)
        for access in function.accesses
    )


def same_item(function: FunctionFacts, first: LockEvent, second: LockEvent) -> bool:
    """Whether both work on the lock of one item of a slice or map: by one variable or key, in one turn of the loop."""
    if first.lock.path.steps.count(ELEMENT) != 1 or not function.order.same_turn(first.point, second.point):
        return False
    register = _receiver(function, first.point)
    if register is not None and register == _receiver(function, second.point):
        return True
    keys = items(function.ir, first)
    return bool(keys) and keys == items(function.ir, second) and all(_stays(function, key) for key in keys or ())


def _stays(function: FunctionFacts, key: Hashable) -> bool:
    """Whether a key, as ``items`` tells it, is the same at both ends: a constant, or a variable assigned once."""
    return isinstance(key, tuple) or (isinstance(key, int) and key in Names(function).made)


def _receiver(function: FunctionFacts, point: Point) -> int | None:
    """The register that holds the pointer to the object whose method is called at ``point``, or whose lock it is."""
    call = function.ir.blocks[point.block].instructions[point.index]
    if not isinstance(call, ir.Call) or not call.call.args or not isinstance(call.call.args[0], int):
        return None
    register = call.call.args[0]
    for block in function.ir.blocks:
        for each in block.instructions:
            if isinstance(each, ir.Address) and each.target == register:
                place = each.place
                plain = isinstance(place.root, int) and not any(isinstance(step, ir.Element) for step in place.steps)
                return place.root if plain and isinstance(place.root, int) else None
    return register
