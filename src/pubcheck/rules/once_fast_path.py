"""A plain test decides whether to call the ``sync.Once``, or to wait, that alone orders the tested write."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis import Site
from pubcheck.analysis.callers import callers_of
from pubcheck.analysis.handshakes import handshakes_of
from pubcheck.analysis.portions import by_portion
from pubcheck.analysis.remembering import once_for_facts
from pubcheck.analysis.writers import is_private
from pubcheck.diagnostic import Related
from pubcheck.facts import ChannelAction, LocationKind
from pubcheck.rules.finding import Finding
from pubcheck.rules.fixes.once import drop_test
from pubcheck.rules.support.decisions import Decisions
from pubcheck.rules.support.sides import calls_of
from pubcheck.rules.support.wording import call_trace, name_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.analysis.portions import Portion
    from pubcheck.facts import Access, Call, Point
    from pubcheck.rules.support.decisions import Decision
    from pubcheck.source import Span

_DO = "(*sync.Once).Do"
_WAIT = "(*sync.WaitGroup).Wait"


class Skipped(NamedTuple):
    """``read`` decides whether the call or receive at ``span`` is reached, which alone orders ``write`` before it."""

    read: Access
    write: Access
    span: Span
    once: bool


@by_portion
def check(package: PackageFacts, portion: Portion) -> Iterator[Finding]:
    """Find calls of ``Once.Do``, and waits, that are skipped when a variable says so which they order the write of."""
    for function in portion.functions:
        if not function.test and function.branches:
            told: set[Span] = set()
            for skipped in _skipped(package, function):
                if skipped.read.span not in told:
                    told.add(skipped.read.span)
                    yield _finding(package, function, skipped)


def _skipped(package: PackageFacts, function: FunctionFacts) -> Iterator[Skipped]:
    points = [(call.point, call.span, call.callee == _DO) for call in function.calls if call.callee in (_DO, _WAIT)]
    inside = _methods_with_once(package)
    points += [(call.point, call.span, True) for call in function.calls if call.callee in inside] if inside else []
    points += [(event.point, event.span, False) for event in function.channels if event.action is ChannelAction.RECEIVE]
    decisions = Decisions(function) if points else None
    for point, span, once in points if decisions is not None else ():
        for decision in decisions.of(point) if decisions is not None else ():
            read = decision.read
            if read.location is None or read.location.kind is LocationKind.LOCAL or function.maybe_protected(read):
                continue
            if is_private(Site(function, read), callers_of(package)):
                continue
            found = _by_once(package, function, point) if once else _announced(package, function, point, read)
            writes = tuple(found)
            write = next((write for write in writes if write.location == read.location), None)
            direct = any(call.callee == _DO for call in function.calls_at(point))
            if write is not None and (direct or _is_used_without(function, decision, point, writes)):
                yield Skipped(read, write, span, once)


def _is_used_without(function: FunctionFacts, decision: Decision, wait: Point, writes: tuple[Access, ...]) -> bool:
    """Whether what is tested, or written with it, is used where the wait was skipped: it was to know more than that."""
    order = function.order
    made = {write.location for write in writes}
    return any(
        (access.path == decision.read.path or access.location in made)
        and access.point != decision.read.point
        and order.reaches(decision.point, access.point)
        and not order.dominates(wait, access.point)
        for access in function.accesses
        if not access.writes
    )


def _by_once(package: PackageFacts, function: FunctionFacts, point: Point) -> Iterator[Access]:
    """What the function writes that is given to ``Do``: in its own words, as its caller's may differ.

    A helper may do that for its own object, which is then the caller's.
    """
    for call in function.calls:
        given = package.function(call.callee) if call.point == point and call.callee != _DO else None
        if given is None:
            continue
        if (inner := _inside(package, call)) is not None:
            yield from _by_once(package, given, inner)
        else:
            yield from (each for each in given.accesses if each.writes and each.atomic is None and not each.owned)


def _inside(package: PackageFacts, call: Call) -> Point | None:
    """Where the method that is called gives a function to ``Do`` in any case."""
    return _methods_with_once(package).get(call.callee)


@once_for_facts
def _methods_with_once(package: PackageFacts) -> dict[str, Point]:
    """The methods that give a function to ``Do`` in any case, and where."""
    return dict(_with_once(package))


@by_portion
def _with_once(_package: PackageFacts, portion: Portion) -> Iterator[tuple[str, Point]]:
    for function in portion.functions:
        if function.test or function.enclosing or "(" not in function.name:
            continue
        for call in function.calls:
            if call.callee == _DO and not function.conditions(call.point):
                yield from ((name, call.point) for name in (function.name, function.full_name))


def _announced(package: PackageFacts, function: FunctionFacts, point: Point, read: Access) -> Iterator[Access]:
    """Writes of what is read whose goroutine then announces what ``function`` waits for at ``point``."""
    handshakes = handshakes_of(package)
    awaited = handshakes.awaited_at(function, point)
    for site in package.locations.get(read.location, ()) if awaited and read.location is not None else ():
        write, by = site.access, site.function
        if not write.writes or write.atomic is not None or by.test or by is function or by.maybe_protected(write):
            continue
        started = any(thread.started for thread in package.threads_of(by))
        if started and not awaited.isdisjoint(handshakes.announced_by(by, write.point)):
            yield write


def _finding(package: PackageFacts, function: FunctionFacts, skipped: Skipped) -> Finding:
    read, write = skipped.read, skipped.write
    what = "`Once.Do`" if skipped.once else "the wait"
    sides = calls_of(function.name, function.name)
    return Finding(
        span=read.span,
        values={
            "location": name_of(read.location, package) if read.location is not None else str(read.path),
            "what": "`Once.Do`, which writes it" if skipped.once else "the wait that orders its write",
        },
        because=(f"{what} orders the write for those who get there; who skips it has no order to the write",),
        related=(
            Related(write.origin or write.span, "it is written here", sides.theirs),
            Related(skipped.span, f"only {what} orders the write before the reads after it"),
        ),
        traces=call_trace(write.trace, goroutine=sides.theirs),
        fixes=drop_test(package, read.span, skipped.span),
        location=str(read.location),
        symbol=function.name,
        goroutine=sides.mine,
    )
