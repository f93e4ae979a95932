"""Questions about the order of points in one function, beside those that its control-flow graph answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.facts import Point
from pubcheck.flow.cfg import Cfg

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from pubcheck.flow.cfg import Loop


class Order(Cfg):
    """Order of points in one function: ``dominates``, ``post_dominates``, ``reaches``, and what follows here."""

    def end(self, block: int) -> Point:
        """The point at which ``block`` ends."""
        return Point(block, len(self.function.blocks[block].instructions) - 1)

    def behind(self, points: Iterable[Point]) -> Callable[[Point], bool]:
        """What tells of a point whether one of ``points`` reaches it."""
        blocks: set[int] = set()
        first: dict[int, int] = {}
        for point in points:
            blocks |= self.reachable(point.block)
            first[point.block] = min(point.index, first.get(point.block, point.index))
        return lambda point: point.block in blocks or first.get(point.block, point.index) < point.index

    def always_passes(self, first: Point, second: Point) -> bool:
        """Whether every path from ``first`` that leaves the function passes ``second`` on the way."""
        return self.post_dominates(second, first)

    def same_turn(self, first: Point, second: Point) -> bool:
        """Whether a path leads from ``first`` to ``second`` without starting another turn of any loop."""
        if first.block == second.block:
            return first.index < second.index
        # Blocks are numbered in reverse post-order: only back edges lead to a smaller number.
        seen = {first.block}
        stack = [first.block]
        while stack:
            block = stack.pop()
            for after in self.successors[block]:
                if after not in seen and block < after <= second.block:
                    if after == second.block:
                        return True
                    seen.add(after)
                    stack.append(after)
        return False

    def loops_past(self, points: Sequence[Point]) -> Iterator[Loop]:
        """The loops each turn of which passes one of ``points``."""
        for loop in self.loops:
            inside = [point for point in points if point.block in loop.blocks]
            latches = [self.end(block) for block in self.predecessors[loop.header] if block in loop.blocks]
            if inside and self.all_pass_one(Point(loop.header, -1), latches, inside):
                yield loop

    def passes_one(self, first: Point, second: Point, between: Iterable[Point]) -> bool:
        """Whether every path from ``first`` to ``second`` passes one of ``between``; true if there is no path."""
        return self.all_pass_one(first, (second,), between)

    def all_pass_one(self, first: Point, ends: Iterable[Point], between: Iterable[Point]) -> bool:
        """Whether ``passes_one`` holds for each of ``ends``; the graph is walked once for all of them."""
        walls: dict[int, list[int]] = {}
        for point in between:
            walls.setdefault(point.block, []).append(point.index)
        late = [at for at in walls.get(first.block, ()) if at > first.index]
        last: dict[int, int] = {}
        for end in ends:
            if first.block == end.block and first.index < end.index:
                if all(at >= end.index for at in late):
                    return False
            else:
                last[end.block] = min(end.index, last.get(end.block, end.index))
        return bool(late) or not self._open_way(first.block, last, {block: min(at) for block, at in walls.items()})

    def _open_way(self, start: int, ends: Mapping[int, int], walls: Mapping[int, int]) -> bool:
        """Whether a path from behind the block ``start`` gets to an end before it gets to a wall.

        Both are told as the index of the first in each block that has one.
        """
        if not ends:
            return False
        seen: set[int] = set()
        stack = list(self.successors[start])
        while stack:
            block = stack.pop()
            if block in seen:
                continue
            seen.add(block)
            wall = walls.get(block)
            end = ends.get(block)
            if end is not None and (wall is None or wall >= end):
                return True
            if wall is None:
                stack.extend(self.successors[block])
        return False
