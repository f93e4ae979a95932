"""What must hold of every lowered function, whatever it was made of."""

from __future__ import annotations

from collections.abc import Iterator

from pubcheck.flow import ir
from pubcheck.flow.cfg import Cfg

_TERMINATORS = ir.Jump | ir.Branch | ir.Select | ir.Range | ir.Return | ir.Panic


def problems(function: ir.Function, size: int) -> list[str]:
    """What is wrong with ``function``, of a file of ``size`` bytes, and with the literals in it."""
    found = [
        *_shape(function),
        *_spans(function, size),
        *_registers(function),
        *_places(function),
    ]
    for item in _instructions(function):
        if isinstance(item, ir.Closure):
            found += problems(item.function, size)
    return [f"{function.name}: {each}" for each in found]


def _instructions(function: ir.Function) -> Iterator[ir.Instruction]:
    for block in function.blocks:
        yield from block.instructions


def _shape(function: ir.Function) -> Iterator[str]:
    cfg = Cfg(function)
    reached = cfg.reachable(0) | {0}
    if cfg.predecessors[0]:
        yield "something leads back to the entry"
    for index, block in enumerate(function.blocks):
        if block.index != index:
            yield f"b{index} says it is b{block.index}"
        if index not in reached:
            yield f"b{index} can't be reached"
        *body, last = block.instructions
        if not isinstance(last, _TERMINATORS):
            yield f"b{index} doesn't end"
        if any(isinstance(each, _TERMINATORS) for each in body):
            yield f"b{index} ends early"
        if isinstance(last, ir.Select):
            for case in last.cases:
                first = function.blocks[case.block].instructions[0]
                if not isinstance(first, ir.Send if case.send else ir.Receive) or first.in_select is not last:
                    yield f"b{case.block} doesn't begin with what the select of b{index} chose"


def _spans(function: ir.Function, size: int) -> Iterator[str]:
    for item in _instructions(function):
        if not 0 <= item.pos <= item.end <= size:
            yield f"{type(item).__name__} at {item.pos}..{item.end} is outside of the file"


def _registers(function: ir.Function) -> Iterator[str]:
    """Each register is assigned on every path to its use, and none is read or written that has no type."""
    cfg = Cfg(function)
    everything = frozenset(function.register_types)
    params = {each for each in function.params if isinstance(each, int)}
    outside: list[frozenset[int]] = [everything] * len(function.blocks)
    changed = True
    while changed:
        changed = False
        for index, block in enumerate(function.blocks):
            known = _known_before(cfg, outside, index, params)
            for item in block.instructions:
                known |= set(defined(item))
            if known != outside[index]:
                outside[index] = frozenset(known)
                changed = True
    for index, block in enumerate(function.blocks):
        known = _known_before(cfg, outside, index, params)
        for item in block.instructions:
            is_phi = isinstance(item, ir.Compute) and item.op == "phi"
            yield from (
                f"b{index}: {type(item).__name__} reads r{each} before it is assigned"
                for each in used(item)
                if each not in known and not is_phi
            )
            known |= set(defined(item))
        yield from (f"r{each} has no type" for each in known - everything)


def _known_before(cfg: Cfg, outside: list[frozenset[int]], index: int, params: set[int]) -> set[int]:
    before = [outside[each] for each in cfg.predecessors[index]] + [frozenset(params)] * (index == 0)
    return set(frozenset.intersection(*before)) if before else set()


def defined(item: ir.Instruction) -> list[int]:
    """The registers that ``item`` assigns."""
    match item:
        case ir.Call():
            return list(item.targets)
        case ir.Range():
            return [each for each in (item.key, item.value) if each is not None]
        case _:
            targets = (getattr(item, "target", None), getattr(item, "ok", None))
            return [each for each in targets if each is not None]


def used(item: ir.Instruction) -> list[int]:
    """The registers that ``item`` reads."""
    operands: list[object] = []
    match item:
        case ir.Call(call=call) | ir.Go(call=call) | ir.Defer(call=call):
            operands += call.args
            if isinstance(call.callee, ir.DynamicCallee):
                operands.append(call.callee.value)
        case ir.Load(place=place) | ir.Address(place=place) | ir.Store(place=place):
            operands.append(place.root)
            operands += [step.index for step in place.steps if isinstance(step, ir.Element)]
            operands += [item.value] if isinstance(item, ir.Store) else []
        case ir.Compute(operands=each):
            operands += each
        case ir.Send() | ir.Receive() | ir.Close():
            operands += [item.channel, getattr(item, "value", None)]
        case ir.Select(cases=cases):
            operands += [case.channel for case in cases]
        case ir.Branch(condition=condition):
            operands.append(condition)
        case ir.Range(subject=subject):
            operands.append(subject)
        case ir.Return(values=values):
            operands += values
        case ir.Panic(value=value):
            operands.append(value)
        case ir.Alloc(capacity=capacity):
            operands.append(capacity)
    return [each for each in operands if isinstance(each, int)]


def _places(function: ir.Function) -> Iterator[str]:
    """A ``Deref`` stands first and goes through a register; a variable in a register is no cell."""
    registers = set(function.register_vars.values())
    for item in _instructions(function):
        place = getattr(item, "place", None)
        if place is None:
            continue
        if any(isinstance(step, ir.Deref) for step in place.steps[1:]):
            yield "a Deref stands inside a place"
        if place.steps and isinstance(place.steps[0], ir.Deref) and not isinstance(place.root, int):
            yield f"a Deref goes through the memory of {place.root.name}"
        if not place.steps and isinstance(place.root, int):
            yield f"{type(item).__name__} of a register"
        if place.root in registers:
            yield f"{place.root.name} is a register and a cell"
