"""A constructor starts a goroutine with the new object, and goes on to write fields that the goroutine reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis import Site
from pubcheck.analysis.handshakes import handshakes_of
from pubcheck.diagnostic import Related
from pubcheck.facts import PublicationKind, RootKind
from pubcheck.rules.finding import Finding
from pubcheck.rules.support.called_off import goes_on_without, is_stopped
from pubcheck.rules.support.sides import Sides, started_by
from pubcheck.rules.support.unlocked import is_foreign
from pubcheck.rules.support.wording import call_trace, name_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.analysis.parallel import Thread
    from pubcheck.facts import Access, Publication

_STARTS = (PublicationKind.GO, PublicationKind.CAPTURE)


class Late(NamedTuple):
    """``write`` comes after ``publication`` gave the object to ``thread``, which does ``other`` to the same field."""

    publication: Publication
    write: Access
    other: Site
    thread: Thread


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find fields of a new object that are written after a goroutine got the object, and that it accesses."""
    for function in package.functions:
        if function.test or not any(each.kind in _STARTS for each in function.publications):
            continue
        for publication in function.publications:
            late = next(_late(package, function, publication), None) if publication.kind in _STARTS else None
            if late is not None:
                yield _finding(package, function, late)


def _late(package: PackageFacts, function: FunctionFacts, publication: Publication) -> Iterator[Late]:
    for write in function.writes_through(publication):
        fresh = write.path.root.kind is RootKind.FRESH and write.location is not None
        if not fresh or write.init or not write.in_place or not write.certain or function.maybe_protected(write):
            continue
        if (
            write.location is None
            or is_foreign(package, write.location)
            or not function.order.same_turn(publication.point, write.point)
            or is_stopped(function, publication, write.point)
            or goes_on_without(package, function, publication, write.point)
        ):
            continue
        site = Site(function, write)
        for other in package.locations.get(write.location, ()):
            thread = _goroutine(package, publication, other)
            if thread is None or other.function.test or other.function.maybe_protected(other.access):
                continue
            shakes = handshakes_of(package)
            if other.access.atomic is None and not (shakes.order(site, other) or shakes.is_sent_for(other, function)):
                yield Late(publication, write, other, thread)


def _goroutine(package: PackageFacts, publication: Publication, site: Site) -> Thread | None:
    """The goroutine that the publication started, if ``site`` is of an object that it was given."""
    first = package.function(publication.callee)
    if first is None:
        return None
    return next(
        (
            thread
            for thread in sorted(package.threads.of(site.function))
            if thread.root == first.name and package.sharing.hold(site, thread).origins
        ),
        None,
    )


def _finding(package: PackageFacts, function: FunctionFacts, late: Late) -> Finding:
    write, other = late.write, late.other
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
        traces=call_trace(write.trace, goroutine=sides.mine),
        location=str(write.location),
        symbol=function.name,
        goroutine=sides.mine,
    )
