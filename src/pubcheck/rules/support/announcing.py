"""Writes that are ordered although they come late: the value itself tells those who wait for it.

So it is with futures, with requests that carry the channel of their answer, and with calls that several callers share.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from pubcheck.facts import ChannelAction, Point, RootKind
from pubcheck.flow import ir

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.facts import Access, AccessPath, Publication, Root

_ANNOUNCING = frozenset(("(*sync.WaitGroup).Done", "(*sync.Cond).Broadcast", "(*sync.Cond).Signal"))


class Announcements:
    """What one function announces."""

    def __init__(self, package: PackageFacts, function: FunctionFacts) -> None:
        """Look at ``function`` of ``package`` when asked."""
        self._package = package
        self._function = function
        self._points: dict[tuple[int, Root], frozenset[Point]] = {}
        self._parameters: dict[str, frozenset[int]] = {}

    def order(self, publication: Publication, write: Access) -> bool:
        """Whether ``write``, after ``publication``, is ordered by an announcement of its own.

        On every path after it wrote, the function sends on or closes a channel of the published value, or is ``Done``
        with a group of it, or sets an atomic in it, itself or in a callee that has the value; or the callee that writes
        does any of this.
        """
        if any(_announces(self._package, step.callee) for step in write.trace):
            return True
        told = self._told(publication, write.path.root)
        if not told:
            return False
        function, order = self._function, self._function.order
        if write.point in told or any(_deferred(function, point) for point in told):
            return True
        after = [point for point in told if order.reaches(write.point, point)]
        return bool(after) and order.all_pass_one(write.point, self._returns, after)

    def _told(self, publication: Publication, root: Root) -> frozenset[Point]:
        """Where the function tells those who wait for the published value, as far as it is reached from ``root``."""
        key = (publication.index, root)
        found = self._points.get(key)
        if found is None:
            found = self._points[key] = frozenset(self._find(publication, root))
        return found

    def _find(self, publication: Publication, root: Root) -> Iterator[Point]:
        def inside(targets: tuple[AccessPath, ...]) -> bool:
            # What the value leads to was often there before it: its users' announcements aren't about the value.
            return any(
                target.starts_with(value)
                for target in targets
                if target.root == root or target.root.kind is RootKind.FRESH
                for value in publication.value
            )

        function = self._function
        for access in function.accesses:
            if access.atomic is not None and access.writes and inside((access.path,)):
                yield access.point
        for event in function.channels:
            if event.action is not ChannelAction.RECEIVE and inside(event.targets):
                yield event.point
        for call in function.calls:
            for index in self._announced_by(call.callee):
                if index < len(call.args) and inside(call.args[index].targets):
                    yield call.point

    @cached_property
    def _returns(self) -> tuple[Point, ...]:
        blocks = enumerate(self._function.ir.blocks)
        return tuple(
            Point(number, len(block.instructions) - 1)
            for number, block in blocks
            if block.instructions and isinstance(block.instructions[-1], ir.Return)
        )

    def _announced_by(self, name: str) -> frozenset[int]:
        """The parameters of the function of that name through which it tells those who wait."""
        found = self._parameters.get(name)
        if found is None:
            found = self._parameters[name] = frozenset(_announced_by(self._package, name))
        return found


def _announced_by(package: PackageFacts, name: str) -> Iterator[int]:
    if name in _ANNOUNCING:
        yield 0
    callee = package.function(name)
    if callee is None:
        return
    told = [target for call in callee.calls if call.callee in _ANNOUNCING for target in call.args[0].targets]
    told += [
        target for event in callee.channels if event.action is not ChannelAction.RECEIVE for target in event.targets
    ]
    yield from (target.root.index for target in told if target.root.kind is RootKind.PARAM)


def _announces(package: PackageFacts, name: str) -> bool:
    """Whether the function of that name uses a channel, or tells those who wait for a group or a condition."""
    callee = package.function(name)
    return callee is not None and (bool(callee.channels) or any(call.callee in _ANNOUNCING for call in callee.calls))


def _deferred(function: FunctionFacts, point: Point) -> bool:
    return isinstance(function.ir.blocks[point.block].instructions[point.index], ir.Defer)
