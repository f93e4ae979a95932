"""What a called function finds under a lock, and returns when it has given that back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.facts import DEREF, AccessPath, LockAction, RootKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts
    from pubcheck.facts import Call, Lock


def given(callee: FunctionFacts, index: int) -> tuple[AccessPath, ...]:
    """What the result ``index`` of ``callee`` may point to, or the items of the slice that it is."""
    results = callee.summary.results
    return (results[index].targets or results[index].items) if index < len(results) else ()


def let_go(callee: FunctionFacts, index: int, call: Call) -> frozenset[AccessPath]:
    """The locks, as the caller names them, under which ``callee`` finds what it gives as its result ``index``.

    None of them is held when it returns.
    """
    if not any(event.action is LockAction.RELEASE for event in callee.locks):
        return frozenset()
    if any(effect.action is LockAction.ACQUIRE for effect in callee.summary.locks):
        return frozenset()
    places = {place for path in given(callee, index) if path.root.kind is RootKind.PARAM for place in _holders(path)}
    reads = [one for one in callee.accesses if not one.writes and one.path in places]
    if not reads:
        return frozenset()
    held = frozenset.intersection(*map(callee.protection, reads)) - callee.contract.held
    return frozenset(named for lock in held if (named := _as_named(lock, call)) is not None)


def _holders(path: AccessPath) -> Iterator[AccessPath]:
    """What holds the pointer to ``path``, and the variable that has the container of that."""
    holder = AccessPath(path.root, path.steps[:-1]) if path.steps[-1:] == (DEREF,) else path
    yield holder
    if holder.is_element and holder.steps[-2:-1] == (DEREF,):
        yield AccessPath(path.root, holder.steps[:-2])


def _as_named(lock: Lock, call: Call) -> AccessPath | None:
    """The lock in the terms of the function that calls; None where that isn't one."""
    root, steps = lock.path.root, lock.path.steps
    if root.kind is not RootKind.PARAM or steps[:1] != (DEREF,) or root.index >= len(call.args):
        return None
    targets = call.args[root.index].targets
    return targets[0].then(*steps[1:]) if len(targets) == 1 else None
