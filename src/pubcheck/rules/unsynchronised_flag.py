"""A plain field is written by one goroutine and accessed by another one, with no edge between."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.analysis.parallel import Origin
from pubcheck.facts import LocationKind
from pubcheck.rules.fixes.atomic_accesses import atomic_type
from pubcheck.rules.fixes.declarations import declared
from pubcheck.rules.support.telling import race_finding
from pubcheck.rules.support.unlocked import unlocked_races

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import PackageFacts
    from pubcheck.rules.finding import Finding


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find fields that a goroutine of the package writes and another one accesses, when nothing orders them."""
    for race in unlocked_races(package):
        field = race.location.kind is LocationKind.FIELD and not race.location.is_element
        if field and race.witness.one.origin is not Origin.HANDLER:
            yield race_finding(package, race, atomic_type(package, declared(package, race.location)))
