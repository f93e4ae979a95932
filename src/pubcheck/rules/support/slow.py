"""Slow work under a lock, and how sure it is that somebody waits for it who needn't."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from pubcheck.facts import BlockKind, Mode, Point
from pubcheck.flow import ir
from pubcheck.knowledge import QUICK, ROUND_TRIPS
from pubcheck.model.printing import type_string

if TYPE_CHECKING:
    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.facts import AccessPath, Blocking, Call, Lock, Trace
    from pubcheck.source import Span

FILES = frozenset((BlockKind.DISK, BlockKind.FSYNC))

NEAR, FAR = 2, 4
"""Calls on the way to the one that waits: up to the first it is as sure as a direct call, beyond the second not."""
NEAR_SLEEP = 1
"""As ``NEAR``, for a sleep."""
SHORT = 10**9
"""Nanoseconds of sleep from which on others notice."""
NEAR_FILE = 1
"""As ``NEAR``, for files: they are often read or written on some way through a callee only."""

_ANSWERS = frozenset((BlockKind.PROCESS, BlockKind.DATABASE, BlockKind.RPC, BlockKind.CUSTOM))
_ENDS = frozenset(("Close", "Shutdown", "Stop"))
"""Methods by which, in Go's libraries, an object ends."""


class Slow(NamedTuple):
    """Slow work in ``function`` under ``lock``, which was taken at ``taken``.

    ``given``: it is done by a literal of the function, under a lock that the callee takes which runs it.
    ``doubt`` is 0 where it is sure that others wait, 1 where it is likely, 2 where the lock may be meant for it.
    """

    function: FunctionFacts
    event: Blocking
    lock: Lock
    taken: Span
    given: bool = False
    doubt: int = 0

    @property
    def inner(self) -> int:
        """How many of the trace's calls run literals of this very function: what those do, the function does."""
        own = self.function.name + ".func"
        steps = self.event.trace
        return next((at for at, step in enumerate(steps) if not step.callee.startswith(own)), len(steps))

    @property
    def trace(self) -> Trace:
        """The calls that lead out of the function."""
        return self.event.trace[self.inner :]

    @property
    def span(self) -> Span:
        """The call in the function, or in a literal that it runs."""
        event = self.event
        return self.trace[0].span if self.trace else event.origin or event.span

    @property
    def what(self) -> str:
        """What is called there."""
        return self.trace[0].name if self.trace else self.event.what


def doubt(slow: Slow, package: PackageFacts) -> int:
    """Reasons to think that the wait is short, rare, or that of few others: a lock's purpose is another matter.

    Files are often quick, and their directories quicker still. The longer the chain of calls, the more conditions on
    the way that nobody has looked at, and of several types behind an interface the one in use may be quick. A shared
    lock keeps only writers waiting. Who gives away what is done under the callee's lock mostly means it. Once an object
    is being closed, there is little left that others could want it for, and its files want to be flushed; before it is
    made, there is nothing.
    """
    function, event = slow.function, slow.event
    calls = len(slow.trace)
    disk = event.kind is BlockKind.DISK
    ends = function.name.rpartition(".")[2] in _ENDS
    func = function.ir.func
    makes = function.constructor and func is not None and func.receiver is None
    return sum(
        (
            disk,
            disk and event.what in QUICK,
            disk and calls > NEAR_FILE,
            0 if event.certain else 2,
            2 if slow.given else 0,
            calls > NEAR,
            calls > FAR,
            slow.lock.mode is Mode.SHARED,
            makes,
            ends,
            ends and event.kind in FILES,
            _on_error(slow, package),
        )
    )


def _on_error(slow: Slow, package: PackageFacts) -> bool:
    """Whether it is done only after something failed, here or in the callee that does it."""
    function, event = slow.function, slow.event
    if after_failure(function, event.point):
        return True
    if len(event.trace) != 1:
        return False
    callee = package.function(event.trace[0].callee)
    if callee is None:
        return False
    points = [one.point for one in callee.blocking if one.span == event.origin and not one.trace]
    return bool(points) and all(after_failure(callee, point) for point in points)


def hurts(slow: Slow, package: PackageFacts) -> bool:
    """Whether the wait is sure to be long whenever it comes: somebody far away has to answer, or a clock has to run.

    Streams and files are mostly quick, and what is slept in a loop is a retry or a poll, which comes rarely. What is
    slept to keep the pace of those who take the lock is what they take it for.
    """
    event, calls = slow.event, len(slow.trace)
    if event.kind is BlockKind.NETWORK:
        return event.what in ROUND_TRIPS and calls <= NEAR
    if event.kind is BlockKind.SLEEP:
        meant = _is_repeated(slow, package) or _keeps_pace(slow) or _is_nap(slow)
        return calls <= NEAR_SLEEP and not meant
    return event.kind in _ANSWERS and calls <= NEAR


def _is_nap(slow: Slow) -> bool:
    """Whether it sleeps for a constant that somebody chose to be short."""
    function, event = slow.function, slow.event
    sleep = function.ir.blocks[event.point.block].instructions[event.point.index]
    length = sleep.call.args[0] if isinstance(sleep, ir.Call) and not event.trace and sleep.call.args else None
    return isinstance(length, ir.Const) and isinstance(length.value, int) and length.value < SHORT


def _is_repeated(slow: Slow, package: PackageFacts) -> bool:
    """Whether it stands in a loop, here or in the callee; taken for granted where that can't be looked into."""
    function, event = slow.function, slow.event
    if function.in_loop(event.point):
        return True
    if not event.trace:
        return False
    callee = package.function(event.trace[-1].callee)
    inner = [one for one in callee.blocking if one.span == event.origin] if callee is not None else []
    return callee is None or not inner or any(callee.in_loop(one.point) for one in inner)


def _keeps_pace(slow: Slow) -> bool:
    """Whether how long it sleeps follows from a field that the same critical section sets anew."""
    function, event = slow.function, slow.event
    if event.trace:
        return False
    made = {
        target: each
        for block in function.ir.blocks
        for each in block.instructions
        if isinstance(each, ir.Compute | ir.Load | ir.Call)
        for target in (each.targets if isinstance(each, ir.Call) else (each.target,))
    }
    sleep = function.ir.blocks[event.point.block].instructions[event.point.index]
    work, seen = list(sleep.call.args) if isinstance(sleep, ir.Call) else [], set[ir.Operand]()
    spans = []
    while work:
        operand = work.pop()
        each = made.get(operand) if type(operand) is int and operand not in seen else None
        if each is None:
            continue
        seen.add(operand)
        if isinstance(each, ir.Load):
            spans.append((each.pos, each.end))
        else:
            work += each.call.args if isinstance(each, ir.Call) else each.operands
    read = {one.path for one in function.accesses if not one.writes and (one.span.start, one.span.end) in spans}
    return any(
        one.writes
        and one.path in read
        and slow.lock in one.held.must
        and function.order.reaches(event.point, one.point)
        for one in function.accesses
    )


def after_failure(function: FunctionFacts, point: Point) -> bool:
    """Whether ``point`` is reached only where an error isn't nil."""
    for condition in function.conditions(point):
        instructions = function.ir.blocks[condition.point.block].instructions
        branch = instructions[-1]
        if not isinstance(branch, ir.Branch):
            continue
        for made in instructions:
            if isinstance(made, ir.Compute) and made.target == branch.condition and made.op in ("==", "!="):
                value, other = made.operands
                nil = isinstance(other, ir.Const) and other.known and other.value is None
                type_ = function.ir.register_types.get(value) if isinstance(value, int) else None
                if nil and type_ is not None and type_string(type_) == "error":
                    return condition.taken is (made.op == "!=")
    return False


class Calls:
    """The calls of a function, by where they are."""

    def __init__(self, function: FunctionFacts) -> None:
        """Look at ``function`` when asked."""
        self._function = function

    @cached_property
    def _by_point(self) -> dict[Point, list[Call]]:
        found: dict[Point, list[Call]] = {}
        for call in self._function.calls:
            found.setdefault(call.point, []).append(call)
        return found

    def held(self, event: Blocking) -> set[AccessPath]:
        """The locks that are held when the function makes the call that leads to ``event``."""
        if not event.trace:
            return {lock.path for lock in event.held.must}
        calls = self._by_point.get(event.point, [])
        literal = [call for call in calls if call.callee == event.trace[0].callee]
        # The first call is the function's own; what follows at one point are functions that it was given.
        return {lock.path for call in literal or calls[:1] for lock in call.held.must}

    def runs_literal(self, event: Blocking) -> bool:
        """Whether ``event`` happens in a literal that a callee was given to run."""
        return bool(event.trace) and event.trace[0].callee.startswith(self._function.name + ".func")
