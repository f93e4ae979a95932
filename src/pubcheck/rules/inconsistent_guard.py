"""Most accesses of a location hold one lock, and one doesn't."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.analysis.guards import holds
from pubcheck.diagnostic import Confidence, Related
from pubcheck.rules.finding import Finding
from pubcheck.rules.support.guard_findings import findings
from pubcheck.rules.support.unguarded import Kind, strays
from pubcheck.rules.support.wording import call_trace, name_of, others

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import PackageFacts
    from pubcheck.analysis.guards import Guard
    from pubcheck.analysis.uses import Use


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find them in ``package``, one finding a location."""
    yield from findings(package, Kind.INCONSISTENT)
    yield from (_stray(package, guard, uses) for guard, uses in strays(package))


def _stray(package: PackageFacts, guard: Guard, uses: tuple[Use, ...]) -> Finding:
    """Memory of another package, which guards it at home."""
    use, *rest = uses
    lock, access = name_of(guard.lock, package), use.site.access
    against = sorted(
        (each for each in guard.home if holds(each, guard.lock)), key=lambda each: (not each.writes, each.span)
    )
    home = guard.location.package.rpartition("/")[2]
    seen = any(thread.started for thread in package.threads.of(use.function))
    return Finding(
        span=access.span,
        values={
            "location": name_of(guard.location, package),
            "lock": lock,
            "access": "written" if use.writes else "read",
            "evidence": guard.evidence,
        },
        because=(
            f"`{lock}` is {guard.evidence}; `{against[0].function}` of package {home} holds it, and others call that",
        ),
        related=(
            Related(
                against[0].span,
                f"`{against[0].function}` {'writes' if against[0].writes else 'reads'} it under `{lock}`",
            ),
            *others([each.site for each in rest], "`{function}` uses it like this too", 4),
        ),
        traces=call_trace(access.trace),
        location=str(guard.location),
        symbol=use.function.name,
        confidence=Confidence.MEDIUM if seen else Confidence.LOW,
    )
