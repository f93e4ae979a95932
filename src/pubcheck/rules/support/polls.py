"""What somebody sets and a goroutine looks at again and again: flags, and looks in loops."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.facts import Point
from pubcheck.flow import ir
from pubcheck.rules.support.decisions import Decisions

if TYPE_CHECKING:
    from pubcheck.analysis import FunctionFacts, PackageFacts, Site

_BOUNDS = frozenset(("<", "<=", ">", ">="))


def is_flag(site: Site) -> bool:
    """Whether the write sets a constant that says what to do, and is no correction of a setting."""
    value = site.access.value
    constant = value is not None and value.known and isinstance(value.value, bool | int)
    return constant and not _is_corrected(site)


def _is_corrected(site: Site) -> bool:
    """Whether the write brings a number within its bounds, which it is compared with: it is a setting, and no flag."""
    function, path = site.function, site.access.path
    for decision in Decisions(function).of(site.access.point):
        block = function.ir.blocks[decision.point.block]
        if decision.read.path == path and any(
            isinstance(one, ir.Compute) and one.op in _BOUNDS for one in block.instructions
        ):
            return True
    return False


def is_repeated(package: PackageFacts, site: Site) -> bool:
    """Whether it stands in a loop, or behind one that waits, or in a getter that is called there."""
    function = site.function
    if _is_looped(function, site.access.point):
        return True
    return any(_is_looped(edge.caller, edge.point) for edge in package.calls.get(function.name, ()))


def _is_looped(function: FunctionFacts, point: Point) -> bool:
    if function.in_loop(point):
        return True
    waits = {event.point.block for event in function.blocking}
    return any(
        not waits.isdisjoint(loop.blocks) and function.order.dominates(Point(loop.header, 0), point)
        for loop in function.order.loops
    )
