"""Sets of what goroutines are ordered by: channels, groups, conditions, atomic variables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pubcheck.analysis.goroutines.edges import UNKNOWN
from pubcheck.facts import ELEMENT, AccessPath, Location, LocationKind

if TYPE_CHECKING:
    from pubcheck.analysis.goroutines.edges import Edge
    from pubcheck.facts import Point


class Objects:
    """A set of synchronisation objects, where one that has no name may be any."""

    __slots__ = ("_closed", "_fields", "_paths")

    def __init__(self) -> None:
        """None yet."""
        self._paths: set[AccessPath] = set()
        self._fields: set[Location] = set()
        self._closed: set[AccessPath] = set()

    def add(self, path: AccessPath, *, closed: bool = False) -> None:
        """Put ``path`` in; ``closed`` says that it is a channel which is closed then, and nothing is sent."""
        path = any_item(path)
        if closed and path not in self._paths:
            self._closed.add(path)
        elif not closed:
            self._closed.discard(path)
        self._paths.add(path)
        place = field_of(path)
        if place is not None:
            self._fields.add(place)

    def heard_at(self, edge: Edge) -> Point | None:
        """Where ``edge`` acquires what is in this set: behind a range over what is only closed; None for no such."""
        if edge.object not in self:
            return None
        return edge.drained if edge.drained is not None and any_item(edge.object) in self._closed else edge.point

    def __len__(self) -> int:
        return len(self._paths)

    def __contains__(self, path: AccessPath) -> bool:
        if path == UNKNOWN:
            return bool(self._paths)
        return any_item(path) in self._paths or UNKNOWN in self._paths or field_of(path) in self._fields


def any_item(path: AccessPath) -> AccessPath:
    """The path with each index taken for any."""
    if any(step[0] == "[" and step != ELEMENT for step in path.steps):
        return AccessPath(path.root, tuple(ELEMENT if step[0] == "[" else step for step in path.steps))
    return path


def field_of(path: AccessPath) -> Location | None:
    """The field that ``path`` ends in: of which object it is can't always be told."""
    place = path.location
    return place if place is not None and place.kind is LocationKind.FIELD else None
