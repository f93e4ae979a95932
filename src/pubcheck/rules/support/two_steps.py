"""An atomic load and a later atomic store of the same memory by one function, with nothing that keeps others out."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pubcheck.facts import AtomicKind
from pubcheck.rules.support.writers import Callers, excludes, is_private, writers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts, Site
    from pubcheck.facts import Access, Location, LockSet


class TwoSteps(NamedTuple):
    """``load`` and then ``store`` of ``location`` in ``function``; ``rivals`` are the writes that may fall between.

    Without rivals it is the function itself that meets another run of itself.
    """

    function: FunctionFacts
    location: Location
    load: Access
    store: Access
    rivals: list[Site]


def two_steps(package: PackageFacts) -> Iterator[TwoSteps]:
    """Pairs of an atomic load and an atomic store of one path, unprotected, where some writer can come in between."""
    callers = Callers(package)
    for function in package.functions:
        if function.test or function.constructor:
            continue
        atomics = [access for access in function.atomics if not access.owned and _is_direct(package, access)]
        for store in atomics:
            if store.atomic is None or store.atomic.kind is not AtomicKind.STORE or store.location is None:
                continue
            load = _load_before(function, atomics, store)
            if load is None:
                continue
            sites = package.locations.get(store.location, ())
            rivals = [site for site in writers(sites) if site.access.span != store.span and _may_meet(site, function)]
            if not rivals and not callers.runs_in_parallel_with_itself(function):
                continue
            held = _held_over(function, load, store)
            if held and excludes(held, rivals):
                continue
            if function.contract.unknown:
                continue
            yield TwoSteps(function, store.location, load, store, rivals)


def _is_direct(package: PackageFacts, access: Access) -> bool:
    """Whether the function does it itself, or through a helper that does nothing else (a getter, a setter).

    What a larger callee does in two steps is told there.
    """
    if not access.trace:
        return True
    callee = package.function(access.trace[0].callee)
    return len(access.trace) == 1 and callee is not None and len(callee.ir.blocks) == 1 and len(callee.accesses) == 1


def _load_before(function: FunctionFacts, atomics: list[Access], store: Access) -> Access | None:
    """The load of the stored path that comes before it in the same turn of a loop, with no other write between."""
    order = function.order
    found = None
    for load in atomics:
        atomic = load.atomic
        if load.path != store.path or atomic is None or load.point == store.point:
            continue
        if not order.same_turn(load.point, store.point):
            continue
        if atomic.kind is AtomicKind.LOAD:
            if atomic.used:
                found = load
        elif order.dominates(load.point, store.point):
            return None  # it was swapped or written before: what follows isn't the pair
    return found


def _may_meet(site: Site, function: FunctionFacts) -> bool:
    """Whether the other write isn't just an earlier or later step of the same run."""
    return site.function is not function and not is_private(site)


def _held_over(function: FunctionFacts, load: Access, store: Access) -> LockSet:
    """Locks held at the load and at the store."""
    return function.protection(load) & function.protection(store)
