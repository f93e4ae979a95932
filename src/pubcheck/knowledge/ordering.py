"""Which happens-before edge an operation makes, what it compiles to, and what that costs.

Costs are those of an uncontended operation on memory that is in the cache, on cores of today at about 3 GHz: orders of
magnitude, which contention multiplies by ten to a hundred. All of Go's atomic operations are sequentially consistent,
so that a store costs more than the release alone would.
"""

from __future__ import annotations

import msgspec

from pubcheck.facts import AtomicKind
from pubcheck.knowledge.atomics import TABLE
from pubcheck.knowledge.effect import AtomicOp


class Ordering(msgspec.Struct, frozen=True, gc=False):
    """What an operation does to the order of things.

    Attributes:
        releases: what was done before it is seen by whoever acquires on the same location afterwards.
        acquires: what others did before they released is seen after it.
        edge: the edge, as a sentence.
        amd64: instructions and cost.
        arm64: likewise.
        cost: where it isn't a matter of instructions.
    """

    releases: bool
    acquires: bool
    edge: str
    amd64: str = ""
    arm64: str = ""
    cost: str = ""


_STORES = "a load that sees the value"
_ATOMIC = {
    AtomicKind.LOAD: Ordering(
        releases=False,
        acquires=True,
        edge="the store whose value it sees happens before it, and so does all that came before that store",
        amd64="`MOV`: loads are ordered anyway; about 1 ns",
        arm64="`LDAR`: 3 to 5 cycles, 1 to 2 ns",
    ),
    AtomicKind.STORE: Ordering(
        releases=True,
        acquires=False,
        edge=f"it, and all that came before it, happens before {_STORES}",
        amd64="`XCHG`, which locks by itself and is a full barrier: 20 to 40 cycles, 6 to 13 ns",
        arm64="`STLR`: 3 to 5 cycles, 1 to 2 ns",
    ),
    AtomicKind.ADD: Ordering(
        releases=True,
        acquires=True,
        edge=f"it happens after the operation whose value it adds to, and before {_STORES}",
        amd64="`LOCK XADD`: 20 to 40 cycles, 6 to 13 ns",
        arm64="`LDADDAL`, or a loop of `LDAXR` and `STLXR` before ARMv8.1: 10 to 20 cycles, 3 to 7 ns",
    ),
    AtomicKind.SWAP: Ordering(
        releases=True,
        acquires=True,
        edge=f"it happens after the operation whose value it returns, and before {_STORES}",
        amd64="`XCHG`: 20 to 40 cycles, 6 to 13 ns",
        arm64="`SWPAL`, or a loop of `LDAXR` and `STLXR` before ARMv8.1: 10 to 20 cycles, 3 to 7 ns",
    ),
    AtomicKind.CAS: Ordering(
        releases=True,
        acquires=True,
        edge=f"where it succeeds, it happens after the operation whose value it replaces, and before {_STORES}; "
        "where it fails it is a load",
        amd64="`LOCK CMPXCHG`: 25 to 45 cycles, 8 to 15 ns; about 3 ns where it fails",
        arm64="`CASAL`, or a loop of `LDAXR` and `STLXR` before ARMv8.1: 10 to 20 cycles, 3 to 7 ns",
    ),
    AtomicKind.AND: Ordering(
        releases=True,
        acquires=True,
        edge=f"it happens after the operation whose value it changes, and before {_STORES}",
        amd64="`LOCK AND`, or a loop of `LOCK CMPXCHG` where the result is used: 6 to 15 ns",
        arm64="`LDCLRAL`, or a loop of `LDAXR` and `STLXR` before ARMv8.1: 3 to 7 ns",
    ),
    AtomicKind.OR: Ordering(
        releases=True,
        acquires=True,
        edge=f"it happens after the operation whose value it changes, and before {_STORES}",
        amd64="`LOCK OR`, or a loop of `LOCK CMPXCHG` where the result is used: 6 to 15 ns",
        arm64="`LDSETAL`, or a loop of `LDAXR` and `STLXR` before ARMv8.1: 3 to 7 ns",
    ),
}

_CAS_FAST = "one compare-and-swap where nobody waits: about 15 ns for `Lock` and `Unlock` together"
_READ_FAST = "an atomic add each where nobody writes: about 20 ns for `RLock` and `RUnlock` together"
_ONCE = "an atomic load, about 1 ns, once the function has run"

SEND = Ordering(
    releases=True,
    acquires=True,
    edge="it happens before the receive of that value completes; with a capacity of C it happens after the receive of "
    "the value C places before it",
    cost="about 80 ns into a buffer, 200 ns from hand to hand",
)
RECEIVE = Ordering(
    releases=True,
    acquires=True,
    edge="the send of the value, or the close that it reports, happens before it; without a buffer it happens before "
    "that send completes",
    cost="about 80 ns from a buffer, 200 ns from hand to hand",
)
CLOSE = Ordering(
    releases=True, acquires=False, edge="it happens before a receive that returns because the channel is closed"
)
GO = Ordering(
    releases=True,
    acquires=False,
    edge="it happens before the goroutine begins; that the goroutine ends is no release: nothing follows from it",
    cost="about 300 ns to start a goroutine, and 2 KiB of stack",
)


def _release(edge: str, cost: str = "") -> Ordering:
    return Ordering(releases=True, acquires=False, edge=edge, cost=cost)


def _acquire(edge: str, cost: str = "") -> Ordering:
    return Ordering(releases=False, acquires=True, edge=edge, cost=cost)


def _both(edge: str, cost: str = "") -> Ordering:
    return Ordering(releases=True, acquires=True, edge=edge, cost=cost)


_LOCK = _acquire("every earlier `Unlock` of the mutex happens before it", _CAS_FAST)
_UNLOCK = _release("it happens before the next `Lock` of the mutex returns", _CAS_FAST)
_TRY = _acquire("where it succeeds it is a `Lock`; where it fails it orders nothing", _CAS_FAST)
_ONCE_DO = _both("the one run of the function happens before any call returns", _ONCE)

_CALLS = {
    "(*sync.Mutex).Lock": _LOCK,
    "(*sync.Mutex).Unlock": _UNLOCK,
    "(*sync.Mutex).TryLock": _TRY,
    "(*sync.RWMutex).Lock": _acquire("every earlier `Unlock` and `RUnlock` happens before it", _CAS_FAST),
    "(*sync.RWMutex).Unlock": _release("it happens before the next `Lock` or `RLock` returns", _CAS_FAST),
    "(*sync.RWMutex).TryLock": _TRY,
    "(*sync.RWMutex).RLock": _acquire("every earlier `Unlock` happens before it; readers aren't ordered", _READ_FAST),
    "(*sync.RWMutex).RUnlock": _release("it happens before the next `Lock` returns; no reader acquires it", _READ_FAST),
    "(*sync.RWMutex).TryRLock": _TRY,
    "(*sync.Once).Do": _ONCE_DO,
    "sync.OnceFunc": _ONCE_DO,
    "sync.OnceValue": _ONCE_DO,
    "sync.OnceValues": _ONCE_DO,
    "(*sync.WaitGroup).Add": _release("with a negative number it is `Done`: it happens before the `Wait` that it ends"),
    "(*sync.WaitGroup).Done": _release("it happens before the `Wait` that it ends returns"),
    "(*sync.WaitGroup).Go": _release("it happens before the goroutine begins, whose end happens before `Wait` returns"),
    "(*sync.WaitGroup).Wait": _acquire("every `Done` that it waited for happens before it returns"),
    "(*golang.org/x/sync/errgroup.Group).Go": _release(
        "it happens before the goroutine begins, whose end happens before `Wait` returns"
    ),
    "(*golang.org/x/sync/errgroup.Group).Wait": _acquire("the end of every function of the group happens before it"),
    "(*sync.Cond).Signal": _release("it happens before the `Wait` that it wakes returns"),
    "(*sync.Cond).Broadcast": _release("it happens before each `Wait` that it wakes returns"),
    "(*sync.Cond).Wait": _both("it unlocks, and locks again after the `Signal` or `Broadcast` that wakes it"),
    "(*sync.Pool).Put": _release("it happens before the `Get` that returns the value"),
    "(*sync.Pool).Get": _acquire("the `Put` of the value that it returns happens before it"),
    "(*sync.Map).Store": _release("it happens before a read that sees the value"),
    "(*sync.Map).Load": _acquire("the write of the value that it sees happens before it"),
    "(*sync.Map).LoadOrStore": _both("it is a read of what is there, or else a write"),
    "(*sync.Map).LoadAndDelete": _both("it is a read of what is there, and a write"),
    "(*sync.Map).Delete": _release("it happens before a read that sees it"),
    "(*sync.Map).Swap": _both("it is a read of what is there, and a write"),
    "(*sync.Map).CompareAndSwap": _both("where it succeeds it is a read and a write"),
    "(*sync.Map).CompareAndDelete": _both("where it succeeds it is a read and a write"),
    "(*sync.Map).Range": _acquire("the write of each value that it sees happens before the call with it"),
    "time.AfterFunc": _release("it happens before the function runs, on a goroutine of its own"),
    "context.AfterFunc": _release("the cancellation happens before the function runs, on a goroutine of its own"),
}  # fmt: skip


def ordering(callee: str) -> Ordering | None:
    """What a call of the library function of that full name does to the order of things; None if that isn't known."""
    found = _CALLS.get(callee)
    if found is not None:
        return found
    operation = next((effect for effect in TABLE.get(callee, ()) if isinstance(effect, AtomicOp)), None)
    return None if operation is None else _ATOMIC[operation.kind]
