"""Questions about the order of points in one function, beside those that its control-flow graph answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.flow.cfg import Cfg

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pubcheck.facts import Point


class Order(Cfg):
    """Order of points in one function: ``dominates``, ``post_dominates``, ``reaches``, and what follows here."""

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

    def passes_one(self, first: Point, second: Point, between: Iterable[Point]) -> bool:
        """Whether every path from ``first`` to ``second`` passes one of ``between``; true if there is no path."""
        walls: dict[int, list[int]] = {}
        for point in between:
            walls.setdefault(point.block, []).append(point.index)

        def open_from(block: int, start: int, stop: int | None) -> bool:
            return not any(at >= start and (stop is None or at < stop) for at in walls.get(block, ()))

        if first.block == second.block and first.index < second.index:
            return not open_from(first.block, first.index + 1, second.index)
        if not open_from(first.block, first.index + 1, None):
            return True
        seen: set[int] = set()
        stack = list(self.successors[first.block])
        while stack:
            block = stack.pop()
            if block in seen:
                continue
            seen.add(block)
            if block == second.block and open_from(block, 0, second.index):
                return False
            if open_from(block, 0, None):
                stack.extend(self.successors[block])
        return True
