"""Objects that a function has alone: it took them from where others find them, by a swap or out of a container."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.analysis.goroutines import Names
from pubcheck.facts import AtomicKind, ChannelAction, locations
from pubcheck.flow import ir
from pubcheck.rules.support.names import definitions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts
    from pubcheck.facts import AccessPath, ChannelEvent, Location, Point


def swapped_out(function: FunctionFacts, event: ChannelEvent) -> Location | None:
    """What held the object, or the pointer to the channel, that ``event`` finds its channel in; None if it still does.

    Two functions that swap out of the same memory never get the same object, unless it is put there twice.
    """
    instruction = function.ir.blocks[event.point.block].instructions[event.point.index]
    channel = getattr(instruction, "channel", None)
    if event.action is ChannelAction.RECEIVE or not any(_swaps(function, call.point) for call in function.calls):
        return None
    load = Names(function).origin(channel) if channel is not None else None
    if not isinstance(load, ir.Load) or not isinstance(load.place.root, int):
        return None
    made = definitions(function.ir).get(load.place.root, ())
    taken = {_swaps(function, point) for point, _ in made}
    return taken.pop() if len(taken) == 1 else None


def taken_out(function: FunctionFacts, event: ChannelEvent, lock: Location) -> frozenset[Location]:
    """The containers that the object was found in and deleted from, under ``lock``, before ``event``.

    Who finds it there under the lock as well comes before the delete, or doesn't find it.
    """
    found = found_in(event)
    return frozenset(
        access.location.container
        for access in (function.accesses if found else ())
        if access.via == "delete"
        and access.location is not None
        and access.location.container in found
        and lock in locations(access.held.must)
        and function.order.reaches(access.point, event.point)
    )


def found_in(event: ChannelEvent) -> frozenset[Location]:
    """The containers that the object whose channel ``event`` is about was found in."""
    return frozenset(container for path in event.targets for container in _containers(path))


def _containers(path: AccessPath) -> Iterator[Location]:
    for each in path.prefixes:
        if each.is_element and each.location is not None:
            yield each.location.container


def _swaps(function: FunctionFacts, at: Point) -> Location | None:
    """What is swapped at ``at``."""
    for access in function.accesses:
        if access.point == at and access.atomic is not None and access.atomic.kind is AtomicKind.SWAP:
            return access.location
    return None
