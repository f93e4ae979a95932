"""A plain field is written by one goroutine and accessed by another one, with no edge between."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pubcheck.analysis import Site
from pubcheck.analysis.parallel import Origin, Witness
from pubcheck.diagnostic import Confidence
from pubcheck.facts import LocationKind
from pubcheck.rules.fixes.atomic_accesses import atomic_type
from pubcheck.rules.fixes.declarations import declared
from pubcheck.rules.support.handed import late_reads
from pubcheck.rules.support.sides import handles_requests
from pubcheck.rules.support.telling import race_finding
from pubcheck.rules.support.unlocked import Race, unlocked_races

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import PackageFacts
    from pubcheck.rules.finding import Finding

NEAR = 2
"""Calls on the way from a goroutine's start up to which it is taken to share what it was given."""


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find fields that a goroutine of the package writes and another one accesses, when nothing orders them.

    What one function does to several fields of an object is one mistake.
    """
    together: dict[tuple[str, str, Witness], list[Race]] = {}
    for race in _races(package):
        field = race.location.kind is LocationKind.FIELD and not race.location.is_element
        if field and not handles_requests(race.witness.one) and not _is_result(race):
            key = (race.location.owner, race.write.function.name, race.witness)
            together.setdefault(key, []).append(race)
    for races in together.values():
        first, *alike = sorted(races, key=lambda race: (race.write.access.span, race.location))
        fixes = atomic_type(package, declared(package, first.location)) if not alike else ()
        found = race_finding(package, first, fixes, alike=[race.location for race in alike])
        yield found if _is_near(package, first) else msgspec.structs.replace(found, confidence=Confidence.LOW)


def _is_result(race: Race) -> bool:
    """Whether what answers many at once only leaves something behind for its caller, who then has one for each call."""
    one, other = race.witness.one, race.witness.other
    return one.origin is Origin.HANDLER and (one != other or race.other.access.writes)


def _races(package: PackageFacts) -> Iterator[Race]:
    """Those that the package tells of as a whole, and those of a function with the goroutine that it starts."""
    known = set()
    for race in unlocked_races(package):
        known.add(race.location)
        yield race
    for late in late_reads(package):
        location = late.access.location
        if location is not None and location not in known and location not in package.guards:
            known.add(location)
            own = min(package.threads.of(late.function))
            yield Race(location, late.other, Site(late.function, late.access), Witness(late.thread, own))


def _is_near(package: PackageFacts, race: Race) -> bool:
    """Whether the goroutines get there by few calls: far from their start each mostly works on what is its own."""
    sides = ((race.witness.one, race.write), (race.witness.other, race.other))
    return all(_leads_to(package, thread.root, site.function.name) for thread, site in sides if thread.started)


def _leads_to(package: PackageFacts, root: str, name: str) -> bool:
    called = package.threads.graph.called
    names = {root}
    for _ in range(NEAR):
        names |= {edge.callee.name for each in names for edge in called.get(each, ())}
    return name in names
