"""Edges between goroutines by what they wait for and what they announce, where neither knows the other.

A place is ordered after another one if it waits, on every path to it, for something that is announced after the other:
a channel that is sent on or closed, a group's ``Done``, an atomic that is written, a lock that is released. Whether
what is received is that very announcement isn't known, so two places that have such a pair are taken to be ordered.
An atomic is waited for only where a branch on what was loaded leads to the place, and a lock only by the function
itself: others acquire and release it all the time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.analysis.answers import finds_more
from pubcheck.analysis.callers import is_exported
from pubcheck.analysis.callgraph import ONCE
from pubcheck.analysis.cancellations import cancels, found_cancelled, is_cancellation
from pubcheck.analysis.claims import claims
from pubcheck.analysis.handovers import under_the_same_lock
from pubcheck.analysis.remembering import once_for_facts
from pubcheck.facts import AtomicKind, ChannelAction, Location, LocationKind, Point
from pubcheck.flow import ir

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pubcheck.analysis.callgraph import Launch
    from pubcheck.analysis.function import FunctionFacts
    from pubcheck.analysis.located import Site
    from pubcheck.analysis.package import PackageFacts
    from pubcheck.facts import Access, AccessPath, ChannelEvent

    Signal = tuple[Location | None, bool]
    """What is waited for or announced, and whether that is room in a channel; None has no name and may be anything."""

_WAITS = frozenset(
    (
        "(*sync.WaitGroup).Wait",
        "(*sync.Cond).Wait",
        "(*golang.org/x/sync/errgroup.Group).Wait",
        "(*golang.org/x/sync/semaphore.Weighted).Acquire",
    )
)
_DONE = "(*sync.WaitGroup).Done"
_TELLS = frozenset(
    (_DONE, "(*sync.Cond).Broadcast", "(*sync.Cond).Signal", "(*golang.org/x/sync/semaphore.Weighted).Release")
)
_GROUPS = frozenset(("(*sync.WaitGroup).Go", "(*golang.org/x/sync/errgroup.Group).Go"))

_CANCELLED: Signal = (Location(LocationKind.GLOBAL, "context", "cancel"), False)
_DEPTH = 4
"""Callers that are followed upwards."""


@once_for_facts
def handshakes_of(package: PackageFacts) -> Handshakes:
    """The handshakes of ``package``, for the rules that ask one after the other."""
    return Handshakes(package)


@finds_more
class Handshakes:
    """What the functions of one package wait for and announce."""

    def __init__(self, package: PackageFacts) -> None:
        """Look at ``package`` when asked."""
        self._graph = package.threads.graph
        self._told: dict[str, frozenset[Signal]] = {}
        self._waited: dict[str, frozenset[Signal]] = {}

    def order(self, one: Site, other: Site, *, by_name: bool = False) -> bool:
        """Whether one of the two places waits for what is announced after the other, perhaps only ``by_name``."""
        return self._follows(one, other, by_name) or self._follows(other, one, by_name)

    def _follows(self, late: Site, early: Site, by_name: bool) -> bool:
        if under_the_same_lock(late, early):
            return True
        awaited = set(self.awaited(late.function, late.access.point))
        if not awaited:
            return False
        told = set(self.announced(early.function, early.access.point))
        if not by_name and told and (_unnamed(awaited) or _unnamed(told)):
            return True
        # Which context is cancelled has no name either.
        return any(location is not None for location, _ in (awaited & told) - ({_CANCELLED} if by_name else set()))

    def ends_announced(self, function: FunctionFacts, point: Point) -> Iterator[Location | None]:
        """By what those who run ``function`` on a goroutine tell that they are done, some time after ``point``.

        Who has the object from outside may wait for that before it asks for more. None is what has no name.
        """
        for each, at in self._ways_in(function, point):
            for launch in self._graph.launches.get(each.name, ()):
                yield from (location for location, _ in _counted(launch))
            for end, location in ends_of(each):
                if end == at or each.order.reaches(at, end) or _is_deferred(each, end):
                    yield location

    def is_timed(self, function: FunctionFacts, point: Point) -> bool:
        """Whether ``function``, or a caller for it, gets to ``point`` again and again as the clock tells it to."""
        return any(
            at.block in loop.blocks and not loop.blocks.isdisjoint(_pauses(each, at))
            for each, at in self._ways_in(function, point)
            for loop in each.order.loops
        )

    def _ways_in(self, function: FunctionFacts, point: Point) -> Iterator[tuple[FunctionFacts, Point]]:
        """``function`` at ``point``, and those of the package that call it, directly or not, each once."""
        seen: set[str] = set()
        work = [(function, point)]
        while work:
            each, at = work.pop()
            if each.name not in seen:
                seen.add(each.name)
                yield each, at
                work += [(edge.caller, edge.point) for edge in self._graph.calls.get(each.name, ())]

    def is_won(self, function: FunctionFacts, point: Point, depth: int = _DEPTH) -> bool:
        """Whether an exchange, in ``function`` or before all calls of it, lets one goroutine alone get there.

        An exchange is atomic, or a flag that is found unset and then set under one lock, or a state that is so left.
        """
        if any(_is_exchange(access) for access in _deciding(function, point)) or claims(function, point):
            return True
        if not depth or self._has_other_callers(function):
            return False
        edges = self._graph.calls.get(function.name, ())
        return bool(edges) and all(self.is_won(edge.caller, edge.point, depth - 1) for edge in edges)

    def is_sent_for(
        self, site: Site, starter: FunctionFacts, *, given: bool = False, before: Point | None = None
    ) -> bool:
        """Whether ``site`` is got to only past a receive from a channel that ``starter`` doesn't send on.

        It is a field's, or a local one that no other literal sends on; or the starter's own, that is ``given``. What
        ``starter`` does later than ``before`` doesn't count.
        """
        awaited = set(self.awaited(site.function, site.access.point))
        told = self._announced_before(starter, before) if before is not None else self._announced_inside(starter)
        if given and (None, False) in awaited and not told:
            return True
        named = {location for location, room in awaited if location is not None and not room}
        channels = {location for location in named if location.kind is not LocationKind.GLOBAL}
        own = {location for location in channels if location.kind is LocationKind.LOCAL}
        channels -= {location for location in own if self._is_told_by_literals(site.function, location)}
        return not channels <= {location for location, _ in told}

    def _is_told_by_literals(self, function: FunctionFacts, channel: Location) -> bool:
        """Whether ``function``, or another literal of the function around it, sends on ``channel`` or closes it."""
        outer = function.name.partition(".func")[0]
        names = [f"{outer}.func1"]
        while names:
            name = names.pop()
            literal = self._graph.functions.get(name)
            if literal is not None:
                if any(
                    event.action is not ChannelAction.RECEIVE and channel in {each.location for each in event.targets}
                    for event in literal.channels
                ):
                    return True
                names += [_next(name), f"{name}.1"]
        return False

    def awaited_at(self, function: FunctionFacts, point: Point) -> frozenset[Signal]:
        """What is waited for, by name, right at ``point``."""
        return frozenset(signal for at, signal in _waits(function) if at == point and signal[0] is not None)

    def awaited_by(self, function: FunctionFacts, point: Point) -> frozenset[Signal]:
        """What ``function`` itself has certainly waited for, by name, at ``point``."""
        dominates = function.order.dominates
        return frozenset(
            signal for at, signal in _waits(function) if signal[0] is not None and at != point and dominates(at, point)
        )

    def announced_by(self, function: FunctionFacts, point: Point) -> frozenset[Signal]:
        """What ``function`` itself announces by name after ``point``."""
        return frozenset(
            signal
            for at, signal in _announcements(function)
            if signal[0] is not None and (function.order.reaches(point, at) or _is_deferred(function, at))
        )

    def awaited(self, function: FunctionFacts, point: Point, depth: int = _DEPTH) -> Iterator[Signal]:
        """What was certainly waited for when ``point`` is reached, by ``function`` or by all of its callers."""
        order = function.order
        yield from (signal for at, signal in _waits(function) if at != point and order.dominates(at, point))
        yield from _looked_at(function, point)
        for edge in self._graph.called.get(function.name, ()):
            if edge.point != point and order.dominates(edge.point, point):
                yield from self._awaited_inside(edge.callee)
        if not depth or self._has_other_callers(function):
            return
        # A start is an edge too: the goroutine comes after what its starter waited for.
        before = [(edge.caller, edge.point) for edge in self._graph.calls.get(function.name, ())]
        before += [(launch.starter, launch.spawn.point) for launch in self._graph.launches.get(function.name, ())]
        common: set[Signal] | None = None
        for caller, at in before:
            found = set(self.awaited(caller, at, depth - 1))
            common = found if common is None else common & found
            if not common:
                return
        yield from common or ()

    def _has_other_callers(self, function: FunctionFacts) -> bool:
        name = function.name
        exposed = not function.enclosing and is_exported(function)
        return exposed or name in self._graph.unseen

    def announced(self, function: FunctionFacts, point: Point, depth: int = _DEPTH) -> Iterator[Signal]:
        """What may be announced after ``point``, by ``function``, what it calls then, or its callers."""
        reaches = function.order.reaches
        for at, signal in _announcements(function):
            if at == point or reaches(point, at) or _is_deferred(function, at):
                yield signal
        for edge in self._graph.called.get(function.name, ()):
            if edge.point != point and (reaches(point, edge.point) or _is_deferred(function, edge.point)):
                yield from self._announced_inside(edge.callee)
        for launch in self._graph.launches.get(function.name, ()):
            yield from _counted(launch)
        if depth:
            for edge in self._graph.calls.get(function.name, ()):
                yield from self.announced(edge.caller, edge.point, depth - 1)

    def _announced_before(self, function: FunctionFacts, point: Point) -> frozenset[Signal]:
        """What ``function`` may have announced when it gets to ``point``."""
        reaches = function.order.reaches
        told = {
            signal for at, signal in _announcements(function) if reaches(at, point) and not _is_deferred(function, at)
        }
        for edge in self._graph.called.get(function.name, ()):
            if reaches(edge.point, point) and not _is_deferred(function, edge.point):
                told |= self._announced_inside(edge.callee)
        return frozenset(told)

    def _announced_inside(self, function: FunctionFacts) -> frozenset[Signal]:
        """What a call of ``function`` may announce."""
        return self._inside(function, self._told, _announcements)

    def _awaited_inside(self, function: FunctionFacts) -> frozenset[Signal]:
        """What a call of ``function`` may wait for."""
        return self._inside(function, self._waited, _waits)

    def _inside(
        self,
        function: FunctionFacts,
        known: dict[str, frozenset[Signal]],
        own: Callable[[FunctionFacts], Iterator[tuple[Point, Signal]]],
    ) -> frozenset[Signal]:
        found = known.get(function.name)
        if found is None:
            known[function.name] = frozenset()  # a cycle of calls adds nothing new
            signals = {signal for _, signal in own(function)}
            for edge in self._graph.called.get(function.name, ()):
                signals |= self._inside(edge.callee, known, own)
            found = known[function.name] = frozenset(signals)
        return found


def _next(literal: str) -> str:
    """The name of the literal that follows."""
    digits = literal[len(literal.rstrip("0123456789")) :]
    return f"{literal.removesuffix(digits)}{int(digits) + 1}"


def _waits(function: FunctionFacts) -> Iterator[tuple[Point, Signal]]:
    for event in function.channels:
        if event.action is not ChannelAction.CLOSE and not _is_tick(event):  # who sends waits for room
            if is_cancellation(function, event):
                yield event.point, _CANCELLED
            else:
                yield from _named(event.point, event.targets, room=event.action is ChannelAction.SEND)
    for call in function.calls:
        if call.callee in _WAITS or call.callee == ONCE:
            yield from _named(call.point, call.args[0].targets if call.args else ())


def _is_tick(event: ChannelEvent) -> bool:
    """Whether it is the clock that is waited for: nobody's doing comes before that."""
    found = [target.location for target in event.targets]
    return bool(found) and all(location is not None and location.package == "time" for location in found)


def _looked_at(function: FunctionFacts, point: Point) -> Iterator[Signal]:
    """The atomics whose value decides that ``point`` is reached; and contexts, of which one is taken for another."""
    yield from ((access.location, False) for access in _deciding(function, point))
    if found_cancelled(function, point):
        yield _CANCELLED


def _deciding(function: FunctionFacts, point: Point) -> Iterator[Access]:
    """The atomic reads on which it hangs that ``point`` is reached."""
    for condition in function.conditions(point):
        for access in function.accesses:
            if access.atomic is not None and access.atomic.kind.reads and access.point in condition.value.depends:
                yield access


def _is_exchange(access: Access) -> bool:
    return access.atomic is not None and access.atomic.kind in (AtomicKind.CAS, AtomicKind.SWAP)


def ends_of(function: FunctionFacts) -> Iterator[tuple[Point, Location | None]]:
    """Where it is told that something is over, and by what: a channel is closed, a group's ``Done`` called."""
    for event in function.channels:
        if event.action is ChannelAction.CLOSE:
            yield from ((point, location) for point, (location, _) in _named(event.point, event.targets))
    for call in function.calls:
        if call.callee == _DONE:
            targets = call.args[0].targets if call.args else ()
            yield from ((point, location) for point, (location, _) in _named(call.point, targets))


def _pauses(function: FunctionFacts, point: Point) -> Iterator[int]:
    """The blocks in which ``function`` sleeps, or waits for the tick after which alone it gets to ``point``."""
    ticks = (event.point for event in function.channels if _is_tick(event))
    yield from (tick.block for tick in ticks if function.order.dominates(tick, point))
    yield from (call.point.block for call in function.calls if call.callee == "time.Sleep")


def _counted(launch: Launch) -> Iterator[Signal]:
    """The group that is told of the end of a goroutine which it started itself."""
    if launch.spawn.by in _GROUPS:
        for call in launch.starter.calls_at(launch.spawn.point):
            if call.callee == launch.spawn.by and call.args:
                yield from (signal for _, signal in _named(call.point, call.args[0].targets))


def _announcements(function: FunctionFacts) -> Iterator[tuple[Point, Signal]]:
    for event in function.channels:
        yield from _named(event.point, event.targets, room=event.action is ChannelAction.RECEIVE)
    for call in function.calls:
        if call.callee in _TELLS or call.callee == ONCE:
            yield from _named(call.point, call.args[0].targets if call.args else ())
    for access in function.accesses:
        if access.atomic is not None and access.writes:
            yield access.point, (access.location, False)
    for block in function.ir.blocks:
        for index, each in enumerate(block.instructions):
            if isinstance(each, ir.Call | ir.Defer) and cancels(function, each.call):
                yield Point(block.index, index), _CANCELLED


def _named(point: Point, targets: Iterable[AccessPath], *, room: bool = False) -> Iterator[tuple[Point, Signal]]:
    found = [target.location for target in targets]
    yield from ((point, (location, room)) for location in found or [None])


def _unnamed(signals: set[Signal]) -> bool:
    return any(location is None for location, _ in signals)


def _is_deferred(function: FunctionFacts, point: Point) -> bool:
    return isinstance(function.ir.blocks[point.block].instructions[point.index], ir.Defer)
