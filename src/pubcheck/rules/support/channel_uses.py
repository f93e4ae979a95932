"""Sends, receives and closes of one channel by the goroutines that do them: their order, and how often they come."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pubcheck.facts import Point, Start
from pubcheck.flow import ir
from pubcheck.knowledge import CallsFunction, effects
from pubcheck.rules.support.wording import source_text
from pubcheck.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.rules.support.channel_ends import Use


class Lifted(NamedTuple):
    """A use, the functions around it on its goroutine, innermost first, and that goroutine's first function."""

    use: Use
    chain: tuple[tuple[FunctionFacts, Point], ...]

    @property
    def thread(self) -> FunctionFacts:
        """The first function of the goroutine that does it."""
        return self.chain[-1][0]

    def in_(self, body: FunctionFacts) -> Point | None:
        """Where ``body`` does it, itself or by a call."""
        return next((at for one, at in self.chain if one is body), None)


class Started(NamedTuple):
    """A goroutine is started ``at`` a point of ``body``, by the goroutine ``on``; ``looped``: perhaps several times."""

    body: FunctionFacts
    at: Point
    on: FunctionFacts
    looped: bool


def comes_before(one: Lifted, other: Lifted) -> bool:
    """Whether ``other`` happens only after ``one`` has, in the same function."""
    body = one.use.body
    return body is other.use.body and not one.use.deferred and body.order.dominates(one.use.at, other.use.at)


def distinct(threads: Iterable[FunctionFacts]) -> list[FunctionFacts]:
    """Each goroutine's first function once."""
    return list({thread.name: thread for thread in threads}.values())


def ranges(use: Use) -> bool:
    """Whether it is the receive of a range over the channel, which only a close ends."""
    receive = use.instruction
    if not isinstance(receive, ir.Receive) or receive.ok is None or receive.in_select is not None:
        return False
    last = use.body.ir.blocks[use.at.block].instructions[-1]
    heads = any(loop.header == use.at.block for loop in use.body.order.loops)
    return isinstance(last, ir.Branch) and last.condition == receive.ok and heads and use.at.index == 0


def ends_itself(use: Use) -> bool:
    """Whether it ranges over the channel, and knows by what it receives when to leave."""
    order = use.body.order
    turns = (
        next((loop.blocks for loop in order.loops if loop.header == use.at.block), frozenset()) if ranges(use) else ()
    )
    return any(target not in turns for block in turns if block != use.at.block for target in order.successors[block])


def repeats(body: FunctionFacts, at: Point) -> bool:
    """Whether ``at`` comes again in one call: what stands in a loop and leaves it comes once."""
    return body.order.reaches(at, at)


def called_in_loop(one: Lifted) -> bool:
    """Whether it, or a call that leads to it, comes again; what a ``sync.Once`` runs doesn't, whoever asks for it."""
    for body, at in one.chain:
        if _is_for_once(body.ir.blocks[at.block].instructions[at.index]):
            return False
        if repeats(body, at):
            return True
    return False


def as_often(package: PackageFacts, body: FunctionFacts, one: Point, others: list[Point | None]) -> bool:
    """Whether points of ``body`` stand in loops that turn as often as each other, by the same words."""
    words = _turns(package, body, one)
    return words is not None and all(at is not None and words == _turns(package, body, at) for at in others)


def _turns(package: PackageFacts, body: FunctionFacts, at: Point) -> str | None:
    """What tells how often the innermost loop around ``at`` turns, as written."""
    around = [loop for loop in body.order.loops if at.block in loop.blocks]
    if not around:
        return None
    header = min(around, key=lambda loop: len(loop.blocks)).header
    last = body.ir.blocks[header].instructions[-1]
    return source_text(Span(body.ir.path, last.pos, last.end), package)


def _is_for_once(instruction: ir.Instruction) -> bool:
    callee = instruction.call.callee if isinstance(instruction, ir.Call | ir.Defer) else None
    if type(callee) is not ir.StaticCallee:
        return False
    return any(isinstance(effect, CallsFunction) and effect.once for effect in effects(callee.func.full_name))


def most(sends: list[Lifted]) -> int:
    """The most of ``sends`` of one goroutine that one run of it may do, each at most once."""
    bodies = {one.use.body.name for one in sends}
    if len(bodies) == 1:
        return _longest(sends)
    regular = [one for one in sends if not _stands_in(one.use)]
    return sum(_longest([one for one in regular if one.use.body.name == name]) for name in bodies) or 1


def _longest(sends: list[Lifted]) -> int:
    """The most of ``sends`` that one way through their function passes."""
    longest: dict[Point, int] = {}
    for one in sorted(sends, key=lambda each: each.use.at):
        order = one.use.body.order
        before = [count for at, count in longest.items() if order.reaches(at, one.use.at)]
        longest[one.use.at] = max(before, default=0) + 1
    return max(longest.values(), default=0)


def _stands_in(use: Use) -> bool:
    """Whether it is done instead of what couldn't be done: after a panic, or by a deferred literal that asks first."""
    body = use.body
    if Start.DEFER in body.starts and body.conditions(use.at):
        return True
    return any(
        isinstance(one, ir.Call) and one.call.callee == ir.BuiltinCallee("recover")
        for block in body.ir.blocks
        for one in block.instructions
    )
