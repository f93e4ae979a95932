"""Locks that are held around a function, by their location: its callers hold them, whatever the function calls them.

A lock of an object that the function never sees (a store's, around a method of its nodes) has no access path there,
and yet keeps others out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis.callers import is_exported
from pubcheck.facts import Mode, locations

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pubcheck.analysis.callgraph import CallGraph, Edge
    from pubcheck.analysis.function import FunctionFacts
    from pubcheck.facts import Location

_NONE: frozenset[Location] = frozenset()


class Ambient(NamedTuple):
    """Lock locations that all callers hold, theirs included; of these the exclusive ones; those that some may hold."""

    always: frozenset[Location] = _NONE
    exclusive: frozenset[Location] = _NONE
    sometimes: frozenset[Location] = _NONE


def ambient_locks(graph: CallGraph) -> Mapping[str, Ambient]:
    """What is held around each function of ``graph`` that its package calls, by its name.

    Around what others may call too, nothing is held always: only sometimes, what all callers that are seen hold.
    A call from a function of which nothing is known yet adds nothing: so recursion takes no lock away.
    """
    certain = _solve(graph, lambda function: _is_closed(graph, function))
    # As if nobody but the package called it: what its own calls all hold, an exported function may rely on.
    seen = _solve(graph, lambda function: function.name not in graph.launches)
    found: dict[str, Ambient] = {}
    for name, assumed in seen.items():
        closed = _is_closed(graph, graph.functions[name])
        known = certain.get(name, Ambient()) if closed else Ambient()
        found[name] = Ambient(known.always, known.exclusive, known.sometimes | assumed.always)
    return found


def _solve(graph: CallGraph, is_closed: Callable[[FunctionFacts], bool]) -> dict[str, Ambient]:
    """The greatest solution where ``is_closed`` tells whose callers are all seen; around others nothing is held."""
    edges = {name: calls for name, calls in graph.calls.items() if calls}
    here = {id(edge): _held_at(edge) for calls in edges.values() for edge in calls}
    known: dict[str, Ambient | None] = dict.fromkeys(edges)
    work = set(edges)
    while work:
        name = work.pop()
        met: Ambient | None = None
        for edge in edges[name]:
            outer = known.get(edge.caller.name, Ambient()) if is_closed(edge.caller) else Ambient()
            if outer is not None:
                inner = here[id(edge)]
                held = Ambient(*(one | other for one, other in zip(inner, outer, strict=True)))
                met = held if met is None else _meet(met, held)
        if met != known[name]:
            known[name] = met
            work.update(edge.callee.name for edge in graph.called.get(name, ()) if edge.callee.name in edges)
    return {name: found for name, found in known.items() if found is not None}


def _meet(one: Ambient, other: Ambient) -> Ambient:
    return Ambient(one.always & other.always, one.exclusive & other.exclusive, one.sometimes | other.sometimes)


def _is_closed(graph: CallGraph, function: FunctionFacts) -> bool:
    """Whether nobody but the callers that are seen can call it, and they wait for it."""
    if function.name in graph.unseen or function.name in graph.launches:
        return False
    return bool(function.enclosing) or not is_exported(function)


def _held_at(edge: Edge) -> Ambient:
    """What the caller holds at the call."""
    function = edge.caller
    calls = [call for call in function.calls if call.point == edge.point]
    if not calls:
        return Ambient()
    held = frozenset.intersection(*(function.protection(call) for call in calls))
    must = locations(held)
    may = _NONE.union(*(locations(call.held.may) for call in calls))
    return Ambient(must, locations(lock for lock in held if lock.mode is Mode.EXCLUSIVE), may | must)
