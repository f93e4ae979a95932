"""What a change looks like on its new side: the lines of each file that the forge shows, and so may be commented."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_HUNK = re.compile(r"@@ -(\d{1,9})(?:,\d{1,9})? \+(\d{1,9})(?:,\d{1,9})? @@")


class Line(msgspec.Struct, frozen=True, gc=False):
    """A line of the new file. ``old`` is its number in the old one, None where it was added; both count from 1."""

    number: int
    text: str
    old: int | None = None


class FileDiff(msgspec.Struct, frozen=True, gc=False):
    """The part of one file that is shown, hunk by hunk. A file that was deleted or is too big to show has none."""

    path: str
    old_path: str
    hunks: tuple[tuple[Line, ...], ...] = ()

    def lines(self, first: int, last: int) -> tuple[Line, ...] | None:
        """The lines from ``first`` to ``last``; None unless one hunk shows them all."""
        for hunk in self.hunks:
            if hunk[0].number <= first and last <= hunk[-1].number:
                return tuple(line for line in hunk if first <= line.number <= last)
        return None

    def around(self, number: int, context: int) -> tuple[Line, ...]:
        """The line ``number`` with as much of the ``context`` on both sides as is shown; empty where it isn't."""
        for hunk in self.hunks:
            if hunk[0].number <= number <= hunk[-1].number:
                return tuple(line for line in hunk if abs(line.number - number) <= context)
        return ()


def file_diff(path: str, old_path: str, patch: str) -> FileDiff:
    """Read the hunks of one file as forges hand them out: without the lines that name the file.

    What isn't a hunk is passed over, so that an unusual patch costs comments and not the run.
    """
    hunks = (tuple(lines) for lines in _hunks(patch.split("\n")))
    return FileDiff(path, old_path or path, tuple(hunk for hunk in hunks if hunk))


def _hunks(patch: Iterable[str]) -> Iterator[list[Line]]:
    """The lines of the new side, by hunk. A patch comes without prefix lines, so ``---`` is a removed ``--``."""
    hunk: list[Line] | None = None
    old = new = 0
    for text in patch:
        if header := _HUNK.match(text):
            if hunk is not None:
                yield hunk
            hunk, old, new = [], int(header[1]), int(header[2])
        elif hunk is None:
            continue
        elif text.startswith("+"):
            hunk.append(Line(new, text[1:]))
            new += 1
        elif text.startswith(" "):
            hunk.append(Line(new, text[1:], old))
            old, new = old + 1, new + 1
        elif text.startswith("-"):
            old += 1
    if hunk is not None:
        yield hunk
