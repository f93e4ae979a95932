"""Who reads now: so that whatever may change can tell for whom that matters.

A reader is known by a bit, so that what is read can keep all who did as one number (``Marks``). See
``analysis.answers`` for who they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Hashable

NOBODY = 0
ALL = -1


class Reader(Protocol):
    """Who may read."""

    bit: int
    """What it is known by, among all that read the same things."""
    tools: dict[Hashable, Any]
    """What helps it, and is made for it alone: what that reads is read for this."""


class Readers:
    """Who reads at the moment; one for the process, in which one thread analyses."""

    __slots__ = ("now", "who")

    def __init__(self) -> None:
        """Nobody reads yet."""
        self.now = NOBODY
        self.who: Reader | None = None

    def only(self, reader: Reader | None) -> _Turn:
        """In here, ``reader`` reads and nobody else."""
        return _Turn(self, reader)

    def nobody(self) -> _Turn:
        """What is read in here is read for its own sake: it is kept, and who gets it reads that alone."""
        return _Turn(self, None)


class _Turn:
    """While one reads, others don't."""

    __slots__ = ("_now", "_outer", "_readers", "_those")

    def __init__(self, readers: Readers, those: Reader | None) -> None:
        self._readers = readers
        self._those = those

    def __enter__(self) -> None:
        readers = self._readers
        self._now, self._outer = readers.now, readers.who
        readers.who = self._those
        readers.now = NOBODY if self._those is None else self._those.bit

    def __exit__(self, *_: object) -> None:
        self._readers.now, self._readers.who = self._now, self._outer


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
