"""What is known about a value at run time, and where two of them meet."""

from __future__ import annotations

from collections.abc import Hashable, Mapping

import msgspec

from pubcheck.facts import DEREF, SNAPSHOT, AccessPath, Lock, Point, RootKind
from pubcheck.flow import ir
from pubcheck.model.symbols import Func
from pubcheck.model.types import Type

Points = frozenset[Point]
NO_POINTS: Points = frozenset()

MAX_TARGETS = 4
"""A value that may point to more places than this points anywhere."""


class Code(msgspec.Struct, frozen=True, gc=False):
    """A function value: a declared function or a literal, with the receiver that a method value has bound."""

    func: Func | None
    closure: ir.Function | None
    bound: tuple[Value, ...] = ()


class Value(msgspec.Struct, frozen=True, gc=False):
    """An abstract value.

    Attributes:
        targets: what it may point to; for a value read from ``p`` that is ``p.*``, whatever its type.
        parts: for a struct value, what the pointers in it may point to.
        depends: atomic operations, and parameters (see ``given``), that it was computed from.
        const: the constant that it is.
        key: equal for two values that are certainly equal; None when nothing can be said.
        code: the function that it is.
        type: the concrete type of an interface value.
        lock: for a boolean, the lock that is held if it is true (``TryLock``).
        shared: a Locker of a lock's shared mode (``RLocker``).
        shortened: a slice that ends before its backing store's elements do: to append is to overwrite them.
        clipped: a slice without spare capacity: to append is to copy.
        wide: it may point to more places than are kept apart.
    """

    targets: tuple[AccessPath, ...] = ()
    parts: tuple[AccessPath, ...] = ()
    depends: Points = NO_POINTS
    const: ir.Const | None = None
    key: Hashable = None
    code: Code | None = None
    type: Type | None = None
    lock: Lock | None = None
    shared: bool = False
    shortened: bool = False
    clipped: bool = False
    wide: bool = False

    def concrete(self, type_: Type | None) -> Value:
        """The value as an interface that holds a value of ``type_``."""
        return self if type_ is None else msgspec.structs.replace(self, type=type_)

    def pointing(self, targets: tuple[AccessPath, ...]) -> Value:
        """The value, now known to point to ``targets``."""
        return msgspec.structs.replace(self, targets=targets)

    def depending(self, points: Points) -> Value:
        """The value, found through atomic operations at ``points``."""
        if points <= self.depends:
            return self
        return msgspec.structs.replace(self, depends=self.depends | points if self.depends else points)

    def sliced(self, targets: tuple[AccessPath, ...], *, shortened: bool, clipped: bool) -> Value:
        """A part of a slice: the same memory."""
        return Value(
            targets, depends=self.depends, shortened=shortened or (self.shortened and not clipped), clipped=clipped
        )


NOTHING = Value()
WIDE = Value(wide=True)


def join(left: Value, right: Value) -> Value:
    """The value where two paths meet."""
    if left is right or left == right:
        return left
    depends = left.depends if left.depends == right.depends else left.depends | right.depends
    if left.wide or right.wide:
        return msgspec.structs.replace(WIDE, depends=depends) if depends else WIDE
    targets = left.targets
    if right.targets != targets:
        targets = tuple(sorted({*targets, *right.targets}))
    parts = left.parts
    if right.parts != parts:
        parts = tuple(sorted({*parts, *right.parts}))
    if len(targets) > MAX_TARGETS or len(parts) > MAX_TARGETS * 2:
        return msgspec.structs.replace(WIDE, depends=depends) if depends else WIDE
    return Value(
        targets,
        parts,
        depends,
        left.const if left.const == right.const else None,
        left.key if left.key == right.key else None,
        left.code if left.code == right.code else None,
        left.type if left.type == right.type else None,
        left.lock if left.lock == right.lock else None,
        left.shared and right.shared,
        left.shortened or right.shortened,
        left.clipped and right.clipped,
    )


def contents(path: AccessPath) -> Value:
    """What memory holds of which nothing else is known."""
    inner = path.then(DEREF)
    return WIDE if inner is None else Value((inner,))


def given(index: int) -> Point:
    """What stands, among the operations that a value depends on, for the parameter at ``index``."""
    return Point(-1, index)


def parameter_of(value: Value) -> int | None:
    """The parameter whose value this is."""
    if len(value.targets) == 1:
        target = value.targets[0]
        if target.root.kind is RootKind.PARAM and target.steps == (DEREF,):
            return target.root.index
    return None


def read_from(target: AccessPath) -> AccessPath | None:
    """The memory that a value with this target was read from; None if it is the address of named memory."""
    steps = target.steps
    if steps and steps[-1] == DEREF:
        return AccessPath(target.root, steps[:-1])
    return None


def key_of(value: Value) -> Hashable:
    """A key that equal values share; None when nothing can be said."""
    if value.key is not None:
        return value.key
    if value.const is not None:
        return ("const", value.const.value) if value.const.known else None
    if len(value.targets) == 1 and SNAPSHOT not in value.targets[0].steps:
        return ("at", value.targets[0])
    return None


def stored_around(known: Mapping[AccessPath, Value], steps: tuple[str, ...]) -> AccessPath | None:
    """The longest of the paths in ``known`` that lead to ``steps`` from the same root, and stop before."""
    found: AccessPath | None = None
    length, longest = -1, len(steps)
    for at in known:
        there = at.steps
        if length < len(there) < longest and steps[: len(there)] == there:
            found, length = at, len(there)
    return found
