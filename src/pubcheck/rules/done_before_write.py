"""A goroutine announces that it is done before it has written what others wait for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.diagnostic import Related
from pubcheck.rules.finding import Finding
from pubcheck.rules.fixes.goroutines import announce_last
from pubcheck.rules.support.captured import finding, goroutine, place, races_of, span_of
from pubcheck.rules.support.early_ends import early_ends
from pubcheck.rules.support.wording import name_of, source_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import PackageFacts
    from pubcheck.rules.support.early_ends import EarlyEnd


def check(package: PackageFacts) -> Iterator[Finding]:
    """Find what a goroutine writes only after the release that tells others of it."""
    for race in races_of("done-before-write", package):
        if race.early is not None:
            told = Related(race.early.span, "the goroutine announces here that it is done", goroutine(race))
            announced = source_text(race.early.span, package).removeprefix("defer ")
            fixes = announce_last(package, race.early.span, span_of(race, place(race)[0]))
            yield finding(race, told, fixes=fixes, announced=announced)
    for early in early_ends(package):
        yield _of_object(package, early)


def _of_object(package: PackageFacts, early: EarlyEnd) -> Finding:
    """What is told of a field."""
    write, read = early.write, early.read
    name, runner = name_of(early.location, package), f"`{write.function.name}`"
    announced = source_text(early.told, package).removeprefix("defer ")
    access = write.access
    return Finding(
        span=access.origin or access.span,
        values={"variable": name, "announced": announced},
        because=(f"`{read.function.name}` waits for that before it reads the field, and {runner} is started by `go`",),
        related=(
            Related(early.told, "the goroutine announces here that it is done"),
            Related(read.access.span, f"`{read.function.name}` reads `{name}` here"),
        ),
        location=str(early.location),
        symbol=write.function.name,
    )
