"""Who writes a location, and whether two writers can meet.

An atomic read-modify-write in two steps is a bug only where somebody can come in between: another function, or another
run of the same one. A lock that all writers hold keeps them out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.facts import Location, LockSet, Mode, Start, locations

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pubcheck.analysis import FunctionFacts, PackageFacts, Site


class Callers:
    """Who calls or starts each function of a package, by the callee's full name or a literal's name."""

    def __init__(self, package: PackageFacts) -> None:
        """Index the calls and goroutine starts of ``package``."""
        self._functions = package.functions
        self._calls: dict[str, list[FunctionFacts]] = {}
        self._starts: dict[str, list[tuple[FunctionFacts, bool]]] = {}
        for function in package.functions:
            for call in function.calls:
                self._calls.setdefault(call.callee, []).append(function)
            for spawn in function.spawns:
                if spawn.start is Start.DEFER:
                    self._calls.setdefault(spawn.callee, []).append(function)
                elif spawn.callee:
                    self._starts.setdefault(spawn.callee, []).append((function, spawn.looped))
        self._parallel: dict[str, bool] = {}

    def runs_in_parallel_with_itself(self, function: FunctionFacts) -> bool:
        """Whether two runs of ``function`` are likely to overlap.

        An exported function of a package that shares state may be called by anybody. A goroutine that is started at one
        place, outside of a loop, is taken for the only one of its kind: such is a worker's main loop. What only such a
        goroutine calls runs once at a time too.
        """
        known = self._parallel.get(function.name)
        if known is None:
            self._parallel[function.name] = False  # a cycle of calls adds no caller from outside
            known = self._parallel[function.name] = self._decide(function)
        return known

    def _decide(self, function: FunctionFacts) -> bool:
        if Start.HANDLER in function.starts:
            return True
        if function.constructor or function.test or function.name in ("main", "init"):
            return False
        starts = [*self._starts.get(function.name, ()), *self._starts.get(function.full_name, ())]
        if any(looped for _, looped in starts):
            return True
        callers = {
            id(caller): caller
            for name in {function.name, function.full_name}
            for caller in self._calls.get(name, ())
            if caller is not function
        }
        if any(self.runs_in_parallel_with_itself(caller) for caller in callers.values()):
            return True
        return not function.enclosing and not starts and is_exported(function)


def is_exported(function: FunctionFacts) -> bool:
    """Whether other packages can call it: the function's own name and its receiver's begin with a capital."""
    words = function.name.replace("(", "").replace(")", "").replace("*", "").split(".")
    return all(word[:1].isupper() for word in words)


def is_private(site: Site) -> bool:
    """Whether nobody else can reach the memory yet at this access: a constructor's, or a fresh value."""
    return site.access.owned or site.access.init or site.function.constructor


def writers(sites: Iterable[Site]) -> list[Site]:
    """The sites that change memory which others can reach. What a test does to it happens before or after."""
    return [site for site in sites if site.access.writes and not is_private(site) and not site.function.test]


def excludes(held: LockSet, others: Iterable[Site]) -> bool:
    """Whether a lock of ``held`` keeps all ``others`` out: held exclusively on one side and at all on the other.

    Locks are compared by location, as they must be across goroutines. A function that runs under a lock of its
    callers' which can't be named is taken to hold the right one.
    """
    here = {lock.location: lock.mode for lock in held if lock.location is not None}
    common: set[Location] | None = None
    for site in others:
        if site.function.contract.unknown:
            continue
        there = {lock.location: lock.mode for lock in site.protection if lock.location is not None}
        both = {
            location
            for location, mode in there.items()
            if location in here and Mode.EXCLUSIVE in (mode, here[location])
        }
        common = both if common is None else common & both
        if not common:
            return False
    return bool(common) if common is not None else bool(locations(held))
