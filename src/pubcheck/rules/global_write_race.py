"""A package variable is written by a goroutine, with no lock."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pubcheck.analysis.parallel import ALSO_CALLER, CALLER
from pubcheck.diagnostic import Confidence
from pubcheck.facts import LocationKind
from pubcheck.rules.support.certainty import is_for_tests
from pubcheck.rules.support.first_uses import first_use
from pubcheck.rules.support.outside import is_a_way_of_main
from pubcheck.rules.support.telling import race_finding
from pubcheck.rules.support.unlocked import unlocked_races

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import PackageFacts
    from pubcheck.rules.finding import Finding
    from pubcheck.rules.support.unlocked import Race


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find package variables that a goroutine or a handler writes while others access them."""
    races = {race.location: race for race in unlocked_races(package) if race.location.kind is LocationKind.GLOBAL}
    for location, race in races.items():
        # What is told of a slice or map that is itself replaced goes for its elements.
        if location.container == location or location.container not in races:
            found = race_finding(package, race)
            # What callers of the package write for the whole program is mostly written before anything is started.
            doubtful = race.witness.one in (CALLER, ALSO_CALLER) or _is_a_tests_default(package, race)
            doubtful |= is_a_way_of_main(package, race)
            yield msgspec.structs.replace(found, confidence=Confidence.LOW) if doubtful else found


def _is_a_tests_default(package: PackageFacts, race: Race) -> bool:
    """Whether tests and benchmarks fill in what nobody has given yet: so much they put up with."""
    return is_for_tests(package) and first_use(package, race) is not None
