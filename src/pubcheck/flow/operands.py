"""The operands that an instruction reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pubcheck.flow import ir

if TYPE_CHECKING:
    from collections.abc import Callable


def operands(instruction: ir.Instruction) -> tuple[ir.Operand, ...]:
    """Everything that ``instruction`` reads: values, the roots of places, indices, what is called."""
    read = _READ.get(type(instruction))
    return read(instruction) if read is not None else ()


def _of_place(place: ir.Place) -> tuple[ir.Operand, ...]:
    indices = [step.index for step in place.steps if type(step) is ir.Element and step.index is not None]
    return (place.root, *indices) if isinstance(place.root, int) else tuple(indices)


def _of_call(call: ir.CallInfo) -> tuple[ir.Operand, ...]:
    callee = call.callee
    return (callee.value, *call.args) if type(callee) is ir.DynamicCallee else call.args


def _if_any(value: ir.Operand | None) -> tuple[ir.Operand, ...]:
    return () if value is None else (value,)


_READ: dict[type[ir.Instruction], Callable[[Any], tuple[ir.Operand, ...]]] = {
    ir.Load: lambda load: _of_place(load.place),
    ir.Address: lambda address: _of_place(address.place),
    ir.Store: lambda store: (*_of_place(store.place), store.value),
    ir.Compute: lambda compute: compute.operands,
    ir.Return: lambda leave: leave.values,
    ir.Call: lambda call: _of_call(call.call),
    ir.Go: lambda go: _of_call(go.call),
    ir.Defer: lambda defer: _of_call(defer.call),
    ir.Send: lambda send: (send.channel, send.value),
    ir.Receive: lambda receive: (receive.channel,),
    ir.Close: lambda close: (close.channel,),
    ir.Range: lambda turn: (turn.subject,),
    ir.Branch: lambda branch: (branch.condition,),
    ir.Select: lambda select: tuple([case.channel for case in select.cases]),
    ir.Alloc: lambda alloc: _if_any(alloc.capacity),
    ir.Panic: lambda panic: _if_any(panic.value),
}
