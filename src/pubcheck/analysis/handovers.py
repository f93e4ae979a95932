"""What one lock orders: who takes it comes after who has given it back, if something there tells so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.facts import DEREF, LockAction, locations

if TYPE_CHECKING:
    from pubcheck.analysis.located import Site
    from pubcheck.facts import Access, Location


def under_the_same_lock(late: Site, early: Site) -> bool:
    """Whether one function takes a lock before the one place that the other releases after the other.

    Who has changed nothing under the lock leaves nothing there to tell that it has been there, and who has been there
    before hasn't told of what it does now: that a loop leads there again comes late. Nor does who looks at nothing that
    was changed there know of it.
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
    if not released:
        return False
    taken = {
        event.lock.location
        for event in second.locks
        if event.action is not LockAction.RELEASE
        and event.lock.location in released
        and second.order.dominates(event.point, late.access.point)
    }
    return any(_is_told(late, early, lock) for lock in taken)


def _is_told(late: Site, early: Site, lock: Location | None) -> bool:
    """Whether ``late`` has looked, under ``lock``, at what the function of ``early`` changes under it."""
    first, second = early.function, late.function
    if any(lock in locations(first.protection(event)) for event in first.channels):
        return True
    told = {_held_by(one) for one in first.accesses if one.writes and lock in locations(first.protection(one))}
    looks = (
        one
        for one in second.accesses
        if lock in locations(second.protection(one)) and second.order.dominates(one.point, late.access.point)
    )
    return bool(told) and ("" in told or any(_held_by(one) in {"", *told} for one in looks))


def _held_by(access: Access) -> str:
    """What holds the pointer or container that the access is behind; empty for what has no name."""
    location = access.location
    return "" if location is None else f"{location.owner}.{location.container.path.rstrip(DEREF)}"
