"""Flags that tell apart the paths that meet: when one is tested, what depends on the path is known again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.analysis.values import Value, join, key_of

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from pubcheck.analysis.state import State
    from pubcheck.facts import Lock

Fact = tuple["Hashable", bool]
"""A condition, by the key of its value, and which way it went."""


class Side:
    """One of two paths that meet: what is known on it, also of flags that only the join has a name for."""

    __slots__ = ("conditional", "facts", "held", "state")

    def __init__(self, state: State) -> None:
        """Begin with what ``state`` tells."""
        self.state = state
        self.held = state.held
        self.facts = state.facts
        self.conditional = state.conditional

    def call(self, value: Value, key: Hashable) -> None:
        """From the join on ``key`` stands for ``value``, and no longer for what it did on this path."""
        known = self.state.truth(value)
        own, negated = positive(key_of(value))
        if own == key:
            return
        if known is not None:
            self.facts = {**self.facts, key: known}
        elif key in self.facts:
            self.facts = {fact: way for fact, way in self.facts.items() if fact != key}
        if self.conditional:
            self.conditional = {
                lock: frozenset(fact for fact in facts if fact[0] != key)
                | {(key, way is not negated) for fact, way in facts if fact == own}
                for lock, facts in self.conditional.items()
            }

    def tells(self, value: Value) -> bool:
        """Whether the path is known by ``value``: it is a constant here, or decides whether a lock is held."""
        if constant_truth(value) is not None:
            return True
        own = positive(key_of(value))[0] if self.conditional else None
        return own is not None and any(fact == own for facts in self.conditional.values() for fact, _ in facts)


def join_registers(left: Side, right: Side, block: int) -> Mapping[int, Value]:
    """The registers; a flag among them that tells the sides apart gets a name."""
    mine, theirs = left.state.registers, right.state.registers
    if mine is theirs or mine == theirs:
        return mine
    met = {**theirs, **mine}
    for register, value in mine.items():
        other = theirs.get(register)
        if other is None or other == value:
            continue
        both = join(value, other)
        if both.key is None and (left.tells(value) or right.tells(other)):
            key = ("phi", block, register)
            both = Value(both.targets, both.parts, both.depends, key=key)
            left.call(value, key)
            right.call(other, key)
        met[register] = both
    return met


def positive(key: Hashable) -> tuple[Hashable, bool]:
    """A key without its negations, and whether they are odd."""
    negated = False
    while isinstance(key, tuple) and key[0] == "!":
        key, negated = key[1], not negated
    return key, negated


def constant_truth(value: Value) -> bool | None:
    """The boolean constant that ``value`` is; None for anything else."""
    constant = value.const
    return constant.value if constant is not None and isinstance(constant.value, bool) else None


def deciding(left: Side, right: Side, lock: Lock) -> frozenset[Fact]:
    """Facts of the left side each of which decides, after the join, whether ``lock`` is held."""
    mine, theirs = left.facts, right.facts
    candidates = mine.items() if lock in left.held.must else left.conditional.get(lock, ())
    if not candidates:
        return _NO_FACTS
    if lock in right.held.must:
        return frozenset(fact for fact in candidates if theirs.get(fact[0]) is fact[1])
    if lock in right.held.may:
        return right.conditional.get(lock, _NO_FACTS).intersection(candidates)
    return frozenset(fact for fact in candidates if theirs.get(fact[0]) is (not fact[1]))


_NO_FACTS: frozenset[Fact] = frozenset()
