"""A shared variable is made at its first use, by whoever is first, with nothing that decides who that is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.diagnostic import Confidence, Related
from pubcheck.rules.finding import Finding
from pubcheck.rules.fixes.once import once
from pubcheck.rules.support.certainty import is_for_tests
from pubcheck.rules.support.first_uses import first_use
from pubcheck.rules.support.outside import is_a_way_of_main
from pubcheck.rules.support.sides import witnessed
from pubcheck.rules.support.unlocked import unlocked_races
from pubcheck.rules.support.wording import name_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import PackageFacts
    from pubcheck.rules.support.first_uses import FirstUse
    from pubcheck.rules.support.unlocked import Race


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find variables that are written where a test of them says that they weren't yet, on several goroutines."""
    for race in unlocked_races(package):
        found = first_use(package, race)
        if found is not None:
            yield _finding(package, race, found)


def _finding(package: PackageFacts, race: Race, found: FirstUse) -> Finding:
    mine = witnessed(race.write.function, race.other.function, race.witness).mine
    return Finding(
        span=found.write.span,
        values={"location": name_of(race.location, package)},
        because=(f"{race.witness.telling}", "no access of it in this package holds a lock or is atomic"),
        related=(
            *([Related(race.witness.span, "one begins here", mine)] if race.witness.span is not None else ()),
            Related(found.test.span, "several goroutines may see here that it isn't there yet", mine),
        ),
        fixes=once(package, race.location, found.test.span, found.write.span),
        location=str(race.location),
        symbol=race.write.function.name,
        confidence=Confidence.LOW if is_for_tests(package) or is_a_way_of_main(package, race) else None,
        goroutine=mine,
    )
