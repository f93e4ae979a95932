"""The control-flow graph of a function: who comes before whom, who must, and what repeats.

Dominators after Cooper, Harvey and Kennedy, "A Simple, Fast Dominance Algorithm" (2001).
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from pubcheck.flow.builder import successors
from pubcheck.flow.natural_loops import grow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pubcheck.facts import Point
    from pubcheck.flow import ir


class Loop(msgspec.Struct, frozen=True, gc=False):
    """A natural loop: the block that every turn goes through, and all of its blocks."""

    header: int
    blocks: frozenset[int]


class Cfg:
    """Answers about the blocks of one function, each computed when first asked for and kept."""

    def __init__(self, function: ir.Function) -> None:
        """Look at ``function``."""
        self.function = function

    @cached_property
    def successors(self) -> tuple[tuple[int, ...], ...]:
        """The blocks that each block leads to, each named once."""
        return tuple([tuple(dict.fromkeys(successors(block.instructions[-1]))) for block in self.function.blocks])

    @cached_property
    def predecessors(self) -> tuple[tuple[int, ...], ...]:
        """The blocks that lead to each block, in ascending order."""
        found: list[list[int]] = [[] for _ in self.function.blocks]
        for index, targets in enumerate(self.successors):
            for target in targets:
                found[target].append(index)
        return tuple([tuple(each) for each in found])

    @cached_property
    def exits(self) -> tuple[int, ...]:
        """The blocks that lead nowhere: returns, panics and a select without cases."""
        return tuple([index for index, targets in enumerate(self.successors) if not targets])

    @cached_property
    def immediate_dominators(self) -> tuple[int, ...]:
        """For each block the last one that every path to it goes through before it; the entry's is the entry."""
        # Blocks are numbered in reverse post-order already.
        count = len(self.function.blocks)
        return tuple(_immediate(count, range(count), self.predecessors, 0))

    @cached_property
    def immediate_post_dominators(self) -> tuple[int, ...]:
        """For each block the first one that every path from it to an exit goes through after it.

        -1 stands for the end of the function, which all exits lead to; blocks that never get there have it too.
        """
        count = len(self.function.blocks)
        order = self._backwards()
        position = {block: place for place, block in enumerate(order)}
        end = 0
        nexts: list[list[int]] = [[] for _ in order]
        for block in order[1:]:
            targets = [position[each] for each in self.successors[block] if each in position]
            nexts[position[block]] = targets if self.successors[block] else [end]
        immediate = _immediate(len(order), range(len(order)), nexts, end)
        found = [-1] * count
        for block in order[1:]:
            above = immediate[position[block]]
            found[block] = order[above]
        return tuple(found)

    def _backwards(self) -> list[int]:
        """Blocks that reach an exit in reverse post-order of the reversed graph, behind -1 for the end."""
        done: list[int] = []
        seen: set[int] = set()
        stack: list[tuple[int, list[int]]] = [(-1, list(self.exits))]
        while stack:
            block, before = stack[-1]
            if not before:
                stack.pop()
                done.append(block)
                continue
            each = before.pop()
            if each not in seen:
                seen.add(each)
                stack.append((each, list(self.predecessors[each])))
        done.reverse()
        return done

    @cached_property
    def _reach(self) -> dict[int, frozenset[int]]:
        return {}

    def reachable(self, block: int) -> frozenset[int]:
        """The blocks that may run after ``block`` has ended; itself too where it is in a cycle."""
        found = self._reach.get(block)
        if found is None:
            seen: set[int] = set()
            stack = list(self.successors[block])
            while stack:
                at = stack.pop()
                if at not in seen:
                    seen.add(at)
                    stack.extend(self.successors[at])
            found = self._reach[block] = frozenset(seen)
        return found

    def dominates(self, first: Point, second: Point) -> bool:
        """Whether every path from the entry to ``second`` runs ``first`` before; a point dominates itself."""
        if first.block == second.block:
            return first.index <= second.index
        return _above(self.immediate_dominators, first.block, second.block, 0)

    def post_dominates(self, first: Point, second: Point) -> bool:
        """Whether every path from ``second`` to an exit runs ``first``; a point post-dominates itself.

        Deferred calls and panics that aren't written as such don't count.
        """
        if first.block == second.block:
            return first.index >= second.index
        return _above(self.immediate_post_dominators, first.block, second.block, -1)

    def reaches(self, first: Point, second: Point) -> bool:
        """Whether ``second`` may run after ``first``; a point reaches itself only through a cycle."""
        if first.block == second.block and first.index < second.index:
            return True
        return second.block in self.reachable(first.block)

    @cached_property
    def loops(self) -> tuple[Loop, ...]:
        """The natural loops, those with one header joined, in the order of their headers."""
        bodies: dict[int, set[int]] = {}
        for block, targets in enumerate(self.successors):
            for header in targets:
                if header <= block and _above(self.immediate_dominators, header, block, 0):
                    grow(bodies.setdefault(header, {header}), block, self.predecessors)
        return tuple([Loop(header, frozenset(bodies[header])) for header in sorted(bodies)])

    def in_loop(self, block: int) -> bool:
        """Whether ``block`` may run more than once in one run of the function."""
        return block in self.reachable(block)


def _immediate(count: int, order: Sequence[int], before: Sequence[Sequence[int]], root: int) -> list[int]:
    """Immediate dominators of nodes that are numbered in reverse post-order."""
    found = [-1] * count
    found[root] = root
    changed = True
    while changed:
        changed = False
        for node in order:
            if node == root:
                continue
            new = -1
            for each in before[node]:
                if found[each] >= 0:
                    new = each if new < 0 else _intersect(found, each, new)
            if new != found[node]:
                found[node] = new
                changed = True
    return found


def _intersect(found: list[int], a: int, b: int) -> int:
    while a != b:
        while a > b:
            a = found[a]
        while b > a:
            b = found[b]
    return a


def _above(tree: Sequence[int], upper: int, lower: int, root: int) -> bool:
    """Whether ``upper`` is above ``lower`` in a dominator tree."""
    while lower != upper:
        if lower == root:
            return False
        lower = tree[lower]
    return True
