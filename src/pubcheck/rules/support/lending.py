"""Local variables of package sync's types that nobody but the function and its literals can reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.flow import ir
from pubcheck.rules.support.names import points

if TYPE_CHECKING:
    from pubcheck.facts import AccessPath
    from pubcheck.model.symbols import Var


def variable_of(function: ir.Function, path: AccessPath) -> Var | None:
    """The variable of ``function`` that ``path`` is, with no step from there."""
    declared = (each.var for _, each in points(function) if type(each) is ir.Declare)
    return next((var for var in declared if var.pos == path.root.index), None) if not path.steps else None


def lends(function: ir.Function, variable: Var) -> bool:
    """Whether anybody gets the address of ``variable`` other than as the receiver of a method of package sync."""
    lent = {each.target for _, each in points(function) if type(each) is ir.Address and each.place.root == variable}
    return bool(lent) and any(
        not lent.isdisjoint(one for one in operands(each) if isinstance(one, int)) and not _is_method(each)
        for _, each in points(function)
    )


def _is_method(instruction: ir.Instruction) -> bool:
    if not isinstance(instruction, ir.Call | ir.Defer | ir.Go):
        return False
    callee = instruction.call.callee
    return type(callee) is ir.StaticCallee and callee.func.full_name.startswith("(*sync.")


def operands(instruction: ir.Instruction) -> tuple[ir.Operand, ...]:
    """What an instruction calls, is given, or hands on."""
    match instruction:
        case ir.Go(call=call) | ir.Defer(call=call) | ir.Call(call=call):
            value = (call.callee.value,) if type(call.callee) is ir.DynamicCallee else ()
            return (*value, *call.args)
        case ir.Store(value=value) | ir.Send(value=value):
            return (value,)
        case ir.Compute(operands=operands):
            return operands
        case ir.Return(values=values):
            return values
    return ()
