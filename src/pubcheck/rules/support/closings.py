"""What a function does with a channel after it has closed it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.facts import AccessPath, Point, RootKind
from pubcheck.flow import ir
from pubcheck.rules.support.decisions import is_told_by_a_flag
from pubcheck.rules.support.names import definitions

if TYPE_CHECKING:
    from pubcheck.analysis import FunctionFacts
    from pubcheck.facts import ChannelEvent


def after_close(function: FunctionFacts, close: ChannelEvent, later: ChannelEvent) -> bool:
    """Whether ``later`` is of the closed channel: on some way to it no new one is put in its place.

    No way leads to it where a flag tells that it is closed. Where ``later`` is deferred, it must come after the close
    on all ways.
    """
    if close.targets != later.targets or len(close.targets) != 1 or close.targets[0].root.kind is RootKind.OPAQUE:
        return False
    order = function.order
    if is_deferred(function, close):
        return False
    new = _renewed(function, close.targets[0]) + _reassigned(function, close)
    if not is_deferred(function, later):
        comes = order.reaches(close.point, later.point) and not order.passes_one(close.point, later.point, new)
        return comes and not is_told_by_a_flag(function, close.point, later.point)
    return order.dominates(later.point, close.point) and not any(order.reaches(close.point, at) for at in new)


def is_deferred(function: FunctionFacts, event: ChannelEvent) -> bool:
    """Whether it happens when the function returns."""
    return isinstance(function.ir.blocks[event.point.block].instructions[event.point.index], ir.Defer)


def _reassigned(function: FunctionFacts, close: ChannelEvent) -> list[Point]:
    """Where the variable that it is closed through gets another value, nil for one."""
    instruction = function.ir.blocks[close.point.block].instructions[close.point.index]
    channel = instruction.channel if isinstance(instruction, ir.Close) else None
    return [point for point, _ in definitions(function.ir).get(channel, ())] if isinstance(channel, int) else []


def _renewed(function: FunctionFacts, channel: AccessPath) -> list[Point]:
    """Where the variable or field that holds the channel, or something on the way to it, gets another value."""
    holders = {AccessPath(channel.root, channel.steps[:length]) for length in range(len(channel.steps))}
    points = [access.point for access in function.accesses if access.writes and access.path in holders]
    if channel.root.kind in (RootKind.PARAM, RootKind.GLOBAL) and not any(
        step.startswith("[") for step in channel.steps
    ):
        return points
    for block in function.ir.blocks:
        for at, instruction in enumerate(block.instructions):
            if isinstance(instruction, ir.Declare | ir.Alloc | ir.Range):
                points.append(Point(block.index, at))
    return points
