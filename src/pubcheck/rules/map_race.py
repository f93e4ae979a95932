"""A map is written by goroutines with nothing that keeps them apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.rules.support.captured import finding, races_of
from pubcheck.rules.support.guard_findings import findings
from pubcheck.rules.support.unguarded import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import PackageFacts
    from pubcheck.rules.finding import Finding


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find maps that a goroutine writes while others use them, and maps that are used without their lock."""
    yield from _captured(package)
    yield from findings(package, Kind.MAP)


def _captured(package: PackageFacts) -> Iterator[Finding]:
    """Maps in local variables that function literals share."""
    for race in races_of("map-race", package):
        yield finding(race)
