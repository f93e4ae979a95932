"""Most accesses of a location hold one lock, and one doesn't."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.analysis.guards import THRESHOLDS, Kinship
from pubcheck.analysis.polling import ballots, key_of
from pubcheck.diagnostic import EVIDENCE, HOLDER, Ballot, Confidence, Poll, Related
from pubcheck.rules.finding import Finding
from pubcheck.rules.support.certainty import is_for_tests
from pubcheck.rules.support.entrances import entrances
from pubcheck.rules.support.guard_findings import findings
from pubcheck.rules.support.left_early import left_early
from pubcheck.rules.support.sides import sides_of
from pubcheck.rules.support.unguarded import Kind, strays
from pubcheck.rules.support.wording import call_trace, name_of, others

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import PackageFacts
    from pubcheck.analysis.guards import Guard
    from pubcheck.analysis.uses import Use
    from pubcheck.rules.support.entrances import Entrance
    from pubcheck.rules.support.left_early import LeftEarly


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find them in ``package``, one finding a location."""
    yield from findings(package, Kind.INCONSISTENT)
    yield from (_stray(package, guard, uses) for guard, uses in strays(package))
    yield from (_entered(package, entrance) for entrance in entrances(package))
    yield from (_left(package, left) for left in left_early(package))


def _left(package: PackageFacts, left: LeftEarly) -> Finding:
    """What is set when the lock was given back under which it was looked at."""
    lock, location = name_of(left.lock, package), name_of(left.location, package)
    access = left.write.site.access
    sides = sides_of(package, left.write.site, left.other.site)
    return Finding(
        span=access.span,
        values={"location": location, "lock": lock, "access": "written", "evidence": "held where that was decided"},
        because=(
            f"`{left.other.function.name}` holds `{lock}` to look at it, and so does `{left.write.function.name}`",
        ),
        related=(
            Related(left.look.site.access.span, f"it is looked at here, under `{lock}`"),
            *sides.around(*others([left.other.site], f"`{{function}}` reads it under `{lock}` here", 1, sides.theirs)),
        ),
        location=str(left.location),
        symbol=left.write.function.name,
        confidence=Confidence.MEDIUM,
        goroutine=sides.mine,
    )


def _entered(package: PackageFacts, entrance: Entrance) -> Finding:
    """What is behind a field that everybody else goes through under the lock."""
    use, against = entrance.use, entrance.inside[0]
    lock, access = name_of(entrance.lock, package), use.site.access
    location = name_of(entrance.location, package)
    evidence = f"held in {len(entrance.inside)} of {len(entrance.inside) + 1} accesses"
    sides = sides_of(package, use.site, against.site)
    return Finding(
        span=access.span,
        values={"location": location, "lock": lock, "access": "used", "evidence": evidence},
        because=(f"all others hold `{lock}` while they work with what `{location}` points to",),
        related=(*others([each.site for each in entrance.inside], f"`{{function}}` holds `{lock}` here", 4),),
        location=str(entrance.location),
        symbol=use.function.name,
        confidence=Confidence.MEDIUM,
        goroutine=sides.mine,
    )


def vote(package: PackageFacts) -> Iterator[Ballot]:
    """What the package says of exported memory, for those of all packages' findings that hang on it."""
    return iter(()) if is_for_tests(package) else ballots(package)


def _stray(package: PackageFacts, guard: Guard, uses: tuple[Use, ...]) -> Finding:
    """Exported memory, which other packages may guard."""
    use, *rest = uses
    lock, access = name_of(guard.lock, package), use.site.access
    seen = any(thread.started for thread in package.threads_of(use.function)) and not is_for_tests(package)
    least, share = THRESHOLDS[Kinship.BESIDE]
    return Finding(
        span=access.span,
        values={
            "location": name_of(guard.location, package),
            "lock": lock,
            "access": "written" if use.writes else "read",
            "evidence": EVIDENCE,
        },
        because=(f"`{lock}` is {EVIDENCE}; {HOLDER} holds it, and others call that",),
        related=others([each.site for each in rest], "`{function}` uses it like this too", 4),
        traces=call_trace(access.trace),
        location=str(guard.location),
        symbol=use.function.name,
        confidence=Confidence.MEDIUM if seen else Confidence.LOW,
        poll=Poll(
            memory=key_of(guard.location),
            home=guard.location.package,
            lock=key_of(guard.lock),
            name=lock,
            function=use.function.full_name,
            least=least,
            share=share,
        ),
    )
