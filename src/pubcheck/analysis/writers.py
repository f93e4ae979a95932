"""Who writes a location, and whether two writers can meet.

An atomic read-modify-write in two steps is a bug only where somebody can come in between: another function, or another
run of the same one. A lock that all writers hold keeps them out.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from pubcheck.analysis.callers import handed_out
from pubcheck.facts import (
    DEREF,
    ELEMENT,
    SNAPSHOT,
    Location,
    LocationKind,
    LockAction,
    LockSet,
    Mode,
    PublicationKind,
    RootKind,
    allocation,
    locations,
    modes,
)
from pubcheck.flow import ir

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pubcheck.analysis.callers import Callers
    from pubcheck.analysis.function import FunctionFacts
    from pubcheck.analysis.located import Site
    from pubcheck.facts import Access, AccessPath, Lock, Publication, Root


def is_private(site: Site, callers: Callers) -> bool:
    """Whether nobody else can reach the memory yet at this access: a fresh value, a constructor's, or its helper's."""
    key = (id(site.function), id(site.access))
    known = callers.private.get(key)
    if known is None:
        known = callers.private[key] = _is_private(site, callers)
    return known


def _is_private(site: Site, callers: Callers) -> bool:
    access, function = site.access, site.function
    if access.owned or access.init or function.name == "init" or callers.owns(function, access.path):
        return True
    if callers.runs_once(function) and _sets(function, access):
        return True
    root, location = access.path.root, access.location
    is_struct = root.kind is RootKind.FRESH and access.whole != ""
    if (location is None and not is_struct) or (location is not None and location.kind is LocationKind.LOCAL):
        return False
    if handed_out(function, access.path, access.point, alone=True) or is_registered(function, access):
        return False
    if root.kind is RootKind.FRESH or _holds_new_alone(function, root) or callers.gets_from_constructor(function, root):
        return True
    if function.initialises and root.kind is RootKind.PARAM and root.index == 0:
        return True
    # Only by its name a constructor is known to get an object that it didn't allocate itself for its own.
    return function.constructor and (
        root.kind is RootKind.CELL or (root.kind is RootKind.OPAQUE and _is_named_new(function))
    )


def is_registered(function: FunctionFacts, access: Access) -> bool:
    """Whether the object was stored where others look it up under a lock, which was given back before the access."""
    return any(
        publication.kind is PublicationKind.STORE
        and any(
            lock.mode is Mode.EXCLUSIVE and _gives_back(function, lock, publication, access)
            for lock in publication.held.must
        )
        and any(access.path.starts_with(value) for value in publication.value)
        for publication in function.published.get(access.path.root, ())
    )


def _gives_back(function: FunctionFacts, lock: Lock, publication: Publication, access: Access) -> bool:
    order = function.order
    return any(
        event.action is LockAction.RELEASE
        and event.lock == lock
        and not event.deferred
        and order.dominates(publication.point, event.point)
        and order.dominates(event.point, access.point)
        for event in function.locks
    )


def _sets(function: FunctionFacts, access: Access) -> bool:
    """Whether what is accessed is set by the function itself, and not only looked at."""
    location = access.location
    return location is not None and any(
        other.writes and other.location is not None and other.location.container == location.container
        for other in function.accesses
    )


def _holds_new_alone(function: FunctionFacts, root: Root) -> bool:
    """Whether it is a struct that a literal makes, and all that its fields point to was just allocated."""
    if root.kind is not RootKind.OPAQUE:
        return False
    instructions = [each for block in function.ir.blocks for each in block.instructions]
    literals = [each for each in instructions if type(each) is ir.Compute and each.target == root.index]
    if len(literals) != 1:
        return False
    new = {each.target for each in instructions if type(each) is ir.Alloc}
    return all(
        literals[0].op == "struct" and (type(operand) is ir.Const or operand in new) for operand in literals[0].operands
    )


def _is_named_new(function: FunctionFacts) -> bool:
    func = function.ir.func
    return func is not None and func.name.startswith(("New", "new"))


def writers(sites: Iterable[Site], callers: Callers) -> list[Site]:
    """The sites that change memory which others can reach. What a test does to it happens before or after."""
    return [site for site in sites if site.access.writes and not site.function.test and not is_private(site, callers)]


def same_memory(one: Access, other: Access) -> bool:
    """Whether both may mean one field of one object: a struct may be told with or without what it is embedded in.

    One may be of a whole struct, also where the field is one. What two fields of one type point to are two objects.
    """
    if other.whole and not one.whole and one.location != other.location:
        one, other = other, one
    mine, theirs = allocation(one.path), allocation(other.path)
    if one.whole and not (_is_field(one.path) and one.location == other.location):
        at = next((at for at, step in enumerate(theirs) if step.rpartition(".")[0] == one.whole), None)
        if at is None:
            return False  # what a field of it points to isn't copied
        mine += theirs[at:]
    here, there = _pointer(one.path), _pointer(other.path)
    if here != there and here.rpartition(".")[0] == there.rpartition(".")[0] != "":
        return False
    if not (mine or theirs) and _hops(one.path) != _hops(other.path):
        return False
    short, long = sorted((mine, theirs), key=len)
    return all(map(_may_equal, long[len(long) - len(short) :], short))


def _is_field(path: AccessPath) -> bool:
    return bool(path.steps) and path.steps[-1][0] not in "*@["


@lru_cache(maxsize=4096)
def _hops(path: AccessPath) -> int:
    """How many pointers lead on from the last field or variable that has a name."""
    named = max((at for at, step in enumerate(path.steps) if step not in (DEREF, SNAPSHOT)), default=-1)
    return len(path.steps) - 1 - named


@lru_cache(maxsize=4096)
def _pointer(path: AccessPath) -> str:
    """The field that holds the last pointer on the way; empty for another kind of memory."""
    last = max((at for at, step in enumerate(path.steps) if step in (DEREF, SNAPSHOT)), default=0)
    step = path.steps[last - 1] if last else ""
    return "" if step[:1] in ("", *"*@[") else step


def _may_equal(one: str, other: str) -> bool:
    """Whether two steps may lead to the same memory: an index that isn't known may be any."""
    return one == other or (one[0] == other[0] == "[" and ELEMENT in (one, other))


def excludes(held: LockSet, others: Iterable[Site], *, perhaps: bool = False) -> bool:
    """Whether a lock of ``held`` keeps all ``others`` out: held exclusively on one side and at all on the other.

    Locks are compared by location, as they must be across goroutines. A function that runs under a lock of its
    callers' which can't be named is taken to hold the right one. With ``perhaps`` it is enough that a lock may be held.
    """
    here = modes(held)
    common: set[Location] | None = None
    for site in others:
        if site.function.contract.unknown:
            continue
        # Where it isn't sure which memory is meant, it isn't either which lock belongs to it.
        sure = site.access.certain and not perhaps
        locks = site.protection if sure else site.protection | site.access.held.may
        both = {
            location
            for location, mode in modes(locks).items()
            if location in here and Mode.EXCLUSIVE in (mode, here[location])
        }
        common = both if common is None else common & both
        if not common:
            return False
    return bool(common) if common is not None else bool(locations(held))
