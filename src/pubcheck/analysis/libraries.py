"""Calls of library functions whose effects are known: one small function for each kind of effect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from pubcheck import knowledge
from pubcheck.analysis import memory, streams
from pubcheck.analysis.kinds import refers, struct_name
from pubcheck.analysis.values import Value
from pubcheck.facts import (
    DEREF,
    ELEMENT,
    SNAPSHOT,
    Access,
    AccessKind,
    AccessPath,
    Atomic,
    AtomicKind,
    Blocking,
    BlockKind,
    Lock,
    LockAction,
    LockEvent,
    Mode,
    Operand,
    PublicationKind,
    Root,
    RootKind,
)
from pubcheck.model.structure import underlying
from pubcheck.model.types import Map, Pointer

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping

    from pubcheck.analysis.sites import Site
    from pubcheck.facts import Trace


NO_FLAGS: frozenset[tuple[AccessPath, bool]] = frozenset()
"""The one empty set: each of its kind that is made anew takes as much memory as the event around it."""


def apply(site: Site, name: str, effects: tuple[knowledge.Effect, ...]) -> bool:
    """Do what the library function ``name`` does; true if it never returns."""
    ends = False
    for effect in effects:
        if type(effect) is knowledge.Exits:
            ends = True
        else:
            _HANDLERS[type(effect)](site, name, effect)
    return ends


# --- locks


def _locks(site: Site, mode: Mode) -> tuple[Lock, ...]:
    value = site.values[0] if site.values else None
    if value is None:
        return ()
    if value.shared:
        mode = Mode.SHARED
    return tuple(Lock(site.frame.world.canonical_lock(path), mode) for path in value.targets)


def tell_lock(site: Site, action: LockAction, locks: tuple[Lock, ...], trace: Trace = ()) -> None:
    """Record what is done to one of ``locks``, before it is done."""
    frame = site.frame
    frame.out["locks"].append(
        LockEvent(
            action,
            locks[0],
            site.point,
            site.span,
            frame.state.held,
            deferred=site.deferred,
            trace=trace,
            under=flags(frame.state.facts),
            certain=len(locks) == 1,
            exit=frame.exit,
        )
    )


def tell_release(
    site: Site,
    locks: tuple[Lock, ...],
    trace: Trace = (),
    *,
    needs: frozenset[tuple[AccessPath, bool]] = NO_FLAGS,
    every: bool = True,
) -> None:
    """Release one of ``locks`` and record it; with ``needs`` or not ``every`` it may not happen."""
    frame = site.frame
    held = frame.state.held
    meant = frame.state.release(locks)
    frame.out["locks"].append(
        LockEvent(
            LockAction.RELEASE,
            meant[0],
            site.point,
            site.span,
            held,
            deferred=site.deferred,
            trace=trace,
            mode=locks[0].mode,
            under=flags(frame.state.facts),
            needs=needs,
            certain=every and len(locks) == 1,
            exit=frame.exit,
        )
    )


def flags(facts: Mapping[Hashable, bool]) -> frozenset[tuple[AccessPath, bool]]:
    """The boolean parameters and captured cells that are known to be so."""
    found = [
        (key[1], way) for key, way in facts.items() if isinstance(key, tuple) and key[0] == "at" and is_flag(key[1])
    ]
    return frozenset(found) if found else NO_FLAGS


def is_flag(path: AccessPath) -> bool:
    """Whether ``path`` is the value of a parameter or a cell."""
    return path.steps == (DEREF,) and path.root.kind in (RootKind.PARAM, RootKind.CELL)


def _acquires(site: Site, _name: str, effect: knowledge.Acquires) -> None:
    locks = _locks(site, effect.mode)
    if locks:
        tell_lock(site, LockAction.ACQUIRE, locks)
        site.frame.state.acquire(locks)


def _releases(site: Site, _name: str, effect: knowledge.Releases) -> None:
    locks = _locks(site, effect.mode)
    if locks:
        tell_release(site, locks)


def _tries(site: Site, _name: str, effect: knowledge.Tries) -> None:
    locks = _locks(site, effect.mode)
    if locks:
        tell_lock(site, LockAction.TRY, locks)
    if len(locks) == 1:
        site.result(Value(key=("try", site.point, locks[0]), lock=locks[0]))


def _shared_view(site: Site, _name: str, _effect: knowledge.SharedView) -> None:
    site.result(Value(site.paths(0), shared=True))


# --- atomics


def _atomic(site: Site, name: str, effect: knowledge.AtomicOp) -> None:
    frame = site.frame
    state = frame.state
    operands = tuple(frame.operand(arg) for arg in site.args[1:] if arg is not None)
    if effect.delta:
        operands = (Operand(known=True, value=effect.delta),)
    atomic = Atomic(effect.kind, effect.style, effect.width, operands, bool(site.targets), name)
    kind = AccessKind.WRITE if effect.kind.writes else AccessKind.READ
    paths = site.paths(0)
    after = state.publications_of_all(paths)
    for path in paths:
        frame.out["accesses"].append(
            Access(
                kind=kind,
                path=path,
                point=site.point,
                span=site.span,
                function=frame.fn.name,
                held=state.held,
                atomic=atomic,
                owned=frame.owned(path),
                certain=len(paths) == 1,
                after=after,
            )
        )
    published = None
    stored = len(site.values) - 1
    if stored and effect.kind in _STORES and _holds_pointer(site, stored):
        value = site.values[stored]
        published = frame.publish(
            PublicationKind.ATOMIC,
            value.parts or value.targets,
            paths[0] if len(paths) == 1 else None,
            site.span,
            point=site.point,
        )
    depends = frozenset((site.point,))
    if effect.kind is AtomicKind.LOAD:
        targets = tuple(inner for path in paths if (inner := path.then(SNAPSHOT)) is not None)
        site.result(Value(targets, depends=depends))
    else:
        swapped = effect.kind is AtomicKind.CAS and published is not None
        site.result(Value(depends=depends, key=("cas", site.point, published) if swapped else None))


_STORES = frozenset((AtomicKind.STORE, AtomicKind.SWAP, AtomicKind.CAS))


def _holds_pointer(site: Site, index: int) -> bool:
    type_ = site.types[index]
    return type_ is None or refers(type_)


# --- waiting


def _blocks(site: Site, name: str, effect: knowledge.Blocks) -> None:
    subject = None
    if effect.subject is not None:
        paths = site.paths(effect.subject)
        subject = paths[0] if len(paths) == 1 else None
    kind = effect.kind
    if subject is not None:
        kind = streams.standard(subject) or kind
    _tell_blocking(site, name, kind, subject)


def _tell_blocking(site: Site, name: str, kind: BlockKind, subject: AccessPath | None) -> None:
    frame = site.frame
    needs = flags(frame.state.facts)
    frame.out["blocking"].append(Blocking(kind, name, subject, site.point, site.span, frame.state.held, needs=needs))


def wait_by_name(site: Site, name: str) -> None:
    """Wait as ``name``, that of a method which isn't seen, says it does; nobody is accused for that."""
    paths = site.paths(0)
    subject = paths[0] if len(paths) == 1 else None
    held = site.frame.state.held
    blocking = Blocking(BlockKind.WAIT, name, subject, site.point, site.span, held, certain=False)
    site.frame.out["blocking"].append(blocking)
    site.frame.join_others()


def _forwards(site: Site, name: str, effect: knowledge.Forwards) -> None:
    index = effect.argument
    if index < len(site.values):
        inside = index == 0 and name.startswith("(")
        stream = streams.used(site, site.values[index], site.types[index], effect.method, inside=inside)
        if stream is not None:
            _tell_blocking(site, name, stream.kind, stream.subject)


def _wraps(site: Site, _name: str, effect: knowledge.Wraps) -> None:
    if site.targets and effect.argument < len(site.values):
        site.result(streams.wrapper(site, effect.argument))


def _joins(site: Site, _name: str, _effect: knowledge.Joins) -> None:
    site.frame.join_others()


# --- memory


def _mutates(site: Site, name: str, effect: knowledge.Mutates) -> None:
    targets = site.paths(effect.argument)
    whole = _struct_behind(site, effect.argument)
    if whole:
        memory.write_whole(site.frame, targets, site.span, whole, via=name)
    else:
        memory.write_elements(site.frame, targets, site.span, via=name)
    if targets and targets[0].root.kind is RootKind.CELL and not targets[0].steps:
        site.frame.state.forget(targets[0])


def _struct_behind(site: Site, index: int) -> str:
    """The declared type of the struct that an argument points to; empty if it points to something else."""
    type_ = site.types[index] if index < len(site.types) else None
    return site.frame.world.owner(struct_name(type_.element)) or "" if type(type_) is Pointer else ""


def _reads_items(site: Site, _name: str, effect: knowledge.ReadsItems) -> None:
    index = effect.argument
    type_ = site.types[index] if index < len(site.types) else None
    if type_ is not None and type(underlying(type_)) is Map:
        memory.read_elements(site.frame, site.paths(index), site.span)


def _returns_fresh(site: Site, _name: str, _effect: knowledge.ReturnsFresh) -> None:
    if not site.targets:
        return
    frame = site.frame
    register = site.targets[0]
    root = Root(RootKind.FRESH, register, frame.opaque(register).root.name)
    if frame.loop:
        frame.state.renew(root)
    depends: frozenset[Any] = frozenset()
    for value in site.values:
        depends |= value.depends
    site.result(Value((AccessPath(root),), depends=depends))
    # A shallow copy: its elements are those of the original.
    if site.values and len(site.values[0].targets) == 1:
        original = site.values[0].targets[0].then(ELEMENT)
        copied = AccessPath(root).then(ELEMENT)
        if original is not None and copied is not None:
            frame.state.store(copied, frame.state.content(original))


def _returns_argument(site: Site, name: str, effect: knowledge.ReturnsArgument) -> None:
    if effect.argument < len(site.values):
        value = site.values[effect.argument]
        site.result(msgspec.structs.replace(value, clipped=value.clipped or name == "slices.Clip"))


# --- functions


def _loads(site: Site, _name: str, _effect: knowledge.Loads) -> None:
    site.result(Value(tuple(inner for path in site.paths(0) if (inner := path.then(SNAPSHOT)) is not None)))


def _publishes(site: Site, name: str, effect: knowledge.Publishes) -> None:
    if effect.argument >= len(site.values) or not _holds_pointer(site, effect.argument):
        return
    value = site.values[effect.argument]
    into = site.paths(0)
    published = site.frame.publish(
        effect.kind, value.parts or value.targets, into[0] if len(into) == 1 else None, site.span, point=site.point
    )
    outcome = _OUTCOMES.get(name)
    if published is not None and outcome is not None and outcome[0] < len(site.results):
        won: Hashable = ("cas", site.point, published)
        position, stored = outcome
        site.results[position] = Value(key=won if stored else ("!", won))


_OUTCOMES = {"(*sync.Map).LoadOrStore": (1, False), "(*sync.Map).CompareAndSwap": (0, True)}
"""The result that tells whether the value was stored, and which truth says so."""


def _starts(site: Site, name: str, effect: knowledge.StartsFunction) -> None:
    from pubcheck.analysis.calls import hand_over  # noqa: PLC0415 calls and libraries run each other

    if effect.argument < len(site.values):
        hand_over(site, effect.argument, effect.start, name)


def _calls(site: Site, _name: str, effect: knowledge.CallsFunction) -> None:
    from pubcheck.analysis.calls import callback, run  # noqa: PLC0415 calls and libraries run each other

    if effect.argument >= len(site.values):
        return
    code = site.values[effect.argument].code
    if code is not None:
        before, locks = site.frame.state.copy(), site.frame.out["locks"]
        known = len(locks)
        run(callback(site, code), code)
        if effect.once:  # it isn't done again
            locks[known:] = [msgspec.structs.replace(event, certain=False) for event in locks[known:]]
        # It may not run, or not now.
        site.frame.state = site.frame.state.join(before, -1 - site.point.block)


_HANDLERS: dict[type[Any], Callable[[Site, str, Any], None]] = {
    knowledge.Acquires: _acquires,
    knowledge.Releases: _releases,
    knowledge.Tries: _tries,
    knowledge.SharedView: _shared_view,
    knowledge.AtomicOp: _atomic,
    knowledge.Blocks: _blocks,
    knowledge.Forwards: _forwards,
    knowledge.Wraps: _wraps,
    knowledge.Joins: _joins,
    knowledge.Mutates: _mutates,
    knowledge.ReadsItems: _reads_items,
    knowledge.ReturnsFresh: _returns_fresh,
    knowledge.ReturnsArgument: _returns_argument,
    knowledge.Loads: _loads,
    knowledge.Publishes: _publishes,
    knowledge.StartsFunction: _starts,
    knowledge.CallsFunction: _calls,
}
