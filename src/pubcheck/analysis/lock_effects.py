"""Locks in summaries: what a function does to those of its callers, and what that means at a call."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pubcheck.analysis.libraries import NO_FLAGS, flags, is_flag, tell_lock, tell_release
from pubcheck.analysis.order import Order
from pubcheck.analysis.values import NOTHING, Value
from pubcheck.analysis.visibility import Visible, kept_held
from pubcheck.facts import (
    NOTHING_HELD,
    AccessPath,
    Held,
    Lock,
    LockAction,
    LockEffect,
    LockEvent,
    Mode,
    Point,
    Root,
    RootKind,
    Step,
    Summary,
)
from pubcheck.model.structure import underlying
from pubcheck.model.types import Signature

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis.frame import Frame
    from pubcheck.analysis.sites import Site
    from pubcheck.analysis.state import State

MAX_TRACE = 8
"""Calls down a chain that are told."""
MAX_ACQUIRED = 24
"""Acquisitions that callers are told of."""


# --- at a call


def acquisitions(site: Site, summary: Summary, step: Step, *, certain: bool) -> Iterator[LockEvent]:
    """The locks that the callee takes on its way, as far as they can be told exactly and it isn't told not to."""
    here = flags(site.frame.state.facts)
    for event in summary.acquired:
        path = site.one(event.lock.path)
        there = outer_needs(site, event.needs)
        if path is None or there is None or len(event.trace) >= MAX_TRACE:
            continue
        yield LockEvent(
            LockAction.ACQUIRE,
            Lock(path, event.lock.mode),
            site.point,
            site.span,
            site.held(event.held),
            deferred=site.deferred,
            trace=site.trace(step, event.trace),
            origin=event.origin or event.span,
            under=here,
            needs=there,
            certain=event.certain and certain,
            exit=site.frame.exit,
        )


def outer_needs(site: Site, inner: frozenset[tuple[AccessPath, bool]]) -> frozenset[tuple[AccessPath, bool]] | None:
    """What a callee's booleans must be in the caller's terms; None where this call's are others."""
    if not inner:
        return NO_FLAGS
    found = set()
    state = site.frame.state
    for path, wanted in inner:
        root = path.root
        value = NOTHING
        if root.kind is RootKind.CELL:
            value = state.content(AccessPath(root))
        elif root.kind is RootKind.PARAM and root.index < len(site.values):
            value = site.values[root.index]
        known = state.truth(value)
        if known is None:
            outer = value.targets[0] if len(value.targets) == 1 else _UNNAMED
            found.add((outer if is_flag(outer) else _UNNAMED, wanted))
        elif known is not wanted:
            return None
    return frozenset(found) if found else NO_FLAGS


_UNNAMED = AccessPath(Root(RootKind.OPAQUE, -1, ""))


def apply(site: Site, summary: Summary, step: Step) -> None:
    """Leave locks as the callee does."""
    frame = site.frame
    for effect in summary.locks:
        locks = tuple(Lock(path, effect.lock.mode) for path in site.translate(effect.lock.path))
        needed = outer_needs(site, effect.needs)
        if not locks or needed is None or (needed and effect.action is LockAction.ACQUIRE):
            continue
        if _is_for_writing(site, effect, summary):
            continue
        if effect.action is LockAction.ACQUIRE:
            tell_lock(site, LockAction.ACQUIRE, locks, (step,))
            if _gives_function(site):
                held = frame.state.held
                frame.state.held = Held.of(held.must, held.may | set(locks), held.released)
            else:
                frame.state.acquire(locks)
        elif effect.action is LockAction.RELEASE:
            tell_release(site, locks, (step,), needs=needed, every=effect.every)
        elif len(locks) == 1 and effect.result < len(site.results):
            tell_lock(site, LockAction.TRY, locks, (step,))
            site.results[effect.result] = Value(key=("try", site.point, locks[0]), lock=locks[0])


def _is_for_writing(site: Site, effect: LockEffect, summary: Summary) -> bool:
    """Whether what is taken for reading at least, on all ways, is taken for writing in this call, as a flag says."""
    if effect.action is not LockAction.ACQUIRE or effect.lock.mode is not Mode.SHARED:
        return False
    return any(
        other.action is LockAction.ACQUIRE
        and other.lock.path == effect.lock.path
        and other.needs
        and outer_needs(site, other.needs) == NO_FLAGS
        for other in summary.locks
    )


def keyed(site: Site, method: str) -> None:
    """``Lock(key)`` of what has a lock for each key: one may be held from here on; nobody knows which."""
    taken = _KEYED.get(method)
    if taken is not None and len(site.values) > 1:
        held = site.frame.state.held
        locks = {Lock(path, Mode.EXCLUSIVE) for path in site.values[0].targets}
        may = held.may | locks if taken else held.may - locks
        site.frame.state.held = Held.of(held.must, may, held.released)


_KEYED = {"Lock": True, "RLock": True, "Unlock": False, "RUnlock": False}


def take_over(site: Site, summary: Summary) -> None:
    """A goroutine that unlocks what it hasn't locked has the lock from here on, or may have it."""
    state = site.frame.state
    for effect in summary.locks:
        if effect.action is not LockAction.RELEASE:
            continue
        locks = tuple(Lock(path, effect.lock.mode) for path in site.translate(effect.lock.path))
        if locks and effect.every:
            state.release(locks)
        elif locks:
            held = state.held
            state.held = Held.of(held.must - set(locks), held.may, held.released | set(locks))


def _gives_function(site: Site) -> bool:
    """Whether a result is a function: of one that leaves a lock held it is there to unlock, nobody knows when."""
    types = site.frame.fn.register_types
    return any(type(underlying(types[register])) is Signature for register in site.targets if register in types)


# --- of a function


def effects(frame: Frame, visible: Visible) -> tuple[LockEffect, ...]:
    """How a call of the function in ``frame`` leaves locks."""
    ends = [frame.returns[index] for index in sorted(frame.returns)]
    states = [state.held for state, _ in ends]
    if not ends or (states.count(NOTHING_HELD) == len(states) and not frame.out.get("locks")):
        return ()
    held_after = {lock for held in states for lock in held.may if visible(lock.path)}
    given_up = {lock for held in states for lock in held.released if visible(lock.path)}
    # What was unlocked and locked again is held by the caller as before.
    again = held_after & given_up
    # What only some returns leave locked is told apart by a boolean that callers give or get, or taken for unlocked.
    # What is held in one mode and given back in the other was given back first.
    found = [LockEffect(LockAction.RELEASE, lock, _always_released(frame, lock)) for lock in sorted(given_up - again)]
    # Who calls takes them in the same order.
    times = {event.lock: time for time, event in enumerate(frame.out.get("locks", ()))}
    for lock in sorted(held_after - again, key=lambda each: (times.get(each, -1), each)):
        always = all(lock in held.must for held in states)
        needed = frozenset() if always else _deciding(ends, lock)
        if always or needed:
            found.append(LockEffect(LockAction.ACQUIRE, lock, always, needs=needed))
    told = {effect.lock for effect in found}
    found += [effect for effect in _attempts(ends) if visible(effect.lock.path) and effect.lock not in told]
    return tuple(found)


def _deciding(ends: list[tuple[State, tuple[Value, ...]]], lock: Lock) -> frozenset[tuple[AccessPath, bool]]:
    """The parameters and captured cells each of which decides whether ``lock`` is held when the function returns."""
    found: frozenset[tuple[AccessPath, bool]] | None = None
    for state, _ in ends:
        if lock in state.held.must:
            here = flags(state.facts)
        elif lock in state.held.may:
            here = flags(dict(state.conditional.get(lock, ())))
        else:
            here = frozenset((path, not way) for path, way in flags(state.facts))
        found = here if found is None else found & here
    return found or frozenset()


def _always_released(frame: Frame, lock: Lock) -> bool:
    """Whether every way to a return gives ``lock`` back, and none takes it before."""
    order = Order(frame.fn)
    mine = [event for event in frame.out.get("locks", ()) if event.lock.path == lock.path]
    events = [event for event in mine if event.action is LockAction.RELEASE and event.certain]
    return len(events) == len(mine) and all(
        any(
            event.exit == block if event.deferred else order.dominates(event.point, order.end(block))
            for event in events
        )
        for block in frame.returns
    )


def _attempts(ends: list[tuple[State, tuple[Value, ...]]]) -> Iterator[LockEffect]:
    """Locks that are held exactly when a boolean result says so."""
    for result in range(min(len(values) for _, values in ends)):
        tried = {values[result].lock for _, values in ends}
        only = tried.pop() if len(tried) == 1 else None
        if only is not None:
            yield LockEffect(LockAction.TRY, only, result=result)
            continue
        held: dict[bool, list[Held]] = {True: [], False: []}
        for state, values in ends:
            way = state.truth(values[result])
            if way is None:
                break
            held[way].append(state.held)
        else:
            if held[True] and held[False]:
                common = frozenset.intersection(*(each.must for each in held[True]))
                for lock in sorted(common.difference(*(each.may for each in held[False]))):
                    yield LockEffect(LockAction.TRY, lock, result=result)


def acquired(frame: Frame, visible: Visible) -> tuple[LockEvent, ...]:
    """Of several ways to one lock the first that doesn't let go of it before, and that nothing prevents."""
    events = frame.both("locks", "inner_locks")
    kept: dict[object, LockEvent] = {}
    for event in events:
        if event.action is LockAction.ACQUIRE and visible(event.lock.path):
            given_up = any(event.lock.path == lock.path for lock in event.held.released)
            needed = event.under | event.needs
            key = (event.lock, given_up, needed)
            if key not in kept and len(kept) < MAX_ACQUIRED:
                held = kept_held(event.held, visible)
                certain = event.certain and (bool(needed) or not _is_optional(frame, event))
                kept[key] = msgspec.structs.replace(event, held=held, under=frozenset(), needs=needed, certain=certain)
    return tuple(kept.values())


def _is_optional(frame: Frame, event: LockEvent) -> bool:
    """Whether the function goes on in the same place with the lock and without: its callers may have it already.

    What decides is something that callers can't be asked for, as they can for a flag.
    """
    if event.trace or event.point.block == 0:
        return False
    order = Order(frame.fn)
    mine = [each for each in frame.out.get("locks", ()) if each.lock.path == event.lock.path]
    taken = [each.point for each in mine if each.action is not LockAction.RELEASE]
    given = [each for each in mine if each.action is LockAction.RELEASE]
    behind = [order.end(each.exit) if each.deferred else each.point for each in given]
    return any(order.reaches(event.point, at) and not order.passes_one(Point(0, -1), at, taken) for at in behind)
