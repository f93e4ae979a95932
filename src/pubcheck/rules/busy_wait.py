"""A loop does nothing but ask an atomic again and again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.analysis import Site
from pubcheck.analysis.portions import by_portion
from pubcheck.diagnostic import Related
from pubcheck.facts import AtomicKind, Point
from pubcheck.flow import ir
from pubcheck.rules.finding import Finding
from pubcheck.rules.fixes.loops import yield_each_turn
from pubcheck.rules.support.atomic_sites import atomic_sites
from pubcheck.rules.support.call_sites import call_info
from pubcheck.rules.support.names import assigned, definitions, points
from pubcheck.rules.support.wording import named_place
from pubcheck.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.analysis.portions import Portion
    from pubcheck.facts import Access, Atomic
    from pubcheck.flow.cfg import Loop

_ASKS = (AtomicKind.LOAD, AtomicKind.CAS)
_PURE = (ir.Compute, ir.Address, ir.Load, ir.Branch, ir.Jump, ir.Declare)


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find loops of loads and compare-and-swaps that nothing but another goroutine's write ends."""
    by_function: dict[FunctionFacts, list[Access]] = {}
    for (function, access), atomic in (*atomic_sites(package), *_asked_by_helpers(package)):
        if atomic.kind in _ASKS and not access.owned and function.in_loop(access.point):
            by_function.setdefault(function, []).append(access)
    for function, asked in by_function.items():
        for loop in function.order.loops:
            inside = {access.point: access for access in asked if access.point.block in loop.blocks}
            twice = len({access.path for access in inside.values()}) < len(inside)  # a look for changes in between
            if inside and not twice and _only_asks(function, loop, inside) and not _moves_on(function, loop, inside):
                yield _finding(package, function, next(iter(inside.values())))


@by_portion
def _asked_by_helpers(package: PackageFacts, portion: Portion) -> Iterator[tuple[Site, Atomic]]:
    """Atomic operations by calls of functions that do nothing else: ``for !s.ready() {}``."""
    for function in portion.functions:
        for access in function.accesses if not function.test else ():
            if access.atomic is None or len(access.trace) != 1 or not access.certain:
                continue
            call = call_info(function.ir, access.point)
            helper = package.function(access.trace[0].callee)
            known = call is not None and isinstance(call.callee, ir.StaticCallee)
            if known and helper is not None and _is_a_question(helper.ir):
                yield Site(function, access), access.atomic


def _is_a_question(helper: ir.Function) -> bool:
    """Whether it is one block with a single call, which is the atomic operation, and changes nothing."""
    calls = [each for _, each in points(helper) if not isinstance(each, (*_PURE, ir.Return))]
    return len(helper.blocks) == 1 and len(calls) == 1 and isinstance(calls[0], ir.Call)


def _only_asks(function: FunctionFacts, loop: Loop, inside: dict[Point, Access]) -> bool:
    """Whether a turn does nothing else, and doesn't compete with an update of its own, which somebody always wins."""
    for block in loop.blocks:
        for index, instruction in enumerate(function.ir.blocks[block].instructions):
            access = inside.get(Point(block, index))
            if access is None:
                if not isinstance(instruction, _PURE):
                    return False
            elif access.atomic is not None and access.atomic.kind is AtomicKind.CAS:
                seen = access.atomic.operands[0].depends
                if any(point.block >= 0 for point in seen):
                    return False
    return any(following not in loop.blocks for block in loop.blocks for following in function.order.successors[block])


def _moves_on(function: FunctionFacts, loop: Loop, inside: dict[Point, Access]) -> bool:
    """Whether a turn changes anything of its own: it counts, or goes on to the next item."""
    made = definitions(function.ir)
    for block in loop.blocks:
        for index, instruction in enumerate(function.ir.blocks[block].instructions):
            point = Point(block, index)
            for name in assigned(instruction):
                carried = any(other.block not in loop.blocks for other, _ in made.get(name, ()))
                carried = carried or name in function.ir.params
                if carried and not (point in inside or _takes_result(instruction, function, inside)):
                    return True
    return False


def _takes_result(instruction: ir.Instruction, function: FunctionFacts, inside: dict[Point, Access]) -> bool:
    """Whether it only keeps what was asked: a number or a flag, that leads nowhere."""
    if not isinstance(instruction, ir.Compute) or instruction.op not in ("move", "convert"):
        return False
    results: set[int] = set()
    for point, access in inside.items():
        call = function.ir.blocks[point.block].instructions[point.index]
        if isinstance(call, ir.Call) and access.atomic is not None and access.atomic.width:
            results.update(call.targets)
    return not results.isdisjoint(each for each in instruction.operands if isinstance(each, int))


def _finding(package: PackageFacts, function: FunctionFacts, access: Access) -> Finding:
    related = tuple(
        Related(Span(site.function.path, site.access.span.start, site.access.span.end), "it is written here")
        for site in (package.locations.get(access.location, ()) if access.location is not None else ())
        if site.access.writes and site.access.span != access.span
    )[:1]
    return Finding(
        span=access.span,
        values={"location": named_place(access.path, package) or "an atomic"},
        because=("a turn does nothing else, so the loop takes a processor from whoever is to end it",),
        related=related,
        fixes=yield_each_turn(package, access.span),
        location=str(access.location or access.path),
        symbol=function.name,
    )
