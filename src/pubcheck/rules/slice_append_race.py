"""Goroutines append to one slice, or write the same items of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.rules.support.captured import finding, races_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import PackageFacts
    from pubcheck.rules.finding import Finding


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find slices that goroutines share and append to, or whose items they write, with no edge between."""
    for race in races_of("slice-append-race", package):
        yield finding(race)
