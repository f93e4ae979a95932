"""A deferred unlock in a loop: the lock is held until the function ends, and the next turn takes it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.analysis.portions import by_portion
from pubcheck.diagnostic import Related
from pubcheck.facts import ELEMENT, LockAction, RootKind
from pubcheck.flow import ir
from pubcheck.rules.finding import Finding
from pubcheck.rules.fixes.locking import closure_per_turn
from pubcheck.rules.support.wording import path_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.analysis.portions import Portion
    from pubcheck.facts import AccessPath, LockEvent, Point


@by_portion
def check(package: PackageFacts, portion: Portion) -> Iterator[Finding]:
    """Find deferred releases that a loop may run into again, of a lock that is the same in each turn."""
    for function in portion.functions:
        if function.test:
            continue
        found = {}
        for event in function.locks:
            if event.action is LockAction.RELEASE and event.deferred and event.point not in found:
                taken = _taken_in_turn(function, event)
                if taken is not None:
                    found[event.point] = _finding(function, event, taken, package)
        yield from found.values()


def _taken_in_turn(function: FunctionFacts, event: LockEvent) -> LockEvent | None:
    """Where each turn of the loop takes the lock; None if the unlock isn't in a loop, or another turn's is another."""
    order = function.order
    if not order.reaches(event.point, event.point) or not _is_same_each_turn(function, event.lock.path):
        return None
    if _comes_once(function, event.point):
        return None
    taken = function.acquisition(event.lock.path, event.point)
    if taken is None or not order.reaches(event.point, taken.point):
        return None
    # Given back in between, or not taken again as a flag says.
    return taken if any(lock.path == event.lock.path for lock in taken.held.may) else None


def _comes_once(function: FunctionFacts, point: Point) -> bool:
    """Whether a condition holds in one turn alone: a counter that each turn moves on is equal to a constant."""
    made = [each for block in function.ir.blocks for each in block.instructions if isinstance(each, ir.Compute)]
    tests = [
        function.ir.blocks[condition.point.block].instructions[-1]
        for condition in function.conditions(point)
        if condition.taken
    ]
    asked = {test.condition for test in tests if isinstance(test, ir.Branch)}
    return any(
        each.target in asked
        and each.op == "=="
        and isinstance(each.operands[1], ir.Const)
        and _counts(made, each.operands[0])
        for each in made
    )


def _counts(made: list[ir.Compute], counter: ir.Operand) -> bool:
    """Whether ``counter`` is set to a constant once, and added to otherwise."""
    steps = [each for each in made if each.target == counter]
    adds = [each for each in steps if each.op == "+" and each.operands[0] == counter]
    return bool(adds) and len(steps) - len(adds) <= 1 and all(isinstance(each.operands[1], ir.Const) for each in adds)


def _is_same_each_turn(function: FunctionFacts, path: AccessPath) -> bool:
    root = path.root
    if ELEMENT in path.steps or root.kind is RootKind.FRESH:
        return False
    if root.kind is RootKind.OPAQUE:
        made = [
            block.loop
            for block in function.ir.blocks
            for each in block.instructions
            if root.index in (getattr(each, "target", None), *getattr(each, "targets", ()))
        ]
        return not any(made)
    return True


def _finding(function: FunctionFacts, event: LockEvent, taken: LockEvent, package: PackageFacts) -> Finding:
    name = path_name(event.lock.path, package)
    return Finding(
        span=event.span,
        values={"lock": name},
        because=(f"deferred calls run when the function returns: the next turn locks `{name}` while it is held",),
        related=(Related(taken.span, f"each turn locks `{name}` here"),),
        fixes=closure_per_turn(package, taken, event.span),
        location=str(event.lock.location or name),
        symbol=function.name,
    )
