"""A goroutine is started with a lock held that it takes itself, and waited for before the lock is given back."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis.portions import by_portion
from pubcheck.diagnostic import Related
from pubcheck.facts import BlockKind, LockAction, RootKind, Start
from pubcheck.rules.finding import Finding
from pubcheck.rules.support.wording import path_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.analysis.portions import Portion
    from pubcheck.facts import Blocking, Lock, LockEvent, Spawn


class _Trap(NamedTuple):
    """``spawn`` starts, under ``lock``, what takes it at ``taken``; ``wait`` waits with it held."""

    spawn: Spawn
    lock: Lock
    taken: LockEvent
    wait: Blocking


_LATER = frozenset(("time.AfterFunc", "context.AfterFunc"))
_WAITING = frozenset((BlockKind.WAIT, BlockKind.CHANNEL))


@by_portion
def check(package: PackageFacts, portion: Portion) -> Iterator[Finding]:
    """Find critical sections that start a goroutine which needs the lock, and wait with it held."""
    for function in portion.functions:
        if function.test:
            continue
        for spawn in function.spawns:
            if spawn.start is Start.DEFER or spawn.by in _LATER or not spawn.held.must:
                continue
            body = package.function(spawn.callee)
            for lock in sorted(spawn.held.must):
                taken = _takes(body, lock) if body is not None else None
                wait = _waits(function, spawn, lock) if taken is not None else None
                if taken is not None and wait is not None:
                    yield _finding(package, function, _Trap(spawn, lock, taken, wait))
                    break


def _takes(body: FunctionFacts, lock: Lock) -> LockEvent | None:
    """Where the goroutine takes the lock: the same variable, or the same field of what it was given."""
    for event in (*body.locks, *body.inner_locks):
        if event.action is not LockAction.ACQUIRE or event.deferred or not event.certain:
            continue
        path = event.lock.path
        if path == lock.path:
            return event
        if path.location == lock.location is not None and RootKind.PARAM in (path.root.kind, lock.path.root.kind):
            return event
    return None


def _waits(function: FunctionFacts, spawn: Spawn, lock: Lock) -> Blocking | None:
    """What waits, with the lock still held, behind the start."""
    for each in function.blocking:
        held = any(one.path == lock.path for one in each.held.must)
        own = each.kind in _WAITING and each.what != "send" and not each.trace
        if own and held and function.order.reaches(spawn.point, each.point):
            return each
    return None


def _finding(package: PackageFacts, function: FunctionFacts, trap: _Trap) -> Finding:
    spawn, lock, taken, wait = trap
    name = path_name(lock.path, package)
    return Finding(
        span=spawn.span,
        values={"lock": name},
        because=(f"`{function.name}` holds `{name}` here, and still does when it waits",),
        related=(
            Related(taken.span, f"the goroutine waits for `{name}` here"),
            Related(wait.span, f"waited for here, with `{name}` held"),
        ),
        location=str(lock.location or name),
        symbol=function.name,
    )
