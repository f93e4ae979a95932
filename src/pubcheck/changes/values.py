"""What counts as changed."""

from __future__ import annotations

import os
from bisect import bisect_left
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


class ChangesError(Exception):
    """It can't be told what has changed; the text says why and what helps."""


class Lines(NamedTuple):
    """Lines ``first`` to ``last`` of a file, counted from 1, both included."""

    first: int
    last: int


class Changes:
    """The lines of each file that are new, changed, or stand beside lines that are gone."""

    def __init__(self, files: Mapping[str, Iterable[Lines]], since: str) -> None:
        """Hold the changed lines of ``files``, which are named by absolute paths.

        Args:
            files: the lines by path; of a file that isn't there nothing has changed.
            since: what it is compared with, in words that follow "since" or "in".
        """
        self.since = since
        self._files = {os.path.realpath(path): tuple(_merged(lines)) for path, lines in files.items()}
        self._real = cache(os.path.realpath)

    def touch(self, path: str, lines: Lines) -> bool:
        """Whether any of ``lines`` of the file ``path`` has changed."""
        changed = self._files.get(self._real(path), ())
        nearest = bisect_left(changed, lines.first, key=lambda each: each.last)
        return nearest < len(changed) and changed[nearest].first <= lines.last


def _merged(lines: Iterable[Lines]) -> Iterator[Lines]:
    """The same lines in order, none of them twice."""
    last: Lines | None = None
    for each in sorted(lines):
        if last is not None and each.first <= last.last + 1:
            last = Lines(last.first, max(last.last, each.last))
            continue
        if last is not None:
            yield last
        last = each
    if last is not None:
        yield last
