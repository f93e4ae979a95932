"""Methods that set a field while the goroutine that the constructor started looks at it again and again.

Who calls a method has the object from its constructor: the goroutine runs by then. What callers set before they send it
anything to do is ordered by that, so it must be seen to look without having received anything of theirs.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pubcheck.analysis.callers import is_exported
from pubcheck.analysis.handshakes import handshakes_of
from pubcheck.analysis.parallel import Origin
from pubcheck.facts import DEREF, ChannelAction, Location, LocationKind, RootKind
from pubcheck.rules.support.channel_sites import ChannelSites
from pubcheck.rules.support.written import comment_above

if TYPE_CHECKING:
    from pubcheck.analysis import FunctionFacts, PackageFacts, Site
    from pubcheck.analysis.parallel import Thread
    from pubcheck.facts import Point

_FIRST = re.compile(
    r"\b(before|prior to|not|non)\b.{0,40}\b(us(e|ed|ing)|call|run|start|first|any|concurren|thread|goroutine|safe)"
    r"|\b(must|should|only)\b.{0,30}\b(before|prior to)\b",
    re.IGNORECASE | re.DOTALL,
)


def comes_first(package: PackageFacts, function: FunctionFacts) -> bool:
    """Whether the function's comment asks callers to call it before others do anything, or alone."""
    return _FIRST.search(comment_above(package, function.span)) is not None


def is_called_late(package: PackageFacts, write: Site) -> bool:
    """Whether ``write`` is of a method's own object, and only callers of the package have a reason to call it."""
    function, root = write.function, write.access.path.root
    own = root.kind is RootKind.PARAM and root.index == 0 and not write.access.trace
    if not own or any(thread.origin is not Origin.CALLER for thread in package.threads_of(function)):
        return False
    return not comes_first(package, function)


def is_begun_with(package: PackageFacts, site: Site, thread: Thread) -> bool:
    """Whether the object that ``thread`` has at ``site``, or the one it is reached through, was made by its starter."""
    made = {
        f"{launch.starter.name}:{target.root.index}"
        for launch in package.threads.graph.launches.get(thread.root, ())
        if launch.starter.name == thread.starter and launch.spawn.point == thread.point
        for targets in (*(one.targets for one in launch.spawn.args), *(one for _, one in launch.spawn.captures))
        for target in targets
        if target.root.kind is RootKind.FRESH
    }
    return not made.isdisjoint(origin.partition(">")[0] for origin in package.sharing.hold(site, thread).origins)


def looks_unasked(package: PackageFacts, site: Site) -> bool:
    """Whether ``site`` is got to with nothing received, but from a clock: nobody can have sent for it."""
    return next(handshakes_of(package).awaited(site.function, site.access.point), None) is None


def works_on_its_own(package: PackageFacts, site: Site) -> bool:
    """Whether ``site`` is of work that a method has handed over, which goes on without waiting for it.

    Callers who come back from that have nothing that tells them when it is done.
    """
    shakes, sites = handshakes_of(package), ChannelSites(package)
    awaited = set(shakes.awaited(site.function, site.access.point))
    if not awaited or any(not room for _, room in shakes.announced(site.function, site.access.point)):
        return False
    return all(
        location is not None
        and location.kind is LocationKind.FIELD
        and not room
        and any(
            is_exported(use.function) and not _waits_behind(use.function, use.event.point)
            for use in sites.of(_field(location), ChannelAction.SEND)
        )
        for location, room in awaited
    )


def waits_on_another_way(package: PackageFacts, site: Site, running: Site) -> bool:
    """Whether the function of ``site`` may wait for what is told after ``running``, on another way.

    So it is called while the goroutine runs.
    """
    told = {
        location
        for location, room in handshakes_of(package).announced_by(running.function, running.access.point)
        if not room
    }
    return any(
        event.action is ChannelAction.RECEIVE and any(target.location in told for target in event.targets)
        for event in site.function.channels
    )


def _waits_behind(function: FunctionFacts, point: Point) -> bool:
    """Whether ``function`` may wait for something when it is past ``point``."""
    return any(event.point != point and function.order.reaches(point, event.point) for event in function.blocking)


def _field(location: Location) -> Location:
    return Location(location.kind, location.owner, location.path.rstrip(DEREF))
