"""Objects that a function has alone, because it took them from where all others find them by an atomic swap."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.analysis.goroutines import Names
from pubcheck.facts import AtomicKind, ChannelAction
from pubcheck.flow import ir
from pubcheck.rules.support.names import definitions

if TYPE_CHECKING:
    from pubcheck.analysis import FunctionFacts
    from pubcheck.facts import ChannelEvent, Location, Point


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


def _swaps(function: FunctionFacts, at: Point) -> Location | None:
    """What is swapped at ``at``."""
    for access in function.accesses:
        if access.point == at and access.atomic is not None and access.atomic.kind is AtomicKind.SWAP:
            return access.location
    return None
