"""Which lock a function wants its callers to hold: said by its name or comment, told apart by what callers hold.

``fooLocked`` and "the lock must be held" don't tell which lock is meant where a type has several. Those who call the
function know: it is the one that they hold nearly always.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis.ambient import Ambient
from pubcheck.analysis.annotated import Demand, demands, is_another, is_taken_on_some_ways, lock_names
from pubcheck.analysis.callers import callers_of
from pubcheck.analysis.contracts import asks_by_name, doc_comment
from pubcheck.analysis.mutexes import mutex_fields, named_lock, only_lock, struct_of
from pubcheck.analysis.neighbours import neighbours
from pubcheck.facts import DEREF, AccessPath, Call, Lock, LockAction, Mode, PublicationKind, RootKind, locations
from pubcheck.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pubcheck.analysis.annotated import LockNames
    from pubcheck.analysis.callers import Callers
    from pubcheck.analysis.callgraph import Edge, Launch
    from pubcheck.analysis.function import FunctionFacts
    from pubcheck.analysis.package import PackageFacts
    from pubcheck.facts import Location

NAMED_SHARE = 0.5
"""Of the calls that can be told, how many hold a lock that the comment names, or its name can mean alone."""
MEANT_SHARE = 0.66
"""As above, for a lock that nothing names."""
MEANT_CALLS = 2
"""Calls under such a lock."""
_WORD = re.compile(r"\w+(?:\.\w+)*")


class Caller(NamedTuple):
    """``function`` makes ``call``.

    ``holds`` are the lock locations that are certainly held, ``exclusive`` those of them that keep all others out, and
    ``perhaps`` may be held.
    """

    function: FunctionFacts
    call: Call
    holds: frozenset[Location]
    exclusive: frozenset[Location]
    perhaps: frozenset[Location]


class Requirement(NamedTuple):
    """``function`` wants ``lock`` to be held.

    ``obeyed`` are the calls that hold it, ``broken`` those that certainly don't. Calls on an object that nobody but the
    caller has are neither.
    """

    function: FunctionFacts
    lock: Location
    obeyed: tuple[Caller, ...]
    broken: tuple[Caller, ...]


class Demanded(NamedTuple):
    """``caller`` calls a function without ``lock``, which its annotations ask for."""

    demand: Demand
    lock: Location
    caller: Caller


class Exclusion(NamedTuple):
    """``caller`` holds ``lock``, as it names it, though ``demand`` says that it must not be held.

    ``again`` tells that the function takes it itself.
    """

    demand: Demand
    lock: Lock
    caller: Caller
    again: bool


def requirements(package: PackageFacts) -> Iterator[Requirement]:
    """The functions of ``package`` that want a lock, by their name or comment, and don't always get it."""
    graph = package.threads.graph
    known = callers_of(package)
    for function in dict.fromkeys(graph.functions.values()):
        edges = graph.calls.get(function.name)
        if not edges or not function.contract.declared or function.contract.annotated:
            continue
        found = [caller for edge in edges if (caller := _caller(edge, package.ambient)) is not None]
        found += [starter for launch in graph.launches.get(function.name, ()) if (starter := _starter(launch))]
        meant = _meant(package, function, [each for each in found if not _is_own(each, known)])
        if meant is not None and meant.broken:
            yield meant


def demanded(package: PackageFacts) -> Iterator[Demanded]:
    """The calls without a lock that annotations ask for, of this package's functions and of those that it imports."""
    names, known = lock_names(package.package), callers_of(package)
    calls = list(_annotated_calls(package))
    taking = [(demand, caller) for demand, caller in calls if demand.contract.taken]
    for demand, caller in calls:
        for lock in sorted(demand.contract.held):
            location = names.of(lock.path).location
            if location is None or _was_taken(caller, location, taking, names) or _is_own(caller, known):
                continue
            if _breaks(caller, lock, location, names):
                yield Demanded(demand, location, caller)


def _annotated_calls(package: PackageFacts) -> Iterator[tuple[Demand, Caller]]:
    """Calls of functions that have annotations."""
    asking = dict(demands(package.package))
    for other in neighbours(package.package).values():
        asking.update(demands(other))
    for function in package.functions if asking else ():
        for call in function.calls:
            demand = asking.get(call.callee)
            if demand is not None and not function.test:
                yield demand, _making(function, call, package.ambient)


def _was_taken(caller: Caller, lock: Location, taking: Sequence[tuple[Demand, Caller]], names: LockNames) -> bool:
    """Whether a call before is annotated to take such a lock, whatever its body does on some of its ways."""
    order = caller.function.order
    return any(
        earlier.function is caller.function
        and order.reaches(earlier.call.point, caller.call.point)
        and any(names.of(taken.path).location == lock for taken in demand.contract.taken)
        for demand, earlier in taking
    )


def _caller(edge: Edge, ambient: Mapping[str, Ambient]) -> Caller | None:
    call = next(iter(edge.caller.calls_at(edge.point)), None)
    if call is None or edge.args is None:
        return None  # a callee calls it, under whatever it holds then
    return _making(edge.caller, call, ambient)


def _starter(launch: Launch) -> Caller | None:
    """Who has it run on another goroutine, which holds no lock; None if the lock may be handed over."""
    spawn = launch.spawn
    if spawn.held.may and not _is_kept_by(launch):
        return None
    call = Call(spawn.callee, spawn.args, spawn.point, spawn.span)
    return Caller(launch.starter, call, frozenset(), frozenset(), frozenset())


def _is_kept_by(launch: Launch) -> bool:
    """Whether the starter gives back all that it may hold at the start, on every way, and waits for nobody."""
    function, at = launch.starter, launch.spawn.point
    reaches = function.order.reaches
    waits = [*(event.point for event in function.blocking), *(event.point for event in function.channels)]
    if any(reaches(at, wait) for wait in waits):
        return False
    ends = (held.may for block, held in function.exits.items() if reaches(at, function.order.end(block)))
    left = {lock.path for locks in ends for lock in locks}
    return all(lock.path not in left for lock in launch.spawn.held.may)


def _making(function: FunctionFacts, call: Call, ambient: Mapping[str, Ambient]) -> Caller:
    around = ambient.get(function.name, Ambient())
    held = function.protection(call)
    holds = locations(held) | around.always
    exclusive = locations(lock for lock in held if lock.mode is Mode.EXCLUSIVE) | around.exclusive
    perhaps = locations(call.held.may) | around.sometimes | holds
    return Caller(function, call, holds, exclusive, perhaps)


def exclusions(package: PackageFacts) -> Iterator[Exclusion]:
    """The calls with a lock held that the function forbids: by its annotations, or by its comment in this package."""
    graph = package.threads.graph
    for function in dict.fromkeys(graph.functions.values()):
        if function.contract.excluded and not function.contract.annotated:
            demand = Demand(function.name, function.contract, _head(function))
            for edge in graph.calls.get(function.name, ()):
                caller = _caller(edge, package.ambient)
                yield from _excluded(demand, caller, function) if caller is not None else ()
    for demand, caller in _annotated_calls(package):
        if demand.contract.excluded:
            yield from _excluded(demand, caller, graph.functions.get(caller.call.callee))


def _excluded(demand: Demand, caller: Caller, function: FunctionFacts | None) -> Iterator[Exclusion]:
    for lock in demand.contract.excluded - demand.contract.taken:
        path = _in_caller(lock.path, caller.call)
        held = (each for each in caller.function.protection(caller.call) if each.path == path)
        # What is forbidden in shared mode is only to keep readers out.
        at = next((each for each in held if Mode.EXCLUSIVE in (lock.mode, each.mode)), None)
        if at is not None and (lock.mode is Mode.EXCLUSIVE or at.mode is Mode.EXCLUSIVE):
            acquired = function.summary.acquired if function is not None else ()
            again = any(event.lock.location == at.location for event in acquired)
            yield Exclusion(demand, at, caller, again)


def _head(function: FunctionFacts) -> Span:
    """The line that a declared function begins with."""
    return Span(function.path, function.pos, function.pos + len("func"))


def _in_caller(path: AccessPath, call: Call) -> AccessPath | None:
    """A callee's path as the caller names it, if it has one name there."""
    if path.root.kind is RootKind.GLOBAL:
        return path
    index = path.root.index
    targets = call.args[index].targets if index < len(call.args) else ()
    if len(targets) != 1 or path.steps[:1] != (DEREF,):
        return None
    return targets[0].then(*path.steps[1:])


def _breaks(caller: Caller, lock: Lock, location: Location, names: LockNames) -> bool:
    if caller.function.contract.unknown or caller.function.contract.ignored:
        return False
    path = _in_caller(lock.path, caller.call)
    here = names.of(path) if path is not None else None
    if location not in caller.perhaps and lock.location not in caller.perhaps:
        return here is None or not _is_kept(caller, here, names)
    mine = {names.of(each.path): each.mode for each in caller.function.protection(caller.call)}
    if here in mine:
        return lock.mode is Mode.EXCLUSIVE is not mine[here]
    if location not in caller.holds:
        if here is None or caller.call.deferred:
            return False  # what is held at the end is told for all ways at once
        return is_taken_on_some_ways(caller.function, here, caller.call, names)
    if lock.mode is Mode.EXCLUSIVE and location not in caller.exclusive:
        return True
    return here is not None and any(is_another(here, each) for each in mine if each.location == location)


def _is_kept(caller: Caller, lock: AccessPath, names: LockNames) -> bool:
    """Whether the caller took the lock and hasn't given it back: callees without an annotation leave it alone."""
    order, at = caller.function.order, caller.call.point
    own = [each for each in caller.function.locks if not each.trace and names.of(each.lock.path) == lock]
    taken = [each.point for each in own if each.action is LockAction.ACQUIRE and order.dominates(each.point, at)]
    given = [each.point for each in own if each.action is LockAction.RELEASE and not each.deferred]
    return any(not any(order.reaches(one, back) and order.reaches(back, at) for back in given) for one in taken)


def _is_own(caller: Caller, callers: Callers) -> bool:
    """Whether nobody but the caller has the object that it makes the call on.

    What a callee's callee hands on, to a timer mostly, comes later than the rest of the object's making.
    """
    function, call = caller.function, caller.call
    targets = call.args[0].targets if call.args else ()
    if targets and all(callers.reaches_alone(function, call, target) for target in targets):
        return True
    return bool(targets) and all(
        target.root.kind is RootKind.FRESH
        and not any(
            publication.kind is not PublicationKind.STORE
            and len(publication.trace) <= 1
            and function.order.reaches(publication.point, call.point)
            for publication in function.published.get(target.root, ())
        )
        for target in targets
    )


def _meant(package: PackageFacts, function: FunctionFacts, callers: list[Caller]) -> Requirement | None:
    """The lock that is meant: one that the comment names, or else the one of the receiver's that callers hold."""
    named = _named(package, function)
    candidates = named or _receivers(function)
    func = function.ir.func
    told = bool(named) or (len(candidates) == 1 and func is not None and asks_by_name(func))
    if callers and not told and frozenset.intersection(*(each.holds for each in callers)) - candidates:
        return None  # all callers hold another lock: it may be that one
    taken = {
        event.lock.location
        for event in function.locks
        if event.action is LockAction.ACQUIRE and event.lock.location not in locations(event.held.released)
    }
    best: Requirement | None = None
    for lock in sorted(candidates - taken):
        obeyed = tuple(each for each in callers if lock in each.holds)
        broken = tuple(each for each in callers if lock not in each.perhaps and not each.function.contract.unknown)
        share = len(obeyed) / max(1, len(obeyed) + len(broken))
        if told:
            believed = bool(obeyed) and share >= NAMED_SHARE
        else:
            believed = len(obeyed) >= MEANT_CALLS and share >= MEANT_SHARE
        if believed and (best is None or len(obeyed) > len(best.obeyed)):
            best = Requirement(function, lock, obeyed, broken)
    return best


def _receivers(function: FunctionFacts) -> set[Location]:
    """The locks that are fields of the receiver."""
    func = function.ir.func
    struct = struct_of(func.receiver) if func is not None and func.receiver is not None else None
    if func is None or func.receiver is None or struct is None:
        return set()
    found = (named_lock(field.name, func.receiver.package, func.receiver) for field in mutex_fields(struct))
    return {lock for lock in found if lock is not None}


def _named(package: PackageFacts, function: FunctionFacts) -> set[Location]:
    """The lock that the function's comment names, if it names just one."""
    func = function.ir.func
    if func is None or func.decl is None:
        return set()
    comment = doc_comment(func, package.package.file_of(func.decl).source).decode("utf-8", "replace")
    words = {word for word in _WORD.findall(comment) if "." in word or word not in _PLAIN_WORDS}
    found = {
        lock for word in words if (lock := named_lock(word, package.package, func.receiver, exact=True)) is not None
    }
    if not found:  # "the parent's fooMu": of another object than its own
        found = {lock for word in words if (lock := only_lock(word, package.package)) is not None}
    return found if len(found) == 1 else set()


_PLAIN_WORDS = frozenset(("lock", "Lock", "mutex", "Mutex", "locks", "Locks"))
"""What any sentence about locks contains, whatever the lock's name is."""
