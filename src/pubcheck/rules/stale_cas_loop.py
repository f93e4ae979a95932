"""A retry loop compares with a value that was loaded before it: once it is stale it stays so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.diagnostic import Related
from pubcheck.facts import AtomicKind
from pubcheck.rules.finding import Finding
from pubcheck.rules.fixes.loops import load_each_turn
from pubcheck.rules.support.atomic_sites import atomic_sites, looks_before
from pubcheck.rules.support.call_sites import call_info
from pubcheck.rules.support.names import definitions
from pubcheck.rules.support.wording import named_place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.facts import Access, Point


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find compare-and-swaps that are tried again with an old value that isn't loaded again."""
    for (function, access), atomic in atomic_sites(package):
        if atomic.kind is not AtomicKind.CAS or not atomic.used or not function.in_loop(access.point):
            continue
        loads = looks_before(function, access, atomic.operands[0].depends)
        points = [load.point for load in loads]
        renewals = _renewals(function, access) if points else []
        if any(_is_asked_for(function, access, at, points) for at in renewals):
            continue
        points += renewals
        if points and not function.order.passes_one(access.point, access.point, points):
            yield Finding(
                span=access.span,
                values={"location": named_place(access.path, package) or "the value"},
                because=("another goroutine's write makes every further try fail: the loop never ends",),
                related=(Related(loads[0].span, "the old value is loaded here, once"),),
                fixes=load_each_turn(package, loads[0].span, access.span),
                location=str(access.location or access.path),
                symbol=function.name,
            )


def _is_asked_for(function: FunctionFacts, swap: Access, renewal: Point, loads: list[Point]) -> bool:
    """Whether a later turn comes to ``renewal`` where something loaded anew says that the old value is stale."""
    order = function.order
    if not (order.reaches(swap.point, renewal) and order.reaches(renewal, swap.point)):
        return False
    return any(
        not condition.value.depends.isdisjoint(loads)
        and any(order.reaches(swap.point, look) and look not in loads for look in condition.value.depends - {renewal})
        for condition in function.conditions(renewal)
        if order.reaches(swap.point, condition.point)
    )


def _renewals(function: FunctionFacts, access: Access) -> list[Point]:
    """Where the variable with the old value is given another one, wherever that comes from."""
    call = call_info(function.ir, access.point)
    old = call.args[-2] if call is not None and len(call.args) > 1 else None
    return [point for point, _ in definitions(function.ir).get(old, ())] if isinstance(old, int) else []
