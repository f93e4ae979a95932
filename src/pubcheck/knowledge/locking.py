"""Package sync, and what is built like it."""

from __future__ import annotations

import re

from pubcheck.facts import BlockKind, Mode, PublicationKind, Start
from pubcheck.knowledge.effect import (
    Acquires,
    Blocks,
    CallsFunction,
    Effect,
    Joins,
    Loads,
    Publishes,
    Releases,
    ReturnsArgument,
    ReturnsFresh,
    SharedView,
    StartsFunction,
    Table,
    Tries,
    methods,
    rows,
)


def _lock(owner: str, *, shared: bool) -> Table:
    table = (
        methods(owner, "Lock", Acquires(Mode.EXCLUSIVE))
        | methods(owner, "Unlock", Releases(Mode.EXCLUSIVE))
        | methods(owner, "TryLock", Tries(Mode.EXCLUSIVE))
    )
    if shared:
        table |= (
            methods(owner, "RLock", Acquires(Mode.SHARED))
            | methods(owner, "RUnlock", Releases(Mode.SHARED))
            | methods(owner, "TryRLock", Tries(Mode.SHARED))
            | methods(owner, "RLocker", SharedView())
        )
    return table


_ACQUIRES, _RELEASES = (Acquires(Mode.EXCLUSIVE),), (Releases(Mode.EXCLUSIVE),)
_ACQUIRES_SHARED, _RELEASES_SHARED = (Acquires(Mode.SHARED),), (Releases(Mode.SHARED),)
LIKE_A_LOCKER: dict[str, tuple[str, tuple[Effect, ...]]] = {
    "Lock": ("Unlock", _ACQUIRES),
    "Unlock": ("Lock", _RELEASES),
    "lock": ("unlock", _ACQUIRES),
    "unlock": ("lock", _RELEASES),
    "RLock": ("RUnlock", _ACQUIRES_SHARED),
    "RUnlock": ("RLock", _RELEASES_SHARED),
    "TryLock": ("Unlock", (Tries(Mode.EXCLUSIVE),)),
    "TryRLock": ("RUnlock", (Tries(Mode.SHARED),)),
}
"""Methods of an interface that is a locker: the other method of the pair, and what a call does."""

UNRESOLVED_LOCKER: dict[str, tuple[Effect, ...]] = {
    "Lock": _ACQUIRES,
    "Unlock": _RELEASES,
    "RLock": _ACQUIRES_SHARED,
    "RUnlock": _RELEASES_SHARED,
}
"""Methods without arguments or results of a type whose package isn't at hand: a mutex of somebody's own."""

UNRESOLVED_WAIT = re.compile(r"(?:\w+And)?Wait")
"""The whole name of a method without arguments of such a type: it counts goroutines, or tells them to end."""

_DROP_IN_LOCKS = (
    ("*github.com/sasha-s/go-deadlock.Mutex", False),
    ("*github.com/sasha-s/go-deadlock.RWMutex", True),
    ("*github.com/linkdata/deadlock.Mutex", False),
    ("*github.com/linkdata/deadlock.RWMutex", True),
    ("*internal/sync.Mutex", False),  # the standard library's own, below sync
)

TABLE: Table = (
    _lock("*sync.Mutex", shared=False)
    | _lock("*sync.RWMutex", shared=True)
    | methods("sync.Locker", "Lock", Acquires(Mode.EXCLUSIVE))
    | methods("sync.Locker", "Unlock", Releases(Mode.EXCLUSIVE))
    | methods("*sync.Once", "Do", CallsFunction(1, once=True), Joins())
    | rows("sync.OnceFunc sync.OnceValue sync.OnceValues", ReturnsArgument(0))
    | methods("*sync.WaitGroup", "Wait", Blocks(BlockKind.WAIT, 0), Joins())
    | methods("*sync.WaitGroup", "Go", StartsFunction(1, Start.STARTER))
    | methods("*sync.Cond", "Wait", Blocks(BlockKind.COND, 0), Joins())
    | methods("*sync.Map", "Load", Loads())
    | methods("*sync.Map", "LoadOrStore", Publishes(PublicationKind.SYNC_MAP, 2), Loads())
    | methods("*sync.Map", "Store Swap", Publishes(PublicationKind.SYNC_MAP, 2))
    | methods("*sync.Map", "CompareAndSwap", Publishes(PublicationKind.SYNC_MAP, 3))
    | methods("*sync.Map", "Range", CallsFunction(1))
    | methods("*sync.Pool", "Get", ReturnsFresh())
    | methods("*sync.Pool", "Put", Publishes(PublicationKind.POOL, 1))
)
for _owner, _shared in _DROP_IN_LOCKS:
    TABLE |= _lock(_owner, shared=_shared)
