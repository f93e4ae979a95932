"""A context's cancel function is dropped, or some way out of the function doesn't call it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple, TypeGuard

from pubcheck.analysis.remembering import all_once_a_function
from pubcheck.diagnostic import Confidence, Related
from pubcheck.facts import Point
from pubcheck.flow import ir
from pubcheck.model.symbols import Var, VarKind
from pubcheck.rules.finding import Finding
from pubcheck.rules.fixes.goroutines import defer_cancel
from pubcheck.rules.support.names import definitions, origins
from pubcheck.rules.support.reading import called, functions_with, mentions
from pubcheck.rules.support.written import is_silenced_for_vet
from pubcheck.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts

_MAKES = frozenset(
    f"context.With{what}" for what in ("Cancel", "CancelCause", "Deadline", "DeadlineCause", "Timeout", "TimeoutCause")
)


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find contexts that may stay behind uncancelled."""
    if mentions(package, b"context.With"):
        for function in functions_with(package, b"With"):
            if not function.ir.partial:
                yield from _in_function(function, package)


@all_once_a_function
def _in_function(function: FunctionFacts, package: PackageFacts) -> Iterator[Finding]:
    for block in function.ir.blocks:
        for at, instruction in enumerate(block.instructions):
            if _makes(instruction):
                yield from _lost(function, Point(block.index, at), instruction, package)


def _makes(instruction: ir.Instruction) -> TypeGuard[ir.Call]:
    if type(instruction) is not ir.Call or len(instruction.targets) != 2:
        return False
    callee = instruction.call.callee
    return type(callee) is ir.StaticCallee and callee.func.name.startswith("With") and callee.func.full_name in _MAKES


class _Holder(NamedTuple):
    """The registers and variables that hold the cancel function from the first, and where they got it."""

    registers: frozenset[int]
    variables: frozenset[Var]
    made: frozenset[Point]

    @property
    def name(self) -> str:
        return next((var.name for var in sorted(self.variables, key=lambda var: var.pos)), "")


def _holder(function: ir.Function, at: Point, register: int) -> _Holder:
    """What the assignment around the call at ``at`` gives the cancel function to."""
    registers, made = {register}, {at}
    variables: set[Var] = set()
    instructions = function.blocks[at.block].instructions
    for index in range(at.index + 1, len(instructions)):
        match instructions[index]:
            case ir.Compute(target=target, op="move", operands=(int() as source,)) if source in registers:
                registers.add(target)
            case ir.Store(place=ir.Place(root=Var() as var, steps=()), value=int() as source) if source in registers:
                variables.add(var)
            case ir.Store() | ir.Compute(op="move") | ir.Declare():
                continue
            case _:
                break
        made.add(Point(at.block, index))
    variables |= {function.register_vars[each] for each in registers if each in function.register_vars}
    return _Holder(frozenset(registers), frozenset(variables), frozenset(made))


def _lost(function: FunctionFacts, at: Point, call: ir.Call, package: PackageFacts) -> Iterator[Finding]:
    holder = _holder(function.ir, at, call.targets[1])
    lasting = (*function.ir.captures, *function.ir.results)
    if any(var in lasting or var.kind is VarKind.GLOBAL for var in holder.variables):
        return
    if any(each in lasting for each in holder.registers) or _is_kept(function, at, holder):
        return
    touched = [
        point
        for block in function.ir.blocks
        for index, instruction in enumerate(block.instructions)
        if (point := Point(block.index, index)) not in holder.made and _touches(instruction, holder)
    ]
    if not touched and (_ends_with_parent(function, at, call) or _is_let_go(package, function, holder.name)):
        return
    if not touched:
        yield _finding(function, call, holder, None, package)
        return
    if function.name == "main" and package.package.name == "main":
        return  # the program ends with it, and all contexts do
    for block in function.ir.blocks:
        end = Point(block.index, len(block.instructions) - 1)
        leave = block.instructions[-1]
        if isinstance(leave, ir.Return) and end not in touched and not function.order.passes_one(at, end, touched):
            yield _finding(function, call, holder, leave, package)
            return


def _is_kept(function: FunctionFacts, at: Point, holder: _Holder) -> bool:
    """Whether a literal that was made before the context has the variable that is given the cancel function."""
    return any(
        isinstance(instruction, ir.Closure)
        and _touches(instruction, holder)
        and function.order.reaches(Point(block.index, index), at)
        for block in function.ir.blocks
        for index, instruction in enumerate(block.instructions)
    )


def _is_let_go(package: PackageFacts, function: FunctionFacts, name: str) -> bool:
    """Whether the blank variable is given the cancel function: nothing is left of that, but it was meant so."""
    pattern = re.compile(rb"(?m)^\s*_\s*=\s*" + re.escape(name.encode()) + rb"\s*(//.*)?$")
    return bool(name) and any(
        file.source.path == function.path and pattern.search(file.source.piece(function.pos, function.end))
        for file in package.package.files
    )


def _has_no_parent(function: FunctionFacts, call: ir.Call) -> bool:
    """Whether the context is made from one that never ends, and knows of no children."""
    parent = call.call.args[0] if call.call.args else None
    made = definitions(function.ir).get(parent, ()) if isinstance(parent, int) else ()
    return bool(made) and all(called(instruction) in _ROOTS for _, instruction in made)


_ROOTS = frozenset(("context.Background", "context.TODO"))


def _ends_with_parent(function: FunctionFacts, at: Point, call: ir.Call) -> bool:
    """Whether the context is made from one of the function's own, whose cancel function is used: it ends both."""
    parent = call.call.args[0] if call.call.args else None
    made = origins(function.ir, parent, definitions(function.ir)) if isinstance(parent, int) else {}
    for point in {each for points in made.values() for each in points} - {at}:
        instruction = function.ir.blocks[point.block].instructions[point.index]
        if _makes(instruction) and _is_used(function, point, instruction):
            return True
    return False


def _is_used(function: FunctionFacts, at: Point, call: ir.Call) -> bool:
    """Whether the function does anything with the cancel function that it is given at ``at``."""
    holder = _holder(function.ir, at, call.targets[1])
    return any(
        Point(block.index, index) not in holder.made and _touches(instruction, holder)
        for block in function.ir.blocks
        for index, instruction in enumerate(block.instructions)
    )


def _touches(instruction: ir.Instruction, holder: _Holder) -> bool:
    """Whether the instruction has to do with the cancel function: whoever else has it may call it."""
    if isinstance(instruction, ir.Closure):
        return not holder.variables.isdisjoint(instruction.function.captures)
    return any(each in holder.registers or each in holder.variables for each in _mentioned(instruction))


def _mentioned(instruction: ir.Instruction) -> Iterable[ir.Operand | Var]:
    """The registers and variables that an instruction reads or writes, as far as a function value may be in them."""
    match instruction:
        case ir.Call(call=call) | ir.Go(call=call) | ir.Defer(call=call):
            callee = call.callee
            value = (callee.value,) if type(callee) is ir.DynamicCallee else ()
            return (*value, *call.args, *getattr(instruction, "targets", ()))
        case ir.Store(place=place, value=value):
            return (place.root, value)
        case ir.Load(place=place) | ir.Address(place=place):
            return (place.root,)
        case ir.Compute(operands=operands, target=target):
            return (*operands, target)
        case ir.Send(value=value):
            return (value,)
        case ir.Return(values=values):
            return values
    return ()


def _finding(
    function: FunctionFacts, call: ir.Call, holder: _Holder, leave: ir.Return | None, package: PackageFacts
) -> Finding:
    path = function.path
    name = holder.name
    if leave is None:
        why = f"`{name}` isn't used" if name else "it is dropped"
    else:
        why = f"`{function.name}` may return without having used `{name}`"
    # What has no parent is kept by nobody: it goes with those who use it, or when its time is up.
    is_meant = is_silenced_for_vet(package, Span(path, call.pos, call.end)) or (
        leave is None and _has_no_parent(function, call)
    )
    return Finding(
        span=Span(path, call.pos, call.end),
        values={"why": why},
        related=(Related(Span(path, leave.pos, leave.end), "this return is reached"),) if leave is not None else (),
        fixes=defer_cancel(package, Span(path, call.pos, call.end)),
        location=name,
        symbol=function.name,
        confidence=Confidence.LOW if is_meant else None,
    )
