"""What the rules about guarded state say of a violation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.analysis.remembering import once_for_facts
from pubcheck.diagnostic import Confidence, Related
from pubcheck.rules.finding import Finding
from pubcheck.rules.fixes.locking import exclusive, hold_on, take_lock
from pubcheck.rules.support.certainty import certainty
from pubcheck.rules.support.sides import sides_of
from pubcheck.rules.support.unguarded import Kind, violations
from pubcheck.rules.support.wording import call_trace, listed, name_of, others

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import PackageFacts
    from pubcheck.analysis.guards import Guard
    from pubcheck.analysis.uses import Use
    from pubcheck.diagnostic import Fix
    from pubcheck.facts import Location
    from pubcheck.rules.support.unguarded import Violation


def findings(package: PackageFacts, kind: Kind) -> Iterator[Finding]:
    """What the rule ``kind`` has to say of ``package``: one finding for a lock that a function doesn't take."""
    together: dict[tuple[Location, str, Confidence | None], list[Violation]] = {}
    for one, confidence in _shown(package):
        if one.kind is kind:
            together.setdefault((one.guard.lock, one.use.function.name, confidence), []).append(one)
    for (_, _, confidence), found in together.items():
        yield _finding(sorted(found, key=lambda one: one.use.site.access.span), confidence, package)


@once_for_facts
def _shown(package: PackageFacts) -> tuple[tuple[Violation, Confidence | None], ...]:
    """The violations of each location in few functions, the surest ones; further functions go with the first."""
    by_location: dict[tuple[Location, bool], list[Violation]] = {}
    for one in violations(package):
        by_location.setdefault((one.guard.location, one.kind is Kind.SHARED_WRITE), []).append(one)
    found: list[tuple[Violation, Confidence | None]] = []
    for every in by_location.values():
        judged = [(one, certainty(one, package)) for one in every]
        # Those that tell most come first, and among equals stay so.
        judged.sort(key=lambda pair: _DOUBT.index(pair[1]))
        (first, confidence), *others = judged[:MOST_FUNCTIONS]
        hidden = [use for one, _ in judged[MOST_FUNCTIONS:] for use in (one.use, *one.rest)]
        found += [(first._replace(rest=(*first.rest, *hidden)), confidence), *others]
    return tuple(found)


_DOUBT = (None, Confidence.HIGH, Confidence.MEDIUM, Confidence.LOW)
MOST_FUNCTIONS = 3
"""Functions in which the same location is reported."""


def _finding(found: list[Violation], confidence: Confidence | None, package: PackageFacts) -> Finding:
    """About the first of ``found``; the others lack the same lock."""
    violation, *alike = found
    guard, use, against = violation.guard, violation.use, violation.against
    access = use.site.access
    lock = name_of(guard.lock, package)
    location = name_of(guard.location, package)
    how = "written" if use.writes else "read"
    other = next((name_of(one, package) for one in sorted(use.locks) if one != guard.lock), "")
    sides = sides_of(package, use.site, against.site)
    because = [*_because(violation, lock)]
    if alike:
        because.append(f"so it is with {listed(name_of(each.guard.location, package) for each in alike)}")
    return Finding(
        span=access.span,
        values={
            "location": location,
            "lock": lock,
            "access": how,
            "evidence": guard.evidence,
            "other": other,
        },
        message=_message(violation, location, lock, how),
        because=tuple(because),
        related=(
            *_declaration(guard),
            *sides.around(
                *others([against.site], f"`{{function}}` {_verb(against)} it under `{lock}` here", 1, sides.theirs)
            ),
            *others([each.site for each in violation.rest], "`{function}` " + "uses it like this too", MOST_PLACES),
            *others([each.use.site for each in alike], "this lacks the lock as well", MOST_PLACES),
        ),
        traces=call_trace(access.trace, goroutine=sides.mine),
        fixes=_fixes(violation, [each.use for each in alike], package),
        location=str(guard.location),
        symbol=use.function.name,
        confidence=confidence,
        goroutine=sides.mine,
    )


def _fixes(violation: Violation, alike: list[Use], package: PackageFacts) -> tuple[Fix, ...]:
    """The lock that is missing, where nobody around has to do with it, or the other side of it."""
    guard, use = violation.guard, violation.use
    if violation.kind is Kind.SHARED_WRITE:
        return exclusive(package, use.function, use, guard.lock)
    return take_lock(package, guard, use, (*violation.rest, *alike)) or hold_on(package, guard, use)


def _message(violation: Violation, location: str, lock: str, how: str) -> str:
    """What the rule's own words don't fit."""
    guard, use = violation.guard, violation.use
    if violation.kind is Kind.MAP:
        return f"the map `{location}` is {how} without `{lock}`, which is {guard.evidence}"
    if violation.kind is Kind.WRONG and guard.lock in use.beside:
        return f"`{location}` is {how} under `{lock}` of another object, not of its own; that is {guard.evidence}"
    return ""


MOST_PLACES = 4
"""Further places that a finding shows."""


def _verb(use: Use) -> str:
    return "writes" if use.writes else "reads"


def _because(violation: Violation, lock: str) -> Iterator[str]:
    guard, use, against = violation.guard, violation.use, violation.against
    if violation.kind is Kind.SHARED_WRITE:
        yield f"others that hold `{lock}` for reading run at the same time, another call of `{use.function.name}` too"
        return
    who = "another call of it" if against.function is use.function else f"`{against.function.name}`"
    yield f"`{lock}` is {guard.evidence}; {who} {_verb(against)} it under the lock and may run at the same time"


def _declaration(guard: Guard) -> tuple[Related, ...]:
    return (Related(guard.declared.span, "the comment"),) if guard.declared is not None else ()
