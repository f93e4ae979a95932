"""A package variable is written by a goroutine, with no lock."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pubcheck.analysis.parallel import ALSO_CALLER, CALLER
from pubcheck.diagnostic import Confidence
from pubcheck.facts import LocationKind
from pubcheck.rules.support.telling import race_finding
from pubcheck.rules.support.unlocked import unlocked_races

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import PackageFacts
    from pubcheck.rules.finding import Finding


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find package variables that a goroutine or a handler writes while others access them."""
    for race in unlocked_races(package):
        if race.location.kind is LocationKind.GLOBAL:
            found = race_finding(package, race)
            # What callers of the package write for the whole program is mostly written before anything is started.
            set_up = race.witness.one in (CALLER, ALSO_CALLER)
            yield msgspec.structs.replace(found, confidence=Confidence.LOW) if set_up else found
