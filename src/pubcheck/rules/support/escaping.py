"""Containers that a lock guards, and what leads into them when the lock is given back.

A copied header (of a slice, or a map's pointer) still leads to the elements that others write under the lock. It is
harmless where nobody writes elements in place: where the container is only ever replaced, or was taken out under the
lock by whoever goes on with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.analysis.callers import callers_of
from pubcheck.facts import DEREF, ELEMENT, AccessPath, PublicationKind, locations
from pubcheck.model.types import Map, Slice
from pubcheck.rules.support.memory_types import underlying_type

if TYPE_CHECKING:
    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.analysis.callers import Callers
    from pubcheck.analysis.guards import Guard
    from pubcheck.analysis.uses import Use
    from pubcheck.facts import Access, Call, Location


def written_in_place(guard: Guard, package: PackageFacts) -> Use | None:
    """Where an element is written in place under ``guard``, if it is that of a map or a slice that others may have."""
    if not isinstance(underlying_type(guard.location, package), Map | Slice):
        return None
    written = (use for use in guard.inside if use.writes and use.site.access.path.is_element)
    return next((use for use in written if not _works_on_copies(package, use.function)), None)


def shared_by_copies(guard: Guard, package: PackageFacts) -> dict[Location, Use]:
    """The maps and slices in structs that ``guard`` guards, where others can name the field: copies share them.

    Each with where an element is written in place under the lock. What has a guard of its own is told by that.
    """
    found: dict[Location, Use] = {}
    for header in dict.fromkeys(use.site.access.location for use in guard.inside):
        if header is not None and header.path[:1].isupper() and header not in package.guards:
            written = (use for use in package.uses.get(header, ()) if _is_within(use, guard))
            first = next((use for use in written if not _works_on_copies(package, use.function)), None)
            if first is not None:
                found[header] = first
    return found


def _is_within(use: Use, guard: Guard) -> bool:
    """Whether an element is written under the lock of a container that the guarded struct itself has."""
    path = use.site.access.path
    around = AccessPath(path.root, path.steps[:-3]).location
    return (
        use.writes
        and path.steps[-2:] == (DEREF, ELEMENT)
        and around is not None
        and around.container == guard.location
        and use.holds_exclusively(guard.lock)
    )


def _works_on_copies(package: PackageFacts, function: FunctionFacts) -> bool:
    """Whether the package only calls the method of new objects, which an atomic publishes afterwards: copy on write."""
    callers = callers_of(package)
    calls = callers.calls(function)
    return bool(calls) and all(_is_of_copy(callers, caller, call) for caller, call in calls)


def _is_of_copy(callers: Callers, caller: FunctionFacts, call: Call) -> bool:
    targets = call.args[0].targets if call.args else ()
    return bool(targets) and all(
        callers.reaches_alone(caller, call, target)
        and any(each.kind is PublicationKind.ATOMIC for each in caller.published.get(target.root, ()))
        for target in targets
    )


def header_reads(function: FunctionFacts, guard: Guard) -> list[Access]:
    """Where ``function`` reads the container's header under the guard.

    There are none if it reads it without, or replaces it, itself or with a helper: it has taken the old one out.
    """
    every = [one for one in function.accesses if one.location == guard.location]
    headers = [one for one in every if not one.trace]
    if any(one.writes for one in every) or any(
        guard.lock not in locations(function.protection(one)) for one in headers
    ):
        return []
    return headers


def leads_to(header: AccessPath) -> AccessPath | None:
    """What a value read from ``header`` points to."""
    return header.then(DEREF)
