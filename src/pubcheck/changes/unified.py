"""Unified diffs: from their text to the lines of the new side that they touch."""

from __future__ import annotations

import os
import re
from io import StringIO
from typing import TYPE_CHECKING, NamedTuple

from pubcheck.changes.values import ChangesError, Lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from unidiff.patch import Hunk

_TELLING = ("--- ", "+++ ", "@@ ", "+", "-", " ", "\\", "\n", "\r\n")
"""How the lines of files' names and of hunks begin. What else there is tells of modes, renames and mail."""
_SYNCHRONISES = re.compile(r"[Ll]ock|Wait|Done|Once|Signal|Broadcast|atomic|<-|\bclose\(|\.(?:Load|Store|Swap|Add)\(")
_NOWHERE = "/dev/null"


class Touched(NamedTuple):
    """What the hunks of one file touch on the new side.

    Attributes:
        lines: the lines, in no order.
        added: the text of those that they add.
        unsynchronised: the lines before which something is gone that may have ordered or protected what follows.
    """

    lines: list[Lines]
    added: dict[int, str]
    unsynchronised: list[int]


def touched(text: str) -> dict[str, Touched]:
    """What each file's hunks touch, by the file's name on the new side as it stands in the diff.

    Where lines are gone and others don't take their place, the lines before and after them are touched.

    Raises:
        ChangesError: it isn't a unified diff.
    """
    from unidiff.errors import UnidiffParseError  # noqa: PLC0415 most runs look at no diff
    from unidiff.patch import PatchSet  # noqa: PLC0415

    lines = (line for line in StringIO(text) if line.startswith(_TELLING))
    try:
        patch = PatchSet(lines)
    except (UnidiffParseError, ValueError) as error:
        raise ChangesError(f"isn't a unified diff: {str(error).strip()}") from None
    if not patch and text.strip():
        raise ChangesError("isn't a unified diff: no file is named in it")
    found: dict[str, Touched] = {}
    for file in patch:
        if file.target_file != _NOWHERE:
            known = found.setdefault(_plain(file.target_file), Touched([], {}, []))
            for hunk in file:
                known.lines.extend(_touched(hunk))
                known.unsynchronised.extend(_unsynchronised(hunk))
                known.added.update((line.target_line_no or 0, line.value) for line in hunk if line.is_added)
    return found


def _touched(hunk: Hunk) -> Iterator[Lines]:
    at = _first(hunk)
    gone = False
    for line in hunk:
        if line.is_removed:
            gone = True
            continue
        if line.is_added:
            yield Lines(at, at)
        elif gone and line.is_context:
            yield Lines(max(at - 1, 1), at)
        gone = False
        at += line.is_added or line.is_context
    if gone:
        yield Lines(max(at - 1, 1), at)


def _unsynchronised(hunk: Hunk) -> Iterator[int]:
    at = _first(hunk)
    for line in hunk:
        if line.is_removed and _SYNCHRONISES.search(line.value):
            yield at
        at += line.is_added or line.is_context


def _first(hunk: Hunk) -> int:
    """The first line of the new side that a hunk is about, or before which lines are gone."""
    return hunk.target_start if hunk.target_length else hunk.target_start + 1


def _plain(name: str) -> str:
    """A file's name without the quotes and escapes that git puts around unusual ones."""
    if not (name.startswith('"') and name.endswith('"') and len(name) > 1):
        return name
    octets = name[1:-1].encode("utf-8", "surrogateescape").decode("unicode_escape").encode("latin-1", "replace")
    return os.fsdecode(octets)
