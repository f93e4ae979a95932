"""Arrangements by which an access needs no lock of its own: those it could meet keep away, or callers hold the lock."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from pubcheck.analysis.callers import callers_of, is_exported
from pubcheck.analysis.mutexes import struct_of
from pubcheck.analysis.uses import takes_itself
from pubcheck.facts import DEREF, ChannelAction, Mode, Start, locations
from pubcheck.flow.ir import Branch
from pubcheck.model.symbols import TypeName
from pubcheck.model.types import Named, Pointer
from pubcheck.rules.support.call_sites import call_info
from pubcheck.rules.support.channel_sites import ChannelSites, channel_location
from pubcheck.rules.support.decisions import Decisions, rules_out
from pubcheck.rules.support.excuses import is_way_at_first, tests_for_nil
from pubcheck.rules.support.missing import missing_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.analysis.callgraph import Edge
    from pubcheck.analysis.function import Condition
    from pubcheck.analysis.guards import Guard
    from pubcheck.analysis.uses import Use
    from pubcheck.facts import Location, LockSet, Point, Root, Spawn
    from pubcheck.rules.support.decisions import Decision

_WAIT = "(*sync.Cond).Wait"
_ENCODED_BY = frozenset(
    ("MarshalJSON", "MarshalText", "MarshalBinary", "MarshalXML", "GobEncode", "AppendText", "AppendBinary")
)
"""The methods of the interfaces by which the library's encoders ask an object for its encoding."""

MOST_CALLERS = 4
"""Calls from where a flag is looked at to what it keeps from happening again, or to what makes something first."""


def is_shut_out(package: PackageFacts, other: Use, use: Use, guard: Guard) -> bool:
    """Whether ``other`` looks, under the lock, at a flag that the function of ``use`` has set under it before.

    So a collection is closed: whoever comes later sees the flag and leaves. A pointer that is there may be the flag.
    """
    function, at, lock = use.function, use.site.access.point, guard.lock
    before = [
        each
        for each in function.accesses
        if each.writes
        and each.location not in (None, guard.location)
        and each.value is not None
        and lock in locations(function.protection(each))
        and function.order.dominates(each.point, at)
    ]
    shut = {each.location for each in before if each.value is not None and each.value.known}
    there = {each.location for each in before if each.value is not None and each.value.targets}
    if shut and any(
        each.read.location in shut and lock in locations(other.function.protection(each.read))
        for each in Decisions(other.function).of(other.site.access.point)
    ):
        return True
    return bool(there) and any(
        each.location in there and lock in locations(other.function.protection(each.look))
        for each in missing_at(package, other.function, other.site.access.point)
    )


def is_cut_off(package: PackageFacts, other: Use, use: Use, guard: Guard) -> bool:
    """Whether the function of ``use`` has taken away the pointer by which ``other`` is got to, under that one's lock.

    Whoever has found the object before has given the lock back, and nobody finds it any more.
    """
    function, at = use.function, use.site.access.point
    around = other.ambient.always - {guard.lock}
    return any(
        each.writes
        and each.value is not None
        and each.value.known
        and each.value.value is None
        and function.order.dominates(each.point, at)
        and not around.isdisjoint(_exclusive(function.protection(each)))
        and _leads_to(package, each.location, guard.location.owner)
        for each in (function.accesses if around else ())
    )


def _exclusive(locks: LockSet) -> frozenset[Location]:
    return locations(lock for lock in locks if lock.mode is Mode.EXCLUSIVE)


def _leads_to(package: PackageFacts, location: Location | None, owner: str) -> bool:
    """Whether ``location`` is a field of the package that points to the struct ``owner``."""
    holder = package.package.lookup(location.owner.rpartition(".")[2]) if location is not None else None
    struct = struct_of(holder) if isinstance(holder, TypeName) else None
    types = (
        [each.type for each in struct.fields if location is not None and each.name == location.path] if struct else []
    )
    return any(
        isinstance(each, Pointer) and isinstance(each.element, Named) and each.element.symbol.full_name == owner
        for each in types
    )


def is_set_for_good(package: PackageFacts, use: Use, guard: Guard) -> bool:
    """Whether the function of ``use`` has found, or made, under the lock what nobody replaces once it is there.

    So it is with what the first caller makes under the lock, after a second look, or has another function make first.
    """
    if use.writes or not is_set_once(package, guard):
        return False
    writes = [one for one in (*guard.inside, *guard.outside) if one.writes]
    function, point = use.function, use.site.access.point
    looks = [
        each
        for each in Decisions(function).of(point)
        if each.read.location == guard.location and guard.lock in locations(function.protection(each.read))
    ]
    makers = frozenset(one.function.name for one in writes)
    return (
        bool(looks)
        or _has_had_it_made(package, makers, function, point)
        or any(
            looking is function and guard.lock in one.locks and function.order.dominates(each.read.point, point)
            for one in writes
            for looking, each in _looks_for(package, guard, one.function, one.site.access.point)
        )
        or _is_told_of(package, guard, writes, use)
    )


def _is_told_of(package: PackageFacts, guard: Guard, writes: list[Use], use: Use) -> bool:
    """Whether ``use`` comes behind a receive from a channel that only those close, or send on, who see to it first."""
    setters = [
        (looking, each)
        for one in writes
        if guard.lock in one.locks
        for looking, each in _looks_for(package, guard, one.function, one.site.access.point)
    ]
    sites = ChannelSites(package)
    for event in use.function.channels:
        told = channel_location(event.targets) if event.action is ChannelAction.RECEIVE else None
        if told is None or not use.function.order.dominates(event.point, use.site.access.point):
            continue
        tells = sites.of(told, ChannelAction.SEND, ChannelAction.CLOSE)
        if tells and all(
            any(
                looking is tell.function and tell.function.order.dominates(each.read.point, tell.event.point)
                for looking, each in setters
            )
            for tell in tells
        ):
            return True
    return False


def _has_had_it_made(
    package: PackageFacts, makers: frozenset[str], function: FunctionFacts, point: Point, *, started: bool = False
) -> bool:
    """Whether what calls one of ``makers`` comes before ``point``, or before the start of the goroutine."""
    if any(
        not edge.deferred
        and function.order.dominates(edge.point, point)
        and _calls_one(package, edge.callee.name, makers)
        for edge in package.called.get(function.name, ())
    ):
        return True
    launches = () if started else package.threads.graph.launches.get(function.name, ())
    return bool(launches) and all(
        _has_had_it_made(package, makers, one.starter, one.spawn.point, started=True) for one in launches
    )


def _calls_one(package: PackageFacts, name: str, makers: frozenset[str]) -> bool:
    """Whether a function is one of ``makers``, or calls one of them, or what does."""
    seen, last = {name}, {name}
    for _ in range(MOST_CALLERS):
        last = {edge.callee.name for each in last for edge in package.called.get(each, ())} - seen
        seen |= last
    return not makers.isdisjoint(seen)


def is_set_once(package: PackageFacts, guard: Guard) -> bool:
    """Whether all who write do so only where nobody has."""
    return all(
        next(_looks_for(package, guard, one.function, one.site.access.point), None) is not None
        for one in (*guard.inside, *guard.outside)
        if one.writes
    )


def is_set_up(package: PackageFacts, guard: Guard) -> bool:
    """Whether one function alone has the lock, writes, and starts goroutines of the object before it gives that back.

    What it writes before these is for all who come after the start; the lock is for what else is done there. Who starts
    something else, or is called again and again, changes what others may be looking at.
    """
    functions = {one.function.name: one.function for one in guard.inside}
    if len(functions) != 1 or any(one.writes for one in guard.outside):
        return False
    function = guard.inside[0].function
    writes = [one.site.access for one in guard.inside if one.writes]
    starts = [
        spawn.point
        for spawn in function.spawns
        if spawn.start is Start.GO
        and guard.lock in locations(spawn.held.must)
        and not {each.path.root for each in writes}.isdisjoint(_given(spawn))
    ]
    reaches = function.order.reaches
    return (
        bool(starts)
        and all(any(reaches(one.point, start) for start in starts) for one in writes)
        and not any(reaches(start, one.point) for start in starts for one in writes)
        and not _is_called_again(package, function)
    )


def _given(spawn: Spawn) -> set[Root]:
    """What a goroutine is started with: by arguments, or captured."""
    args = {target.root for arg in spawn.args for target in arg.targets}
    return args.union(*({cell, *(path.root for path in paths)} for cell, paths in spawn.captures))


def _is_called_again(package: PackageFacts, function: FunctionFacts) -> bool:
    """Whether the package calls it in a loop, or has several goroutines run it."""
    edges = package.calls.get(function.name, ())
    again = any(edge.caller.in_loop(edge.point) for edge in edges)
    return again or any(thread.many for thread in package.threads_of(function))


def _looks_for(
    package: PackageFacts, guard: Guard, function: FunctionFacts, point: Point, depth: int = 1
) -> Iterator[tuple[FunctionFacts, Decision]]:
    """The looks at the guarded memory that lead to ``point`` where it isn't there yet; or those of all callers."""
    own = [
        each
        for each in Decisions(function).of(point)
        if each.read.location == guard.location and is_way_at_first(function, each, alone=True)
    ]
    yield from ((function, each) for each in own)
    calls = callers_of(package).calls(function) if depth and not (own or is_exported(function)) else ()
    theirs = [list(_looks_for(package, guard, caller, call.point, depth - 1)) for caller, call in calls]
    if all(theirs):
        yield from chain.from_iterable(theirs)


def is_filled_once(package: PackageFacts, guard: Guard, use: Use) -> bool:
    """Whether all that is written under the lock is written by who first fills the object, as a flag beside it says.

    Such a lock keeps those apart who would fill it. Who reads what is there then has waited for that, however they did;
    not so who asks whether it is there, or takes the lock as well.
    """
    if use.writes or takes_itself(use, guard.lock) or tests_for_nil(use.function, use.site.access):
        return False
    written = [use for use in guard.inside if use.writes]
    return bool(written) and all(
        _is_of_the_first(package, guard.lock.owner, use.function, use.site.access.point, MOST_CALLERS)
        for use in written
    )


def _is_of_the_first(package: PackageFacts, owner: str, function: FunctionFacts, point: Point, depth: int) -> bool:
    """Whether ``point`` is only reached until a flag of ``owner`` is set, which it is behind it; or each call of it."""
    if any(
        is_way_at_first(function, condition, alone=True)
        and any(_sets(function, flag, point) for flag in _flags(function, condition, owner))
        for condition in function.conditions(point)
    ):
        return True
    calls = callers_of(package).calls(function) if depth else ()
    return (
        bool(calls)
        and not is_exported(function)
        and all(_is_of_the_first(package, owner, caller, call.point, depth - 1) for caller, call in calls)
    )


def _flags(function: FunctionFacts, condition: Condition, owner: str) -> set[Location]:
    """The fields of ``owner`` that the branch looks at, atomically or not."""
    loads = {*condition.value.depends}
    branch = function.ir.blocks[condition.point.block].instructions[-1]
    if isinstance(branch, Branch):
        loads.update(Decisions(function).loads(branch.condition))
    found = (one.location for one in (*function.atomics, *function.accesses) if one.point in loads and not one.writes)
    return {location for location in found if location is not None and location.owner == owner}


def _sets(function: FunctionFacts, flag: Location, point: Point) -> bool:
    """Whether the function sets ``flag`` behind ``point``."""
    return any(
        one.writes and one.location == flag and function.order.reaches(point, one.point)
        for one in (*function.atomics, *function.accesses)
    )


def is_kept_apart_by_callers(use: Use, other: Use) -> bool:
    """Whether a lock that one side holds is held around the other by all callers that are seen, though others may come.

    So it is with an exported method of an object that only another one's methods, under their lock, are seen to use.
    """
    mine, theirs = {*use.locks, *use.ambient.always}, {*other.locks, *other.ambient.always}
    return not (mine.isdisjoint(other.ambient.sometimes) and theirs.isdisjoint(use.ambient.sometimes))


def is_waited_for(use: Use, other: Use, lock: Location) -> bool:
    """Whether the function of ``use`` has counted itself in under the lock, and ``other`` waits for such to leave.

    It asks for the count whenever it is woken, under the lock, and goes on when nobody is left.
    """
    mine, theirs = use.function, other.function
    counted = {
        each.location
        for each in mine.accesses
        if each.writes and lock in locations(mine.protection(each))
        if mine.order.dominates(each.point, use.site.access.point)
    }
    waits = (call.point for call in theirs.calls if call.callee == _WAIT)
    return bool(counted) and any(
        each.read.location in counted and lock in locations(theirs.protection(each.read))
        for wait in waits
        if theirs.order.reaches(wait, other.site.access.point)
        for each in Decisions(theirs).of(wait)
    )


def is_encoded_under(package: PackageFacts, function: FunctionFacts, lock: Location) -> bool:
    """Whether it is there for an encoder, and the package holds ``lock`` where it gives one something."""
    func = function.ir.func
    if func is None or func.name not in _ENCODED_BY or package.calls.get(function.name):
        return False
    return any(
        call.callee.startswith("encoding/") and lock in locations(call.held.may)
        for each in package.functions
        for call in each.calls
    )


def is_left_to_callers(package: PackageFacts, guard: Guard, use: Use) -> bool:
    """Whether callers in other packages can take the lock, which has a name for them, and are the only callers."""
    function, lock = use.function, guard.lock
    if not is_exported(function) or function.enclosing or package.calls.get(function.name):
        return False
    owner = package.package.lookup(lock.owner.rpartition(".")[2])
    struct = struct_of(owner) if isinstance(owner, TypeName) and lock.package == package.path else None
    name = lock.path.removesuffix(DEREF)
    named = struct is not None and any(each.name == name and not each.embedded for each in struct.fields)
    return named and name[:1].isupper() and not takes_itself(use, lock)


def is_for_writers(package: PackageFacts, guard: Guard, use: Use) -> bool:
    """Whether who calls the function with the read side of the guard tells it by a constant not to come to ``use``."""
    function, point = use.function, use.site.access.point
    edges = package.threads.graph.calls.get(function.name, ())
    reading = [edge for edge in edges if not _locks_out(edge, guard.lock)]
    infos = [call_info(edge.caller.ir, edge.point) for edge in reading]
    return bool(edges) and all(info is not None and rules_out(function, point, info.args) for info in infos)


def _locks_out(edge: Edge, lock: Location) -> bool:
    """Whether the call is made with ``lock`` held exclusively."""
    held = (one for call in edge.caller.calls_at(edge.point) for one in call.held.must)
    return any(one.location == lock and one.mode is Mode.EXCLUSIVE for one in held)
