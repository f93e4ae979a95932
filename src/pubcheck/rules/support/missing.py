"""What isn't there yet wherever a point is reached: a branch has compared it with nil, itself or by a getter."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis.goroutines import Names
from pubcheck.flow import ir

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.facts import Access, Call, Location, Point


class Missing(NamedTuple):
    """``location`` was seen to be nil by ``look``, in the function that was asked about."""

    location: Location
    look: Access | Call


def missing_at(package: PackageFacts, function: FunctionFacts, point: Point) -> Iterator[Missing]:
    """The memory that is nil wherever ``point`` of ``function`` is reached."""
    for condition in function.conditions(point):
        branch = function.ir.blocks[condition.point.block].instructions[-1]
        if isinstance(branch, ir.Branch):
            yield from _seen(package, function, branch.condition, holds=condition.taken)


def _seen(package: PackageFacts, function: FunctionFacts, tested: ir.Operand, *, holds: bool) -> Iterator[Missing]:
    """What is nil where the boolean ``tested`` is ``holds``."""
    made = Names(function).made
    test = made.get(tested) if isinstance(tested, int) else None
    while type(test) is ir.Compute and test.op == "!":
        tested, holds = test.operands[0], not holds
        test = made.get(tested) if isinstance(tested, int) else None
    if type(test) is ir.Call:
        for call in function.calls:
            answer = _answer(package, call) if _instruction(function, call) is test else None
            if answer is not None:
                yield from (each._replace(look=call) for each in _seen(package, *answer, holds=holds))
    elif type(test) is ir.Compute and test.op in ("==", "!=") and holds is (test.op == "=="):
        value, other = test.operands
        load = made.get(value) if isinstance(value, int) else None
        is_nil = isinstance(other, ir.Const) and other.known and other.value is None
        for each in function.accesses if is_nil and type(load) is ir.Load else ():
            if each.location is not None and not each.writes and _instruction(function, each) is load:
                yield Missing(each.location, each)


def _answer(package: PackageFacts, call: Call) -> tuple[FunctionFacts, ir.Operand] | None:
    """The getter that is called, and the one value that it returns, having done nothing else."""
    getter = package.function(call.callee)
    leave = getter.ir.blocks[0].instructions[-1] if getter is not None else None
    if getter is None or type(leave) is not ir.Return or len(leave.values) != 1:
        return None
    return getter, leave.values[0]


def _instruction(function: FunctionFacts, event: Access | Call) -> ir.Instruction:
    return function.ir.blocks[event.point.block].instructions[event.point.index]
