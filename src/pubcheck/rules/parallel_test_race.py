"""Parallel tests and subtests share a variable that one of them writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pubcheck.analysis.goroutines import PARALLEL, Goroutines, handler_races, local_races
from pubcheck.diagnostic import Related
from pubcheck.rules.finding import Finding
from pubcheck.rules.support.captured import finding, most_telling
from pubcheck.rules.support.parallel_tests import meetings
from pubcheck.rules.support.wording import name_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import PackageFacts
    from pubcheck.rules.support.parallel_tests import Meeting

_PARALLEL = b".Parallel()"
_LITERAL = b"func("
_WORKERS = b".RunParallel("
_RUN_PARALLEL = "(*testing.B).RunParallel"


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find variables that tests, or a benchmark's goroutines, share while they run in parallel, one of them writing."""
    if any(file.source.holds(_WORKERS) for file in package.package.files):
        yield from _in_workers(package)
    if not any(file.source.holds(_PARALLEL) for file in package.package.files):
        return
    tests = package.test_functions_where(_has_parallel_subtest)
    races = local_races(Goroutines(tests, package.summary_of))
    for race in most_telling(race for race in races if race.spawn.by == PARALLEL):
        yield finding(race)
    for meeting in meetings(package):
        yield _shared(package, meeting)


def _in_workers(package: PackageFacts) -> Iterator[Finding]:
    """What the goroutines of a benchmark share."""
    tests = package.test_functions_where(lambda body: _WORKERS in body)
    races = handler_races(Goroutines(tests, package.summary_of))
    for race in most_telling(race for race in races if race.spawn.by == _RUN_PARALLEL):
        yield msgspec.structs.replace(
            finding(race),
            message=f"`{race.name}` is written by all goroutines of `RunParallel`, with nothing that orders them",
            because=("`RunParallel` runs the function on several goroutines at once",),
        )


def _shared(package: PackageFacts, meeting: Meeting) -> Finding:
    """What is told of a package variable."""
    name = name_of(meeting.location, package)
    mine, theirs = meeting.test.name, meeting.other.name
    itself = meeting.test is meeting.other
    verb = "writes" if meeting.access.writes else "reads"
    other = f"`{theirs}` {verb} it"
    sides = (
        f"written by one run of `{mine}` while another writes it" if itself else f"written by `{mine}` while {other}"
    )
    through = f" by `{meeting.call.callee.rpartition('/')[2]}`" if meeting.call is not None else ""
    place = meeting.call.span if meeting.call is not None else meeting.access.span
    return Finding(
        span=meeting.write.span,
        message=f"`{name}` is {sides}: parallel tests have no order",
        because=("tests that call `t.Parallel` run at the same time when what ran in order has returned",),
        related=() if itself else (Related(place, f"{other} here{through}"),),
        location=str(meeting.location),
        symbol=mine,
    )


def _has_parallel_subtest(body: bytes) -> bool:
    """Whether a test's text has a literal that may let others go on: that it does so itself is nothing to look for."""
    literal = body.find(_LITERAL)
    return literal >= 0 and body.find(_PARALLEL, literal) >= 0
