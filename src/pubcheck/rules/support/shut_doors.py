"""Whether who waits has shut the door before: nobody may count himself in who looked at it before that.

``Stop`` sets a flag under a lock and waits; who comes looks at the flag under the lock and calls ``Add``. If the lock
is given back in between, ``Stop`` may come in between too, and ``Wait`` sees a counter that is zero.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis.goroutines import Names, counts
from pubcheck.facts import Mode, locations
from pubcheck.rules.support.call_sites import calls_to
from pubcheck.rules.support.decisions import Decisions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.analysis.goroutines import Count
    from pubcheck.facts import Access, Location


class LateAdd(NamedTuple):
    """``add`` comes when ``lock`` was given back, under which ``look`` told that ``shut`` hasn't been reached yet."""

    add: Count
    look: Access
    lock: Location
    shut: Access
    by: FunctionFacts


def late_adds(package: PackageFacts) -> Iterator[LateAdd]:
    """Find calls of ``Add`` that a decision under a lock allows, outside of that lock."""
    waits = list(_calls_of(package, "Wait"))
    adds = list(_calls_of(package, "Add")) if waits else []
    for function, add in adds:
        if any(other is function and _counts_before(function, each, add) for other, each in adds):
            continue
        theirs = [each for each in waits if each[0] is not function and each[1].group.location == add.group.location]
        found = _late(function, add, theirs) if theirs and add.group.location is not None else None
        if found is not None:
            yield found


def _calls_of(package: PackageFacts, method: str) -> Iterator[tuple[FunctionFacts, Count]]:
    """Where a method of wait groups is called."""
    for function in dict.fromkeys(site.function for site in calls_to(package, f"(*sync.WaitGroup).{method}")):
        if not function.test:
            yield from ((function, count) for count in counts(function, Names(function)) if count.method == method)


def _counts_before(function: FunctionFacts, one: Count, add: Count) -> bool:
    """Whether ``function`` has counted already when it comes to ``add``: nobody waits for nothing then."""
    return one.group == add.group and one is not add and function.order.dominates(one.call.point, add.call.point)


def _late(function: FunctionFacts, add: Count, waits: list[tuple[FunctionFacts, Count]]) -> LateAdd | None:
    here = locations(add.call.held.may) | locations(function.protection(add.call))
    for decision in Decisions(function).of(add.call.point):
        look = decision.read
        for lock in sorted(locations(function.protection(look)) - here):
            for waiter, wait in waits:
                shut = _shut(waiter, look, lock)
                if shut is not None and waiter.order.reaches(shut.point, wait.call.point):
                    return LateAdd(add, look, lock, shut, waiter)
    return None


def _shut(waiter: FunctionFacts, look: Access, lock: Location) -> Access | None:
    """Where ``waiter`` writes what was looked at, under the same lock."""
    held = (
        (each, one)
        for each in waiter.accesses
        if each.writes and each.location == look.location
        for one in waiter.protection(each)
    )
    return next((each for each, one in held if one.location == lock and one.mode is Mode.EXCLUSIVE), None)
