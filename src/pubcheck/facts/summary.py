"""A function's effect in terms of its parameters: what callers need to know, and all that leaves a package.

A summary names no local of its function: its paths start from parameters, package variables or cells that a closure
captures, and values that can't be told that way are left out.
"""

from __future__ import annotations

import msgspec

from pubcheck.facts.events import Access, Blocking, LockAction, LockEvent, Publication
from pubcheck.facts.locks import Lock, LockSet
from pubcheck.facts.paths import AccessPath, Root


class LockEffect(msgspec.Struct, frozen=True, gc=False):
    """How a call leaves a lock: acquired or released on ``every`` path to a return, or only on some.

    With action ``try`` the lock is held exactly when the boolean among the function's results at index ``result`` is
    true. ``needs`` are booleans without which it doesn't happen, as in ``LockEvent``.
    """

    action: LockAction
    lock: Lock
    every: bool = True
    result: int = 0
    needs: frozenset[tuple[AccessPath, bool]] = frozenset()


class Result(msgspec.Struct, frozen=True, gc=False):
    """What is known about one result.

    ``fresh``: memory that the function allocated and nobody else holds, on every path (nil aside). ``targets``: what it
    may point to, in the function's terms; a path with an ``@`` is a snapshot. ``loaded``: it was computed from what an
    atomic operation of the function gave. ``given``: parameters that it was computed from. ``items``: what the items of
    a fresh slice, array or map point to, where all of them are known.
    """

    fresh: bool = False
    targets: tuple[AccessPath, ...] = ()
    loaded: bool = False
    given: frozenset[int] = frozenset()
    items: tuple[AccessPath, ...] = ()


class Summary(msgspec.Struct, frozen=True, gc=False):
    """Everything about a function that its callers must know.

    Attributes:
        name: full name of the function, or a closure's.
        accesses: plain and atomic accesses through parameters, package variables and captured cells, one for each path
            and way. Owned ones are left out.
        locks: how a call leaves locks.
        acquired: acquisitions somewhere inside, one for each lock; ``held`` there is relative to the entry.
        blocking: what a call may wait for; at most a few of a kind. ``held`` there is relative to the entry.
        publications: of parameters, captured cells and package variables.
        results: one for each result.
        calls: parameters (function values) that are called before it returns, each with the locks that are then held,
            and those that it has unlocked for it without having locked them.
        starts: parameters that are run on another goroutine.
        registers: parameters that are registered as handlers, for many goroutines to run at some later time.
        runs: captured cells that hold functions which are called before it returns.
        spawns: it starts a goroutine, or a callee does.
        waits: it receives from a channel or waits for a group, so that what other goroutines did is ordered before its
            return.
        no_return: it never returns normally.
        known: false for a function whose body isn't there: then nothing above means anything.
    """

    name: str
    accesses: tuple[Access, ...] = ()
    locks: tuple[LockEffect, ...] = ()
    acquired: tuple[LockEvent, ...] = ()
    blocking: tuple[Blocking, ...] = ()
    publications: tuple[Publication, ...] = ()
    results: tuple[Result, ...] = ()
    calls: tuple[tuple[int, LockSet, LockSet], ...] = ()
    starts: frozenset[int] = frozenset()
    registers: frozenset[int] = frozenset()
    runs: frozenset[Root] = frozenset()
    spawns: bool = False
    waits: bool = False
    no_return: bool = False
    known: bool = True

    @property
    def only_results(self) -> bool:
        """Whether a call does nothing that the caller must know of but give its results."""
        return not (
            self.accesses
            or self.locks
            or self.acquired
            or self.blocking
            or self.publications
            or self.spawns
            or self.waits
        )


def unknown(name: str) -> Summary:
    """The summary of a function whose body isn't there."""
    return Summary(name, known=False)
