"""A channel that was closed is closed again, on one path or by the next call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.analysis.portions import by_portion
from pubcheck.diagnostic import Confidence, Related
from pubcheck.facts import AccessPath, ChannelAction, LocationKind, Point
from pubcheck.flow import ir
from pubcheck.rules.finding import Finding
from pubcheck.rules.support.channel_sites import channel_location
from pubcheck.rules.support.closed_by_two import closed_by_two
from pubcheck.rules.support.closings import after_close, is_deferred
from pubcheck.rules.support.decisions import Decisions
from pubcheck.rules.support.wording import name_of, named_place, source_text
from pubcheck.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.analysis.portions import Portion
    from pubcheck.facts import ChannelEvent
    from pubcheck.rules.support.closed_by_two import TwoCloses


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find closes that come after another of the same channel, and fields that keep a closed channel on some return.

    So does a channel that an object's goroutine closes and a method as well.
    """
    yield from _in_functions(package)
    for two in closed_by_two(package) if any(_closing(package)) else ():
        yield _by_two(two, package)


@by_portion
def _closing(_package: PackageFacts, portion: Portion) -> Iterator[bool]:
    """Whether functions close channels."""
    for function in portion.functions:
        if any(event.action is ChannelAction.CLOSE for event in function.channels):
            yield True


@by_portion
def _in_functions(package: PackageFacts, portion: Portion) -> Iterator[Finding]:
    for function in portion.functions:
        closes = [
            event for event in function.channels if event.action is ChannelAction.CLOSE and len(event.targets) == 1
        ]
        if function.test or not closes:
            continue
        for event in closes:
            first = next((each for each in closes if each is not event and after_close(function, each, event)), None)
            if first is not None:
                yield _twice(function, first, event, package)
            elif (leave := _kept(function, event)) is not None:
                yield _next_call(function, event, leave, package)


# --- closed by the next call


def _kept(function: FunctionFacts, event: ChannelEvent) -> Span | None:
    """A return after the close that leaves the closed channel in its field, where others put nil there.

    The close must be reached only past a test that the field isn't nil: then nil is what says that it is closed.
    """
    location = channel_location(event.targets)
    holder = AccessPath(event.targets[0].root, event.targets[0].steps[:-1])
    if location is None or location.kind is LocationKind.LOCAL or is_deferred(function, event):
        return None
    resets = [
        access.point
        for access in function.accesses
        if access.writes and access.path == holder and access.value is not None and access.value.is_zero
    ]
    after = [at for at in resets if function.order.reaches(event.point, at)]
    if not after or any(function.order.dominates(at, event.point) for at in resets):
        return None
    if not _tests_nil(function, event, holder) or _flagged(function, event):
        return None
    for block in function.ir.blocks:
        last = block.instructions[-1]
        end = Point(block.index, len(block.instructions) - 1)
        # True where the return isn't reached at all, too.
        if isinstance(last, ir.Return) and not function.order.passes_one(event.point, end, after):
            return Span(function.path, last.pos, last.end)
    return None


def _tests_nil(function: FunctionFacts, event: ChannelEvent, holder: AccessPath) -> bool:
    tests = {condition.point.block for condition in function.conditions(event.point)}
    return any(access.path == holder and access.point.block in tests for access in function.accesses)


def _flagged(function: FunctionFacts, event: ChannelEvent) -> bool:
    """Whether what else was asked before the close is changed right after it: a flag that says that it is done."""
    tests = {condition.point.block for condition in function.conditions(event.point)}
    asked = {one.path for one in function.accesses if not one.writes and one.point.block in tests}
    asked.discard(AccessPath(event.targets[0].root, event.targets[0].steps[:-1]))
    return any(
        one.writes and one.path in asked and function.order.dominates(event.point, one.point)
        for one in function.accesses
    )


# --- telling


def _twice(function: FunctionFacts, first: ChannelEvent, second: ChannelEvent, package: PackageFacts) -> Finding:
    name = named_place(second.targets[0], package) or source_text(second.span, package)
    # A deferred close is the one to keep.
    late = is_deferred(function, second)
    here, there = (first, second) if late else (second, first)
    return Finding(
        span=here.span,
        values={"channel": name, "why": f"there is another close {'at the return' if late else 'before this one'}"},
        related=(Related(there.span, "the other close is here"),),
        location=name,
        symbol=function.name,
        confidence=Confidence.LOW if _ask_the_same(function, first, second) else None,
    )


def _ask_the_same(function: FunctionFacts, first: ChannelEvent, second: ChannelEvent) -> bool:
    """Whether a variable decides on either close: it may well have two values for them."""
    decisions = Decisions(function)
    asked = {decision.read.path for decision in decisions.of(first.point)}
    return any(decision.read.path in asked for decision in decisions.of(second.point))


def _by_two(two: TwoCloses, package: PackageFacts) -> Finding:
    name = name_of(two.location, package)
    goroutine, method = two.goroutine, two.method
    return Finding(
        span=method.span,
        values={"channel": name, "why": f"`{goroutine.by.name}` closes it as well, on a goroutine of its own"},
        because=(f"nothing tells `{method.by.name}` that it has been closed",),
        related=(Related(goroutine.span, f"`{goroutine.by.name}` closes it here"),),
        location=str(two.location),
        symbol=method.by.name,
    )


def _next_call(function: FunctionFacts, event: ChannelEvent, leave: Span, package: PackageFacts) -> Finding:
    name = named_place(event.targets[0], package) or source_text(event.span, package)
    return Finding(
        span=event.span,
        values={
            "channel": name,
            "why": f"`{function.name}` may return with it closed and not nil, and be called again",
        },
        because=("elsewhere after the close it is set to nil, which the test before the close asks for",),
        related=(Related(leave, "this return leaves the closed channel where it is"),),
        location=name,
        symbol=function.name,
    )
