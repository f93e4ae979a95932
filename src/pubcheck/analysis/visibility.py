"""What of a function's paths means anything to its callers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from pubcheck.facts import AccessPath, Held, LockSet, RootKind

if TYPE_CHECKING:
    from pubcheck.analysis.frame import Frame

Visible = Callable[[AccessPath | None], bool]


def visibility(frame: Frame) -> Visible:
    """A predicate: whether a path means anything to callers of the function in ``frame``."""
    captured = {frame.cell(var) for var in frame.fn.captures}

    def visible(path: AccessPath | None) -> bool:
        if path is None:
            return False
        kind = path.root.kind
        return kind in (RootKind.PARAM, RootKind.GLOBAL) or (kind is RootKind.CELL and path.root in captured)

    return visible


def kept_locks(locks: LockSet, visible: Visible) -> LockSet:
    """The locks of which callers can be told."""
    if all(visible(lock.path) for lock in locks):
        return locks
    return frozenset(lock for lock in locks if visible(lock.path))


def kept_held(held: Held, visible: Visible) -> Held:
    """As ``kept_locks``, for what is held."""
    must, may, released = (kept_locks(each, visible) for each in (held.must, held.may, held.released))
    if (must, may, released) == (held.must, held.may, held.released):
        return held
    return Held.of(must, may, released)
