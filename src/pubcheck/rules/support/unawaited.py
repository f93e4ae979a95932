"""Fields that are written before a channel beside them is closed, and read by somebody who doesn't wait for that.

That others wait for the channel before they read tells two things: what it is there for, and that they run while the
field is written. So the one that doesn't wait may come too early.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis.by_key import one_by_one
from pubcheck.analysis.handshakes import handshakes_of
from pubcheck.analysis.portions import by_portion
from pubcheck.analysis.remembering import once_for_facts
from pubcheck.facts import ChannelAction, LocationKind, RootKind
from pubcheck.model.types import Chan, Struct
from pubcheck.rules.support.certainty import is_for_tests
from pubcheck.rules.support.channel_sites import channel_location
from pubcheck.rules.support.memory_types import underlying_type
from pubcheck.rules.support.overlap import waited_before
from pubcheck.rules.support.written import comment_above

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import PackageFacts, Site
    from pubcheck.analysis.portions import Portion
    from pubcheck.facts import Location

_AFTER = re.compile(r"\b(after|safe(ly)?|only)\b", re.IGNORECASE)
"""What a comment says of a function that is called when all is over."""
_NEAR = 3
"""Calls from one function to another that does the rest of its work."""


class Unawaited(NamedTuple):
    """``read`` of ``location`` may come before ``write``, then ``channel`` is closed; ``waiting`` waits for that."""

    location: Location
    read: Site
    write: Site
    channel: Location
    waiting: Site


def unawaited(package: PackageFacts) -> Iterator[Unawaited]:
    """Find such reads, the first for each field."""
    if not is_for_tests(package):
        yield from _unawaited(package)


@one_by_one(lambda package: package.locations)
def _unawaited(package: PackageFacts, location: Location) -> Iterator[Unawaited]:
    channels = _closed(package).get(location.owner)
    if not channels or location in channels or location.kind is not LocationKind.FIELD or location in package.guards:
        return
    sites = [site for site in package.locations[location] if not (site.function.test or _is_new(site))]
    writes = [site for site in sites if site.access.writes]
    if any(one.protection or one.access.atomic is not None for one in writes):
        return
    shakes, after = handshakes_of(package), set(channels) if writes else set()
    for one in writes:
        after &= {channel for channel, _ in shakes.announced_by(one.function, one.access.point)}
    found = (stray for channel in sorted(after) for stray in _strays(package, location, channel, writes, sites))
    yield from islice(found, 1)


def _strays(
    package: PackageFacts, location: Location, channel: Location, writes: list[Site], sites: list[Site]
) -> Iterator[Unawaited]:
    shakes = handshakes_of(package)
    reads = [
        site
        for site in sites
        if not (site.access.writes or any(_in_one_run(package, site, one) for one in writes))
        and not (_is_handed_on(package, site) or _comes_last(package, site) or _asks_first(package, site, channel))
    ]
    waiting = [
        site for site in reads if any(told == channel for told, _ in shakes.awaited(site.function, site.access.point))
    ]
    for read in reads if waiting else ():
        if not any(
            shakes.order(write, read, by_name=True)
            or _starts_after(package, read, write)
            or _starts_after(package, write, read)
            for write in writes
        ):
            yield Unawaited(location, read, writes[0], channel, waiting[0])


def _is_new(site: Site) -> bool:
    """Whether it is done to an object that nobody else has yet."""
    return site.access.init or site.access.path.root.kind is RootKind.FRESH


def _is_handed_on(package: PackageFacts, site: Site) -> bool:
    """Whether a function that is handed on as a value leads there: when that runs, isn't known."""
    graph = package.threads.graph
    names, pending = {site.function.name}, [site.function.name]
    while pending:
        for edge in graph.calls.get(pending.pop(), ()):
            if edge.caller.name not in names:
                names.add(edge.caller.name)
                pending.append(edge.caller.name)
    return not names.isdisjoint(graph.unseen)


def _asks_first(package: PackageFacts, site: Site, channel: Location) -> bool:
    """Whether it hangs on something else of the object, such as an atomic, which tells how far that has come."""
    awaited = handshakes_of(package).awaited(site.function, site.access.point)
    return any(told is not None and told != channel and told.owner == channel.owner for told, _ in awaited)


def _comes_last(package: PackageFacts, site: Site) -> bool:
    """Whether the function is called at the end, by those who have waited, or as its comment says."""
    if _AFTER.search(comment_above(package, site.function.span)):
        return True
    edges = package.calls.get(site.function.name, ())
    return bool(edges) and all(edge.deferred or waited_before(edge.caller, edge.point) for edge in edges)


def _starts_after(package: PackageFacts, first: Site, second: Site) -> bool:
    """Whether the goroutine that does the second is only started after the first, or waited for before."""
    threads = [thread for thread in package.threads_of(second.function) if thread.started]
    return bool(threads) and all(package.threads.ordered(first, thread) for thread in threads)


def _in_one_run(package: PackageFacts, one: Site, other: Site) -> bool:
    """Whether the function of one calls that of the other, so that a goroutine may do both one after the other."""
    if one.function is other.function:
        return True
    if one.function.name.partition(".func")[0] == other.function.name.partition(".func")[0]:
        return not any(thread.started for thread in package.threads_of(other.function))
    graph, mine, theirs = package.threads.graph, one.function.name, other.function.name
    return graph.leads_to(mine, theirs, _NEAR) or graph.leads_to(theirs, mine, _NEAR)


@once_for_facts
def _closed(package: PackageFacts) -> dict[str, set[Location]]:
    """The fields whose channels are closed, by their struct."""
    found: dict[str, set[Location]] = {}
    for location in _closings(package):
        found.setdefault(location.owner, set()).add(location)
    return found


@by_portion
def _closings(package: PackageFacts, portion: Portion) -> Iterator[Location]:
    for function in portion.functions:
        for event in function.channels:
            field = channel_location(event.targets) if event.action is ChannelAction.CLOSE else None
            if field is not None and _is_signal(field, package):
                yield from (target.location for target in event.targets if target.location is not None)


def _is_signal(field: Location, package: PackageFacts) -> bool:
    """Whether nothing comes over the channel but its end."""
    type_ = underlying_type(field, package)
    return isinstance(type_, Chan) and isinstance(type_.element, Struct) and not type_.element.fields
