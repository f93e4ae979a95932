"""An object that one goroutine at a time may use is used by several."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.analysis.goroutines import unordered_uses
from pubcheck.knowledge import UNSHARED
from pubcheck.rules.support.captured import finding, most_telling

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
    for race in most_telling(unordered_uses(package.goroutines, unshared)):
        yield finding(race, type=race.used.rpartition("/")[2])
