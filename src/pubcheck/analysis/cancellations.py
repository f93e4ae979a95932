"""Contexts that are cancelled, and who notices: of which context is meant nothing is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.facts import ChannelAction, Point
from pubcheck.flow import ir
from pubcheck.model.types import Named

if TYPE_CHECKING:
    from pubcheck.analysis.function import FunctionFacts
    from pubcheck.facts import ChannelEvent

_DONE = "(context.Context).Done"


def is_cancellation(function: FunctionFacts, event: ChannelEvent) -> bool:
    """Whether it is a receive from what a context's ``Done`` gave right there: only its cancellation ends that."""
    asked = [call.point for call in function.calls if call.callee == _DONE]
    if event.action is not ChannelAction.RECEIVE or not asked:
        return False
    blocks = function.ir.blocks
    made = [blocks[at.block].instructions[at.index] for at in asked]
    given = {target for each in made if isinstance(each, ir.Call) for target in each.targets}
    channel = getattr(blocks[event.point.block].instructions[event.point.index], "channel", None)
    return channel in given


def found_cancelled(function: FunctionFacts, point: Point) -> bool:
    """Whether ``point`` is reached only where a context's ``Err`` gave an error."""
    blocks = function.ir.blocks
    asked = [call.point for call in function.calls if call.callee == "(context.Context).Err"]
    made = [blocks[at.block].instructions[at.index] for at in asked]
    errors = {target for each in made if isinstance(each, ir.Call) for target in each.targets}
    for condition in function.conditions(point) if errors else ():
        branch = blocks[condition.point.block].instructions[-1]
        for each in blocks[condition.point.block].instructions:
            if isinstance(branch, ir.Branch) and isinstance(each, ir.Compute) and each.target == branch.condition:
                tests = each.op in ("==", "!=") and not errors.isdisjoint(each.operands)
                if tests and condition.taken is (each.op == "!="):
                    return True
    return False


def cancels(function: FunctionFacts, call: ir.CallInfo) -> bool:
    """Whether a context's cancel function is called."""
    value = call.callee.value if isinstance(call.callee, ir.DynamicCallee) else None
    type_ = function.ir.register_types.get(value) if isinstance(value, int) else None
    return isinstance(type_, Named) and type_.symbol.name in ("CancelFunc", "CancelCauseFunc")
