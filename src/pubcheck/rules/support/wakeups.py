"""Wake-ups that get lost: what is waited for changes, and is signalled, without the lock of the condition variable.

Who waits looks, under the lock, and then sleeps. If neither the change nor the signal has to wait for that lock, both
can fall between the look and the sleep.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis import Site
from pubcheck.analysis.callers import callers_of
from pubcheck.analysis.guards import is_short
from pubcheck.analysis.writers import is_private
from pubcheck.facts import DEREF, AccessPath, LocationKind, LockAction, RootKind, locations
from pubcheck.rules.support.call_sites import calls_to

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.facts import Access, Location
    from pubcheck.rules.support.call_sites import CallSite

SIGNALS = ("(*sync.Cond).Signal", "(*sync.Cond).Broadcast")


class Lost(NamedTuple):
    """``change`` and then ``signal`` happen without ``lock``, which ``wait`` gives back only while it sleeps."""

    wait: CallSite
    signal: CallSite
    change: Access
    lock: Location


def condition_of(site: CallSite) -> AccessPath | None:
    """The condition variable of a call; what a field of pointer type leads to by the field's path."""
    targets = site.call.args[0].targets if site.call.args else ()
    return targets[0] if len(targets) == 1 else None


def lost_wakeups(package: PackageFacts, waits: list[CallSite]) -> Iterator[Lost]:
    """One for each function that changes what one of ``waits`` looks at, and signals that."""
    signals = [site for site in calls_to(package, *SIGNALS) if not _may_be_locked(package, site)]
    told: set[str] = set()
    for wait in waits if signals else ():
        condition, held = condition_of(wait), locations(wait.function.protection(wait.call))
        if condition is None or condition.location is None or len(held) != 1:
            continue
        (lock,) = held
        asked = _asked(package, wait, condition) - {lock}
        for signal in signals:
            path = condition_of(signal)
            if path is None or path.location != condition.location or signal.function.name in told:
                continue
            change = next((one for one in _changes(package, signal, asked, lock) if one.path.root == path.root), None)
            if change is not None:
                told.add(signal.function.name)
                yield Lost(wait, signal, change, lock)


def _may_be_locked(package: PackageFacts, site: CallSite) -> bool:
    """Whether callers may hold whatever lock it takes."""
    callers, function = callers_of(package), site.function
    return callers.may_lock(function) or bool(function.contract.held) or function.contract.unknown


def _asked(package: PackageFacts, wait: CallSite, condition: AccessPath) -> set[Location]:
    """The fields that are looked at in each turn of the loop that waits, by getters too."""
    function, point = wait.function, wait.call.point
    reaches = function.order.reaches
    found = {
        access.location.container
        for access in function.accesses
        if not access.writes
        and access.path.root == condition.root
        and access.location is not None
        and access.location.kind is LocationKind.FIELD
        and reaches(point, access.point)
        and reaches(access.point, point)
    }
    for edge in package.threads.graph.called.get(function.name, ()):
        given = {target for arg in (edge.args or ())[:1] for target in arg.targets}
        own = not given.isdisjoint((AccessPath(condition.root), AccessPath(condition.root, (DEREF,))))
        if own and reaches(point, edge.point) and reaches(edge.point, point) and is_short(edge.callee):
            found |= _read_of_receiver(edge.callee)
    return found


def _read_of_receiver(function: FunctionFacts) -> set[Location]:
    return {
        access.location.container
        for access in function.accesses
        if access.location is not None
        and not access.writes
        and access.path.root.kind is RootKind.PARAM
        and access.path.root.index == 0
    }


def _changes(package: PackageFacts, signal: CallSite, asked: set[Location], lock: Location) -> Iterator[Access]:
    """What the function of ``signal`` writes of ``asked`` before it, with ``lock`` held neither here nor in between."""
    function, point = signal.function, signal.call.point
    order, callers = function.order, callers_of(package)
    if lock in locations(signal.call.held.may):
        return
    for access in function.accesses:
        if (
            access.writes
            and access.location is not None
            and access.location.container in asked
            and order.dominates(access.point, point)
            and lock not in locations(access.held.may)
            and not is_private(Site(function, access), callers)
            and not any(
                event.action is LockAction.ACQUIRE
                and order.reaches(access.point, event.point)
                and order.reaches(event.point, point)
                for event in function.locks_at(lock)
            )
        ):
            yield access
