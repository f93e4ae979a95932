"""Waiting for other goroutines with a lock held: who waits for what, and who has to come for it to end."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis.portions import by_portion
from pubcheck.facts import AtomicKind, BlockKind, ChannelAction, LockAction, Mode, Point, RootKind, Start, locations
from pubcheck.flow import ir
from pubcheck.rules.support.channel_sites import ChannelSites, channel_location
from pubcheck.rules.support.decisions import Decisions
from pubcheck.rules.support.slow import Calls
from pubcheck.rules.support.test_code import serves_tests

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.analysis.portions import Portion
    from pubcheck.facts import Blocking, Location, Lock, LockEvent
    from pubcheck.source import Span

NEAR = 1
"""Calls on the way to the wait: beyond, there are conditions that nobody has looked at."""

_DONE = "(*sync.WaitGroup).Done"
_ANSWERS = {
    "send": (ChannelAction.RECEIVE,),
    "receive": (ChannelAction.SEND, ChannelAction.CLOSE),
}


def verb_of(event: Blocking) -> str:
    """What is waited for, as ``sends on``."""
    return {"send": "sends on", "receive": "receives from"}.get(event.what, "waits for")


class Blocked(NamedTuple):
    """``function`` waits at ``event`` with ``lock`` held since ``taken``; for ``subject`` if that has a location."""

    function: FunctionFacts
    event: Blocking
    lock: Lock
    taken: Span
    subject: Location | None


class Wait(NamedTuple):
    """``function`` waits at ``event`` for ``subject``, a channel or a group, with ``lock`` held since ``taken``."""

    function: FunctionFacts
    event: Blocking
    subject: Location
    lock: Lock
    taken: Span

    @property
    def verb(self) -> str:
        """What is waited for, as ``sends on``."""
        return verb_of(self.event)


class Answer(NamedTuple):
    """What ends a wait stands at ``at`` in ``function``; ``needs`` is where the waiter's lock is acquired before."""

    function: FunctionFacts
    at: Point
    span: Span
    needs: LockEvent | None


class Waits:
    """The waiting under locks of one package."""

    def __init__(self, package: PackageFacts) -> None:
        """Look at ``package``."""
        self._package = package

    @cached_property
    def sites(self) -> ChannelSites:
        """The channels."""
        return ChannelSites(self._package)

    def found(self) -> Iterator[Wait]:
        """Those that are blocked by what has a location: who else is at it can be told."""
        for one in blocked(self._package):
            if one.subject is not None:
                yield Wait(one.function, one.event, one.subject, one.lock, one.taken)

    def answers(self, wait: Wait) -> list[Answer]:
        """All that is seen of the other side."""
        if wait.event.kind is BlockKind.WAIT:
            # Who counts itself, or gives back what it has just added, may take the lock before it is counted.
            return [
                self._answer(wait, function, call.point, call.span, deferred=call.deferred)
                for function in self._package.functions
                if self._doer(function).starts
                for call in function.calls
                if call.callee == _DONE and call.args and channel_location(call.args[0].targets) == wait.subject
            ]
        return [
            self._answer(
                wait,
                use.function,
                use.event.point,
                use.event.span,
                deferred=_is_deferred(use.function, use.event.point),
            )
            for use in self.sites.of(wait.subject, *_ANSWERS.get(wait.event.what, ()))
            if not serves_tests(self._package, use.function)
        ]

    def _doer(self, function: FunctionFacts) -> FunctionFacts:
        """The function at whose end a deferred literal runs; another one is meant itself."""
        around = self._package.function(function.enclosing) if Start.DEFER in function.starts else None
        return around or function

    def _answer(self, wait: Wait, function: FunctionFacts, at: Point, span: Span, *, deferred: bool) -> Answer:
        """What a deferred literal does, the function around it does at its end."""
        doer = self._doer(function)
        if doer.name == wait.function.name:
            return Answer(doer, at, span, None)
        if doer is function:
            before = [event for event in _all_locks(doer) if _comes_before(doer, event.point, at, deferred=deferred)]
        else:
            before = [
                event for event in _all_locks(function) if _comes_before(function, event.point, at, deferred=deferred)
            ]
            before += [
                event
                for call in doer.calls
                if call.deferred and call.callee == function.name
                for event in _all_locks(doer)
                if event.point != call.point and _comes_before(doer, event.point, call.point, deferred=True)
            ]
        needs = (
            event
            for event in before
            if event.action is LockAction.ACQUIRE
            and event.lock.location == wait.lock.location
            and Mode.EXCLUSIVE in (event.lock.mode, wait.lock.mode)
            and not event.needs
        )
        return Answer(doer, at, span, next(needs, None))

    def deadlock(self, wait: Wait) -> list[Answer]:
        """The answers, if every one of them has to wait for the lock before; of a group's members one is enough."""
        if wait.event.what == "send" and self.sites.has_room(wait.subject):
            return []
        if self._is_measured(wait) or self._is_queue(wait):
            return []
        answers = self.answers(wait)
        needing = [answer for answer in answers if answer.needs is not None and not _is_announced(wait, answer)]
        if wait.event.kind is BlockKind.WAIT:
            return needing
        return needing if len(needing) == len(answers) else []

    def _is_queue(self, wait: Wait) -> bool:
        """Whether all who send do so under the lock, if there is room: who receives under it knows what there is."""
        sends = self.sites.of(wait.subject, *_ANSWERS["receive"]) if wait.event.what == "receive" else []
        return bool(sends) and all(
            use.event.action is ChannelAction.SEND
            and not use.event.waits
            and wait.lock.location in locations(use.event.held.must)
            for use in sends
        )

    def _is_measured(self, wait: Wait) -> bool:
        """Whether it is only done when a look at the channel, such as at its length, told that it needn't wait."""
        event = wait.event
        doers = [(wait.function, event.point)]
        callee = self._package.function(event.trace[-1].callee) if event.trace else None
        if callee is not None:
            doers += [(callee, one.point) for one in callee.channels if one.span == event.origin]
        return any(
            channel_location((decision.read.path,)) == wait.subject
            for function, point in doers
            for decision in Decisions(function).of(point)
        )


def _is_announced(wait: Wait, answer: Answer) -> bool:
    """Whether who answers sets a flag that is tested before the wait, and needs the lock no more from then on."""
    order, sets = answer.function.order, _sets(answer.function)
    told = [point for location in _flags(wait.function, wait.event.point) for point in sets.get(location, ())]
    acquired = [
        event.point
        for event in _all_locks(answer.function)
        if event.action is LockAction.ACQUIRE and event.lock.location == wait.lock.location
    ]
    return bool(told) and all(
        order.passes_one(begin, point, (answer.at,)) for begin in (Point(0, -1), *told) for point in acquired
    )


def _flags(function: FunctionFacts, point: Point) -> Iterator[Location]:
    """What an atomic load tells of on the way to ``point``."""
    blocks = {condition.point.block for condition in function.conditions(point)}
    for access in function.atomics:
        loads = access.atomic is not None and access.atomic.kind is AtomicKind.LOAD
        if loads and access.point.block in blocks and access.location is not None:
            yield access.location


def _sets(function: FunctionFacts) -> dict[Location, list[Point]]:
    """Where ``function`` itself stores atomically."""
    found: dict[Location, list[Point]] = {}
    for access in function.atomics:
        if access.location is not None and not access.trace and access.writes:
            found.setdefault(access.location, []).append(access.point)
    return found


def _comes_before(function: FunctionFacts, point: Point, at: Point, *, deferred: bool) -> bool:
    """Whether what stands at ``point`` runs before what stands at ``at``: what is deferred last runs first."""
    if _is_deferred(function, point):
        return deferred and (point == at or function.order.reaches(at, point))
    return deferred or function.order.reaches(point, at)


def _is_deferred(function: FunctionFacts, at: Point) -> bool:
    return isinstance(function.ir.blocks[at.block].instructions[at.index], ir.Defer)


def _all_locks(function: FunctionFacts) -> tuple[LockEvent, ...]:
    return (*function.locks, *function.inner_locks)


@by_portion
def blocked(_package: PackageFacts, portion: Portion) -> Iterator[Blocked]:
    """Waits that a function does itself, or a helper that it calls, under a lock that it acquired itself."""
    for function in portion.functions:
        if function.test or not function.locks:
            continue
        calls = Calls(function)
        for event in function.blocking:
            if event.kind not in (BlockKind.CHANNEL, BlockKind.WAIT):
                continue
            if len(event.trace) > NEAR or event.needs or not event.certain:
                continue
            subject = channel_location((event.subject,)) if event.subject is not None else None
            held = calls.held(event)
            for lock in sorted(event.held.must):
                taken = function.acquisition(lock.path, event.point)
                known = lock.path in held and lock.path.root.kind is not RootKind.FRESH
                if taken is not None and known:
                    yield Blocked(function, event, lock, taken.span, subject)
                    break
