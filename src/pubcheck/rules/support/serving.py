"""Methods that put what they serve with into a field, and go on serving until another method closes that.

Whoever calls the other one does so while the first one is at work: before it there is nothing to close, and it doesn't
return by itself. That the field was set is known to nobody who isn't told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.analysis.callers import is_exported
from pubcheck.analysis.handshakes import handshakes_of
from pubcheck.analysis.parallel import Origin
from pubcheck.facts import DEREF, BlockKind, LocationKind, Point, RootKind
from pubcheck.flow import ir
from pubcheck.rules.support.late_setters import comes_first

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts, Site
    from pubcheck.facts import Blocking, Location

_SERVES = frozenset(("Serve", "ServeTLS", "ListenAndServe", "ListenAndServeTLS"))
"""Methods that return when the object is closed."""
_ENDS = frozenset(("Close", "Shutdown", "Stop", "GracefulStop"))


def is_served_with(write: Site) -> bool:
    """Whether a method goes on to serve, by itself, with what it stores."""
    return _is_own(write) and next(_serving(write), None) is not None


def is_ended_meanwhile(package: PackageFacts, write: Site, other: Site, location: Location) -> bool:
    """Whether the method of ``other`` ends what that of ``write`` serves with, and nothing tells that it has begun."""
    if location.kind is not LocationKind.FIELD or not (_is_own(write) and _is_own(other)):
        return False
    both = (write.function, other.function)
    if not all(is_exported(function) and _is_for_callers(package, function) for function in both):
        return False
    if any(comes_first(package, function) for function in both) or not _ends(other):
        return False
    told = handshakes_of(package).announced_by(write.function, write.access.point)
    return not told and any(not _tells(write, event.point) for event in _serving(write))


def _is_own(site: Site) -> bool:
    root = site.access.path.root
    return root.kind is RootKind.PARAM and root.index == 0 and not site.access.trace


def _is_for_callers(package: PackageFacts, function: FunctionFacts) -> bool:
    return {thread.origin for thread in package.threads_of(function)} == {Origin.CALLER}


def _serving(write: Site) -> Iterator[Blocking]:
    """Where the function waits on what it has stored: again and again, or once for as long as that is open."""
    function, at = write.function, write.access.point
    for event in function.blocking:
        if event.kind is not BlockKind.NETWORK or event.trace or not _is_stored(write, event):
            continue
        lasts = event.what.rpartition(".")[2] in _SERVES or function.in_loop(event.point)
        if lasts and function.order.dominates(at, event.point) and not function.order.reaches(event.point, at):
            yield event


def _is_stored(write: Site, event: Blocking) -> bool:
    """Whether what is waited on is what the write stores, or read from where it does."""
    function, access = write.function, write.access
    store = function.ir.blocks[access.point.block].instructions[access.point.index]
    call = function.ir.blocks[event.point.block].instructions[event.point.index]
    if isinstance(store, ir.Store) and isinstance(call, ir.Call) and store.value in call.call.args[:1]:
        return True
    targets = access.value.targets if access.value is not None else ()
    return event.subject is not None and event.subject in (access.path, access.path.then(DEREF), *targets)


def _ends(other: Site) -> bool:
    """Whether the method closes what the field holds."""
    path = other.access.path
    return any(
        call.callee.rpartition(".")[2] in _ENDS
        and any(target.starts_with(path) for arg in call.args[:1] for target in arg.targets)
        for call in other.function.calls
    )


def _tells(write: Site, serves: Point) -> bool:
    """Whether the method calls something that it was given between the two: so callers are told that it has begun."""
    function, order = write.function, write.function.order
    points = (
        Point(block.index, index)
        for block in function.ir.blocks
        for index, each in enumerate(block.instructions)
        if isinstance(each, ir.Call) and isinstance(each.call.callee, ir.DynamicCallee)
    )
    return any(
        order.reaches(write.access.point, point) and order.reaches(point, serves) and not order.reaches(serves, point)
        for point in points
    )
