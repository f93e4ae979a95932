"""A value is written after the point where other goroutines got hold of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.diagnostic import Related
from pubcheck.facts import DEREF, ELEMENT, ChannelAction, PublicationKind, RootKind
from pubcheck.rules.finding import Finding
from pubcheck.rules.support.wording import call_trace, path_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.facts import Access, Publication

_STARTS = (PublicationKind.GO, PublicationKind.CAPTURE)


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find writes, through any local alias, to memory that was published before; one finding a publication."""
    for function in package.functions:
        if function.test:
            continue
        for publication in function.publications:
            if not _reaches_others(publication):
                continue
            writes = [
                write
                for write in function.writes_through(publication)
                if _may_race(function, publication, write) and not _announced(package, function, publication, write)
            ]
            if writes:
                yield _finding(package, function, publication, writes)


def _reaches_others(publication: Publication) -> bool:
    """Whether another goroutine is sure to look: a plain store says so only under a lock.

    And what such a store puts somewhere must be new: what could be reached before is a question of guards.
    """
    if publication.kind is PublicationKind.STORE:
        return publication.fresh and bool(publication.held.must)
    return publication.kind is not PublicationKind.POOL


def _may_race(function: FunctionFacts, publication: Publication, write: Access) -> bool:
    """Whether the write is one that the other side may meet."""
    if write.init or write.owned or not write.in_place or function.maybe_protected(write):
        return False
    if write.trace and publication.trace:
        return False  # what callees do among themselves is told there
    if not any(step in (DEREF, ELEMENT) for step in write.path.steps) and write.path.root.kind is RootKind.CELL:
        return False  # the captured variable itself, not what it points to
    another = ELEMENT in write.path.steps or write.path.root.kind is RootKind.OPAQUE
    if another and not function.order.same_turn(publication.point, write.point):
        return False  # the next turn of a loop is likely to work on another value or element
    if publication.kind in _STARTS:
        return any(_touches(access, write) for access in _other_side(function, publication))
    return True


def _announced(package: PackageFacts, function: FunctionFacts, publication: Publication, write: Access) -> bool:
    """Whether the write is ordered by a channel of its own: the way of futures and of requests with an answer.

    Either the function sends on or closes a channel of the published value after it wrote, or the callee that writes
    uses a channel itself.
    """
    callees = (package.function(step.callee) for step in write.trace)
    if any(callee is not None and callee.channels for callee in callees):
        return True
    return any(
        event.action is not ChannelAction.RECEIVE
        and function.order.reaches(write.point, event.point)
        and any(target.starts_with(value) for target in event.targets for value in publication.value)
        for event in function.channels
    )


def _other_side(function: FunctionFacts, publication: Publication) -> Iterator[Access]:
    for spawn in function.spawns:
        if spawn.point == publication.point:
            yield from (access for access in spawn.accesses if access.atomic is None)


def _touches(access: Access, write: Access) -> bool:
    if access.path == write.path:
        return True
    if access.whole:
        return write.path.starts_with(access.path)
    return access.location is not None and access.location == write.location


def _finding(package: PackageFacts, function: FunctionFacts, publication: Publication, writes: list[Access]) -> Finding:
    write = writes[0]
    value = path_name(write.path, package)
    return Finding(
        span=write.span,
        values={"value": value, "published": _how(package, publication)},
        because=("the publication makes visible what was written before it; this write comes after it",),
        related=(
            Related(publication.span, "it is published here"),
            *(Related(other.span, "and changed here") for other in writes[1:3]),
        ),
        traces=call_trace(write.trace) + call_trace(publication.trace),
        location=str(write.location or write.path),
        symbol=function.name,
    )


def _how(package: PackageFacts, publication: Publication) -> str:
    into = path_name(publication.into, package) if publication.into is not None else ""
    match publication.kind:
        case PublicationKind.SEND:
            return f"sent on `{into}`" if into else "sent on a channel"
        case PublicationKind.GO | PublicationKind.CAPTURE:
            return f"the goroutine `{publication.callee}` has it" if publication.callee else "a goroutine has it"
        case _:
            return f"stored in `{into}`" if into else "stored where other goroutines find it"
