"""A Go file with room at the end of each function's body, so that an edit of one moves nothing behind it.

All that is known of a file's other functions is told by offsets. Blanks before the brace that ends a body mean nothing
to Go; an edit of the body takes from them or adds to them. Lines stay what they are, and only the closing brace's
column differs from the file as it is.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING

from pubcheck.source.segments import bodies, body_end

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOM = 1024
"""Bytes that a body can grow by before the file has to be laid out anew."""


class Elastic:
    """A text and where there is room in it.

    Attributes:
        text: the file as it is.
        data: the same with room in its bodies.
    """

    __slots__ = ("_bodies", "_rooms", "_shifts", "_starts", "data", "text")

    def __init__(
        self, text: bytes, extents: Sequence[tuple[int, int]] | None = None, rooms: Sequence[int] | None = None
    ) -> None:
        """Give ``text`` room; ``extents`` are its functions' bodies and ``rooms`` the blanks in each, if known."""
        self.text = text
        self._bodies = list(bodies(text) if extents is None else extents)
        self._rooms = [ROOM] * len(self._bodies) if rooms is None else list(rooms)
        self._starts = [end - 1 for _, end in self._bodies]
        self._shifts = [0, *accumulate(self._rooms)]
        parts: list[bytes] = []
        at = 0
        for place, room in zip(self._starts, self._rooms, strict=True):
            parts += (text[at:place], b" " * room)
            at = place
        parts.append(text[at:])
        self.data = b"".join(parts)

    def inside(self, offset: int) -> int:
        """Where ``offset`` of the text is in ``data``."""
        return offset + self._shifts[bisect_right(self._starts, offset)]

    def outside(self, offset: int) -> int:
        """Where ``offset`` of ``data`` is in the text; the closing brace for what is in a room."""
        low, high = 0, len(self._starts)
        while low < high:
            middle = (low + high) // 2
            if self._starts[middle] + self._shifts[middle] <= offset:
                low = middle + 1
            else:
                high = middle
        if low == 0:
            return offset
        return max(offset - self._shifts[low], self._starts[low - 1])

    def moved(self, fresh: Elastic, offset: int) -> int:
        """Where ``offset`` of the text is in that of ``fresh``, which an edit of one body made of this one."""
        first = _common(self.text, fresh.text)
        if offset <= first:
            return offset
        return max(offset + len(fresh.text) - len(self.text), first)

    def edited(self, text: bytes) -> tuple[Elastic, int] | None:
        """The same file with another text, and where in ``data`` the body begins that alone differs.

        None where more differs than one body, or where that has no room left.
        """
        old = self.text
        first = _common(old, text)
        last = _common_end(old, text, min(len(old), len(text)) - first)
        index = bisect_right([start for start, _ in self._bodies], first - 1) - 1
        if index < 0 or first == len(old) == len(text):
            return None
        start, end = self._bodies[index]
        growth = len(text) - len(old)
        if not (start < first and len(old) - last < end and growth <= self._rooms[index]):
            return None
        if body_end(text, start) != end + growth:
            return None
        extents = [
            *self._bodies[:index],
            (start, end + growth),
            *((one + growth, other + growth) for one, other in self._bodies[index + 1 :]),
        ]
        rooms = [*self._rooms]
        rooms[index] -= growth
        return Elastic(text, extents, rooms), self.inside(start)


def _common(one: bytes, other: bytes) -> int:
    """How many bytes the two begin with alike."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[:middle] == other[:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _common_end(one: bytes, other: bytes, most: int) -> int:
    """How many bytes, at ``most``, the two end with alike."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        if one[len(one) - middle :] == other[len(other) - middle :]:
            low = middle
        else:
            high = middle - 1
    return low
