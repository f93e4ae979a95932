"""Waiting on a condition variable without its lock, without a second look, or for a signal that never comes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pubcheck.analysis.callers import callers_of, is_exported
from pubcheck.diagnostic import Confidence, Related
from pubcheck.facts import DEREF, LocationKind, LockAction, Point
from pubcheck.flow import ir
from pubcheck.rules.finding import Finding
from pubcheck.rules.fixes.containers import test_again
from pubcheck.rules.support.call_sites import calls_to
from pubcheck.rules.support.decisions import Decisions
from pubcheck.rules.support.wakeups import SIGNALS, condition_of, lost_wakeups
from pubcheck.rules.support.wording import name_of, path_name

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.facts import AccessPath, Location, LockEvent
    from pubcheck.rules.support.call_sites import CallSite
    from pubcheck.rules.support.wakeups import Lost

WAIT = "(*sync.Cond).Wait"
_POINTER = re.compile(rb"\*\s*sync\.Cond\b")
_TWO_POINTERS = re.compile(_POINTER.pattern + b".*" + _POINTER.pattern, re.DOTALL)
_GIVEN = rb"\b%b\s*(?:,[^;\n=]*)?:?=[^=]|\b%b\s*:|&[\w.]*\.%b\b|\b%b\s*[!=]=\s*nil"
_GIVES_LOCK = re.compile(rb"NewCond|\.L\s*=[^=]|\bL:|sync\.Cond\{\s*[^}\s]")


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find waits that can't work, and waits that aren't followed by another look; one finding a wait."""
    for site in calls_to(package, "sync.NewCond"):
        if site.call.args and site.call.args[0].known and site.call.args[0].value is None:
            yield _made_without_lock(site)
    waits = list(calls_to(package, WAIT))
    if not waits:
        return
    lockless = not any(file.source.holds(_GIVES_LOCK) for file in package.package.files)
    signalled, unknown = _signalled(package, waits)
    told: set[Location] = set()
    for site in waits:
        cond = condition_of(site)
        name = path_name(cond, package) if cond is not None and cond.root.name else "the condition variable"
        location = cond.location if cond is not None else None
        finding = None
        if lockless and cond is not None and DEREF not in cond.steps[-1:]:
            finding = _without_lock(site, name)
        elif lockless and location is not None and _is_own(package, location) and _is_nil(package, location):
            finding = _never_made(site, name)
        elif _lock_is_free(package, site):
            finding = _not_held(site, name)
        elif not _looks_again(package, site):
            finding = _once(package, site, name)
        elif unknown or location is None or location in signalled | told:
            continue
        elif _is_own(package, location):
            told.add(location)
            finding = _unsignalled(package, site, location)
        if finding is not None:
            yield finding
    yield from (_lost(package, lost) for lost in lost_wakeups(package, waits))


def _signalled(package: PackageFacts, waits: list[CallSite]) -> tuple[set[Location], bool]:
    """The condition variables that are signalled, and whether it isn't known for some which.

    One that is signalled where nobody waits for it has another name.
    """
    conds = [condition_of(site) for site in calls_to(package, *SIGNALS)]
    signals = [cond.location if cond is not None else None for cond in conds]
    waited = {cond.location for site in waits if (cond := condition_of(site)) is not None}
    found = {location for location in signals if location is not None}
    return found, None in signals or not found <= waited


def _is_own(package: PackageFacts, location: Location) -> bool:
    """Whether only this package can signal it."""
    field = location.path.removesuffix(DEREF).rpartition(".")[2]
    return location.package == package.path and location.kind is LocationKind.FIELD and not field[:1].isupper()


def _is_nil(package: PackageFacts, location: Location) -> bool:
    """Whether the field is the one pointer to a Cond that the package speaks of, and it isn't assigned nor tested."""
    files = [file.source for file in package.package.files]
    field = location.path.removesuffix(DEREF).rpartition(".")[2].encode()
    given = re.compile(_GIVEN % ((re.escape(field),) * 4))
    return (
        sum(file.holds(_POINTER) for file in files) == 1
        and not any(file.holds(_TWO_POINTERS) for file in files)
        and not any(file.holds(given) for file in files)
    )


def _lock_is_free(package: PackageFacts, site: CallSite) -> bool:
    """Whether no lock is held at the wait, by callers either."""
    function = site.function
    if function.maybe_protected(site.call) or callers_of(package).may_lock(function) or function.enclosing:
        return False
    locker = any(
        isinstance(each.call.callee, ir.UnknownCallee | ir.InterfaceCallee | ir.DynamicCallee)
        for each in _calls(function)
    )
    called = callers_of(package).calls(function)
    if called and all(caller.maybe_protected(call) for caller, call in called):
        return False
    return not locker and bool(is_exported(function) or called) and not function.locks and not function.inner_locks


def _calls(function: FunctionFacts) -> Iterator[ir.Call | ir.Defer | ir.Go]:
    for block in function.ir.blocks:
        for each in block.instructions:
            if isinstance(each, ir.Call | ir.Defer | ir.Go):
                yield each


def _looks_again(package: PackageFacts, site: CallSite) -> bool:
    """Whether each way from the wait comes to a test before it gives a lock back or leaves.

    A function that only waits leaves the test to its callers: they must call it in a loop. One that calls itself tests
    once more.
    """
    function, point = site.function, site.call.point
    order = function.order
    if not function.in_loop(point) and not function.locks and not function.conditions(point):
        called = callers_of(package).calls(function)
        return not called or all(caller.in_loop(call.point) for caller, call in called)
    tests = _last_instructions(function, ir.Branch, ir.Select)
    leaves = _last_instructions(function, ir.Return)
    ends = leaves + [event.point for event in function.locks if _gives_back(event)]
    again = [call.point for call in function.calls if call.callee == function.full_name]
    return bool(
        (again and order.all_pass_one(point, [leave for leave in leaves if order.reaches(point, leave)], again))
        or _turns_back(function, point)
        or order.all_pass_one(point, [end for end in ends if order.reaches(point, end)], tests)
        or not _builds_on_it(function, point, tests)
    )


def _last_instructions(function: FunctionFacts, *kinds: type[ir.Instruction]) -> list[Point]:
    """Where the blocks end that end with an instruction of one of ``kinds``."""
    return [
        Point(block.index, len(block.instructions) - 1)
        for block in function.ir.blocks
        if isinstance(block.instructions[-1], kinds)
    ]


def _builds_on_it(function: FunctionFacts, point: Point, tests: Collection[Point]) -> bool:
    """Whether what was asked before the wait is used behind it without a test.

    A wake-up that nothing is built on needs no second look: there are none without a signal.
    """
    order = function.order
    asked = _asked_before(function, point)
    decisions = Decisions(function)
    looks = {
        at
        for block in function.ir.blocks
        if isinstance(test := block.instructions[-1], ir.Branch)
        for at in decisions.loads(test.condition)
    }
    return any(
        order.reaches(point, access.point)
        and access.point not in looks
        and not order.passes_one(point, access.point, tests)
        and any(access.path.starts_with(path) for path in asked)
        for access in function.accesses
    )


def _turns_back(function: FunctionFacts, point: Point) -> bool:
    """Whether nothing but the next turn of a loop follows the wait, which stands under a test in that loop."""
    order = function.order
    tests = {condition.point.block for condition in function.conditions(point)}
    headers = {loop.header for loop in order.loops if not tests.isdisjoint(loop.blocks) and point.block in loop.blocks}
    block = point.block
    while len(order.successors[block]) == 1:
        (block,) = order.successors[block]
        if block in headers:
            return True
        if not (order.dominates(point, Point(block, 0)) or _only_unlocks(function, block)):
            return False
    return False


def _only_unlocks(function: FunctionFacts, block: int) -> bool:
    """Whether nothing is done in ``block`` but to give locks back."""
    released = {event.point.index for event in function.locks if event.point.block == block and _gives_back(event)}
    return all(
        at in released or isinstance(each, ir.Load | ir.Address | ir.Jump)
        for at, each in enumerate(function.ir.blocks[block].instructions)
    )


def _gives_back(event: LockEvent) -> bool:
    return event.action is LockAction.RELEASE and event.certain and not event.deferred


def _asked_before(function: FunctionFacts, point: Point) -> set[AccessPath]:
    """The fields and variables that were looked at on the way to the wait, where a condition leads there."""
    if not function.conditions(point):
        return set()
    order = function.order
    found = {
        access.path
        for access in function.accesses
        if not access.writes and access.path.steps and order.dominates(access.point, point)
    }
    # The way to the lock itself is no condition.
    return {path for path in found if not any(event.lock.path.starts_with(path) for event in function.locks)}


def _without_lock(site: CallSite, name: str) -> Finding:
    return Finding(
        span=site.call.span,
        values={"what": f"`{name}` has no lock: its `Wait` panics"},
        because=("the zero Cond has a nil L, and nothing in the package gives it one",),
        help="make it with sync.NewCond, or set L",
        location=name,
        symbol=site.function.name,
    )


def _never_made(site: CallSite, name: str) -> Finding:
    return Finding(
        span=site.call.span,
        values={"what": f"`{name}` is nil: its `Wait` panics"},
        because=("nothing in the package makes a Cond with a lock, or assigns the field",),
        help="make it with sync.NewCond where the object is made",
        location=name,
        symbol=site.function.name,
    )


def _made_without_lock(site: CallSite) -> Finding:
    return Finding(
        span=site.call.span,
        values={"what": "a Cond is made with nil for its lock: its `Wait` panics"},
        because=("Wait unlocks L first",),
        help="give it the mutex that guards the condition",
        symbol=site.function.name,
    )


def _not_held(site: CallSite, name: str) -> Finding:
    return Finding(
        span=site.call.span,
        values={"what": f"`{name}.Wait` is called without its lock"},
        because=("Wait unlocks L before it sleeps: if that isn't locked, the program ends with a fatal error",),
        help="lock L, test the condition, and wait in a loop",
        location=name,
        symbol=site.function.name,
        confidence=Confidence.LOW,  # what real code was told of these was wrong, or harmless
    )


def _once(package: PackageFacts, site: CallSite, name: str) -> Finding:
    return Finding(
        span=site.call.span,
        values={"what": f"what `{name}.Wait` waited for isn't tested again"},
        because=("between the signal and the lock another goroutine may have changed it back",),
        fixes=test_again(package, site.call.span) if not site.call.deferred else (),
        help="wait in a loop: for !condition { c.Wait() }",
        location=name,
        symbol=site.function.name,
        confidence=Confidence.LOW,  # what real code was told of these was wrong, or harmless
    )


def _unsignalled(package: PackageFacts, site: CallSite, location: Location) -> Finding:
    name = name_of(location, package)
    return Finding(
        span=site.call.span,
        values={"what": f"nobody signals `{name}`: this waits for ever"},
        because=("no function of the package calls its Signal or Broadcast, and no other package can",),
        related=(Related(site.function.span, f"`{site.function.name}` waits"),),
        help="call Signal or Broadcast where the condition changes",
        location=str(location),
        symbol=site.function.name,
    )


def _lost(package: PackageFacts, lost: Lost) -> Finding:
    change, wait = lost.change, lost.wait
    lock = name_of(lost.lock, package)
    what = name_of(change.location.container, package) if change.location is not None else "it"
    return Finding(
        span=change.span,
        values={"what": f"`{what}` is changed without `{lock}` and then signalled: who has just looked may sleep on"},
        because=(
            f"`{wait.function.name}` looks at it under `{lock}`, which keeps nobody here from changing it meanwhile",
        ),
        related=(
            Related(lost.signal.call.span, "the signal, which may come before the other sleeps"),
            Related(wait.call.span, f"`{wait.function.name}` waits here"),
        ),
        help=f"hold `{lock}` while the condition changes",
        location=what,
        symbol=lost.signal.function.name,
    )
