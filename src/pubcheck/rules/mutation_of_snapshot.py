"""What an atomic pointer or value holds is changed in place while others read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.diagnostic import Related
from pubcheck.facts import AtomicKind
from pubcheck.rules.finding import Finding
from pubcheck.rules.support.objects import synchronises_itself
from pubcheck.rules.support.wording import call_trace, name_of, path_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.facts import Access, AccessPath


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find writes through the result of an atomic load, one finding a place."""
    for function in package.functions:
        if function.test:
            continue
        seen = set()
        for write in function.snapshot_writes():
            source = write.path.snapshot
            if source is None or source.location is None or write.span in seen:
                continue
            if write.owned or not write.in_place or function.contract.unknown:
                continue
            if synchronises_itself(package.package, write.path, source):
                continue
            seen.add(write.span)
            yield _finding(package, function, write, source)


def _finding(package: PackageFacts, function: FunctionFacts, write: Access, source: AccessPath) -> Finding:
    location = source.location
    where = name_of(location, package) if location is not None else path_name(source, package)
    loads = [
        access
        for access in function.accesses
        if access.path == source and access.atomic is not None and access.atomic.kind is AtomicKind.LOAD
    ]
    return Finding(
        span=write.span,
        values={"value": path_name(write.path, package), "location": where},
        because=(f"every goroutine that loads `{where}` gets the same memory and reads it without a lock",),
        related=tuple(Related(load.span, "the shared snapshot is loaded here") for load in loads[:1]),
        traces=call_trace(write.trace),
        location=where,
        symbol=function.name,
    )
