"""Accesses of guarded memory without its guard, and which of the rules about guarded state speaks of each."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis.by_key import one_by_one
from pubcheck.analysis.callers import callers_of, is_exported
from pubcheck.analysis.goroutines.edges import is_deferred
from pubcheck.analysis.guards import has_accessors, is_all_there_is, is_common, is_kept_by_writers, is_looked_up
from pubcheck.analysis.polling import suspected
from pubcheck.analysis.portions import by_portion
from pubcheck.analysis.remembering import for_each_asker, once_for_facts
from pubcheck.analysis.uses import takes_itself
from pubcheck.facts import DEREF, ChannelAction, LockAction, RootKind
from pubcheck.model.lookup import method_set
from pubcheck.model.structure import underlying
from pubcheck.model.symbols import TypeName
from pubcheck.model.types import Interface, Map
from pubcheck.rules.support.arrangements import (
    is_cut_off,
    is_encoded_under,
    is_filled_once,
    is_for_writers,
    is_kept_apart_by_callers,
    is_set_for_good,
    is_shut_out,
    is_waited_for,
)
from pubcheck.rules.support.channel_sites import channel_location
from pubcheck.rules.support.excuses import (
    after_a_receive,
    after_an_atomic,
    after_others,
    after_the_end,
    before_the_answer,
    copies_pointer,
    is_detached,
    is_own,
    is_ranged,
    keeps_new,
    locks_later,
    makes,
    overlaps_in_memory,
    starts_later,
    starts_none,
    tests_for_nil,
)
from pubcheck.rules.support.filling import fills, is_injected
from pubcheck.rules.support.memory_types import underlying_type
from pubcheck.rules.support.overlap import after_a_wait, joined_before, waited_before

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.analysis.callgraph import Edge
    from pubcheck.analysis.guards import Guard
    from pubcheck.analysis.portions import Portion
    from pubcheck.analysis.uses import Use
    from pubcheck.facts import Location
    from pubcheck.source import Span


class Kind(StrEnum):
    """What a violation is called: the rule that speaks of it."""

    DECLARED = "declared-guard"
    SHARED_WRITE = "write-under-rlock"
    WRONG = "wrong-lock"
    ITERATION = "iteration-race"
    MAP = "map-race"
    INCONSISTENT = "inconsistent-guard"


class Violation(NamedTuple):
    """``use`` lacks the guard while ``against``, which may run in parallel, holds it; one side writes.

    ``rest`` are further accesses of the location that lack it too.
    """

    kind: Kind
    guard: Guard
    use: Use
    against: Use
    rest: tuple[Use, ...]


@once_for_facts
def violations(package: PackageFacts) -> tuple[Violation, ...]:
    """All of ``package``, for the rules that ask one after the other."""
    return tuple(_violations(package))


@one_by_one(lambda package: package.guards)
def _violations(package: PackageFacts, location: Location) -> Iterator[Violation]:
    return _search_in(package).of(package.guards[location])


_NEAR = 2
"""Calls from what is handed on as a value to what it has done for it."""


@for_each_asker
def _search_in(package: PackageFacts) -> _Search:
    return _Search(package)


def _waits_for_itself(use: Use, lock: Location) -> bool:
    """Whether the function took the write side before the access while it had the read side: it never got here."""
    return any(
        event.action is LockAction.ACQUIRE
        and event.lock.path in {each.path for each in event.held.must}
        and use.function.order.dominates(event.point, use.site.access.point)
        for event in use.function.locks_at(lock)
    )


def _is_anothers(use: Use, lock: Location) -> bool:
    """Whether the lock is of an object that another variable leads to, in a literal that has both."""
    held, root = use.locks.get(lock), use.site.access.path.root
    return held is not None and root.kind is held.path.root.kind is RootKind.CELL and root != held.path.root


def strays(package: PackageFacts) -> Iterator[tuple[Guard, tuple[Use, ...]]]:
    """What ``package`` does without a lock that others may hold around the same exported memory, by function."""
    search = _Search(package)
    for guard in suspected(package):
        found: dict[str, list[Use]] = {}
        for use in search.beside_others(guard):
            found.setdefault(use.function.name, []).append(use)
        for uses in found.values():
            yield guard, tuple(sorted(uses, key=lambda use: (not use.writes, use.site.access.span)))


class _Search:
    """What is asked about the accesses of one package."""

    def __init__(self, package: PackageFacts) -> None:
        self._package = package
        self._callers = callers_of(package)

    def of(self, guard: Guard) -> Iterator[Violation]:
        """The violations of ``guard``, one a function, those that tell most first."""
        if guard.declared is None and is_injected(self._package, guard):
            return
        if guard.declared is not None and guard.declared.strict:
            return  # held against every access, see ``annotated``
        outside = [(use, against) for use in guard.outside if (against := self._races(guard, use)) is not None]
        outside.sort(key=lambda pair: _telling(pair[0], guard))
        yield from self._by_function(guard, outside, lambda use: self._kind(guard, use))
        shared = [
            use
            for use in guard.inside
            if use.writes
            and not use.holds_exclusively(guard.lock)
            and not (_waits_for_itself(use, guard.lock) or _is_anothers(use, guard.lock))
        ]
        pairs = [(use, beside) for use in shared if (beside := self._reader_beside(guard, use)) is not None]
        yield from self._by_function(guard, pairs, lambda _: Kind.SHARED_WRITE)

    def beside_others(self, guard: Guard) -> Iterator[Use]:
        """Accesses that lack the guard, by who may run beside other packages."""
        for use in guard.outside:
            first = {"main", "init"}
            at_work = self._callers.goroutines(use.function) - first and use.function.name not in first
            if at_work and not (makes(use) or self._is_harmless(guard, use)):
                yield use

    def _reader_beside(self, guard: Guard, use: Use) -> Use | None:
        """An access that may happen while ``use`` writes under the read side; that one itself where it may run twice.

        A function that takes the read side is taken for one that runs several times at once, unless one goroutine does
        all of it.
        """
        if is_for_writers(self._package, guard, use):
            return None
        others = (each for each in guard.inside if each.function is not use.function and not use.excludes(each))
        beside = next((each for each in others if not self._callers.take_turns(use.function, each.function)), None)
        if beside is not None or "" not in self._callers.goroutines(use.function) or use.is_alone:
            return beside
        return use

    @staticmethod
    def _by_function(guard: Guard, pairs: list[tuple[Use, Use]], kind: Callable[[Use], Kind]) -> Iterator[Violation]:
        functions: dict[str, list[tuple[Use, Use]]] = {}
        for pair in pairs:
            functions.setdefault(pair[0].function.name, []).append(pair)
        for found in functions.values():
            use, against = found[0]
            yield Violation(kind(use), guard, use, against, tuple(each for each, _ in found[1:]))

    def _races(self, guard: Guard, use: Use) -> Use | None:
        """An access under the guard with which ``use`` may overlap, a write first; None if there is none."""
        if self._is_harmless(guard, use):
            return None
        sure = guard.declared or is_common(guard) or has_accessors(guard) or is_kept_by_writers(guard)
        sure = sure or is_all_there_is(guard)
        if not (sure or use.beside or takes_itself(use, guard.lock) or self._looks_up(guard, use)):
            return None
        # A lock that only one function takes around the memory is there for two calls of it.
        alone = self._is_alone(guard, use)
        likeliest = sorted(guard.inside, key=lambda other: (not other.writes, other.function is use.function))
        against = (
            other
            for other in likeliest
            if (use.writes or other.writes)
            and overlaps_in_memory(use, other, guard.location)
            and self._are_shared(use, other)
            and self._overlap(use, other, alone=alone)
            and not is_shut_out(self._package, other, use, guard)
            and not is_cut_off(self._package, other, use, guard)
            and not (guard.declared is None and is_kept_apart_by_callers(use, other))
            and not is_waited_for(use, other, guard.lock)
        )
        return next(against, None)

    def _looks_up(self, guard: Guard, use: Use) -> bool:
        """Whether a method looks into its own object's container, which others fill and look into under the lock."""
        root = use.site.access.path.root
        own = root.kind is RootKind.PARAM and root.index == 0
        return own and is_looked_up(guard) and looks_into(guard, use, self._package)

    def _is_harmless(self, guard: Guard, use: Use) -> bool:
        function, access = use.function, use.site.access
        if self._is_handed_on(function) and not _leads_to_lock(use, guard.lock):
            return True
        if self._is_locked_outside(function, guard.lock):
            return True
        waited = after_others(function, access, guard.lock) or after_a_receive(function, access)
        waited = waited or self._is_called_after_a_wait(function, guard.lock)
        if (waited and not locks_later(use, guard.lock)) or after_an_atomic(use, guard):
            return True
        if is_encoded_under(self._package, function, guard.lock):
            return True
        if copies_pointer(function, access, guard) or is_set_for_good(self._package, use, guard):
            return True
        if is_filled_once(self._package, guard, use):
            return True
        if starts_later(use, guard.lock) and not self._is_started(function):
            return True
        return is_detached(function, access, guard) or fills(self._package, use, guard)

    def _is_started(self, function: FunctionFacts) -> bool:
        """Whether goroutines alone run it: what such a one sets up, its starter's callers may look at meanwhile."""
        return all(thread.started for thread in self._package.threads_of(function))

    def _is_handed_on(self, function: FunctionFacts, depth: int = _NEAR) -> bool:
        """Whether it is handed on as a value, or called by such alone: who runs that under which locks isn't known."""
        graph = self._package.threads.graph
        if function.name in graph.unseen and function.name not in graph.installed:
            return True
        if not depth or (is_exported(function) and not function.enclosing):
            return False
        edges = graph.calls.get(function.name, ())
        return bool(edges) and all(self._is_handed_on(edge.caller, depth - 1) for edge in edges)

    def _overlap(self, use: Use, other: Use, *, alone: bool) -> bool:
        """Whether both may run at once: the lock is there because methods do; one with itself if it is ``alone``."""
        mine, theirs = use.function, other.function
        threads = self._package.threads
        if use.excludes(other):
            return False
        if mine is theirs or self._in_one_run(mine, theirs):
            return alone or threads.runs_in_parallel_with_itself(mine) is not None
        if before_the_answer(use, other) or after_the_end(use, other):
            return False
        if self._callers.take_turns(mine, theirs) and not any(thread.many for thread in threads.of(mine)):
            return False
        if after_a_wait(theirs, other.site.access) and all(thread.started for thread in threads.of(mine)):
            return False
        if all(threads.ordered(use.site, thread) for thread in threads.of(theirs)):
            return False
        return not all(threads.ordered(other.site, thread) for thread in threads.of(mine))

    def _are_shared(self, use: Use, other: Use) -> bool:
        """Whether neither side is of an object that its function makes, unless a goroutine is known to have it."""
        if not (keeps_new(use) or keeps_new(other)):
            return True
        return self._package.sharing.meet(use.site, other.site) is not None

    def _in_one_run(self, mine: FunctionFacts, theirs: FunctionFacts) -> bool:
        """Whether one of both is there for the other alone: then a run of one has a run of the other within."""
        return theirs.name in self._callers.helpers(mine) or mine.name in self._callers.helpers(theirs)

    def _is_called_after_a_wait(self, function: FunctionFacts, lock: Location) -> bool:
        """Whether all who call it waited for goroutines before, for all of those that have the object.

        An exported method that another one only adds something to is there for others to call as well.
        """
        edges = self._package.calls.get(function.name, ())
        if not edges or (is_exported(function) and any(_is_for_itself(edge) for edge in edges)):
            return False
        return all(self._comes_after(edge, lock) and (is_own(edge) or starts_none(edge.caller)) for edge in edges)

    def _comes_after(self, edge: Edge, lock: Location) -> bool:
        """Whether goroutines were waited for before the call, or that of an object which the call hands on."""
        if waited_before(edge.caller, edge.point, lock):
            return True
        handed = {target for arg in edge.args or () for target in arg.targets}
        return joined_before(edge.caller, edge.point, handed, _ends(self._package))

    def _is_alone(self, guard: Guard, use: Use) -> bool:
        """Whether the lock is taken around the memory by the function of ``use`` only, and there for nothing else.

        So it is there for two runs of that, unless one goroutine does all of them.
        """
        function = use.function
        if not takes_itself(use, guard.lock) or any(other.function is not function for other in guard.inside):
            return False
        threads = self._package.threads_of(function)
        if len(threads) == 1 and all(one.started and not one.many for one in threads):
            return False
        return not any(
            other.lock == guard.lock
            and other.location != guard.location
            and any(each.function is function for each in other.inside)
            and not (is_exported(function) and all(each.function is function for each in other.inside))
            for other in self._package.guards.values()
        )

    def _is_locked_outside(self, function: FunctionFacts, lock: Location) -> bool:
        """Whether an interface offers the method beside ``Lock``: who has the object locks it around calls."""
        func = function.ir.func
        if func is None or func.receiver is None or any(event.lock.location == lock for event in function.locks):
            return False
        return any({"Lock", "Unlock", func.name} <= names for names in _interfaces(self._package))

    def _kind(self, guard: Guard, use: Use) -> Kind:
        if guard.declared is not None:
            return Kind.DECLARED
        access = use.site.access
        if guard.lock in use.beside or any(lock.owner == guard.lock.owner for lock in use.locks):
            return Kind.WRONG
        if is_ranged(use.function, access):
            return Kind.ITERATION
        return Kind.MAP if looks_into(guard, use, self._package) else Kind.INCONSISTENT


def _is_for_itself(edge: Edge) -> bool:
    """Whether a method of the API calls another one of its own object."""
    targets = edge.args[0].targets if edge.args else ()
    own = [
        path.root.kind is RootKind.PARAM and path.root.index == 0 and path.steps in ((), (DEREF,)) for path in targets
    ]
    return is_exported(edge.caller) and bool(own) and all(own)


@once_for_facts
def _ends(package: PackageFacts) -> frozenset[Location | None]:
    """The channels that are closed when a function, such as a goroutine's first, ends."""
    return frozenset(_closed_late(package)) - {None}


@by_portion
def _closed_late(_package: PackageFacts, portion: Portion) -> Iterator[Location | None]:
    for function in portion.functions:
        for event in function.channels:
            if event.action is ChannelAction.CLOSE and is_deferred(function, event.point):
                yield channel_location(event.targets)


@once_for_facts
def _interfaces(package: PackageFacts) -> list[frozenset[str]]:
    """The method names of each interface that the package declares."""
    return [
        frozenset(method_set(symbol.type))
        for symbol in package.package.scope.values()
        if isinstance(symbol, TypeName) and isinstance(underlying(symbol.type), Interface)
    ]


def _telling(use: Use, guard: Guard) -> tuple[bool, bool, bool, Span]:
    """Sorts what a programmer should look at first before the rest."""
    access = use.site.access
    double_checked = any(other.writes and other.function is use.function for other in guard.inside)
    slight = not use.writes and not double_checked and tests_for_nil(use.function, access)
    return (not takes_itself(use, guard.lock), not use.writes, slight, access.span)


def _leads_to_lock(use: Use, lock: Location) -> bool:
    """Whether the function takes the lock, itself or in what it calls: then nobody who calls it holds that."""
    events = (*use.function.locks, *use.function.inner_locks)
    return any(event.action is LockAction.ACQUIRE and event.lock.location == lock for event in events)


def looks_into(guard: Guard, use: Use, package: PackageFacts) -> bool:
    """Whether ``use`` goes over a container, or looks into a map, whose items others change."""
    if is_ranged(use.function, use.site.access):
        return True
    return isinstance(underlying_type(guard.location, package), Map) and _writes_elements(guard)


def _writes_elements(guard: Guard) -> bool:
    return any(use.writes and use.site.access.path.is_element for use in (*guard.inside, *guard.outside))
