"""A way out of a function, or into the next turn of a loop, that leaves a lock locked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis.annotations import excused_lines
from pubcheck.analysis.portions import by_portion
from pubcheck.diagnostic import Related
from pubcheck.facts import LockAction, Mode, Point
from pubcheck.flow import ir
from pubcheck.rules.finding import Finding
from pubcheck.rules.fixes.locking import defer_unlock, unlock_before
from pubcheck.rules.support.handing import handing_of
from pubcheck.rules.support.wording import call_trace, path_name
from pubcheck.rules.support.written import comments_between, jump_behind
from pubcheck.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.analysis.portions import Portion
    from pubcheck.diagnostic import Fix
    from pubcheck.facts import Lock, LockEvent


class _Leak(NamedTuple):
    """``lock``, acquired at ``taken``, is still held where ``function`` goes on at ``span``."""

    function: FunctionFacts
    lock: Lock
    taken: LockEvent
    span: Span
    way: str
    given_back: tuple[LockEvent, ...]


@by_portion
def check(package: PackageFacts, portion: Portion) -> Iterator[Finding]:
    """Find returns that leave a lock locked, and turns of loops that end with a lock that the next turn takes again.

    Of several ways that leave one lock locked the first is the finding: one mistake was made, where it is taken.
    """
    for function in portion.functions:
        if function.test or not function.locks:
            continue
        leaks = [*_at_returns(function), *_by_defer(function), *_at_turns(function, package)]
        known = {leak.taken.point for leak, _ in leaks}
        leaks += [each for each in _at_breaks(function, package) if each[0].taken.point not in known]
        found: dict[object, list[_Leak]] = {}
        for leak, block in leaks:
            if excused_lines(package).covers(function, leak.span) or _is_meant(function, leak, package):
                continue
            if any(leak.lock.path == taken.path for taken in function.contract.taken):
                continue  # an annotation tells callers; where it isn't kept is a question of that
            always = leak.way in ("return", "defer") and not leak.given_back
            if block < 0 or not handing_of(package).is_handed_on(function, leak.lock, block, always=always):
                found.setdefault((leak.lock.path, leak.taken.span), []).append(leak)
        for ways in found.values():
            yield _finding(min(ways, key=lambda one: one.span), ways, package)


def _is_meant(function: FunctionFacts, leak: _Leak, package: PackageFacts) -> bool:
    """Whether a comment from the lock to the end of the way says that nobody is to unlock it."""
    start = leak.taken.span.start if leak.taken.span.path == function.path else 0
    return _KEEPS.search(comments_between(package, leak.span, start)) is not None


_KEEPS = re.compile(
    r"\b(?:not?|n't|never|without|needn't|nobody)\b[^.;]{0,12}\bunlock"
    r"|\b(?:leave|keep|stay|remain)\w*\s+(?:\w+\s+){0,3}locked",
    re.IGNORECASE,
)


def _at_returns(function: FunctionFacts) -> Iterator[tuple[_Leak, int]]:
    """Returns that certainly leave a lock locked which the function acquired."""
    for block, held in sorted(function.exits.items()):
        end = function.order.end(block)
        for lock in sorted(held.may):
            if any(lock.path == other.path for other in held.released):
                continue  # its caller had it before
            if any(event.deferred and event.lock.path == lock.path for event in function.locks if _takes(event)):
                continue  # a Lock is deferred in the place of the Unlock, which is a mistake of its own
            taken = function.acquisition(lock.path, end)
            if taken is None or any(lock.path == other.path for other in taken.held.must):
                continue  # nobody, or a second time: then it never gets here
            certain = lock in held.must
            if certain or (_is_always_taken(function, taken, end) and _keeps_to(function, lock)):
                leave = function.ir.blocks[block].instructions[-1]
                span = Span(function.path, leave.pos, leave.end)
                way = "return" if certain else "some"
                yield _Leak(function, lock, taken, span, way, _releases(function, lock, taken)), block


def _takes(event: LockEvent) -> bool:
    return event.action is LockAction.ACQUIRE


def _by_defer(function: FunctionFacts) -> Iterator[tuple[_Leak, int]]:
    """Deferred acquisitions of a lock that the function never gives back."""
    for event in function.locks:
        if _takes(event) and event.deferred and event.certain and not event.trace:
            alike = [each for each in function.locks if each.lock.location == event.lock.location]
            if event.lock.path not in {lock.path for lock in event.held.may} and all(
                each.point == event.point for each in alike
            ):
                yield _Leak(function, event.lock, event, event.span, "defer", ()), event.exit
                return


def _is_always_taken(function: FunctionFacts, taken: LockEvent, end: Point) -> bool:
    """Whether every way to ``end`` takes the lock where it was taken last; not every way gives it back."""
    return not taken.trace and function.order.dominates(taken.point, end)


def _keeps_to(function: FunctionFacts, lock: Lock) -> bool:
    """Whether no lock of the same kind is worked with under another name, which may be this one's."""
    alike = (event for event in function.locks if event.lock.location == lock.location)
    return all(event.lock.path == lock.path and event.certain for event in alike)


def _releases(function: FunctionFacts, lock: Lock, taken: LockEvent) -> tuple[LockEvent, ...]:
    """Where else the function gives back what it acquired at ``taken``."""
    return tuple(
        event
        for event in function.locks
        if event.action is LockAction.RELEASE
        and event.lock.path == lock.path
        and function.order.reaches(taken.point, event.point)
    )


def _at_turns(function: FunctionFacts, package: PackageFacts) -> Iterator[tuple[_Leak, int]]:
    """Ends of a loop's turn with a lock that was acquired in it and that other ways through the turn give back."""
    edges = function.edges
    for loop in function.order.loops if edges else ():
        before = [held for (source, to), held in edges.items() if to == loop.header and source not in loop.blocks]
        for source in sorted(loop.blocks):
            held = edges.get((source, loop.header))
            if held is None:
                continue
            end = function.order.end(source)
            # What every turn begins with is held around the loop.
            for lock in sorted(lock for lock in held.must if not all(lock in each.must for each in before)):
                taken = function.acquisition(lock.path, end)
                if taken is None or taken.point.block not in loop.blocks or taken.held.must & {lock}:
                    continue
                released = _released_in_turn(function, lock, taken, loop.header)
                if released and not _given_back_first(function, loop.header, taken, released):
                    span = _turn(function, source, loop.header, package)
                    yield _Leak(function, lock, taken, span, "turn", released), -1


def _at_breaks(function: FunctionFacts, package: PackageFacts) -> Iterator[tuple[_Leak, int]]:
    """Ways out of a loop with a lock that other ways through the turn give back, and nothing behind the loop does."""
    order, edges = function.order, function.edges
    for loop in order.loops if edges else ():
        outwards = [(each, to) for each, to in edges if each in loop.blocks and to not in loop.blocks]
        for source, to in sorted(outwards):
            held, behind = edges[source, to], Point(to, -1)
            exits = [block for block in function.exits if block == to or order.reaches(behind, order.end(block))]
            for lock in sorted(held.must if exits else ()):
                taken = function.acquisition(lock.path, order.end(source))
                if (
                    taken is None
                    or taken.trace
                    or taken.point.block not in loop.blocks
                    or not _keeps_to(function, lock)
                ):
                    continue
                given_back = [each for each in function.locks if not _takes(each) and each.lock.path == lock.path]
                if any(each.deferred or order.reaches(behind, each.point) for each in given_back):
                    continue
                released = _released_in_turn(function, lock, taken, loop.header)
                if released:
                    yield _Leak(function, lock, taken, _way_out(function, source, package), "break", released), exits[0]


def _way_out(function: FunctionFacts, source: int, package: PackageFacts) -> Span:
    """Where the block ``source`` leaves its loop."""
    leave = function.ir.blocks[source].instructions[-1]
    span = Span(function.path, leave.pos, leave.end)
    return (jump_behind(package, span, "break") if type(leave) is ir.Branch else None) or span


def _released_in_turn(function: FunctionFacts, lock: Lock, taken: LockEvent, header: int) -> tuple[LockEvent, ...]:
    """Where the function gives the lock back in the turn that took it, or on the way out of the loop from there."""
    begin = (Point(header, 0),)
    return tuple(
        event
        for event in _releases(function, lock, taken)
        if not event.deferred and not function.order.passes_one(taken.point, event.point, begin)
    )


def _turn(function: FunctionFacts, source: int, header: int, package: PackageFacts) -> Span:
    """Where the block ``source`` starts the next turn."""
    leave = function.ir.blocks[source].instructions[-1]
    span = Span(function.path, leave.pos, leave.end)
    # A branch that does nothing else is all that is left of its `continue`.
    found = jump_behind(package, span, "continue") if type(leave) is ir.Branch and header == leave.then else None
    return found or span


def _given_back_first(function: FunctionFacts, header: int, taken: LockEvent, released: tuple[LockEvent, ...]) -> bool:
    """Whether the next turn gives the lock back before it takes it again."""
    return function.order.passes_one(Point(header, -1), taken.point, [event.point for event in released])


def _fixes(leak: _Leak, package: PackageFacts) -> tuple[Fix, ...]:
    """A deferred unlock for all ways; where that would hold the lock too long, one for this way."""
    certain = unlock_before(package, leak.taken, leak.span) if leak.way != "some" and leak.given_back else ()
    return () if leak.way == "defer" else defer_unlock(package, leak.function, leak.taken) or certain


MANY = 3
"""Other ways that a finding names."""


def _finding(leak: _Leak, ways: list[_Leak], package: PackageFacts) -> Finding:
    """What is told of all the ``ways`` that leave one lock locked, at the first of them."""
    name = path_name(leak.lock.path, package)
    taken = leak.taken
    unlock = "RUnlock" if leak.lock.mode is Mode.SHARED else "Unlock"
    if leak.way == "return":
        message = f"`{name}` is still locked when the function returns here"
        because = f"nothing gives `{name}` back on this way: whoever locks it next waits for ever"
    elif leak.way == "defer":
        message = f"`{name}` is locked when the function returns, and nobody gives it back"
        because = "to give it back what is deferred is `Unlock`, behind the lock"
    elif leak.way == "break":
        message = f"`{name}` is still locked when the loop ends here"
        because = f"nothing behind the loop gives `{name}` back: whoever locks it next waits for ever"
    elif leak.way == "some":
        message = f"`{name}` is still locked on some way to this return"
        because = f"what is behind a condition gives `{name}` back, and not every way leads through it"
    else:
        message = f"`{name}` is still locked when the next turn of the loop begins"
        because = f"the next turn locks `{name}` again, and waits for itself"
    other = [event for event in leak.given_back if event.span != taken.span][:1]
    more = sorted({one.span for one in ways} - {leak.span})
    return Finding(
        span=leak.span,
        message=message,
        because=(because,),
        related=(
            Related(taken.span, f"`{name}` is locked here"),
            *(Related(event.span, "another way gives it back here") for event in other),
            *(Related(span, "and this way leaves it locked, too") for span in more[:MANY]),
        ),
        traces=call_trace(taken.trace),
        fixes=_fixes(leak, package),
        help=f"call `{unlock}` before leaving, or defer it right after the lock",
        location=str(leak.lock.location or name),
        symbol=leak.function.name,
    )
