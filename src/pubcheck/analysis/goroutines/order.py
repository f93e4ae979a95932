"""Whether two accesses of different goroutines may happen at the same time.

Two accesses are ordered when every way from one to the other passes an edge: what the first side releases after its
access is acquired by the second before its own. Only what is certain on all paths orders; where an object can't be
named it is taken to be the right one, because unknown silences.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from pubcheck.analysis.answers import finds_more
from pubcheck.analysis.goroutines.edges import UNKNOWN, is_decided
from pubcheck.analysis.goroutines.exclusion import tokens, under_lock
from pubcheck.analysis.goroutines.nilness import ways_of_others
from pubcheck.analysis.goroutines.objects import Objects
from pubcheck.analysis.goroutines.settled import closed_ways
from pubcheck.analysis.survey import assigned
from pubcheck.facts import Point
from pubcheck.flow import ir

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis.function import FunctionFacts
    from pubcheck.analysis.goroutines.edges import Edge
    from pubcheck.analysis.goroutines.threads import Side, Thread
    from pubcheck.facts import Access, AccessPath, Root

    Condition = tuple[object, bool]

ENTRY = Point(0, -1)


@finds_more
class HappensBefore:
    """Answers for the goroutines of one function."""

    def __init__(self, threads: tuple[Thread, ...]) -> None:
        """``threads`` are all of them."""
        self._threads = threads
        self._released: dict[tuple[int, int], Objects] = {}
        self._closed_after: dict[tuple[str, Point], tuple[Point, ...]] = {}
        self._passed_on: dict[tuple[int, frozenset[tuple[AccessPath, bool]]], Objects] = {}
        self._tokens: dict[tuple[int, int], set[AccessPath]] = {}

    @cached_property
    def _buffered(self) -> frozenset[AccessPath]:
        """Channels whose sends say nothing about receives."""
        return frozenset(path for thread in self._threads for path in _buffered(thread))

    def after_start(self, child: Thread, mine: Side, theirs: Side) -> bool:
        """Whether ``mine``, of the starter of ``child``, may overlap ``theirs``, of ``child`` or what it starts."""
        if self._excluded(mine, theirs) or self._heard(child, mine, theirs.touch.root, self.released(theirs)):
            return False
        return not self._enters_after(child, theirs, self.released(mine))

    def announced_early(self, child: Thread, mine: Side, theirs: Side) -> Edge | None:
        """What was told before ``theirs``, and waited for before ``mine``: the order that was meant."""
        for edge in self._early(theirs):
            told = self._passed({(edge.object, edge.closes)}, theirs.thread)
            if self._heard(child, mine, theirs.touch.root, told):
                return edge
        return None

    def _heard(self, child: Thread, mine: Side, root: Root, objects: Objects) -> bool:
        """Whether the starter gets from the start of ``child`` to ``mine`` only past an acquire of ``objects``."""
        facts = mine.thread.facts
        if facts is None or child.point is None:
            return True
        access = mine.touch.access
        walls = [*self._walls(mine.thread, objects, child.point), *_declarations(facts, root)]
        walls += self._closed(facts, child.point)
        if facts.order.all_pass_one(child.point, _places(facts, access), walls):
            return True
        return _deferred(facts, access.point) and self._deferred_join(mine.thread, objects, access)

    def _closed(self, facts: FunctionFacts, start: Point) -> tuple[Point, ...]:
        """Where nothing leads from ``start``, by what flags tell and variables that are nil."""
        key = (facts.name, start)
        known = self._closed_after.get(key)
        if known is None:
            known = self._closed_after[key] = (
                *closed_ways(facts, start),
                *ways_of_others(facts, start),
            )
        return known

    def at_once(self, one: Thread, mine: Side, other: Thread, theirs: Side) -> bool:
        """Whether ``mine``, of ``one`` or what it starts, may overlap ``theirs``, of ``other`` or what that starts.

        Both have the same starter; they may be the same, started again.
        """
        if self._excluded(mine, theirs):
            return False
        released, given = self.released(mine), self.released(theirs)
        root = mine.touch.root
        meet = self._meet(one, other, released, root) or (one is not other and self._meet(other, one, given, root))
        if not meet or self._enters_after(other, theirs, released):
            return False
        return one is other or not self._enters_after(one, mine, given)

    def _meet(self, one: Thread, other: Thread, objects: Objects, root: Root) -> bool:
        """Whether ``other`` may be started while ``one`` still runs."""
        starter = one.starter
        facts = starter.facts if starter is not None else None
        if starter is None or facts is None or one.point is None or other.point is None:
            return False
        if started_together(one, other):
            return True
        walls = [*self._walls(starter, objects, one.point), *_declarations(facts, root)]
        walls += self._closed(facts, one.point)
        return not facts.order.all_pass_one(one.point, (other.point,), walls)

    def _excluded(self, mine: Side, theirs: Side) -> bool:
        """Whether a lock, or a channel that is used as one, keeps the two accesses apart."""
        if under_lock(mine, theirs):
            return True
        mine_shaken = self._shaken(mine)
        return bool(mine_shaken) and not mine_shaken & self._shaken(theirs) <= self._buffered

    def _shaken(self, side: Side) -> set[AccessPath]:
        """As ``tokens``."""
        key = (id(side.thread), id(side.touch.access))
        known = self._tokens.get(key)
        if known is None:
            known = self._tokens[key] = tokens(side)
        return known

    # --- what an access is released by

    def released(self, side: Side) -> Objects:
        """What is released after an access, and what others release in turn after they acquired that."""
        key = (id(side.thread), id(side.touch.access))
        known = self._released.get(key)
        if known is None:
            known = self._released[key] = self._find_released(side)
        return known

    def _find_released(self, side: Side) -> Objects:
        thread = side.thread
        found = {
            (edge.object, edge.closes)
            for edge in thread.edges
            if self._releases(edge) and self._follows(thread, side.touch.access, edge)
        }
        if thread.facts is None:
            found.add((UNKNOWN, False))
        if thread.announces is not None:
            found.add((thread.announces, False))
            for edge in thread.starter.edges if thread.starter is not None else ():
                if edge.acquires and edge.object.starts_with(thread.announces):
                    found.add((edge.object, False))
        return self._passed(found, thread)

    def _passed(self, told: set[tuple[AccessPath, bool]], origin: Thread) -> Objects:
        """What ``origin`` releases, closed or not, and what others release then; many accesses are told alike."""
        key = (id(origin), frozenset(told))
        found = self._passed_on.get(key)
        if found is None:
            found = self._passed_on[key] = Objects()
            for path, closed in told:
                found.add(path, closed=closed)
            self._pass_on(found, origin)
        return found

    def _early(self, side: Side) -> Iterator[Edge]:
        """What is released for certain before an access, and once only: what is told turn by turn isn't the end."""
        facts, access = side.thread.facts, side.touch.access
        if facts is None:
            return
        for edge in side.thread.edges:
            once = edge.releases and not edge.guessed and not facts.order.reaches(edge.point, edge.point)
            if once and not self._follows(side.thread, access, edge) and _precedes(facts, edge, access):
                yield edge

    def _follows(self, thread: Thread, access: Access, edge: Edge) -> bool:
        """Whether ``edge`` comes after ``access`` in ``thread``."""
        facts = thread.facts
        if facts is None:
            return True
        late = _deferred(facts, access.point)
        if edge.deferred != late:
            return edge.deferred
        if edge.point == access.point:
            origin = access.origin or access.span
            return edge.span.path != origin.path or edge.span.start > origin.start
        if late:
            return facts.order.reaches(edge.point, access.point)
        return facts.order.reaches(access.point, edge.point) and self._covers(thread, access, edge)

    def _covers(self, thread: Thread, access: Access, edge: Edge) -> bool:
        """Whether ``edge`` releases the last of several turns' accesses: in a loop, if somebody answers in between."""
        facts = thread.facts
        if facts is None or not facts.order.reaches(edge.point, access.point):
            return True
        answers = [each.point for each in thread.edges if self._acquires(each) and each.point != edge.point]
        is_receive = edge.acquires and edge.handshake
        return not is_receive and facts.order.all_pass_one(edge.point, (access.point,), answers)

    def _pass_on(self, found: Objects, origin: Thread) -> None:
        """Others that wait for what is ``found`` tell in their turn."""
        grows = bool(found)
        while grows:
            before = len(found)
            for thread in self._threads:
                if thread is origin or thread.facts is None:
                    continue
                heard = [(edge, at) for edge in thread.edges if self._acquires(edge) and (at := found.heard_at(edge))]
                if not heard:
                    continue
                if thread.announces is not None:
                    found.add(thread.announces)
                # What is released after one of them; a deferred acquire is followed by deferred calls alone.
                after = thread.facts.order.behind(at for edge, at in heard if not edge.deferred)
                for edge in thread.edges:
                    if self._releases(edge) and (edge.deferred or after(edge.point)):
                        found.add(edge.object, closed=edge.closes)
            grows = len(found) > before

    def _releases(self, edge: Edge) -> bool:
        return edge.releases or (edge.handshake and edge.object not in self._buffered)

    def _acquires(self, edge: Edge) -> bool:
        return edge.acquires or (edge.handshake and edge.object not in self._buffered)

    # --- where it is acquired

    def _walls(self, thread: Thread, objects: Objects, start: Point, before: Point | None = None) -> list[Point]:
        """Points of ``thread`` that come after a release of ``objects``, seen from ``start``.

        Only those that hold for certain for who gets from there to ``before``, if that is given.
        """
        facts = thread.facts
        if facts is None or not objects:
            return []
        found: dict[Point, AccessPath] = {}
        for edge in thread.edges:
            if not edge.deferred and self._acquires(edge) and (before is None or _holds(facts, edge, before)):
                at = objects.heard_at(edge)
                if at is not None:
                    found.setdefault(at, edge.object)
        if not found:
            return []
        if start != ENTRY:
            reasons = frozenset(thread.names.condition(each) for each in facts.conditions(start))
            found = {self._decided(thread, at, found[at], start, reasons): found[at] for at in found}
        return [wall for at in found for wall in whole_loop(facts, at, start)]

    def _decided(
        self, thread: Thread, at: Point, waited: AccessPath, start: Point, reasons: frozenset[Condition]
    ) -> Point:
        """Where it is decided that ``waited`` is waited for: on the condition on which the other side was started."""
        facts = thread.facts
        if facts is None:
            return at
        for each in facts.conditions(at):
            if facts.order.dominates(each.point, start):
                break
            if thread.names.condition(each) not in reasons and thread.names.not_nil(each) != waited:
                break
            at = each.point
        return at

    def _deferred_join(self, thread: Thread, objects: Objects, access: Access) -> bool:
        """Whether a deferred call waits before the deferred ``access``."""
        facts = thread.facts
        if facts is None:
            return False
        return any(
            edge.deferred
            and self._acquires(edge)
            and edge.object in objects
            and (
                facts.order.reaches(access.point, edge.point)
                or (edge.point == access.point and edge.span.start < (access.origin or access.span).start)
            )
            for edge in thread.edges
        )

    def _enters_after(self, child: Thread, side: Side, objects: Objects) -> bool:
        """Whether the goroutine gets to its access only past an acquire of ``objects``."""
        at: Thread | None = side.thread
        ends = (side.touch.access.point,)
        while at is not None:
            facts = at.facts
            if facts is None:
                return False
            if facts.order.all_pass_one(ENTRY, ends, self._walls(at, objects, ENTRY, ends[0])):
                return True
            if at is child or at.point is None:
                return False
            ends = (at.point,)
            at = at.starter
        return False


def _holds(facts: FunctionFacts, edge: Edge, before: Point) -> bool:
    """Whether who passes ``edge`` on the way to ``before`` comes after what released its object."""
    return edge.sure and (not edge.asks or is_decided(facts, edge.point, before))


def _precedes(facts: FunctionFacts, edge: Edge, access: Access) -> bool:
    """Whether ``edge`` comes before ``access`` and never after it."""
    late = _deferred(facts, access.point)
    if edge.deferred != late:
        return late
    if edge.point == access.point:
        origin = access.origin or access.span
        return edge.span.path == origin.path and edge.span.start < origin.start
    order = facts.order
    if late:
        return order.reaches(access.point, edge.point)
    return order.reaches(edge.point, access.point) and not order.reaches(access.point, edge.point)


def started_together(one: Thread, other: Thread) -> bool:
    """Whether one call starts both, of several functions that it is given."""
    items = one.spawn is not None and other.spawn is not None and one.spawn.item and other.spawn.item
    return items and one is not other and one.point == other.point and one.starter is other.starter and _calls(one)


def _calls(thread: Thread) -> bool:
    facts, at = thread.starter.facts if thread.starter is not None else None, thread.point
    return facts is not None and at is not None and type(facts.ir.blocks[at.block].instructions[at.index]) is ir.Call


def _deferred(facts: FunctionFacts, point: Point) -> bool:
    return type(facts.ir.blocks[point.block].instructions[point.index]) is ir.Defer


def _places(facts: FunctionFacts, access: Access) -> tuple[Point, ...]:
    """Where ``access`` happens: a deferred one at the returns; what a return reads after the calls in it."""
    if not _deferred(facts, access.point):
        last = facts.ir.blocks[access.point.block].instructions[-1]
        if type(last) is ir.Return and not access.trace and last.pos <= access.span.start < last.end:
            # Go leaves the order of variables and calls open; compilers read variables in memory last.
            return (Point(access.point.block, len(facts.ir.blocks[access.point.block].instructions) - 1),)
        return (access.point,)
    order = facts.order
    return tuple(
        Point(block, len(facts.ir.blocks[block].instructions) - 1)
        for block in order.exits
        if block == access.point.block or block in order.reachable(access.point.block)
    )


def _declarations(facts: FunctionFacts, root: Root) -> list[Point]:
    """Where a new instance of the variable begins its life, or one that has no memory of its own gets a value."""
    registers = {register for register, var in facts.ir.register_vars.items() if var.pos == root.index}
    return [
        Point(block.index, index)
        for block in facts.ir.blocks
        for index, each in enumerate(block.instructions)
        if (type(each) is ir.Declare and each.var.pos == root.index)
        or (registers and not registers.isdisjoint(assigned(each)))
    ]


def whole_loop(facts: FunctionFacts, point: Point, start: Point) -> Iterator[Point]:
    """The acquire; and the header of a loop that acquires in each of its turns, as if there were at least one."""
    yield point
    order = facts.order
    for loop in order.loops:
        if point.block not in loop.blocks or start.block in loop.blocks:
            continue
        latches = [block for block in order.predecessors[loop.header] if block in loop.blocks]
        if all(order.dominates(point, Point(latch, len(facts.ir.blocks[latch].instructions))) for latch in latches):
            yield Point(loop.header, -1)


def _buffered(thread: Thread) -> Iterator[AccessPath]:
    """Channels that are made with a buffer of more than one: a send that returns says nothing about receives."""
    if thread.facts is None:
        return
    for block in thread.facts.ir.blocks:
        for each in block.instructions:
            if type(each) is ir.Alloc and each.capacity is not None:
                capacity = each.capacity
                path = thread.names.pointer(each.target)
                if path is not None and not (isinstance(capacity, ir.Const) and capacity.value in (0, 1)):
                    yield path
