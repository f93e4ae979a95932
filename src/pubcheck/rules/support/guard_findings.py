"""What the rules about guarded state say of a violation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.analysis.guards import Kinship, takes_itself
from pubcheck.diagnostic import Confidence, Related
from pubcheck.rules.finding import Finding
from pubcheck.rules.fixes.locking import exclusive, take_lock
from pubcheck.rules.support.unguarded import Kind, violations
from pubcheck.rules.support.wording import call_trace, name_of, others

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import PackageFacts
    from pubcheck.analysis.guards import Guard, Use
    from pubcheck.diagnostic import Fix
    from pubcheck.rules.support.unguarded import Violation


def findings(package: PackageFacts, kind: Kind) -> Iterator[Finding]:
    """What the rule ``kind`` has to say of ``package``."""
    return (_finding(one, package) for one in violations(package) if one.kind is kind)


def _finding(violation: Violation, package: PackageFacts) -> Finding:
    guard, use, against = violation.guard, violation.use, violation.against
    access = use.site.access
    lock = name_of(guard.lock, package)
    location = name_of(guard.location, package)
    how = "written" if use.writes else "read"
    other = next((name_of(one, package) for one in sorted(use.locks) if one != guard.lock), "")
    return Finding(
        span=access.span,
        values={
            "location": location,
            "lock": lock,
            "access": how,
            "evidence": guard.evidence,
            "other": other,
        },
        message=f"the map `{location}` is {how} without `{lock}`, which is {guard.evidence}"
        if violation.kind is Kind.MAP
        else "",
        because=tuple(_because(violation, lock)),
        related=(
            *_declaration(guard),
            *others([against.site], f"`{{function}}` {_verb(against)} it under `{lock}` here"),
            *others([each.site for each in violation.rest], "`{function}` " + "uses it like this too", MOST_PLACES),
        ),
        traces=call_trace(access.trace),
        fixes=_fixes(violation, package),
        location=str(guard.location),
        symbol=use.function.name,
        confidence=_confidence(violation, package),
    )


def _fixes(violation: Violation, package: PackageFacts) -> tuple[Fix, ...]:
    """The lock that is missing, where nobody around has to do with it, or the other side of it."""
    guard, use = violation.guard, violation.use
    if violation.kind is Kind.SHARED_WRITE:
        return exclusive(package, use.function, use, guard)
    return take_lock(package, guard, use, violation.rest)


MOST_PLACES = 4
"""Further places that a finding shows."""
SURE_SHARE = 2 / 3
"""Of all accesses, under the lock: with less of them a finding is of medium confidence."""


def _confidence(violation: Violation, package: PackageFacts) -> Confidence | None:
    """None for the rule's own.

    What hangs below an object may be replaced as a whole, so that whoever has the old one reads what nobody writes. Who
    writes without ever taking the lock mostly sets an object up, whatever the function is called: without a
    goroutine to show for it that is a guess.
    """
    guard, use = violation.guard, violation.use
    if guard.declared is None and guard.kinship is Kinship.AROUND:
        return Confidence.LOW
    if violation.kind is not Kind.SHARED_WRITE and use.writes and not use.locks and not takes_itself(use, guard.lock):
        sites = use.site, violation.against.site
        if package.sharing.meet(*sites) is None:
            return Confidence.LOW
    if guard.share >= SURE_SHARE:
        return None
    # A comment that a good part of the code doesn't follow may be what is wrong.
    return Confidence.LOW if guard.declared is not None else Confidence.MEDIUM


def _verb(use: Use) -> str:
    return "writes" if use.writes else "reads"


def _because(violation: Violation, lock: str) -> Iterator[str]:
    guard, use, against = violation.guard, violation.use, violation.against
    if violation.kind is Kind.SHARED_WRITE:
        yield f"others that hold `{lock}` for reading run at the same time, another call of `{use.function.name}` too"
        return
    who = "another call of it" if against.function is use.function else f"`{against.function.name}`"
    yield f"`{lock}` is {guard.evidence}; {who} {_verb(against)} it under the lock and may run at the same time"
    if use.function.contract.evidence:
        yield use.function.contract.evidence


def _declaration(guard: Guard) -> tuple[Related, ...]:
    return (Related(guard.declared.span, "the comment"),) if guard.declared is not None else ()
