"""Races on fields that nobody holds a lock for: which rule speaks of which, and how sure it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pubcheck.analysis import Site
from pubcheck.analysis.parallel import Origin, Witness
from pubcheck.analysis.remembering import once_for_facts
from pubcheck.diagnostic import Confidence
from pubcheck.facts import DEREF, ELEMENT, LocationKind
from pubcheck.flow import ir
from pubcheck.rules.support.handed import late_reads
from pubcheck.rules.support.memory_types import is_map_element
from pubcheck.rules.support.sides import handles_requests
from pubcheck.rules.support.unlocked import Race, is_one_sided, unlocked_races

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import PackageFacts
    from pubcheck.rules.finding import Finding

NEAR = 2
"""Calls on the way from a goroutine's start up to which it is taken to share what it was given."""


def field_races(rule: str, package: PackageFacts) -> Iterator[Race]:
    """The races on fields, outside of handlers, that ``rule`` speaks of."""
    for race in _races(package):
        field = race.location.kind is LocationKind.FIELD
        asked = (handles_requests(race.witness.one) or _is_result(race)) and not is_one_sided(race)
        if field and not asked and _speaker(race, package) == rule:
            yield race


def graded(found: Finding, race: Race, package: PackageFacts) -> Finding:
    """``found`` of ``race``, less sure where the goroutines get there by many calls.

    Far from its start each mostly works on what is its own.
    """
    sides = ((race.witness.one, race.write), (race.witness.other, race.other))
    graph = package.threads.graph
    near = all(graph.leads_to(thread.root, site.function.name, NEAR) for thread, site in sides if thread.started)
    return found if near else msgspec.structs.replace(found, confidence=Confidence.LOW)


def _is_result(race: Race) -> bool:
    """Whether what answers many at once only leaves something behind for its caller, who then has one for each call."""
    one, other = race.witness.one, race.witness.other
    return one.origin is Origin.HANDLER and (one != other or race.other.access.writes)


@once_for_facts
def _races(package: PackageFacts) -> tuple[Race, ...]:
    return (*_found(package),)


def _found(package: PackageFacts) -> Iterator[Race]:
    """Those that the package tells of as a whole, and those of a function with the goroutine that it starts."""
    known = set()
    for race in unlocked_races(package):
        known.add(race.location)
        yield race
    for late in late_reads(package):
        location = late.access.location
        if location is not None and location not in known and location not in package.guards:
            known.add(location)
            own = min(package.threads_of(late.function))
            yield Race(location, late.other, Site(late.function, late.access), Witness(late.thread, own))


def _speaker(race: Race, package: PackageFacts) -> str:
    """The rule that speaks of ``race``; of items of slices none does, as each goroutine may have its own."""
    if race.location.is_element:
        return "map-race" if is_map_element(race.location, package) else ""
    return "slice-append-race" if race.write is race.other and _appends(race.write) else "unsynchronised-flag"


def _appends(site: Site) -> bool:
    """Whether the field is written to hold what ``append`` gave of it."""
    items, block = site.access.path.then(DEREF, ELEMENT), site.function.ir.blocks[site.access.point.block]
    write = block.instructions[site.access.point.index]
    calls = [
        block.instructions[access.point.index]
        for access in site.function.accesses
        if access.via == "append" and access.path == items and access.point.block == block.index
    ]
    return isinstance(write, ir.Store) and any(
        isinstance(each, ir.Call) and write.value in each.targets for each in calls
    )
