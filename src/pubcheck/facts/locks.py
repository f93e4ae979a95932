"""Locks and what is held at a point.

*Must* is what is held on every path to a point (intersection at joins; asked for "unprotected"), *may* what
is held on some path (union; asked for "still held" and "locked twice"). What was held when the function was
entered is not in either: it is the function's ``Contract``.
"""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec

from pubcheck.facts.paths import AccessPath, Location, location_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Mode(StrEnum):
    """How a lock is held."""

    EXCLUSIVE = "exclusive"
    SHARED = "shared"


class Lock(msgspec.Struct, frozen=True, gc=False, order=True, cache_hash=True):
    """The access path of a mutex and how it is held.

    Two equalities, never to be confused: within one goroutine the *path* must match, across goroutines only the
    *location* can.
    """

    path: AccessPath
    mode: Mode = Mode.EXCLUSIVE

    @property
    def location(self) -> Location | None:
        """The lock's type and field path (or variable), for comparing across goroutines."""
        return location_of(self.path)

    def __str__(self) -> str:
        return str(self.path) if self.mode is Mode.EXCLUSIVE else f"{self.path} (shared)"


LockSet = frozenset[Lock]
"""A set of locks; a lock held in both modes is two members of a may set, and exclusive alone in a must set."""

NO_LOCKS: LockSet = frozenset()


def meet(left: LockSet, right: LockSet) -> LockSet:
    """Must sets at a join: what both sides hold; exclusive here and shared there is shared.

    A must set names each path once.
    """
    if left is right or left == right:
        return left
    common = left & right
    weaker = {lock.path for lock in left - common} & {lock.path for lock in right - common}
    return common | {Lock(path, Mode.SHARED) for path in weaker} if weaker else common


def union(left: LockSet, right: LockSet) -> LockSet:
    """May sets at a join."""
    if left is right or right <= left:
        return left
    return left | right


def at_most(left: LockSet, right: LockSet) -> bool:
    """Whether ``left`` promises no more than ``right`` as must sets: the order whose meet is ``meet``."""
    return meet(left, right) == left


def locations(locks: Iterable[Lock]) -> frozenset[Location]:
    """The locations of ``locks`` that have one."""
    return frozenset(lock.location for lock in locks if lock.location is not None)


def modes(locks: Iterable[Lock]) -> dict[Location, Mode]:
    """How the locks of each location are held: exclusively if one of them is."""
    found: dict[Location, Mode] = {}
    for lock in locks:
        location = lock.location
        if location is not None and found.get(location) is not Mode.EXCLUSIVE:
            found[location] = lock.mode
    return found


def held_by_all(held: Sequence[LockSet]) -> LockSet:
    """The locks of the first of ``held`` whose locations all others hold too; in shared mode where one of them does."""
    known = [modes(locks) for locks in held]
    return frozenset(
        lock if all(each[lock.location] is Mode.EXCLUSIVE for each in known) else Lock(lock.path, Mode.SHARED)
        for lock in (held[0] if held else NO_LOCKS)
        if lock.location is not None and all(lock.location in each for each in known)
    )


class Held(msgspec.Struct, frozen=True, gc=False, cache_hash=True):
    """What a point holds.

    ``must`` and ``may`` were acquired in this function (or by a callee that left them locked). ``released`` are locks
    that this function unlocked without having locked them, on some path to here: a lock of the entry contract that is
    in it isn't held any more.
    """

    must: LockSet = NO_LOCKS
    may: LockSet = NO_LOCKS
    released: LockSet = NO_LOCKS

    @staticmethod
    def of(must: LockSet, may: LockSet, released: LockSet) -> Held:
        """One object for equal sets: every event of every caller has one, and in a package few of them differ."""
        return _shared(must, may, released)

    def join(self, other: Held) -> Held:
        """Where two paths meet."""
        if self is other or self == other:
            return self
        return _shared(meet(self.must, other.must), union(self.may, other.may), union(self.released, other.released))

    def leq(self, other: Held) -> bool:
        """Whether ``other`` describes every execution that this one does."""
        return at_most(other.must, self.must) and self.may <= other.may and self.released <= other.released


NOTHING_HELD = Held()


@lru_cache(maxsize=32768)
def _shared(must: LockSet, may: LockSet, released: LockSet) -> Held:
    return Held(_one(must), _one(may), _one(released))


@lru_cache(maxsize=65536)
def _one(locks: LockSet) -> LockSet:
    """The first of equal sets: what certainly is held is mostly all that may be."""
    return locks


class Contract(msgspec.Struct, frozen=True, gc=False):
    """What a function may rely on when it is entered.

    ``held`` are locks that every caller holds (in the function's own terms: rooted at parameters or package variables).
    ``unknown`` says that some lock is held without telling which (a ``...Locked`` name, a comment): then nothing the
    function does is known to be unprotected. ``declared`` tells that its name or comment says so. ``evidence`` is a
    sentence for messages, empty for the empty contract.

    ``excluded`` are locks that no caller may hold; one in shared mode may be held for reading. ``annotated`` tells that
    annotations made for a checker say all this; then ``taken`` and ``given_back`` are what a call leaves locked and
    unlocked, ``handed`` where the locks of its results are that it leaves locked, ``aliases`` pairs of names for one
    lock, and a function that is ``ignored`` isn't looked at itself.
    """

    held: LockSet = NO_LOCKS
    unknown: bool = False
    evidence: str = ""
    declared: bool = False
    excluded: LockSet = NO_LOCKS
    annotated: bool = False
    ignored: bool = False
    taken: LockSet = NO_LOCKS
    given_back: LockSet = NO_LOCKS
    handed: frozenset[Location] = frozenset()
    aliases: tuple[tuple[AccessPath, AccessPath], ...] = ()


NO_CONTRACT = Contract()
