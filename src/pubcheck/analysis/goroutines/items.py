"""Whether two goroutines that work on items of one slice or array work on the same one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.analysis.goroutines.threads import Side
from pubcheck.facts import ELEMENT
from pubcheck.flow import ir

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis.function import FunctionFacts
    from pubcheck.facts import Access, Root
    from pubcheck.model.symbols import Var


def same_items(one: Side, other: Side) -> bool:
    """Whether two accesses of items of a slice or array certainly meet, as constants or ranges over all tell."""
    same = one.touch.path.steps[-1] != ELEMENT and one.touch.path == other.touch.path
    if same or not (_all_items(one) or _all_items(other)):
        return same
    return not (_is_of_its_turn(one, other) or _is_of_its_turn(other, one))


def index_of(item: Side) -> Side | None:
    """The read of the variable that tells which item it is; None for another expression.

    An item that is only worked on when that variable has a certain value is as good as one with an index of its own.
    """
    facts = item.thread.facts
    if facts is None or item.touch.access.trace:
        return None
    index = _index(_instruction(facts, item.touch.access))
    made = item.thread.names.made.get(index) if isinstance(index, int) else None
    if type(made) is not ir.Load or isinstance(made.place.root, int) or made.place.steps:
        return None
    if made.place.root in _tested(item, facts):
        return None
    reads = (touch for touch in item.thread.touches if _instruction(facts, touch.access) is made)
    return next((Side(item.thread, touch) for touch in reads), None)


def holds_items(whole: Side, item: Side) -> bool:
    """Whether the one is of the variable through which the other's items are reached."""
    return item.touch.element and item.touch.path.steps[:-2] == whole.touch.path.steps


def is_captured(facts: FunctionFacts | None, variable: Root) -> bool:
    """Whether a literal has the variable from the function around."""
    return facts is not None and any(each.pos == variable.index for each in facts.ir.captures)


def _tested(item: Side, facts: FunctionFacts) -> Iterator[Var]:
    """The variables that conditions on the way to the item compare."""
    made = item.thread.names.made
    for condition in facts.conditions(item.touch.access.point):
        branch = facts.ir.blocks[condition.point.block].instructions[-1]
        test = made.get(branch.condition) if type(branch) is ir.Branch and isinstance(branch.condition, int) else None
        for operand in test.operands if type(test) is ir.Compute else ():
            load = made.get(operand) if isinstance(operand, int) else None
            if type(load) is ir.Load and not isinstance(load.place.root, int):
                yield load.place.root


def _is_of_its_turn(side: Side, whole: Side) -> bool:
    """Whether the one is of the item at the key of the turn in which a range, the other, came to it, and started it."""
    facts, loop = side.thread.facts, whole.thread.facts
    if facts is None or loop is None or facts is loop or side.touch.access.trace:
        return False
    turn = _instruction(loop, whole.touch.access)
    item = _instruction(facts, side.touch.access)
    if type(turn) is not ir.Range or turn.key is None or not isinstance(item, ir.Store | ir.Load):
        return False
    keys = {
        each.place.root
        for each in loop.ir.blocks[turn.body].instructions
        if type(each) is ir.Store and each.value == turn.key and not each.place.steps
    }
    index = _index(item)
    return any(
        type(each) is ir.Load and each.target == index and each.place.root in keys and not each.place.steps
        for block in facts.ir.blocks
        for each in block.instructions
    )


def _index(item: ir.Instruction) -> ir.Operand | None:
    """The index of the item that is read or written."""
    if not isinstance(item, ir.Store | ir.Load):
        return None
    return next((step.index for step in reversed(item.place.steps) if type(step) is ir.Element), None)


def _instruction(facts: FunctionFacts, access: Access) -> ir.Instruction:
    return facts.ir.blocks[access.point.block].instructions[access.point.index]


def _all_items(side: Side) -> bool:
    """Whether each item is touched: by a range over all, or by a function that works on all."""
    facts, access = side.thread.facts, side.touch.access
    if facts is None or access.trace:
        return False
    if access.writes:
        return access.via.startswith(("sort.", "slices."))
    return type(_instruction(facts, access)) is ir.Range
