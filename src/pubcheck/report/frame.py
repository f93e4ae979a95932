"""The code that a diagnostic points to: lines with their numbers, and marks below the span.

Everything is laid out in terminal cells: tabs are spread, wide characters count two, what can't be printed becomes a
replacement, and a line that is too long is cut to a window around the span.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

import msgspec
from rich.cells import cell_len

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pubcheck.source import SourceFile, Span

_TAB = 4
_CUT = "..."
_MAX_LINE = 20_000
"""Bytes of a line that are looked at on either side of the span: some lines are megabytes of data."""


class Line(msgspec.Struct, frozen=True, gc=False):
    """One line of a frame. Columns ``first`` to ``last`` (cells from 0, last not included) are marked, if any."""

    number: int
    text: str
    first: int = 0
    last: int = 0


def frame(source: SourceFile, span: Span, width: int, context: int = 0) -> Iterator[Line]:
    """The line that ``span`` begins on, marked, with ``context`` lines around it, none wider than ``width`` cells."""
    lines = source.lines
    at = lines.line(min(span.start, len(source.data)))
    for number in range(max(at - context, 1), min(at + context, lines.line_count) + 1):
        if number == at:
            yield _marked(source, span, number, width)
        elif text := _laid_out(_line_bytes(source, number), 0).rstrip():
            yield Line(number, _left(text, width))


def _line_bytes(source: SourceFile, number: int) -> bytes:
    start, end = source.lines.line_range(number)
    return source.data[start : min(end, start + _MAX_LINE)]


def _marked(source: SourceFile, span: Span, number: int, width: int) -> Line:
    begin, end = source.lines.line_range(number)
    start = min(max(span.start, begin), end)
    stop = min(max(span.end, start), end)
    before = _laid_out(source.data[max(begin, start - _MAX_LINE) : start], 0)
    inside = _laid_out(source.data[start : min(stop, start + _MAX_LINE)].rstrip(), cell_len(before))
    after = _laid_out(source.data[stop : min(end, stop + _MAX_LINE)], cell_len(before) + cell_len(inside)).rstrip()
    first = cell_len(before)
    last = first + max(cell_len(inside), 1)
    text = before + inside + after
    if cell_len(text) <= width:
        return Line(number, text, first, last)
    return _window(number, text, first, last, width)


def _window(number: int, text: str, first: int, last: int, width: int) -> Line:
    """``text`` cut to ``width`` so that the mark's beginning is in sight, with a third of the room before it."""
    if last <= width - len(_CUT):
        return Line(number, _left(text, width), first, last)
    skip = max(first - width // 3, 0)
    head, rest = _split(text, skip)
    shift = cell_len(head) - len(_CUT)
    shown = _CUT + rest
    kept = _left(shown, width)
    room = cell_len(kept) if kept == shown else cell_len(kept) - len(_CUT)
    return Line(number, kept, first - shift, min(last - shift, room))


def _left(text: str, width: int) -> str:
    return text if cell_len(text) <= width else _split(text, width - len(_CUT))[0] + _CUT


def _split(text: str, cells: int) -> tuple[str, str]:
    """``text`` cut before the character that would go past ``cells``."""
    used = 0
    for index, char in enumerate(text):
        used += cell_len(char)
        if used > cells:
            return text[:index], text[index:]
    return text, ""


def _laid_out(data: bytes, column: int) -> str:
    """``data`` as text to print from cell ``column`` on."""
    parts: list[str] = []
    for char in data.decode("utf-8", "replace"):
        if char == "\t":
            shown = " " * (_TAB - column % _TAB)
        elif unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp"):
            shown = "\N{REPLACEMENT CHARACTER}"
        else:
            shown = char
        parts.append(shown)
        column += cell_len(shown)
    return "".join(parts)
