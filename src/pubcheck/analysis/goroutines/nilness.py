"""Ways that aren't taken after a point because a variable was nil there, or wasn't, and nobody has set it since."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis.survey import assigned
from pubcheck.facts import Point
from pubcheck.flow import ir
from pubcheck.model.symbols import Var

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis.function import FunctionFacts

_Variable = Var | int
"""A cell, or the register of a local that nobody else can reach."""


class _Test(NamedTuple):
    """A branch that ends the block ``at``: the variable is nil on the way to the block ``nil``."""

    variable: _Variable
    at: int
    nil: int
    other: int


def ways_of_others(function: FunctionFacts, start: Point) -> Iterator[Point]:
    """The beginnings of blocks that only lie behind ``start`` if a variable is what it wasn't on the way there."""
    order, tests = function.order, {test.at: test for test in _tests(function.ir)}
    yield from _ways_where_it_was_set(function, start, list(tests.values()))
    for condition in function.conditions(start):
        known = tests.get(condition.point.block)
        sets = _set(function.ir, known.variable) if known is not None else None
        if known is None or sets is None:
            continue
        branch = function.ir.blocks[known.at].instructions[-1]
        is_nil = known.nil == (branch.then if condition.taken else branch.orelse)  # type: ignore[attr-defined]
        since = [at for at in sets if order.reaches(condition.point, at)]
        for test in tests.values():
            again, closed = Point(test.at, 0), test.other if is_nil else test.nil
            if test.variable != known.variable or not order.reaches(start, again):
                continue
            if order.predecessors[closed] == (test.at,) and not any(order.reaches(at, again) for at in since):
                yield Point(closed, -1)


def _ways_where_it_was_set(function: FunctionFacts, start: Point, tests: list[_Test]) -> Iterator[Point]:
    """Those behind ``start`` where a variable is nil that is set to something before, and then only where it is nil."""
    order = function.order
    for variable in {test.variable: None for test in tests}:
        found = (test for test in tests if test.variable == variable)
        nil = [Point(test.nil, -1) for test in found if order.predecessors[test.nil] == (test.at,)]
        if nil and _is_set_for_good(function, variable, start, nil):
            yield from (way for way in nil if order.reaches(start, way))


def _is_set_for_good(function: FunctionFacts, variable: _Variable, start: Point, nil: list[Point]) -> bool:
    """Whether it was set before ``start``, and is set after it only where it is nil: behind one of ``nil``."""
    order, sets = function.order, _set(function.ir, variable) or []
    before = [at for at in sets if order.dominates(at, start)]
    last = next((at for at in before if all(order.dominates(each, at) for each in before)), None)
    if last is None or _is_nil(function.ir.blocks[last.block].instructions[last.index]):
        return False
    return all(any(order.dominates(way, at) for way in nil) for at in sets if order.reaches(start, at))


def _is_nil(instruction: ir.Instruction) -> bool:
    match instruction:
        case ir.Store(place=ir.Place(steps=()), value=value) | ir.Compute(op="move", operands=(value,)):
            return isinstance(value, ir.Const) and value.value is None
        case ir.Declare():
            return True
    return False


def _tests(function: ir.Function) -> Iterator[_Test]:
    """The branches that compare a variable with nil."""
    for block in function.blocks:
        branch = block.instructions[-1]
        if type(branch) is not ir.Branch or branch.then == branch.orelse:
            continue
        made = next((each for each in block.instructions if _makes(each, branch.condition)), None)
        if not isinstance(made, ir.Compute) or made.op not in ("==", "!="):
            continue
        value, other = made.operands
        variable = _variable(function, block, value)
        if variable is not None and isinstance(other, ir.Const) and other.known and other.value is None:
            ways = (branch.then, branch.orelse) if made.op == "==" else (branch.orelse, branch.then)
            yield _Test(variable, block.index, *ways)


def _makes(instruction: ir.Instruction, register: ir.Operand) -> bool:
    return type(instruction) is ir.Compute and instruction.target == register


def _variable(function: ir.Function, block: ir.BasicBlock, value: ir.Operand) -> _Variable | None:
    """What was read for ``value``, if that is a variable as a whole."""
    if not isinstance(value, int) or value in function.register_vars:
        return value if isinstance(value, int) else None
    load = next((each for each in block.instructions if type(each) is ir.Load and each.target == value), None)
    whole = load is not None and not load.place.steps and isinstance(load.place.root, Var)
    return load.place.root if load is not None and whole else None


def _set(function: ir.Function, variable: _Variable) -> list[Point] | None:
    """Where the function sets the variable; None if a literal may do so, or who was given its address."""
    found = []
    for block in function.blocks:
        for index, each in enumerate(block.instructions):
            if type(each) is ir.Closure and isinstance(variable, Var) and _has_set(each.function, variable):
                return None
            if type(each) is ir.Address and each.place.root == variable:
                return None
            stored = (type(each) is ir.Store and each.place.root == variable) or _declares(each, variable)
            if stored or (isinstance(variable, int) and variable in assigned(each)):
                found.append(Point(block.index, index))
    return found


def _declares(instruction: ir.Instruction, variable: _Variable) -> bool:
    return type(instruction) is ir.Declare and instruction.var == variable


def _has_set(literal: ir.Function, variable: Var) -> bool:
    return _set(literal, variable) != []
