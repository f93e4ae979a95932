"""Where a location is released and acquired: the two sides of every safe publication."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pubcheck.facts import DEREF, ChannelAction, Location, LockAction
from pubcheck.knowledge.ordering import ordering

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.facts import AccessPath
    from pubcheck.source import Span


_TOLD_ABOVE = frozenset(("Lock", "Unlock", "TryLock", "RLock", "RUnlock", "TryRLock"))


class SyncSite(NamedTuple):
    """An operation on a synchronisation location: what it is called, where, in which function, and which side it is."""

    what: str
    span: Span
    function: FunctionFacts
    releases: bool
    acquires: bool


def sites(package: PackageFacts) -> dict[Location, list[SyncSite]]:
    """The operations of each synchronisation location, in order of position, callees' and tests' aside."""
    found: dict[Location, list[SyncSite]] = {}
    for function in package.functions:
        for location, site in _sites(function):
            found.setdefault(location, []).append(site)
    return {
        location: sorted(dict.fromkeys(each), key=lambda site: (site.span, site.what))
        for location, each in found.items()
    }


def sites_of(found: Mapping[Location, list[SyncSite]], location: Location) -> list[SyncSite]:
    """Those of ``location``, or of what the pointer there leads to."""
    behind = Location(location.kind, location.owner, location.path + DEREF)
    return found.get(location) or found.get(behind, [])


def _sites(function: FunctionFacts) -> Iterator[tuple[Location, SyncSite]]:
    for access in function.accesses:
        if access.atomic is not None and not access.trace and access.location is not None:
            kind = access.atomic.kind
            yield access.location, SyncSite(kind.value, access.span, function, kind.writes, kind.reads)
    for event in function.locks:
        if not event.trace and event.lock.location is not None:
            releases = event.action is LockAction.RELEASE
            yield event.lock.location, SyncSite(event.action.value, event.span, function, releases, not releases)
    for channel in function.channels:
        releases = channel.action is not ChannelAction.RECEIVE
        for location in _locations(channel.targets):
            yield location, SyncSite(channel.action.value, channel.span, function, releases, not releases)
    for call in function.calls:
        name = call.callee.rpartition(".")[2]
        known = ordering(call.callee) if call.args and name not in _TOLD_ABOVE else None
        if known is not None and "sync/atomic" not in call.callee:
            for location in _locations(call.args[0].targets):
                yield location, SyncSite(name, call.span, function, known.releases, known.acquires)


def _locations(targets: tuple[AccessPath, ...]) -> Iterator[Location]:
    for path in targets:
        location = path.location
        if location is not None:
            yield location
