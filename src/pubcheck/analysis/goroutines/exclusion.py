"""What keeps two accesses apart without ordering them: locks, and channels that are used as locks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.analysis.goroutines.objects import field_of
from pubcheck.analysis.remembering import once_a_function
from pubcheck.facts import Mode
from pubcheck.flow import ir

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis.function import FunctionFacts
    from pubcheck.analysis.goroutines.threads import Side, Thread
    from pubcheck.facts import AccessPath

_ONCE = "(*sync.Once).Do"
_LOCKS = frozenset(("Lock", "RLock", "TryLock", "Acquire"))


def under_lock(mine: Side, theirs: Side) -> bool:
    """Whether both accesses hold a lock that keeps them apart, or might."""
    left, right = _locks(mine), _locks(theirs)
    if _unknown_lock(mine.thread):
        return bool(right) or _unknown_lock(theirs.thread)
    if left and _unknown_lock(theirs.thread):
        return True
    return any(lock in right and Mode.EXCLUSIVE in (mode, right[lock]) for lock, mode in left.items())


def _locks(side: Side) -> dict[object, Mode]:
    """The locks that may be held, by name and by field; of several with one field those that are held exclusively."""
    found: dict[object, Mode] = {}
    for name, mode in _named_locks(side):
        if found.get(name) is not Mode.EXCLUSIVE:
            found[name] = mode
    return found


def _named_locks(side: Side) -> Iterator[tuple[object, Mode]]:
    thread, access = side.thread, side.touch.access
    held = access.held.may | access.held.must
    if thread.facts is not None:
        held |= thread.facts.protection(access)
    for lock in held:
        path = thread.names.path(lock.path)
        if path is not None:
            yield path, lock.mode
            place = field_of(path)
            if place is not None:
                yield place, lock.mode
    for call in thread.facts.calls if access.trace and thread.facts is not None else ():
        # One function runs under a Once, whichever goroutine's: to all others it is as if a lock had kept them out.
        if call.callee == _ONCE and call.point == access.point:
            for target in call.args[0].targets:
                yield ("once", thread.names.path(target) or target), Mode.EXCLUSIVE


def _unknown_lock(thread: Thread) -> bool:
    """Whether a lock may be held that isn't known: by contract, or because its type isn't."""
    facts = thread.facts
    return facts is not None and (facts.contract.unknown or _locks_the_unknown(facts))


@once_a_function
def _locks_the_unknown(function: FunctionFacts) -> bool:
    """Whether the function calls what may be a lock's method."""
    return any(_locks_something(each) for block in function.ir.blocks for each in block.instructions)


def _locks_something(instruction: ir.Instruction) -> bool:
    if type(instruction) is not ir.Call and type(instruction) is not ir.Defer:
        return False
    callee = instruction.call.callee
    return type(callee) is ir.UnknownCallee and callee.source.rpartition(".")[2] in _LOCKS


def tokens(side: Side) -> set[AccessPath]:
    """Channels on which a goroutine sends before an access and receives after it, or the other way round."""
    thread, access = side.thread, side.touch.access
    facts = thread.facts
    if facts is None:
        return set()
    order = facts.order
    shakes = [edge for edge in thread.edges if edge.handshake]
    before = {
        (edge.object, edge.releases)
        for edge in shakes
        if not edge.deferred and edge.point != access.point and order.dominates(edge.point, access.point)
    }
    return {
        edge.object
        for edge in shakes
        if (edge.object, edge.acquires) in before and (edge.deferred or order.reaches(access.point, edge.point))
    }
