"""Which locks of a package are taken while which others are held, with the places and the calls that lead there.

Locks are told apart by their location, as all comparisons across goroutines must. Two locks of one location are left
out: which of them comes first is a matter of instances, that only the running program knows.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis.portions import by_portion
from pubcheck.facts import LockAction, Mode, RootKind, locations

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.analysis.portions import Portion
    from pubcheck.facts import Location, Lock, LockEvent
    from pubcheck.source import Span

Pair = tuple["Location", "Location"]


class Nesting(NamedTuple):
    """``function`` acquires a lock by ``event``, itself or by a call, while it holds ``outer``."""

    function: FunctionFacts
    outer: Lock
    event: LockEvent

    @property
    def inner(self) -> Lock:
        """The lock that is acquired."""
        return self.event.lock

    @property
    def place(self) -> Span:
        """The acquisition itself, wherever it stands."""
        return self.event.origin or self.event.span

    @property
    def gates(self) -> frozenset[Location]:
        """Other locks that are held exclusively meanwhile: of two who hold one of them, one waits outside.

        What the function unlocks without having locked it, it holds until then.
        """
        held = self.function.protection(self.event) | self.event.held.must
        gone = {lock.path for lock in self.event.held.released}
        given = {
            effect.lock
            for effect in self.function.summary.locks
            if effect.action is LockAction.RELEASE and effect.every and effect.lock.path not in gone
        }
        return locations(lock for lock in held | given if lock.mode is Mode.EXCLUSIVE)

    @property
    def related(self) -> bool:
        """Whether one lock is reached from where the other is, so that they belong together."""
        outer, inner = self.outer.path.root, self.inner.path.root
        return outer == inner or RootKind.GLOBAL in (outer.kind, inner.kind)

    @property
    def taken(self) -> Span | None:
        """Where the function acquired the outer lock; None if its callers hold it."""
        event = self.function.acquisition(self.outer.path, self.event.point)
        return event.span if event is not None else None


def same_kind(one: Lock, other: Lock) -> bool:
    """Whether two locks of one location may be one lock.

    They aren't if their struct is embedded in others that differ, or lies in different fields of one kind of object.
    """
    mine, theirs = _embedded_in(one), _embedded_in(other)
    return (not mine or not theirs or mine == theirs) and not _in_siblings(one, other)


def _in_siblings(one: Lock, other: Lock) -> bool:
    """Whether the paths to two locks part, seen from the locks, at two fields of one struct."""
    for mine, theirs in zip(_fields(one), _fields(other), strict=False):
        if mine != theirs:
            return mine.rpartition(".")[0] == theirs.rpartition(".")[0] != ""
    return False


def _fields(lock: Lock) -> list[str]:
    """The fields that lead to ``lock``, the last one first."""
    return [step for step in reversed(lock.path.steps) if step[0] not in "*@["]


def _embedded_in(lock: Lock) -> str:
    """The type that embeds the struct which has the lock, as far as the path tells."""
    owner = ""
    for inner, outer in pairwise(_fields(lock)):
        struct, _, name = outer.rpartition(".")
        if name != inner.rpartition(".")[0].rpartition(".")[2]:
            break
        owner = struct
    return owner


def nestings(package: PackageFacts) -> dict[Pair, tuple[Nesting, ...]]:
    """For each two locations the places where the second lock is acquired under the first, each place once.

    A place that several functions lead to is told in the one that acquired the outer lock, the nearest of them.
    """
    found: dict[Pair, dict[Span, Nesting]] = defaultdict(dict)
    for (outer, inner), nesting in _nestings(package):
        known = found[outer, inner].get(nesting.place)
        if known is None or _nearness(nesting) < _nearness(known):
            found[outer, inner][nesting.place] = nesting
    return {pair: tuple(places[span] for span in sorted(places)) for pair, places in found.items()}


@by_portion
def _nestings(_package: PackageFacts, portion: Portion) -> Iterator[tuple[Pair, Nesting]]:
    for function in portion.functions:
        for nesting in _nested(function) if not function.test else ():
            outer, inner = nesting.outer.location, nesting.inner.location
            if outer is not None and inner is not None:
                yield (outer, inner), nesting


def _nearness(nesting: Nesting) -> tuple[bool, int, Span]:
    return nesting.taken is None, len(nesting.event.trace), nesting.event.span


def _nested(function: FunctionFacts) -> Iterator[Nesting]:
    for event in _acquisitions(function):
        held = event.held.must | function.protection(event)
        if not held:
            continue
        if event.lock.location in locations(held) or _private(event.lock):
            continue
        for outer in held:
            if not _private(outer):
                yield Nesting(function, outer, event)


def _acquisitions(function: FunctionFacts) -> Iterable[LockEvent]:
    """The acquisitions that wait for the lock."""
    for event in (*function.locks, *function.inner_locks):
        if event.action is LockAction.ACQUIRE and not event.needs:
            yield event


def _private(lock: Lock) -> bool:
    """Whether the lock belongs to an object that was made here: nobody waits for it."""
    return lock.path.root.kind is RootKind.FRESH
