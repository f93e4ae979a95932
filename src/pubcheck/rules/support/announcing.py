"""Writes that are ordered although they come late: the value itself tells those who wait for it.

So it is with futures, with requests that carry the channel of their answer, and with calls that several callers share.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.facts import ChannelAction, Point, RootKind
from pubcheck.flow import ir

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.facts import Access, AccessPath, Publication

_ANNOUNCING = frozenset(("(*sync.WaitGroup).Done", "(*sync.Cond).Broadcast", "(*sync.Cond).Signal"))


def is_announced(package: PackageFacts, function: FunctionFacts, publication: Publication, write: Access) -> bool:
    """Whether ``write``, after ``publication``, is ordered by an announcement of its own.

    On every path after it wrote, the function sends on or closes a channel of the published value, or is ``Done`` with
    a group of it, or sets an atomic in it, itself or in a callee that has the value; or the callee that writes does any
    of this.
    """
    if any(_announces(package, step.callee) for step in write.trace):
        return True
    told = set(_announcements(package, function, publication, write))
    if write.point in told or any(_deferred(function, point) for point in told):
        return True
    order = function.order
    after = [point for point in told if order.reaches(write.point, point)]
    return bool(after) and all(
        order.passes_one(write.point, end, after) for end in _returns(function) if order.reaches(write.point, end)
    )


def _announcements(
    package: PackageFacts, function: FunctionFacts, publication: Publication, write: Access
) -> Iterator[Point]:
    """Where the function tells those who wait for the published value."""

    def inside(targets: tuple[AccessPath, ...]) -> bool:
        # What the value leads to was often there before it: its users' announcements aren't about the value.
        return any(
            target.starts_with(value)
            for target in targets
            if target.root == write.path.root or target.root.kind is RootKind.FRESH
            for value in publication.value
        )

    for access in function.accesses:
        if access.atomic is not None and access.writes and inside((access.path,)):
            yield access.point
    for event in function.channels:
        if event.action is not ChannelAction.RECEIVE and inside(event.targets):
            yield event.point
    for call in function.calls:
        for index in _announced_by(package, call.callee):
            if index < len(call.args) and inside(call.args[index].targets):
                yield call.point


def _returns(function: FunctionFacts) -> Iterator[Point]:
    for number, block in enumerate(function.ir.blocks):
        if block.instructions and isinstance(block.instructions[-1], ir.Return):
            yield Point(number, len(block.instructions) - 1)


def _announced_by(package: PackageFacts, name: str) -> Iterator[int]:
    """The parameters of the function of that name through which it tells those who wait."""
    if name in _ANNOUNCING:
        yield 0
    callee = package.function(name)
    if callee is None:
        return
    told = [target for call in callee.calls if call.callee in _ANNOUNCING for target in call.args[0].targets]
    told += [
        target for event in callee.channels if event.action is not ChannelAction.RECEIVE for target in event.targets
    ]
    yield from {target.root.index for target in told if target.root.kind is RootKind.PARAM}


def _announces(package: PackageFacts, name: str) -> bool:
    """Whether the function of that name uses a channel, or tells those who wait for a group or a condition."""
    callee = package.function(name)
    return callee is not None and (bool(callee.channels) or any(call.callee in _ANNOUNCING for call in callee.calls))


def _deferred(function: FunctionFacts, point: Point) -> bool:
    return isinstance(function.ir.blocks[point.block].instructions[point.index], ir.Defer)
