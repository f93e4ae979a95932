"""A comment about a lock that the code has left behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.analysis.drift import drifted_function, drifted_memory
from pubcheck.diagnostic import Related
from pubcheck.rules.finding import Finding
from pubcheck.rules.support.wording import name_of, others

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import PackageFacts
    from pubcheck.analysis.declared import Declared
    from pubcheck.analysis.drift import Drift
    from pubcheck.analysis.guards import Guard


def check(package: PackageFacts, *, accesses: int = 4, percent: int = 33) -> Iterator[Finding]:
    """Find comments that name what isn't there, or a lock that hardly anybody holds.

    Args:
        package: whose comments are read.
        accesses: of a field, from which on they tell that nobody keeps to its comment.
        percent: of them that hold the lock, below which it is so.
    """
    told: set[Drift] = set()
    for drift in drifted_memory(package.package):
        told.add(drift)
    for function in package.functions:
        if not function.test and not function.enclosing:
            told.update(drifted_function(function, package.package))
    yield from (_missing(drift) for drift in sorted(told))
    for guard in package.guards.values():
        every = len(guard.inside) + len(guard.outside)
        kept = every < accesses or guard.share * 100 >= percent
        written = any(use.writes for use in (*guard.inside, *guard.outside))
        if guard.declared is not None and not guard.declared.strict and written and not kept:
            yield _abandoned(guard, guard.declared, package)


def _missing(drift: Drift) -> Finding:
    return Finding(
        span=drift.span,
        message=f"the comment names `{drift.name}`, and there is no such lock",
        because=(f"`{drift.what}` has no lock of that name, nor has anything else here",),
        location=drift.name,
    )


def _abandoned(guard: Guard, declared: Declared, package: PackageFacts) -> Finding:
    location, lock = name_of(guard.location, package), name_of(guard.lock, package)
    every = len(guard.inside) + len(guard.outside)
    return Finding(
        span=declared.span,
        message=f"the comment says that `{lock}` guards `{location}`, and {len(guard.outside)} of {every} accesses "
        "don't hold it",
        because=("whoever relies on the comment relies on what nobody does",),
        related=(
            *others([use.site for use in guard.outside], "`{function}` doesn't hold it"),
            *(Related(use.site.access.span, "and here it is held") for use in guard.inside[:1]),
        ),
        location=str(guard.location),
    )
