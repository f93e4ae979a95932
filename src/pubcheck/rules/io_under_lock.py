"""Something slow is done while a mutex is held: everybody who needs the lock waits for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pubcheck.diagnostic import Confidence, Related
from pubcheck.facts import BlockKind, LockAction
from pubcheck.rules.finding import Finding
from pubcheck.rules.support.wording import call_text, call_trace, path_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.facts import Blocking, Lock, LockEvent

_WAITS = {
    BlockKind.NETWORK: "waits for the network",
    BlockKind.DISK: "reads or writes files",
    BlockKind.FSYNC: "waits for the disk",
    BlockKind.PROCESS: "waits for a process",
    BlockKind.DATABASE: "waits for a database",
    BlockKind.RPC: "waits for a remote call",
    BlockKind.SLEEP: "sleeps",
    BlockKind.INPUT: "waits for input",
    BlockKind.CUSTOM: "may block",
}
_FAMILIES = (
    frozenset((BlockKind.DISK, BlockKind.FSYNC)),
    frozenset((BlockKind.NETWORK, BlockKind.RPC)),
    frozenset((BlockKind.DATABASE,)),
    frozenset((BlockKind.PROCESS,)),
)
MOSTLY = 0.75
"""The share of a lock's critical sections that do I/O from which on the lock is there for that I/O."""

NEAR, FAR = 2, 4
"""Calls on the way to the one that waits: up to the first it is as sure as a direct call, beyond the second not."""

_OUTPUT = {BlockKind.OUTPUT: "writes output", BlockKind.LOG: "logs"}


class _Slow(NamedTuple):
    function: FunctionFacts
    taken: LockEvent
    event: Blocking


def check(package: PackageFacts, *, logging: bool = False) -> Iterator[Finding]:
    """Find blocking calls under a lock that this very function acquired; its callees' calls are told at the call.

    Args:
        package: the facts.
        logging: count writes to standard output and error, and logging, as slow too.
    """
    waits = _WAITS | _OUTPUT if logging else _WAITS
    found: dict[tuple[str, str], list[_Slow]] = {}
    for function in package.functions:
        if function.test or function.constructor:
            continue
        for event in function.blocking:
            if event.kind in waits and event.held.must:
                taken = _telling(package, function, event)
                if taken is not None:
                    what = event.trace[0].callee if event.trace else event.what
                    found.setdefault((str(taken.lock.location or taken.lock), what), []).append(
                        _Slow(function, taken, event)
                    )
    for slow in found.values():
        yield _finding(package, slow, waits)


def _telling(package: PackageFacts, function: FunctionFacts, event: Blocking) -> LockEvent | None:
    """Where this function took a lock that it still holds and that isn't there for this very work; None without one.

    A lock that a callee takes and releases around its own work is told in the callee.
    """
    held = {lock.path for lock in event.held.must}
    for taken in function.locks:
        if (
            taken.action is not LockAction.RELEASE
            and taken.lock.path in held
            and function.order.reaches(taken.point, event.point)
            and not _serialises(package, taken.lock, event)
        ):
            return taken
    return None


def _serialises(package: PackageFacts, lock: Lock, event: Blocking) -> bool:
    """Whether the lock is there to keep apart what ``event`` does: work on one file, or on one connection.

    That is so where every critical section works on the subject of ``event``, and where nearly every one of several
    does I/O of the same family: such a lock guards no data that others would want meanwhile.
    """
    family = next((family for family in _FAMILIES if event.kind in family), None)
    if lock.location is None or family is None:
        return False
    sections = package.sections(lock.location)
    subject = event.subject.location if event.subject is not None else None
    if subject is not None and all(
        any(other.subject is not None and other.subject.location == subject for other in section.blocking)
        for section in sections
    ):
        return True
    busy = sum(any(other.kind in family for other in section.blocking) for section in sections)
    return len(sections) > 1 and busy >= len(sections) * MOSTLY


def _finding(package: PackageFacts, slow: list[_Slow], waits: Mapping[BlockKind, str]) -> Finding:
    """One finding for a lock and what is called under it: where it is surest, with the other places related."""
    function, taken, event = min(slow, key=lambda one: (_doubt(one.event), one.event.span))
    operation = call_text(event.span, package)
    name = path_name(taken.lock.path, package)
    end = Related(event.trace[-1].span if event.trace else event.span, f"`{event.what}` {waits[event.kind]}")
    chain = f": it ends in `{event.what}`" if event.trace else ""
    more = {one.event.span: f"`{one.function.name}` does so too" for one in slow if one.event.span != event.span}
    return Finding(
        span=event.span,
        values={"operation": operation, "waits": waits[event.kind], "lock": name},
        because=(f"whoever needs `{name}` waits as long as `{operation}` does{chain}",),
        related=(
            Related(taken.span, f"`{name}` is locked here"),
            *((end,) if event.trace else ()),
            *(Related(span, text) for span, text in sorted(more.items())),
        ),
        traces=call_trace(event.trace, end),
        location=f"{taken.lock.location or name} {event.what}",
        symbol=function.name,
        confidence=(Confidence.HIGH, Confidence.MEDIUM, Confidence.LOW)[_doubt(event)],
    )


def _doubt(event: Blocking) -> int:
    """0 where it is sure to wait, 1 for files (they are often quick) and at the end of a few calls, 2 beyond those.

    The longer the chain, the more conditions on the way that nobody has looked at.
    """
    return min(2, (event.kind is BlockKind.DISK) + (len(event.trace) > NEAR) + (len(event.trace) > FAR))
