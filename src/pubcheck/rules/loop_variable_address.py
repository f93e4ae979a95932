"""Before Go 1.22: the address of a loop variable is kept beyond the turn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.analysis.portions import by_portion
from pubcheck.diagnostic import Related
from pubcheck.facts import Point
from pubcheck.flow import ir
from pubcheck.rules.finding import Finding
from pubcheck.rules.fixes.copies import copy_per_turn
from pubcheck.rules.support.captured import shared_by_turns
from pubcheck.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.analysis.portions import Portion
    from pubcheck.model.symbols import Var

_SAME = frozenset(("move", "convert", "slice"))


@by_portion
def check(package: PackageFacts, portion: Portion) -> Iterator[Finding]:
    """Find addresses of loop variables that are put where the next turns leave them, in place of as many values."""
    for function in portion.functions:
        for variable, address in _addresses(function):
            kept = _kept(function, address.target, variable) if shared_by_turns(variable, package) else None
            if kept is not None:
                yield Finding(
                    span=Span(function.path, address.pos, address.end),
                    values={"variable": variable.name},
                    related=(Related(Span(function.path, kept.pos, kept.end), "its address is kept here"),),
                    fixes=copy_per_turn(package, Span(function.path, address.pos, address.end), variable),
                    location=variable.name,
                    symbol=function.name,
                )


def _addresses(function: FunctionFacts) -> Iterator[tuple[Var, ir.Address]]:
    """Where the address of a variable is taken that a later turn of a loop assigns."""
    written = _written(function)
    for block in function.ir.blocks if written else ():
        for index, each in enumerate(block.instructions):
            if type(each) is ir.Address and not isinstance(each.place.root, int):
                points = written.get(each.place.root, ())
                if any(function.order.reaches(Point(block.index, index), at) for at in points):
                    yield each.place.root, each


def _written(function: FunctionFacts) -> dict[Var, list[Point]]:
    """The variables in memory that are assigned in a loop, and where."""
    found: dict[Var, list[Point]] = {}
    for block in function.ir.blocks:
        if block.loop:
            for index, each in enumerate(block.instructions):
                if type(each) is ir.Store and not isinstance(each.place.root, int) and not each.place.steps:
                    found.setdefault(each.place.root, []).append(Point(block.index, index))
    return found


def _kept(function: FunctionFacts, address: int, variable: Var) -> ir.Instruction | None:
    """What puts ``address``, or new memory that holds it, into something from before the loop."""
    known: set[ir.Operand | Var] = {address}
    made: set[ir.Operand | Var] = set()
    for block in function.ir.blocks:
        for each in block.instructions:
            match each:
                case ir.Alloc(target=target):
                    made.add(target)
                case ir.Compute(op=op, operands=(operand, *_), target=target) if op in _SAME and operand in known:
                    known.add(target)
                case ir.Compute(op="struct", operands=operands, target=target) if not known.isdisjoint(operands):
                    known.add(target)
                case ir.Store(value=value, place=place) if value in known and place.steps:
                    if _outlives(function, place.root, variable):
                        return each
                    if place.root in made:
                        known.add(place.root)
                case ir.Store(place=place) if _is_key(place, known) and _outlives(function, place.root, variable):
                    return each
                case ir.Send(value=value) if value in known:
                    return each
                case ir.Call() if _appends(function, each, known, variable):
                    return each
    return None


def _is_key(place: ir.Place, known: set[ir.Operand | Var]) -> bool:
    """Whether what is ``known`` tells items of a map apart."""
    return any(type(step) is ir.Element and step.index in known for step in place.steps)


def _appends(function: FunctionFacts, call: ir.Call, known: set[ir.Operand | Var], variable: Var) -> bool:
    callee = call.call.callee
    if type(callee) is not ir.BuiltinCallee or callee.name != "append" or known.isdisjoint(call.call.args[1:]):
        return False
    return _outlives(function, call.call.args[0], variable)


def _outlives(function: FunctionFacts, root: ir.Operand | Var, variable: Var) -> bool:
    """Whether memory is there before the loop: a variable declared before it, or what such a one leads to."""
    for _ in range(8):
        if not isinstance(root, int):
            return getattr(root, "pos", variable.pos) < variable.pos
        var = function.ir.register_vars.get(root)
        if var is not None:
            return var.pos < variable.pos
        loads = [
            each.place.root
            for block in function.ir.blocks
            for each in block.instructions
            if type(each) is ir.Load and each.target == root
        ]
        if not loads:
            return False
        root = loads[0]
    return False
