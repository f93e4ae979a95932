"""What of a function's paths means anything to its callers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.facts import AccessPath, Held, LockSet, Root, RootKind

if TYPE_CHECKING:
    from pubcheck.analysis.frame import Frame


class Visible:
    """A predicate: whether a path means anything to callers of one function."""

    __slots__ = ("_captured", "kept")

    def __init__(self, captured: frozenset[Root]) -> None:
        """``captured`` are the cells that the function shares with those around it."""
        self._captured = captured
        self.kept: dict[Held, Held] = {}
        """What ``kept_held`` has told: a function's events share few sets of locks."""

    def __call__(self, path: AccessPath | None) -> bool:
        """Whether ``path`` does."""
        if path is None:
            return False
        kind = path.root.kind
        if kind is RootKind.CELL:
            return path.root in self._captured
        return kind is RootKind.PARAM or kind is RootKind.GLOBAL


def visibility(frame: Frame) -> Visible:
    """What is visible to callers of the function in ``frame``."""
    return Visible(frozenset(frame.cell(var) for var in frame.fn.captures))


def kept_locks(locks: LockSet, visible: Visible) -> LockSet:
    """The locks of which callers can be told."""
    if not locks:
        return locks
    kept = [lock for lock in locks if visible(lock.path)]
    return locks if len(kept) == len(locks) else frozenset(kept)


def kept_held(held: Held, visible: Visible) -> Held:
    """As ``kept_locks``, for what is held."""
    kept = visible.kept.get(held)
    if kept is None:
        kept = Held.of(*[kept_locks(each, visible) for each in (held.must, held.may, held.released)])
        visible.kept[held] = kept
    return kept
