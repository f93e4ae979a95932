"""A file whose functions' bodies are edited, and which knows who has read what of it.

The pieces are the bodies: outside of them nothing changes for as long as the file is watched. Who reads much at once
has read all.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, TypeVar, cast

from pubcheck.source.file import SourceFile, found
from pubcheck.source.position import LineIndex
from pubcheck.source.readers import READERS, Marks

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from pubcheck.source.file import Pattern
    from pubcheck.source.readers import Reader

T = TypeVar("T")

_ALL = "all"
_LINES = "lines"
_FEW = 4
_Bodies = tuple[int, ...]
"""Numbers of bodies."""


class _Told:
    """What was told of a text, how, and who has got it."""

    __slots__ = ("readers", "tell", "value")

    def __init__(self, tell: Callable[[], object]) -> None:
        self.tell = tell
        with READERS.nobody():
            self.value = tell()
        self.readers: set[Reader] = set()

    def tell_again(self) -> set[Reader]:
        """Tell it of the text as it is now; those who have got something else."""
        before = self.value
        try:
            with READERS.nobody():
                self.value = self.tell()
        except Exception:  # noqa: BLE001 it comes up again where it is asked for
            self.value = None
        else:
            if self.value == before:
                return set()
        readers, self.readers = self.readers, set()
        return readers


class _Watch:
    """What all states of a file have in common: who has read what of it, and its text as it is now."""

    __slots__ = ("data", "marks", "told")

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.marks = Marks()
        self.told: dict[_Bodies, dict[Hashable, _Told]] = {}


class WatchedFile(SourceFile):
    """One state of such a file."""

    def __init__(self, path: str, data: bytes, bodies: Sequence[tuple[int, int]]) -> None:
        """Wrap ``data``, in which function bodies lie at ``bodies``."""
        self.path = path
        self._data = data
        self._lines: LineIndex | None = None
        self._starts = [start for start, _ in bodies]
        self._ends = [end for _, end in bodies]
        self._watch = _Watch(data)

    @property
    def data(self) -> bytes:  # type: ignore[override]
        """All bytes."""
        self._watch.marks.note(_ALL)
        return self._data

    @property
    def lines(self) -> LineIndex:
        """The line index: who has it may ask about all lines."""
        self._watch.marks.note(_LINES)
        if self._lines is None:
            self._lines = LineIndex(self._data)
        return self._lines

    def _met(self, start: int, end: int) -> _Bodies:
        """The bodies that a piece meets."""
        return tuple(range(bisect_right(self._ends, start), bisect_left(self._starts, end)))

    def reading(self, start: int, end: int) -> None:
        """As ``SourceFile.reading``: the bodies that the piece meets are noted."""
        if READERS.who is not None:
            met = self._met(start, end)
            for thing in met if len(met) <= _FEW else (_ALL,):
                self._watch.marks.note(thing)

    def piece(self, start: int, end: int) -> bytes:
        """As ``SourceFile.piece``."""
        self.reading(start, end)
        return self._data[start:end]

    def holds(self, what: bytes | Pattern, start: int = 0, end: int | None = None) -> bool:
        """As ``SourceFile.holds``: what is noted is the answer."""
        watch, until = self._watch, len(self._data) if end is None else end
        return self.told((what, start, until), lambda: found(watch.data[start:until], what), start, until)

    def told(self, about: Hashable, tell: Callable[[], T], start: int, end: int) -> T:
        """As ``SourceFile.told``: what is noted is the answer."""
        of_bodies = self._watch.told.setdefault(self._met(start, max(end, start + 1)), {})
        known = of_bodies.get(about)
        if known is None:
            known = of_bodies[about] = _Told(tell)
        if READERS.who is not None:
            known.readers.add(READERS.who)
        return cast("T", known.value)

    def edited(self, data: bytes) -> WatchedFile:
        """The file with another text, of the same length, where only one body differs."""
        fresh = WatchedFile(self.path, data, [*zip(self._starts, self._ends, strict=True)])
        fresh._watch = self._watch
        return fresh

    def replace(self, before: WatchedFile, pos: int) -> set[Reader]:
        """Be the text that counts instead of ``before``, from which it differs in the body that ``pos`` lies in.

        Returns:
            To whom that makes a difference.
        """
        index = bisect_right(self._starts, pos) - 1
        extent = slice(self._starts[index], self._ends[index])
        watch = self._watch
        watch.data = self._data
        readers = watch.marks.changed(_ALL, index)
        if _ends_of_lines(before._data[extent]) != _ends_of_lines(self._data[extent]):
            readers |= watch.marks.changed(_LINES)
        return readers | self._told_anew(index)

    def _told_anew(self, body: int) -> set[Reader]:
        """Have all told anew that hangs on a body; those who have got something else."""
        readers: set[Reader] = set()
        for met, of_bodies in self._watch.told.items():
            if body in met:
                for about, one in [*of_bodies.items()]:
                    if one.readers:
                        readers.update(one.tell_again())
                    else:
                        del of_bodies[about]
        return readers


def _ends_of_lines(data: bytes) -> list[int]:
    return [match.start() for match in re.finditer(rb"\n", data)]
