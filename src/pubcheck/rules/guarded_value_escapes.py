"""What was found under a lock is used after the unlock: the elements of a map or slice, the fields of an object."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis import Site
from pubcheck.analysis.by_key import one_by_one
from pubcheck.analysis.callers import callers_of
from pubcheck.diagnostic import Confidence, Related
from pubcheck.facts import ELEMENT, Access, AccessKind, BlockKind, Start, locations
from pubcheck.rules.finding import Finding
from pubcheck.rules.fixes.copies import clone
from pubcheck.rules.support.escaping import header_reads, leads_to, written_in_place
from pubcheck.rules.support.found import late_uses
from pubcheck.rules.support.overlap import after_a_wait
from pubcheck.rules.support.sides import sides_of
from pubcheck.rules.support.wording import call_trace, name_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.analysis.guards import Guard
    from pubcheck.analysis.uses import Use
    from pubcheck.facts import AccessPath, Location
    from pubcheck.rules.support.found import Late


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find such uses, one finding a function and location."""
    yield from _elements(package)
    yield from (_late_finding(package, late) for late in late_uses(package))


@one_by_one(lambda package: package.guards)
def _elements(package: PackageFacts, location: Location) -> Iterator[Finding]:
    """Elements that are reached through a header that was copied under the lock."""
    callers, guard = callers_of(package), package.guards[location]
    write = written_in_place(guard, package)
    if write is None:
        return
    functions = {use.function.name: use.function for use in guard.inside if not use.writes}
    for function in functions.values():
        if function is write.function or function.name in package.unseen:
            continue
        if callers.take_turns(function, write.function) or callers.only_tests_call(function):
            continue
        for read in header_reads(function, guard):
            outside = _used_outside(function, guard, read) or _handed_on(package, function, guard, read)
            later = outside or next(_used_beside(package, function, guard, read), None)
            if later is not None:
                yield _finding(package, guard, write, _Escape(function, read, later, started=outside is None))
                break


def _used_outside(function: FunctionFacts, guard: Guard, read: Access) -> Access | None:
    """An element that is used without the lock, reached through what ``read`` gave, here or in a callee."""
    target = leads_to(read.path)
    if target is None or function.contract.unknown:
        return None
    for access in function.accesses:
        # An element of another container may be reached through this one.
        if not _is_element(access, target) or (access.trace and not _is_given(function, access, target)):
            continue
        held = locations(function.protection(access)) | locations(access.held.may)
        if guard.lock not in held and function.order.reaches(read.point, access.point):
            return None if after_a_wait(function, access) else access
    return None


def _handed_on(package: PackageFacts, function: FunctionFacts, guard: Guard, read: Access) -> Access | None:
    """A call that is given the container without the lock, of something that nobody can look into: it looks at it."""
    target = leads_to(read.path)
    items = target.then(ELEMENT) if target is not None else None
    if target is None or items is None or function.contract.unknown:
        return None
    for call in function.calls:
        if package.function(call.callee) is not None or not any(target in each.targets for each in call.args):
            continue
        held = locations(function.protection(call)) | locations(call.held.may)
        if guard.lock not in held and function.order.reaches(read.point, call.point):
            access = Access(AccessKind.READ, items, call.point, call.span, function.name, call.held)
            return None if after_a_wait(function, access) else access
    return None


def _is_given(function: FunctionFacts, access: Access, target: AccessPath) -> bool:
    """Whether the callee that does ``access`` was given the header: else it reads that anew, under a lock or not."""
    return access.certain and any(
        target in operand.targets for call in function.calls_at(access.point) for operand in call.args
    )


def _is_element(access: Access, target: AccessPath) -> bool:
    path = access.path
    return path.is_element and path.steps[:-1] == target.steps and path.root == target.root


def _used_beside(package: PackageFacts, function: FunctionFacts, guard: Guard, read: Access) -> Iterator[Access]:
    """What a goroutine does to elements whose header it was given: it doesn't have the lock that its starter holds."""
    target = leads_to(read.path)
    waits = [each.point for each in function.blocking if each.kind in (BlockKind.WAIT, BlockKind.CHANNEL)]
    for spawn in function.spawns:
        started = package.function(spawn.callee) if spawn.start is Start.GO else None
        given = [path for operand in spawn.args for path in operand.targets]
        given += [path for _, targets in spawn.captures for path in targets]
        if started is None or target not in given or not function.order.reaches(read.point, spawn.point):
            continue
        locked = any(event.lock.location == guard.lock for event in (*started.locks, *started.inner_locks))
        if not locked and not any(function.order.reaches(spawn.point, wait) for wait in waits):
            yield from (access for access in spawn.accesses if _is_element(access, target))


class _Escape(NamedTuple):
    """``function`` copies the header at ``read``, under the lock, and uses an element at ``later``, without it.

    With ``started`` a goroutine does, to which it gives the header.
    """

    function: FunctionFacts
    read: Access
    later: Access
    started: bool


def _finding(package: PackageFacts, guard: Guard, write: Use, escape: _Escape) -> Finding:
    function, read, later, started = escape
    lock, location = name_of(guard.lock, package), name_of(guard.location, package)
    sides = sides_of(package, Site(function, later), write.site)
    return Finding(
        span=later.span,
        values={"location": location, "lock": lock},
        message=f"a goroutine uses elements of `{location}` without `{lock}`, under which it was given their header"
        if started
        else "",
        because=(
            f"the header was copied under `{lock}`, but `{write.function.name}` writes the same elements under it",
        ),
        related=(
            Related(read.span, f"it is copied under `{lock}` here", sides.mine),
            *sides.around(
                Related(write.site.access.span, f"`{write.function.name}` writes it under `{lock}` here", sides.theirs)
            ),
        ),
        traces=call_trace(later.trace),
        fixes=clone(package, guard.location, read.span),
        location=str(guard.location),
        symbol=function.name,
        confidence=Confidence.LOW if later.trace and not started else None,
        goroutine=sides.mine,
    )


def _late_finding(package: PackageFacts, late: Late) -> Finding:
    """A field of an object that was found under the lock."""
    function, access, other = late.function, late.access, late.other
    lock = name_of(late.lock, package)
    location = name_of(late.location, package)
    how = "written" if access.writes else "read"
    does = "writes" if other.writes else "reads"
    return Finding(
        span=access.span,
        values={"location": location, "lock": lock},
        message=f"`{location}` is {how} after `{lock}` was given back, of an object that was found under it",
        because=(f"`{other.function.name}` {does} it under `{lock}`, which so guards more than the pointer",),
        related=(
            Related(late.found, f"the object is found under `{lock}` here"),
            Related(other.site.access.span, f"`{other.function.name}` {does} it under `{lock}` here"),
        ),
        location=str(late.location),
        symbol=function.name,
    )
