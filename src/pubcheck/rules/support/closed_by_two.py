"""Channels of an object that its goroutine closes and a method for all closes as well, whatever the other has done."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis.callers import callers_of, is_exported
from pubcheck.facts import DEREF, ChannelAction, LocationKind, Point, RootKind, Start
from pubcheck.rules.support.channel_sites import ChannelSites, channel_location
from pubcheck.rules.support.decisions import Decisions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.facts import AccessPath, Location
    from pubcheck.rules.support.channel_sites import ChannelUse
    from pubcheck.source import Span


class Way(NamedTuple):
    """A way to a close: ``by`` closes at ``point``, or calls there what does."""

    by: FunctionFacts
    point: Point
    span: Span


class TwoCloses(NamedTuple):
    """The goroutine's way to the close of ``location``, and the method's."""

    location: Location
    goroutine: Way
    method: Way


def closed_by_two(package: PackageFacts) -> Iterator[TwoCloses]:
    """One pair for each channel in a field that is made with its object, and never again."""
    sites = ChannelSites(package)
    for location in sorted(sites.uses):
        if location.kind is not LocationKind.FIELD:
            continue
        closes = [use for use in sites.of(location, ChannelAction.CLOSE) if _is_bare(package, use)]
        if not closes or _is_renewed(package, location):
            continue
        ways = [way for close in closes for way in _ways(package, close, location)]
        for mine in ways:
            method = next((way for way in ways if _is_for_callers(package, way, mine)), None)
            if method is not None and _is_started(package, mine.by):
                yield TwoCloses(location, mine, method)
                break


def _is_bare(package: PackageFacts, close: ChannelUse) -> bool:
    """Whether it is closed whenever its function runs, with nothing that lets one come only."""
    function, event = close.function, close.event
    if function.test or function.constructor or function.protection(event) or function.maybe_protected(event):
        return False
    return _always(function, event.point) and not (callers_of(package).runs_once(function) or _recovers(function))


def _always(function: FunctionFacts, point: Point) -> bool:
    return function.order.always_passes(Point(0, 0), point)


def _recovers(function: FunctionFacts) -> bool:
    """Whether a literal is deferred, which may take the panic for an answer."""
    return any(spawn.start is Start.DEFER and ".func" in spawn.callee for spawn in function.spawns)


def _is_renewed(package: PackageFacts, location: Location) -> bool:
    """Whether another channel takes the place of the one that the object was made with."""
    return any(
        site.access.writes and not (site.access.init or site.function.constructor or site.function.test)
        for site in package.locations.get(location, ())
    )


def _ways(package: PackageFacts, close: ChannelUse, location: Location) -> Iterator[Way]:
    """The function that closes, and those that call it for the object that they are given."""
    function, event = close.function, close.event
    if _is_given(event.targets):
        yield Way(function, event.point, event.span)
    for edge in package.calls.get(function.name, ()):
        caller, given = edge.caller, edge.args[0].targets if edge.args else ()
        if caller.test or edge.locked or not _is_given(given) or _recovers(caller):
            continue
        if not _looks_first(caller, edge.point, location):
            yield Way(caller, edge.point, caller.calls_at(edge.point)[0].span)


def _is_given(targets: tuple[AccessPath, ...]) -> bool:
    """Whether it is of the function's own object, or of one that a literal has captured."""
    return bool(targets) and all(
        (path.root.kind is RootKind.PARAM and path.root.index == 0) or (path.root.kind is RootKind.CELL)
        for path in targets
    )


def _looks_first(function: FunctionFacts, point: Point, location: Location) -> bool:
    """Whether what is reached at ``point`` hangs on the channel itself, or on the object's state."""
    polls = (
        event.action is ChannelAction.RECEIVE and not event.waits and channel_location(event.targets) == location
        for event in function.channels
    )
    asked = (decision.read.location for decision in Decisions(function).of(point))
    atomic = any(condition.value.depends for condition in function.conditions(point))
    return atomic or any(polls) or any(one is not None and one.owner == location.owner for one in asked)


def _is_started(package: PackageFacts, function: FunctionFacts) -> bool:
    return all(thread.has_start for thread in package.threads_of(function))


def _is_for_callers(package: PackageFacts, way: Way, goroutine: Way) -> bool:
    """Whether it is an exported method's, which always goes it, and not before it has started the goroutine."""
    function = way.by
    if not is_exported(function) or function is goroutine.by or not _always(function, way.point):
        return False
    if _is_run_by(package, function, goroutine) or _is_anothers(package, function, goroutine):
        return False
    threads = package.threads_of(goroutine.by)
    return not any(package.threads.apart(function, way.point, thread) for thread in threads)


def _is_run_by(package: PackageFacts, method: FunctionFacts, goroutine: Way) -> bool:
    """Whether the goroutine is there to run the method, before all else: for those who don't want to wait for it."""
    first = min((call.point for call in goroutine.by.calls if not call.deferred), default=None)
    edges = package.calls.get(method.name, ())
    runs = any(edge.caller is goroutine.by and edge.point == goroutine.point == first for edge in edges)
    waits = (event.point for event in goroutine.by.blocking if event.point != goroutine.point)
    return runs and not any(goroutine.by.order.reaches(point, goroutine.point) for point in waits)


def _is_anothers(package: PackageFacts, method: FunctionFacts, goroutine: Way) -> bool:
    """Whether the goroutine calls the method of what its own object has in a field: callers don't get at that."""
    edges = package.calls.get(method.name, ())
    here = [edge for edge in edges if edge.caller is goroutine.by and edge.point == goroutine.point]
    return any(not _is_exported_way(path) for edge in here for path in (edge.args[0].targets if edge.args else ()))


def _is_exported_way(path: AccessPath) -> bool:
    """Whether all fields that ``path`` leads through are there for other packages, too."""
    names = (step.rpartition(".")[2] for step in path.steps if step != DEREF)
    return all(name[:1].isupper() for name in names)
