"""Where a package touches its memory and holds its locks: accesses by location, critical sections by lock."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pubcheck.facts import LocationKind, LockAction

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pubcheck.analysis.function import FunctionFacts
    from pubcheck.facts import Access, Blocking, Location, LockEvent, LockSet


class Site(NamedTuple):
    """An access and the function that it is in."""

    function: FunctionFacts
    access: Access

    @property
    def protection(self) -> LockSet:
        """Locks that are certainly held there, by contract with the callers too."""
        return self.function.protection(self.access)


class Section(NamedTuple):
    """A critical section: a lock is acquired at ``acquire`` in ``function``, and ``blocking`` happens under it."""

    function: FunctionFacts
    acquire: LockEvent
    blocking: tuple[Blocking, ...]


def located(functions: Iterable[FunctionFacts]) -> Mapping[Location, tuple[Site, ...]]:
    """The accesses of ``functions`` by what they touch, plain and atomic, in order of position.

    A struct that is read or written as a whole counts for each of its fields.

    Each access is there once: in the function that does it, not in its callers. Only where that function can't
    name what it touches (it was given a pointer to it), or is in another package, the call stands for it.
    """
    sites = [
        (location, Site(function, access))
        for function in functions
        for access in function.accesses
        if (location := access.location) is not None
    ]
    named = {site.access.span for _, site in sites if not site.access.trace}
    found: dict[Location, list[Site]] = {}
    for location, site in sites:
        origin = site.access.origin
        if origin is None or origin not in named:
            found.setdefault(location, []).append(site)
    _add_copies(functions, found)
    return {location: tuple(sorted(found[location], key=lambda site: site.access.span)) for location in sorted(found)}


def _add_copies(functions: Iterable[FunctionFacts], found: dict[Location, list[Site]]) -> None:
    """A struct that is read or written as a whole is an access of each of its fields."""
    fields: dict[str, list[Location]] = {}
    for location in found:
        if location.kind is LocationKind.FIELD:
            fields.setdefault(location.owner, []).append(location)
    for function in functions:
        for access in function.accesses:
            if access.whole in fields and not access.trace:
                for location in fields[access.whole]:
                    found[location].append(Site(function, access))


def sections(functions: Iterable[FunctionFacts], lock: Location) -> Iterator[Section]:
    """The critical sections in ``functions`` of all locks at ``lock``, tests aside."""
    for function in functions:
        events = () if function.test else function.locks_at(lock)
        # What it leaves locked is its callers' section.
        left = {each.lock.path for each in function.summary.locks if each.action is LockAction.ACQUIRE and events}
        for event in events:
            path = event.lock.path
            if event.action is LockAction.RELEASE or path in left:
                continue
            blocking = tuple(
                each
                for each in function.blocking
                if any(held.path == path for held in each.held.must) and function.acquisition(path, each.point) is event
            )
            yield Section(function, event, blocking)
