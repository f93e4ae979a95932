"""Questions about the order of points in one function.

Everything is found when first asked for: few functions are ever asked.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from pubcheck.flow import ir

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pubcheck.facts import Point


def successors(terminator: ir.Instruction) -> tuple[int, ...]:
    """Blocks that may run after the block that ``terminator`` ends."""
    match terminator:
        case ir.Jump():
            return (terminator.block,)
        case ir.Branch():
            return (terminator.then, terminator.orelse)
        case ir.Range():
            return (terminator.body, terminator.exit)
        case ir.Select():
            blocks = tuple(case.block for case in terminator.cases)
            return blocks if terminator.default is None else (*blocks, terminator.default)
    return ()


def reverse_postorder(edges: list[tuple[int, ...]], start: int = 0) -> list[int]:
    """The nodes that ``start`` reaches, each before its successors except along back edges."""
    order: list[int] = []
    seen = {start}
    stack = [(start, iter(edges[start]))]
    while stack:
        node, rest = stack[-1]
        for after in rest:
            if after not in seen:
                seen.add(after)
                stack.append((after, iter(edges[after])))
                break
        else:
            order.append(node)
            stack.pop()
    order.reverse()
    return order


def dominators(edges: list[tuple[int, ...]], start: int) -> dict[int, int]:
    """Immediate dominators of what ``start`` reaches; ``start`` is its own.

    The algorithm is Cooper, Harvey and Kennedy's "A Simple, Fast Dominance Algorithm" (2001).
    """
    order = reverse_postorder(edges, start)
    rank = {node: at for at, node in enumerate(order)}
    before: dict[int, list[int]] = {node: [] for node in order}
    for node in order:
        for after in edges[node]:
            before[after].append(node)
    idom = {start: start}
    changed = True
    while changed:
        changed = False
        for node in order[1:]:
            best = -1
            for other in before[node]:
                if other not in idom:
                    continue
                if best < 0:
                    best = other
                    continue
                while best != other:
                    while rank[best] > rank[other]:
                        best = idom[best]
                    while rank[other] > rank[best]:
                        other = idom[other]  # noqa: PLW2901 the two fingers of the algorithm
            if idom.get(node) != best:
                idom[node] = best
                changed = True
    return idom


class Order:
    """Order of points over one function's graph of blocks."""

    def __init__(self, function: ir.Function) -> None:
        """Ask about ``function``."""
        self.edges = [successors(block.instructions[-1]) if block.instructions else () for block in function.blocks]
        self._exit = len(self.edges)

    @cached_property
    def blocks(self) -> list[int]:
        """Reachable blocks in reverse postorder."""
        return reverse_postorder(self.edges)

    @cached_property
    def _rank(self) -> dict[int, int]:
        return {block: at for at, block in enumerate(self.blocks)}

    @cached_property
    def _idom(self) -> dict[int, int]:
        return dominators(self.edges, 0)

    @cached_property
    def _ipdom(self) -> dict[int, int]:
        backward: list[list[int]] = [[] for _ in range(self._exit + 1)]
        for block in self.blocks:
            after = self.edges[block] or (self._exit,)
            for other in after:
                backward[other].append(block)
        return dominators([tuple(blocks) for blocks in backward], self._exit)

    @cached_property
    def _reached(self) -> dict[int, frozenset[int]]:
        return {}

    def _from(self, block: int) -> frozenset[int]:
        """Blocks that one or more edges lead to from ``block``."""
        known = self._reached.get(block)
        if known is None:
            seen: set[int] = set()
            stack = list(self.edges[block])
            while stack:
                node = stack.pop()
                if node not in seen:
                    seen.add(node)
                    stack.extend(self.edges[node])
            known = self._reached[block] = frozenset(seen)
        return known

    def reaches(self, first: Point, second: Point) -> bool:
        """Whether some path leads from ``first`` on to ``second`` (to itself: around a loop)."""
        if first.block == second.block and first.index < second.index:
            return True
        return second.block in self._from(first.block)

    def dominates(self, first: Point, second: Point) -> bool:
        """Whether every path from the entry to ``second`` passes ``first``; a point dominates itself."""
        if first.block == second.block:
            return first.index <= second.index
        return self._climbs(self._idom, second.block, first.block)

    def always_passes(self, first: Point, second: Point) -> bool:
        """Whether every path from ``first`` that leaves the function passes ``second`` on the way."""
        if first.block == second.block and first.index <= second.index:
            return True
        if first.block == second.block:
            return False
        return self._climbs(self._ipdom, first.block, second.block)

    def same_turn(self, first: Point, second: Point) -> bool:
        """Whether a path leads from ``first`` to ``second`` without starting another turn of any loop."""
        if first.block == second.block:
            return first.index < second.index
        rank = self._rank
        if first.block not in rank or second.block not in rank:
            return False
        last = rank[second.block]
        seen = {first.block}
        stack = [first.block]
        while stack:
            block = stack.pop()
            for after in self.edges[block]:
                if after not in seen and rank[block] < rank[after] <= last:
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
        stack = list(self.edges[first.block])
        while stack:
            block = stack.pop()
            if block in seen:
                continue
            seen.add(block)
            if block == second.block and open_from(block, 0, second.index):
                return False
            if open_from(block, 0, None):
                stack.extend(self.edges[block])
        return True

    @staticmethod
    def _climbs(tree: dict[int, int], node: int, goal: int) -> bool:
        while node in tree:
            if node == goal:
                return True
            above = tree[node]
            if above == node:
                return False
            node = above
        return False
