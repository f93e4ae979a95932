"""Before Go 1.22: a goroutine uses the variable of the loop that starts it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.rules.fixes.copies import copy_per_turn
from pubcheck.rules.support.captured import finding, races_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import PackageFacts
    from pubcheck.rules.finding import Finding


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find loop variables that all turns share and that goroutines use while the loop goes on."""
    for race in races_of("loop-variable-capture", package):
        yield finding(race, fixes=copy_per_turn(package, race.spawn.span, race.var))
