"""The fixpoint over the blocks of a function.

Blocks are numbered in reverse post-order, so a worklist that always takes the smallest number meets a loop's header
with all of the loop known before it leaves the loop.
"""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from pubcheck.analysis.branching import ways
from pubcheck.analysis.frame import Frame, World
from pubcheck.analysis.state import State
from pubcheck.analysis.transfer import TRANSFER
from pubcheck.analysis.values import Code, Value, contents, given
from pubcheck.facts import AccessPath, Point, Root, RootKind
from pubcheck.flow.builder import successors

if TYPE_CHECKING:
    from pubcheck.flow import ir
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
        self.edges: dict[tuple[int, int], State] = {}
        self.before: dict[int, list[int]] = {}
        self.visits = [0] * len(self.blocks)
        self.entered: dict[int, State] = {}

    def fixpoint(self, entry: State) -> None:
        if not self.blocks:
            return
        queue = [0]
        queued = {0}
        while queue:
            block = heappop(queue)
            queued.discard(block)
            if self.visits[block] >= MAX_VISITS or not self._enter(block, entry):
                continue
            self.visits[block] += 1
            for target in self._visit(block):
                if target not in queued:
                    queued.add(target)
                    heappush(queue, target)
        self.frame.merge()
        self.frame.edges = {edge: state.held for edge, state in self.edges.items()}

    def _visit(self, index: int) -> list[int]:
        """Run a block; the blocks that have to be looked at again."""
        frame = self.frame
        block = self.blocks[index]
        frame.state = self.entered[index].copy()
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
        return [target for target in targets if self._pass_on(index, target, outs.get(target))]

    def _pass_on(self, source: int, target: int, state: State | None) -> bool:
        """Put ``state`` on an edge; whether ``target`` has to be looked at."""
        known = self.edges.get((source, target))
        if state is None:
            if known is None:
                return False
            del self.edges[source, target]
            self.before[target].remove(source)
            return True
        if known is None:
            self.before.setdefault(target, []).append(source)
        elif known == state:
            return False
        self.edges[source, target] = state
        return True

    def _enter(self, block: int, entry: State) -> bool:
        """Join what comes in at ``block``; whether that is something new."""
        met = entry if block == 0 else None
        sources = self.before.get(block, ())
        for source in sorted(sources) if len(sources) > 1 else sources:
            state = self.edges[source, block]
            met = state if met is None else met.join(state, block)
        known = self.entered.get(block)
        if met is None or (known is not None and known == met):
            return False
        self.entered[block] = met
        return True
