"""Goroutines that don't run yet when their starter goes on: timers that are stopped, and what only a failure starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.facts import Point
from pubcheck.flow import ir
from pubcheck.rules.support.decisions import nil_tests

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.facts import Publication, Spawn

_DEPTH = 4
"""Calls that are followed downwards."""


def is_stopped(function: FunctionFacts, begin: Publication | Spawn, at: Point) -> bool:
    """Whether a timer is stopped between the two, or at once: it was started to be there, and runs when it is reset."""
    order, start = function.order, begin.point
    if all(call.callee != "time.AfterFunc" for call in function.calls_at(start)):
        return False
    following = min((call.point for call in function.calls if _follows(call.point, start)), default=None)
    return any(
        call.callee == "(*time.Timer).Stop"
        and order.reaches(start, call.point)
        and (order.dominates(call.point, at) or (call.point == following and not call.deferred))
        for call in function.calls
    )


def _follows(point: Point, start: Point) -> bool:
    """Whether one comes after the other with nothing that branches between."""
    return point.block == start.block and point.index > start.index


def goes_on_without(package: PackageFacts, function: FunctionFacts, publication: Publication, at: Point) -> bool:
    """Whether ``at`` is reached only past a call that gave no error, which it gives wherever it publishes."""
    return _succeeded(function, publication.point, at) and _gives_up(package, function, publication, _DEPTH)


def _gives_up(package: PackageFacts, function: FunctionFacts, publication: Publication, depth: int) -> bool:
    """Whether the callee that publishes gives an error then, in all cases."""
    calls = function.calls_at(publication.point) if publication.trace and depth else ()
    callee = next((found for call in calls if (found := package.function(call.callee)) is not None), None)
    if callee is None:
        return False
    inner = [each for each in callee.publications if each.callee == publication.callee]
    return bool(inner) and all(
        _is_error(leave) or (_succeeded(callee, each.point, at) and _gives_up(package, callee, each, depth - 1))
        for each in inner
        for at, leave in _returns_after(callee, each.point)
    )


def _returns_after(function: FunctionFacts, point: Point) -> Iterator[tuple[Point, ir.Return]]:
    for block in function.order.exits:
        last = function.ir.blocks[block].instructions[-1]
        end = Point(block, len(function.ir.blocks[block].instructions) - 1)
        if isinstance(last, ir.Return) and function.order.reaches(point, end):
            yield end, last


def _is_error(leave: ir.Return) -> bool:
    """Whether it returns something as its last value that isn't nil."""
    last = leave.values[-1] if leave.values else None
    return last is not None and not (isinstance(last, ir.Const) and last.value is None)


def _succeeded(function: FunctionFacts, call: Point, at: Point) -> bool:
    """Whether a branch on the way to ``at`` found that the last value which ``call`` gave is nil."""
    made = function.ir.blocks[call.block].instructions[call.index]
    error = made.targets[-1] if isinstance(made, ir.Call) and made.targets else None
    return (error, True) in nil_tests(function, at)
