"""What is at stake when a function runs without the lock that it asks for: the state it works on that the lock guards.

Comments outlive their reasons: a function that reads an atomic now, or what nobody writes any more, asks in vain.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from pubcheck.analysis.answers import finds_more
from pubcheck.analysis.callers import callers_of
from pubcheck.analysis.located import Site
from pubcheck.analysis.remembering import once_for_facts
from pubcheck.facts import LockAction, Mode, locations

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.analysis.uses import Use
    from pubcheck.facts import Call, Location, LockSet

MAX_CALLEES = 200
"""Functions that one function leads to: of what they do the nearest tell enough."""


class Stake(NamedTuple):
    """``use`` of ``location``, in the function or in what it calls, may meet ``against``, which holds the lock."""

    location: Location
    use: Use
    against: Use


@once_for_facts
def stakes_of(package: PackageFacts) -> Stakes:
    """The stakes in ``package``, for the rules that ask one after the other."""
    return Stakes(package)


@finds_more
class Stakes:
    """Which guarded state the functions of a package work on, themselves and in what they call."""

    def __init__(self, package: PackageFacts) -> None:
        """Index what the functions of ``package`` use."""
        self._package = package
        self._callers = callers_of(package)
        self._by_function: dict[str, list[tuple[Location, Use]]] = {}
        for location, uses in package.uses.items():
            for use in uses:
                self._by_function.setdefault(use.function.name, []).append((location, use))

    def of(self, function: FunctionFacts, lock: Location, caller: FunctionFacts, call: Call) -> Stake | None:
        """What may go wrong when ``caller`` makes ``call`` of ``function`` without ``lock``; a write first."""
        best: Stake | None = None
        for location, use in self._worked_on(function, lock):
            against = self._against(location, use, lock, caller, call)
            if against is not None and (best is None or (use.writes and not best.use.writes)):
                best = Stake(location, use, against)
                if use.writes:
                    break
        return best

    def entered_without(self, function: FunctionFacts, lock: Location) -> bool:
        """Whether some way is seen from a goroutine's start, or an exported function, to ``function`` without ``lock``.

        A function that is called through interfaces alone may be called under any lock.
        """
        seen: set[str] = set()
        pending = [function]
        while pending:
            each = pending.pop()
            if each.name in seen or each.contract.unknown:
                continue
            seen.add(each.name)
            if self._is_entry(each):
                return True
            for edge in self._package.calls.get(each.name, ()):
                may = {held.location for call in edge.caller.calls_at(edge.point) for held in call.held.may}
                if lock not in may:
                    pending.append(edge.caller)
        return False

    def _is_entry(self, function: FunctionFacts) -> bool:
        graph = self._package.threads.graph
        if function.name in graph.launches:
            return True
        func = function.ir.func
        return not function.enclosing and func is not None and (func.name[:1].isupper() or func.name == "main")

    def gives_up(self, function: FunctionFacts, lock: Location) -> bool:
        """Whether ``function`` unlocks ``lock``, which it hasn't locked: without it that is a fatal error."""
        return any(
            event.action is LockAction.RELEASE and event.lock.location == lock and lock not in locations(event.held.may)
            for event in function.locks
        )

    def _worked_on(self, function: FunctionFacts, lock: Location) -> Iterator[tuple[Location, Use]]:
        """The uses, in ``function`` and what it calls, of state that ``lock`` guards and nobody locks on the way."""
        for callee in self._within(function, lock):
            for location, use in self._by_function.get(callee.name, ()):
                if lock in locations(use.site.access.held.may):
                    continue
                if self._is_guarded(location, lock) or (callee is function and _is_own(location, function)):
                    yield location, use

    def _within(self, function: FunctionFacts, lock: Location) -> Iterable[FunctionFacts]:
        """``function`` and what it leads to, the nearest first; not past one that takes ``lock`` itself."""
        found = {function.name: function}
        for each in (pending := [function]):
            for edge in self._package.called.get(each.name, ()):
                held = {held.location for call in each.calls_at(edge.point) for held in call.held.may}
                if lock not in held and edge.callee.name not in found and len(found) < MAX_CALLEES:
                    found[edge.callee.name] = edge.callee
                    pending.append(edge.callee)
        return found.values()

    def _is_guarded(self, location: Location, lock: Location) -> bool:
        """Whether ``lock`` guards the location, or stands beside it while nothing tells of another one.

        Where only functions that ask for the lock touch the memory, none is seen to hold it.
        """
        guard = self._package.guards.get(location)
        if guard is not None:
            return guard.lock == lock
        return location.owner == lock.owner and location.kind is lock.kind

    def _against(self, location: Location, use: Use, lock: Location, caller: FunctionFacts, call: Call) -> Use | None:
        """An access under the lock that may meet ``use`` when it runs within ``call``, a write first."""
        access = msgspec.structs.replace(use.site.access, point=call.point)
        there = Site(caller, access)
        threads = self._package.threads
        held = caller.protection(call)
        best: Use | None = None
        for other in self._package.uses.get(location, ()):
            if other.lacks(lock) or not (use.writes or other.writes) or _keeps_out(held, other):
                continue
            if self._in_one_run(caller, other.function) and threads.runs_in_parallel_with_itself(caller) is None:
                continue
            if self._callers.take_turns(caller, other.function):
                continue
            if any(threads.ordered(there, thread) for thread in threads.of(other.function)):
                continue
            if best is None or (other.writes and not best.writes):
                best = other
        return best

    def _in_one_run(self, mine: FunctionFacts, theirs: FunctionFacts) -> bool:
        """Whether one of both is there for the other alone: then a run of one has a run of the other within."""
        if mine is theirs:
            return True
        return theirs.name in self._callers.helpers(mine) or mine.name in self._callers.helpers(theirs)


def _keeps_out(held: LockSet, other: Use) -> bool:
    """Whether another one of the locks that are ``held`` will do, because ``other`` holds that, too."""
    return any(
        other.holds_exclusively(lock.location) or (lock.mode is Mode.EXCLUSIVE and other.holds(lock.location))
        for lock in held
        if lock.location is not None
    )


def _is_own(location: Location, function: FunctionFacts) -> bool:
    """Whether it is a field of the receiver: what else would a method ask for another object's lock for."""
    func = function.ir.func
    receiver = func.receiver if func is not None else None
    if receiver is None or receiver.package is None or not function.contract.declared:
        return False
    return location.owner == f"{receiver.package.path}.{receiver.name}"
