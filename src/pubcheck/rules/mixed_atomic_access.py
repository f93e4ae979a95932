"""A location is accessed through sync/atomic in one place and plainly in another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.facts import Style, allocation
from pubcheck.rules.finding import Finding
from pubcheck.rules.support.callers import callers_of
from pubcheck.rules.support.overlap import overlaps
from pubcheck.rules.support.wording import call_trace, name_of, others
from pubcheck.rules.support.writers import excludes, is_private

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import PackageFacts, Site
    from pubcheck.facts import Access, Location
    from pubcheck.rules.support.callers import Callers


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find plain accesses of what the package's own code accesses atomically, one finding a location."""
    for location, sites in package.locations.items():
        atomics = [site for site in sites if site.access.atomic and site.access.atomic.style is Style.FUNCTION]
        atomics = [site for site in atomics if not site.function.test]
        if not atomics:
            continue
        callers = callers_of(package)
        shared = [site for site in atomics if not is_private(site, callers)]
        plain = [site for site in sites if _races(site, shared, callers)]
        if plain:
            yield _finding(package, location, plain, shared)


def _races(site: Site, atomics: list[Site], callers: Callers) -> bool:
    access, function = site.access, site.function
    if access.atomic is not None or function.test or is_private(site, callers):
        return False
    if access.whole and access.writes:
        return False  # memory that is overwritten whole is being made ready for use
    # One side must write for a race: a plain read beside atomic loads is none.
    against = [other for other in atomics if access.writes or other.access.writes]
    against = [other for other in against if _same_memory(access, other.access)]
    against = [other for other in against if not _one_after_the_other(site, other, callers)]
    if function.contract.unknown:
        # Whichever lock it is, those who hold none don't wait for it.
        against = [other for other in against if not other.function.maybe_protected(other.access)]
    if not against or excludes(site.protection, against):
        return False
    return overlaps(function, access) and not callers.only_tests_call(function)


def _one_after_the_other(site: Site, other: Site, callers: Callers) -> bool:
    """Whether one goroutine does both: the only writer needs no atomic operation to see what it wrote."""
    return callers.take_turns(site.function, other.function)


def _same_memory(plain: Access, atomic: Access) -> bool:
    """Whether both may mean one field of one object: a struct may be told with or without what it is embedded in."""
    if plain.whole:
        return True
    one, other = sorted((allocation(plain.path), allocation(atomic.path)), key=len)
    return other[len(other) - len(one) :] == one


def _finding(package: PackageFacts, location: Location, plain: list[Site], atomics: list[Site]) -> Finding:
    worst = next((site for site in plain if site.access.writes), plain[0])
    rest = [site for site in plain if site.access.span != worst.access.span]
    first = atomics[0]
    return Finding(
        span=worst.access.span,
        values={"location": name_of(location, package), "access": "written" if worst.access.writes else "read"},
        because=(
            f"`{first.function.name}` accesses it with `{_short(first)}`: a plain access has no order to an atomic one",
        ),
        related=(
            *others(atomics, "`{function}` accesses it atomically here", 2),
            *others(rest, "`{function}` accesses it plainly here too"),
        ),
        traces=call_trace(worst.access.trace),
        location=str(location),
        symbol=worst.function.name,
    )


def _short(site: Site) -> str:
    return site.access.atomic.function.rpartition("/")[2] if site.access.atomic else ""
