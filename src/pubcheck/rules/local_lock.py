"""A lock that nobody else can reach: one that is made for each call, or the copy in a value receiver."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.analysis.portions import by_portion
from pubcheck.analysis.survey import assigned
from pubcheck.diagnostic import Related
from pubcheck.facts import LockAction, RootKind
from pubcheck.flow import ir
from pubcheck.rules.finding import Finding
from pubcheck.rules.fixes.pointers import pointer_receiver
from pubcheck.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.analysis.portions import Portion
    from pubcheck.facts import LockEvent
    from pubcheck.model.symbols import Var

_OWN = frozenset((RootKind.CELL, RootKind.FRESH))
"""What a function declares or makes itself."""


@by_portion
def check(package: PackageFacts, portion: Portion) -> Iterator[Finding]:
    """Find locks of the function's own that it acquires, and that can't be in anybody else's hands."""
    for function in portion.functions:
        if function.test:
            continue
        told: set[int] = set()
        for event in function.locks:
            root = event.lock.path.root
            if event.action is LockAction.RELEASE or root.kind not in _OWN or root.index in told:
                continue
            finding = _finding(package, function, event)
            if finding is not None:
                told.add(root.index)
                yield finding


def _finding(package: PackageFacts, function: FunctionFacts, event: LockEvent) -> Finding | None:
    path = event.lock.path
    if any(step[0] in "*@" for step in path.steps):
        return None
    receiver = _value_parameter(function, path.root.index)
    name = str(path)
    if receiver is not None:
        return Finding(
            span=_head(function),
            message=f"`{function.name}` locks a copy of `{name}`: each call has one of its own",
            because=(f"`{receiver.name}` is a value, copied for this call: its lock keeps nobody out",),
            related=(Related(event.span, f"the copy of `{name}` is locked here"),),
            fixes=pointer_receiver(package, _head(function)),
            help=f"make `{receiver.name}` a pointer",
            location=str(event.lock.location or name),
            symbol=function.name,
        )
    made = path.root.kind is RootKind.FRESH
    if path.steps or (_leaves if made else _reachable_by_others)(function, path.root.index):
        return None
    return Finding(
        span=event.span,
        values={"lock": name},
        because=(
            f"`{name}` is {'made' if made else 'declared'} in `{function.name}`, and no closure or callee has it",
        ),
        location=name,
        symbol=function.name,
    )


def _value_parameter(function: FunctionFacts, pos: int) -> Var | None:
    """The receiver or parameter whose declaration is at ``pos``."""
    for param in function.ir.params:
        if not isinstance(param, int) and param.pos == pos:
            return param
    return None


def _head(function: FunctionFacts) -> Span:
    """The receiver and name of a method, or what there is of a literal."""
    decl = function.ir.func.decl if function.ir.func is not None else None
    return Span(function.path, decl.pos, decl.name.end) if decl is not None else function.span


def _reachable_by_others(function: FunctionFacts, pos: int) -> bool:
    """Whether the variable declared at ``pos`` is captured, given away, or isn't this function's own."""
    own = False
    mine: set[object] = set()
    for block in function.ir.blocks:
        for instruction in block.instructions:
            match instruction:
                case ir.Declare(var=var) if var.pos == pos:
                    own = True
                case ir.Closure(function=inner) if any(var.pos == pos for var in inner.captures):
                    return True
                case ir.Address(target=target, place=ir.Place(root=root)) if _is(root, pos):
                    mine.add(target)
                case ir.Load(place=ir.Place(root=root)) | ir.Store(place=ir.Place(root=root)) if _is(root, pos):
                    if not getattr(instruction, "init", False):
                        return True
    return not own or any(
        not mine.isdisjoint(_given(instruction)) for block in function.ir.blocks for instruction in block.instructions
    )


def _leaves(function: FunctionFacts, register: int) -> bool:
    """Whether what ``register`` points to isn't made here alone, or is given away."""
    all_ = [instruction for block in function.ir.blocks for instruction in block.instructions]
    makers = [instruction for instruction in all_ if register in assigned(instruction)]
    if len(makers) != 1 or type(makers[0]) is not ir.Alloc:
        return True
    return any(register in _given(instruction) for instruction in all_)


def _is(root: Var | int, pos: int) -> bool:
    return not isinstance(root, int) and root.pos == pos


def _given(instruction: ir.Instruction) -> tuple[ir.Operand, ...]:
    """What an instruction hands on, but the receiver of a method of package sync."""
    match instruction:
        case ir.Call(call=call) | ir.Defer(call=call):
            callee = call.callee
            if isinstance(callee, ir.StaticCallee) and callee.func.full_name.startswith("(*sync."):
                return call.args[1:]
            return call.args
        case ir.Go(call=call):
            return call.args
        case ir.Store(value=value) | ir.Send(value=value):
            return (value,)
        case ir.Return(values=values):
            return values
        case ir.Compute(operands=operands):
            return operands
    return ()
