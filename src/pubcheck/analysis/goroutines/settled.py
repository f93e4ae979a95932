"""Ways that aren't taken after a point because of a flag: a boolean variable that was set or tested before.

Each flag is followed alone, with the values that it may have in each block.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.analysis.survey import assigned
from pubcheck.facts import Point
from pubcheck.flow import ir
from pubcheck.flow.builder import successors
from pubcheck.model.universe import BOOL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis.function import FunctionFacts

MAX_FLAGS = 16
"""Boolean variables of one function that are followed."""

_State = tuple[int, bool | None]
"""A block, and what the flag is when it begins; None where that isn't known."""


def closed_ways(function: FunctionFacts, start: Point) -> Iterator[Point]:
    """The beginnings of blocks that lie behind ``start`` and aren't come to from there, as some flag tells."""
    reachable = function.order.reachable(start.block)
    for flag in _flags(function.ir):
        before = {value for block, value in _run(function.ir, flag, [(0, None)]) if block == start.block}
        values = {_after(function.ir.blocks[start.block], flag, value, start.index) for value in before}
        if None in values or len(values) != 1:
            continue
        block = function.ir.blocks[start.block]
        first = [_after(block, flag, value, len(block.instructions)) for value in before]
        reached = {each for each, _ in _run(function.ir, flag, list(_onward(block, flag, first[0])))}
        yield from (Point(each, -1) for each in sorted(reachable - reached))


def _flags(function: ir.Function) -> list[int]:
    """The boolean variables that some branch tests and some assignment sets."""
    found: dict[int, None] = {}
    for block in function.blocks:
        branch = block.instructions[-1]
        if type(branch) is ir.Branch:
            flag, _ = _tested(block, branch.condition)
            if flag in function.register_vars and function.register_types.get(flag) == BOOL:
                found[flag] = None
    return list(found)[:MAX_FLAGS]


def _run(function: ir.Function, flag: int, begin: list[_State]) -> set[_State]:
    seen = set(begin)
    work = list(begin)
    while work:
        at, value = work.pop()
        block = function.blocks[at]
        for state in _onward(block, flag, _after(block, flag, value, len(block.instructions))):
            if state not in seen:
                seen.add(state)
                work.append(state)
    return seen


def _after(block: ir.BasicBlock, flag: int, value: bool | None, end: int) -> bool | None:
    """What the flag is when the first ``end`` instructions of ``block`` have run."""
    for each in block.instructions[:end]:
        if flag in assigned(each):
            operand = each.operands[0] if type(each) is ir.Compute and each.op == "move" else None
            constant = isinstance(operand, ir.Const) and isinstance(operand.value, bool)
            value = operand.value if constant else None  # type: ignore[union-attr, assignment]
    return value


def _onward(block: ir.BasicBlock, flag: int, value: bool | None) -> Iterator[_State]:
    """The states that ``block`` leads to when the flag is ``value`` at its end."""
    last = block.instructions[-1]
    if type(last) is ir.Branch:
        tested, way = _tested(block, last.condition)
        if tested == flag:
            if value is not (not way):
                yield last.then, way
            if value is not way:
                yield last.orelse, not way
            return
    yield from ((target, value) for target in successors(last))


def _tested(block: ir.BasicBlock, condition: ir.Operand) -> tuple[int, bool]:
    """The variable that a branch is about, and what it must be for the branch to hold; -1 for anything else."""
    if not isinstance(condition, int):
        return -1, True
    made = next((each for each in block.instructions if type(each) is ir.Compute and each.target == condition), None)
    if made is not None and made.op == "!" and isinstance(made.operands[0], int):
        return made.operands[0], False
    return condition, True
