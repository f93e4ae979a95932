"""Objects that their maker gives to a goroutine, and then goes on to use: which fields both touch, in no order."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from pubcheck.analysis import Site
from pubcheck.analysis.guards import is_short
from pubcheck.analysis.handshakes import handshakes_of
from pubcheck.analysis.portions import by_portion
from pubcheck.analysis.remembering import all_once_a_function
from pubcheck.facts import PublicationKind, RootKind, Step
from pubcheck.rules.support.called_off import goes_on_without, is_stopped
from pubcheck.rules.support.decisions import exclude_each_other
from pubcheck.rules.support.unlocked import is_foreign

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.analysis.callgraph import Edge
    from pubcheck.analysis.parallel import Thread
    from pubcheck.analysis.portions import Portion
    from pubcheck.facts import Access, Publication, Root

_STARTS = (PublicationKind.GO, PublicationKind.CAPTURE)


class Late(NamedTuple):
    """``access`` comes after ``publication`` gave the object to ``thread``, which does ``other`` to the same field."""

    function: FunctionFacts
    publication: Publication
    access: Access
    other: Site
    thread: Thread


@by_portion
def late_writes(package: PackageFacts, portion: Portion) -> Iterator[Late]:
    """Fields of a new object that are written after a goroutine got the object, and that it accesses.

    One for each goroutine that is started.
    """
    return _late(package, portion, lambda function, start: function.writes_through(start), lambda _: True)


@by_portion
def late_reads(package: PackageFacts, portion: Portion) -> Iterator[Late]:
    """Fields of a new object that are read after a goroutine got the object, and that it writes, as ``late_writes``."""
    return _late(package, portion, partial(_reads, package), lambda other: other.access.writes)


def _late(
    package: PackageFacts,
    portion: Portion,
    accesses: Callable[[FunctionFacts, Publication], Iterator[Access]],
    conflicts: Callable[[Site], bool],
) -> Iterator[Late]:
    for function in portion.functions:
        if function.test:
            continue
        for start in function.publications:
            if start.kind in _STARTS:
                found = (
                    late
                    for access in accesses(function, start)
                    for late in _meetings(package, function, start, access)
                    if conflicts(late.other)
                )
                yield from (late for late in [next(found, None)] if late is not None)


def _reads(package: PackageFacts, function: FunctionFacts, start: Publication) -> Iterator[Access]:
    """What the function reads of what ``start`` published, itself or by a getter, some time after that."""
    roots = {path.root for path in start.value if path.root.kind is RootKind.FRESH}
    reaches = function.order.reaches
    for access in _reads_of_new(function) if roots else ():
        if access.path.root in roots and reaches(start.point, access.point):
            yield access
    for edge in package.called.get(function.name, ()) if roots else ():
        if edge.point != start.point and reaches(start.point, edge.point) and _is_getter(edge.callee):
            yield from _got(edge, roots)


def _is_getter(function: FunctionFacts) -> bool:
    """Whether a method does nothing but read, and so waits for nobody."""
    waits = function.locks or function.channels or function.blocking or function.spawns
    return is_short(function) and not waits and not any(access.writes for access in function.accesses)


def _got(edge: Edge, roots: Container[Root]) -> Iterator[Access]:
    """What the getter that is called reads of a new object, as the caller's access."""
    targets = edge.args[0].targets if edge.args else ()
    call = next(iter(edge.caller.calls_at(edge.point)), None)
    if call is None or len(targets) != 1 or targets[0].steps or targets[0].root not in roots:
        return
    for access in edge.callee.accesses:
        root = access.path.root
        if root.kind is RootKind.PARAM and root.index == 0 and not access.trace:
            path = msgspec.structs.replace(access.path, root=targets[0].root)
            trace = (Step(call.span, call.callee),)
            yield msgspec.structs.replace(access, path=path, point=edge.point, trace=trace)


@all_once_a_function
def _reads_of_new(function: FunctionFacts) -> Iterator[Access]:
    """What the function itself reads of what it allocates."""
    for access in function.accesses:
        if access.path.root.kind is RootKind.FRESH and not (access.writes or access.trace):
            yield access


def _meetings(package: PackageFacts, function: FunctionFacts, start: Publication, access: Access) -> Iterator[Late]:
    """What the goroutine does to the memory of ``access``, if nothing keeps the two apart."""
    if (
        access.location is None
        or access.path.root.kind is not RootKind.FRESH
        or access.atomic is not None
        or access.init
        or not access.in_place
        or not access.certain
        or function.maybe_protected(access)
        or is_foreign(package, access.location)
        or not function.order.same_turn(start.point, access.point)
        or is_stopped(function, start, access.point)
        or goes_on_without(package, function, start, access.point)
        or exclude_each_other(function, start.point, access.point)
    ):
        return
    site = Site(function, access)
    for other in package.locations.get(access.location, ()):
        thread = _goroutine(package, start, other)
        if thread is None or other.function.test or other.function.maybe_protected(other.access):
            continue
        ordered = handshakes_of(package).order(site, other) or _is_sent_for(package, start, other, function)
        if other.access.atomic is None and not ordered:
            yield Late(function, start, access, other, thread)


def _is_sent_for(package: PackageFacts, start: Publication, other: Site, starter: FunctionFacts) -> bool:
    """Whether the goroutine gets to ``other`` only when it is sent something, whatever ways lead others there."""
    shakes, first = handshakes_of(package), package.function(start.callee)
    if first is None or shakes.is_sent_for(other, starter):
        return True
    calls = [edge.point for edge in package.called.get(first.name, ()) if _leads_to(package, edge.callee, other)]
    ways = (Site(first, msgspec.structs.replace(other.access, point=point)) for point in calls)
    return bool(calls) and other.function is not first and all(shakes.is_sent_for(way, starter) for way in ways)


def _leads_to(package: PackageFacts, function: FunctionFacts, site: Site) -> bool:
    """Whether ``function`` is that of ``site``, or calls it on its goroutine, directly or not."""
    seen: set[str] = set()
    work = [function]
    while work:
        each = work.pop()
        if each is site.function:
            return True
        if each.name not in seen:
            seen.add(each.name)
            work += [edge.callee for edge in package.called.get(each.name, ())]
    return False


def _goroutine(package: PackageFacts, start: Publication, site: Site) -> Thread | None:
    """The goroutine that ``start`` started, if ``site`` is of an object that it was given."""
    first = package.function(start.callee)
    if first is None:
        return None
    return next(
        (
            thread
            for thread in sorted(package.threads_of(site.function))
            if thread.root == first.name and package.sharing.hold(site, thread).origins
        ),
        None,
    )
