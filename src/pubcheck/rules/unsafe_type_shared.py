"""An object that one goroutine at a time may use is used by several."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.analysis.goroutines import in_order, unordered_uses
from pubcheck.analysis.portions import by_portion
from pubcheck.facts import LocationKind
from pubcheck.knowledge import UNSHARED
from pubcheck.rules.fixes.companions import lock_beside
from pubcheck.rules.support.captured import finding, is_open, most_telling
from pubcheck.rules.support.object_uses import lasts, races_on_objects
from pubcheck.rules.support.telling import race_finding, sides_in_words
from pubcheck.rules.support.wording import name_of, short_type

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import PackageFacts
    from pubcheck.analysis.goroutines import LocalRace
    from pubcheck.analysis.portions import Portion
    from pubcheck.facts import Location
    from pubcheck.rules.finding import Finding


def check(package: PackageFacts, *, types: tuple[str, ...] = ()) -> Iterator[Finding]:
    """Find values of types that aren't safe for concurrent use and that several goroutines use.

    Args:
        package: where to look.
        types: further types that aren't safe, as `import/path.Type`.
    """
    unshared = {**UNSHARED, **dict.fromkeys(types, frozenset[str]())}
    objects = races_on_objects(package, tuple(sorted(unshared.items())))
    for shared in objects:
        name = name_of(shared.location, package)
        sentence = f"`{name}` is {sides_in_words(shared)}: a `{short_type(shared.used)}` is not safe for concurrent use"
        yield race_finding(package, shared, message=sentence)
    told = {shared.location for shared in objects}
    found = in_order(_local_uses(package, types=tuple(sorted(unshared.items()))))
    races = [race for race in found if _is_new(package, race, told)]
    for race in most_telling(races):
        same = [one for one in races if (one.var.path, one.var.pos) == (race.var.path, race.var.pos)]
        fixes = lock_beside(package, same) if not _field(race) else ()
        yield finding(race, type=short_type(race.used), fixes=fixes)


@by_portion
def _local_uses(
    package: PackageFacts, portion: Portion, *, types: tuple[tuple[str, frozenset[str]], ...]
) -> Iterator[LocalRace]:
    yield from unordered_uses(package.goroutines(portion), dict(types))


def _is_new(package: PackageFacts, race: LocalRace, told: set[Location]) -> bool:
    """Whether it is of a variable; or of a field that always leads to one object, and is told of nowhere else."""
    location = _field(race)
    if location is None:
        return True
    return location not in told and lasts(package, location) and is_open(package, race)


def _field(race: LocalRace) -> Location | None:
    location = race.variable.location
    return location if location is not None and location.kind is LocationKind.FIELD else None
