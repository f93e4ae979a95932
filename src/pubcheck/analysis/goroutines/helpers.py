"""Functions that run what they are given on goroutines, and may wait for these before they return."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pubcheck.flow import ir

if TYPE_CHECKING:
    from pubcheck.analysis.goroutines.families import Goroutines
    from pubcheck.analysis.goroutines.threads import Thread
    from pubcheck.facts import Summary


class Helper(NamedTuple):
    """What starts a goroutine for its caller: ``summary`` is that of the function, ``call`` the call of it."""

    summary: Summary
    call: ir.Call

    @property
    def waits(self) -> bool:
        """Whether it waits for what it starts: then the caller has one such goroutine at a time."""
        return self.summary.waits

    @property
    def may_leave(self) -> bool:
        """Whether it selects, and so may return before what it waits for is over."""
        return any(blocking.what == "select" for blocking in self.summary.blocking)


def helper_of(goroutines: Goroutines, child: Thread) -> Helper | None:
    """Who starts ``child`` for its starter; None for a ``go`` statement and for what isn't one known function."""
    starter, spawn = child.starter, child.spawn
    if starter is None or starter.facts is None or spawn is None or not spawn.by:
        return None
    # A literal that the starter runs may do it; its points are its own.
    if spawn not in starter.facts.spawns:
        return None
    instruction = starter.facts.ir.blocks[spawn.point.block].instructions[spawn.point.index]
    if type(instruction) is not ir.Call or type(instruction.call.callee) is not ir.StaticCallee:
        return None
    return Helper(goroutines.summary_of(instruction.call.callee.func), instruction)
