"""Goroutines append to one slice, or write the same items of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.rules.support.captured import finding, races_of
from pubcheck.rules.support.fields import field_races, graded
from pubcheck.rules.support.telling import race_finding, sides_in_words
from pubcheck.rules.support.wording import name_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import PackageFacts
    from pubcheck.rules.finding import Finding


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find slices that goroutines share and append to, or whose items they write, with no edge between."""
    for race in races_of("slice-append-race", package):
        yield finding(race)
    for shared in field_races("slice-append-race", package):
        sentence = f"the slice `{name_of(shared.location, package)}` is {sides_in_words(shared)}: elements get lost"
        yield graded(race_finding(package, shared, message=sentence), shared, package)
