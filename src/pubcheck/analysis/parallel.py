"""May happen in parallel: which goroutines run a function, and which of them overlap.

A *thread* is what starts a goroutine: a ``go`` statement, a call of a starter, a handler that a server calls, and two
that stand for code that isn't seen: ``main``, and the goroutine of some caller of the
exported API. Each function has the set of threads that may run it, found by following the package's calls from those
roots. Two accesses may happen in parallel if two threads that differ run them, one of them a goroutine that this
package starts (or a handler), or if one thread may run several times at once; unless happens-before orders them: what
the starter does before the start comes before all that the goroutine does.

That a method is exported is no evidence by itself: two callers of the API are not taken to overlap.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec

from pubcheck.analysis.answers import finds_more
from pubcheck.analysis.callers import is_exported
from pubcheck.facts import BlockKind, ChannelAction, Point, short_name
from pubcheck.flow import ir
from pubcheck.source import Span

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pubcheck.analysis.callgraph import CallGraph, Edge
    from pubcheck.analysis.function import FunctionFacts
    from pubcheck.analysis.located import Site

_CALLS = 1
"""Calls further up in which a group may have been handed on."""


class Origin(StrEnum):
    """What a thread begins with."""

    GO = "go"
    STARTER = "starter"  # a function that runs it on another goroutine: errgroup.Group.Go, time.AfterFunc
    HANDLER = "handler"
    INIT = "init"  # the package's own initialisation, which comes before everything else
    MAIN = "main"
    CALLER = "caller"  # whoever calls the exported API
    UNKNOWN = "unknown"  # somebody who isn't seen


STARTED = frozenset((Origin.GO, Origin.STARTER, Origin.HANDLER))
"""Threads that are known to be goroutines of their own."""


class Thread(msgspec.Struct, frozen=True, gc=False, order=True, cache_hash=True):
    """A goroutine by its beginning.

    Attributes:
        origin: what it begins with.
        root: name of the function that it begins with; empty for callers, main and whoever isn't seen.
        starter: name of the function that starts it, for ``go`` and starters.
        point: where the starter does; for a literal that is a handler, where it is made.
        span: the start, or the handler's declaration; None where nothing is seen.
        by: full name of the starting function, or what the handler handles.
        many: it may run more than once at the same time.
    """

    origin: Origin
    root: str = ""
    starter: str = ""
    point: Point | None = None
    span: Span | None = None
    by: str = ""
    many: bool = False

    @property
    def started(self) -> bool:
        """Whether it is known to be a goroutine of its own."""
        return self.origin in STARTED

    @property
    def has_start(self) -> bool:
        """Whether one place starts it."""
        return self.origin in (Origin.GO, Origin.STARTER)

    def __str__(self) -> str:
        """A sentence's subject and verb: ``(*Server).Run`` starts ``(*Server).loop`` as a goroutine."""
        match self.origin:
            case Origin.GO:
                what = "a goroutine" if ".func" in self.root else f"`{self.root}` as a goroutine"
                return f"`{self.starter}` starts {what}{' more than once' if self.many else ''}"
            case Origin.STARTER:
                what = "a function literal" if ".func" in self.root else f"`{self.root}`"
                return f"`{short_name(self.by)}` runs {what} on another goroutine"
            case Origin.HANDLER:
                return f"`{self.root}` handles {self.by}, each on a goroutine of its own"
            case Origin.INIT:
                return "`init` runs it"
            case Origin.MAIN:
                return "`main` runs it"
            case Origin.CALLER:
                return "callers of the package run it, on whatever goroutine they are"
        return "it isn't known who runs it"


CALLER = Thread(Origin.CALLER)
ALSO_CALLER = Thread(Origin.CALLER, by="the package")
"""Callers of what the package calls itself, too: it may be exported for its tests alone."""
INIT = Thread(Origin.INIT)
MAIN = Thread(Origin.MAIN)
UNKNOWN = Thread(Origin.UNKNOWN)
NOBODY_KNOWN = frozenset((UNKNOWN,))


class Witness(msgspec.Struct, frozen=True, gc=False):
    """Why two places may happen in parallel: ``one`` runs the first, ``other`` the second.

    They are the same thread if several of it run at once.
    """

    one: Thread
    other: Thread

    @property
    def telling(self) -> Thread:
        """The thread that is known to be a goroutine of its own; the second place's where both are."""
        return self.other if self.other.started else self.one

    @property
    def span(self) -> Span | None:
        """Where that goroutine is started."""
        return self.telling.span

    def __str__(self) -> str:
        return str(self.telling)


@finds_more
class Threads:
    """The threads of a package."""

    def __init__(self, graph: CallGraph, by_function: Mapping[str, frozenset[Thread]], *, program: bool) -> None:
        """Ask ``graph``, and who runs each function, by its name; a ``program`` (package main) has no callers."""
        self.graph = graph
        self._by_function = by_function
        self._program = program
        self._before: dict[tuple[str, Thread], bool] = {}
        self._believed: list[tuple[str, Thread]] = []  # those of ``_before`` that are true, as they were found
        self._awaited: dict[Thread, bool] = {}
        self._within: dict[Thread, bool] = {}
        self._starting: dict[Thread, dict[str, list[Point]]] = {}
        self._leading: dict[Thread, dict[str, list[Point]]] = {}

    # --- who runs what

    def of(self, function: FunctionFacts) -> frozenset[Thread]:
        """The threads that may run ``function``."""
        return self._by_function.get(function.name, NOBODY_KNOWN)

    def runs_in_parallel_with_itself(self, function: FunctionFacts) -> Thread | None:
        """A thread that may run ``function`` several times at once."""
        return min((thread for thread in self.of(function) if thread.many), default=None)

    # --- what overlaps

    def may_happen_in_parallel(self, one: Site, other: Site) -> Witness | None:
        """Why ``one`` and ``other`` may overlap; None if they don't, or if nothing tells that they do.

        Which objects they work on isn't looked at, nor are locks.
        """
        best: Witness | None = None
        for mine in sorted(self.of(one.function)):
            for theirs in sorted(self.of(other.function)):
                if not self.overlap(mine, theirs):
                    continue
                if self.in_order(one, mine, other, theirs):
                    continue
                witness = Witness(mine, theirs)
                if mine != theirs and theirs.started:
                    return witness
                best = best or witness
        return best

    def overlap(self, one: Thread, other: Thread) -> bool:
        """Whether two threads, or two runs of one, are known to run at the same time.

        Two goroutines do if one function leads to the start of both, or one to the start of the other: which methods
        the callers of a package use on one object isn't known.
        """
        if not {Origin.UNKNOWN, Origin.INIT}.isdisjoint((one.origin, other.origin)):
            return False
        if one == other:
            return one.many
        if not (one.has_start and other.has_start):
            return one.started or other.started
        mine, theirs = self._start_points(one), self._start_points(other)
        if mine.keys().isdisjoint(theirs):
            return False
        # A starter that waits for what it started goes on, to other starts, only afterwards.
        first = one.starter in theirs or not self._goes_on_after(CALLER, one)
        return first and (other.starter in mine or not self._goes_on_after(CALLER, other))

    def _goes_on_after(self, mine: Thread, thread: Thread) -> bool:
        """Whether ``mine``, where it isn't in the starter of ``thread``, goes on only when that has ended."""
        starter = self.graph.functions.get(thread.starter)
        if starter is None or not self._is_awaited(thread):
            return False
        if mine.started:
            return mine in self.of(starter)
        known = self._within.get(thread)
        if known is None:
            known = self._within[thread] = self._ends_within(thread, set())
        return known

    def _ends_within(self, thread: Thread, seen: set[Thread]) -> bool:
        """Whether starters wait all the way up to those that no goroutine runs; of a circle each waits for the next."""
        seen.add(thread)
        starter = self.graph.functions.get(thread.starter)
        above = self.of(starter) if starter is not None else NOBODY_KNOWN
        return self._is_awaited(thread) and all(
            each in seen or self._ends_within(each, seen) for each in sorted(above) if each.started
        )

    def _is_awaited(self, thread: Thread) -> bool:
        """Whether the starter waits for something when it has started ``thread``, or all who hand it a group do."""
        known = self._awaited.get(thread)
        if known is None:
            starter, point = self.graph.functions.get(thread.starter), thread.point
            known = self._awaited[thread] = (
                starter is not None
                and point is not None
                and thread.has_start
                and (
                    any(_is_behind(starter, point, wait) for wait in _waits(starter))
                    or self._is_awaited_above(starter, _CALLS)
                )
            )
        return known

    def _is_awaited_above(self, starter: FunctionFacts, depth: int) -> bool:
        """Whether all who call ``starter`` wait afterwards for a group that they hand on to it."""
        if (not starter.enclosing and is_exported(starter)) or starter.name in self.graph.unseen:
            return False
        edges = self.graph.calls.get(starter.name, ())
        return bool(edges) and all(
            _waits_for_handed(edge) or (depth > 0 and self._is_awaited_above(edge.caller, depth - 1)) for edge in edges
        )

    def in_order(self, one: Site, mine: Thread, other: Site, theirs: Thread) -> bool:
        """Whether ``one``, run by ``mine``, and ``other``, run by ``theirs``, are ordered by a start or its end."""
        if mine == theirs:
            return False
        if self.ordered(one, theirs, mine) or self.ordered(other, mine, theirs):
            return True
        return self._in_turns(mine, theirs) or self._in_turns(theirs, mine)

    def _in_turns(self, first: Thread, second: Thread) -> bool:
        """Whether who starts ``second`` has started ``first`` before and waited for it, each time."""
        function, at = self.graph.functions.get(second.starter), second.point
        starts = self._start_points(first).get(second.starter) if first.has_start and second.has_start else None
        if function is None or at is None or not starts:
            return False
        order, waits = function.order, _waits(function)
        return bool(waits) and all(
            order.reaches(start, at)
            and order.passes_one(start, at, waits)
            and not (order.reaches(at, start) and not order.passes_one(at, start, waits))
            for start in starts
        )

    def ordered(self, site: Site, thread: Thread, mine: Thread | None = None) -> bool:
        """Whether ``site``, run by ``mine``, comes before every start of ``thread``, or after a wait for its end."""
        if thread.point is None:
            return False
        inside = site.function.name in self._start_points(thread)
        if mine is not None and not inside and self._goes_on_after(mine, thread):
            return True
        return self.apart(site.function, site.access.point, thread)

    def apart(self, function: FunctionFacts, point: Point, thread: Thread) -> bool:
        """Whether ``function`` is at ``point`` before every start of ``thread``, or after a wait for its end."""
        return self._precedes(function, point, thread) or self._joined(function, point, thread)

    def _precedes(self, function: FunctionFacts, point: Point, thread: Thread) -> bool:
        starts = self._start_points(thread).get(function.name) or self._led_to(thread).get(function.name)
        if starts:
            return not any(start == point or function.order.reaches(start, point) for start in starts)
        key = (function.name, thread)
        known = self._before.get(key)
        if known is None:
            self._before[key] = True  # a cycle of calls adds no caller from outside
            mark = len(self._believed)
            known = self._entered_before(function, thread)
            if not known:
                # What was believed on the way may rest on what now turns out to be wrong.
                for each in self._believed[mark:]:
                    del self._before[each]
                del self._believed[mark:]
                self._before[key] = False
            else:
                self._believed.append(key)
        return known

    def _entered_before(self, function: FunctionFacts, thread: Thread) -> bool:
        """Whether all calls of ``function`` come before the start."""
        if function.name == thread.root or function.name in self.graph.unseen or self.graph.launches.get(function.name):
            return False
        if not function.enclosing and is_exported(function) and not self._program:
            return False
        edges = [edge for edge in self.graph.calls.get(function.name, ()) if not self._is_own(edge.caller, thread)]
        return bool(edges) and all(
            self._precedes(edge.caller, edge.point, thread) and not edge.deferred for edge in edges
        )

    def _is_own(self, function: FunctionFacts, thread: Thread) -> bool:
        """Whether the one goroutine of ``thread`` alone runs it: it meets nothing else that it does."""
        return not thread.many and self.of(function) == {thread}

    def _joined(self, function: FunctionFacts, at: Point, thread: Thread) -> bool:
        starts = self._start_points(thread).get(function.name) if thread.has_start else None
        if not starts:
            return False
        waits = _waits(function)
        return bool(waits) and all(function.order.passes_one(start, at, waits) for start in starts)

    def _led_to(self, thread: Thread) -> dict[str, list[Point]]:
        """Where goroutines are started that start ``thread``, directly or not."""
        known = self._leading.get(thread)
        if known is None:
            known = self._leading[thread] = {}
            work = list(self._start_points(thread))
            while work:
                name = work.pop()
                before = [(launch.starter, launch.spawn.point) for launch in self.graph.launches.get(name, ())]
                if name in known:
                    before += [(edge.caller, edge.point) for edge in self.graph.calls.get(name, ())]
                for starter, point in before:
                    work += [starter.name] if starter.name not in known else []
                    known.setdefault(starter.name, []).append(point)
        return known

    def _start_points(self, thread: Thread) -> dict[str, list[Point]]:
        """Where ``thread`` is started: by the function that does, and by calls that lead to it."""
        known = self._starting.get(thread)
        if known is not None or thread.point is None:
            return known or {}
        found: dict[str, list[Point]] = {thread.starter: [thread.point]}
        work = [thread.starter]
        while work:
            for edge in self.graph.calls.get(work.pop(), ()):
                if edge.caller.name not in found:
                    work.append(edge.caller.name)
                found.setdefault(edge.caller.name, []).append(edge.point)
        self._starting[thread] = found
        return found


def _waits(function: FunctionFacts) -> list[Point]:
    waits = [event.point for event in function.blocking if event.kind is BlockKind.WAIT]
    return waits + [event.point for event in function.channels if event.action is ChannelAction.RECEIVE]


def _waits_for_handed(edge: Edge) -> bool:
    handed = {target for arg in edge.args or () for target in arg.targets}
    return any(
        event.kind is BlockKind.WAIT and event.subject in handed and _is_behind(edge.caller, edge.point, event.point)
        for event in edge.caller.blocking
    )


def _is_behind(function: FunctionFacts, point: Point, later: Point) -> bool:
    """Whether ``later`` comes after ``point``, at the return too."""
    if isinstance(function.ir.blocks[later.block].instructions[later.index], ir.Defer):
        return function.order.dominates(later, point)
    return function.order.reaches(point, later)
