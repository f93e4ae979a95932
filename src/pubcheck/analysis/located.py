"""Where a package touches its memory and holds its locks: accesses by location, critical sections by lock."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis.portions import by_portion
from pubcheck.analysis.remembering import once_for_facts
from pubcheck.facts import LocationKind, LockAction

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pubcheck.analysis.function import FunctionFacts
    from pubcheck.analysis.package import PackageFacts
    from pubcheck.analysis.portions import Portion
    from pubcheck.facts import Access, Blocking, Location, LockEvent, LockSet
    from pubcheck.source import Span


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


def located(package: PackageFacts) -> Mapping[Location, tuple[Site, ...]]:
    """The accesses of a package's functions by what they touch, plain and atomic, in order of position.

    A struct that is read or written as a whole counts for each of its fields.

    Each access is there once: in the function that does it, not in its callers. Only where that function can't
    name what it touches (it was given a pointer to it), or is in another package, the call stands for it.
    """
    parts: dict[Location, list[Sequence[Site]]] = {}
    for each in (*_sites(package), *_copies(package)):
        for location, sites in each.items():
            parts.setdefault(location, []).append(sites)
    return {location: _together(parts[location]) for location in sorted(parts)}


def sites_in(package: PackageFacts, portion: Portion) -> Iterator[tuple[Location, Sequence[Site]]]:
    """Those of ``located`` in the functions of a portion, in no particular order of locations."""
    for each in (*_sites.inside(package, portion), *_copies.inside(package, portion)):
        yield from each.items()


def _together(parts: Sequence[Sequence[Site]]) -> tuple[Site, ...]:
    """The sites in some portions, each of which has its own in order."""
    return tuple(parts[0] if len(parts) == 1 else sorted(chain.from_iterable(parts), key=_span))


def _span(site: Site) -> Span:
    return site.access.span


_Sites = Mapping["Location", "Sequence[Site]"]


@by_portion
def _told(_package: PackageFacts, portion: Portion) -> Iterator[tuple[Location, Site]]:
    """All accesses that have a location."""
    for function in portion.functions:
        for access in function.accesses:
            location = access.location
            if location is not None:
                yield location, Site(function, access)


@by_portion
def _spans(package: PackageFacts, portion: Portion) -> Iterator[frozenset[Span]]:
    """Where functions themselves do what they do."""
    yield frozenset(site.access.span for _, site in _told.inside(package, portion) if not site.access.trace)


@once_for_facts
def _named(package: PackageFacts) -> frozenset[Span]:
    return frozenset().union(*_spans(package))


@by_portion
def _sites(package: PackageFacts, portion: Portion) -> Iterator[_Sites]:
    """Those that count for themselves."""
    named = _named(package)
    found: dict[Location, list[Site]] = {}
    for location, site in _told.inside(package, portion):
        origin = site.access.origin
        if origin is None or origin not in named:
            found.setdefault(location, []).append(site)
    for sites in found.values():
        sites.sort(key=_span)
    yield found


@once_for_facts
def _fields(package: PackageFacts) -> dict[str, set[Location]]:
    """The fields of each struct that are accessed."""
    found: dict[str, set[Location]] = {}
    for each in _sites(package):
        for location in each:
            if location.kind is LocationKind.FIELD:
                found.setdefault(location.owner, set()).add(location)
    return found


@by_portion
def _copies(package: PackageFacts, portion: Portion) -> Iterator[_Sites]:
    """A struct that is read or written as a whole is an access of each of its fields."""
    fields = _fields(package)
    found: dict[Location, list[Site]] = {}
    for function in portion.functions:
        for access in function.accesses:
            if access.whole in fields and not access.trace:
                for location in fields[access.whole]:
                    found.setdefault(location, []).append(Site(function, access))
    for sites in found.values():
        sites.sort(key=_span)
    yield found


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
