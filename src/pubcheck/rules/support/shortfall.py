"""Whether one side of a channel may leave before the other has got what it waits for.

A path is looked for from a point to a return that passes too few of the operations that would let the other side go on.
Loops that pass one in every turn are taken to turn as often as it needs, so leaving them by their own condition is no
way out; leaving them by ``return`` or ``break`` is.
"""

from __future__ import annotations

from collections import defaultdict, deque
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from pubcheck.flow import ir
from pubcheck.model.structure import underlying
from pubcheck.model.types import Basic
from pubcheck.rules.support.endings import endings
from pubcheck.rules.support.wording import source_text
from pubcheck.source import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.facts import Point

MANY = 1 << 20
"""More than any path passes."""

_NUMBERS = ("int", "uint", "float", "untyped")
_PURE = (ir.Load, ir.Compute, ir.Branch, ir.Range)

Edge = tuple[int, int]


class WayOut(NamedTuple):
    """A path that leaves too early: the return that it ends in, and the last decision that led there."""

    leave: Span
    decision: Span | None
    alternative: bool  # the decision is a select that went on with another case


@lru_cache(maxsize=1)
def _made(function: ir.Function) -> dict[int, ir.Compute]:
    """What computes each register, for the channels of a function that are asked about one after the other."""
    return {
        instruction.target: instruction
        for block in function.blocks
        for instruction in block.instructions
        if isinstance(instruction, ir.Compute)
    }


class Leaving:
    """One function that a channel's other side depends on."""

    def __init__(
        self,
        package: PackageFacts,
        function: FunctionFacts,
        operations: Iterable[Point],
        *,
        settled: Callable[[ir.SelectCase], bool],
        channel: Callable[[ir.Operand], bool],
    ) -> None:
        """Look at ``function``.

        Args:
            package: for source texts.
            function: whose paths are looked at.
            operations: what lets the other side go on.
            settled: whether another case of a select tells that the other side isn't stuck.
            channel: whether an operand is the channel itself, which isn't nil.
        """
        self._package = package
        self._function = function
        self._blocks = function.ir.blocks
        self._order = function.order
        self._settled = settled
        self._channel = channel
        self._at: dict[int, list[int]] = defaultdict(list)
        for point in operations:
            self._at[point.block].append(point.index)
        self._made = _made(function.ir)
        self._closed = self._endings() | self._skips()
        self._stops = {point.block: point.index for point in endings(package, function)}

    def ends_at(self, points: Iterable[Point]) -> None:
        """At ``points`` the other side is told that nothing comes any more: what leaves past them does no harm."""
        self._stops.update((point.block, point.index) for point in points)

    def way_out(self, start: Point | None, demand: int, end: Point | None = None) -> WayOut | None:
        """A path from behind ``start``, or from the entry, to a return that passes fewer than ``demand`` operations.

        To come to ``end`` (where the next channel is made) is to leave, too.
        """
        known = self._known_at(start) if start is not None else {}
        first = (start.block, start.index + 1) if start is not None else (0, 0)
        queue: deque[tuple[tuple[int, int], int, tuple[int, ...]]] = deque([(first, 0, (first[0],))])
        seen: set[tuple[int, int]] = set()
        while queue:
            (block, index), count, path = queue.popleft()
            stop = end.index if end is not None and end.block == block and end.index >= index else None
            if demand != MANY:
                count += sum(1 for at in self._at.get(block, ()) if at >= index and (stop is None or at < stop))
                if count >= demand:
                    continue
            last = self._blocks[block].instructions[-1]
            if self._stops.get(block, -1) >= index:
                continue
            if isinstance(last, ir.Return) or stop is not None:
                return self._witness(path, last)
            for target in self._next(block, last, known, many=demand == MANY):
                if (target, count) not in seen:
                    seen.add((target, count))
                    queue.append(((target, 0), count, (*path[-64:], target)))
        return None

    # --- edges

    def _next(self, block: int, last: ir.Instruction, known: dict[str, bool], *, many: bool) -> Iterator[int]:
        for target in self._order.successors[block]:
            if (block, target) in self._closed:
                continue
            if isinstance(last, ir.Select) and self._is_settled(last, target):
                continue
            if isinstance(last, ir.Branch) and not self._possible(last, block, target, known, many=many):
                continue
            yield target

    def _is_settled(self, select: ir.Select, target: int) -> bool:
        return any(case.block == target and self._settled(case) for case in select.cases)

    def _possible(self, branch: ir.Branch, block: int, target: int, known: dict[str, bool], *, many: bool) -> bool:
        if branch.then == branch.orelse:
            return True
        way = target == branch.then
        if known and known.get(self._text(branch), way) is not way:
            return False
        test = self._made.get(branch.condition) if type(branch.condition) is int else None
        if test is None or test.op not in ("==", "!=", "<", "<=", ">", ">="):
            return True
        if any(self._channel(operand) for operand in test.operands):
            return way is (test.op == "!=")
        # Counted: how often the other side has its turn isn't known, and this may be exactly as often.
        return not (many and self._counts(test) and self._leaves_operations(block, target))

    def _text(self, branch: ir.Branch) -> str:
        return source_text(Span(self._function.ir.path, branch.pos, branch.end), self._package)

    def _known_at(self, start: Point) -> dict[str, bool]:
        """Conditions, as written, that hold at ``start``, and not only until a loop around it asks again."""
        return {
            source_text(one.span, self._package): one.taken
            for one in self._function.conditions(start)
            if not self._ends_loop_around(start.block, one.point.block)
        }

    def _ends_loop_around(self, block: int, decision: int) -> bool:
        """Whether the branch that ends the block ``decision`` may end a loop that ``block`` is in."""
        return any(
            {block, decision} <= loop.blocks and not loop.blocks.issuperset(self._order.successors[decision])
            for loop in self._order.loops
        )

    def _counts(self, test: ir.Compute) -> bool:
        types = (self._function.ir.register_types.get(one) for one in test.operands if type(one) is int)
        return any(
            isinstance(basic := underlying(type_), Basic) and basic.name.startswith(_NUMBERS)
            for type_ in types
            if type_ is not None
        )

    def _leaves_operations(self, block: int, target: int) -> bool:
        """Whether an edge leaves a loop that has operations."""
        return any(
            block in loop.blocks and target not in loop.blocks and not loop.blocks.isdisjoint(self._at)
            for loop in self._order.loops
        )

    def _endings(self) -> set[Edge]:
        """Edges by which loops that have operations end by their own condition."""
        found: set[Edge] = set()
        for loop in self._order.loops:
            if loop.blocks.isdisjoint(self._at):
                continue
            header = self._blocks[loop.header].instructions[-1]
            if not isinstance(header, ir.Branch | ir.Range):
                continue
            outside = {target for target in self._order.successors[loop.header] if target not in loop.blocks}
            head = self._head(loop.header, loop.blocks)
            found |= {
                (block, target) for block in head for target in self._order.successors[block] if target in outside
            }
        return found

    def _skips(self) -> set[Edge]:
        """Edges around an operation that stands under a condition of its own, which tells whether it is needed."""
        found: set[Edge] = set()
        after = self._order.immediate_post_dominators
        for block, targets in enumerate(self._order.successors):
            if len(targets) > 1 and after[block] in targets:
                inside = {
                    each for target in targets if target != after[block] for each in self._until(target, after[block])
                }
                if not inside.isdisjoint(self._at):
                    found.add((block, after[block]))
        return found

    def _until(self, block: int, end: int) -> set[int]:
        """The blocks on the ways from ``block`` to ``end``."""
        found = {block}
        stack = [block]
        while stack:
            for target in self._order.successors[stack.pop()]:
                if target != end and target not in found:
                    found.add(target)
                    stack.append(target)
        return found

    def _head(self, header: int, loop: frozenset[int]) -> set[int]:
        """The blocks that evaluate a loop's condition."""
        found = {header}
        stack = [header]
        while stack:
            for target in self._order.successors[stack.pop()]:
                instructions = self._blocks[target].instructions
                if target in loop and target not in found and all(isinstance(one, _PURE) for one in instructions):
                    found.add(target)
                    stack.append(target)
        return found

    # --- telling

    def _witness(self, path: tuple[int, ...], leave: ir.Instruction) -> WayOut:
        """The return at the end of ``path`` and the last block of it that could have gone another way."""
        file = self._function.ir.path
        decision, alternative = None, False
        for block, target in pairwise(path):
            last = self._blocks[block].instructions[-1]
            if isinstance(last, ir.Select):
                at = self._blocks[target].instructions[0]
                decision, alternative = Span(file, at.pos, at.end), True
            elif isinstance(last, ir.Branch):
                decision, alternative = Span(file, last.pos, last.end), False
        return WayOut(Span(file, leave.pos, leave.end), decision, alternative)
