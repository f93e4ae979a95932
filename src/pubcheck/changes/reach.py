"""How far a change reaches: a lock that is gone leaves the rest of its function without it."""

from __future__ import annotations

from bisect import bisect_left
from pathlib import Path
from typing import TYPE_CHECKING

from pubcheck.changes.values import Lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pubcheck.changes.unified import Touched


def reached(files: Mapping[str, Touched]) -> dict[str, list[Lines]]:
    """The lines of each file that have changed, and those that have to do without what stood before them."""
    return {path: [*each.lines, *_rests(path, each.unsynchronised)] for path, each in files.items()}


def _rests(path: str, starts: list[int]) -> Iterator[Lines]:
    """From each of ``starts`` to the end of the declaration: the next brace at the beginning of a line."""
    if not starts:
        return
    try:
        lines = Path(path).read_bytes().split(b"\n")
    except OSError:
        return
    ends = [number for number, line in enumerate(lines, 1) if line.startswith(b"}")]
    for start in starts:
        end = bisect_left(ends, start)
        yield Lines(start, ends[end] if end < len(ends) else len(lines))
