"""An atomic load and a later atomic store of the same memory by one function, with nothing that keeps others out."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis import Site
from pubcheck.analysis.ambient import Ambient
from pubcheck.analysis.callers import callers_of
from pubcheck.analysis.handshakes import handshakes_of
from pubcheck.analysis.portions import by_portion
from pubcheck.analysis.writers import excludes, is_private, same_memory, writers
from pubcheck.diagnostic import Related
from pubcheck.facts import DEREF, ELEMENT, AccessPath, AtomicKind, LocationKind, Mode, locations
from pubcheck.rules.finding import Finding
from pubcheck.rules.support.alone import expects_nobody
from pubcheck.rules.support.overlap import overlaps
from pubcheck.rules.support.sides import call_of
from pubcheck.rules.support.uses import items, was_received
from pubcheck.rules.support.wording import call_trace, name_of, others

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.analysis.callers import Callers
    from pubcheck.analysis.portions import Portion
    from pubcheck.diagnostic import Fix
    from pubcheck.facts import Access, Location, LockSet
    from pubcheck.source import Span


class TwoSteps(NamedTuple):
    """``load`` and then ``store`` of ``location`` in ``function``; ``rivals`` are the writes that may fall between.

    Without rivals it is the function itself that meets another run of itself, as it may with them: ``itself``.
    """

    function: FunctionFacts
    location: Location
    load: Access
    store: Access
    rivals: list[Site]
    itself: bool

    @property
    def span(self) -> Span:
        """The store, in a literal of the function too; the call of a helper that does it."""
        store, whole = self.store, self.function.span
        inner = store.origin
        if inner is not None and inner.path == whole.path and whole.start <= inner.start < whole.end:
            return inner
        return store.span


class Words(NamedTuple):
    """How a rule tells of a pair: what a rival does, what another run of the function does, when, and what is loaded.

    The first two are sentences' beginnings with a `{}` for the function's name.
    """

    rival: str
    alone: str
    window: str
    loaded: str


def finding(package: PackageFacts, pair: TwoSteps, words: Words, fixes: tuple[Fix, ...]) -> Finding:
    """The finding about ``pair``, at its store."""
    by = min((site.function.name for site in pair.rivals), default="")
    who = words.rival.format(by) if by else words.alone.format(pair.function.name)
    mine = call_of(pair.function.name)
    return Finding(
        span=pair.span,
        values={"location": name_of(pair.location, package)},
        because=(f"{who}{words.window}",),
        related=(
            Related(pair.load.span, words.loaded, mine),
            *others(pair.rivals, "`{function}` writes it here", goroutine=call_of("{function}")),
        ),
        traces=call_trace(pair.store.trace, goroutine=mine),
        fixes=fixes,
        location=str(pair.location),
        symbol=pair.function.name,
        goroutine=mine,
    )


def is_seen_to_meet(package: PackageFacts, pair: TwoSteps) -> bool:
    """Whether the package itself shows that the function meets a rival, or that anybody who has the value calls it."""
    if callers_of(package).is_there_for_an_interface(pair.function):
        return True
    own, threads = Site(pair.function, pair.store), package.threads
    return any(threads.may_happen_in_parallel(own, site) is not None for site in (own, *pair.rivals))


def _fills(pair: TwoSteps) -> bool:
    """Whether the function writes plain memory of the same object between the two steps, with no lock.

    Two that do so would race before the atomic comes into it: such an object has one writer, who tells readers by the
    atomic how far they may read.
    """
    order, load, store = pair.function.order, pair.load, pair.store
    return any(
        order.dominates(load.point, write.point) and order.reaches(write.point, store.point)
        for write in plain_writes_beside(pair)
    )


def plain_writes_beside(pair: TwoSteps) -> list[Access]:
    """The function's plain writes, with no lock, of the object that the atomic is a part of."""
    function, path = pair.function, pair.store.path
    steps = path.steps
    if DEREF not in steps:
        return []
    owner = AccessPath(path.root, steps[: len(steps) - steps[::-1].index(DEREF)])
    return [
        write
        for write in function.accesses
        if write.writes and write.atomic is None and write.path.starts_with(owner) and not function.protection(write)
    ]


@by_portion
def two_steps(package: PackageFacts, portion: Portion) -> Iterator[TwoSteps]:
    """Pairs of an atomic load and an atomic store of one path, unprotected, where some writer can come in between."""
    for function in portion.functions:
        if function.test or function.contract.unknown:
            continue
        atomics = [access for access in function.atomics if not access.owned and _is_direct(package, access)]
        for store in atomics:
            if store.atomic is None or store.atomic.kind is not AtomicKind.STORE:
                continue
            load = _load_before(function, atomics, store)
            pairs = (
                _contended(package, function, location, load, store) for location in _meant(package, store) if load
            )
            found = next((pair for pair in pairs if pair is not None), None)
            if found is not None and not _fills(found):
                yield found


def _meant(package: PackageFacts, store: Access) -> Iterator[Location]:
    """What is stored to: by the function's own words, or by those of its callers where it is handed a pointer."""
    if store.location is not None:
        yield store.location
    elif not store.trace:
        for location, sites in package.locations.items():
            if any(site.access.origin == store.span and not site.access.owned for site in sites):
                yield location


def _contended(
    package: PackageFacts, function: FunctionFacts, location: Location, load: Access, store: Access
) -> TwoSteps | None:
    """The pair, if somebody can come in between."""
    callers = callers_of(package)
    if is_private(Site(function, store), callers) or not overlaps(function, store):
        return None
    if handshakes_of(package).is_won(function, store.point):
        return None  # who wins an exchange owns what it is about
    if was_received(function.ir, store.path.root):
        return None  # who sent it was done with it, as far as can be seen
    own = Site(function, store)
    around = package.ambient.get(function.name, Ambient()).exclusive
    itself = not around and _meets_itself(function, location, callers) and not expects_nobody(package, own, own)
    sites = package.locations.get(location, ())
    rivals = [
        site
        for site in writers(sites, callers)
        if _may_meet(site, function, callers)
        and site.access.origin != store.span
        and (store.location is None or same_memory(store, site.access))
        and not was_received(site.function.ir, site.access.path.root)
        and not expects_nobody(package, own, site)
        and around.isdisjoint(locations(site.protection) | package.ambient.get(site.function.name, Ambient()).always)
    ]
    if not rivals and not itself:
        return None
    held = _held_over(function, load, store) | callers.held_around(function, store.path)
    if itself:
        held = frozenset(lock for lock in held if lock.mode is Mode.EXCLUSIVE)
    if (held and excludes(held, rivals, perhaps=True)) or callers.only_tests_call(function):
        return None
    free = [site for site in rivals if not excludes(held, (site,), perhaps=True)]
    return TwoSteps(function, location, load, store, free or rivals, itself)


def _held_over(function: FunctionFacts, load: Access, store: Access) -> LockSet:
    """Locks that may be held from the load to the store."""
    return (function.protection(load) | load.held.may) & (function.protection(store) | store.held.may)


def _meets_itself(function: FunctionFacts, location: Location, callers: Callers) -> bool:
    """Whether two runs of the function overlap, on the same memory: each call of a function has its own locals."""
    if location.kind is LocationKind.LOCAL:
        return callers.starts_several(function)
    return callers.runs_in_parallel_with_itself(function)


def _is_direct(package: PackageFacts, access: Access) -> bool:
    """Whether the function does it itself, or through helpers that do nothing else (a getter, a setter).

    What a larger callee does in two steps is told there.
    """
    callees = [package.function(step.callee) for step in access.trace]
    return all(each is not None and len(each.ir.blocks) == 1 and _does_one_thing(each) for each in callees)


def _does_one_thing(function: FunctionFacts) -> bool:
    """Whether it has one atomic operation and no other effect; pointers that it reads on the way there don't count."""
    return sum(access.atomic is not None or access.writes for access in function.accesses) == 1


def _load_before(function: FunctionFacts, atomics: list[Access], store: Access) -> Access | None:
    """The load of the stored path that comes before it in the same turn of a loop, with no other write between."""
    order = function.order
    late = _is_deferred(function, store)
    found = None
    for load in atomics:
        atomic = load.atomic
        if load.path != store.path or atomic is None or load.point == store.point:
            continue
        if not (order.same_turn(load.point, store.point) or (late and order.reaches(store.point, load.point))):
            continue
        if not _same_item(function, load, store):
            continue
        if atomic.kind is AtomicKind.LOAD:
            if atomic.used:
                found = load
        elif order.dominates(load.point, store.point):
            return None  # it was swapped or written before: what follows isn't the pair
    return found


def _is_deferred(function: FunctionFacts, access: Access) -> bool:
    """Whether it happens when the function returns, after all else."""
    return any(call.deferred and call.point == access.point for call in function.calls)


def _same_item(function: FunctionFacts, load: Access, store: Access) -> bool:
    """Whether both work on the same item, where they work on items at all."""
    if ELEMENT not in store.path.steps:
        return True
    item = items(function.ir, store)
    return item is not None and item == items(function.ir, load)


def _may_meet(site: Site, function: FunctionFacts, callers: Callers) -> bool:
    """Whether the other write isn't just an earlier or later step of the same goroutine."""
    return site.function is not function and not callers.take_turns(site.function, function)
