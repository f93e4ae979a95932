"""A method returns or sends the map or slice that its lock guards, rather than a copy."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pubcheck.analysis import Site
from pubcheck.analysis.callers import callers_of, is_exported
from pubcheck.diagnostic import Related
from pubcheck.facts import LockAction, PublicationKind
from pubcheck.rules.finding import Finding
from pubcheck.rules.fixes.copies import clone
from pubcheck.rules.support.escaping import header_reads, leads_to, shared_containers
from pubcheck.rules.support.sides import sides_of
from pubcheck.rules.support.wording import name_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import FunctionFacts, PackageFacts
    from pubcheck.analysis.guards import Guard
    from pubcheck.analysis.uses import Use
    from pubcheck.facts import Access


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find functions that give out what others write under the lock, one finding a function and location."""
    callers = callers_of(package)
    for guard, write in shared_containers(package):
        functions = {use.function.name: use.function for use in guard.inside}
        for function in functions.values():
            if function.contract.unknown or callers.only_tests_call(function) or _leaves_locked(function, guard):
                continue
            reads = header_reads(function, guard)
            sent = _sent(function, reads)
            if sent is not None:
                yield _finding(package, guard, write, _Gift(function, sent, "sends"))
            elif not function.enclosing and is_exported(function):
                returned = next((read for read in reads if _is_returned(function, read)), None)
                if returned is not None:
                    yield _finding(package, guard, write, _Gift(function, returned, "returns"))


def _leaves_locked(function: FunctionFacts, guard: Guard) -> bool:
    """Whether the caller gets the lock with the value."""
    return any(
        effect.action is LockAction.ACQUIRE and effect.lock.location == guard.lock for effect in function.summary.locks
    )


def _is_returned(function: FunctionFacts, read: Access) -> bool:
    target = leads_to(read.path)
    return any(target in result.targets for result in function.summary.results)


def _sent(function: FunctionFacts, reads: list[Access]) -> Access | None:
    """The read whose value goes over a channel: who receives it is another goroutine, and holds no lock for it."""
    for publication in function.publications:
        if publication.kind is not PublicationKind.SEND or publication.trace:
            continue
        before = [
            read
            for read in reads
            if leads_to(read.path) in publication.value and function.order.reaches(read.point, publication.point)
        ]
        if before:
            return max(before, key=lambda read: read.span)
    return None


class _Gift(NamedTuple):
    """``function`` reads the header under the guard at ``read``, and gives it out; ``way`` is the verb for that."""

    function: FunctionFacts
    read: Access
    way: str


def _finding(package: PackageFacts, guard: Guard, write: Use, gift: _Gift) -> Finding:
    function, read, way = gift
    lock = name_of(guard.lock, package)
    sides = sides_of(package, Site(function, read), write.site)
    return Finding(
        span=read.span,
        values={"location": name_of(guard.location, package), "lock": lock, "function": function.name, "way": way},
        because=(
            f"`{write.function.name}` writes its elements under `{lock}`; who gets it from here doesn't hold that then",
        ),
        related=sides.around(
            Related(write.site.access.span, f"`{write.function.name}` writes it under `{lock}` here", sides.theirs)
        ),
        fixes=clone(package, guard.location, read.span),
        location=str(guard.location),
        symbol=function.name,
        goroutine=sides.mine,
    )
