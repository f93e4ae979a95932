"""The fixpoint over the blocks of a function.

Blocks are numbered in reverse post-order, so a worklist that always takes the smallest number meets a loop's header
with all of the loop known before it leaves the loop.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from pubcheck.analysis.branching import ways
from pubcheck.analysis.frame import Frame, World
from pubcheck.analysis.order import Order
from pubcheck.analysis.state import State
from pubcheck.analysis.transfer import TRANSFER
from pubcheck.analysis.values import Code, Value, contents, given
from pubcheck.facts import AccessPath, Point, Root, RootKind
from pubcheck.flow import ir
from pubcheck.flow.builder import successors

if TYPE_CHECKING:
    from pubcheck.model.symbols import Var

MAX_VISITS = 8
"""A block whose state still changes after so many visits keeps the last one."""


def interpret(fn: ir.Function, world: World) -> Frame:
    """Run ``fn`` abstractly; its frame holds what was found, by block."""
    frame = Frame(fn, world)
    _look(frame)
    entry = State()
    frame.state = entry
    for index, param in enumerate(fn.params):
        _enter_parameter(frame, index, param)
    for var, literal in fn.held:
        entry.put(AccessPath(frame.cell(var)), Value(code=Code(None, literal)))
    _Run(frame).fixpoint(entry)
    return frame


def _look(frame: Frame) -> None:
    """Which registers are assigned more than once, and which cells literals use and write."""
    survey = frame.world.survey(frame.fn)
    captured = {frame.cell(var) for var in frame.fn.captures}
    unstable: set[Root] = set()
    pending = list(survey.literals)
    for literal in survey.literals:
        captured.update(frame.cell(var) for var in literal.captures)
    while pending:
        literal = pending.pop()
        inner = frame.world.survey(literal)
        unstable.update(frame.cell(var) for var in inner.written.intersection(literal.captures))
        pending += inner.literals
    frame.several = survey.several
    frame.captured = frozenset(captured)
    frame.unstable = frozenset(unstable)


def _enter_parameter(frame: Frame, index: int, param: int | Var) -> None:
    var = frame.fn.register_vars.get(param) if isinstance(param, int) else param
    name = var.name if var is not None else ""
    value = _parameter(index, name)
    if not isinstance(param, int):
        root = frame.cell(param)
        if root not in frame.unstable:
            frame.state.put(AccessPath(root), value)
    elif param in frame.several:
        frame.state.registers = {**frame.state.registers, param: value}
    else:
        frame.values[param] = value


@lru_cache(maxsize=4096)
def _parameter(index: int, name: str) -> Value:
    """What a parameter is given."""
    return contents(AccessPath(Root(RootKind.PARAM, index, name))).depending(frozenset((given(index),)))


class _Run:
    """The fixpoint of one function."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.blocks = frame.fn.blocks
        self.coming: list[dict[int, State]] = [{} for _ in self.blocks]  # into each block, by the block it comes from
        self.visits = [0] * len(self.blocks)
        self.entered: list[State | None] = [None] * len(self.blocks)

    def fixpoint(self, entry: State) -> None:
        waiting = [False] * len(self.blocks)
        waiting[:1] = [True]
        block = 0  # none before it is waiting
        while block < len(waiting):
            if not waiting[block]:
                block += 1
                continue
            waiting[block] = False
            state = self._entering(block, entry)
            if state is None:
                continue
            for target in self._visit(block, state):
                waiting[target] = True
                block = min(block, target)
        self.frame.merge()
        if self.frame.out.get("locks"):
            self.frame.edges = {
                (source, target): state.held
                for target, coming in enumerate(self.coming)
                for source, state in coming.items()
            }

    def _entering(self, block: int, entry: State) -> State | None:
        """What comes in at ``block``, joined; None if that is nothing new."""
        coming = self.coming[block]
        if block == 0:
            met: State | None = entry
        elif len(coming) == 1:
            (met,) = coming.values()
        else:
            met = None
            for source in sorted(coming):
                met = coming[source] if met is None else met.join(coming[source], block)
        if met is None or self.visits[block] >= MAX_VISITS or (self.visits[block] and self.entered[block] == met):
            return None
        self.visits[block] += 1
        self.entered[block] = met
        return met

    def _visit(self, index: int, entered: State) -> list[int]:
        """Run a block; the blocks that have to be looked at again."""
        frame = self.frame
        block = self.blocks[index]
        frame.state = entered.copy()
        frame.loop = block.loop
        frame.out = frame.outs[index] = defaultdict(list)
        if self.visits[index] > 1:
            frame.forget_block(index)
        dead = False
        for at, instruction in enumerate(block.instructions):
            transfer = TRANSFER.get(type(instruction))
            if transfer is not None:
                frame.point = Point(index, at)
                if transfer(frame, instruction):
                    dead = True
                    break
        last = block.instructions[-1]
        targets = successors(last)
        if not targets:
            return []
        frame.point = Point(index, len(block.instructions) - 1)
        outs = {} if dead else ways(frame, last, targets)
        if frame.handed and block.loop:
            self._leave(index, outs)
        return [target for target in targets if self._pass_on(index, target, outs.get(target))]

    def _leave(self, index: int, outs: dict[int, State]) -> None:
        """What was given away before a loop that waits in each turn is back behind it: it had a turn at least."""
        inside = self.waiting.get(index)
        if inside is None:
            return
        handed = self.frame.handed
        before = frozenset(
            number
            for (point, *_), number in self.frame.indices.items()
            if number in handed and point.block not in inside
        )
        for target, state in outs.items():
            if target not in inside:
                state.hand_back(before)

    @cached_property
    def waiting(self) -> dict[int, frozenset[int]]:
        """The blocks of loops that receive in each of their turns, by the one that every turn goes through."""
        points = [
            Point(block.index, at)
            for block in self.blocks
            if block.loop
            for at, each in enumerate(block.instructions)
            if type(each) is ir.Receive
        ]
        return {loop.header: loop.blocks for loop in Order(self.frame.fn).loops_past(points)} if points else {}

    def _pass_on(self, source: int, target: int, state: State | None) -> bool:
        """Put ``state`` on an edge; whether ``target`` has to be looked at."""
        coming = self.coming[target]
        known = coming.get(source)
        if state is None:
            coming.pop(source, None)
            return known is not None
        coming[source] = state
        return known is None or known != state
