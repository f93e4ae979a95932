"""Which lines of a diff a safe fix turns into which: what a click on a suggestion commits."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pubcheck.review.diff import FileDiff
    from pubcheck.review.finding import Edit, Finding, Fix, Point

_MOST = 30
"""Lines: what is longer isn't read before it is committed."""


class Suggestion(msgspec.Struct, frozen=True, gc=False):
    """The lines ``first`` to ``last`` of the new file become ``text``: whole lines, or nothing."""

    first: int
    last: int
    text: str


def suggested(finding: Finding, file: FileDiff) -> Suggestion | None:
    """The lines of the first safe fix that lies within one hunk, together with the finding's own line.

    A suggestion replaces whole lines of one file, and only such as the forge shows. It is made of the lines as the
    forge has them, so that it never brings back what somebody has pushed away in the meantime.
    """
    for fix in finding.fixes:
        if (made := _made(fix, finding, file)) is not None:
            return made
    return None


def _made(fix: Fix, finding: Finding, file: FileDiff) -> Suggestion | None:
    edits = sorted(fix.edits, key=lambda edit: (edit.range.start, edit.range.end))
    if not fix.safe or not edits or any(edit.path != finding.path for edit in edits):
        return None
    if any(after.range.start < before.range.end for before, after in pairwise(edits)):
        return None
    first = min(finding.line, *(edit.range.start.line for edit in edits))
    last = max(finding.line, *(_last_line(edit) for edit in edits))
    lines = file.lines(first, last) if last - first < _MOST else None
    if lines is None or any("\r" in line.text for line in lines):
        return None
    text = _applied([line.text for line in lines], edits, first)
    return None if text is None else Suggestion(first, last, text)


def _last_line(edit: Edit) -> int:
    """The last line that changes: an edit that ends at a line's very beginning takes the line break before it."""
    start, end = edit.range.start, edit.range.end
    return end.line - 1 if end.column == 1 and end.line > start.line and _whole(edit) else end.line


def _whole(edit: Edit) -> bool:
    return edit.range.start.column == 1 and (not edit.text or edit.text.endswith("\n"))


def _applied(lines: Sequence[str], edits: Sequence[Edit], first: int) -> str | None:
    """What the edits make of the lines, the first of which has the number ``first``; None if they don't fit."""
    data = b"".join(line.encode("utf-8", "surrogateescape") + b"\n" for line in lines)
    starts = [0]
    for line in data.split(b"\n")[:-1]:
        starts.append(starts[-1] + len(line) + 1)
    parts = []
    at = 0
    for edit in edits:
        start, end = (_offset(point, starts, first) for point in (edit.range.start, edit.range.end))
        if start is None or end is None or start < at or end < start:
            return None
        parts += [data[at:start], edit.text.replace("\r\n", "\n").encode("utf-8", "surrogateescape")]
        at = end
    parts.append(data[at:])
    try:
        text = b"".join(parts).decode()
    except UnicodeDecodeError:
        return None
    return text if not text or text.endswith("\n") else None


def _offset(point: Point, starts: Sequence[int], first: int) -> int | None:
    """Where ``point`` lies; None where its line is shorter than that."""
    index = point.line - first
    offset = starts[index] + point.column - 1
    fits = offset < starts[index + 1] if index + 1 < len(starts) else offset == starts[index]
    return offset if fits else None
