"""A handler writes state that all requests share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.facts import LocationKind
from pubcheck.rules.support.sides import handles_requests
from pubcheck.rules.support.telling import race_finding
from pubcheck.rules.support.unlocked import unlocked_races

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import PackageFacts
    from pubcheck.rules.finding import Finding


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find plain writes, by what a handler runs, of fields that all its runs have in common."""
    for race in unlocked_races(package):
        if race.location.kind is LocationKind.FIELD and handles_requests(race.witness.one):
            yield race_finding(package, race)
