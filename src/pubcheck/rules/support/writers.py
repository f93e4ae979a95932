"""Who writes a location, and whether two writers can meet.

An atomic read-modify-write in two steps is a bug only where somebody can come in between: another function, or another
run of the same one. A lock that all writers hold keeps them out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.facts import (
    ELEMENT,
    Location,
    LocationKind,
    LockSet,
    Mode,
    PublicationKind,
    RootKind,
    allocation,
    locations,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pubcheck.analysis import FunctionFacts, Site
    from pubcheck.facts import Access
    from pubcheck.rules.support.callers import Callers

_STARTS = (PublicationKind.CAPTURE, PublicationKind.GO)


def is_private(site: Site, callers: Callers) -> bool:
    """Whether nobody else can reach the memory yet at this access: a fresh value, a constructor's, or its helper's."""
    access, function = site.access, site.function
    if access.owned or access.init or function.name == "init" or callers.owns(function, access.path):
        return True
    location = access.location
    if not function.constructor or location is None or location.kind is LocationKind.LOCAL:
        return False
    if any(function.publications[index].kind in _STARTS for index in access.after):
        return False
    kind = access.path.root.kind
    # Only by its name a constructor is known to get an object that it didn't allocate itself for its own.
    return kind in (RootKind.FRESH, RootKind.CELL) or (kind is RootKind.OPAQUE and _is_named_new(function))


def _is_named_new(function: FunctionFacts) -> bool:
    func = function.ir.func
    return func is not None and func.name.startswith(("New", "new"))


def writers(sites: Iterable[Site], callers: Callers) -> list[Site]:
    """The sites that change memory which others can reach. What a test does to it happens before or after."""
    return [site for site in sites if site.access.writes and not site.function.test and not is_private(site, callers)]


def same_memory(one: Access, other: Access) -> bool:
    """Whether both may mean one field of one object: a struct may be told with or without what it is embedded in."""
    if one.whole:
        return True
    short, long = sorted((allocation(one.path), allocation(other.path)), key=len)
    return all(map(_may_equal, long[len(long) - len(short) :], short))


def _may_equal(one: str, other: str) -> bool:
    """Whether two steps may lead to the same memory: an index that isn't known may be any."""
    return one == other or (one[0] == other[0] == "[" and ELEMENT in (one, other))


def excludes(held: LockSet, others: Iterable[Site], *, perhaps: bool = False) -> bool:
    """Whether a lock of ``held`` keeps all ``others`` out: held exclusively on one side and at all on the other.

    Locks are compared by location, as they must be across goroutines. A function that runs under a lock of its
    callers' which can't be named is taken to hold the right one. With ``perhaps`` it is enough that a lock may be held.
    """
    here = {lock.location: lock.mode for lock in held if lock.location is not None}
    common: set[Location] | None = None
    for site in others:
        if site.function.contract.unknown:
            continue
        # Where it isn't sure which memory is meant, it isn't either which lock belongs to it.
        sure = site.access.certain and not perhaps
        locks = site.protection if sure else site.protection | site.access.held.may
        there = {lock.location: lock.mode for lock in locks if lock.location is not None}
        both = {
            location
            for location, mode in there.items()
            if location in here and Mode.EXCLUSIVE in (mode, here[location])
        }
        common = both if common is None else common & both
        if not common:
            return False
    return bool(common) if common is not None else bool(locations(held))
