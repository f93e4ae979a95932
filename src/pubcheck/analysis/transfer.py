"""The transfer functions: what each instruction does to a state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pubcheck.analysis import calls, memory
from pubcheck.analysis.kinds import refers
from pubcheck.analysis.values import NO_POINTS, NOTHING, Code, Value, join, key_of, parameter_of
from pubcheck.facts import (
    ELEMENT,
    AccessPath,
    Blocking,
    BlockKind,
    ChannelAction,
    ChannelEvent,
    PublicationKind,
    Root,
    RootKind,
)
from pubcheck.flow import ir
from pubcheck.model.structure import core_type, underlying
from pubcheck.model.types import Map, Signature

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from pubcheck.analysis.frame import Frame


def _declare(frame: Frame, declare: ir.Declare) -> None:
    root = frame.cell(declare.var)
    frame.state.renew(root)
    if root not in frame.unstable:
        frame.state.put(AccessPath(root), NOTHING)


def _alloc(frame: Frame, alloc: ir.Alloc) -> None:
    root = Root(RootKind.FRESH, alloc.target, frame.opaque(alloc.target).root.name)
    if frame.loop:
        frame.state.renew(root)
    frame.define(alloc.target, Value((AccessPath(root),)))


def _address(frame: Frame, address: ir.Address) -> None:
    frame.define(address.target, Value(memory.paths(frame, address.place)))


def _closure(frame: Frame, closure: ir.Closure) -> None:
    frame.define(closure.target, Value(code=Code(None, closure.function)))


_SAME = frozenset(("move", "convert", "assert"))
_COMPARISONS = frozenset(("==", "!="))
_ORDERS = {"<": (False, False), ">": (True, False), ">=": (False, True), "<=": (True, True)}
"""Each order in terms of ``<``: whether its sides are changed, and whether it is the opposite."""


def _compute(frame: Frame, compute: ir.Compute) -> None:
    op = compute.op
    if compute.ok is not None:
        frame.define(compute.ok, NOTHING)
    if op in _SAME:
        frame.define(compute.target, _converted(frame, compute))
    elif op == "slice":
        frame.define(compute.target, _sliced(frame, compute))
    elif op == "struct":
        values = [frame.value(operand) for operand in compute.operands]
        parts = {path for value in values for path in (*value.targets, *value.parts)}
        depends = frozenset().union(*(value.depends for value in values)) if values else frozenset()
        frame.define(compute.target, Value(parts=tuple(sorted(parts)), depends=depends))
    elif op == "len":
        _measure(frame, compute)
        frame.define(compute.target, _operation(frame, compute))
    elif op == "bind":
        bound = tuple(frame.value(operand) for operand in compute.operands)
        frame.define(compute.target, Value(code=Code(compute.func, None, bound)))
    elif op == "phi":
        met = frame.value(compute.operands[0])
        for operand in compute.operands[1:]:
            met = join(met, frame.value(operand))
        frame.define(compute.target, met)
    else:
        frame.define(compute.target, _operation(frame, compute))


def _measure(frame: Frame, compute: ir.Compute) -> None:
    """How many items a map has, it keeps itself: whoever adds one writes what is read here."""
    operand = compute.operands[0]
    type_ = frame.fn.register_types.get(operand) if type(operand) is int else None
    if type_ is None or type(core_type(type_)) is not Map:
        return
    block = frame.fn.blocks[frame.point.block].instructions[: frame.point.index]
    node = next((one for one in reversed(block) if getattr(one, "target", None) == operand), compute)
    for target in frame.targets(operand):
        items = target.then(ELEMENT)
        if items is not None:
            memory.read(frame, items, node)


def _converted(frame: Frame, compute: ir.Compute) -> Value:
    operand = compute.operands[0]
    value = frame.value(operand)
    if type(operand) is int:
        if compute.op == "convert" and value.type is None:
            return value.concrete(frame.fn.register_types.get(operand))
        if not value.targets and value.code is None and value.const is None and not value.wide:
            return value.pointing(frame.targets(operand))
    return value


def _sliced(frame: Frame, compute: ir.Compute) -> Value:
    base, *bounds = compute.operands
    value = frame.value(base)
    first = bounds[0] if bounds else None
    empty = type(first) is ir.Const and first.known and first.value == 0
    return value.sliced(
        frame.targets(base), shortened=len(bounds) == 2 or (len(bounds) == 1 and empty), clipped=len(bounds) == 3
    )


def _operation(frame: Frame, compute: ir.Compute) -> Value:
    values = [frame.value(operand) for operand in compute.operands]
    depends = values[0].depends if values else NO_POINTS
    for value in values[1:]:
        if value.depends:
            depends = depends | value.depends if depends else value.depends
    if compute.op in _COMPARISONS and len(values) == 2:
        left, right = key_of(values[0]), key_of(values[1])
        if left is not None and right is not None:
            key: Hashable = ("==", frozenset((left, right)))
            return Value(depends=depends, key=key if compute.op == "==" else ("!", key))
    elif compute.op in _ORDERS and len(values) == 2:
        left, right = key_of(values[0]), key_of(values[1])
        if left is not None and right is not None:
            mirrored, negated = _ORDERS[compute.op]
            key = ("<", right, left) if mirrored else ("<", left, right)
            return Value(depends=depends, key=("!", key) if negated else key)
    elif compute.op == "!":
        inner = key_of(values[0])
        return Value(depends=depends, key=None if inner is None else ("!", inner))
    return Value(depends=depends)


def _store(frame: Frame, store: ir.Store) -> None:
    memory.write(frame, store)


def _load(frame: Frame, load: ir.Load) -> None:
    frame.define(load.target, memory.load(frame, load))
    if load.ok is not None:
        frame.define(load.ok, NOTHING)


def _send(frame: Frame, send: ir.Send) -> None:
    into = frame.targets(send.channel)
    _channel(frame, ChannelAction.SEND, into, send, send.in_select)
    parameter = parameter_of(frame.value(send.value))
    if parameter is not None and type(underlying(frame.fn.param_types[parameter])) is Signature:
        frame.started.add(parameter)  # whoever receives a function is there to call it
    if type(send.value) is not int or refers(frame.fn.register_types.get(send.value)):
        value = frame.value(send.value)
        paths = (*(frame.targets(send.value) if not value.parts else ()), *value.parts)
        frame.publish(PublicationKind.SEND, paths, into[0] if into else None, frame.span(send))


def _receive(frame: Frame, receive: ir.Receive) -> None:
    _channel(frame, ChannelAction.RECEIVE, frame.targets(receive.channel), receive, receive.in_select)
    frame.join_others()
    if receive.target is not None:
        frame.define(receive.target, NOTHING)
    if receive.ok is not None:
        frame.define(receive.ok, NOTHING)


def _close(frame: Frame, close: ir.Close) -> None:
    _channel(frame, ChannelAction.CLOSE, frame.targets(close.channel), close, None)


def _select(frame: Frame, select: ir.Select) -> None:
    if select.default is None:
        frame.out["blocking"].append(
            Blocking(BlockKind.CHANNEL, "select", None, frame.point, frame.span(select), frame.state.held)
        )


def _channel(
    frame: Frame,
    action: ChannelAction,
    targets: tuple[AccessPath, ...],
    node: ir.Instruction,
    select: ir.Select | None,
) -> None:
    waits = action is not ChannelAction.CLOSE and (select is None or select.default is None)
    span = frame.span(node)
    frame.out["channels"].append(
        ChannelEvent(action, targets, frame.point, span, frame.state.held, in_select=select is not None, waits=waits)
    )
    if waits and select is None:
        subject = targets[0] if len(targets) == 1 else None
        frame.out["blocking"].append(
            Blocking(BlockKind.CHANNEL, action.value, subject, frame.point, span, frame.state.held)
        )


def _return(frame: Frame, leave: ir.Return) -> None:
    values = tuple([frame.value(operand) for operand in leave.values])
    calls.run_deferred(frame)
    frame.returns[frame.point.block] = (frame.state.copy(), values)


def _panic(frame: Frame, _panic: ir.Panic) -> None:
    calls.run_deferred(frame)


TRANSFER: dict[type[ir.Instruction], Callable[[Frame, Any], bool | None]] = {
    ir.Declare: _declare,
    ir.Alloc: _alloc,
    ir.Load: _load,
    ir.Store: _store,
    ir.Address: _address,
    ir.Compute: _compute,
    ir.Closure: _closure,
    ir.Call: calls.call,
    ir.Go: calls.start,
    ir.Defer: calls.defer,
    ir.Send: _send,
    ir.Receive: _receive,
    ir.Close: _close,
    ir.Select: _select,
    ir.Return: _return,
    ir.Panic: _panic,
}
"""What runs an instruction, by its kind; true where nothing after it is reached."""
