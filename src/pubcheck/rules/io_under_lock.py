"""Something slow is done while a mutex is held: everybody who needs the lock waits for it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pubcheck.analysis.portions import by_portion
from pubcheck.diagnostic import Confidence, Related
from pubcheck.facts import BlockKind, LockAction, RootKind
from pubcheck.rules.finding import Finding
from pubcheck.rules.support.purpose import Purposes
from pubcheck.rules.support.slow import Calls, Slow, doubt, hurts
from pubcheck.rules.support.test_code import serves_tests
from pubcheck.rules.support.wording import call_text, call_trace, path_name
from pubcheck.rules.support.written import comment_above, comments_beside

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.analysis.portions import Portion
    from pubcheck.facts import Blocking
    from pubcheck.source import Span

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

MANY = 5
"""Other places that a finding names."""


def check(package: PackageFacts, *, logging: bool = False) -> Iterator[Finding]:
    """Find blocking calls under a lock that this very function acquired; its callees' calls are told at the call.

    Args:
        package: the facts.
        logging: count writes to standard output and error, and logging, as slow too.
    """
    search = _Search(package, _WAITS | _OUTPUT if logging else _WAITS)
    alike: dict[tuple[str, str], list[list[Slow]]] = {}
    for section in search.sections():
        first = min(section, key=_order)
        alike.setdefault((str(first.lock.location or first.lock), first.what), []).append(section)
    for sections in alike.values():
        sections.sort(key=lambda section: _order(min(section, key=_order)))
        yield search.finding(sections)


def _order(slow: Slow) -> tuple[int, Span]:
    return slow.doubt, slow.span


@by_portion
def _waiting(
    package: PackageFacts, portion: Portion, *, kinds: frozenset[BlockKind]
) -> Iterator[tuple[FunctionFacts, list[Blocking]]]:
    """The functions that may wait with a lock held, and where."""
    for function in portion.functions:
        events = [event for event in function.blocking if event.kind in kinds and event.held.must]
        if events and not (serves_tests(package, function) or _initialises(function)):
            yield function, events


class _Search:
    """What is slow under the locks of one package."""

    def __init__(self, package: PackageFacts, waits: Mapping[BlockKind, str]) -> None:
        self._package = package
        self._waits = waits
        self._purposes = Purposes(package)

    def sections(self) -> Iterable[list[Slow]]:
        """The slow work of each critical section that does any and isn't there for it."""
        found: dict[tuple[str, Span], list[Slow]] = {}
        for function, events in _waiting(self._package, kinds=frozenset(self._waits)):
            calls = Calls(function)
            for event in events:
                slow = self._slow(function, event, calls)
                if slow is not None and not _meant(slow, self._package):
                    found.setdefault((function.full_name, slow.taken), []).append(slow)
        return found.values()

    def _slow(self, function: FunctionFacts, event: Blocking, calls: Calls) -> Slow | None:
        """What is slow about ``event``; None if all locks are there for it, or are taken and released by callees.

        A lock that a callee takes around its own work is told in the callee.
        """
        here = calls.held(event)
        if event.trace:
            # Given up on the way, and taken again there.
            here -= {lock.path for lock in event.held.released}
        candidates = []
        for lock in event.held.must:
            if lock.path in here and lock.path.root.kind is not RootKind.FRESH:
                taken = function.acquisition(lock.path, event.point)
                if taken is not None or calls.runs_literal(event):
                    span = taken.span if taken is not None else event.span
                    candidates.append(Slow(function, event, lock, span, given=taken is None))
        # The one that was taken first keeps the most waiting.
        candidates.sort(key=lambda slow: (slow.taken, slow.lock))
        for slow in candidates:
            if not self._purposes.serialises(slow.lock, event):
                sure = hurts(slow, self._package) and self._purposes.keeps_many_waiting(slow)
                doubts = doubt(slow, self._package) + self._purposes.doubt(slow)
                return slow._replace(doubt=min(2, doubts if sure else max(doubts, 2)))
        return None

    def finding(self, sections: list[list[Slow]]) -> Finding:
        """One finding for a lock and what is called under it: where it is surest, with the other places related."""
        slow = min(sections[0], key=_order)
        event = slow.event
        operation = _operation(slow, self._package)
        name = _lock_name(slow, self._package)
        waits = self._waits[event.kind]
        end = Related(event.origin or event.span, f"`{event.what}` {waits}")
        chain = f": it ends in `{event.what}`" if slow.trace else ""
        return Finding(
            span=slow.span,
            values={"operation": operation, "waits": waits, "lock": name},
            because=(
                f"whoever needs `{name}` waits as long as `{operation}` does{chain}",
                *self._kept_waiting(slow, name),
            ),
            related=(
                Related(slow.taken, f"`{name}` is locked here"),
                *((end,) if slow.trace else ()),
                *self._more(sections, slow),
            ),
            traces=call_trace(slow.trace, end),
            location=f"{slow.lock.location or name} {event.what}",
            symbol=slow.function.name,
            confidence=(Confidence.HIGH, Confidence.MEDIUM, Confidence.LOW)[slow.doubt],
        )

    def _kept_waiting(self, slow: Slow, name: str) -> Iterator[str]:
        """The evidence that the lock is there for more than this."""
        sections = self._purposes.sections(slow.lock)
        idle = [section for section in sections if not any(event.kind in self._waits for event in section.blocking)]
        if idle:
            example = f", such as the one in `{idle[0].function.name}`"
            yield f"{len(idle)} of {len(sections)} critical sections of `{name}` do nothing slow{example}"

    def _more(self, sections: list[list[Slow]], shown: Slow) -> Iterator[Related]:
        """Other slow work of the same critical section, and other sections that do the same."""
        told = {shown.span: ""}
        for one in sorted(sections[0], key=lambda one: one.span):
            told.setdefault(one.span, f"`{_operation(one, self._package)}` {self._waits[one.event.kind]} under it too")
        for section in sections[1:]:
            one = min(section, key=_order)
            told.setdefault(one.span, f"`{one.function.name}` does so too")
        del told[shown.span]
        return (Related(span, text) for span, text in list(told.items())[:MANY])


def _initialises(function: FunctionFacts) -> bool:
    """Whether it runs before anybody else does."""
    return not function.enclosing and (function.ir.func is None or function.name == "init")


def _operation(slow: Slow, package: PackageFacts) -> str:
    """What the source calls there."""
    text = call_text(slow.span, package).removeprefix("defer ")
    return slow.what if not text or text.startswith("func(") else text


def _lock_name(slow: Slow, package: PackageFacts) -> str:
    """The lock as it is written where it is taken; by its path where that names no field (embedded, by a helper)."""
    path = path_name(slow.lock.path, package)
    written = call_text(slow.taken, package).rpartition(".")[0]
    return written if written.rpartition(".")[2] == path.rpartition(".")[2] else path


def _meant(slow: Slow, package: PackageFacts) -> bool:
    """Whether a comment where the lock is taken or given back, or at the slow call, gives a reason for holding it."""
    text = " ".join(comment_above(package, at) for at in (slow.taken, slow.span))
    if _LOCKING.search(text) and _REASON.search(text):
        return True
    # What is said on the very line is about the lock, whether or not it says so.
    releases = [
        event.span
        for event in slow.function.locks
        if event.action is LockAction.RELEASE and event.lock.path == slow.lock.path and not event.trace
    ]
    return any(_REASON.search(comments_beside(package, at, at.start)) for at in (slow.taken, *releases))


_LOCKING = re.compile(r"\b(?:locks?|locked|locking|mutex|mu|holds?|holding|held)\b", re.IGNORECASE)
_REASON = re.compile(
    r"\b(?:ensures?|guarantees?|prevents?|avoids?|serializ\w+|serialis\w+|blocks?|so that|because|otherwise|on purpose"
    r"|deliberate\w*|intention\w*|whole|entire)\b",
    re.IGNORECASE,
)
