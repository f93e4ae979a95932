"""Whether an access can fall into the time in which other goroutines run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.analysis.goroutines import whole_loop
from pubcheck.facts import ELEMENT, BlockKind, ChannelAction, LocationKind, Start, locations
from pubcheck.rules.support.channel_sites import channel_location

if TYPE_CHECKING:
    from collections.abc import Container

    from pubcheck.analysis import FunctionFacts
    from pubcheck.facts import Access, AccessPath, Location, Point


def overlaps(function: FunctionFacts, access: Access) -> bool:
    """Whether others may be at work at ``access``: none were waited for, and a local is shared by then."""
    if after_a_wait(function, access):
        return False
    location = access.location
    if location is None or location.kind is not LocationKind.LOCAL:
        return True
    return _while_started(function, access)


def after_a_wait(function: FunctionFacts, access: Access) -> bool:
    """Whether goroutines were waited for on every path to the access."""
    return waited_before(function, access.point)


def waited_before(function: FunctionFacts, point: Point, lock: Location | None = None) -> bool:
    """Whether goroutines were waited for on every path to ``point``.

    They aren't those that take ``lock`` if it was held meanwhile: nobody would have come back.
    """
    return any(
        event.kind is BlockKind.WAIT
        and function.order.dominates(event.point, point)
        and (lock is None or lock not in locations(event.held.must))
        for event in function.blocking
    )


def after_news(function: FunctionFacts, point: Point) -> bool:
    """Whether ``point`` is got to only past a receive, and once: not turn by turn, as in a loop over messages."""
    order = function.order
    return not order.reaches(point, point) and any(
        event.action is ChannelAction.RECEIVE and order.dominates(event.point, point) for event in function.channels
    )


def _declares(function: FunctionFacts, access: Access) -> bool:
    """Whether the local is the function's own."""
    root = access.path.root
    return root.file == function.path and function.pos <= root.index < function.end


def joined_before(
    caller: FunctionFacts, point: Point, objects: Container[AccessPath], ends: Container[Location | None]
) -> bool:
    """Whether one of the channels ``ends``, in one of ``objects``, was received from before ``point``."""
    return any(
        event.kind is BlockKind.CHANNEL
        and event.what == "receive"
        and event.subject is not None
        and channel_location((event.subject,)) in ends
        and any(prefix in objects for prefix in event.subject.prefixes)
        and ELEMENT not in event.subject.steps  # a part that has a goroutine of its own
        and caller.order.dominates(event.point, point)
        for event in caller.blocking
    )


def _while_started(function: FunctionFacts, access: Access) -> bool:
    """Whether a local's access in the function that declares it comes after a start and before whatever waits for it.

    In the goroutine itself, which captured it, it always overlaps.
    """
    starts = [spawn for spawn in function.spawns if spawn.start is not Start.DEFER]
    if not starts:
        return not _declares(function, access) and not function.starts.isdisjoint((Start.GO, Start.STARTER))
    waits = [event.point for event in function.blocking if event.kind is BlockKind.WAIT]
    waits += [event.point for event in function.channels if event.action is ChannelAction.RECEIVE]
    at = access.point
    return any(
        function.order.reaches(spawn.point, at)
        and not function.order.passes_one(
            spawn.point, at, [wall for wait in waits for wall in whole_loop(function, wait, spawn.point)]
        )
        for spawn in starts
    )
