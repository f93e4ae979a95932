"""Go's surface seen by regular expressions: enough to step over strings and comments without a parse."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

LITERAL: Final = (
    rb"`[^`]*`"
    rb'|"(?:[^"\\\n]+|\\[^\n])*+"'
    rb"|'(?:[^'\\\n]|\\[^\n])++'"
)
"""Strings and runes."""

OPAQUE: Final = rb"//[^\n]*|/\*[\s\S]*?\*/|" + LITERAL
"""Comments and literals: what is inside them is neither bracket nor keyword."""

_BRACKETS: Final = re.compile(OPAQUE + rb"|[][(){}]")
_CLOSED_BY: Final = dict(zip(b"([{", b")]}", strict=True))


def pattern(*wanted: bytes) -> re.Pattern[bytes]:
    """Compile alternatives that are found outside comments and literals: look at the match's group ``found``."""
    return re.compile(OPAQUE + rb"|(?P<found>" + b"|".join(wanted) + rb")", re.MULTILINE)


def occurrences(wanted: re.Pattern[bytes], data: bytes, start: int = 0) -> Iterator[re.Match[bytes]]:
    """Matches of a ``pattern`` from ``start`` on that lie outside comments and literals."""
    return (match for match in wanted.finditer(data, start) if match["found"] is not None)


def brackets(data: bytes) -> dict[int, int]:
    """Offsets of opening brackets to those of their closing ones; brackets that don't match are left out."""
    pairs = {}
    opened: list[int] = []
    for match in _BRACKETS.finditer(data):
        start = match.start()
        if match.end() - start > 1:
            continue
        if data[start] in _CLOSED_BY:
            opened.append(start)
        elif opened and _CLOSED_BY[data[opened[-1]]] == data[start]:
            pairs[opened.pop()] = start
    return pairs


def open_braces(data: bytes | bytearray, start: int, end: int) -> int:
    """How many more braces are opened than closed between two offsets."""
    depth = 0
    for match in _BRACKETS.finditer(data, start, end):
        if match.end() - match.start() == 1:
            char = data[match.start()]
            depth += (char == 0x7B) - (char == 0x7D)
    return depth
