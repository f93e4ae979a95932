"""A plain test in front of a ``sync.Once`` races with the write that the Once orders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.analysis import Site
from pubcheck.analysis.callers import callers_of
from pubcheck.analysis.writers import is_private
from pubcheck.diagnostic import Related
from pubcheck.facts import LocationKind
from pubcheck.rules.finding import Finding
from pubcheck.rules.support.decisions import Decisions
from pubcheck.rules.support.wording import call_trace, name_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.facts import Access, Call
    from pubcheck.rules.support.decisions import Decision

_DO = "(*sync.Once).Do"


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find calls of ``Once.Do`` that are skipped when a variable that Do's function writes says so."""
    for function in package.functions:
        calls = [call for call in function.calls if call.callee == _DO] if not function.test else []
        decisions = Decisions(function) if calls else None
        for call in calls:
            if decisions is None:
                continue
            found = next(_skips(package, function, call, decisions), None)
            if found is not None:
                yield _finding(package, function, call, *found)


def _skips(
    package: PackageFacts, function: FunctionFacts, call: Call, decisions: Decisions
) -> Iterator[tuple[Decision, Access]]:
    """Plain reads that decide whether ``Do`` is called, each with the write that it races with."""
    writes = list(_written_by(package, function, call))
    for decision in decisions.of(call.point) if writes else ():
        read = decision.read
        if function.maybe_protected(read) or is_private(Site(function, read), callers_of(package)):
            continue
        for write in writes:
            if write.location == read.location is not None and read.location.kind is not LocationKind.LOCAL:
                yield decision, write


def _written_by(package: PackageFacts, function: FunctionFacts, call: Call) -> Iterator[Access]:
    """What the function writes that is given to ``Do``: in its own words, as its caller's may differ."""
    for other in function.calls:
        given = package.function(other.callee) if other.point == call.point and other is not call else None
        if given is not None:
            yield from (each for each in given.accesses if each.writes and each.atomic is None and not each.owned)


def _finding(package: PackageFacts, function: FunctionFacts, call: Call, decision: Decision, write: Access) -> Finding:
    read = decision.read
    name = name_of(read.location, package) if read.location is not None else str(read.path)
    return Finding(
        span=read.span,
        values={"location": name},
        because=(
            "`Once.Do` orders the write before what comes after its own calls, and a caller that skips it has no order",
        ),
        related=(
            Related(write.origin or write.span, "the winner writes it here"),
            Related(call.span, "only this call orders the write before the reads after it"),
        ),
        traces=call_trace(write.trace),
        location=str(read.location),
        symbol=function.name,
    )
