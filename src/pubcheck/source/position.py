"""Byte offsets, and what they are called at the edges: line and column in bytes, code points or UTF-16 units."""

from __future__ import annotations

from bisect import bisect_right
from typing import Literal

import msgspec

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

    __slots__ = ("_data", "_starts")

    def __init__(self, data: bytes) -> None:
        """Index the lines of ``data``."""
        self._data = data
        starts = [0]
        find = data.find
        at = find(b"\n")
        while at >= 0:
            starts.append(at + 1)
            at = find(b"\n", at + 1)
        self._starts = starts

    @property
    def line_count(self) -> int:
        """Number of lines; a text that ends in a newline has an empty last line."""
        return len(self._starts)

    def line(self, offset: int) -> int:
        """Line of ``offset``, counted from 1."""
        return bisect_right(self._starts, offset)

    def position(self, offset: int, encoding: Encoding = "utf-8") -> Position:
        """Line and column of ``offset``; the column counts units of ``encoding`` from 1. Offsets past the end clamp."""
        offset = min(max(offset, 0), len(self._data))
        line = bisect_right(self._starts, offset)
        before = self._data[self._starts[line - 1] : offset]
        return Position(line, 1 + _units(before, encoding))

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
