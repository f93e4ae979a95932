"""A channel that a function makes: who sends on it, receives and closes, and how such functions come to run."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from pubcheck.flow import ir
from pubcheck.flow.operands import operands
from pubcheck.source import Span

if TYPE_CHECKING:
    from pubcheck.analysis import FunctionFacts
    from pubcheck.facts import ChannelAction, Point
    from pubcheck.model.symbols import Var


class How(StrEnum):
    """How a function comes to run."""

    GO = "go"  # on a goroutine of its own
    CALL = "call"
    DEFER = "defer"


class Entry(NamedTuple):
    """``at`` a point of ``body``, a function is called or started; ``looped``: perhaps several times."""

    body: FunctionFacts
    at: Point
    how: How
    looped: bool = False


class Use(NamedTuple):
    """A send, receive or close of the channel in ``body``."""

    action: ChannelAction
    body: FunctionFacts
    at: Point
    instruction: ir.Instruction
    deferred: bool = False

    @property
    def span(self) -> Span:
        """The source of it."""
        return Span(self.body.ir.path, self.instruction.pos, self.instruction.end)

    @property
    def select(self) -> ir.Select | None:
        """The select statement that it is a case of."""
        return getattr(self.instruction, "in_select", None)

    @property
    def alone(self) -> bool:
        """Whether nothing but the channel's other end lets it go on."""
        select = self.select
        return select is None or (select.default is None and len(select.cases) == 1)


class Channel(NamedTuple):
    """A channel by the ``make`` in ``body``; ``capacity`` is None where it isn't a constant.

    One that ``escapes`` but is ``offered`` is known to others by literals alone that try to send on it: so nobody else
    receives from it. What they do isn't among the ``uses``.
    """

    made: ir.Alloc
    body: FunctionFacts
    at: Point
    uses: tuple[Use, ...]
    escapes: bool
    offered: bool = False

    @property
    def capacity(self) -> int | None:
        """Values that fit in; 0 for an unbuffered one."""
        size = self.made.capacity
        if size is None:
            return 0
        return size.value if isinstance(size, ir.Const) and isinstance(size.value, int) else None

    @property
    def span(self) -> Span:
        """The source of the ``make``."""
        return Span(self.body.ir.path, self.made.pos, self.made.end)

    @property
    def variable(self) -> str:
        """The name of the variable that it is made for; empty if there is none."""
        target = self.made.target
        var = self.body.ir.register_vars.get(target)
        if var is not None:
            return var.name
        for each in self.body.ir.blocks[self.at.block].instructions[self.at.index + 1 :]:
            if isinstance(each, ir.Store) and each.value == target and not isinstance(each.place.root, int):
                return each.place.root.name
        return ""


def only_offers(function: ir.Function, var: Var) -> bool:
    """Whether a literal does nothing with the channel in ``var`` but to try to send on it, in selects."""
    instructions = [each for block in function.blocks for each in block.instructions]
    loaded = {
        each.target
        for each in instructions
        if isinstance(each, ir.Load) and each.place.root is var and not each.place.steps
    }
    tries = {each.channel for each in instructions if isinstance(each, ir.Send) and each.in_select is not None}
    return (
        bool(loaded)
        and loaded <= tries
        and not any(isinstance(each, ir.Closure) and var in each.function.captures for each in instructions)
        and all(_offers(each, loaded) for each in instructions)
    )


def _offers(instruction: ir.Instruction, channel: set[int]) -> bool:
    """Whether ``instruction`` leaves the channel alone, or is a part of a select that tries to send on it."""
    match instruction:
        case ir.Select(cases=cases):
            return all(case.send for case in cases if case.channel in channel)
        case ir.Send(value=value, in_select=select) if select is not None:
            return value not in channel
        case _:
            return channel.isdisjoint(operands(instruction))
