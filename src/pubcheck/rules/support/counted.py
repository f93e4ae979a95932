"""Wait groups whose counter goes wrong within one function and the goroutines that it starts."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from pubcheck.analysis.goroutines import Count, Names, Thread, counts
from pubcheck.facts import Point, RootKind
from pubcheck.flow import ir

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts
    from pubcheck.analysis.goroutines import Goroutines
    from pubcheck.facts import AccessPath

ENTRY = Point(0, -1)
_GO = "(*sync.WaitGroup).Go"


class Counting:
    """What one function and its goroutines do to wait groups."""

    def __init__(self, starter: Thread, facts: FunctionFacts) -> None:
        """Look at ``starter``, which runs ``facts``."""
        self.starter = starter
        self.facts = facts

    @cached_property
    def counts(self) -> tuple[Count, ...]:
        """What the function itself does."""
        return tuple(counts(self.facts, self.starter.names))

    def adds(self, group: AccessPath) -> tuple[Count, ...]:
        """Where the function adds to ``group``."""
        return tuple(each for each in self.counts if each.method == "Add" and each.group == group)

    def missed(self) -> Iterator[tuple[Count, Thread, Point]]:
        """A goroutine that was counted and has a path to a return past its ``Done``: the last one, and the return."""
        for child in self.starter.children:
            facts = child.facts
            if facts is None or child.point is None:
                continue
            for group, done in self._last_dones(child, facts).items():
                adds = self.adds(group)
                counted = any(self.facts.order.same_turn(each.call.point, child.point) for each in adds)
                counted = counted and not any(self._leaves_some_out(each) for each in adds)
                told = self._told(child, group)
                if not counted or any(edge_deferred for _, edge_deferred in told):
                    continue
                points = [point for point, _ in told]
                if any(facts.in_loop(point) for point in points):
                    continue  # it counts items, not itself
                leaves = (end for end in returns(facts) if not facts.order.passes_one(ENTRY, end, points))
                missed = next(leaves, None)
                if missed is not None:
                    yield done, child, missed

    def _leaves_some_out(self, add: Count) -> bool:
        """Whether less is added than there is of something, ``len(parts) - 1``: somebody isn't waited for."""
        instruction = self.facts.ir.blocks[add.call.point.block].instructions[add.call.point.index]
        given = instruction.call.args[1] if isinstance(instruction, ir.Call | ir.Defer) else None
        return isinstance(given, int) and given in self._differences

    @cached_property
    def _differences(self) -> frozenset[int]:
        """The registers that get what is left of something."""
        return frozenset(
            each.target
            for block in self.facts.ir.blocks
            for each in block.instructions
            if isinstance(each, ir.Compute) and each.op == "-"
        )

    def _last_dones(self, child: Thread, facts: FunctionFacts) -> dict[AccessPath, Count]:
        return {each.group: each for each in counts(facts, child.names) if each.method == "Done"}

    def _told(self, child: Thread, group: AccessPath) -> list[tuple[Point, bool]]:
        """Where ``child``, or what it starts, is done with ``group``; and whether at its return."""
        told = [(edge.point, edge.deferred) for edge in child.edges if edge.releases and edge.object == group]
        told += [
            (inner.point, False)
            for inner in child.children
            if inner.point is not None and (inner.facts is None or self._finishes(inner, group))
        ]
        return told

    def _finishes(self, thread: Thread, group: AccessPath) -> bool:
        """Whether ``thread``, or what it starts, is done with ``group`` at some time."""
        return any(
            each.facts is None or any(edge.releases and edge.object == group for edge in each.edges)
            for each in thread.descendants
        )

    def counted_once(self) -> Iterator[tuple[Count, Thread]]:
        """An ``Add(1)`` before a loop each of whose turns starts a goroutine that is ``Done``."""
        order = self.facts.order
        for child in self.starter.children:
            facts, point = child.facts, child.point
            if facts is None or point is None or not order.reaches(point, point):
                continue
            for group in self._last_dones(child, facts):
                adds = self.adds(group)
                alone = len(adds) == 1 and adds[0].delta == 1 and is_own(group, self.facts)
                if alone and order.dominates(adds[0].call.point, point):
                    again = order.reaches(point, adds[0].call.point)
                    told = self._told(child, group)
                    looped = any(facts.in_loop(at) for at, _ in told)
                    if not again and not looped and self._passes(facts, told):
                        yield adds[0], child

    def _passes(self, facts: FunctionFacts, told: list[tuple[Point, bool]]) -> bool:
        """Whether each run is done at least once."""
        if any(deferred for _, deferred in told):
            return True
        return facts.order.all_pass_one(ENTRY, returns(facts), [point for point, _ in told])

    def counted_short(self) -> Iterator[tuple[Count, Thread]]:
        """An ``Add(len(xs))`` before a loop over ``xs`` that has turns which start nobody who is done."""
        order, blocks = self.facts.order, self.facts.ir.blocks
        for add in self.counts:
            over = self._length_of(add)
            if over is None or not is_own(add.group, self.facts) or len(self.adds(add.group)) > 1:
                continue
            started = [
                (child, child.point)
                for child in self.starter.children
                if child.point is not None and (child.facts is None or self._finishes(child, add.group))
            ]
            told = [edge.point for edge in self.starter.edges if edge.releases and edge.object == add.group]
            passed = [*(point for _, point in started), *told, *self._handing_on(add)]
            for loop in order.loops:
                head = Point(loop.header, len(blocks[loop.header].instructions) - 1)
                turn = blocks[loop.header].instructions[-1]
                inside = [child for child, point in started if point.block in loop.blocks]
                if type(turn) is not ir.Range or turn.subject != over or not inside or len(inside) < len(started):
                    continue
                if not order.passes_one(Point(turn.body, -1), head, passed):
                    yield add, inside[0]

    def _length_of(self, add: Count) -> ir.Operand | None:
        """The slice whose length is added."""
        call = self.facts.ir.blocks[add.call.point.block].instructions[add.call.point.index]
        given = call.call.args[1] if add.method == "Add" and type(call) is ir.Call and len(call.call.args) > 1 else None
        made = self.starter.names.made.get(given) if isinstance(given, int) else None
        return made.operands[0] if type(made) is ir.Compute and made.op == "len" else None

    def counted_inside(self, goroutines: Goroutines) -> Iterator[tuple[Count, Thread]]:
        """An ``Add`` in the goroutine that it counts, which the starter waits for and hasn't counted before."""
        waited = {each.group for each in self.counts if each.method == "Wait"}
        for child in self.starter.children if waited else ():
            point = child.point
            body = self._body(child, goroutines)
            if body is None or point is None:
                continue
            facts, found = body
            done = {each.group for each in found if each.method == "Done"}
            for add in found:
                if add.method != "Add" or add.group not in waited & done:
                    continue
                before = any(self.facts.order.reaches(each.call.point, point) for each in self.adds(add.group))
                starts = any(facts.order.reaches(add.call.point, spawn.point) for spawn in facts.spawns)
                if not before and not starts and not facts.in_loop(add.call.point) and not facts.protection(add.call):
                    yield add, child

    def _body(self, child: Thread, goroutines: Goroutines) -> tuple[FunctionFacts, list[Count]] | None:
        """What ``child`` runs, a declared function too, and what that does to counters, in the starter's terms."""
        if child.facts is not None:
            return child.facts, list(counts(child.facts, child.names))
        facts = goroutines.lookup(child.spawn.callee, self.facts) if child.spawn is not None else None
        if facts is None or child.point is None:
            return None
        start = self.facts.ir.blocks[child.point.block].instructions[child.point.index]
        given = self.starter.names.arguments(start.call) if type(start) is ir.Go else ()
        own = counts(facts, Names(facts, given))
        return facts, [each for each in own if is_own(each.group, self.facts)]

    def done_twice(self) -> Iterator[tuple[Count, Count, Thread]]:
        """A ``Done`` too many, with the other one, on a way of the one goroutine that was counted, once."""
        for child in self.starter.children:
            facts, point = child.facts, child.point
            if facts is None or point is None:
                continue
            dones = [each for each in counts(facts, child.names) if each.method == "Done"]
            for first in dones:
                adds = self.adds(first.group)
                alone = len(adds) == 1 and adds[0].delta == 1 and is_own(first.group, self.facts)
                if (
                    not alone
                    or not self.facts.order.same_turn(adds[0].call.point, point)
                    or facts.in_loop(first.call.point)
                ):
                    continue
                others = [each for each in self.starter.children if each is not child]
                if any(each.facts is None or self._finishes(each, first.group) for each in others):
                    continue
                for second in dones:
                    later = facts.order.reaches(first.call.point, second.call.point)
                    if second is not first and second.group == first.group and later:
                        # A deferred one is the one to keep.
                        yield (first, second, child) if second.call.deferred else (second, first, child)
                        return

    def counted_down_twice(self) -> Iterator[tuple[Count, Thread]]:
        """A ``Done`` in what ``WaitGroup.Go`` runs and counts itself, of a group that nobody adds to beside it."""
        for child in self.starter.children:
            if child.facts is None or child.spawn is None or child.spawn.by != _GO:
                continue
            for group, done in self._last_dones(child, child.facts).items():
                if group == child.announces and not self.adds(group) and is_own(group, self.facts):
                    yield done, child

    def never_done(self) -> Iterator[tuple[Count, Count]]:
        """An ``Add(1)`` that a path leads from to the same ``Add``, or to ``Wait``, with nobody who is done started.

        Only for a group of the function's own: who else may be done with others isn't known.
        """
        order = self.facts.order
        for add in self.counts:
            if add.method != "Add" or add.delta != 1 or not is_own(add.group, self.facts) or add.call.deferred:
                continue
            waits = [each for each in self.counts if each.method == "Wait" and each.group == add.group]
            finishing = [
                each.point
                for each in self.starter.children
                if each.point is not None and (each.facts is None or self._finishes(each, add.group))
            ]
            here = add.call.point
            if not waits or not finishing or any(wait.call.deferred for wait in waits):
                continue
            if not order.reaches(here, here) or not all(order.same_turn(here, point) for point in finishing):
                continue  # what is counted isn't what is started
            told = [edge.point for edge in self.starter.edges if edge.releases and edge.object == add.group]
            if not order.passes_one(here, here, [*finishing, *told, *self._handing_on(add)]):
                yield add, waits[0]

    def left_counted(self) -> Iterator[tuple[Count, Point]]:
        """An ``Add(1)`` to a group of an object, and a return past it and the start of the goroutine that it counts."""
        order = self.facts.order
        for add in self.counts:
            if add.method != "Add" or add.delta != 1 or add.call.deferred or is_own(add.group, self.facts):
                continue
            told = [edge for edge in self.starter.edges if edge.releases and edge.object == add.group]
            finishing = [
                each.point
                for each in self.starter.children
                if each.point is not None and each.facts is not None and self._finishes(each, add.group)
            ]
            here = add.call.point
            if any(edge.deferred for edge in told) or not any(order.same_turn(here, point) for point in finishing):
                continue
            passed = [*finishing, *(edge.point for edge in told), *self._handing_on(add, around=True)]
            ends = (end for end in returns(self.facts) if not order.passes_one(here, end, passed))
            end = next(ends, None)
            if end is not None:
                yield add, end

    def _handing_on(self, add: Count, *, around: bool = False) -> Iterator[Point]:
        """Where the function hands the group, or a literal that may be done with it, to somebody.

        With ``around`` also an object that leads to the group.
        """
        known = {each.call.point for each in self.counts}
        for block in self.facts.ir.blocks:
            for index, each in enumerate(block.instructions):
                point = Point(block.index, index)
                if type(each) is ir.Closure:
                    yield point
                elif isinstance(each, ir.Call | ir.Defer | ir.Go) and point not in known:
                    given = self.starter.names.arguments(each.call)
                    if add.group in given or (around and any(one and add.group.starts_with(one) for one in given)):
                        yield point

    def waits_in_a_ring(self) -> Iterator[tuple[Count, Count, Thread]]:
        """A goroutine that waits for a group before it is done with another, for which that group's waits likewise."""
        threads = (*self.starter.children, self.starter)
        waiting = [(child, *pair) for child in threads for pair in self._waits_first(child)]
        for at, (one, wait, done) in enumerate(waiting):
            for other, back, owed in waiting[at + 1 :]:
                ring = wait.group == owed.group and back.group == done.group and wait.group != done.group
                if ring and one is not other and self._counted_before(one, wait) and self._counted_before(other, back):
                    yield wait, back, one

    def _waits_first(self, child: Thread) -> Iterator[tuple[Count, Count]]:
        """The ``Wait`` that ``child`` comes to in any case before a ``Done``, both of groups of the function's own."""
        facts = child.facts
        if facts is None or (child.point is None and child is not self.starter):
            return
        found = [each for each in counts(facts, child.names) if is_own(each.group, self.facts)]
        for wait in (each for each in found if each.method == "Wait" and not each.call.deferred):
            here = wait.call.point
            for done in (each for each in found if each.method == "Done"):
                late = done.call.deferred and facts.order.all_pass_one(ENTRY, returns(facts), [here])
                if late or (not done.call.deferred and facts.order.dominates(here, done.call.point)):
                    yield wait, done

    def _counted_before(self, child: Thread, wait: Count) -> bool:
        """Whether what ``child`` waits for has been counted when it starts."""
        point, order = wait.call.point if child is self.starter else child.point, self.facts.order
        return point is not None and any(order.dominates(add.call.point, point) for add in self.adds(wait.group))

    def waits_at_once(self) -> Iterator[tuple[Count, Thread]]:
        """A ``Wait`` right behind the one goroutine that each turn of a loop starts."""
        order = self.facts.order
        children = [each for each in self.starter.children if each.point is not None]
        for wait in self.counts:
            if wait.method != "Wait" or wait.call.deferred or not order.reaches(wait.call.point, wait.call.point):
                continue
            at = wait.call.point
            counted = [each for each in children if self._finishes(each, wait.group)]
            if len(counted) != 1 or counted[0].point is None or counted[0].point.block != at.block:
                continue
            point = counted[0].point
            block = self.facts.ir.blocks[at.block].instructions
            between = block[point.index + 1 : at.index]
            if point.index < at.index and not any(isinstance(each, ir.Call | ir.Send | ir.Store) for each in between):
                yield wait, counted[0]


def returns(facts: FunctionFacts) -> tuple[Point, ...]:
    """The points where ``facts`` returns."""
    return tuple(
        Point(block.index, len(block.instructions) - 1)
        for block in facts.ir.blocks
        if block.instructions and type(block.instructions[-1]) is ir.Return
    )


def is_own(group: AccessPath, facts: FunctionFacts) -> bool:
    """Whether the group is a variable of the function itself."""
    root = group.root
    declared = facts.pos <= root.index < facts.end and root.file == facts.path
    return root.kind is RootKind.CELL and declared and all(step == "*" for step in group.steps)
