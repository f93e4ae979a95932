"""Channels that a method makes only when it runs, and then waits on until another method closes them or sends.

Who closes is another goroutine, as the first one waits: it may come before there is a channel.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.analysis.parallel import Origin
from pubcheck.facts import ChannelAction, LocationKind, RootKind
from pubcheck.rules.support.channel_sites import channel_location

if TYPE_CHECKING:
    from pubcheck.analysis import FunctionFacts, PackageFacts, Site
    from pubcheck.facts import AccessPath, Call, Location


def is_met_late(package: PackageFacts, write: Site, other: Site, location: Location) -> bool:
    """Whether the method of ``write`` makes the channel for that of ``other``, which callers call, to end its wait."""
    if location.kind is not LocationKind.FIELD or not (_is_own(write) and _is_own(other)):
        return False
    callers = {thread.origin for thread in package.threads_of(other.function)}
    return callers == {Origin.CALLER} and _ends(other.function, location) and _makes_and_waits(write, location)


def is_taken_away(write: Site) -> bool:
    """Whether a method closes what its field holds, and then puts something else, or nothing, in its place.

    Whoever is told so that it is over is there until then, and is to find the old one.
    """
    function, access = write.function, write.access
    ended = [(event.point, event.targets) for event in function.channels if event.action is ChannelAction.CLOSE]
    ended += [(call.point, call.args[0].targets) for call in function.calls if call.args and _is_close(call)]
    return _is_own(write) and any(
        function.order.dominates(point, access.point)
        and any(target.root == access.path.root and target.steps[:-1] == access.path.steps for target in targets)
        for point, targets in ended
    )


def _is_close(call: Call) -> bool:
    return call.callee.rpartition(".")[2] == "Close" and not call.deferred


def stores_new(site: Site) -> bool:
    """Whether it stores what was made right there."""
    return bool(_made(site))


def _made(site: Site) -> set[AccessPath]:
    targets = site.access.value.targets if site.access.value is not None else ()
    return {target for target in targets if target.root.kind is RootKind.FRESH}


def _is_own(site: Site) -> bool:
    root = site.access.path.root
    return root.kind is RootKind.PARAM and root.index == 0 and not site.access.trace


def _ends(function: FunctionFacts, location: Location) -> bool:
    return any(
        event.action is not ChannelAction.RECEIVE and channel_location(event.targets) == location
        for event in function.channels
    )


def _makes_and_waits(write: Site, location: Location) -> bool:
    """Whether it stores a new channel, and waits right in the same function for what comes over that."""
    function, access, made = write.function, write.access, _made(write)
    return bool(made) and any(
        event.action is ChannelAction.RECEIVE
        and event.waits
        and function.order.reaches(access.point, event.point)
        and (not made.isdisjoint(event.targets) or channel_location(event.targets) == location)
        for event in function.channels
    )
