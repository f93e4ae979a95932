"""An object that one goroutine at a time may use is used by several."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.analysis.goroutines import unordered_uses
from pubcheck.knowledge import UNSHARED
from pubcheck.rules.fixes.companions import lock_beside
from pubcheck.rules.support.captured import finding, most_telling
from pubcheck.rules.support.object_uses import races_on_objects
from pubcheck.rules.support.telling import race_finding, sides_in_words
from pubcheck.rules.support.wording import name_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.analysis import PackageFacts
    from pubcheck.rules.finding import Finding


def check(package: PackageFacts, *, types: tuple[str, ...] = ()) -> Iterator[Finding]:
    """Find values of types that aren't safe for concurrent use and that several goroutines use.

    Args:
        package: where to look.
        types: further types that aren't safe, as `import/path.Type`.
    """
    unshared = {**UNSHARED, **dict.fromkeys(types, frozenset[str]())}
    races = unordered_uses(package.goroutines, unshared)
    for race in most_telling(races):
        same = [one for one in races if (one.var.path, one.var.pos) == (race.var.path, race.var.pos)]
        yield finding(race, type=_plain(race.used), fixes=lock_beside(package, same))
    for shared in races_on_objects(package, tuple(sorted(unshared.items()))):
        name = name_of(shared.location, package)
        sentence = f"`{name}` is {sides_in_words(shared)}: a `{_plain(shared.used)}` is not safe for concurrent use"
        yield race_finding(package, shared, message=sentence)


def _plain(type_: str) -> str:
    """The type as its importers call it."""
    return type_.rpartition("/")[2]
