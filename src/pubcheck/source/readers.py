"""Who reads now: so that whatever may change can tell for whom that matters.

A reader is a bit, and who reads now is a set of them, for one may have another work for it. What is read keeps the bits
of those who did (``Marks``). See ``analysis.answers`` for who they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Hashable

NOBODY = 0
ALL = -1


class Readers:
    """Those who read at the moment; one for the process, in which one thread analyses."""

    __slots__ = ("now",)

    def __init__(self) -> None:
        """Nobody reads yet."""
        self.now = NOBODY

    def only(self, readers: int) -> _Turn:
        """In here, ``readers`` read and nobody else."""
        return _Turn(self, readers)

    def nobody(self) -> _Turn:
        """What is read in here is read for its own sake: it is kept, and who gets it reads that alone."""
        return _Turn(self, NOBODY)


class _Turn:
    """While some read, others don't."""

    __slots__ = ("_outer", "_readers", "_those")

    def __init__(self, readers: Readers, those: int) -> None:
        self._readers = readers
        self._those = those

    def __enter__(self) -> None:
        self._outer = self._readers.now
        self._readers.now = self._those

    def __exit__(self, *_: object) -> None:
        self._readers.now = self._outer


READERS = Readers()


class Marks:
    """Who has read what, of things that change."""

    __slots__ = ("_marks",)

    def __init__(self) -> None:
        """Nothing was read yet."""
        self._marks: dict[Hashable, int] = {}

    def note(self, thing: Hashable) -> None:
        """Those who read now have read ``thing``."""
        now = READERS.now
        if now:
            self._marks[thing] = self._marks.get(thing, NOBODY) | now

    def of(self, thing: Hashable) -> int:
        """Who has read ``thing``."""
        return self._marks.get(thing, NOBODY)

    def wipe(self, readers: int) -> None:
        """Those readers are no more."""
        self._marks = {thing: left for thing, who in self._marks.items() if (left := who & ~readers)}
