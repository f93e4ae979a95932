"""An atomic pointer is loaded twice where one value is meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.analysis.ambient import Ambient
from pubcheck.analysis.callers import callers_of
from pubcheck.analysis.writers import writers
from pubcheck.diagnostic import Related
from pubcheck.facts import AtomicKind, LockAction, Mode, locations
from pubcheck.flow import ir
from pubcheck.rules.finding import Finding
from pubcheck.rules.fixes.snapshots import load_once
from pubcheck.rules.support.atomic_sites import atomic_sites
from pubcheck.rules.support.names import definitions, origins, points
from pubcheck.rules.support.outside import starts_later
from pubcheck.rules.support.wording import named_place, others

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts, Site
    from pubcheck.facts import Access, Location


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find a second load of an atomic pointer that counts on what the first one gave; one for each pointer."""
    by_function: dict[FunctionFacts, list[Access]] = {}
    for (function, access), atomic in atomic_sites(package):
        if atomic.width == 0 and not access.owned and access.location is not None:
            by_function.setdefault(function, []).append(access)
    for function, accesses in by_function.items():
        for second in accesses:
            first = _first_look(function, accesses, second)
            rivals = _rivals(package, function, second) if first is not None else []
            if first is not None and rivals:
                yield Finding(
                    span=second.span,
                    values={"location": named_place(second.path, package) or str(second.location)},
                    because=(f"`{rivals[0].function.name}` may store another value between the two loads",),
                    related=(
                        Related(first.span, "it is loaded here"),
                        *others(rivals, "`{function}` stores it here", 1),
                    ),
                    fixes=load_once(package, first.span, second.span),
                    location=str(second.location),
                    symbol=function.name,
                )
                break


def _first_look(function: FunctionFacts, accesses: list[Access], second: Access) -> Access | None:
    """The load that ``second`` repeats: just before, or the one that a test on the way here was about."""
    if not _looks(second):
        return None
    order = function.order
    for first in accesses:
        if first.path != second.path or not _looks(first) or not order.same_turn(first.point, second.point):
            continue
        if _something_between(function, accesses, first, second) or _compared(function, first, second):
            continue
        tested = any(first.point in condition.value.depends for condition in function.conditions(second.point))
        if first.point.block == second.point.block or tested:
            return first
    return None


def _looks(access: Access) -> bool:
    return access.atomic is not None and access.atomic.kind is AtomicKind.LOAD and access.atomic.used


def _something_between(function: FunctionFacts, accesses: list[Access], first: Access, second: Access) -> bool:
    """Whether the function stores, locks or waits in between: then it means to look again."""
    order = function.order
    events = [
        event.point for event in (*function.locks, *function.inner_locks) if event.action is not LockAction.RELEASE
    ]
    events += [wait.point for wait in function.channels]
    events += [wait.point for wait in function.blocking]
    events += [each.point for each in accesses if each.path == first.path and each.writes]
    return any(order.reaches(first.point, point) and order.reaches(point, second.point) for point in events)


def _compared(function: FunctionFacts, first: Access, second: Access) -> bool:
    """Whether the two are compared: it asks whether the pointer has changed."""
    made = definitions(function.ir)
    both = {first.point, second.point}
    for _, each in points(function.ir):
        if isinstance(each, ir.Compute) and each.op in ("==", "!="):
            sides = [origins(function.ir, one, made) for one in each.operands if isinstance(one, int)]
            if both <= {point for side in sides for places in side.values() for point in places}:
                return True
    return False


def _rivals(package: PackageFacts, function: FunctionFacts, access: Access) -> list[Site]:
    """Stores by others that may come between.

    They take no lock that both loads are under, and don't come before all goroutines of the object.
    """
    callers = callers_of(package)
    sites = package.locations.get(access.location, ()) if access.location is not None else ()
    mine = locations(function.protection(access)) | package.ambient.get(function.name, Ambient()).always
    return [
        site
        for site in writers(sites, callers)
        if site.function is not function
        and not callers.take_turns(site.function, function)
        and mine.isdisjoint(_keeps_out(package, site))
        and not starts_later(site)
    ]


def _keeps_out(package: PackageFacts, site: Site) -> frozenset[Location]:
    """The locks that are held exclusively at ``site``."""
    own = locations(lock for lock in site.protection if lock.mode is Mode.EXCLUSIVE)
    return own | package.ambient.get(site.function.name, Ambient()).exclusive
