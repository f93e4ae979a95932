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
_LITERAL = b"func("


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find variables that subtests share while they run in parallel, one of them writing."""
    if not any(file.source.holds(_PARALLEL) for file in package.package.files):
        return
    tests = package.test_functions_where(_has_parallel_subtest)
    races = local_races(Goroutines(tests, package.summary_of))
    for race in most_telling(race for race in races if race.spawn.by == PARALLEL):
        yield finding(race)


def _has_parallel_subtest(body: bytes) -> bool:
    """Whether a test's text has a literal that may let others go on: that it does so itself is nothing to look for."""
    literal = body.find(_LITERAL)
    return literal >= 0 and body.find(_PARALLEL, literal) >= 0
