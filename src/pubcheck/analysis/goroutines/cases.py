"""Goroutines of one kind that each write memory of their own, as a switch on what they were given chooses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.analysis.goroutines.naming import Names
from pubcheck.facts import RootKind
from pubcheck.flow import ir
from pubcheck.model.symbols import Var

if TYPE_CHECKING:
    from pubcheck.analysis.function import FunctionFacts
    from pubcheck.facts import Access, AccessPath, Point


def is_of_its_case(function: FunctionFacts | None, access: Access) -> bool:
    """Whether one case of a switch writes ``access``, and another one another field of the object, or variable.

    That two runs of ``function`` come to the same case is nothing that the code says: they are there for one each. Who
    counts, or appends, is there for several.
    """
    if function is None or not access.writes or access.trace:
        return False
    mine = _cases(function, access.point)
    if not mine or any(other.path == access.path and not other.writes for other in function.accesses):
        return False
    return any(
        other.writes
        and not other.trace
        and _stands_beside(access.path, other.path)
        and any(mine.get(variable, at) != at for variable, at in _cases(function, other.point).items())
        for other in function.accesses
    )


def _stands_beside(one: AccessPath, other: AccessPath) -> bool:
    """Whether both are fields of one object, or captured variables."""
    if one == other or one.is_element or len(one.steps) != len(other.steps):
        return False
    captured = one.root.kind is other.root.kind is RootKind.CELL
    return one.steps[:-1] == other.steps[:-1] and (one.root == other.root if one.steps else captured)


def _cases(function: FunctionFacts, point: Point) -> dict[Var | int, Point]:
    """The variables that equal something wherever ``point`` is reached, and where that was tested."""
    made, params = Names(function).made, function.ir.params
    found: dict[Var | int, Point] = {}
    for condition in function.conditions(point):
        branch = function.ir.blocks[condition.point.block].instructions[-1]
        test = made.get(branch.condition) if type(branch) is ir.Branch and isinstance(branch.condition, int) else None
        if type(test) is not ir.Compute or test.op != "==" or not condition.taken:
            continue
        tested = test.operands[0]
        load = made.get(tested) if isinstance(tested, int) else None
        if type(load) is ir.Load and not load.place.steps and isinstance(load.place.root, Var):
            found.setdefault(load.place.root, condition.point)
        elif isinstance(tested, int) and tested in params:
            found.setdefault(tested, condition.point)
    return found
