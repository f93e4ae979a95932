"""A branch on an atomic's value decides that another one is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.diagnostic import Related
from pubcheck.facts import Point
from pubcheck.flow import ir
from pubcheck.rules.finding import Finding
from pubcheck.rules.support.two_steps import two_steps
from pubcheck.rules.support.wording import call_trace, name_of, others

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import PackageFacts
    from pubcheck.rules.support.two_steps import TwoSteps


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find stores that a test of the same atomic leads to, together with something that must happen once."""
    for pair in two_steps(package):
        atomic = pair.store.atomic
        if atomic is None or any(pair.load.point in operand.depends for operand in atomic.operands):
            continue
        if not _decides(pair) or not _does_more(pair):
            continue
        by = sorted({site.function.name for site in pair.rivals})
        who = f"`{by[0]}` may store" if by else f"another call of `{pair.function.name}` may pass the same test"
        yield Finding(
            span=pair.span,
            values={"location": name_of(pair.location, package)},
            because=(f"{who} between the test and this store, and nothing keeps it out",),
            related=(
                Related(pair.load.span, "it is tested here"),
                *others(pair.rivals, "`{function}` writes it here"),
            ),
            traces=call_trace(pair.store.trace),
            location=str(pair.location),
            symbol=pair.function.name,
        )


def _decides(pair: TwoSteps) -> bool:
    """Whether a branch on what was loaded leads to the store."""
    conditions = pair.function.conditions(pair.store.point)
    return any(pair.load.point in condition.value.depends for condition in conditions)


def _does_more(pair: TwoSteps) -> bool:
    """Whether the branch does anything but store: a flag that is only ever set may be set twice."""
    function = pair.function
    branch = next(each.point for each in function.conditions(pair.store.point) if pair.load.point in each.value.depends)
    between = {access.point for access in function.atomics}
    for block in function.ir.blocks:
        for index, instruction in enumerate(block.instructions):
            point = Point(block.index, index)
            if point in between or not isinstance(instruction, _EFFECTS):
                continue
            if _is_pure(instruction) or not function.order.dominates(branch, point):
                continue
            same_way = function.order.reaches(point, pair.store.point) or function.order.reaches(
                pair.store.point, point
            )
            if same_way:
                return True
    return False


_EFFECTS = (ir.Call, ir.Go, ir.Send, ir.Close, ir.Store, ir.Defer)


def _is_pure(instruction: ir.Instruction) -> bool:
    """Whether it only works on what the function has for itself, or ends with it."""
    if isinstance(instruction, ir.Call):
        return type(instruction.call.callee) is ir.BuiltinCallee and instruction.call.callee.name in ("len", "cap")
    if isinstance(instruction, ir.Store):
        return instruction.init
    return isinstance(instruction, ir.Defer)
