"""What an atomic pointer or value holds is changed in place while others read it."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from pubcheck.analysis.remembering import all_once_a_function
from pubcheck.diagnostic import Confidence, Related
from pubcheck.facts import DEREF, ELEMENT, SNAPSHOT, AccessPath, AtomicKind, LocationKind, Start, locations
from pubcheck.rules.finding import Finding
from pubcheck.rules.fixes.snapshots import copy_on_write
from pubcheck.rules.support.objects import synchronises_itself
from pubcheck.rules.support.wording import call_trace, name_of, path_name
from pubcheck.rules.support.written import written_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.facts import Access
    from pubcheck.source import Span


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find writes through the result of an atomic load, one finding a place."""
    told: set[Span] = set()
    for function in package.functions:
        if function.test:
            continue
        for write in _writes(function):
            source = write.path.snapshot
            place = _place(function, write)
            if source is None or place in told or _is_allowed(package, function, write, source):
                continue
            told.add(place)
            yield _finding(package, function, write, source)


@all_once_a_function
def _writes(function: FunctionFacts) -> Iterator[Access]:
    """Writes to snapshots, those of the goroutines that have one from here included."""
    yield from function.snapshot_writes()
    for spawn in function.spawns:
        if spawn.start is not Start.DEFER:
            yield from (
                access
                for access in spawn.accesses
                if access.writes and access.atomic is None and access.path.snapshot is not None
            )


def _is_allowed(package: PackageFacts, function: FunctionFacts, write: Access, source: AccessPath) -> bool:
    """Whether the write needn't be seen by those who loaded the same snapshot, or is told in another function."""
    if write.owned or not write.in_place or function.contract.unknown:
        return True
    steps = write.path.steps[len(source.steps) :]
    if not write.certain and (ELEMENT, DEREF) in pairwise(steps):
        return True  # what an element points to, which may have been put in a copy since: keys aren't followed
    if write.trace and not _has_it_from_here(function, write):
        return True
    loaded = AccessPath(source.root, (*source.steps, SNAPSHOT))
    if any(lock.path.starts_with(loaded) for lock in write.held.may):
        return True  # guarded by a lock of its own
    if _all_lock(package, write, source) or _moves_on(function, loaded):
        return True
    return _was_taken_out(function, write, source, loaded) or synchronises_itself(package.package, write.path, source)


def _all_lock(package: PackageFacts, write: Access, source: AccessPath) -> bool:
    """Whether one lock may be held at the write and wherever else the same is loaded."""
    location = source.location
    if not write.held.may or location is None:
        return False
    loads = [site.access for site in package.locations.get(location, ()) if not site.function.test]
    common = frozenset.intersection(*(locations(each.held.may) for each in (write, *loads)))
    return bool(loads and common)


def _moves_on(function: FunctionFacts, loaded: AccessPath) -> bool:
    """Whether the snapshot is put into a plain field without a lock: the one who takes things out of a queue does so.

    Were there several of them, that field would be what they race for.
    """
    return any(
        access.writes
        and access.value is not None
        and loaded in access.value.targets
        and access.location is not None
        and access.location.kind is LocationKind.FIELD
        and not access.held.may
        for access in function.accesses
    )


def _place(function: FunctionFacts, write: Access) -> Span:
    """Where the programmer finds the write: in this function, its literals included, or at its call."""
    own, origin = function.span, write.origin
    inside = origin is not None and origin.path == own.path and own.start <= origin.start < own.end
    return origin if origin is not None and inside else write.span


def _has_it_from_here(function: FunctionFacts, write: Access) -> bool:
    """Whether this function hands the snapshot to the callee that writes it; else the callee loads it, and is told."""
    return _place(function, write) != write.span or any(
        target.snapshot is not None and write.path.starts_with(target)
        for call in function.calls
        if call.point == write.point
        for argument in call.args
        for target in argument.targets
    )


def _was_taken_out(function: FunctionFacts, write: Access, source: AccessPath, loaded: AccessPath) -> bool:
    """Whether a CompareAndSwap before the write put something else in the snapshot's place.

    Whoever takes a value out like that may have it for its own: that is up to the protocol of those who load it.
    """
    return any(
        access.path == source
        and access.atomic is not None
        and access.atomic.kind is AtomicKind.CAS
        and loaded in access.atomic.operands[0].targets
        and function.order.dominates(access.point, write.point)
        for access in function.accesses
    )


def _finding(package: PackageFacts, function: FunctionFacts, write: Access, source: AccessPath) -> Finding:
    location = source.location
    where = name_of(location, package) if location is not None else path_name(source, package)
    loads = [
        access
        for access in function.accesses
        if access.path == source and access.atomic is not None and access.atomic.kind is AtomicKind.LOAD
    ]
    return Finding(
        span=_place(function, write),
        values={"value": written_text(package, function, write), "location": where},
        because=(f"every goroutine that loads `{where}` gets the same memory and reads it without a lock",),
        related=tuple(Related(load.span, "the shared snapshot is loaded here") for load in loads[:1]),
        traces=call_trace(write.trace),
        fixes=() if write.trace or not loads else copy_on_write(package, loads[0].span, write.span),
        location=where,
        symbol=function.name,
        # Not even an atomic holds it: a sync.Map, whose values are often objects with a discipline of their own.
        confidence=None if _is_sure(package, function, write, source) else Confidence.LOW,
    )


def _is_sure(package: PackageFacts, function: FunctionFacts, write: Access, source: AccessPath) -> bool:
    """Whether it is this very function that changes the snapshot in place, and an atomic that holds it.

    An object that is stored for others to find may have methods that change it in an order of their own.
    """
    here = not write.trace or _place(function, write) != write.span
    return here and _is_atomic(package, function, source)


def _is_atomic(package: PackageFacts, function: FunctionFacts, source: AccessPath) -> bool:
    if any(access.path == source and access.atomic is not None for access in function.accesses):
        return True
    location = source.location
    sites = package.locations.get(location, ()) if location is not None else ()
    return location is None or any(site.access.atomic for site in sites)
