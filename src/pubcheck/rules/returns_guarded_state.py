"""A method returns the map or slice that its lock guards, rather than a copy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.analysis import Site
from pubcheck.analysis.callers import callers_of, is_exported
from pubcheck.diagnostic import Related
from pubcheck.facts import LockAction
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
    """Find exported functions that give out what others write under the lock, one finding a function and location."""
    callers = callers_of(package)
    for guard, write in shared_containers(package):
        functions = {use.function.name: use.function for use in guard.inside if not use.writes}
        for function in functions.values():
            if function.enclosing or not is_exported(function) or function.contract.unknown:
                continue
            if callers.only_tests_call(function) or _leaves_locked(function, guard):
                continue
            returned = next((read for read in header_reads(function, guard) if _is_returned(function, read)), None)
            if returned is not None:
                yield _finding(package, guard, write, function, returned)


def _leaves_locked(function: FunctionFacts, guard: Guard) -> bool:
    """Whether the caller gets the lock with the value."""
    return any(
        effect.action is LockAction.ACQUIRE and effect.lock.location == guard.lock for effect in function.summary.locks
    )


def _is_returned(function: FunctionFacts, read: Access) -> bool:
    target = leads_to(read.path)
    return any(target in result.targets for result in function.summary.results)


def _finding(package: PackageFacts, guard: Guard, write: Use, function: FunctionFacts, read: Access) -> Finding:
    lock = name_of(guard.lock, package)
    sides = sides_of(package, Site(function, read), write.site)
    return Finding(
        span=read.span,
        values={"location": name_of(guard.location, package), "lock": lock, "function": function.name},
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
