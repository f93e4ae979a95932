"""Something slow is done while a mutex is held: everybody who needs the lock waits for it."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from pubcheck.diagnostic import Confidence, Related
from pubcheck.facts import BlockKind, Point, RootKind
from pubcheck.rules.finding import Finding
from pubcheck.rules.support.wording import call_text, call_trace, path_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.analysis.package import Section
    from pubcheck.facts import AccessPath, Blocking, Call, Location, Lock, Trace
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
_SLOW = frozenset((*_WAITS, BlockKind.STREAM))

_FILES = frozenset((BlockKind.DISK, BlockKind.FSYNC))
_FAMILIES = (
    _FILES | {BlockKind.STREAM},
    frozenset((BlockKind.NETWORK, BlockKind.RPC, BlockKind.STREAM)),
    frozenset((BlockKind.DATABASE,)),
    frozenset((BlockKind.PROCESS,)),
)
MOSTLY = 0.75
"""The share of a lock's critical sections that are slow from which on the lock is there for what they do."""

NEAR, FAR = 2, 4
"""Calls on the way to the one that waits: up to the first it is as sure as a direct call, beyond the second not."""

_ENDS = frozenset(("Close", "Shutdown", "Stop"))
"""Methods by which, in Go's libraries, an object ends."""

MANY = 5
"""Other places that a finding names."""


class _Slow(NamedTuple):
    """Slow work in ``function`` under ``lock``, which was taken at ``taken``."""

    function: FunctionFacts
    event: Blocking
    lock: Lock
    taken: Span

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
        return self.trace[0].callee if self.trace else self.event.what

    @property
    def doubt(self) -> int:
        """0 where it is sure to wait, 1 for files (they are often quick) and at the end of a few calls, 2 beyond those.

        The longer the chain, the more conditions on the way that nobody has looked at. Once an object is being closed,
        there is little left that others could want it for, and its files want to be flushed.
        """
        event = self.event
        calls = len(self.trace)
        ends = self.function.name.rpartition(".")[2] in _ENDS
        doubts = (
            event.kind is BlockKind.DISK,
            not event.certain,
            calls > NEAR,
            calls > FAR,
            ends,
            ends and event.kind in _FILES,
        )
        return min(2, sum(doubts))


def check(package: PackageFacts, *, logging: bool = False) -> Iterator[Finding]:
    """Find blocking calls under a lock that this very function acquired; its callees' calls are told at the call.

    Args:
        package: the facts.
        logging: count writes to standard output and error, and logging, as slow too.
    """
    search = _Search(package, _WAITS | _OUTPUT if logging else _WAITS)
    alike: dict[tuple[str, str], list[list[_Slow]]] = {}
    for section in search.sections():
        first = min(section, key=_order)
        alike.setdefault((str(first.lock.location or first.lock), first.what), []).append(section)
    for sections in alike.values():
        sections.sort(key=lambda section: _order(min(section, key=_order)))
        yield search.finding(sections)


def _order(slow: _Slow) -> tuple[int, Span]:
    return slow.doubt, slow.span


class _Search:
    """What is slow under the locks of one package."""

    def __init__(self, package: PackageFacts, waits: Mapping[BlockKind, str]) -> None:
        self._package = package
        self._waits = waits
        self._sections: dict[Location, tuple[Section, ...]] = {}

    def sections(self) -> Iterable[list[_Slow]]:
        """The slow work of each critical section that does any and isn't there for it."""
        found: dict[tuple[str, Span], list[_Slow]] = {}
        for function in self._package.functions:
            if function.test or _initialises(function):
                continue
            calls = _Calls(function)
            for event in function.blocking:
                if event.kind in self._waits and event.held.must:
                    slow = self._slow(function, event, calls)
                    if slow is not None and not _meant(slow, self._package):
                        found.setdefault((function.full_name, slow.taken), []).append(slow)
        return found.values()

    def _slow(self, function: FunctionFacts, event: Blocking, calls: _Calls) -> _Slow | None:
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
                    candidates.append(_Slow(function, event, lock, taken.span if taken is not None else event.span))
        # The one that was taken first keeps the most waiting.
        candidates.sort(key=lambda slow: (slow.taken, slow.lock))
        return next((slow for slow in candidates if not self._serialises(slow.lock, event)), None)

    def _of(self, lock: Lock) -> tuple[Section, ...]:
        location = lock.location
        if location is None:
            return ()
        known = self._sections.get(location)
        if known is None:
            known = self._sections[location] = self._package.sections(location)
        return known

    def _serialises(self, lock: Lock, event: Blocking) -> bool:
        """Whether the lock is there to keep apart what ``event`` does: such a lock guards no data that others want.

        That is so where nearly every one of several critical sections is slow, where every one works on the same file
        or connection, and where there is but one and no way through it without I/O.
        """
        sections = self._of(lock)
        busy = sum(any(other.kind in _SLOW for other in section.blocking) for section in sections)
        if len(sections) > 1 and busy >= len(sections) * MOSTLY:
            return True
        family = next((family for family in _FAMILIES if event.kind in family), None)
        if family is None or not sections:
            return False
        if len(sections) == 1 and _unavoidable(sections[0], family):
            return True
        subject = event.subject.location if event.subject is not None else None
        shared = frozenset.intersection(*(_subjects(section, family) for section in sections))
        return bool(shared) and (subject is None or subject in shared)

    def finding(self, sections: list[list[_Slow]]) -> Finding:
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

    def _kept_waiting(self, slow: _Slow, name: str) -> Iterator[str]:
        """The evidence that the lock is there for more than this."""
        sections = self._of(slow.lock)
        idle = [section for section in sections if not any(event.kind in self._waits for event in section.blocking)]
        if idle:
            example = f", such as the one in `{idle[0].function.name}`"
            yield f"{len(idle)} of {len(sections)} critical sections of `{name}` do nothing slow{example}"

    def _more(self, sections: list[list[_Slow]], shown: _Slow) -> Iterator[Related]:
        """Other slow work of the same critical section, and other sections that do the same."""
        told = {shown.span: ""}
        for one in sorted(sections[0], key=lambda one: one.span):
            told.setdefault(one.span, f"`{_operation(one, self._package)}` {self._waits[one.event.kind]} under it too")
        for section in sections[1:]:
            one = min(section, key=_order)
            told.setdefault(one.span, f"`{one.function.name}` does so too")
        del told[shown.span]
        return (Related(span, text) for span, text in list(told.items())[:MANY])


class _Calls:
    """The calls of a function, by where they are."""

    def __init__(self, function: FunctionFacts) -> None:
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


def _initialises(function: FunctionFacts) -> bool:
    """Whether it runs before anybody else does."""
    return not function.enclosing and (function.ir.func is None or function.name == "init")


def _subjects(section: Section, family: frozenset[BlockKind]) -> frozenset[Location]:
    """The files or connections that a critical section works on, where they are kept beside its lock."""
    lock = section.acquire.lock.path
    return frozenset(
        event.subject.location
        for event in section.blocking
        if event.kind in family
        and event.subject is not None
        and event.subject.location is not None
        and _together(event.subject, lock)
    )


def _together(subject: AccessPath, lock: AccessPath) -> bool:
    """Whether both belong to one object, or to the package."""
    return subject.root == lock.root or subject.root.kind is lock.root.kind is RootKind.GLOBAL


def _unavoidable(section: Section, family: frozenset[BlockKind]) -> bool:
    """Whether there is no way through ``section`` without I/O."""
    order = section.function.order
    blocks = section.function.ir.blocks
    points = [event.point for event in section.blocking if event.kind in family]
    ends = [Point(end, len(blocks[end].instructions) - 1) for end in order.exits]
    return order.all_pass_one(section.acquire.point, ends, points)


def _operation(slow: _Slow, package: PackageFacts) -> str:
    """What the source calls there."""
    text = call_text(slow.span, package).removeprefix("defer ")
    return slow.what if not text or text.startswith("func(") else text


def _lock_name(slow: _Slow, package: PackageFacts) -> str:
    """The lock as it is written where it is taken; by its path where that names no field (embedded, by a helper)."""
    path = path_name(slow.lock.path, package)
    written = call_text(slow.taken, package).rpartition(".")[0]
    return written if written.rpartition(".")[2] == path.rpartition(".")[2] else path


def _meant(slow: _Slow, package: PackageFacts) -> bool:
    """Whether a comment where the lock is taken, or at the slow call, gives a reason for holding it."""
    source = package.package.source
    file = next((one for one in source.files if one.source.path == slow.taken.path), None) if source else None
    if file is None:
        return False
    comments = file.tree.comments_by_place
    text = " ".join(each.text for at in (slow.taken, slow.span) for each in comments.doc(at.start))
    return bool(_LOCKING.search(text) and _REASON.search(text))


_LOCKING = re.compile(r"\b(?:locks?|locked|locking|mutex|mu|holds?|holding|held)\b", re.IGNORECASE)
_REASON = re.compile(
    r"\b(?:ensures?|guarantees?|prevents?|avoids?|serializ\w+|serialis\w+|blocks?|so that|because|otherwise|on purpose"
    r"|deliberate\w*|intention\w*|whole|entire)\b",
    re.IGNORECASE,
)
