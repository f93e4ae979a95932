"""A Go file with room in its functions' bodies, so that an edit of one moves nothing behind it, and little in it.

All that is known of a file is told by offsets. Blanks at the end of a line, and before the brace that ends a body, mean
nothing to Go; an edit of the body takes from those that come next or adds to them. So what a statement is told by stays
the same while others come and go around it. Lines stay what they are, and only columns of closing braces differ from
the file as it is.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING

from pubcheck.source.segments import SKIPPED, bodies, body_end

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOM = 1024
"""Bytes that a body can grow by at its end before the file has to be laid out anew."""
LINE_ROOM = 64
"""Bytes that can be put at a line's end, or in lines after it, without moving what follows."""

_LINE_END = re.compile(rb"(?P<comment>//[^\n]*\n)|" + SKIPPED + rb"|(?P<end>\n)")


class Elastic:
    """A text and where there is room in it.

    Attributes:
        text: the file as it is.
        data: the same with room in its bodies.
    """

    __slots__ = ("_bodies", "_places", "_rooms", "_shifts", "data", "text")

    def __init__(
        self,
        text: bytes,
        extents: Sequence[tuple[int, int]] | None = None,
        rooms: Sequence[tuple[int, int]] | None = None,
    ) -> None:
        """Give ``text`` room; ``extents`` are its bodies, and ``rooms`` where blanks are and how many, if known."""
        self.text = text
        self._bodies = list(bodies(text) if extents is None else extents)
        if rooms is None:
            rooms = [room for extent in self._bodies for room in _rooms(text, extent)]
        self._places = [place for place, _ in rooms]
        self._rooms = [room for _, room in rooms]
        self._shifts = [0, *accumulate(self._rooms)]
        parts: list[bytes] = []
        at = 0
        for place, room in rooms:
            parts += (text[at:place], b" " * room)
            at = place
        parts.append(text[at:])
        self.data = b"".join(parts)

    def inside(self, offset: int) -> int:
        """Where ``offset`` of the text is in ``data``."""
        return offset + self._shifts[bisect_right(self._places, offset)]

    def outside(self, offset: int) -> int:
        """Where ``offset`` of ``data`` is in the text; what follows a room for what is in it."""
        low, high = 0, len(self._places)
        while low < high:
            middle = (low + high) // 2
            if self._places[middle] + self._shifts[middle] <= offset:
                low = middle + 1
            else:
                high = middle
        if low == 0:
            return offset
        return max(offset - self._shifts[low], self._places[low - 1])

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
        growth = len(text) - len(old)
        first = _common(old, text)
        last = len(old) - _common_end(old, text, min(len(old), len(text)) - first)
        index = bisect_right([start for start, _ in self._bodies], first - 1) - 1
        if index < 0 or first == len(old) == len(text):
            return None
        start, end = self._bodies[index]
        if not (start < first and last < end) or body_end(text, start) != end + growth:
            return None
        while first > start + 1 and old[last - 1] == text[last + growth - 1]:
            first, last = first - 1, last - 1  # a line that is put before another one comes before its line's end
        rooms = self._rooms_after(text, (start, end), (first, last))
        if rooms is None:
            return None
        extents = [
            *self._bodies[:index],
            (start, end + growth),
            *((one + growth, other + growth) for one, other in self._bodies[index + 1 :]),
        ]
        return Elastic(text, extents, rooms), self.inside(start)

    def _rooms_after(self, text: bytes, body: tuple[int, int], change: tuple[int, int]) -> list[tuple[int, int]] | None:
        """The rooms when ``change``, an extent in ``body``, has another text; None where there are too few blanks."""
        growth = len(text) - len(self.text)
        low, high = (bisect_right(self._places, offset) for offset in (body[0], body[1] - 1))
        usable = {place for place, _ in _rooms(text, (body[0], body[1] + growth))}
        rooms = list(zip(self._places[:low], self._rooms[:low], strict=True))
        spare, wanted = 0, growth
        for place, room in zip(self._places[low:high], self._rooms[low:high], strict=True):
            before = place < change[0] or place == change[0] < change[1]
            here = place if before else place + growth
            spare += room
            if here not in usable or change[0] < place < change[1]:
                continue
            if not before:
                spare, wanted = max(spare - wanted, 0), max(wanted - spare, 0)
            rooms.append((here, spare))
            spare = 0
        rest = zip(self._places[high:], self._rooms[high:], strict=True)
        return None if wanted else [*rooms, *((place + growth, room) for place, room in rest)]


def _rooms(text: bytes, body: tuple[int, int]) -> Iterator[tuple[int, int]]:
    """The places in a body where blanks mean nothing, and how many there are at first: not in comments or strings."""
    start, end = body
    for token in _LINE_END.finditer(text, start + 1, end - 1):
        if token.lastgroup == "end":
            yield token.start(), LINE_ROOM
    yield end - 1, ROOM


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
