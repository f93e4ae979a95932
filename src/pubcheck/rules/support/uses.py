"""Where values come from and go to within one function, register by register."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.facts import Point, RootKind
from pubcheck.flow import ir

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    from pubcheck.facts import Access, LockEvent, Root
    from pubcheck.model.symbols import Var

_SAME = frozenset(("move", "convert", "assert", "phi"))


def uses(function: ir.Function, point: Point, *, pointer: bool) -> tuple[Point, ...]:
    """Where the results of the call at ``point``, and what is computed from them, go.

    They go into a call, into memory, into a channel, to the caller. What is only tested goes nowhere, and so does a
    ``pointer`` whose memory is used but which isn't handed on.
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
                if at == point:
                    continue
                if not known.isdisjoint(_handed_on(instruction)):
                    found[at] = None
                    known.update(instruction.targets if type(instruction) is ir.Call else ())
                elif not known.isdisjoint(_worked_on(instruction, pointer=pointer)):
                    known.update(_results(instruction))
        grows = len(known) > before
    return tuple(found)


def _handed_on(instruction: ir.Instruction) -> Iterable[ir.Operand]:
    """The operands that leave the registers; a method's receiver stays where it is."""
    match instruction:
        case ir.Store(value=value) | ir.Send(value=value):
            return (value,)
        case ir.Call(call=call) | ir.Go(call=call) | ir.Defer(call=call):
            return call.args[1:] if _has_receiver(call.callee) else call.args
        case ir.Return(values=values):
            return values
    return ()


def _worked_on(instruction: ir.Instruction, *, pointer: bool) -> Iterable[ir.Operand]:
    """The operands that are part of an instruction's results."""
    match instruction:
        case ir.Compute(op=op, operands=operands):
            return operands if not pointer or op in _SAME else ()
        case ir.Call(call=call) if not pointer:
            return call.args
    return ()


def _results(instruction: ir.Instruction) -> tuple[int, ...]:
    match instruction:
        case ir.Compute(target=target, ok=ok):
            return (target,) if ok is None else (target, ok)
        case ir.Call(targets=targets):
            return targets
    return ()


def _has_receiver(callee: ir.Callee) -> bool:
    return isinstance(callee, ir.InterfaceCallee) or (
        isinstance(callee, ir.StaticCallee) and callee.func.receiver is not None
    )


def items(function: ir.Function, operation: Access | LockEvent) -> tuple[Hashable, ...] | None:
    """Which items of arrays, slices and maps lie on the way to what an operation works on, on an atomic or a lock.

    Equal answers mean the same items, within one turn of every loop. None where that isn't known.
    """
    call = function.blocks[operation.point.block].instructions[operation.point.index]
    if operation.trace or not isinstance(call, ir.Call | ir.Go | ir.Defer) or not call.call.args:
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


def was_received(function: ir.Function, root: Root) -> bool:
    """Whether ``root`` is what came out of a channel, or an item of that: who sent it may have done with it."""
    if root.kind is not RootKind.OPAQUE:
        return False
    instructions = [each for block in function.blocks for each in block.instructions]
    received = {each.target for each in instructions if type(each) is ir.Receive}
    sources: dict[int | None, ir.Operand | Var] = {}
    for each in instructions:
        match each:
            case ir.Range(subject=subject, key=key, value=value):
                sources[key] = sources[value] = subject
            case ir.Load(target=target, place=place):
                sources[target] = place.root
            case ir.Compute(target=target, op=op, operands=(source, *_)) if op in _SAME:
                sources[target] = source
    register: object = root.index
    seen: set[int] = set()
    while isinstance(register, int) and register not in received and register not in seen:
        seen.add(register)
        register = sources.get(register)
    return register in received


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
