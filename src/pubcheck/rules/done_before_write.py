"""A goroutine announces that it is done before it has written what others wait for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.diagnostic import Related
from pubcheck.rules.fixes.goroutines import announce_last
from pubcheck.rules.support.captured import finding, goroutine, place, races_of, span_of
from pubcheck.rules.support.wording import source_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import PackageFacts
    from pubcheck.rules.finding import Finding


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find what a goroutine writes only after the release that tells others of it."""
    for race in races_of("done-before-write", package):
        if race.early is not None:
            told = Related(race.early.span, "the goroutine announces here that it is done", goroutine(race))
            announced = source_text(race.early.span, package).removeprefix("defer ")
            fixes = announce_last(package, race.early.span, span_of(race, place(race)[0]))
            yield finding(race, told, fixes=fixes, announced=announced)
