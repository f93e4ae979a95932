"""A constructor starts a goroutine with the new object, and goes on to write fields that the goroutine reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.diagnostic import Confidence, Related
from pubcheck.rules.finding import Finding
from pubcheck.rules.support.handed import late_writes
from pubcheck.rules.support.sides import Sides, started_by
from pubcheck.rules.support.ways import way_of
from pubcheck.rules.support.wording import call_trace, name_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import PackageFacts
    from pubcheck.rules.support.handed import Late


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find fields of a new object that are written after a goroutine got the object, and that it accesses."""
    for late in late_writes(package):
        yield _finding(package, late)


def _finding(package: PackageFacts, late: Late) -> Finding:
    function, write, other = late.function, late.access, late.other
    sides = Sides(f"`{function.name}`", started_by(late.thread.starter))
    verb = "writes" if other.access.writes else "reads"
    return Finding(
        span=write.span,
        values={"location": name_of(write.location, package) if write.location is not None else str(write.path)},
        because=(f"{late.thread}, which runs from there on, beside this write",),
        related=(
            Related(late.publication.span, "the goroutine gets the object here", sides.mine),
            Related(other.access.span, f"`{other.function.name}` {verb} the field on that goroutine", sides.theirs),
        ),
        traces=(
            *call_trace(write.trace, Related(write.origin or write.span, "writes the field here"), sides.mine),
            *way_of(package, late.thread, other, sides.theirs),
        ),
        location=str(write.location),
        confidence=Confidence.LOW if _is_doubtful(package, late) else None,
        symbol=function.name,
        goroutine=sides.mine,
    )


def _is_doubtful(package: PackageFacts, late: Late) -> bool:
    """Whether a callee writes that has waited for others first, or is another package's, with conditions of its own."""
    callees = [package.function(step.callee) for step in late.access.trace]
    return bool(callees) and (callees[-1] is None or any(each is not None and each.summary.waits for each in callees))
