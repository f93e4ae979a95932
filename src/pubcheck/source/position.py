"""Byte offsets, and what they are called at the edges: line and column in bytes, code points or UTF-16 units."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import Literal

import msgspec

_FEW = 16
"""Places that are found by counting before the lines are indexed."""

Encoding = Literal["utf-8", "utf-16", "utf-32"]


class Span(msgspec.Struct, frozen=True, order=True, gc=False):
    """A half-open range of bytes of one file. Offsets count bytes from the file's start."""

    path: str
    start: int
    end: int


class Position(msgspec.Struct, frozen=True, order=True, gc=False):
    """A place as people name it: line and column, both counted from 1."""

    line: int
    column: int


class LineIndex:
    r"""Maps byte offsets of one text to lines and columns and back.

    A line ends at ``\n``; a ``\r`` before it belongs to the line. Bytes that aren't valid UTF-8 count as one
    replacement character each time the decoder gives up, which is what editors show.
    """

    __slots__ = ("_asked", "_data", "_known")

    def __init__(self, data: bytes) -> None:
        """Index the lines of ``data``, once more than a few places are asked for."""
        self._data = data
        self._asked = 0
        self._known: list[int] | None = None

    @property
    def _starts(self) -> list[int]:
        """Where each line begins."""
        if self._known is None:
            lengths = map(len, self._data.split(b"\n"))
            self._known = [0, *accumulate(length + 1 for length in lengths)]
            self._known.pop()
        return self._known

    def _line_and_start(self, offset: int) -> tuple[int, int]:
        """The line that ``offset`` is in, counted from 1, and where it begins."""
        if self._known is None and self._asked < _FEW:
            self._asked += 1
            return self._data.count(b"\n", 0, offset) + 1, self._data.rfind(b"\n", 0, offset) + 1
        starts = self._starts
        line = bisect_right(starts, offset)
        return line, starts[line - 1]

    @property
    def line_count(self) -> int:
        """Number of lines; a text that ends in a newline has an empty last line."""
        return len(self._starts)

    def line(self, offset: int) -> int:
        """Line of ``offset``, counted from 1."""
        return self._line_and_start(offset)[0]

    def position(self, offset: int, encoding: Encoding = "utf-8") -> Position:
        """Line and column of ``offset``; the column counts units of ``encoding`` from 1. Offsets past the end clamp."""
        offset = min(max(offset, 0), len(self._data))
        line, start = self._line_and_start(offset)
        return Position(line, 1 + _units(self._data[start:offset], encoding))

    def offset(self, position: Position, encoding: Encoding = "utf-8") -> int:
        """Byte offset of ``position``; lines and columns past an end clamp to that end."""
        if position.line < 1:
            return 0
        if position.line > len(self._starts):
            return len(self._data)
        start, end = self.line_range(position.line)
        wanted = max(position.column - 1, 0)
        if encoding == "utf-8":
            return min(start + wanted, end)
        used = 0
        at = start
        for char in self._data[start:end].decode("utf-8", "surrogateescape"):
            used += 2 if encoding == "utf-16" and ord(char) > 0xFFFF else 1
            if used > wanted:
                break
            at += len(char.encode("utf-8", "surrogateescape"))
        return at

    def line_range(self, line: int) -> tuple[int, int]:
        """Start and end offset of ``line`` (counted from 1) without its line ending."""
        start = self._starts[line - 1]
        if line == len(self._starts):
            return start, len(self._data)
        end = self._starts[line] - 1
        return start, end - 1 if end > start and self._data[end - 1 : end] == b"\r" else end

    def line_text(self, line: int) -> str:
        """Text of ``line`` (counted from 1) without its line ending."""
        start, end = self.line_range(line)
        return self._data[start:end].decode("utf-8", "replace")


def _units(data: bytes, encoding: Encoding) -> int:
    if encoding == "utf-8" or data.isascii():
        return len(data)
    text = data.decode("utf-8", "surrogateescape")
    if encoding == "utf-32":
        return len(text)
    return sum(2 if ord(char) > 0xFFFF else 1 for char in text)
