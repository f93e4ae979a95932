"""A local variable is shared with a goroutine, and nothing orders the two sides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.rules.support.captured import finding, races_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import PackageFacts
    from pubcheck.rules.finding import Finding


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find captured variables that two goroutines access with no edge between, one of them writing."""
    for race in races_of("captured-variable-race", package):
        yield finding(race)
