"""A channel that a function makes: who sends on it, receives and closes, and how such functions come to run."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from pubcheck.flow import ir
from pubcheck.source import Span

if TYPE_CHECKING:
    from pubcheck.analysis import FunctionFacts
    from pubcheck.facts import ChannelAction, Point


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
    """A channel by the ``make`` in ``body``; ``capacity`` is None where it isn't a constant."""

    made: ir.Alloc
    body: FunctionFacts
    at: Point
    uses: tuple[Use, ...]
    escapes: bool

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
