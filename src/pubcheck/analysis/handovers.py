"""What one lock orders: who takes it comes after who has given it back, if something there tells so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.facts import LockAction, locations

if TYPE_CHECKING:
    from pubcheck.analysis.located import Site


def under_the_same_lock(late: Site, early: Site) -> bool:
    """Whether one function takes a lock before the one place that the other releases after the other.

    Who has changed nothing under the lock leaves nothing there to tell that it has been there, and who has been there
    before hasn't told of what it does now: that a loop leads there again comes late.
    """
    first, second = early.function, late.function
    at, order = early.access.point, first.order
    released = {
        event.lock.location
        for event in first.locks
        if event.action is LockAction.RELEASE
        and order.reaches(at, event.point)
        and (event.deferred or not order.dominates(event.point, at))
    }
    if released:
        told = (locations(first.protection(access)) for access in first.accesses if access.writes)
        released &= frozenset().union(*told, *(locations(first.protection(event)) for event in first.channels))
    return any(
        event.action is not LockAction.RELEASE
        and event.lock.location in released
        and second.order.dominates(event.point, late.access.point)
        for event in second.locks
    )
