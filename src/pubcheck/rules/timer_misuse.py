"""Before Go 1.23: tickers and timers that nobody can stop, made again and again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.facts import Point
from pubcheck.flow import ir
from pubcheck.rules.finding import Finding
from pubcheck.rules.fixes.loops import stop_ticker
from pubcheck.rules.support.reading import called, functions_with, span_in
from pubcheck.rules.support.timers import instructions, is_old, keeps_values

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts

_FOR_GOOD = frozenset(("main", "init"))
"""Functions that run once, as their literals mostly do."""


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find `time.Tick` in functions that return, and `time.After` in loops that mostly go on for another reason."""
    if not keeps_values(package):
        return
    for function in functions_with(package, b"time.Tick("):
        if is_old(package, function) and function.name.partition(".")[0] not in _FOR_GOOD:
            yield from _ticks(package, function)
    for function in functions_with(package, b"time.After(", b"select", b"for"):
        if is_old(package, function):
            yield from _afters(function)


def _ticks(package: PackageFacts, function: FunctionFacts) -> Iterator[Finding]:
    order = function.order
    ends = [order.end(block) for block in order.exits if type(function.ir.blocks[block].instructions[-1]) is ir.Return]
    for block, index, each in instructions(function):
        if called(each) == "time.Tick" and any(order.reaches(Point(block, index), end) for end in ends):
            yield Finding(
                span=span_in(function, each),
                values={"what": f"each call of `{function.name}` leaves a ticker behind that nobody can stop"},
                because=("before Go 1.23 a ticker that isn't stopped is never collected",),
                fixes=stop_ticker(package, span_in(function, each)),
                help="use time.NewTicker and defer its Stop",
                symbol=function.name,
            )


def _afters(function: FunctionFacts) -> Iterator[Finding]:
    order = function.order
    made: dict[int, ir.Call] = {}
    for block, index, each in instructions(function):
        if type(each) is ir.Call and each.targets and called(each) == "time.After":
            if order.reaches(Point(block, index), Point(block, index)):
                made[each.targets[0]] = each
        elif type(each) is ir.Select:
            for case in each.cases:
                call = made.get(case.channel) if isinstance(case.channel, int) else None
                # Another case must lead to another turn: then there is a timer for each value that comes.
                if call is not None and any(
                    other is not case and block in order.reachable(other.block) for other in each.cases
                ):
                    yield Finding(
                        span=span_in(function, call),
                        values={"what": "each turn of the loop leaves a timer behind until its time is over"},
                        because=("before Go 1.23 a timer is collected only when it has fired",),
                        help="make one timer before the loop, and reset it",
                        symbol=function.name,
                    )
