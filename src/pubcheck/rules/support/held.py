"""What leads to a pooled object besides a function's names: fields that it is kept in, literals that capture it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.flow import ir
from pubcheck.model.symbols import Var
from pubcheck.rules.support import names

if TYPE_CHECKING:
    from pubcheck.rules.support.names import Name

PUT = "(*sync.Pool).Put"
Held = int | Var | ir.Place
"""What leads to an object: a name, or a field behind one."""


def field_of(instruction: ir.Instruction) -> ir.Place | None:
    """The field behind one pointer, or of a variable, that is read or written."""
    place = instruction.place if isinstance(instruction, ir.Load | ir.Store) else None
    if place is None or not place.steps or not isinstance(place.steps[-1], ir.Field):
        return None
    pointer = isinstance(place.steps[0], ir.Deref)
    return place if all(isinstance(step, ir.Field) for step in place.steps[pointer:]) else None


def assigned(instruction: ir.Instruction) -> tuple[Held, ...]:
    """The names, or the field, that the instruction gives a new value."""
    place = field_of(instruction) if isinstance(instruction, ir.Store) else None
    return names.assigned(instruction) if place is None else (place,)


def touched(instruction: ir.Instruction) -> tuple[Name, ...]:
    """The names whose memory it may use, that of a literal that is called or started included."""
    used = names.touched(instruction)
    if isinstance(instruction, ir.Call | ir.Go | ir.Defer) and isinstance(instruction.call.callee, ir.DynamicCallee):
        callee = instruction.call.callee.value
        return (*used, callee) if isinstance(callee, int) else used
    return used


def variable_of(literal: ir.Function, function: ir.Function) -> Var | None:
    """The variable of ``function`` into whose memory ``literal`` goes, if it is one that gets its value once."""
    made = names.definitions(literal)
    found: set[Name] = set()
    for _, each in names.points(literal):
        callee = each.call.callee if isinstance(each, ir.Call) else None
        if isinstance(callee, ir.StaticCallee) and callee.func.full_name == PUT:
            return None  # it is the literal that gives it back
        for name in names.touched(each):
            found.update(root for root in names.origins(literal, name, made) if root in literal.captures)
    stored = names.definitions(function)
    once = [var for var in found if sum(not isinstance(each, ir.Declare) for _, each in stored.get(var, ())) == 1]
    return once[0] if len(once) == 1 and isinstance(once[0], Var) else None
