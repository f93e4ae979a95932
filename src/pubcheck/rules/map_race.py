"""A map is written by goroutines with nothing that keeps them apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.rules.support.captured import finding, races_of
from pubcheck.rules.support.fields import field_races, graded
from pubcheck.rules.support.guard_findings import findings
from pubcheck.rules.support.telling import race_finding, sides_in_words
from pubcheck.rules.support.unguarded import Kind
from pubcheck.rules.support.wording import name_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import PackageFacts
    from pubcheck.rules.finding import Finding


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find maps that a goroutine writes while others use them, and maps that are used without their lock."""
    yield from _captured(package)
    yield from _fields(package)
    yield from findings(package, Kind.MAP)


def _captured(package: PackageFacts) -> Iterator[Finding]:
    """Maps in local variables that function literals share."""
    for race in races_of("map-race", package):
        yield finding(race)


def _fields(package: PackageFacts) -> Iterator[Finding]:
    """Maps in fields that nobody holds a lock for."""
    for race in field_races("map-race", package):
        name = name_of(race.location.container, package)
        sentence = f"the map `{name}` is {sides_in_words(race)}: the runtime may stop the program"
        yield graded(race_finding(package, race, message=sentence), race, package)
