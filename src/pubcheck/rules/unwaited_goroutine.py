"""The program ends without having waited for a goroutine that it has just started."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.diagnostic import Related
from pubcheck.flow import ir
from pubcheck.rules.finding import Finding
from pubcheck.rules.support.outliving import outliving
from pubcheck.rules.support.reading import span_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.facts import Point
    from pubcheck.rules.support.outliving import Outliving


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find goroutines of `main` whose work is cut off, because nothing in it waits after it has started them."""
    if package.package.name != "main" or package.function("main") is None:
        return
    for one in outliving(package):
        if one.function.name == "main" and not _is_endless(one) and not _goes_on(one.function, one.point):
            yield Finding(
                span=one.spawn.span,
                values={"function": one.function.name},
                because=("when `main` returns the program ends, whatever its goroutines are about",),
                related=(Related(span_in(one.function, one.leave), "`main` ends here"),),
                symbol=one.function.name,
            )


def _is_endless(one: Outliving) -> bool:
    """Whether the goroutine is meant to go on as long as the program does."""
    body = one.thread.facts
    return body is not None and not any(type(block.instructions[-1]) is ir.Return for block in body.ir.blocks)


def _goes_on(function: FunctionFacts, start: Point) -> bool:
    """Whether `main` has anything else to wait for, or to do that may: what isn't known from inside."""
    order = function.order
    waits = [*(each.point for each in function.blocking), *(each.point for each in function.channels)]
    if any(order.reaches(start, point) for point in waits):
        return True
    return any(
        type(each) is ir.Call and type(each.call.callee) in (ir.DynamicCallee, ir.UnknownCallee, ir.InterfaceCallee)
        for block in function.ir.blocks
        if block.index in order.reachable(start.block) or block.index == start.block
        for each in block.instructions
    )
