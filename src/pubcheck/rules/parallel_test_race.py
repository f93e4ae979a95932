"""Parallel subtests share a variable that one of them writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.analysis.goroutines import PARALLEL, Goroutines, local_races
from pubcheck.rules.support.captured import finding, most_telling

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import PackageFacts
    from pubcheck.rules.finding import Finding

_PARALLEL = b".Parallel()"


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find variables that subtests share while they run in parallel, one of them writing."""
    if not any(_PARALLEL in file.source.data for file in package.package.files):
        return
    races = local_races(Goroutines(package.test_functions_with(_PARALLEL), package.summary_of))
    for race in most_telling(race for race in races if race.spawn.by == PARALLEL):
        yield finding(race)
