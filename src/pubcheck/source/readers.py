"""Who reads now: so that whatever may change can tell for whom that matters.

Who has read something is noted at that thing (``Marks``) until it changes: then they are told, and noted again when
they read it again. See ``analysis.answers`` for who they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Hashable


class Reader(Protocol):
    """Who may read."""

    tools: dict[Hashable, Any]
    """What helps it, and is made for it alone: what that reads is read for this."""


class Readers:
    """Who reads at the moment; one for the process, in which one thread analyses."""

    __slots__ = ("who",)

    def __init__(self) -> None:
        """Nobody reads yet."""
        self.who: Reader | None = None

    def only(self, reader: Reader | None) -> _Turn:
        """In here, ``reader`` reads and nobody else."""
        return _Turn(self, reader)

    def nobody(self) -> _Turn:
        """What is read in here is read for its own sake: it is kept, and who gets it reads that alone."""
        return _Turn(self, None)


class _Turn:
    """While one reads, others don't."""

    __slots__ = ("_one", "_outer", "_readers")

    def __init__(self, readers: Readers, one: Reader | None) -> None:
        self._readers = readers
        self._one = one

    def __enter__(self) -> None:
        readers = self._readers
        self._outer, readers.who = readers.who, self._one

    def __exit__(self, *_: object) -> None:
        self._readers.who = self._outer


READERS = Readers()


class Marks:
    """Who has read what, of things that change."""

    __slots__ = ("_marks",)

    def __init__(self) -> None:
        """Nothing was read yet."""
        self._marks: dict[Hashable, set[Reader]] = {}

    def note(self, thing: Hashable) -> None:
        """Who reads now has read ``thing``."""
        who = READERS.who
        if who is not None:
            readers = self._marks.get(thing)
            if readers is None:
                self._marks[thing] = {who}
            else:
                readers.add(who)

    def changed(self, *things: Hashable) -> set[Reader]:
        """Who has read one of ``things`` as they were before they changed."""
        return set().union(*(self._marks.pop(thing, ()) for thing in things))
