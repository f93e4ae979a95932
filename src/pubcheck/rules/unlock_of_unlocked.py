"""A lock that is given back twice, or not in the mode in which it was taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.analysis.annotations import excused_lines
from pubcheck.analysis.portions import by_portion
from pubcheck.diagnostic import Related
from pubcheck.facts import ELEMENT, LockAction, Mode, Point, RootKind
from pubcheck.flow import ir
from pubcheck.model.structure import underlying
from pubcheck.model.types import Signature
from pubcheck.rules.finding import Finding
from pubcheck.rules.support.lending import lends, variable_of
from pubcheck.rules.support.paths import leads_elsewhere
from pubcheck.rules.support.wording import call_trace, path_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.analysis.portions import Portion
    from pubcheck.facts import LockEvent
    from pubcheck.model.types import Type


MANY = 256
"""Events of one lock in a function from which on nobody could follow how they belong together."""


@by_portion
def check(package: PackageFacts, portion: Portion) -> Iterator[Finding]:
    """Find releases of a lock that certainly isn't held any more, or is held in the other mode."""
    for function in portion.functions:
        if function.test:
            continue
        for event in function.locks:
            if event.action is not LockAction.RELEASE or not event.certain or _is_handed_on(function, event):
                continue
            if any(lock.path == event.lock.path for lock in function.forced_at(event.point)):
                continue
            finding = (
                _other_mode(function, event, package)
                or _again(function, event, package)
                or _untaken(function, event, portion, package)
            )
            if finding is not None and not excused_lines(package).covers(function, event.span):
                yield finding


def _is_handed_on(function: FunctionFacts, event: LockEvent) -> bool:
    """Whether a function of the package is given what unlocks: it may call it once, whoever gives it that."""
    made = function.ir.blocks[event.point.block].instructions[event.point.index]
    info = made.call if isinstance(made, ir.Call | ir.Defer) else None
    return info is not None and any(
        isinstance(each, int) and _is_function(function.ir.register_types.get(each)) for each in info.args
    )


def _is_function(type_: Type | None) -> bool:
    return type_ is not None and isinstance(underlying(type_), Signature)


def _other_mode(function: FunctionFacts, event: LockEvent, package: PackageFacts) -> Finding | None:
    lock = event.lock
    modes = {each.mode for each in event.held.may if each.path == lock.path}
    if lock not in event.held.must or modes != {lock.mode} or event.mode is lock.mode:
        return None
    taken = function.acquisition(lock.path, event.point)
    if taken is None:
        return None
    shared = lock.mode is Mode.SHARED
    name = path_name(lock.path, package)
    was, meant, got = ("RLock", "RUnlock", "Unlock") if shared else ("Lock", "Unlock", "RUnlock")
    return Finding(
        span=event.span,
        message=f"`{name}` is given back by `{got}`, but was taken by `{was}`",
        because=(f"`{got}` of a lock that isn't held so ends the program with a fatal error",),
        related=(Related(taken.span, f"`{name}` is locked here, by `{was}`"),),
        traces=call_trace(event.trace),
        help=f"call `{meant}`",
        location=str(lock.location or name),
        symbol=function.name,
    )


def _again(function: FunctionFacts, event: LockEvent, package: PackageFacts) -> Finding | None:
    """A second release of what the function itself locked: the first is behind, on every way that leads here."""
    lock = event.lock
    if ELEMENT in lock.path.steps or any(lock.path == each.path for each in event.held.may):
        return None
    order = function.order
    at = event.point if event.exit < 0 else order.end(event.exit)
    alike = function.locks_at(lock.location)
    if len(alike) > MANY:
        return None
    mine = [each for each in alike if each.lock.path == lock.path]
    taken = next((each for each in mine if _takes(each) and order.dominates(each.point, at)), None)
    given = [each for each in mine if _gives(each) and order.reaches(each.point, at)]
    if taken is None or not given or not all(each.certain for each in alike):
        return None
    first = max(given, key=lambda each: each.point)
    if _perhaps_taken(function, first, at) or leads_elsewhere(function, lock.path, taken.point, at):
        return None
    name = path_name(lock.path, package)
    # What stands at the end of every way was meant: it is the early one that has to go.
    wrong, other = (first, event) if event.deferred else (event, first)
    when = "is unlocked when the function returns" if event.deferred else "is unlocked here already"
    return Finding(
        span=wrong.span,
        values={"lock": name, "again": "here, and again when the function returns" if event.deferred else "again"},
        because=("to unlock a mutex that isn't locked ends the program with a fatal error",),
        related=(Related(other.span, f"`{name}` {when}"),),
        traces=call_trace(wrong.trace),
        location=str(lock.location or name),
        symbol=function.name,
    )


def _untaken(function: FunctionFacts, event: LockEvent, portion: Portion, package: PackageFacts) -> Finding | None:
    """A release of what nobody can have locked: a variable of this call alone, or what couldn't be had just before."""
    lock = event.lock
    if any(lock.path == each.path for each in event.held.may) or event.trace:
        return None
    tried = _tried_in_vain(function, event)
    if tried is None and not _is_never_taken(function, event, portion):
        return None
    name = path_name(lock.path, package)
    return Finding(
        span=event.span,
        message=f"`{name}` is unlocked here, but was never locked"
        if tried is None
        else f"`{name}` is unlocked where it could not be locked",
        because=("to unlock a mutex that isn't locked ends the program with a fatal error",),
        related=(Related(tried.span, "this failed on the way here"),) if tried is not None else (),
        location=str(lock.location or name),
        symbol=function.name,
    )


def _tried_in_vain(function: FunctionFacts, event: LockEvent) -> LockEvent | None:
    """The attempt that certainly was the last thing done to the lock, and failed."""
    order = function.order
    alike = [each for each in function.locks if each.lock.location == event.lock.location and each is not event]
    tried = [each for each in alike if each.action is LockAction.TRY and each.lock.path == event.lock.path]
    last = next((each for each in tried if order.dominates(each.point, event.point)), None)
    if last is None or event.deferred or function.in_loop(event.point):
        return None
    between = (
        each
        for each in (*alike, *function.inner_locks)
        if each is not last and order.reaches(last.point, each.point) and order.reaches(each.point, event.point)
    )
    asked = any(order.dominates(last.point, one.point) for one in function.conditions(event.point))
    return last if asked and not any(between) else None


def _is_never_taken(function: FunctionFacts, event: LockEvent, portion: Portion) -> bool:
    """Whether the lock is a variable of the function, which it shares with nobody but literals that don't lock it."""
    path, order = event.lock.path, function.order
    if path.root.kind is not RootKind.CELL:
        return False
    variable = variable_of(function.ir, path)
    if variable is None:
        return False
    inside = [each for each in portion.functions if each.name.startswith(function.name + ".func")]
    if any(lends(each.ir, variable) for each in (function, *inside)) or any(
        each.lock.path.root == path.root for literal in inside for each in (*literal.locks, *literal.inner_locks)
    ):
        return False
    at = event.point if event.exit < 0 else order.end(event.exit)
    return not any(
        each.lock.path == path and each.action is not LockAction.RELEASE and order.reaches(each.point, at)
        for each in function.locks
    )


def _takes(event: LockEvent) -> bool:
    return event.action is LockAction.ACQUIRE and not event.deferred


def _gives(event: LockEvent) -> bool:
    return event.action is LockAction.RELEASE and not event.deferred and event.lock in event.held.may


def _perhaps_taken(function: FunctionFacts, first: LockEvent, at: Point) -> bool:
    """Whether something that is called after ``first`` may leave the lock locked."""
    order = function.order
    return any(
        event.lock.location == first.lock.location
        and order.reaches(first.point, event.point)
        and order.reaches(event.point, at)
        for event in function.inner_locks
    )
