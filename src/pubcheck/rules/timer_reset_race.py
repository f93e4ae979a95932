"""A timer is reset or drained so that an old value is taken for a new one, or waited for in vain."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis.goroutines import Names
from pubcheck.analysis.remembering import all_once_a_function
from pubcheck.diagnostic import Confidence, Related
from pubcheck.facts import Location, Point
from pubcheck.flow import ir
from pubcheck.rules.finding import Finding
from pubcheck.rules.support.reading import called, functions_with, span_in
from pubcheck.rules.support.timers import instructions, is_old, timer_of
from pubcheck.rules.support.wording import source_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.facts import AccessPath

_RESET, _STOP, _NEW = "(*time.Timer).Reset", "(*time.Timer).Stop", "time.NewTimer"
_MARKS = frozenset((_RESET, _STOP))


class _Event(NamedTuple):
    """Something is done to a timer."""

    point: Point
    instruction: ir.Instruction


class _Timer:
    """What one function does with one timer."""

    def __init__(self) -> None:
        self.armed: list[_Event] = []  # made or reset
        self.resets: list[_Event] = []
        self.stops: list[_Event] = []
        self.received: list[_Event] = []
        self.drained: list[Point] = []  # a select takes what is there and doesn't wait


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find timers whose channel is drained when it is empty, or not drained when it isn't."""
    seen = set()
    for word in (b".Reset(", b".Stop("):
        for function in functions_with(package, word, b".C"):
            if function.name not in seen:
                seen.add(function.name)
                yield from _in_function(function, package)


@all_once_a_function
def _in_function(function: FunctionFacts, package: PackageFacts) -> Iterator[Finding]:
    if not any(call.callee in _MARKS for call in function.calls):
        return
    for path, timer in _timers(function).items():
        elsewhere = [*_armed_elsewhere(package, function, path)] if timer.stops and timer.received else []
        told = [*_by_result_of_reset(package, function, timer), *_drained_twice(package, function, timer, elsewhere)]
        yield from told
        if not told and is_old(package, function):
            yield from _not_drained(package, function, timer)


def _timers(function: FunctionFacts) -> dict[AccessPath, _Timer]:
    names = Names(function)
    found: dict[AccessPath, _Timer] = defaultdict(_Timer)
    for block, index, each in instructions(function):
        event = _Event(Point(block, index), each)
        if type(each) is ir.Receive:
            path = timer_of(names, each.channel)
            if path is not None:
                found[path].received.append(event)
        elif type(each) is ir.Select and each.default is not None:
            for case in each.cases:
                path = timer_of(names, case.channel)
                if path is not None:
                    found[path].drained.append(event.point)
        elif type(each) is ir.Call:
            name = called(each)
            given = each.targets[0] if name == _NEW and each.targets else each.call.args[0] if name in _MARKS else None
            path = names.pointer(given) if given is not None else None
            if path is not None:
                timer = found[path]
                if name == _STOP:
                    timer.stops.append(event)
                else:
                    timer.armed.append(event)
                if name == _RESET:
                    timer.resets.append(event)
    return found


def _decides(function: FunctionFacts, event: _Event, receive: _Event) -> bool:
    """Whether ``receive`` happens when the call ``event`` gave false, and on no other condition of its own."""
    assert type(event.instruction) is ir.Call  # noqa: S101 a timer's events but receives are calls
    instructions_ = function.ir.blocks[event.point.block].instructions
    branch = instructions_[-1]
    if not event.instruction.targets or type(branch) is not ir.Branch or not isinstance(branch.condition, int):
        return False
    result = event.instruction.targets[0]
    tests = {result} | {
        each.target for each in instructions_ if type(each) is ir.Compute and each.operands == (result,)
    }
    own = [
        condition.point.block
        for condition in function.conditions(receive.point)
        if condition.point.block not in {one.point.block for one in function.conditions(event.point)}
    ]
    return branch.condition in tests and own == [event.point.block]


def _by_result_of_reset(package: PackageFacts, function: FunctionFacts, timer: _Timer) -> Iterator[Finding]:
    for reset in timer.resets:
        for receive in timer.received:
            if _decides(function, reset, receive):
                text = source_text(span_in(function, reset.instruction), package)
                yield Finding(
                    span=span_in(function, reset.instruction),
                    message=f"what `{text}` returns can't tell whether there is anything to drain: it runs again",
                    because=("the receive takes the new value, or waits until the time that was just set is over",),
                    related=(Related(span_in(function, receive.instruction), "drained here"),),
                    help="stop the timer and drain it before it is reset",
                    symbol=function.name,
                )
                break


def _drained_twice(
    package: PackageFacts, function: FunctionFacts, timer: _Timer, elsewhere: list[Point]
) -> Iterator[Finding]:
    order = function.order
    armed = [*(each.point for each in timer.armed), *elsewhere]
    for stop in timer.stops:
        for drain in timer.received:
            if getattr(drain.instruction, "in_select", None) is not None or not _decides(function, stop, drain):
                continue
            for earlier in timer.received:
                if earlier is drain or not order.reaches(earlier.point, stop.point):
                    continue
                if order.passes_one(earlier.point, stop.point, armed):
                    continue
                if not _same_conditions(function, earlier.point, stop.point):
                    continue
                text = source_text(span_in(function, stop.instruction), package)
                yield Finding(
                    span=span_in(function, drain.instruction),
                    message=f"this waits for ever when the timer's value was received before `{text}`",
                    because=("`Stop` returns false for a timer that has fired, whether its channel is empty or not",),
                    related=(Related(span_in(function, earlier.instruction), "the value is received here"),),
                    help="drain only if nothing was received, or in a select with a default clause",
                    symbol=function.name,
                )
                return


def _armed_elsewhere(package: PackageFacts, function: FunctionFacts, timer: AccessPath) -> Iterator[Point]:
    """Where functions of the package are called that start the timer again."""
    held = _holder(timer)
    for call in function.calls if held is not None else ():
        callee = package.function(call.callee)
        for reset in callee.calls if callee is not None else ():
            given = reset.args[0].targets if reset.callee == _RESET and reset.args else ()
            if held in map(_holder, given):
                yield call.point


def _holder(timer: AccessPath) -> Location | None:
    """The variable or field with the timer, or the pointer to it."""
    location = timer.location
    return location and Location(location.kind, location.owner, location.path.rstrip("*"))


def _same_conditions(function: FunctionFacts, first: Point, second: Point) -> bool:
    """Whether whatever decides that ``second`` is reached decided it for ``first`` too: no flag tells them apart."""
    before = {each.point for each in function.conditions(first)}
    return all(each.point in before for each in function.conditions(second))


def _not_drained(package: PackageFacts, function: FunctionFacts, timer: _Timer) -> Iterator[Finding]:
    """Before Go 1.23: a value that was sent already is still in the channel after the timer was reset."""
    if not timer.received:
        return
    order = function.order
    asked = [stop.point for stop in timer.stops if getattr(stop.instruction, "targets", ())]
    walls = [*(each.point for each in timer.received), *timer.drained, *asked]
    for reset in timer.resets:
        if not any(order.reaches(reset.point, each.point) for each in timer.received):
            continue
        if not any(_same_conditions(function, each.point, reset.point) for each in timer.received):
            continue
        for armed in timer.armed:
            if order.reaches(armed.point, reset.point) and not order.passes_one(armed.point, reset.point, walls):
                yield Finding(
                    span=span_in(function, reset.instruction),
                    message="before Go 1.23 the timer may have fired already: what it sent is received as if it came"
                    f" after `{source_text(span_in(function, reset.instruction), package)}`",
                    related=(
                        Related(span_in(function, armed.instruction), "the timer may have been running since here"),
                    ),
                    help="`if !t.Stop() { <-t.C }` before it is reset",
                    symbol=function.name,
                    confidence=Confidence.LOW,
                )
                return
