"""Something slow is done while a mutex is held: everybody who needs the lock waits for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.diagnostic import Confidence, Related
from pubcheck.facts import BlockKind, LockAction
from pubcheck.rules.finding import Finding
from pubcheck.rules.support.wording import call_text, call_trace, path_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.facts import Blocking, Lock

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
_OUTPUT = {BlockKind.OUTPUT: "writes output", BlockKind.LOG: "logs"}


def check(package: PackageFacts, *, logging: bool = False) -> Iterator[Finding]:
    """Find blocking calls under a lock that this very function acquired; its callees' calls are told at the call.

    Args:
        package: the facts.
        logging: count writes to standard output and error, and logging, as slow too.
    """
    waits = _WAITS | _OUTPUT if logging else _WAITS
    for function in package.functions:
        if function.test or function.constructor:
            continue
        seen = set()
        for event in function.blocking:
            if event.kind not in waits or not event.held.must or event.point in seen:
                continue
            lock = _telling_lock(package, event)
            if lock is not None:
                seen.add(event.point)
                yield _finding(package, function, event, lock, waits[event.kind])


def _telling_lock(package: PackageFacts, event: Blocking) -> Lock | None:
    """The held lock to name; None where each of them exists to keep apart what is being done."""
    for lock in sorted(event.held.must):
        if not _serialises(package, lock, event):
            return lock
    return None


def _serialises(package: PackageFacts, lock: Lock, event: Blocking) -> bool:
    """Whether every critical section of the lock works on the same file or connection as ``event`` does.

    Then the lock is there to serialise that work, even when it counts bytes as well.
    """
    subject = event.subject.location if event.subject is not None else None
    if subject is None or lock.location is None:
        return False
    return all(
        any(other.subject is not None and other.subject.location == subject for other in section.blocking)
        for section in package.sections(lock.location)
    )


def _finding(package: PackageFacts, function: FunctionFacts, event: Blocking, lock: Lock, waits: str) -> Finding:
    operation = call_text(event.span, package)
    taken = [
        one.span
        for one in function.locks
        if one.action is LockAction.ACQUIRE
        and one.lock.path == lock.path
        and function.order.reaches(one.point, event.point)
    ]
    name = path_name(lock.path, package)
    end = Related(event.trace[-1].span if event.trace else event.span, f"`{event.what}` {waits}")
    chain = f": it ends in `{event.what}`" if event.trace else ""
    return Finding(
        span=event.span,
        values={"operation": operation, "waits": waits, "lock": name},
        because=(f"whoever needs `{name}` waits as long as `{operation}` does{chain}",),
        related=(
            *(Related(span, f"`{name}` is locked here") for span in taken[:1]),
            *((end,) if event.trace else ()),
        ),
        traces=call_trace(event.trace, end),
        location=f"{lock.location or name} {event.what}",
        symbol=function.name,
        confidence=Confidence.MEDIUM if event.kind is BlockKind.DISK else None,
    )
