"""Fields that lead to the same object for as long as their own object lives.

What a pointer in a shared object leads to may be another one each time; not so where the field is set while its object
is made, and never again. Then who shares the one shares the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.analysis.answers import finds_more
from pubcheck.analysis.callers import callers_of
from pubcheck.analysis.writers import is_private
from pubcheck.facts import DEREF, SNAPSHOT, Location, LocationKind, Start

if TYPE_CHECKING:
    from pubcheck.analysis.located import Site
    from pubcheck.analysis.package import PackageFacts
    from pubcheck.facts import AccessPath

Way = tuple[str, ...]
"""The fields that are followed, as steps of a path."""


@finds_more
class LastingFields:
    """The fields of a package's own types that only constructors set."""

    def __init__(self, package: PackageFacts) -> None:
        """Ask ``package`` for who writes what."""
        self._package = package
        self._callers = callers_of(package)
        self._known: dict[Location, bool] = {}
        self._ways: dict[AccessPath, Way | None] = {}

    def way(self, path: AccessPath) -> Way | None:
        """The fields whose pointers lead to the memory, after the first pointer; None where one may be set anew.

        An element of a container at the end is the container's memory; one on the way is an object of its own.
        """
        if path not in self._ways:
            self._ways[path] = self._find_way(path.steps)
        return self._ways[path]

    def _find_way(self, steps: tuple[str, ...]) -> Way | None:
        if any(step[0] == "[" for step in steps[:-1]):
            return None
        pointers = [at for at, step in enumerate(steps) if step in (DEREF, SNAPSHOT)]
        fields = tuple(steps[at - 1] for at in pointers[1:])
        return (
            fields
            if all(map(self._lasts, fields)) and SNAPSHOT not in steps[pointers[0] + 1 if pointers else 0 :]
            else None
        )

    def _lasts(self, field: str) -> bool:
        owner, _, name = field.rpartition(".")
        location = Location(LocationKind.FIELD, owner, name)
        known = self._known.get(location)
        if known is None:
            known = self._known[location] = location.package == self._package.path and all(
                is_private(site, self._callers) or _begins(site)
                for site in self._package.locations.get(location, ())
                if site.access.writes or site.access.atomic is not None
            )
        return known


def _begins(site: Site) -> bool:
    """Whether the function starts goroutines only afterwards: it sets up what they work on."""
    function, at = site.function, site.access.point
    starts = [spawn.point for spawn in function.spawns if spawn.start is not Start.DEFER]
    reaches = function.order.reaches
    return any(reaches(at, start) for start in starts) and not any(reaches(start, at) for start in starts)
