"""What a function claims under a lock for itself: it finds that nobody has, and leaves word that somebody has now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.flow import ir

if TYPE_CHECKING:
    from pubcheck.analysis.function import Condition, FunctionFacts
    from pubcheck.facts import Access, Point


def claims(function: FunctionFacts, point: Point) -> bool:
    """Whether ``function`` has set a flag on the way to ``point`` that it found unset under the same lock.

    So it has if it found a state to be one constant, and has set it to another one.
    """
    return any(
        write.writes
        and write.value is not None
        and write.value.known
        and bool(write.held.must)
        and function.order.dominates(write.point, point)
        and any(
            _is_otherwise(function, condition, write) and _reads(function, condition.point.block, write)
            for condition in function.conditions(write.point)
        )
        for write in function.accesses
    )


def _is_otherwise(function: FunctionFacts, condition: Condition, write: Access) -> bool:
    """Whether what is tested is, on the way that was taken, a constant other than the one that is written."""
    written = write.value.value if write.value is not None else None
    if written is True:
        return not condition.taken
    instructions = function.ir.blocks[condition.point.block].instructions
    branch = instructions[-1]
    test = next((each for each in instructions if type(each) is ir.Compute and _makes(each, branch)), None)
    if test is None or test.op not in ("==", "!=") or condition.taken is not (test.op == "=="):
        return False
    constants = [each.value for each in test.operands if type(each) is ir.Const and each.known]
    return len(constants) == 1 and None not in (constants[0], written) and constants[0] != written


def _makes(compute: ir.Compute, branch: ir.Instruction) -> bool:
    return type(branch) is ir.Branch and compute.target == branch.condition


def _reads(function: FunctionFacts, block: int, write: Access) -> bool:
    """Whether the flag is read there, under a lock that is still held at the write."""
    return any(
        not access.writes
        and access.point.block == block
        and access.path == write.path
        and not access.held.must.isdisjoint(write.held.must)
        for access in function.accesses
    )
