"""What a function does around an access that lacks its guard, and tells that it needs it there too."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from pubcheck.analysis.callers import callers_of, is_exported
from pubcheck.analysis.guards import is_short
from pubcheck.analysis.portions import by_portion
from pubcheck.analysis.remembering import once_for_facts
from pubcheck.analysis.uses import same_object, takes_itself
from pubcheck.facts import AccessPath, LockAction, Point, RootKind, locations
from pubcheck.flow.ir import Address, Branch, Jump, Load
from pubcheck.rules.support.decisions import Decisions
from pubcheck.rules.support.excuses import locks_later

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.analysis.guards import Guard
    from pubcheck.analysis.portions import Portion
    from pubcheck.analysis.uses import Use
    from pubcheck.facts import Access, Location, Lock
    from pubcheck.rules.support.decisions import Decision
    from pubcheck.rules.support.unguarded import Violation


def is_of_receiver(use: Use) -> bool:
    """Whether a method touches its own object."""
    root = use.site.access.path.root
    return root.kind is RootKind.PARAM and root.index == 0


def takes_too(violation: Violation) -> bool:
    """Whether the function touches the same under the lock elsewhere."""
    guard, use = violation.guard, violation.use
    return any(other.function is use.function and _alike(use, other) for other in guard.inside)


def has_written(violation: Violation) -> bool:
    """Whether the function may have written the same under the lock before: then it may be the only one to write."""
    guard, use = violation.guard, violation.use
    return any(
        other.writes
        and other.function is use.function
        and use.function.order.reaches(other.site.access.point, use.site.access.point)
        for other in guard.inside
    )


def goes_on_to_lock(violation: Violation) -> bool:
    """Whether it is the one method that reads without the lock, which it takes for other things right after."""
    guard, use = violation.guard, violation.use
    func = use.function.ir.func
    named = func is not None and func.name[:1].isupper() and is_of_receiver(use)
    return named and outsiders(guard) == 1 and not use.writes and locks_later(use, guard.lock)


def writes_too(violation: Violation) -> bool:
    """Whether the function writes the same under the lock: who alone does needs none to see what it wrote."""
    guard, use = violation.guard, violation.use
    return any(other.writes and other.function is use.function for other in guard.inside)


def only_keeps_up(violation: Violation) -> bool:
    """Whether the function looks for nothing but to store a constant there, under the lock, where it isn't yet.

    To look once more does no harm, nor does it to have looked too early: the next look finds it.
    """
    guard, use = violation.guard, violation.use
    function, access = use.function, use.site.access
    stores = (
        other.site.access
        for other in guard.inside
        if other.writes and other.function is function and other.site.access.path == access.path
    )
    return not use.writes and any(
        decision.read.point == access.point and _does_nothing_else(function, store.point, decision)
        for store in stores
        if store.value is not None and store.value.known
        for decision in Decisions(function).of(store.point)
    )


def _does_nothing_else(function: FunctionFacts, store: Point, decision: Decision) -> bool:
    """Whether all that a branch leads to is ``store``, and the lock around it."""
    branch = function.ir.blocks[decision.point.block].instructions[-1]
    if not isinstance(branch, Branch):
        return False
    way = Point(branch.then if decision.taken else branch.orelse, 0)
    locks = {event.point for event in function.locks}
    return all(
        at == store or at in locks or isinstance(each, Address | Load | Jump)
        for block in function.ir.blocks
        if function.order.dominates(way, Point(block.index, 0))
        for at, each in ((Point(block.index, index), each) for index, each in enumerate(block.instructions))
    )


def looks_again(violation: Violation, *, perhaps: bool = False) -> bool:
    """Whether the function has read the same under the lock, or has ``perhaps``, and given that back in between."""
    guard, use = violation.guard, violation.use
    function, access = use.function, use.site.access
    comes_first = function.order.reaches if perhaps else function.order.dominates
    before = (
        other.site.access.point
        for other in guard.inside
        if other.function is function and other.site.access.path == access.path
    )
    return just_left(use, guard.lock) and any(comes_first(point, access.point) for point in before)


def asks_getter(violation: Violation, package: PackageFacts) -> bool:
    """Whether the function has asked the object for the same before, by a method that takes the lock to give it."""
    guard, use = violation.guard, violation.use
    function, path = use.function, use.site.access.path
    getters = {
        other.function.name
        for other in guard.inside
        if not other.writes and is_short(other.function) and takes_itself(other, guard.lock)
    }
    objects = {AccessPath(path.root, path.steps[:length]) for length in range(len(path.steps))}
    return any(
        edge.callee.name in getters
        and not use.writes
        and function.order.dominates(edge.point, use.site.access.point)
        and any(not objects.isdisjoint(arg.targets) for arg in (edge.args or ())[:1])
        for edge in package.called.get(function.name, ())
    )


def passes_getter(violation: Violation, package: PackageFacts) -> bool:
    """Whether one function alone reads another type's object past the method that locks to give what it reads."""
    guard, use = violation.guard, violation.use
    owner = guard.location.owner
    if use.writes or guard.lock.owner != owner or outsiders(guard) > 1 or _type(use.function, package) == owner:
        return False
    return any(
        not other.writes
        and takes_itself(other, guard.lock)
        and _type(other.function, package) == owner
        and _is_getter(other.function)
        for other in guard.inside
    )


def _is_getter(function: FunctionFacts) -> bool:
    func = function.ir.func
    named = func is not None and func.name[:1].isupper() and is_short(function)
    return named and not any(access.writes for access in function.accesses)


def _type(function: FunctionFacts, package: PackageFacts) -> str:
    """The type of which the function is a method, or the one around it; empty where there is none."""
    around = package.function(function.name.partition(".func")[0])
    func = around.ir.func if around is not None else None
    return func.receiver.full_name if func is not None and func.receiver is not None else ""


def _alike(one: Use, other: Use) -> bool:
    """Whether two uses of a function may be of one object, as far as what they start from tells."""
    return one.site.access.path.root == other.site.access.path.root


def just_left(use: Use, lock: Location) -> bool:
    """Whether the function has held the lock of the object and given it back, on every way to the access."""
    return _has_left(use.function, use.site.access.point, use.site.access.path, lock)


def _has_left(function: FunctionFacts, at: Point, path: AccessPath, lock: Location) -> bool:
    own = [
        event
        for event in function.locks
        if event.lock.location == lock
        and not (event.deferred or event.trace)
        and same_object(event.lock.path, path)
        and function.order.dominates(event.point, at)
    ]
    return {LockAction.ACQUIRE, LockAction.RELEASE} <= {event.action for event in own}


def comes_after_sections(violation: Violation, package: PackageFacts) -> bool:
    """Whether it is a helper's, and all who call that have worked on the same under the lock and given it back."""
    guard, function = violation.guard, violation.use.function
    calls = callers_of(package).calls(function)
    if is_exported(function) or function.enclosing or not calls or not is_of_receiver(violation.use):
        return False
    inside = {use.function.name for use in guard.inside}
    return all(
        caller.name in inside
        and any(_has_left(caller, call.point, target, guard.lock) for arg in call.args[:1] for target in arg.targets)
        for caller, call in calls
    )


def outsiders(guard: Guard) -> int:
    """How many functions lack the lock, with their literals."""
    return len({use.function.name.partition(".func")[0] for use in guard.outside})


def has_barrier(package: PackageFacts, lock: Location) -> bool:
    """Whether a function takes the lock and gives it back at once, to wait for whoever has it.

    Then some need no lock: they come after such a wait, though that may be their callers'.
    """
    return lock in _barriers(package)


@once_for_facts
def _barriers(package: PackageFacts) -> frozenset[Location]:
    return frozenset(_with_nothing_inside(package))


@by_portion
def _with_nothing_inside(_package: PackageFacts, portion: Portion) -> Iterator[Location]:
    for function in portion.functions:
        for taken, given in pairwise(function.locks if not function.test else ()):
            first, last = taken.point, given.point
            if first.block != last.block or taken.lock != given.lock or taken.trace or given.trace or given.deferred:
                continue
            inside = function.ir.blocks[first.block].instructions[first.index + 1 : last.index]
            read = [each for each in function.accesses if first < each.point < last]
            if all(type(each) in _NAMING for each in inside) and all(_leads_to(each, taken.lock) for each in read):
                yield from locations((taken.lock,))


_NAMING = frozenset((Address, Load))
"""What only says which lock is meant."""


def _leads_to(access: Access, lock: Lock) -> bool:
    """Whether a pointer is read on the way to the lock."""
    return not access.whole and lock.path.starts_with(access.path)
