"""Where values come from and go to within one function, register by register."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.facts import Point
from pubcheck.flow import ir

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from pubcheck.facts import Access

_CALLS = (ir.Call, ir.Go, ir.Defer)
_SAME = frozenset(("move", "convert"))


def uses(function: ir.Function, point: Point) -> tuple[Point, ...]:
    """Where the results of the call at ``point``, and what is computed from them, go.

    They go into a call, into memory, into a channel, to the caller. What is only tested goes nowhere.
    """
    call = function.blocks[point.block].instructions[point.index]
    if type(call) is not ir.Call:
        return ()
    known = set(call.targets)
    found: dict[Point, None] = {}
    grows = bool(known)
    while grows:
        before = len(known)
        for block in function.blocks:
            for index, instruction in enumerate(block.instructions):
                at = Point(block.index, index)
                if at != point and not known.isdisjoint(_given(instruction)):
                    derived = _derived(instruction)
                    known.update(derived)
                    if not derived or type(instruction) in _CALLS:
                        found[at] = None
        grows = len(known) > before
    return tuple(found)


def _given(instruction: ir.Instruction) -> Iterator[ir.Operand]:
    """The operands that an instruction does more with than to test them."""
    match instruction:
        case ir.Compute(operands=operands):
            yield from operands
        case ir.Store(value=value) | ir.Send(value=value):
            yield value
        case ir.Load(place=place) | ir.Address(place=place):
            if isinstance(place.root, int):
                yield place.root
        case ir.Call(call=call) | ir.Go(call=call) | ir.Defer(call=call):
            yield from call.args
        case ir.Return(values=values):
            yield from values
        case ir.Range(subject=subject):
            yield subject


def _derived(instruction: ir.Instruction) -> tuple[int, ...]:
    """The registers that get what was computed from an instruction's operands."""
    match instruction:
        case ir.Compute(target=target) | ir.Load(target=target) | ir.Address(target=target):
            return (target,)
        case ir.Range(key=key, value=value):
            return tuple(register for register in (key, value) if register is not None)
        case ir.Call(targets=targets):
            return targets
    return ()


def items(function: ir.Function, access: Access) -> tuple[Hashable, ...] | None:
    """Which items of arrays, slices and maps lie on the way to what an atomic operation works on.

    Equal answers mean the same items, within one turn of every loop. None where that isn't known.
    """
    call = function.blocks[access.point.block].instructions[access.point.index]
    if access.trace or not isinstance(call, ir.Call | ir.Go | ir.Defer) or not call.call.args:
        return None
    found: list[Hashable] = []
    made = _made(function)
    register: object = call.call.args[0]
    seen: set[int] = set()
    while isinstance(register, int) and register in made and register not in seen:
        seen.add(register)
        instruction = made[register]
        if isinstance(instruction, ir.Compute):
            register = instruction.operands[0]
        else:
            found += [_item(step.index, made) for step in instruction.place.steps if type(step) is ir.Element]
            register = instruction.place.root
    return tuple(found)


def _made(function: ir.Function) -> dict[int, ir.Address | ir.Load | ir.Compute]:
    """What gives each register its value, where that is memory or another register."""
    return {
        each.target: each
        for block in function.blocks
        for each in block.instructions
        if isinstance(each, ir.Address | ir.Load) or (isinstance(each, ir.Compute) and each.op in _SAME)
    }


def _item(index: ir.Operand | None, made: dict[int, ir.Address | ir.Load | ir.Compute]) -> Hashable:
    """An index by its value, or by the variable or register that holds it."""
    if isinstance(index, ir.Const):
        return ("const", index.value)
    if isinstance(index, int):
        instruction = made.get(index)
        if isinstance(instruction, ir.Load) and not instruction.place.steps:
            return instruction.place.root
        if isinstance(instruction, ir.Compute):
            return _item(instruction.operands[0], made)
    return index
