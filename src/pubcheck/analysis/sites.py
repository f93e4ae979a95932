"""One call: what it is given, where its results go, and what callees' paths mean to the caller."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.analysis.values import NOTHING, Value, read_from
from pubcheck.facts import DEREF, NO_LOCKS, NOTHING_HELD, AccessPath, Held, Lock, RootKind, longer
from pubcheck.flow import ir
from pubcheck.model.types import Signature

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pubcheck.analysis.frame import Frame
    from pubcheck.facts import LockSet, Point, Step, Trace
    from pubcheck.model.types import Type
    from pubcheck.source import Span


class Site:
    """A call while it is interpreted.

    ``values`` are the arguments (receiver first). ``results`` are filled by the effects of the callee. ``point`` and
    ``span`` are those of the ``defer`` for a deferred call.
    """

    __slots__ = (
        "_gathered",
        "_held",
        "_info",
        "_outer",
        "_pointers",
        "_traces",
        "_translated",
        "args",
        "deferred",
        "frame",
        "point",
        "results",
        "span",
        "targets",
        "values",
    )

    def __init__(  # noqa: PLR0913 a call has these parts
        self,
        frame: Frame,
        info: ir.CallInfo,
        targets: tuple[int, ...],
        point: Point,
        span: Span,
        *,
        bound: Sequence[Value] = (),
        deferred: bool = False,
    ) -> None:
        """Evaluate the arguments of ``info`` with ``bound`` before them."""
        self.frame = frame
        self.targets = targets
        self.point = point
        self.span = span
        self.deferred = deferred
        self._info = info
        self._gathered: int | None = None
        self.args: tuple[ir.Operand | None, ...] = (None,) * len(bound) + info.args if bound else info.args
        self.values: list[Value] = [_named(frame, operand) for operand in info.args]
        if bound:
            self.values[:0] = bound
        self._translated: dict[AccessPath, tuple[AccessPath, ...]] = {}
        self._pointers: dict[tuple[AccessPath, tuple[str, ...]], Sequence[AccessPath]] = {}
        self._held: dict[Held, Held] = {}
        self._outer = NOTHING_HELD
        self._traces: dict[tuple[str, int], Trace] = {}
        self.results: list[Value] = [NOTHING] * len(targets)

    def result(self, value: Value) -> None:
        """The first result is ``value``."""
        if self.results:
            self.results[0] = value

    @property
    def types(self) -> list[Type | None]:
        """The arguments' static types where known."""
        register_types = self.frame.fn.register_types
        return [
            register_types.get(operand) if type(operand) is int else getattr(operand, "type", None)
            for operand in self.args
        ]

    def paths(self, index: int) -> tuple[AccessPath, ...]:
        """What an argument may point to."""
        return self.values[index].targets if index < len(self.values) else ()

    # --- a callee's terms in the caller's

    def translate(self, path: AccessPath) -> tuple[AccessPath, ...]:
        """A callee's path as the caller names it before the call has any effect; none if it can't."""
        found = self._translated.get(path)
        if found is None:
            found = self._translated[path] = self._translate(path)
        return found

    def _translate(self, path: AccessPath) -> tuple[AccessPath, ...]:
        kind = path.root.kind
        steps = path.steps
        if kind is RootKind.GLOBAL:
            return (path,)
        if kind is RootKind.PARAM:
            index = path.root.index
            if index >= len(self.values):
                return ()
            if index == self.gathered:
                # The call makes a slice of the last arguments, which the callee alone has.
                if len(steps) < 2 or steps[0][0] != "[" or steps[1] != DEREF:
                    return ()
                steps = steps[1:]
                starts = tuple(dict.fromkeys(each for value in self.values[index:] for each in value.targets))
            else:
                starts = self.values[index].targets
            if steps and steps[0] == DEREF:
                steps = steps[1:]
            else:
                starts = tuple(source for start in starts if (source := read_from(start)) is not None)
        elif kind is RootKind.CELL:
            starts = (AccessPath(path.root),)
        else:
            return ()
        if not steps:
            return starts
        found: list[AccessPath] = []
        for start in starts:
            found += self._follow(start, steps)
        return tuple(found)

    @property
    def gathered(self) -> int:
        """As ``_gathered``, with the receiver that a method value has bound; worked out once."""
        if self._gathered is None:
            self._gathered = _gathered(self._info) + len(self.args) - len(self._info.args)
        return self._gathered

    def _follow(self, start: AccessPath, steps: tuple[str, ...]) -> Sequence[AccessPath]:
        """``start`` and ``steps``, through what the caller knows to be stored on the way."""
        if start.root not in self.frame.state.memory or DEREF not in steps:
            whole = longer(start, steps)
            return () if whole is None else (whole,)
        last = len(steps) - steps[::-1].index(DEREF)
        at = self._pointed(start, steps[:last])
        direct = steps[last:]
        return [whole for path in at if (whole := longer(path, direct)) is not None] if direct else at

    def _pointed(self, start: AccessPath, steps: tuple[str, ...]) -> Sequence[AccessPath]:
        """As ``_follow``, where the last step goes through a pointer: many paths of a callee begin like that."""
        found = self._pointers.get((start, steps))
        if found is None:
            content = self.frame.state.content
            found = [target for path in self._follow(start, steps[:-1]) for target in content(path).targets]
            self._pointers[start, steps] = found
        return found

    def one(self, path: AccessPath | None) -> AccessPath | None:
        """As ``translate``, if there is just one answer."""
        if path is None:
            return None
        found = self.translate(path)
        return found[0] if len(found) == 1 else None

    def locks(self, locks: LockSet, *, sure: bool) -> LockSet:
        """A callee's locks in the caller's terms; with ``sure`` only those that can be told exactly."""
        if not locks:
            return NO_LOCKS
        found: set[Lock] = set()
        for lock in locks:
            paths = self.translate(lock.path)
            if len(paths) == 1 or not sure:
                found.update(Lock(path, lock.mode) for path in paths)
        return frozenset(found)

    def trace(self, step: Step, inner: Trace) -> Trace:
        """``step``, which is this call, before the ``inner`` chain, which events of the callee share, and so do these.

        The callee's summary keeps ``inner`` alive.
        """
        key = (step.callee, id(inner))
        found = self._traces.get(key)
        if found is None:
            found = self._traces[key] = (step, *inner)
        return found

    def held(self, inner: Held) -> Held:
        """What is held at an event of the callee."""
        outer = self.frame.state.held
        if inner is NOTHING_HELD or inner == NOTHING_HELD:
            return outer
        if outer is not self._outer:
            self._held = {}
            self._outer = outer
        found = self._held.get(inner)
        if found is None:
            found = self._held[inner] = self._combined(outer, inner)
        return found

    def _combined(self, outer: Held, inner: Held) -> Held:
        released = self.locks(inner.released, sure=False)
        must, may = outer.must, outer.may
        if released:
            gone = {lock.path for lock in released}
            must = frozenset([lock for lock in must if lock.path not in gone])
            may = frozenset([lock for lock in may if lock.path not in gone])
        return Held.of(
            must | self.locks(inner.must, sure=True), may | self.locks(inner.may, sure=False), outer.released | released
        )


_NOWHERE = 1 << 16


def _gathered(info: ir.CallInfo) -> int:
    """The first of the arguments that a variadic callee gets in a slice; beyond all where they stay as they are."""
    callee = info.callee
    if info.spread or type(callee) is not ir.StaticCallee:
        return _NOWHERE
    type_ = callee.func.type
    if type(type_) is not Signature or not type_.variadic:
        return _NOWHERE
    return len(type_.params) - 1 + (callee.func.receiver is not None)


def _named(frame: Frame, operand: ir.Operand) -> Value:
    value = frame.value(operand)
    if type(operand) is int and not value.targets and value.const is None:
        somewhere = (frame.opaque(operand),)
        return Value(somewhere) if value is NOTHING else value.pointing(somewhere)
    return value
