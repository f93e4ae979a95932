"""Goroutines of declared functions that go on with an object when they have said that they are done with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis import Site
from pubcheck.analysis.handshakes import ends_of, handshakes_of
from pubcheck.analysis.portions import by_portion
from pubcheck.analysis.writers import same_memory
from pubcheck.facts import LocationKind, RootKind
from pubcheck.flow import ir
from pubcheck.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.analysis.portions import Portion
    from pubcheck.facts import Access, Location, Point


_End = tuple["Point", "Location"]


class EarlyEnd(NamedTuple):
    """``write`` comes after the announcement at ``told``, for which those wait that ``read`` what is written."""

    location: Location
    write: Site
    read: Site
    told: Span


def early_ends(package: PackageFacts) -> Iterator[EarlyEnd]:
    """The first of them for each field."""
    seen: set[Location] = set()
    for function, ends in _all_ends(package):
        if not any(thread.root == function.name for thread in package.threads_of(function)):
            continue
        for point, end in ends:
            for access in function.accesses:
                location = access.location
                if location is not None and location not in seen and _is_late(function, access, point, end):
                    read = _awaited_read(package, Site(function, access), end)
                    if read is not None:
                        seen.add(location)
                        yield EarlyEnd(location, Site(function, access), read, _span_at(function, point))


@by_portion
def _all_ends(_package: PackageFacts, portion: Portion) -> Iterator[tuple[FunctionFacts, tuple[_End, ...]]]:
    """The functions that tell that something is over, and where."""
    for function in portion.functions:
        ends = () if function.test else tuple(_ends(function))
        if ends:
            yield function, ends


def _ends(function: FunctionFacts) -> Iterator[tuple[Point, Location]]:
    """Where ``function`` tells, once, that something is over; by which field."""
    ends = list(ends_of(function))
    for point, location in ends:
        once = not function.order.reaches(point, point) and sum(other == location for _, other in ends) == 1
        if once and location is not None and location.kind is LocationKind.FIELD:
            yield point, location


def _is_late(function: FunctionFacts, access: Access, point: Point, end: Location) -> bool:
    """Whether it writes a field of the object whose ``end`` is told at ``point``, only after that."""
    location = access.location
    if location is None or location.owner != end.owner or not access.writes or access.atomic is not None:
        return False
    given = access.path.root.kind in (RootKind.PARAM, RootKind.CELL)
    if access.init or not access.certain or not given or function.maybe_protected(access) or point == access.point:
        return False
    if _is_deferred(function, point):  # what is deferred first runs last
        return _is_deferred(function, access.point) and function.order.dominates(access.point, point)
    return function.order.dominates(point, access.point)


def _awaited_read(package: PackageFacts, write: Site, end: Location) -> Site | None:
    """Where another function reads what is written when it has waited for ``end``, and for nothing that comes later."""
    location = write.access.location
    for site in package.locations.get(location, ()) if location is not None else ():
        function, access = site.function, site.access
        if access.writes or access.atomic is not None or function is write.function or function.test:
            continue
        if function.maybe_protected(access) or not same_memory(access, write.access):
            continue
        if _waits_for(package, site, write, end):
            return site
    return None


def _waits_for(package: PackageFacts, read: Site, write: Site, end: Location) -> bool:
    """Whether ``read`` waits for ``end``, and for nothing else that may be told after ``write``."""
    shakes = handshakes_of(package)
    signal = (end, False)
    if signal not in shakes.awaited_by(read.function, read.access.point):
        return False
    others = set(shakes.awaited(read.function, read.access.point)) - {signal}
    return others.isdisjoint(shakes.announced(write.function, write.access.point))


def _is_deferred(function: FunctionFacts, point: Point) -> bool:
    return type(function.ir.blocks[point.block].instructions[point.index]) is ir.Defer


def _span_at(function: FunctionFacts, point: Point) -> Span:
    instruction = function.ir.blocks[point.block].instructions[point.index]
    return Span(function.path, instruction.pos, instruction.end)
