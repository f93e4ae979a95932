"""Whether who waits has shut the door before: nobody may count himself in who looked at it before that.

``Stop`` sets a flag under a lock and waits; who comes looks at the flag under the lock and calls ``Add``. If the lock
is given back in between, ``Stop`` may come in between too, and ``Wait`` sees a counter that is zero.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis.goroutines import Names, counts
from pubcheck.analysis.portions import by_portion
from pubcheck.facts import Mode, locations
from pubcheck.rules.support.decisions import Decisions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.analysis.goroutines import Count
    from pubcheck.analysis.portions import Portion
    from pubcheck.facts import Access, Location

_METHODS = frozenset(f"(*sync.WaitGroup).{method}" for method in ("Add", "Done", "Wait"))


class LateAdd(NamedTuple):
    """``add`` comes when ``lock`` was given back, under which ``look`` told that ``shut`` hasn't been reached yet."""

    add: Count
    look: Access
    lock: Location
    shut: Access
    by: FunctionFacts


def late_adds(package: PackageFacts) -> Iterator[LateAdd]:
    """Find calls of ``Add`` that a decision under a lock allows, outside of that lock."""
    waits: dict[Location, list[tuple[FunctionFacts, Count]]] = {}
    adds: dict[FunctionFacts, list[Count]] = {}
    for function, count in group_calls(package):
        if count.method == "Wait" and count.group.location is not None:
            waits.setdefault(count.group.location, []).append((function, count))
        elif count.method == "Add":
            adds.setdefault(function, []).append(count)
    for function, add in ((function, add) for function, each in adds.items() for add in each):
        if any(_counts_before(function, each, add) for each in adds[function]):
            continue
        location = add.group.location
        theirs = [each for each in waits.get(location, ()) if each[0] is not function] if location is not None else []
        found = _late(function, add, theirs) if theirs else None
        if found is not None:
            yield found


@by_portion
def group_calls(_package: PackageFacts, portion: Portion) -> Iterator[tuple[FunctionFacts, Count]]:
    """Where methods of wait groups are called, by functions that do so."""
    for function in portion.functions:
        if not function.test and any(call.callee in _METHODS for call in function.calls):
            yield from ((function, count) for count in counts(function, Names(function)))


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
