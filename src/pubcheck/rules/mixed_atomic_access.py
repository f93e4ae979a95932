"""A location is accessed through sync/atomic in one place and plainly in another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.facts import BlockKind, ChannelAction, LocationKind, Start, Style, allocation
from pubcheck.rules.finding import Finding
from pubcheck.rules.support.wording import call_trace, name_of, others
from pubcheck.rules.support.writers import excludes, is_private

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import PackageFacts, Site
    from pubcheck.facts import Access, Location


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find plain accesses of what the package's own code accesses atomically, one finding a location."""
    for location, sites in package.locations.items():
        atomics = [site for site in sites if site.access.atomic and site.access.atomic.style is Style.FUNCTION]
        atomics = [site for site in atomics if not site.function.test]
        if not atomics:
            continue
        shared = [site for site in atomics if not is_private(site)]
        plain = [site for site in sites if _races(site, shared, location)]
        if plain:
            yield _finding(package, location, plain, shared)


def _races(site: Site, atomics: list[Site], location: Location) -> bool:
    access = site.access
    if access.atomic is not None or is_private(site) or site.function.test or site.function.contract.unknown:
        return False
    if access.whole and access.writes:
        return False  # memory that is overwritten whole is being made ready for use
    # One side must write for a race: a plain read beside atomic loads is none.
    against = [other for other in atomics if access.writes or other.access.writes]
    against = [other for other in against if _same_memory(access, other.access)]
    if not against or excludes(site.protection, against) or _after_a_wait(site):
        return False
    return location.kind is not LocationKind.LOCAL or _overlaps_a_goroutine(site)


def _same_memory(plain: Access, atomic: Access) -> bool:
    """Whether both may mean one field of one object: a struct may be told with or without what it is embedded in."""
    if plain.whole:
        return True
    one, other = sorted((allocation(plain.path), allocation(atomic.path)), key=len)
    return other[len(other) - len(one) :] == one


def _after_a_wait(site: Site) -> bool:
    """Whether goroutines were waited for on every path to the access."""
    order = site.function.order
    return any(
        event.kind is BlockKind.WAIT and order.dominates(event.point, site.access.point)
        for event in site.function.blocking
    )


def _overlaps_a_goroutine(site: Site) -> bool:
    """Whether a local's access in the function that declares it comes after a start and before whatever waits for it.

    In the goroutine itself it always overlaps.
    """
    function = site.function
    starts = [spawn for spawn in function.spawns if spawn.start is not Start.DEFER]
    if not starts:
        return Start.GO in function.starts or Start.STARTER in function.starts
    waits = [event.point for event in function.blocking if event.kind is BlockKind.WAIT]
    waits += [event.point for event in function.channels if event.action is ChannelAction.RECEIVE]
    at = site.access.point
    return any(
        function.order.reaches(spawn.point, at) and not function.order.passes_one(spawn.point, at, waits)
        for spawn in starts
    )


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
