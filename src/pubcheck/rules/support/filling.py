"""Functions that set an object up, which nobody else has then: what they write needs no lock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.analysis.polling import suspected
from pubcheck.analysis.remembering import once_for_facts
from pubcheck.analysis.uses import sets
from pubcheck.model.types import Interface, Signature
from pubcheck.rules.support.excuses import is_new
from pubcheck.rules.support.memory_types import underlying_type

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.analysis.guards import Guard
    from pubcheck.analysis.uses import Use
    from pubcheck.facts import Location

    _Filled = dict[tuple[str, Location], dict[Location, bool]]

MANY_FIELDS = 3
"""Guarded fields that a function writes without the guard before it is taken for one that sets the object up."""


def is_injected(package: PackageFacts, guard: Guard) -> bool:
    """Whether it is a function that nothing but a setter writes: set before the object is used, and never again."""
    if not isinstance(underlying_type(guard.location, package), Signature):
        return False
    return all(sets(use) for use in (*guard.inside, *guard.outside) if use.writes)


def fills(package: PackageFacts, use: Use, guard: Guard) -> bool:
    """Whether the function sets the object up, alone.

    It never takes the guard and writes many of its fields, or nothing but memory that was made for them. What has
    an interface's type, as an error has, is told rather than made ready, and what is looked at first is there. Who
    writes under another lock of the object isn't alone.
    """
    if any(event.lock.location == guard.lock for event in use.function.locks) or looks_first(guard, use.function):
        return False
    if any(lock.owner == guard.lock.owner for lock in use.locks):
        return False
    filled = (_filled_unsure if guard.polled else _filled_surely)(package).get((use.function.name, guard.lock), {})
    if guard.location not in filled:
        return False
    told = isinstance(underlying_type(guard.location, package), Interface)
    return len(filled) >= MANY_FIELDS or (all(filled.values()) and not told)


def looks_first(guard: Guard, function: FunctionFacts) -> bool:
    """Whether the function looks into what it found there before it writes it, in whatever order its turns come.

    What a literal finds there may be what the function around it has made.
    """
    mine = [use for use in guard.outside if use.function is function and not function.enclosing]
    points = [use.site.access.point for use in mine if use.writes]
    reaches = function.order.reaches
    return any(
        not use.writes
        and any(reaches(use.site.access.point, point) for point in points)
        and not any(point == use.site.access.point or reaches(point, use.site.access.point) for point in points)
        for use in mine
    )


@once_for_facts
def _filled_surely(package: PackageFacts) -> _Filled:
    return _filled(package.guards.values())


@once_for_facts
def _filled_unsure(package: PackageFacts) -> _Filled:
    return _filled((*package.guards.values(), *suspected(package)))


def _filled(guards: Iterable[Guard]) -> _Filled:
    """The fields that a function writes without their guard, and whether with new memory alone."""
    found: _Filled = {}
    for guard in guards:
        for use in guard.outside:
            if use.writes:
                fields = found.setdefault((use.function.name, guard.lock), {})
                fields[guard.location] = fields.get(guard.location, True) and is_new(use.site.access)
    return found
