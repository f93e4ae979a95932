"""The operands that an instruction reads."""

from __future__ import annotations

from pubcheck.flow import ir


def operands(instruction: ir.Instruction) -> tuple[ir.Operand, ...]:
    """Everything that ``instruction`` reads: values, the roots of places, indices, what is called."""
    match instruction:
        case ir.Load(place=place) | ir.Address(place=place):
            return _of_place(place)
        case ir.Store(place=place, value=value):
            return (*_of_place(place), value)
        case ir.Compute(operands=values) | ir.Return(values=values):
            return values
        case ir.Call(call=call) | ir.Go(call=call) | ir.Defer(call=call):
            return (*((call.callee.value,) if isinstance(call.callee, ir.DynamicCallee) else ()), *call.args)
        case ir.Send(channel=channel, value=value):
            return (channel, value)
        case ir.Receive(channel=value) | ir.Close(channel=value) | ir.Range(subject=value) | ir.Branch(condition=value):
            return (value,)
        case ir.Select(cases=cases):
            return tuple(case.channel for case in cases)
        case ir.Alloc(capacity=value) | ir.Panic(value=value) if value is not None:
            return (value,)
    return ()


def _of_place(place: ir.Place) -> tuple[ir.Operand, ...]:
    indices = [step.index for step in place.steps if isinstance(step, ir.Element) and step.index is not None]
    return (*((place.root,) if isinstance(place.root, int) else ()), *indices)
