"""Locks that are held around a function, by their location: its callers hold them, whatever the function calls them.

A lock of an object that the function never sees (a store's, around a method of its nodes) has no access path there,
and yet keeps others out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis.callers import is_exported
from pubcheck.analysis.components import components
from pubcheck.facts import DEREF, BlockKind, ChannelAction, LockAction, Mode, RootKind, locations

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pubcheck.analysis.callgraph import CallGraph, Edge, Launch, Making
    from pubcheck.analysis.function import FunctionFacts
    from pubcheck.facts import Access, AccessPath, Call, Location, LockEvent, Point, Publication

_NONE: frozenset[Location] = frozenset()


class Ambient(NamedTuple):
    """Lock locations that all callers hold, theirs included; of these the exclusive ones; those that some may hold."""

    always: frozenset[Location] = _NONE
    exclusive: frozenset[Location] = _NONE
    sometimes: frozenset[Location] = _NONE

    def without(self, locks: frozenset[Location]) -> Ambient:
        """The same where ``locks`` are known to be of other objects: they are held sometimes, if ever."""
        if locks.isdisjoint(self.always):
            return self
        return Ambient(self.always - locks, self.exclusive - locks, self.sometimes)


_NOTHING = Ambient()


def ambient_locks(graph: CallGraph) -> Mapping[str, Ambient]:
    """What is held around each function of ``graph`` that its package calls, by its name.

    Around what others may call too, nothing is held always: only sometimes, what all callers that are seen hold, and
    what was held where a literal was made that somebody is given.
    A call from a function of which nothing is known yet adds nothing: so recursion takes no lock away.
    """
    found = _around_calls(graph) if _may_lock(graph) else {}
    for name, making in graph.makings.items():
        if name in graph.unseen:
            locks = _held_where_made(making) | _anywhere(found.get(making.maker.name, _NOTHING))
            known = found.get(name, _NOTHING)
            if not locks <= known.sometimes:
                found[name] = known._replace(sometimes=known.sometimes | locks)
    return found


def _around_calls(graph: CallGraph) -> dict[str, Ambient]:
    """What those hold who are seen to call or start each function."""
    entries = _entries(graph)
    order = _callers_first(entries)
    certain = _solve(entries, order, lambda function: _is_closed(graph, function))
    # As if nobody but the package called it: what its own calls all hold, an exported function may rely on.
    seen = _solve(entries, order, lambda _: True)
    found: dict[str, Ambient] = {}
    for name, assumed in seen.items():
        closed = _is_closed(graph, graph.functions[name])
        known = certain.get(name, Ambient()) if closed else Ambient()
        found[name] = Ambient(known.always, known.exclusive, known.sometimes | assumed.always)
    return found


def _anywhere(ambient: Ambient) -> frozenset[Location]:
    return ambient.always | ambient.sometimes


def _held_where_made(making: Making) -> frozenset[Location]:
    """Locks that may be held where a literal is made: what it is given to may call it at once."""
    function, point = making
    if not (function.locks or function.contract.held):
        return _NONE
    events: list[Access | Publication | LockEvent | Call] = [*function.accesses, *function.publications]
    events += [event for event in function.locks if not event.deferred]
    events += [call for call in function.calls if not call.deferred]
    later = [each for each in events if each.point.block == point.block and each.point >= point]
    if later:
        event = min(later, key=lambda event: event.point)
        return locations(function.protection(event) | event.held.may)
    ways = (held for (block, _), held in function.edges.items() if block == point.block)
    return _NONE.union(*(locations(held.may) for held in ways))


def _may_lock(graph: CallGraph) -> bool:
    """Whether a lock may be held at a call or a start at all."""
    return any(edge.locked or _handed(edge) for edges in graph.calls.values() for edge in edges) or any(
        launch.spawn.held.must for launches in graph.launches.values() for launch in launches
    )


def _entries(graph: CallGraph) -> dict[str, list[_Entry]]:
    """Who runs each function."""
    edges: dict[str, list[_Entry]] = {}
    for name, calls in graph.calls.items():
        edges[name] = [_Entry(edge.caller, _held_at(edge), waits=True, taken=_taken(edge)) for edge in calls]
    for name, launches in graph.launches.items():
        edges.setdefault(name, []).extend(map(_started, launches))
    return edges


def _callers_first(edges: dict[str, list[_Entry]]) -> list[str]:
    """The functions that are run, as far as they don't run each other those that run others before these."""
    found: dict[str, None] = {}

    def runners(name: str) -> list[str]:
        callers = dict.fromkeys(entry.caller.name for entry in edges[name])
        return [caller for caller in callers if caller in edges and caller not in found]

    for name in edges:
        if name not in found:
            for component in components(name, runners):
                found.update(dict.fromkeys(component))
    return list(found)


def _solve(
    edges: dict[str, list[_Entry]], order: list[str], is_closed: Callable[[FunctionFacts], bool]
) -> dict[str, Ambient]:
    """The greatest solution where ``is_closed`` tells whose callers are all seen; around others nothing is held."""
    known: dict[str, Ambient | None] = dict.fromkeys(edges)
    callers = {entry.caller.name: entry.caller for entries in edges.values() for entry in entries}
    closed = {name: is_closed(caller) for name, caller in callers.items()}
    after: dict[str, set[str]] = {}
    for name, entries in edges.items():
        for entry in entries:
            after.setdefault(entry.caller.name, set()).add(name)
    work = set(edges)
    while work:
        for name in order:
            if name in work:
                work.discard(name)
                met = _around(edges[name], known, closed)
                if met != known[name]:
                    known[name] = met
                    work.update(after.get(name, ()))
    return {name: found for name, found in known.items() if found is not None}


def _around(entries: list[_Entry], known: Mapping[str, Ambient | None], closed: Mapping[str, bool]) -> Ambient | None:
    """What all who run a function hold, those of whom nothing is known yet aside."""
    met: Ambient | None = None
    for entry in entries:
        caller = entry.caller.name
        outer = known.get(caller, _NOTHING) if entry.waits and closed[caller] else _NOTHING
        if outer is not None:
            if not entry.taken.isdisjoint(outer.sometimes):
                outer = outer._replace(sometimes=outer.sometimes - (entry.taken - outer.always))
            held = _both(entry.held, outer)
            met = held if met is None else _meet(met, held)
    return met


class _Entry(NamedTuple):
    """``caller`` runs a function, holding ``held`` for all of its run if it ``waits`` for its end.

    It takes the locks ``taken`` in any case: nobody held them around it.
    """

    caller: FunctionFacts
    held: Ambient
    waits: bool
    taken: frozenset[Location] = _NONE


def _both(one: Ambient, other: Ambient) -> Ambient:
    if other == _NOTHING:
        return one
    return Ambient(one.always | other.always, one.exclusive | other.exclusive, one.sometimes | other.sometimes)


def _meet(one: Ambient, other: Ambient) -> Ambient:
    return Ambient(one.always & other.always, one.exclusive & other.exclusive, one.sometimes | other.sometimes)


def _is_closed(graph: CallGraph, function: FunctionFacts) -> bool:
    """Whether nobody but those who are seen can call or start it."""
    if function.name in graph.unseen:
        return False
    return bool(function.enclosing) or not is_exported(function)


def _held_at(edge: Edge) -> Ambient:
    """What the caller holds at the call."""
    function = edge.caller
    calls = function.calls_at(edge.point)
    if not calls:
        return Ambient()
    held = frozenset.intersection(*(function.protection(call) for call in calls))
    must = locations(held)
    may = _handed(edge).union(*(locations(call.held.may) for call in calls))
    return Ambient(must, locations(lock for lock in held if lock.mode is Mode.EXCLUSIVE), may | must)


def _taken(edge: Edge) -> frozenset[Location]:
    return taken_around(edge.caller, edge.point) if edge.caller.locks else _NONE


def taken_around(function: FunctionFacts, point: Point) -> frozenset[Location]:
    """The locks of its own object that a function that gets to ``point`` takes in any case, before it or after it.

    Who calls it doesn't hold them: it would wait for itself.
    """
    order = function.order
    return frozenset(
        event.lock.location
        for event in function.locks
        if event.action is LockAction.ACQUIRE
        and not (event.trace or event.deferred)
        and event.lock.location is not None
        and is_receivers(event.lock.path, function)
        and (order.dominates(event.point, point) or order.always_passes(point, event.point))
    )


def is_receivers(path: AccessPath, function: FunctionFacts) -> bool:
    """Whether ``path`` is a field of the object that the method is called on."""
    func = function.ir.func
    own = path.root.kind is RootKind.PARAM and path.root.index == 0 and func is not None and func.receiver is not None
    return own and DEREF not in path.steps[1:]


def _handed(edge: Edge) -> frozenset[Location]:
    """Locks that the caller only gives back after the call: what begins something has left them locked for it."""
    if edge.deferred:
        return _NONE
    return frozenset(
        lock
        for lock in edge.caller.handed_at(edge.point)
        if all(event.action is LockAction.RELEASE for event in edge.caller.locks_at(lock))
    )


def _started(launch: Launch) -> _Entry:
    """A goroutine: what the starter holds from its start until it has waited for it is held around it."""
    function, spawn = launch.starter, launch.spawn
    told = set(_announced(launch))
    waits = [(event.point, event.held) for event in function.blocking if event.kind is BlockKind.WAIT]
    waits += [
        (event.point, event.held)
        for event in function.channels
        if event.action is ChannelAction.RECEIVE and not event.in_select and not told.isdisjoint(event.targets)
    ]
    after = [held for point, held in waits if function.order.post_dominates(point, spawn.point)]
    if not after:
        return _Entry(function, Ambient(), waits=False)
    held = frozenset.intersection(spawn.held.must, *(held.must for held in after))
    must = locations(held)
    exclusive = locations(lock for lock in held if lock.mode is Mode.EXCLUSIVE)
    return _Entry(function, Ambient(must, exclusive, must), waits=True)


def _announced(launch: Launch) -> Iterator[AccessPath]:
    """The channels on which the goroutine sends once, or which it closes, as its starter names them."""
    function, spawn = launch.callee, launch.spawn
    given = dict(spawn.captures)
    for event in function.channels:
        if event.action is ChannelAction.RECEIVE or function.order.reaches(event.point, event.point):
            continue
        for path in event.targets:
            root = path.root
            if root.kind is RootKind.PARAM and root.index < len(spawn.args):
                yield from spawn.args[root.index].targets if path.steps == (DEREF,) else ()
            else:
                yield from given.get(root, ()) if path.steps == (DEREF,) else ()
