"""An object is formatted with its lock held, and its own formatter takes the lock."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from pubcheck.diagnostic import Related
from pubcheck.facts import LockAction, RootKind
from pubcheck.rules.finding import Finding
from pubcheck.rules.support.wording import path_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.facts import AccessPath, Call, Location, Lock, LockEvent

_FORMATTERS = dict.fromkeys(("String", "GoString", "Error", "MarshalJSON", "MarshalText", "LogValue"), 1) | {
    "Format": 3
}
"""Methods that formatting libraries call, with the number of their parameters, the receiver counted."""
_FORMATTING = re.compile(
    r"^(?:fmt|log|log/slog|encoding/json)\."
    r"|^\(\*?(?:log\.Logger|log/slog\.Logger|encoding/json\.Encoder)\)\."
    r"|\.(?:Debug|Info|Notice|Warn|Warning|Error|Fatal|Panic|Trace|Print|Log)(?:f|ln|w|Context)?$"
)
"""Functions that format their arguments, or loggers' methods by the names that all libraries give them."""


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find calls that format an object under a lock which the object's own formatter takes."""
    formatters = _formatters(package)
    for function in package.functions if formatters else ():
        if function.test:
            continue
        for call in function.calls:
            if call.held.must and _FORMATTING.search(call.callee):
                found = _deadlock(call, formatters)
                if found is not None:
                    yield _finding(function, call, found, package)


class _Deadlock(NamedTuple):
    """``object`` is formatted while ``lock`` is held, which ``formatter`` takes at ``event``."""

    lock: Lock
    object: AccessPath
    formatter: FunctionFacts
    event: LockEvent


def _formatters(package: PackageFacts) -> dict[Location, tuple[FunctionFacts, LockEvent]]:
    """The methods that the formatting libraries call, by the lock of the receiver that each takes."""
    found: dict[Location, tuple[FunctionFacts, LockEvent]] = {}
    for function in package.functions:
        parameters = _FORMATTERS.get(function.name.rpartition(".")[2])
        if function.test or parameters != len(function.ir.params) or not function.name.startswith("("):
            continue
        for event in (*function.locks, *function.inner_locks):
            root = event.lock.path.root
            if event.action is LockAction.ACQUIRE and root.kind is RootKind.PARAM and root.index == 0:
                location = event.lock.location
                if location is not None:
                    found.setdefault(location, (function, event))
    return found


def _deadlock(call: Call, formatters: dict[Location, tuple[FunctionFacts, LockEvent]]) -> _Deadlock | None:
    """What ``call`` formats, if it holds the lock that the formatter takes."""
    for lock in sorted(call.held.must):
        known = formatters.get(lock.location) if lock.location is not None else None
        if known is None:
            continue
        function, event = known
        inside = event.lock.path.steps[1:]
        for operand in call.args:
            for target in operand.targets:
                if (*target.steps, *inside) == lock.path.steps and target.root == lock.path.root:
                    return _Deadlock(lock, target, function, event)
    return None


def _finding(function: FunctionFacts, call: Call, found: _Deadlock, package: PackageFacts) -> Finding:
    lock, formatted, formatter, event = found
    name = path_name(lock.path, package)
    taken = function.acquisition(lock.path, call.point)
    return Finding(
        span=call.span,
        values={"object": path_name(formatted, package), "lock": name, "formatter": formatter.name},
        because=(f"`{call.callee}` calls `{formatter.name}`, which waits for the lock that its caller's caller holds",),
        related=(
            Related(event.span, f"`{formatter.name}` locks it here"),
            *((Related(taken.span, f"`{name}` is locked here"),) if taken is not None else ()),
        ),
        location=str(lock.location or name),
        symbol=function.name,
    )
