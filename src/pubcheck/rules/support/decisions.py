"""What decides that a point of a function is reached: plain reads that a branch tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis.remembering import once_a_function
from pubcheck.analysis.survey import assigned
from pubcheck.facts import Point
from pubcheck.flow import ir

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pubcheck.analysis import FunctionFacts
    from pubcheck.facts import Access

MAX_STEPS = 24
"""Instructions that a condition is followed through."""


class Decision(NamedTuple):
    """A branch at ``point`` on the plain read ``read``, past which something is reached where it was ``taken``."""

    point: Point
    read: Access
    taken: bool


class Decisions:
    """The decisions of one function."""

    def __init__(self, function: FunctionFacts) -> None:
        """Look at ``function`` when asked."""
        self._function = function

    def of(self, point: Point) -> Iterator[Decision]:
        """The plain reads that decide whether ``point`` is reached, the nearest first."""
        for condition in self._function.conditions(point):
            end = self._function.ir.blocks[condition.point.block].instructions[-1]
            if isinstance(end, ir.Branch):
                for at in self.loads(end.condition):
                    reads = _plain_reads(self._function).get(at, ())
                    yield from (Decision(condition.point, read, condition.taken) for read in reads)

    def loads(self, operand: ir.Operand) -> Iterator[Point]:
        """The loads that a value is computed from."""
        work = [operand]
        seen: set[int] = set()
        while work and len(seen) < MAX_STEPS:
            register = work.pop()
            if type(register) is not int or register in seen:
                continue
            seen.add(register)
            for at, instruction in _made(self._function).get(register, ()):
                if type(instruction) is ir.Load:
                    yield at
                elif isinstance(instruction, ir.Compute):
                    work += instruction.operands


@once_a_function
def _made(function: FunctionFacts) -> dict[int, list[tuple[Point, ir.Compute | ir.Load]]]:
    """Where the registers of ``function`` come from."""
    found: dict[int, list[tuple[Point, ir.Compute | ir.Load]]] = {}
    for block in function.ir.blocks:
        for index, instruction in enumerate(block.instructions):
            if isinstance(instruction, ir.Compute | ir.Load):
                found.setdefault(instruction.target, []).append((Point(block.index, index), instruction))
    return found


@once_a_function
def _plain_reads(function: FunctionFacts) -> dict[Point, list[Access]]:
    """What ``function`` itself reads, by where."""
    found: dict[Point, list[Access]] = {}
    for access in function.accesses:
        if not access.writes and access.atomic is None and not access.trace:
            found.setdefault(access.point, []).append(access)
    return found


def exclude_each_other(function: FunctionFacts, one: Point, other: Point) -> bool:
    """Whether a variable is nil wherever ``one`` is reached, and isn't where ``other`` is."""
    there = nil_tests(function, other)
    return any((register, not nil) in there for register, nil in nil_tests(function, one))


def nil_tests(function: FunctionFacts, point: Point) -> set[tuple[int, bool]]:
    """The variables that are nil, or aren't, wherever ``point`` is reached."""
    found = set()
    for condition in function.conditions(point):
        instructions = function.ir.blocks[condition.point.block].instructions
        branch = instructions[-1]
        for made in instructions:
            if isinstance(branch, ir.Branch) and isinstance(made, ir.Compute) and made.target == branch.condition:
                value, other = (*made.operands, None, None)[:2]
                is_nil = isinstance(other, ir.Const) and other.known and other.value is None
                if made.op in ("==", "!=") and isinstance(value, int) and is_nil:
                    found.add((value, condition.taken is (made.op == "==")))
    return found


def rules_out(function: FunctionFacts, point: Point, args: Sequence[ir.Operand]) -> bool:
    """Whether a call of ``function`` with ``args`` doesn't get to ``point``, as a constant among them tells."""
    params = function.ir.params
    for condition in function.conditions(point):
        branch = function.ir.blocks[condition.point.block].instructions[-1]
        index = params.index(branch.condition) if isinstance(branch, ir.Branch) and branch.condition in params else -1
        given = args[index] if 0 <= index < len(args) else None
        if isinstance(given, ir.Const) and given.value is (not condition.taken):
            return True
    return False


def is_told_by_a_flag(function: FunctionFacts, one: Point, other: Point) -> bool:
    """Whether a variable that is set on the way past ``one``, and for good, keeps from getting to ``other``."""
    order = function.order
    for condition in function.conditions(other):
        flag, wanted = _flag(function, condition.point.block, taken=condition.taken)
        values = _values(function).get(flag, []) if flag is not None else []
        sets = [at for at, value in values if value is (not wanted)]
        if all(value is (not wanted) or not order.reaches(one, at) for at, value in values) and any(
            order.dominates(at, one) or order.always_passes(one, at) for at in sets
        ):
            return True
    return False


def _flag(function: FunctionFacts, block: int, *, taken: bool) -> tuple[int | None, bool]:
    """The variable that the branch at the end of ``block`` tests, and its value where that was ``taken``."""
    instructions = function.ir.blocks[block].instructions
    branch = instructions[-1]
    tested = branch.condition if isinstance(branch, ir.Branch) else None
    negated = {
        each.target: each.operands[0] for each in instructions if isinstance(each, ir.Compute) and each.op == "!"
    }
    while isinstance(tested, int) and tested in negated:
        tested, taken = negated[tested], not taken
    return (tested if isinstance(tested, int) else None), taken


@once_a_function
def _values(function: FunctionFacts) -> dict[int, list[tuple[Point, object]]]:
    """What the variables of ``function`` that aren't shared are set to, and where; None for what isn't a constant."""
    found: dict[int, list[tuple[Point, object]]] = {}
    for block in function.ir.blocks:
        for index, each in enumerate(block.instructions):
            for target in assigned(each):
                value = each.operands[0] if isinstance(each, ir.Compute) and each.op == "move" else None
                constant = value.value if isinstance(value, ir.Const) and value.known else None
                found.setdefault(target, []).append((Point(block.index, index), constant))
    return found
